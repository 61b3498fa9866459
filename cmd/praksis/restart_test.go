package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var restarts = flag.Int("restarts", 3, "how often TestRestartUnderLoad restarts the server; make test-restart says 12")

// holder holds the listening socket and hears what the servers tell, as a service
// manager does.
type holder struct {
	listener *net.TCPListener
	told     chan string
	notify   string
	data     string
}

func newHolder(t *testing.T, addr string) *holder {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	h := &holder{listener: ln.(*net.TCPListener), told: make(chan string, 100), data: t.TempDir()}
	dir, err := os.MkdirTemp("", "notify") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	h.notify = filepath.Join(dir, "socket")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: h.notify, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			h.told <- string(b[:n])
		}
	}()
	return h
}

func (h *holder) base() string { return "http://" + h.listener.Addr().String() }

// handed makes a command that is handed the sockets. LISTEN_PID is the number of the
// process itself, which a shell knows before it becomes the program.
func handed(t *testing.T, files []*os.File, env []string, args ...string) *exec.Cmd {
	t.Helper()
	c := command(t, env, args...)
	sh := exec.Command("/bin/sh", append([]string{"-c", `LISTEN_PID=$$ exec "$@"`, "sh", c.Path}, args...)...)
	sh.Env = append(c.Env, "LISTEN_FDS="+strconv.Itoa(len(files)), "LISTEN_FDNAMES=praksis")
	sh.ExtraFiles = files
	return sh
}

// start starts a server on the socket that is held.
func (h *holder) start(t *testing.T, env ...string) *process {
	t.Helper()
	f, err := h.listener.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := &process{Cmd: handed(t, []*os.File{f}, append(env, "NOTIFY_SOCKET="+h.notify), "serve", "--data", h.data), out: &output{}, base: h.base() + "/"}
	p.Stdout, p.Stderr = p.out, p.out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.ProcessState == nil {
			p.Process.Signal(syscall.SIGTERM)
			p.Wait()
		}
	})
	return p
}

// hears waits until a server tells that.
func (h *holder) hears(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-h.told:
		if got != want {
			t.Errorf("the holder is told %q, want %q", got, want)
		}
	case <-time.After(time.Minute):
		t.Fatalf("the holder is never told %q", want)
	}
}

// TestRestartUnderLoad restarts the server on a socket that is held outside of it, as
// by systemd, while visitors read and others send (faults.md, row 31): one ends and the
// next begins, or they overlap. No request fails, none is answered by the page that
// tells of the start, an upload on its way comes through, and what was acknowledged is
// there once.
func TestRestartUnderLoad(t *testing.T) {
	h := newHolder(t, "127.0.0.1:0")
	p := h.start(t)
	h.hears(t, "READY=1")
	l := &load{base: h.base(), journal: newJournal(t)}
	stop := l.run(t, 6, 2)
	for n := range *restarts {
		l.journal.awaitMore(t, 1)
		last := p
		overlap := n%3 == 1 // the next one is there before the last one goes
		if overlap {
			p = h.start(t)
			h.hears(t, "READY=1")
		}
		rest := make(chan struct{})
		begun := make(chan struct{})
		upload, late := make(chan error, 1), make(chan error, 1)
		go func() { late <- askLate(h.base(), rest) }()
		go func() { upload <- uploadSlowly(h.base(), begun, rest) }()
		<-begun
		time.AfterFunc(time.Second, func() { close(rest) })
		last.end(t, syscall.SIGTERM)
		h.hears(t, "STOPPING=1")
		if !overlap {
			p = h.start(t)
			h.hears(t, "READY=1")
		}
		if err := <-upload; err != nil {
			t.Errorf("restart %d: an upload on its way: %v", n, err)
		}
		if err := <-late; err != nil {
			t.Errorf("restart %d: a connection that was accepted and had not asked yet: %v", n, err)
		}
	}
	l.journal.awaitMore(t, 1)
	stop()
	if len(l.failed) > 0 || l.answered.Load() < int64(50**restarts) {
		t.Errorf("%s; %s", l.faults(), p.out)
	}
	kept := l.journal.thereOnce(t, connect(t, h.data))
	t.Logf("%d restarts, %d submissions kept, %s", *restarts, kept, l.faults())
	p.end(t, syscall.SIGTERM)
}

// thereOnce compares with the database: what was acknowledged is there once, and
// nothing else. It returns how many there are.
func (j *journal) thereOnce(t *testing.T, conn *pgx.Conn) (kept int) {
	t.Helper()
	for key, token := range j.acknowledged {
		k, tk := sha256.Sum256([]byte(key)), sha256.Sum256([]byte(token))
		var n int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM submission WHERE client_hash = $1 AND token_hash = $2`, k[:], tk[:]).Scan(&n); err != nil || n != 1 {
			t.Errorf("acknowledged once, and there are %d, %v", n, err)
		}
	}
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM submission`).Scan(&kept); err != nil || kept != len(j.acknowledged) {
		t.Errorf("%d acknowledged, %d there, %v", len(j.acknowledged), kept, err)
	}
	return kept
}

// askLate connects at once and asks when rest is closed.
func askLate(base string, rest <-chan struct{}) error {
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		return err
	}
	defer conn.Close()
	<-rest
	r, err := http.NewRequest("GET", base+"/", nil)
	if err != nil {
		return err
	}
	resp, err := exchange(conn, bufio.NewReader(conn), r)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = errors.New(resp.Status)
	}
	return err
}

// uploadSlowly sends a form that lacks something in two parts: the second when rest is closed. It closes
// begun when the first is on its way.
func uploadSlowly(base string, begun chan<- struct{}, rest <-chan struct{}) error {
	body := url.Values{"kind": {"tip"}, "key": {"abcdefghijklmnopqrst"}, "organisation": {"Aarhus Kommune"}, "email": {"a@aarhus.example"},
		"text": {"Vi gik ture i skoven. " + strings.Repeat("Det hjalp. ", 200)}}.Encode()
	half := len(body) / 2
	r, err := http.NewRequest("POST", base+"/indsend/tjek", slowly(body[:half], body[half:], rest))
	if err != nil {
		return err
	}
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	time.AfterFunc(100*time.Millisecond, func() { close(begun) })
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(b), "Vi gik ture i skoven.")) {
		err = fmt.Errorf("%s: %.200s", resp.Status, b)
	}
	return err
}

// TestHandedSocket is what the holder of a socket can get wrong, what the private
// Postgres gets of it, and a start that takes longer than visitors are made to wait.
func TestHandedSocket(t *testing.T) {
	t.Parallel() // it waits
	h := newHolder(t, "127.0.0.1:0")
	begun := time.Now()
	waits := h.start(t, "DATABASE_URL=host=/nowhere dbname=praksis") // looked at in the end
	private := newHolder(t, "127.0.0.1:0")
	p := private.start(t)
	private.hears(t, "READY=1")

	var st syscall.Stat_t
	f, err := private.listener.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// Fd would put the socket, which the server has too, into blocking mode: a server
	// that accepts then ends only when somebody comes.
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var fault error
	if err := raw.Control(func(fd uintptr) { fault = syscall.Fstat(int(fd), &st) }); err != nil || fault != nil {
		t.Fatal(err, fault)
	}
	socket := fmt.Sprintf("socket:[%d]", st.Ino)
	holds := func(pid string) (n int) {
		t.Helper()
		links, err := filepath.Glob("/proc/" + pid + "/fd/*")
		if err != nil || len(links) == 0 {
			t.Fatalf("files of %s: %v, %v", pid, links, err)
		}
		for _, link := range links {
			if to, err := os.Readlink(link); err == nil && to == socket {
				n++
			}
		}
		return n
	}
	if n := holds(strconv.Itoa(p.Process.Pid)); n != 1 {
		t.Errorf("the server has the socket %d times", n)
	}
	text, err := os.ReadFile(onlyPidFile(t, private.data))
	if err != nil {
		t.Fatal(err)
	}
	postmaster, _, _ := strings.Cut(string(text), "\n")
	env, err := os.ReadFile("/proc/" + postmaster + "/environ")
	if err != nil || !bytes.Contains(env, []byte("LC_ALL=")) {
		t.Fatalf("%q, %v", env, err)
	}
	if holds(postmaster) > 0 || bytes.Contains(env, []byte("NOTIFY_SOCKET")) || bytes.Contains(env, []byte("LISTEN_")) {
		t.Errorf("the private Postgres has the socket %d times, and the environment %q", holds(postmaster), env)
	}
	p.end(t, syscall.SIGTERM)

	unix, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(filepath.Dir(private.notify), "web"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close()
	other, err := unix.File()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for _, c := range []struct {
		files []*os.File
		addr  string
		want  string
	}{
		{[]*os.File{f}, "127.0.0.1:0", "remove --addr"},
		{[]*os.File{f, f}, "", "hands over 2 sockets"},
		{[]*os.File{other}, "", "ListenStream=127.0.0.1:8080"},
	} {
		out, err := handed(t, c.files, []string{"PRAKSIS_ADDR=" + c.addr}, "serve", "--data", t.TempDir()).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) || strings.Count(strings.TrimSpace(string(out)), "\n") > 0 {
			t.Errorf("%s: %v, %s", c.want, err, out)
		}
	}

	resp, err := http.Get(h.base() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if took := time.Since(begun); err != nil || resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(b), "Kataloget starter") || took < startPatience {
		t.Errorf("a start without a database: %s after %s, %v", resp.Status, took, err)
	}
	if len(h.told) > 0 {
		t.Errorf("it tells %q, and is not ready", <-h.told)
	}
	waits.end(t, syscall.SIGTERM)
}
