package search

import (
	"os"
	"path/filepath"
	"testing"
)

// A look tells what lies there, and leaves all as it was.
func TestLook(t *testing.T) {
	dir := t.TempDir()
	if _, err := Look(filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Errorf("no folder: %v", err)
	}
	generation := filepath.Join(dir, "index-0", "g000003")
	if err := os.MkdirAll(generation, 0o700); err != nil {
		t.Fatal(err)
	}
	look := func() Slot {
		t.Helper()
		slots, err := Look(dir)
		if err != nil || len(slots) != 1 {
			t.Fatalf("%v, %v", slots, err)
		}
		return slots[0]
	}
	if s := look(); s.Whole || s.Fault != nil {
		t.Errorf("half built: %+v", s)
	}
	if err := writeMeta(generation, meta{fingerprint(), "me"}); err != nil {
		t.Fatal(err)
	}
	if s := look(); s.Whole || s.Fault == nil {
		t.Errorf("without its root: %+v", s)
	}
	if err := os.WriteFile(filepath.Join(generation, rootFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s := look(); !s.Whole || !s.Current || s.Identity != "me" || s.Generation != "g000003" || s.Opening {
		t.Errorf("whole: %+v", s)
	}
	x := &slot{dir: filepath.Join(dir, "index-0")}
	if err := x.markOpening(generation); err != nil {
		t.Fatal(err)
	}
	if err := writeMeta(generation, meta{"another", "me"}); err != nil {
		t.Fatal(err)
	}
	if s := look(); !s.Opening || s.Current {
		t.Errorf("being opened, by another release: %+v", s)
	}
	if err := os.WriteFile(filepath.Join(generation, metaFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := look(); s.Whole || s.Fault == nil {
		t.Errorf("damaged: %+v", s)
	}
	if _, err := os.Stat(filepath.Join(dir, "index-0", lockFile)); !os.IsNotExist(err) {
		t.Errorf("a look has made the lock: %v", err)
	}
}
