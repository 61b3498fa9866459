package site_test

import (
	"net/url"
	"slices"
	"strconv"
	"testing"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Many municipalities are a menu: in alphabetical order, none of them twice, and
// what its form leads to is the query with one more, everything else kept.
func TestMunicipalityMenu(t *testing.T) {
	f := newFixture(t)
	tax := f.index.Taxonomy()
	for _, query := range []string{"", "q=telefon", "maalgruppe=angst&maalgruppe=depression&samtidig=maalgruppe", "aktoer=aarhus&kontaktform=telefon&q=b%C3%B8rn&sortering=navn",
		"naer=skive&side=2", "aktoer=kommuner-i-region-midtjylland", "aktoer=region-midtjylland&aktoer=viborg&naer=herning"} {
		doc := f.page("/eksempler?" + query)
		q, err := catalogue.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		q = tax.Canonical(q)
		for _, facet := range []string{catalogue.FacetActor, catalogue.FacetNear} {
			menu := doc.Find("#vaelg-" + facet)
			form := menu.Closest("form")
			var slugs, places []string
			menu.Find("option").Each(func(i int, o *goquery.Selection) {
				if slug := o.AttrOr("value", ""); slug != "" {
					slugs, places = append(slugs, slug), append(places, strconv.Itoa(1000+tax.Facet(catalogue.FacetNear).Place(slug)))
				} else if i > 0 {
					t.Errorf("%s: option %d of %s chooses nothing", query, i, facet)
				}
			})
			if menu.Length() == 0 {
				if rows := doc.Find(`[id^="` + facet + `-"]`).Length(); rows > 60 {
					t.Errorf("%s: no menu of %s, and %d rows", query, facet, rows)
				}
				continue
			}
			if len(slugs) <= 8 || !slices.IsSorted(places) {
				t.Errorf("%s: %d values of %s, in the order of %v", query, len(slugs), facet, places)
			}
			if doc.Find("label[for=vaelg-"+facet+"]").Text() != "Kommune" || form.AttrOr("action", "") != catalogue.PathPractices || form.Find("button[type=submit]").Length() != 1 {
				t.Errorf("%s: the form of %s cannot be used", query, facet)
			}
			for _, slug := range slugs[:2] {
				if slices.Contains(q.Filters[facet], slug) {
					t.Errorf("%s: %s is chosen and in the menu", query, slug)
				}
				v := url.Values{facet: {slug}}
				form.Find("input").Each(func(_ int, e *goquery.Selection) { v.Add(e.AttrOr("name", ""), e.AttrOr("value", "")) })
				want := catalogue.FinderPath(tax.Toggle(q, facet, slug))
				if w := f.do("GET", catalogue.PathPractices+"?"+v.Encode()); w.Code == 302 && w.Header().Get("Location") != want || w.Code == 200 && "/eksempler?"+v.Encode() != want || w.Code != 200 && w.Code != 302 {
					t.Errorf("%s: %s leads to %d %s, not %s", query, slug, w.Code, w.Header().Get("Location"), want)
				}
			}
		}
	}
	// Those of a chosen region stay rows: one of them takes its place.
	doc := f.page("/eksempler?aktoer=kommuner-i-region-midtjylland")
	if got := doc.Find("#aktoer-aarhus").AttrOr("href", ""); got != "/eksempler?aktoer=aarhus" {
		t.Errorf("Aarhus leads to %q", got)
	}
}

// The menu works by keyboard alone, with scripts at once, where focus stays.
func TestMunicipalityMenuInBrowser(t *testing.T) {
	f := newFixture(t)
	ctx := tab(t, browsertest.Chromium(t), 1280)
	do(t, ctx, chromedp.Navigate(server(t, f)+"/eksempler?kontaktform=telefon"))
	eval[bool](t, ctx, `(window.samePage = true, document.getElementById('facet-naer').open = true, document.getElementById('vaelg-naer').focus(), true)`)
	do(t, ctx, chromedp.KeyEvent("vib"))
	eventually(t, ctx, `document.getElementById('vaelg-naer').value === 'viborg'`)
	do(t, ctx, chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, `location.search === '?kontaktform=telefon&naer=viborg' && document.getElementById('chip-naer-viborg') !== null`)
	for js, what := range map[string]string{
		`window.samePage === true`:                              "the page was loaded anew",
		`document.activeElement.id === 'vaelg-naer-vis'`:        "focus was lost",
		`document.getElementById('facet-naer').open`:            "the filter was folded",
		`document.querySelector('a#naer-viborg') !== null`:      "what was chosen is no row",
		`document.querySelector('#vaelg-naer').value === ''`:    "the menu did not begin anew",
		`!document.querySelector('#vaelg-naer [value=viborg]')`: "what was chosen can be chosen again",
	} {
		if !eval[bool](t, ctx, js) {
			t.Errorf("%s (%s)", what, js)
		}
	}
}
