package search

import (
	"bytes"
	"cmp"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
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

// newestFirst lists the rows as the list without a query shows them: first
// publication, then the source's date, then title, then id. The place in this
// list is what every bit set counts by, and the last tie-break of every other
// order.
func (t *table) newestFirst() []*row {
	out := make([]*row, 0, len(t.rows))
	for _, r := range t.rows {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *row) int {
		return cmp.Or(cmp.Compare(b.published, a.published), cmp.Compare(b.source, a.source), byName(a, b))
	})
	return out
}

func byName(a, b *row) int {
	return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.id, b.id))
}
