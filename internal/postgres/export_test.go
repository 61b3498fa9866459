package postgres

import (
	"bytes"
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Pools are the store's connections, for tests of what the database lets them do.
func (s *Store) Pools() []*pgxpool.Pool { return []*pgxpool.Pool{s.pool, s.sessions()} }

// ErasedFrom is a text without another one, as an erasure leaves it in a text and in an
// address, and what was found of the other before "…".
func ErasedFrom(s, text string) (left string, cut []string) {
	p := newPattern([]string{text}, false)
	left = p.erase(s)
	return p.inAddress.ReplaceAllLiteralString(left, "[fjernet]"), p.cuts()
}

// CopyAll hands l all that conn's database has, as a backup does.
func CopyAll(ctx context.Context, conn *pgx.Conn, l *Loader) error {
	return pgx.BeginTxFunc(ctx, conn, ofOneMoment, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, plainText); err != nil {
			return err
		}
		list, err := tables(ctx, tx)
		if err != nil {
			return err
		}
		m := Moment{tx: tx}
		for _, t := range list {
			var rows bytes.Buffer
			if err := m.CopyTo(ctx, t, &rows); err != nil {
				return err
			}
			if _, err := l.Table(ctx, t, &rows); err != nil {
				return err
			}
		}
		return nil
	})
}
