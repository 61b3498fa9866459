package site_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"praksis/internal/browsertest"
	"praksis/internal/review"
	"praksis/internal/site"
	"praksis/web"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestShortlistJourney prepares a meeting, with and without JavaScript: search, three
// examples to the shortlist, order and note, share, freeze; then an example changes, and
// the edition says so and shows what it was.
func TestShortlistJourney(t *testing.T) {
	f := newFixture(t)
	log := slog.New(slog.DiscardHandler)
	f.handler = site.New(site.Config{Build: "test", Authority: web.Authority{Name: "Testkontoret"}}, f.store, f.index, log).Routes(log) // at the address that the browser has
	base := server(t, f)
	source := browsertest.Axe(t, root)
	b := browsertest.Chromium(t)
	for i, width := range widths {
		ctx := tab(t, b, width)
		scripts := i%2 == 0
		look := func(name string) {
			t.Helper()
			if scripts { // which axe needs
				audit(t, ctx, source, fmt.Sprintf("%s at %d", name, width))
			}
		}
		if !scripts {
			if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			}); err != nil {
				t.Fatal(err)
			}
		}
		do(t, ctx, chromedp.Navigate(base+"/mappe"))
		look("no shortlist")
		do(t, ctx, chromedp.Navigate(base+"/"), chromedp.SendKeys(chromedp.ID("q"), "telefon"+kb.Enter))
		eventually(t, ctx, `document.querySelector('a[href="/mappe/vaelg?q=telefon"]') !== null`)
		do(t, ctx, chromedp.Click(chromedp.CSS(`a[href="/mappe/vaelg?q=telefon"]`)))
		eventually(t, ctx, `document.getElementById('valg-3') !== null`)
		look("choosing")
		do(t, ctx, chromedp.Click(chromedp.CSS(`label[for=valg-1]`)), chromedp.Click(chromedp.CSS(`label[for=valg-2]`)), chromedp.Click(chromedp.CSS(`label[for=valg-3]`)), chromedp.Click(chromedp.CSS(`.choose__acts .button-primary`)))
		eventually(t, ctx, `location.pathname === '/mappe' && document.querySelectorAll('.shortlist__item').length === 3`)
		titles := `[...document.querySelectorAll('.shortlist__title')].map(e => e.innerText).join('|')`
		before := strings.Split(eval[string](t, ctx, titles), "|")
		do(t, ctx, chromedp.SendKeys(chromedp.CSS(`.shortlist__item:nth-child(1) textarea`), "Til punkt 3"), chromedp.SendKeys(chromedp.ID("titel"), "Møde i maj"), chromedp.Click(chromedp.CSS(`.shortlist__item:nth-child(3) button[value^=op]`)))
		eventually(t, ctx, `document.querySelector('h1').innerText === 'Møde i maj'`)
		after := strings.Split(eval[string](t, ctx, titles), "|")
		if after[1] != before[2] || after[0] != before[0] || eval[string](t, ctx, `document.querySelector('textarea').value`) != "Til punkt 3" {
			t.Errorf("%v after %v", after, before)
		}
		do(t, ctx, chromedp.Click(chromedp.CSS(`button[value=laese]`)))
		eventually(t, ctx, `document.querySelectorAll('.shortlist__address a').length === 1`)
		look("a shortlist")
		slug := eval[string](t, ctx, `document.querySelector('.shortlist__title a').getAttribute('href')`)
		do(t, ctx, chromedp.Click(chromedp.CSS(`button[value="udgave"]`)))
		eventually(t, ctx, `location.pathname.endsWith('/udgave/1')`)
		look("an edition")
		if eval[bool](t, ctx, `document.body.innerText.includes('Eksemplet er ændret siden')`) {
			t.Error("nothing has changed yet")
		}
		f.retitled(strings.TrimPrefix(slug, "/eksempler/"), fmt.Sprintf("Et helt andet navn %d", width))
		do(t, ctx, chromedp.Reload())
		eventually(t, ctx, `document.body.innerText.includes('Eksemplet er ændret siden')`)
		if got := strings.Split(eval[string](t, ctx, titles), "|"); got[0] != before[0] {
			t.Errorf("the edition says %q, and said %q", got[0], before[0])
		}
		// Side by side, from the shortlist.
		do(t, ctx, chromedp.Navigate(base+"/mappe"))
		eventually(t, ctx, fmt.Sprintf(`document.querySelector('.shortlist__title').innerText === 'Et helt andet navn %d'`, width))
		do(t, ctx, chromedp.Click(chromedp.CSS(`.shortlist__item:nth-child(1) .shortlist__acts label`)), chromedp.Click(chromedp.CSS(`.shortlist__item:nth-child(2) .shortlist__acts label`)), chromedp.Click(chromedp.CSS(`button[value=sammenlign]`)))
		eventually(t, ctx, `location.pathname === '/sammenlign' && document.querySelectorAll('.compare__head > li').length === 2`)
		look("side by side")
		side := eval[bool](t, ctx, `(c => c[0].getBoundingClientRect().top === c[1].getBoundingClientRect().top)(document.querySelectorAll('.compare__row .compare__cell'))`)
		if side != (width > 768) {
			t.Errorf("at %d the cells are side by side: %t", width, side)
		}
		do(t, ctx, chromedp.EmulateViewport(320, 640))
		if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("side by side at 320: %d pixels too wide", over)
		}
		do(t, ctx, chromedp.Navigate(base+"/mappe/slet"), chromedp.Click(chromedp.CSS(`form[action="/mappe/slet"] button`)))
		eventually(t, ctx, `document.querySelector('h1').innerText === 'Mappen er slettet'`)
	}
}

// retitled gives an example another title, as an editor would.
func (f *fixture) retitled(slug, title string) {
	f.t.Helper()
	_, p, err := f.store.PublicPractice(f.t.Context(), 0, slug)
	if err != nil {
		f.t.Fatal(err)
	}
	next := p.Clone()
	next.Title = title
	a := review.Act{Action: review.Revise, Version: p.Revision, Draft: &next, Overruled: map[review.CheckItem]string{}}
	for _, w := range review.Warnings(&review.Submission{Kind: review.KindFull, Practice: next}) {
		a.Cleared = append(a.Cleared, w.Key)
	}
	f.decide(slug, "", a)
}
