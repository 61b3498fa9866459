package search

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// posting is that a practice has a word: where it stands in snapshot.rows, and
// what the word weighs there, all fields together.
type posting struct {
	place  uint32 // shifted left by one; the lowest bit tells of the title
	weight float32
}

func (p posting) row() int     { return int(p.place >> 1) }
func (p posting) titled() bool { return p.place&1 != 0 }

// maxPostings bounds what is kept, some 64 MB. Reading a posting of the index
// costs some 40 ns and opening a list of them 8 µs, so that a query of common
// words would read for 50 ms at 100,000 practices; kept, it is a hundredth.
const maxPostings = 8 << 20

// postingLists keeps the postings that searches have read of one snapshot.
type postingLists struct {
	mu     sync.RWMutex
	byTerm map[string][]posting
	kept   int
}

func (l *postingLists) get(term string) ([]posting, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	list, ok := l.byTerm[term]
	return list, ok
}

func (l *postingLists) put(term string, list []posting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept += len(list) + 8; l.kept > maxPostings || l.byTerm == nil {
		l.byTerm, l.kept = map[string][]posting{}, len(list) // all anew: it is a cache
	}
	l.byTerm[term] = list
}

// postings are those of an entry in all its fields, by place.
func (s *snapshot) postings(ctx context.Context, e entry) ([]posting, error) {
	if list, ok := s.lists.get(e.term); ok {
		return list, nil
	}
	var list []posting
	e.fields = s.lexicon.fields(e.term) // of both layers
	err := s.read(ctx, e, func(row int, f field, tf, length float32) {
		p := posting{uint32(row) << 1, s.fieldWeight(f, tf, length)}
		if f == fieldTitle {
			p.place |= 1
		}
		list = append(list, p)
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b posting) int { return cmp.Compare(a.row(), b.row()) })
	n := 0
	for _, p := range list { // the fields of a practice become one
		if n > 0 && list[n-1].row() == p.row() {
			list[n-1].place |= p.place
			list[n-1].weight += p.weight
			continue
		}
		list[n] = p
		n++
	}
	list = slices.Clip(list[:n])
	s.lists.put(e.term, list)
	return list, nil
}

// fieldWeight is what occurrences in a field of some length weigh.
func (s *snapshot) fieldWeight(f field, tf, length float32) float32 {
	switch f {
	case fieldTitle:
		tf /= 1 - titleNorm + titleNorm*length/titlePivot
	case fieldBody:
		tf /= 1 - bodyNorm + bodyNorm*length/s.usualLength
	}
	return fieldWeight[f] * tf
}
