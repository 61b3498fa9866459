package site_test

import (
	"testing"

	"praksis/internal/browsertest"

	"github.com/chromedp/chromedp"
)

// A finder shows whole cards without scrolling: four on a desk, two on a phone
// (pages.md).
func TestCardsInSight(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	b := browsertest.Chromium(t)
	for _, c := range []struct{ width, height, cards int64 }{{1280, 900, 4}, {375, 740, 2}} {
		for _, path := range []string{"/eksempler", "/eksempler?maalgruppe=angst", "/eksempler?kontaktform=telefon&maalgruppe=angst", "/eksempler?q=hjemme", "/eksempler?maalgruppe=botilbud&maalgruppe=paaroerende", "/eksempler?kontaktform=video&maalgruppe=medarbejdere", "/eksempler?loesning=virtuel-bostoette&maalgruppe=bostoette"} {
			ctx := tab(t, b, c.width)
			do(t, ctx, chromedp.EmulateViewport(c.width, c.height), chromedp.Navigate(base+path))
			if n := eval[int64](t, ctx, `[...document.querySelectorAll('#results > .hits > li')].filter(e => e.getBoundingClientRect().bottom <= innerHeight).length`); n < min(c.cards, eval[int64](t, ctx, `document.querySelectorAll('#results > .hits > li').length`)) {
				t.Errorf("%s at %d × %d: %d cards are in sight", path, c.width, c.height, n)
			}
		}
	}
}

// Far down among the filters one sees what a choice has done, and a word that is
// typed and not searched for yet stays.
func TestChoiceFarDown(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	b := browsertest.Chromium(t)
	inSight := func(id string) string {
		return `(r => r.top >= 0 && r.bottom <= innerHeight && r.height > 0)(document.getElementById('` + id + `').getBoundingClientRect())`
	}
	for _, width := range widths {
		ctx := tab(t, b, width)
		do(t, ctx, chromedp.EmulateViewport(width, 740), chromedp.Navigate(base+"/eksempler"), chromedp.SendKeys(chromedp.ID("q"), "gåtur"))
		if width < 992 {
			do(t, ctx, chromedp.Click(chromedp.CSS(".filter-panel > summary")))
		}
		eval[bool](t, ctx, `document.getElementById('facet-art').open = true`)
		eval[bool](t, ctx, `(document.getElementById('art-laering').scrollIntoView(), true)`)
		do(t, ctx, chromedp.Click(chromedp.ID("art-laering")))
		eventually(t, ctx, `location.search === '?art=laering'`)
		if !eval[bool](t, ctx, inSight("resultater")) {
			t.Errorf("at %d the sentence is out of sight", width)
		}
		if eval[string](t, ctx, `document.getElementById('q').value`) != "gåtur" {
			t.Errorf("at %d what was typed is gone", width)
		}
		if width < 992 {
			if !eval[bool](t, ctx, inSight("vis")+` && /^Vis \d+ eksempler$/.test(document.getElementById('vis').textContent)`) {
				t.Errorf("at %d no way to what was found", width)
			}
			do(t, ctx, chromedp.Click(chromedp.ID("vis")))
			eventually(t, ctx, `!document.getElementById('filter-panel').open`)
		}
		if !eval[bool](t, ctx, `document.querySelector('#results .hit').getBoundingClientRect().top < innerHeight - 100`) {
			t.Errorf("at %d no example is in sight", width)
		}
	}
}
