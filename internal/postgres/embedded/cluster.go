package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// madeBy is the file in the cluster that records which Binaries made it.
// PostgreSQL ignores it.
const madeBy = "praksis-made-by.json"

// choose finds the cluster in dir and the programs to run it with, or the
// programs to make it with (then made is false). It never lets an empty cluster
// begin beside one that is there: whoever upgrades the machine must not find
// the catalogue gone.
func choose(ctx context.Context, dir string) (b Binaries, data string, made bool, err error) {
	if _, err := os.Stat(filepath.Join(dir, "PG_VERSION")); err == nil {
		return b, "", false, fmt.Errorf("%s is itself a PostgreSQL cluster: name a folder that holds none, or start it yourself and set DATABASE_URL", dir)
	}
	clusters, err := clustersIn(dir)
	if err != nil {
		return b, "", false, err
	}
	switch len(clusters) {
	case 0:
		b, err = FindBin(ctx)
		return b, filepath.Join(dir, "pg"+strconv.Itoa(b.Major())), false, err
	case 1:
		b, err = binariesFor(ctx, clusters[0])
		return b, clusters[0], true, err
	default:
		return b, "", false, fmt.Errorf("%s holds several clusters (%s): move away those that are not to be used", dir, strings.Join(clusters, ", "))
	}
}

// clustersIn lists the cluster folders in dir, those of no use included.
func clustersIn(dir string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(escapeGlob(dir), "pg[0-9]*"))
	if err != nil {
		return nil, err
	}
	var clusters []string
	for _, d := range found {
		if entries, err := os.ReadDir(d); err == nil && len(entries) > 0 {
			clusters = append(clusters, d)
		}
	}
	return clusters, nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// binariesFor finds the programs that fit an existing cluster: those that made
// it, else others of the same major version and distribution.
func binariesFor(ctx context.Context, data string) (Binaries, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return Binaries{}, fmt.Errorf("%s is a damaged cluster (%w): restore it from a backup, or move it away to begin an empty one", data, err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return Binaries{}, fmt.Errorf("%s is a damaged cluster (PG_VERSION is %q): restore it from a backup, or move it away to begin an empty one", data, text)
	}
	var maker Binaries
	if text, err := os.ReadFile(filepath.Join(data, madeBy)); err != nil || json.Unmarshal(text, &maker) != nil || maker.Dir == "" {
		return adopt(ctx, data, major)
	}
	var here []string
	for _, dir := range append([]string{maker.Dir}, candidates()...) {
		b, err := probe(ctx, dir)
		switch {
		case err == nil && b.Major() == major && b.Distribution() == maker.Distribution():
			return b, nil
		case err == nil:
			here = append(here, fmt.Sprintf("%s in %s", strings.TrimPrefix(b.Version, "postgres "), b.Dir))
		case dir != maker.Dir:
			here = append(here, err.Error())
		}
	}
	if ctx.Err() != nil {
		return Binaries{}, context.Cause(ctx)
	}
	if len(here) == 0 {
		here = []string{"none"}
	}
	return Binaries{}, fmt.Errorf("the cluster %s needs PostgreSQL %d of %s (made by %s), and this machine has: %s: install PostgreSQL %d of %[3]s, or set PGBIN to the folder of its initdb and postgres, or set DATABASE_URL",
		data, major, maker.Distribution(), strings.TrimPrefix(maker.Version, "postgres "), strings.Join(here, "; "), major)
}

// adopt takes over a cluster without a record, restored from a base backup
// perhaps, if PGBIN says explicitly with which programs.
func adopt(ctx context.Context, data string, major int) (Binaries, error) {
	dir := os.Getenv("PGBIN")
	if dir == "" {
		return Binaries{}, fmt.Errorf("the cluster %s does not tell which PostgreSQL %d made it (no usable %s): set PGBIN to the folder of that PostgreSQL's initdb and postgres, or set DATABASE_URL", data, major, madeBy)
	}
	b, err := probe(ctx, dir)
	if err == nil && b.Major() != major {
		err = fmt.Errorf("%s is %s", dir, b.Version)
	}
	if err != nil {
		return b, fmt.Errorf("PGBIN cannot be used for the cluster %s of PostgreSQL %d: %w", data, major, err)
	}
	return b, record(data, b)
}

// record writes which programs made the cluster, durably.
func record(data string, b Binaries) error {
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(data, madeBy), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

// initdb makes the cluster. It is made aside and then renamed, so that a run
// which is killed in the middle leaves nothing that looks like a cluster.
func (s *Server) initdb(ctx context.Context) error {
	// One whose starter was killed may still be at work.
	limited, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	free, err := lock(limited, filepath.Join(s.dir, serverLock), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	free.Close()
	left, _ := filepath.Glob(filepath.Join(escapeGlob(s.dir), ".initdb-*"))
	for _, d := range left { // of a killed run; nobody else is behind the gate
		os.RemoveAll(d)
	}
	tmp, err := os.MkdirTemp(s.dir, ".initdb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	// Characters as code points, the same on every machine: the catalogue sorts
	// Danish itself. Case folding knows æ, ø and å all the same.
	locale := []string{"--locale=C.UTF-8"}
	if runtime.GOOS == "darwin" {
		locale = []string{"--locale=C", "--lc-ctype=UTF-8"}
	}
	args := append([]string{"-D", tmp, "-U", adminRole, "-E", "UTF8", "--data-checksums",
		"--auth-local=trust", "--auth-host=reject"}, locale...)
	if err := s.run(ctx, "initdb", args...); err != nil {
		return err
	}
	if err := record(tmp, s.bin); err != nil {
		return err
	}
	if err := os.Rename(tmp, s.data); err != nil {
		return err
	}
	d, err := os.Open(s.dir) // the rename must be on disk before anything is promised
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
