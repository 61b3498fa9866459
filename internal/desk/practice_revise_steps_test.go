package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
)

// chosen is the form of a draft with the choices that stand above it.
func chosen(v *visitor, path, button string) url.Values {
	d := v.get(path)
	d.Find(".desk__draft form").AppendSelection(d.Find(".alert-warning input[type=radio]"))
	return filled(d, button)
}

// A revision goes through steps: each press keeps it, nobody else sees it, and the last
// step says what it changes before it is published.
func TestReviseInSteps(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	slug := f.published(0)
	path := at(slug) + "/ret"
	was := f.practice(slug)
	d := rita.get(path)
	if n := d.Find("[data-step]:not(.desk__step--away)").Length(); n != 1 || d.Find("[data-step=laes]").Length() != 0 || d.Find(".desk__changed").Length() != 0 {
		t.Errorf("%d steps are shown, or something is said to be changed: %s", n, text(d.Find(".desk__steps")))
	}
	if d = rita.get(path + "?trin=afgoer"); d.Find("button[value=udgiv]").Length() != 0 || !strings.Contains(d.Find("#trin-afgoer").Text(), "Du har ikke ændret noget") {
		t.Error("nothing is changed, and can be published")
	}
	form := filled(d, "videre:emner")
	form.Set("summary", "Det er kort og nyt.")
	to := rita.post(path+"?trin=tekst", form)
	if to != path+"?gjort=gem&trin=emner" {
		t.Errorf("led to %s", to)
	}
	d = rita.get(to)
	if d.Find("[data-step=emner]").HasClass("desk__step--away") || d.Find("#f-summary").Text() != "Det er kort og nyt." || f.practice(slug).Edition != was.Edition {
		t.Errorf("step %s, summary %q", d.Find("[aria-current=step]").Text(), d.Find("#f-summary").Text())
	}
	if got := text(d.Find(`.desk__stepper[data-go=tekst]`)); !strings.Contains(got, "ændret") || strings.Contains(text(d.Find(`.desk__stepper[data-go=emner]`)), "ændret") {
		t.Errorf("the steps say %q", got)
	}
	if got := text(d.Find("#f-summary").Closest(".desk__field")); !strings.Contains(got, was.Record.Summary) || !strings.Contains(got, "Ændret.") {
		t.Errorf("beside the field: %q", got)
	}
	// It is told where it lives, and to the colleague that there is one.
	if got := text(rita.get(at(slug)).Find("main")); !strings.Contains(got, "Du har en kladde") {
		t.Error("the example does not tell of the draft")
	}
	for _, p := range []string{path, at(slug)} {
		if got := text(per.get(p).Find("main")); !strings.Contains(got, "Rita har også en rettelse i gang") && !strings.Contains(got, "Rita har en rettelse i gang") || strings.Contains(got, "Det er kort og nyt.") {
			t.Errorf("%s tells Per: %.300s", p, got)
		}
	}
	// From step to step without scripts; the last one shows the difference and its kind.
	form = filled(d, "trin:afgoer")
	form.Set("title", was.Record.Title+" nu")
	d = rita.page(http.StatusOK, rita.do("POST", path+"?trin=emner", form))
	last := d.Find("#trin-afgoer")
	if last.HasClass("desk__step--away") || last.Find("ins").Length() == 0 || !strings.Contains(last.Text(), "Læserne får at vide, at det er") || last.Find(".desk__checklist li").Length() != 6 {
		t.Errorf("the last step: %.500s", text(last))
	}
	// The preview is the public page with it.
	to = rita.post(path+"?trin=afgoer", filled(d, "vis"))
	if p := rita.get(to); !strings.Contains(p.Find("h1").Text(), was.Record.Title+" nu") || p.Find(`a[href="`+path+`?trin=afgoer"]`).Length() != 1 {
		t.Errorf("the preview: %s", p.Find("h1").Text())
	}
	// What held of the example and would not any more is overruled with a reason.
	form = filled(d, "udgiv")
	form.Set("summary", "")
	d = rita.page(http.StatusUnprocessableEntity, rita.do("POST", path+"?trin=afgoer", form))
	if d.Find(`#alligevel-summary`).Length() != 1 || d.Find("[data-step=afgoer]").HasClass("desk__step--away") {
		t.Errorf("%s", text(d.Find(".alert-error")))
	}
	form = filled(d, "udgiv")
	form.Set("alligevel:summary", "Vi skriver den i morgen.")
	if to := rita.post(path+"?trin=afgoer", form); to != at(slug)+"?gjort=ret" {
		t.Errorf("led to %s", to)
	}
	now := f.practice(slug)
	if e := now.Events[len(now.Events)-1]; now.Record.Summary != "" || now.Record.Title != was.Record.Title+" nu" || !strings.Contains(e.Text, "Vi skriver den i morgen.") {
		t.Errorf("%+v", e)
	}
	if got := text(rita.get(at(slug)).Find("main")); strings.Contains(got, "Du har en kladde") {
		t.Error("what is published is still told as a draft")
	}
	rita.post(at(slug), withText(rita, slug, "foer-hertil", "foert-adresse", "en-til"))
	if first := text(rita.get(at(slug)).Find(".history li").First()); !strings.Contains(first, "førte en adresse hertil") {
		t.Errorf("the newest does not stand first: %q", first)
	}
	if got := text(rita.get(at(slug) + "/tjek").Find("main")); strings.Contains(got, "udgive uden at vente") {
		t.Error("what is published can be published without waiting")
	}
	form = filled(rita.get(path), "gem")
	form.Set("summary", "Nr. 010180-1234 var glad.")
	if d = rita.page(http.StatusUnprocessableEntity, rita.do("POST", path, form)); d.Find(`.alert-error a[href="#f-summary"]`).Length() != 1 || !strings.Contains(d.Find("#f-summary").Text(), "var glad") {
		t.Errorf("a CPR number: %s", text(d.Find(".alert-error")))
	}
}

// A choice between two revisions is made once: who saves it has it in the draft.
func TestReviseJoins(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	slug := f.published(0)
	path := at(slug) + "/ret"
	hers, his := filled(rita.get(path), "gem"), filled(per.get(path), "udgiv")
	hers.Set("summary", "Det er hendes.")
	hers.Set("answers.done", "Det skrev hun.")
	his.Set("summary", "Det er hans.")
	rita.post(path, hers)
	per.post(path, his)
	d := rita.get(path + "?trin=afgoer")
	if d.Find(".alert-warning input[type=radio]").Length() != 4 || !strings.Contains(d.Find(".alert-warning").Text(), "Brug det, der er udgivet") || d.Find("#f-summary").Text() != "Det er hendes." {
		t.Errorf("%s", text(d.Find(".alert-warning")))
	}
	form := chosen(rita, path, "gem")
	form.Set("vaelg:summary", "gemt")
	d = rita.get(rita.post(path, form))
	if d.Find(".alert-warning").Length() != 0 || d.Find("#f-summary").Text() != "Det er hans." || d.Find("[name='answers.done']").Text() != "Det skrev hun." {
		t.Errorf("%q, %s", d.Find("#f-summary").Text(), text(d.Find(".alert-warning")))
	}
	rita.post(path, filled(d, "udgiv"))
	if p := f.practice(slug).Record; p.Summary != "Det er hans." || p.Answers.Done != "Det skrev hun." {
		t.Errorf("%q, %q", p.Summary, p.Answers.Done)
	}
}

// A revision in work is kept for longer than a form about a submission.
func TestRevisionIsKept(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	path := at(f.published(0)) + "/ret"
	form := filled(v.get(path), "gem")
	form.Set("summary", "Det tager tid.")
	v.post(path, form)
	for _, c := range []struct {
		after time.Duration
		kept  bool
	}{{postgres.PracticeFormKept - time.Hour, true}, {postgres.PracticeFormKept + time.Hour, false}} {
		if _, err := f.store.EraseUnsaved(t.Context(), time.Now().Add(c.after)); err != nil {
			t.Fatal(err)
		}
		if got := v.get(path).Find("#f-summary").Text(); (got == "Det tager tid.") != c.kept {
			t.Errorf("after %s: %q", c.after, got)
		}
	}
}
