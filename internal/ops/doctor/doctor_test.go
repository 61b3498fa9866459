package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCode(t *testing.T) {
	for _, c := range []struct {
		grades []Grade
		want   int
	}{{nil, 0}, {[]Grade{Good, Unseen}, 0}, {[]Grade{Warning, Good}, 1}, {[]Grade{Fault, Warning, Good}, 2}} {
		var r Report
		for _, g := range c.grades {
			r.Results = append(r.Results, Result{Finding: Finding{Grade: g}})
		}
		if got := r.Code(); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.grades, got, c.want)
		}
	}
}

// Every check says what it looks at, why, and what to do when it cannot.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range table {
		if c.name == "" || c.looks == "" || c.why == "" || c.slow == "" || c.look == nil || seen[c.name] {
			t.Errorf("the check %+v lacks something, or is there twice", c.name)
		}
		seen[c.name] = true
		if len(c.name) > 14 || !strings.HasSuffix(c.why, ".") {
			t.Errorf("%s: name or reason do not fit the columns", c.name)
		}
	}
	if len(table) < 15 {
		t.Errorf("only %d checks", len(table))
	}
}

func TestPrint(t *testing.T) {
	var b strings.Builder
	long := strings.Repeat("ord ", 60)
	err := Print(&b, Report{Results: []Result{
		{Name: "schema", Why: "It fails.", Finding: fault(long, "praksis migrate")}, {Name: "disk", Why: "hidden", Finding: good("room")}, {Name: "clock", Finding: unseen("nobody")}}})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	for _, l := range lines {
		if len([]rune(l)) > textWidth {
			t.Errorf("too wide: %q", l)
		}
	}
	for _, want := range []string{"fault    schema ord ord", "\n                why  It fails.\n", "\n                do   praksis migrate\n", "good     disk   room\n", "3 checks: 1 good, 1 not looked at, 0 warnings, 1 fault\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, &b)
		}
	}
	if strings.Contains(b.String(), "hidden") {
		t.Error("why what is good matters is told too")
	}
}

// What the system tells of a process is read.
func TestProcess(t *testing.T) {
	if got := lockHolders([]byte("1: FLOCK  ADVISORY  WRITE 4711 fe:01:12345 0 EOF\n1: -> FLOCK  ADVISORY  WRITE 9 fe:01:12345 0 EOF\n2: POSIX  ADVISORY  WRITE 5 fe:01:99 0 EOF\nx\n")); len(got) != 1 || got[12345] != 4711 {
		t.Errorf("locks: %v", got)
	}
	if got := openFiles("Limit  Soft Limit  Hard Limit  Units\nMax open files            20000                20001                files     \n"); got != 20000 {
		t.Errorf("open files: %d", got)
	}
	if got := resident("Name:\tpraksis\nVmRSS:\t   2048 kB\n"); got != 2<<20 {
		t.Errorf("resident: %d", got)
	}
	for text, want := range map[string]uint64{"": 0, "off": 0, "512MiB": 512 << 20, "2GiB": 2 << 30, "1048576": 1 << 20, "1024B": 1024, "1TiB": 1 << 40, "3KiB": 3 << 10} {
		if got, ok := goBytes(text); !ok || got != want {
			t.Errorf("GOMEMLIMIT=%q: %d, %t", text, got, ok)
		}
	}
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("system.slice/memory.max", "1073741824\n")
	write("system.slice/praksis.service/memory.max", "max\n")
	write("memory/docker/abc/memory.limit_in_bytes", "536870912\n")
	for of, want := range map[string]uint64{"0::/system.slice/praksis.service\n": 1 << 30, "0::/\n": 0, "5:memory:/docker/abc\n": 512 << 20} {
		if got := groupLimit(root, of); got != want {
			t.Errorf("group %q: %d, want %d", of, got, want)
		}
	}
	if got := settingsOf([]string{"PRAKSIS_DATA=d", "PRAKSIS_LOG_LEVEL=debug", "DATABASE_URL=x", "HOME=/", "PRAKSIS_CLAMD="}); len(got) != 2 {
		t.Errorf("settings: %v", got)
	}
}

// Nothing that is secret or somebody's comes through, in text or in JSON.
func TestMask(t *testing.T) {
	secrets := []string{`pa"ss wørd`, "hunter22", "hunter2", "ab"}
	for text, want := range map[string]string{
		`smtp says pa"ss wørd`:               "smtp says ***",
		`{"x":"pa\"ss wørd"}`:                `{"x":"***"}`,
		"hunter22 and hunter2":               "*** and ***",
		"postgres://u:p%40ss@db.example/x":   "postgres://***@db.example/x",
		"password=svært sslmode=require":     "password=*** sslmode=require",
		"to rita@kommune.dk.":                "to ***",
		"from 203.0.113.9 and 2001:db8:1::5": "from *** and ***",
		"client 127.0.0.1":                   "client 127.0.0.1",
		"link /i/abcdefghij0123456789ABCDEF": "link /i/***",
		"cpr 010190-1234 here":               "cpr *** here",
		"an ordinary sentence about cabs":    "an ordinary sentence about cabs",
		"github.com/jackc/pgx/v5 v5.10.0":    "github.com/jackc/pgx/v5 v5.10.0",
		"2026-11-29T18:58:16Z":               "2026-11-29T18:58:16Z",
	} {
		if got := Mask(text, secrets); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
