package search

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// generationsOf are the names of what lies in the first slot.
func generationsOf(t *testing.T, dir string) []string {
	t.Helper()
	dirs, err := (&slot{dir: filepath.Join(dir, "index-0")}).generations()
	if err != nil {
		t.Fatal(err)
	}
	for i := range dirs {
		dirs[i] = filepath.Base(dirs[i])
	}
	return dirs
}

func askAnew(t *testing.T, dir string) *Anew {
	t.Helper()
	list, err := AskAnew(dir)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0]
}

// state is what Look tells, in a word.
func state(a *Anew) string {
	switch _, _, over, left, err := a.Look(); {
	case err != nil && over:
		return "failed: " + err.Error()
	case err != nil:
		return "error: " + err.Error()
	case over:
		return "over"
	case left:
		return "left"
	}
	return "waits"
}

// An index in use is built anew aside by who has it, once.
func TestAnewInUse(t *testing.T) {
	src, dir := library(20), t.TempDir()
	x, err := Open(t.Context(), dir, src, Options{Log: quiet(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	before := generationsOf(t, dir)
	a := askAnew(t, dir)
	if got := state(a); !a.InUse || got != "waits" {
		t.Fatalf("in use %t, %s", a.InUse, got)
	}
	catchUp(t, x)
	after := generationsOf(t, dir)
	if got := state(a); got != "over" || slices.Equal(before, after) || len(after) != 1 {
		t.Errorf("%s: %v, before %v", got, after, before)
	}
	wantIDs(t, "in the new one", find(t, x, "nummer3").IDs, 4)
	catchUp(t, x)
	if again := generationsOf(t, dir); !slices.Equal(again, after) {
		t.Errorf("built once more: %v, before %v", again, after)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "index-0", "*n*w*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// One that nobody uses is built anew by whoever takes it next; the folder may hold none.
func TestAnewUnused(t *testing.T) {
	src, dir := library(5), t.TempDir()
	if list, err := AskAnew(dir); err != nil || len(list) > 0 {
		t.Fatal(list, err)
	}
	leave(t, dir, src)
	a := askAnew(t, dir)
	if got := state(a); a.InUse || got != "left" {
		t.Fatalf("in use %t, %s", a.InUse, got)
	}
	for _, want := range []bool{true, false} {
		built := false
		x, err := Open(t.Context(), dir, src, Options{Log: quiet(t), Progress: func(int, int) { built = true }})
		if err != nil {
			t.Fatal(err)
		}
		x.Close()
		if built != want || state(a) != "over" {
			t.Errorf("built %t, want %t; %s", built, want, state(a))
		}
	}
}

// What fails is answered, and not tried for ever; the index goes on as it is.
func TestAnewFails(t *testing.T) {
	src, dir := library(5), t.TempDir()
	failing := &failingUpdates{catalog: src}
	x, err := Open(t.Context(), dir, failing, Options{Log: quiet(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	before := generationsOf(t, dir)
	a := askAnew(t, dir)
	failing.err = context.Canceled // broken off: it is tried again
	if x.CatchUp(t.Context()) == nil || state(a) != "waits" {
		t.Error(state(a))
	}
	failing.err = errors.New("no space left")
	if x.CatchUp(t.Context()) == nil {
		t.Error("no error")
	}
	if got := state(a); !strings.Contains(got, "failed: ") || !strings.Contains(got, "no space left") {
		t.Error(got)
	}
	catchUp(t, x) // asks for nothing: there is nothing new
	if after := generationsOf(t, dir); !slices.Equal(after, before) {
		t.Errorf("%v, before %v", after, before)
	}
	wantIDs(t, "in the old one", find(t, x, "nummer3").IDs, 4)
	failing.err = nil
	if a = askAnew(t, dir); state(a) != "waits" {
		t.Error("the old failure is told: ", state(a))
	}
}

// Who asks while it is built gets one that was begun after.
func TestAnewWhileBuilding(t *testing.T) {
	src, dir := library(5), t.TempDir()
	failing := &failingUpdates{catalog: src}
	x, err := Open(t.Context(), dir, failing, Options{Log: quiet(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	first := askAnew(t, dir)
	var second *Anew
	told := ""
	failing.during = func() {
		if second == nil {
			b, _ := os.ReadFile(filepath.Join(dir, "index-0", buildingFile))
			told = string(b)
			second = askAnew(t, dir)
		}
	}
	before := failing.times
	catchUp(t, x)
	if failing.times-before != 2 || state(first) != "over" || state(second) != "over" {
		t.Errorf("read %d times, %s, %s", failing.times-before, state(first), state(second))
	}
	if told != "0 0\n" {
		t.Errorf("told %q", told)
	}
}

// failingUpdates is a catalogue whose practices cannot be read as long as err is set.
type failingUpdates struct {
	*catalog
	err    error
	during func()
	times  int
}

func (f *failingUpdates) IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (int64, error) {
	f.times++
	if f.err != nil {
		return 0, f.err
	}
	if f.during != nil {
		f.during()
	}
	return f.catalog.IndexUpdates(ctx, after, textAfter, fn)
}
