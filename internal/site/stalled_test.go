package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
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

// What an editor sets aside is told with the reason, by mail too, and opened again by
// one press: where nothing was asked the desk has it then.
func TestSetAsideByEditor(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tip()
	link := s.link()
	view := func() *postgres.SubmissionView {
		t.Helper()
		v, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(link, "/indsend/"))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := view()
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: v.ID}, review.Act{Action: review.LayAside, Editor: f.editor(), Version: v.Version, Text: "Vi venter på den fælles løsning."}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	var mails int
	if err := f.pool.QueryRow(t.Context(), `SELECT count(*) FROM mail WHERE submission_id = $1 AND kind = 'set_aside' AND body LIKE '%fælles løsning%' AND body LIKE '%' || $2 || '%'`, v.ID, link).Scan(&mails); err != nil || mails != 1 {
		t.Errorf("%d mails, %v", mails, err)
	}
	s.open(link).says("Vi har lagt det til side.", "Vi lagde det til side:", "Vi venter på den fælles løsning.", "Intet er slettet", "så ser redaktionen på det")
	if s.doc.Find(`form[action$="/svar"]`).Length() != 0 {
		t.Error("nothing was asked, and an answer is wanted")
	}
	for range 2 { // pressed twice
		s.take(s.post(link+"/vent", nil), link+"/vent")
		s.says("Det er åbnet igen. Redaktionen ser på det", "Det blev åbnet igen.")
	}
	if v := view(); v.State != review.InReview || v.EraseOn == "" {
		t.Errorf("%s", v.State)
	}
}
