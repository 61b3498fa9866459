package postgres_test

import (
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	template "praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// somePractices are the IDs of n published practices.
func somePractices(t testing.TB, pool *pgxpool.Pool, n int) []int64 {
	t.Helper()
	rows, _ := pool.Query(t.Context(), `SELECT id FROM public_practice WHERE state = 'published' ORDER BY id LIMIT $1`, n)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) != n {
		t.Fatal(len(ids), err)
	}
	return ids
}

// retitle changes some practices' title in all of the read model, and no version.
func retitle(t *testing.T, pool *pgxpool.Pool, title string, ids ...int64) {
	t.Helper()
	execSQL(t, pool, `UPDATE public_practice SET card = card || x.title, page = page || x.title
		FROM (SELECT jsonb_build_object('title', $2::text) AS title) x WHERE id = ANY ($1)`, ids, title)
}

// What is read again is what a store that has read nothing yet reads, whatever has
// happened to the rows meanwhile.
func TestPublicRowsAreNeverStale(t *testing.T) {
	s, pool, x := seeded(t)
	ids := somePractices(t, pool, 8)
	ids = []int64{ids[3], ids[0], ids[1], ids[2], 1 << 40, ids[4], ids[5], ids[6], ids[7], ids[0]}
	check := func(what string) {
		t.Helper()
		fresh := postgres.New(pool)
		type answers struct{ Cards, ByID, Findings any }
		read := func(s *postgres.Store) answers {
			cards, err := s.Cards(t.Context(), 0, ids)
			byID, err2 := s.CardsByID(t.Context(), 0, ids)
			findings, err3 := s.Findings(t.Context(), 0, ids)
			for _, err := range []error{err, err2, err3} {
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
			}
			return answers{cards, byID, findings}
		}
		if d := cmp.Diff(read(fresh), read(s)); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
	check("first")
	check("again")
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("warm")
	retitle(t, pool, "Uden ny version", ids[0])
	check("changed without a new version")
	execSQL(t, pool, `UPDATE public_practice SET page = page || '{"findings": []}', card = card || '{"verdicts": []}' WHERE id = $1`, ids[1])
	check("findings gone")
	if err := s.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	check("rebuilt")
	for i, act := range []func() error{
		func() error { return takeDown(t.Context(), s, x.Practices[0].Slug, "Kommunen har bedt om det.") },
		func() error { return remove(t.Context(), s, x.Practices[1].Slug) },
		func() error { return merge(t.Context(), s, x.Practices[2].Slug, x.Practices[3].Slug) },
	} {
		if err := act(); err != nil {
			t.Fatal(err)
		}
		check([]string{"withdrawn", "removed", "merged"}[i])
	}
	if got, err := s.Cards(t.Context(), 0, nil); err != nil || got != nil {
		t.Errorf("of none: %v, %v", got, err)
	}
}

// At a version that is confirmed the database is not asked about what it has said
// already; at any other it is.
func TestPublicRowsSeenAtAVersion(t *testing.T) {
	s, pool, _ := seeded(t)
	ids := somePractices(t, pool, 3)
	titles := func(at int64) (out [3]string) {
		t.Helper()
		list, err := s.Cards(t.Context(), at, ids)
		if err != nil || len(list) != len(ids) {
			t.Fatal(len(list), err)
		}
		for i, c := range list {
			out[i] = c.Title
		}
		return out
	}
	setTitle := func(title string) { t.Helper(); retitle(t, pool, title, ids[0]) }
	if _, err := pool.Exec(t.Context(), `UPDATE catalogue_version SET n = n + 10`); err != nil {
		t.Fatal(err)
	}
	at := version(t, s)
	before := titles(at)
	setTitle("Et")
	if got := titles(at); got != before {
		t.Errorf("asked again at a confirmed version: %q", got)
	}
	for i, at := range []int64{0, at + 1} {
		title := []string{"To", "Tre"}[i]
		setTitle(title)
		if got := titles(at); got[0] != title || got[1] != before[1] {
			t.Errorf("at another version: %q", got)
		}
	}
	// move moves the catalogue's version, with the row stamped or not.
	move := func(by int64, title string) int64 {
		t.Helper()
		if title != "" {
			setTitle(title)
		}
		if _, err := pool.Exec(t.Context(), `WITH v AS (UPDATE catalogue_version SET n = n + $1 RETURNING n)
			UPDATE public_practice SET version = v.n FROM v WHERE id = $2 AND $3 <> ''`, by, ids[0], title); err != nil {
			t.Fatal(err)
		}
		return version(t, s)
	}
	for _, c := range []struct {
		what  string
		by    int64
		title string
		want  string
	}{{"another has changed", 1, "", "Tre"}, {"it has changed", 1, "Fire", "Fire"}, {"the version went back, as after a restore", -5, "Fem", "Fem"}, {"it is as far again", 5, "Seks", "Seks"}} {
		at := move(c.by, c.title)
		for range 2 {
			if got := titles(at); got[0] != c.want || got[1] != before[1] {
				t.Errorf("%s: %q", c.what, got)
			}
		}
	}
	// The index, and so the page, is of the version before.
	if got := titles(move(1, "Syv") - 1); got[0] != "Seks" {
		t.Errorf("of the version before: %q", got)
	}
}

// What is warm is what is read.
func TestWarm(t *testing.T) {
	s, pool, _ := seeded(t)
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	at, ids := version(t, s), somePractices(t, pool, 30)
	want, err := postgres.New(pool).Findings(t.Context(), 0, ids)
	if err != nil {
		t.Fatal(err)
	}
	retitle(t, pool, "Ændret", ids...)
	got, err := s.Findings(t.Context(), at, ids)
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Error(err, d)
	}
	slug := want[0].Card.Slug
	if id, p, err := s.PublicPractice(t.Context(), at, slug); err != nil || p.Title != want[0].Card.Title || id != ids[0] {
		t.Errorf("%d, %+v, %v", id, p, err)
	}
	// What goes is gone at the next version, and at the same one once it is asked for.
	if err := takeDown(t.Context(), s, slug, "Kommunen har bedt om det."); err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{0, version(t, s)} {
		if _, p, err := s.PublicPractice(t.Context(), at, slug); err != nil || p.State != catalogue.StateWithdrawn {
			t.Errorf("after it was withdrawn: %+v, %v", p, err)
		}
		if list, err := s.Findings(t.Context(), at, ids); err != nil || len(list) != len(ids)-1 {
			t.Errorf("after one was withdrawn: %d, %v", len(list), err)
		}
	}
}

// Readers and a writer at once.
func TestPublicRowsAtOnce(t *testing.T) {
	s, pool, _ := seeded(t)
	ids := somePractices(t, pool, 20)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := range 30 {
				list, err := s.Findings(t.Context(), 0, ids[i:i+n%10+1])
				if err != nil || len(list) != n%10+1 {
					t.Errorf("%d practices, %v", len(list), err)
				}
				if _, err := s.Cards(t.Context(), 0, ids[n%10:]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 10 {
		retitle(t, pool, "Ændret", ids...)
	}
	all.Wait()
	list, err := s.Cards(t.Context(), 0, ids)
	for _, c := range list {
		if c.Title != "Ændret" {
			t.Errorf("%q", c.Title)
		}
	}
	if err != nil || len(list) != len(ids) {
		t.Errorf("%d practices, %v", len(list), err)
	}
}

// BenchmarkFindings reads a page's rows that have been read before, and compares
// with reading them for the first time.
func BenchmarkFindings(b *testing.B) {
	pool := template.New(b)
	s := postgres.New(pool)
	ids := somePractices(b, pool, 20)
	var again, first time.Duration
	at, err := s.Version(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	read := func(s *postgres.Store) time.Duration {
		start := time.Now()
		if _, err := s.Findings(b.Context(), at, ids); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	for b.Loop() {
		first += read(postgres.New(pool))
		again += read(s)
	}
	b.ReportMetric(float64(again.Nanoseconds())/float64(b.N), "ns/again")
	b.ReportMetric(float64(first)/float64(again), "times-faster")
}
