package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

// conflict is the page's form as a browser would send it, with the choices above
// it, and one button.
func conflict(d *goquery.Document, button string) url.Values {
	out := filled(d, button)
	d.Find(`.desk__choice input[form="redigering"][checked]`).Each(func(_ int, x *goquery.Selection) { out.Set(x.AttrOr("name", ""), x.AttrOr("value", "")) })
	return out
}

func (f *fixture) draft(id int64) catalogue.Practice {
	f.t.Helper()
	s, err := f.store.SubmissionByID(f.t.Context(), id)
	if err != nil || s.Draft == nil {
		f.t.Fatalf("no draft: %v", err)
	}
	return *s.Draft
}

// choice is the part of the conflict page about one part of the draft.
func choice(d *goquery.Document, part string) *goquery.Selection {
	return d.Find(`.desk__choice`).Has(`input[name="vaelg:` + part + `"]`)
}

// TestConflictIsChosenByPart: of each part one of the two is saved; what one of
// the editors alone has changed is theirs unless somebody says otherwise.
func TestConflictIsChosenByPart(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	rita, per := f.editor("rita"), f.editor("per")
	first := filled(rita.get(pathOf(id)), "gem")
	for name, value := range map[string]string{"findings[1].text": "Én", "sources[1].document": "Et notat", "sources[1].kind": "note", "partners": "Norddjurs"} {
		first.Set(name, value)
	}
	first["periods"] = []string{"lockdown", "after"}
	rita.post(pathOf(id), first)

	// Nothing typed is no conflict, whatever the order of chosen boxes.
	old, quick := filled(rita.get(pathOf(id)), "gem"), filled(per.get(pathOf(id)), "gem")
	if w := rita.do("POST", pathOf(id)+"/kladde", old); w.Code != 200 {
		t.Fatalf("%d", w.Code)
	}
	for name, value := range map[string]string{"title": "Pers titel", "summary": "Pers korte", "partners": "Odder", "sources[1].document": "Pers notat", "findings[1].text": "Pers erfaring"} {
		quick.Set(name, value)
	}
	per.post(pathOf(id), quick)
	if d := rita.get(pathOf(id)); d.Find(".alert-warning").Length() != 0 || filled(d, "").Get("title") != "Pers titel" {
		t.Errorf("a draft that Rita did not touch: %s", text(d.Find(".alert-warning")))
	}

	for name, value := range map[string]string{"summary": "Ritas korte", "provider": "Ritas sted", "findings[1].condition": "Ritas betingelse"} {
		old.Set(name, value)
	}
	d := rita.page(http.StatusConflict, rita.do("POST", pathOf(id), old))
	const onlySaved, onlyMine, both = "kun ændret i den gemte", "Kun du", "både af dig"
	for part, want := range map[string]string{"title": onlySaved, "partners": onlySaved, "provider": onlyMine, "summary": both, "findings": both} {
		c := choice(d, part)
		chosen := c.Find("input[checked]").AttrOr("value", "")
		if !strings.Contains(text(c), want) || (chosen == "gemt") != (want == onlySaved) {
			t.Errorf("%s: %q is chosen of %s", part, chosen, text(c))
		}
	}
	if n := d.Find(".desk__choice").Length(); n != 5 {
		t.Errorf("%d choices: %s", n, text(d.Find(".desk__choice")))
	}
	if got := text(choice(d, "findings")); !strings.Contains(got, "Erfaringer og Kilder") || !strings.Contains(got, "Pers notat") || !strings.Contains(got, "Ritas betingelse") {
		t.Errorf("findings go with their sources: %s", got)
	}

	// What is typed or chosen on the page of a conflict settles nothing by itself.
	typing := conflict(d, "")
	typing.Set("vaelg:findings", "gemt")
	if w := rita.do("POST", pathOf(id)+"/kladde", typing); w.Code != 200 {
		t.Fatalf("%d", w.Code)
	}
	d = rita.get(pathOf(id))
	if choice(d, "findings").Find("input[checked]").AttrOr("value", "") != "gemt" || choice(d, "title").Length() != 1 {
		t.Errorf("come back to: %s", text(d.Find(".alert-warning")))
	}
	// Nor does a row more; and what is typed before it is meant.
	row := conflict(d, "tilfoej:links")
	row.Set("partners", "Ritas første")
	d = rita.page(http.StatusOK, rita.do("POST", pathOf(id), row))
	if choice(d, "title").Find("input[checked]").AttrOr("value", "") != "gemt" || choice(d, "partners").Find("input[checked]").AttrOr("value", "") != "min" {
		t.Errorf("after a row more: %s", text(d.Find(".alert-warning")))
	}

	// Typed after the choice was shown: it is what she means.
	form := conflict(d, "gem")
	form.Set("partners", "Ritas forening")
	to := rita.post(pathOf(id), form)
	p := f.draft(id)
	if p.Title != "Pers titel" || p.Summary != "Ritas korte" || p.Provider != "Ritas sted" || len(p.Partners) != 1 || p.Partners[0].String() != "Ritas forening" ||
		p.Findings[0].Text != "Pers erfaring" || p.Findings[0].Condition != "" || p.Sources[0].Document != "Pers notat" {
		t.Errorf("saved: %+v", p)
	}
	if f.unsaved() != 0 || rita.get(to).Find(".alert-warning, .alert-info").Length() != 0 {
		t.Errorf("%d kept", f.unsaved())
	}
	// A third save in between asks anew.
	old, quick = filled(rita.get(pathOf(id)), "gem"), filled(per.get(pathOf(id)), "gem")
	old.Set("title", "Ritas titel")
	quick.Set("title", "Pers anden")
	per.post(pathOf(id), quick)
	d = rita.page(http.StatusConflict, rita.do("POST", pathOf(id), old))
	quick = filled(per.get(pathOf(id)), "gem")
	quick.Set("title", "Pers tredje")
	per.post(pathOf(id), quick)
	d = rita.page(http.StatusConflict, rita.do("POST", pathOf(id), conflict(d, "udgiv")))
	if got := text(choice(d, "title")); !strings.Contains(got, "Pers tredje") || f.draft(id).Title != "Pers tredje" {
		t.Errorf("%s", got)
	}
}

// TestConflictKeepsUnsentTexts: a text to the submitter is shown among what both
// say, stays when the saved draft is chosen, and is no conflict by itself.
func TestConflictKeepsUnsentTexts(t *testing.T) {
	f := newFixture(t, loopback())
	id, token := f.submit("a", nil)
	rita, per := f.editor("rita"), f.editor("per")
	texts := map[string]string{"spoergsmaal": "Hvor mange?", "findes-tekst": "Se dér.", "findes-slug": "et-eksempel", "afvis-grund": "other", "afvis-tekst": "Nej tak."}
	shown := func(d *goquery.Document) {
		t.Helper()
		form := filled(d, "")
		for name, want := range texts {
			if form.Get(name) != want {
				t.Errorf("%s: %q", name, form.Get(name))
			}
		}
	}
	form := filled(rita.get(pathOf(id)), "gem")
	for name, value := range texts {
		form.Set(name, value)
	}
	rita.post(pathOf(id), form)
	quick := filled(per.get(pathOf(id)), "gem")
	quick.Set("summary", "Det skrev Per.")
	per.post(pathOf(id), quick)
	d := rita.get(pathOf(id))
	if shown(d); d.Find(".alert-warning").Length() != 0 || filled(d, "").Get("summary") != "Det skrev Per." {
		t.Errorf("an unsent text is no conflict: %s", text(d.Find(".alert-warning")))
	}

	form = filled(d, "gem")
	form.Set("summary", "Det skrev Rita.")
	quick = filled(per.get(pathOf(id)), "gem")
	quick.Set("title", "Pers titel")
	per.post(pathOf(id), quick)
	d = rita.page(http.StatusConflict, rita.do("POST", pathOf(id), form))
	got := text(d.Find(".alert-warning"))
	for _, want := range []string{"Per har gemt kladden", "erstatter", "Hvor mange?", "Se dér.", "et-eksempel", "Nej tak.", "Andet"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said: %s", want, got)
		}
	}
	if to := rita.post(pathOf(id), conflict(d, "kasser-kladde")); to != pathOf(id) {
		t.Errorf("led to %s", to)
	}
	d = rita.get(pathOf(id))
	if shown(d); f.draft(id).Summary != "Det skrev Per." || filled(d, "").Get("summary") != "Det skrev Per." || d.Find(".alert-warning").Length() != 0 || f.unsaved() != 1 {
		t.Errorf("after choosing the saved one: %d kept, %s", f.unsaved(), text(d.Find(".alert")))
	}
	// A text that is kept nowhere stands on the page.
	form = filled(d, "gem")
	form.Set("spoergsmaal", "Er det 010203-1234?")
	d = rita.page(http.StatusOK, rita.do("POST", pathOf(id), form))
	if got := filled(d, "").Get("spoergsmaal"); got != form.Get("spoergsmaal") || !strings.Contains(text(d.Find(".alert-success")), "Kladden er gemt.") {
		t.Errorf("%q, %s", got, text(d.Find(".alert")))
	}
	// Decided by another: they are shown, though nothing can be done with them.
	form.Set("version", "1")
	form.Set("spoergsmaal", "Hvor mange?")
	if _, err := f.store.Apply(t.Context(), postgres.On{Token: token}, review.Act{Action: review.Withdraw}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	d = rita.page(http.StatusConflict, rita.do("POST", pathOf(id), form))
	if got := text(d.Find(".alert-warning")); !strings.Contains(got, "Hvor mange?") || d.Find(".desk__choice").Length() != 0 || d.Find(".alert-warning form button").Length() != 1 {
		t.Errorf("decided: %s", got)
	}
}

// TestConflictSaysWhoSaved, also where something happened beside, and when the
// page was made after that.
func TestConflictSaysWhoSaved(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	rita, per := f.editor("rita"), f.editor("per")
	old := filled(rita.get(pathOf(id)), "gem")
	old.Set("summary", "Det skrev Rita.")
	for range 2 { // the first is an event, the second is none
		quick := filled(per.get(pathOf(id)), "gem")
		quick.Set("title", quick.Get("title")+" igen")
		per.post(pathOf(id), quick)
		got := text(rita.page(http.StatusConflict, rita.do("POST", pathOf(id), old)).Find(".alert-warning"))
		if !strings.Contains(got, "Per har gemt kladden "+catalogue.DanishTime(time.Now())[:6]) || !strings.Contains(got, "erstatter") {
			t.Errorf("%s", got)
		}
	}
	// Her own event, before the page was made, is not what came in between.
	form := filled(rita.get(pathOf(id)), "tag")
	form.Set("spoergsmaal", "Hvor mange?")
	form = filled(rita.get(rita.post(pathOf(id), form)), "gem")
	form.Set("summary", "Det skrev Rita.")
	quick := filled(per.get(pathOf(id)), "gem")
	quick.Set("summary", "Det skrev Per.")
	per.post(pathOf(id), quick)
	if got := text(rita.page(http.StatusConflict, rita.do("POST", pathOf(id), form)).Find(".alert-warning")); !strings.Contains(got, "Per har gemt kladden") || strings.Contains(got, "Rita: tog den") {
		t.Errorf("%s", got)
	}
}

// TestUnsentTextIsTold: the page says of a saved draft that it is saved, and of
// the text beside it that it is not sent.
func TestUnsentTextIsTold(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	for _, c := range []struct{ fields, want string }{
		{"spoergsmaal=Hvor mange?", "Du har skrevet et spørgsmål, som ikke er sendt."},
		{"afvis-tekst=Nej", "Du har skrevet en afvisning, som ikke er sendt."},
		{"findes-slug=et-eksempel", "Du har skrevet en henvisning til et eksempel, som ikke er sendt."},
		{"spoergsmaal=Hvor&findes-tekst=Se&afvis-grund=other", "Du har skrevet et spørgsmål, en henvisning til et eksempel og en afvisning, som ikke er sendt."},
	} {
		id, _ := f.submit(strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, c.fields), nil)
		fields, err := url.ParseQuery(c.fields)
		if err != nil {
			t.Fatal(err)
		}
		form := filled(v.get(pathOf(id)), "")
		for name := range fields {
			form.Set(name, fields.Get(name))
		}
		if v.do("POST", pathOf(id)+"/kladde", form); !strings.HasPrefix(text(v.get(pathOf(id)).Find(".alert-info")), c.want) {
			t.Errorf("before the draft is saved: %s", text(v.get(pathOf(id)).Find(".alert-info")))
		}
		form.Set("handling", "gem")
		d := v.get(v.post(pathOf(id), form))
		if said := text(d.Find(".alert-success")); said != "Kladden er gemt." || !strings.HasPrefix(text(d.Find(".alert-info")), c.want) || strings.Contains(text(d.Find("main")), "Ikke gemt") {
			t.Errorf("just saved: %s, %s", said, text(d.Find(".alert-info")))
		}
		d = v.get(pathOf(id))
		if got := text(d.Find(".alert-info")); !strings.HasPrefix(got, "Kladden er gemt. "+c.want) || strings.Contains(text(d.Find("main")), "Ikke gemt") {
			t.Errorf("opened later: %s", got)
		}
		form = filled(d, "")
		form.Set("summary", "Noget andet")
		v.do("POST", pathOf(id)+"/kladde", form)
		if got := text(v.get(pathOf(id)).Find(".alert-info")); !strings.HasPrefix(got, "Ikke gemt endnu") {
			t.Errorf("a changed draft: %s", got)
		}
	}
}
