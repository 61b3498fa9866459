package postgres_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/letters"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// A question that is not answered: two mails, then it is set aside; each step once,
// however many processes take it at once; a press opens it again, and what is
// opened again begins anew.
func TestStalled(t *testing.T) {
	d := newDesk(t, 0)
	r := d.submit(t, example("a"))
	asked := time.Date(2026, 11, 2, 13, 0, 0, 0, time.UTC)
	days := func(n int) time.Time { return asked.AddDate(0, 0, n) }
	step := func(day, wantReminded, wantAside int) {
		t.Helper()
		var all sync.WaitGroup
		var mu sync.Mutex
		reminded, aside := 0, 0
		for range 4 { // as many processes
			all.Go(func() {
				a, b, err := d.Stalled(t.Context(), days(day))
				mu.Lock()
				defer mu.Unlock()
				if reminded, aside = reminded+a, aside+b; err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if reminded != wantReminded || aside != wantAside {
			t.Errorf("day %d: %d reminders, %d set aside", day, reminded, aside)
		}
	}
	kinds := func() (out []string) {
		t.Helper()
		mails, err := d.UnsentMails(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mails {
			if m.Kind == review.MailReminder || m.Kind == review.MailLastReminder {
				if !strings.Contains(m.Body, "Hvor længe?") || !strings.Contains(m.Body, "/indsend/"+r.Token) || strings.Contains(m.Body, "Den  lægger") || strings.Contains(m.Body, "side den .") {
					t.Errorf("%s", m.Body)
				}
				out = append(out, string(m.Kind))
			}
		}
		return out
	}
	step(40, 0, 0) // nothing was asked
	if err := d.ask(t.Context(), r.ID, 1, "Hvor længe?", d.ids[0], asked); err != nil {
		t.Fatal(err)
	}
	step(14, 0, 0)
	step(15, 1, 0)
	other := letters.Letters{Base: "https://other.example.dk"} // whatever our host was called
	d.Letters, d.MailHost = other.Compose, other.Host()
	step(21, 0, 0)
	step(30, 1, 0) // a week without a server: no two in a day
	step(36, 0, 0)
	// A mail that did not arrive stops the clock.
	if _, err := d.pool.Exec(t.Context(), `UPDATE mail SET refused_at = now() WHERE submission_id = $1 AND kind = 'last_reminder'`, r.ID); err != nil {
		t.Fatal(err)
	}
	step(37, 0, 0)
	if _, err := d.pool.Exec(t.Context(), `UPDATE mail SET refused_at = NULL`); err != nil {
		t.Fatal(err)
	}
	step(38, 0, 1)
	step(39, 0, 0)
	if got := strings.Join(kinds(), " "); got != "reminder last_reminder" {
		t.Errorf("%s", got)
	}
	v := d.view(t, r.ID)
	if v.State != review.SetAside || v.DecidedAt == nil || !v.DecidedAt.Equal(days(38)) || v.Facts.State != review.SetAside {
		t.Fatalf("%+v", v)
	}
	var events []string
	for _, e := range v.Events {
		events = append(events, string(e.Kind))
	}
	if got := strings.Join(events, " "); got != "received asked reminded reminded set_aside" {
		t.Errorf("%s", got)
	}
	// The submitter opens it again; a double press is one.
	for range 2 {
		if err := d.bySubmitter(t.Context(), r.Token, review.Act{Action: review.Resume}, days(50)); err != nil {
			t.Fatal(err)
		}
	}
	if v = d.view(t, r.ID); v.State != review.ChangesRequested || v.DecidedAt != nil || !v.Facts.Moved.Equal(days(50)) || v.Facts.Reminders != 0 || len(v.Events) != 6 || v.EraseOn.Danish() != "22. december 2028" {
		t.Errorf("%+v, erased on %s", v.Facts, v.EraseOn)
	}
	step(64, 0, 0)
	step(65, 1, 0)
	step(72, 1, 0)
	step(79, 0, 1)
	// An answer opens it too, and tells the desk.
	if err := d.answer(t.Context(), r.Token, "En time.", days(80)); err != nil {
		t.Fatal(err)
	}
	if v = d.view(t, r.ID); v.State != review.InReview || !v.Facts.Answered || !v.Facts.Moved.Equal(days(80)) {
		t.Errorf("%+v", v)
	}
	step(200, 0, 0)
	if got := strings.Join(kinds(), " "); got != "reminder last_reminder reminder last_reminder" {
		t.Errorf("%s", got)
	}
}

// What is set aside is erased 12 months after, and nothing opens it then.
func TestSetAsideIsErased(t *testing.T) {
	d := newDesk(t, 0)
	r := d.submit(t, example("a"))
	if err := d.ask(t.Context(), r.ID, 1, "Hvor længe?", d.ids[0], now); err != nil {
		t.Fatal(err)
	}
	for _, day := range []int{15, 22, 29} {
		if _, _, err := d.Stalled(t.Context(), now.AddDate(0, 0, day)); err != nil {
			t.Fatal(err)
		}
	}
	due := now.AddDate(0, 12, 29)
	for _, c := range []struct {
		at   time.Time
		want int
	}{{due.Add(-time.Hour * 24 * 3), 0}, {due.Add(time.Hour * 24 * 3), 1}} {
		if n, err := d.EraseDueContent(t.Context(), c.at); n != c.want || err != nil {
			t.Errorf("%d erased, %v", n, err)
		}
	}
	wantErr(t, "opened", d.bySubmitter(t.Context(), r.Token, review.Act{Action: review.Resume}, due.AddDate(0, 1, 0)), review.ErrDecided)
	if q, err := d.Queue(t.Context(), postgres.QueueFilter{Text: "gåture", Limit: 5}, 0, due); err != nil || q.Total != 0 {
		t.Errorf("what is erased is found: %+v, %v", q, err)
	}
}
