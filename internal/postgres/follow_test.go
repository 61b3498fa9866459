package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/catalogue"
	template "praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"

	"github.com/jackc/pgx/v5/pgxpool"
)

// paper is a desk with the finder's own lists, and somebody who follows them.
type paper struct {
	desk
	index *search.Index
	n     int
}

func newPaper(t *testing.T) *paper {
	t.Helper()
	return paperOn(t, template.Some(t, 0))
}

func paperOn(t *testing.T, pool *pgxpool.Pool) *paper {
	t.Helper()
	p := &paper{desk: deskOn(t, pool)}
	p.Unsubscribe = site.Unsubscribe
	var err error
	if p.index, err = search.Open(t.Context(), t.TempDir(), p.Store, search.Options{Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.index.Close() })
	return p
}

// order is one of a list, as an address of the finder has it.
func (p *paper) order(t *testing.T, email, query string, f review.Frequency, at time.Time) error {
	t.Helper()
	q, err := catalogue.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	p.n++
	return p.OrderFollow(t.Context(), postgres.FollowOrder{Email: email, Query: q, Frequency: f, Version: p.index.Version(), Token: fmt.Sprintf("%043d", p.n), Client: fmt.Sprint("192.0.2.", p.n)}, at.Add(time.Duration(p.n)*time.Microsecond))
}

// follow orders and confirms, and gives the token.
func (p *paper) follow(t *testing.T, email, query string, f review.Frequency, at time.Time) (token string) {
	t.Helper()
	if err := p.order(t, email, query, f, at); err != nil {
		t.Fatal(err)
	}
	token = one[string](t, p.pool, `SELECT token FROM follower WHERE lower(email) = lower('`+email+`')`)
	w, err := p.Follower(t.Context(), token, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range w.Lists {
		if err := p.ConfirmFollow(t.Context(), token, x.ID, p.index, at); err != nil {
			t.Fatal(err)
		}
	}
	return token
}

// digests sends those that are due, and gives the newest mail: empty where none was sent.
func (p *paper) digests(t *testing.T, at time.Time) string {
	t.Helper()
	if err := p.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent, more, err := p.SendDigests(t.Context(), p.index, at)
	if err != nil || more || sent > 1 {
		t.Fatal(sent, more, err)
	}
	if sent == 0 {
		return ""
	}
	return one[string](t, p.pool, `SELECT subject || E'\n' || body FROM mail WHERE kind = 'digest' ORDER BY id DESC LIMIT 1`)
}

func (p *paper) publish(t *testing.T, key, title, text string) (slug string) {
	t.Helper()
	n := example(key)
	n.Submission.Practice.Title, n.Submission.Practice.Answers.Done = title, text
	return p.withCleared(t, postgres.On{Submission: p.desk.submit(t, n).ID}, review.Act{Action: review.Publish}).Practice
}

// day is noon in Denmark on a day after that of the tests.
func day(n int) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+n, 12, 0, 0, 0, catalogue.Copenhagen).UTC()
}

// What the list shows is told, and what is near it is not: of all queries, to whoever knew
// nothing of the list, and by their number.
func TestDigestIsTheList(t *testing.T) {
	p := paperOn(t, template.New(t))
	near := 0
	for i, query := range []string{"", "maalgruppe=angst", "maalgruppe=psykisk-saarbare&effekt=god", "stemme=borger&effekt=daarlig", "q=g%C3%A5tur", "q=hjeml%C3%B8se+walk+and+talk+skype", "q=BPA", "q=misbrug&kontaktform=telefon", "aktoer=aarhus", "naer=skive", "q=telefon&maalgruppe=angst&maalgruppe=ensomhed&samtidig=maalgruppe", "q=n%C3%A6r+Skive"} {
		token := p.follow(t, fmt.Sprintf("l%d@skive.example", i), query, review.Daily, day(0))
		// Somebody who was there before anything was.
		execSQL(t, p.pool, `UPDATE follow SET practices = '{}', revisions = '{}' WHERE follower_id = (SELECT id FROM follower WHERE token = $1)`, token)
		mail := p.digests(t, day(1))
		q, err := catalogue.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		var want, not []int64
		total := 0
		for page := 1; ; page++ {
			r, err := p.index.Search(t.Context(), p.index.Taxonomy().Canonical(q.WithPage(page)))
			if err != nil {
				t.Fatal(err)
			}
			want, not, total = append(want, r.IDs...), append(not, r.Near...), r.Total
			if page >= r.Pages {
				break
			}
		}
		near += len(not)
		slices.Sort(want)
		got := one[[]int64](t, p.pool, `SELECT practices FROM follow WHERE follower_id = (SELECT id FROM follower WHERE token = '`+token+`')`)
		if !slices.Equal(got, want) || len(got) != total {
			t.Errorf("%s: told of %d, the list has %d", query, len(got), total)
		}
		subject, _, _ := strings.Cut(mail, "\n")
		if (mail == "") != (total == 0) || total > 1 && subject != fmt.Sprintf("Nyt i Praksiskataloget: %d nye eller ændrede eksempler", total) {
			t.Errorf("%s: %d examples, the mail is %q", query, total, subject)
		}
		for _, id := range not {
			slug := one[string](t, p.pool, fmt.Sprintf(`SELECT slug::text FROM practice WHERE id = %d`, id))
			if strings.Contains(mail, "/eksempler/"+slug+"\n") {
				t.Errorf("%s: %s is only near, and is told", query, slug)
			}
		}
		if again := p.digests(t, day(2)); again != "" {
			t.Errorf("%s: told twice: %s", query, again)
		}
	}
	if near == 0 {
		t.Error("nothing was near: the test proves nothing")
	}
}

// One who follows a list: what is new, what has changed, what is corrected, what is
// withdrawn, what is nothing to them; and what a mail says.
func TestDigest(t *testing.T) {
	p := newPaper(t)
	p.publish(t, "before", "Angstgruppen gik ture i skoven", "Bostøtten gik ture i skoven.")
	if err := p.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	token := p.follow(t, "ida@skive.example", "maalgruppe=angst&q=skoven", review.Daily, day(0))
	if mail := p.digests(t, day(1)); mail != "" {
		t.Errorf("what was there is told: %s", mail)
	}
	slug := p.publish(t, "new", "Viborg cyklede i skoven", "Bostøtten cyklede i skoven med borgerne.")
	gone := p.publish(t, "gone", "Viborg sov i skoven", "Bostøtten sov i skoven med borgerne.")
	p.publish(t, "other", "Viborg sejlede på søen", "Bostøtten sejlede på søen med borgerne.")
	p.withCleared(t, postgres.On{Practice: gone}, review.Act{Action: review.WithdrawPractice, Text: "De bad om det."})
	if mail := p.digests(t, day(1).Add(time.Hour)); mail != "" {
		t.Errorf("told twice on a day: %s", mail)
	}
	mail := p.digests(t, day(2))
	for _, want := range []string{"Nyt i Praksiskataloget: 1 nyt eller ændret eksempel\n", "* Eksempler med »skoven« for angst *\n" + site.Base + "/eksempler?maalgruppe=angst&q=skoven\n",
		"Nyt: Viborg cyklede i skoven\nViborg Kommune\n", "For angst: God effekt (kilden siger ikke, ifølge hvem).\n" + site.Base + "/eksempler/" + slug + "\n", site.Base + "/foelg/" + token} {
		if !strings.Contains(mail, want) {
			t.Errorf("it does not say %q:\n%s", want, mail)
		}
	}
	if strings.Contains(mail, "sov") || strings.Contains(mail, "sejlede") || strings.Contains(mail, "Angstgruppen") {
		t.Error(mail)
	}
	if got := one[string](t, p.pool, `SELECT unsubscribe FROM mail WHERE kind = 'digest'`); got != site.Base+"/foelg/"+token+"/stop" {
		t.Errorf("unsubscribe %q", got)
	}
	// Another label is no news, nor is a correction; a word that turns the meaning is.
	if err := p.RebuildPublic(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	revise := func(change func(*catalogue.Practice)) {
		t.Helper()
		published := page(t, p.Store, slug)
		change(published)
		p.withCleared(t, postgres.On{Practice: slug}, review.Act{Action: review.Revise, Version: published.Revision, Draft: published})
	}
	revise(func(x *catalogue.Practice) { x.Answers.Done = "Bostøtten cyklede i skoven sammen med borgerne." })
	if kind := one[string](t, p.pool, `SELECT change FROM practice_event ORDER BY id DESC LIMIT 1`); kind != "correction" {
		t.Fatalf("the change is %q", kind)
	}
	if mail := p.digests(t, day(3)); mail != "" {
		t.Errorf("a correction is told: %s", mail)
	}
	revise(func(x *catalogue.Practice) { x.Findings[0].Effect = catalogue.EffectNegative })
	if mail := p.digests(t, day(4)); !strings.Contains(mail, "Ændret: Viborg cyklede i skoven\n") || !strings.Contains(mail, "For angst: Dårlig effekt (") {
		t.Errorf("a change is not told: %s", mail)
	}
	if mail := p.digests(t, day(5)); mail != "" {
		t.Error(mail)
	}
	// A second list of the same is told in the same mail, and the example is counted once.
	p.follow(t, "IDA@skive.example", "", review.Daily, day(5))
	p.publish(t, "both", "Viborg løb i skoven", "Bostøtten løb i skoven med borgerne.")
	mail = p.digests(t, day(6))
	if !strings.Contains(mail, "1 nyt eller ændret") || strings.Count(mail, "Nyt: Viborg løb i skoven") != 2 || !strings.Contains(mail, "* Alle eksempler *") || count(t, p.pool, `SELECT count(*) FROM follower`) != 1 {
		t.Error(mail)
	}
}

// Once a week, on the first day of it on which anybody looks, and no more than one mail a
// day to one recipient.
func TestWeeklyDigest(t *testing.T) {
	p := newPaper(t)
	monday := day(0)
	for monday.In(catalogue.Copenhagen).Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, 1)
	}
	at := func(n int) time.Time { return monday.AddDate(0, 0, n) }
	token := p.follow(t, "ida@skive.example", "", review.Weekly, at(-3))
	n := 0
	publish := func() { n++; p.publish(t, fmt.Sprint("uge-", n), fmt.Sprint("Viborg gik tur nummer ", n), "De gik.") }
	publish()
	for _, c := range []struct {
		day  int
		mail bool
	}{{-2, false}, {-1, false}, {0, true}, {1, false}, {6, false}, {9, true}, {10, false}, {14, true}} {
		publish()
		if mail := p.digests(t, at(c.day)); (mail != "") != c.mail {
			t.Errorf("day %d: %q", c.day, mail)
		}
	}
	list, err := p.Follower(t.Context(), token, at(14))
	if err != nil {
		t.Fatal(err)
	}
	publish()
	// Whoever wants it daily after the day's mail gets the next one tomorrow.
	if err := p.SetFollow(t.Context(), token, list.Lists[0].ID, review.Daily); err != nil {
		t.Fatal(err)
	}
	execSQL(t, p.pool, `UPDATE follow SET told_on = told_on - 1`)
	if mail := p.digests(t, at(14)); mail != "" {
		t.Errorf("two on a day: %s", mail)
	}
	if mail := p.digests(t, at(15)); !strings.Contains(mail, fmt.Sprint("nummer ", n)) {
		t.Errorf("missed: %s", mail)
	}
}

// Any number of processes at once make one mail for each recipient, and none is missed.
func TestDigestsAtOnce(t *testing.T) {
	p := newPaper(t)
	const followers = 12
	for i := range followers {
		p.follow(t, fmt.Sprintf("f%d@skive.example", i), "maalgruppe=angst", review.Daily, day(0))
	}
	for d := 1; d <= 3; d++ {
		p.publish(t, fmt.Sprint("dag-", d), fmt.Sprint("Viborg gik tur nummer ", d), "De gik.")
		if err := p.index.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		sent := make([]int, 5)
		for i := range sent {
			group.Go(func() {
				var err error
				if sent[i], _, err = p.SendDigests(t.Context(), p.index, day(d)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		total := 0
		for _, n := range sent {
			total += n
		}
		if total != followers {
			t.Errorf("day %d: %v sent", d, sent)
		}
	}
	if got := one[string](t, p.pool, `SELECT concat(count(*), ' of ', count(DISTINCT (follower_id, created_at)), ' ', count(DISTINCT message_id)) FROM mail WHERE kind = 'digest'`); got != "36 of 36 36" {
		t.Errorf("mails: %s", got)
	}
	if n := count(t, p.pool, `SELECT count(*) FROM river_job j JOIN mail m ON m.id = (j.args ->> 'id')::bigint WHERE m.kind = 'digest'`); n != 36 {
		t.Errorf("%d jobs", n)
	}
}

// lost is a finder that is away for one list.
type lost struct {
	*search.Index
	at string
}

func (l lost) Hits(ctx context.Context, q catalogue.Query, limit int) ([]int64, int, error) {
	if q.Text == l.at {
		return nil, 0, catalogue.ErrUnavailable
	}
	return l.Index.Hits(ctx, q, limit)
}

// Where one mail cannot be made, the others are, and it is made at the next try.
func TestDigestFails(t *testing.T) {
	p := newPaper(t)
	p.follow(t, "a@skive.example", "q=ture", review.Daily, day(0))
	p.follow(t, "b@skive.example", "", review.Daily, day(0))
	p.publish(t, "ny", "Viborg gik ture", "De gik ture.")
	if err := p.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sent, more, err := p.SendDigests(t.Context(), lost{p.index, "ture"}, day(1)); sent != 1 || more || !errors.Is(err, catalogue.ErrUnavailable) {
		t.Error(sent, more, err)
	}
	if sent, _, err := p.SendDigests(t.Context(), p.index, day(1)); sent != 1 || err != nil {
		t.Error(sent, err)
	}
	if n := count(t, p.pool, `SELECT count(*) FROM mail WHERE kind = 'digest'`); n != 2 {
		t.Errorf("%d mails", n)
	}
}

// Nothing of whoever leaves is left: not in mails that were sent, or wait.
func TestLeave(t *testing.T) {
	p := newPaper(t)
	var forgotten []string
	p.ForgetMails = func(ids []string) error { forgotten = append(forgotten, ids...); return nil }
	token := p.follow(t, "ida.jensen@skive.example", "q=ture", review.Daily, day(0))
	p.follow(t, "ida.jensen@skive.example", "", review.Daily, day(0))
	p.publish(t, "ny", "Viborg gik ture", "De gik ture.")
	if mail := p.digests(t, day(1)); mail == "" {
		t.Fatal("no mail")
	}
	list, err := p.Follower(t.Context(), token, day(1))
	if err != nil || len(list.Lists) != 2 {
		t.Fatal(list, err)
	}
	if gone, err := p.LeaveFollow(t.Context(), token, list.Lists[0].ID, day(1)); gone || err != nil {
		t.Error(gone, err)
	}
	if err := p.ConfirmFollow(t.Context(), token, list.Lists[0].ID, p.index, day(1)); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("what was left is confirmed: %v", err)
	}
	for range 2 { // a mail program posts as often as it likes
		if gone, err := p.LeaveFollow(t.Context(), token, 0, day(1)); !gone || err != nil {
			t.Error(gone, err)
		}
	}
	none(t, p.pool, "ida.jensen", token)
	if len(forgotten) != 3 || count(t, p.pool, `SELECT count(*) FROM mail WHERE kind IN ('follow', 'digest') AND sent_at IS NULL`) != 0 {
		t.Errorf("%d mails forgotten", len(forgotten))
	}
	if _, err := p.Follower(t.Context(), token, day(1)); !errors.Is(err, catalogue.ErrNotFound) {
		t.Error(err)
	}
	if mail := p.digests(t, day(2)); mail != "" {
		t.Error(mail)
	}
}

// What is not confirmed in seven days is erased, and cannot be confirmed; a list that is
// followed is left alone, and so is its owner.
func TestUnconfirmed(t *testing.T) {
	p := newPaper(t)
	kept := p.follow(t, "bo@skive.example", "", review.Weekly, day(0))
	for _, email := range []string{"ida@skive.example", "bo@skive.example"} {
		if err := p.order(t, email, "maalgruppe=angst", review.Weekly, day(0)); err != nil {
			t.Fatal(err)
		}
	}
	token := one[string](t, p.pool, `SELECT token FROM follower WHERE email = 'ida@skive.example'`)
	id := one[int64](t, p.pool, `SELECT max(f.id) FROM follow f JOIN follower w ON w.id = f.follower_id WHERE w.token = '`+token+`'`)
	if n, err := p.EraseUnconfirmed(t.Context(), day(7).Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("%d erased before their time, %v", n, err)
	}
	if mail := p.digests(t, day(6)); mail != "" || count(t, p.pool, `SELECT count(*) FROM follow WHERE told_on IS NULL`) != 2 {
		t.Error("what nobody has confirmed is looked through")
	}
	if err := p.ConfirmFollow(t.Context(), token, id, p.index, day(7).Add(time.Second)); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("confirmed too late: %v", err)
	}
	if n, err := p.EraseUnconfirmed(t.Context(), day(7).Add(time.Second)); n != 1 || err != nil {
		t.Errorf("%d erased, %v", n, err)
	}
	none(t, p.pool, "ida@skive")
	if w, err := p.Follower(t.Context(), kept, day(8)); err != nil || len(w.Lists) != 1 {
		t.Error(w, err)
	}
}

// Nobody is sent mails by strangers: an address gets three links a day, and a network
// orders forty; what comes of an order tells nothing of an address.
func TestFollowLimits(t *testing.T) {
	p := newPaper(t)
	for range 5 {
		if err := p.order(t, "ida@skive.example", "", review.Daily, day(0)); err != nil {
			t.Errorf("an order tells of an address: %v", err)
		}
	}
	if n := count(t, p.pool, `SELECT count(*) FROM mail`); n != 3 {
		t.Errorf("%d mails", n)
	}
	if err := p.order(t, "ida@skive.example", "", review.Daily, day(1)); err != nil || count(t, p.pool, `SELECT count(*) FROM mail`) != 4 {
		t.Errorf("the day after: %v", err)
	}
	var last error
	ordered := 0
	for ; ordered < 60 && last == nil; ordered++ {
		last = p.OrderFollow(t.Context(), postgres.FollowOrder{Email: fmt.Sprintf("n%d@skive.example", ordered), Frequency: review.Daily, Token: fmt.Sprintf("n%042d", ordered), Client: "198.51.100.1"}, day(1))
	}
	if !errors.Is(last, postgres.ErrTooManyOrders) || ordered != 41 {
		t.Errorf("%d orders, %v", ordered, last)
	}
	if refused, ok := errors.AsType[*review.RefusedError](p.order(t, "bo@skive.example", "q=010190-1234", review.Daily, day(1))); !ok {
		t.Errorf("a CPR number is taken: %v", refused)
	}
	none(t, p.pool, "010190", "198.51.100")
	// A stranger changes nothing of what is confirmed, and the lists are bounded.
	token := p.follow(t, "eva@skive.example", "", review.Weekly, day(2))
	if err := p.order(t, "eva@skive.example", "", review.Daily, day(2)); err != nil {
		t.Fatal(err)
	}
	if w, err := p.Follower(t.Context(), token, day(2)); err != nil || len(w.Lists) != 1 || w.Lists[0].Frequency != review.Weekly || !w.Lists[0].Confirmed {
		t.Errorf("%+v, %v", w, err)
	}
	for i := range postgres.MaxFollows + 3 {
		if err := p.order(t, "eva@skive.example", fmt.Sprint("q=tur+", i), review.Daily, day(3+i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, p.pool, `SELECT count(*) FROM follow f JOIN follower w ON w.id = f.follower_id WHERE w.email = 'eva@skive.example'`); n != postgres.MaxFollows {
		t.Errorf("%d lists", n)
	}
}

// What is erased from an example goes out of the digests that wait, too.
func TestErasureReachesDigests(t *testing.T) {
	p := newPaper(t)
	p.follow(t, "ida@skive.example", "", review.Daily, day(0))
	slug := p.publish(t, "navn", erased+" gik ture i Viborg", "De gik ture.")
	if mail := p.digests(t, day(1)); !strings.Contains(mail, erased) {
		t.Fatal(mail)
	}
	if err := p.eraseText(t, postgres.On{Practice: slug}, erased, "Et navn skulle væk"); err != nil {
		t.Fatal(err)
	}
	if body := one[string](t, p.pool, `SELECT body FROM mail WHERE kind = 'digest'`); strings.Contains(body, "Testsen") || strings.Contains(body, "testsen") || !strings.Contains(body, "gik ture i Viborg") {
		t.Error(body)
	}
}
