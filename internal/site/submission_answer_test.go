package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// askedByField is a submission with two findings, of which the desk has asked about a field, a
// row and the whole.
func askedByField(t *testing.T) (f *fixture, s *submitter, link string, id int64) {
	t.Helper()
	f = newFixture(t)
	n := postgres.NewSubmission{ClientKey: "spoergsmaal-0123456789abcdef", Contact: review.Contact{Email: "ida@kommune.example"}, Submission: review.Submission{Kind: review.KindFull, Practice: catalogue.Practice{
		Title: "Syddjurs: Telefonkæde", Organisation: catalogue.OrganisationRef{Slug: "syddjurs", Name: "Syddjurs Kommune"}, Summary: "De ringede.", Answers: catalogue.Answers{Done: "De ringede hver dag."},
		TargetGroups: []catalogue.TermRef{{Slug: "angst", Label: "Angst"}},
		Findings: []catalogue.Finding{{Key: "e1", Text: "Det gik godt.", Effect: "positive", TargetGroups: []catalogue.TermRef{{Slug: "angst", Label: "Angst"}}},
			{Key: "e2", Text: "Nogle trak sig.", Effect: "negative", TargetGroups: []catalogue.TermRef{{Slug: "angst", Label: "Angst"}}}}}}}
	r, err := f.store.Submit(t.Context(), n, time.Now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	ask := review.Act{Action: review.Ask, Version: 1, Editor: f.editor(), Text: "Må vi ringe?", Questions: []review.Question{{Field: "summary", Text: "Hvor tit?"}, {Field: "findings[2]", Text: "Hvem siger det?"}, {Field: "target_groups", Text: "Kun angst?"}}}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: r.ID}, ask, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	link = "/indsend/" + r.Token
	return f, newSubmitter(f), link, r.ID
}

// Each question is answered in its place, and put right there; what is wrong with one
// keeps all that is typed.
func TestAnswersByField(t *testing.T) {
	f, s, link, id := askedByField(t)
	s.open(link)
	s.says("Må vi ringe?", "Hvor tit?", "Du sendte: De ringede.", "Erfaring 2", "Det var en fejl, her er det rigtige", "Dit svar om kort fortalt")
	if n := s.doc.Find(".asked").Length(); n != 4 {
		t.Fatalf("%d questions", n)
	}
	names := func() (out []string) {
		for _, x := range s.doc.Find(".asked textarea[name^=svar]").EachIter() {
			out = append(out, x.AttrOr("name", ""))
		}
		return out
	}()
	v := s.values()
	v.Set(names[0], "Ja, gerne.")
	v.Set("summary", "De ringede hver dag til 010190-1234.")
	v.Set("findings[2].text", "To trak sig.")
	v["target_groups"] = nil
	v.Add("target_groups", "angst")
	v.Add("target_groups", "depression")
	s.take(s.post(link+"/svar", v), link+"/svar")
	if s.says("CPR-nummer"); s.code != 422 || s.values().Get(names[0]) != "Ja, gerne." || s.values().Get("findings[2].text") != "To trak sig." {
		t.Fatalf("status %d, kept %v", s.code, s.values())
	}
	v = s.values()
	v.Set("summary", "De ringede hver dag.")
	s.take(s.post(link+"/svar", v), link+"/svar")
	if s.code != 200 {
		t.Fatalf("status %d: %s", s.code, s.doc.Find("[role=alert]").Text())
	}
	s.says("Tak, vi har fået dit svar")
	got, err := f.store.SubmissionByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	p := got.Content.Practice
	if p.Summary != "De ringede hver dag." || p.Findings[1].Text != "To trak sig." || p.Findings[1].Key != "e2" || p.Findings[0].Text != "Det gik godt." || len(p.TargetGroups) != 2 || got.State != review.InReview || len(got.OpenQuestions()) != 0 {
		t.Errorf("%+v, state %s, open %v", p, got.State, got.OpenQuestions())
	}
	for i, q := range got.Questions {
		if q.Corrected != (i > 0) {
			t.Errorf("%+v", q)
		}
	}
	if got.Original.Practice.Summary != "De ringede." {
		t.Error("what came first is gone")
	}
	// Once more is no other answer.
	s.take(s.post(link+"/svar", v), link+"/svar")
	if got, err = f.store.SubmissionByID(t.Context(), id); err != nil || len(got.Questions) != 4 {
		t.Errorf("%v", err)
	}
}

// All must be answered; what is only answered changes nothing of what was sent.
func TestAnswersWithoutCorrections(t *testing.T) {
	f, s, link, id := askedByField(t)
	s.open(link)
	v := s.values()
	v.Set("svar", "Ja.")
	s.take(s.post(link+"/svar", v), link+"/svar")
	if s.says("Skriv et svar, eller ret feltet."); s.code != 422 || s.values().Get("svar") != "Ja." {
		t.Fatalf("status %d", s.code)
	}
	v = s.values()
	for name := range v {
		if strings.HasPrefix(name, "svar-") && name != "svar-paa" {
			v.Set(name, "Det ved jeg ikke.")
		}
	}
	s.take(s.post(link+"/svar", v), link+"/svar")
	s.says("Tak, vi har fået dit svar")
	if n := f.count(`SELECT count(*) FROM submission_version WHERE submission_id = ` + "1"); n != 1 {
		t.Errorf("%d versions", n)
	}
	if got, err := f.store.SubmissionByID(t.Context(), id); err != nil || got.Questions[1].Answer != "Det ved jeg ikke." || got.Questions[1].Corrected {
		t.Errorf("%+v, %v", got.Questions, err)
	}
}
