package jobs

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/mail"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

// lists is the finder's own index of a store.
func lists(t *testing.T, s *postgres.Store) *search.Index {
	t.Helper()
	index, err := search.Open(t.Context(), t.TempDir(), s, search.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = index.Close() })
	return index
}

// follow has somebody follow all examples daily.
func follow(t *testing.T, s *postgres.Store, index postgres.Lists, email, token string, at time.Time) {
	t.Helper()
	if err := s.OrderFollow(t.Context(), postgres.FollowOrder{Email: email, Frequency: review.Daily, Token: token, Client: email}, at); err != nil {
		t.Fatal(err)
	}
	w, err := s.Follower(t.Context(), token, at)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ConfirmFollow(t.Context(), token, w.Lists[0].ID, index, at); err != nil {
		t.Fatal(err)
	}
}

// publish publishes a short example.
func publish(t *testing.T, s *postgres.Store, editor int64, title string, at time.Time) {
	t.Helper()
	overruled := map[review.CheckItem]string{}
	for _, item := range review.CheckItems {
		overruled[item.Code] = "Kilden siger ikke mere"
	}
	r, err := s.Submit(t.Context(), postgres.NewSubmission{ClientKey: "a-client-key-of-digests-" + title, Contact: review.Contact{Email: submitter}, Submission: review.Submission{Kind: review.KindShort, Practice: catalogue.Practice{
		Title: title, Organisation: catalogue.OrganisationRef{Slug: "viborg"}, Answers: catalogue.Answers{Done: "Bostøtten gik ture med borgerne."}}}}, at)
	if err != nil {
		t.Fatal(err)
	}
	act := review.Act{Action: review.Publish, Editor: editor, Version: 1, Overruled: overruled}
	if _, err = s.Apply(t.Context(), postgres.On{Submission: r.ID}, act, at); err != nil {
		t.Fatal(err)
	}
}

func newsroom(t *testing.T, pool *pgxpool.Pool) (s *postgres.Store, editor int64) {
	t.Helper()
	s = postgres.New(pool)
	s.Letters, s.MailHost, s.Unsubscribe = site.Compose, site.Host(), site.Unsubscribe
	editor, err := s.AddEditor(t.Context(), postgres.Editor{Email: "rita@example.dk", Name: "Rita"}, when)
	if err != nil {
		t.Fatal(err)
	}
	return s, editor
}

// A digest goes out on the day after, by the mail server, with the way out by one press;
// who dies between the server's yes and our note sends the same mail again, by its
// Message-ID; and whoever has left gets nothing that waits.
func TestDigestIsSent(t *testing.T) {
	t.Parallel()
	db := seeded.Some(t, 0)
	s, editor := newsroom(t, db)
	index, server := lists(t, s), newServer(t)
	token := strings.Repeat("t", 43)
	follow(t, s, index, "ida@skive.dk", token, when)
	publish(t, s, editor, "Gåture i Viborg", when)
	if err := index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var clock atomic.Int64
	clock.Store(when.Add(time.Hour).Unix()) // the same day: nothing is due
	run := func(sender mail.Sender, done func() bool) {
		t.Helper()
		end, err := start(t.Context(), s, sender, nil, index, nil, slog.New(slog.DiscardHandler), func(int) time.Duration { return 50 * time.Millisecond }, func() time.Time { return time.Unix(clock.Load(), 0) })
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the day's work is done", done)
		if err := end(t.Context()); err != nil {
			t.Error(err)
		}
	}
	of := func(sql string, args ...any) (n int) {
		t.Helper()
		if err := db.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	ran := func(day string) func() bool {
		return func() bool {
			return of(`SELECT count(*) FROM river_job WHERE kind = 'digest' AND state = 'completed' AND args ->> 'day' = $1`, day) == 1
		}
	}
	run(server.sender(t), func() bool { return ran("2026-11-22")() && len(server.to("ida@skive.dk")) == 1 })
	if n := of(`SELECT count(*) FROM mail WHERE kind = 'digest'`); n != 0 {
		t.Fatalf("%d digests on the day of the order", n)
	}
	clock.Store(when.AddDate(0, 0, 1).Unix())
	run(server.sender(t), func() bool {
		return len(server.to("ida@skive.dk")) == 2 && of(`SELECT count(*) FROM mail WHERE kind = 'digest' AND sent_at IS NOT NULL`) == 1
	})
	got := server.to("ida@skive.dk")[1]
	raw := strings.ReplaceAll(got.raw, "=\r\n", "")
	if got.header.Get("List-Unsubscribe") != "<"+site.Base+"/foelg/"+token+"/stop>" || got.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.Contains(raw, site.Base+"/eksempler/gaature-i-viborg") || !strings.Contains(raw, site.Base+"/foelg/"+token) {
		t.Errorf("%v\n%s", got.header, raw)
	}
	if n := of(`SELECT count(*) FROM mail WHERE kind = 'digest' AND body || unsubscribe <> ''`); n != 0 {
		t.Error("what was sent is kept")
	}
	// As a process leaves it that is killed right after the server's yes.
	if _, err := db.Exec(t.Context(), `UPDATE mail SET sent_at = NULL, body = 'Hej', unsubscribe = $1 WHERE kind = 'digest'`, site.Unsubscribe(token)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `UPDATE river_job SET state = 'running', finalized_at = NULL, attempt = 1, attempted_at = now() - interval '10 minutes', attempted_by = '{killed}' WHERE (args ->> 'id')::bigint = (SELECT id FROM mail WHERE kind = 'digest')`); err != nil {
		t.Fatal(err)
	}
	run(server.sender(t), func() bool { return len(server.to("ida@skive.dk")) == 3 })
	if again := server.to("ida@skive.dk")[2]; again.header.Get("Message-ID") != got.header.Get("Message-ID") || again.header.Get("Message-ID") == "" {
		t.Errorf("%s, then %s", got.header.Get("Message-ID"), again.header.Get("Message-ID"))
	}
	// The next day's mail waits when they leave.
	publish(t, s, editor, "Cykelture i Viborg", when)
	if err := index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	clock.Store(when.AddDate(0, 0, 2).Unix())
	run(nil, ran("2026-11-24"))
	if n := of(`SELECT count(*) FROM mail WHERE kind = 'digest' AND sent_at IS NULL AND recipient <> ''`); n != 1 {
		t.Fatalf("%d mails wait", n)
	}
	if _, err := s.LeaveFollow(t.Context(), token, 0, when); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE kind = 'send_mail' AND state = 'scheduled'`); err != nil { // not in ten minutes
		t.Fatal(err)
	}
	run(server.sender(t), func() bool {
		return of(`SELECT count(*) FROM river_job WHERE kind = 'send_mail' AND state <> 'completed' AND (args ->> 'id')::bigint IN (SELECT id FROM mail WHERE kind = 'digest')`) == 0
	})
	if n := len(server.to("ida@skive.dk")); n != 3 {
		t.Errorf("%d mails", n)
	}
}

// Whatever processes are killed amid the digests, each recipient gets one a day, and none
// is missed.
func TestKilledAmidTheDigests(t *testing.T) {
	const followers = 150
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("go test -run %s ./internal/jobs -args -kills %d -seed %d", t.Name(), *kills, *seed)
	server := httptest.NewServer(nil)
	defer server.Close()
	pool := seeded.Some(t, 0)
	s, editor := newsroom(t, pool)
	queue, err := river.NewClient(s.JobDriver(), &river.Config{})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, pool: pool, queue: queue, random: rand.New(rand.NewPCG(*seed, 1)), links: server.Listener.Addr().String(), indexes: t.TempDir()}
	defer func() { // of a test that failed half way
		for len(o.processes) > 0 {
			o.kill(0)
		}
	}()
	index := lists(t, s)
	for i := range followers {
		follow(t, s, index, fmt.Sprintf("f%d@skive.dk", i), fmt.Sprintf("%043d", i), when)
	}
	for day := 1; day <= 3; day++ {
		publish(t, s, editor, fmt.Sprint("Gåture nummer ", day), when)
		o.clock = when.AddDate(0, 0, day)
		for range 3 {
			o.begin()
		}
		left := *kills
		last := ""
		for end := time.Now().Add(time.Minute); o.found(`SELECT (count(*) = 1)::text FROM river_job WHERE kind = 'digest' AND state = 'completed' AND args ->> 'day' = '`+o.clock.Format(time.DateOnly)+`'`) != "true"; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("day %d is not done: %s", day, o.found(`SELECT coalesce(string_agg(kind || ' ' || args || ' ' || state || ' ' || attempt, E'\n'), '') FROM river_job WHERE kind = 'digest'`))
			}
			now := o.found(`SELECT count(*)::text FROM mail WHERE kind = 'digest'`)
			if left == 0 || now == last || now == fmt.Sprint((day-1)*followers) {
				continue // nothing is being done
			}
			for n := len(o.processes); n > 0 && (left == *kills || n == 3); n-- {
				o.kill(o.random.IntN(len(o.processes)))
			}
			o.forward(`DELETE FROM river_leader`, `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE state IN ('running', 'retryable') AND kind <> 'send_mail'`)
			for len(o.processes) < 3 {
				o.begin()
			}
			left--
			last = o.found(`SELECT count(*)::text FROM mail WHERE kind = 'digest'`)
		}
		if left == *kills {
			t.Errorf("day %d: nothing was killed: the run proves nothing", day)
		}
		for len(o.processes) > 0 {
			o.kill(0)
		}
		o.forward(`DELETE FROM river_leader`)
	}
	for what, c := range map[string]struct{ sql, want string }{
		"mails":          {`SELECT concat(count(*), ' ', count(DISTINCT message_id), ' to ', count(DISTINCT recipient)) FROM mail WHERE kind = 'digest'`, fmt.Sprintf("%d %d to %d", 3*followers, 3*followers, followers)},
		"a day":          {`SELECT concat(min(n), ' to ', max(n)) FROM (SELECT count(*) AS n FROM mail WHERE kind = 'digest' GROUP BY follower_id, created_at::date) x`, "1 to 1"},
		"days":           {`SELECT concat(count(*), ' of ', count(DISTINCT day)) FROM follow_digest`, fmt.Sprintf("%d of 3", 3*followers)},
		"each its own":   {`SELECT count(*)::text FROM mail WHERE kind = 'digest' AND body LIKE '%Nyt: Gåture nummer ' || (created_at::date - '2026-11-22'::date) || E'\n%'`, fmt.Sprint(3 * followers)},
		"jobs of a mail": {`SELECT concat(min(n), ' to ', max(n)) FROM (SELECT (SELECT count(*) FROM river_job j WHERE j.kind = 'send_mail' AND (j.args ->> 'id')::bigint = m.id) AS n FROM mail m) x`, "1 to 1"},
	} {
		if got := o.found(c.sql); got != c.want {
			t.Errorf("%s: %s, not %s", what, got, c.want)
		}
	}
	t.Logf("%d processes killed", o.killed)
}
