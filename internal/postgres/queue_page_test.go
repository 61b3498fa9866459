package postgres_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"
)

// The queue: what waits for the desk first, by its time limit; filters, words and
// counts; and what SQL finds overdue is what the rule says.
func TestQueue(t *testing.T) {
	d := newDesk(t, 0)
	ctx := t.Context()
	day := func(n int) time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).AddDate(0, 0, n) } // a Monday
	send := func(key, title string, at time.Time) postgres.Receipt {
		t.Helper()
		n := example(key)
		n.Submission.Practice.Title = title
		r, err := d.Submit(ctx, n, at)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	old, fresh, asked, answered := send("a", "Den gamle på Ærø", day(0)), send("b", "Den nye", day(20)), send("c", "Den spurgte", day(1)), send("d", "Den besvarede 100%", day(2))
	aside, gone := send("e", "Den tavse", day(-100)), send("f", "Den afviste", day(3))
	must(d.ask(ctx, asked.ID, 1, "Hvad?", d.ids[0], day(10)))
	must(d.ask(ctx, answered.ID, 1, "Hvad?", d.ids[1], day(3)))
	must(d.answer(ctx, answered.Token, "Det.", day(12)))
	must(d.ask(ctx, aside.ID, 1, "Hvad?", d.ids[0], day(-90)))
	for _, n := range []int{-70, -60, -50} {
		_, _, err := d.Stalled(ctx, day(n))
		must(err)
	}
	must(d.decline(ctx, gone.ID, 1, review.TooLittle, "Nej", d.ids[0], day(4)))
	checked, half := send("g", "Den tjekkede", day(4)), send("h", "Den halvt tjekkede", day(4))
	check := func(id int64, at time.Time, tokens ...string) {
		t.Helper()
		a := postgres.Asked{Submission: id, Kind: review.InquiryCheck, Tokens: tokens}
		for range tokens {
			a.Emails = append(a.Emails, "a@viborg.example")
		}
		must(d.Ask(ctx, a, d.ids[0], at))
	}
	check(checked.ID, day(7), "one")
	check(half.ID, day(7), "two", "three")
	must(d.AnswerInquiry(ctx, "two", 0, answerOf("title"), parts, day(15)))
	now := day(21)

	title := map[int64]string{checked.ID: "checked", half.ID: "half", old.ID: "old", fresh.ID: "fresh", asked.ID: "asked", answered.ID: "answered", aside.ID: "aside", gone.ID: "gone"}
	find := func(f postgres.QueueFilter) string {
		t.Helper()
		if f.Limit == 0 {
			f.Limit = 50
		}
		q, err := d.Queue(ctx, f, d.ids[1], now)
		must(err)
		var out []string
		for _, x := range q.Rows {
			out = append(out, title[x.ID])
		}
		return strings.TrimSpace(strings.Join(out, " ") + fmt.Sprintf(" (%d)", q.Total))
	}
	open := append(review.StatesOf(review.HolderDesk), review.StatesOf(review.HolderSubmitter)...)
	for name, c := range map[string]struct {
		f    postgres.QueueFilter
		want string
	}{
		"all":         {postgres.QueueFilter{}, "old answered half fresh checked asked gone aside (8)"},
		"open":        {postgres.QueueFilter{States: open}, "old answered half fresh checked asked (6)"},
		"second page": {postgres.QueueFilter{States: open, Limit: 4, Offset: 4}, "checked asked (6)"},
		"for us":      {postgres.QueueFilter{OverdueDesk: true}, "old answered (2)"},
		"for them":    {postgres.QueueFilter{OverdueOthers: true}, "(0)"},
		"answers":     {postgres.QueueFilter{Answered: true}, "answered (1)"},
		"set aside":   {postgres.QueueFilter{States: []review.SubmissionState{review.SetAside}}, "aside (1)"},
		"desk's":      {postgres.QueueFilter{Holder: review.HolderDesk}, "old answered half fresh (4)"},
		"theirs":      {postgres.QueueFilter{Holder: review.HolderMunicipality}, "checked (1)"},
		"nobody's":    {postgres.QueueFilter{Holder: review.HolderNobody}, "gone aside (2)"},
		"whose":       {postgres.QueueFilter{Editor: d.ids[0]}, "asked (1)"},
		"words":       {postgres.QueueFilter{Text: "GAMLE aeroe viborg"}, "old (1)"},
		"a percent":   {postgres.QueueFilter{Text: "100%"}, "answered (1)"},
		"no pattern":  {postgres.QueueFilter{Text: "1%0"}, "(0)"},
		"no such":     {postgres.QueueFilter{Text: "gamle nye"}, "(0)"},
		"a number":    {postgres.QueueFilter{Text: strings.ToLower(fresh.Reference)}, "fresh (1)"},
	} {
		if got := find(c.f); got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
	// At every day what SQL counts is what the rule says.
	for n := range 90 { // a link runs out meanwhile
		now = day(n).Add(time.Duration(n) * time.Hour)
		q, err := d.Queue(ctx, postgres.QueueFilter{Limit: 50}, d.ids[1], now)
		must(err)
		us, them, holders := 0, 0, map[review.Holder]int{}
		for _, x := range q.Rows {
			b := x.Facts.Ball(now)
			holders[b.Holder]++
			if b.Overdue && b.Holder == review.HolderDesk {
				us++
			} else if b.Overdue {
				them++
			}
		}
		if c := q.Counts; c.OverdueDesk != us || c.OverdueOthers != them || !maps.Equal(c.ByHolder, holders) || c.Answered != 1 || c.Mine != 1 || c.ByState[review.Received] != 4 || c.ByState[review.SetAside] != 1 {
			t.Errorf("day %d: %+v, not %d and %d, %v", n, c, us, them, holders)
		}
		for _, h := range review.Holders {
			if got, err := d.Queue(ctx, postgres.QueueFilter{Holder: h.Code, Limit: 50}, d.ids[1], now); err != nil || got.Total != holders[h.Code] {
				t.Errorf("day %d: %s has %d, not %d, %v", n, h.Code, got.Total, holders[h.Code], err)
			}
		}
		got, err := d.Queue(ctx, postgres.QueueFilter{OverdueDesk: true, OverdueOthers: true, Limit: 50}, d.ids[1], now)
		if err != nil || got.Total != us+them {
			t.Errorf("day %d: %d overdue, not %d, %v", n, got.Total, us+them, err)
		}
	}
	// Who is at the desk, and the page of one submission, say the same; an answer that
	// was taken in leaves what the other person was asked.
	now = day(20)
	list, err := d.InquiryList(ctx, postgres.InquiryFilter{Stage: review.InquiryAnswered, Limit: 9}, now)
	if q, err2 := d.Queue(ctx, postgres.QueueFilter{Limit: 1}, d.ids[1], now); err != nil || err2 != nil || list.Total != 1 || q.Counts.InquiryAnswers != 1 || q.Counts.InquiriesPrepared != 0 {
		t.Fatalf("%d wait, %+v, %v", list.Total, q.Counts, err)
	}
	must(d.CloseInquiry(ctx, postgres.ClosedInquiry{Submission: list.Rows[0].SubmissionID, ID: list.Rows[0].ID, Done: postgres.InquiryTakenIn, Answers: 1}, d.ids[0], now))
	if got := find(postgres.QueueFilter{Holder: review.HolderMunicipality}); got != "half checked (2)" && got != "checked half (2)" {
		t.Errorf("with the municipality: %s", got)
	}
	if v := d.view(t, half.ID); v.Facts.Ball(now).Holder != review.HolderMunicipality || !v.Facts.Ball(now).Since.Equal(day(7)) {
		t.Errorf("%+v", v.Facts)
	}
	// What is corrected is found as it is now.
	n := example("b").Submission
	n.Practice.Title = "Helt omskrevet"
	must(d.correct(ctx, fresh.Token, n, now))
	if got := find(postgres.QueueFilter{Text: "den nye"}) + find(postgres.QueueFilter{Text: "omskrevet"}); got != "(0)fresh (1)" {
		t.Errorf("%s", got)
	}
}

// A lease is begun and kept by what is typed; another editor's typing takes nothing.
func TestKeepLease(t *testing.T) {
	d := newDesk(t, 0)
	r := d.submit(t, example("a"))
	at := func(minutes int) time.Time { return now.Add(time.Duration(minutes) * time.Minute) }
	for _, c := range []struct{ editor, minute, whose, since, kept int }{
		{0, 0, 0, 0, 0}, {0, 20, 0, 0, 20}, {1, 30, 0, 0, 20}, {0, 10, 0, 0, 20}, {1, 50, 1, 50, 50}, {0, 60, 1, 50, 50}, {1, 90, 1, 90, 90},
	} {
		l, by, err := d.KeepLease(t.Context(), d.ids[c.editor], r.ID, at(c.minute))
		if want := (review.Lease{Editor: d.ids[c.whose], Since: at(c.since), Kept: at(c.kept)}); err != nil || l.Editor != want.Editor || !l.Since.Equal(want.Since) || !l.Kept.Equal(want.Kept) || by == "" {
			t.Errorf("%+v: %+v of %s, %v", c, l, by, err)
		}
	}
	// Who decides without having been told is told; who has been told takes over.
	_, err := d.actOn(t.Context(), r.ID, 1, d.ids[0], at(100), review.Act{Action: review.Save})
	if taken, ok := err.(*review.TakenError); !ok || taken.Lease.Editor != d.ids[1] {
		t.Errorf("%v", err)
	}
	if v := d.view(t, r.ID); v.Version != 1 || v.LeaseBy != "Redaktør To" || len(v.Events) != 1 {
		t.Errorf("%+v", v)
	}
	if _, err := d.actOn(t.Context(), r.ID, 1, d.ids[0], at(100), review.Act{Action: review.Save, Holder: d.ids[1]}); err != nil {
		t.Error(err)
	}
	if v := d.view(t, r.ID); v.LeaseBy != "Redaktør Et" || !v.Lease.Since.Equal(at(100)) {
		t.Errorf("%+v", v.Lease)
	}
	if err := d.decline(t.Context(), r.ID, 2, review.TooLittle, "Nej", d.ids[0], at(101)); err != nil {
		t.Fatal(err)
	}
	if l, _, err := d.KeepLease(t.Context(), d.ids[1], r.ID, at(102)); err != nil || l.Editor != 0 {
		t.Errorf("of what is decided: %+v, %v", l, err)
	}
}

// What is typed while somebody decides begins no lease behind the decision.
func TestKeepLeaseWaits(t *testing.T) {
	d := newDesk(t, 0)
	r := d.submit(t, example("a"))
	tx, err := d.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `UPDATE submission SET state = 'declined', decided_at = $2 WHERE id = $1`, r.ID, now); err != nil {
		t.Fatal(err)
	}
	kept := make(chan error, 1)
	go func() {
		_, _, err := d.KeepLease(context.WithoutCancel(t.Context()), d.ids[0], r.ID, now)
		kept <- err
	}()
	for waits := 0; waits == 0 && len(kept) == 0; time.Sleep(5 * time.Millisecond) {
		waits = count(t, d.pool, `SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-kept; err != nil {
		t.Error(err)
	}
	if n := count(t, d.pool, `SELECT count(*) FROM submission_lease`); n != 0 {
		t.Errorf("%d leases of what is decided", n)
	}
}
