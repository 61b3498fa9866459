package site_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"praksis/internal/browsertest"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// withoutScripts switches JavaScript off in a tab, as far as pages go.
func withoutScripts(t *testing.T, ctx context.Context) {
	t.Helper()
	if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}); err != nil {
		t.Fatal(err)
	}
}

// press clicks the element that js gives, wherever it stands on the page.
func press(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	do(t, ctx, chromedp.Click(chromedp.CSS(selector)))
}

// picture keeps what a page looks like, where PRAKSIS_PICTURES names a folder.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("PRAKSIS_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestSubmitJourney tells of an example as a busy person does, and follows it,
// with and without JavaScript, on a phone; axe looks at every page on the way.
func TestSubmitJourney(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	source := browsertest.Axe(t, root)
	b := browsertest.Chromium(t)
	for _, width := range widths {
		for _, scripts := range []bool{true, false} {
			if !scripts && width > widths[0] {
				continue
			}
			ctx := tab(t, b, width)
			look := func(name string) {
				t.Helper()
				name = fmt.Sprintf("%s %d %v", name, width, scripts)
				picture(t, ctx, strings.ReplaceAll(name, " ", "-"))
				if scripts { // axe is one itself; the pages are the same but for what scripts add
					audit(t, ctx, source, name)
				}
			}
			if !scripts {
				withoutScripts(t, ctx)
			}
			do(t, ctx, chromedp.Navigate(base+"/indsend"))
			look("ways")
			press(t, ctx, `.way a[href="/indsend/tip"]`)
			eventually(t, ctx, `document.getElementById('text') !== null`)
			look("tip")
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `document.title.startsWith('Fejl: ')`)
			look("tip with errors")
			do(t, ctx, chromedp.SendKeys(chromedp.ID("text"), "Vi gik ture i skoven."), chromedp.SendKeys(chromedp.ID("organisation"), "Aarhus Kommune"), chromedp.SendKeys(chromedp.ID("email"), "a@aarhus.example"))
			press(t, ctx, `button[value=more]`)
			eventually(t, ctx, `document.getElementById('answers-done')?.value === 'Vi gik ture i skoven.'`)
			do(t, ctx, chromedp.SendKeys(chromedp.ID("title"), "Aarhus går ture i naturen med Karen Hansen"))
			if scripts {
				eventually(t, ctx, `document.querySelectorAll('[data-alike] a').length === 3`)
			}
			do(t, ctx, chromedp.SendKeys(chromedp.ID("findings-1-text"), "De unge blev gladere."))
			eval[bool](t, ctx, `(document.getElementById('findings-1-effect').value = 'positive', document.getElementById('findings-1-target-groups').value = 'angst', true)`)
			press(t, ctx, `button[value=findings]`)
			eventually(t, ctx, `document.getElementById('findings-2-text') !== null && document.getElementById('findings-2-text').value === '' && document.getElementById('findings-1-text').value === 'De unge blev gladere.' && document.getElementById('findings-1-effect').value === 'positive'`)
			look("short")
			press(t, ctx, `button[value=more]`)
			eventually(t, ctx, `document.getElementById('answers-worked') !== null && document.getElementById('findings-1-text').value === 'De unge blev gladere.'`)
			look("whole")
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `document.querySelector('h1').textContent.startsWith('Se det igennem')`)
			look("review")
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `document.title.startsWith('Fejl: ')`)
			look("review with errors")
			for _, box := range eval[[]string](t, ctx, `[...document.querySelectorAll('.form-checkbox')].map(e => e.id)`) {
				press(t, ctx, `label[for="`+box+`"]`)
			}
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `document.body.innerText.includes('Tak, vi har modtaget')`)
			look("receipt")
			press(t, ctx, `a[href$="/ret"]`)
			eventually(t, ctx, `document.getElementById('findings-1-text')?.value === 'De unge blev gladere.'`)
			look("correction")
			press(t, ctx, `.submit__end a`)
			eventually(t, ctx, `document.querySelector('a[href$="/traek-tilbage"]') !== null`)
			press(t, ctx, `a[href$="/traek-tilbage"]`)
			eventually(t, ctx, `document.querySelector('h1').textContent.startsWith('Vil du trække')`)
			look("confirm")
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `document.body.innerText.includes('Din indsendelse er trukket tilbage')`)
			look("withdrawn")
			do(t, ctx, chromedp.Navigate(base+"/indsend/"+strings.Repeat("A", 43)))
			look("unknown")
		}
	}
}

// TestDrafts holds the browser's memory to its word: what is typed comes back,
// never with a CPR number, and goes when it is sent or thrown away.
func TestDrafts(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	ctx := tab(t, browsertest.Chromium(t), 375)
	// A page that asks before it is left is left all the same.
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
	const kept = `localStorage.getItem('praksis-kladde-short') ?? ''`
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"), chromedp.SendKeys(chromedp.ID("title"), "Vi gik ture"), chromedp.SendKeys(chromedp.ID("findings-1-text"), "Godt"))
	press(t, ctx, `button[value=findings]`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("findings-2-text"), "Skidt"))
	eventually(t, ctx, `(`+kept+`).includes('Skidt')`)
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"))
	eventually(t, ctx, `document.getElementById('findings-2-text')?.value === 'Skidt' && document.getElementById('title').value === 'Vi gik ture' && document.querySelector('.draft-note') !== null`)
	if asked.Load() == 0 {
		t.Error("leaving with what is not sent does not ask")
	}
	do(t, ctx, chromedp.SendKeys(chromedp.ID("answers-done"), "Hun er 010190-1234"))
	eventually(t, ctx, `(`+kept+`).includes('Vi gik ture') && !(`+kept+`).includes('1234')`) // all but that field
	eval[string](t, ctx, `document.getElementById("answers-done").value = ""`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("answers-done"), "Ture"))
	eventually(t, ctx, `(`+kept+`).includes('Ture')`)
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"))
	eventually(t, ctx, `document.querySelector('.draft-note button') !== null`)
	press(t, ctx, `.draft-note button`)
	eventually(t, ctx, `(`+kept+`) === '' && document.querySelector('.draft-note') === null && document.getElementById('title').value === ''`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("title"), "Vi gik ture igen"), chromedp.SendKeys(chromedp.ID("answers-done"), "Ture"), chromedp.SendKeys(chromedp.ID("organisation"), "Aarhus"), chromedp.SendKeys(chromedp.ID("email"), "a@aarhus.example"))
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.getElementById('ok-licence') !== null && (`+kept+`).includes('igen')`)
	press(t, ctx, `label[for=ok-licence]`)
	press(t, ctx, `label[for=ok-contact]`)
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.querySelector('[data-sent]') !== null && (`+kept+`) === ''`)
}
