package search

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

func TestCatchUp(t *testing.T) {
	src := newCatalog()
	src.put(numbered(practice("Gåtur i skoven"), practice("Peerlinje"), practice("Nødpakke")))
	x := openIndex(t, t.TempDir(), src)
	wantIDs(t, "as opened", find(t, x, "peerlinje").IDs, 2)

	src.put(map[int64]*catalogue.Practice{2: practice("Telefonkæde"), 4: practice("Ny peerlinje")})
	wantIDs(t, "before catching up", find(t, x, "peerlinje").IDs, 2)
	catchUp(t, x)
	wantIDs(t, "changed and new", find(t, x, "peerlinje").IDs, 4)
	wantIDs(t, "changed", find(t, x, "telefonkæde").IDs, 2)

	src.withdraw(4, 1, 99)
	catchUp(t, x)
	r := search(t, x, catalogue.Query{})
	wantIDs(t, "withdrawn", r.IDs, 3, 2)
	if r.Version != src.version || x.Version() != src.version {
		t.Errorf("version %d and %d, want %d", r.Version, x.Version(), src.version)
	}
	before := x.current.Load()
	catchUp(t, x)
	if x.current.Load() != before {
		t.Error("catching up with nothing new made a new snapshot")
	}
	if time.Since(x.Confirmed()) > time.Minute {
		t.Error("not confirmed")
	}
}

func catchUp(t *testing.T, x *Index) {
	t.Helper()
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A new label or synonym is a new version without a changed practice.
func TestTaxonomyAlone(t *testing.T) {
	src := newCatalog()
	src.put(numbered(practice("Udegruppe", groups("hjemloese"))))
	x := openIndex(t, t.TempDir(), src)
	if n := find(t, x, "subsistensløse").Total; n != 0 {
		t.Fatal("found before it was a synonym")
	}
	terms := maps.Clone(src.taxonomy.Terms)
	terms[catalogue.TargetGroup] = append(slices.Clone(terms[catalogue.TargetGroup]), catalogue.Term{Slug: "nyt", Label: "Nyt"})
	for i := range terms[catalogue.TargetGroup] {
		if x := &terms[catalogue.TargetGroup][i]; x.Slug == "hjemloese" {
			x.Synonyms = append(x.Synonyms, "subsistensløse")
		}
	}
	src.taxonomy = catalogue.NewTaxonomy(terms, src.taxonomy.Organisations)
	src.put(nil)
	catchUp(t, x)
	wantIDs(t, "by the new synonym", find(t, x, "subsistensløse").IDs, 1)
	if r := search(t, x, catalogue.Query{}); r.Taxonomy.Term(catalogue.TargetGroup, "nyt") == nil {
		t.Error("not the new taxonomy")
	}
}

// What a process leaves, the next one opens: nothing is indexed twice.
func TestReopen(t *testing.T) {
	src, dir := newCatalog(), t.TempDir()
	src.put(numbered(practice("Gåtur"), practice("Skærmbesøg")))
	built := false
	open := func() *Index {
		built = false
		x, err := Open(t.Context(), dir, src, Options{Log: quiet(t), Progress: func(int, int) { built = true }})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	x := open()
	if !built {
		t.Error("no progress was reported")
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	src.put(map[int64]*catalogue.Practice{3: practice("Peerlinje")})
	src.withdraw(1)
	x = open()
	defer x.Close()
	if built {
		t.Error("built anew without need")
	}
	wantIDs(t, "old", find(t, x, "skærmbesøg").IDs, 2)
	wantIDs(t, "new", find(t, x, "peerlinje").IDs, 3)
	wantIDs(t, "withdrawn meanwhile", find(t, x, "gåtur").IDs)
}

func TestClosed(t *testing.T) {
	x := indexOf(t, practice("Gåtur"))
	s := x.acquire()
	if err := errors.Join(x.Close(), x.Close()); err != nil {
		t.Error(err)
	}
	if _, err := x.Search(t.Context(), catalogue.Query{}); !errors.Is(err, catalogue.ErrUnavailable) {
		t.Errorf("Search: %v", err)
	}
	if err := x.CatchUp(t.Context()); err == nil {
		t.Error("a closed index caught up")
	}
	// A search under way still has its snapshot.
	a, err := s.retriever.answer(t.Context(), catalogue.Query{Text: "gåtur"}, nil)
	if err != nil || a.total != 1 {
		t.Errorf("under way: %d %v", a.total, err)
	}
	a.release()
	s.release()
}

// Two processes, or two indexes of one, take a folder each.
func TestTwoIndexes(t *testing.T) {
	src, dir := newCatalog(), t.TempDir()
	src.put(numbered(practice("Gåtur")))
	a, b := openIndex(t, dir, src), openIndex(t, dir, src)
	src.put(map[int64]*catalogue.Practice{2: practice("Peerlinje")})
	for _, x := range []*Index{a, b} {
		catchUp(t, x)
		wantIDs(t, x.slot.dir, find(t, x, "peerlinje").IDs, 2)
	}
	a.Close()
	if c := openIndex(t, dir, src); c.slot.dir != a.slot.dir {
		t.Errorf("the free folder %s was not taken, but %s", a.slot.dir, c.slot.dir)
	}
}

func TestSourceFails(t *testing.T) {
	src := newCatalog()
	src.put(numbered(practice("Gåtur")))
	dir, down := t.TempDir(), errors.New("no database")
	src.fail(down)
	if _, err := Open(t.Context(), dir, src, Options{Log: quiet(t)}); !errors.Is(err, down) {
		t.Fatalf("Open: %v", err)
	}
	src.fail(nil)
	x := openIndex(t, dir, src) // the folder is free again
	if want := filepath.Join(dir, "index-0"); x.slot.dir != want {
		t.Errorf("took %s", x.slot.dir)
	}
	confirmed := x.Confirmed()
	src.put(map[int64]*catalogue.Practice{2: practice("Peerlinje")})
	src.fail(down)
	if err := x.CatchUp(t.Context()); !errors.Is(err, down) {
		t.Errorf("CatchUp: %v", err)
	}
	if x.Confirmed() != confirmed {
		t.Error("confirmed without an answer")
	}
	wantIDs(t, "goes on serving", find(t, x, "gåtur").IDs, 1)
	src.fail(nil)
	catchUp(t, x)
	wantIDs(t, "afterwards", find(t, x, "peerlinje").IDs, 2)
}

// lines counts log lines with a text.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) count(s string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), s)
}

func TestRun(t *testing.T) {
	src, log := newCatalog(), &lines{}
	src.put(numbered(practice("Gåtur")))
	x, err := Open(t.Context(), t.TempDir(), src, Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	ctx, stop := context.WithCancel(t.Context())
	wake, ended := make(chan struct{}, 1), make(chan error)
	go func() { ended <- x.Run(ctx, wake) }()

	src.put(map[int64]*catalogue.Practice{2: practice("Peerlinje")})
	wake <- struct{}{}
	eventually(t, "woken", 5*time.Second, func() bool { return x.Version() == 3 })
	src.withdraw(2)
	eventually(t, "polled", 5*time.Second, func() bool { return x.Version() == 4 })

	src.fail(errors.New("no database"))
	for range 5 { // until the next try by itself is seconds away
		wake <- struct{}{}
		time.Sleep(20 * time.Millisecond)
	}
	src.fail(nil)
	wake <- struct{}{}
	eventually(t, "woken after failures", 3*time.Second, func() bool { return log.count("follows the catalogue again") == 1 })
	if n := log.count("cannot follow the catalogue"); n != 1 {
		t.Errorf("the failure was logged %d times", n)
	}
	close(wake) // no more wakes: the poll goes on
	src.put(map[int64]*catalogue.Practice{3: practice("Nødpakke")})
	eventually(t, "polled without wakes", 5*time.Second, func() bool { return x.Version() == 5 })
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
}

func eventually(t *testing.T, what string, within time.Duration, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, within)
		}
	}
}

// Searches, changes and closing at once: for the race detector.
func TestConcurrently(t *testing.T) {
	src := newCatalog()
	src.put(numbered(practice("Gåtur i skoven", groups("angst")), practice("Gåture i parken", groups("hjemloese"))))
	x := openIndex(t, t.TempDir(), src)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				_, err := x.Search(t.Context(), catalogue.Query{Text: "gåtr parken", Filters: catalogue.Filters{"maalgruppe": {"psykisk"}}})
				x.Similar(t.Context(), 1, 5)
				if err != nil && !errors.Is(err, catalogue.ErrUnavailable) {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 20 {
			src.put(map[int64]*catalogue.Practice{int64(3 + i%5): practice("Gåtur nummer " + strings.Repeat("x", i))})
			if err := x.CatchUp(t.Context()); err != nil && !errors.Is(err, errClosed) {
				t.Error(err)
			}
		}
		x.Close()
	})
	wg.Wait()
}

// A folder that nobody may write is an error, not a hang.
func TestUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), file, newCatalog(), Options{Log: quiet(t)}); err == nil {
		t.Error("opened an index in a file")
	}
}
