package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"
)

// decline sets aside what a link belongs to, as the desk does.
func (f *fixture) decline(link string, editor int64) {
	f.t.Helper()
	view, err := f.store.SubmissionByToken(f.t.Context(), strings.TrimPrefix(link, "/indsend/"))
	if err != nil {
		f.t.Fatal(err)
	}
	act := review.Act{Action: review.Decline, Version: view.Version, Editor: editor, Reason: string(review.DeclineReasons[0].Code), Text: "Desværre."}
	if _, err := f.store.Apply(f.t.Context(), postgres.On{Submission: view.ID}, act, time.Now().UTC()); err != nil {
		f.t.Fatal(err)
	}
}

// An answer and a correction that come after the decision are given back, and can be
// sent as a new example.
func TestTooLateIsGivenBack(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tip()
	link := s.link()
	editor := f.ask(link, "Hvor mange?")
	answer, mend := newSubmitter(f).open(link), newSubmitter(f).open(link+"/ret")
	f.decline(link, editor)
	answer.fill(link+"/svar", map[string]string{"svar": "Femten borgere hver uge."})
	answer.says("Det, du skrev, er ikke sendt", "Femten borgere hver uge.", "Den kan ikke ændres mere", "Se, hvordan det gik")
	if answer.code != 409 {
		t.Errorf("status %d", answer.code)
	}
	answer.fill("", nil)
	if v := answer.values(); answer.at != "/indsend/tip" || v.Get("text") != "Femten borgere hver uge." || v.Get("organisation") != "Aarhus Kommune" {
		t.Errorf("at %s: %v", answer.at, v)
	}
	answer.fill("", with(answer.patient(), "email", "ida@aarhus.example")).fill("", agreeing)
	if answer.says("Tak, vi har modtaget", "Femten borgere"); answer.link() == link {
		t.Error("no new one")
	}

	for what, button := range map[string]map[string]string{"saved": nil, "a row": {"add": "links"}} {
		late := *mend
		late.fill(link+"/ret", with(map[string]string{"text": "Vi gik meget lange ture."}, "add", button["add"]))
		if late.says("Det, du skrev, er ikke sendt", "Vi gik meget lange ture."); late.code != 409 {
			t.Errorf("%s: status %d", what, late.code)
		}
		late.fill("", nil)
		if v := late.values(); v.Get("text") != "Vi gik meget lange ture." || v.Get("organisation") != "Aarhus Kommune" {
			t.Errorf("%s: %v", what, v)
		}
	}
}

// An answer that is posted twice, the second time after the decision, was sent.
func TestAnswerPostedTwice(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tip()
	link := s.link()
	editor := f.ask(link, "Hvor mange?")
	page := s.open(link).doc
	s.fill(link+"/svar", map[string]string{"svar": "Femten."}).says("Tak, vi har fået dit svar")
	f.decline(link, editor)
	s.doc = page
	s.fill(link+"/svar", map[string]string{"svar": "Femten."}).says("Tak, vi har fået dit svar")
	if n := f.count(`SELECT count(*) FROM submission_answer WHERE text = 'Femten.'`); n != 1 {
		t.Errorf("%d answers", n)
	}
}
