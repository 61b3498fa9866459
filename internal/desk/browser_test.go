package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"praksis/internal/auth"
	"praksis/internal/browsertest"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var (
	do         = browsertest.Do
	eventually = browsertest.Eventually
)

func eval[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	return browsertest.Eval[T](t, ctx, js)
}

// browser starts a Chromium that is given five minutes.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, stop := context.WithTimeout(browsertest.Chromium(t), 5*time.Minute)
	t.Cleanup(stop)
	return ctx
}

// served is the desk with the static files on loopback.
func served(t *testing.T, f *fixture) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(web.StaticRoot(), http.StripPrefix(web.StaticRoot(), httpx.Static(web.Static)))
	mux.Handle("/", f.handler)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// TestAccessible holds the desk's pages at both widths to WCAG 2.2 AA as far as
// axe can tell, and to no sideways scrolling.
func TestAccessible(t *testing.T) {
	source := browsertest.Axe(t, "../..")
	f := newFixture(t, loopback())
	base := served(t, f)
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		n.Submission.Practice.Answers.Done = "Ring til Hanne Jensen på 22 33 44 55. »Jeg savner jer«, sagde en borger."
		n.HeldReason = "sendt 4 gange på et minut"
	})
	decided, _ := f.submit("b", nil)
	v := f.editor("per")
	form := filled(v.get(pathOf(decided)), "afvis")
	form.Set("afvis-grund", "other")
	form.Set("afvis-tekst", "Nej tak.")
	v.post(pathOf(decided), form)
	changed := f.corrected(v)
	if _, _, err := f.store.ChangeVocabulary(t.Context(), review.VocabularyAct{Action: review.MergeItem, Item: review.ItemID{Noun: "kontaktform", Key: "chat-og-sms"}, Into: "video"}, 0, 0, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	f.refuse(postgres.MailFailure{Cause: errors.New("550 5.1.1 no such mailbox"), Code: 550, Status: "5.1.1", Final: true})
	if err := f.store.SetEditorRole(t.Context(), f.account("rita").ID, review.RoleEditor, review.RoleAdministrator, 0, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.InviteEditor(t.Context(), postgres.Editor{Email: "nina@kl.example", Name: "Nina Ny", Role: review.RoleWriter}, "et-link-0123456789", f.account("rita").ID, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	f.stale()
	outside := newFixture(t, auth.Config{})
	outsideBase := served(t, outside)

	f.editor("rita").do("POST", "/redaktion/opdel", url.Values{"tekst": {"Uden plads.\n\n" + twoExamples}, "handling": {"del"}})

	ctx := browser(t)
	dialogs(t, ctx)
	check := func(name string, width int64) {
		t.Helper()
		eval[bool](t, ctx, `document.querySelectorAll('details').forEach(d => d.open = true) || true`)
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
			t.Errorf("%s at %d: axe passed only %d checks, %v", name, width, r.Passes, err)
		}
		for _, x := range r.Violations {
			t.Errorf("%s at %d: %s", name, width, x)
		}
		if over := eval[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s at %d: %d pixels too wide", name, width, over)
		}
		if dir := os.Getenv("PRAKSIS_SHOTS"); dir != "" {
			eval[bool](t, ctx, `document.querySelectorAll('details').forEach(d => d.open = false) || true`)
			shot(t, ctx, filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+"-"+map[int64]string{375: "375", 1280: "1280"}[width]+".png"))
		}
	}
	signIn := func(base, name, word string) {
		do(t, ctx, chromedp.Navigate(base+"/redaktion"))
		eventually(t, ctx, `location.pathname === '/redaktion/log-ind' && !!document.getElementById('mail')`)
		do(t, ctx, chromedp.SendKeys(chromedp.ID("mail"), name+"@kl.example"), chromedp.SendKeys(chromedp.ID("adgangskode"), word+kb.Enter))
	}
	for _, width := range []int64{375, 1280} {
		do(t, ctx, chromedp.EmulateViewport(width, 800))
		do(t, ctx, chromedp.Navigate(base+"/redaktion/log-ind"))
		check("sign-in", width)
		signIn(base, "rita", "forkert kodeord")
		eventually(t, ctx, `!!document.querySelector('[role=alert]')`)
		check("sign-in refused", width)
		signIn(base, "rita", password)
		eventually(t, ctx, `location.pathname === '/redaktion'`)
		for name, path := range map[string]string{"list": "/redaktion", "decided": "/redaktion?hos=ingen", "mails": "/redaktion/mails", "address": pathOf(id) + "/mailadresse", "texts": "/redaktion/mailtekster", "text": "/redaktion/mailtekster/receipt", "account": "/redaktion/konto",
			"cut": "/redaktion/opdel", "cut made": "/redaktion/opdel?lavet=2", "second factor": "/redaktion/log-ind/opsaet", "submission": pathOf(id), "submission text": pathOf(id) + "?trin=tekst", "submission terms": pathOf(id) + "?trin=emner", "submission last": pathOf(id) + "?trin=afgoer", "preview": pathOf(id) + "/forhaandsvisning", "note": pathOf(id) + "/note", "difference": pathOf(changed) + "/forskel", "difference side by side": pathOf(changed) + "/forskel?visning=sider",
			"erase": pathOf(id) + "/slet", "decided submission": pathOf(decided), "accounts": "/redaktion/redaktoerer", "links": "/redaktion/links", "searches": "/redaktion/soegninger", "searches set aside": "/redaktion/soegninger?vis=skjulte", "one account": "/redaktion/redaktoerer/3", "invitation": "/redaktion/invitation/et-link-0123456789", "not found": "/redaktion/findes-ikke",
			"vocabulary": "/redaktion/ordforraad", "groups": "/redaktion/ordforraad/maalgruppe", "group": "/redaktion/ordforraad/maalgruppe/angst", "solution": "/redaktion/ordforraad/loesning/walk-and-talk", "actor": "/redaktion/ordforraad/aktoer/skive",
			"new rule": "/redaktion/ordforraad/ny/synonym", "about the catalogue": "/redaktion/ordforraad/side/om", "what was done": "/redaktion/ordforraad/haendelser", "retagging": "/redaktion/ordforraad/maerk-om?find=%2Feksempler%3Fkontaktform%3Dwalk-and-talk&goer=add&maerke=tema%2Fandet"} {
			do(t, ctx, chromedp.Navigate(base+path))
			check(name, width)
		}
		do(t, ctx, chromedp.Navigate(base+pathOf(id)))
		if width > 375 { // the other width left something that is not saved
			check("kept", width)
			browsertest.Follow(t, ctx, `.alert-warning button[value="kasser-kladde"]`)
		}
		eval[bool](t, ctx, `document.querySelector('button[value="tilfoej:findings"]').click() || true`)
		eventually(t, ctx, `!!document.getElementById('f-findings-1-text')`)
		eval[bool](t, ctx, `document.querySelector('button[value="udgiv"]').click() || true`)
		eventually(t, ctx, `!!document.querySelector('[role=alert]')`)
		check("submission with faults", width)
		eval[bool](t, ctx, `(document.querySelector('input[name=version]').value = '0', document.getElementById('f-summary').value = 'Noget andet', document.querySelector('button[value="gem"]').click()) || true`)
		eventually(t, ctx, `!!document.querySelector('.alert-warning .desk__choice')`)
		check("stale", width)
		inLine(t, ctx, "stale")
		// Another editor was quicker with a mail's text, and the session is over.
		do(t, ctx, chromedp.Navigate(base+"/redaktion/mailtekster/receipt"))
		eval[bool](t, ctx, `document.querySelector('input[name=version]').value = '9'; document.getElementById('subject').value = 'Et emne ved `+strconv.FormatInt(width, 10)+`'; true`)
		browsertest.Follow(t, ctx, `form[data-keep] .button-primary`)
		eventually(t, ctx, `!!document.querySelector('.alert-warning .desk__both')`)
		check("text stale", width)
		inLine(t, ctx, "text stale")
		eval[bool](t, ctx, `document.querySelector('form[data-keep] input[name=redaktoer]').value = '99'; true`)
		browsertest.Follow(t, ctx, `form[data-keep] .button-primary`)
		eventually(t, ctx, `!!document.querySelector('[name=medbragt]')`)
		check("another editor's", width)
		browsertest.Follow(t, ctx, `main form:has([name=medbragt]) button`)
		eventually(t, ctx, `document.querySelector('main').innerText.includes('følger med')`)
		check("sign-in that brings a text along", width)
		signIn(base, "rita", password)
		eventually(t, ctx, `location.pathname === '/redaktion'`)
		do(t, ctx, chromedp.Navigate(base+"/redaktion/konto"))
		eval[bool](t, ctx, `document.querySelector('form[action="/redaktion/log-ud"] button').click() || true`)
		eventually(t, ctx, `location.pathname === '/redaktion/log-ind'`)
	}
	signIn(outsideBase, "rita", password)
	eventually(t, ctx, `location.pathname === '/redaktion/log-ind/opsaet' && document.querySelector('.desk__qr').naturalWidth === 240`)
	check("second factor first", 1280)
}

// inLine holds the buttons at the end of a notice to one line, or one edge.
func inLine(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if !eval[bool](t, ctx, `(() => {
		const all = [...document.querySelectorAll('.alert .submit__end button')].map(b => b.getBoundingClientRect());
		return all.length > 0 && all.every(b => b.top === all[0].top || b.left === all[0].left);
	})()`) {
		t.Errorf("%s: the buttons stand out of line", name)
	}
}

// shot keeps a picture of the page, for one's own eyes.
func shot(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Error(err)
	}
}
