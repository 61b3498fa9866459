package desk_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"praksis/internal/auth"
	"praksis/internal/browsertest"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// dialogs counts the times that a tab asks before a page is left, and leaves it.
func dialogs(t *testing.T, ctx context.Context) *atomic.Int64 {
	t.Helper()
	var asked atomic.Int64
	if err := chromedp.Listen(ctx, func(ev any) {
		if _, ok := ev.(*page.EventJavascriptDialogOpening); ok {
			asked.Add(1)
			go func() {
				_, _ = chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
					return cdp.Call(ctx, tg, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
				})
			}()
		}
	}); err != nil {
		t.Fatal(err)
	}
	return &asked
}

// look holds the width of a page to the screen's, and keeps a picture of it where
// PRAKSIS_SHOTS names a folder.
func look(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("%s: %d pixels too wide", name, over)
	}
	if dir := os.Getenv("PRAKSIS_SHOTS"); dir != "" {
		shot(t, ctx, filepath.Join(dir, name+".png"))
	}
}

// TestSessionEndsWhileWriting is the whole journey in a browser: an editor with a
// second factor writes, the session ends, a colleague saves meanwhile, and nothing
// of either is lost.
func TestSessionEndsWhileWriting(t *testing.T) {
	f := newFixture(t, auth.Config{})
	base := served(t, f)
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	fresh := func(name string) { // a code may be used again
		t.Helper()
		if err := f.store.SetEditorTOTP(t.Context(), f.account(name).ID, secret); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		scripts bool
		width   int64
	}{{true, 1280}, {false, 375}} {
		ctx := browser(t)
		name := fmt.Sprintf("journey-%d", c.width)
		do(t, ctx, chromedp.EmulateViewport(c.width, 800))
		if !c.scripts {
			if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			}); err != nil {
				t.Fatal(err)
			}
		}
		asked := dialogs(t, ctx)
		id, _ := f.submit(name, nil)
		signIn := func() {
			t.Helper()
			fresh("rita")
			eventually(t, ctx, `!!document.getElementById('mail')`)
			do(t, ctx, chromedp.SendKeys(chromedp.ID("mail"), "rita@kl.example"), chromedp.SendKeys(chromedp.ID("adgangskode"), password+kb.Enter))
			eventually(t, ctx, `!!document.getElementById('kode')`)
			look(t, ctx, name+"-code")
			do(t, ctx, chromedp.SendKeys(chromedp.ID("kode"), code(t, secret, time.Now())+kb.Enter))
			eventually(t, ctx, `location.pathname === '`+pathOf(id)+`' && !!document.getElementById('f-summary')`)
		}
		do(t, ctx, chromedp.Navigate(base+pathOf(id)+"?trin=tekst"))
		signIn()
		do(t, ctx, chromedp.SendKeys(chromedp.ID("f-summary"), " Det skrev Rita."))
		if c.scripts {
			// Kept while one types; and one is asked before leaving.
			eventually(t, ctx, `document.querySelector('[data-kept]').textContent.startsWith('Husket')`)
			do(t, ctx, chromedp.Navigate(base+"/redaktion"))
			eventually(t, ctx, `location.pathname === '/redaktion'`)
			if asked.Load() != 1 {
				t.Errorf("asked %d times before leaving", asked.Load())
			}
			do(t, ctx, chromedp.Navigate(base+pathOf(id)+"?trin=tekst"))
			eventually(t, ctx, `document.getElementById('f-summary').value.includes('Det skrev Rita.')`)
			look(t, ctx, name+"-kept")
		}
		do(t, ctx, chromedp.SendKeys(chromedp.ID("f-summary"), " Og mere."))
		do(t, ctx, chromedp.SendKeys(chromedp.ID("f-partners"), "Norddjurs Kommune"))
		f.over("rita")
		fresh("per")
		per := f.visitor()
		per.post("/redaktion/log-ind", url.Values{"mail": {"per@kl.example"}, "adgangskode": {password}})
		per.post("/redaktion/log-ind/kode", url.Values{"kode": {code(t, secret, time.Now())}})
		form := filled(per.get(pathOf(id)), "gem")
		form.Set("summary", "Det skrev Per.")
		per.post(pathOf(id), form)
		if c.scripts {
			eventually(t, ctx, `document.querySelector('[data-session-alert]').textContent.includes('Du er logget ud')`)
			look(t, ctx, name+"-ended")
		}
		browsertest.Follow(t, ctx, `.desk__draft button[value=gem]`)
		eventually(t, ctx, `document.querySelector('main').innerText.includes('følger med')`)
		look(t, ctx, name+"-sign-in")
		if c.scripts { // by a button nobody is asked
			if asked.Load() != 1 {
				t.Errorf("asked %d times by pressing a button", asked.Load())
			}
		}
		signIn()
		eventually(t, ctx, `['Det skrev Rita.', 'Og mere.'].every(x => document.getElementById('f-summary').value.includes(x)) && document.getElementById('f-partners').value.includes('Norddjurs')
			&& document.querySelector('.alert-warning').innerText.includes('Det skrev Per.')`)
		look(t, ctx, name+"-conflict")
		browsertest.Follow(t, ctx, `.alert-warning button[value=gem]`)
		eventually(t, ctx, `!!document.querySelector('.alert-success')`)
		look(t, ctx, name+"-saved")
		s, err := f.store.SubmissionByID(t.Context(), id)
		if err != nil || s.Draft == nil || !strings.Contains(s.Draft.Summary, "Det skrev Rita.") || !strings.Contains(s.Draft.Summary, "Og mere.") || f.unsaved() != 0 {
			t.Errorf("%+v, %v, %d kept", s.Draft, err, f.unsaved())
		}
		if !c.scripts {
			continue
		}
		// Ten minutes before the end one is warned, and can go on.
		eval[bool](t, ctx, `(window.was = Date.now, Date.now = () => was() + 6900 * 1000, document.dispatchEvent(new Event('visibilitychange')))`)
		eventually(t, ctx, `document.querySelector('[data-session-alert]').textContent.includes('Du bliver logget ud kl. ')`)
		look(t, ctx, name+"-warned")
		do(t, ctx, chromedp.Click(chromedp.CSS(`[data-session-alert] button`)))
		eventually(t, ctx, `document.querySelector('[data-session-alert]').textContent === ''`)
		// Nothing is promised where nothing is typed.
		for path, promised := range map[string]bool{"/redaktion/mails": false, "/redaktion/konto": false, "/redaktion/mailtekster/receipt": true} {
			do(t, ctx, chromedp.Navigate(base+path))
			eventually(t, ctx, `location.pathname === '`+path+`' && !!document.querySelector('[data-session]')`)
			eval[bool](t, ctx, `(window.was = Date.now, Date.now = () => was() + 6900 * 1000, document.dispatchEvent(new Event('visibilitychange')))`)
			eventually(t, ctx, `document.querySelector('[data-session-alert]').textContent.includes('Du bliver logget ud kl. ')`)
			if got := eval[bool](t, ctx, `document.querySelector('[data-session-alert]').textContent.includes('går ikke tabt')`); got != promised {
				t.Errorf("%s: that nothing typed is lost is said: %v", path, got)
			}
			if eval[bool](t, ctx, `document.querySelector('[data-session-alert] .alert-icon').getBoundingClientRect().width < 16`) {
				t.Errorf("%s: no icon where there is room for one", path)
			}
		}
		// With nothing typed nobody is asked.
		do(t, ctx, chromedp.Navigate(base+"/redaktion/mailtekster/receipt"))
		eventually(t, ctx, `location.pathname === '/redaktion/mailtekster/receipt'`)
		if asked.Load() != 1 {
			t.Errorf("asked %d times before leaving what is saved", asked.Load())
		}
	}
}
