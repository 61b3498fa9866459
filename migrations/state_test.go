package migrations_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3/lock"
)

// What is missing is made, whatever it is; what is there is not looked at
// twice, and a database that needs a newer program says so.
func TestUp(t *testing.T) {
	owner, _ := pgtest.NewURLs(t)
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	exec := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	one := func(sql string) (n int64) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	up := func() {
		t.Helper()
		if err := migrations.Up(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
	}
	newest := one(`SELECT max(version_id) FROM goose_db_version`)

	exec(`REVOKE INSERT ON river_job FROM praksis_app`)
	up()
	if one(`SELECT has_table_privilege('praksis_app', 'river_job', 'INSERT')::int`) != 1 {
		t.Error("the queue's rights were not given again")
	}
	if err := migrations.Down(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	up()
	if n := one(`SELECT max(version_id) FROM goose_db_version`); n != newest {
		t.Errorf("up to %d, want %d", n, newest)
	}

	// A program that is newer than this one was here, and changed nothing that
	// this one needs; then one that did.
	exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (900, true)`)
	up()
	exec(`UPDATE schema_needs SET migration = 900`)
	err = migrations.Up(t.Context(), owner)
	if !errors.Is(err, migrations.ErrTooOld) || !strings.Contains(err.Error(), "900") || strings.Contains(err.Error(), "\n") {
		t.Errorf("a database that needs a newer program: %v", err)
	}
}

// Another process that changes the schema is waited for, not for ever; then the error
// says which it is. Our lock and that of a program of an older build, which belongs to
// its session, exclude each other.
func TestUpWaitsNotForEver(t *testing.T) {
	defer migrations.SetLockWait(time.Millisecond)()
	owner, app := pgtest.NewURLs(t)
	conn, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var pid int
	if err := conn.QueryRow(t.Context(), `UPDATE river_migration SET version = version + 100 WHERE version = (SELECT max(version) FROM river_migration) RETURNING pg_backend_pid()`).Scan(&pid); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Up(t.Context(), app); err == nil || !strings.Contains(err.Error(), "--migrate-url") {
		t.Errorf("a login without rights: %v", err)
	}
	for _, key := range []int64{lock.DefaultLockID, 7010} {
		if _, err := conn.Exec(t.Context(), `SELECT pg_advisory_lock($1)`, key); err != nil {
			t.Fatal(err)
		}
		err := migrations.Up(t.Context(), owner)
		if !errors.Is(err, migrations.ErrBusy) || !strings.Contains(err.Error(), fmt.Sprint("process ", pid)) || !strings.Contains(err.Error(), fmt.Sprintf("pg_terminate_backend(%d)", pid)) {
			t.Errorf("%d held: %v", key, err)
		}
		if err := postgres.Migrate(t.Context(), owner); !postgres.Unavailable(err) {
			t.Errorf("%d held: %v, which passes", key, err)
		}
		if _, err := conn.Exec(t.Context(), `SELECT pg_advisory_unlock($1)`, key); err != nil {
			t.Fatal(err)
		}
	}
}
