package migrations_test

import (
	"errors"
	"strings"
	"testing"

	"praksis/internal/pgtest"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
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
