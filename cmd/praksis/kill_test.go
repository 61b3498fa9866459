package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	mathrand "math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	netmail "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"praksis/internal/postgres/embedded"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
)

// TestNothingAcknowledgedIsLost posts tips, half of them with a picture, to the real
// program while it is killed at moments that nobody chose, and sometimes Postgres too or
// alone, or Postgres is stopped, and holds a journal of its own against the database and
// the inbox: what was acknowledged is there, once, with its attachment, and has its
// receipt, under one Message-ID. Somebody reads meanwhile (faults.md, rows 1 and 5).
func TestNothingAcknowledgedIsLost(t *testing.T) {
	data, random := t.TempDir(), chance(t)
	j := newJournal(t)
	ctx, finish := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer func() { finish(); all.Wait() }()
	p := serve(t, data)
	j.base.Store(&p.base)
	for poster := range 3 {
		all.Go(func() { j.post(ctx, poster) })
	}
	kills := rounds(5, 35) // of which 21 are of the server
	var r reader
	var longest time.Duration // without Postgres
	for n := range kills {
		j.awaitMore(t, 1) // the server is being written to
		moment(random, 400*time.Millisecond)
		// In turn: the server alone, Postgres alone, Postgres before it, and both at once.
		switch n % 5 {
		case 1, 3: // Postgres alone, and nobody does anything about it
			with := syscall.SIGKILL
			if n%5 == 3 {
				with = syscall.SIGINT // a fast stop
			}
			signalPostgres(t, data, with)
			killed := time.Now()
			reading, read := context.WithCancel(ctx)
			all.Go(func() { r.read(reading, t, p.base) })
			j.awaitMore(t, 5) // more than were on their way
			read()
			took := time.Since(killed)
			if longest = max(longest, took); took > 10*time.Second {
				t.Errorf("after Postgres was ended with %s, nothing was acknowledged for %s", with, took)
			}
			continue
		case 2:
			killPostgres(t, data)
			moment(random, 200*time.Millisecond)
		case 4:
			go killPostgres(t, data)
		}
		p.end(t, syscall.SIGKILL)
		p = serve(t, data)
		j.base.Store(&p.base)
	}
	j.awaitMore(t, 1)
	finish()
	all.Wait()
	conn := connect(t, data)
	if !*faults {
		// Jobs that a killed process had begun are taken up again when they
		// have been silent for a while: here the clock is put forward.
		p.end(t, syscall.SIGTERM)
		if _, err := conn.Exec(t.Context(), `UPDATE river_job SET attempted_at = attempted_at - interval '1 hour' WHERE state = 'running'`); err != nil {
			t.Fatal(err)
		}
		p = serve(t, data)
	}
	said := j.compare(t, conn, filepath.Join(data, "inbox"), kills)
	p.end(t, syscall.SIGTERM)
	saw(t, kills, "%s; without Postgres nothing was acknowledged for %.1f s at most, and of %d pages read then %d were answered, the others 503 with Retry-After", said, longest.Seconds(), r.read200+r.read503, r.read200)
}

// reader reads pages while the database is away.
type reader struct{ read200, read503 int }

// read gets pages again and again: each is answered, or told to be asked for later.
func (r *reader) read(ctx context.Context, t *testing.T, base string) {
	client := http.Client{Timeout: 10 * time.Second}
	for n := 0; ctx.Err() == nil; n++ {
		path := []string{"", "eksempler", "eksempler?q=telefon", fmt.Sprintf("eksempler?q=telefon&side=%d", n%7+1), "om", "healthz"}[n%6]
		req, err := http.NewRequestWithContext(ctx, "GET", base+path, nil)
		if err != nil {
			t.Error(err)
			return
		}
		resp, err := client.Do(req)
		if err != nil {
			if ctx.Err() == nil {
				t.Errorf("%s: %v", path, err)
			}
			return
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		switch {
		case ctx.Err() != nil:
		case err != nil:
			t.Errorf("%s: %v", path, err)
		case resp.StatusCode == http.StatusOK:
			r.read200++
		case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "" && path != "healthz" && bytes.Contains(body, []byte("<h1")):
			r.read503++
		default:
			t.Errorf("%s while Postgres is away: %s, Retry-After %q: %.300s", path, resp.Status, resp.Header.Get("Retry-After"), body)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// killPostgres kills the postmaster as the system does when memory runs out.
func killPostgres(t *testing.T, data string) { signalPostgres(t, data, syscall.SIGKILL) }

func signalPostgres(t *testing.T, data string, s syscall.Signal) {
	found, err := filepath.Glob(filepath.Join(data, "postgres", "pg*", "postmaster.pid"))
	if err != nil || len(found) != 1 {
		t.Errorf("postmaster: %v, %v", found, err)
		return
	}
	b, err := os.ReadFile(found[0])
	if err != nil {
		t.Error(err)
		return
	}
	line, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(line)
	if err == nil {
		err = syscall.Kill(pid, s)
	}
	if err != nil {
		t.Errorf("ending Postgres: %v", err)
	}
}

// journal is what the posters know, in a file that no kill reaches: a line for
// each acknowledgement, with the client's key and the secret link's token.
type journal struct {
	file *os.File
	base atomic.Pointer[string] // where the server is now

	mu           sync.Mutex
	tried        int
	acknowledged map[string]string // token by the client's key
	mails        map[string]string // the submitter's address, by token
	doubles      int
}

func newJournal(t *testing.T) *journal {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "journal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &journal{file: f, acknowledged: map[string]string{}, mails: map[string]string{}}
}

func (j *journal) count() int { j.mu.Lock(); defer j.mu.Unlock(); return len(j.acknowledged) }

func (j *journal) awaitMore(t *testing.T, n int) {
	t.Helper()
	want := j.count() + n
	for end := time.Now().Add(time.Minute); j.count() < want; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after a minute, nothing is acknowledged: %d of %d tried", j.count(), j.tried)
		}
	}
}

// acknowledge writes down what the server has said, before anything else.
func (j *journal) acknowledge(key, token, address string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.acknowledged[key] != "" {
		j.doubles++
	}
	j.acknowledged[key], j.mails[token] = token, address
	fmt.Fprintf(j.file, "%s %s %s\n", key, token, address)
}

// post submits one tip after another, as a browser does. Of two that fail, one
// is sent again as somebody does who reloads the page: that makes no second.
func (j *journal) post(ctx context.Context, poster int) {
	for n := 0; ctx.Err() == nil; n++ {
		address := fmt.Sprintf("indsender-%d-%d@example.dk", poster, n)
		jar, _ := cookiejar.New(nil)
		b := &browser{ctx: ctx, base: &j.base, client: &http.Client{Jar: jar, Timeout: 10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		review, key, err := b.review(address)
		if err == nil {
			j.mu.Lock()
			j.tried++
			j.mu.Unlock()
		}
		for try := 0; err == nil && ctx.Err() == nil && try < 50; try++ {
			token, sent := b.send(review, picture(key))
			if sent == nil {
				j.acknowledge(key, token, address)
				// Some press the button twice.
				if n%3 == 0 && try == 0 {
					if again, err := b.send(review, picture(key)); err == nil {
						j.acknowledge(key, again, address)
					}
				}
				break
			}
			if n%2 == 0 {
				break // gives up
			}
			time.Sleep(100 * time.Millisecond)
		}
		if err != nil {
			time.Sleep(50 * time.Millisecond) // the server is away
		}
	}
}

type browser struct {
	ctx    context.Context
	base   *atomic.Pointer[string]
	client *http.Client
}

func (b *browser) do(method, path, kind string, body io.Reader) (*http.Response, *goquery.Document, error) {
	r, err := http.NewRequestWithContext(b.ctx, method, strings.TrimSuffix(*b.base.Load(), "/")+path, body)
	if err != nil {
		return nil, nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	resp, err := b.client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	doc, err := goquery.NewDocumentFromReader(resp.Body)
	return resp, doc, err
}

// fields are what a form sends that is left as it is.
func fields(form *goquery.Selection) url.Values {
	v := url.Values{}
	form.Find("input, textarea, select").Each(func(_ int, s *goquery.Selection) {
		name, kind := s.AttrOr("name", ""), s.AttrOr("type", "text")
		_, checked := s.Attr("checked")
		switch {
		case name == "", kind == "file", (kind == "checkbox" || kind == "radio") && !checked:
		case goquery.NodeName(s) == "textarea":
			v.Add(name, s.Text())
		case goquery.NodeName(s) == "select":
			v.Add(name, s.Find("option[selected]").AttrOr("value", ""))
		default:
			v.Add(name, s.AttrOr("value", ""))
		}
	})
	return v
}

// review fills in the form of a tip, and returns the review step's form.
func (b *browser) review(address string) (*goquery.Selection, string, error) {
	_, doc, err := b.do("GET", "/indsend/tip", "", nil)
	if err != nil {
		return nil, "", err
	}
	form := doc.Find("form.submit")
	v := fields(form)
	key := v.Get("key")
	if key == "" {
		return nil, "", errors.New("no form")
	}
	v.Set("organisation", "Aarhus Kommune")
	v.Set("text", "Vi gik ture med borgerne i stedet for at mødes indenfor.")
	v.Set("email", address)
	resp, doc, err := b.do("POST", form.AttrOr("action", ""), "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
	if err != nil {
		return nil, "", err
	}
	form = doc.Find("form[data-review]")
	if resp.StatusCode != http.StatusOK || form.Length() != 1 {
		return nil, "", fmt.Errorf("review step: %s, %s", resp.Status, strings.Join(strings.Fields(doc.Find("main").Text()), " "))
	}
	return form, key, nil
}

// send says yes to everything and sends, with a picture or none. Without an error it is acknowledged.
func (b *browser) send(form *goquery.Selection, file []byte) (token string, err error) {
	v := fields(form)
	form.Find("input[type=checkbox]").Each(func(_ int, s *goquery.Selection) { v.Add(s.AttrOr("name", ""), s.AttrOr("value", "on")) })
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if file != nil {
		part, err := w.CreateFormFile(form.Find("input[type=file]").First().AttrOr("name", ""), "billede.png")
		if err == nil {
			_, err = part.Write(file)
		}
		if err != nil {
			return "", err
		}
	}
	for name, values := range v {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				return "", err
			}
		}
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	resp, doc, err := b.do("POST", form.AttrOr("action", ""), w.FormDataContentType(), &body)
	if err != nil {
		return "", err
	}
	m := receiptPath.FindStringSubmatch(resp.Header.Get("Location"))
	if resp.StatusCode != http.StatusSeeOther || m == nil {
		return "", fmt.Errorf("%s: %s", resp.Status, doc.Find("main").Text())
	}
	return m[1], nil
}

// picture is what is sent with a form of this key: nothing, with half of them.
func picture(key string) []byte {
	seed := sha256.Sum256([]byte(key))
	if seed[0]%2 == 0 {
		return nil
	}
	m, r := image.NewNRGBA(image.Rect(0, 0, 100, 100)), mathrand.NewChaCha8(seed)
	_, _ = r.Read(m.Pix) // it never fails
	var b bytes.Buffer
	if png.Encode(&b, m) != nil {
		return nil
	}
	return b.Bytes()
}

var receiptPath = regexp.MustCompile(`^/indsend/([A-Za-z0-9_-]{20,})(?:\?|$)`)

// connect joins the private Postgres of the data folder.
func connect(t *testing.T, data string) *pgx.Conn {
	t.Helper()
	server, err := embedded.Start(t.Context(), filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), server.AppURL(embeddedName))
	if err != nil {
		t.Fatal(errors.Join(err, server.Stop()))
	}
	t.Cleanup(func() {
		if err := errors.Join(conn.Close(context.Background()), server.Stop()); err != nil {
			t.Error(err)
		}
	})
	return conn
}

// compare holds the journal's file against the database and the inbox.
func (j *journal) compare(t *testing.T, conn *pgx.Conn, inbox string, kills int) (said string) {
	t.Helper()
	count := func(sql string, args ...any) (n int) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	// A job that was killed is taken up again within a minute or so.
	unsent := func() int { return count(`SELECT count(*) FROM mail WHERE sent_at IS NULL`) }
	for end := time.Now().Add(3 * time.Minute); unsent() > 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d mails are never sent", unsent())
		}
	}
	ids := messageIDs(t, inbox)
	lines, pictures := 0, 0
	if _, err := j.file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(j.file); s.Scan(); lines++ {
		f := strings.Fields(s.Text())
		key, token := sha256.Sum256([]byte(f[0])), sha256.Sum256([]byte(f[1]))
		if n := count(`SELECT count(*) FROM submission WHERE client_hash = $1 AND token_hash = $2`, key[:], token[:]); n != 1 {
			t.Errorf("%s: acknowledged once, and there are %d", f[2], n)
		}
		if want := picture(f[0]); want != nil {
			sum := sha256.Sum256(want)
			pictures++
			if n := count(`SELECT count(*) FROM attachment a JOIN submission s ON s.id = a.submission_id WHERE s.client_hash = $1 AND a.sha256 = $2
				AND $2 = (SELECT sha256(string_agg(data, '' ORDER BY n)) FROM attachment_chunk c WHERE c.attachment_id = a.id)`, key[:], sum[:]); n != 1 {
				t.Errorf("%s: its picture is there %d times", f[2], n)
			}
		}
		if n := len(ids[f[2]]); n != 1 {
			t.Errorf("%s: %d Message-IDs of receipts: %v", f[2], n, ids[f[2]])
		}
	}
	if lines < kills {
		t.Errorf("only %d acknowledgements: the driver proves nothing", lines)
	}
	// Mails that were on their way in a process that was killed have used up no try.
	if n := count(`SELECT count(*) FROM mail WHERE attempts <> 1`); n != 0 {
		t.Errorf("%d mails were not sent at their first try that counts", n)
	}
	// What was kept without an answer that arrived is whole as well.
	kept := count(`SELECT count(*) FROM submission`)
	for what, sql := range map[string]string{
		"contacts": `SELECT count(DISTINCT email) FROM submission_contact`,
		"versions": `SELECT count(*) FROM submission_version`,
		"events":   `SELECT count(*) FROM submission_event WHERE kind = 'received'`,
		"receipts": `SELECT count(*) FROM mail WHERE kind = 'receipt' AND recipient <> ''`,
		"notices":  `SELECT count(*) FROM mail WHERE kind = 'desk_new'`,
	} {
		if n := count(sql); n != kept {
			t.Errorf("%d submissions and %d %s", kept, n, what)
		}
	}
	if n := len(ids) - 1; n != kept { // one address is the desk's
		t.Errorf("%d submissions, and receipts to %d addresses", kept, n)
	}
	if n := count(`SELECT count(*) FROM attachment a WHERE NOT EXISTS (SELECT FROM attachment_chunk c WHERE c.attachment_id = a.id)`); n > 0 {
		t.Errorf("%d attachments without a file", n)
	}
	return fmt.Sprintf("%d tips tried, %d acknowledged, all there once, %d with their picture, %d acknowledged a second time; %d kept, each with its receipt", j.tried, len(j.acknowledged), pictures, j.doubles, kept)
}

// messageIDs are the Message-IDs in the inbox by recipient.
func messageIDs(t *testing.T, dir string) map[string]map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]map[string]bool{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := netmail.ReadMessage(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		to := strings.Trim(m.Header.Get("To"), "<>")
		if ids[to] == nil {
			ids[to] = map[string]bool{}
		}
		ids[to][m.Header.Get("Message-ID")] = true
	}
	return ids
}
