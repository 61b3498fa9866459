package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"praksis/internal/danish"
)

// termList is terms with lookups by stem, member, root, spelling and n-gram. Of a
// large catalogue there are 100,000: it is kept small.
type termList struct {
	terms    []indexTerm // sorted by term
	byStem   termGroups  // the shortest term first
	byMember termGroups  // the same, by the stem of a compound's member
	byRoot   termGroups  // one term of each stem
	// Made when first asked for:
	bySpelling func() *spellingIndex
	byNgram    func() *ngramIndex
}

func newTermList(seen termFields) *termList {
	l := &termList{terms: make([]indexTerm, 0, len(seen))}
	n := 0
	for t := range seen {
		n += len(t)
	}
	var all strings.Builder // the terms in one piece
	all.Grow(n)
	for t, fields := range seen {
		all.WriteString(t)
		t = all.String()[all.Len()-len(t):]
		e := indexTerm{term: t, stem: danish.Stem(t), fields: fields}
		if strings.HasPrefix(t, e.stem) {
			e.stem = t[:len(e.stem)]
		}
		l.terms = append(l.terms, e)
	}
	slices.SortFunc(l.terms, func(a, b indexTerm) int { return cmp.Compare(a.term, b.term) })
	membersOf := danish.Members
	if len(l.terms) <= maxCompounds/2 {
		membersOf = compounds.membersOf // they will be asked for
	}
	var stems, members, roots []keyedTerm
	for i, e := range l.terms {
		stems = append(stems, keyedTerm{e.stem, int32(i)})
		for _, p := range membersOf(e.term) {
			if p.Stem != e.stem {
				members = append(members, keyedTerm{p.Stem, int32(i)})
			}
		}
	}
	shorter := func(a, b int32) int { return shortestFirst(l.terms[a], l.terms[b]) }
	l.byStem, l.byMember = newTermGroups(stems, shorter), newTermGroups(members, shorter)
	for i, stem := range l.byStem.keys {
		if root := danish.Root(stem); root != "" {
			roots = append(roots, keyedTerm{root, l.byStem.places[l.byStem.first[i]]})
		}
	}
	l.byRoot = newTermGroups(roots, cmp.Compare[int32])
	l.bySpelling = sync.OnceValue(func() *spellingIndex { return newSpellingIndex(l.terms) })
	l.byNgram = sync.OnceValue(func() *ngramIndex { return newNgramIndex(l.terms) }) // few searches need it
	return l
}

// keyedTerm is the place of a term in termList.terms with a key that finds it.
type keyedTerm struct {
	key   string
	place int32
}

// termGroups are places of terms by key. A map of lists would take several times as
// much memory.
type termGroups struct {
	keys   []string // in order
	first  []int32  // of a key's places, with one more at the end
	places []int32
}

// newTermGroups groups terms, each group in the order of compare.
func newTermGroups(all []keyedTerm, compare func(a, b int32) int) (g termGroups) {
	slices.SortFunc(all, func(a, b keyedTerm) int { return cmp.Or(cmp.Compare(a.key, b.key), compare(a.place, b.place)) })
	all = slices.Compact(all) // a compound may have a member twice
	g.places = make([]int32, len(all))
	for i, t := range all {
		if i == 0 || t.key != all[i-1].key {
			g.keys, g.first = append(g.keys, t.key), append(g.first, int32(i))
		}
		g.places[i] = t.place
	}
	g.keys, g.first = slices.Clip(g.keys), append(g.first, int32(len(all)))
	return g
}

// of are the places of the terms with a key. The caller must not change them.
func (g *termGroups) of(key string) []int32 {
	i, ok := slices.BinarySearch(g.keys, key)
	if !ok {
		return nil
	}
	return g.places[g.first[i]:g.first[i+1]]
}

// search gives the place of a term in terms, or where it would be.
func (l *termList) search(term string) (int, bool) {
	return slices.BinarySearchFunc(l.terms, term, func(e indexTerm, t string) int { return cmp.Compare(e.term, t) })
}

// addFirst calls add for the first of the terms at the places, at most limit.
func (l *termList) addFirst(places []int32, limit int, add func(indexTerm)) {
	for _, i := range places[:min(len(places), limit)] {
		add(l.terms[i])
	}
}
