package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// Who is in the middle of a revision when a colleague gives the example another address
// finds the draft there, and what they press on the page of the old one is done there.
func TestReviseAcrossAnotherAddress(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	slug := f.published(0)
	path := at(slug) + "/ret"
	form := filled(rita.get(path), "gem")
	form.Set("summary", "Det er kort og nyt.")
	rita.post(path, form)
	note := filled(rita.get(at(slug)+"/note"), "")
	note.Set("note", "Ring til kilden.")
	per.post(at(slug), withText(per, slug, "adresse", "adresse", "en-anden-adresse", "adresse-grund", "Den gamle var usand."))
	now := at("en-anden-adresse")
	if d := per.get(now + "?gjort=adresse"); d.Find(".alert-warning").Length() != 0 {
		t.Errorf("who did it is told: %s", text(d.Find(".alert-warning")))
	}
	if got := rita.get(now + "/ret").Find("#f-summary").Text(); got != "Det er kort og nyt." {
		t.Errorf("at the other address stands %q", got)
	}
	form.Set("summary", "Det er kort, nyt og rettet.")
	for from, to := range map[string]string{path + "?trin=tekst": now + "/ret?trin=tekst", path + "/kladde": now + "/ret/kladde", at(slug): now, at(slug) + "/note": now + "/note", at(slug) + "/tjek": now + "/tjek"} {
		if r := rita.do("POST", from, form); r.Code != http.StatusTemporaryRedirect || r.Header().Get("Location") != to {
			t.Errorf("%s: %d %s", from, r.Code, r.Header().Get("Location"))
		}
	}
	if to := rita.post(now+"/ret", form); to != now+"/ret?gjort=gem" {
		t.Errorf("led to %s", to)
	}
	if d := rita.get(now + "/ret"); d.Find("#f-summary").Text() != "Det er kort, nyt og rettet." || d.Find(".alert-warning").Length() != 0 {
		t.Errorf("%q %s", d.Find("#f-summary").Text(), text(d.Find(".alert-warning")))
	}
	if to := rita.post(now+"/note", note); to != now+"?gjort=note" {
		t.Errorf("the note led to %s", to)
	}
}

// A draft of what can be revised no more is found and read where it was written.
func TestDraftOfWhatIsRemoved(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	slug := f.published(0)
	path := at(slug) + "/ret"
	form := filled(rita.get(path), "gem")
	form.Set("summary", "Det er kort og nyt.")
	rita.post(path, form)
	per.post(at(slug), withText(per, slug, "fjern", "fjern-grund", "Viser en borger."))
	if d := rita.get(at(slug)); !strings.Contains(text(d.Find("main")), "Du har en kladde") || d.Find(`main a[href="`+path+`"]`).Length() != 1 {
		t.Error("the example does not tell of the draft")
	}
	form.Set("title", "En ny titel")
	to := rita.post(path, form)
	d := rita.get(to)
	if got := text(d.Find(".alert-warning")); !strings.Contains(got, "kan ikke rettes mere") || !strings.Contains(got, "En ny titel") || !strings.Contains(got, "Det er kort og nyt.") || !strings.Contains(got, "Per: fjernede") {
		t.Errorf("%s: %s", to, got)
	}
	if d.Find("button[value=udgiv]").Length() != 0 {
		t.Error("it can be published")
	}
	form = formOf(d, "form:has(input[value=kasser])", "kasser")
	rita.post(path, form)
	if to := rita.do("GET", path, nil).Header().Get("Location"); to != at(slug) {
		t.Errorf("without a draft the page leads to %q", to)
	}
}

// A button that is pressed twice publishes once, and the second press is no conflict.
func TestPublishedTwice(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	slug := f.published(0)
	path := at(slug) + "/ret"
	form := filled(rita.get(path), "udgiv")
	form.Set("summary", "Det er kort og nyt.")
	if to := rita.post(path, form); to != at(slug)+"?gjort=ret" {
		t.Errorf("led to %s", to)
	}
	n := f.practice(slug).Edition
	if to := rita.post(path, form); to != at(slug)+"?gjort=udgivet" {
		t.Errorf("the second press led to %s", to)
	}
	if d := rita.get(at(slug) + "?gjort=udgivet"); !strings.Contains(text(d.Find(".alert-success")), "er udgivet") || strings.Contains(text(d.Find("main")), "Du har en kladde") || f.practice(slug).Edition != n {
		t.Errorf("%s", text(d.Find("main .alert")))
	}
	// What is withdrawn is told to be so, before and after.
	per.post(at(slug), withText(per, slug, "traek", "traek-tekst", "Kilden bad om det."))
	d := rita.get(path)
	form = filled(d, "udgiv")
	form.Set("summary", "Det er endnu nyere.")
	to := rita.post(path, form)
	if got := text(rita.get(to).Find(".alert-success")); !strings.Contains(text(d.Find("main")), "Eksemplet er trukket tilbage.") || !strings.Contains(got, "stadig trukket tilbage") || f.practice(slug).Record.State != catalogue.StateWithdrawn {
		t.Errorf("%s: %s", to, got)
	}
}

// The same of a submission: the second press leads where the first one led. What says
// something else is a conflict.
func TestSubmissionPublishedTwice(t *testing.T) {
	f := newFixture(t, loopback())
	rita := f.editor("rita")
	id, _ := f.submit("a", nil)
	form := filled(rita.get(pathOf(id)), "udgiv")
	to := rita.post(pathOf(id), form)
	if again := rita.post(pathOf(id), form); !strings.HasPrefix(to, "/eksempler/") || again != to {
		t.Errorf("first to %s, then to %s", to, again)
	}
	form.Set("summary", "Det er noget andet.")
	if d := rita.page(409, rita.do("POST", pathOf(id), form)); !strings.Contains(text(d.Find("main")), "Det er noget andet.") {
		t.Error("what was typed is lost")
	}
}

// A sign-in in the middle of the steps leads back to the step.
func TestSignInLeadsToTheStep(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	id, _ := f.submit("a", nil)
	for _, path := range []string{at(f.published(0)) + "/ret", pathOf(id)} {
		form := filled(v.get(path), "videre:kraever")
		form.Set("answers.worked", "Det virkede.")
		f.over("rita")
		d := v.page(http.StatusUnauthorized, v.do("POST", path+"?trin=laering", form))
		if to := v.post("/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", password)); to != path+"?trin=laering" {
			t.Errorf("led to %s", to)
		}
	}
}
