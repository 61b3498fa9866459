package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// notifyChannel is where a commit that changes the catalogue wakes followers.
const notifyChannel = "praksis_catalogue"

// Version is the catalogue's present version, of the replica where public pages are read
// from one.
func (s *Store) Version(ctx context.Context) (n int64, err error) {
	err = s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) error {
		before := s.replica.mark()
		if err := pool.QueryRow(ctx, `SELECT n FROM catalogue_version`).Scan(&n); err != nil {
			return err
		}
		s.replica.saw(before, n, pool == s.pool)
		return nil
	})
	return n, err
}

// Identity tells this catalogue from any other.
func (s *Store) Identity(ctx context.Context) (id string, err error) {
	err = s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) error {
		return pool.QueryRow(ctx, `SELECT identity::text FROM catalogue_version`).Scan(&id)
	})
	return id, err
}

// stamp takes the next version and gives it to the read model's rows. It must
// be the last statement of its transaction: the row's lock makes the order of
// numbers the order of commits.
func stamp(ctx context.Context, tx pgx.Tx, ids []int64) error {
	if err := errors.Join(lockVersion(tx), checkWritable(tx, ids)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		WITH v AS (UPDATE catalogue_version SET n = n + 1 RETURNING n),
		     stamped AS (UPDATE public_practice SET version = v.n FROM v WHERE id = ANY ($1))
		SELECT pg_notify($2, n::text) FROM v`, ids, notifyChannel)
	return err
}

// versionLeap is how far ahead of the present version an import reserves its
// own: more than editors can take meanwhile, little enough that numbers stay
// far below 2^53, which JSON holds exactly.
const versionLeap = 1_000_000

// reserveVersion is a version that no other transaction gives, far ahead of the
// present one. What is much is written with it from the start, so that
// stampReserved has nothing to write while it holds the version's lock.
func reserveVersion(ctx context.Context, tx pgx.Tx) (v int64, err error) {
	err = tx.QueryRow(ctx, `SELECT n + $1::bigint + pg_current_xact_id()::text::bigint % $1::bigint FROM catalogue_version`, versionLeap).Scan(&v)
	return v, err
}

// stampReserved is stamp for rows that were written with a reserved version.
// The catalogue leaps to it, unless others have come as far already, or the
// rows are so few that they are given the next number as quickly.
func stampReserved(ctx context.Context, tx pgx.Tx, reserved int64, leap bool) error {
	if err := lockVersion(tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		WITH v AS (UPDATE catalogue_version SET n = CASE WHEN $2 AND n < $1 THEN $1 ELSE n + 1 END RETURNING n),
		     stamped AS (UPDATE public_practice SET version = v.n FROM v WHERE version = $1 AND v.n <> $1)
		SELECT pg_notify($3, n::text) FROM v`, reserved, leap, notifyChannel)
	return err
}

// Listen sends on wake whenever a commit has changed the catalogue, until ctx
// ends. Notices only wake: what they miss, the follower's poll finds.
func (s *Store) Listen(ctx context.Context, wake chan<- struct{}) {
	for !s.polls && ctx.Err() == nil {
		if err := s.listen(ctx, wake); err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

func (s *Store) listen(ctx context.Context, wake chan<- struct{}) error {
	conn, err := s.sessions().Acquire(ctx)
	if err != nil {
		return err
	}
	c := conn.Hijack() // it must not go back to the pool listening
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(ctx, "LISTEN "+notifyChannel); err != nil {
		return err
	}
	for {
		if _, err := c.WaitForNotification(ctx); err != nil {
			return err
		}
		send := func() {
			select {
			case wake <- struct{}{}:
			default: // a wake is waiting already
			}
		}
		send()
		if s.replica != nil { // it has the commit a little later
			time.AfterFunc(replicaWake, send)
		}
	}
}
