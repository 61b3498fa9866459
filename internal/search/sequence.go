package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
	index "github.com/blevesearch/bleve_index_api"
)

// sequence is the terms of a practice's nameFields in their order, without stop words:
// each is its number, and in the lowest bits how many positions lie between it and
// the one before. Whether terms stand close together is told by one look at it; to
// read all positions of hundreds of terms from the index takes many times as long.
type sequence struct {
	terms []uint32
	who   int // how many at the end are of fieldWho
}

const (
	gapBits = 8
	// widestGap stands for itself and all that is wider: nothing is close together
	// over it. It stands before each field.
	widestGap = 1<<gapBits - 1
)

// termNumbers numbers the terms of one generation. A number never changes.
type termNumbers struct {
	mu sync.RWMutex
	of map[string]uint32
}

func newTermNumbers() *termNumbers { return &termNumbers{of: map[string]uint32{}} }

// count is how many numbers there are.
func (n *termNumbers) count() int {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return len(n.of)
}

// number is that of a term; false for one that no sequence has.
func (n *termNumbers) number(term string) (uint32, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	i, ok := n.of[term]
	return i, ok
}

// add is the number of a term, which it is given where it has none.
func (n *termNumbers) add(term string) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	i, ok := n.of[term]
	if !ok {
		i = uint32(len(n.of))
		n.of[strings.Clone(term)] = i // it may be a piece of a long text
	}
	return i
}

// placedTerm is a term, by its number, at a position (positionOf).
type placedTerm struct{ at, number uint32 }

// sequence is that of terms by field, each in the order of their positions.
func (n *termNumbers) sequence(fields [numFields][]textTerm) sequence {
	var placed []placedTerm
	for f, terms := range fields {
		if !nameFields.has(field(f)) {
			continue
		}
		for _, t := range terms {
			if !danish.IsStop(t.term) {
				placed = append(placed, placedTerm{positionOf(field(f), uint64(t.position)), n.add(t.term)})
			}
		}
	}
	return newSequence(make([]uint32, 0, len(placed)), placed)
}

// newSequence is the sequence of placed terms, in their order, written behind to.
func newSequence(to []uint32, placed []placedTerm) (s sequence) {
	first := len(to)
	for i, p := range placed {
		gap := uint32(widestGap)
		if i > 0 {
			gap = min(p.at-placed[i-1].at, widestGap)
		}
		if to = append(to, p.number<<gapBits|gap); fieldAt(p.at) == fieldWho {
			s.who++
		}
	}
	s.terms = to[first:len(to):len(to)]
	return s
}

// text is the part of a sequence that textFields have.
func (s sequence) text() []uint32 { return s.terms[:len(s.terms)-s.who] }

// sequences are those of a snapshot's practices by place. They never change.
type sequences struct {
	of      []sequence
	numbers *termNumbers
}

// carriedSequences are those of rows: of practices that changed, came or went those
// given, and of the others those of the snapshot before; nil where that has none.
func carriedSequences(c carried, rows *rowList, numbers *termNumbers) *sequences {
	var before *sequences
	if c.from != nil {
		if before = c.from.postings.sequences.Load(); before == nil {
			return nil
		}
	}
	s := &sequences{make([]sequence, len(rows.all)), numbers}
	n := 0
	for _, own := range c.sequences {
		n += len(own.terms)
	}
	all := make([]uint32, 0, n) // together: they were made among all that indexing takes
	for i, r := range rows.all {
		if own, ok := c.sequences[r.id]; ok {
			all = append(all, own.terms...)
			own.terms = all[len(all)-len(own.terms) : len(all) : len(all)]
			s.of[i] = own
		} else if before == nil {
			return nil
		} else if p, ok := c.from.rows.places[r.id]; ok {
			s.of[i] = before.of[p]
		}
	}
	return s
}

// readSequences reads the sequences of all practices from the index, where the
// snapshot has none: those of an index that was opened. It fails with ctx's error,
// and where the index cannot be read.
func (x *postingReader) readSequences(ctx context.Context) error {
	if x.sequences.Load() != nil {
		return nil
	}
	// They are counted first: lists that grow would leave holes in memory for ever.
	first := make([]int32, x.rows+1) // of a practice's terms in placed, with one more at the end
	err := x.eachSequenceTerm(func(f field, term string) error {
		return readPostings(ctx, x.reader, fieldNames[f], term, nil, func(doc uint64, tf, _ float32) {
			if r := x.rowOf[doc]; r >= 0 {
				first[r+1] += int32(tf)
			}
		})
	})
	if err != nil {
		return err
	}
	for i := range x.rows {
		first[i+1] += first[i]
	}
	placed, next := make([]placedTerm, first[x.rows]), slices.Clone(first)
	err = x.eachSequenceTerm(func(f field, term string) error {
		number := x.termNumbers.add(term)
		return x.eachVectors(ctx, fieldNames[f], term, nil, func(row int32, vectors []*index.TermFieldVector) {
			for _, v := range vectors {
				placed[next[row]] = placedTerm{positionOf(f, v.Pos), number}
				next[row]++
			}
		})
	})
	if err != nil {
		return err
	}
	s := &sequences{make([]sequence, x.rows), x.termNumbers}
	all := make([]uint32, 0, len(placed))
	for i := range s.of {
		list := placed[first[i]:next[i]]
		slices.SortFunc(list, func(a, b placedTerm) int { return cmp.Compare(a.at, b.at) })
		s.of[i] = newSequence(all, list)
		all = all[:len(all)+len(list)]
	}
	x.sequences.Store(s)
	return ctx.Err()
}

// eachSequenceTerm calls fn for each term that sequences have and each field that it
// is in.
func (x *postingReader) eachSequenceTerm(fn func(f field, term string) error) error {
	for _, l := range x.lexicon.lists() {
		for _, e := range l.terms {
			if danish.IsStop(e.term) {
				continue
			}
			if _, again := x.lexicon.base.search(e.term); again && l != x.lexicon.base {
				continue
			}
			for f := range numFields {
				if !(nameFields & x.lexicon.fields(e.term)).has(f) {
					continue
				}
				if err := fn(f, e.term); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// maxSequenceSlots is how many lists of terms closeIn looks for at once.
const maxSequenceSlots = 8

// slotTable tells of a number which lists have its term, a bit for each. That none has
// it, as of most numbers, is told by few bytes, which stay at hand.
type slotTable struct {
	any   []uint64 // a bit for each number
	slots []uint8
}

// slotTables are used again; all zero.
var slotTables = sync.Pool{New: func() any { return &slotTable{} }}

// closeIn adds to together those of the practices in which terms of all lists stand
// close together. It does nothing, and is false, where sequences do not tell.
func (s *sequences) closeIn(lists [][]indexTerm, practices, together *bitset.BitSet) bool {
	if s == nil || len(lists) > maxSequenceSlots {
		return false
	}
	var numbers []uint32
	table := slotTables.Get().(*slotTable)
	if n := s.numbers.count(); len(table.slots) < n {
		n += n / 8
		table.any, table.slots = make([]uint64, n/64+1), make([]uint8, n)
	}
	defer func() {
		for _, n := range numbers {
			table.any[n/64], table.slots[n] = 0, 0
		}
		slotTables.Put(table)
	}()
	for slot, list := range lists {
		for _, e := range list {
			if danish.IsStop(e.term) {
				return false
			}
			if n, ok := s.numbers.number(e.term); ok && int(n) < len(table.slots) {
				table.any[n/64] |= 1 << (n % 64)
				table.slots[n] |= 1 << slot
				numbers = append(numbers, n)
			}
		}
	}
	for r := range practices.EachSet() {
		if hasTogether(s.of[r].text(), table, len(lists)) {
			together.Set(r)
		}
	}
	return true
}

// hasTogether tells whether terms of all n slots stand close together, as isTogether
// does.
func hasTogether(terms []uint32, table *slotTable, n int) bool {
	span := uint32((wordsBetween + 1) * (n - 1))
	const never = 1 << 30
	var last [maxSequenceSlots]uint32 // where a slot was filled last; counted from never
	at := uint32(never)
	for _, t := range terms {
		at += t & widestGap
		number := t >> gapBits
		if table.any[number/64]&(1<<(number%64)) == 0 {
			continue
		}
		filled := table.slots[number]
		first := at
		for i := range n {
			if filled&(1<<i) != 0 {
				last[i] = at
			}
			first = min(first, last[i])
		}
		if at-first <= span {
			return true
		}
	}
	return false
}

// inRow gives those of the practices that have terms one right behind the other. It is
// false where sequences do not tell.
func (s *sequences) inRow(terms []string, practices *bitset.BitSet) (*bitset.BitSet, bool) {
	if s == nil {
		return nil, false
	}
	out, numbers := bitset.New(practices.Len()), make([]uint32, len(terms))
	for i, t := range terms {
		if danish.IsStop(t) {
			return nil, false
		}
		var ok bool
		if numbers[i], ok = s.numbers.number(t); !ok {
			return out, true
		}
	}
	for r := range practices.EachSet() {
		if s.of[r].hasRow(numbers) {
			out.Set(r)
		}
	}
	return out, true
}

// hasRow tells whether terms stand one right behind the other, as the function of the
// same name does.
func (s sequence) hasRow(numbers []uint32) bool {
	for i, t := range s.terms {
		if t>>gapBits != numbers[0] {
			continue
		}
		next, at := 1, 0
		for _, t := range s.terms[i+1:] {
			if next == len(numbers) {
				break
			}
			if at += int(t & widestGap); at > next {
				break
			}
			if at == next && t>>gapBits == numbers[next] {
				next++
			}
		}
		if next == len(numbers) {
			return true
		}
	}
	return false
}
