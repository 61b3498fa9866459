package search

import (
	"math/bits"
	"slices"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// UnknownValue is a chosen value that the catalogue does not have.
type UnknownValue struct {
	Facet string // name
	Value string
}

// selection is the values of facets that a query chooses.
type selection struct {
	chosen []bool  // by facet; also when only unknown values are chosen
	places [][]int // by facet: the known values chosen
	// together asks for all of the target groups.
	together bool
	unknown  []UnknownValue
}

// selection reads a query's filters. A merged value is read as its successor;
// facets that do not exist are ignored.
func (x *facetIndex) selection(q catalogue.Query) selection {
	sel := selection{chosen: make([]bool, len(x.facets)), places: make([][]int, len(x.facets)), together: q.Together}
	for i, f := range x.facets {
		for _, v := range q.Filters[f.tree.Name] {
			sel.chosen[i] = true
			slug, _ := x.taxonomy.ResolveSlug(f.tree.Name, v)
			if p, ok := f.places[slug]; !ok {
				sel.unknown = append(sel.unknown, UnknownValue{f.tree.Name, v})
			} else if !slices.Contains(sel.places[i], p) {
				sel.places[i] = append(sel.places[i], p)
			}
		}
	}
	return sel
}

// excluding is the selection with nothing chosen of one facet.
func (sel selection) excluding(facet int) selection {
	if !sel.chosen[facet] {
		return sel
	}
	sel.chosen, sel.places = slices.Clone(sel.chosen), slices.Clone(sel.places)
	sel.chosen[facet], sel.places[facet] = false, nil
	return sel
}

// perFinding tells whether what findings hold must hold in one and the same
// finding: when effect or voice is chosen (domain.md, "What a filter and a
// count mean").
func (sel selection) perFinding() bool { return sel.chosen[effectPlace] || sel.chosen[voicePlace] }

// filter gives the practices of base (nil: all) that the selection allows; nil
// when that is all.
func (x *facetIndex) filter(sel selection, base *bitset.BitSet) *bitset.BitSet {
	if !sel.perFinding() {
		return x.filterPractices(sel, base, false)
	}
	return x.practicesOf(x.filterFindings(sel, x.findingsOf(x.filterPractices(sel, base, true))))
}

// filterPractices filters by the values of whole practices: by all facets, or
// with perFinding by those that no finding holds.
func (x *facetIndex) filterPractices(sel selection, base *bitset.BitSet, perFinding bool) *bitset.BitSet {
	for i, f := range x.facets {
		if sel.chosen[i] && !(perFinding && f.tree.InFinding) {
			base = intersect(base, sel.of(i, f.practices))
		}
	}
	return base
}

// filterFindings filters by the facets that a finding holds.
func (x *facetIndex) filterFindings(sel selection, findings *bitset.BitSet) *bitset.BitSet {
	for i, f := range x.facets {
		if sel.chosen[i] && f.tree.InFinding {
			findings = intersect(findings, sel.of(i, f.findings))
		}
	}
	return findings
}

// of is what has any of the chosen values of a facet, or all of them where that
// is asked for. The caller must not change it.
func (sel selection) of(facet int, sets []*bitset.BitSet) *bitset.BitSet {
	if !sel.together || facet != groupPlace || len(sel.places[facet]) == 0 {
		return union(sets, sel.places[facet])
	}
	if slices.ContainsFunc(sel.unknown, func(u UnknownValue) bool { return u.Facet == catalogue.FacetTargetGroup }) {
		return new(bitset.BitSet) // nothing has it
	}
	out := sets[sel.places[facet][0]]
	for _, p := range sel.places[facet][1:] {
		out = intersect(out, sets[p])
	}
	return out
}

// intersect gives what is in both sets; a may be nil for all. It changes neither.
func intersect(a, b *bitset.BitSet) *bitset.BitSet {
	if a == nil {
		return b
	}
	return a.Intersection(b)
}

// findingsOf gives the findings of practices; nil for nil.
func (x *facetIndex) findingsOf(practices *bitset.BitSet) *bitset.BitSet {
	if practices == nil {
		return nil
	}
	out := bitset.New(uint(len(x.findings.owner)))
	to, first := out.Words(), x.findings.first
	for i, word := range practices.Words() {
		for ; word != 0; word &= word - 1 {
			p := i*64 + bits.TrailingZeros64(word)
			for f := first[p]; f < first[p+1]; f++ {
				to[f/64] |= 1 << (f % 64)
			}
		}
	}
	return out
}

// practicesOf gives the practices that have one of the findings.
func (x *facetIndex) practicesOf(findings *bitset.BitSet) *bitset.BitSet {
	out := bitset.New(uint(x.practices))
	for f := range findings.EachSet() {
		out.Set(uint(x.findings.owner[f]))
	}
	return out
}
