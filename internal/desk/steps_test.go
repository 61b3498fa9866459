package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// ordinary is a submission as most are: half a page of text, two findings and a source.
func ordinary(n *postgres.NewSubmission) {
	p := &n.Submission.Practice
	n.Submission.Kind = review.KindFull
	p.Provider = "Bostøtten Syd"
	p.Answers.Done = "Bostøtterne ringede til borgerne hver dag, mens de ikke kunne komme på besøg. Ring til Hanne Jensen, hvis I vil vide mere. Nogle borgere gik en tur med bostøtten i stedet, og det gjorde det lettere at tale sammen. De borgere, der havde angst, fik en fast tid til opkaldet. Bostøtterne skrev i en fælles kalender, hvem der havde talt med hvem."
	p.Answers.Worked = "Det virkede, at det var den samme bostøtte hver gang, og at opkaldet kom på samme tid. Flere borgere sagde selv, at de sov bedre."
	p.Answers.ForWhom = "Det virkede bedst for dem, der kendte deres bostøtte i forvejen. For borgere, der ikke bryder sig om at tale i telefon, virkede det ikke."
	p.Answers.Retention = "Vi er blevet ved med at ringe om mandagen."
	p.Findings = []catalogue.Finding{
		{Key: "e1", Text: "Borgerne var trygge ved opkaldet.", TargetGroups: catalogue.Refs("angst", "depression"), Effect: "positive", Voices: catalogue.VoiceList{"employee"}},
		{Key: "e2", Text: "De borgere, der ikke bryder sig om at tale i telefon, trak sig.", TargetGroups: catalogue.Refs("bostoette"), Effect: "negative"}}
	p.Sources = []catalogue.Source{{Kind: "note", Document: "Bostøttens egen opsamling", Date: "2020-06", Publisher: "Syddjurs Kommune"}}
	p.Retention = []catalogue.Retention{{Status: "partly", Note: "Om mandagen"}}
}

// Every field of the desk's form stands in one step and one alone, and each step that
// is asked for is shown.
func TestEveryFieldHasItsStep(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", ordinary)
	v := f.editor("rita")
	d := v.get(pathOf(id))
	for _, x := range catalogue.Fields {
		if x.Asked == catalogue.FormNone || x.Kind == catalogue.FieldRows && !x.Plain() {
			continue
		}
		if n := d.Find(`[data-step] [name="` + x.Path + `"]`).Closest("[data-step]").Length(); n != 1 {
			t.Errorf("%s stands in %d steps", x.Path, n)
		}
	}
	shown := func(query string) string {
		t.Helper()
		s := v.get(pathOf(id) + query).Find("[data-step]:not(.desk__step--away)")
		if s.Length() != 1 {
			t.Errorf("%s: %d steps are shown", query, s.Length())
		}
		return s.AttrOr("data-step", "")
	}
	for query, want := range map[string]string{"": "laes", "?trin=tekst": "tekst", "?trin=afgoer": "afgoer", "?trin=findes-ikke": "laes"} {
		if got := shown(query); got != want {
			t.Errorf("%s shows %s", query, got)
		}
	}
	if n := d.Find("[aria-current=step]").Length(); n != 1 {
		t.Errorf("%d steps are said to be here", n)
	}
}

// From step to step nothing is lost and nothing is saved; to go on saves.
func TestStepsKeepWhatIsTyped(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", ordinary)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)+"?trin=tekst"), "trin:emner")
	form.Set("summary", "Det er kort.")
	form.Set("spoergsmaal:title", "Hvem ringede?")
	d := v.page(http.StatusOK, v.do("POST", pathOf(id)+"?trin=tekst", form))
	if d.Find("[data-step=emner]").HasClass("desk__step--away") || d.Find("#f-summary").Text() != "Det er kort." || f.state(id) != review.Received {
		t.Errorf("step %s, summary %q", d.Find("[aria-current=step]").Text(), d.Find("#f-summary").Text())
	}
	to := v.post(pathOf(id)+"?trin=emner", filled(d, "videre:erfaringer"))
	if to != pathOf(id)+"?gjort=gem&trin=erfaringer" {
		t.Errorf("led to %s", to)
	}
	s, err := f.store.SubmissionByID(t.Context(), id)
	if err != nil || s.Draft == nil || s.Draft.Summary != "Det er kort." || len(s.Draft.Findings) != 2 || s.Draft.Findings[0].Key != "e1" {
		t.Errorf("%+v, %v", s.Draft, err)
	}
	// The question was not sent, and stands there still.
	if d = v.get(to); d.Find(`[name="spoergsmaal:title"]`).Text() != "Hvem ringede?" || !strings.Contains(text(d.Find(".alert-info")), "et spørgsmål, som ikke er sendt") {
		t.Errorf("the question is gone: %s", text(d.Find(".alert-warning")))
	}
	// What is wrong is shown on its own step.
	form = filled(d, "udgiv")
	form.Set("title", "")
	if d = v.page(http.StatusUnprocessableEntity, v.do("POST", pathOf(id)+"?trin=afgoer", form)); d.Find("[data-step=tekst]").HasClass("desk__step--away") {
		t.Errorf("the step with the fault is not shown: %s", text(d.Find("[role=alert]")))
	}
}

// What came stands beside its field, and at the field what is to be seen to.
func TestBesideTheField(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", ordinary)
	v := f.editor("rita")
	d := v.get(pathOf(id))
	at := func(name string) string {
		return text(d.Find(`[name="` + name + `"]`).First().Closest(".desk__field"))
	}
	for name, want := range map[string]string{
		"provider": "Kom ind: Sted", "partners": "Kom ikke med.", "answers.done": "Det ligner navnet på en person.", "answers.worked": "let at læse", "contact_forms": "fordi der står »opkaldet«, »telefon«",
		"use": "Vælg, om det kan bruges nu.", "findings[2].voice": "Vælg, hvem der siger", "findings[1].text": "Hvem siger det? Medarbejder", "search_words": "hjemmestøtte",
	} {
		if got := at(name); !strings.Contains(got, want) {
			t.Errorf("%s does not say %q: %.400s", name, want, got)
		}
	}
	if n := d.Find("[data-step=laes] .desk__alike").Length(); n != 3 || d.Find(".desk__alike ins").Length() == 0 {
		t.Errorf("%d are shown as alike", n)
	}
	// A row that is taken out of the draft still stands as it came.
	d = v.page(http.StatusOK, v.do("POST", pathOf(id), filled(d, "fjern:findings:1")))
	if got := text(d.Find("#del-findings")); !strings.Contains(got, "Erfaring 1Erfaring") && !strings.Contains(got, "Står ikke i kladden.") {
		t.Errorf("what came is gone: %s", got)
	}
}

// One press adds a term or the words that are suggested; what is on no list is refused.
func TestSuggestionsAreAdded(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", ordinary)
	v := f.editor("rita")
	d := v.get(pathOf(id))
	d = v.page(http.StatusOK, v.do("POST", pathOf(id), filled(d, "term:contact_forms:telefon")))
	if d.Find(`[name=contact_forms][value=telefon][checked]`).Length() != 1 || d.Find(`button[value="term:contact_forms:telefon"]`).Length() != 0 {
		t.Error("the term is not added")
	}
	d = v.page(http.StatusOK, v.do("POST", pathOf(id), filled(d, "ord:hjemmestøtte")))
	if got := strings.TrimSpace(d.Find("[name=search_words]").Text()); got != "hjemmestøtte" {
		t.Errorf("words %q", got)
	}
	d = v.page(http.StatusOK, v.do("POST", pathOf(id), filled(d, "ord:")))
	if got := strings.Split(strings.TrimSpace(d.Find("[name=search_words]").Text()), "\n"); len(got) != 12 {
		t.Errorf("%d words", len(got))
	}
	for _, button := range []string{"term:contact_forms:findes-ikke", "term:title:x", "term:findings[].target_groups:angst", "term:"} {
		if w := v.do("POST", pathOf(id), filled(d, button)); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", button, w.Code)
		}
	}
}

// The preview is the public page of what is typed, and nobody else's.
func TestPreview(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", ordinary)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "vis")
	form.Set("summary", "Det er set på forhånd.")
	to := v.post(pathOf(id), form)
	if !strings.HasPrefix(to, pathOf(id)+"/forhaandsvisning?") {
		t.Fatalf("led to %s", to)
	}
	d := v.get(to)
	if got := text(d.Find("main")); !strings.Contains(got, "Forhåndsvisning") || !strings.Contains(got, "Det er set på forhånd.") || !strings.Contains(got, "Ikke oplyst, hvem der siger det") || !strings.Contains(got, "Bostøttens egen opsamling") ||
		d.Find(`meta[name=robots]`).AttrOr("content", "") != "noindex" || d.Find(`a[href="`+pathOf(id)+`?trin=afgoer"]`).Length() != 1 {
		t.Errorf("%s", got)
	}
	if got := text(f.editor("per").get(pathOf(id) + "/forhaandsvisning").Find("main")); strings.Contains(got, "på forhånd.") || !strings.Contains(got, "Bostøtterne ringede hver dag.") {
		t.Errorf("another editor sees %s", got)
	}
	question, _ := f.submit("q", func(n *postgres.NewSubmission) {
		n.Submission = review.Submission{Kind: review.KindQuestion, Text: "Hvor længe varede turene?"}
	})
	if w := v.do("GET", pathOf(question)+"/forhaandsvisning", nil); w.Code != http.StatusNotFound {
		t.Errorf("a question: %d", w.Code)
	}
	if w := f.visitor().do("GET", pathOf(id)+"/forhaandsvisning", nil); w.Code != http.StatusSeeOther {
		t.Errorf("a visitor: %d", w.Code)
	}
}

// What the checklist lacks keeps an example from being published, until it is mended or
// overruled with a reason, which stands in the history.
func TestChecklist(t *testing.T) {
	f := newFixture(t, loopback())
	id, token := f.submit("a", ordinary)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "gem")
	form.Set("findings[2].voice", "leader")
	form.Set("use", "now")
	v.do("POST", pathOf(id), form)
	form = filled(v.get(pathOf(id)), "udgiv")
	for _, k := range v.get(pathOf(id)).Find("input[name=klaret]").EachIter() {
		form.Add("klaret", k.AttrOr("value", ""))
	}
	form.Del("alligevel:contact_form")
	d := v.page(http.StatusUnprocessableEntity, v.do("POST", pathOf(id)+"?trin=afgoer", form))
	if got := text(d.Find("[role=alert]")); !strings.Contains(got, "Vælg, hvordan man mødtes.") || strings.Contains(got, "Vælg, om det kan bruges nu") || d.Find(".desk__lacking").Length() != 1 {
		t.Errorf("%s", got)
	}
	form = filled(d, "udgiv")
	form.Set("alligevel:contact_form", "Det er 010190-1234, der ved det")
	d = v.page(http.StatusUnprocessableEntity, v.do("POST", pathOf(id), form))
	if d.Find("#alligevel-contact-form-fejl").Length() != 1 {
		t.Errorf("a number is taken as a reason: %s", text(d.Find("[role=alert]")))
	}
	form.Set("alligevel:contact_form", "Kilden siger det ikke")
	if to := v.post(pathOf(id), form); !strings.HasPrefix(to, "/eksempler/") {
		t.Fatalf("led to %s", to)
	}
	if got := text(v.get(pathOf(id)).Find(".history")); !strings.Contains(got, "Uden »Der er en kontaktform«: Kilden siger det ikke") {
		t.Errorf("history: %s", got)
	}
	if own, err := f.store.SubmissionByToken(t.Context(), token); err != nil || own.State != review.Accepted {
		t.Errorf("%v", err)
	}
}

// What a submitter corrects after a draft was saved is told at its field, counted at its
// step, and taken over by one press: text, choices, and a finding.
func TestCorrectionIsTakenOver(t *testing.T) {
	f := newFixture(t, loopback())
	id, token := f.submit("a", ordinary)
	v := f.editor("rita")
	v.post(pathOf(id), filled(v.get(pathOf(id)), "gem"))
	s, err := f.store.SubmissionByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	now := s.Content
	now.Practice = now.Practice.Clone()
	now.Practice.Provider, now.Practice.Periods, now.Practice.Findings[1].Effect = "Bostøtten Nord", []catalogue.Period{"lockdown"}, catalogue.EffectMixed
	if _, err := f.store.Apply(t.Context(), postgres.On{Token: token}, review.Act{Action: review.Correct, Content: &now}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	d := v.get(pathOf(id))
	var offered []string
	for _, b := range d.Find(`button[value^="brug:"]`).EachIter() {
		offered = append(offered, b.AttrOr("value", ""))
	}
	if want := []string{"brug:provider", "brug:findings[2]", "brug:periods"}; !slices.Equal(offered, want) {
		t.Fatalf("offered %q, want %q", offered, want)
	}
	if got := text(d.Find(`[name="provider"]`).Closest(".desk__field")); !strings.Contains(got, "Indsenderen har rettet det.") {
		t.Errorf("the field says %s", got)
	}
	for _, button := range offered {
		d = v.page(http.StatusOK, v.do("POST", pathOf(id), filled(d, button)))
	}
	if d.Find(`button[value^="brug:"]`).Length() != 0 {
		t.Error("what was taken over is offered still")
	}
	v.post(pathOf(id), filled(d, "gem"))
	if p := f.draft(id); p.Provider != "Bostøtten Nord" || len(p.Periods) != 1 || p.Findings[1].Effect != catalogue.EffectMixed || p.Findings[1].Key != "e2" {
		t.Errorf("the draft is %+v", p)
	}
	for _, wrong := range []string{"brug:", "brug:slug", "brug:findings[9]", "brug:partners[1]", "brug:use"} {
		if w := v.do("POST", pathOf(id), filled(d, wrong)); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", wrong, w.Code)
		}
	}
}
