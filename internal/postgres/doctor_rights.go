package postgres

import (
	"context"
	"errors"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// writtenByOthers are the tables that the application only reads: the owner and the
// functions that work with its rights write them.
var writtenByOthers = []string{"erasure", "revision_ref", "river_migration", "role_event", "schema_needs"}

// neverDeleted are the tables of which the application deletes nothing.
var neverDeleted = []string{"account_event", "erasure", "link_event", "practice", "practice_event", "revision", "submission", "submission_event", "submission_version", "vocabulary_event"}

// RightsFacts are what the roles may do.
type RightsFacts struct {
	Login, Works string   // who connects, and as whom the application works
	Role         bool     // the application's role is there
	Member       bool     // the login is of it
	Super        bool     // the login is an administrator of the server
	Lacks        []string // what the application may not do and must: "INSERT mail"
	TooMuch      []string // what it may do and must not
}

// Rights tells what the roles may do.
func (x *Examination) Rights(ctx context.Context) (f RightsFacts, err error) {
	err = x.one(ctx, `
		SELECT session_user::text, current_user::text, EXISTS (SELECT FROM pg_roles WHERE rolname = $1), (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)`, []any{appRole}, &f.Login, &f.Works, &f.Role, &f.Super)
	if err != nil || !f.Role {
		return f, err
	}
	err = x.read(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT pg_has_role(session_user, $1, 'MEMBER')`, appRole).Scan(&f.Member); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `
			SELECT CASE WHEN NOT has_table_privilege($1, oid, 'SELECT') THEN 'SELECT ' ELSE 'INSERT ' END || relname FROM pg_class
			WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'goose_db_version'
			  AND (NOT has_table_privilege($1, oid, 'SELECT')
			    OR NOT (has_any_column_privilege($1, oid, 'INSERT') OR has_any_column_privilege($1, oid, 'UPDATE')) AND relname <> ALL ($2))
			UNION ALL SELECT 'EXECUTE ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'erase\_%' AND NOT has_function_privilege($1, oid, 'EXECUTE')
			UNION ALL SELECT 'USAGE public' WHERE NOT has_schema_privilege($1, 'public', 'USAGE')
			ORDER BY 1`, appRole, writtenByOthers)
		if f.Lacks, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			return err
		}
		rows, _ = tx.Query(ctx, `
			SELECT p || ' ' || relname FROM pg_class, (VALUES ('DELETE'), ('TRUNCATE')) AS x (p)
			WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname = ANY ($2) AND has_table_privilege($1, oid, p)
			UNION ALL SELECT 'CREATE public' WHERE has_schema_privilege($1, 'public', 'CREATE')
			ORDER BY 1`, appRole, neverDeleted)
		f.TooMuch, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return f, err
}

// TryAccess opens the database as the program does, and leaves it again. The error is
// what a start would say.
func TryAccess(ctx context.Context, a Access) error {
	s, err := Open(ctx, a)
	if err != nil {
		return err
	}
	s.Close()
	return nil
}

// OwnerFacts are what the login that changes the schema may do.
type OwnerFacts struct {
	Login string
	Owns  bool // it may change the tables
	Empty bool // there are none yet
}

// TryOwner looks at the login that changes the schema.
func TryOwner(ctx context.Context, ownerURL string) (f OwnerFacts, err error) {
	cfg, err := readAddress("address for migrations", ownerURL)
	if err != nil {
		return f, err
	}
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(ctx, cfg.ConnConfig)
	if err != nil {
		return f, mapped(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = conn.QueryRow(ctx, `
		SELECT current_user::text, coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('public.catalogue_version')), has_schema_privilege('public', 'CREATE')),
		  to_regclass('public.catalogue_version') IS NULL`).Scan(&f.Login, &f.Owns, &f.Empty)
	return f, mapped(err)
}

// ReplicaFacts are how far a replica is.
type ReplicaFacts struct {
	Recovery bool
	Identity string
	Version  int64
	Lag      float64 // in seconds, since what it replayed last was committed; 0 where it has all
}

// TryReplica looks at the replica at url.
func TryReplica(ctx context.Context, url string) (f ReplicaFacts, err error) {
	x, err := Examine(ctx, Access{URL: url})
	if err != nil {
		return f, err
	}
	defer x.Close()
	err = x.one(ctx, `
		SELECT pg_is_in_recovery(), identity::text, n,
		  CASE WHEN pg_is_in_recovery() AND pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn() THEN coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) ELSE 0 END::float8
		FROM catalogue_version`, nil, &f.Recovery, &f.Identity, &f.Version, &f.Lag)
	return f, err
}

// Size is how large a table is, with its indexes.
type Size struct {
	Table string `json:"table"`
	Bytes int64  `json:"bytes"`
	Rows  int64  `json:"rows"` // as the server last estimated them; -1: it has not
}

// Sizes are those of all tables, the largest first.
func (x *Examination) Sizes(ctx context.Context) (list []Size, err error) {
	err = x.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `
			SELECT relname::text, pg_total_relation_size(oid), reltuples::bigint FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 2 DESC, 1`)
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Size])
		return err
	})
	return list, err
}

// Jobs are how many there are of a kind in a state.
type Jobs struct {
	Kind  string `json:"kind"`
	State string `json:"state"`
	N     int    `json:"n"`
}

// Jobs counts all jobs.
func (x *Examination) Jobs(ctx context.Context) (list []Jobs, err error) {
	err = x.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `SELECT kind, state::text, count(*) FROM river_job GROUP BY 1, 2 ORDER BY 1, 2`)
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Jobs])
		return err
	})
	if lacksTable(err) {
		err = ErrNoTable
	}
	return list, err
}

// Setup is the sentence of an error that somebody must put right; empty for another.
func Setup(err error) string {
	if setup, ok := errors.AsType[*SetupError](err); ok {
		return setup.Error()
	}
	return ""
}

// AddressSecrets are what nobody may see of a database's address, as it may be written.
func AddressSecrets(at string) (list []string) {
	cfg, err := pgx.ParseConfig(at)
	if err != nil || cfg.Password == "" {
		return nil
	}
	return []string{cfg.Password, url.QueryEscape(cfg.Password), url.PathEscape(cfg.Password)}
}
