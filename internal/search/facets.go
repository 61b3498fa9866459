package search

import (
	"slices"
	"sync"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// Bit sets over practices count by the place in snapshot.rows, those over
// findings by the finding's own number; a practice's findings stand together.
// A nil set means "all", so that nothing is copied where nothing is chosen.

// facet is a facet's values with the practices, and for what a finding holds
// the findings, that have them. A parent has what its descendants have.
type facet struct {
	tree      *catalogue.FacetTree
	places    map[string]int   // in tree.Values, by slug
	practices []*bitset.BitSet // by place in tree.Values
	findings  []*bitset.BitSet // nil when no finding holds the facet
}

var (
	facetPlace  = map[string]int{} // by name, in catalogue.Facets
	effectPlace int
	voicePlace  int
)

func init() {
	for i, f := range catalogue.Facets {
		facetPlace[f.Name] = i
	}
	effectPlace, voicePlace = facetPlace[catalogue.FacetEffect], facetPlace[catalogue.FacetVoice]
}

// findingIndex knows which finding is whose.
type findingIndex struct {
	first []int32 // by practice, with one more at the end
	owner []int32 // by finding
}

// indexFacets makes the bit sets of all facets.
func indexFacets(rows []*row, values []value, t *catalogue.Taxonomy) ([]facet, findingIndex) {
	fx := findingIndex{first: make([]int32, 1, len(rows)+1)}
	for i, r := range rows {
		for range r.findings {
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
		x.practices = newSets(len(x.tree.Values), len(rows))
		if f.InFinding {
			x.findings = newSets(len(x.tree.Values), len(fx.owner))
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
	set := func(of func(*facet) []*bitset.BitSet, ids []valueID, n int) {
		for _, id := range ids {
			if p := place[id]; p >= 0 {
				if sets := of(&facets[values[id].facet]); sets != nil {
					sets[p].Set(uint(n))
				}
			}
		}
	}
	for i, r := range rows {
		set(func(f *facet) []*bitset.BitSet { return f.practices }, r.own, i)
		for j, ids := range r.findings {
			set(func(f *facet) []*bitset.BitSet { return f.findings }, ids, int(fx.first[i])+j)
		}
	}
	for _, f := range facets {
		f.addToParents()
	}
	return facets, fx
}

func newSets(n, size int) []*bitset.BitSet {
	out := make([]*bitset.BitSet, n)
	for i := range out {
		out[i] = bitset.New(uint(size))
	}
	return out
}

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

// union is what has any of the values at places; not to be changed.
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
func (s *snapshot) selection(filters catalogue.Filters) selection {
	sel := selection{chosen: make([]bool, len(s.facets)), places: make([][]int, len(s.facets))}
	for i, f := range s.facets {
		for _, v := range filters[f.tree.Name] {
			sel.chosen[i] = true
			slug, _ := s.taxonomy.ResolveSlug(f.tree.Name, v)
			if p, ok := f.places[slug]; !ok {
				sel.unknown = append(sel.unknown, UnknownValue{f.tree.Name, v})
			} else if !slices.Contains(sel.places[i], p) {
				sel.places[i] = append(sel.places[i], p)
			}
		}
	}
	return sel
}

// without is the selection with nothing chosen of one facet.
func (sel selection) without(facet int) selection {
	sel.chosen, sel.places = slices.Clone(sel.chosen), slices.Clone(sel.places)
	sel.chosen[facet], sel.places[facet] = false, nil
	return sel
}

// perFinding tells whether what findings hold must hold in one and the same
// finding: when effect or voice is chosen (domain.md, "What a filter and a
// count mean").
func (sel selection) perFinding() bool { return sel.chosen[effectPlace] || sel.chosen[voicePlace] }

// practices are those of base that the selection lets through; nil is all.
func (s *snapshot) practices(sel selection, base *bitset.BitSet) *bitset.BitSet {
	if !sel.perFinding() {
		return s.byPractice(sel, base, false)
	}
	return s.owners(s.byFinding(sel, s.findingsOf(s.byPractice(sel, base, true))))
}

// byPractice applies what is chosen of the practice as a whole: all facets, or
// but those that are asked of a finding.
func (s *snapshot) byPractice(sel selection, base *bitset.BitSet, perFinding bool) *bitset.BitSet {
	for i, f := range s.facets {
		if sel.chosen[i] && !(perFinding && f.tree.InFinding) {
			base = and(base, union(f.practices, sel.places[i]))
		}
	}
	return base
}

// byFinding applies what is chosen of one finding.
func (s *snapshot) byFinding(sel selection, findings *bitset.BitSet) *bitset.BitSet {
	for i, f := range s.facets {
		if sel.chosen[i] && f.tree.InFinding {
			findings = and(findings, union(f.findings, sel.places[i]))
		}
	}
	return findings
}

// and never changes its arguments.
func and(a, b *bitset.BitSet) *bitset.BitSet {
	if a == nil {
		return b
	}
	return a.Intersection(b)
}

// findingsOf are the findings of practices.
func (s *snapshot) findingsOf(practices *bitset.BitSet) *bitset.BitSet {
	if practices == nil {
		return nil
	}
	out := bitset.New(uint(len(s.findings.owner)))
	for p := range practices.EachSet() {
		for f := s.findings.first[p]; f < s.findings.first[p+1]; f++ {
			out.Set(uint(f))
		}
	}
	return out
}

// owners are the practices of findings.
func (s *snapshot) owners(findings *bitset.BitSet) *bitset.BitSet {
	out := bitset.New(uint(len(s.rows)))
	for f := range findings.EachSet() {
		out.Set(uint(s.findings.owner[f]))
	}
	return out
}

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
// chosen, parents before their children.
type FacetCount struct {
	Name   string
	Label  string
	Values []ValueCount
}

// facetCounts counts all facets over text, the hits of the query's text alone.
// With nothing chosen the answer is always the same, and made once.
func (s *snapshot) facetCounts(sel selection, text *bitset.BitSet) []FacetCount {
	if text == nil && !slices.Contains(sel.chosen, true) {
		return s.allCounts()
	}
	return s.countFacets(sel, text)
}

func (s *snapshot) countFacets(sel selection, text *bitset.BitSet) []FacetCount {
	out := make([]FacetCount, len(s.facets))
	// The same for all facets that a finding holds: none of these is asked here.
	findings := sync.OnceValue(func() *bitset.BitSet { return s.findingsOf(s.byPractice(sel, text, true)) })
	for i, f := range s.facets {
		out[i] = FacetCount{Name: f.tree.Name, Label: f.tree.Label}
		count := s.counter(i, sel.without(i), text, findings)
		for p, v := range f.tree.Values {
			n, selected := count(p), slices.Contains(sel.places[i], p)
			if n > 0 || selected {
				out[i].Values = append(out[i].Values, ValueCount{v.Slug, v.Label, v.Parent, v.Depth, n, selected})
			}
		}
	}
	return out
}

// counter counts a facet's values one by one; rest is the selection without
// the facet. Choosing an effect or a voice turns counting to findings: those of
// the practices that what is asked of the whole lets through.
func (s *snapshot) counter(i int, rest selection, text *bitset.BitSet, findings func() *bitset.BitSet) func(place int) int {
	f := s.facets[i]
	if !f.tree.InFinding || !(rest.perFinding() || i == effectPlace || i == voicePlace) {
		base := s.practices(rest, text)
		return func(p int) int { return countBoth(base, f.practices[p]) }
	}
	base := s.byFinding(rest, findings())
	return func(p int) int {
		n, last := 0, int32(-1)
		for x := range and(base, f.findings[p]).EachSet() {
			if o := s.findings.owner[x]; o != last { // a practice's findings stand together
				n, last = n+1, o
			}
		}
		return n
	}
}

func countBoth(a, b *bitset.BitSet) int {
	if a == nil {
		return int(b.Count())
	}
	return int(a.IntersectionCardinality(b))
}
