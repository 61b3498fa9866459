package search

import (
	"bytes"
	"cmp"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// facetValueID is the place of a facetValue in rowTable.values.
type facetValueID int32

// facetValue is a value of a facet as it is written on a practice: the taxonomy
// may not know it, or may have merged it with another.
type facetValue struct {
	facet int // in catalogue.Facets
	slug  string
}

// row is what is held in memory of a public practice. It never changes.
type row struct {
	id             int64
	title          string
	sortKey        []byte // of the title, in Danish order
	published      int64  // Unix nanoseconds, or noDate
	sourceDate     int64  // the same
	practiceValues []facetValueID
	findingValues  [][]facetValueID // by finding, in the practice's order
	evidence       evidence
	lead           facetValueID // the lead organisation, as a value of the facet of actors
}

// evidence is how much is told of a practice's effect: how many findings count, how
// many voices have stated it, and whether it is told if it was kept.
type evidence struct {
	findings, voices int
	kept             bool
}

// newEvidence counts what the facets' values of a practice tell.
func newEvidence(v catalogue.FacetValues) (e evidence) {
	voices := map[string]bool{}
	for _, f := range v.Findings {
		if len(f[catalogue.FacetEffect]) == 0 {
			continue
		}
		e.findings++
		for _, voice := range f[catalogue.FacetVoice] {
			if voice != catalogue.NotStated && !voices[voice] {
				voices[voice] = true
				e.voices++
			}
		}
	}
	retention := v.Practice[catalogue.FacetRetention]
	e.kept = len(retention) > 0 && !slices.Contains(retention, catalogue.NotStated)
	return e
}

// compare orders the better told first: by findings, then voices, then whether
// it is told if it was kept.
func (e evidence) compare(o evidence) int {
	kept := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(o.findings, e.findings), cmp.Compare(o.voices, e.voices), cmp.Compare(kept(o.kept), kept(e.kept)))
}

// rowTable is the rows of all public practices by id. Only following the
// catalogue changes it; each snapshot's rowList is made of it.
type rowTable struct {
	rows     map[int64]*row
	valueIDs map[facetValue]facetValueID
	values   []facetValue // by facetValueID; only ever appended to
}

func newRowTable() *rowTable {
	return &rowTable{rows: map[int64]*row{}, valueIDs: map[facetValue]facetValueID{}}
}

// newRow makes the row of a practice from its entry in the read model.
func (t *rowTable) newRow(id int64, e *catalogue.Entry) *row {
	r := &row{id: id, title: e.Title, sortKey: danish.Key(e.Title), practiceValues: t.intern(e.Values.Practice),
		evidence: newEvidence(e.Values), published: e.FirstPublished.UnixNano(), sourceDate: e.SourceDate.UnixNano()}
	if e.FirstPublished.IsZero() {
		r.published = noDate
	}
	if e.SourceDate.IsZero() {
		r.sourceDate = noDate
	}
	for _, f := range e.Values.Findings {
		r.findingValues = append(r.findingValues, t.intern(f))
	}
	lead := ""
	if actors := e.Values.Practice[catalogue.FacetActor]; len(actors) > 0 {
		lead = actors[0]
	}
	r.lead = t.valueID(facetValue{facetPlace[catalogue.FacetActor], lead})
	return r
}

// noDate is older than any date; UnixNano of the zero time is undefined.
const noDate = -1 << 63

// intern gives the ids of values, in the order of catalogue.Facets, and makes
// ids for those that are new.
func (t *rowTable) intern(values map[string][]string) []facetValueID {
	n := 0
	for _, slugs := range values {
		n += len(slugs)
	}
	out := make([]facetValueID, 0, n)
	for i, f := range catalogue.Facets {
		for _, slug := range values[f.Name] {
			out = append(out, t.valueID(facetValue{i, slug}))
		}
	}
	return out
}

func (t *rowTable) valueID(v facetValue) facetValueID {
	id, ok := t.valueIDs[v]
	if !ok {
		id = facetValueID(len(t.values))
		t.valueIDs[v] = id
		t.values = append(t.values, v)
	}
	return id
}

// rowList is the public practices of one snapshot. It never changes.
//
// The place of a practice is its index in all. Bit sets and postings count by
// it, and it is the last tie-break of every order.
type rowList struct {
	all     []*row        // newest first
	places  map[int64]int // in all, by id
	byTitle []int32       // places in all, in alphabetical order
	// byEvidence are places in all, those best told of first, then the newest.
	byEvidence []int32
	values     []facetValue // by facetValueID
}

// newRowList orders the rows as the list without a query shows them: first
// publication, then the source's date, then title, then id.
func newRowList(t *rowTable) *rowList {
	l := &rowList{all: make([]*row, 0, len(t.rows)), values: t.values}
	for _, r := range t.rows {
		l.all = append(l.all, r)
	}
	slices.SortFunc(l.all, func(a, b *row) int {
		return cmp.Or(cmp.Compare(b.published, a.published), cmp.Compare(b.sourceDate, a.sourceDate), compareTitles(a, b))
	})
	l.places = make(map[int64]int, len(l.all))
	l.byTitle = make([]int32, len(l.all))
	for i, r := range l.all {
		l.places[r.id], l.byTitle[i] = i, int32(i)
	}
	l.byEvidence = slices.Clone(l.byTitle) // the places still
	slices.SortStableFunc(l.byEvidence, func(a, b int32) int { return l.all[a].evidence.compare(l.all[b].evidence) })
	slices.SortFunc(l.byTitle, func(a, b int32) int { return compareTitles(l.all[a], l.all[b]) })
	return l
}

// compareTitles orders alphabetically, and equal titles by id.
func compareTitles(a, b *row) int {
	return cmp.Or(bytes.Compare(a.sortKey, b.sortKey), cmp.Compare(a.id, b.id))
}

// page gives the ids of at most n hits (nil: all practices) after the first
// skip ones, in the order of the places given (nil: newest first).
func (l *rowList) page(order []int32, hits *bitset.BitSet, skip, n int) []int64 {
	var out []int64
	for i := 0; i < len(l.all) && len(out) < n; i++ {
		place := i
		if order != nil {
			place = int(order[i])
		}
		if hits != nil && !hits.Test(uint(place)) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		out = append(out, l.all[place].id)
	}
	return out
}

// ids gives the ids of the practices at the places.
func (l *rowList) ids(places []int32) []int64 {
	out := make([]int64, len(places))
	for i, p := range places {
		out[i] = l.all[p].id
	}
	return out
}
