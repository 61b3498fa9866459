package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

func (f *fixture) practice(slug string) *postgres.PracticeView {
	f.t.Helper()
	p, err := f.store.PracticeForDesk(f.t.Context(), slug)
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// A published example is changed in the form that drafts have: nothing that was not
// touched changes, and what is wrong comes back as it was typed.
func TestRevise(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	for n := range 12 { // whatever examples there are: only what is touched changes
		slug := f.published(n * 7)
		was := f.practice(slug)
		form := filled(v.get(at(slug)+"/ret"), "udgiv")
		if to := v.post(at(slug)+"/ret", form); to != at(slug)+"?gjort=uaendret" || f.practice(slug).Edition != was.Edition {
			t.Errorf("%s: an untouched form led to %s", slug, to)
		}
		form = filled(v.get(at(slug)+"/ret"), "udgiv")
		form.Set("resources", "Det kostede ingenting.")
		v.post(at(slug)+"/ret", form)
		now := f.practice(slug)
		for _, x := range catalogue.DraftDifferences(was.Record, now.Record) {
			if x.Path != "resources" {
				t.Errorf("%s: %s: %q -> %q", slug, x.Path, x.Before, x.After)
			}
		}
	}
	slug := f.published(0)
	was := f.practice(slug)
	d := v.get(at(slug) + "/ret")
	if d.Find(`[name=slug]`).Length() != 0 {
		t.Error("the address is asked for")
	}
	form := filled(d, "udgiv")
	form.Set("title", "")
	form.Set("summary", "Rettet.")
	d = v.page(422, v.do("POST", at(slug)+"/ret", form))
	if d.Find(`.alert-error a[href="#f-title"]`).Length() != 1 || d.Find("#f-summary").Text() != "Rettet." {
		t.Errorf("%s", d.Find(".alert-error").Text())
	}
	if d := v.get(at(slug) + "/ret"); d.Find("#f-summary").Text() != "Rettet." || !strings.Contains(text(d.Find("main")), "Her er din kladde") {
		t.Error("what was typed is lost")
	}
	form.Set("title", "En anden titel")
	form.Set("summary", "Ring til Hanne Jensen.")
	d = v.page(422, v.do("POST", at(slug)+"/ret", form))
	if d.Find(`.alert-error a[href="#oplysninger"]`).Length() != 1 {
		t.Errorf("%s", d.Find(".alert-error").Text())
	}
	form.Set("summary", "Rettet.")
	if to := v.post(at(slug)+"/ret", form); to != at(slug)+"?gjort=ret" {
		t.Errorf("led to %s", to)
	}
	now := f.practice(slug)
	if now.Record.Title != "En anden titel" || now.Record.Summary != "Rettet." || now.Record.Revision != was.Record.Revision+1 || now.Events[len(now.Events)-1].Revision != now.Record.Revision {
		t.Errorf("%+v", now.Record)
	}
	if d := v.get(at(slug) + "/ret"); strings.Contains(text(d.Find("main")), "Her er din kladde") {
		t.Error("what was saved is shown as not saved")
	}
	// A row more, and nothing saved by it.
	form = filled(v.get(at(slug)+"/ret"), "tilfoej:findings")
	d = v.page(200, v.do("POST", at(slug)+"/ret", form))
	if n := len(now.Record.Findings) + 1; d.Find(`textarea[name$="].text"]`).Length() < n || f.practice(slug).Record.Revision != now.Record.Revision {
		t.Error("no row, or it was saved")
	}
	form.Set("handling", "findes-ikke")
	if w := v.do("POST", at(slug)+"/ret", form); w.Code != 400 {
		t.Errorf("no such button: %d", w.Code)
	}
	// One that is withdrawn can be mended, one that is gone cannot.
	v.post(at(slug), withText(v, slug, "traek", "traek-tekst", "Forkert."))
	form = filled(v.get(at(slug)+"/ret"), "udgiv")
	form.Set("summary", "Mens det var trukket tilbage.")
	v.post(at(slug)+"/ret", form)
	if p := f.practice(slug).Record; p.State != catalogue.StateWithdrawn || p.Summary != "Mens det var trukket tilbage." {
		t.Errorf("%+v", p)
	}
	form = filled(v.get(at(slug)+"/ret"), "udgiv")
	v.post(at(slug), withText(v, slug, "fjern", "fjern-grund", "x"))
	d = v.page(409, v.do("POST", at(slug)+"/ret", form))
	if !strings.Contains(d.Find(".alert-warning").Text(), "kan ikke rettes mere") || d.Find("button[value=gem]").Length() != 0 {
		t.Errorf("%s", d.Find(".alert-warning").Text())
	}
	if d := v.get(at(slug) + "/ret"); !strings.Contains(d.Find(".alert-warning").Text(), "kan ikke rettes mere") {
		t.Error("the row that was added is not found any more")
	}
}

// Two editors change one example: what one alone has changed is theirs, what both
// have is chosen, and what is no part of the form is no conflict.
func TestReviseConflict(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	slug := f.published(0)
	hers, his := filled(rita.get(at(slug)+"/ret"), "udgiv"), filled(per.get(at(slug)+"/ret"), "udgiv")
	hers.Set("summary", "Det er kort.")
	hers.Set("answers.done", "Det skrev den ene.")
	his.Set("summary", "Det er kortere.")
	his.Set("answers.other", "Det skrev den anden.")
	per.post(at(slug)+"/ret", his)
	d := rita.page(409, rita.do("POST", at(slug)+"/ret", hers))
	alert := d.Find(".alert-warning")
	for _, want := range []string{"Per: rettede", "Det er kort.", "Det er kortere.", "Kun du har ændret det.", "Du har ikke ændret det."} {
		if !strings.Contains(alert.Text(), want) {
			t.Errorf("%q is not said: %s", want, alert.Text())
		}
	}
	d.Find(".desk__draft form").AppendSelection(alert.Find("input[type=radio]"))
	form := filled(d, "udgiv")
	for _, name := range []string{"vaelg:summary", "vaelg:answers.done"} {
		form.Set(name, "min")
	}
	rita.post(at(slug)+"/ret", form)
	if p := f.practice(slug).Record; p.Summary != "Det er kort." || p.Answers.Done != "Det skrev den ene." || p.Answers.Other != "Det skrev den anden." {
		t.Errorf("%+v", p)
	}
	// Another address is no conflict; the form of the old one leads on.
	hers = filled(rita.get(at(slug)+"/ret"), "udgiv")
	hers.Set("summary", "Igen.")
	per.post(at(slug), withText(per, slug, "foer-hertil", "foert-adresse", "en-til"))
	rita.post(at(slug)+"/ret", hers)
	if p := f.practice(slug).Record; p.Summary != "Igen." {
		t.Errorf("%+v", p.Summary)
	}
}

// deeds are three examples that are no lessons: those are not merged with others.
func (f *fixture) deeds() (a, b, c string) {
	f.t.Helper()
	var found []string
	for n := 0; len(found) < 3; n++ {
		if slug := f.published(n); f.practice(slug).Record.Kind == catalogue.KindExample {
			found = append(found, slug)
		}
	}
	return found[0], found[1], found[2]
}

// Only the same deed is merged: what comes of it is shown first. The same idea of two
// actors is joined in a solution.
func TestMerge(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	slug, other, third := f.deeds()
	if d := rita.get(at(slug) + "/sammenlaeg"); !strings.Contains(d.Find("main").Text(), "Føj dem til den samme løsning") || d.Find(`button[value=sammenlaeg]`).Length() != 0 {
		t.Error("the first step")
	}
	for med, want := range map[string]string{"findes-ikke": "intet udgivet eksempel", slug: "med sig selv"} {
		if d := rita.get(at(slug) + "/sammenlaeg?med=" + med); !strings.Contains(d.Find("#med-fejl").Text(), want) || d.Find(`button[value=sammenlaeg]`).Length() != 0 {
			t.Errorf("%s: %s", med, d.Find("#med-fejl").Text())
		}
	}
	path := at(slug) + "/sammenlaeg?med=" + url.QueryEscape("https://praksis.example/eksempler/"+other)
	d := rita.get(path)
	want := review.Merged(f.practice(slug).Record, f.practice(other).Record)
	if n := d.Find(".desk__merged li").Length(); n != len(want.Record.Findings)+len(want.Record.Sources) || d.Find(".desk__merged .badge").Length() != len(want.Findings)+len(want.Sources) {
		t.Errorf("%d rows", n)
	}
	const theForm = `main form[method=post][data-keep]`
	hers := formOf(d, theForm, "sammenlaeg")
	hers.Set("sammen-grund", "Samme projekt.")
	per.post(at(other), withText(per, other, "foer-hertil", "foert-adresse", "en-til"))
	d = rita.page(409, rita.do("POST", at(slug)+"/sammenlaeg", hers))
	if !strings.Contains(d.Find(".alert-warning").Text(), "Per: førte en adresse hertil") || d.Find("#sammen-grund").Text() != "Samme projekt." {
		t.Errorf("%s", d.Find(".alert-warning").Text())
	}
	if to := rita.post(at(slug)+"/sammenlaeg", formOf(d, theForm, "sammenlaeg")); to != at(other)+"?gjort=sammenlaeg" {
		t.Errorf("led to %s", to)
	}
	if now := f.practice(other); now.Record.ContentHash() != want.Record.ContentHash() || len(now.Merged) != 1 {
		t.Error("something else came of it")
	}
	if d := rita.get(at(slug)); d.Find(decisions).Length() != 0 || !strings.Contains(d.Find("main").Text(), "Rita: lagde sammen med et andet") {
		t.Error("the page of what was merged")
	}
	if w := rita.do("GET", at(slug)+"/sammenlaeg", nil); w.Code != 303 {
		t.Errorf("%d", w.Code)
	}
	form := formOf(rita.get(at(other)+"/sammenlaeg?med="+third), theForm, "loesning")
	d = rita.page(422, rita.do("POST", at(other)+"/sammenlaeg", form))
	if d.Find(`.alert-error a[href="#loesning"]`).Length() != 1 {
		t.Errorf("%s", d.Find(".alert-error").Text())
	}
	solution := f.index.Taxonomy().Terms[catalogue.SolutionList][0]
	form.Set("loesning", solution.Slug)
	rita.post(at(other)+"/sammenlaeg", form)
	for _, s := range []string{other, third} {
		if d := rita.get(at(s)); !strings.Contains(d.Find(".desk__facts").Text(), solution.Label) {
			t.Errorf("%s is not in the solution", s)
		}
	}
}

// A name in a published example is erased from its page at the desk, audited, out of
// what an editor has typed too; and an open form brings it back no more.
func TestErasePractice(t *testing.T) {
	f := newFixture(t, loopback())
	v, per := f.editor("rita"), f.editor("per")
	slug := f.published(0)
	form := filled(v.get(at(slug)+"/ret"), "udgiv")
	form.Set("provider", "Huset ved Hanne Jensen")
	v.post(at(slug)+"/ret", form)
	open := filled(per.get(at(slug)+"/ret"), "udgiv")
	open.Set("summary", "Hanne Jensen fortæller.")
	per.do("POST", at(slug)+"/ret/kladde", open)
	d := v.get(at(slug) + "/slet")
	erase := formOf(d, "main form.submit", "vis")
	d = v.page(422, v.do("POST", at(slug)+"/slet", erase))
	if d.Find(`.alert-error a`).Length() != 2 {
		t.Errorf("%s", d.Find(".alert-error").Text())
	}
	erase.Set("tekst", "Hanne Jensen")
	erase.Set("hvorfor", "Hun har bedt om det.")
	d = v.page(200, v.do("POST", at(slug)+"/slet", erase))
	if places := d.Find(".meta").Text(); !strings.Contains(places, "Udgaver af eksemplet1 sted") || !strings.Contains(places, "Det, en redaktør har skrevet og ikke gemt1 sted") {
		t.Errorf("%s", places)
	}
	to := v.post(at(slug)+"/slet", formOf(d, "main form.submit", "slet"))
	if d := v.get(to); d.Find(".alert-success").Text() != "Det er slettet." || !strings.Contains(d.Find(".history").Text(), "Rita: slettede noget af indholdet") || !strings.Contains(d.Find(".history").Text(), "Hun har bedt om det.") {
		t.Errorf("%s", d.Find("main").Text())
	}
	if where := f.columnsWith("Hanne Jensen"); len(where) > 0 {
		t.Errorf("it stands in %v", where)
	}
	if n := f.count(`SELECT count(*) FROM erasure`); n == 0 {
		t.Error("nothing tells of it")
	}
	if p := f.practice(slug).Record; p.Provider != "Huset ved [fjernet]" {
		t.Errorf("%q", p.Provider)
	}
	per.page(409, per.do("POST", at(slug)+"/ret", open))
}

// A form that is sent after the session has ended comes back after the sign-in.
func TestPracticeFormsThroughSignIn(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	slug := f.published(0)
	for path, field := range map[string]string{at(slug): "traek-tekst", at(slug) + "/ret": "summary", at(slug) + "/sammenlaeg": "sammen-grund", "/redaktion/eksempler/ny": "note"} {
		d := v.get(path + map[bool]string{true: "?med=" + f.published(1)}[strings.HasSuffix(path, "sammenlaeg")])
		form := formOf(d, `main form[data-keep]`, "x")
		form.Set(field, "Det, jeg skrev.")
		other := f.visitor()
		w := other.page(401, other.do("POST", path, form))
		step := formOf(w, "main form.submit", "")
		step.Set("mail", "rita@kl.example")
		step.Set("adgangskode", password)
		step.Del("handling")
		to := other.post("/redaktion/log-ind", step)
		if d := other.get(to); d.Find(`[name="`+field+`"]`).Text() != "Det, jeg skrev." {
			t.Errorf("%s: lost on the way to %s", path, to)
		}
	}
}

// A mended letter is a correction for the readers, unless the editor calls it
// changed content; the choice outlives a refused save.
func TestReviseKind(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	slug := f.published(0)
	kind := func() review.Change { e := f.practice(slug).Events; return e[len(e)-1].Change }
	form := filled(v.get(at(slug)+"/ret"), "udgiv")
	form.Set("title", form.Get("title")+" her")
	v.post(at(slug)+"/ret", form)
	if kind() != review.ChangeCorrection {
		t.Errorf("a word in the title is %q", kind())
	}
	form = filled(v.get(at(slug)+"/ret"), "udgiv")
	title := form.Get("title")
	form.Set("title", "")
	form.Set("slags", "indhold")
	d := v.page(422, v.do("POST", at(slug)+"/ret", form))
	if d.Find("#slags[checked], [type=hidden][name=slags]").Length() != 1 {
		t.Error("the choice is lost")
	}
	form = filled(d, "udgiv")
	form.Set("title", strings.TrimSuffix(title, " her"))
	v.post(at(slug)+"/ret", form)
	if kind() != review.ChangeContent {
		t.Errorf("it is called changed content, and stored as %q", kind())
	}
}
