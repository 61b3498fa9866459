package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// recovery is what the catalogue has after a start until index and database agree.
const recovery = 10 * time.Second

// TestFaultKilledAmidDecisions has editors publish, revise, withdraw, publish again and
// merge while the server, Postgres or both are killed (faults.md, row 2). They keep a
// journal of what they pressed and what was acknowledged; after each start the database
// and the public pages are held against it, and against each other.
func TestFaultKilledAmidDecisions(t *testing.T) {
	data, random := t.TempDir(), chance(t)
	p := serve(t, data)
	o := newOffice(t, p, random)
	conn := connect(t, data)
	kills := rounds(2, 20)
	for n := range kills {
		ctx, away := context.WithCancel(t.Context())
		o.arrive(t, p)
		var all sync.WaitGroup
		for i := range o.editors {
			all.Go(func() { o.work(ctx, t, i) })
		}
		o.awaitMore(t, 4)
		moment(random, 900*time.Millisecond)
		switch n % 4 { // the server alone, both at once, the server alone, Postgres before it
		case 1:
			go killPostgres(t, data)
		case 3:
			killPostgres(t, data)
			moment(random, 200*time.Millisecond)
		}
		p.end(t, syscall.SIGKILL)
		away()
		all.Wait()
		p = serve(t, data)
		if conn.Close(context.Background()); n%2 == 1 { // it may be another Postgres
			conn = connect(t, data)
		} else if c, err := pgx.ConnectConfig(t.Context(), conn.Config()); err == nil {
			conn = c
		} else {
			t.Fatal(err)
		}
		o.check(t, conn, p)
		if t.Failed() {
			break
		}
	}
	p.end(t, syscall.SIGTERM)
	saw(t, kills, "%s acknowledged, %d of unknown outcome; each of the first carried out once, each of the others once or not at all; status, events, read model, page and search agree within %.1f s of the start", o.told(), o.unknown, o.slowest.Seconds())
}

// office is editors at work, and the journal that they keep.
type office struct {
	file    *os.File
	editors []*deskEditor
	slowest time.Duration // from a start until all agreed
	unknown int

	mu   sync.Mutex
	done map[string]int // acknowledged, by act
}

// deskEditor works through examples and submissions that nobody else touches.
type deskEditor struct {
	*browser
	random      *rand.Rand
	examples    []string
	submissions []string
}

func newOffice(t *testing.T, p *process, random *rand.Rand) *office {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "journal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	o := &office{file: f, done: map[string]int{}}
	for range 3 {
		jar, _ := cookiejar.New(nil)
		b := &browser{ctx: t.Context(), base: &atomic.Pointer[string]{}, client: &http.Client{Jar: jar, Timeout: 10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		o.editors = append(o.editors, &deskEditor{browser: b, random: rand.New(rand.NewPCG(random.Uint64(), 0))})
	}
	o.arrive(t, p)
	for n := range rounds(6, 60) {
		review, _, err := o.editors[0].review(fmt.Sprintf("indsender-%d@example.dk", n))
		if err == nil {
			_, err = o.editors[0].send(review, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	slugs := listed(t, p)
	for n, slug := range slugs {
		e := o.editors[n%len(o.editors)]
		e.examples = append(e.examples, slug)
	}
	_, queue, err := o.editors[0].do("GET", "/redaktion", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, a := range queue.Find(`a[href^="/redaktion/indsendelser/"]`).EachIter() {
		if path := submissionPath.FindString(a.AttrOr("href", "")); path != "" && !found[path] {
			found[path] = true
			e := o.editors[len(found)%len(o.editors)]
			e.submissions = append(e.submissions, path)
		}
	}
	if len(found) == 0 || len(slugs) < 30 {
		t.Fatalf("%d submissions and %d examples", len(found), len(slugs))
	}
	return o
}

var submissionPath = regexp.MustCompile(`^/redaktion/indsendelser/\d+`)

// arrive signs everybody in at a server that has just started.
func (o *office) arrive(t *testing.T, p *process) {
	t.Helper()
	m := regexp.MustCompile(`sign in as (\S+) with the password (\S+)`).FindStringSubmatch(p.out.String())
	if m == nil {
		t.Fatalf("no sign-in is told: %s", p.out)
	}
	for _, e := range o.editors {
		e.base.Store(&p.base)
		form := url.Values{"mail": {m[1]}, "adgangskode": {m[2]}}
		if r, d, err := e.do("POST", "/redaktion/log-ind", "application/x-www-form-urlencoded", strings.NewReader(form.Encode())); err != nil || r.StatusCode != http.StatusSeeOther {
			t.Fatalf("sign-in: %v, %v %s", err, r, d.Find("main").Text())
		}
	}
}

func (o *office) count() (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, x := range o.done {
		n += x
	}
	return n
}

func (o *office) awaitMore(t *testing.T, n int) {
	t.Helper()
	want := o.count() + n
	for end := time.Now().Add(time.Minute); o.count() < want; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after a minute, nothing more is decided: %s", o.told())
		}
	}
}

func (o *office) told() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []string
	for act, n := range o.done {
		all = append(all, fmt.Sprint(n, " ", act))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// note writes a line of the journal: the act on what, with which word, and begun, done
// or refused.
func (o *office) note(on, act, word, outcome string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	fmt.Fprintln(o.file, on, act, word, outcome)
	if outcome == "done" {
		o.done[act]++
	}
}

// work decides one thing after another until the server does not answer any more.
func (o *office) work(ctx context.Context, t *testing.T, n int) {
	e := o.editors[n]
	for i := 0; ctx.Err() == nil; i++ {
		var err error
		if i%5 == 2 && len(e.submissions) > 0 {
			if err = o.publish(e, e.submissions[0]); err == nil {
				e.submissions = e.submissions[1:]
			}
		} else {
			err = o.decide(e, e.examples[e.random.IntN(len(e.examples))])
		}
		if errors.Is(err, errRefused) {
			t.Error(err) // nobody else touches it
		}
		if err != nil {
			return
		}
	}
}

var errRefused = errors.New("refused")

// word is one that no other text has, nor anything near it.
func (e *deskEditor) word() string {
	var b strings.Builder
	for range 7 {
		b.WriteByte("bdfgklmnprstv"[e.random.IntN(13)])
		b.WriteByte("aeiou"[e.random.IntN(5)])
	}
	return b.String()
}

// press posts a form of the desk, and notes it before and after.
func (o *office) press(e *deskEditor, on, act, word, path, form string, with map[string]string) error {
	r, d, err := e.do("GET", path, "", nil)
	if err != nil || r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %v %w", path, r, err)
	}
	v := fields(d.Find(form))
	for _, x := range d.Find(form + ` [name^="alligevel"]`).EachIter() { // what is lacking
		v.Set(x.AttrOr("name", ""), "Det siger kilden ikke.")
	}
	for name, value := range with {
		v.Set(name, value)
	}
	o.note(on, act, word, "begun")
	at, _, _ := strings.Cut(path, "?")
	r, d, err = e.do("POST", at, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
	switch {
	case r == nil || r.StatusCode >= 500: // the answer, or its end, is lost: it may have been done
		return fmt.Errorf("%s: %w", path, err)
	case r.StatusCode == http.StatusSeeOther:
		o.note(on, act, word, "done")
		return nil
	}
	o.note(on, act, word, "refused")
	return fmt.Errorf("%s: %s %w: %s %s", path, act, errRefused, r.Status, strings.Join(strings.Fields(d.Find("main .alert, main .form-error-message").Text()), " "))
}

// publish publishes a submission, unless the page says that it was.
func (o *office) publish(e *deskEditor, path string) error {
	r, d, err := e.do("GET", path, "", nil)
	if err != nil || r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %v %w", path, r, err)
	}
	if d.Find("button[value=udgiv]").Length() == 0 {
		return nil // it was, and the answer was lost
	}
	word := e.word()
	return o.press(e, path, "publish", word, path, ".desk__draft form", map[string]string{"title": "Gåture i skoven, " + word, "resources": "Det krævede " + word + ".", "handling": "udgiv"})
}

// decide does something with an example, by what its page says that it is.
func (o *office) decide(e *deskEditor, slug string) error {
	const form = "#afgoerelser"
	path := "/redaktion/eksempler/" + slug
	r, d, err := e.do("GET", path, "", nil)
	if err != nil {
		return err
	}
	switch {
	case r.StatusCode != http.StatusOK: // merged
		return nil
	case d.Find("button[value=udgiv-igen]").Length() > 0:
		return o.press(e, slug, "republish", "-", path, form, map[string]string{"igen-grund": "Det holder.", "handling": "udgiv-igen"})
	case d.Find("button[value=traek]").Length() == 0:
		return nil
	}
	switch n := e.random.IntN(10); {
	case n < 5:
		word := e.word()
		return o.press(e, slug, "revise", word, path+"/ret", ".desk__draft form", map[string]string{"resources": "Det krævede " + word + ".", "handling": "udgiv"})
	case n < 9:
		return o.press(e, slug, "withdraw", "-", path, form, map[string]string{"traek-tekst": "Det var forældet.", "handling": "traek"})
	}
	i := slices.Index(e.examples, slug)
	other := e.examples[(i+1)%len(e.examples)]
	if err := o.press(e, slug, "merge", other, path+"/sammenlaeg?med="+other, "main form[method=post][data-keep]", map[string]string{"sammen-grund": "Det er det samme.", "handling": "sammenlaeg"}); !errors.Is(err, errRefused) { // it is where the other one is withdrawn
		return err
	}
	return nil
}

// standing is a state that an example may be in by the journal, with its word.
type standing struct{ state, word string }

// history is what the journal says of one example or submission.
type history struct {
	can         map[standing]bool
	done, tried map[string]int // by act; tried are those of unknown outcome
}

var becomes = map[string][2]string{"publish": {"", "published"}, "revise": {"published", "published"}, "withdraw": {"published", "withdrawn"}, "republish": {"withdrawn", "published"}, "merge": {"published", "merged"}}

// replay reads the journal from its file.
func (o *office) replay(t *testing.T) map[string]*history {
	t.Helper()
	b, err := os.ReadFile(o.file.Name())
	if err != nil {
		t.Fatal(err)
	}
	all, begun := map[string]*history{}, map[string][]string{}
	of := func(on string) *history {
		if all[on] == nil {
			first := standing{state: "published"}
			if strings.HasPrefix(on, "/") {
				first.state = ""
			}
			all[on] = &history{map[standing]bool{first: true}, map[string]int{}, map[string]int{}}
		}
		return all[on]
	}
	take := func(f []string, acknowledged bool) {
		h, step := all[f[0]], becomes[f[1]]
		next := map[standing]bool{}
		for s := range h.can {
			if !acknowledged {
				next[s] = true
			}
			if s.state != step[0] {
				continue
			}
			word := s.word
			if f[1] == "publish" || f[1] == "revise" {
				word = f[2]
			}
			next[standing{step[1], word}] = true
			if f[1] == "merge" && s.word != "" { // the other one says it where it said nothing
				other := of(f[2])
				for x := range maps.Clone(other.can) {
					if x.word == "" {
						other.can[standing{x.state, s.word}] = true
					}
				}
			}
		}
		if h.can = next; acknowledged {
			h.done[f[1]]++
		} else {
			h.tried[f[1]]++
		}
	}
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		f := strings.Fields(s.Text())
		of(f[0])
		switch was := begun[f[0]]; f[3] {
		case "begun":
			if was != nil {
				take(was, false)
			}
			begun[f[0]] = f
		default:
			if delete(begun, f[0]); f[3] == "done" {
				take(f, true)
			}
		}
	}
	o.unknown = 0
	for _, f := range begun {
		take(f, false)
	}
	for _, h := range all {
		for _, n := range h.tried {
			o.unknown += n
		}
	}
	return all
}

// check holds database and pages against the journal.
func (o *office) check(t *testing.T, conn *pgx.Conn, p *process) {
	t.Helper()
	begun := time.Now()
	events := map[string]string{"publish": "published", "revise": "revised", "withdraw": "withdrawn", "republish": "republished", "merge": "merged"}
	now := map[string]standing{} // by slug
	for on, h := range o.replay(t) {
		var slug, state, seen, text string
		var moved bool
		var kinds []string
		err := conn.QueryRow(t.Context(), `
			SELECT p.slug, p.state, pp.state, coalesce(r.content ->> 'resources', ''), pp.moved_to IS NOT NULL, ARRAY(SELECT kind FROM practice_event e WHERE e.practice_id = p.id)
			FROM practice p JOIN public_practice pp USING (id) JOIN revision r ON r.id = p.revision_id
			WHERE p.slug = $1 OR p.id = (SELECT practice_id FROM submission WHERE '/redaktion/indsendelser/' || id = $1)`, on).Scan(&slug, &state, &seen, &text, &moved, &kinds)
		if err != nil && !(err == pgx.ErrNoRows && strings.HasPrefix(on, "/")) {
			t.Fatalf("%s: %v", on, err)
		}
		found := standing{state, ""}
		if m := regexp.MustCompile(`Det krævede ([a-z]{14})\.`).FindStringSubmatch(text); m != nil {
			found.word = m[1]
		}
		if !h.can[found] {
			t.Errorf("%s is %v; by the journal it can be %v", on, found, h.can)
		}
		if seen != state || moved != (state == "merged") {
			t.Errorf("%s is %s, and to the public %s", on, state, seen)
		}
		for act, event := range events {
			n := 0
			for _, kind := range kinds {
				if kind == event {
					n++
				}
			}
			if strings.HasPrefix(on, "/") && act == "publish" { // that event is the submission's
				if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM submission_event WHERE kind = $2 AND '/redaktion/indsendelser/' || submission_id = $1`, on, event).Scan(&n); err != nil {
					t.Fatal(err)
				}
			}
			if n < h.done[act] || n > h.done[act]+h.tried[act] {
				t.Errorf("%s: %d times %s, and %d were acknowledged, %d more tried", on, n, event, h.done[act], h.tried[act])
			}
		}
		if slug != "" {
			now[slug] = found
		}
	}
	for what, sql := range map[string]string{
		"submissions with an example and not accepted, or the other way round": `SELECT count(*) FROM submission s WHERE (state = 'accepted') <> EXISTS (SELECT FROM submission_event e WHERE e.submission_id = s.id AND e.kind = 'published')`,
		"editors' revisions without an event":                                  `SELECT count(*) FROM revision r WHERE origin = 'editor' AND NOT EXISTS (SELECT FROM practice_event e WHERE e.practice_id = r.practice_id) AND NOT EXISTS (SELECT FROM submission s WHERE s.practice_id = r.practice_id)`,
		"states that the last event does not say": `SELECT count(*) FROM practice p WHERE coalesce((SELECT kind FROM practice_event e WHERE e.practice_id = p.id AND kind IN ('withdrawn', 'republished', 'merged') ORDER BY id DESC LIMIT 1), 'republished')
			<> CASE state WHEN 'published' THEN 'republished' ELSE state END`,
		"rows of the read model ahead of the catalogue": `SELECT count(*) FROM public_practice WHERE version > (SELECT n FROM catalogue_version)`,
	} {
		var n int
		if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	rows, err := conn.Query(t.Context(), `SELECT slug::text FROM public_practice WHERE state = 'published' ORDER BY slug::text COLLATE "C"`)
	if err != nil {
		t.Fatal(err)
	}
	public, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	wrong := "it was not asked"
	for wrong != "" {
		if time.Since(begun) > recovery {
			t.Errorf("%s after the start: %s", recovery, wrong)
			break
		}
		wrong = disagrees(t, p, public, now)
	}
	o.slowest = max(o.slowest, time.Since(begun))
}

// disagrees tells in what list, search and pages say something else than the database.
func disagrees(t *testing.T, p *process, public []string, now map[string]standing) string {
	t.Helper()
	if all := listed(t, p); !slices.Equal(all, public) {
		return fmt.Sprintf("%d are listed, %d are published", len(all), len(public))
	}
	for slug, s := range now {
		status, page := fetched(t, p, "eksempler/"+slug)
		want, noindex := http.StatusOK, strings.Contains(page, `content="noindex"`)
		if s.state == "merged" {
			want = http.StatusMovedPermanently
		}
		if status != want || want == http.StatusOK && (noindex != (s.state == "withdrawn") || !strings.Contains(page, s.word)) {
			return fmt.Sprintf("the page of %s, which is %v: %d, noindex %v", slug, s, status, noindex)
		}
		if s.word == "" {
			continue
		}
		_, found := fetched(t, p, "eksempler.json?q="+s.word)
		if there := strings.Contains(found, `"`+slug+`"`); there != (s.state == "published") {
			return fmt.Sprintf("%s is %v, and found by its word: %v", slug, s, there)
		}
	}
	return ""
}

// fetched is a public page as nobody in particular sees it.
func fetched(t *testing.T, p *process, path string) (int, string) {
	t.Helper()
	c := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.Get(p.base + path)
	if err != nil {
		t.Fatalf("%v: %s", err, p.out)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// listed are the slugs that the index finds, in order; none until it answers.
func listed(t *testing.T, p *process) (slugs []string) {
	t.Helper()
	_, lines := fetched(t, p, "eksempler.jsonl")
	for _, m := range regexp.MustCompile(`(?m)^\{.*?"slug":"([a-z0-9-]+)"`).FindAllStringSubmatch(lines, -1) {
		slugs = append(slugs, m[1])
	}
	slices.Sort(slugs)
	return slugs
}
