package search

import (
	"bytes"
	"context"
	"maps"
	"slices"

	index "github.com/blevesearch/bleve_index_api"
)

// carried is what a new snapshot takes over from the one before it: what searches
// have read is true still, but for the practices that changed.
type carried struct {
	from    *snapshot      // nil for nothing
	changed map[int64]*row // practices that changed, came or went
	terms   termFields     // of the changed practices as they are now
	// sequences are those of the changed practices as they are now; without a snapshot
	// before, of those whose texts were read.
	sequences map[int64]sequence
}

// maxReadAgain is of how many changed practices the postings are read into lists
// that are carried over; with more, as an import brings, the lists of their terms
// are let go.
const maxReadAgain = 32

// carryOver puts what was read of the old snapshot into the caches of a new one, with
// the changed practices as they are now. The places of practices may have moved, but
// those that did not change stand in the order in which they stood. Nothing is taken
// over where the lengths of texts weigh otherwise now. It fails where the index
// cannot be read.
func (x *postingReader) carryOver(c carried, rows *rowList) error {
	if c.from == nil {
		return nil
	}
	x.passageCache.carryOver(&c.from.postings.passageCache, c.changed)
	x.frequent.carryOver(&c.from.postings.frequent, func(id int64) bool { _, ok := c.changed[id]; return ok })
	if c.from.postings.averageLength != x.averageLength {
		return nil
	}
	place := make([]int32, len(c.from.rows.all)) // new place by the old; -1 for none
	last := int32(-1)
	for i, r := range c.from.rows.all {
		place[i] = -1
		if _, changed := c.changed[r.id]; changed {
			continue
		}
		if p, ok := rows.places[r.id]; ok {
			if int32(p) < last {
				return nil // the order is another
			}
			place[i], last = int32(p), int32(p)
		}
	}
	var changed documents
	for id, r := range c.changed {
		if r == nil {
			continue
		}
		d, err := x.reader.InternalID(documentID(id))
		if err != nil {
			return err
		}
		if d != nil {
			changed = append(changed, d)
		}
	}
	slices.SortFunc(changed, func(a, b index.IndexInternalID) int { return bytes.Compare(a, b) })
	// which tells how the list of a term is carried over.
	which := func(term string) (in documents, keep bool) {
		if c.terms[term] == 0 {
			return nil, true
		}
		return changed, len(changed) <= maxReadAgain
	}
	return guard("read", func() error {
		x.sets.carryOver(c, place, x.rows)
		if err := x.sets.old.find(x, rows, c.changed); err != nil {
			return err
		}
		if err := x.carryPostings(&c.from.postings.cache, place, which); err != nil {
			return err
		}
		return x.carryPositions(&c.from.postings.positionCache, place, which)
	})
}

func (x *postingReader) carryPostings(from *postingCache, place []int32, which func(term string) (documents, bool)) error {
	for term, list := range from.all() {
		in, keep := which(term)
		if !keep {
			continue
		}
		moved := make([]posting, 0, len(list)+len(in))
		for _, p := range list {
			if to := place[p.row()]; to >= 0 {
				p.place = uint32(to)<<placeShift | p.place&(1<<placeShift-1)
				moved = append(moved, p)
			}
		}
		if len(in) > 0 {
			come, err := x.readPostings(context.Background(), term, in)
			if err != nil {
				return err
			}
			for _, p := range come {
				i, _ := slices.BinarySearchFunc(moved, p, func(a, b posting) int { return a.row() - b.row() })
				moved = slices.Insert(moved, i, p)
			}
		}
		x.cache.put(term, moved)
	}
	return nil
}

func (x *postingReader) carryPositions(from *positionCache, place []int32, which func(term string) (documents, bool)) error {
	for term, list := range from.all() {
		in, keep := which(term)
		if !keep {
			continue
		}
		moved := &positionList{rows: make([]int32, 0, len(list.rows)), first: make([]int32, 0, len(list.first)), at: make([]uint32, 0, len(list.at))}
		for i, r := range list.rows {
			if to := place[r]; to >= 0 {
				moved.rows, moved.first = append(moved.rows, to), append(moved.first, int32(len(moved.at)))
				moved.at = append(moved.at, list.at[list.first[i]:list.first[i+1]]...)
			}
		}
		if len(in) > 0 {
			if err := x.readPositions(context.Background(), term, nameFields, in, moved); err != nil {
				return err
			}
		}
		moved.first = append(moved.first, int32(len(moved.at)))
		x.positionCache.put(term, moved)
	}
	return nil
}

// all are the lists that are kept now.
func (c *postingCache) all() map[string][]posting {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return maps.Clone(c.byTerm)
}

// all are the lists that are kept now.
func (c *positionCache) all() map[string]*positionList {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return maps.Clone(c.byTerm)
}
