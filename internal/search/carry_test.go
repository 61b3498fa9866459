package search

import (
	"reflect"
	"testing"

	"praksis/internal/catalogue"
)

// TestCarryOver: what is taken over at a publication answers as an index that was
// made anew does, and is taken over.
func TestCarryOver(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	queries := []string{"bostøtte", "virtuelle møder med borgere", "gåtur i skoven", "misbrugsbehandling", "Aarhus", "§ 85", "telefonrådgivning", "hvad gjorde man for unge"}
	for _, q := range queries {
		find(t, x, q)
	}
	changed := practice("Gåtur med bostøtte på telefon", body("Virtuelle møder i Aarhus."), published("2021-05-02"))
	changed.Slug = "helt-nyt"
	again := *src.rows[3].Practice
	again.Title = "Noget helt andet om telefonrådgivning"
	src.put(map[int64]*catalogue.Practice{9001: changed, 3: &again})
	src.withdraw(5)
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := x.acquire()
	defer s.release()
	for _, term := range []string{"bostoette", "borger"} { // the changed practices have the first
		if _, ok := s.postings.cache.get(term); !ok {
			t.Errorf("the postings of %q were not taken over", term)
		}
	}
	if s.postings.positionCache.get("virtuelle") == nil {
		t.Error("no positions were taken over of a word of the changed practices")
	}
	if len(s.postings.passageCache.byID) == 0 {
		t.Error("no passages were taken over")
	}
	anew := openIndex(t, t.TempDir(), src)
	for _, q := range append(queries, "helt andet", "nyt") {
		for page := 1; page <= 2; page++ {
			q := catalogue.Query{Text: q, Page: page, Sort: catalogue.SortRelevance}
			got, want := search(t, x, q), search(t, anew, q)
			if got.Total != want.Total || !reflect.DeepEqual(got.IDs, want.IDs) || !reflect.DeepEqual(got.Near, want.Near) || !reflect.DeepEqual(got.Quotes, want.Quotes) {
				t.Errorf("%q page %d: %d %v %v, want %d %v %v", q.Text, page, got.Total, got.IDs, got.Near, want.Total, want.IDs, want.Near)
			}
		}
	}
}
