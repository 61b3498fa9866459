package site

import (
	"io"
	"os"
	"strings"
	"testing"
)

// A process that is killed leaves no files of those who were sending: they have no names.
func TestSpooledFilesHaveNoName(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	f := &uploaded{}
	if err := f.spool(strings.NewReader("En plan")); err != nil || f.err != nil {
		t.Fatal(err, f.err)
	}
	defer f.file.Close()
	for range 2 {
		if b, err := io.ReadAll(f.reader()); err != nil || string(b) != "En plan" {
			t.Errorf("%q, %v", b, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}
