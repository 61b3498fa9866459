package search

import (
	"cmp"
	"iter"
	"slices"
	"sync"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// examplesInOverview is how many practices an overview names.
const examplesInOverview = 6

// Overview sums up what the practices that the filters choose taught, all of them,
// from memory. What findings hold themselves (target group, contact form,
// solution, …) chooses the findings too. It fails with catalogue.ErrUnavailable
// when the index is closed.
func (x *Index) Overview(filters catalogue.Filters) (o catalogue.Overview, err error) {
	err = x.withSnapshot(func(s *snapshot) error {
		if s.bare && len(filters) == 0 {
			o = s.overviews.whole()
		} else {
			o = s.overviews.newSum(filters).overview()
		}
		return nil
	})
	return o, err
}

// ContrastsAmong are the disagreements among some practices alone, the most balanced
// first. The filters choose among their findings as those of Overview do. A practice
// that is not public is passed over.
func (x *Index) ContrastsAmong(ids []int64, filters catalogue.Filters) (out []catalogue.Contrast, err error) {
	err = x.withSnapshot(func(s *snapshot) error {
		sum := s.overviews.newSum(filters)
		sum.hits = new(bitset.BitSet)
		for _, id := range ids {
			if place, public := sum.rows.places[id]; public {
				sum.hits.Set(uint(place))
			}
		}
		out = sum.contrasts()
		return nil
	})
	return out, err
}

// overviewMaker sums up the practices of a snapshot.
type overviewMaker struct {
	version  int64
	taxonomy *catalogue.Taxonomy
	rows     *rowList
	facets   *facetIndex
	columns  func() *columns // made when first asked for
	// everything is the matrix of all practices, made when first asked for; it is shared
	// and must not be changed.
	everything func() catalogue.Matrix
	// whole is the overview of all practices, made once: pages of a bare snapshot are not
	// kept, and of a large catalogue it takes a good part of a second. It is shared and
	// must not be changed.
	whole func() catalogue.Overview
}

func newOverviewMaker(version int64, t *catalogue.Taxonomy, rows *rowList, facets *facetIndex) *overviewMaker {
	m := &overviewMaker{version: version, taxonomy: t, rows: rows, facets: facets,
		columns: sync.OnceValue(func() *columns { return newColumns(t, rows, facets) })}
	m.whole = sync.OnceValue(func() catalogue.Overview { return m.newSum(nil).overview() })
	m.everything = sync.OnceValue(func() catalogue.Matrix { return m.matrix(facets.selection(catalogue.Query{}), nil) })
	return m
}

// sum counts the practices of one selection in one pass over their findings.
type sum struct {
	*overviewMaker
	columns *columns
	sel     selection
	hits    *bitset.BitSet // the practices; nil for all
	inScope *bitset.BitSet // the findings; nil for all
	groups  []bool         // by place in the facet: whether it is counted; nil for all
	perSide int            // how many findings are named on a side of a contrast

	byEffect    []tally   // by place in catalogue.Effects
	byGroup     [][]tally // by place in the facet, then as above; nil where nothing was counted
	byVoice     [][]int   // by place in the facet, then as above
	occurrences int32     // of groups in findings so far
	counted     []int16   // the groups of the present finding
}

// tally counts findings of one effect, as summing up goes on.
type tally struct {
	count  int
	voices uint16         // a bit for each place in the facet of voices
	first  []int32        // numbers of the first findings; they are in the order of rows
	order  int32          // the occurrence at which the first was met, to order groups by
	actors map[int32]bool // places in columns.actors; nil where nobody asks
	leads  []int32        // the same in the order in which they were met
}

func (m *overviewMaker) newSum(filters catalogue.Filters) *sum {
	x := &sum{overviewMaker: m, perSide: catalogue.OverviewSides, columns: m.columns(), sel: m.facets.selection(catalogue.Query{Filters: filters}), byEffect: make([]tally, len(catalogue.Effects))}
	for i := range x.byEffect {
		x.byEffect[i].actors = map[int32]bool{}
	}
	x.hits = m.facets.filter(x.sel, nil)
	x.inScope = m.facets.scope(x.sel)
	x.byVoice = make([][]int, len(m.facets.facets[voicePlace].tree.Values))
	for i := range x.byVoice {
		x.byVoice[i] = make([]int, len(catalogue.Effects))
	}
	groups := &m.facets.facets[groupPlace]
	x.byGroup = make([][]tally, len(groups.tree.Values))
	if x.sel.chosen[groupPlace] {
		x.groups = make([]bool, len(groups.tree.Values))
		for i, v := range groups.tree.Values { // parents stand before their children
			x.groups[i] = slices.Contains(x.sel.places[groupPlace], i) || v.Parent != "" && x.groups[groups.places[v.Parent]]
		}
	}
	return x
}

func (x *sum) overview() catalogue.Overview {
	o := catalogue.Overview{Version: x.version, Examples: x.rows.page(x.rows.byEvidence, x.hits, 0, examplesInOverview), Practices: len(x.rows.all)}
	if x.hits != nil {
		o.Practices = int(x.hits.Count())
	}
	c := x.columns
	retained := x.has(catalogue.FacetRetention, catalogue.Retentions.Slug("retained"))
	actors, kept, found := make([]bool, len(c.actors)), make([]bool, len(c.actors)), make([]bool, len(c.actors))
	for p := range practiceNumbers(x.rows, x.hits) {
		if lead := c.lead[p]; lead >= 0 {
			if !actors[lead] {
				actors[lead] = true
				o.Actors = append(o.Actors, catalogue.CountedActor{OrganisationRef: c.actors[lead],
					Count: intersectionSize(x.hits, x.has(catalogue.FacetActor, c.actors[lead].Slug))})
			}
			if !kept[lead] && retained.Test(uint(p)) {
				kept[lead] = true
				o.Kept = append(o.Kept, c.actors[lead])
			}
		}
		for f := x.facets.findings.first[p]; f < x.facets.findings.first[p+1]; f++ {
			if lead := c.lead[p]; x.add(f) && lead >= 0 && !found[lead] {
				found[lead] = true
				o.WithFindings = append(o.WithFindings, c.actors[lead])
			}
		}
	}
	o.Retention = x.retention()
	o.Preconditions = x.terms(facetPlace[catalogue.FacetPrecondition])
	o.Solutions = x.terms(solutionPlace)
	o.Findings = x.tallies(x.byEffect)
	for p, counts := range x.byVoice {
		if slices.Max(counts) > 0 {
			v := catalogue.VoiceTally{Voice: x.voices(1 << p)[0]}
			copy(v.Counts[:], counts)
			o.Voices = append(o.Voices, v)
		}
	}
	o.Groups = x.groupOverviews()
	o.Contrasts = x.contrasts()
	return o
}

// practiceNumbers are the places of the practices of a set, nil for all, in rowList.all.
func practiceNumbers(rows *rowList, hits *bitset.BitSet) iter.Seq[int] {
	return func(yield func(int) bool) {
		if hits == nil {
			for p := range rows.all {
				if !yield(p) {
					return
				}
			}
			return
		}
		for p := range hits.EachSet() {
			if !yield(int(p)) {
				return
			}
		}
	}
}

// has are the practices that have a value; none for a value that is not known.
func (x *sum) has(facet, slug string) *bitset.BitSet {
	if p := x.facets.place(facetPlace[facet], slug); p >= 0 {
		return x.facets.facets[facetPlace[facet]].practices[p]
	}
	return new(bitset.BitSet)
}

// add counts one finding, if the scope has it; false when it does not count.
func (x *sum) add(f int32) bool {
	if x.inScope != nil && !x.inScope.Test(uint(f)) {
		return false
	}
	effect, voices := x.columns.effects[f], x.columns.voices[f]
	if effect < 0 {
		return false
	}
	lead := x.columns.lead[x.facets.findings.owner[f]]
	x.byEffect[effect].add(f, voices, lead, 0, catalogue.OverviewFindings)
	for v := range x.byVoice {
		if voices&(1<<v) != 0 {
			x.byVoice[v][effect]++
		}
	}
	x.counted = x.counted[:0] // a group that two of the finding's are below counts it once
	for _, g := range x.columns.groups[x.columns.firstGroup[f]:x.columns.firstGroup[f+1]] {
		for at := g; at >= 0; at = x.columns.parents[at] {
			if x.groups != nil && !x.groups[at] || slices.Contains(x.counted, at) {
				continue
			}
			x.counted = append(x.counted, at)
			if x.byGroup[at] == nil {
				x.byGroup[at] = make([]tally, len(catalogue.Effects))
			}
			x.occurrences++
			x.byGroup[at][effect].add(f, voices, lead, x.occurrences, catalogue.OverviewSides)
		}
	}
	return true
}

func (t *tally) add(finding int32, voices uint16, lead, order int32, most int) {
	if t.actors != nil && lead >= 0 && !t.actors[lead] {
		t.actors[lead] = true
		t.leads = append(t.leads, lead)
	}
	if t.count == 0 {
		t.order = order
	}
	t.count++
	t.voices |= voices
	if len(t.first) < most {
		t.first = append(t.first, finding)
	}
}

func (x *sum) retention() map[catalogue.RetentionStatus]int {
	out := map[catalogue.RetentionStatus]int{}
	count := func(status catalogue.RetentionStatus) {
		if n := intersectionSize(x.hits, x.has(catalogue.FacetRetention, catalogue.Retentions.Slug(status))); n > 0 {
			out[status] = n
		}
	}
	for _, status := range catalogue.Retentions {
		count(status.Code)
	}
	count("")
	return out
}

// terms are the values of a facet that the practices have, counted.
func (x *sum) terms(facet int) []catalogue.CountedTerm {
	n := map[catalogue.TermRef]int{}
	f := &x.facets.facets[facet]
	for p, v := range f.tree.Values {
		if count := intersectionSize(x.hits, f.practices[p]); count > 0 {
			n[catalogue.TermRef{Slug: v.Slug, Label: v.Label}] = count
		}
	}
	return mostFirst(n)
}

// mostFirst orders by number, and equal ones by name.
func mostFirst(n map[catalogue.TermRef]int) []catalogue.CountedTerm {
	var out []catalogue.CountedTerm
	for ref, count := range n {
		out = append(out, catalogue.CountedTerm{TermRef: ref, Count: count})
	}
	slices.SortFunc(out, func(a, b catalogue.CountedTerm) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), danish.Compare(a.Label, b.Label), cmp.Compare(a.Slug, b.Slug))
	})
	return out
}

// groupOverviews are the groups with most findings first, equal ones in the
// order in which the list of findings by effect comes to them.
func (x *sum) groupOverviews() (groups []catalogue.GroupOverview) {
	values := x.facets.facets[groupPlace].tree.Values
	var places []int
	for p, list := range x.byGroup {
		if list != nil {
			places = append(places, p)
		}
	}
	order := func(p int) (effect int, order int32) {
		effect = slices.IndexFunc(x.byGroup[p], func(t tally) bool { return t.count > 0 })
		return effect, x.byGroup[p][effect].order
	}
	slices.SortFunc(places, func(a, b int) int {
		ea, oa := order(a)
		eb, ob := order(b)
		return cmp.Or(cmp.Compare(ea, eb), cmp.Compare(oa, ob))
	})
	for _, p := range places {
		ref, list := catalogue.TermRef{Slug: values[p].Slug, Label: values[p].Label}, x.tallies(x.byGroup[p])
		groups = append(groups, catalogue.GroupOverview{TargetGroup: ref, Findings: list})
	}
	total := func(g catalogue.GroupOverview) (n int) {
		for _, t := range g.Findings {
			n += t.Count
		}
		return n
	}
	slices.SortStableFunc(groups, func(a, b catalogue.GroupOverview) int { return cmp.Compare(total(b), total(a)) })
	return groups
}

// tallies writes what was counted by effect.
func (x *sum) tallies(list []tally) []catalogue.FindingTally {
	out := make([]catalogue.FindingTally, len(list))
	for i, t := range list {
		out[i] = catalogue.FindingTally{Effect: catalogue.Effects[i].Code, Count: t.count, Voices: x.voices(t.voices)}
		for _, a := range t.leads {
			out[i].Actors = append(out[i].Actors, x.columns.actors[a])
		}
		for _, f := range t.first {
			out[i].First = append(out[i].First, x.ref(f))
		}
	}
	return out
}

// ref names a finding by its number.
func (x *sum) ref(f int32) catalogue.FindingRef {
	owner := x.facets.findings.owner[f]
	return catalogue.FindingRef{Practice: x.rows.all[owner].id, Number: int(f - x.facets.findings.first[owner])}
}

// voices are those of a set of places in the facet, whose last value is the
// voice that is not stated.
func (x *sum) voices(set uint16) (out []catalogue.Voice) {
	for p := range x.facets.facets[voicePlace].tree.Values {
		switch {
		case set&(1<<p) == 0:
		case p < len(catalogue.Voices):
			out = append(out, catalogue.Voices[p].Code)
		default:
			out = append(out, "")
		}
	}
	return out
}
