package migrations

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

// Newest is the number of the last step that this program knows.
func Newest() (int64, error) {
	steps, err := numbers()
	if err != nil {
		return 0, err
	}
	return steps[len(steps)-1], nil
}

// Exclusively does something while no other process changes the schema; where one does,
// it fails with ErrBusy at once. do may bring the schema to any step by to, down only
// where there is nothing to lose.
func Exclusively(ctx context.Context, cfg *pgx.ConnConfig, do func(to func(step int64) error) error) error {
	cfg = sessionless(cfg)
	newest, err := Newest()
	if err != nil {
		return err
	}
	return locked(ctx, cfg, 0, func() error {
		return do(func(step int64) error {
			err := with(ctx, cfg, func(p *goose.Provider) error {
				is, err := p.GetDBVersion(ctx)
				switch {
				case err != nil:
				case is > newest:
					err = fmt.Errorf("%w: it knows migrations up to %d, and the database has %d", ErrTooOld, newest, is)
				case is > step:
					_, err = p.DownTo(ctx, step)
				case is < step:
					_, err = p.UpTo(ctx, step)
				}
				return err
			})
			if err == nil && step == newest {
				err = riverUp(ctx, cfg)
			}
			if err != nil {
				return fmt.Errorf("migrations: %w", err)
			}
			return nil
		})
	})
}
