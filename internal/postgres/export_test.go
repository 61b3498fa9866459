package postgres

import "github.com/jackc/pgx/v5/pgxpool"

// Pools are the store's connections, for tests of what the database lets them do.
func (s *Store) Pools() []*pgxpool.Pool { return []*pgxpool.Pool{s.pool, s.sessions()} }
