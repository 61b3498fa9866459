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

// leavable makes a page that asks before it is left be left all the same, and
// counts how often one has asked.
func leavable(t *testing.T, ctx context.Context) *atomic.Int64 {
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

// typeInto types in place of what stands in a field.
func typeInto(t *testing.T, ctx context.Context, id, text string) {
	t.Helper()
	eval[string](t, ctx, `document.getElementById("`+id+`").value = ""`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID(id), text))
}

// keptDrafts are the texts of all drafts of a way that the computer has.
const keptDrafts = `Object.keys(localStorage).filter(k => k.startsWith('praksis-kladde-short')).sort().map(k => localStorage.getItem(k)).join(' | ')`

// TestDrafts holds the browser's memory to its word: what is typed comes back,
// never with a CPR number, and goes when it is sent or thrown away.
func TestDrafts(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	ctx := tab(t, browsertest.Chromium(t), 375)
	asked := leavable(t, ctx)
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"), chromedp.SendKeys(chromedp.ID("title"), "Vi gik ture"), chromedp.SendKeys(chromedp.ID("findings-1-text"), "Godt"))
	press(t, ctx, `button[value=findings]`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("findings-2-text"), "Skidt"))
	eventually(t, ctx, `(`+keptDrafts+`).includes('Skidt')`)
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"))
	eventually(t, ctx, `document.getElementById('findings-2-text')?.value === 'Skidt' && document.getElementById('title').value === 'Vi gik ture' && document.querySelector('.draft-note') !== null`)
	if asked.Load() == 0 {
		t.Error("leaving with what is not sent does not ask")
	}
	// The number alone is not kept, and the person is told; a link's digits are none.
	do(t, ctx, chromedp.SendKeys(chromedp.ID("answers-done"), "Hun er 010190-1234 og glad"))
	eventually(t, ctx, `(`+keptDrafts+`).includes('Hun er [tal ikke gemt] og glad') && !(`+keptDrafts+`).includes('1234')`)
	eventually(t, ctx, `document.getElementById('answers-done').parentElement.querySelector('.draft-gate[role=status]')?.innerText.includes('gemmer ikke tallet')`)
	picture(t, ctx, "draft-gate")
	typeInto(t, ctx, "answers-done", "Se https://aarhus.example/sag/0101901234 og www.x.dk/1234567890")
	eventually(t, ctx, `(`+keptDrafts+`).includes('/0101901234 og www.x.dk/1234567890') && document.querySelector('.draft-gate') === null`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("link"), "https://aarhus.example/1234567890"))
	eventually(t, ctx, `(`+keptDrafts+`).includes('example/1234567890')`)
	typeInto(t, ctx, "answers-done", "Ture")
	eventually(t, ctx, `(`+keptDrafts+`).includes('Ture')`)
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"))
	eventually(t, ctx, `document.querySelector('.draft-note button') !== null`)
	press(t, ctx, `.draft-note button`)
	eventually(t, ctx, `(`+keptDrafts+`) === '' && document.querySelector('.draft-note') === null && document.getElementById('title').value === ''`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("title"), "Vi gik ture igen"), chromedp.SendKeys(chromedp.ID("answers-done"), "Ture"), chromedp.SendKeys(chromedp.ID("organisation"), "Aarhus"), chromedp.SendKeys(chromedp.ID("email"), "a@aarhus.example"))
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.getElementById('ok-licence') !== null && (`+keptDrafts+`).includes('igen')`)
	press(t, ctx, `label[for=ok-licence]`)
	press(t, ctx, `label[for=ok-contact]`)
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.querySelector('[data-sent]') !== null && (`+keptDrafts+`) === ''`)
}

// Two tabs have two drafts; whoever opens a third says with which to go on. Who one
// is goes with the tab, unless one asks to be remembered.
func TestDraftsOfTabs(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	b := browsertest.Chromium(t)
	open := func() context.Context {
		t.Helper()
		ctx := tab(t, b, 375)
		leavable(t, ctx)
		do(t, ctx, chromedp.Navigate(base+"/indsend/kort"))
		return ctx
	}
	first := open()
	do(t, first, chromedp.SendKeys(chromedp.ID("title"), "Den ene"), chromedp.SendKeys(chromedp.ID("email"), "ida@aarhus.example"))
	eventually(t, first, `(`+keptDrafts+`).includes('Den ene')`)
	second := open()
	eventually(t, second, `document.querySelector('.draft-choice')?.innerText.includes('Den ene')`)
	if eval[string](t, second, `document.getElementById('title').value + document.getElementById('email').value`) != "" {
		t.Error("another tab's draft is there without a choice")
	}
	do(t, second, chromedp.SendKeys(chromedp.ID("title"), "Den anden"))
	eventually(t, second, `(`+keptDrafts+`).includes('Den ene') && (`+keptDrafts+`).includes('Den anden')`)
	if kept := eval[string](t, second, `JSON.stringify(localStorage)`); strings.Contains(kept, "ida@") {
		t.Errorf("the computer remembers who it was: %s", kept)
	}
	// Back in the first, its own is there, with the mail address.
	do(t, first, chromedp.Navigate(base+"/indsend/kort"))
	eventually(t, first, `document.getElementById('title').value === 'Den ene' && document.getElementById('email').value === 'ida@aarhus.example'`)
	third := open()
	eventually(t, third, `document.querySelectorAll('.draft-choice').length === 2`)
	picture(t, third, "draft-choice")
	audit(t, third, browsertest.Axe(t, root), "two drafts")
	eval[bool](t, third, `([...document.querySelectorAll('.draft-choice')].find(e => e.innerText.includes('Den anden')).querySelector('button').click(), true)`)
	eventually(t, third, `document.getElementById('title')?.value === 'Den anden' && document.querySelectorAll('.draft-choice').length === 0`)
	do(t, third, chromedp.SendKeys(chromedp.ID("answers-done"), "Mere"))
	eventually(t, third, `(`+keptDrafts+`).includes('Mere')`)
	// The tab that has it open too goes on without taking it away.
	do(t, second, chromedp.SendKeys(chromedp.ID("answers-done"), "Andet"))
	eventually(t, second, `(`+keptDrafts+`).includes('Mere') && (`+keptDrafts+`).includes('Andet') && (`+keptDrafts+`).includes('Den ene')`)
	// A tab that is doubled takes the number of the other, and gives it up.
	number := eval[string](t, third, `sessionStorage.getItem('praksis-kladde-short')`)
	double := open()
	eval[bool](t, double, `(sessionStorage.setItem('praksis-kladde-short', '`+number+`'), true)`)
	do(t, double, chromedp.Navigate(base+"/indsend/kort"))
	eventually(t, double, `document.getElementById('answers-done')?.value === 'Mere' && sessionStorage.getItem('praksis-kladde-short') !== '`+number+`'`)
	// Remembered only when asked for.
	press(t, third, `label[for=husk-mig]`)
	do(t, third, chromedp.SendKeys(chromedp.ID("email"), "kim@aarhus.example"))
	eventually(t, third, `localStorage.getItem('praksis-kontakt')?.includes('kim@aarhus.example')`)
	fourth := open()
	eventually(t, fourth, `document.getElementById('email').value === 'kim@aarhus.example' && document.getElementById('husk-mig').checked`)
	picture(t, fourth, "remembered")
	press(t, fourth, `label[for=husk-mig]`)
	eventually(t, fourth, `localStorage.getItem('praksis-kontakt') === null`)
	// What an older page of ours has kept of somebody goes.
	eval[bool](t, fourth, `(localStorage.setItem('praksis-kladde-short', JSON.stringify({at: Date.now(), about: '', fields: [['title', 'Gammel'], ['email', 'old@aarhus.example']]})), true)`)
	fifth := open()
	eventually(t, fifth, `document.body.innerText.includes('»Gammel«') && !JSON.stringify(localStorage).includes('old@')`)
}

// TestSentAndGoneOn sends a second example of one form, keeps a file over a
// forgotten tick, and goes on with a form elsewhere.
func TestSentAndGoneOn(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	b := browsertest.Chromium(t)
	source := browsertest.Axe(t, root)
	file := filepath.Join(t.TempDir(), "referat.pdf")
	if err := os.WriteFile(file, []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, width := range widths {
		ctx := tab(t, b, width)
		leavable(t, ctx)
		look := func(name string) {
			t.Helper()
			picture(t, ctx, fmt.Sprintf("%s-%d", name, width))
			audit(t, ctx, source, name)
		}
		form := func(text string) {
			t.Helper()
			typeInto(t, ctx, "text", text)
			press(t, ctx, `.submit__end button`)
			eventually(t, ctx, `document.getElementById('ok-contact') !== null`)
		}
		agree := func() {
			t.Helper()
			press(t, ctx, `label[for=ok-licence]`)
			press(t, ctx, `label[for=ok-contact]`)
		}
		do(t, ctx, chromedp.Navigate(base+"/indsend/tip"), chromedp.SendKeys(chromedp.ID("organisation"), "Aarhus Kommune"))
		typeInto(t, ctx, "email", fmt.Sprintf("a%d@aarhus.example", width))
		form("Vi gik ture i skoven.")
		// The tick is forgotten; the file is not.
		press(t, ctx, `#filer summary`)
		do(t, ctx, chromedp.SetUploadFiles(chromedp.ID("file-1"), []string{file}))
		press(t, ctx, `.submit__end button`)
		eventually(t, ctx, `document.title.startsWith('Fejl: ') && document.querySelector('.kept-files')?.innerText.includes('referat.pdf (1 KB)')`)
		look("kept-file")
		agree()
		press(t, ctx, `.submit__end button`)
		eventually(t, ctx, `document.body.innerText.includes('Tak, vi har modtaget') && document.body.innerText.includes('referat.pdf')`)
		// Back in the browser, to another example.
		// The page before was posted, and a browser asks whether to post it again: here
		// by the reload, as people do.
		_, _ = chromedp.Run(ctx, chromedp.NavigateBack())
		do(t, ctx, chromedp.Reload())
		eventually(t, ctx, `document.getElementById('ok-contact') !== null`)
		press(t, ctx, `button[value=edit]`)
		eventually(t, ctx, `document.getElementById('text') !== null`)
		form("Vi ringede hver dag.")
		agree()
		press(t, ctx, `.submit__end button[type=submit]:not([name])`)
		eventually(t, ctx, `document.getElementById('sendt-foer')?.innerText.includes('Vi gik ture i skoven')`)
		look("asked")
		press(t, ctx, `button[value=new]`)
		eventually(t, ctx, `document.body.innerText.includes('Tak, vi har modtaget') && document.body.innerText.includes('Vi ringede hver dag.')`)
		// Begun here, gone on with elsewhere.
		do(t, ctx, chromedp.Navigate(base+"/indsend/kort"), chromedp.SendKeys(chromedp.ID("title"), "Halvt færdig"))
		typeInto(t, ctx, "email", fmt.Sprintf("b%d@aarhus.example", width))
		press(t, ctx, `button[value=save]`)
		eventually(t, ctx, `document.body.innerText.includes('Kladden er gemt, og vi har sendt et link') && document.getElementById('title').value === 'Halvt færdig'`)
		look("saved")
		link := eval[string](t, ctx, `location.href`)
		eventually(t, ctx, `!location.search && (`+keptDrafts+`) === ''`)
		elsewhere := tab(t, browsertest.Chromium(t), width)
		leavable(t, elsewhere)
		withoutScripts(t, elsewhere)
		do(t, elsewhere, chromedp.Navigate(strings.Split(link, "?")[0]))
		do(t, elsewhere, chromedp.SendKeys(chromedp.ID("answers-done"), "Nu helt færdig"), chromedp.SendKeys(chromedp.ID("organisation"), "Aarhus Kommune"))
		press(t, elsewhere, `.submit__end button`)
		eventually(t, elsewhere, `document.getElementById('ok-contact') !== null && document.body.innerText.includes('Halvt færdig')`)
		press(t, elsewhere, `label[for=ok-licence]`)
		press(t, elsewhere, `label[for=ok-contact]`)
		press(t, elsewhere, `.submit__end button`)
		eventually(t, elsewhere, `document.body.innerText.includes('Tak, vi har modtaget')`)
		do(t, ctx, chromedp.Navigate(strings.Split(link, "?")[0]))
		eventually(t, ctx, `document.body.innerText.includes('Vi kan ikke finde kladden')`)
		look("no-draft")
	}
	if n := f.count(`SELECT count(*) FROM submission`); n != 6 {
		t.Errorf("%d submissions", n)
	}
	if n := f.count(`SELECT (SELECT count(*) FROM saved_form) + (SELECT count(*) FROM kept_file)`); n != 0 {
		t.Errorf("%d rows are left of what was sent", n)
	}
}
