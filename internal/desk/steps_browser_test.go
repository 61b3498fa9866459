package desk_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Each step of an ordinary submission is at most a screen high, and with scripts a
// step is shown without a request.
func TestStepsAreAScreenHigh(t *testing.T) {
	f := newFixture(t, loopback())
	base := served(t, f)
	id, _ := f.submit("a", ordinary)
	ctx := browser(t)
	dialogs(t, ctx)
	do(t, ctx, chromedp.EmulateViewport(1280, 900))
	do(t, ctx, chromedp.Navigate(base+"/redaktion"))
	eventually(t, ctx, `!!document.getElementById('mail')`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("mail"), "rita@kl.example"), chromedp.SendKeys(chromedp.ID("adgangskode"), password+kb.Enter))
	eventually(t, ctx, `location.pathname === '/redaktion'`)
	do(t, ctx, chromedp.Navigate(base+pathOf(id)))
	eventually(t, ctx, `document.querySelectorAll('[data-step]').length > 8`)
	eval[bool](t, ctx, `window.same = true`)
	high := func(name string, most float64, steps ...string) {
		t.Helper()
		for _, s := range steps {
			eval[bool](t, ctx, `document.querySelector('[data-go="`+s+`"]').click() || true`)
			eventually(t, ctx, `!document.getElementById('trin-`+s+`').classList.contains('desk__step--away')`)
			h := eval[float64](t, ctx, `document.getElementById('trin-`+s+`').getBoundingClientRect().height`)
			if t.Logf("%s %s is %v pixels high", name, s, h); h < 100 || h > most {
				t.Errorf("%s %s is %v pixels high", name, s, h)
			}
			look(t, ctx, fmt.Sprintf("%s-%s", name, s))
		}
	}
	steps := []string{"tekst", "emner", "erfaringer", "laering", "kraever", "fastholdt", "tid", "kilder", "resten", "afgoer"}
	high("step", 900, append([]string{"laes"}, steps...)...)
	if !eval[bool](t, ctx, `window.same === true && location.search === '?trin=afgoer' && document.activeElement.id === 'trin-afgoer'`) {
		t.Error("a request was made, or the address or the focus is another step's")
	}
	// What is lacking leads to its field on another step.
	eval[bool](t, ctx, `document.querySelector('.desk__lacking a').click() || true`)
	eventually(t, ctx, `!document.getElementById('trin-emner').classList.contains('desk__step--away') && location.search === '?trin=emner'`)
	// So are those of a published example, but for its lists.
	do(t, ctx, chromedp.Navigate(base+at(f.published(0))+"/ret"))
	eventually(t, ctx, `location.pathname.endsWith('/ret') && document.querySelectorAll('[data-step]').length === 10`)
	high("revise", 1000, steps...)
}
