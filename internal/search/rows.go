package search

import (
	"bytes"
	"cmp"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// facetValueID stands for a value of a facet, as it is written on a practice.
type facetValueID int32

type facetValue struct {
	facet int // in catalogue.Facets
	slug  string
}

// row is what is held in memory of a public practice.
type row struct {
	id             int64
	title          string
	sortKey        []byte // of the title, in Danish order
	published      int64  // Unix nanoseconds
	sourceDate     int64
	practiceValues []facetValueID
	findingValues  [][]facetValueID
}

// rowTable is all public practices. The follower alone changes it; snapshots are
// made of it.
type rowTable struct {
	rows     map[int64]*row
	valueIDs map[facetValue]facetValueID
	values   []facetValue // by valueID; only ever appended to
}

func newRowTable() *rowTable {
	return &rowTable{rows: map[int64]*row{}, valueIDs: map[facetValue]facetValueID{}}
}

// newRow makes the row of an entry.
func (t *rowTable) newRow(id int64, e *catalogue.Entry) *row {
	r := &row{id: id, title: e.Title, sortKey: danish.Key(e.Title), practiceValues: t.intern(e.Values.Practice),
		published: e.FirstPublished.UnixNano(), sourceDate: e.SourceDate.UnixNano()}
	if e.FirstPublished.IsZero() {
		r.published = noDate
	}
	if e.SourceDate.IsZero() {
		r.sourceDate = noDate
	}
	for _, f := range e.Values.Findings {
		r.findingValues = append(r.findingValues, t.intern(f))
	}
	return r
}

// noDate is older than any date; UnixNano of the zero time is undefined.
const noDate = -1 << 63

func (t *rowTable) intern(values map[string][]string) []facetValueID {
	n := 0
	for _, slugs := range values {
		n += len(slugs)
	}
	out := make([]facetValueID, 0, n)
	for i, f := range catalogue.Facets {
		for _, slug := range values[f.Name] {
			v := facetValue{i, slug}
			id, ok := t.valueIDs[v]
			if !ok {
				id = facetValueID(len(t.values))
				t.valueIDs[v] = id
				t.values = append(t.values, v)
			}
			out = append(out, id)
		}
	}
	return out
}

// rowList is the public practices of one snapshot. It never changes.
//
// The place of a practice in all is what every bit set and every posting
// counts by, and the last tie-break of every order.
type rowList struct {
	all     []*row        // newest first
	places  map[int64]int // in all, by id
	byTitle []int32       // places in all, in alphabetical order
	values  []facetValue  // by valueID
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
	slices.SortFunc(l.byTitle, func(a, b int32) int { return compareTitles(l.all[a], l.all[b]) })
	return l
}

func compareTitles(a, b *row) int {
	return cmp.Or(bytes.Compare(a.sortKey, b.sortKey), cmp.Compare(a.id, b.id))
}

// page are at most n ids of hits (nil: all), after the first skip, in an order
// of places (nil: newest first).
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

// ids are those of the practices at the places.
func (l *rowList) ids(places []int32) []int64 {
	out := make([]int64, len(places))
	for i, p := range places {
		out[i] = l.all[p].id
	}
	return out
}
