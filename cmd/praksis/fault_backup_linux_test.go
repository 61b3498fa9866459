package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/pgtest/seeded"
)

// backedUp is a backup of the seeds.
func backedUp(t *testing.T) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "x")
	if _, errs, code := run(t, []string{"DATABASE_URL=" + seeded.New(t).Config().ConnString()}, "", "backup", "-o", file); code != 0 {
		t.Fatal(errs)
	}
	return file
}

// A restore that is killed with kill -9 at any moment leaves a database that is either
// empty or not served, into which the next restore goes as into a fresh one; of two at
// once one restores, and the other says why it does not (faults.md, row 32).
func TestFaultKilledAmidRestore(t *testing.T) {
	file, r := backedUp(t), chance(t)
	began := time.Now()
	if _, errs, code := run(t, into(t), "", "restore", file, "--without-erasures"); code != 0 {
		t.Fatal(errs)
	}
	took := time.Since(began)
	n := rounds(2, 15)
	halves := 0
	for range n {
		env := into(t)
		c := command(t, env, "restore", file, "--without-erasures")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		moment(r, took)
		_ = c.Process.Kill()
		killed := c.Wait() != nil
		out, errs, code := run(t, env, "", "export")
		switch {
		case code != 0 && strings.Contains(errs, "praksis restore"):
			halves++
		case code != 0, killed && out != "":
			t.Errorf("after the kill: %d, %d bytes, %s", code, len(out), errs)
		case !killed:
			continue
		}
		// The server may be about to notice that nobody is there any more.
		for end := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
			if _, errs, code = run(t, env, "", "restore", file, "--without-erasures"); code == 0 {
				break
			}
			if !strings.Contains(errs, "another process restores") || time.Now().After(end) {
				t.Fatal(errs)
			}
		}
		if out, errs, code := run(t, env, "", "export"); code != 0 || strings.Count(out, "\n") < 200 {
			t.Errorf("restored again: %d, %d lines, %s", code, strings.Count(out, "\n"), errs)
		}
	}
	env := into(t)
	var all sync.WaitGroup
	var codes [2]int
	var said [2]string
	for i := range codes {
		all.Go(func() { _, said[i], codes[i] = run(t, env, "", "restore", file, "--without-erasures") })
	}
	all.Wait()
	for i, other := range []int{1, 0} {
		if codes[i] != 0 && (codes[i] != 1 || codes[other] != 0 || strings.Count(said[i], "\n") != 1 || !strings.Contains(said[i], "another process restores") && !strings.Contains(said[i], "has content already")) {
			t.Errorf("two at once: %v %q", codes, said)
		}
	}
	if codes[0]+codes[1] != 1 {
		t.Errorf("two at once: %v %q", codes, said)
	}
	saw(t, n, "%d of the databases were told to be half restored, the others were empty; each took the next restore", halves)
}

// A disk that fills under a backup leaves nothing there but what was there, and one line
// (faults.md, row 32).
func TestFaultDiskFullUnderBackup(t *testing.T) {
	disk := t.TempDir()
	smallDisk(t, disk, 1)
	fill(t, disk, 100<<10)
	before := filepath.Join(disk, "x")
	if err := os.WriteFile(before, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := run(t, []string{"DATABASE_URL=" + seeded.New(t).Config().ConnString()}, "", "backup", "-o", before)
	left, err := os.ReadDir(disk)
	text, _ := os.ReadFile(before)
	if code != 1 || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "no space left") || err != nil || len(left) != 2 || string(text) != "before" {
		t.Errorf("%d %q, %v, %q", code, errs, left, text)
	}
	saw(t, 1, "%s", strings.TrimSpace(errs))
}
