package search

import (
	"strings"
	"sync"

	"github.com/bits-and-blooms/bitset"
)

// Tidy moves what searches have read into few pieces of memory. It was made little by
// little among all that searches let go, and what lies scattered so holds on to several
// times its own memory. It is for a time without searches, which would wait some
// milliseconds. It fails as Search does.
func (x *Index) Tidy() error {
	return x.withWords(func(s *snapshot) error {
		s.postings.cache.tidy()
		s.postings.sets.tidy()
		s.postings.positionCache.tidy()
		s.postings.passageCache.tidy()
		tidyLists(&s.postings.frequent.mu, &s.postings.frequent.byKey)
		l := s.postings.lexicon
		tidyLists(&l.found.mu, &l.found.byKey)
		tidyLists(&l.spellings.mu, &l.spellings.byKey)
		tidyLists(&compounds.mu, &compounds.byTerm)
		return nil
	})
}

// piece is memory for many lists.
type piece[T any] struct{ all []T }

// newPiece makes room for n elements of all lists together.
func newPiece[T any](n int) *piece[T] { return &piece[T]{make([]T, 0, n)} }

// moved is a list, in the piece.
func (p *piece[T]) moved(list []T) []T {
	p.all = append(p.all, list...)
	return p.all[len(p.all)-len(list) : len(p.all) : len(p.all)]
}

// textPiece is memory for many strings.
type textPiece struct{ all strings.Builder }

// newTextPiece makes room for n bytes.
func newTextPiece(n int) *textPiece {
	p := &textPiece{}
	p.all.Grow(n)
	return p
}

// moved is a string, in the piece.
func (p *textPiece) moved(s string) string {
	p.all.WriteString(s)
	return p.all.String()[p.all.Len()-len(s):]
}

// tidyLists moves all lists of a map together.
func tidyLists[K comparable, T any](mu *sync.RWMutex, byKey *map[K][]T) {
	mu.Lock()
	defer mu.Unlock()
	n := 0
	for _, list := range *byKey {
		n += len(list)
	}
	all := newPiece[T](n)
	for key, list := range *byKey {
		(*byKey)[key] = all.moved(list)
	}
}

// tidied is how many postings a list may have to be moved: longer ones have pages of
// memory to themselves.
const tidied = 4096

func (c *postingCache) tidy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, list := range c.byTerm {
		if len(list) < tidied {
			n += len(list)
		}
	}
	all := newPiece[posting](n)
	for term, list := range c.byTerm {
		if len(list) < tidied {
			c.byTerm[term] = all.moved(list)
		}
	}
}

func (c *positionCache) tidy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	numbers, at := 0, 0
	for _, l := range c.byTerm {
		numbers, at = numbers+len(l.rows)+len(l.first), at+len(l.at)
	}
	lists, allNumbers, allAt := make([]positionList, 0, len(c.byTerm)), newPiece[int32](numbers), newPiece[uint32](at)
	for term, l := range c.byTerm {
		lists = append(lists, positionList{allNumbers.moved(l.rows), allNumbers.moved(l.first), allAt.moved(l.at)})
		c.byTerm[term] = &lists[len(lists)-1]
	}
}

func (c *passageCache) tidy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, s := range c.byID {
		n += len(s)
	}
	all := newTextPiece(n)
	for id, s := range c.byID {
		c.byID[id] = all.moved(s)
	}
}

func (c *setCache) tidy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, words := 0, 0
	for key, s := range c.byKey {
		n += len(key)
		for _, k := range []keptSet{s.all, s.together} {
			if n += len(k.places); k.bits != nil {
				words += len(k.bits.Words())
			}
		}
	}
	text, bits := newTextPiece(n), newPiece[uint64](words)
	moved := func(k keptSet) keptSet {
		if k.places = text.moved(k.places); k.bits != nil {
			k.bits = bitset.FromWithLength(k.bits.Len(), bits.moved(k.bits.Words()))
		}
		return k
	}
	byKey := make(map[string]keptSets, len(c.byKey))
	for key, s := range c.byKey {
		s.all, s.together = moved(s.all), moved(s.together)
		byKey[text.moved(key)] = s
	}
	c.byKey = byKey
}
