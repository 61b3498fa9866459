package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPostgresHangs stops the private Postgres without ending it (faults.md, row
// 7): every page, those of the desk too, answers within the five seconds that a
// request has, /readyz within one and says what is wrong, and all is well again
// when it goes on.
func TestPostgresHangs(t *testing.T) {
	data := t.TempDir()
	p := serve(t, data)
	base := strings.TrimSuffix(p.base, "/")
	signIn := regexp.MustCompile(`sign in as (\S+) with the password (\S+)`).FindStringSubmatch(p.out.String())
	if signIn == nil {
		t.Fatalf("no sign-in is told: %s", p.out)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	ask := func(do func() (*http.Response, error)) (int, string, time.Duration) {
		t.Helper()
		begun := time.Now()
		resp, err := do()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b), time.Since(begun)
	}
	get := func(path string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return client.Get(base + path) }
	}
	post := func(path string, v url.Values) func() (*http.Response, error) {
		return func() (*http.Response, error) { return client.PostForm(base+path, v) }
	}
	if status, body, _ := ask(post("/redaktion/log-ind", url.Values{"mail": {signIn[1]}, "adgangskode": {signIn[2]}})); status != 200 || !strings.Contains(body, "Log ud") {
		t.Fatalf("sign-in: %d", status)
	}
	signal := func(s syscall.Signal) {
		t.Helper()
		n := 0
		for _, pid := range postgresProcesses(t, data) {
			if syscall.Kill(pid, s) == nil {
				n++
			}
		}
		if n < 2 {
			t.Fatalf("%d processes of Postgres found", n)
		}
	}
	signal(syscall.SIGSTOP)
	stopped := true
	defer func() {
		if stopped {
			signal(syscall.SIGCONT)
		}
		p.end(t, syscall.SIGTERM)
	}()
	// The desk first, which waits for the database: what is in memory answers until
	// the version has not been confirmed for two seconds, and then only pages that were
	// asked for before do.
	for _, path := range []string{"/redaktion", "/redaktion/mails", "/eksempler?q=hvadsomhelst", "/eksempler?q=g%C3%A5ture+i+skoven", "/indsend/" + strings.Repeat("A", 43), "/healthz"} {
		want := 503
		if path == "/healthz" {
			want = 200
		}
		// One second more for a machine that runs the other packages' tests meanwhile.
		if status, body, took := ask(get(path)); status != want || took > 6*time.Second || want == 503 && !strings.Contains(body, "<h1") {
			t.Errorf("%s: %d after %s: %.200s", path, status, took, body)
		}
	}
	// A page with the form in it, not a line of text.
	typed := url.Values{"kind": {"tip"}, "key": {"abcdefghijklmnopqrst"}, "text": {"Vi gik ture i skoven."}, "organisation": {"Aarhus Kommune"}, "email": {"a@aarhus.example"}}
	if status, body, took := ask(post("/indsend/tjek", typed)); took > 7*time.Second || !strings.Contains(body, "Vi gik ture i skoven.") {
		t.Errorf("a form: %d after %s: %.300s", status, took, body)
	}
	if status, _, took := ask(post("/redaktion/log-ind", url.Values{"mail": {signIn[1]}, "adgangskode": {"noget andet"}})); status != 503 || took > 6*time.Second {
		t.Errorf("a sign-in: %d after %s", status, took)
	}
	if status, body, took := ask(get("/readyz")); status != 503 || took > 2*time.Second || !strings.Contains(body, "database: does not answer") {
		t.Errorf("/readyz: %d after %s: %s", status, took, body)
	}
	signal(syscall.SIGCONT)
	stopped = false
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		status, body, _ := ask(get("/redaktion"))
		if status == 200 && strings.Contains(body, "Log ud") {
			break
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("ten seconds after Postgres went on: %d", status)
		}
	}
}

// pidOf is the number in /proc/N/cwd.
func pidOf(cwd string) (int, error) { return strconv.Atoi(filepath.Base(filepath.Dir(cwd))) }

// postgresProcesses are the server's and its children's, which work in the cluster.
func postgresProcesses(t *testing.T, data string) (pids []int) {
	t.Helper()
	found, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	for _, cwd := range found {
		if to, err := os.Readlink(cwd); err == nil && strings.HasPrefix(to, filepath.Join(data, "postgres", "pg")) {
			if pid, err := pidOf(cwd); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	if len(pids) < 2 {
		t.Fatalf("%d processes of Postgres found", len(pids))
	}
	return pids
}
