package search

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"

	"praksis/internal/catalogue"
)

// What is tidied is what was there, in one piece of memory, and searches find the same.
func TestTidy(t *testing.T) {
	var list []*catalogue.Practice
	for i := range 200 {
		list = append(list, practice(fmt.Sprint("Gåtur nummer ", i), body(fmt.Sprintf("En gåtur med hund%d og en cykel%d i skoven.", i%7, i%9))))
	}
	x := indexOf(t, list...)
	s := x.acquire()
	defer s.release()
	before := allHits(t, x, "gåtur skoven hund3")
	for i := range 9 {
		allHits(t, x, fmt.Sprintf("hund%d cykel%d", i%7, i))
	}
	read := s.postings.cache.all()
	sets := map[string]togetherSets{}
	for key := range s.postings.sets.byKey {
		sets[key], _ = s.postings.sets.get(key)
	}
	if len(read) < 10 || len(sets) == 0 {
		t.Fatalf("%d lists and %d sets were read", len(read), len(sets))
	}
	if err := x.Tidy(); err != nil {
		t.Fatal(err)
	}
	type piece struct{ from, to uintptr }
	var pieces []piece
	for term, now := range s.postings.cache.all() {
		if !slices.Equal(now, read[term]) {
			t.Errorf("%s: other postings", term)
		}
		if len(now) > 0 {
			from := uintptr(unsafe.Pointer(&now[0]))
			pieces = append(pieces, piece{from, from + uintptr(len(now))*unsafe.Sizeof(now[0])})
		}
		if cap(now) > len(now) {
			t.Errorf("%s: what is added to it would write into the next list", term)
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return int(a.from) - int(b.from) })
	for i, p := range pieces[1:] {
		if p.from != pieces[i].to {
			t.Errorf("list %d of %d lies by itself", i+1, len(pieces))
		}
	}
	for key, want := range sets {
		if got, ok := s.postings.sets.get(key); !ok || !got.all.Equal(want.all) || !got.together.Equal(want.together) || got.terms != want.terms {
			t.Errorf("%q: another set", key)
		}
	}
	if len(s.postings.sets.byKey) != len(sets) {
		t.Errorf("%d sets, want %d", len(s.postings.sets.byKey), len(sets))
	}
	if after := allHits(t, x, "gåtur skoven hund3"); !slices.Equal(before, after) {
		t.Errorf("found %v, before %v", after, before)
	}
}
