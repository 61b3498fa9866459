package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"praksis/internal/pgtest"
	"praksis/internal/pgtest/seeded"
)

// into is the environment of a command that works on a fresh database.
func into(t *testing.T) []string {
	t.Helper()
	owner, app := pgtest.NewURLs(t)
	return []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner}
}

// What was erased after a backup was taken is not there when that is restored; without
// the journal nothing is restored, unless somebody says that it is to be.
func TestRestoreErasesAgain(t *testing.T) {
	const slug, text = "aarhus-aktiviteter-paa-bosteder-mens-dagtilbuddet-var-lukket", "fitness"
	dir := t.TempDir()
	file, journal := filepath.Join(dir, "x"), filepath.Join(dir, "erasures.jsonl")
	from := []string{"DATABASE_URL=" + seeded.New(t).Config().ConnString(), "PRAKSIS_ERASURE_JOURNAL=" + journal, "PRAKSIS_DATA=" + dir}
	do := func(env []string, args ...string) string {
		t.Helper()
		out, errs, code := run(t, env, "", args...)
		if code != 0 {
			t.Fatal(args, errs)
		}
		return out
	}
	practice := func(env []string) (line string) {
		t.Helper()
		for line := range strings.Lines(do(env, "export")) {
			if strings.Contains(line, slug) {
				return line
			}
		}
		t.Fatal("the practice is not there")
		return ""
	}
	do(from, "backup", "-o", file)
	before := practice(from)
	do(from, "erase", slug, "--text", text, "--reason", "En prøve", "--yes")
	erased := practice(from)
	if before == erased {
		t.Fatalf("nothing was erased from %s", before)
	}
	fresh := into(t)
	if _, errs, code := run(t, fresh, "", "restore", file); code != 1 || !strings.Contains(errs, "--without-erasures") || strings.Count(errs, "\n") != 1 {
		t.Errorf("%d %s", code, errs)
	}
	do(fresh, "restore", file, "--erasures", journal)
	if got := practice(fresh); got != erased {
		t.Errorf("restored: %s\nnot %s", got, erased)
	}
	fresh = into(t)
	do(fresh, "restore", file, "--without-erasures")
	if got := practice(fresh); got != before {
		t.Errorf("restored: %s\nnot %s", got, before)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
}

// TestNoCatalogueIsMade: a mistyped folder is told, and stays away.
func TestNoCatalogueIsMade(t *testing.T) {
	for _, name := range []string{"backup", "drill", "reindex"} {
		dir := filepath.Join(t.TempDir(), "typo")
		_, errs, code := run(t, nil, "", name, "--data", dir)
		if _, err := os.Stat(dir); code != 1 || !strings.Contains(errs, "there is no catalogue in "+dir) || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %d %s, %v", name, code, errs, err)
		}
	}
}
