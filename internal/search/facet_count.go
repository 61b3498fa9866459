package search

import (
	"math/bits"
	"slices"
	"sync"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// ValueCount is one value of a facet with the total that one gets by choosing
// it instead of the facet's present choices, everything else kept.
type ValueCount struct {
	Slug     string
	Label    string
	Parent   string // slug; empty at the top
	Depth    int
	Count    int
	Selected bool
}

// FacetCount is a facet with those of its values that find something or are
// chosen, and with all effects and voices that the catalogue has; parents before
// their children.
type FacetCount struct {
	Name   string
	Label  string
	Values []ValueCount
}

// facetCounter counts the values of all facets.
type facetCounter struct {
	*facetIndex
	unfiltered func() []FacetCount // with nothing chosen
}

func newFacetCounter(x *facetIndex) *facetCounter {
	c := &facetCounter{facetIndex: x}
	c.unfiltered = sync.OnceValue(func() []FacetCount { return c.countAll(c.selection(catalogue.Query{}), nil) })
	return c
}

// count counts all facets, given the hits of the query's text alone (nil: all).
// Without text and with nothing chosen the counts are made once.
func (c *facetCounter) count(sel selection, text *bitset.BitSet) []FacetCount {
	if text == nil && !slices.Contains(sel.chosen, true) {
		return c.unfiltered()
	}
	return c.countAll(sel, text)
}

func (c *facetCounter) countAll(sel selection, text *bitset.BitSet) []FacetCount {
	out := make([]FacetCount, len(c.facets))
	// The same for all facets that a finding holds: none of these is asked here.
	findings := sync.OnceValue(func() *bitset.BitSet { return c.findingsOf(c.filterPractices(sel, text, true)) })
	var counts []int // of the values of a facet; negative for one that is not shown
	var in countedSet
	for i, f := range c.facets {
		count := c.valueCounter(i, sel.excluding(i), text, findings, &in)
		counts = counts[:0]
		shown := 0
		for p := range f.tree.Values {
			n := count(p)
			// What is said stays in sight: nobody should wonder where it went.
			stays := (i == effectPlace || i == voicePlace) && f.findings[p].Any()
			if n == 0 && !stays && !slices.Contains(sel.places[i], p) {
				n = -1
			} else {
				shown++
			}
			counts = append(counts, n)
		}
		out[i] = FacetCount{Name: f.tree.Name, Label: f.tree.Label}
		if shown > 0 {
			out[i].Values = make([]ValueCount, 0, shown)
		}
		for p, v := range f.tree.Values {
			if counts[p] >= 0 {
				out[i].Values = append(out[i].Values, ValueCount{v.Slug, v.Label, v.Parent, v.Depth, counts[p], slices.Contains(sel.places[i], p)})
			}
		}
	}
	return out
}

// valueCounter gives a function that counts a value of a facet by its place;
// rest is the selection without the facet. Choosing an effect or a voice turns
// counting to findings: those of the practices that what is asked of the whole
// lets through. in is what the facet before was counted in, and then what this one is.
func (c *facetCounter) valueCounter(i int, rest selection, text *bitset.BitSet, findings func() *bitset.BitSet, in *countedSet) func(place int) int {
	f := c.facets[i]
	if !f.tree.InFinding || !(rest.perFinding() || i == effectPlace || i == voicePlace) {
		in.set(c.filter(rest, text))
		return func(p int) int { return in.sizeWith(f.practices[p]) }
	}
	base := c.filterFindings(rest, findings())
	return func(p int) int { return c.ownersOf(base, f.findings[p]) }
}

// ownersOf is how many practices have a finding that is in both sets; a may be nil
// for all.
func (c *facetCounter) ownersOf(a, b *bitset.BitSet) int {
	n, last := 0, int32(-1)
	for i, word := range b.Words() {
		if a != nil {
			if i >= len(a.Words()) {
				break
			}
			word &= a.Words()[i]
		}
		for ; word != 0; word &= word - 1 {
			// A practice's findings are numbered one after another.
			if o := c.findings.owner[i*64+bits.TrailingZeros64(word)]; o != last {
				n, last = n+1, o
			}
		}
	}
	return n
}

// countedSet is the practices among which values are counted.
type countedSet struct {
	of *bitset.BitSet // nil for all
	// words are the places of the words of the set that have something in them, where
	// they are few: most texts have few hits, and hundreds of values are counted.
	words []int32
	few   bool
}

// mostWords is how large a share of a set's words are few: a half.
const mostWords = 2

func (c *countedSet) set(of *bitset.BitSet) {
	if of == c.of { // as that of most facets
		return
	}
	c.of, c.words, c.few = of, c.words[:0], of != nil
	if of == nil {
		return
	}
	all := of.Words()
	for i, w := range all {
		if w == 0 {
			continue
		}
		if len(c.words) == len(all)/mostWords {
			c.few = false
			return
		}
		c.words = append(c.words, int32(i))
	}
}

// sizeWith is how many of the set are in another one.
func (c *countedSet) sizeWith(other *bitset.BitSet) (n int) {
	if !c.few {
		return intersectionSize(c.of, other)
	}
	x, y := c.of.Words(), other.Words()
	for _, i := range c.words {
		if int(i) < len(y) {
			n += bits.OnesCount64(x[i] & y[i])
		}
	}
	return n
}

// intersectionSize is how many are in both sets; a may be nil for all.
func intersectionSize(a, b *bitset.BitSet) int {
	if a == nil {
		return int(b.Count())
	}
	return int(a.IntersectionCardinality(b))
}
