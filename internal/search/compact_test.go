package search

import (
	"reflect"
	"testing"

	"praksis/internal/catalogue"
)

// TestCompact: an index written as one segment answers as it did, and goes on
// following.
func TestCompact(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for i := range 5 {
		p := practice("Gåtur med bostøtte", body("Samtaler i telefon."), published("2021-05-02"))
		p.Slug = "nyt-" + string(rune('a'+i))
		src.put(map[int64]*catalogue.Practice{int64(9000 + i): p})
		if err := x.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	segments := func() int {
		s := x.acquire()
		defer s.release()
		return len(segmentSizes(s.postings.reader))
	}
	if n := segments(); n < 2 {
		t.Fatalf("%d segments: nothing to be compacted", n)
	}
	queries := []string{"bostøtte", "telefonsamtaler", "gåtur i skoven", "misbrugsbehandling", "Aarhus", "§ 85", "samtale pr telefon"}
	ask := func() (out []Result) {
		for _, q := range queries {
			r := search(t, x, catalogue.Query{Text: q, Page: 1, Sort: catalogue.SortRelevance})
			r.Version = 0
			out = append(out, r)
		}
		return out
	}
	before := ask()
	if err := x.compact(t.Context(), x.generation); err != nil {
		t.Fatal(err)
	}
	if n := segments(); n != 1 {
		t.Errorf("%d segments", n)
	}
	for i, r := range ask() {
		if b := before[i]; r.Total != b.Total || !reflect.DeepEqual(r.IDs, b.IDs) || !reflect.DeepEqual(r.Near, b.Near) || !reflect.DeepEqual(r.Quotes, b.Quotes) {
			t.Errorf("%q: %d %v, before %d %v", queries[i], r.Total, r.IDs, b.Total, b.IDs)
		}
	}
	p := practice("Enestående ordning", body("Den kom bagefter."), published("2021-05-03"))
	p.Slug = "bagefter"
	src.put(map[int64]*catalogue.Practice{9100: p})
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, "enestående ordning"); r.Total != 1 {
		t.Errorf("%d found of what came afterwards", r.Total)
	}
	// A catalogue that is read ahead as a whole gains nothing by it.
	if g, err := x.toCompact(t.Context()); g != nil || err != nil {
		t.Errorf("it is to be compacted: %v", err)
	}
}
