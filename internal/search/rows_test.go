package search

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// rowsOf are the rows of practices with the ids 1, 2, 3, …, without an index.
func rowsOf(practices ...*catalogue.Practice) *rowList {
	tab := newRowTable()
	for id, p := range numbered(practices...) {
		e := p.Entry()
		tab.rows[id] = tab.newRow(id, &e)
	}
	return newRowList(tab, nil, nil)
}

func TestRowList(t *testing.T) {
	l := rowsOf(practice("Ål", published("2021-01-01")), practice("Abe", published("2021-01-03")), practice("Æble", published("2021-01-02")))
	all := len(l.all)
	wantIDs(t, "newest first", l.page(nil, nil, 0, all), 2, 3, 1)
	wantIDs(t, "by name", l.page(l.byTitle, nil, 0, all), 2, 3, 1)
	wantIDs(t, "skipped", l.page(nil, nil, 1, 1), 3)
	wantIDs(t, "past the end", l.page(nil, nil, 5, 1))
	hits := bitset.New(3).Set(uint(l.places[1])).Set(uint(l.places[2]))
	wantIDs(t, "hits alone", l.page(l.byTitle, hits, 0, all), 2, 1)
	wantIDs(t, "none", l.page(nil, bitset.New(3), 0, all))
	wantIDs(t, "ids", l.ids([]int32{2, 0}), 1, 2)
}

// A list made of the one before it is the list made anew.
func TestRowListFollows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	tab := newRowTable()
	titles, days := []string{"Abe", "abe", "Ål", "Aalborg", "Æble", "Zoo"}, []string{"2021-01-01", "2021-01-02", "2021-01-03"}
	var before *rowList
	for round := range 50 {
		changed := map[int64]*row{}
		for range r.IntN(8) {
			id := 1 + r.Int64N(40)
			if changed[id] = nil; r.IntN(3) > 0 {
				e := practice(titles[r.IntN(len(titles))], published(days[r.IntN(len(days))])).Entry()
				changed[id] = tab.newRow(id, &e)
				changed[id].evidence.findings = int16(r.IntN(3))
			}
		}
		for id, r := range changed {
			if delete(tab.rows, id); r != nil {
				tab.rows[id] = r
			}
		}
		got, want := newRowList(tab, before, changed), newRowList(tab, nil, nil)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d: %v, not %v", round, got.page(got.byTitle, nil, 0, 99), want.page(want.byTitle, nil, 0, 99))
		}
		before = got
	}
}

// Filters and counts need no index.
func TestFacetsAlone(t *testing.T) {
	x := newFacetIndex(rowsOf(practice("A", groups("angst")), practice("B", groups("depression")), practice("C", groups("hjemloese"))), testTaxonomy())
	sel := x.selection(catalogue.Query{Filters: catalogue.Filters{"maalgruppe": {"psykisk", "findes-ikke"}}})
	if got := x.filter(sel, nil); got.Count() != 2 {
		t.Errorf("%d are let through", got.Count())
	}
	if got := x.filter(sel, bitset.New(3)); got.Any() {
		t.Error("of none, some are let through")
	}
	if x.filter(x.selection(catalogue.Query{}), nil) != nil {
		t.Error("nothing chosen lets not all through")
	}
	if len(sel.unknown) != 1 || sel.unknown[0] != (UnknownValue{"maalgruppe", "findes-ikke"}) {
		t.Errorf("unknown: %v", sel.unknown)
	}
	r := Result{Facets: newFacetCounter(x).count(sel, nil)}
	for slug, want := range map[string]int{"psykisk": 2, "angst": 1, "udsatte": 1} {
		if n := count(t, r, "maalgruppe", slug); n != want {
			t.Errorf("%s is counted %d times, not %d", slug, n, want)
		}
	}
	if list := newValueSuggester(x).suggest(parseCompletionInput("ps"), 5); len(list) != 1 || list[0].Slug != "psykisk" || list[0].Count != 2 {
		t.Errorf("suggested: %+v", list)
	}
}

func TestPostingCache(t *testing.T) {
	var c postingCache
	if _, ok := c.get("x"); ok {
		t.Error("an empty cache has something")
	}
	c.put("x", nil)
	if list, ok := c.get("x"); !ok || list != nil {
		t.Error("what was put is not there")
	}
	c.put("y", make([]posting, maxPostings))
	if _, ok := c.get("x"); ok {
		t.Error("nothing was let go")
	}
	if list, ok := c.get("y"); !ok || len(list) != maxPostings {
		t.Error("the last one is not there")
	}
}
