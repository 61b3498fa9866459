package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/postgres/embedded"

	"github.com/jackc/pgx/v5"
)

// TestFaultConnectionsUsedUp takes all connections that Postgres has (faults.md, row 8):
// what needs one is told within the time of a request, /readyz says so, what needs none
// goes on, and all is well again when there are some.
func TestFaultConnectionsUsedUp(t *testing.T) {
	data := t.TempDir()
	p := serve(t, data)
	defer p.end(t, syscall.SIGTERM)
	base := strings.TrimSuffix(p.base, "/")
	server, err := embedded.Start(t.Context(), filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	admin, err := pgx.Connect(t.Context(), server.AdminURL(embeddedName))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(context.Background())
	pid := postmasterOf(t, data)
	var taken []*pgx.Conn
	defer func() {
		for _, c := range taken {
			c.Close(context.Background())
		}
	}()
	take := func() {
		for range 1000 {
			c, err := pgx.Connect(t.Context(), server.AppURL(embeddedName))
			if err != nil {
				return
			}
			taken = append(taken, c)
		}
		t.Fatal("Postgres gives connections without end: the run proves nothing")
	}
	// The server's own are ended and taken too, until it has none.
	own := func() (n int) {
		t.Helper()
		var pids []int32
		for _, c := range taken {
			pids = append(pids, int32(c.PgConn().PID()))
		}
		err := admin.QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND datname = $1 AND pid <> pg_backend_pid() AND NOT pid = ANY ($2)`, embeddedName, pids).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	take()
	for range 50 {
		n := own()
		take()
		if n == 0 {
			break
		}
	}
	for _, c := range []struct {
		path string
		want int
		most time.Duration
	}{{"/readyz", 503, 3 * time.Second}, {"/healthz", 200, time.Second}, {"/indsend/" + strings.Repeat("A", 43), 503, 6 * time.Second}} {
		begun := time.Now()
		resp, err := http.Get(base + c.path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		took := time.Since(begun)
		if err != nil || resp.StatusCode != c.want || took > c.most {
			t.Errorf("%s: %d after %s, %v", c.path, resp.StatusCode, took, err)
		}
		if c.want == 503 && c.path != "/readyz" && (!bytes.Contains(b, []byte("<h1")) || resp.Header.Get("Retry-After") == "" || bytes.Contains(b, []byte("53300"))) {
			t.Errorf("%s: %.300s", c.path, b)
		}
	}
	// What is in memory answers until the version has not been confirmed for a while.
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		resp, err := http.Get(base + "/eksempler?q=hvadsomhelst" + strconv.FormatInt(time.Now().UnixNano(), 36))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == 503 {
			break
		}
		if resp.StatusCode != 200 || time.Since(begun) > 15*time.Second {
			t.Errorf("a search: %d after %s", resp.StatusCode, time.Since(begun))
			break
		}
	}
	typed := url.Values{"kind": {"tip"}, "key": {"abcdefghijklmnopqrst"}, "text": {"Vi gik ture i skoven."}, "organisation": {"Aarhus Kommune"}, "email": {"a@aarhus.example"}}
	resp, err := http.PostForm(base+"/indsend/tjek", typed)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || !bytes.Contains(b, []byte("Vi gik ture i skoven.")) {
		t.Errorf("a form does not come back with what was typed: %d, %v", resp.StatusCode, err)
	}
	used := len(taken)
	for _, c := range taken {
		c.Close(context.Background())
	}
	taken = nil
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		resp, err := http.Get(base + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == 200 {
			saw(t, 1, "%d connections taken: 503 with what was typed, ready again %.1f s after they were free", used, time.Since(begun).Seconds())
			break
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatal("not ready 20 s after there are connections again")
		}
	}
	if resp, err := http.Get(base + "/eksempler?q=hvadsomhelst"); err != nil || resp.StatusCode != 200 {
		t.Errorf("a search afterwards: %v, %v", resp, err)
	} else {
		resp.Body.Close()
	}
	if now := postmasterOf(t, data); now != pid {
		t.Error("Postgres was started anew, which helps nobody whose connections are used up")
	}
}

// postmasterOf is the private Postgres' process.
func postmasterOf(t *testing.T, data string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(data, "postgres", "pg*", "postmaster.pid"))
	if err != nil || len(found) != 1 {
		t.Fatalf("postmaster: %v, %v", found, err)
	}
	b, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return line
}
