//go:build upgrade

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"praksis/internal/postgres/embedded"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
)

// TestUpgrade is .ci/try/upgrade: UPGRADE_OLD is the program of the release before. It
// serves, is read, written to and published with, while this release comes up over the
// same database and both go on; then the old one is started again on the newer schema.
// What was acknowledged is held against the database.
func TestUpgrade(t *testing.T) {
	path, data := os.Getenv("UPGRADE_OLD"), t.TempDir()
	older := func(args ...string) *exec.Cmd {
		c := command(t, nil, args...)
		c.Path = path
		return c
	}
	serveOlder := func() *process {
		return ready(t, older("serve", "--addr", "127.0.0.1:0", "--data", data))
	}
	do := func(stdin string, args ...string) {
		t.Helper()
		c := older(append(args, "--data", data)...)
		c.Stdin = strings.NewReader(stdin)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	old := serveOlder()
	made := filepath.Join(t.TempDir(), "made.jsonl")
	do("", "synth", "-n", "400", "-o", made)
	do("", "import", made)
	for _, name := range []string{"rita", "per"} {
		do(upgradePassword+"\n"+upgradePassword+"\n", "editor", "add", name+"@kommune.example", "--name", name, "--role", "editor")
	}
	conn := connect(t, data)
	count := func(sql string, args ...any) (n int) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const newestStep = `SELECT max(version_id)::int FROM goose_db_version WHERE is_applied`
	for end := time.Now().Add(10 * time.Second); old.total(t) <= 400 && time.Now().Before(end); {
		time.Sleep(50 * time.Millisecond) // its index follows
	}
	before, all := count(newestStep), old.total(t)
	slugs := slugsOf(t, old)
	prove := func(ok bool, format string, args ...any) {
		word := "ok    "
		if !ok {
			word = "WRONG "
			t.Fail()
		}
		fmt.Printf(word+" "+format+"\n", args...)
	}
	prove(all > 400, "the release before serves %d examples, of which 400 are made up, on a database after step %d", all, before)

	// On the old one alone: reading, sending in and publishing, from now until the end.
	ctx, finish := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer func() { finish(); running.Wait() }()
	work := func(p *process, name string, poster int, slugs []string) *worked {
		w := &worked{journal: newJournal(t), slug: slugs[0]}
		w.journal.base.Store(&p.base)
		w.editor = editorOn(t, p, name)
		running.Go(func() { w.journal.post(ctx, poster) })
		running.Go(func() { w.read(ctx, p.base, slugs[2:]) })
		running.Go(func() { w.decide(ctx, p.base) })
		return w
	}
	onOld := work(old, "rita", 1, slugs[:40])
	onOld.await(t, 5, 3, 50)

	begun, atBegin := time.Now(), onOld.count()
	current := serve(t, data)
	up, atReady := time.Since(begun), onOld.count()
	after := count(newestStep)
	prove(after > before, "this release migrated to step %d and was ready after %.1f s, the old one serving", after, up.Seconds())
	prove(atReady.reads > atBegin.reads && atReady.sent+atReady.decided > atBegin.sent+atBegin.decided,
		"meanwhile the old one answered %d readers and took %d submissions and %d decisions", atReady.reads-atBegin.reads, atReady.sent-atBegin.sent, atReady.decided-atBegin.decided)

	onNew := work(current, "per", 2, slugs[40:80])
	was := onOld.count()
	onNew.await(t, 5, 3, 50)
	onOld.await(t, was.sent+5, was.decided+3, was.reads+50)
	finish()
	running.Wait()
	for which, w := range map[string]*worked{"the old one": onOld, "this release": onNew} {
		n := w.count()
		prove(len(w.failed) == 0, "%s: %d pages read, %d submissions and %d decisions acknowledged, %d requests failed %s", which, n.reads, n.sent, n.decided, len(w.failed), strings.Join(w.failed[:min(3, len(w.failed))], "; "))
	}

	// What one publishes the other shows.
	settled := func(slug string, withdrawn bool) (after time.Duration, ok bool) {
		begun := time.Now()
		for time.Since(begun) < 10*time.Second {
			if isWithdrawn(old.base, slug) == withdrawn && isWithdrawn(current.base, slug) == withdrawn {
				return time.Since(begun), true
			}
			time.Sleep(10 * time.Millisecond)
		}
		return 0, false
	}
	for which, w := range map[string]*worked{"the old one": onOld, "this release": onNew} {
		base := map[bool]string{true: old.base, false: current.base}[w == onOld]
		err := w.once(base)
		took, ok := settled(w.slug, w.withdrawn)
		prove(err == nil && ok, "what an editor decides on %s stands on both after %d ms", which, took.Milliseconds())
	}
	stale := `SELECT count(*) FROM public_practice WHERE shape < (SELECT newest FROM public_shape)`
	for end := time.Now().Add(15 * time.Second); count(stale) > 0 && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond)
	}
	prove(count(stale) == 0, "no row of the read model is of an older shape than the newest of both, %d", count(`SELECT newest FROM public_shape`))
	// By the identity of what is listed: how it is shown may differ.
	prove(old.total(t) == current.total(t) && strings.Join(slugsOf(t, old), " ") == strings.Join(slugsOf(t, current), " "), "both list the same %d examples", current.total(t))

	// This release goes; the old one, and one that starts now, serve as schema_needs says.
	current.end(t, syscall.SIGTERM)
	old.end(t, syscall.SIGTERM)
	needs := count(`SELECT migration FROM schema_needs`)
	if needs <= before {
		old = serveOlder()
		onOld.journal.base.Store(&old.base)
		again, stop := context.WithCancel(t.Context())
		had := onOld.count().sent
		var posting sync.WaitGroup
		posting.Go(func() { onOld.journal.post(again, 3) })
		onOld.journal.awaitMore(t, 3)
		stop()
		posting.Wait()
		onOld.editor = editorOn(t, old, "rita")
		err := onOld.once(old.base)
		prove(err == nil && old.total(t) >= all-2, "the newer schema needs a program that knows step %d, which the old one does: started again, it serves %d examples, took %d submissions and a decision", needs, old.total(t), onOld.count().sent-had)
	} else {
		out, err := older("serve", "--addr", "127.0.0.1:0", "--data", data).CombinedOutput()
		prove(err != nil && oneSentence(out), "the newer schema needs a program that knows step %d; the old one says: %s", needs, bytes.TrimSpace(out))
		old = serve(t, data)
	}

	kept := t.Run("journal", func(t *testing.T) {
		onOld.journal.compare(t, conn, filepath.Join(data, "inbox"), 5)
		onNew.journal.compare(t, conn, filepath.Join(data, "inbox"), 5)
	})
	prove(kept, "all %d acknowledged submissions are there, once, each with its version, event, contact, mails and one Message-ID", onOld.count().sent+onNew.count().sent)
	for _, w := range []*worked{onOld, onNew} {
		var state string
		var events int
		err := conn.QueryRow(t.Context(), `SELECT p.state, (SELECT count(*) FROM practice_event e WHERE e.practice_id = p.id)
			FROM practice p WHERE p.slug = $1`, w.slug).Scan(&state, &events)
		want := map[bool]string{true: "withdrawn", false: "published"}[w.withdrawn]
		prove(err == nil && state == want && events == w.count().decided, "%s: %d decisions acknowledged, %d events, the last made it %s", w.slug, w.count().decided, events, state)
	}
	old.end(t, syscall.SIGTERM)

	// A schema that has taken away what the old one reads.
	server, err := embedded.Start(t.Context(), filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	owner, err := pgx.Connect(t.Context(), server.OwnerURL(embeddedName))
	if err == nil {
		_, err = owner.Exec(t.Context(), `UPDATE schema_needs SET migration = $1`, after)
		err = errors.Join(err, owner.Close(t.Context()))
	}
	if err = errors.Join(err, server.Stop()); err != nil {
		t.Fatal(err)
	}
	out, err := older("serve", "--addr", "127.0.0.1:0", "--data", data).CombinedOutput()
	prove(err != nil && oneSentence(out), "where the schema needs step %d, the old one ends: %s", after, bytes.TrimSpace(out))
}

const upgradePassword = "fire ord uden sammenhæng"

// oneSentence tells whether a program ended with one line that says what to do.
func oneSentence(out []byte) bool {
	s := string(bytes.TrimSpace(out))
	return strings.Contains(s, "older than the database") && strings.Contains(s, "run that program") && !strings.Contains(s, "\n")
}

// worked is what was done on one server.
type worked struct {
	journal   *journal
	editor    *http.Client
	slug      string
	withdrawn bool

	mu             sync.Mutex
	reads, decided int
	failed         []string
}

type counts struct{ reads, sent, decided int }

func (w *worked) count() counts {
	sent := w.journal.count()
	w.mu.Lock()
	defer w.mu.Unlock()
	return counts{w.reads, sent, w.decided}
}

// await waits until there is as much of each.
func (w *worked) await(t *testing.T, sent, decided, reads int) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		n := w.count()
		if n.sent >= sent && n.decided >= decided && n.reads >= reads {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("after two minutes %+v: %v", n, w.failed)
		}
	}
}

func (w *worked) fail(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = append(w.failed, fmt.Sprintf(format, args...))
}

// read asks for what visitors ask for.
func (w *worked) read(ctx context.Context, base string, slugs []string) {
	client := &http.Client{Timeout: 10 * time.Second}
	for n := 0; ctx.Err() == nil; n++ {
		slug := slugs[n%len(slugs)]
		path := []string{"", "eksempler", "eksempler/" + slug, "eksempler?q=g%C3%A5ture", "eksempler.json?side=" + strconv.Itoa(1+n%5), "eksempler/" + slug + ".json", "redaktion/log-ind", "healthz"}[n%8]
		r, err := client.Get(base + path)
		if err == nil {
			_, err = io.Copy(io.Discard, r.Body)
			r.Body.Close()
		}
		switch {
		case err != nil:
			w.fail("%s: %v", path, err)
		case r.StatusCode != http.StatusOK:
			w.fail("%s: %s", path, r.Status)
		default:
			w.mu.Lock()
			w.reads++
			w.mu.Unlock()
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// decide withdraws an example and publishes it again, in turn.
func (w *worked) decide(ctx context.Context, base string) {
	for ctx.Err() == nil {
		if err := w.once(base); err != nil {
			w.fail("decision: %v", err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (w *worked) once(base string) error {
	button, text := "traek", "traek-tekst"
	if w.withdrawn {
		button, text = "udgiv-igen", "igen-grund"
	}
	at := base + "redaktion/eksempler/" + w.slug
	d, err := pageOf(w.editor.Get(at))
	if err != nil {
		return err
	}
	form := url.Values{}
	d.Find("#afgoerelser input, #afgoerelser textarea").Each(func(_ int, x *goquery.Selection) {
		form.Add(x.AttrOr("name", ""), x.AttrOr("value", x.Text()))
	})
	form.Set(text, "Det var forældet.")
	form.Set("handling", button)
	if _, err := pageOf(w.editor.PostForm(at, form)); err != nil {
		return err
	}
	w.withdrawn = !w.withdrawn
	w.mu.Lock()
	w.decided++
	w.mu.Unlock()
	return nil
}

// pageOf reads a page that has come after all redirects.
func pageOf(r *http.Response, err error) (*goquery.Document, error) {
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	d, err := goquery.NewDocumentFromReader(r.Body)
	if err == nil && (r.StatusCode != http.StatusOK || strings.HasSuffix(r.Request.URL.Path, "/log-ind")) {
		err = fmt.Errorf("%s: %s", r.Request.URL.Path, r.Status)
	}
	return d, err
}

func editorOn(t *testing.T, p *process, name string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	if _, err := pageOf(c.PostForm(p.base+"redaktion/log-ind", url.Values{"mail": {name + "@kommune.example"}, "adgangskode": {upgradePassword}})); err != nil {
		t.Fatalf("%v: %s", err, p.out)
	}
	return c
}

var slugInMap = regexp.MustCompile(`/eksempler/([a-z0-9-]+)</loc>`)

// slugsOf are all that the sitemap has.
func slugsOf(t *testing.T, p *process) (slugs []string) {
	t.Helper()
	r, err := http.Get(p.base + "sitemap/eksempler-1.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range slugInMap.FindAllStringSubmatch(string(b), -1) {
		slugs = append(slugs, m[1])
	}
	return slugs
}

func isWithdrawn(base, slug string) bool {
	r, err := http.Get(base + "eksempler/" + slug + ".json")
	if err != nil {
		return false
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(r.Body)
	return strings.Contains(string(b), `"state":"withdrawn"`)
}
