package postgres

import (
	"time"

	"github.com/alexedwards/scs/pgxstore"
)

// expiredSessionsKept is how often sessions that have ended are swept out.
const expiredSessionsKept = 5 * time.Minute

// Sessions keeps the editors' sessions in the table sessions. Whoever asks for
// it stops its sweeping with StopCleanup before the store is closed.
func (s *Store) Sessions() *pgxstore.PostgresStore {
	return pgxstore.NewWithCleanupInterval(s.pool, expiredSessionsKept)
}
