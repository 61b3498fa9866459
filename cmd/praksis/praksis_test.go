package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"praksis/internal/pgtest"
	"praksis/internal/postgres/embedded"

	"github.com/jackc/pgx/v5"
)

// binary is the program, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "praksis-bin-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "praksis")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return path, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

func command(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, args...)
	c.Env = append(os.Environ(), "DATABASE_URL=", "PRAKSIS_MIGRATE_URL=", "PRAKSIS_LOG_FORMAT=text")
	c.Env = append(c.Env, env...)
	return c
}

// process is a `praksis serve` that answers.
type process struct {
	*exec.Cmd
	base string
	out  *output
}

// output collects what a process prints.
type output struct {
	sync.Mutex
	bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) { o.Lock(); defer o.Unlock(); return o.Buffer.Write(b) }
func (o *output) String() string              { o.Lock(); defer o.Unlock(); return o.Buffer.String() }

var printed = regexp.MustCompile(`http://[0-9.:]+/`)

func serve(t *testing.T, data string, env ...string) *process {
	t.Helper()
	return ready(t, command(t, env, "serve", "--addr", "127.0.0.1:0", "--data", data))
}

// ready starts a server and waits until it answers.
func ready(t *testing.T, c *exec.Cmd) *process {
	t.Helper()
	p := &process{Cmd: c, out: &output{}}
	p.Stdout, p.Stderr = p.out, p.out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // for a test that failed half way
		if p.ProcessState == nil {
			p.Process.Signal(syscall.SIGTERM)
			p.Wait()
		}
	})
	for range 2400 { // an index of thousands on a busy machine
		if p.base = printed.FindString(p.out.String()); p.base != "" {
			return p
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("not ready: %s", p.out)
	return nil
}

func (p *process) total(t *testing.T) int {
	t.Helper()
	r, err := http.Get(p.base + "eksempler.json")
	if err != nil {
		t.Fatalf("%v: %s", err, p.out)
	}
	defer r.Body.Close()
	var l struct{ Total int }
	if err := json.NewDecoder(r.Body).Decode(&l); err != nil {
		t.Fatal(err)
	}
	return l.Total
}

func (p *process) end(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); s == syscall.SIGTERM && err != nil {
		t.Errorf("ended with %v: %s", err, p.out)
	}
}

func run(t *testing.T, env []string, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	c := command(t, env, args...)
	var o, e bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &o, &e
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return o.String(), e.String(), c.ProcessState.ExitCode()
}

// running tells whether a Postgres of the data folder is up.
func running(t *testing.T, data string) bool {
	t.Helper()
	unused, err := embedded.StopUnused(context.Background(), filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	return !unused
}

// TestOneFolder takes a private database through what happens to it in life:
// processes that share it, kill -9 of each of them, and a restart.
func TestOneFolder(t *testing.T) {
	data := t.TempDir()
	first := serve(t, data)
	total := first.total(t)
	if total < 33 {
		t.Fatalf("%d examples: %s", total, first.out)
	}

	// Another server and an export on the same folder.
	second := serve(t, data)
	out, errs, code := run(t, nil, "", "export", "--data", data)
	if strings.Count(out, "\n") != total || code != 0 || second.total(t) != total {
		t.Errorf("export of %d lines, code %d, second serves %d: %s", strings.Count(out, "\n"), code, second.total(t), errs)
	}

	// What one process publishes is found on both within a second.
	if _, errs, code := run(t, nil, `{"slug": "et-nyt", "title": "Et nyt eksempel", "organisation": "Aarhus"}`+"\n", "import", "--data", data, "-"); code != 0 || !strings.Contains(errs, "1 new") {
		t.Fatalf("import: code %d, %s", code, errs)
	}
	deadline := time.Now().Add(time.Second)
	for first.total(t) != total+1 || second.total(t) != total+1 {
		if time.Now().After(deadline) {
			t.Fatalf("after a second %d and %d of %d", first.total(t), second.total(t), total+1)
		}
		time.Sleep(20 * time.Millisecond)
	}

	// Faults are told by line, and nothing is written.
	_, errs, code = run(t, nil, `{"title": "God", "organisation": "Aarhus"}`+"\n"+`{"title": "Dårlig", "organisation": "Atlantis"}`+"\n{\n", "import", "--data", data, "-")
	if code != 2 || !strings.Contains(errs, "line 2: organisation:") || !strings.Contains(errs, "line 3: record:") || first.total(t) != total+1 {
		t.Errorf("bad import: code %d, %s", code, errs)
	}

	// One of two ends: the other goes on. The other is killed: nothing is lost.
	first.end(t, syscall.SIGTERM)
	if second.total(t) != total+1 {
		t.Error("the database went with the first of its users")
	}
	second.end(t, syscall.SIGKILL)
	begun := time.Now()
	third := serve(t, data)
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("ready after %v", took)
	}
	if third.total(t) != total+1 {
		t.Errorf("%d examples after kill -9", third.total(t))
	}

	// Postgres itself is killed under a server that goes on.
	pid, err := os.ReadFile(onlyPidFile(t, data))
	if err != nil {
		t.Fatal(err)
	}
	var n int
	fmt.Sscan(string(pid), &n)
	if err := syscall.Kill(n, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	fourth := serve(t, data) // brings it up again
	deadline = time.Now().Add(10 * time.Second)
	for {
		r, err := http.Get(third.base + "eksempler/et-nyt.json")
		if err == nil {
			io.Copy(io.Discard, r.Body)
			r.Body.Close()
			if r.StatusCode == 200 {
				break
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("does not come back: %s", third.out)
		}
		time.Sleep(50 * time.Millisecond)
	}
	third.end(t, syscall.SIGTERM)
	fourth.end(t, syscall.SIGTERM)
	if running(t, data) {
		t.Error("the last one out left Postgres running")
	}
}

// TestCommandsDoNotWait holds the locks that an import holds, and more: other
// commands come to their end meanwhile, and load no seeds.
func TestCommandsDoNotWait(t *testing.T) {
	data := t.TempDir()
	server, err := embedded.Start(t.Context(), filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	// An import finds nothing yet that its practices could refer to.
	_, errs, code := run(t, nil, `{"title": "Ny", "organisation": "Aarhus"}`+"\n", "import", "--data", data, "-")
	if code != 1 || !strings.Contains(errs, "praksis seed") || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
		t.Errorf("import before the seeds: code %d, %s", code, errs)
	}
	if _, errs, code := run(t, nil, "", "seed", "--data", data); code != 0 || !strings.Contains(errs, " new, ") {
		t.Fatalf("seed: code %d, %s", code, errs)
	}
	conn, err := pgx.Connect(t.Context(), server.OwnerURL("praksis"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `
		BEGIN; SELECT FROM organisation FOR UPDATE; SELECT FROM term FOR UPDATE; SELECT FROM seed_practice FOR UPDATE;
		SELECT FROM practice FOR UPDATE; SELECT FROM catalogue_version FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"editor", "list"}, {"synonyms"}, {"export", "-o", filepath.Join(data, "alle.jsonl")}, {"seed"}, {"migrate"}} {
		c := command(t, nil, append(args, "--data", data)...)
		var out output
		c.Stdout, c.Stderr = &out, &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		late := time.AfterFunc(20*time.Second, func() { c.Process.Kill() })
		if err := c.Wait(); err != nil {
			t.Errorf("%v waits for the import, or fails: %v %s", args, err, &out)
		}
		late.Stop()
	}
}

func onlyPidFile(t *testing.T, data string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(data, "postgres", "pg*", "postmaster.pid"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v %v", found, err)
	}
	return found[0]
}

// TestServerOfOthers uses a database that others run: it is seeded on request
// only, and may have two logins.
func TestServerOfOthers(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	env := []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner}
	p := serve(t, t.TempDir(), env...)
	if n := p.total(t); n != 0 {
		t.Errorf("%d examples that nobody asked for", n)
	}
	if _, errs, code := run(t, env, "", "seed"); code != 0 {
		t.Fatalf("seed: %d %s", code, errs)
	}
	for deadline := time.Now().Add(10 * time.Second); p.total(t) <= 33; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d examples", p.total(t))
		}
	}
	if _, errs, code := run(t, env, "", "seed"); code != 0 || !strings.Contains(errs, "loaded already") {
		t.Errorf("seed again: %d %s", code, errs)
	}
	p.end(t, syscall.SIGTERM)

	// A newer build comes: migrate makes the read model again, with the owner's
	// address alone.
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `UPDATE public_practice SET shape = 0; UPDATE public_shape SET newest = 0`); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := run(t, []string{"PRAKSIS_MIGRATE_URL=" + owner}, "", "migrate"); code != 0 || !strings.Contains(errs, "practices made again") {
		t.Errorf("migrate: %d %s", code, errs)
	}
	// A migration has taken away what this build needs.
	if _, err := conn.Exec(t.Context(), `UPDATE schema_needs SET migration = 900`); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()}, {"editor", "list"}} {
		if _, errs, code := run(t, append(env, "PRAKSIS_METRICS_ADDR=none"), "", args...); code != 1 || !strings.Contains(errs, "older than the database") || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
			t.Errorf("%v on a database that needs a newer program: %d %s", args, code, errs)
		}
	}
}

// TestDatabaseComesLater starts before its database: the process stays, says
// that it is not ready, and serves when it can.
func TestDatabaseComesLater(t *testing.T) {
	owner, _ := pgtest.NewURLs(t)
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	// The server's socket, by a way to it that is not there yet.
	dir, err := os.MkdirTemp("", "later")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	way := filepath.Join(dir, "way")
	q := u.Query()
	socket := q.Get("host")
	q.Set("host", way)
	u.RawQuery = q.Encode()
	addr := freeAddress(t)
	c := command(t, []string{"DATABASE_URL=" + u.String()}, "serve", "--addr", addr, "--data", t.TempDir())
	out := &output{}
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		c.Process.Signal(syscall.SIGTERM)
		if err := c.Wait(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}()
	until := func(status int, text string) {
		t.Helper()
		for range 200 {
			if r, err := http.Get("http://" + addr + "/"); err == nil {
				b, err := io.ReadAll(r.Body)
				r.Body.Close()
				if err == nil && r.StatusCode == status && strings.Contains(string(b), text) {
					return
				}
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("no %d: %s", status, out)
	}
	until(503, "Kataloget starter")
	if err := os.Symlink(socket, way); err != nil {
		t.Fatal(err)
	}
	until(200, "0 eksempler")
}

func TestClearWords(t *testing.T) {
	data := t.TempDir()
	taken := serve(t, data, "DATABASE_URL="+func() string { _, app := pgtest.NewURLs(t); return app }())
	for _, c := range []struct {
		env  []string
		args []string
		want string
	}{
		{nil, []string{"serve", "--addr", strings.Trim(strings.TrimPrefix(taken.base, "http://"), "/")}, "--addr"},
		{[]string{"PRAKSIS_SMTP_PORT=abc"}, []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0"}, "PRAKSIS_SMTP_PORT"},
		{[]string{"PRAKSIS_LOG_LEVEL=loud"}, []string{"licences"}, "PRAKSIS_LOG_LEVEL"},
		{[]string{"PRAKSIS_PUBLIC_ULR=https://x.dk"}, []string{"config", "check"}, "1 to mend"},
		{[]string{"PGBIN=/nowhere"}, []string{"export", "--data", t.TempDir()}, "PGBIN"},
		{nil, []string{"import", "--data", t.TempDir(), "/findes/ikke.jsonl"}, "no such file"},
		{nil, []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--trusted-proxies=-1"}, "--trusted-proxies"},
		{nil, []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--public-url", "https://praksis.example"}, "--trusted-proxies"},
		{nil, []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--public-url", "http://praksis.example:8080"}, "--trusted-proxies"},
		{nil, []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--public-url", "https://praksis.example/katalog"}, "--public-url"},
		{[]string{"PRAKSIS_CLIENT_HEADER=X-Real-IP"}, []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0"}, "PRAKSIS_TRUSTED_PROXIES"},
	} {
		_, errs, code := run(t, c.env, "", c.args...)
		if code != 1 || !strings.Contains(errs, c.want) || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
			t.Errorf("%v: code %d, %s", c.args, code, errs)
		}
	}
	// Those who ask the server that is there; none of them needs the database.
	at := "PRAKSIS_ADDR=" + strings.Trim(strings.TrimPrefix(taken.base, "http://"), "/")
	away := []string{at, "DATABASE_URL=postgres://nobody@127.0.0.1:1/none", "PRAKSIS_CHECK_LINKS="}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"healthcheck", "--timeout", "1m"}, "/healthz answers 200 OK"},
		{[]string{"healthcheck", "--timeout", "1m", "--ready"}, "/readyz answers 200 OK"},
		{[]string{"reindex", "--data", data}, "index-0: built anew by the server that uses it"},
		{[]string{"config", "check"}, "Nothing is wrong"},
		{[]string{"config", "show"}, "postgres://nobody@127.0.0.1:1/none"},
		{[]string{"licences"}, "SIL OPEN FONT LICENSE"},
	} {
		if out, errs, code := run(t, away, "", c.args...); code != 0 || !strings.Contains(out+errs, c.want) {
			t.Errorf("%v: code %d, %s%s", c.args, code, out, errs)
		}
	}
	taken.end(t, syscall.SIGTERM)
}
