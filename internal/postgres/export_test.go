package postgres

import "github.com/jackc/pgx/v5/pgxpool"

// Pools are the store's connections, for tests of what the database lets them do.
func (s *Store) Pools() []*pgxpool.Pool { return []*pgxpool.Pool{s.pool, s.sessions()} }

// ErasedFrom is a text without another one, as an erasure leaves it in a text and in an
// address, and what was found of the other before "…".
func ErasedFrom(s, text string) (left string, cut []string) {
	p := newPattern([]string{text}, false)
	left = p.erase(s)
	return p.inAddress.ReplaceAllLiteralString(left, "[fjernet]"), p.cuts()
}
