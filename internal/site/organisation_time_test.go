package site_test

import (
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/search"
)

// On 1 January 2027 Region Østdanmark takes the place of two regions, on a server
// that runs: lists, filters, pages and JSON follow, and old addresses lead on.
func TestRegionsInTime(t *testing.T) {
	var clock atomic.Pointer[time.Time]
	set := func(at time.Time) { clock.Store(&at) }
	set(time.Date(2026, 12, 31, 22, 59, 0, 0, time.UTC)) // 23:59 in Copenhagen
	f := newFixtureWith(t, search.Options{Now: func() time.Time { return *clock.Load() }})
	n := 0
	if _, err := f.store.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		if n++; n > 2 {
			return nil, "", io.EOF
		}
		return &catalogue.Practice{Title: []string{"Roskilde prøvede noget nyt", "Region Sjælland prøvede noget nyt"}[n-1], Kind: catalogue.KindExample,
			Organisation: catalogue.OrganisationRef{Slug: []string{"roskilde", "region-sjaelland"}[n-1]}}, "line", nil
	}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	follow := func() {
		t.Helper()
		if err := f.index.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	follow()
	says := func(path string, want bool, text string) {
		t.Helper()
		if got := strings.Contains(strings.Join(strings.Fields(f.page(path).Find("main").Text()), " "), text); got != want {
			t.Errorf("%s says %q: %v", path, text, got)
		}
	}
	leads := func(from, to string) {
		t.Helper()
		if got := f.do("GET", from).Header().Get("Location"); got != to {
			t.Errorf("%s leads to %q, want %q", from, got, to)
		}
	}
	before := f.json("aktoer=kommuner-i-region-sjaelland&aktoer=kommuner-i-region-hovedstaden").Total
	if n := f.json("aktoer=kommuner-i-region-sjaelland").Total; n == 0 || n == before {
		t.Fatalf("%d in Region Sjælland, %d in both", n, before)
	}
	says("/regioner", true, "Region Sjælland")
	says("/regioner", false, "Region Østdanmark")
	says("/kommuner", true, "Kommuner i Region Sjælland")
	says("/regioner/region-sjaelland", true, "Regionen findes til og med 31. december 2026.Derefter: Region Østdanmark")
	says("/regioner/region-oestdanmark", true, "Regionen begynder 1. januar 2027.")
	leads("/eksempler?aktoer=region-sjaelland", "")
	edition := f.index.Edition()

	for _, at := range []time.Time{time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), time.Date(2027, 12, 31, 23, 0, 0, 0, time.UTC)} {
		set(at)
		follow()
		if f.index.Edition() == edition {
			t.Fatal("pages of the day before are shown")
		}
		says("/regioner", false, "Region Sjælland")
		says("/regioner", true, "Region Østdanmark")
		says("/kommuner", true, "Kommuner i Region Østdanmark")
		says("/kommuner", false, "Region Hovedstaden")
		if f.page("/kommuner/roskilde").Find(`aside a[href="/regioner/region-oestdanmark"]`).Length() != 1 {
			t.Error("Roskilde does not lead to its region")
		}
		says("/regioner/region-sjaelland", true, "Regionen fandtes til og med 31. december 2026.Eksemplerne står nu under Region Østdanmark.")
		if got := f.json("aktoer=region-sjaelland"); got.Total != 1 || got.Practices[0].Organisation.Name != "Region Sjælland" {
			t.Errorf("the region's own example: %+v", got)
		}
		if got := f.json("aktoer=kommuner-i-region-oestdanmark").Total; got != before {
			t.Errorf("%d examples, before %d", got, before)
		}
		leads("/eksempler?aktoer=kommuner-i-region-sjaelland", "/eksempler?aktoer=kommuner-i-region-oestdanmark")
		leads("/eksempler?aktoer=region-sjaelland", "/eksempler?aktoer=region-oestdanmark")
		says("/eksempler/roskilde-proevede-noget-nyt", true, "Roskilde Kommune")
	}
}
