package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/review"
)

// A submitter who does not answer is told on the page of the link, and undoes each
// step by one press: a GET undoes nothing.
func TestStalledIsTold(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tip()
	link := s.link()
	f.ask(link, "Hvor mange?")
	s.open(link)
	if s.doc.Find(`form[action$="/vent"]`).Length() != 0 {
		t.Error("more time before anybody was reminded")
	}
	stalled := func(day int) {
		t.Helper()
		if _, _, err := f.store.Stalled(t.Context(), time.Now().UTC().AddDate(0, 0, day)); err != nil {
			t.Fatal(err)
		}
	}
	state := func() review.SubmissionState {
		t.Helper()
		v, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(link, "/indsend/"))
		if err != nil {
			t.Fatal(err)
		}
		return v.State
	}
	stalled(16)
	s.open(link).says("Vi mangler dit svar", "Vi mindede dig om det", "lægger vi det til side", "Vi mindede dig om spørgsmålet.", "Hvor mange?")
	s.fill(link+"/vent", nil).says("Du har fået mere tid", "Du fik mere tid.")
	if s.doc.Find(`form[action$="/vent"]`).Length() != 0 {
		t.Error("the press is there after it was pressed")
	}
	for _, day := range []int{16, 24, 32} {
		stalled(day)
	}
	if state() != review.SetAside {
		t.Fatalf("%s", state())
	}
	s.open(link + "/vent") // leads back, and does nothing
	if state() != review.SetAside {
		t.Fatal("a GET opened it")
	}
	s.open(link).says("Lagt til side", "Intet er slettet", "Åbn det igen", "Hvor mange?")
	before := *s
	s.fill(link+"/vent", nil).says("venter på dit svar", "Det blev åbnet igen.")
	if state() != review.ChangesRequested {
		t.Errorf("%s", state())
	}
	before.fill(link+"/vent", nil).says("Du har fået mere tid") // pressed twice
	for _, day := range []int{16, 24, 32} {
		stalled(day)
	}
	s.open(link).fill(link+"/svar", map[string]string{"svar": "Femten."}).says("Tak, vi har fået dit svar")
	if state() != review.InReview {
		t.Errorf("%s", state())
	}
}
