package postgres

import (
	"encoding/json"
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
	type piece struct{ from, to uintptr }
	var all []piece
	eachString(reflect.ValueOf(row.page).Elem(), func(s reflect.Value) {
		if s.Len() > 0 {
			from := uintptr(unsafe.Pointer(unsafe.StringData(s.String())))
			all = append(all, piece{from, from + uintptr(s.Len())})
		}
	})
	slices.SortFunc(all, func(a, b piece) int { return int(a.from) - int(b.from) })
	if len(all) < 10 {
		t.Fatalf("%d strings", len(all))
	}
	for i, p := range all[1:] {
		if p.from != all[i].to {
			t.Errorf("string %d lies by itself", i+1)
		}
	}
	if len(row.card.Title) == 0 || unsafe.StringData(row.card.Title) != unsafe.StringData(row.page.Title) {
		t.Error("the card has a title of its own")
	}
}
