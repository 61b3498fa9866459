//go:build try

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"praksis/internal/pgtest"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
)

// prove prints a line of what .ci/try shows.
func prove(t *testing.T, ok bool, format string, args ...any) {
	word := "ok    "
	if !ok {
		word = "WRONG "
		t.Fail()
	}
	fmt.Printf(word+" "+format+"\n", args...)
}

// TestBehindNginx is .ci/try/nginx: two instances on one database behind the nginx that
// the script has started with docs/operation/nginx.conf.
func TestBehindNginx(t *testing.T) {
	pem, err := os.ReadFile(os.Getenv("TRY_CERTIFICATE"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	l := &load{base: "https://praksis.example.dk:" + os.Getenv("TRY_TLS"), at: "127.0.0.1:" + os.Getenv("TRY_TLS"),
		tls: &tls.Config{RootCAs: roots, ServerName: "praksis.example.dk"}, journal: newJournal(t)}
	owner, app := pgtest.NewURLs(t)
	env := []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner, "PRAKSIS_PUBLIC_URL=" + l.base, "PRAKSIS_TRUSTED_PROXIES=1"}
	if _, errs, code := run(t, env, "", "seed"); code != 0 {
		t.Fatal(errs)
	}
	if _, errs, code := run(t, env, "fire ord uden sammenhæng\n", "editor", "add", "rita@kommune.example", "--name", "Rita"); code != 0 {
		t.Fatal(errs)
	}
	ports := strings.Fields(os.Getenv("TRY_PORTS"))
	holders, servers := make([]*holder, 2), make([]*process, 2)
	for n := range holders {
		holders[n] = newHolder(t, "127.0.0.1:"+ports[n])
		servers[n] = holders[n].start(t, env...)
		holders[n].hears(t, "READY=1")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: l.transport(), Timeout: 2 * time.Minute}
	page := func(resp *http.Response, err error) (*http.Response, *goquery.Document) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		d, err := goquery.NewDocumentFromReader(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, d
	}

	resp, _ := page(client.Get(l.base + "/"))
	prove(t, resp.StatusCode == 200 && resp.ProtoMajor == 2 && resp.Header.Get("Server") == "nginx", "the front page by HTTP/2: %s %s, Server %s", resp.Proto, resp.Status, resp.Header.Get("Server"))
	missing := ""
	for _, name := range []string{"Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy"} {
		if n := len(resp.Header[name]); n != 1 {
			missing += fmt.Sprintf(" %s stands %d times", name, n)
		}
	}
	prove(t, missing == "", "security headers come through once%s", missing)
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequest("GET", "http://127.0.0.1:"+os.Getenv("TRY_PLAIN")+"/eksempler?q=a", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "praksis.example.dk"
	resp, _ = page(plain.Do(r))
	prove(t, resp.StatusCode == 301 && resp.Header.Get("Location") == "https://praksis.example.dk/eksempler?q=a", "without TLS: %s to %s", resp.Status, resp.Header.Get("Location"))
	resp, _ = page(client.Get(l.base + "/eksempler?q=" + strings.Repeat("a%20", 4000)))
	prove(t, resp.StatusCode == 200, "an address of 16 KB: %s", resp.Status)

	resp, d := page(client.PostForm(l.base+"/redaktion/log-ind", url.Values{"mail": {"rita@kommune.example"}, "adgangskode": {"fire ord uden sammenhæng"}}))
	kept := ""
	at, _ := url.Parse(l.base)
	for _, c := range jar.Cookies(at) {
		kept += " " + c.Name
	}
	prove(t, resp.StatusCode == 200 && strings.Contains(kept, "__Host-praksis") && strings.Contains(strings.ToLower(d.Find("main").Text()), "kode"), "a sign-in goes on to the second factor: %s, %q, cookies%s", resp.Status, strings.TrimSpace(d.Find("h1").Text()), kept)
	resp, d = page(client.Get(resp.Request.URL.String()))
	prove(t, resp.StatusCode == 200 && d.Find("form").Length() > 0, "and is known at the next request, at whichever instance: %s", resp.Status)

	for _, c := range []struct {
		size int64
		want int
		says string
	}{{90 << 20, http.StatusRequestEntityTooLarge, "Vi gik ture"}, {97 << 20, http.StatusRequestEntityTooLarge, "Filerne fylder for meget"}} {
		status, body := sendFile(t, l, c.size)
		prove(t, (status == c.want || status == http.StatusUnprocessableEntity) && strings.Contains(body, c.says), "a file of %d MB: %d, with %q", c.size>>20, status, c.says)
	}

	stop := l.run(t, 8, 3)
	for n := range *restarts {
		l.journal.awaitMore(t, 1)
		i := n % 2
		servers[i].end(t, syscall.SIGTERM)
		holders[i].hears(t, "STOPPING=1")
		servers[i] = holders[i].start(t, env...)
		holders[i].hears(t, "READY=1")
	}
	prove(t, len(l.failed) == 0, "%d restarts in turn under 8 visitors and 3 who send: %s", *restarts, l.faults())
	before := l.answered.Load()
	for i := range servers { // both at once
		if err := servers[i].Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	for i := range servers {
		servers[i].Wait()
		holders[i].hears(t, "STOPPING=1")
		servers[i] = holders[i].start(t, env...)
	}
	for i := range servers {
		holders[i].hears(t, "READY=1")
	}
	l.journal.awaitMore(t, 1)
	prove(t, len(l.failed) == 0 && l.answered.Load() > before, "both restarted at once: %s", l.faults())
	stop()
	conn, err := pgx.Connect(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	n := l.journal.thereOnce(t, conn)
	prove(t, !t.Failed() && n > 0, "%d submissions acknowledged, each there once", n)

	// Both machines are away, sockets and all, and come back.
	for i := range servers {
		servers[i].end(t, syscall.SIGTERM)
		holders[i].listener.Close()
	}
	resp, d = page(client.Get(l.base + "/"))
	prove(t, resp.StatusCode == 503 && strings.Contains(d.Text(), "svarer ikke lige nu") && resp.Header.Get("Retry-After") != "", "both away: %s, %q", resp.Status, d.Find("h1").Text())
	h := newHolder(t, "127.0.0.1:"+ports[1])
	back := h.start(t, env...)
	h.hears(t, "READY=1")
	wrong := 0
	for range 20 {
		if resp, _ := page(client.Get(l.base + "/")); resp.StatusCode != 200 {
			wrong++
		}
	}
	prove(t, wrong == 0, "one is back: %d of 20 requests failed, at once", wrong)
	back.end(t, syscall.SIGTERM)
}

// sendFile sends a tip with a file of that size, which is more than is taken.
func sendFile(t *testing.T, l *load, size int64) (status int, body string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var base atomic.Pointer[string]
	base.Store(&l.base)
	b := &browser{ctx: t.Context(), base: &base, client: &http.Client{Jar: jar, Transport: l.transport(), Timeout: 2 * time.Minute}}
	form, _, err := b.review("stor@example.dk")
	if err != nil {
		t.Fatal(err)
	}
	file := form.Find("input[type=file]").AttrOr("name", "fil")
	read, write := io.Pipe()
	w := multipart.NewWriter(write)
	go func() {
		for name, values := range fields(form) {
			for _, value := range values {
				w.WriteField(name, value)
			}
		}
		part, err := w.CreateFormFile(file, "stor.pdf")
		if err == nil {
			_, err = io.CopyN(part, zeros{}, size)
		}
		w.Close()
		write.CloseWithError(err)
	}()
	resp, d, err := b.do("POST", form.AttrOr("action", ""), w.FormDataContentType(), read)
	if err != nil {
		return 0, err.Error()
	}
	html, err := d.Html()
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, html
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestUnderSystemd is .ci/try/systemd: the units of docs/operation in a systemd that
// the script has started.
func TestUnderSystemd(t *testing.T) {
	ctl := func(args ...string) string {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		c := exec.CommandContext(ctx, "sh", append([]string{"-c", os.Getenv("TRY_INSIDE") + ` systemctl "$@"`, "sh"}, args...)...)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Logf("systemctl %v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	state := func() string { return ctl("show", "-P", "ActiveState", "praksis.service") }
	l := &load{base: os.Getenv("TRY_BASE"), journal: newJournal(t)}
	ctl("start", "praksis.socket")
	prove(t, state() == "inactive", "the socket is there, the service is %s", state())
	resp, err := http.Get(l.base + "/")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	prove(t, err == nil && resp.StatusCode == 200 && strings.Contains(string(b), "<h1"), "the first visitor starts it, and waits for a whole page: %s", resp.Status)
	for deadline := time.Now().Add(time.Minute); state() == "activating" && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
	}
	prove(t, state() == "active", "it has told that it is ready: the service is %s", state())

	stop := l.run(t, 6, 2)
	for range *restarts {
		l.journal.awaitMore(t, 1)
		ctl("restart", "praksis.service")
	}
	l.journal.awaitMore(t, 1)
	stop()
	prove(t, len(l.failed) == 0, "%d times systemctl restart under 6 visitors and 2 who send: %s", *restarts, l.faults())
	lost := 0
	for _, token := range l.journal.acknowledged {
		resp, err := http.Get(l.base + "/indsend/" + token)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			lost++
		}
	}
	prove(t, lost == 0, "%d submissions acknowledged, %d lost", len(l.journal.acknowledged), lost)

	pid := ctl("show", "-P", "MainPID", "praksis.service")
	ctl("kill", "--kill-whom=main", "--signal=SIGKILL", "praksis.service")
	time.Sleep(200 * time.Millisecond)
	begun := time.Now()
	resp, err = http.Get(l.base + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	now := ctl("show", "-P", "MainPID", "praksis.service")
	prove(t, resp.StatusCode == 200 && now != pid && now != "0", "killed, it is started again; who came meanwhile waited %.1f s: %s", time.Since(begun).Seconds(), resp.Status)
	for deadline := time.Now().Add(time.Minute); state() != "active" && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
	}
	ctl("stop", "praksis.socket", "praksis.service")
	prove(t, state() == "inactive" && ctl("show", "-P", "Result", "praksis.service") == "success", "stopped in order: %s, %s", state(), ctl("show", "-P", "Result", "praksis.service"))
	_, err = http.Get(l.base + "/")
	prove(t, err != nil, "and nobody listens any more")
}
