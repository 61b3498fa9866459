package search

import (
	"fmt"
	"slices"
	"testing"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// TestKeptSet: a set comes back as it was kept, also where its practices have moved,
// whether it has few of many practices or not.
func TestKeptSet(t *testing.T) {
	for _, n := range []uint{10, 5000, 40_000} {
		for _, every := range []uint{1, 7, 1000} {
			set, place := bitset.New(n), make([]int32, n)
			for i := range n {
				if i%every == 0 {
					set.Set(i)
				}
				place[i] = int32(i) + 1 // one has come in front
			}
			place[5] = -1
			for i := 6; i < int(n); i++ {
				place[i]--
			}
			kept := keepSet(set)
			if sparse := n > 1000 && every == 1000; (kept.bits == nil) != sparse {
				t.Errorf("%d, every %d: kept as places: %v", n, every, kept.bits == nil)
			}
			if count := int(set.Count()); kept.bits == nil && kept.bytes() > 2*count {
				t.Errorf("%d, every %d: %d bytes for %d places", n, every, kept.bytes(), count)
			}
			if !kept.set().Equal(set) {
				t.Errorf("%d, every %d: another set", n, every)
			}
			runs := runsOf(place)
			if want := moveBits(set, runs, int(n)); !kept.moved(place, runs, int(n)).set().Equal(want) {
				t.Errorf("%d, every %d: another set after moving", n, every)
			}
		}
	}
}

// TestPositionsIn: the positions that are read for few practices are those that are
// read for all.
func TestPositionsIn(t *testing.T) {
	var list []*catalogue.Practice
	for i := range 60 {
		list = append(list, practice(fmt.Sprint("Gåtur nummer ", i), body("En gåtur og en gåtur.")))
	}
	x := indexOf(t, list...)
	s := x.acquire()
	defer s.release()
	e := indexTerm{term: "gaatur", fields: s.postings.lexicon.fields("gaatur")}
	some := bitset.New(60).Set(3).Set(41)
	few, err := s.postings.positionsIn(t.Context(), e, textFields, some, 2)
	if err != nil {
		t.Fatal(err)
	}
	if s.postings.positionCache.get(e.term) != nil {
		t.Error("the positions in few practices are kept as those in all")
	}
	all, err := s.postings.positions(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	of := func(l *positionList, row int32) (out []uint32) {
		for i, r := range l.rows {
			if r == row {
				out = append(out, l.at[l.first[i]:l.first[i+1]]...)
			}
		}
		return out
	}
	if len(few.rows) >= len(all.rows) {
		t.Errorf("%d of %d rows are read", len(few.rows), len(all.rows))
	}
	for _, row := range []int32{3, 41} {
		if got, want := of(few, row), of(all, row); len(got) != 3 || !slices.Equal(got, want) {
			t.Errorf("row %d: %v, want %v", row, got, want)
		}
	}
}
