package site_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/chromedp/chromedp"
)

// again loads a page that was posted once more, as people do who come back to it.
func again(t *testing.T, ctx context.Context) {
	t.Helper()
	do(t, ctx, chromedp.Reload())
}

// ask makes the desk ask who has a link about what they sent, and gives the editor.
func (f *fixture) ask(link, question string) int64 {
	f.t.Helper()
	view, err := f.store.SubmissionByToken(f.t.Context(), strings.TrimPrefix(link, "/indsend/"))
	if err != nil {
		f.t.Fatal(err)
	}
	editor := f.editor()
	act := review.Act{Action: review.Ask, Version: view.Version, Editor: editor, Text: question}
	if _, err := f.store.Apply(f.t.Context(), postgres.On{Submission: view.ID}, act, time.Now().UTC()); err != nil {
		f.t.Fatal(err)
	}
	return editor
}

// TestOlderPageKeepsNewerDraft comes back to pages with older text than what was
// typed last: the browser's draft is filled in, and never overwritten.
func TestOlderPageKeepsNewerDraft(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	b := browsertest.Chromium(t)
	ctx := tab(t, b, 375)
	leavable(t, ctx)

	// Errors, more text, the review step, and back.
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"), chromedp.SendKeys(chromedp.ID("title"), "Vi gik ture"))
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.title.startsWith('Fejl: ')`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("answers-done"), "En lang tekst"), chromedp.SendKeys(chromedp.ID("organisation"), "Aarhus Kommune"), chromedp.SendKeys(chromedp.ID("email"), "ida@aarhus.example"))
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.getElementById('ok-contact') !== null`)
	_, _ = chromedp.Run(ctx, chromedp.NavigateBack())
	again(t, ctx)
	eventually(t, ctx, `document.title.startsWith('Fejl: ') && document.getElementById('answers-done').value === 'En lang tekst' && document.getElementById('email').value === 'ida@aarhus.example' && (`+keptDrafts+`).includes('En lang tekst')`)
	eventually(t, ctx, `document.querySelector('.draft-note').innerText.includes('er hentet frem')`)
	audit(t, ctx, browsertest.Axe(t, root), "an older page")
	// The page's own text can be had back.
	press(t, ctx, `.draft-note button`)
	eventually(t, ctx, `document.getElementById('answers-done').value === '' && document.getElementById('title').value === 'Vi gik ture' && document.querySelector('.draft-note') === null`)

	// A row that was taken out stays out, and another's draft of this computer is not asked for.
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"), chromedp.SendKeys(chromedp.ID("findings-1-text"), "Godt"))
	press(t, ctx, `button[value=findings]`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("findings-2-text"), "Skidt"))
	press(t, ctx, `button[name=remove]`)
	eventually(t, ctx, `document.getElementById('findings-2-text') === null && document.getElementById('findings-1-text')?.value === 'Godt' && document.querySelector('.draft-note') === null`)

	// A tip that is told further has its draft moved; what is typed then is there after a reload.
	const tips = `Object.keys(localStorage).filter(k => k.startsWith('praksis-kladde-tip')).length`
	do(t, ctx, chromedp.Navigate(base+"/indsend/tip"), chromedp.SendKeys(chromedp.ID("text"), "Et tip"))
	eventually(t, ctx, tips+` === 1`)
	press(t, ctx, `button[value=more]`)
	eventually(t, ctx, `document.getElementById('answers-done')?.value === 'Et tip' && `+tips+` === 0 && (`+keptDrafts+`).includes('Et tip') && (`+keptDrafts+`).includes('Skidt')`)
	do(t, ctx, chromedp.SendKeys(chromedp.ID("answers-done"), "Meget mere om "))
	again(t, ctx)
	eventually(t, ctx, `document.getElementById('answers-done')?.value === 'Meget mere om Et tip' && (`+keptDrafts+`).includes('Meget mere om Et tip')`)
}

// What was typed on at a saved form's link is there after a reload, and in another
// tab after a crash.
func TestSavedFormHasADraft(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	b := browsertest.Chromium(t)
	s := newSubmitter(f)
	s.open("/indsend/kort").fill("/indsend/gem", map[string]string{"title": "Halvt færdig", "email": "kim@aarhus.example"})
	link := base + f.mailedLink()
	ctx := tab(t, b, 375)
	leavable(t, ctx)
	do(t, ctx, chromedp.Navigate(link), chromedp.SendKeys(chromedp.ID("answers-done"), "Skrevet videre"))
	again(t, ctx)
	eventually(t, ctx, `document.getElementById('answers-done').value === 'Skrevet videre' && document.getElementById('title').value === 'Halvt færdig'`)
	other := tab(t, b, 375)
	leavable(t, other)
	do(t, other, chromedp.Navigate(link))
	eventually(t, other, `document.querySelector('.draft-choice button')?.innerText === 'Hent det frem' && document.getElementById('answers-done').value === ''`)
	audit(t, other, browsertest.Axe(t, root), "a saved form's draft")
	press(t, other, `.draft-choice button`)
	eventually(t, other, `document.getElementById('answers-done').value === 'Skrevet videre' && document.querySelector('.draft-choice') === null`)
	// Saved, the drafts of it go.
	press(t, other, `button[value=save]`)
	eventually(t, other, `document.body.innerText.includes('Kladden er gemt') && document.getElementById('answers-done').value === 'Skrevet videre' && !Object.keys(localStorage).some(k => k.startsWith('praksis-kladde-gemt'))`)
}

// Only the draft that was sent goes with its receipt, and only once.
func TestReceiptForgetsWhatWasSent(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	ctx := tab(t, browsertest.Chromium(t), 375)
	leavable(t, ctx)
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"), chromedp.SendKeys(chromedp.ID("title"), "Det ene"), chromedp.SendKeys(chromedp.ID("answers-done"), "Ture"), chromedp.SendKeys(chromedp.ID("organisation"), "Aarhus Kommune"), chromedp.SendKeys(chromedp.ID("email"), "ida@aarhus.example"))
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.getElementById('ok-contact') !== null`)
	press(t, ctx, `label[for=ok-licence]`)
	press(t, ctx, `label[for=ok-contact]`)
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.querySelector('[data-sent]') !== null && (`+keptDrafts+`) === '' && location.search === ''`)
	receipt := eval[string](t, ctx, `location.href`)
	do(t, ctx, chromedp.Navigate(base+"/indsend/kort"), chromedp.SendKeys(chromedp.ID("title"), "Det andet"))
	eventually(t, ctx, `(`+keptDrafts+`).includes('Det andet')`)
	do(t, ctx, chromedp.Navigate(receipt+"?ny=1"))
	eventually(t, ctx, `document.querySelector('[data-sent]') !== null && location.search === ''`)
	if !strings.Contains(eval[string](t, ctx, keptDrafts), "Det andet") {
		t.Error("the receipt of one example throws another's draft away")
	}
}

// An answer and a correction have a draft each, and leaving them asks.
func TestAnswerAndCorrectionHaveDrafts(t *testing.T) {
	f := newFixture(t)
	base := server(t, f)
	s := newSubmitter(f).tip()
	f.ask(s.link(), "Hvor mange?")
	ctx := tab(t, browsertest.Chromium(t), 375)
	asked := leavable(t, ctx)
	page := base + s.link()
	const drafts = `Object.keys(localStorage).filter(k => k.startsWith('praksis-kladde-')).map(k => k + localStorage.getItem(k)).join(' | ')`
	do(t, ctx, chromedp.Navigate(page), chromedp.SendKeys(chromedp.ID("svar"), "Femten"))
	do(t, ctx, chromedp.Navigate(page+"/ret"))
	if asked.Load() == 0 {
		t.Error("leaving an answer does not ask")
	}
	do(t, ctx, chromedp.SendKeys(chromedp.ID("text"), " Og mere."))
	again(t, ctx)
	eventually(t, ctx, `document.getElementById('text').value.includes('Og mere.')`)
	do(t, ctx, chromedp.Navigate(page))
	eventually(t, ctx, `document.getElementById('svar').value === 'Femten' && (`+drafts+`).includes('Og mere')`)
	audit(t, ctx, browsertest.Axe(t, root), "an answer's draft")
	press(t, ctx, `form[action$="/svar"] button[type=submit]`)
	eventually(t, ctx, `document.body.innerText.includes('Tak, vi har fået dit svar') && !(`+drafts+`).includes('Femten') && (`+drafts+`).includes('Og mere')`)
	do(t, ctx, chromedp.Navigate(page+"/ret"))
	eventually(t, ctx, `document.getElementById('text').value.includes('Og mere.')`)
	press(t, ctx, `.submit__end button`)
	eventually(t, ctx, `document.body.innerText.includes('Tak, det er rettet') && (`+drafts+`) === ''`)
	if strings.Contains(eval[string](t, ctx, `JSON.stringify({...localStorage, ...sessionStorage})`), strings.TrimPrefix(s.link(), "/indsend/")) {
		t.Error("the browser keeps the secret link")
	}
}
