package search

import (
	"slices"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// UnknownValue is a chosen value that the catalogue does not have.
type UnknownValue struct {
	Facet string // name
	Value string
}

// selection is what a query chooses.
type selection struct {
	chosen  []bool  // by facet; also when only unknown values are chosen
	places  [][]int // by facet: the known values chosen
	unknown []UnknownValue
}

// selection reads a query's filters. Merged values are their successors;
// unknown facets are not there.
func (x *facetIndex) selection(filters catalogue.Filters) selection {
	sel := selection{chosen: make([]bool, len(x.facets)), places: make([][]int, len(x.facets))}
	for i, f := range x.facets {
		for _, v := range filters[f.tree.Name] {
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
	sel.chosen, sel.places = slices.Clone(sel.chosen), slices.Clone(sel.places)
	sel.chosen[facet], sel.places[facet] = false, nil
	return sel
}

// perFinding tells whether what findings hold must hold in one and the same
// finding: when effect or voice is chosen (domain.md, "What a filter and a
// count mean").
func (sel selection) perFinding() bool { return sel.chosen[effectPlace] || sel.chosen[voicePlace] }

// filter gives those practices of base that the selection lets through; nil is all.
func (x *facetIndex) filter(sel selection, base *bitset.BitSet) *bitset.BitSet {
	if !sel.perFinding() {
		return x.filterPractices(sel, base, false)
	}
	return x.practicesOf(x.filterFindings(sel, x.findingsOf(x.filterPractices(sel, base, true))))
}

// filterPractices applies what is chosen of the practice as a whole: all facets, or
// but those that are asked of a finding.
func (x *facetIndex) filterPractices(sel selection, base *bitset.BitSet, perFinding bool) *bitset.BitSet {
	for i, f := range x.facets {
		if sel.chosen[i] && !(perFinding && f.tree.InFinding) {
			base = intersect(base, union(f.practices, sel.places[i]))
		}
	}
	return base
}

// filterFindings applies what is chosen of one finding.
func (x *facetIndex) filterFindings(sel selection, findings *bitset.BitSet) *bitset.BitSet {
	for i, f := range x.facets {
		if sel.chosen[i] && f.tree.InFinding {
			findings = intersect(findings, union(f.findings, sel.places[i]))
		}
	}
	return findings
}

// intersect never changes its arguments.
func intersect(a, b *bitset.BitSet) *bitset.BitSet {
	if a == nil {
		return b
	}
	return a.Intersection(b)
}

// findingsOf are the findings of practices.
func (x *facetIndex) findingsOf(practices *bitset.BitSet) *bitset.BitSet {
	if practices == nil {
		return nil
	}
	out := bitset.New(uint(len(x.findings.owner)))
	for p := range practices.EachSet() {
		for f := x.findings.first[p]; f < x.findings.first[p+1]; f++ {
			out.Set(uint(f))
		}
	}
	return out
}

// practicesOf are the practices of findings.
func (x *facetIndex) practicesOf(findings *bitset.BitSet) *bitset.BitSet {
	out := bitset.New(uint(x.practices))
	for f := range findings.EachSet() {
		out.Set(uint(x.findings.owner[f]))
	}
	return out
}
