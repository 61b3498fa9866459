// Package migrations holds the schema's steps and applies them.
package migrations

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// FS holds the numbered steps.
//
//go:embed *.sql
var FS embed.FS

// Up is UpWith for an address.
func Up(ctx context.Context, ownerURL string) error {
	cfg, err := read(ownerURL)
	if err != nil {
		return err
	}
	return UpWith(ctx, cfg)
}

// UpWith brings the database that cfg leads to to the newest schema. Any number of
// processes may call it at once: a lock in the database lets one work, and the others
// fail with ErrBusy when that takes long. A database that is newer than this program
// is left alone; where it lacks what this program needs, the error is ErrTooOld.
// Poolers may stand between, in transaction mode too.
func UpWith(ctx context.Context, cfg *pgx.ConnConfig) error {
	cfg = sessionless(cfg)
	// Without this look the lock would be taken at every start.
	done, err := current(ctx, cfg)
	if err == nil && !done {
		err = locked(ctx, cfg, lockWait, func() error {
			if err := with(ctx, cfg, func(p *goose.Provider) error {
				_, err := p.Up(ctx)
				return err
			}); err != nil {
				return err
			}
			return riverUp(ctx, cfg)
		})
	}
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return nil
}

// Down takes every step back. It is for tests: all data are lost.
func Down(ctx context.Context, ownerURL string) error {
	cfg, err := read(ownerURL)
	if err != nil {
		return err
	}
	if err := riverDown(ctx, cfg); err != nil {
		return err
	}
	return DownTo(ctx, ownerURL, 0)
}

// DownTo takes our steps above one back, and leaves the queue as it is: for tests. What
// the steps made is lost.
func DownTo(ctx context.Context, ownerURL string, step int64) error {
	cfg, err := read(ownerURL)
	if err != nil {
		return err
	}
	return with(ctx, cfg, func(p *goose.Provider) error {
		_, err := p.DownTo(ctx, step)
		return err
	})
}

// UpTo brings an empty database to the schema after one of our steps, without
// the queue's: for tests of what the next step does with what was written.
func UpTo(ctx context.Context, ownerURL string, step int64) error {
	cfg, err := read(ownerURL)
	if err != nil {
		return err
	}
	return with(ctx, cfg, func(p *goose.Provider) error {
		_, err := p.UpTo(ctx, step)
		return err
	})
}

func read(url string) (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return sessionless(cfg), nil
}

// sessionless is a copy of cfg that keeps no prepared statements, which behind a
// pooler belong to whoever has the connection next.
func sessionless(cfg *pgx.ConnConfig) *pgx.ConnConfig {
	cfg = cfg.Copy()
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
	return cfg
}

func with(ctx context.Context, cfg *pgx.ConnConfig, do func(*goose.Provider) error) (err error) {
	db := stdlib.OpenDB(*cfg)
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := goose.NewProvider(goose.DialectPostgres, db, FS, goose.WithExcludeNames([]string{"schema.sql"}), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	return do(p)
}
