package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/letters"
	"praksis/internal/mail"
	"praksis/internal/outbox"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/emersion/go-smtp"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	deskAddress = "desk@example.dk"
	submitter   = "ida.jensen@example.dk"
)

// site composes the mails of these tests.
var site = letters.Letters{Base: "https://katalog.example.dk"}

var when = time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)

func newStore(t *testing.T) (*postgres.Store, *pgxpool.Pool) {
	t.Helper()
	pool := pgtest.New(t)
	s := postgres.New(pool)
	s.Letters, s.MailHost = site.Compose, site.Host()
	return s, pool
}

var keys atomic.Int64

func submit(t *testing.T, s *postgres.Store) postgres.Receipt {
	t.Helper()
	return submitAt(t, s, when)
}

func submitAt(t *testing.T, s *postgres.Store, at time.Time) postgres.Receipt {
	t.Helper()
	r, err := s.Submit(t.Context(), postgres.NewSubmission{
		ClientKey:  fmt.Sprintf("a-client-key-of-%s-%d", t.Name(), keys.Add(1)),
		Submission: review.Submission{Kind: review.KindTip, Text: "Vi har gået ture i stedet for møder."},
		Contact:    review.Contact{Email: submitter},
	}, at)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// work works on the jobs until the test ends, or stop is called, and tries
// again without long pauses.
func work(t *testing.T, s *postgres.Store, sender mail.Sender) (stop func()) {
	t.Helper()
	end, err := start(t.Context(), s, sender, nil, nil, nil, slog.New(slog.DiscardHandler), func(int) time.Duration { return 50 * time.Millisecond }, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := end(ctx); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func waiting(t *testing.T, s *postgres.Store) []postgres.Mail {
	t.Helper()
	list, err := s.UnsentMails(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestDelivered(t *testing.T) {
	t.Parallel()
	s, pool := newStore(t)
	server := newServer(t)
	work(t, s, server.sender(t))
	r := submit(t, s)
	eventually(t, "both mails are sent", func() bool { return len(waiting(t, s)) == 0 })
	got, desk := server.to(submitter), server.to(deskAddress)
	if len(got) != 1 || len(desk) != 1 {
		t.Fatalf("%d to the submitter, %d to the desk", len(got), len(desk))
	}
	m := got[0]
	id := m.header.Get("Message-ID")
	if m.from != "katalog@example.dk" || !strings.HasSuffix(id, "@katalog.example.dk>") || m.header.Get("Reply-To") != "<"+deskAddress+">" || m.header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("%+v", m.header)
	}
	if raw := strings.ReplaceAll(m.raw, "=\r\n", ""); !strings.Contains(raw, site.Base+"/indsend/"+r.Token) || !strings.Contains(raw, r.Reference) {
		t.Errorf("no link or reference in\n%s", raw)
	}
	if strings.Contains(strings.ReplaceAll(desk[0].raw, "=\r\n", ""), r.Token) || strings.Contains(desk[0].raw, submitter) {
		t.Errorf("the desk's mail knows too much:\n%s", desk[0].raw)
	}
	// The secret is nowhere any more, but in the contact's own row.
	var left int
	if err := pool.QueryRow(t.Context(), `
		SELECT (SELECT count(*) FROM mail WHERE body <> '' OR sent_at IS NULL) + (SELECT count(*) FROM river_job j WHERE j::text LIKE '%' || $1 || '%' OR j::text LIKE '%' || $2 || '%')`,
		r.Token, submitter).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows hold what was in the mail: %v", left, err)
	}
}

func TestTemporaryFailure(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	server := newServer(t)
	failures := 0
	server.refuses(func(to string) error { // called under its lock
		if to == submitter && failures < 2 {
			failures++
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
		}
		return nil
	})
	submit(t, s)
	list := waiting(t, s)
	work(t, s, server.sender(t))
	eventually(t, "all mails are sent", func() bool { return len(waiting(t, s)) == 0 })
	for _, m := range list {
		if m.Kind.ToDesk() {
			continue
		}
		sent, err := s.MailToSend(t.Context(), m.ID)
		if err != nil || sent.SentAt == nil || sent.Attempts != 3 || sent.Error != "" || sent.Body != "" {
			t.Errorf("%+v, %v", sent, err)
		}
		if got := server.to(submitter); len(got) != 1 || got[0].header.Get("Message-ID") != "<"+m.MessageID+">" {
			t.Errorf("delivered %d times", len(got))
		}
	}
}

// A mail that the server will not have is tried once, given up, and tried again
// when an editor says so, or when its address is mended.
func TestPermanentFailure(t *testing.T) {
	t.Parallel()
	s, pool := newStore(t)
	server := newServer(t)
	unknown := func(to string) error {
		if to == submitter {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user: <" + strings.ToUpper(to) + ">, " + to + ", Ida.Jensen"}
		}
		return nil
	}
	server.refuses(unknown)
	r := submit(t, s)
	work(t, s, server.sender(t))
	var m postgres.Mail
	givenUp := func() bool {
		list := waiting(t, s)
		if len(list) == 1 {
			m = list[0]
		}
		return len(list) == 1 && m.GivenUp()
	}
	eventually(t, "the mail is given up", givenUp)
	if m.Attempts != 1 || m.RefusedAt == nil || m.Code != 550 || m.Status != "5.1.1" || !strings.Contains(m.Error, "no such user") || strings.Contains(strings.ToLower(m.Error), "ida.jensen") {
		t.Errorf("%+v", m)
	}
	var named int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM river_job j WHERE j::text ILIKE '%ida.jensen%'`).Scan(&named); err != nil || named != 0 {
		t.Errorf("the queue names the recipient %d times: %v", named, err)
	}
	tried := server.attempts()
	time.Sleep(300 * time.Millisecond)
	if server.attempts() != tried {
		t.Error("a mail that was refused is still tried")
	}
	if err := s.SendAgain(t.Context(), m.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the mail is given up again", func() bool { return server.attempts() == tried+1 && givenUp() })
	const mended = "ida@rødgrød.dk"
	if err := s.MendEmail(t.Context(), postgres.On{Token: r.Token}, "", mended, 0, when); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the mail is sent", func() bool { return len(waiting(t, s)) == 0 })
	if err := s.SendAgain(t.Context(), m.ID); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("sent again: %v", err)
	}
	if err := s.MendEmail(t.Context(), postgres.On{Token: r.Token}, "", "bo@example.dk", 0, when); !errors.Is(err, catalogue.ErrConflict) {
		t.Errorf("mended by the link with nothing to mend: %v", err)
	}
	got := server.to("ida@xn--rdgrd-vuad.dk")
	if len(got) != 1 || got[0].header.Get("Message-ID") != "<"+m.MessageID+">" || got[0].header.Get("To") != "<ida@xn--rdgrd-vuad.dk>" || len(server.to(submitter)) != 0 {
		t.Errorf("%+v", got)
	}
}

// Refusals of the settings, and of a mail that no server was asked about.
func TestWhatEndsTheTries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code  int
		final bool
	}{
		"no such mailbox": {550, true}, "policy": {554, true}, "later": {450, false}, "greylisted": {451, false}, "who are you": {530, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := newStore(t)
			server := newServer(t)
			server.refuses(func(string) error {
				return &smtp.SMTPError{Code: c.code, EnhancedCode: smtp.NoEnhancedCode, Message: "no"}
			})
			submit(t, s)
			stop := work(t, s, server.sender(t))
			eventually(t, "they are tried", func() bool {
				n := 0
				for _, m := range waiting(t, s) {
					if m.Attempts > 1 || m.RefusedAt != nil {
						n++
					}
				}
				return n == 2
			})
			stop()
			for _, m := range waiting(t, s) {
				if (m.RefusedAt != nil) != c.final || m.Code != c.code || c.final && m.Attempts != 1 {
					t.Errorf("%+v", m)
				}
			}
		})
	}
	s, pool := newStore(t)
	submit(t, s)
	// As a program before this one has kept it.
	if _, err := pool.Exec(t.Context(), `UPDATE mail SET recipient = 'åse@kommune.dk' WHERE recipient <> ''`); err != nil {
		t.Fatal(err)
	}
	server := newServer(t)
	work(t, s, server.sender(t))
	eventually(t, "the mail is refused", func() bool {
		list := waiting(t, s)
		return len(list) == 1 && list[0].RefusedAt != nil && list[0].Code == 0
	})
	if server.attempts() != 1 { // the desk's
		t.Errorf("%d were shown to the server", server.attempts())
	}
}

// What was enqueued by a process that is no more is sent by the next; so is
// what that process had begun to send.
func TestSentAfterRestart(t *testing.T) {
	t.Parallel()
	s, pool := newStore(t)
	submit(t, s)
	begun := submit(t, s)
	// As a killed process leaves it, which nothing of ours can make.
	if _, err := pool.Exec(t.Context(), `
		UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now() - interval '10 minutes', attempted_by = '{killed}'
		WHERE (args ->> 'id')::bigint IN (SELECT id FROM mail WHERE submission_id = $1)`, begun.ID); err != nil {
		t.Fatal(err)
	}
	server := newServer(t)
	stop := work(t, s, server.sender(t))
	eventually(t, "all mails are sent", func() bool { return len(waiting(t, s)) == 0 })
	ids := map[string]bool{}
	for _, d := range append(server.to(submitter), server.to(deskAddress)...) {
		ids[d.header.Get("Message-ID")] = true
	}
	if len(ids) != 4 {
		t.Errorf("%d mails", len(ids))
	}
	stop()
	submit(t, s)
	time.Sleep(200 * time.Millisecond)
	if n := len(waiting(t, s)); n != 2 {
		t.Errorf("%d mails wait after the workers were stopped", n)
	}
}

// Without a mail server the mails wait, and are none the worse for it.
func TestNoSender(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	submit(t, s)
	stop := work(t, s, nil)
	time.Sleep(300 * time.Millisecond)
	stop()
	for _, m := range waiting(t, s) {
		if m.Attempts != 0 || m.GivenUp() || m.Body == "" {
			t.Errorf("%+v", m)
		}
	}
	if len(waiting(t, s)) != 2 {
		t.Errorf("%d mails", len(waiting(t, s)))
	}
}

// A mail that has waited for a week is given up, also where nobody can send it; one whose
// sender was killed many times is not, and has used none of its tries.
func TestMailsHaveAnEnd(t *testing.T) {
	t.Parallel()
	s, pool := newStore(t)
	old, killed := submit(t, s), submit(t, s)
	for id, set := range map[int64]string{
		old.ID:    `created_at = now() - interval '8 days'`,
		killed.ID: `state = 'running', attempt = 100, attempted_at = now() - interval '10 minutes', attempted_by = '{killed}'`,
	} {
		if _, err := pool.Exec(t.Context(), `UPDATE river_job SET `+set+` WHERE kind = 'send_mail' AND (args ->> 'id')::bigint IN (SELECT id FROM mail WHERE submission_id = $1)`, id); err != nil {
			t.Fatal(err)
		}
	}
	stop := work(t, s, nil)
	givenUp := func() (list []postgres.Mail) {
		for _, m := range waiting(t, s) {
			if m.GivenUp() {
				list = append(list, m)
			}
		}
		return list
	}
	eventually(t, "the old ones are given up", func() bool { return len(givenUp()) == 2 })
	stop()
	for _, m := range givenUp() {
		if m.SubmissionID != old.ID || m.Status != "4.4.7" {
			t.Errorf("%+v", m)
		}
		if err := s.SendAgain(t.Context(), m.ID); err != nil {
			t.Fatal(err)
		}
	}
	// What the others wait for here is the ten minutes without a sender.
	if _, err := pool.Exec(t.Context(), `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE kind = 'send_mail' AND state = 'scheduled'`); err != nil {
		t.Fatal(err)
	}
	work(t, s, newServer(t).sender(t))
	eventually(t, "all are sent", func() bool { return len(waiting(t, s)) == 0 })
	var tries int
	if err := pool.QueryRow(t.Context(), `SELECT max(attempts) FROM mail WHERE submission_id = $1`, killed.ID).Scan(&tries); err != nil || tries != 1 {
		t.Errorf("killing has used tries: %d, %v", tries, err)
	}
}

// The contact data of the day are erased when the server starts, and with them
// the mail that has not been sent.
func TestErasedWhenDue(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	r := submitAt(t, s, when.AddDate(-5, 0, 0))
	work(t, s, nil)
	eventually(t, "the contact data are erased", func() bool {
		v, err := s.SubmissionByToken(t.Context(), r.Token)
		if err != nil {
			t.Fatal(err)
		}
		return v.Contact == nil
	})
	for _, m := range waiting(t, s) {
		if !m.Kind.ToDesk() {
			t.Errorf("%+v", m)
		}
	}
}

func TestPauses(t *testing.T) {
	var all time.Duration
	for i := range outbox.SendAttempts - 1 {
		if all += pause(i + 1); pause(i+1) <= 0 || i > 0 && pause(i+1) < pause(i) {
			t.Errorf("pause %d is %s", i+1, pause(i+1))
		}
	}
	if all < 23*time.Hour || all > 25*time.Hour || pause(0) != pause(1) || pause(100) != pause(outbox.SendAttempts-1) {
		t.Errorf("a mail is tried for %s", all)
	}
}

// What was declined goes a year later, by the clock of the program.
func TestErasesWhatWasSetAside(t *testing.T) {
	t.Parallel()
	s, pool := newStore(t)
	r := submit(t, s)
	if _, err := s.Apply(t.Context(), postgres.On{Token: r.Token}, review.Act{Action: review.Withdraw}, when); err != nil {
		t.Fatal(err)
	}
	var clock atomic.Int64
	clock.Store(when.AddDate(0, 12, 0).Add(-time.Hour).Unix())
	work := func() (stop func()) {
		end, err := start(t.Context(), s, nil, nil, nil, nil, slog.New(slog.DiscardHandler), pause, func() time.Time { return time.Unix(clock.Load(), 0) })
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			if err := end(ctx); err != nil {
				t.Error(err)
			}
		}
	}
	done := func() (n int) {
		if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE kind = 'erase_due' AND state = 'completed'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	stop := work()
	eventually(t, "the job was done", func() bool { return done() == 1 })
	stop()
	v, err := s.SubmissionByToken(t.Context(), r.Token)
	if err != nil || v.ErasedAt != nil || v.Content.Text == "" {
		t.Fatalf("an hour before: %+v, %v", v, err)
	}
	clock.Store(when.AddDate(0, 12, 0).Unix())
	stop = work()
	eventually(t, "the job was done again", func() bool { return done() == 2 })
	stop()
	if v, err = s.SubmissionByToken(t.Context(), r.Token); err != nil || v.ErasedAt == nil || v.Content.Text != "" {
		t.Errorf("%+v, %v", v, err)
	}
}
