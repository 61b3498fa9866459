package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The last one out stops the server, and only that one.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	a := use(t, dir)
	pid := postmasterOf(t, dir)
	b := use(t, dir)
	if a.url != b.url || postmasterOf(t, dir) != pid {
		t.Fatal("two servers in one folder")
	}
	if unused, err := StopUnused(t.Context(), dir); unused || err != nil {
		t.Errorf("StopUnused does not see the users: %v, %v", unused, err)
	}
	a.leave(t)
	if got := query(t, b.url, "select 1"); got != "1" {
		t.Error(got)
	}
	b.leave(t)
	if left := running(t, dir); len(left) > 0 {
		t.Error("processes left:", left)
	}
}

// Four processes that begin on an empty folder agree on one cluster.
func TestFourAtOnceOnAnEmptyFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(emptyFolder(t), "not", "there", "yet")
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	got := make(chan *process)
	for range 4 {
		p, out := begin(t, dir, "use")
		go func() {
			line, _ := out.ReadString('\n')
			p.url, _ = strings.CutPrefix(strings.TrimSpace(line), "ready ")
			got <- p
		}()
	}
	var ids []string
	for range 4 {
		p := <-got
		ids = append(ids, query(t, p.url, "select pg_backend_pid() * 0 + system_identifier from pg_control_system()"))
		defer p.leave(t)
	}
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Errorf("different clusters: %v", ids)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".initdb") {
			t.Errorf("%s is left", e.Name())
		}
	}
}

// What was committed is there after every kind of violent end, and the next
// Start gets through.
func TestKill(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, dir string, p *process){
		"praksis": func(t *testing.T, dir string, p *process) {
			pid := postmasterOf(t, dir)
			p.kill()
			s := start(t, dir)
			if postmasterOf(t, dir) != pid {
				t.Error("the living server was not joined")
			}
			s.Stop()
			if left := running(t, dir); len(left) > 0 {
				t.Error("a server that outlived its starter was not stopped:", left)
			}
		},
		"praksis and postmaster": func(t *testing.T, dir string, p *process) {
			syscall.Kill(postmasterOf(t, dir), syscall.SIGKILL)
			p.kill()
		},
		"every postgres": func(t *testing.T, dir string, p *process) {
			for _, pid := range running(t, dir) {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		},
		"everything": func(t *testing.T, dir string, p *process) {
			p.kill()
			killAll(t, dir)
		},
		// Its parent does not fetch it, and the pid file names it.
		"postmaster, which stays a zombie": func(t *testing.T, dir string, p *process) {
			pid := postmasterOf(t, dir)
			p.Process.Signal(syscall.SIGSTOP)
			eventually(t, "all its threads stand still", func() bool {
				tasks := must(filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.Process.Pid)))
				return !slices.ContainsFunc(tasks, func(path string) bool {
					stat, _ := os.ReadFile(path)
					return !strings.Contains(string(stat), ") T ")
				})
			})
			killAll(t, dir)
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			if err != nil || !strings.Contains(string(stat), ") Z ") {
				t.Fatalf("the postmaster is no zombie: %s, %v", stat, err)
			}
		},
		"backend": func(t *testing.T, dir string, p *process) {
			if _, err := tryQuery(p.url, "select pg_sleep(60), pg_cancel_backend(0)"); err == nil {
				t.Error("the backend lived")
			}
			// PostgreSQL starts its processes again by itself.
			eventually(t, "the server answers again", func() bool {
				_, err := tryQuery(p.url, "select 1")
				return err == nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newFolder(t)
			p := use(t, dir)
			query(t, p.url, "create table kept as select 42 as n")
			if name == "backend" {
				go func() {
					for range 1000 {
						time.Sleep(5 * time.Millisecond)
						pid, _ := tryQuery(p.url, "select pid from pg_stat_activity where query like 'select pg_sleep(60)%'")
						var n int
						if fmt.Sscan(pid, &n); n > 1 {
							syscall.Kill(n, syscall.SIGKILL)
							return
						}
					}
				}()
			}
			end(t, dir, p)
			s := start(t, dir)
			if got := query(t, s.AdminURL("postgres"), "select n from kept"); got != "42" {
				t.Errorf("kept is %q", got)
			}
		})
	}
}

// A pid file may name a process that has nothing to do with PostgreSQL, after
// a reboot for instance. It must neither be believed nor be shot.
func TestStalePidOfAStranger(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	stranger := exec.Command("sleep", "60")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- stranger.Wait() }()
	defer stranger.Process.Kill()

	p := use(t, dir)
	s := &Server{dir: dir, data: must(clustersIn(dir))[0]}
	text, err := os.ReadFile(s.pidFile())
	if err != nil {
		t.Fatal(err)
	}
	old := fmt.Sprint(stranger.Process.Pid) + string(text)[strings.Index(string(text), "\n"):]
	// Even while processes of the server live.
	if err := os.WriteFile(s.pidFile(), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := s.halt(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stopping a server that cannot be found: %v", err)
	}
	p.kill()
	killAll(t, dir)
	for path, text := range map[string]string{s.pidFile(): old, filepath.Join(dir, socketName+".lock"): old} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if unused, err := StopUnused(t.Context(), dir); !unused || err != nil {
		t.Errorf("StopUnused: %v, %v", unused, err)
	}
	c := start(t, dir)
	query(t, c.AdminURL("postgres"), "select 1")
	select {
	case err := <-ended:
		t.Errorf("the stranger was killed: %v", err)
	default:
	}
}

// kill -9 in the middle of initdb leaves no cluster that is half made.
func TestHalfMadeCluster(t *testing.T) {
	t.Parallel()
	dir := emptyFolder(t)
	p, _ := begin(t, dir, "use")
	eventually(t, "initdb is at work", func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, ".initdb-*", "base", "1", "*"))
		return len(found) > 0
	})
	p.kill()
	if clusters := must(clustersIn(dir)); len(clusters) > 0 {
		t.Fatalf("initdb was not interrupted: %v", clusters)
	}
	// It goes on for a moment, and must not be disturbed, nor disturb.
	s := start(t, dir)
	query(t, s.AdminURL("postgres"), "select 1")
	if left, _ := filepath.Glob(filepath.Join(dir, ".initdb-*")); len(left) > 0 {
		t.Error("left behind:", left)
	}
}

// The terminal sends Ctrl-C to the whole process group, and hanging up to the
// whole session. praksis shall decide when the server stops, not the terminal.
func TestCtrlC(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	p := use(t, dir)
	pid := postmasterOf(t, dir)
	group, _ := syscall.Getpgid(p.Process.Pid)
	if group != p.Process.Pid {
		t.Fatal("the helper has no group of its own")
	}
	if err := syscall.Kill(-group, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.once.Do(func() {
		if err := p.Wait(); err == nil {
			t.Error("SIGINT did not reach the helper")
		}
	})
	time.Sleep(200 * time.Millisecond) // a fast shutdown would be over by now
	if postmasterOf(t, dir) != pid {
		t.Fatal("the server went with the terminal's Ctrl-C")
	}
	query(t, p.url, "select 1")
	ours, _ := session(os.Getpid())
	for _, of := range running(t, dir) {
		if its, tty := session(of); its == ours || tty != "0" && tty != "" {
			t.Errorf("process %d is in session %s (ours is %s) with terminal %s", of, its, ours, tty)
		}
	}
	if unused, err := StopUnused(t.Context(), dir); !unused || err != nil {
		t.Errorf("StopUnused: %v, %v", unused, err)
	}
	if left := running(t, dir); len(left) > 0 {
		t.Error("processes left:", left)
	}
}

// session tells the session and the terminal of a process.
func session(pid int) (id, tty string) {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(stat), ") ") // state, parent, group, session, terminal
	f := strings.Fields(rest)
	if len(f) < 5 {
		return "", "" // it has just ended
	}
	return f[3], f[4]
}

// A Start that is told to give up does so soon, and leaves nothing running and
// nothing locked, at whatever moment it comes.
func TestCancel(t *testing.T) {
	t.Parallel()
	folders := map[string]string{"making the cluster": emptyFolder(t), "starting the server": newFolder(t)}
	for name, dir := range folders {
		for _, after := range []time.Duration{0, 3, 10, 30, 60, 100, 200, 400} {
			ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond)
			begun := time.Now()
			s, err := Start(ctx, dir)
			cancel()
			if err == nil {
				s.Stop() // it was faster
			} else if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s, after %d ms: %v", name, after, err)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("%s: giving up took %v", name, took)
			}
			if left := running(t, dir); len(left) > 0 {
				t.Errorf("%s, after %d ms: processes left: %v", name, after, left)
			}
		}
		s := start(t, dir)
		query(t, s.AdminURL("postgres"), "select 1")
	}
	// And while it waits for another.
	dir := folders["starting the server"]
	gate, err := lock(t.Context(), filepath.Join(dir, startLock), syscall.LOCK_EX)
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, dir); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for another: %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
