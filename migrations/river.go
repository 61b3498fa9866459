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

// riverGrants give the application what the queue's workers do, on every table
// and sequence of it.
const riverGrants = `
DO $$
DECLARE r record;
BEGIN
  FOR r IN SELECT c.relname, c.relkind FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'river\_%' AND c.relkind IN ('r', 'S') LOOP
    IF r.relkind = 'S' THEN
      EXECUTE format('GRANT SELECT, USAGE ON SEQUENCE %I TO praksis_app', r.relname);
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
  SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'river\_%' AND relname <> 'river_migration'
    AND CASE relkind WHEN 'r' THEN NOT has_table_privilege('praksis_app', oid, 'INSERT') WHEN 'S' THEN NOT has_sequence_privilege('praksis_app', oid, 'SELECT') END)`

// riverUp makes or renews the tables of the job queue, which River brings with
// it. They need the role of our first migration.
func riverUp(ctx context.Context, cfg *pgx.ConnConfig) error {
	return withRiver(ctx, cfg, func(m *rivermigrate.Migrator[pgx.Tx], pool *pgxpool.Pool) error {
		if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return err
		}
		// Whatever River did: a process may have been killed between its steps and ours.
		_, err := pool.Exec(ctx, riverGrants)
		return err
	})
}

func riverDown(ctx context.Context, cfg *pgx.ConnConfig) error {
	return withRiver(ctx, cfg, func(m *rivermigrate.Migrator[pgx.Tx], _ *pgxpool.Pool) error {
		_, err := m.Migrate(ctx, rivermigrate.DirectionDown, &rivermigrate.MigrateOpts{TargetVersion: -1})
		return err
	})
}

func withRiver(ctx context.Context, cfg *pgx.ConnConfig, do func(*rivermigrate.Migrator[pgx.Tx], *pgxpool.Pool) error) error {
	pools, err := pgxpool.ParseConfig(cfg.ConnString())
	if err == nil {
		pools.ConnConfig = cfg
		var pool *pgxpool.Pool
		if pool, err = pgxpool.NewWithConfig(ctx, pools); err == nil {
			defer pool.Close()
			var m *rivermigrate.Migrator[pgx.Tx]
			if m, err = riverMigrator(pool); err == nil {
				err = do(m, pool)
			}
		}
	}
	if err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	return nil
}
