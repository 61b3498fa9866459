package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/browsertest"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// foundWithin is what the catalogue is held to from the editor's press of the
// button until a search finds the example: one second, and two more for a
// machine that runs the other packages' tests meanwhile.
const foundWithin = 3 * time.Second

// TestJourney follows a tip from the phone of somebody who has two minutes, by
// way of the desk and a question, to the example that a search finds: the real
// program and its inbox, in Chromium, with JavaScript and without.
func TestJourney(t *testing.T) {
	source := browsertest.Axe(t, "../..")
	base, mail, password := servedForBrowser(t)
	b := browsertest.Chromium(t)
	// The words are such that no example has them, or anything near them.
	for word, scripts := range map[string]bool{"kattemus": true, "tudsehat": false} {
		t.Run(fmt.Sprintf("scripts=%v", scripts), func(t *testing.T) {
			j := journey{base: base, word: word, mail: word + "@viborg.example", scripts: scripts, axe: source}
			j.visitor, j.editor = newTab(t, b, 375, scripts), newTab(t, b, 1280, scripts)
			j.submit(t)
			j.ask(t, mail, password)
			j.answer(t)
			j.publish(t)
			j.read(t)
		})
	}
}

// servedForBrowser is a server of its own, to be asked for before Chromium, whose
// connections it outlives: its address, and the sign-in that it tells.
func servedForBrowser(t *testing.T) (base, mail, password string) {
	t.Helper()
	p := serve(t, t.TempDir())
	t.Cleanup(func() { p.end(t, syscall.SIGTERM) }) // after Chromium, which holds connections open
	signIn := regexp.MustCompile(`sign in as (\S+) with the password (\S+)`).FindStringSubmatch(p.out.String())
	if signIn == nil {
		t.Fatalf("no sign-in is told: %s", p.out)
	}
	return strings.TrimSuffix(p.base, "/"), signIn[1], signIn[2]
}

// tab is a tab of somebody's own browser: the editor's cookie is not sent with
// what the visitor asks for, and drafts are not shared.
type tab struct{ ctx context.Context }

func newTab(t *testing.T, browser context.Context, width int64, scripts bool) tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(stop)
	v := tab{ctx}
	v.do(t, chromedp.EmulateViewport(width, 800))
	if _, err := chromedp.Run(ctx, func(ctx context.Context, tg *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, tg, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v tab) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	browsertest.Do(t, v.ctx, actions...)
}

func (v tab) open(t *testing.T, at string) { t.Helper(); v.do(t, chromedp.Navigate(at)) }

// follow clicks what leads to another page, and says so where it is not there.
func (v tab) follow(t *testing.T, on string) {
	t.Helper()
	v.await(t, fmt.Sprintf("document.querySelector(%q) !== null", on))
	browsertest.Follow(t, v.ctx, on)
}

// get evaluates js, which DevTools can where the page itself may run nothing.
func get[T any](t *testing.T, v tab, js string) T {
	t.Helper()
	return browsertest.Eval[T](t, v.ctx, js)
}

// await waits until js is true in the page.
func (v tab) await(t *testing.T, js string) {
	t.Helper()
	browsertest.Eventually(t, v.ctx, js)
}

// awaitText waits for a page that says this in its main part.
func (v tab) awaitText(t *testing.T, text string) {
	t.Helper()
	v.await(t, fmt.Sprintf(`document.querySelector('main').innerText.includes(%q)`, text))
}

const question, reply = "Hvor længe varede turene, og hvem gik med?", "En time, med to medarbejdere og seks borgere."

// journey is one tip's way through the house.
type journey struct {
	base, word, mail string
	scripts          bool
	axe              string // its source
	visitor, editor  tab
	secret, example  string // addresses
	reference        string
}

// look holds a page to what axe can tell, and to no sideways scrolling.
func (j *journey) look(t *testing.T, v tab, name string) {
	t.Helper()
	if over := get[int](t, v, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("%s: %d pixels too wide", name, over)
	}
	if !j.scripts { // axe is one itself
		return
	}
	if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[chromedp.Void](j.axe+";undefined")); err != nil {
		t.Fatal(err)
	}
	found := get[string](t, v, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
		.then(r => r.passes.length + ' passed' + r.violations.map(v => '; ' + v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')).join(''))`)
	if !regexp.MustCompile(`^\d\d+ passed$`).MatchString(found) {
		t.Errorf("%s: axe says %s", name, found)
	}
}

// letter opens the mail to the visitor whose subject begins so, and returns what
// it says.
func (j *journey) letter(t *testing.T, subject string) string {
	t.Helper()
	return j.letterTo(t, j.visitor, j.mail, subject)
}

// letterTo opens somebody's mail whose subject begins so, which may take a moment
// to come, and returns what it says.
func (j *journey) letterTo(t *testing.T, v tab, mail, subject string) string {
	t.Helper()
	for range 200 {
		v.open(t, j.base+"/dev/post?til="+url.QueryEscape(mail))
		if at := get[string](t, v, fmt.Sprintf(`[...document.querySelectorAll('main li a')].find(a => a.textContent.startsWith(%q))?.href ?? ''`, subject)); at != "" {
			v.open(t, at)
			return get[string](t, v, `document.querySelector('article').innerText`)
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no mail %q: %s", subject, get[string](t, v, `document.body.innerText`))
	return ""
}

// submit sends the tip, and reads the receipt on the page and in the inbox.
func (j *journey) submit(t *testing.T) {
	v := j.visitor
	v.open(t, j.base+"/indsend/tip")
	v.do(t, chromedp.SendKeys(chromedp.ID("text"), "Vi holdt gåture med "+j.word+" for ensomme borgere hver torsdag. Det gav ro."))
	v.do(t, chromedp.SendKeys(chromedp.ID("organisation"), "Viborg Kommune"), chromedp.SendKeys(chromedp.ID("email"), j.mail))
	j.send(t)
}

// send goes from a filled form by way of what it says to the receipt.
func (j *journey) send(t *testing.T) {
	t.Helper()
	v := j.visitor
	v.follow(t, `.submit__end button.button-primary`)
	v.awaitText(t, "Det her sender du")
	j.look(t, v, "review")
	// The script keeps a draft: by that it is known to run, or not to.
	if kept := get[bool](t, v, `localStorage.length > 0`); kept != j.scripts {
		t.Errorf("a draft is kept: %v", kept)
	}
	v.do(t, chromedp.Click(chromedp.CSS(`label[for=ok-licence]`)), chromedp.Click(chromedp.CSS(`label[for=ok-contact]`)))
	v.follow(t, `.submit__end button`)
	v.awaitText(t, "Tak, vi har modtaget")
	j.look(t, v, "receipt")
	j.secret = get[string](t, v, `location.origin + location.pathname`)
	if j.reference = get[string](t, v, `document.querySelector('.reference').textContent`); !regexp.MustCompile(`^\w{4}-\w{4}$`).MatchString(j.reference) {
		t.Errorf("the reference is %q", j.reference)
	}
	if text := j.letter(t, "Tak for dit bidrag"); !strings.Contains(text, j.reference) || !strings.Contains(text, j.secret) {
		t.Errorf("the receipt has not both %s and the page's address: %s", j.reference, text)
	}
}

// toSubmission opens the visitor's submission from the desk's list.
func (j *journey) toSubmission(t *testing.T) {
	t.Helper()
	j.editor.awaitText(t, j.reference)
	j.editor.follow(t, `.desk__row a[href="`+get[string](t, j.editor, fmt.Sprintf(`[...document.querySelectorAll('.desk__row')].find(r => r.innerText.includes(%q))?.querySelector('a').getAttribute('href') ?? ''`, j.reference))+`"]`)
	j.editor.awaitText(t, "Det, der kom ind")
}

// signIn leads an editor to the queue.
func (j *journey) signIn(t *testing.T, mail, password string) {
	t.Helper()
	v := j.editor
	v.open(t, j.base+"/redaktion")
	v.do(t, chromedp.SendKeys(chromedp.ID("mail"), mail), chromedp.SendKeys(chromedp.ID("adgangskode"), password))
	v.follow(t, `.submit__end button`)
	v.awaitText(t, j.reference)
	j.look(t, v, "queue")
}

// step shows a step of the submission: by a script at once, without one by a request.
func (j *journey) step(t *testing.T, id string) {
	t.Helper()
	j.editor.do(t, chromedp.Click(chromedp.CSS(`[data-go=`+id+`]`)))
	j.editor.await(t, `document.getElementById('trin-`+id+`')?.classList.contains('desk__step--away') === false`)
}

// unfold opens what holds a field, unless it is open.
func (v tab) unfold(t *testing.T, id string) {
	t.Helper()
	if !get[bool](t, v, `document.getElementById('`+id+`').closest('details').open`) {
		v.do(t, chromedp.Click(chromedp.CSS(`details:has(> * #`+id+`) > summary, details:has(> #`+id+`) > summary`)))
	}
}

func (j *journey) ask(t *testing.T, mail, password string) {
	v := j.editor
	j.signIn(t, mail, password)
	j.toSubmission(t)
	j.look(t, v, "submission")
	j.step(t, "afgoer")
	v.unfold(t, "spoergsmaal")
	v.do(t, chromedp.SendKeys(chromedp.ID("spoergsmaal"), question))
	v.follow(t, `button[value=spoerg]`)
	v.awaitText(t, "Venter på indsenderen")
}

// answer goes by the mail's link, for the visitor has closed the page.
func (j *journey) answer(t *testing.T) {
	text, v := j.letter(t, "Vi har et spørgsmål"), j.visitor
	if !strings.Contains(text, question) || !strings.Contains(text, j.secret) {
		t.Errorf("the mail has not both the question and the page's address: %s", text)
	}
	v.follow(t, `article a[href*="/indsend/"]`)
	v.awaitText(t, question)
	j.look(t, v, "status with the question")
	v.do(t, chromedp.SendKeys(chromedp.CSS(`form[action$="/svar"] textarea`), reply))
	v.follow(t, `form[action$="/svar"] button`)
	v.await(t, `document.querySelector('form[action$="/svar"]') === null && document.querySelector('.history')?.innerText.includes('`+reply+`')`)
}

// publish has the editor read the answer and press the button, and measures how
// long it takes from there until a search finds the example.
func (j *journey) publish(t *testing.T) {
	j.editor.open(t, j.base+"/redaktion")
	j.toSubmission(t)
	j.editor.awaitText(t, reply)
	j.step(t, "afgoer")
	j.overrule(t)
	if n := j.hits(t); n > 0 {
		t.Fatalf("%s is found before it is published: %d", j.word, n)
	}
	begun := time.Now()
	j.editor.do(t, chromedp.Click(chromedp.CSS(`button[value=udgiv]`)))
	for j.hits(t) == 0 && time.Since(begun) < 5*foundWithin {
		time.Sleep(10 * time.Millisecond)
	}
	took := time.Since(begun).Round(time.Millisecond)
	if t.Logf("from the press of the button to the hit: %v", took); took > foundWithin {
		t.Errorf("not found within %v", foundWithin)
	}
	j.editor.await(t, `document.querySelector('.practice') !== null`) // where the editor is led
	j.example = get[string](t, j.editor, `location.origin + location.pathname`)
}

// overrule gives a reason for each thing that the checklist lacks.
func (j *journey) overrule(t *testing.T) {
	t.Helper()
	v := j.editor
	ids := get[[]string](t, v, `[...document.querySelectorAll('.desk__lacking [name^="alligevel"]')].map(x => x.id)`)
	if len(ids) == 0 {
		t.Error("the checklist lacks nothing")
	}
	for _, id := range ids {
		v.unfold(t, id)
		v.do(t, chromedp.SendKeys(chromedp.ID(id), "Det står der ikke noget om."))
	}
}

// hits counts what is found by the word.
func (j *journey) hits(t *testing.T) int {
	t.Helper()
	r, err := http.Get(j.base + "/eksempler.json?q=" + url.QueryEscape(j.word))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var l struct{ Total int }
	if err := json.NewDecoder(r.Body).Decode(&l); err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", r.Status, err)
	}
	return l.Total
}

// read is what the visitor sees in the end: the hit, the example, the mail, and
// the secret page.
func (j *journey) read(t *testing.T) {
	v, path := j.visitor, strings.TrimPrefix(j.example, j.base)
	v.open(t, j.base+"/eksempler?q="+url.QueryEscape(j.word))
	v.follow(t, `#results h3 a[href^="`+path+`"]`)
	v.await(t, `location.pathname === '`+path+`' && document.querySelector('.practice') !== null`)
	v.awaitText(t, j.word)
	if text := j.letter(t, "Dit bidrag er udgivet"); !strings.Contains(text, j.example) || !strings.Contains(text, j.secret) {
		t.Errorf("the mail has not both %s and the secret page's address: %s", j.example, text)
	}
	v.open(t, j.secret)
	v.await(t, `document.querySelector('h1')?.innerText.includes('udgivet')`)
	v.follow(t, `main a[href$="`+path+`"]`)
	v.await(t, `location.pathname === '`+path+`'`)
}
