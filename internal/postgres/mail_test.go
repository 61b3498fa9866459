package postgres

import (
	"errors"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/letters"
	"praksis/internal/pgtest"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

func mailStore(t *testing.T) *Store {
	t.Helper()
	s := New(pgtest.New(t))
	l := letters.Letters{Base: "https://katalog.example.dk"}
	s.Letters, s.MailHost = l.Compose, l.Host()
	return s
}

func (s *Store) rowsOf(t *testing.T, table string) (n int) {
	t.Helper()
	if err := s.pool.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A mail is there if and only if its cause is: neither it nor its job outlives
// a transaction that fails, and it is there once however often it is caused.
func TestQueueMail(t *testing.T) {
	s := mailStore(t)
	m := review.Letter{Mail: review.Mail{Kind: review.MailQuestion, Values: map[string]string{
		"reference": "ABCD-2345", "question": "Hvem var med?\r\nOg {title}?", "title": "A\r\nBcc: x@example.dk"}}, Token: "x"}
	queue := func(m review.Letter, event string, fail error) error {
		return s.write(t.Context(), func(tx pgx.Tx) error {
			if err := s.queueMail(t.Context(), tx, m, "ida@example.dk", event, time.Now()); err != nil {
				return err
			}
			return fail
		})
	}
	broken := errors.New("broken")
	if err := queue(m, "1-2", broken); !errors.Is(err, broken) || s.rowsOf(t, "mail") != 0 || s.rowsOf(t, "river_job") != 0 {
		t.Fatalf("%v, %d mails, %d jobs", err, s.rowsOf(t, "mail"), s.rowsOf(t, "river_job"))
	}
	for range 2 {
		if err := queue(m, "1-2", nil); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.UnsentMails(t.Context())
	if err != nil || len(list) != 1 || s.rowsOf(t, "river_job") != 1 {
		t.Fatalf("%+v, %d jobs, %v", list, s.rowsOf(t, "river_job"), err)
	}
	if got := list[0]; !strings.Contains(got.Body, "Hvem var med?\nOg {title}?") || strings.ContainsAny(got.Subject, "\r\n") || !strings.HasSuffix(got.MessageID, "@katalog.example.dk") || strings.Contains(got.MessageID, "ida") {
		t.Errorf("%+v", got)
	}
	if err := queue(review.Letter{Mail: review.Mail{Kind: "x"}}, "1-3", nil); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("a kind that is none: %v", err)
	}
	var failed strings.Builder
	for range 2000 {
		failed.WriteString("æ\x00")
	}
	at := MailFailure{Cause: errors.New(failed.String()), Code: 451, Status: "4.7.1"}
	elsewhere := list[0]
	elsewhere.Recipient = "bo@example.dk"
	if got, err := s.MailFailed(t.Context(), elsewhere, at, time.Now()); err != nil || got.Attempts != 0 || got.Recipient != "ida@example.dk" {
		t.Errorf("an attempt at another address is noted: %+v, %v", got, err)
	}
	if got, err := s.MailFailed(t.Context(), list[0], at, time.Now()); err != nil || got.Attempts != 1 || got.Code != 451 || got.Status != "4.7.1" || got.GivenUp() {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := s.MailSent(t.Context(), list[0].ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	got, err := s.MailToSend(t.Context(), list[0].ID)
	if err != nil || got.SentAt == nil || got.Body != "" || got.Attempts != 2 || got.Error != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := s.MailToSend(t.Context(), 9999); !errors.Is(err, catalogue.ErrNotFound) {
		t.Error(err)
	}
}

func TestMailTexts(t *testing.T) {
	s := mailStore(t)
	now := time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)
	editor, err := s.AddEditor(t.Context(), Editor{Email: "red@example.dk", Name: "Rie Redaktør"}, now)
	if err != nil {
		t.Fatal(err)
	}
	for seen, subject := range []string{"Tak", "Mange tak, {reference}"} {
		if err := s.SaveMailText(t.Context(), review.MailReceipt, "\ufeff"+subject+"\n", "H\u00adej {title}\r\n", seen, editor, now); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.MailTexts(t.Context())
	want := MailText{Kind: review.MailReceipt, Subject: "Mange tak, {reference}", Body: "Hej {title}", Version: 2, UpdatedAt: now, UpdatedBy: "Rie Redaktør"}
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	list[0].UpdatedAt = list[0].UpdatedAt.UTC()
	if list[0] != want {
		t.Errorf("%+v", list[0])
	}
	r, err := s.Submit(t.Context(), NewSubmission{ClientKey: "a-key-of-a-client-1", Submission: review.Submission{Kind: review.KindTip, Text: "Gåture"}, Contact: review.Contact{Email: "ida@example.dk"}}, now)
	if err != nil {
		t.Fatal(err)
	}
	mails, err := s.UnsentMails(t.Context())
	if err != nil || len(mails) != 2 || mails[0].Subject != "Mange tak, "+r.Reference || mails[0].Body != "Hej Gåture" {
		t.Errorf("%+v, %v", mails, err)
	}
}
