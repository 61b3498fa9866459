package catalogue

import (
	"testing"
	"time"
)

func inTime() *Taxonomy {
	return NewTaxonomy(nil, []Organisation{
		{Slug: "region-sjaelland", Code: "1085", Name: "Region Sjælland", Kind: Region, ValidTo: "2026-12-31", Successor: "region-oestdanmark"},
		{Slug: "region-hovedstaden", Code: "1084", Name: "Region Hovedstaden", Kind: Region, ValidTo: "2026-12-31", Successor: "region-oestdanmark"},
		{Slug: "region-oestdanmark", Name: "Region Østdanmark", Kind: Region, ValidFrom: "2027-01-01"},
		{Slug: "roskilde", Code: "0265", Name: "Roskilde Kommune", ShortName: "Roskilde", Kind: Municipality, Parent: "region-sjaelland"},
		{Slug: "ministeriet", Name: "Ministeriet", Kind: StateBody, ValidTo: "2021-01-20"},
	})
}

// Two regions become one at midnight, in Danish time, and nothing needs a hand
// (domain.md, "Organisation").
func TestOrganisationsInTime(t *testing.T) {
	for _, c := range []struct {
		at                    string
		region, after, before string // of Roskilde; a value of the facet then, and one that is not
		since                 string
	}{
		{"2026-12-30T22:59:59Z", "region-sjaelland", "region-hovedstaden", "region-oestdanmark", "2021-01-21"},
		{"2026-12-31T22:59:59Z", "region-sjaelland", "kommuner-i-region-sjaelland", "kommuner-i-region-oestdanmark", "2021-01-21"},
		{"2026-12-31T23:00:00Z", "region-oestdanmark", "kommuner-i-region-oestdanmark", "kommuner-i-region-sjaelland", "2027-01-01"},
		{"2027-12-31T23:00:00Z", "region-oestdanmark", "region-oestdanmark", "region-hovedstaden", "2027-01-01"},
	} {
		now, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		x := inTime().On(now)
		if got := x.Organisation("Roskilde").Parent; got != c.region {
			t.Errorf("%s: Roskilde is in %s", c.at, got)
		}
		f := x.Facet(FacetActor)
		if f.Value(c.after) == nil || f.Value(c.before) != nil {
			t.Errorf("%s: %s is offered: %v; %s: %v", c.at, c.after, f.Value(c.after) != nil, c.before, f.Value(c.before) != nil)
		}
		if v := f.Value("roskilde"); v == nil || v.Parent != MunicipalitiesOf(c.region) {
			t.Errorf("%s: Roskilde stands under %+v", c.at, v)
		}
		if x.Since() != c.since || !x.IsOf(now) {
			t.Errorf("%s: since %s", c.at, x.Since())
		}
		// Old addresses lead to what there is, and names are found for ever.
		for _, old := range []string{"region-sjaelland", "kommuner-i-region-hovedstaden"} {
			to, ok := x.ResolveSlug(FacetActor, old)
			if !ok || f.Value(to) == nil {
				t.Errorf("%s: %s leads to %s, which is nothing", c.at, old, to)
			}
		}
		if x.Organisation("Region Sjælland") == nil || x.Organisation("Region Østdanmark") == nil {
			t.Errorf("%s: a name is not found", c.at)
		}
		if f.Value("ministeriet") == nil || !x.Ended(*x.Organisation("ministeriet")) {
			t.Errorf("%s: the ministry's examples are not found, or it is there still", c.at)
		}
		// The day can be changed, and changed back.
		if again := x.On(time.Date(2020, 6, 1, 0, 0, 0, 0, time.UTC)).Organisation("Roskilde").Parent; again != "region-sjaelland" {
			t.Errorf("in 2020 Roskilde was in %s", again)
		}
		if x.IsOf(now.AddDate(-10, 0, 0)) {
			t.Errorf("%s: nothing has changed in ten years", c.at)
		}
	}
}
