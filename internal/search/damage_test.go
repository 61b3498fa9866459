package search

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

// library is a catalogue big enough for its segments to have something in
// every section.
func library(n int) *catalog {
	src := newCatalog()
	all := map[int64]*catalogue.Practice{}
	for i := range n {
		all[int64(i+1)] = practice(fmt.Sprintf("Eksempel nummer%d", i), body(strings.Repeat(fmt.Sprintf("familieindsats%d forebyggelse ", i), 5)))
	}
	src.put(all)
	return src
}

// leave builds an index in dir and closes it, as a process that ended.
func leave(t *testing.T, dir string, src *catalog) {
	t.Helper()
	x, err := Open(t.Context(), dir, src, Options{Log: quiet(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestDamage does to an index what disks, crashes and people do (faults.md,
// rows 3 and 12): the next start always serves, and has built
// anew what was damaged.
func TestDamage(t *testing.T) {
	file := func(pattern string, damage func(t *testing.T, name string, b []byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			names, err := filepath.Glob(filepath.Join(dir, "index-0", pattern))
			if err != nil || len(names) == 0 {
				t.Fatal(pattern, err)
			}
			for _, name := range names {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if b = damage(t, name, b); b == nil {
					err = os.Remove(name)
				} else {
					err = os.WriteFile(name, b, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	gone := func(*testing.T, string, []byte) []byte { return nil }
	half := func(_ *testing.T, _ string, b []byte) []byte { return b[:len(b)/2] }
	flip := func(place float64) func(*testing.T, string, []byte) []byte {
		return func(_ *testing.T, _ string, b []byte) []byte {
			i := int(place * float64(len(b)-1))
			for j := i; j < min(i+8, len(b)); j++ {
				b[j] ^= 0xff
			}
			return b
		}
	}
	zeros := func(_ *testing.T, _ string, b []byte) []byte { return make([]byte, len(b)) }
	empty := func(*testing.T, string, []byte) []byte { return []byte{} }
	replace := func(old, new string) func(*testing.T, string, []byte) []byte {
		return func(t *testing.T, name string, b []byte) []byte {
			s := strings.Replace(string(b), old, new, 1)
			if s == string(b) {
				t.Fatalf("%s: %s has no %s", name, b, old)
			}
			return []byte(s)
		}
	}
	for name, damage := range map[string]func(t *testing.T, dir string){
		"segment gone":             file("g*/*.zap", gone),
		"segment cut":              file("g*/*.zap", half),
		"segment empty":            file("g*/*.zap", empty),
		"segment zeros":            file("g*/*.zap", zeros),
		"segment flipped, begin":   file("g*/*.zap", flip(0)),
		"segment flipped, quarter": file("g*/*.zap", flip(0.25)),
		"segment flipped, middle":  file("g*/*.zap", flip(0.5)),
		"segment flipped, end":     file("g*/*.zap", flip(1)),
		"bolt gone":                file("g*/root.bolt", gone),
		"bolt cut":                 file("g*/root.bolt", half),
		"bolt empty":               file("g*/root.bolt", empty),
		"bolt zeros":               file("g*/root.bolt", zeros),
		"bolt flipped, begin":      file("g*/root.bolt", flip(0)),    // has a second copy
		"bolt flipped, quarter":    file("g*/root.bolt", flip(0.25)), // may be free space
		"bolt flipped, middle":     file("g*/root.bolt", flip(0.5)),  // may be free space
		"bolt flipped, end":        file("g*/root.bolt", flip(1)),    // may be free space
		"meta gone":                file("g*/meta.json", gone),
		"meta cut":                 file("g*/meta.json", half),
		"older analysis":           file("g*/meta.json", replace(fingerprint(), "0123")),
		"another database":         file("g*/meta.json", replace("db-1", "db-2")),
		"folder empty": func(t *testing.T, dir string) {
			file("g*/*", gone)(t, dir)
		},
		"died while opening": func(t *testing.T, dir string) {
			s := slot{dir: filepath.Join(dir, "index-0")}
			dirs, _ := s.generations()
			if err := s.markOpening(dirs[0]); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			src, dir := library(300), t.TempDir()
			leave(t, dir, src)
			damage(t, dir)
			built := false
			x, err := Open(t.Context(), dir, src, Options{Log: quiet(t), Progress: func(int, int) { built = true }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { x.Close() })
			if !built && !strings.HasPrefix(name, "bolt flipped") {
				t.Error("not built anew")
			}
			wantIDs(t, "found", find(t, x, "nummer77").IDs, 78)
			if dirs, _ := x.slot.generations(); len(dirs) != 1 {
				t.Errorf("generations left: %v", dirs)
			}
			if _, err := os.Stat(filepath.Join(x.slot.dir, openingFile)); !os.IsNotExist(err) {
				t.Errorf("mark left: %v", err)
			}
		})
	}
}

// TestFilesGoneWhileRunning takes files away from an index in use, or all of it:
// the next look has built it anew, what has changed meanwhile is found, and what
// was withdrawn is not.
func TestFilesGoneWhileRunning(t *testing.T) {
	for name, remove := range map[string]func(x *Index) error{
		"the folder":      func(x *Index) error { return os.RemoveAll(x.slot.dir) },
		"the generation":  func(x *Index) error { return os.RemoveAll(x.generation.store.dir) },
		"all but folders": func(x *Index) error { return removeMatches(x.generation.store.dir, "*") },
		"root.bolt":       func(x *Index) error { return removeMatches(x.generation.store.dir, rootFile) },
		"meta.json":       func(x *Index) error { return removeMatches(x.generation.store.dir, metaFile) },
		"segments":        func(x *Index) error { return removeMatches(x.generation.store.dir, "*.zap") },
		"the lock":        func(x *Index) error { return removeMatches(x.slot.dir, lockFile) },
		"a segment put back from elsewhere": func(x *Index) error {
			names, err := filepath.Glob(filepath.Join(x.generation.store.dir, "*.zap"))
			for _, name := range names {
				err = errors.Join(err, os.Remove(name), os.WriteFile(name, make([]byte, 100), 0o600))
			}
			return err
		},
		"root.bolt put back from elsewhere": func(x *Index) error {
			name := filepath.Join(x.generation.store.dir, rootFile)
			b, err := os.ReadFile(name)
			return errors.Join(err, os.Remove(name), os.WriteFile(name, b, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			src, dir := library(50), t.TempDir()
			x := openIndex(t, dir, src)
			if err := remove(x); err != nil {
				t.Fatal(err)
			}
			src.put(map[int64]*catalogue.Practice{1000: practice("Ny", body("nyankommen"))})
			src.withdraw(8)
			catchUp(t, x)
			wantIDs(t, "changed meanwhile", find(t, x, "nyankommen").IDs, 1000)
			wantIDs(t, "withdrawn", find(t, x, "nummer7").IDs)
			wantIDs(t, "there all the time", find(t, x, "nummer9").IDs, 10)
			healed := x.generation.store.dir
			if err := x.missing(); err != nil {
				t.Error(err)
			}
			src.put(map[int64]*catalogue.Practice{1001: practice("Nyere", body("senere"))})
			catchUp(t, x)
			if wantIDs(t, "later", find(t, x, "senere").IDs, 1001); x.generation.store.dir != healed {
				t.Error("built anew twice")
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			built := false
			next, err := Open(t.Context(), dir, src, Options{Log: quiet(t), Progress: func(int, int) { built = true }})
			if err != nil || built {
				t.Fatalf("the next start: %v, built anew %t", err, built)
			}
			t.Cleanup(func() { next.Close() })
			wantIDs(t, "after a start", find(t, next, "senere").IDs, 1001)
		})
	}
}

func removeMatches(dir, pattern string) (err error) {
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err == nil && len(names) == 0 {
		return os.ErrNotExist
	}
	for _, name := range names {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// Merging segments removes files, and is no damage.
func TestMergedFilesAreNotMissed(t *testing.T) {
	src := library(20)
	x := openIndex(t, t.TempDir(), src)
	before := x.generation.store.dir
	for i := range 60 {
		src.put(map[int64]*catalogue.Practice{int64(i%20 + 1): practice(fmt.Sprintf("Eksempel nummer%d", i))})
		catchUp(t, x)
	}
	if x.generation.store.dir != before {
		t.Error("built anew without need")
	}
}

// A half-written segment of a killed process is no reason to build anew, nor
// is a generation that was never finished.
func TestHarmlessRests(t *testing.T) {
	src, dir := library(20), t.TempDir()
	leave(t, dir, src)
	gen := filepath.Dir(segments(t, dir)[0])
	if err := os.WriteFile(filepath.Join(gen, "0000000000ff.zap"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(filepath.Dir(gen), "g000009"), 0o700); err != nil {
		t.Fatal(err)
	}
	built := false
	x, err := Open(t.Context(), dir, src, Options{Log: quiet(t), Progress: func(int, int) { built = true }})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if built {
		t.Error("built anew without need")
	}
	wantIDs(t, "found", find(t, x, "nummer7").IDs, 8)
}

// An index ahead of its database is of another one.
func TestAheadOfTheSource(t *testing.T) {
	src, dir := library(20), t.TempDir()
	src.version += 10
	src.put(nil)
	leave(t, dir, src)
	older := library(5)
	x := openIndex(t, dir, older)
	if r := search(t, x, catalogue.Query{}); r.Total != 5 || r.Version != older.version {
		t.Errorf("total %d at version %d", r.Total, r.Version)
	}
	// The same while running: a database put back under our feet.
	older.mu.Lock()
	older.version--
	older.rows = map[int64]catalogue.IndexUpdate{}
	older.mu.Unlock()
	catchUp(t, x)
	if r := search(t, x, catalogue.Query{}); r.Total != 0 {
		t.Errorf("after the step back: total %d", r.Total)
	}
	older.mu.Lock()
	older.identity = "db-9"
	older.mu.Unlock()
	catchUp(t, x)
	if x.generation.identity != "db-9" || x.Version() != older.version {
		t.Error("another database went unnoticed")
	}
}

// The index and the read model must be of the same practices, whatever the
// version says.
func TestDocumentsMissing(t *testing.T) {
	src, dir := library(20), t.TempDir()
	leave(t, dir, src)
	e := practice("Uden dokument").Entry()
	src.rows[99] = catalogue.IndexUpdate{ID: 99, Version: 1, Entry: &e, Practice: practice("Uden dokument")}
	x := openIndex(t, dir, src)
	wantIDs(t, "found", find(t, x, "dokument").IDs, 99)
}

// A search that panics has the index rebuilt, but not again and again.
func TestSuspicion(t *testing.T) {
	src := library(20)
	x := openIndex(t, t.TempDir(), src)
	if err := x.guarded(func() error { panic("slice bounds out of range") }); err == nil {
		t.Fatal("a panic went through")
	}
	before := x.generation.store.dir
	catchUp(t, x)
	after := x.generation.store.dir
	if before == after {
		t.Error("not rebuilt")
	}
	x.damageSuspected.Store(true)
	catchUp(t, x)
	if x.generation.store.dir != after {
		t.Error("rebuilt twice at once")
	}
}

// childDir tells a test that it runs as a process of its own, and where.
const childDir = "PRAKSIS_CHILD_DIR"

// child is a test as a process of its own.
func child(test, dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	return cmd
}

// TestKilled kills a process that indexes, again and again (faults.md, row 3).
func TestKilled(t *testing.T) {
	if dir := os.Getenv(childDir); dir != "" {
		indexForEver(t, dir)
	}
	dir := t.TempDir()
	for round := range 6 {
		cmd := child("TestKilled", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(30+round*70) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
	}
	src := library(300)
	src.version += 1 << 40 // whatever the killed ones reached
	begun := time.Now()
	x := openIndex(t, dir, src)
	if d := time.Since(begun); d > 10*time.Second {
		t.Errorf("opened after %v", d)
	}
	wantIDs(t, "found", find(t, x, "nummer77").IDs, 78)
}

func indexForEver(t *testing.T, dir string) {
	src := library(300)
	x := openIndex(t, dir, src)
	for i := 0; ; i++ {
		src.put(map[int64]*catalogue.Practice{int64(i%300 + 1): practice(fmt.Sprintf("Eksempel nummer%d", i%300))})
		if err := x.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDiskFull lets no file grow under the index (faults.md, row 10): to a
// writer that is what a full disk is, and it needs no disk of its own, only a
// process.
func TestDiskFull(t *testing.T) {
	if os.Getenv(childDir) == "" {
		if out, err := child("TestDiskFull", t.TempDir()).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	src := library(50)
	x := openIndex(t, os.Getenv(childDir), src)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
	}
	set(syscall.Rlimit{Cur: 4096, Max: limit.Max})
	defer set(limit)
	src.put(map[int64]*catalogue.Practice{1000: practice("Fuld", body("pladsmangel"))})
	for range 3 {
		if err := x.CatchUp(t.Context()); err == nil {
			t.Error("no error on a full disk")
		}
	}
	wantIDs(t, "goes on serving", find(t, x, "nummer7").IDs, 8)
	wantIDs(t, "not yet", find(t, x, "pladsmangel").IDs)
	set(limit)
	catchUp(t, x)
	wantIDs(t, "afterwards", find(t, x, "pladsmangel").IDs, 1000)
}
