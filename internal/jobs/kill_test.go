package jobs

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/linkcheck"
	"praksis/internal/linkcheck/linktest"
	"praksis/internal/outbox"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

var (
	kills = flag.Int("kills", 3, "how many processes TestKilledAmidTheJobs kills at each day's run; make faults says 50")
	seed  = flag.Uint64("seed", 0, "the seed of the moments at which TestKilledAmidTheJobs kills; 0: another one each time")
)

// The test binary runs itself again as processes that do the jobs: these variables tell
// the database, the clock (which stands), and a server that links may lead to.
const (
	workerURL  = "PRAKSIS_JOBS_URL"
	workerTime = "PRAKSIS_JOBS_TIME"
	workerLink = "PRAKSIS_JOBS_LINK"
	// workerIndex is the folder of their indexes.
	workerIndex = "PRAKSIS_JOBS_INDEX"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(workerURL); url != "" {
		fmt.Fprintln(os.Stderr, workAsProcess(url))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// workAsProcess does the jobs until it is killed.
func workAsProcess(url string) error {
	pool, err := pgxpool.New(context.Background(), url)
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(os.Getenv(workerTime), 10, 64)
	if err != nil {
		return err
	}
	links, err := netip.ParseAddrPort(os.Getenv(workerLink))
	if err != nil {
		return err
	}
	checker := linkcheck.NewOn(linkcheck.Network{Allow: []netip.AddrPort{links}, Resolver: linktest.Resolver(func(string) []netip.Addr { return []netip.Addr{links.Addr()} })}, site.Base)
	s := postgres.New(pool)
	s.Letters, s.MailHost, s.Unsubscribe = site.Compose, site.Host(), site.Unsubscribe
	index, err := search.Open(context.Background(), os.Getenv(workerIndex), s, search.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err = start(context.Background(), s, nil, checker, index, nil, slog.New(slog.NewTextHandler(os.Stderr, nil)), pause, func() time.Time { return time.Unix(seconds, 0) }); err != nil {
		return err
	}
	select {}
}

// office is some processes that do the jobs of one database, and are killed.
type office struct {
	t         *testing.T
	pool      *pgxpool.Pool
	links     string
	indexes   string // their folder
	queue     *river.Client[pgx.Tx]
	random    *rand.Rand
	clock     time.Time
	processes []*exec.Cmd
	killed    int
}

func (o *office) begin() {
	o.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		o.t.Fatal(err)
	}
	c := exec.Command(exe)
	c.Env = append(os.Environ(), workerURL+"="+o.pool.Config().ConnString(), fmt.Sprintf("%s=%d", workerTime, o.clock.Unix()), workerLink+"="+o.links, workerIndex+"="+o.indexes)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		o.t.Fatal(err)
	}
	o.processes = append(o.processes, c)
}

func (o *office) kill(n int) {
	c := o.processes[n]
	o.processes = slices.Delete(o.processes, n, n+1)
	if err := c.Process.Signal(syscall.SIGKILL); err != nil {
		o.t.Error(err)
	}
	_ = c.Wait() // it was killed
	o.killed++
}

// found is one text of the database.
func (o *office) found(sql string, args ...any) (text string) {
	o.t.Helper()
	if err := o.pool.QueryRow(o.t.Context(), sql, args...).Scan(&text); err != nil {
		o.t.Fatal(err)
	}
	return text
}

// until has the jobs done by three processes at an instant until done is true, and kills
// some so many times, at moments that nobody chose, while something is being done. That
// what led, or had begun a job, is gone, is noticed at once and not after some seconds
// (TestSentAfterRestart): so a job that still lives is begun a second time too.
func (o *office) until(at time.Time, kills int, done string) {
	o.t.Helper()
	o.clock = at
	for range 3 {
		o.begin()
	}
	first, last, ticked := kills, o.done(true), time.Now()
	for end := time.Now().Add(time.Minute); o.found(`SELECT (`+done+`)::text`) != "true"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			o.t.Fatalf("at %s, not done after a minute: %s\n%s", at, done, o.found(`SELECT coalesce(string_agg(kind || ' ' || args || ' ' || state || ' ' || attempt, E'\n'), '') FROM river_job WHERE kind <> 'send_mail'`))
		}
		// The first time, all of them amid the day's steps; then one, whatever is being done.
		all := kills == first
		if now := o.done(all); kills > 0 && now != last {
			time.Sleep(time.Duration(o.random.IntN(60)) * time.Millisecond)
			for n := len(o.processes); n > 0 && (all || n == 3); n-- {
				o.kill(o.random.IntN(len(o.processes)))
			}
			o.forward(`DELETE FROM river_leader`, `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE state IN ('running', 'retryable') AND kind <> 'send_mail'`, `UPDATE link_round SET held_until = began_at`)
			for len(o.processes) < 3 {
				o.begin()
			}
			kills--
			last = o.done(false)
		}
		if time.Since(ticked) > 100*time.Millisecond { // another hour
			ticked = time.Now()
			o.forward(`UPDATE link SET tried_at = tried_at - interval '1 hour'`)
			if _, err := o.queue.Insert(o.t.Context(), outbox.CheckLinks{}, nil); err != nil {
				o.t.Fatal(err)
			}
		}
	}
	if first > 0 && kills == first {
		o.t.Errorf("at %s, nothing was killed: the run proves nothing", at)
	}
	for len(o.processes) > 0 {
		o.kill(0)
	}
	o.forward(`DELETE FROM river_leader`, `UPDATE link_round SET held_until = began_at`)
}

// done is how much the jobs have done so far; steps are those with submissions alone.
func (o *office) done(steps bool) string {
	if steps {
		return o.found(`SELECT count(*)::text FROM submission_event`)
	}
	return o.found(`SELECT concat_ws(' ', (SELECT count(*) FROM submission_event), (SELECT count(*) FROM inquiry), (SELECT count(*) FROM mail), (SELECT sum(tries) FROM link), (SELECT count(*) FROM link_round))`)
}

func (o *office) forward(statements ...string) {
	o.t.Helper()
	for _, sql := range statements {
		if _, err := o.pool.Exec(o.t.Context(), sql); err != nil {
			o.t.Fatal(err)
		}
	}
}

// Whatever processes are killed amid the jobs, each step is taken once, and none is
// missed: mails to silent submitters, setting aside, questions about use, the desk's
// weekly reminder, and rounds over all links. The database alone is asked.
func TestKilledAmidTheJobs(t *testing.T) {
	const submissions, practices, links, deadLinks = 60, 12, 24, 5
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("go test -run %s ./internal/jobs -args -kills %d -seed %d", t.Name(), *kills, *seed)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/dead") {
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	pool := seeded.Some(t, 0)
	s := postgres.New(pool)
	s.Letters, s.MailHost = site.Compose, site.Host()
	queue, err := river.NewClient(s.JobDriver(), &river.Config{})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, pool: pool, queue: queue, random: rand.New(rand.NewPCG(*seed, 0)), links: server.Listener.Addr().String(), indexes: t.TempDir()}
	defer func() { // of a test that failed half way
		for len(o.processes) > 0 {
			o.kill(0)
		}
	}()
	asked := time.Date(2026, 11, 2, 13, 0, 0, 0, time.UTC)
	editor, err := s.AddEditor(t.Context(), postgres.Editor{Email: "rita@example.dk", Name: "Rita"}, asked)
	if err != nil {
		t.Fatal(err)
	}
	overruled := map[review.CheckItem]string{}
	for _, item := range review.CheckItems {
		overruled[item.Code] = "Kilden siger ikke mere"
	}
	for i := range submissions + practices {
		n := postgres.NewSubmission{ClientKey: fmt.Sprintf("a-client-key-of-kills-%d", i), Contact: review.Contact{Email: submitter}, Submission: review.Submission{Kind: review.KindShort, Practice: catalogue.Practice{
			Title: fmt.Sprint("Gåture nummer ", i), Organisation: catalogue.OrganisationRef{Slug: "viborg"}, Answers: catalogue.Answers{Done: "Bostøtten gik ture med borgerne."},
			Retention: []catalogue.Retention{{Status: "considered"}}}}}
		act := review.Act{Action: review.Ask, Text: "Hvor længe?", Editor: editor, Version: 1}
		if i >= submissions {
			act = review.Act{Action: review.Publish, Editor: editor, Version: 1, Overruled: overruled}
			for l := (i - submissions) * links / practices; l < (i-submissions+1)*links/practices; l++ {
				path := "works"
				if l < deadLinks {
					path = "dead"
				}
				n.Submission.Practice.Links = append(n.Submission.Practice.Links, catalogue.Link{Label: "Om det", URL: fmt.Sprintf("http://linktjek.dk:%s/%s/%d", port, path, l)})
			}
		}
		r, err := s.Submit(t.Context(), n, asked)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Apply(t.Context(), postgres.On{Submission: r.ID}, act, asked)
		if left, ok := errors.AsType[*review.UnfinishedError](err); ok {
			for _, w := range left.Warnings {
				act.Cleared = append(act.Cleared, w.Key)
			}
			_, err = s.Apply(t.Context(), postgres.On{Submission: r.ID}, act, asked)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	o.forward(`UPDATE practice SET review_by = '2026-11-01'`)
	for n, day := range []int{15, 22, 29} {
		at := asked.AddDate(0, 0, day)
		o.until(at, *kills, fmt.Sprintf(`(SELECT count(*) = 1 FROM river_job WHERE kind = 'remind' AND state = 'completed' AND args ->> 'day' = '%s')
			AND (SELECT count(*) = %d FROM mail WHERE kind = 'review_due') AND (SELECT count(*) = %d FROM link_round WHERE ended_at IS NOT NULL)`, at.Format(time.DateOnly), n+1, n+1))
	}
	for what, c := range map[string]struct {
		sql  string
		want any
	}{
		"silent submitters, by their events": {`SELECT string_agg(n || ': ' || kinds, '; ') FROM (SELECT kinds, count(*) AS n FROM (SELECT string_agg(e.kind || ' ' || (e.at AT TIME ZONE 'UTC')::date, ', ' ORDER BY e.id) AS kinds FROM submission_event e JOIN submission s ON s.id = e.submission_id WHERE s.state = 'set_aside' GROUP BY s.id) k GROUP BY 1) x`,
			fmt.Sprint(submissions, ": received 2026-11-02, asked 2026-11-02, reminded 2026-11-17, reminded 2026-11-24, set_aside 2026-12-01")},
		"reminders":                     {`SELECT count(*)::text FROM mail WHERE kind = 'reminder'`, fmt.Sprint(submissions)},
		"last reminders":                {`SELECT count(*)::text FROM mail WHERE kind = 'last_reminder'`, fmt.Sprint(submissions)},
		"mails of a kind about one":     {`SELECT max(n)::text FROM (SELECT count(*) AS n FROM mail WHERE submission_id IS NOT NULL GROUP BY submission_id, kind) x`, "1"},
		"jobs that send each mail":      {`SELECT concat(min(n), ' to ', max(n)) FROM (SELECT (SELECT count(*) FROM river_job j WHERE j.kind = 'send_mail' AND (j.args ->> 'id')::bigint = m.id) AS n FROM mail m) x`, "1 to 1"},
		"questions about use":           {`SELECT concat(count(*), ' about ', count(DISTINCT practice_id)) FROM inquiry`, fmt.Sprintf("%d about %d", practices, practices)},
		"runs of the days":              {`SELECT string_agg(args ->> 'day' || ' ' || state, ', ' ORDER BY id) FROM river_job WHERE kind = 'remind'`, "2026-11-17 completed, 2026-11-24 completed, 2026-12-01 completed"},
		"the desk's reminders":          {`SELECT count(*)::text FROM mail WHERE kind = 'review_due'`, "3"},
		"rounds over links":             {`SELECT string_agg(checked || ' ' || failed || ' ' || void, ', ' ORDER BY id) FROM link_round`, "24 5 false, 24 5 false, 24 5 false"},
		"links, by how they stand":      {`SELECT string_agg(x, ', ' ORDER BY x) FROM (SELECT concat_ws(' ', outcome, failures, dead_since, count(*)) AS x FROM link GROUP BY outcome, failures, dead_since) x`, "fails 3 2026-11-17 5, works 0 19"},
		"events of links":               {`SELECT concat(min(kind), ' ', count(*), ' of ', count(DISTINCT link_id)) FROM link_event`, "died 5 of 5"},
		"dead links on pages of public": {`SELECT sum(jsonb_array_length(page -> 'dead_links'))::text FROM public_practice`, "5"},
	} {
		if got := o.found(c.sql); got != c.want {
			t.Errorf("%s: %s, not %s", what, got, c.want)
		}
	}
	if t.Failed() {
		return
	}
	t.Attr("rounds", fmt.Sprint(o.killed))
	t.Attr("seen", fmt.Sprintf("%d processes killed; each of %d steps and %d questions once, 3 rounds over %d links", o.killed, 3*submissions, practices, links))
}
