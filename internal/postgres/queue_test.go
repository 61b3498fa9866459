package postgres_test

import (
	"context"
	"sync"
	"testing"

	"praksis/internal/pgtest"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
)

// A process may be killed between River's own steps and the rights that we
// give: the next start gives them, and several at once are not in each other's
// way.
func TestQueueMigratesAfterKill(t *testing.T) {
	ownerURL, appURL := pgtest.NewURLs(t)
	connect := func(url string) *pgx.Conn {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close(context.Background()) })
		return conn
	}
	owner, app := connect(ownerURL), connect(appURL)
	up := func() {
		t.Helper()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := migrations.Up(t.Context(), ownerURL); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if _, err := app.Exec(t.Context(), `INSERT INTO river_job (kind, args, max_attempts) VALUES ('x', '{}', 1)`); err != nil {
			t.Error(err)
		}
	}
	if _, err := owner.Exec(t.Context(), `REVOKE ALL ON river_job FROM praksis_app; REVOKE ALL ON SEQUENCE river_job_id_seq FROM praksis_app`); err != nil {
		t.Fatal(err)
	}
	up()
	if err := migrations.Down(t.Context(), ownerURL); err != nil {
		t.Fatal(err)
	}
	up()
	if _, err := app.Exec(t.Context(), `DROP TABLE river_job`); err == nil {
		t.Error("the application may drop the queue")
	}
}
