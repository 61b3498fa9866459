package main

import (
	"strings"
	"testing"

	"praksis/internal/pgtest"
)

// A text is erased everywhere by a command that names nothing else, and only when it is
// told to.
func TestEraseEverywhere(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	env := []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner}
	must := func(stdin string, args ...string) string {
		t.Helper()
		out, errs, code := run(t, env, stdin, args...)
		if code != 0 {
			t.Fatalf("%v: %d %s", args, code, errs)
		}
		return out
	}
	must("", "seed")
	must(`{"slug": "et-nyt", "title": "Et nyt eksempel", "organisation": "Aarhus", "answers": {"done": "Det gjorde Hanne Testsen."}}`+"\n", "import", "-")
	for _, args := range [][]string{{"erase"}, {"erase", "--everywhere"}, {"erase", "--everywhere", "--text", "Hanne Testsen", "--yes"}, {"erase", "--text", "Hanne Testsen"}} {
		if _, _, code := run(t, env, "", args...); code == 0 {
			t.Errorf("%v is done", args)
		}
	}
	if out := must("", "erase", "--everywhere", "--text", "Hanne Testsen"); !strings.Contains(out, "    1  revision\n") || !strings.Contains(out, "Nothing was erased") {
		t.Error(out)
	}
	if out := must("", "export"); !strings.Contains(out, "Hanne Testsen") {
		t.Error("it is gone unasked")
	}
	if out := must("", "erase", "--everywhere", "--text", "Hanne Testsen", "--yes", "--reason", "Et navn"); !strings.Contains(out, "    1  revision\n") || !strings.Contains(out, "Erased.") || strings.Contains(out, "not erased") {
		t.Error(out)
	}
	if out := must("", "export"); strings.Contains(out, "Testsen") || !strings.Contains(out, "Det gjorde [fjernet].") {
		t.Error("it is not gone")
	}
}
