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
	for _, s := range []string{"laes", "tekst", "emner", "erfaringer", "laering", "kraever", "fastholdt", "tid", "kilder", "resten", "afgoer"} {
		eval[bool](t, ctx, `document.querySelector('[data-go="`+s+`"]').click() || true`)
		eventually(t, ctx, `!document.getElementById('trin-`+s+`').classList.contains('desk__step--away')`)
		if h := eval[float64](t, ctx, `document.getElementById('trin-`+s+`').getBoundingClientRect().height`); h < 100 || h > 900 {
			t.Errorf("%s is %v pixels high", s, h)
		}
		look(t, ctx, fmt.Sprintf("step-%s", s))
	}
	if !eval[bool](t, ctx, `window.same === true && location.search === '?trin=afgoer' && document.activeElement.id === 'trin-afgoer'`) {
		t.Error("a request was made, or the address or the focus is another step's")
	}
	// What is lacking leads to its field on another step.
	eval[bool](t, ctx, `document.querySelector('.desk__lacking a').click() || true`)
	eventually(t, ctx, `!document.getElementById('trin-emner').classList.contains('desk__step--away') && location.search === '?trin=emner'`)
}
