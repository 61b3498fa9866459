package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What cannot be kept beside what a button does is on the page that comes: no other
// place has it.
func TestUnkeptTextIsNotLost(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	const unkept = "Hun er 010190-1234"
	id, _ := f.submit("a", nil)
	form := filled(v.get(pathOf(id)), "vis")
	form.Set("summary", unkept)
	form.Set("answers.done", "De ringede også om aftenen.")
	d := v.page(422, v.do("POST", pathOf(id), form))
	if d.Find(`[name="summary"]`).Text() != unkept || d.Find(`[name="answers.done"]`).Text() != "De ringede også om aftenen." || !strings.Contains(d.Find(".alert-error").Text(), "CPR-nummer") {
		t.Errorf("the preview loses what was typed: %s", d.Find(".alert-error").Text())
	}
	form.Set("summary", "De ringede hver dag.")
	if to := v.post(pathOf(id), form); !strings.Contains(v.get(to).Find("main").Text(), "De ringede også om aftenen.") {
		t.Error("the preview does not show what was typed")
	}

	slug := f.published(0)
	form = withText(v, slug, "set", "traek-tekst", unkept)
	if d = v.page(200, v.do("POST", at(slug), form)); d.Find("#traek-tekst").Text() != unkept || !strings.Contains(d.Find("main").Text(), "Eksemplet er set igennem.") {
		t.Error("what was typed for another decision is lost")
	}

	const solution = "/redaktion/loesninger/lukkede-dag-og-vaeresteder"
	for _, c := range []struct {
		text, button string
		code         int
	}{{"De er uenige om huset.", "skjul", http.StatusSeeOther}, {unkept, "slut:1", http.StatusOK}} {
		d = v.get(solution)
		form = formOf(d, `main form[data-keep]`, c.button)
		form.Set("uenighed", d.Find(`input[name=uenighed]`).First().AttrOr("value", ""))
		form.Set("skjul-grund", "To forskellige huse.")
		form.Set("foej-grund", c.text)
		w := v.do("POST", solution, form)
		if w.Code != c.code {
			t.Fatalf("%s: %d, want %d", c.button, w.Code, c.code)
		}
		if c.code == http.StatusOK {
			d = v.page(200, w)
		} else {
			d = v.get(solution)
		}
		if d.Find("#foej-grund").Text() != c.text {
			t.Errorf("%q typed beside is lost", c.text)
		}
		if d.Find("#skjul-grund").Text() != "" && c.button == "skjul" {
			t.Error("what is done still stands there")
		}
	}
}

// A greeting that is typed while a link is taken back is not lost.
func TestTypedBesideAnInquiry(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v, path := f.editor("rita"), pathOf(id)+"/tjek"
	form := inquiryFormOf(v.get(path), "spoerg")
	form.Set("adresser", "ida@syddjurs.example")
	v.post(path, form)
	form = inquiryFormOf(v.get(path), "luk:1")
	form.Set("hilsen", "Vi spørger en anden i stedet.")
	v.post(path, form)
	if d := v.get(path); d.Find("#hilsen").Text() != "Vi spørger en anden i stedet." {
		t.Error("the greeting is lost")
	}
	form = inquiryFormOf(v.get(path), "spoerg")
	form.Set("adresser", "per@syddjurs.example")
	v.post(path, form)
	if d := v.get(path); d.Find("#hilsen").Text() != "" || strings.Contains(d.Find("main").Text(), "Ikke gemt endnu") {
		t.Error("what was sent still waits")
	}
}

// A browser that goes back to a page whose form was saved may type something else there:
// that is another example, and what is left of it can be gone on with.
func TestSavedPageIsTypedOnAgain(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	const path = "/redaktion/eksempler/ny"
	form := formOf(v.get(path), "main form.submit", "")
	form.Set("title", "Viborg: Gåture med bostøtten")
	first := v.post(path, form)
	form.Set("title", "Viborg: Kor på afstand")
	if second := v.post(path, form); second == first {
		t.Error("another example from the same page is lost")
	}
	form.Set("title", "")
	form.Set("note", "En leder ringede.")
	v.page(422, v.do("POST", path, form))
	d := v.get(path) // as it was kept
	if d.Find("#note").Text() != "En leder ringede." {
		t.Fatal("the note is not kept")
	}
	form = formOf(d, "main form.submit", "")
	form.Set("title", "Viborg: Brevkasse")
	v.post(path, form)
	if d := v.get(path); d.Find("#note").Text() != "" {
		t.Error("what was saved still waits to be saved")
	}
}

// Nothing that somebody can write in an address or a hidden field is our fault.
func TestDeskAddresses(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	for path, code := range map[string]int{
		"/redaktion/forslag/%00": 404, "/redaktion/loesninger/%c3": 404, "/redaktion/mailtekster/a%00b": 404, "/redaktion/ordforraad/maalgruppe/%ff": 404, "/redaktion/invitation/%00": 404,
		"/redaktion/ordforraad/haendelser?foer=9223372036854775807": 200, "/redaktion/ordforraad/maalgruppe?nr=99999999999999999999": 200,
	} {
		if w := v.do("GET", path, nil); w.Code != code {
			t.Errorf("%s: %d, want %d", path, w.Code, code)
		}
	}
	text := formOf(v.get("/redaktion/mailtekster/receipt"), "main form[data-keep]", "")
	text.Set("version", "99999999999999999999")
	text.Set("subject", text.Get("subject")+" nu")
	for path, form := range map[string]url.Values{
		"/redaktion/mailtekster/receipt":                   text,
		"/redaktion/ordforraad/ny/loesning":                {"label": {"Kor"}, "members-nye": {"a\x00\xff"}},
		"/redaktion/loesninger/lukkede-dag-og-vaeresteder": {"handling": {"foej"}, "foej-grund": {"Derfor."}, "maalgruppe": {"sindslidelse"}},
	} {
		if w := v.do("POST", path, form); w.Code != 422 && w.Code != 409 && w.Code != 303 {
			t.Errorf("POST %s: %d", path, w.Code)
		}
	}
	// The desk's own address is no example's.
	slug := f.published(0)
	if d := v.page(422, v.do("POST", at(slug), withText(v, slug, "adresse", "adresse", "ny", "adresse-grund", "Kortere."))); !strings.Contains(d.Find("#adresse-fejl").Text(), "redaktionens egen") {
		t.Error(d.Find("#adresse-fejl").Text())
	}
}
