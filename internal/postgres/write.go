package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// writeTries bounds how often a transaction is run that the database broke
	// off because of another one. With the lock order of locks.go that happens
	// seldom, and hardly ever twice.
	writeTries = 5
	// writePause is the longest pause before the second try; it doubles from
	// try to try. All of them take less than a request may (httpx).
	writePause = 20 * time.Millisecond
	// rollbackTime bounds a rollback. A server that does not answer it within
	// that time loses the connection.
	rollbackTime = 5 * time.Second
)

// write runs do in one transaction; when do fails, nothing of it remains. A
// transaction that the database breaks off because of another one is run again,
// so do must set all that it gives back anew. The error is
// catalogue.ErrUnavailable when it was broken off every time.
func (s *Store) write(ctx context.Context, do func(pgx.Tx) error) error {
	for try := 1; ; try++ {
		var marks []byte
		err := inTx(ctx, s.pool, pgx.TxOptions{}, func(tx pgx.Tx) error {
			err := do(tx)
			if err == nil {
				marks, err = s.writeJournal(ctx, tx.(*lockingTx))
			}
			return err
		})
		if err == nil && len(marks) > 0 {
			_ = s.JournalErasures(marks) // without it, the erasure is one that may have been done
		}
		if err == nil || !brokenOff(err) {
			return mapped(err)
		}
		if try == writeTries {
			return fmt.Errorf("broken off %d times: %w", try, mapped(err))
		}
		if err := s.pause(ctx, try, err); err != nil {
			return err
		}
	}
}

// pause waits before a transaction is run again that was broken off at a try,
// from 1; it fails when ctx ends.
func (s *Store) pause(ctx context.Context, try int, err error) error {
	s.again.Add(1)
	select {
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case <-time.After(rand.N(writePause << (try - 1))):
		return nil
	}
}

// writeOnce is write for what cannot be run again, such as a stream that is read
// on the way. The error is catalogue.ErrUnavailable when the database broke it
// off because of another transaction.
func (s *Store) writeOnce(ctx context.Context, do func(pgx.Tx) error) error {
	return mapped(inTx(ctx, s.pool, pgx.TxOptions{}, do))
}

// snapshot runs do in one read-only transaction that sees one moment.
func (s *Store) snapshot(ctx context.Context, do func(pgx.Tx) error) error {
	return mapped(inTx(ctx, s.pool, ofOneMoment, do))
}

// ofOneMoment are the options of a transaction that reads.
var ofOneMoment = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}

// inTx runs do in a transaction. The rollback has a context of its own: with one
// that is cancelled pgx would close the connection, and every visitor who leaves
// would cost a new one.
func inTx(ctx context.Context, pool *pgxpool.Pool, options pgx.TxOptions, do func(pgx.Tx) error) (err error) {
	tx, err := pool.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	open := true
	defer func() {
		if !open {
			return
		}
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
		defer cancel()
		if rollback := tx.Rollback(end); rollback != nil && !errors.Is(rollback, pgx.ErrTxClosed) {
			err = errors.Join(err, fmt.Errorf("rolling back: %w", rollback))
		}
	}()
	if err := do(&lockingTx{Tx: tx}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err // a commit with that context would close the connection
	}
	open = false
	sent := !tx.Conn().PgConn().IsClosed()
	if err := tx.Commit(ctx); err != nil {
		if sent && options.AccessMode != pgx.ReadOnly && outcomeUnknown(err) {
			return fmt.Errorf("%w: %w", catalogue.ErrOutcomeUnknown, err)
		}
		return err
	}
	return nil
}

// outcomeUnknown tells of a commit that was sent and failed that the server may have
// carried it out: its answer did not arrive, or it was ended after it had. What pgx says
// of a line that is cut then is "conn closed", as if nothing had been sent.
func outcomeUnknown(err error) bool {
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pe.SeverityUnlocalized != "ERROR"
	}
	return !errors.Is(err, pgx.ErrTxCommitRollback)
}

// errMoved breaks a transaction off that has found, after its locks, that it
// needs others. It is run again.
var errMoved = fmt.Errorf("other rows must be locked than were read: %w", catalogue.ErrUnavailable)
