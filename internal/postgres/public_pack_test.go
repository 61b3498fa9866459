package postgres

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
	"unsafe"

	"praksis/internal/catalogue"
)

// What is packed is the same, in one piece of memory.
func TestPackStrings(t *testing.T) {
	first := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	p := &catalogue.Practice{Slug: "bpa-paa-video", Title: "BPA på video", Summary: "Møder på video.", FirstPublished: &first,
		Organisation: catalogue.OrganisationRef{Slug: "skive", Name: "Skive Kommune"},
		TargetGroups: []catalogue.TermRef{{Slug: "aeldre", Label: "Ældre"}, {Slug: "unge", Label: "Unge"}},
		Findings:     []catalogue.Finding{{Text: "Det sparede tid."}, {Text: "Færre udeblev."}},
		Sources:      []catalogue.Source{{Place: "Kilden"}}}
	want, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	row, err := newPublicRow(1, 1, 1, partPage, nil, nil, nil, want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(row.page); err != nil || string(got) != string(want) {
		t.Errorf("%s, want %s (%v)", got, want, err)
	}
	var strings []piece
	walk(reflect.ValueOf(row.page).Elem(), func(v reflect.Value) {
		if v.Kind() == reflect.String {
			strings = append(strings, pieceOf(v))
		}
	})
	lieTogether(t, "strings", strings, 10)
	if len(row.card.Title) == 0 || unsafe.StringData(row.card.Title) != unsafe.StringData(row.page.Title) {
		t.Error("the card has a title of its own")
	}
}

// piece is where something lies in memory.
type piece struct{ from, to uintptr }

func pieceOf(v reflect.Value) piece {
	from, size := uintptr(v.UnsafePointer()), uintptr(v.Len())
	if v.Kind() == reflect.Slice {
		size *= v.Type().Elem().Size()
	}
	return piece{from, from + size}
}

// lieTogether tells whether pieces, of which there are at least some, lie one right
// behind the other.
func lieTogether(t *testing.T, what string, list []piece, least int) {
	t.Helper()
	list = slices.DeleteFunc(list, func(p piece) bool { return p.from == p.to })
	slices.SortFunc(list, func(a, b piece) int { return int(a.from) - int(b.from) })
	if len(list) < least {
		t.Fatalf("%d %s", len(list), what)
	}
	for i, p := range list[1:] {
		if p.from != list[i].to {
			t.Errorf("%s: %d of %d lies by itself", what, i+1, len(list))
		}
	}
}

// Rows that are tidied are what they were, in one piece of memory for each type; what
// has changed meanwhile stays.
func TestPublicCacheIsTidied(t *testing.T) {
	first := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var c publicCache
	var rows []*publicRow
	content := func(row any) string {
		b, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	shown := func(r *publicRow) string {
		return content([]any{r.id, r.version, r.xmin, r.parts, r.card, r.findings, r.solutions, r.page, r.size})
	}
	want := map[int64]string{}
	for id := range int64(8) {
		p := &catalogue.Practice{Slug: fmt.Sprint("ledsaget-", id), Title: fmt.Sprint("Ledsaget ud ad døren ", id), FirstPublished: &first,
			TargetGroups: []catalogue.TermRef{{Slug: "angst", Label: "Angst"}, {Slug: "unge", Label: "Unge"}}, LegalBasis: []string{},
			Findings: []catalogue.Finding{{Text: "Flere kom med.", Solutions: []catalogue.TermRef{{Slug: "gaatur", Label: "Gåtur"}}}, {Text: "Nogle blev væk."}}}
		var row *publicRow
		var err error
		if id%2 == 0 {
			row, err = newPublicRow(id, 1, 1, partPage, nil, nil, nil, []byte(content(p)))
		} else {
			row, err = newPublicRow(id, 1, 1, partCard|partFindings, []byte(content(p.Card())), []byte(content(p.Findings)), nil, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		rows, want[id] = append(rows, row), shown(row)
	}
	c.add(1, 1, rows)
	c.tidy()
	pieces := map[string][]piece{}
	for id, el := range c.byID {
		row := el.Value.(*publicRow)
		if row == rows[id] {
			t.Errorf("row %d was not moved", id)
		}
		if got := shown(row); got != want[id] || shown(rows[id]) != want[id] {
			t.Errorf("row %d: %s, want %s; before %s", id, got, want[id], shown(rows[id]))
		}
		of := []any{&row.card, &row.findings, &row.solutions}
		if row.page != nil {
			of = []any{row.page}
			if unsafe.SliceData(row.findings) != unsafe.SliceData(row.page.Findings) {
				t.Errorf("row %d has findings of its own", id)
			}
			if kept, page := c.page(1, row.page.Slug); kept != id || page != row.page {
				t.Errorf("%s: page of %d, want of %d", row.page.Slug, kept, id)
			}
		}
		for _, v := range of {
			walk(reflect.ValueOf(v).Elem(), func(v reflect.Value) {
				switch v.Kind() {
				case reflect.Slice:
					if v.Cap() > v.Len() {
						t.Errorf("row %d: what is added to a list would write into the next one", id)
					}
					fallthrough
				case reflect.String:
					pieces[v.Type().String()] = append(pieces[v.Type().String()], pieceOf(v))
				}
			})
		}
	}
	lieTogether(t, "findings", pieces["[]catalogue.Finding"], 8)
	lieTogether(t, "terms", pieces["[]catalogue.TermRef"], 16)
	if len(c.bySlug) != 4 {
		t.Errorf("%d pages, want 4", len(c.bySlug))
	}
}
