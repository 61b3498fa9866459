// Package postgres holds all SQL. Every exported write is one transaction that
// ends with the catalogue version; driver errors become catalogue errors here.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"praksis/internal/outbox"
	"praksis/internal/review"
	"praksis/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store is the catalogue in Postgres. It is safe for concurrent use.
type Store struct {
	pool   *pgxpool.Pool
	direct *pgxpool.Pool // for what needs a session; nil: pool
	polls  bool
	// replica is what public pages are read from; nil: pool.
	replica *replica
	public  publicCache
	// Letters makes subject and body of a mail. What causes no mail works
	// without. It is set before the store is used, as is MailHost.
	Letters func(review.Letter) (subject, body string, err error)
	// Unsubscribe is the address, beginning with https, where whoever has a follower's
	// token leaves by one press; empty where there is none. It may be nil, and is set
	// before the store is used.
	Unsubscribe func(token string) string
	// MailHost is what the Message-IDs of mails end with, after the @.
	MailHost string
	// ForgetMails is told, unless it is nil, the Message-IDs of the mails about a
	// submission of which something was erased, once it is: for a sender that
	// keeps what it was given. It is set before the store is used.
	ForgetMails func(messageIDs []string) error
	// JournalErasures writes lines to the journal of erasures, outside of the database,
	// and returns when they are on the disk. Without it the database keeps them. It is set
	// before the store is used.
	JournalErasures func(lines []byte) error
	// again counts the transactions that were run once more.
	again atomic.Int64
}

// New is a store over a pool that is connected as the application role.
func New(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// Close ends all connections.
func (s *Store) Close() {
	if s.replica != nil {
		s.replica.close()
	}
	for _, pool := range []*pgxpool.Pool{s.pool, s.direct} {
		if pool != nil {
			pool.Close()
		}
	}
}

// Ping fails with catalogue.ErrUnavailable when the server does not answer.
func (s *Store) Ping(ctx context.Context) error { return mapped(s.pool.Ping(ctx)) }

// CheckSchema fails where the database does not have what this program needs: with
// migrations.ErrTooOld where a newer one has taken it away.
func (s *Store) CheckSchema(ctx context.Context) error {
	var needs int64
	err := s.pool.QueryRow(ctx, `SELECT migration FROM schema_needs`).Scan(&needs)
	if err != nil && !Unavailable(err) && ctx.Err() == nil {
		return errors.New("is not that of this program")
	} else if err != nil {
		return mapped(err)
	}
	return migrations.Check(needs)
}

// jobsLate is how long a job that is due may wait: the queue looks several times a
// second.
const jobsLate = 5 * time.Minute

// CheckQueue fails where jobs that are due have been waiting for long: nobody works
// on them. Backups and drills wait for those who have a folder for them.
func (s *Store) CheckQueue(ctx context.Context, now time.Time) error {
	var waiting int
	if err := s.pool.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at < $1 AND queue <> $2`, now.Add(-jobsLate), outbox.QueueOperations).Scan(&waiting); err != nil {
		return mapped(err)
	}
	if waiting > 0 {
		return fmt.Errorf("%d jobs have waited for more than %s", waiting, jobsLate)
	}
	return nil
}

// Where rows are read by pgx.CollectRows, pgx.ForEachRow or collectMap, these
// return the error of the query too, and Query's own is passed over.

// collectMap gathers rows of a key and a value.
func collectMap[K comparable, V any](rows pgx.Rows) (map[K]V, error) {
	out := map[K]V{}
	var k K
	var v V
	_, err := pgx.ForEachRow(rows, []any{&k, &v}, func() error { out[k] = v; return nil })
	return out, err
}
