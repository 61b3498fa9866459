package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestExampleJourney takes a published example through what an editor decides of it, in
// a browser: revised, withdrawn, published again, and merged with another one; each
// page held to WCAG 2.2 AA as far as axe can tell.
func TestExampleJourney(t *testing.T) {
	source := browsertest.Axe(t, "../..")
	f := newFixture(t, loopback())
	base := served(t, f)
	for n, c := range []struct {
		scripts bool
		width   int64
	}{{true, 1280}, {false, 375}, {true, 375}, {false, 1280}} {
		ctx := browser(t)
		dialogs(t, ctx)
		name := fmt.Sprintf("example-%d-%v", c.width, c.scripts)
		do(t, ctx, chromedp.EmulateViewport(c.width, 800))
		scripts := func(on bool) {
			t.Helper()
			if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
				return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
			}); err != nil {
				t.Fatal(err)
			}
		}
		scripts(c.scripts)
		check := func(page string) {
			t.Helper()
			look(t, ctx, name+"-"+page)
			if !c.scripts {
				return // axe is a script
			}
			if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](source+";undefined")); err != nil {
				t.Fatal(err)
			}
			found := eval[string](t, ctx, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
				.then(r => JSON.stringify({passes: r.passes.length, violations: r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | '))}))`)
			var r struct {
				Passes     int
				Violations []string
			}
			if err := json.Unmarshal([]byte(found), &r); err != nil || r.Passes < 10 {
				t.Errorf("%s: axe passed only %d checks, %v", page, r.Passes, err)
			}
			for _, x := range r.Violations {
				t.Errorf("%s at %d: %s", page, c.width, x)
			}
		}
		// An example of its own, with another one about the same.
		var slugs [2]string
		for i := range slugs {
			id, _ := f.submit(fmt.Sprintf("%s-%d", name, i), func(s *postgres.NewSubmission) {
				s.Submission.Practice.Title = fmt.Sprintf("Syddjurs: Telefonkæde nummer %d%d", n, i)
				s.Submission.Practice.Findings = []catalogue.Finding{{TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive, Text: fmt.Sprintf("Det hjalp på måde %d.", i)}}
			})
			done, err := f.store.Apply(t.Context(), postgres.On{Submission: id}, review.Act{Action: review.Publish, Version: 1, Editor: f.account("per").ID, Overruled: overruled()}, time.Now().UTC())
			if err != nil {
				t.Fatal(err)
			}
			slugs[i] = done.Practice
		}
		fill := func(id, text string) {
			t.Helper()
			do(t, ctx, chromedp.SendKeys(chromedp.ID(id), text))
		}
		press := func(button string) {
			t.Helper()
			browsertest.Follow(t, ctx, `button[value="`+button+`"]`)
		}
		said := func(what string) {
			t.Helper()
			eventually(t, ctx, `!!document.querySelector('.alert-success') && document.querySelector('.alert-success').innerText.includes('`+what+`')`)
		}
		do(t, ctx, chromedp.Navigate(base+"/redaktion/eksempler?q="+fmt.Sprintf("nummer+%d0", n)))
		eventually(t, ctx, `!!document.getElementById('mail')`)
		do(t, ctx, chromedp.SendKeys(chromedp.ID("mail"), "rita@kl.example"), chromedp.SendKeys(chromedp.ID("adgangskode"), password+kb.Enter))
		eventually(t, ctx, `location.pathname === '/redaktion/eksempler' && document.querySelectorAll('.desk__row').length === 1`)
		check("list")
		browsertest.Follow(t, ctx, `.desk__row a`)
		eventually(t, ctx, `location.pathname === '`+at(slugs[0])+`'`)
		check("page")
		browsertest.Follow(t, ctx, `a[href$="/ret"]`)
		eventually(t, ctx, `!!document.getElementById('f-summary')`)
		check("revise")
		fill("f-summary", " Det blev rettet.")
		for _, s := range []string{"emner", "erfaringer", "kilder"} { // nothing is lost on the way
			if c.scripts { // no request is made
				eval[bool](t, ctx, `document.querySelector('[data-go="`+s+`"]').click() || true`)
			} else {
				press("trin:" + s)
			}
			eventually(t, ctx, `!document.getElementById('trin-`+s+`').classList.contains('desk__step--away')`)
			check("revise-" + s)
		}
		press("videre:resten")
		said("Kladden er gemt.")
		check("revise-kept")
		do(t, ctx, chromedp.Navigate(base+at(slugs[0])))
		eventually(t, ctx, `!!document.querySelector('.alert-info a[href$="/ret"]')`)
		check("revise-waits")
		browsertest.Follow(t, ctx, `.alert-info a[href$="/ret"]`)
		eventually(t, ctx, `location.pathname.endsWith('/ret') && document.getElementById('f-summary').value.includes('Det blev rettet.')`)
		if c.scripts {
			eval[bool](t, ctx, `document.querySelector('[data-go=afgoer]').click() || true`)
		} else {
			press("trin:afgoer")
		}
		eventually(t, ctx, `!document.getElementById('trin-afgoer').classList.contains('desk__step--away') && document.querySelector('#trin-afgoer .difference').textContent.includes('Det blev rettet.')`)
		check("revise-last")
		press("vis")
		eventually(t, ctx, `location.pathname.endsWith('/forhaandsvisning') && document.body.innerText.includes('Det blev rettet.')`)
		check("revise-preview")
		browsertest.Follow(t, ctx, `a[href$="/ret?trin=afgoer"]`)
		eventually(t, ctx, `!!document.querySelector('#trin-afgoer button[value=udgiv]')`)
		press("udgiv")
		said("Eksemplet er rettet.")
		eval[bool](t, ctx, `(document.getElementById('afgoer-traek').open = true)`)
		fill("traek-tekst", "Kommunen har bedt om det.")
		check("withdraw")
		press("traek")
		said("Eksemplet er trukket tilbage.")
		check("withdrawn")
		if p := f.practice(slugs[0]).Record; p.State != catalogue.StateWithdrawn || !strings.Contains(p.Summary, "Det blev rettet.") {
			t.Errorf("%s: %+v", name, p)
		}
		press("udgiv-igen")
		said("Eksemplet er udgivet igen.")
		browsertest.Follow(t, ctx, `a[href$="/sammenlaeg"]`)
		eventually(t, ctx, `!!document.getElementById('med')`)
		check("merge-ask")
		fill("med", "https://praksis.example/eksempler/"+slugs[1]+kb.Enter)
		eventually(t, ctx, `!!document.querySelector('button[value=sammenlaeg]')`)
		check("merge-preview")
		fill("sammen-grund", "Det er den samme telefonkæde.")
		press("sammenlaeg")
		said("Eksemplerne er lagt sammen.")
		check("merged")
		if p := f.practice(slugs[1]); len(p.Record.Findings) != 2 || len(p.Merged) != 1 || f.practice(slugs[0]).MovedTo != slugs[1] {
			t.Errorf("%s: %+v", name, p)
		}
		do(t, ctx, chromedp.Navigate(base+"/redaktion/eksempler/ny"))
		eventually(t, ctx, `!!document.getElementById('note')`)
		check("begin")
		do(t, ctx, chromedp.Navigate(base+at(slugs[1])+"/slet"))
		eventually(t, ctx, `!!document.getElementById('hvorfor')`)
		check("erase")
		// What is disagreed about a solution: one taken out, one taken back.
		const solution = "/redaktion/loesninger/lukkede-dag-og-vaeresteder"
		editor := f.account("per").ID
		for i := range 2 {
			if err := f.store.EditContrast(t.Context(), postgres.ContrastChange{Editor: editor, Solution: "lukkede-dag-og-vaeresteder", TargetGroups: []string{"voksne-med-handicap"}, Reason: "Det handler om to huse."}, time.Now().UTC()); err != nil {
				t.Fatal(err)
			}
			rows, err := f.store.Contrasts(t.Context(), "lukkede-dag-og-vaeresteder")
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				if err := f.store.EndContrast(t.Context(), "lukkede-dag-og-vaeresteder", rows[len(rows)-1].ID, editor, time.Now().UTC()); err != nil {
					t.Fatal(err)
				}
			}
		}
		do(t, ctx, chromedp.Navigate(base+solution))
		eventually(t, ctx, `!!document.getElementById('foer')`)
		check("contrasts")
		press("skjul")
		eventually(t, ctx, `!!document.querySelector('.alert-error')`)
		check("contrasts-refused")
		// What the source was asked: of an example and of a submission, answered and not.
		open, _ := f.submit(name+"-open", nil)
		for i, a := range []postgres.Asked{{Practice: slugs[1]}, {Practice: slugs[1]}, {Submission: open}} {
			a.Kind, a.Note, a.Emails, a.Tokens = review.InquiryCheck, "Er det rigtigt?", []string{"telefon@syddjurs.example"}, []string{fmt.Sprint(name, i)}
			if err := f.store.Ask(t.Context(), a, editor, time.Now().UTC()); err != nil {
				t.Fatal(err)
			}
		}
		answer := review.InquiryAnswer{Parts: []review.PartAnswer{{Path: "title", Right: true}, {Path: "summary", Text: "De ringede to gange om ugen."}}, Text: "Vi er stolte af det."}
		for _, i := range []int{0, 2} {
			if err := f.store.AnswerInquiry(t.Context(), fmt.Sprint(name, i), 0, answer, nil, time.Now().UTC()); err != nil {
				t.Fatal(err)
			}
		}
		for page, path := range map[string]string{"asked-example": at(slugs[1]) + "/tjek", "asked-submission": pathOf(open) + "/tjek", "waiting": "/redaktion/tjek"} {
			do(t, ctx, chromedp.Navigate(base+path))
			eventually(t, ctx, `location.pathname === '`+path+`' && document.body.innerText.includes('Svar')`)
			check(page)
		}
		// Several prepared ones, picked in the list, with their mails.
		if _, err := f.store.PrepareInquiries(t.Context(), time.Now().UTC()); err != nil {
			t.Fatal(err)
		}
		do(t, ctx, chromedp.Navigate(base+"/redaktion/tjek?stand=forberedt&alle=1"))
		eventually(t, ctx, `location.search.includes('alle') && !!document.querySelector('input[name=spoergsmaal]')`)
		check("prepared")
		browsertest.Follow(t, ctx, `form[action$="/send"] button`)
		eventually(t, ctx, `location.pathname === '/redaktion/tjek/send' && document.querySelectorAll('main details').length > 1`)
		check("send")
		do(t, ctx, chromedp.Navigate(base+at(slugs[1])+"/tjek"))
		eventually(t, ctx, `!!document.querySelector('button[value=spoerg]')`)
		do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.getElementById('adresser').value = ''; undefined`))
		press("spoerg")
		eventually(t, ctx, `!!document.querySelector('.alert-error')`)
		check("asked-refused")
	}
}
