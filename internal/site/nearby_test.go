package site_test

import (
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

// The filter finds what a municipality and its neighbours did or took part in, in
// whatever region, and counts it so.
func TestNearFilter(t *testing.T) {
	f := newFixture(t)
	actors := map[string][]string{}
	if err := f.store.Export(t.Context(), func(p *catalogue.Practice) error {
		for _, o := range p.Organisations() {
			actors[p.Slug] = append(actors[p.Slug], o.Slug)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	total := func(slugs ...string) (n int) {
		for _, of := range actors {
			if slices.ContainsFunc(of, func(a string) bool { return slices.Contains(slugs, a) }) {
				n++
			}
		}
		return n
	}
	all := f.json("")
	seen := 0
	for _, facet := range all.Facets {
		if facet.Name != catalogue.FacetNear {
			continue
		}
		if facet.Label != "Nær" {
			t.Errorf("it is called %q", facet.Label)
		}
		for _, v := range facet.Values {
			seen++
			want := total(append([]string{v.Value}, catalogue.Neighbours(v.Value)...)...)
			if got := f.json("naer=" + v.Value).Total; got != want || v.Count != want {
				t.Errorf("near %s: %d found, %d counted, want %d", v.Value, got, v.Count, want)
			}
		}
	}
	if seen < 50 {
		t.Errorf("%d municipalities are near something", seen)
	}
	// Skive is in Midtjylland, Vesthimmerland and Morsø are not.
	d := f.page("/eksempler?naer=skive")
	if got, want := d.Find("#resultater").Text(), catalogue.Examples(total("skive", "holstebro", "morsoe", "vesthimmerlands", "viborg"))+" fra Skive Kommune og nabokommunerne"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	chip := d.Find("#chip-naer-skive")
	if got := strings.Join(strings.Fields(chip.Text()), " "); !strings.HasPrefix(got, "Nær: Skive") || chip.AttrOr("href", "") != "/eksempler" || strings.HasPrefix(chip.Find(".sr-only").Text(), "Nær") {
		t.Errorf("the chip says %q and leads to %s", got, chip.AttrOr("href", ""))
	}
	if _, open := d.Find("#facet-naer").Attr("open"); open || d.Find("#facet-naer #naer-skive[aria-current]").Length() != 1 {
		t.Error("the filter is open, or without its choice")
	}
	if got := d.Find(`#order a[href="/kommuner/skive"]`).Length(); got != 1 {
		t.Errorf("%d links to the municipality's page", got)
	}
	if got := f.page("/eksempler?naer=skive&naer=viborg").Find("#resultater").Text(); !strings.HasSuffix(got, " fra Skive Kommune, Viborg Kommune og deres nabokommuner") {
		t.Errorf("%q", got)
	}
	if got := f.do("GET", "/eksempler?side=1&naer=viborg&naer=skive&naer=skive").Header().Get("Location"); got != "/eksempler?naer=skive&naer=viborg" {
		t.Errorf("led to %q", got)
	}
	// Offered, it says what it is.
	if got := strings.Join(strings.Fields(f.page(asked("telefon nær Viborg")).Find("#vis-naer-viborg").Text()), " "); !strings.HasPrefix(got, "Nær: Viborg (") {
		t.Errorf("the offer says %q", got)
	}
	d = f.page("/eksempler?naer=atlantis")
	if got := d.Find(".notice").Text(); !strings.Contains(got, "Vi kender ikke »atlantis« under nær.") || d.Find(".hit").Length() > 0 {
		t.Errorf("of an unknown municipality it says %q", got)
	}
	if got := f.json("naer=region-midtjylland").Total; got != 0 {
		t.Errorf("%d are near a region", got)
	}
}

// A municipality's page leads to what is near it.
func TestMunicipalityLeadsNear(t *testing.T) {
	f := readingFixture(t)
	d := f.page("/kommuner/skive")
	link := d.Find(`.practice__head a[href="/eksempler?naer=skive"]`)
	if want := "Se eksempler nær Skive (" + strconv.Itoa(f.json("naer=skive").Total) + ")"; link.Text() != want {
		t.Errorf("%q, want %q", link.Text(), want)
	}
	for _, slug := range catalogue.Neighbours("skive") {
		if d.Find(`.practice__facts a[href="/kommuner/`+slug+`"]`).Length() == 0 {
			t.Errorf("nothing leads to %s", slug)
		}
	}
	if d.Find("#naermeste").Length() > 0 {
		t.Error("a municipality with examples shows those of others")
	}
}

// A municipality without examples shows the nearest: on its page, where its name is
// all that is searched for, and where it is the only filter.
func TestNearestExamples(t *testing.T) {
	f := newFixture(t)
	slugs := func(path string) (out []string) {
		d := f.page(path)
		for _, href := range d.Find(`section[aria-labelledby=naermeste] .hit h3 a`).EachIter() {
			out = append(out, strings.TrimPrefix(href.AttrOr("href", ""), "/eksempler/"))
		}
		return out
	}
	same := func(want []string, queries ...string) {
		t.Helper()
		for _, q := range queries {
			path := "/eksempler?" + q
			if got := slugs(path); !slices.Equal(got, want) {
				t.Errorf("%s shows %v, want %v", path, got, want)
			}
			if f.page(path).Find(`#results a[href="/kommuner/laesoe"]`).Length() != 1 {
				t.Errorf("%s does not lead to the municipality's page", path)
			}
		}
	}
	text := func(s string) string { return url.Values{"q": {s}}.Encode() }
	// Neither Læsø nor any of its neighbours has examples in the seeds.
	page := slugs("/kommuner/laesoe")
	if len(page) != 3 {
		t.Fatalf("Læsø's page shows %v", page)
	}
	same(page, text("Læsø"), text("læsø kommune"), text("LAESØ"), "aktoer=laesoe", "naer=laesoe")
	if d := f.page("/kommuner/laesoe"); d.Find(`.practice a[href="/indsend/tip?aktoer=laesoe"]`).Length() != 1 || d.Find(`a[href="/eksempler?naer=laesoe"]`).Length() > 0 || d.Find(".caveat").Length() != 1 {
		t.Error("Læsø's page invites nobody, leads to nothing, or recommends")
	}
	// What its only neighbour does stands first, what it knows most of before the rest.
	neighbour := catalogue.OrganisationRef{Slug: "frederikshavn"}
	finding := catalogue.Finding{TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive, Voices: catalogue.VoiceList{"leader"}, Text: "Det hjalp."}
	practices := []*catalogue.Practice{
		{Title: "Frederikshavn ringede", Kind: catalogue.KindExample, Organisation: neighbour},
		{Title: "Frederikshavn gik ture", Kind: catalogue.KindExample, Organisation: neighbour, Findings: []catalogue.Finding{finding}},
	}
	if _, err := f.store.Import(t.Context(), func() (*catalogue.Practice, string, error) {
		if len(practices) == 0 {
			return nil, "", io.EOF
		}
		p := practices[0]
		practices = practices[1:]
		return p, "line", nil
	}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"frederikshavn-gik-ture", "frederikshavn-ringede", page[0]}
	if got := slugs("/kommuner/laesoe"); !slices.Equal(got, want) {
		t.Errorf("Læsø's page shows %v, want %v", got, want)
	}
	same(want, text("Læsø"), "aktoer=laesoe")
	if got := f.page("/kommuner/laesoe").Find(`a[href="/eksempler?naer=laesoe"]`).Text(); got != "Se eksempler nær Læsø (2)" {
		t.Errorf("%q", got)
	}
	// Not where anything else is asked, and not where there are examples.
	for _, q := range []string{text("Læsø elefant"), "aktoer=laesoe&kontaktform=video", text("Skive"), "naer=atlantis", "aktoer=region-sjaelland&q=elefant", "maalgruppe=findes-ikke"} {
		if got := slugs("/eksempler?" + q); len(got) > 0 {
			t.Errorf("%s shows %v", q, got)
		}
	}
}
