package desk_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestCutJourney is the import in a browser: pasted, looked at, joined, and made into
// a draft, with scripts on a wide screen and without on a narrow one.
func TestCutJourney(t *testing.T) {
	f := newFixture(t, loopback())
	base := served(t, f)
	for i, c := range []struct {
		scripts bool
		width   int64
	}{{true, 1280}, {false, 375}} {
		ctx := browser(t)
		do(t, ctx, chromedp.EmulateViewport(c.width, 800))
		if !c.scripts {
			if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			}); err != nil {
				t.Fatal(err)
			}
		}
		do(t, ctx, chromedp.Navigate(base+"/redaktion/opdel"))
		eventually(t, ctx, `!!document.getElementById('mail')`)
		do(t, ctx, chromedp.SendKeys(chromedp.ID("mail"), []string{"rita", "per"}[i]+"@kl.example"), chromedp.SendKeys(chromedp.ID("adgangskode"), password+kb.Enter))
		eventually(t, ctx, `!!document.getElementById('tekst')`)
		do(t, ctx, chromedp.SendKeys(chromedp.ID("tekst"), twoExamples), chromedp.Click(chromedp.CSS(`button[value="del"]`)))
		eventually(t, ctx, `document.querySelectorAll('.cut__pair').length === 2`)
		look(t, ctx, fmt.Sprintf("cut-%d", c.width))
		do(t, ctx, chromedp.Click(chromedp.CSS(`label[for="saml-2"]`)), chromedp.Click(chromedp.CSS(`button[value="vis"]`)))
		eventually(t, ctx, `document.querySelectorAll('.cut__pair').length === 1`)
		do(t, ctx, chromedp.Click(chromedp.CSS(`button[value="lav"]`)))
		eventually(t, ctx, `location.search.endsWith('lavet=1') && document.querySelector('.alert-success').textContent.includes('1 kladde er lavet')`)
	}
	if n := f.count(`SELECT count(*) FROM submission`); n != 2 {
		t.Errorf("%d submissions", n)
	}
}
