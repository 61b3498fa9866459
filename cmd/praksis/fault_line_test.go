package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"praksis/internal/pgtest/seeded"

	"github.com/jackc/pgx/v5"
)

// requestTime is the longest that a request may take while the database is away: the
// five seconds that it has, and some for a form that is shown again and a busy machine.
const requestTime = 8 * time.Second

// TestFaultBadLine puts a line between the server and Postgres that is slow, stands
// still, is cut, or cut at the moment of a commit (faults.md, row 7): every request ends
// within its time, what was acknowledged is there once, who cannot be told whether it was
// kept is told that, and may send it again without making a second. Afterwards the server
// holds as many connections as before.
func TestFaultBadLine(t *testing.T) {
	app := seeded.New(t).Config().ConnString()
	l := newLine(t, app)
	p := serve(t, t.TempDir(), "DATABASE_URL="+l.url)
	defer p.end(t, syscall.SIGTERM)
	conn, err := pgx.Connect(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	j := newJournal(t)
	j.base.Store(&p.base)
	cut, there := j.cutCommits(t, l, conn, rounds(2, 10))
	for range 3 {
		if err := readWhole(p.base + "eksempler?q=telefon"); err != nil {
			t.Fatal(err)
		}
	}
	before := l.open()

	bad := []struct {
		name string
		do   func()
	}{
		{"cut", func() { l.refuse.Store(true); l.cut() }},
		{"standing still", func() { l.stand() }},
		{"2 s late", func() { l.late.Store(int64(2 * time.Second)) }},
	}
	if !*faults {
		bad = bad[:1]
	}
	stop := posting(t, j, p)
	defer stop()
	var slowest time.Duration
	asked := 0
	for _, f := range bad {
		j.awaitMore(t, 3)
		f.do()
		for end := time.Now().Add(time.Duration(rounds(2, 12)) * time.Second); time.Now().Before(end); {
			for _, path := range []string{"eksempler", fmt.Sprintf("eksempler?q=ture%d", asked), "indsend/" + strings.Repeat("A", 43), "redaktion/log-ind", "healthz", "readyz"} {
				begun := time.Now()
				status, page := fetched(t, p, path)
				took := time.Since(begun)
				slowest = max(slowest, took)
				asked++
				if took > requestTime || status == http.StatusInternalServerError || path == "healthz" && status != http.StatusOK {
					t.Errorf("line %s, /%s: %d after %s: %.300s", f.name, path, status, took, page)
				}
			}
		}
		l.heal()
		well := time.Now()
		j.awaitMore(t, 5)
		if took := time.Since(well); took > recovery {
			t.Errorf("after the line was %s, nothing was acknowledged for %s", f.name, took)
		}
	}
	stop()
	kept := j.acknowledgedOnce(t, conn)
	open := 0
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if open = l.open(); open <= before+4 { // the pool's least
			break
		}
	}
	if open > before+4 {
		t.Errorf("%d connections, and %d before", open, before)
	}
	saw(t, len(bad)+cut, "%d requests, the slowest took %.1f s; %d tips acknowledged, all there once; of %d cut at their commit %d were kept, each told as unknown, and sent again made no second; %d connections afterwards, %d before", asked, slowest.Seconds(), kept, cut, there, open, before)
}

// acknowledgedOnce holds the journal against the database.
func (j *journal) acknowledgedOnce(t *testing.T, conn *pgx.Conn) int {
	t.Helper()
	for key, token := range j.acknowledged {
		k, tk := sha256.Sum256([]byte(key)), sha256.Sum256([]byte(token))
		var n int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM submission WHERE client_hash = $1 AND token_hash = $2`, k[:], tk[:]).Scan(&n); err != nil || n != 1 {
			t.Errorf("acknowledged once, and there are %d, %v", n, err)
		}
	}
	return len(j.acknowledged)
}

// cutCommits sends tips whose commits are cut off, half of them after they have reached
// Postgres, and sends each again. It returns how many of how many were kept at first.
func (j *journal) cutCommits(t *testing.T, l *line, conn *pgx.Conn, tips int) (cut, there int) {
	t.Helper()
	for n := range tips {
		address := fmt.Sprintf("uvis-%d@example.dk", n)
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		b := &browser{ctx: t.Context(), base: &j.base, client: &http.Client{Jar: jar, Timeout: time.Minute,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		review, key, err := b.review(address)
		if err != nil {
			t.Fatal(err)
		}
		count := func() (n int) {
			t.Helper()
			k := sha256.Sum256([]byte(key))
			if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM submission WHERE client_hash = $1`, k[:]).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		arrives := n%2 == 0
		l.cutCommit(address, arrives)
		_, err = b.send(review, nil)
		if err == nil || !strings.Contains(err.Error(), "503") || !strings.Contains(err.Error(), "Vi ved ikke, om det nåede frem") {
			t.Errorf("cut at its commit: %.200v", err)
		}
		if !l.healed() {
			t.Error("no commit was cut: the run proves nothing")
		}
		kept := 0
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && kept == 0 && arrives; time.Sleep(10 * time.Millisecond) {
			kept = count()
		}
		if want := map[bool]int{true: 1, false: 0}[arrives]; kept != want {
			t.Errorf("the commit arrived: %v, and %d are there", arrives, kept)
		}
		there += kept
		token, err := b.send(review, nil)
		if err != nil {
			t.Errorf("sent again: %v", err)
			continue
		}
		j.acknowledge(key, token, address)
		if n := count(); n != 1 {
			t.Errorf("sent again, there are %d", n)
		}
	}
	return tips, there
}

// line is the way to Postgres, which can be bad.
type line struct {
	url    string
	to     string       // Postgres' socket
	late   atomic.Int64 // nanoseconds that each piece takes
	refuse atomic.Bool  // who connects is cut off

	mu      sync.Mutex
	conns   map[net.Conn]bool
	moving  chan struct{} // closed while pieces go through
	marked  string        // the next commit of what has this in it is cut, when not ""
	arrives bool          // that commit reaches Postgres
}

// newLine leads to the database of an address on a socket.
func newLine(t *testing.T, app string) *line {
	t.Helper()
	u, err := url.Parse(app)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	l := &line{to: filepath.Join(q.Get("host"), ".s.PGSQL."+q.Get("port")), conns: map[net.Conn]bool{}, moving: make(chan struct{})}
	close(l.moving)
	u.Host, u.RawQuery = ln.Addr().String(), "sslmode=disable"
	l.url = u.String()
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			all.Go(func() { l.carry(c) })
		}
	})
	t.Cleanup(func() { ln.Close(); l.heal(); l.cut(); all.Wait() })
	return l
}

// carry carries one connection until either side ends it, or it is cut.
func (l *line) carry(client net.Conn) {
	server, err := net.Dial("unix", l.to)
	if err != nil || l.refuse.Load() {
		l.reset(client)
		return
	}
	l.mu.Lock()
	l.conns[client] = true
	l.mu.Unlock()
	var both sync.WaitGroup
	seen := false // what is marked, since the last commit
	var cutting atomic.Bool
	answered := make(chan struct{}) // a commit whose answer is kept back
	for _, way := range []struct{ from, to net.Conn }{{client, server}, {server, client}} {
		both.Go(func() {
			defer server.Close()
			defer l.reset(client)
			for piece := make([]byte, 1<<16); ; {
				n, err := way.from.Read(piece)
				if way.from == server && (err != nil || cutting.Load()) {
					close(answered)
				}
				if err != nil || cutting.Load() {
					return
				}
				l.mu.Lock()
				moving, now := l.moving, piece[:n]
				if way.from == client && l.marked != "" {
					seen = seen || bytes.Contains(now, []byte(l.marked))
					if seen && bytes.Contains(now, []byte("commit\x00")) {
						arrives := l.arrives
						l.marked = ""
						l.mu.Unlock()
						cutting.Store(true)
						if arrives { // and its answer does not
							if _, err := way.to.Write(now); err == nil {
								<-answered
							}
						}
						return
					}
				}
				l.mu.Unlock()
				<-moving
				time.Sleep(time.Duration(l.late.Load()))
				if _, err := way.to.Write(now); err != nil {
					return
				}
			}
		})
	}
	both.Wait()
	l.mu.Lock()
	delete(l.conns, client)
	l.mu.Unlock()
}

// reset ends a connection as a line that is cut does.
func (l *line) reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	c.Close()
}

// cut ends all connections.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		l.reset(c)
	}
}

// stand lets nothing more through, in both directions.
func (l *line) stand() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moving = make(chan struct{})
}

// heal makes the line good again.
func (l *line) heal() {
	l.refuse.Store(false)
	l.late.Store(0)
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.moving:
	default:
		close(l.moving)
	}
}

// cutCommit cuts the connection whose next commit is of what has the mark in it.
func (l *line) cutCommit(mark string, arrives bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.marked, l.arrives = mark, arrives
}

// healed tells whether that commit has come.
func (l *line) healed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.marked == ""
}

// open is how many connections there are.
func (l *line) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}
