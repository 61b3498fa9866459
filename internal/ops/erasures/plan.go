package erasures

import (
	"fmt"
	"slices"
)

// Plan is what is to be done again in a copy of the database.
type Plan struct {
	// Entries are the erasures that the copy does not know of, in their order.
	Entries []Entry
	// Next is the number that the next erasure has when all of them are done.
	Next int64
	// Older are those that the copy has done itself, Foreign those of other databases, and
	// TakenBack those that were begun and not done.
	Older, Foreign, TakenBack int
	// Missing are the numbers in between that no journal has.
	Missing []int64
}

// maxAhead bounds how many erasures there may be since a copy was made: what says more is
// damaged, and would be counted for long.
const maxAhead = 10_000_000

// maxMissing bounds how many missing numbers are told one by one.
const maxMissing = 100

// MakePlan is for a copy of the database of a chain, whose next erasure has number n.
func MakePlan(entries []Entry, chain string, n int64) (Plan, error) {
	p := Plan{Next: n}
	done := map[string]bool{}   // erasures, by ID
	doneAt := map[int64]bool{}  // and by number
	known := map[string]Entry{} // by ID
	for _, e := range entries {
		switch {
		case e.Chain != chain:
			if !e.Done {
				p.Foreign++
			}
		case e.N < n:
			if !e.Done {
				p.Older++
			}
		case e.N-n > maxAhead:
			return p, fmt.Errorf("the journal has an erasure number %d, and the database is at %d: one of the two is damaged", e.N, n)
		case e.Done:
			done[e.ID], doneAt[e.N] = true, true
		default:
			known[e.ID] = e // a file may be given twice
		}
	}
	for id, e := range known {
		if doneAt[e.N] && !done[id] { // its number went to the one that was done
			p.TakenBack++
			continue
		}
		p.Entries = append(p.Entries, e)
		p.Next = max(p.Next, e.N+1)
	}
	slices.SortFunc(p.Entries, func(a, b Entry) int {
		if a.N != b.N {
			return int(a.N - b.N)
		}
		return slices.Compare([]byte(a.ID), []byte(b.ID))
	})
	at := n
	for _, e := range p.Entries {
		for ; at < e.N && len(p.Missing) < maxMissing; at++ {
			p.Missing = append(p.Missing, at)
		}
		at = e.N + 1
	}
	return p, nil
}
