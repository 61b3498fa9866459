package search

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
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
	for term := range read {
		if _, err := s.postings.positions(t.Context(), indexTerm{term: term}); err != nil {
			t.Fatal(err)
		}
	}
	positions, passages := s.postings.positionCache.all(), maps.Clone(s.postings.passageCache.byID)
	if len(read) < 10 || len(sets) == 0 {
		t.Fatalf("%d lists and %d sets were read", len(read), len(sets))
	}
	if err := x.Tidy(); err != nil {
		t.Fatal(err)
	}
	for term, now := range s.postings.cache.all() {
		if !slices.Equal(now, read[term]) {
			t.Errorf("%s: other postings", term)
		}
	}
	lieTogether(t, "postings", maps.Values(s.postings.cache.all()))
	var all, at []extent
	for term, now := range s.postings.positionCache.all() {
		if want := positions[term]; now == want || !reflect.DeepEqual(now, want) {
			t.Errorf("%s: positions %v, want %v in another place", term, now, want)
		}
		all, at = append(all, extentOf(now.rows), extentOf(now.first)), append(at, extentOf(now.at))
	}
	areOne(t, "practices of positions", all)
	areOne(t, "positions", at)
	var texts []extent
	for id, now := range s.postings.passageCache.byID {
		if now != passages[id] {
			t.Errorf("practice %d: other passages", id)
		}
		texts = append(texts, extentOf(unsafe.Slice(unsafe.StringData(now), len(now))))
	}
	areOne(t, "passages", texts)
	lieTogether(t, "terms by stem", maps.Values(s.postings.lexicon.found.byKey))
	lieTogether(t, "members of compounds", maps.Values(compounds.byTerm))
	lieTogether(t, "stems", maps.Values(s.postings.frequent.byKey))
	var bits []extent
	for _, kept := range s.postings.sets.byKey {
		for _, k := range []keptSet{kept.all, kept.together} {
			if k.bits != nil {
				bits = append(bits, extentOf(k.bits.Words()))
			}
		}
	}
	areOne(t, "sets", bits)
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

// extent is where something lies in memory.
type extent struct{ from, to uintptr }

func extentOf[T any](list []T) extent {
	from := uintptr(unsafe.Pointer(unsafe.SliceData(list)))
	return extent{from, from + uintptr(len(list))*unsafe.Sizeof(*new(T))}
}

// areOne tells whether there are several extents, one right behind the other.
func areOne(t *testing.T, what string, list []extent) {
	t.Helper()
	list = slices.DeleteFunc(list, func(e extent) bool { return e.from == e.to })
	slices.SortFunc(list, func(a, b extent) int { return int(a.from) - int(b.from) })
	if len(list) < 2 {
		t.Fatalf("%s: %d in memory", what, len(list))
	}
	for i, e := range list[1:] {
		if e.from != list[i].to {
			t.Errorf("%s: %d of %d lies by itself", what, i+1, len(list))
		}
	}
}

// lieTogether tells the same of lists, to which nothing can be added.
func lieTogether[T any](t *testing.T, what string, lists iter.Seq[[]T]) {
	t.Helper()
	var all []extent
	for list := range lists {
		if all = append(all, extentOf(list)); cap(list) > len(list) {
			t.Errorf("%s: what is added to a list would write into the next one", what)
		}
	}
	areOne(t, what, all)
}

// What thousands of lists are made of when the index is opened lies together too.
func TestListsAreMadeTogether(t *testing.T) {
	terms := []indexTerm{{term: "anlagt"}, {term: "ananas"}, {term: "banan"}, {term: "gåtur"}}
	x := newNgramIndex(terms)
	if got := x.places["anan"]; !slices.Equal(got, []int32{1, 2}) {
		t.Errorf("anan: %v", got)
	}
	from := extentOf(x.places["anan"]).from
	for g, list := range x.places {
		if at := extentOf(list).from; at > from+1000 || from > at+1000 {
			t.Errorf("%q lies by itself", g)
		}
	}
	names := nameIndex{}
	for i := range 50 {
		names.add(fmt.Sprint("Skole", i, " i Skive"), i)
		names.add(fmt.Sprint("Skole", i, " i Herning"), i)
	}
	names.compact()
	var own []extent
	for _, list := range names {
		for _, n := range list {
			own = append(own, extentOf(n.terms))
		}
	}
	areOne(t, "terms of names", own)
	lieTogether(t, "names", maps.Values(names))
	if list := names["skole7"]; len(list) != 2 || list[1].phrase() != "skole7 i herning" || list[1].actor != 7 {
		t.Errorf("skole7: %v", list)
	}
}
