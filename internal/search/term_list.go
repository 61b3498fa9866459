package search

import (
	"cmp"
	"slices"
	"sync"

	"praksis/internal/danish"
)

// termList is terms with lookups by stem, member, root, spelling and n-gram.
type termList struct {
	terms    []indexTerm         // sorted by term
	byStem   map[string][]int32  // places in terms, the shortest term first
	byMember map[string][]int32  // the same, by the stem of a compound's member
	byRoot   map[string][]string // stems
	// Made when first asked for:
	bySpelling func() *spellingIndex
	byNgram    func() *ngramIndex
}

func newTermList(seen termFields) *termList {
	l := &termList{terms: make([]indexTerm, 0, len(seen)), byStem: make(map[string][]int32, len(seen)/2), byMember: map[string][]int32{}, byRoot: map[string][]string{}}
	for t, fields := range seen {
		l.terms = append(l.terms, indexTerm{term: t, stem: danish.Stem(t), fields: fields})
	}
	slices.SortFunc(l.terms, func(a, b indexTerm) int { return cmp.Compare(a.term, b.term) })
	membersOf := danish.Members
	if len(l.terms) <= maxCompounds/2 {
		membersOf = compounds.membersOf // they will be asked for
	}
	for i, e := range l.terms {
		if _, ok := l.byStem[e.stem]; !ok {
			if root := danish.Root(e.stem); root != "" {
				l.byRoot[root] = append(l.byRoot[root], e.stem)
			}
		}
		l.byStem[e.stem] = append(l.byStem[e.stem], int32(i))
		for _, p := range membersOf(e.term) {
			stem := p.Stem
			if n := len(l.byMember[stem]); stem != e.stem && (n == 0 || l.byMember[stem][n-1] != int32(i)) {
				l.byMember[stem] = append(l.byMember[stem], int32(i))
			}
		}
	}
	for _, by := range []map[string][]int32{l.byStem, l.byMember} {
		for _, places := range by {
			slices.SortFunc(places, func(a, b int32) int { return shortestFirst(l.terms[a], l.terms[b]) })
		}
	}
	l.bySpelling = sync.OnceValue(func() *spellingIndex { return newSpellingIndex(l.terms) })
	l.byNgram = sync.OnceValue(func() *ngramIndex { return newNgramIndex(l.terms) }) // few searches need it
	return l
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
