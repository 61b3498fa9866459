package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/browsertest"
	"praksis/internal/catalogue"

	"github.com/chromedp/chromedp"
)

// TestExampleJourney follows an example through all that the desk, its submitter and
// the municipality do with it, until it is merged with another one: the real program
// in Chromium, with JavaScript on a wide screen and without on a narrow one.
func TestExampleJourney(t *testing.T) {
	source := browsertest.Axe(t, "../..")
	base, mail, password := servedForBrowser(t)
	b := browsertest.Chromium(t)
	for _, c := range []struct {
		word    string // of no example, nor anything near it
		width   int64
		scripts bool
	}{{"kattemus", 1280, true}, {"tudsehat", 375, false}} {
		t.Run(fmt.Sprintf("width=%d,scripts=%v", c.width, c.scripts), func(t *testing.T) {
			j := exampleJourney{journey: journey{base: base, word: c.word, mail: c.word + "@viborg.example", scripts: c.scripts, axe: source}}
			j.visitor, j.editor, j.source = newTab(t, b, c.width, c.scripts), newTab(t, b, c.width, c.scripts), newTab(t, b, c.width, c.scripts)
			j.submit(t)
			j.signIn(t, mail, password)
			j.takeAndAsk(t)
			j.putRight(t)
			j.accept(t)
			j.check(t)
			j.publish(t)
			j.stillUsed(t)
			j.change(t)
			j.withdraw(t)
			j.merge(t)
		})
	}
}

// exampleJourney is one example's way through the desk.
type exampleJourney struct {
	journey
	source tab // somebody at the municipality
}

const (
	provider  = "Gadeteamet i Viborg"
	fieldAsk  = "Hvilket sted var det?"
	alsoAsk   = "Hvor længe varede turene?"
	lasted    = "Som regel en halv time."
	partly    = "Kun om sommeren."
	greeting  = "Vi har skrevet det kort."
	corrected = "Borgere og medarbejdere gik en tur hver uge."
	unsaved   = "De gik langsomt. " // added to it before the preview
	revised   = "Turene varede en time."
)

// submit sends a short form.
func (j *exampleJourney) submit(t *testing.T) {
	v := j.visitor
	v.open(t, j.base+"/indsend/kort")
	for id, text := range map[string]string{"organisation": "Viborg Kommune", "title": "Gåture med " + j.word, "provider": "Gadeteamet", "email": j.mail,
		"answers-done": "Vi gik en tur hver torsdag. Dagen før talte vi med borgerne i telefon."} {
		v.do(t, chromedp.SendKeys(chromedp.ID(id), text))
	}
	j.send(t)
}

// takeAndAsk begins on the submission, which is the editor's then, and asks about two
// fields in their place.
func (j *exampleJourney) takeAndAsk(t *testing.T) {
	v := j.editor
	j.toSubmission(t)
	j.look(t, v, "submission")
	j.step(t, "tekst")
	v.do(t, chromedp.SendKeys(chromedp.ID("f-summary"), "Borgere og medarbejdere gik ture med "+j.word+"."))
	v.follow(t, `.desk__tools button[value=gem]`)
	v.await(t, `document.querySelector('.alert-success') !== null`)
	v.open(t, j.base+"/redaktion")
	v.await(t, fmt.Sprintf(`[...document.querySelectorAll('.desk__row')].some(r => r.innerText.includes(%q) && r.querySelector('.queue__mine') !== null)`, j.reference))
	j.toSubmission(t)
	j.step(t, "tekst")
	v.unfold(t, "spoergsmaal-provider")
	v.do(t, chromedp.SendKeys(chromedp.ID("spoergsmaal-provider"), fieldAsk))
	v.unfold(t, "spoergsmaal-answers-done")
	v.do(t, chromedp.SendKeys(chromedp.ID("spoergsmaal-answers-done"), alsoAsk))
	j.look(t, v, "text")
	j.step(t, "afgoer")
	v.awaitText(t, fieldAsk) // what is about to be sent
	j.look(t, v, "decide")
	v.follow(t, `button[value=spoerg]`)
	v.awaitText(t, "Venter på indsenderen")
}

// putRight is the submitter's answer at the secret link: one question is answered, and
// the field of the other one put right.
func (j *exampleJourney) putRight(t *testing.T) {
	text, v := j.letter(t, "Vi har et spørgsmål"), j.visitor
	if !strings.Contains(text, fieldAsk) || !strings.Contains(text, alsoAsk) || !strings.Contains(text, j.secret) {
		t.Errorf("the mail has not both questions and the page's address: %s", text)
	}
	v.follow(t, `article a[href*="/indsend/"]`)
	v.awaitText(t, fieldAsk)
	v.awaitText(t, alsoAsk)
	const place = `.asked:has(input[name=provider])`
	v.do(t, chromedp.Click(chromedp.CSS(place+` details > summary`)))
	j.look(t, v, "status with the questions")
	v.clear(t, place+` input`)
	v.do(t, chromedp.SendKeys(chromedp.CSS(place+` input`), provider))
	v.do(t, chromedp.SendKeys(chromedp.CSS(`.asked:not(:has(input[name=provider])) textarea`), lasted))
	v.follow(t, `form[action$="/svar"] .button-primary`)
	v.await(t, `document.querySelector('form[action$="/svar"]') === null`)
	v.awaitText(t, provider)
	v.awaitText(t, lasted)
	j.look(t, v, "status answered")
}

// accept takes the answer, and a term that is suggested.
func (j *exampleJourney) accept(t *testing.T) {
	v := j.editor
	v.open(t, j.base+"/redaktion")
	j.toSubmission(t)
	v.await(t, `document.querySelector('[data-go=tekst]').innerText.includes('2 nye svar')`)
	j.step(t, "afgoer")
	v.awaitText(t, "Det har vi spurgt om (2): 2 har nyt svar")
	j.look(t, v, "what was asked")
	j.step(t, "tekst")
	v.awaitText(t, "Indsenderen rettede")
	v.awaitText(t, lasted)
	j.look(t, v, "text answered")
	v.follow(t, `button[value="brug:provider"]`)
	v.await(t, `document.getElementById('f-provider').value === '`+provider+`'`)
	j.step(t, "emner")
	j.look(t, v, "terms")
	v.follow(t, `button[value="term:contact_forms:telefon"]`)
	v.await(t, `document.querySelector('[name=contact_forms][value=telefon]').checked && document.querySelector('button[value="term:contact_forms:telefon"]') === null`)
	v.follow(t, `.desk__tools button[value=gem]`)
	v.await(t, `document.querySelector('.alert-success') !== null`)
}

// check asks two people at the municipality, who answer differently by links of their
// own, and takes both answers in.
func (j *exampleJourney) check(t *testing.T) {
	v, mails := j.editor, []string{j.word + "@raadhus.example", j.word + "@gaden.example"}
	submission := get[string](t, v, `location.origin + location.pathname`)
	j.step(t, "laes")
	v.follow(t, `.desk__draft a[href$="/tjek"]`)
	v.clear(t, `#adresser`)
	get[string](t, v, `document.getElementById('adresser').value = '`+strings.Join(mails, `\n`)+`'`)
	v.do(t, chromedp.SendKeys(chromedp.ID("hilsen"), greeting))
	j.look(t, v, "ask the source")
	v.follow(t, `button[value=spoerg]`)
	v.await(t, `document.querySelector('.alert-success') !== null`)
	v.awaitText(t, "Venter på svar.")

	s := j.source
	if text := j.letterTo(t, s, mails[0], "Vil I tjekke"); !strings.Contains(text, greeting) || strings.Contains(text, j.mail) {
		t.Errorf("the mail has not the greeting, or the submitter's address: %s", text)
	}
	s.follow(t, `article a[href*="/tjek/"]`)
	s.awaitText(t, greeting)
	j.look(t, s, "check")
	// The summary is to be another one; the rest is right.
	n := get[string](t, s, `[...document.querySelectorAll('input[name^=del-]')].find(x => x.value === 'summary').name.slice(4)`)
	s.unfold(t, "ret-"+n)
	s.do(t, chromedp.SendKeys(chromedp.ID("ret-"+n), corrected))
	s.follow(t, `button[value=gem]`)
	s.await(t, `document.querySelector('form [role=status]').innerText.startsWith('Gemt. 1 af')`)
	j.look(t, s, "check, one step on")
	s.follow(t, `button[value="til:sidst"]`)
	s.follow(t, `button[value=alt]`)
	s.await(t, `document.querySelector('[role=status]')?.innerText.includes('Tak') === true`)
	j.look(t, s, "check answered")
	// The other one finds nothing wrong.
	j.letterTo(t, s, mails[1], "Vil I tjekke")
	s.follow(t, `article a[href*="/tjek/"]`)
	s.follow(t, `main .prose a[href$="/side"]`)
	s.awaitText(t, j.word)
	j.look(t, s, "check's preview")
	s.follow(t, `.alert a[href*="/tjek/"]`)
	s.follow(t, `button[value=alt]`)
	s.await(t, `document.querySelector('[role=status]')?.innerText.includes('Tak') === true`)

	// The draft is mended first: before that nothing can be said to be taken in.
	v.open(t, submission+"?trin=tekst")
	v.clear(t, `#f-summary`)
	v.do(t, chromedp.SendKeys(chromedp.ID("f-summary"), corrected))
	v.follow(t, `button[value=gem]`)
	for left := 2; left > 0; left-- {
		v.open(t, j.base+"/redaktion/tjek?stand=svar&q="+j.word)
		v.await(t, fmt.Sprintf(`document.querySelectorAll('.desk__row').length === %d`, left))
		j.look(t, v, "answers")
		v.follow(t, `.desk__row a[href^="`+strings.TrimPrefix(submission, j.base)+`/"]`)
		v.awaitText(t, corrected)
		j.look(t, v, "answer of the source")
		v.follow(t, `button[value^="taget:"]`)
		v.await(t, `document.querySelector('.alert-success') !== null`)
	}
	v.open(t, submission+"?trin=tekst")
	v.do(t, chromedp.SendKeys(chromedp.ID("f-summary"), unsaved))
}

// stillUsed asks whether it is, and puts the answer on the page as a dated statement.
func (j *exampleJourney) stillUsed(t *testing.T) {
	v, mail := j.editor, j.word+"@drift.example"
	j.decide(t)
	v.follow(t, `main a[href*="/eksempler/"][href$="/tjek"]`)
	v.do(t, chromedp.Click(chromedp.CSS(`label[for=slags-i-brug]`)))
	v.clear(t, `#adresser`)
	v.do(t, chromedp.SendKeys(chromedp.ID("adresser"), mail))
	v.follow(t, `button[value=spoerg]`)
	v.await(t, `document.querySelector('.alert-success') !== null`)
	s := j.source
	j.letterTo(t, s, mail, "Bruger I")
	s.follow(t, `article a[href*="/tjek/"]`)
	j.look(t, s, "still used")
	s.do(t, chromedp.Click(chromedp.CSS(`label[for=brug-delvist]`)), chromedp.SendKeys(chromedp.ID("bemaerkning"), partly))
	s.follow(t, `.submit__end .button-primary`)
	s.await(t, `document.querySelector('[role=status]')?.innerText.includes('Tak') === true`)
	// It waits in the queue.
	v.open(t, j.base+"/redaktion")
	v.follow(t, `.queue__chip[href="/redaktion/tjek?stand=svar"]`)
	v.awaitText(t, "Bruges stadig: delvist.")
	v.follow(t, `.desk__row a[href^="`+strings.TrimPrefix(strings.Replace(j.example, "/eksempler/", "/redaktion/eksempler/", 1), j.base)+`/"]`)
	j.look(t, v, "still used, answered")
	v.follow(t, `button[value^="fasthold:"]`)
	v.awaitText(t, "Svaret står på eksemplets side nu.")
	soon(t, "the statement is public", func() bool {
		j.visitor.open(t, j.example)
		return get[bool](t, j.visitor, `document.querySelector('main').innerText.includes('`+partly+`')`)
	})
	if day := catalogue.DanishDate(time.Now().In(catalogue.Copenhagen)); !get[bool](t, j.visitor, `document.querySelector('main').innerText.includes('`+day+`')`) {
		t.Errorf("the statement has no day %s", day)
	}
	j.visitor.awaitText(t, "Tjekket af Viborg Kommune")
	j.look(t, j.visitor, "checked, and still used")
}

// publish looks at the page before it is there, and publishes it without what is
// lacking.
func (j *exampleJourney) publish(t *testing.T) {
	v := j.editor
	j.step(t, "afgoer")
	j.overrule(t)
	j.look(t, v, "decide with reasons")
	v.follow(t, `button[value=vis]`)
	v.awaitText(t, unsaved)
	j.look(t, v, "preview")
	if n := j.hits(t); n > 0 {
		t.Fatalf("%s is found before it is published: %d", j.word, n)
	}
	v.follow(t, `main a[href$="?trin=afgoer"]`)
	v.follow(t, `button[value=udgiv]`)
	v.await(t, `document.querySelector('.practice') !== null`)
	j.example = get[string](t, v, `location.origin + location.pathname`)
	j.found(t, 1)
	for _, text := range []string{corrected, provider, "Telefon"} {
		v.awaitText(t, text)
	}
	j.look(t, v, "example")
}

// found holds a search to so many hits, soon.
func (j *exampleJourney) found(t *testing.T, want int) {
	t.Helper()
	soon(t, fmt.Sprintf("%d hits", want), func() bool { return j.hits(t) == want })
}

// decide opens the desk's page of the example.
func (j *exampleJourney) decide(t *testing.T) {
	t.Helper()
	j.editor.open(t, strings.Replace(j.example, "/eksempler/", "/redaktion/eksempler/", 1))
}

// change revises the example, and reads the difference at the desk and in public.
func (j *exampleJourney) change(t *testing.T) {
	v := j.editor
	j.decide(t)
	j.look(t, v, "desk's page")
	v.follow(t, `main a[href$="/ret"]`)
	j.look(t, v, "revise")
	v.do(t, chromedp.SendKeys(chromedp.ID("f-summary"), " "+revised))
	v.follow(t, `button[value=gem]`)
	v.awaitText(t, "Kladden er gemt.")
	v.open(t, strings.Replace(j.example, "/eksempler/", "/redaktion/eksempler/", 1)+"/ret?trin=afgoer")
	j.look(t, v, "what changes")
	v.follow(t, `#trin-afgoer button[value=udgiv]`)
	v.awaitText(t, "Eksemplet er rettet.")
	v.follow(t, `main a[href$="/historik"]`)
	j.look(t, v, "history")
	v.follow(t, `main a[href*="/forskel?"]`)
	v.await(t, `[...document.querySelectorAll('ins')].some(x => x.innerText.includes('`+revised+`'))`)
	j.look(t, v, "difference")

	reader := j.visitor
	soon(t, "the change is public", func() bool {
		reader.open(t, j.example)
		return get[bool](t, reader, `document.querySelector('main a[href$="/aendringer"]') !== null`)
	})
	reader.follow(t, `main a[href$="/aendringer"]`)
	j.look(t, reader, "changes")
	reader.follow(t, `.history a`)
	reader.await(t, `[...document.querySelectorAll('ins')].some(x => x.innerText.includes('`+revised+`'))`)
	j.look(t, reader, "change")
}

// withdraw takes the example away, and puts it back.
func (j *exampleJourney) withdraw(t *testing.T) {
	v := j.editor
	j.decide(t)
	v.unfold(t, "traek-tekst")
	v.do(t, chromedp.SendKeys(chromedp.ID("traek-tekst"), "Kommunen har bedt om det."))
	v.follow(t, `button[value=traek]`)
	v.awaitText(t, "Eksemplet er trukket tilbage.")
	j.look(t, v, "withdrawn")
	j.found(t, 0)
	j.visitor.open(t, j.example)
	j.visitor.awaitText(t, "Kommunen har bedt om det.")
	j.visitor.awaitText(t, revised) // the text is kept, for those who have the address
	if !get[bool](t, j.visitor, `document.querySelector('meta[name=robots]')?.content.includes('noindex') === true`) {
		t.Error("what is withdrawn is for search engines")
	}
	j.look(t, j.visitor, "withdrawn in public")
	v.follow(t, `button[value=udgiv-igen]`)
	v.awaitText(t, "Eksemplet er udgivet igen.")
	j.found(t, 1)
}

// merge joins the example with another one, to which its address leads then.
func (j *exampleJourney) merge(t *testing.T) {
	const other = "/eksempler/toender-gaature-i-naturen-med-saarbare-unge"
	v := j.editor
	v.follow(t, `main a[href$="/sammenlaeg"]`)
	j.look(t, v, "merge")
	v.do(t, chromedp.SendKeys(chromedp.ID("med"), j.base+other))
	v.follow(t, `form[method=get] .button-secondary`)
	v.await(t, `document.querySelector('button[value=sammenlaeg]') !== null`)
	j.look(t, v, "merge seen")
	v.do(t, chromedp.SendKeys(chromedp.ID("sammen-grund"), "Det er de samme ture."))
	v.follow(t, `button[value=sammenlaeg]`)
	v.awaitText(t, "Eksemplerne er lagt sammen.")
	j.look(t, v, "merged")
	j.found(t, 0)
	j.visitor.open(t, j.example)
	j.visitor.await(t, `location.pathname === '`+other+`' && document.querySelector('.practice') !== null`)
}

// clear empties a field, as who selects all in it before they type.
func (v tab) clear(t *testing.T, selector string) {
	t.Helper()
	v.await(t, "document.querySelector('"+selector+"') !== null")
	get[string](t, v, "document.querySelector('"+selector+"').value = ''")
}

// soon waits some seconds until it is so.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	for begun := time.Now(); !is(); time.Sleep(25 * time.Millisecond) {
		if time.Since(begun) > 5*foundWithin {
			t.Fatalf("never: %s", what)
		}
	}
}
