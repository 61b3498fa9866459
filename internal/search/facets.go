package search

import (
	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// facet is a facet's values with the practices, and for what a finding holds
// the findings, that have them. A parent has what its descendants have.
type facet struct {
	tree      *catalogue.FacetTree
	places    map[string]int   // in tree.Values, by slug
	practices []*bitset.BitSet // by place in tree.Values
	findings  []*bitset.BitSet // nil when no finding holds the facet
}

var (
	facetPlace    = map[string]int{} // by name, in catalogue.Facets
	effectPlace   int
	voicePlace    int
	solutionPlace int
	groupPlace    int // of target groups
)

func init() {
	for i, f := range catalogue.Facets {
		facetPlace[f.Name] = i
	}
	effectPlace, voicePlace, solutionPlace = facetPlace[catalogue.FacetEffect], facetPlace[catalogue.FacetVoice], facetPlace[catalogue.FacetSolution]
	groupPlace = facetPlace[catalogue.FacetTargetGroup]
}

// facetIndex has the bit sets of all facets, and filters by them. It never
// changes.
//
// Bit sets over practices count by the place in rowList.all, those over
// findings by the finding's number; a practice's findings are numbered one after
// another. A nil set means "all", so that nothing is copied where nothing is
// chosen.
type facetIndex struct {
	taxonomy  *catalogue.Taxonomy
	facets    []facet // as in catalogue.Facets
	findings  findingIndex
	practices int // how many there are
}

// findingIndex maps practices to the numbers of their findings, and back.
type findingIndex struct {
	first []int32 // number of a practice's first finding, by place, with one more at the end
	owner []int32 // place of a finding's practice, by number
}

// newFacetIndex makes the bit sets. Values that the taxonomy does not know are
// in none; merged ones count as their successors.
func newFacetIndex(list *rowList, t *catalogue.Taxonomy) *facetIndex {
	rows, values := list.all, list.values
	fx := findingIndex{first: make([]int32, 1, len(rows)+1)}
	for i, r := range rows {
		for range r.findings() {
			fx.owner = append(fx.owner, int32(i))
		}
		fx.first = append(fx.first, int32(len(fx.owner)))
	}
	facets := make([]facet, len(catalogue.Facets))
	for i, f := range catalogue.Facets {
		x := facet{tree: t.Facet(f.Name), places: map[string]int{}}
		for j, v := range x.tree.Values {
			x.places[v.Slug] = j
		}
		x.practices = newBitSets(len(x.tree.Values), len(rows))
		if f.InFinding {
			x.findings = newBitSets(len(x.tree.Values), len(fx.owner))
		}
		facets[i] = x
	}
	place := make([]int, len(values)) // of a value in its tree, -1 when the taxonomy does not know it
	for i, v := range values {
		slug, _ := t.ResolveSlug(catalogue.Facets[v.facet].Name, v.slug)
		p, ok := facets[v.facet].places[slug]
		if !ok {
			p = -1
		}
		place[i] = p
	}
	set := func(of func(*facet) []*bitset.BitSet, ids []facetValueID, n int) {
		for _, id := range ids {
			if p := place[id]; p >= 0 {
				if sets := of(&facets[values[id].facet]); sets != nil {
					sets[p].Set(uint(n))
				}
			}
		}
	}
	for i, r := range rows {
		set(func(f *facet) []*bitset.BitSet { return f.practices }, r.practiceValues(), i)
		for j := range r.findings() {
			ids := r.findingValues(j)
			set(func(f *facet) []*bitset.BitSet { return f.findings }, ids, int(fx.first[i])+j)
			for _, p := range unnamedSolutions(t, values, r.practiceValues(), ids) {
				set(func(f *facet) []*bitset.BitSet { return f.findings }, []facetValueID{p}, int(fx.first[i])+j)
			}
		}
	}
	for _, f := range facets {
		f.addToParents()
	}
	x := &facetIndex{t, facets, fx, len(rows)}
	x.addNeighbours()
	return x
}

// addNeighbours gives each municipality of catalogue.FacetNear what it and its
// neighbours have as actors.
func (x *facetIndex) addNeighbours() {
	near, actors := x.facets[facetPlace[catalogue.FacetNear]], x.facets[facetPlace[catalogue.FacetActor]]
	for i, v := range near.tree.Values {
		for _, slug := range append([]string{v.Slug}, catalogue.Neighbours(v.Slug)...) {
			if p := x.place(facetPlace[catalogue.FacetActor], slug); p >= 0 {
				near.practices[i].InPlaceUnion(actors.practices[p])
			}
		}
	}
}

// unnamedSolutions are the solutions of a practice that a finding is about without
// naming any; own and finding are the values of both.
func unnamedSolutions(t *catalogue.Taxonomy, values []facetValue, own, finding []facetValueID) (out []facetValueID) {
	var forms []string
	for _, id := range finding {
		switch v := values[id]; v.facet {
		case solutionPlace:
			return nil
		case facetPlace[catalogue.FacetContactForm]:
			forms = append(forms, v.slug)
		}
	}
	for _, id := range own {
		if v := values[id]; v.facet == solutionPlace {
			if slug, _ := t.ResolveSlug(catalogue.FacetSolution, v.slug); t.IsAboutSolution(slug, nil, forms) {
				out = append(out, id)
			}
		}
	}
	return out
}

// place is a value's place in its facet's tree, that of its successor when it
// was merged; -1 when the taxonomy does not know it.
func (x *facetIndex) place(facet int, slug string) int {
	slug, _ = x.taxonomy.ResolveSlug(catalogue.Facets[facet].Name, slug)
	if p, ok := x.facets[facet].places[slug]; ok {
		return p
	}
	return -1
}

// newBitSets makes n empty sets for numbers below size.
func newBitSets(n, size int) []*bitset.BitSet {
	out := make([]*bitset.BitSet, n)
	for i := range out {
		out[i] = bitset.New(uint(size))
	}
	return out
}

// addToParents gives each value what its descendants have.
func (f *facet) addToParents() {
	for i := len(f.tree.Values) - 1; i >= 0; i-- { // children stand behind their parents
		if parent := f.tree.Values[i].Parent; parent != "" {
			p := f.places[parent]
			f.practices[p].InPlaceUnion(f.practices[i])
			if f.findings != nil {
				f.findings[p].InPlaceUnion(f.findings[i])
			}
		}
	}
}

// union is what has any of the values at the places. The caller must not change
// it: it may be one of the sets.
func union(sets []*bitset.BitSet, places []int) *bitset.BitSet {
	switch len(places) {
	case 0:
		return new(bitset.BitSet)
	case 1:
		return sets[places[0]]
	}
	out := sets[places[0]].Clone()
	for _, p := range places[1:] {
		out.InPlaceUnion(sets[p])
	}
	return out
}
