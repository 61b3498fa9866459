package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"

	"github.com/jackc/pgx/v5/pgxpool"
)

// older makes the read model one that an older build has made, which knew no
// summaries: all of it, or the practices that where says.
func older(t *testing.T, pool *pgxpool.Pool, where string) {
	t.Helper()
	execSQL(t, pool, `UPDATE public_practice SET shape = $1, page = page - 'summary' WHERE `+where, postgres.Shape-1)
}

func readModel(t *testing.T, pool *pgxpool.Pool) (state string) {
	t.Helper()
	err := pool.QueryRow(t.Context(), `SELECT md5(string_agg(p::text, ',' ORDER BY id)) || (SELECT n FROM catalogue_version) FROM public_practice p`).Scan(&state)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func count(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func reshape(t *testing.T, s *postgres.Store) int {
	t.Helper()
	n, err := s.Reshape(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const incomplete = `SELECT count(*) FROM public_practice WHERE shape <> $1 OR NOT page ? 'summary'`

// A newer build makes what an older one has made again, and only that; who
// follows the catalogue sees it.
func TestReshape(t *testing.T) {
	s, pool, x := seeded(t)
	execSQL(t, pool, `UPDATE public_shape SET newest = 0`)
	if n := reshape(t, s); n != 0 {
		t.Errorf("%d rows of this very build made again", n)
	}
	if n := count(t, pool, `SELECT newest FROM public_shape`); n != postgres.Shape {
		t.Errorf("the newest shape is %d", n)
	}

	older(t, pool, `true`)
	before := version(t, s)
	var steps [][2]int
	n, err := s.Reshape(t.Context(), func(done, total int) { steps = append(steps, [2]int{done, total}) })
	all := len(x.Practices)
	if err != nil || n != all || count(t, pool, incomplete, postgres.Shape) != 0 {
		t.Errorf("made %d of %d, %v", n, all, err)
	}
	if steps[0] != [2]int{0, all} || steps[len(steps)-1] != [2]int{all, all} {
		t.Errorf("progress: %v", steps)
	}
	changed := 0
	if _, err := s.IndexUpdates(t.Context(), before, before, func(catalogue.IndexUpdate) error { changed++; return nil }); err != nil || changed != all {
		t.Errorf("a follower sees %d changes, %v", changed, err)
	}
	state := readModel(t, pool)
	if n := reshape(t, s); n != 0 || readModel(t, pool) != state {
		t.Errorf("the second time it made %d", n)
	}

	// An older build publishes: its rows are made again by the newer, alone.
	older(t, pool, `id IN (SELECT id FROM public_practice ORDER BY id LIMIT 2)`)
	if n := reshape(t, s); n != 2 || count(t, pool, incomplete, postgres.Shape) != 0 {
		t.Errorf("made %d again, not 2", n)
	}
}

// A build that is older than one that was here writes nothing by itself.
func TestOlderBuildLeavesTheReadModel(t *testing.T) {
	s, pool, _ := seeded(t)
	execSQL(t, pool, `UPDATE public_practice SET shape = $1`, postgres.Shape+1)
	older(t, pool, `id % 2 = 0`)
	execSQL(t, pool, `UPDATE public_shape SET newest = $1`, postgres.Shape+1)
	before := readModel(t, pool)
	if n := reshape(t, s); n != 0 || readModel(t, pool) != before {
		t.Errorf("the older build made %d rows", n)
	}
	if err := s.RebuildPublic(t.Context(), nil); !errors.Is(err, postgres.ErrOlderShape) || readModel(t, pool) != before {
		t.Errorf("rebuild by the older build: %v", err)
	}
	// What it publishes says so.
	rule, _ := catalogue.ParseSynonymRule("bål => lejrbål")
	if _, err := s.AddSynonyms(t.Context(), rule, now); err != nil {
		t.Errorf("the older build cannot write any more: %v", err)
	}
	if _, err := s.Import(t.Context(), source(t, 0, 1, nil), now); err != nil {
		t.Fatal(err)
	}
	if n := count(t, pool, `SELECT count(*) FROM public_practice WHERE shape = $1`, postgres.Shape); n != 1 {
		t.Errorf("%d rows have the older build's shape", n)
	}
}

// A newer build that runs makes again what an older one publishes beside it.
func TestKeepShape(t *testing.T) {
	t.Parallel()
	s, pool, _ := seeded(t)
	reshape(t, s)
	ctx, stop := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { s.KeepShape(ctx, slog.New(slog.DiscardHandler)) })
	older(t, pool, `id IN (SELECT id FROM public_practice ORDER BY id LIMIT 3)`)
	for begun := time.Now(); count(t, pool, incomplete, postgres.Shape) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > 30*time.Second {
			t.Error("what the older build has published stays as it is")
			break
		}
	}
	stop()
	ended.Wait()
}

// many is a store with more practices than one transaction makes again.
func many(t *testing.T, practices int) (*postgres.Store, *pgxpool.Pool) {
	t.Helper()
	s, pool, _ := seeded(t)
	if _, err := s.Import(t.Context(), source(t, 0, practices, nil), now); err != nil {
		t.Fatal(err)
	}
	older(t, pool, `true`)
	return s, pool
}

// What a killed process has left is made by the next, and no more.
func TestReshapeAfterAKill(t *testing.T) {
	s, pool := many(t, 700)
	all := count(t, pool, `SELECT count(*) FROM public_practice`)
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	first, err := s.Reshape(ctx, func(done, total int) {
		if done > 0 {
			kill()
		}
	})
	if !errors.Is(err, context.Canceled) || first == 0 || first == all {
		t.Fatalf("killed after %d of %d: %v", first, all, err)
	}
	if n := reshape(t, s); first+n != all || count(t, pool, incomplete, postgres.Shape) != 0 {
		t.Errorf("made %d, then %d, of %d", first, n, all)
	}
}

// Two processes share the work, while an editor publishes between them.
func TestReshapeByTwo(t *testing.T) {
	s, pool := many(t, 1300)
	all := count(t, pool, `SELECT count(*) FROM public_practice`)
	made := make([]int, 2)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			n, err := postgres.New(pool).Reshape(t.Context(), nil)
			if err != nil {
				t.Error(err)
			}
			made[i] = n
		})
	}
	published := time.Now()
	if _, err := s.Import(t.Context(), source(t, 5000, 5001, nil), now); err != nil {
		t.Error(err)
	}
	if took := time.Since(published); took > 5*time.Second {
		t.Errorf("publishing waited %v", took)
	}
	wg.Wait()
	if made[0]+made[1] != all || count(t, pool, incomplete, postgres.Shape) != 0 {
		t.Errorf("made %v of %d", made, all)
	}
	var same bool
	before := readModelContent(t, pool)
	if err := s.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if same = readModelContent(t, pool) == before; !same {
		t.Error("a rebuild makes another read model")
	}
}

func readModelContent(t *testing.T, pool *pgxpool.Pool) (state string) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), `SELECT md5(string_agg(concat(id, slug, state, entry, card, page, shape), ',' ORDER BY id)) FROM public_practice`).Scan(&state); err != nil {
		t.Fatal(err)
	}
	return state
}

const shapeFile = "testdata/shape.txt"

// TestShapeIsCountedUp fails when a name in the JSON of card, entry or page has
// come or gone and Shape is what it was. It cannot notice that a name is made in
// another way.
func TestShapeIsCountedUp(t *testing.T) {
	var p catalogue.Practice
	fill(reflect.ValueOf(&p).Elem())
	p.Kind, p.State = catalogue.Kinds[0].Code, catalogue.StatePublished
	p.Periods = []catalogue.Period{catalogue.Periods[0].Code}
	p.Findings[0].Voices = catalogue.VoiceList{catalogue.Voices[0].Code}
	names := map[string]bool{}
	for what, v := range map[string]any{"card": p.Card(), "entry": p.Entry(), "page": p} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var any any
		if err := json.Unmarshal(b, &any); err != nil {
			t.Fatal(err)
		}
		collectNames(names, what+" ", any)
	}
	want := fmt.Sprintf("%d\n%s\n", postgres.Shape, strings.Join(slices.Sorted(maps.Keys(names)), "\n"))
	b, err := os.ReadFile(shapeFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	have := string(b)
	if have == want {
		return
	}
	number, _, _ := strings.Cut(have, "\n")
	switch {
	case number == fmt.Sprint(postgres.Shape):
		t.Errorf("the JSON of the read model has changed: count postgres.Shape up, so that rows that are there are made again.\nhave:\n%s\nwant:\n%s", have, want)
	case *update:
		if err := os.WriteFile(shapeFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is of shape %s; `make generate` writes it for %d", shapeFile, number, postgres.Shape)
	}
}

// fill gives every field a value, and every list one element.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(now))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "ID" { // which revisions alone have
				fill(v.Field(i))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("2020")
	case reflect.Int:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func collectNames(to map[string]bool, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			to[path+k] = true
			collectNames(to, path+k+".", x)
		}
	case []any:
		for _, x := range v {
			collectNames(to, path, x)
		}
	}
}
