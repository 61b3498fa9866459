package site_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
)

// everything chooses every value there is: of every vocabulary, every actor and
// every municipality to be near to; where a value stands below another one, the
// lower.
func (f *fixture) everything() catalogue.Query {
	t := f.index.Taxonomy()
	q := catalogue.Query{Filters: catalogue.Filters{}, Sort: catalogue.SortNewest, Page: 1}
	for _, facet := range catalogue.Facets {
		tree := t.Facet(facet.Name)
		above := map[string]bool{}
		for _, v := range tree.Values {
			for _, a := range tree.Ancestors(v.Slug) {
				above[a] = true
			}
		}
		for _, v := range tree.Values {
			if !above[v.Slug] {
				q = q.Add(facet.Name, v.Slug)
			}
		}
	}
	return q
}

// All that the page lets one choose can be chosen at once, in every format, and
// no page grows with the square of what is chosen.
func TestEverythingChosen(t *testing.T) {
	f := readingFixture(t)
	all := f.everything()
	municipalities := catalogue.Query{Filters: catalogue.Filters{}, Page: 1, Sort: catalogue.SortEvidence}
	for _, name := range []string{catalogue.FacetNear, catalogue.FacetTargetGroup} {
		municipalities.Filters[name] = all.Filters[name]
	}
	if n := len(municipalities.Filters[catalogue.FacetNear]); n != 98 {
		t.Errorf("%d municipalities to be near to", n)
	}
	for _, c := range []struct {
		name string
		q    catalogue.Query
	}{{"everything", all}, {"everything with a text", all.WithText("telefon")}, {"all municipalities and target groups", municipalities}} {
		n := 0
		for _, slugs := range c.q.Filters {
			n += len(slugs)
		}
		path := catalogue.FinderPath(c.q)
		t.Logf("%s: %d values, %d bytes", c.name, n, len(path))
		w := f.do("GET", path)
		if w.Code == 302 { // the canonical form may be shorter
			path = w.Header().Get("Location")
			w = f.do("GET", path)
		}
		if w.Code != 200 || w.Body.Len() > 400_000 {
			t.Errorf("%s: %d, %d bytes", c.name, w.Code, w.Body.Len())
		}
		json := f.do("GET", strings.Replace(path, catalogue.PathPractices, catalogue.PathPractices+".json", 1))
		if json.Code != 200 || json.Body.Len() > 200_000 {
			t.Errorf("%s: JSON %d, %d bytes", c.name, json.Code, json.Body.Len())
		}
		doc := document(t, w)
		if h := doc.Find("#resultater").Text(); len(h) > 100 || !strings.Contains(h, "valgte filtre") {
			t.Errorf("%s: the heading has %d bytes: %q", c.name, len(h), h)
		}
		// No link of the page is too long.
		doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
			to := a.AttrOr("href", "")
			if query, ok := strings.CutPrefix(to, catalogue.PathPractices+"?"); ok {
				if _, err := catalogue.ParseQuery(query); err != nil {
					t.Errorf("%s: a link of %d bytes: %v", c.name, len(to), err)
				}
			}
		})
		// The form asks for the same again, and for one less without its tick.
		form := doc.Find("#filtre")
		v := url.Values{}
		form.Find("input").Each(func(_ int, e *goquery.Selection) {
			if _, on := e.Attr("checked"); on || e.AttrOr("type", "") == "hidden" {
				v.Add(e.AttrOr("name", ""), e.AttrOr("value", ""))
			}
		})
		if to := f.do("GET", catalogue.PathPractices+"?"+v.Encode()); to.Code == 302 && to.Header().Get("Location") != path || to.Code != 302 && to.Code != 200 {
			t.Errorf("%s: the form leads to %d %.200s, not %.200s", c.name, to.Code, to.Header().Get("Location"), path)
		}
		v.Del(catalogue.FacetNear)
		if w := f.page(catalogue.PathPractices + "?" + v.Encode()); w.Find(`#facet-naer input[checked], #facet-naer a[aria-current]`).Length() > 0 {
			t.Errorf("%s: what lost its tick is chosen", c.name)
		}
	}
}

// As many filters as people choose are links, each of which applies at once.
func TestFewFiltersAreLinks(t *testing.T) {
	f := readingFixture(t)
	all := f.everything()
	q := catalogue.Query{Filters: catalogue.Filters{catalogue.FacetNear: all.Filters[catalogue.FacetNear][:20]}, Page: 1, Sort: catalogue.SortEvidence}
	doc := f.page(catalogue.FinderPath(q))
	if doc.Find("#filtre").Length() != 0 || doc.Find(".chips .tag").Length() != 20 {
		t.Errorf("%d forms, %d chips", doc.Find("#filtre").Length(), doc.Find(".chips .tag").Length())
	}
	q.Filters[catalogue.FacetNear] = all.Filters[catalogue.FacetNear][:21]
	doc = f.page(catalogue.FinderPath(q))
	if doc.Find("#filtre").Length() != 1 || doc.Find(".chips .tag").Length() != 10 || !strings.Contains(doc.Find(".chips").Text(), "og 11 mere") {
		t.Errorf("%d forms, chips %q", doc.Find("#filtre").Length(), doc.Find(".chips").Text())
	}
}

func BenchmarkEverythingChosen(b *testing.B) {
	f := newFixture(b)
	for _, c := range []struct {
		name string
		q    catalogue.Query
	}{{"nothing", catalogue.Query{Page: 1, Sort: catalogue.SortEvidence}}, {"everything", f.everything()}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := f.index.Search(b.Context(), c.q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The form of many filters can be used by everybody, and applies at once where
// scripts run.
func TestBoxesInBrowser(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	source := browsertest.Axe(t, root)
	b := browsertest.Chromium(t)
	path := catalogue.FinderPath(f.everything())
	for _, width := range widths {
		ctx := tab(t, b, width)
		do(t, ctx, chromedp.Navigate(base+path))
		eval[bool](t, ctx, `(document.getElementById('filter-panel').open = true)`)
		audit(t, ctx, source, fmt.Sprintf("boxes at %d", width))
		before := eval[int](t, ctx, `document.querySelectorAll('#filtre input:checked').length`)
		button := "filtre-foer"
		if width == widths[0] { // what stands at the lower edge of a phone
			button = "vis"
		}
		eval[bool](t, ctx, `(document.querySelector('#facet-maalgruppe input:checked').click(), window.stays = true)`)
		press(t, ctx, "#"+button)
		focus := map[string]string{"vis": "resultater", "filtre-foer": "filtre-foer"}[button]
		eventually(t, ctx, fmt.Sprintf(`document.querySelectorAll('#filtre input[checked]').length < %d && location.search.length > 1000 && document.activeElement.id === '%s' && window.stays`, before, focus))
		if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%d pixels too wide", over)
		}
	}
}
