package embedded

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The test binary runs itself again as the processes of other users of the
// server; this variable tells it what to do then.
const helperEnv = "PRAKSIS_EMBEDDED_HELPER"

func TestMain(m *testing.M) {
	if what := os.Getenv(helperEnv); what != "" {
		os.Exit(helper(what))
	}
	// The package's folder is not the project's, where npm may have installed.
	if _, err := FindBin(context.Background()); err != nil && os.Getenv("PGBIN") == "" {
		for _, bin := range NPMBins("../../..") {
			if bin, err = filepath.Abs(bin); err == nil {
				if _, err = probe(context.Background(), bin); err == nil {
					os.Setenv("PGBIN", bin)
				}
			}
		}
	}
	code := m.Run()
	if template.dir != "" {
		os.RemoveAll(template.dir)
	}
	os.Exit(code)
}

// helper starts the server in the working directory, tells the address on its
// standard output, and stops when its standard input ends.
func helper(what string) int {
	if what == "no namespaces" {
		// Only this namespace's own limit, which the test has made for us.
		if err := os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0); err != nil {
			fmt.Println("error", err)
			return 1
		}
	}
	s, err := Start(context.Background(), ".")
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println("ready", s.AdminURL("postgres"))
	io.Copy(io.Discard, os.Stdin)
	if err := s.Stop(); err != nil {
		fmt.Println("error", err)
		return 1
	}
	return 0
}

// process is a helper that runs.
type process struct {
	*exec.Cmd
	url   string
	stdin io.WriteCloser
	once  sync.Once
}

// begin starts a helper in dir and does not wait for anything.
func begin(t *testing.T, dir, what string, configure ...func(*exec.Cmd)) (*process, *bufio.Reader) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(exe)}
	p.Env = append(os.Environ(), helperEnv+"="+what)
	p.Dir = dir
	p.Stderr = os.Stderr
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a shell does
	for _, f := range configure {
		f(p.Cmd)
	}
	if p.stdin, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p, bufio.NewReader(out)
}

// use starts a helper in dir and waits until it has the server.
func use(t *testing.T, dir string, configure ...func(*exec.Cmd)) *process {
	t.Helper()
	p, out := begin(t, dir, "use", configure...)
	line, err := out.ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ok {
		t.Fatalf("the helper said %q, %v", line, err)
	}
	p.url = url
	return p
}

// leave lets the helper stop properly.
func (p *process) leave(t *testing.T) {
	t.Helper()
	p.stdin.Close()
	p.once.Do(func() {
		if err := p.Wait(); err != nil {
			t.Errorf("the helper ended with %v", err)
		}
	})
}

func (p *process) kill() {
	p.Process.Kill()
	p.once.Do(func() { p.Wait() })
}

// template is a folder with a stopped cluster, made once.
var template struct {
	once sync.Once
	dir  string
	err  error
}

// newFolder is a folder with a cluster of its own, copied because initdb takes
// a second. Whatever runs in it at the end of the test is stopped.
func newFolder(t *testing.T) string {
	t.Helper()
	template.once.Do(func() {
		if template.dir, template.err = os.MkdirTemp(scratch(), "embedded-template-"); template.err != nil {
			return
		}
		var s *Server
		if s, template.err = Start(context.Background(), template.dir); template.err == nil {
			template.err = s.Stop()
		}
	})
	if template.err != nil {
		t.Fatal(template.err)
	}
	dir := emptyFolder(t)
	copyCluster(t, dir)
	return dir
}

func copyCluster(t *testing.T, dir string) {
	t.Helper()
	clusters, err := clustersIn(template.dir)
	if err != nil || len(clusters) != 1 {
		t.Fatal(clusters, err)
	}
	data := filepath.Join(dir, filepath.Base(clusters[0]))
	if err := os.CopyFS(data, os.DirFS(clusters[0])); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(data, 0o700); err != nil { // as PostgreSQL demands
		t.Fatal(err)
	}
}

// scratch is where the tests' folders are: in memory if there is a gigabyte, as
// thirty clusters on a disk take four times as long.
func scratch() string {
	var st syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &st); err == nil && uint64(st.Bavail)*uint64(st.Bsize) >= 1<<30 {
		return "/dev/shm"
	}
	return os.TempDir()
}

// emptyFolder is a folder in which nothing runs any more when the test is over.
// Its path is short, unlike that of T.TempDir.
func emptyFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(scratch(), "embedded-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // runs after the helpers' kill
		// Properly, so that no shared memory is left with the kernel.
		if unused, err := StopUnused(context.Background(), dir); !unused || err != nil {
			t.Errorf("stopping what is left: %v, %v", unused, err)
		}
		killAll(t, dir)
		os.RemoveAll(dir)
	})
	return dir
}

func start(t *testing.T, dir string, settings ...string) *Server {
	t.Helper()
	s, err := Start(t.Context(), dir, settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// query runs one statement and returns the first column of its row, if any.
func query(t *testing.T, url, sql string) string {
	t.Helper()
	got, err := tryQuery(url, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return got
}

func tryQuery(url, sql string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	got := ""
	for rows.Next() {
		v, err := rows.Values()
		if err != nil {
			return "", err
		}
		got = fmt.Sprint(v[0])
	}
	return got, rows.Err()
}

// running lists the live processes of a server below dir, zombies not.
func running(t *testing.T, dir string) (pids []int) {
	t.Helper()
	if dir, _ = filepath.EvalSymlinks(dir); dir == "" {
		return nil
	}
	cwds, err := fs.Glob(os.DirFS("/proc"), "[0-9]*")
	if err != nil || len(cwds) == 0 {
		t.Fatal("these tests need /proc", err)
	}
	for _, pid := range cwds {
		cwd, err := os.Readlink("/proc/" + pid + "/cwd")
		if err == nil && strings.HasPrefix(cwd, dir+"/") {
			n, _ := strconv.Atoi(pid)
			pids = append(pids, n)
		}
	}
	return pids
}

func killAll(t *testing.T, dir string) {
	t.Helper()
	for range 100 {
		pids := running(t, dir)
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("processes in %s do not die", dir)
}

// postmasterOf is the server's process in dir; it fails when there is none.
func postmasterOf(t *testing.T, dir string) int {
	t.Helper()
	clusters, err := clustersIn(dir)
	if err != nil || len(clusters) != 1 {
		t.Fatalf("clusters in %s: %v, %v", dir, clusters, err)
	}
	pm := (&Server{dir: dir, data: clusters[0]}).postmaster()
	if !pm.ready {
		t.Fatalf("no server in %s", dir)
	}
	return pm.pid
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came to be that %s", what)
		}
	}
}
