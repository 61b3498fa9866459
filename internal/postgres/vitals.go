package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Vitals are what the database alone can tell of how the catalogue is, in numbers.
type Vitals struct {
	Version int64 // of the catalogue
	Jobs    []JobCount
	// OldestJob is how long the job has waited that is due for longest; 0: none is.
	OldestJob time.Duration
	// MailsWaiting are tried again; MailsGivenUp wait for an editor. OldestMail is how long
	// the first of those that wait has.
	MailsWaiting, MailsGivenUp int64
	OldestMail                 time.Duration
	Operations                 []OperationVitals
}

// OperationVitals tells of the last operation of a kind. Times are seconds since 1970.
type OperationVitals struct {
	Kind     OperationKind
	OK       bool
	Finished float64
	Took     float64 // seconds
	Bytes    int64
	// Succeeded is when the last one ended that went well; 0: none has.
	Succeeded float64
}

// JobCount is how many jobs of a kind are in a state.
type JobCount struct {
	Kind, State string
	Count       int64
}

// Vitals asks for all of it in one statement.
func (s *Store) Vitals(ctx context.Context) (v Vitals, err error) {
	var oldestJob, oldestMail float64 // seconds
	err = s.pool.QueryRow(ctx, `
		SELECT (SELECT n FROM catalogue_version),
		  (SELECT coalesce(json_agg(json_build_object('kind', kind, 'state', state, 'count', count)), '[]')
		   FROM (SELECT kind, state, count(*) FROM river_job GROUP BY kind, state) j),
		  (SELECT greatest(coalesce(extract(epoch FROM now() - min(scheduled_at)), 0), 0)::float8
		   FROM river_job WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at <= now()),
		  (SELECT coalesce(json_agg(json_build_object('kind', kind, 'ok', ok, 'finished', extract(epoch FROM finished), 'took', extract(epoch FROM finished - started), 'bytes', bytes,
		     'succeeded', (SELECT coalesce(extract(epoch FROM max(finished)), 0) FROM operation_run good WHERE good.ok AND good.kind = o.kind))), '[]')
		   FROM operation_run o WHERE id IN (SELECT max(id) FROM operation_run GROUP BY kind)),
		  m.waiting, m.given_up, m.oldest
		FROM (
		  SELECT count(*) - count(*) FILTER (WHERE `+givenUpSQL+`) AS waiting, count(*) FILTER (WHERE `+givenUpSQL+`) AS given_up,
		    greatest(coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE NOT (`+givenUpSQL+`))), 0), 0)::float8 AS oldest
		  FROM mail WHERE sent_at IS NULL) m`).
		Scan(&v.Version, &v.Jobs, &oldestJob, &v.Operations, &v.MailsWaiting, &v.MailsGivenUp, &oldestMail)
	v.OldestJob, v.OldestMail = seconds(oldestJob), seconds(oldestMail)
	return v, mapped(err)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// PoolStats are those of the connections to one address.
type PoolStats struct {
	Name                string // main, direct or replica
	Acquired, Idle, Max int
	// Acquires are all so far, Waited those that found no connection free, and WaitTime how
	// long these waited in all. Canceled gave up.
	Acquires, Waited, Canceled int64
	WaitTime                   time.Duration
}

// PoolStats tells of the connections that there are, without asking the database.
func (s *Store) PoolStats() (out []PoolStats) {
	of := func(name string, p *pgxpool.Pool) {
		if p == nil {
			return
		}
		x := p.Stat()
		out = append(out, PoolStats{Name: name, Acquired: int(x.AcquiredConns()), Idle: int(x.IdleConns()), Max: int(x.MaxConns()),
			Acquires: x.AcquireCount(), Waited: x.EmptyAcquireCount(), Canceled: x.CanceledAcquireCount(), WaitTime: x.EmptyAcquireWaitTime()})
	}
	of("main", s.pool)
	of("direct", s.direct)
	if s.replica != nil {
		of("replica", s.replica.pool)
	}
	return out
}

// Again is how many transactions were run once more because of others at the time.
func (s *Store) Again() int64 { return s.again.Load() }

// ReplicaState tells whether there is a replica, whether it is read from, and for how
// long it has been behind the primary.
func (s *Store) ReplicaState() (given, used bool, behind time.Duration) {
	r := s.replica
	if r == nil {
		return false, false, 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.due > 0 {
		behind = time.Since(r.dueAt)
	}
	return true, r.stint.Load() != nil, behind
}
