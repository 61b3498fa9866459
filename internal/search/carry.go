package search

// carried is what a new snapshot takes over from the one before it: what searches
// have read is true still, but for the practices that changed.
type carried struct {
	from    *snapshot      // nil for nothing
	changed map[int64]*row // practices that changed, came or went
	terms   termFields     // of the changed practices as they are now
}

// carryOver puts what was read of the old snapshot into the caches of a new one.
// The places of practices may have moved, but those that did not change stand in
// the order in which they stood. Nothing is taken over where the lengths of texts
// weigh otherwise now.
func (x *postingReader) carryOver(c carried, rows *rowList) {
	if c.from == nil {
		return
	}
	x.passageCache.carryOver(&c.from.postings.passageCache, c.changed)
	if c.from.postings.averageLength != x.averageLength {
		return
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
				return // the order is another
			}
			place[i], last = int32(p), int32(p)
		}
	}
	x.cache.carryOver(&c.from.postings.cache, place, c.terms)
	x.positionCache.carryOver(&c.from.postings.positionCache, place, c.terms)
}

func (c *postingCache) carryOver(from *postingCache, place []int32, without termFields) {
	from.mu.RLock()
	defer from.mu.RUnlock()
	c.byTerm = make(map[string][]posting, len(from.byTerm))
	for term, list := range from.byTerm {
		if without[term] != 0 {
			continue
		}
		moved := make([]posting, 0, len(list))
		for _, p := range list {
			if to := place[p.row()]; to >= 0 {
				p.place = uint32(to)<<placeShift | p.place&(1<<placeShift-1)
				moved = append(moved, p)
			}
		}
		c.byTerm[term] = moved
		c.size += len(moved) + 8
	}
}

func (c *positionCache) carryOver(from *positionCache, place []int32, without termFields) {
	from.mu.RLock()
	defer from.mu.RUnlock()
	c.byTerm = make(map[string]*positionList, len(from.byTerm))
	for term, list := range from.byTerm {
		if without[term] != 0 {
			continue
		}
		moved := &positionList{rows: make([]int32, 0, len(list.rows)), first: make([]int32, 0, len(list.first)), at: make([]uint32, 0, len(list.at))}
		for i, r := range list.rows {
			if to := place[r]; to >= 0 {
				moved.rows, moved.first = append(moved.rows, to), append(moved.first, int32(len(moved.at)))
				moved.at = append(moved.at, list.at[list.first[i]:list.first[i+1]]...)
			}
		}
		moved.first = append(moved.first, int32(len(moved.at)))
		c.byTerm[term] = moved
		c.size += len(moved.rows)*2 + len(moved.at) + 8
	}
}
