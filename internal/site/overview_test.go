package site_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
)

// findingsBehind counts the findings that a finder address asks for, by reading them.
func (f *fixture) findingsBehind(q catalogue.Query) (n int) {
	f.t.Helper()
	tax := f.index.Taxonomy()
	ids, _, err := f.index.Hits(f.t.Context(), q, 1000)
	if err != nil {
		f.t.Fatal(err)
	}
	list, err := f.store.Findings(f.t.Context(), 0, ids)
	if err != nil {
		f.t.Fatal(err)
	}
	scope := tax.FindingScope(q)
	asked := func(facet string, slugs ...string) bool {
		return len(q.Filters[facet]) == 0 || slices.ContainsFunc(slugs, func(s string) bool { return slices.Contains(q.Filters[facet], s) })
	}
	for _, p := range list {
		for i := range p.Findings {
			x := &p.Findings[i]
			var voices []string
			for _, v := range x.Speakers() {
				voices = append(voices, catalogue.Voices.Slug(v))
			}
			if x.Effect != "" && scope.Has(x, p.Solutions) && asked(catalogue.FacetEffect, catalogue.Effects.Slug(x.Effect)) && asked(catalogue.FacetVoice, voices...) {
				n++
			}
		}
	}
	return n
}

// TestOverviewLeadsToWhatItCounts follows every number of the tables: behind it are
// just so many findings, or examples.
func TestOverviewLeadsToWhatItCounts(t *testing.T) {
	f := newFixture(t)
	tax := f.index.Taxonomy()
	for _, path := range []string{"/overblik", "/overblik?maalgruppe=psykisk-saarbare", "/overblik?q=telefon", "/overblik?effekt=daarlig&stemme=borger",
		"/overblik?kontaktform=digitalt&tema=virtuelle-moeder", "/overblik?maalgruppe=medarbejdere&maalgruppe=ledere&samtidig=maalgruppe", "/overblik?aktoer=aarhus"} {
		d := f.page(path)
		links := 0
		d.Find(".overview__table td a").Each(func(_ int, a *goquery.Selection) {
			links++
			href, _ := a.Attr("href")
			_, raw, _ := strings.Cut(href, "?")
			q, err := catalogue.ParseQuery(raw)
			if err != nil || tax.Canonical(q).Encode() != raw {
				t.Fatalf("%s: %s is not canonical", path, href)
			}
			said := 0
			a.Find(".tally").Each(func(_ int, x *goquery.Selection) {
				n, _ := strconv.Atoi(x.Text())
				said += n
			})
			if a.Find(".tally").Length() == 0 { // examples
				said, _ = strconv.Atoi(a.Find("[aria-hidden]").Text())
				if n, err := f.index.Count(t.Context(), q); err != nil || n != said || n == 0 {
					t.Errorf("%s: %s leads to %d examples, says %d", path, href, n, said)
				}
			} else if n := f.findingsBehind(q); n != said || n == 0 {
				t.Errorf("%s: %s leads to %d findings, says %d", path, href, n, said)
			}
			if words := a.Find(".sr-only").Text(); words == "" {
				t.Errorf("%s: %s says nothing aloud", path, href)
			}
		})
		if links < 10 {
			t.Errorf("%s: only %d numbers", path, links)
		}
		d.Find(".overview__table tbody th a, .overview__table thead a, .overview__alone a").Each(func(_ int, a *goquery.Selection) {
			href, _ := a.Attr("href")
			if w := f.do("GET", href); w.Code != 200 {
				t.Errorf("%s: %s gives %d", path, href, w.Code)
			}
		})
		d.Find(".overview__table tr").Each(func(_ int, tr *goquery.Selection) {
			if n, want := tr.Find("th, td").Length(), tr.Closest("table").Find("thead th").Length(); n != want {
				t.Errorf("%s: a row of %d cells under %d columns", path, n, want)
			}
		})
	}
}

func TestOverviewSaysWhoAloneHasSpoken(t *testing.T) {
	f := readingFixture(t)
	d := f.page("/overblik")
	groups := d.Find(".overview__alone a").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if !slices.Contains(groups, "Ældre") || slices.Contains(groups, "Brugere af dagtilbud") { // whom Aarhus has asked
		t.Errorf("only the services on: %v", groups)
	}
	for _, only := range []string{"kun fagfolk", "kun borgere"} {
		if d.Find(".overview__table .overview__only").FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Text() == only }).Length() == 0 {
			t.Errorf("no cell is marked »%s«", only)
		}
	}
	if f.page("/overblik?stemme=borger").Find(".overview__only").Length() > 0 {
		t.Error("citizens are marked as speaking alone where only they were asked for")
	}
	few := d.Find("td.overview__few")
	if few.Length() == 0 || !strings.Contains(few.First().Text(), "for lidt at bygge på") {
		t.Errorf("%d cells have too few findings: %s", few.Length(), few.First().Text())
	}
	if text := d.Find(".overview__method").Text(); !strings.Contains(text, "kan tallene ikke lægges sammen") || !strings.Contains(text, "Talt den ") {
		t.Error("nothing says how it was counted, or when: ", text)
	}
}

// A column of the first table has room for some ten letters: a longer word says where it
// may be parted, or browsers part it at any letter.
func TestOverviewHeadsFitTheirColumns(t *testing.T) {
	f := readingFixture(t)
	f.page("/overblik").Find("#maalgrupper").First().Parent().Find("thead th").Each(func(_ int, s *goquery.Selection) {
		for _, part := range strings.FieldsFunc(s.Text(), func(r rune) bool { return r == '\u00ad' || r == '-' || r == ' ' }) {
			if utf8.RuneCountInString(part) > 11 {
				t.Errorf("%q is wider than its column, in %q", part, s.Text())
			}
		}
	})
}

func TestOverviewAddresses(t *testing.T) {
	f := readingFixture(t)
	for from, to := range map[string]string{
		"/overblik?sortering=navn":                                     "/overblik",
		"/overblik?side=3&q=+telefon":                                  "/overblik?q=telefon",
		"/overblik?maalgruppe=angst&maalgruppe=psykisk-saarbare&x=1":   "/overblik?maalgruppe=psykisk-saarbare",
		"/kontraster?q=telefon&loesning=":                              "/kontraster",
		"/kontraster?maalgruppe=angst&loesning=walk-and-talk&side=2":   "/kontraster?loesning=walk-and-talk&maalgruppe=angst",
		"/overblik?" + url.Values{"aktoer": {"Aarhus"}}.Encode() + "&": "/overblik?aktoer=Aarhus",
	} {
		if w := f.do("GET", from); w.Code != 302 || w.Header().Get("Location") != to {
			t.Errorf("%s: %d to %s, want %s", from, w.Code, w.Header().Get("Location"), to)
		}
	}
	for path, code := range map[string]int{"/overblik?q=%zz": 400, "/kontraster?q=%zz": 400, "/overblik?maalgruppe=findes-ikke": 200, "/overblik?q=xylofonorkester": 200, "/overblik?stemme=journalist": 200} {
		if w := f.do("GET", path); w.Code != code {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestAllContrasts(t *testing.T) {
	f := newFixture(t)
	o, err := f.index.Overview(nil)
	if err != nil || len(o.Contrasts) == 0 {
		t.Fatal(o.Contrasts, err)
	}
	d := f.page("/kontraster")
	if n := d.Find(".contrast").Length(); n != len(o.Contrasts) {
		t.Errorf("%d contrasts, want %d", n, len(o.Contrasts))
	}
	d.Find(".contrast li").Each(func(_ int, s *goquery.Selection) {
		if note := s.Find(".findings__note").Text(); !strings.Contains(note, "Siger ") || !strings.Contains(note, "Kilde: ") {
			t.Errorf("says not who, or where: %s", note)
		}
	})
	c := o.Contrasts[0]
	one := f.page(catalogue.ContrastsPath(catalogue.Query{}.With(catalogue.FacetSolution, c.Solution.Slug)))
	if n := one.Find("section h2 a").Length(); n != 1 || one.Find("select option[selected]").Length() != 1 {
		t.Errorf("of one solution: %d solutions", n)
	}
	if n := d.Find("#vaelg-loesning option").Length(); n < 2 {
		t.Errorf("%d solutions to choose from", n)
	}
}
