package erasures

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var at = time.Date(2026, 4, 6, 8, 30, 0, 0, time.UTC)

func line(t testing.TB, e Entry) string {
	t.Helper()
	e.At = at
	b, err := e.Line()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func read(t *testing.T, text string) Journal {
	t.Helper()
	j, err := Read(strings.NewReader(text), "j")
	if err != nil {
		t.Fatal(err)
	}
	return j
}

var (
	first  = Entry{ID: "a", Chain: "c", N: 1, Kind: Contact, Submissions: []string{"ABCD-2345"}}
	second = Entry{ID: "b", Chain: "c", N: 2, Kind: Text, Everywhere: true, Practices: []int64{7}, Texts: []Prints{Key{1}.Of("Hanne Testsen", "hanne-testsen")}}
	third  = Entry{ID: "d", Chain: "c", N: 3, Kind: Rows, Table: "follower", Row: 4, Made: at}
)

// What is written is read, and a damaged line is told, wherever it stands: only the last
// one is passed over, and one that is said to be cut off.
func TestJournalIsRead(t *testing.T) {
	a, b, c := line(t, first), line(t, second), line(t, third)
	if j := read(t, a+b+c); len(j.Entries) != 3 || j.Cut || j.Entries[1].Texts[0] != second.Texts[0] || !j.Entries[2].Made.Equal(at) {
		t.Errorf("%+v", j)
	}
	for n := range len(b) {
		if n > 0 {
			if j := read(t, a+b[:n]); len(j.Entries) != 1+n/(len(b)-1) || j.Cut != (n < len(b)-1) {
				t.Fatalf("cut at %d: %+v", n, j)
			}
		}
		for bit := range 8 {
			broken := []byte(b)
			broken[n] ^= 1 << bit
			if j := read(t, a+string(broken)); len(j.Entries) != 1 && !(n == len(b)-1 && len(j.Entries) == 2) {
				t.Fatalf("a changed bit at %d: %+v", n, j)
			}
			if n == len(b)-1 {
				continue // two lines become one
			}
			if _, err := Read(strings.NewReader(a+string(broken)+c), "j"); err == nil || !strings.HasPrefix(err.Error(), "j: line ") {
				t.Fatalf("a changed bit at %d in the middle: %v", n, err)
			}
		}
	}
	torn := line(t, Entry{Torn: true})
	if j := read(t, a+b[:20]+"\n"+torn+c); len(j.Entries) != 2 || j.Cut {
		t.Errorf("%+v", j)
	}
	if _, err := Read(strings.NewReader(a+b[:20]+"\n"+c), "j"); err == nil || err.Error() != "j: line 2 is damaged, and more follows it: take a whole copy of this journal" {
		t.Errorf("%v", err)
	}
	if _, err := Read(strings.NewReader(line(t, Entry{ID: "x", Chain: "c", N: 9, Kind: "later"})), "j"); err == nil || !strings.Contains(err.Error(), "a newer release") {
		t.Errorf("%v", err)
	}
	if _, err := Read(strings.NewReader(strings.Repeat("x", 2*maxLine)), "j"); err == nil || !strings.Contains(err.Error(), "no journal") {
		t.Errorf("%v", err)
	}
	for _, other := range []string{"hello\n", "PK\x03\x04", "PRAKSIS-BACKUP 1", "{}"} {
		if _, err := Read(strings.NewReader(other), "j"); err == nil || !strings.Contains(err.Error(), "j is no journal of erasures") {
			t.Errorf("%q: %v", other, err)
		}
	}
	for n := range a { // the first erasure of all, cut off
		if j := read(t, a[:n]); len(j.Entries) != n/(len(a)-1) || j.Cut != (n > 0 && n < len(a)-1) {
			t.Fatalf("cut at %d: %+v", n, j)
		}
	}
}

func FuzzRead(f *testing.F) {
	a, b := line(f, first), line(f, second)
	f.Add([]byte(a + b))
	f.Add([]byte(a + b[:9] + "\n" + line(f, Entry{Torn: true})))
	f.Add([]byte("\n\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		j, err := Read(bytes.NewReader(text), "j")
		if err != nil {
			return
		}
		if _, err := MakePlan(j.Entries, "c", 1); err != nil {
			return
		}
		for _, e := range j.Entries {
			again, err := e.Line()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Read(bytes.NewReader(again), "j"); err != nil {
				t.Fatalf("%q: %v", again, err)
			}
		}
	})
}

// What is to be done again is what the copy does not know of, once, in its order; what was
// begun and taken back is not, and what no journal has is told.
func TestPlan(t *testing.T) {
	mark := func(e Entry) Entry { return Entry{ID: e.ID, Chain: e.Chain, N: e.N, Done: true} }
	back := Entry{ID: "e", Chain: "c", N: 3, Kind: Contact}
	other := Entry{ID: "f", Chain: "other", N: 2, Kind: Contact}
	p, err := MakePlan([]Entry{third, mark(third), first, mark(first), back, other, second, second}, "c", 2)
	if err != nil || len(p.Entries) != 2 || p.Entries[0].ID != "b" || p.Entries[1].ID != "d" || p.Next != 4 || p.Older != 1 || p.Foreign != 1 || p.TakenBack != 1 || len(p.Missing) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	// Of none is known that it was done: all of them are.
	if p, err = MakePlan([]Entry{third, back}, "c", 1); err != nil || len(p.Entries) != 2 || !slices.Equal(p.Missing, []int64{1, 2}) {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err = MakePlan(nil, "c", 5); err != nil || p.Next != 5 {
		t.Errorf("%+v, %v", p, err)
	}
	third := third
	third.N = 1 << 62
	if _, err = MakePlan([]Entry{third}, "c", 1); err == nil {
		t.Error("planned")
	}
}

// Many write to one file, also after one has stopped within a line, and every line is there.
func TestManyWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "erasures.jsonl")
	if err := os.WriteFile(path, []byte(line(t, first)+line(t, second)[:30]), 0o600); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 20 {
		f := NewFile(path) // as another process would have it
		all.Go(func() {
			for range 5 {
				e := first
				e.ID, e.N = strings.Repeat("x", n+1), int64(n+1)
				if err := f.Append([]byte(line(t, e))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	j, err := ReadFile(path)
	if err != nil || len(j.Entries) != 101 || j.Cut {
		t.Errorf("%d entries, %v", len(j.Entries), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// A file that cannot be written to is told within a bounded time, and later lines are not
// kept waiting for longer.
func TestWritingIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	f := NewFile(path)
	f.time = 50 * time.Millisecond
	// Somebody else has it and does not let go.
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := lock(file, time.Now()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Append([]byte("x\n")); err == nil {
			t.Error("written")
		}
	}
	if err := NewFile(filepath.Join(path, "x")).Append([]byte("x\n")); err == nil {
		t.Error("written")
	}
}

// A key leads to those after it, and a text is found by the key that made its prints, in
// each form, and by no other.
func TestTextsAreFound(t *testing.T) {
	key := Key{1, 2, 3}
	if key.After(3) != key.After(1).After(2) || key.After(1) == key {
		t.Error("the keys are no chain")
	}
	prints := []Prints{key.Of("Hanne Åse Testsen", "hanne-aase-testsen"), key.Exactly("Hanne Ås…")}
	for text, want := range map[string][]string{
		"Det var\nHanne \t Åse\nTestsens idé":  {"Hanne Åse Testsen"},
		"https://x.dk/HANNE%20åse._testsen/om": {"hanne åse testsen"},
		"ringede-hanne-aase-testsens-mor":      {"hanne aase testsen"},
		"hanne-aase-testsens":                  {"hanne aase testsen"},
		"Re: Hanne\nÅs…":                       {"Hanne Ås…"},
		"ringede-hanne-aase-testsensen":        nil,
		"xhanne-aase-testsen":                  nil,
		"Hanne Åse Testse":                     nil,
		"":                                     nil,
		"Hanne Åse Testsen, hanne-åse-testsen og Hanne Ås… ja": {"Hanne Åse Testsen", "Hanne Ås…"},
	} {
		f := key.Finder(prints)
		f.Look(text)
		if got := f.Texts(); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		wrong := key.After(1).Finder(prints)
		if wrong.Look(text); len(wrong.Texts()) > 0 {
			t.Errorf("%q is found by another key", text)
		}
	}
	b := line(t, Entry{ID: "x", Chain: "c", N: 1, Kind: Text, Texts: prints})
	for _, piece := range []string{"anne", "ANNE", "Åse", "aase", "est"} {
		if strings.Contains(b, piece) {
			t.Errorf("the journal has %q: %s", piece, b)
		}
	}
}
