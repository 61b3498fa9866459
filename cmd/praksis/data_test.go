package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What is renamed when it is whole takes the place of a file, and of nothing else.
func TestOutputTakesNothingElsesPlace(t *testing.T) {
	folder := t.TempDir()
	pipe := filepath.Join(folder, "pipe") // as /dev/null is
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		pipe:                                "is no file: name a file",
		folder:                              "is a folder: name a file in it",
		filepath.Join(folder, "other", "x"): "there is no folder " + filepath.Join(folder, "other"),
	} {
		for name, err := range map[string]error{
			"backup": (&backupCmd{Output: file}).Run(t.Context(), nil),
			"export": (&exportCmd{Output: file}).Run(t.Context(), nil),
			"doctor": (&doctorCmd{Bundle: file}).Run(t.Context(), nil, nil),
		} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 1 || list[0].Type() != os.ModeNamedPipe {
		t.Errorf("%v, %v", list, err)
	}
}
