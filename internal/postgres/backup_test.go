package postgres_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"praksis/internal/ops/backup"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/migrations"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// contents are the rows of each table as a hash that their order has no part in, where
// the sequences stand, and all constraints and triggers.
func contents(t *testing.T, url string, without ...string) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	out := map[string]string{}
	rows, _ := conn.Query(t.Context(), `SELECT relname::text, relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND relname <> ALL ($1)`, without)
	type relation struct{ Name, Kind string }
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[relation])
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		sql := `SELECT concat(count(*), ' ', md5(coalesce(string_agg(md5(x::text), '' ORDER BY md5(x::text)), ''))) FROM ` + r.Name + ` x`
		if r.Kind == "S" {
			sql = `SELECT concat(last_value, ' ', is_called) FROM ` + r.Name
		}
		var is string
		if err := conn.QueryRow(t.Context(), sql).Scan(&is); err != nil {
			t.Fatal(r.Name, err)
		}
		out[r.Name] = is
	}
	for what, sql := range map[string]string{
		"constraints": `SELECT string_agg(concat_ws(' ', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid)), E'\n' ORDER BY conrelid::regclass::text, conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 't'`,
		"triggers":    `SELECT string_agg(concat_ws(' ', tgenabled, pg_get_triggerdef(oid)), E'\n' ORDER BY tgrelid::regclass::text, tgname) FROM pg_trigger WHERE NOT tgisinternal`,
	} {
		var is string
		if err := conn.QueryRow(t.Context(), sql).Scan(&is); err != nil {
			t.Fatal(err)
		}
		out[what] = is
	}
	return out
}

// changed are the tables that a restore leaves otherwise than they were, and the queue's.
var changed = []string{"catalogue_version", "erasure_key", "operation_run", "operation_run_id_seq", "editor_invitation", "mail", "sessions", "carried_form", "sign_in_failure",
	"river_job", "river_job_id_seq", "river_leader", "river_notification", "river_notification_id_seq", "river_queue", "river_migration", "goose_db_version", "goose_db_version_id_seq"}

// of is the address of the database that a pool is on, with the rights of its owner.
func of(t *testing.T, d desk) string {
	t.Helper()
	owner, _ := pgtest.NewURLs(t)
	cfg, err := pgx.ParseConfig(owner)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(owner, "/"+cfg.Database+"?", "/"+d.pool.Config().ConnConfig.Database+"?", 1)
}

// Whatever the database holds comes back as it was, every row and every number, with all
// that holds it together; but nobody is signed in, an invitation has ended, mails that
// waited wait for the desk, and the catalogue is another one to the indexes.
func TestBackupIsRestored(t *testing.T) {
	d := newDesk(t, 3)
	slug, submission := d.everywhere(t)
	d.fillElsewhere(t, slug, submission)
	if _, err := d.Reshape(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`INSERT INTO sessions VALUES ('x', 'x', now() + interval '1 day')`,
		`INSERT INTO editor_invitation SELECT id, sha256('x'), now(), now() + interval '3 days' FROM editor ORDER BY id DESC LIMIT 1`,
		`INSERT INTO mail (message_id, kind, recipient, subject, body, created_at) VALUES ('w', 'received', 'ida@skive.dk', 'Æ', 'Kære', now())`,
	} {
		if _, err := d.pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(sql, err)
		}
	}
	var waited int
	if err := d.pool.QueryRow(t.Context(), `SELECT count(*) FROM mail WHERE sent_at IS NULL AND refused_at IS NULL AND attempts = 0`).Scan(&waited); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "x")
	taken, err := backup.Make(t.Context(), d.Store, "test", file, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := backup.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	owner, app := pgtest.NewURLs(t)
	is, err := b.Restore(t.Context(), owner, backup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if is.Mails != waited || is.Invitations != 1 || is.Sent != 0 || b.All() != taken.Rows {
		t.Errorf("%+v, %d mails waited, %d rows of %d", is, waited, b.All(), taken.Rows)
	}
	if diff := cmp.Diff(contents(t, of(t, d), changed...), contents(t, owner, changed...)); diff != "" {
		t.Error(diff)
	}
	s, err := postgres.Open(t.Context(), postgres.Access{URL: app})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before, _ := d.Identity(t.Context())
	after, err := s.Identity(t.Context())
	if err != nil || before == after {
		t.Errorf("the identity is %s, was %s: %v", after, before, err)
	}
	if n := version(t, s); n != version(t, d.Store) {
		t.Errorf("version %d", n)
	}
	mails, err := s.UnsentMails(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, m := range mails {
		if m.Status == review.MailRestored && m.GivenUp() {
			held++
			if err := s.SendAgain(t.Context(), m.ID); err != nil {
				t.Error(err)
			}
		}
	}
	for sql, want := range map[string]int{
		`SELECT count(*) FROM sessions`: 0, `SELECT count(*) FROM editor_invitation WHERE expires_at > now()`: 0,
		`SELECT count(*) FROM river_job WHERE kind = 'send_mail'`: held, `SELECT count(*) FROM operation_run WHERE kind = 'restore' AND ok`: 1,
		`SELECT count(*) FROM pg_class WHERE relname = 'restore_unfinished'`: 0,
	} {
		var n int
		conn, err := pgx.Connect(t.Context(), owner)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d, %v", sql, n, err)
		}
		conn.Close(t.Context())
	}
	// Over something.
	if _, err := b.Restore(t.Context(), owner, backup.Options{}); !errors.Is(err, postgres.ErrNotEmpty) {
		t.Errorf("restored over it: %v", err)
	}
	// What moves goes on sending.
	owner, _ = pgtest.NewURLs(t)
	if is, err = b.Restore(t.Context(), owner, backup.Options{SendMails: true}); err != nil || is.Sent != waited || is.Mails != 0 {
		t.Errorf("%+v, %v", is, err)
	}
}

// The role that makes backups may read all that they have.
func TestBackupMayReadEverything(t *testing.T) {
	pool := pgtest.New(t)
	for _, sql := range []string{
		`SELECT string_agg(relname, ', ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT has_table_privilege('praksis_app', oid, 'SELECT')`,
		`SELECT string_agg(sequencename, ', ') FROM pg_sequences WHERE schemaname = 'public' AND sequencename !~ '^(river|goose)_' AND NOT has_sequence_privilege('praksis_app', quote_ident(sequencename), 'SELECT')`,
	} {
		var missing *string
		if err := pool.QueryRow(t.Context(), sql).Scan(&missing); err != nil {
			t.Fatal(err)
		} else if missing != nil {
			t.Errorf("the application may not read %s", *missing)
		}
	}
}

// A restore that fails anywhere, or is killed, leaves a database without content; until
// the next one it is not served, and two do not work on one.
func TestRestoreThatFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x")
	d := newDesk(t, 3)
	if _, err := d.Reshape(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Make(t.Context(), d.Store, "test", file, nil); err != nil {
		t.Fatal(err)
	}
	b, err := backup.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	owner, app := pgtest.NewURLs(t)
	fresh := contents(t, owner, changed...)
	untouched := func(what string) {
		t.Helper()
		if diff := cmp.Diff(fresh, contents(t, owner, changed...)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		s, err := postgres.Open(t.Context(), postgres.Access{URL: app})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		s.Close()
	}
	broken := errors.New("broken")
	if _, err := b.Restore(t.Context(), owner, backup.Options{Finish: func(*postgres.Store) error { return broken }}); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	untouched("at the end")
	o := postgres.RestoreOptions{Schema: b.Schema, Taken: b.Taken, Now: now}
	for what, load := range map[string]func(*postgres.Loader) error{
		"nothing comes": func(*postgres.Loader) error { return nil },
		"half a row": func(l *postgres.Loader) error {
			_, err := l.Table(t.Context(), postgres.Table{Name: "page_text", Columns: []string{"page", "body"}}, io.MultiReader(strings.NewReader("om\tHej\nom"), iotest.ErrReader(broken)))
			return err
		},
		"a column of another schema": func(l *postgres.Loader) error {
			_, err := l.Table(t.Context(), postgres.Table{Name: "page_text", Columns: []string{"page", "text"}}, strings.NewReader(""))
			return err
		},
		"a table of another program": func(l *postgres.Loader) error {
			_, err := l.Table(t.Context(), postgres.Table{Name: "invoice"}, strings.NewReader(""))
			return err
		},
	} {
		if _, err := postgres.Restore(t.Context(), owner, o, load, nil); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		}
		untouched(what)
	}
	// While one works, nobody is served and no other may.
	if _, err := b.Restore(t.Context(), owner, backup.Options{Finish: func(s *postgres.Store) error {
		if _, err := b.Restore(t.Context(), owner, backup.Options{}); !errors.Is(err, postgres.ErrRestoring) {
			t.Errorf("two at once: %v", err)
		}
		if _, err := postgres.Open(t.Context(), postgres.Access{URL: app}); err == nil || !strings.Contains(err.Error(), "being restored") {
			t.Errorf("served: %v", err)
		}
		return broken
	}}); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	// Killed after its transaction: all is there, and is taken away by the next one.
	if _, err := b.Restore(t.Context(), owner, backup.Options{}); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `CREATE TABLE restore_unfinished (); UPDATE practice SET state_reason = 'halv'`); err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.Open(t.Context(), postgres.Access{URL: app}); err == nil {
		t.Error("half a restore is served")
	}
	if _, err := b.Restore(t.Context(), owner, backup.Options{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(contents(t, of(t, d), changed...), contents(t, owner, changed...)); diff != "" {
		t.Error(diff)
	}
}

// What an older release has written comes up to this one.
func TestOlderBackupIsRestored(t *testing.T) {
	const older = 31
	from, _ := pgtest.NewURLs(t)
	if err := migrations.DownTo(t.Context(), from, older); err != nil {
		t.Fatal(err)
	}
	into, app := pgtest.NewURLs(t)
	// As a release of then would have written it.
	load := func(l *postgres.Loader) error {
		conn, err := pgx.Connect(t.Context(), from)
		if err != nil {
			return err
		}
		defer conn.Close(context.Background())
		return postgres.CopyAll(t.Context(), conn, l)
	}
	conn, err := pgx.Connect(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `INSERT INTO page_text VALUES ('om', 'Fra dengang'); INSERT INTO mail (message_id, kind, subject, body, created_at, sent_at) VALUES ('a', 'received', 'Tak', '', now(), now()); UPDATE catalogue_version SET n = 77`); err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.Restore(t.Context(), into, postgres.RestoreOptions{Schema: older, Taken: time.Now(), Now: time.Now()}, load, nil); err != nil {
		t.Fatal(err)
	}
	s, err := postgres.Open(t.Context(), postgres.Access{URL: app})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := version(t, s); n != 77 {
		t.Errorf("version %d", n)
	}
	counts, err := s.Counts(t.Context())
	if err != nil || counts["page_text"] != 1 || counts["mail"] != 1 {
		t.Errorf("%v, %v", counts, err)
	}
	fresh, _ := pgtest.NewURLs(t)
	for _, what := range []string{"constraints", "triggers"} {
		if diff := cmp.Diff(contents(t, fresh)[what], contents(t, into)[what]); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
}
