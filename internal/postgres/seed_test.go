package postgres_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"

	"github.com/jackc/pgx/v5"
)

// Seeds with the hash that was loaded last are not read, and nothing is locked.
func TestSeedOnce(t *testing.T) {
	pool := pgtest.New(t)
	s, x := postgres.New(pool), load(t)
	x.Practices = x.Practices[:3]
	var mu sync.Mutex
	loads := 0
	once := func(hash string) (postgres.SeedReport, error) {
		return s.SeedOnce(t.Context(), postgres.SeedVersion{Hash: hash, Number: 1}, func() (*catalogue.Taxonomy, []catalogue.Practice, error) {
			mu.Lock()
			defer mu.Unlock()
			loads++
			return x.Taxonomy(), x.Practices, nil
		}, now)
	}
	broken := errors.New("broken")
	if _, err := s.SeedOnce(t.Context(), postgres.SeedVersion{Hash: "a", Number: 1}, func() (*catalogue.Taxonomy, []catalogue.Practice, error) { return nil, nil, broken }, now); !errors.Is(err, broken) {
		t.Errorf("seeds that cannot be read: %v", err)
	}
	var wg sync.WaitGroup
	reports := make([]postgres.SeedReport, 4)
	for i := range reports {
		wg.Go(func() {
			var err error
			if reports[i], err = once("a"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	did := 0
	for _, r := range reports {
		if did += r.New; r.Current == (r.New > 0) {
			t.Errorf("report %+v", r)
		}
	}
	if did != 3 {
		t.Errorf("four at once loaded %d practices, not 3", did)
	}

	before, at := loads, version(t, s)
	tx, err := pool.Begin(t.Context()) // whoever locks would wait
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.Background())
	if _, err := tx.Exec(t.Context(), `SELECT FROM practice FOR UPDATE; SELECT FROM catalogue_version FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	if r, err := once("a"); err != nil || !r.Current || loads != before {
		t.Errorf("again: %+v, %v, read %d times", r, err, loads-before)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Another hash is loaded, and the same content is no new version.
	if r, err := once("b"); err != nil || r.Current || r.Unchanged != 3 || version(t, s) != at {
		t.Errorf("another hash: %+v, %v, version %d then %d", r, err, at, version(t, s))
	}
	// After seeds without a hash nobody knows what was loaded last.
	seed(t, s, x)
	if r, err := once("b"); err != nil || r.Current {
		t.Errorf("after seeds without a hash: %+v, %v", r, err)
	}
}

// An older program beside a newer one, or after it, takes nothing back: its seeds
// are passed over, as often as the two start in turn.
func TestOlderSeedsAreNotLoaded(t *testing.T) {
	pool := pgtest.New(t)
	s, x := postgres.New(pool), load(t)
	once := func(number int, summary string) postgres.SeedReport {
		t.Helper()
		r, err := s.SeedOnce(t.Context(), postgres.SeedVersion{Hash: summary, Number: number}, func() (*catalogue.Taxonomy, []catalogue.Practice, error) {
			practices := slices.Clone(x.Practices[:3])
			practices[0].Summary = summary
			return x.Taxonomy(), practices, nil
		}, now)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	once(7, "Den gamle.")
	if r := once(8, "Den nye."); r.Changed != 1 || r.Older != 0 {
		t.Errorf("newer seeds: %+v", r)
	}
	at, revisions := version(t, s), count(t, pool, `SELECT count(*) FROM revision`)
	for range 3 {
		if r := once(7, "Den gamle."); r.Older != 8 || r.Current {
			t.Errorf("older seeds: %+v", r)
		}
		if r := once(8, "Den nye."); !r.Current {
			t.Errorf("newer seeds again: %+v", r)
		}
	}
	if n := count(t, pool, `SELECT count(*) FROM revision`); n != revisions || version(t, s) != at {
		t.Errorf("%d revisions more, version %d then %d", n-revisions, at, version(t, s))
	}
	seed(t, s, x) // without a number: they do not make older ones newer
	if r := once(7, "Den gamle."); r.Older != 8 {
		t.Errorf("older seeds after some without a number: %+v", r)
	}
}

// A load waits for who works on a practice that it changes, and for nobody else.
func TestSeedLocksWhatChanges(t *testing.T) {
	s, pool, x := seeded(t)
	group := x.Practices[0].TargetGroups[0].Slug
	held := x.Practices[0]
	other := slices.IndexFunc(x.Practices, func(p catalogue.Practice) bool {
		return !slices.Contains(catalogue.Slugs(p.TargetGroups), group) && p.Organisation.Slug != held.Organisation.Slug
	})
	hold := func() pgx.Tx {
		t.Helper()
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), `SELECT FROM practice WHERE slug = $1 FOR UPDATE`, held.Slug); err != nil {
			t.Fatal(err)
		}
		return tx
	}
	tx := hold()
	x.Practices[other].Summary = "En anden sammenfatning."
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if r, err := s.Seed(ctx, x.Taxonomy(), x.Practices, now); err != nil || r.Changed != 1 {
		t.Errorf("a change of another practice: %+v, %v", r, err)
	}

	// A term of the practice changes: its page does too. What its editor has begun
	// before, and waits with for the same practice, stays.
	act := make(chan error)
	go func() { act <- takeDown(t.Context(), s, held.Slug, "Forældet") }()
	for deadline := time.Now().Add(10 * time.Second); count(t, pool, `SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the editor does not wait")
		}
	}
	for i := range x.Terms[catalogue.TargetGroup] {
		if x.Terms[catalogue.TargetGroup][i].Slug == group {
			x.Terms[catalogue.TargetGroup][i].Label = "Nyt navn"
		}
	}
	x.Practices[0].Summary = "En ny sammenfatning."
	type result struct {
		r   postgres.SeedReport
		err error
	}
	done := make(chan result)
	go func() {
		r, err := s.Seed(t.Context(), x.Taxonomy(), x.Practices, now)
		done <- result{r, err}
	}()
	select {
	case r := <-done:
		t.Errorf("the load did not wait: %+v", r)
	case <-time.After(300 * time.Millisecond):
	}
	if err := errors.Join(tx.Commit(t.Context()), <-act); err != nil {
		t.Fatal(err)
	}
	if r := <-done; r.err != nil || r.r.Changed != 0 || r.r.Unchanged != len(x.Practices) {
		t.Errorf("after the editor: %+v", r)
	}
	p := page(t, s, held.Slug)
	if p.State != catalogue.StateWithdrawn || p.Summary != held.Summary || p.TargetGroups[0].Label != "Nyt navn" {
		t.Errorf("it is %s, %q, for %s", p.State, p.Summary, p.TargetGroups[0].Label)
	}
}

// What the database refuses is told by key, table and rule, never by content.
func TestRefusedIsToldWithoutContent(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `
		ALTER TABLE practice ADD CONSTRAINT not_this_practice CHECK (slug <> 'hemmelig-sag');
		ALTER TABLE term ADD CONSTRAINT not_this_term CHECK (label <> 'Hemmeligt ord')`); err != nil {
		t.Fatal(err)
	}
	s, err := postgres.Open(t.Context(), postgres.Access{URL: app})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	told := func(what string, err error, words ...string) {
		t.Helper()
		if err == nil || errors.Is(err, catalogue.ErrNotFound) {
			t.Fatalf("%s: %v", what, err)
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not say %s", what, err, w)
			}
		}
		for _, w := range []string{"hemmelig-sag", "Hemmelig", "\n"} {
			if strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q says %q", what, err, w)
			}
		}
	}
	x := load(t)
	x.Practices = x.Practices[:3]
	x.Practices[1].Slug, x.Practices[1].Title = "hemmelig-sag", "Hemmelig sag"
	_, err = s.Seed(t.Context(), x.Taxonomy(), x.Practices, now)
	told("practice", err, x.Practices[1].Key, "practice", "not_this_practice", "23514")

	y := load(t)
	y.Terms[catalogue.Theme][1].Label = "Hemmeligt ord"
	_, err = s.Seed(t.Context(), y.Taxonomy(), nil, now)
	told("term", err, "tema "+y.Terms[catalogue.Theme][1].Slug, "not_this_term")

	if _, err := s.Seed(t.Context(), x.Taxonomy(), nil, now); err != nil {
		t.Fatal(err)
	}
	next := source(t, 0, 1, nil)
	_, err = s.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		p, where, err := next()
		if p != nil {
			p.Slug, p.Title = "hemmelig-sag", "Hemmelig sag"
		}
		return p, where, err
	}, now)
	told("import", err, "not_this_practice")
}

// A term gives its label to its successor, which stands before it, and leads
// there: no two have the same label at any moment.
func TestSuccessorTakesTheLabel(t *testing.T) {
	s, _, x := seeded(t)
	terms := x.Terms[catalogue.Theme]
	old := terms[2]
	next := catalogue.Term{Slug: "efterfoelger", Label: old.Label, Parent: old.Parent}
	terms[2].Label, terms[2].Successor = old.Label+" (tidligere navn)", next.Slug
	x.Terms[catalogue.Theme] = slices.Insert(terms, 2, next)
	if _, err := s.Seed(t.Context(), x.Taxonomy(), nil, now); err != nil {
		t.Fatal(err)
	}
	tax, err := s.Taxonomy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if to, ok := tax.ResolveSlug(catalogue.FacetTheme, old.Slug); !ok || to != next.Slug {
		t.Errorf("%s leads to %s", old.Slug, to)
	}
	if got := tax.Term(catalogue.Theme, old.Label); got == nil || got.Slug != next.Slug {
		t.Errorf("by its label: %+v", got)
	}
}
