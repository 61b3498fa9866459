package postgres_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/synth"
	"praksis/seeds"
)

// generator is made once: reading the seeds takes its time.
var generator = sync.OnceValues(func() (*synth.Generator, error) {
	x, err := seeds.Load()
	return synth.New(1, x.Terms, x.Organisations), err
})

// source gives the records from a generator that an import reads, from number
// from until before number to; at the end it calls last.
func source(t testing.TB, from, to int, last func()) func() (*catalogue.Practice, string, error) {
	t.Helper()
	g, err := generator()
	if err != nil {
		t.Fatal(err)
	}
	return func() (*catalogue.Practice, string, error) {
		if from == to {
			if last != nil {
				last()
			}
			return nil, "", io.EOF
		}
		from++
		return g.Record(from - 1), fmt.Sprint("line ", from), nil
	}
}

// Whoever has read up to the import that commits first finds all of the other,
// whichever of the two began first, and whether they are small or large.
func TestImportWhileAnotherCommits(t *testing.T) {
	for name, n := range map[string]struct{ outer, inner int }{"small in large": {1100, 3}, "large in large": {1100, 600}, "large in small": {3, 600}} {
		t.Run(name, func(t *testing.T) {
			s, _, _ := seeded(t)
			var between int64
			r, err := s.Import(t.Context(), source(t, 0, n.outer, func() {
				if r, err := s.Import(t.Context(), source(t, 5000, 5000+n.inner, nil), now); err != nil || r.New != n.inner {
					t.Errorf("the inner import: %+v, %v", r, err)
				}
				between = version(t, s)
			}), now)
			if err != nil || r.New != n.outer {
				t.Fatalf("%+v, %v", r, err)
			}
			seen := 0
			at, err := s.IndexUpdates(t.Context(), between, between, func(c catalogue.IndexUpdate) error {
				seen++
				return nil
			})
			if err != nil || seen != n.outer || at <= between {
				t.Errorf("%d changes after version %d, up to %d: %v", seen, between, at, err)
			}
		})
	}
}

// Two files that have the same new practices in opposite orders wait for each
// other's addresses: one import is broken off and run again, and finds that all
// is there.
func TestImportsInOppositeOrder(t *testing.T) {
	s, pool, _ := seeded(t)
	const half = 500 // what an import writes at a time
	var halfway sync.WaitGroup
	halfway.Add(2)
	file := func(first, second int) func() (postgres.Records, error) {
		opened := 0
		return func() (postgres.Records, error) {
			opened++
			a, b := source(t, first, first+half, nil), source(t, second, second+half, nil)
			waited := opened > 1
			return func() (*catalogue.Practice, string, error) {
				p, where, err := a()
				if !errors.Is(err, io.EOF) {
					return p, where, err
				}
				if !waited { // the first half is written
					waited = true
					halfway.Done()
					halfway.Wait()
				}
				return b()
			}, nil
		}
	}
	var both sync.WaitGroup
	var reports [2]postgres.ImportReport
	for i, open := range []func() (postgres.Records, error){file(20_000, 30_000), file(30_000, 20_000)} {
		both.Go(func() {
			var err error
			if reports[i], err = s.ImportAgain(t.Context(), open, now); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if reports[0].New+reports[1].New != 2*half || reports[0].Unchanged+reports[1].Unchanged != 2*half {
		t.Errorf("%+v", reports)
	}
	if n := count(t, pool, `SELECT count(*) FROM revision WHERE origin = 'import'`); n != 2*half {
		t.Errorf("%d revisions", n)
	}
}

// While a file is read, what exists stays free for editors, and so does the
// version.
func TestImportLocksLate(t *testing.T) {
	s, pool, x := seeded(t)
	changed := x.Practices[0]
	changed.Key, changed.Title = "", "En anden titel"
	many, first := source(t, 0, 1100, nil), true
	r, err := s.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		if first {
			first = false
			return &changed, "line 0", nil
		}
		p, where, err := many()
		if errors.Is(err, io.EOF) {
			tx, begun := pool.Begin(t.Context())
			if begun != nil {
				t.Fatal(begun)
			}
			defer func() { _ = tx.Rollback(t.Context()) }()
			for what, sql := range map[string]string{
				// Nothing of what exists is locked, not even against deletion. Nobody
				// needs as much, so nobody waits.
				"practices":      `SELECT FROM practice FOR UPDATE NOWAIT`,
				"the read model": `SELECT FROM public_practice FOR UPDATE NOWAIT`,
				"the version":    `SELECT FROM catalogue_version FOR UPDATE NOWAIT`,
				// The file's records refer to these, which keeps them from being
				// changed, but not from being referred to by others too.
				"organisations": `SELECT FROM organisation FOR KEY SHARE NOWAIT`,
				"terms":         `SELECT FROM term FOR KEY SHARE NOWAIT`,
				"to publish":    `SELECT 1 / pg_try_advisory_xact_lock_shared(hashtext('praksis seed'))::int`,
			} {
				if _, err := tx.Exec(t.Context(), sql); err != nil {
					t.Errorf("%s: %v", what, err)
				}
			}
			// Who changes vocabularies waits for the end of the import.
			var alone bool
			if err := tx.QueryRow(t.Context(), `SELECT pg_try_advisory_xact_lock(hashtext('praksis seed'))`).Scan(&alone); err != nil || alone {
				t.Errorf("the taxonomy can be changed while an import refers to it: %v, %v", alone, err)
			}
		}
		return p, where, err
	}, now)
	if err != nil || r != (postgres.ImportReport{New: 1100, Changed: 1}) {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := page(t, s, changed.Slug); got.Title != changed.Title || got.Revision != 2 {
		t.Errorf("%q in revision %d", got.Title, got.Revision)
	}
}

// What an editor does while a file is read counts.
func TestImportMeetsAnEditor(t *testing.T) {
	s, _, x := seeded(t)
	changed := x.Practices[0]
	changed.Key, changed.Title = "", "En anden titel"
	lines := []catalogue.Practice{changed}
	many := source(t, 0, 600, func() {
		if err := takeDown(t.Context(), s, changed.Slug, "Forkert"); err != nil {
			t.Fatal(err)
		}
	})
	before := version(t, s)
	_, err := s.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		if len(lines) > 0 {
			p := &lines[0]
			lines = nil
			return p, "line 1", nil
		}
		return many()
	}, now)
	var faults *postgres.FaultsError
	if !errors.As(err, &faults) || len(faults.Faults) != 1 || faults.Faults[0].Where != "line 1" || version(t, s) != before+1 { // the editor's
		t.Errorf("%v", err)
	}
}

// Two records may not be about one practice, one by its former slug.
func TestImportByFormerSlug(t *testing.T) {
	s, pool, x := seeded(t)
	one := x.Practices[0]
	one.Key, one.Title = "", "En anden titel"
	// No act of today's changes an address; older catalogues have former ones.
	execSQL(t, pool, `INSERT INTO practice_slug (slug, practice_id) SELECT 'tidligere', id FROM practice WHERE slug = $1`, one.Slug)
	other := one
	other.Slug, other.Title = "tidligere", "En tredje titel"
	_, err := importThese(t.Context(), s, one, other)
	var faults *postgres.FaultsError
	if !errors.As(err, &faults) || len(faults.Faults) != 1 || faults.Faults[0].Where != "line 2" || !strings.Contains(err.Error(), "line 1") {
		t.Fatalf("%v", err)
	}
	// The same when many lines stand between them.
	lines := []*catalogue.Practice{&one}
	_, err = s.Import(t.Context(), func(many func() (*catalogue.Practice, string, error)) func() (*catalogue.Practice, string, error) {
		return func() (*catalogue.Practice, string, error) {
			if len(lines) > 0 {
				p := lines[0]
				lines = lines[1:]
				return p, p.Slug, nil
			}
			p, where, err := many()
			if errors.Is(err, io.EOF) && other.Title != "" {
				p := other
				other.Title = ""
				return &p, "last", nil
			}
			return p, where, err
		}
	}(source(t, 0, 600, nil)), now)
	if !errors.As(err, &faults) || len(faults.Faults) != 1 || faults.Faults[0].Where != "last" {
		t.Fatalf("%v", err)
	}
	if r := importAll(t, s, func() catalogue.Practice { p := one; p.Slug = "tidligere"; return p }()); r.Changed != 1 {
		t.Errorf("by its former slug alone: %+v", r)
	}
}

// What many records change is put aside and comes back whole.
func TestImportChangesMany(t *testing.T) {
	s, _, _ := seeded(t)
	if _, err := s.Import(t.Context(), source(t, 0, 1100, nil), now); err != nil {
		t.Fatal(err)
	}
	again := source(t, 0, 1100, nil)
	r, err := s.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		p, where, err := again()
		if err == nil {
			p.Resources = "Ti timer."
		}
		return p, where, err
	}, now)
	if err != nil || r != (postgres.ImportReport{Changed: 1100}) {
		t.Fatalf("%+v, %v", r, err)
	}
	written := lines(t, s)
	if err := s.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(written, "Ti timer."); n != 1100 || lines(t, s) != written {
		t.Errorf("%d are changed; rebuilt alike: %v", n, lines(t, s) == written)
	}
	if r, err := s.Import(t.Context(), source(t, 0, 1, nil), now); err != nil || r.Changed != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func BenchmarkImport(b *testing.B) {
	s, x := postgres.New(pgtest.New(b)), load(b)
	seed(b, s, x)
	const each = 2000
	n := 0
	for b.Loop() {
		if r, err := s.Import(b.Context(), source(b, n, n+each, nil), now); err != nil || r.New != each {
			b.Fatalf("%+v, %v", r, err)
		}
		n += each
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}
