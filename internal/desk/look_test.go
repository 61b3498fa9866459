package desk_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestLook(t *testing.T) {
	f := newFixture(t, loopback())
	base := served(t, f)
	id, _ := f.submit("a", ordinary)
	ctx := browser(t)
	dialogs(t, ctx)
	for _, width := range []int64{1280, 375} {
		do(t, ctx, chromedp.EmulateViewport(width, 900))
		if width == 1280 {
			do(t, ctx, chromedp.Navigate(base+"/redaktion"))
			eventually(t, ctx, `!!document.getElementById('mail')`)
			do(t, ctx, chromedp.SendKeys(chromedp.ID("mail"), "rita@kl.example"), chromedp.SendKeys(chromedp.ID("adgangskode"), password+kb.Enter))
			eventually(t, ctx, `location.pathname === '/redaktion'`)
		}
		for _, s := range []string{"laes", "tekst", "emner", "erfaringer", "laering", "kraever", "fastholdt", "tid", "kilder", "resten", "afgoer"} {
			do(t, ctx, chromedp.Navigate(base+pathOf(id)+"?trin="+s))
			eventually(t, ctx, `!!document.querySelector('[data-step="`+s+`"]')`)
			t.Logf("%s %d: step %v, page %v", s, width, eval[float64](t, ctx, `document.querySelector('.desk__step:not(.desk__step--away)').getBoundingClientRect().height`), eval[float64](t, ctx, `document.documentElement.scrollHeight`))
			look(t, ctx, fmt.Sprintf("step-%s-%d", s, width))
		}
		do(t, ctx, chromedp.Navigate(base+pathOf(id)+"/forhaandsvisning"))
		look(t, ctx, fmt.Sprintf("preview-%d", width))
	}
}
