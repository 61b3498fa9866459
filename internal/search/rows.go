package search

import (
	"bytes"
	"cmp"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// valueID stands for a value of a facet, as it is written on a practice.
type valueID int32

type value struct {
	facet int // in catalogue.Facets
	slug  string
}

// row is what is held in memory of a public practice.
type row struct {
	id        int64
	title     string
	key       []byte // of the title, in Danish order
	published int64  // Unix nanoseconds
	source    int64
	own       []valueID
	findings  [][]valueID
}

// table is all public practices. The follower alone changes it; snapshots are
// made of it.
type table struct {
	rows   map[int64]*row
	ids    map[value]valueID
	values []value // by valueID; only ever appended to
}

func newTable() *table {
	return &table{rows: map[int64]*row{}, ids: map[value]valueID{}}
}

// row makes the row of an entry.
func (t *table) row(id int64, e *catalogue.Entry) *row {
	r := &row{id: id, title: e.Title, key: danish.Key(e.Title), own: t.intern(e.Values.Practice),
		published: e.FirstPublished.UnixNano(), source: e.SourceDate.UnixNano()}
	if e.FirstPublished.IsZero() {
		r.published = never
	}
	if e.SourceDate.IsZero() {
		r.source = never
	}
	for _, f := range e.Values.Findings {
		r.findings = append(r.findings, t.intern(f))
	}
	return r
}

// never is older than any date; UnixNano of the zero time is undefined.
const never = -1 << 63

func (t *table) intern(values map[string][]string) []valueID {
	n := 0
	for _, slugs := range values {
		n += len(slugs)
	}
	out := make([]valueID, 0, n)
	for i, f := range catalogue.Facets {
		for _, slug := range values[f.Name] {
			v := value{i, slug}
			id, ok := t.ids[v]
			if !ok {
				id = valueID(len(t.values))
				t.ids[v] = id
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
	all    []*row        // newest first
	places map[int64]int // in all, by id
	byName []int32       // places in all, in alphabetical order
	values []value       // by valueID
}

// newRowList orders the rows as the list without a query shows them: first
// publication, then the source's date, then title, then id.
func newRowList(t *table) *rowList {
	l := &rowList{all: make([]*row, 0, len(t.rows)), values: t.values}
	for _, r := range t.rows {
		l.all = append(l.all, r)
	}
	slices.SortFunc(l.all, func(a, b *row) int {
		return cmp.Or(cmp.Compare(b.published, a.published), cmp.Compare(b.source, a.source), byName(a, b))
	})
	l.places = make(map[int64]int, len(l.all))
	l.byName = make([]int32, len(l.all))
	for i, r := range l.all {
		l.places[r.id], l.byName[i] = i, int32(i)
	}
	slices.SortFunc(l.byName, func(a, b int32) int { return byName(l.all[a], l.all[b]) })
	return l
}

func byName(a, b *row) int {
	return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.id, b.id))
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
