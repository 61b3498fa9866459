package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// checked carries a round through, in which all addresses work but those in fails.
// It returns what came of it, and when it ended.
func (d desk) checked(t *testing.T, at time.Time, fails ...string) (postgres.LinkRound, time.Time) {
	t.Helper()
	for range 100 {
		list, ended, err := d.LinksToCheck(t.Context(), 3, at)
		if err != nil {
			t.Fatal(err)
		}
		if ended != nil {
			return *ended, at
		}
		if len(list) > 0 {
			if again, _, err := d.LinksToCheck(t.Context(), 3, at); err != nil || len(again) > 0 && !list[0].Asked {
				t.Fatalf("a second process was given %+v, %v", again, err)
			}
		}
		for _, l := range list {
			is := review.LinkResult{Outcome: review.LinkWorks}
			if slices.Contains(fails, l.URL) {
				is = review.LinkResult{Outcome: review.LinkFails, Reason: review.LinkNotFound}
			}
			if err := d.LinkChecked(t.Context(), l, is, at); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.LinksChecked(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		at = at.Add(review.LinkRetry / 2)
	}
	t.Fatal("the round does not end")
	return postgres.LinkRound{}, at
}

func TestLinkRounds(t *testing.T) {
	d := newDesk(t, 0)
	ctx := t.Context()
	publish := func(key string, urls ...string) string {
		n := example(key)
		for _, u := range urls {
			n.Submission.Practice.Links = append(n.Submission.Practice.Links, catalogue.Link{Label: "Om " + u, URL: u})
		}
		n.Submission.Practice.Sources = []catalogue.Source{{Kind: "article", Document: "En artikel", URL: urls[0]}}
		return d.withCleared(t, postgres.On{Submission: d.submit(t, n).ID}, review.Act{Action: review.Publish}).Practice
	}
	const a, b, c, e, f = "https://a-linktjek.dk/1", "https://b-linktjek.dk/", "https://c-linktjek.dk/", "https://d-linktjek.dk/", "https://e-linktjek.dk/"
	slug := publish("a", a, b, c, e, f)
	second := publish("b", b, a)
	dead := func(slug string) (out string) {
		for _, x := range page(t, d.Store, slug).DeadLinks {
			out += x.URL + " " + string(x.AsOf) + " "
		}
		return strings.TrimSpace(out)
	}
	at, before := now, version(t, d.Store)
	first := catalogue.Date(now.In(catalogue.Copenhagen).Format(time.DateOnly))
	for n := 1; n <= 2; n++ {
		r, end := d.checked(t, at, a)
		if r.Void || r.Checked != 5 || r.Failed != 1 || end.Sub(at) < 2*review.LinkRetry {
			t.Errorf("round %d: %+v in %v", n, r, end.Sub(at))
		}
		if list, ended, err := d.LinksToCheck(ctx, 9, at.Add(review.LinkRoundEvery-time.Second)); err != nil || len(list) > 0 || ended != nil {
			t.Errorf("another round within a week: %v, %+v, %v", list, ended, err)
		}
		at = at.Add(review.LinkRoundEvery)
	}
	// Our line is down: nothing is said of any, and it is tried again tomorrow.
	if r, _ := d.checked(t, at, a, b, c); !r.Void || r.Failed != 3 {
		t.Errorf("%+v", r)
	}
	if dead(slug) != "" || version(t, d.Store) != before {
		t.Error("an address is dead after two valid rounds")
	}
	at = at.Add(review.LinkVoidRetry)
	d.checked(t, at, a)
	if want := a + " " + string(first); dead(slug) != want || dead(second) != want || version(t, d.Store) != before+1 {
		t.Errorf("dead: %q and %q, not %q; version %d then %d", dead(slug), dead(second), want, before, version(t, d.Store))
	}
	// A practice that comes with a dead address says so at once; a rebuild changes nothing.
	if third := publish("c", a); dead(third) == "" {
		t.Error("a new practice with a dead address does not say so")
	}
	if err := d.RebuildPublic(ctx, nil); err != nil || dead(slug) != a+" "+string(first) {
		t.Errorf("rebuilt: %q, %v", dead(slug), err)
	}
	list, total, all, rounds, err := d.LinksForDesk(ctx, 10)
	if err != nil || total != 1 || all != 5 || len(list) != 1 || !list[0].Dead || list[0].Failures != 3 || list[0].Places != 3 || len(list[0].Stands) != 3 || list[0].Reason != review.LinkNotFound || *list[0].LastEvent != "died" || rounds[1].Checked != 5 {
		t.Fatalf("%+v, %d of %d, %+v, %v", list, total, all, rounds, err)
	}
	id := list[0].ID
	if err := d.SetEditorRole(ctx, d.ids[1], review.RoleEditor, review.RoleChecker, 0, now); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "a checker keeps", d.KeepLink(ctx, id, d.ids[1], at), catalogue.ErrForbidden)
	wantErr(t, "a checker rechecks", d.RecheckLink(ctx, id, d.ids[1], at), catalogue.ErrForbidden)
	wantErr(t, "no such link", d.KeepLink(ctx, 999, d.ids[0], at), catalogue.ErrNotFound)
	if n := count(t, d.pool, `SELECT count(*) FROM link_event WHERE kind <> 'died'`); n != 0 || dead(slug) == "" {
		t.Errorf("what was refused left %d events", n)
	}

	// An editor knows better, for twelve months.
	if err := d.KeepLink(ctx, id, d.ids[0], at); err != nil || dead(slug) != "" || dead(second) != "" {
		t.Errorf("kept: %q, %v", dead(slug), err)
	}
	kept := at
	at = at.Add(review.LinkRoundEvery)
	if d.checked(t, at, a); dead(slug) != "" {
		t.Error("dead again although an editor said no")
	}
	if d.checked(t, kept.AddDate(1, 0, 1), a); dead(slug) == "" {
		t.Error("an editor's word holds for ever")
	}

	// A recheck is done at once; a failure changes nothing, a success ends the mark.
	at = kept.AddDate(1, 0, 2)
	jobs := count(t, d.pool, `SELECT count(*) FROM river_job WHERE kind = 'check_links'`)
	for _, outcome := range []review.LinkOutcome{review.LinkFails, review.LinkWorks} {
		if err := d.RecheckLink(ctx, id, d.ids[0], at); err != nil {
			t.Fatal(err)
		}
		list, _, err := d.LinksToCheck(ctx, 9, at)
		if err != nil || len(list) != 1 || !list[0].Asked || list[0].URL != a {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := d.LinkChecked(ctx, list[0], review.LinkResult{Outcome: outcome}, at); err != nil {
			t.Fatal(err)
		}
		if (dead(slug) != "") != (outcome == review.LinkFails) {
			t.Errorf("after a recheck that %s: %q", outcome, dead(slug))
		}
	}
	if n := count(t, d.pool, `SELECT count(*) FROM river_job WHERE kind = 'check_links'`); n != jobs+2 {
		t.Errorf("%d jobs more", n-jobs)
	}
	if got := one[string](t, d.pool, `SELECT string_agg(kind || coalesce(' by ' || by_editor, ''), ', ' ORDER BY id) FROM link_event`); strings.Count(got, "by") != 3 || !strings.HasPrefix(got, "died, kept by") || !strings.HasSuffix(got, "revived") {
		t.Errorf("events: %s", got)
	}
	// An address that stands nowhere any more is forgotten.
	if _, err := d.Apply(ctx, postgres.On{Practice: slug}, review.Act{Action: review.WithdrawPractice, Text: "Den var forkert.", Editor: d.ids[0], Edition: 2}, now); err != nil {
		d.withCleared(t, postgres.On{Practice: slug}, review.Act{Action: review.WithdrawPractice, Text: "Den var forkert."})
	}
	d.checked(t, at.Add(review.LinkRoundEvery))
	if n := count(t, d.pool, `SELECT count(*) FROM link WHERE url IN ($1, $2)`, c, e); n != 0 {
		t.Errorf("%d addresses stand nowhere and are kept", n)
	}
}

// One mail a week, on a working day, that names what is due within five of them.
func TestRemindDesk(t *testing.T) {
	d := newDesk(t, 3)
	monday := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	remind := func(at time.Time, want int) {
		t.Helper()
		for range 2 {
			if _, err := d.RemindDesk(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, d.pool, `SELECT count(*) FROM mail WHERE kind = 'review_due' AND recipient = ''`); n != want {
			t.Errorf("%v: %d mails, want %d", at, n, want)
		}
	}
	execSQL(t, d.pool, `UPDATE practice SET review_by = NULL`)
	remind(monday, 0)
	execSQL(t, d.pool, `UPDATE practice SET review_by = '2026-12-01' WHERE id = (SELECT min(id) FROM practice)`)
	remind(monday, 0) // six working days ahead
	execSQL(t, d.pool, `UPDATE practice SET review_by = '2026-11-30' WHERE id = (SELECT min(id) FROM practice)`)
	remind(monday, 1)
	remind(monday.AddDate(0, 0, 4), 1)
	remind(monday.AddDate(0, 0, 5), 1) // Saturday
	remind(monday.AddDate(0, 0, 7), 2)
	m := one[string](t, d.pool, `SELECT subject || E'\n' || body FROM mail WHERE kind = 'review_due' ORDER BY id LIMIT 1`)
	title := one[string](t, d.pool, `SELECT card ->> 'title' FROM public_practice WHERE id = (SELECT min(id) FROM practice)`)
	if !strings.HasPrefix(m, "Til gennemsyn: 1 eksempel skal ses igen\n") || !strings.Contains(m, title) || !strings.Contains(m, "/redaktion?vis=gennemsyn") {
		t.Errorf("%s", m)
	}
}
