package search

import (
	"context"
	"slices"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// Matrix sees what the hits of a query taught as a whole, from memory, in one pass over
// them. What findings hold themselves chooses the findings too, as in Overview. It
// fails as Search does. What it returns is shared: it must not be changed.
func (x *Index) Matrix(ctx context.Context, q catalogue.Query) (m catalogue.Matrix, err error) {
	err = x.withSnapshot(func(s *snapshot) error {
		a, err := s.searcher.read(ctx, q)
		if err != nil {
			return err
		}
		defer a.release()
		if a.hits == nil && !slices.Contains(a.sel.chosen, true) {
			m = s.overviews.everything()
		} else {
			m = s.overviews.matrix(a.sel, a.hits)
		}
		if m.Query = a.query; a.as != "" && len(a.applied) == 0 {
			m.Query.Text = q.Text // links keep what was typed
		}
		return nil
	})
	return m, err
}

// valuesOf are the values of a facet that each finding, or practice, has, with those
// above them.
type valuesOf struct {
	first  []int32 // by number, in places, with one more at the end
	places []int16 // in the facet's tree
}

// newValuesOf turns the sets of a facet's values around; they count up to n.
func newValuesOf(sets []*bitset.BitSet, n int) valuesOf {
	v := valuesOf{first: make([]int32, n+1)}
	for _, s := range sets {
		for i := range s.EachSet() {
			v.first[i+1]++
		}
	}
	for i := range n {
		v.first[i+1] += v.first[i]
	}
	next := slices.Clone(v.first)
	v.places = make([]int16, v.first[n])
	for place, s := range sets {
		for i := range s.EachSet() {
			v.places[next[i]] = int16(place)
			next[i]++
		}
	}
	return v
}

// axis is a facet as the rows or the columns of a table. What has no value stands
// behind the last one.
type axis struct {
	tree  *catalogue.FacetTree
	of    *valuesOf
	shown []bool // by place; nil for all
	met   []int16
}

func (m *overviewMaker) newAxis(sel selection, facet int, of *valuesOf) axis {
	x := axis{tree: m.facets.facets[facet].tree, of: of}
	if sel.chosen[facet] {
		x.shown = make([]bool, len(x.tree.Values))
		for i, v := range x.tree.Values { // parents stand before their children
			x.shown[i] = slices.Contains(sel.places[facet], i) || v.Parent != "" && x.shown[m.facets.facets[facet].places[v.Parent]]
		}
	}
	return x
}

// size is how many places the axis has.
func (x *axis) size() int { return len(x.tree.Values) + 1 }

// meet gives the places of a finding or practice, until it is asked again.
func (x *axis) meet(n int32) []int16 {
	all := x.of.places[x.of.first[n]:x.of.first[n+1]]
	if len(all) > 0 && x.shown == nil {
		return all
	}
	x.met = x.met[:0]
	for _, p := range all {
		if x.shown[p] {
			x.met = append(x.met, p)
		}
	}
	if len(all) == 0 {
		x.met = append(x.met, int16(len(x.tree.Values)))
	}
	return x.met
}

// kept are the places of an axis that its table has: all values that are shown, and
// what has none where there is any.
func (x *axis) kept(none bool) (places []int, values []catalogue.FacetValue) {
	places, values = make([]int, 0, x.size()), make([]catalogue.FacetValue, 0, x.size())
	for i, v := range x.tree.Values {
		if x.shown == nil || x.shown[i] {
			places, values = append(places, i), append(values, v)
		}
	}
	if none {
		places, values = append(places, len(x.tree.Values)), append(values, catalogue.FacetValue{})
	}
	return places, values
}

// counter counts findings in one cell.
type counter struct {
	counts [4]int32
	lead   int32 // the first actor's place and one more; 0 for nobody
	voices uint16
	actors uint8
}

func (c *counter) cell() catalogue.MatrixCell {
	out := catalogue.MatrixCell{Voices: catalogue.VoiceSet(c.voices), Actors: int(c.actors)}
	for i, n := range c.counts {
		out.Counts[i] = int(n)
	}
	return out
}

func (c *counter) add(effect int8, voices uint16, lead int32) {
	c.counts[effect]++
	c.voices |= voices
	switch {
	case lead < 0:
	case c.lead == 0:
		c.lead, c.actors = lead+1, 1
	case c.lead != lead+1:
		c.actors = catalogue.EnoughActors
	}
}

// findingTable counts findings by two facets.
type findingTable struct {
	rows, columns          axis
	cells, inRow, inColumn []counter
}

func newFindingTable(rows, columns axis) *findingTable {
	return &findingTable{rows: rows, columns: columns, cells: make([]counter, rows.size()*columns.size()), inRow: make([]counter, rows.size()), inColumn: make([]counter, columns.size())}
}

func (t *findingTable) add(f int32, effect int8, voices uint16, lead int32) {
	columns := t.columns.meet(f)
	for _, c := range columns {
		t.inColumn[c].add(effect, voices, lead)
	}
	for _, r := range t.rows.meet(f) {
		t.inRow[r].add(effect, voices, lead)
		for _, c := range columns {
			t.cells[int(r)*len(t.inColumn)+int(c)].add(effect, voices, lead)
		}
	}
}

func (t *findingTable) table() (out catalogue.MatrixTable) {
	any := func(list []counter) bool { return list[len(list)-1].counts != [4]int32{} }
	rows, values := t.rows.kept(any(t.inRow))
	columns, columnValues := t.columns.kept(any(t.inColumn))
	out = catalogue.MatrixTable{Rows: values, Columns: columnValues, Cells: make([]catalogue.MatrixCell, 0, len(rows)*len(columns))}
	for _, c := range columns {
		out.InColumn = append(out.InColumn, t.inColumn[c].cell())
	}
	for _, r := range rows {
		out.InRow = append(out.InRow, t.inRow[r].cell())
		for _, c := range columns {
			out.Cells = append(out.Cells, t.cells[r*len(t.inColumn)+c].cell())
		}
	}
	return out
}

// matrix counts the practices of a selection, which are hits; nil for all.
func (m *overviewMaker) matrix(sel selection, hits *bitset.BitSet) catalogue.Matrix {
	c := m.columns()
	themePlace, retentionPlace := facetPlace[catalogue.FacetTheme], facetPlace[catalogue.FacetRetention]
	groups := newFindingTable(m.newAxis(sel, groupPlace, &c.findingGroups), m.newAxis(sel, facetPlace[catalogue.FacetContactForm], &c.findingForms))
	solutions := newFindingTable(m.newAxis(sel, solutionPlace, &c.findingSolutions), m.newAxis(sel, voicePlace, &c.findingVoices))
	themes, statuses := m.newAxis(sel, themePlace, &c.themes), m.newAxis(sel, retentionPlace, &c.retentions)
	kept, inTheme, inStatus := make([]int, themes.size()*statuses.size()), make([]int, themes.size()), make([]int, statuses.size())
	inScope := m.facets.scope(sel)
	out := catalogue.Matrix{Version: m.version}
	var all counter
	for p := range practiceNumbers(m.rows, hits) {
		out.Practices++
		met := statuses.meet(int32(p))
		for _, s := range met {
			inStatus[s]++
		}
		for _, t := range themes.meet(int32(p)) {
			inTheme[t]++
			for _, s := range met {
				kept[int(t)*len(inStatus)+int(s)]++
			}
		}
		lead := c.lead[p]
		for f := m.facets.findings.first[p]; f < m.facets.findings.first[p+1]; f++ {
			effect := c.effects[f]
			if effect < 0 || inScope != nil && !inScope.Test(uint(f)) {
				continue
			}
			all.add(effect, c.voices[f], lead)
			groups.add(f, effect, c.voices[f], lead)
			solutions.add(f, effect, c.voices[f], lead)
		}
	}
	out.All, out.Groups, out.Solutions = all.cell(), groups.table(), solutions.table()
	for i, v := range out.Solutions.Columns {
		if n := out.Solutions.InColumn[i]; n.Findings() > 0 {
			voice, _ := catalogue.Voices.Parse(v.Slug)
			out.Voices = append(out.Voices, catalogue.VoiceTally{Voice: voice, Counts: n.Counts})
		}
	}
	rows, values := themes.kept(inTheme[len(inTheme)-1] > 0)
	columns, columnValues := statuses.kept(inStatus[len(inStatus)-1] > 0)
	out.Retention = catalogue.PracticeTable{Rows: values, Columns: columnValues}
	for _, s := range columns {
		out.Retention.InColumn = append(out.Retention.InColumn, inStatus[s])
	}
	for _, t := range rows {
		out.Retention.InRow = append(out.Retention.InRow, inTheme[t])
		for _, s := range columns {
			out.Retention.Cells = append(out.Retention.Cells, kept[t*len(inStatus)+s])
		}
	}
	return out
}

// scope are the findings that a selection chooses; nil for all.
func (x *facetIndex) scope(sel selection) (out *bitset.BitSet) {
	for i, f := range x.facets {
		if sel.chosen[i] && f.tree.InFinding {
			out = intersect(out, sel.of(i, f.findings))
		}
	}
	return out
}
