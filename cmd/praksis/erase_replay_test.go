package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"praksis/internal/pgtest"

	"github.com/jackc/pgx/v5"
)

// What was erased is noted outside of the database, and erased again from an older copy:
// by the command, with the journals that it is given, and by a server that starts, with
// its own. No instance starts on a copy that waits for the journal of another.
func TestEraseAgain(t *testing.T) {
	owner, app := pgtest.NewURLs(t)
	journal := filepath.Join(t.TempDir(), "j.jsonl")
	env := []string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner, "PRAKSIS_ERASURE_JOURNAL=" + journal}
	must := func(stdin string, args ...string) string {
		t.Helper()
		out, errs, code := run(t, env, stdin, args...)
		if code != 0 {
			t.Fatalf("%v: %d %s", args, code, errs)
		}
		return out
	}
	fails := func(why string, args ...string) {
		t.Helper()
		if _, errs, code := run(t, env, "", args...); code != 1 || !strings.Contains(errs, why) {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
	db, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.WithoutCancel(t.Context()))
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	must("", "seed")
	var key []byte
	if err := db.QueryRow(t.Context(), `SELECT key FROM erasure_key WHERE n = 1`).Scan(&key); err != nil {
		t.Fatal(err)
	}
	older := func(slug string) { // the text is there, and nothing was erased yet
		t.Helper()
		must(`{"slug": "`+slug+`", "title": "Et nyt eksempel", "organisation": "Aarhus", "answers": {"done": "Det gjorde Hanne Testsen."}}`+"\n", "import", "-")
		exec(`UPDATE erasure_key SET n = 1, key = $1`, key)
	}
	gone := func() {
		t.Helper()
		if out := must("", "export"); strings.Contains(out, "Testsen") || !strings.Contains(out, "Det gjorde [fjernet].") {
			t.Error("it is not gone")
		}
	}
	older("et-nyt")
	must("", "erase", "--everywhere", "--text", "Hanne Testsen", "--yes", "--reason", "Et navn")
	text, err := os.ReadFile(journal)
	if err != nil || strings.Count(string(text), "\n") != 2 || strings.Contains(string(text), "anne") || strings.Contains(string(text), "navn") {
		t.Errorf("%s, %v", text, err)
	}
	if out := must("", "erase", "replay", journal); !strings.Contains(out, "    1  from before it was copied\n") {
		t.Error(out)
	}

	older("endnu-et")
	if err := os.WriteFile(journal+".broken", append([]byte("x"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	fails("line 1 is damaged", "erase", "replay", journal, journal+".broken")
	if out := must("", "erase", "replay", journal, journal); !strings.Contains(out, "    1  erased again\n") || !strings.Contains(out, "is erased.") {
		t.Error(out)
	}
	gone()

	older("et-tredje")
	c := cli{DatabaseURL: app, MigrateURL: owner, ErasureJournal: journal, log: slog.New(slog.DiscardHandler)}
	start := func() error {
		return c.with(t.Context(), func(d *database) error { return c.eraseSince(t.Context(), d) })
	}
	if err := start(); err != nil {
		t.Error(err)
	}
	gone()
	// Another instance has erased something before that, and its journal is elsewhere.
	older("et-fjerde")
	must("", "erase", "--everywhere", "--text", "Det gjorde Hanne", "--yes", "--reason", "Et navn")
	must("", "erase", "--everywhere", "--text", "nyt eksempel", "--yes", "--reason", "Et navn")
	text, err = os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.SplitAfter(string(text), "\n")
	if err := os.WriteFile(journal, []byte(strings.Join(all[4:], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	exec(`UPDATE erasure_key SET n = 1, key = $1`, key)
	if err := start(); err == nil || !strings.Contains(err.Error(), "tells of erasure 1") {
		t.Error(err)
	}
	// It is served by no other instance either, until it is done.
	env = env[:2]
	fails("run `praksis erase replay FILE...`", "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir())
	fails("accept with --incomplete", "erase", "replay", journal)
	c.ErasureJournal += ".other"
	if err := start(); err == nil {
		t.Error("a copy would be served")
	}
	if out := must("", "erase", "replay", "--incomplete", journal); !strings.Contains(out, "    1  are in no journal, and stay undone\n") {
		t.Error(out)
	}
	if err := start(); err != nil {
		t.Error(err)
	}
}
