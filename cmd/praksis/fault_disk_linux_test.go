package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"praksis/internal/postgres/embedded"

	"github.com/jackc/pgx/v5"
)

// smallDisk makes a new folder a disk of so many megabytes.
func smallDisk(t *testing.T, dir string, megabytes int) {
	t.Helper()
	if !*faults {
		t.Skip("make faults runs it: it needs a disk of its own, and is slow")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=0700", megabytes)); err != nil {
		t.Fatalf("a small disk cannot be mounted here, which this row needs (root, and no container that forbids it): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("the small disk is left: %v", err)
		}
	})
}

// fill fills a disk to the last byte but some, and returns what makes room again.
func fill(t *testing.T, dir string, but int64) (free func()) {
	t.Helper()
	name := filepath.Join(dir, "ballast")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, int64(st.Bavail)*st.Bsize-but); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Error(err)
		}
	}
}

// posting has tips sent to a server until the test says stop.
func posting(t *testing.T, j *journal, p *process) (stop func()) {
	t.Helper()
	j.base.Store(&p.base)
	ctx, finish := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for poster := range 3 {
		all.Go(func() { j.post(ctx, poster) })
	}
	return sync.OnceFunc(func() { finish(); all.Wait() })
}

// awaitNone waits until nothing has been acknowledged for so long.
func (j *journal) awaitNone(t *testing.T, quiet time.Duration) {
	t.Helper()
	last, since := j.count(), time.Now()
	for end := time.Now().Add(time.Minute); time.Since(since) < quiet; time.Sleep(20 * time.Millisecond) {
		if n := j.count(); n != last {
			last, since = n, time.Now()
		}
		if time.Now().After(end) {
			t.Fatal("tips go on being acknowledged: the fault is none")
		}
	}
}

// hurry has jobs of processes that were killed taken up again at once.
func hurry(t *testing.T, data string) {
	t.Helper()
	if _, err := connect(t, data).Exec(t.Context(), `UPDATE river_job SET attempted_at = attempted_at - interval '1 hour' WHERE state = 'running'`); err != nil {
		t.Fatal(err)
	}
}

// superuser joins the private Postgres with all rights.
func superuser(t *testing.T, data string) *pgx.Conn {
	t.Helper()
	server, err := embedded.Start(t.Context(), filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop() // the program has it too
	conn, err := pgx.Connect(t.Context(), server.AdminURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// TestFaultDiskFullUnderPostgres lets the disk of the private Postgres fill up while tips
// are sent, once for its tables, and once for its WAL, at which it ends itself: what was acknowledged is there, pages go on, and all is well again by itself
// when there is room (faults.md, row 10).
func TestFaultDiskFullUnderPostgres(t *testing.T) {
	data := t.TempDir()
	disk := filepath.Join(data, "postgres")
	smallDisk(t, disk, 320)
	p := serve(t, data)
	j := newJournal(t)
	stop := posting(t, j, p)
	defer stop()
	j.awaitMore(t, 5)
	var r reader
	var longest time.Duration
	var states []string
	for _, of := range []string{"tables", "WAL"} {
		var free func()
		if of == "tables" {
			free = fill(t, disk, 1<<20)
		} else { // a segment of 16 MB cannot be made
			free = fill(t, disk, 12<<20)
			admin := superuser(t, data)
			for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
				if _, err := admin.Exec(t.Context(), `SELECT pg_switch_wal()`); err != nil {
					break // it has ended itself, as it does when it cannot write what it promised
				}
				if time.Now().After(end) {
					t.Fatal("the WAL has room: the fault is none")
				}
			}
		}
		j.awaitNone(t, 2*time.Second)
		before := j.count()
		ctx, read := context.WithCancel(t.Context())
		var reading sync.WaitGroup
		reading.Go(func() { r.read(ctx, t, p.base) })
		time.Sleep(5 * time.Second)
		read()
		reading.Wait()
		states = append(states, fmt.Sprintf("%s full at %d", of, before))
		free()
		room := time.Now()
		j.awaitMore(t, 5)
		longest = max(longest, time.Since(room))
	}
	if longest > 20*time.Second {
		t.Errorf("nothing was acknowledged for %s after there was room", longest)
	}
	stop()
	p.end(t, syscall.SIGTERM)
	p = serve(t, data)
	hurry(t, data)
	said := j.compare(t, connect(t, data), filepath.Join(data, "inbox"), 1)
	p.end(t, syscall.SIGTERM)
	saw(t, len(states), "%s (%s); meanwhile %d pages were answered, %d were 503 with Retry-After; acknowledged again %.1f s after there was room, at most", said, strings.Join(states, ", "), r.read200, r.read503, longest.Seconds())
}

// TestFaultDiskFullUnderIndex lets the disk of the index fill up: what is published
// meanwhile stands in the database and at its address, and is found when there is room,
// on a server that goes on (faults.md, row 10).
func TestFaultDiskFullUnderIndex(t *testing.T) {
	data := t.TempDir()
	disk := filepath.Join(data, "index")
	smallDisk(t, disk, 64)
	p := serve(t, data)
	total := p.total(t)
	free := fill(t, disk, 0)
	const n = 20
	var lines strings.Builder
	for i := range n {
		fmt.Fprintf(&lines, `{"slug": "pladsmangel-%d", "title": "Pladsmangel nummer %d", "organisation": "Aarhus"}`+"\n", i, i)
	}
	if _, errs, code := run(t, nil, lines.String(), "import", "--data", data, "-"); code != 0 {
		t.Fatalf("import: %s", errs)
	}
	time.Sleep(3 * time.Second) // the index has looked some times
	if now := p.total(t); now != total {
		t.Fatalf("%d are found, %d before: the disk was not full", now, total)
	}
	if status, page := fetched(t, p, "eksempler/pladsmangel-7"); status != http.StatusOK || !strings.Contains(page, "Pladsmangel nummer 7") {
		t.Errorf("its page: %d", status)
	}
	if status, found := fetched(t, p, "eksempler.json?q=telefon"); status != http.StatusOK || !strings.Contains(found, `"slug"`) {
		t.Errorf("a search with a full disk: %d", status)
	}
	free()
	room := time.Now()
	for p.total(t) != total+n {
		if time.Since(room) > recovery {
			t.Fatalf("%s after there was room, %d are found of %d: %s", recovery, p.total(t), total+n, p.out)
		}
		time.Sleep(20 * time.Millisecond)
	}
	took := time.Since(room)
	p.end(t, syscall.SIGTERM)
	saw(t, 1, "%d published meanwhile, each at its address at once, found %.1f s after there was room; searching went on", n, took.Seconds())
}

// TestFaultCommitFails has every flush of Postgres to its disk fail with an I/O error
// while tips with pictures are sent: none of those is acknowledged that is not there
// (faults.md, row 11).
func TestFaultCommitFails(t *testing.T) {
	if !*faults {
		t.Skip("make faults runs it: it is slow, and needs strace")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatalf("this row needs strace: %v", err)
	}
	data := t.TempDir()
	p := serve(t, data)
	j := newJournal(t)
	stop := posting(t, j, p)
	defer stop()
	failed := 0
	const n = 5
	var longest time.Duration
	for range n {
		j.awaitMore(t, 5)
		args := []string{"-f", "-qq", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"}
		for _, pid := range postgresProcesses(t, data) {
			args = append(args, "-p", fmt.Sprint(pid))
		}
		c := exec.Command(strace, args...)
		said := &output{}
		c.Stderr = said
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(20 * time.Second); !strings.Contains(said.String(), "INJECTED"); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				c.Process.Kill()
				t.Fatalf("no flush has failed, which this row needs (strace must be allowed to attach): %s", said)
			}
		}
		time.Sleep(500 * time.Millisecond)
		failed += strings.Count(said.String(), "INJECTED")
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		_ = c.Wait() // it was interrupted, or all that it looked at has ended
		well := time.Now()
		j.awaitMore(t, 5)
		longest = max(longest, time.Since(well))
	}
	if longest > 20*time.Second {
		t.Errorf("nothing was acknowledged for %s after the disk was well again", longest)
	}
	stop()
	p.end(t, syscall.SIGTERM)
	p = serve(t, data)
	hurry(t, data)
	said := j.compare(t, connect(t, data), filepath.Join(data, "inbox"), n)
	p.end(t, syscall.SIGTERM)
	saw(t, n, "%d flushes failed; %s; acknowledged again after %.1f s at most", failed, said, longest.Seconds())
}
