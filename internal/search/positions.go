package search

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"sync"

	"github.com/bits-and-blooms/bitset"
	index "github.com/blevesearch/bleve_index_api"
)

// textGap is how many positions lie between two texts of a field: what ends one
// and begins the next is not close together.
const textGap = 16

// wordsBetween is how many words may stand between two members of a compound, or
// two words of what means the same, that count as written together (domain.md,
// "Hits").
const wordsBetween = 2

// positionList is where a term stands: for practice rows[i], by place, the positions
// at[first[i]:first[i+1]], each with its field in the upper bits.
type positionList struct {
	rows  []int32
	first []int32
	at    []uint32
}

// nameFields are those in which names stand.
const nameFields = textFields | 1<<fieldWho

// positionOf joins a field and a position in it.
func positionOf(f field, pos uint64) uint32 { return uint32(f)<<24 | uint32(min(pos, 1<<24-1)) }

// fieldAt is the field of a position.
func fieldAt(at uint32) field { return field(at >> 24) }

// maxPositions bounds what a snapshot keeps of positions, in numbers of four bytes: 4 MB.
// Only names are looked for in them, once there are sequences.
const maxPositions = 1 << 20

// positionCache keeps the positions that searches have read of one snapshot.
type positionCache struct {
	mu     sync.RWMutex
	byTerm map[string]*positionList
	size   int
}

func (c *positionCache) get(term string) *positionList {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.byTerm[term]
}

func (c *positionCache) put(term string, l *positionList) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(l.rows)*2 + len(l.at) + 8
	if c.size += n; c.size > maxPositions || c.byTerm == nil {
		c.byTerm, c.size = map[string]*positionList{}, n // all anew: it is a cache
	}
	c.byTerm[term] = l
}

// positions are those of a term in all its fields. The caller must not change
// them. It fails with ctx's error, and where the index cannot be read.
func (x *postingReader) positions(ctx context.Context, e indexTerm) (*positionList, error) {
	if l := x.positionCache.get(e.term); l != nil {
		return l, nil
	}
	l := &positionList{}
	if err := x.readPositions(ctx, e.term, nameFields, nil, l); err != nil {
		return nil, err
	}
	l.first = append(l.first, int32(len(l.at)))
	l.rows, l.first, l.at = trimmed(l.rows), trimmed(l.first), trimmed(l.at)
	x.positionCache.put(e.term, l)
	return l, nil
}

// fewDocuments: where a term stands in so many times more practices than are asked
// about, their positions are read one by one and not kept.
const fewDocuments = 8

// positionsIn are at least those positions of a term in some fields that are in some
// practices, of which there are count. It fails as positions does.
func (x *postingReader) positionsIn(ctx context.Context, e indexTerm, fields fieldSet, practices *bitset.BitSet, count int) (*positionList, error) {
	if l := x.positionCache.get(e.term); l != nil {
		return l, nil
	}
	list, err := x.postings(ctx, e)
	if err != nil || count*fewDocuments > len(list) {
		if err != nil {
			return nil, err
		}
		return x.positions(ctx, e)
	}
	in, titles := documents{}, false
	for _, p := range list {
		if practices.Test(uint(p.row())) {
			in, titles = append(in, x.document(p.row())), titles || p.inTitle()
		}
	}
	if !titles {
		fields &^= fieldTitle.set()
	}
	slices.SortFunc(in, func(a, b index.IndexInternalID) int { return bytes.Compare(a, b) })
	l := &positionList{}
	err = x.readPositions(ctx, e.term, fields, in, l)
	l.first = append(l.first, int32(len(l.at)))
	return l, err
}

// readPositions adds the positions of a term in some fields of the documents given to
// l. It fails as positions does.
func (x *postingReader) readPositions(ctx context.Context, term string, fields fieldSet, in documents, l *positionList) error {
	fields &= x.lexicon.fields(term)
	for f := range numFields {
		if !fields.has(f) {
			continue
		}
		err := x.eachVectors(ctx, fieldNames[f], term, in, func(row int32, vectors []*index.TermFieldVector) {
			l.rows, l.first = append(l.rows, row), append(l.first, int32(len(l.at)))
			for _, v := range vectors {
				l.at = append(l.at, positionOf(f, v.Pos))
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachVectors calls fn for each practice with a term in a field, of the documents
// given.
func (x *postingReader) eachVectors(ctx context.Context, field, term string, in documents, fn func(row int32, at []*index.TermFieldVector)) error {
	tfr, err := x.reader.TermFieldReader(ctx, []byte(term), field, true, false, true)
	if err != nil {
		return err
	}
	defer tfr.Close()
	return in.each(ctx, tfr, func(p *index.TermFieldDoc) {
		if r := x.rowOf[documentNumber(p.ID)]; r >= 0 {
			fn(r, p.Vectors)
		}
	})
}

// slotPosition is where one of the terms for a slot stands: a practice's place in
// rowList.all, a position and the slot, each in bits of its own, so that they are
// ordered as numbers are.
type slotPosition uint64

const (
	slotBits     = 8
	positionBits = 32
	maxWordSlots = 1 << slotBits
)

func newSlotPosition(row int32, at uint32, slot int) slotPosition {
	return slotPosition(row)<<(positionBits+slotBits) | slotPosition(at)<<slotBits | slotPosition(slot)
}

func (p slotPosition) row() uint  { return uint(p >> (positionBits + slotBits)) }
func (p slotPosition) at() uint32 { return uint32(p >> slotBits) }
func (p slotPosition) slot() int  { return int(p & (maxWordSlots - 1)) }

// slotPositions gives, practice by practice, the positions in some fields of the
// terms for all slots, in order.
func (x *postingReader) slotPositions(ctx context.Context, lists [][]indexTerm, in fieldSet, practices *bitset.BitSet) (iter.Seq2[uint, []slotPosition], error) {
	var out []slotPosition
	count := int(practices.Count())
	if count == 0 || len(lists) > maxWordSlots {
		return byRow(nil), ctx.Err()
	}
	for slot, list := range lists {
		for _, e := range list {
			if here, err := x.isIn(ctx, e, practices); err != nil {
				return nil, err
			} else if !here {
				continue
			}
			l, err := x.positionsIn(ctx, e, in, practices, count)
			if err != nil {
				return nil, err
			}
			for i, r := range l.rows {
				if !practices.Test(uint(r)) {
					continue
				}
				for _, at := range l.at[l.first[i]:l.first[i+1]] {
					if in.has(fieldAt(at)) {
						out = append(out, newSlotPosition(r, at, slot))
					}
				}
			}
		}
	}
	slices.Sort(out)
	return byRow(out), ctx.Err()
}

// byRow cuts ordered positions into those of each practice.
func byRow(all []slotPosition) iter.Seq2[uint, []slotPosition] {
	return func(yield func(uint, []slotPosition) bool) {
		for len(all) > 0 {
			row, n := all[0].row(), 1
			for n < len(all) && all[n].row() == row {
				n++
			}
			if !yield(row, all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// isIn tells whether one of the practices has a term.
func (x *postingReader) isIn(ctx context.Context, e indexTerm, practices *bitset.BitSet) (bool, error) {
	list, err := x.postings(ctx, e)
	return err == nil && slices.ContainsFunc(list, func(p posting) bool { return practices.Test(uint(p.row())) }), err
}

// closeTogether are the practices that have one of the terms of each list, and of
// these the ones in which such terms stand together: in one compound, or with at
// most wordsBetween words between neighbours, in any order. The caller must not
// change them. key names the lists: the same words give the same sets as long as
// the snapshot lasts, so that they are found once.
func (x *postingReader) closeTogether(ctx context.Context, key string, lists func() [][]indexTerm) (together, all *bitset.BitSet, err error) {
	if s, ok := x.sets.get(key); ok {
		return s.together, s.all, nil
	}
	terms := lists()
	s, ok, err := x.refreshTogether(ctx, key, terms)
	if err == nil && !ok {
		s.together, s.all, err = x.findTogether(ctx, terms)
	}
	if err != nil {
		return nil, nil, err
	}
	s.terms = termCount(terms, nil)
	x.sets.put(key, s)
	return s.together, s.all, nil
}

func (x *postingReader) findTogether(ctx context.Context, lists [][]indexTerm) (together, all *bitset.BitSet, err error) {
	if all, err = x.withOneOfEach(ctx, lists, textBit); err != nil || len(lists) < 2 || all.None() {
		return all, all, err
	}
	// One compound that has all members needs no look at positions.
	if together, err = x.withOneOfEach(ctx, [][]indexTerm{inAll(lists)}, textBit); err != nil {
		return nil, nil, err
	}
	apart := all.Difference(together)
	if x.sequences.Load().closeIn(lists, apart, together) {
		return together, all, ctx.Err()
	}
	found, err := x.slotPositions(ctx, lists, textFields, apart)
	if err != nil {
		return nil, nil, err
	}
	for r, list := range found {
		if isTogether(list, len(lists)) {
			together.Set(r)
		}
	}
	return together, all, nil
}

// inAll are the terms that stand in all lists.
func inAll(lists [][]indexTerm) []indexTerm {
	return slices.DeleteFunc(slices.Clone(lists[0]), func(e indexTerm) bool {
		return slices.ContainsFunc(lists[1:], func(list []indexTerm) bool {
			return !slices.ContainsFunc(list, func(o indexTerm) bool { return o.term == e.term })
		})
	})
}

// isTogether tells whether positions, in order, have all of n slots close together.
func isTogether(list []slotPosition, n int) bool {
	span := uint32((wordsBetween + 1) * (n - 1))
	have, count := make([]int, n), 0
	for first, last := 0, 0; last < len(list); last++ {
		if s := list[last].slot(); have[s] == 0 {
			count++
		}
		have[list[last].slot()]++
		for list[last].at()-list[first].at() > span {
			if have[list[first].slot()]--; have[list[first].slot()] == 0 {
				count--
			}
			first++
		}
		if count == n {
			return true
		}
	}
	return false
}

// inRow are the practices that have terms one right behind the other, in their text
// or in the name of who did it.
func (x *postingReader) inRow(ctx context.Context, terms []string) (*bitset.BitSet, error) {
	lists := make([][]indexTerm, len(terms))
	for i, t := range terms {
		lists[i] = []indexTerm{{term: t, fields: x.lexicon.fields(t)}}
	}
	all, err := x.withOneOfEach(ctx, lists, textBit|whoBit)
	if err != nil || len(terms) < 2 || all.None() {
		return all, err
	}
	if out, ok := x.sequences.Load().inRow(terms, all); ok {
		return out, ctx.Err()
	}
	found, err := x.slotPositions(ctx, lists, nameFields, all)
	if err != nil {
		return nil, err
	}
	out := bitset.New(uint(x.rows))
	for r, list := range found {
		if hasRow(list, len(terms)) {
			out.Set(r)
		}
	}
	return out, nil
}

// hasRow tells whether positions, in order, have the slots 0 to n-1 one right
// behind the other.
func hasRow(list []slotPosition, n int) bool {
	for _, p := range list {
		if p.slot() != 0 {
			continue
		}
		next := 1
		for ; next < n; next++ {
			if _, ok := slices.BinarySearch(list, newSlotPosition(int32(p.row()), p.at()+uint32(next), next)); !ok {
				break
			}
		}
		if next == n {
			return true
		}
	}
	return false
}
