// Package postgres holds all SQL. Every exported write is one transaction that
// ends with the catalogue version; driver errors become catalogue errors here.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"praksis/internal/catalogue"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// appRole is the database role that the application works as; the first
// migration makes it and gives it its rights.
const appRole = "praksis_app"

// Store is the catalogue in Postgres. It is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
	// LinkBase is what the secret links in mails begin with, such as
	// "http://127.0.0.1:8080/indsend/". It is set before the store is used.
	LinkBase string
}

// Open connects to url and works there as the application role, whoever the
// login is. The error is catalogue.ErrUnavailable when no server answers.
func Open(ctx context.Context, url string) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err) // pgx hides the password
	}
	cfg.ConnConfig.RuntimeParams["role"] = appRole
	cfg.ConnConfig.RuntimeParams["application_name"] = "praksis"
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, mapped(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, mapped(err)
	}
	return &Store{pool: pool}, nil
}

// Migrate brings the database at ownerURL to the newest schema, with the rights
// of its owner. The error is catalogue.ErrUnavailable when no server answers.
func Migrate(ctx context.Context, ownerURL string) error {
	return mapped(migrations.Up(ctx, ownerURL))
}

// New is a store over a pool that is connected as the application role.
func New(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// Close ends all connections.
func (s *Store) Close() { s.pool.Close() }

// Ping fails with catalogue.ErrUnavailable when the server does not answer.
func (s *Store) Ping(ctx context.Context) error { return mapped(s.pool.Ping(ctx)) }

// write runs do in one transaction; when do fails, nothing of it remains.
func (s *Store) write(ctx context.Context, do func(pgx.Tx) error) error {
	return mapped(pgx.BeginFunc(ctx, s.pool, do))
}

// snapshot runs do in one read-only transaction that sees one moment.
func (s *Store) snapshot(ctx context.Context, do func(pgx.Tx) error) error {
	return mapped(pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, do))
}

// mapped turns a driver's error into the catalogue's, keeping the driver's
// words for the log.
func mapped(err error) error {
	if err == nil {
		return nil
	}
	var kind error
	var pe *pgconn.PgError
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		kind = catalogue.ErrNotFound
	case errors.As(err, &pe):
		switch pe.Code[:2] {
		case "23", "40": // a constraint, a deadlock or a serialisation failure
			kind = catalogue.ErrConflict
		case "08", "53", "57": // connection, resources, shutdown
			kind = catalogue.ErrUnavailable
		}
	case errors.As(err, &connect), errors.As(err, &network) && !errors.Is(err, context.Canceled):
		kind = catalogue.ErrUnavailable
	}
	if kind == nil || errors.Is(err, kind) {
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}
