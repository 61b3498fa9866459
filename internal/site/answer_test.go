package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"
)

// An answer is looked through as the form is: a name is answered before it is sent,
// and ten bare digits are declared. A sure CPR number is not.
func TestAnswerIsLookedThrough(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.tip()
	link := s.link()
	view, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(link, "/indsend/"))
	if err != nil {
		t.Fatal(err)
	}
	ask := review.Act{Action: review.Ask, Version: view.Version, Editor: f.editor(), Text: "Hvor mange var med?"}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: view.ID}, ask, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	const text = "Det var Hans Petersen i sag 0101901234."
	answers := func() int { return f.count(`SELECT count(*) FROM submission_answer`) }
	s.open(link).fill("", map[string]string{"svar": text})
	if s.says("Cifrene kan være et CPR-nummer", "ligner navnet på en person"); s.code != 422 || answers() != 0 {
		t.Fatalf("status %d", s.code)
	}
	s.fill("", map[string]string{"not_cpr": "1"})
	if s.says("Svar på, om det kan blive stående"); s.code != 422 || answers() != 0 || s.values().Get("not_cpr") != "1" {
		t.Fatalf("status %d", s.code)
	}
	key := s.doc.Find("input[name=answered]").AttrOr("value", "")
	s.fill("", map[string]string{"answered": key, "svar": "Det var Hans Petersen med 010190-1234."})
	if s.says("ligner et CPR-nummer"); s.code != 422 || answers() != 0 {
		t.Fatalf("a sure number: status %d", s.code)
	}
	s.fill("", map[string]string{"answered": key, "not_cpr": "1", "svar": text})
	if s.says("Tak, vi har fået dit svar"); answers() != 1 {
		t.Error("it is not kept")
	}
}

// What a file's words say of somebody is answered before it is sent.
func TestFilesWordsAreWarnedOf(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tipReviewed()
	s.fill("", with(agreeing, "alt-1", "Et foto af Hans Petersen, ring 22 33 44 55"), aPDF(1000))
	if s.says("Teksten om filen »bilag 1.pdf«", "Hans Petersen", "ligner et telefonnummer"); s.code != 422 || f.count(`SELECT count(*) FROM submission`) != 0 {
		t.Fatalf("status %d", s.code)
	}
	v := s.values()
	for _, x := range s.doc.Find("input[name=answered]").EachIter() {
		v.Add("answered", x.AttrOr("value", ""))
	}
	s.take(s.upload("/indsend/send", v), "/indsend/send")
	s.says("Tak, vi har modtaget")
}
