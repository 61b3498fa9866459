package migrations

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// riverLock keeps a second process from migrating the queue at the same time.
// It is a number of ours.
const riverLock = 7010

// riverGrants give the application what the queue's workers do, on every table
// and sequence of it.
const riverGrants = `
DO $$
DECLARE r record;
BEGIN
  FOR r IN SELECT c.relname, c.relkind FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'river\_%' AND c.relkind IN ('r', 'S') LOOP
    IF r.relkind = 'S' THEN
      EXECUTE format('GRANT USAGE ON SEQUENCE %I TO praksis_app', r.relname);
    ELSIF r.relname = 'river_migration' THEN
      EXECUTE format('GRANT SELECT ON %I TO praksis_app', r.relname);
    ELSE
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO praksis_app', r.relname);
    END IF;
  END LOOP;
END $$`

// RiverSteps is the text of all that [Up] does for River's tables, so that a
// newer River can be told from an older one.
func RiverSteps() (string, error) {
	m, err := riverMigrator(nil)
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, v := range m.AllVersions() {
		fmt.Fprintf(&all, "%d %s\n%s\n", v.Version, v.Name, v.SQLUp)
	}
	all.WriteString(riverGrants)
	return all.String(), nil
}

func riverMigrator(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	return rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
}

// riverGranted tells whether riverGrants has been carried out since the last
// table was made. It is one statement: all of it was, or nothing.
const riverGranted = `
SELECT NOT EXISTS (
  SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'river\_%' AND relname <> 'river_migration' AND relkind = 'r'
    AND NOT has_table_privilege('praksis_app', oid, 'INSERT'))`

// riverUp makes or renews the tables of the job queue, which River brings with
// it. They need the role of our first migration.
func riverUp(ctx context.Context, ownerURL string) error {
	return withRiver(ctx, ownerURL, func(m *rivermigrate.Migrator[pgx.Tx], pool *pgxpool.Pool) error {
		// Without this look the lock would be taken at every start. A process
		// may have been killed between River's steps and ours.
		var granted bool
		if state, err := m.Validate(ctx, nil); err != nil {
			return err
		} else if err := pool.QueryRow(ctx, riverGranted).Scan(&granted); err != nil || state.OK && granted {
			return err
		}
		// A connection of its own: River has a transaction for each step.
		return pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
			if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", riverLock); err != nil { // ends with the connection
				return err
			}
			if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
				return err
			}
			_, err := conn.Exec(ctx, riverGrants)
			return err
		})
	})
}

func riverDown(ctx context.Context, ownerURL string) error {
	return withRiver(ctx, ownerURL, func(m *rivermigrate.Migrator[pgx.Tx], _ *pgxpool.Pool) error {
		_, err := m.Migrate(ctx, rivermigrate.DirectionDown, &rivermigrate.MigrateOpts{TargetVersion: -1})
		return err
	})
}

func withRiver(ctx context.Context, ownerURL string, do func(*rivermigrate.Migrator[pgx.Tx], *pgxpool.Pool) error) error {
	pool, err := pgxpool.New(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("migrations: job queue: %w", err)
	}
	defer pool.Close()
	m, err := riverMigrator(pool)
	if err == nil {
		err = do(m, pool)
	}
	if err != nil {
		return fmt.Errorf("migrations: job queue: %w", err)
	}
	return nil
}
