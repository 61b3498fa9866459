package site_test

import (
	"encoding/json"
	"strings"
	"testing"

	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
)

// Where no finding is about what is asked for, the filters stay and say why.
func TestFacetsDoNotVanish(t *testing.T) {
	f := readingFixture(t)
	doc := f.page("/eksempler?kontaktform=hjemmebesoeg&maalgruppe=udviklingshaemning")
	for _, name := range []string{"effekt", "stemme"} {
		group := doc.Find("#facet-" + name)
		if note := group.Find(".facet-note").Text(); note != "Ingen erfaringer er knyttet til udviklingshæmning og hjemmebesøg på én gang." {
			t.Errorf("%s: %q", name, note)
		}
		if n, links := group.Find(".facet--none").Length(), group.Find("a").Length(); n < 4 || links > 0 {
			t.Errorf("%s: %d values, %d links", name, n, links)
		}
	}
	doc.Find(".hit").Each(func(_ int, hit *goquery.Selection) {
		if marks := strings.Join(strings.Fields(hit.Find(".marks").Text()), " "); !strings.HasPrefix(marks, "For det valgte:Effekt ikke oplyst") {
			t.Errorf("a card says %q", marks)
		}
	})
	if doc.Find(".hit").Length() == 0 {
		t.Error("no cards")
	}
}

// All of the chosen target groups may be asked for, by an address of its own.
func TestTargetGroupsTogether(t *testing.T) {
	f := newFixture(t)
	either := "/eksempler?maalgruppe=botilbud&maalgruppe=paaroerende"
	link := f.page(either).Find("#samtidig")
	if link.Text() != "Vis kun dem, der gælder begge målgrupper" {
		t.Errorf("%q", link.Text())
	}
	to, _ := link.Attr("href")
	if to != either+"&samtidig=maalgruppe" {
		t.Fatalf("leads to %s", to)
	}
	doc := f.page(to)
	if h := doc.Find("#resultater").Text(); !strings.Contains(h, "og pårørende samtidig") {
		t.Errorf("%q", h)
	}
	if back, _ := doc.Find("#samtidig").Attr("href"); back != either {
		t.Errorf("leads back to %s", back)
	}
	var list struct {
		Total     int
		Practices []catalogue.Card
	}
	if err := json.NewDecoder(f.get(strings.Replace(to, "?", ".json?", 1)).Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	tax := f.index.Taxonomy()
	for _, c := range list.Practices {
		if !belongs(tax, catalogue.FacetTargetGroup, c.TargetGroups, "botilbud") || !belongs(tax, catalogue.FacetTargetGroup, c.TargetGroups, "paaroerende") {
			t.Errorf("%s is not about both: %v", c.Slug, c.TargetGroups)
		}
	}
	if list.Total == 0 {
		t.Error("nothing is about both")
	}
	// One group alone has nothing to be together with.
	if to := f.do("GET", "/eksempler?maalgruppe=angst&samtidig=maalgruppe").Header().Get("Location"); to != "/eksempler?maalgruppe=angst" {
		t.Errorf("led to %q", to)
	}
}
