package search

import (
	"bytes"
	"context"
	"encoding/binary"
	"maps"
	"slices"
	"sync"

	"github.com/bits-and-blooms/bitset"
	index "github.com/blevesearch/bleve_index_api"
)

// togetherSets are what closeTogether finds; or one set twice.
type togetherSets struct {
	together, all *bitset.BitSet
	// terms is of how many terms they are made; or ofField or ofName.
	terms int
}

const (
	ofField = -1 // the practices with a term in a field of names
	ofName  = -2 // the practices of a name, which are made of these
)

// maxSetBytes bounds what a snapshot keeps of them.
const maxSetBytes = 8 << 20

// setCache keeps the sets that searches have found in one snapshot.
type setCache struct {
	mu    sync.RWMutex
	byKey map[string]keptSets
	size  int
	old   oldSets
}

func (c *setCache) get(key string) (togetherSets, bool) {
	c.mu.RLock()
	s, ok := c.byKey[key]
	c.mu.RUnlock()
	if !ok {
		return togetherSets{}, false
	}
	return s.sets(), true
}

func (c *setCache) put(key string, s togetherSets) {
	k := keep(s)
	c.mu.Lock()
	defer c.mu.Unlock()
	n := k.size(key)
	if c.size += n; c.size > maxSetBytes || c.byKey == nil {
		c.byKey, c.size = map[string]keptSets{}, n // all anew: it is a cache
	}
	c.byKey[key] = k
}

// full tells whether little more fits.
func (c *setCache) full() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.size > maxSetBytes/4*3
}

// keptSets are togetherSets as they are kept.
type keptSets struct {
	together, all keptSet
	same          bool // both are one
	terms         int
}

// keptSet is a set of practices: of one that has few of them, their places in order, each
// as a uvarint of how far it is from the one before. That takes a byte a place, and a bit
// for each of 100,000 practices would leave room for a few hundred sets.
type keptSet struct {
	bits   *bitset.BitSet // nil where there are places
	places string
	n      uint // how many practices there are
}

// A set is kept as places when it has at most one in sparseShare of the practices.
const sparseShare = 48

func keepSet(b *bitset.BitSet) keptSet {
	n, count := b.Len(), b.Count()
	if count > n/sparseShare {
		return keptSet{bits: b, n: n}
	}
	places, last := make([]byte, 0, 2*count), uint(0)
	for p := range b.EachSet() {
		places, last = binary.AppendUvarint(places, uint64(p-last)), p
	}
	return keptSet{places: string(places), n: n}
}

// each gives the places.
func (k keptSet) each(yield func(uint) bool) {
	r, at := passageReader{rest: k.places}, uint(0)
	for r.rest != "" {
		at += uint(r.uvarint())
		if !yield(at) {
			return
		}
	}
}

// set is the set. The caller must not change it.
func (k keptSet) set() *bitset.BitSet {
	if k.bits != nil {
		return k.bits
	}
	out := bitset.New(k.n)
	words := out.Words()
	for p := range k.each {
		words[p/64] |= 1 << (p % 64)
	}
	return out
}

// bytes is what it takes.
func (k keptSet) bytes() int {
	if k.bits != nil {
		return int(k.n / 8)
	}
	return len(k.places)
}

// moved is the set where its practices are now, of rows; place and runs are as in
// oldSets.
func (k keptSet) moved(place []int32, runs []run, rows int) keptSet {
	if k.bits != nil {
		return keptSet{bits: moveBits(k.bits, runs, rows), n: uint(rows)}
	}
	places, last := make([]byte, 0, len(k.places)+8), uint(0)
	for p := range k.each {
		if to := place[p]; to >= 0 {
			places, last = binary.AppendUvarint(places, uint64(uint(to)-last)), uint(to)
		}
	}
	return keptSet{places: string(places), n: uint(rows)}
}

func keep(s togetherSets) keptSets {
	k := keptSets{all: keepSet(s.all), same: s.together == s.all, terms: s.terms}
	if !k.same {
		k.together = keepSet(s.together)
	}
	return k
}

func (k keptSets) sets() togetherSets {
	s := togetherSets{all: k.all.set(), terms: k.terms}
	if s.together = s.all; !k.same {
		s.together = k.together.set()
	}
	return s
}

// size is what they take, in bytes.
func (k keptSets) size(key string) int { return len(key) + 160 + k.all.bytes() + k.together.bytes() }

// oldSets are the sets of earlier snapshots, with the practices where they stand now.
// For those that have changed since they are not true: whoever asks for a set looks
// these up anew, which costs little. It never changes once the snapshot is in use.
type oldSets struct {
	byKey map[string]keptSets
	size  int
	// Of the practices that have changed since any of the sets was found: their ids,
	// and as they are now their places and terms, and bleve's documents.
	ids       map[int64]bool
	rows      []uint
	terms     termFields
	documents documents
	added     map[string]bool // of the terms, those that no practice had
}

// carryOver takes over the sets of an earlier snapshot; place is the new place of a
// practice by its old one, and rows how many there are now.
func (c *setCache) carryOver(of carried, place []int32, rows int) {
	from := &of.from.postings.sets
	from.mu.RLock()
	defer from.mu.RUnlock()
	if len(of.changed) > maxReadAgain {
		return
	}
	c.old = oldSets{byKey: make(map[string]keptSets, len(from.byKey)+len(from.old.byKey)), ids: map[int64]bool{}, terms: termFields{}, added: map[string]bool{}}
	earlier := from.old
	if len(earlier.ids)+len(of.changed) > maxReadAgain {
		earlier = oldSets{} // what nobody has asked for since is let go
	}
	maps.Copy(c.old.ids, earlier.ids)
	maps.Copy(c.old.terms, earlier.terms)
	maps.Copy(c.old.added, earlier.added)
	for t, fields := range of.terms {
		c.old.terms[t] |= fields
		if of.from.postings.lexicon.fields(t) == 0 {
			c.old.added[t] = true
		}
	}
	runs := runsOf(place)
	take := func(key string, s keptSets) {
		if _, ok := c.old.byKey[key]; ok || s.terms == ofName || c.old.size+s.size(key) > maxSetBytes {
			return
		}
		moved := keptSets{all: s.all.moved(place, runs, rows), same: s.same, terms: s.terms}
		if !s.same {
			moved.together = s.together.moved(place, runs, rows)
		}
		c.old.byKey[key], c.old.size = moved, c.old.size+s.size(key)
	}
	for key, s := range from.byKey {
		take(key, s)
	}
	for key, s := range earlier.byKey {
		take(key, s)
	}
}

// find looks up where the changed practices are now. It fails where the index cannot
// be read.
func (o *oldSets) find(x *postingReader, rows *rowList, changed map[int64]*row) error {
	if o.byKey == nil {
		return nil
	}
	o.documents = documents{} // not nil, which is all
	for id := range changed {
		o.ids[id] = true
	}
	for id := range o.ids {
		place, ok := rows.places[id]
		if !ok {
			continue
		}
		d, err := x.reader.InternalID(documentID(id))
		if err != nil {
			return err
		}
		if d != nil {
			o.rows, o.documents = append(o.rows, uint(place)), append(o.documents, d)
		}
	}
	slices.SortFunc(o.documents, func(a, b index.IndexInternalID) int { return bytes.Compare(a, b) })
	return nil
}

// withoutChanged is a set without the practices that have changed since, and the
// documents of these; nil where there is none. The caller may change it.
func (o *oldSets) withoutChanged(key string) (*bitset.BitSet, documents) {
	s, ok := o.byKey[key]
	if !ok {
		return nil, nil
	}
	out := s.all.set().Clone()
	for _, r := range o.rows {
		out.Clear(r)
	}
	return out, o.documents
}

// refreshTogether is an old answer of closeTogether, true for the changed practices
// too; false when there is none for the same terms.
func (x *postingReader) refreshTogether(ctx context.Context, key string, lists [][]indexTerm) (out togetherSets, ok bool, err error) {
	kept, ok := x.sets.old.byKey[key]
	if !ok || termCount(lists, x.sets.old.added) != kept.terms {
		return out, false, nil
	}
	old := kept.sets()
	out.all = old.all.Clone()
	if out.together = out.all; old.together != old.all {
		out.together = old.together.Clone()
	}
	theirs := make([][]indexTerm, len(lists)) // of the changed practices
	none := false
	for i, list := range lists {
		for _, e := range list {
			if x.sets.old.terms[e.term] != 0 {
				theirs[i] = append(theirs[i], e)
			}
		}
		none = none || len(theirs[i]) == 0
	}
	together, all := new(bitset.BitSet), new(bitset.BitSet)
	if !none {
		if together, all, err = x.findTogether(ctx, theirs); err != nil {
			return out, false, err
		}
	}
	for _, r := range x.sets.old.rows {
		out.all.SetTo(r, all.Test(r))
		if out.together != out.all {
			out.together.SetTo(r, together.Test(r))
		} else if together.Test(r) != all.Test(r) {
			return out, false, nil
		}
	}
	return out, true, nil
}

// termCount is how many terms the lists have that are not among some.
func termCount(lists [][]indexTerm, but map[string]bool) (n int) {
	for _, list := range lists {
		for _, e := range list {
			if !but[e.term] {
				n++
			}
		}
	}
	return n
}

// run is practices that have moved together: from an old place to a new one.
type run struct{ from, to, n int }

// runsOf are the runs of practices of which place has the new place by the old; -1
// for none.
func runsOf(place []int32) (out []run) {
	for i, p := range place {
		if p < 0 {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].from+out[last].n == i && out[last].to+out[last].n == int(p) {
			out[last].n++
		} else {
			out = append(out, run{i, int(p), 1})
		}
	}
	return out
}

// moveBits is a set with the practices where they are now, of n.
func moveBits(set *bitset.BitSet, runs []run, n int) *bitset.BitSet {
	out := bitset.New(uint(n))
	from, to := set.Words(), out.Words()
	for _, r := range runs {
		for i := 0; i < r.n; {
			at, dest := r.from+i, r.to+i
			// As many bits as there are left of both words.
			take := min(64-at%64, 64-dest%64, r.n-i)
			if at/64 < len(from) {
				bits := from[at/64] >> (at % 64) & (1<<take - 1)
				to[dest/64] |= bits << (dest % 64)
			}
			i += take
		}
	}
	return out
}
