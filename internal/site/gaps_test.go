package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/postgres"

	"github.com/PuerkitoBio/goquery"
)

// Every gap leads to a form in which it is filled in.
func TestGapsLeadToFilledForms(t *testing.T) {
	f := newFixture(t)
	d := f.page("/mangler")
	links := d.Find(`main a[href^="/indsend/"]`)
	if links.Length() < 100 {
		t.Fatalf("only %d gaps", links.Length())
	}
	seen := map[string]bool{}
	links.Each(func(i int, a *goquery.Selection) {
		if i%7 != 0 { // a page each
			return
		}
		href, _ := a.Attr("href")
		form := f.page(href)
		for _, name := range []string{"maalgruppe", "kontaktform"} {
			if !strings.Contains(href, name+"=") {
				continue
			}
			seen[name] = true
			_, rest, _ := strings.Cut(href, name+"=")
			slug, _, _ := strings.Cut(rest, "&")
			if form.Find(`input[value="`+slug+`"][checked], option[value="`+slug+`"][selected]`).Length() == 0 {
				t.Errorf("%s: %s is not chosen", href, slug)
			}
		}
		if strings.Contains(href, "aktoer=") {
			seen["aktoer"] = true
			if v := form.Find(`input[name*=organisation]`).AttrOr("value", ""); v == "" {
				t.Errorf("%s: no organisation", href)
			}
		}
	})
	if len(seen) != 3 {
		t.Errorf("gaps of %v only", seen)
	}
	if text := d.Find("main").Text(); !strings.Contains(text, "Læsø Kommune") || strings.Contains(text, "Herning Kommune") {
		t.Error("municipalities: those without examples, and no others")
	}
	if got := f.page("/indsend").Find(`a[href^="/indsend/kort?maalgruppe="]`).Length(); got == 0 || f.page("/indsend").Find(`main a[href="/mangler"]`).Length() != 1 {
		t.Errorf("where one submits stand %d gaps", got)
	}
}

// Of what was searched for in vain only words of the dictionary are shown, and none
// that were seen on fewer days or that an editor has hidden.
func TestGapsShowSearches(t *testing.T) {
	f := newFixture(t)
	note := func(days int, text string) {
		for day := range days {
			if err := f.store.NoteEmptySearches(t.Context(), []postgres.EmptySearch{{Text: text, Folded: danish.Fold(text), Times: 1}}, time.Now().AddDate(0, 0, -day)); err != nil {
				t.Fatal(err)
			}
		}
	}
	note(3, "ridning for børn")
	note(3, "xylofonqvark") // may be anybody's name
	note(2, "svømning")
	note(3, "fodbold")
	f.exec(`UPDATE empty_search SET hidden = true WHERE text = 'fodbold'`)
	text := f.page("/mangler").Find("main").Text()
	for words, shown := range map[string]bool{"»ridning for børn«": true, "xylofonqvark": false, "svømning": false, "fodbold": false} {
		if strings.Contains(text, words) != shown {
			t.Errorf("%s is shown: %t", words, !shown)
		}
	}
	link, _ := f.page("/mangler").Find(`a[href*="titel="]`).Attr("href")
	if v := f.page(link).Find("input[name*=title]").AttrOr("value", ""); v != "Ridning for børn" {
		t.Errorf("%s fills in %q", link, v)
	}
	if v := f.page(catalogue.SubmitPath("kort", "")+"?titel=Sven+Xylofonqvark").Find("input[name*=title]").AttrOr("value", ""); v != "" {
		t.Errorf("an address fills in %q", v)
	}
}
