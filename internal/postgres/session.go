package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/jackc/pgx/v5"
)

// expiredSessionsKept is how often expired sessions are swept out.
const expiredSessionsKept = 5 * time.Minute

// Sessions keeps the editors' sessions in the table sessions. What it is asked
// with a context ends with that: pgxstore (March 2024) itself waits for a database
// that hangs without an end.
type Sessions struct {
	*pgxstore.PostgresStore
	store   *Store
	longest time.Duration
}

// Sessions is where the editors' sessions are kept, which live no longer than longest.
// Whoever asks for it stops its sweeping with StopCleanup before the store is closed.
func (s *Store) Sessions(longest time.Duration) *Sessions {
	return &Sessions{pgxstore.NewWithCleanupInterval(s.pool, expiredSessionsKept), s, longest}
}

// FindCtx is the data of a token that has not expired; false when there is none. One that
// would live longer than any may is of a time when the clock was wrong.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = s.store.pool.QueryRow(ctx, `SELECT data FROM sessions WHERE token = $1 AND current_timestamp < expiry AND expiry <= current_timestamp + $2::interval`, token, s.longest).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, mapped(err)
}

// CommitCtx keeps the data of a token until it expires.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := s.store.pool.Exec(ctx, `
		INSERT INTO sessions (token, data, expiry) VALUES ($1, $2, $3)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry`, token, data, expiry)
	return mapped(err)
}

// DeleteCtx ends the session of a token.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.store.pool.Exec(ctx, `DELETE FROM sessions WHERE token = $1`, token)
	return mapped(err)
}
