package search

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

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

// row is what is held in memory of a public practice. It never changes. There may
// be 100,000 of them, each for as long as its practice is public: it is small.
type row struct {
	id         int64
	title      string
	published  int64          // Unix nanoseconds, or noDate
	sourceDate int64          // the same
	values     []facetValueID // the practice's, then those of its findings in their order
	ends       []uint16       // in values: of the practice's, then of each finding's
	evidence   evidence
	lead       facetValueID // the lead organisation, as a value of the facet of actors
}

// practiceValues are the values that the practice as a whole has.
func (r *row) practiceValues() []facetValueID { return r.values[:r.ends[0]] }

// findings is how many findings the practice has.
func (r *row) findings() int { return len(r.ends) - 1 }

// findingValues are the values of finding i.
func (r *row) findingValues(i int) []facetValueID { return r.values[r.ends[i]:r.ends[i+1]] }

// evidence is how much is told of a practice's effect: how many findings count, how
// many voices have stated it, and whether it is told if it was kept.
type evidence struct {
	findings, voices int16
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
	r := &row{id: id, title: e.Title, evidence: newEvidence(e.Values), published: e.FirstPublished.UnixNano(), sourceDate: e.SourceDate.UnixNano()}
	if e.FirstPublished.IsZero() {
		r.published = noDate
	}
	if e.SourceDate.IsZero() {
		r.sourceDate = noDate
	}
	var values []facetValueID
	ends := make([]uint16, 0, 1+len(e.Values.Findings))
	for i := range cap(ends) {
		of := e.Values.Practice
		if i > 0 {
			of = e.Values.Findings[i-1]
		}
		values = t.intern(values, of)
		ends = append(ends, uint16(len(values)))
	}
	r.values, r.ends = slices.Clip(slices.Clone(values)), ends
	lead := ""
	if actors := e.Values.Practice[catalogue.FacetActor]; len(actors) > 0 {
		lead = actors[0]
	}
	r.lead = t.valueID(facetValue{facetPlace[catalogue.FacetActor], lead})
	return r
}

// compact moves the rows together: those of a whole catalogue were made among all
// that reading it takes, and would hold on to most of that memory.
func (t *rowTable) compact() {
	var nTitles, nValues, nEnds int
	for _, r := range t.rows {
		nTitles, nValues, nEnds = nTitles+len(r.title), nValues+len(r.values), nEnds+len(r.ends)
	}
	var titles strings.Builder
	titles.Grow(nTitles)
	rows, values, ends := make([]row, 0, len(t.rows)), make([]facetValueID, 0, nValues), make([]uint16, 0, nEnds)
	for id, r := range t.rows {
		titles.WriteString(r.title)
		values, ends = append(values, r.values...), append(ends, r.ends...)
		moved := *r
		moved.title = titles.String()[titles.Len()-len(r.title):]
		moved.values, moved.ends = values[len(values)-len(r.values):], ends[len(ends)-len(r.ends):]
		rows = append(rows, moved)
		t.rows[id] = &rows[len(rows)-1]
	}
}

// noDate is older than any date; UnixNano of the zero time is undefined.
const noDate = -1 << 63

// intern adds the ids of values to out, in the order of catalogue.Facets, and makes
// ids for those that are new.
func (t *rowTable) intern(out []facetValueID, values map[string][]string) []facetValueID {
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
// publication, then the source's date, then title, then id. The list before, unless
// it is nil, has the same rows but for those of the changed ids.
func newRowList(t *rowTable, before *rowList, changed map[int64]*row) *rowList {
	l := &rowList{values: t.values}
	if before == nil || len(changed) > max(leastMerged, len(t.rows)/50) {
		l.sort(t)
	} else {
		l.merge(before, changed)
	}
	return l
}

// leastMerged: so many changed practices are always put into the order before; of
// many practices, a fiftieth.
const leastMerged = 32

// sort orders all rows. The keys that the alphabetical order takes are made for the
// while: they are several times as long as the titles.
func (l *rowList) sort(t *rowTable) {
	type keyed struct {
		*row
		key []byte
	}
	titles := make([]keyed, 0, len(t.rows))
	for _, r := range t.rows {
		titles = append(titles, keyed{r, danish.Key(r.title)})
	}
	slices.SortFunc(titles, func(a, b keyed) int { return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	for _, r := range titles {
		l.all = append(l.all, r.row)
	}
	slices.SortStableFunc(l.all, compareDates)
	l.setPlaces()
	l.byTitle, l.byEvidence = make([]int32, len(l.all)), make([]int32, len(l.all))
	for i, r := range titles {
		l.byTitle[i], l.byEvidence[i] = int32(l.places[r.id]), int32(i)
	}
	slices.SortFunc(l.byEvidence, l.compareEvidence)
}

// merge makes the orders of those of before, without the rows of the changed ids and
// with those that have come.
func (l *rowList) merge(before *rowList, changed map[int64]*row) {
	l.all = make([]*row, 0, len(before.all)+len(changed))
	for _, r := range before.all {
		if _, gone := changed[r.id]; !gone {
			l.all = append(l.all, r)
		}
	}
	for _, r := range changed {
		if r != nil {
			l.all = inserted(l.all, r, compareNewest)
		}
	}
	l.setPlaces()
	merged := func(order []int32, compare func(a, b int32) int) []int32 {
		out := make([]int32, 0, len(l.all))
		for _, p := range order {
			id := before.all[p].id
			if _, gone := changed[id]; !gone {
				out = append(out, int32(l.places[id]))
			}
		}
		for id, r := range changed {
			if r != nil {
				out = inserted(out, int32(l.places[id]), compare)
			}
		}
		return out
	}
	l.byTitle = merged(before.byTitle, func(a, b int32) int { return compareTitles(l.all[a], l.all[b]) })
	l.byEvidence = merged(before.byEvidence, l.compareEvidence)
}

// inserted is a list in order with one more.
func inserted[T any](list []T, one T, compare func(a, b T) int) []T {
	i, _ := slices.BinarySearchFunc(list, one, compare)
	return slices.Insert(list, i, one)
}

func (l *rowList) setPlaces() {
	l.places = make(map[int64]int, len(l.all))
	for i, r := range l.all {
		l.places[r.id] = i
	}
}

// compareEvidence is the order of byEvidence.
func (l *rowList) compareEvidence(a, b int32) int {
	return cmp.Or(l.all[a].evidence.compare(l.all[b].evidence), cmp.Compare(a, b))
}

// compareDates orders the newest first: by first publication, then by the source's
// date.
func compareDates(a, b *row) int {
	return cmp.Or(cmp.Compare(b.published, a.published), cmp.Compare(b.sourceDate, a.sourceDate))
}

// compareNewest is the order of rowList.all.
func compareNewest(a, b *row) int {
	if c := compareDates(a, b); c != 0 {
		return c
	}
	return compareTitles(a, b)
}

// compareTitles orders alphabetically, and equal titles by id.
func compareTitles(a, b *row) int {
	return cmp.Or(bytes.Compare(danish.Key(a.title), danish.Key(b.title)), cmp.Compare(a.id, b.id))
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
