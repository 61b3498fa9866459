// Package migrations holds the schema's steps and applies them.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// FS holds the numbered steps.
//
//go:embed *.sql
var FS embed.FS

// Up brings the database at ownerURL to the newest schema. Any number of
// processes may call it at once: a lock in the database lets one work. A
// database that is newer than this program is left alone; where it lacks what
// this program needs, the error is ErrTooOld.
func Up(ctx context.Context, ownerURL string) error {
	if done, err := current(ctx, ownerURL); err != nil {
		return fmt.Errorf("migrations: %w", err)
	} else if done {
		return nil
	}
	err := with(ctx, ownerURL, func(p *goose.Provider) error {
		// Without this look the lock would be taken at every start.
		if pending, err := p.HasPending(ctx); err != nil || !pending {
			return err
		}
		_, err := p.Up(ctx)
		return err
	})
	if err != nil {
		return err
	}
	return riverUp(ctx, ownerURL)
}

// Down takes every step back. It is for tests: all data are lost.
func Down(ctx context.Context, ownerURL string) error {
	if err := riverDown(ctx, ownerURL); err != nil {
		return err
	}
	return with(ctx, ownerURL, func(p *goose.Provider) error {
		_, err := p.DownTo(ctx, 0)
		return err
	})
}

// UpTo brings an empty database to the schema after one of our steps, without
// the queue's: for tests of what the next step does with what was written.
func UpTo(ctx context.Context, ownerURL string, step int64) error {
	return with(ctx, ownerURL, func(p *goose.Provider) error {
		_, err := p.UpTo(ctx, step)
		return err
	})
}

func with(ctx context.Context, ownerURL string, do func(*goose.Provider) error) (err error) {
	db, err := sql.Open("pgx", ownerURL)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // seconds between tries, tries
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, FS,
		goose.WithSessionLocker(locker), goose.WithExcludeNames([]string{"schema.sql"}), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if err := do(p); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return nil
}
