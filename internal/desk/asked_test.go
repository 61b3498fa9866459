package desk_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"
)

// What the submitter was asked stands listed where one asks, with what waits and what is
// news; the step of each new answer says so in words, until the desk asks again.
func TestNewAnswersAreTold(t *testing.T) {
	f := newFixture(t, loopback())
	id, token := f.submit("a", ordinary)
	v := f.editor("rita")
	ask := func(fields ...string) {
		t.Helper()
		form := filled(v.get(pathOf(id)+"?trin=afgoer"), "spoerg")
		for _, x := range fields {
			form.Set("spoergsmaal:"+x, "Hvad menes der med "+x+"?")
		}
		v.post(pathOf(id)+"?trin=afgoer", form)
	}
	questions := func() []postgres.SubmissionQuestion {
		t.Helper()
		s, err := f.store.SubmissionByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return s.Questions
	}
	step := func(name string) string {
		t.Helper()
		return text(v.get(pathOf(id)).Find(`[data-go="` + name + `"] .desk__fresh`))
	}
	list := func() string {
		t.Helper()
		return text(v.get(pathOf(id)).Find("[data-step=afgoer] #spurgt").Parent())
	}
	if v.get(pathOf(id)).Find("#spurgt").Length() != 0 {
		t.Error("a list of nothing")
	}
	ask("summary", "findings[2]")
	if got := list(); !strings.Contains(got, "(2): 2 venter på svar") || step("tekst") != "" {
		t.Errorf("asked: %s; %q", got, step("tekst"))
	}
	var answers []review.QuestionAnswer
	for _, q := range questions() {
		answers = append(answers, review.QuestionAnswer{Question: q.ID, Text: "Det var hver dag."})
	}
	answer := func(a review.Act) {
		t.Helper()
		a.Action = review.Answer
		if _, err := f.store.Apply(t.Context(), postgres.On{Token: token}, a, time.Now().UTC()); err != nil {
			t.Fatal(err)
		}
	}
	answer(review.Act{Answers: answers})
	if a, b, c := step("tekst"), step("erfaringer"), step("emner"); a != "1 nyt svar" || b != "1 nyt svar" || c != "" {
		t.Errorf("%q, %q, %q", a, b, c)
	}
	if got := list(); !strings.Contains(got, "(2): 2 har nyt svar") || !strings.Contains(got, "Det var hver dag.") || !strings.Contains(got, "Erfaring 2 Nyt svar") {
		t.Error(got)
	}
	d := v.get(pathOf(id))
	for _, a := range d.Find(".desk__asked a").EachIter() {
		if href := a.AttrOr("href", ""); d.Find(href).Length() != 1 {
			t.Errorf("%s leads nowhere", href)
		}
	}
	// A correction is news until it stands in the draft; what was answered before is none
	// once more is asked.
	ask("provider")
	if step("tekst") != "" || !strings.Contains(list(), "(3): 1 venter på svar") {
		t.Errorf("asked again: %q, %s", step("tekst"), list())
	}
	v.post(pathOf(id), filled(v.get(pathOf(id)), "gem"))
	s, err := f.store.SubmissionByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	content := s.Content
	content.Practice.Provider = "Bostøtten Nord"
	answer(review.Act{Content: &content, Answers: []review.QuestionAnswer{{Question: s.Questions[2].ID, Corrected: true}}})
	if got := step("emner") + step("tekst"); got != "1 nyt svar" {
		t.Errorf("corrected: %q", got)
	}
	d = v.get(pathOf(id))
	form := filled(d, "brug:provider")
	d = v.page(200, v.do("POST", pathOf(id), form))
	v.post(pathOf(id), filled(d, "gem"))
	if got := text(v.get(pathOf(id)).Find(".desk__fresh")); got != "" || !strings.Contains(list(), "Sted") {
		t.Errorf("taken over, and still news: %q, %s", got, list())
	}
}
