package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"praksis/internal/catalogue"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// replicaStatement is how long a statement may take at the replica, and replicaLock
	// how long it may wait for a lock, as one that replays a migration holds: less than
	// a request has, so that the primary still can answer it.
	replicaStatement = 3 * time.Second
	replicaLock      = 500 * time.Millisecond
	// replicaEvery is how often the replica is looked at, and replicaLook what a look may
	// take: a replica that hangs holds nobody for longer than both.
	replicaEvery = 500 * time.Millisecond
	replicaLook  = time.Second
	// replicaWake is how long after a commit the replica is expected to have it.
	replicaWake = 100 * time.Millisecond
	// replicaRest is how long the replica is left alone after a failure.
	replicaRest = 5 * time.Second
	// replicaLag is how far behind it may be: what was withdrawn is gone within ten
	// seconds after a fault.
	replicaLag = 5 * time.Second
)

// errBehind is a replica that has not come as far as what was read already.
var errBehind = errors.New("it is behind what was read before")

// replica is a streaming replica that public pages are read from, while it can be
// (house.md, "A replica to read from"). What nobody may see go backwards is held by
// reached: no connection is used that has not come so far.
type replica struct {
	pool *pgxpool.Pool
	eye  *pgxpool.Pool // one connection to look by, however busy the others are
	log  *slog.Logger
	// from is where the primary's log stood when this program was ready: with the
	// schema and the shape of the read model that it needs.
	from     string
	identity string
	// reached is the highest catalogue version that was read; a primary may take it
	// back, as after a failover that has lost something.
	reached atomic.Int64
	// stint lasts while the replica is read from; nil: the primary is.
	stint atomic.Pointer[stint]

	mu    sync.Mutex
	why   error     // why there is no stint
	rests time.Time // no stint begins before
	// due is a version that the primary had at a moment, until the replica has it; 0: none.
	due   int64
	dueAt time.Time
}

// stint is a time in which the replica is read from; what reads there ends with it.
type stint struct {
	ctx context.Context
	end context.CancelFunc
}

// UseReplica has public pages read from the replica at url: read model, index and the
// files of lists. Everything else, and these too while it cannot be read from, is read
// from the primary. It is called when the schema is that of this program, before the
// index is opened; FollowReplica goes on from there. The error is a *SetupError where the
// address cannot be meant, and catalogue.ErrUnavailable when the primary does not answer.
func (s *Store) UseReplica(ctx context.Context, url string, log *slog.Logger) error {
	const name = "replica address"
	cfg, err := readAddress(name, url)
	if err != nil {
		return err
	}
	workAsApp(cfg, name, PoolerNone)
	params := cfg.ConnConfig.RuntimeParams
	params["statement_timeout"] = fmt.Sprint(replicaStatement.Milliseconds())
	params["lock_timeout"] = fmt.Sprint(replicaLock.Milliseconds())
	params["default_transaction_read_only"] = "on"
	r := &replica{log: log}
	var reached int64
	if err := s.pool.QueryRow(ctx, `SELECT n, identity::text, pg_current_wal_flush_lsn()::text FROM catalogue_version`).Scan(&reached, &r.identity, &r.from); err != nil {
		return mapped(err)
	}
	r.reached.Store(reached)
	eye := cfg.Copy()
	eye.MinConns, eye.MinIdleConns, eye.MaxConns = 0, 0, 1
	if r.eye, err = pgxpool.NewWithConfig(ctx, eye); err != nil {
		return mapped(err)
	}
	cfg.PrepareConn = r.prepare
	if r.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		r.eye.Close()
		return mapped(err)
	}
	_, err = r.look(ctx)
	if setup, ok := errors.AsType[*SetupError](err); ok || err != nil && !passing(err) {
		r.close()
		if ok {
			return setup
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	s.replica = r
	s.judge(ctx, err, r.reached.Load(), 0)
	return nil
}

// passing tells whether waiting may help against what a look has found.
func passing(err error) bool {
	return Unavailable(err) || errors.Is(err, errBehind) || errors.Is(err, context.DeadlineExceeded) || ofReplica(err)
}

// ofReplica tells errors that a primary would not have had.
func ofReplica(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code == codeLockTimeout || pe.Code == codeCanceled || pe.Code[:2] == "42") // its schema may be an older one
}

// prepare lets a connection be used that has come as far as what was read before, and
// notes how far it is, so that it is asked again only when more has been read.
func (r *replica) prepare(ctx context.Context, conn *pgx.Conn) (bool, error) {
	const key = "praksis.version"
	seen, known := conn.PgConn().CustomData()[key].(int64)
	want := r.reached.Load()
	if known && seen >= want {
		return true, nil
	}
	version, err := r.ask(ctx, conn)
	switch {
	case err != nil && !errors.Is(err, errBehind):
		return false, err
	case err != nil || version < want:
		return true, errBehind
	}
	conn.PgConn().CustomData()[key] = version
	return true, nil
}

// ask is the catalogue version of the replica that conn leads to. The error is errBehind
// where it has not replayed what this program needs, and a *SetupError where it is no
// replica of the primary.
func (r *replica) ask(ctx context.Context, conn interface {
	QueryRow(context.Context, string, ...any) pgx.Row
}) (version int64, err error) {
	var identity string
	var replayed bool
	err = conn.QueryRow(ctx, `
		SELECT n, identity::text, coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, true)
		FROM catalogue_version, (SELECT count(*) FROM (SELECT FROM public_practice LIMIT 1) x) locked`, r.from).Scan(&version, &identity, &replayed)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return 0, errBehind
	case err != nil:
		return 0, err
	case identity != r.identity:
		return 0, setupErrorf("replica address: the database there is not a replica of that of the database address: give the address of its streaming replica, or leave it out")
	case !replayed:
		return version, errBehind
	}
	return version, nil
}

// look asks the replica how far it is, whether it is read from or not.
func (r *replica) look(ctx context.Context) (version int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, replicaLook)
	defer cancel()
	return r.ask(ctx, r.eye)
}

func (r *replica) close() {
	r.eye.Close()
	r.pool.Close()
}

// FollowReplica looks again and again whether the replica can be read from, until ctx
// ends. It logs when that begins and ends. Without a replica it does nothing.
func (s *Store) FollowReplica(ctx context.Context) {
	r := s.replica
	if r == nil {
		return
	}
	tick := time.NewTicker(replicaEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var now int64 // of the primary; 0 while it does not answer
		ask, cancel := context.WithTimeout(ctx, replicaLook)
		if s.pool.QueryRow(ask, `SELECT n FROM catalogue_version`).Scan(&now) != nil {
			now = 0
		}
		cancel()
		version, err := r.look(ctx)
		if ctx.Err() != nil {
			return
		}
		s.judge(ctx, err, version, now)
	}
}

// judge begins or ends a stint by what a look has found: an error, or the replica's
// version; now is the primary's, 0 where it is not known.
func (s *Store) judge(ctx context.Context, err error, version, now int64) {
	r := s.replica
	if err == nil {
		err = r.late(version, now)
	}
	if err == nil && r.stint.Load() == nil && version < r.reached.Load() {
		err = errBehind
	}
	if err != nil {
		r.fail(ctx, r.stint.Load(), err, 0)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stint.Load() != nil || time.Now().Before(r.rests) {
		return
	}
	t := &stint{}
	t.ctx, t.end = context.WithCancel(context.Background())
	r.stint.Store(t)
	r.why = nil
	r.log.InfoContext(ctx, "public pages are read from the replica", "version", version)
}

// late fails when the replica has not come within replicaLag to a version that the
// primary had.
func (r *replica) late(version, now int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.due > 0 && version < r.due && now >= r.due {
		if behind := time.Since(r.dueAt); behind > replicaLag {
			return fmt.Errorf("it is %s behind: it has version %d, the primary %d", behind.Round(time.Second), version, now)
		}
		return nil
	}
	r.due = 0
	if version < now {
		r.due, r.dueAt = now, time.Now()
	}
	return nil
}

// fail ends a stint, unless it has ended, and has the replica rest. What reads there is
// broken off, and read from the primary.
func (r *replica) fail(ctx context.Context, t *stint, err error, rest time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t != r.stint.Load() {
		return
	}
	if t == nil && r.why != nil {
		return
	}
	r.why, r.rests = err, time.Now().Add(rest)
	r.log.WarnContext(ctx, "public pages are read from the primary: the replica cannot be read from", "err", err)
	if t != nil {
		r.stint.Store(nil)
		t.end()
	}
}

// CheckReplica fails while there is a replica that cannot be read from.
func (s *Store) CheckReplica(context.Context) error {
	r := s.replica
	if r == nil || r.stint.Load() != nil {
		return nil
	}
	return errors.New("is not read from: see the log")
}

// read runs do with the connections that public pages are read from: those of the
// replica, and where that fails those of the primary. It may run do twice, so do must set
// all that it gives back anew, and must not have shown anybody what it read.
func (s *Store) read(ctx context.Context, do func(context.Context, *pgxpool.Pool) error) error {
	if done, err := s.readReplica(ctx, do); done {
		return mapped(err)
	}
	return mapped(do(ctx, s.pool))
}

// readReplica tells whether do has an answer from the replica.
func (s *Store) readReplica(ctx context.Context, do func(context.Context, *pgxpool.Pool) error) (done bool, err error) {
	r := s.replica
	if r == nil {
		return false, nil
	}
	t := r.stint.Load()
	if t == nil {
		return false, nil
	}
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(t.ctx, cancel)()
	err = do(within, r.pool)
	_, refused := errors.AsType[*pgconn.PgError](err)
	_, other := errors.AsType[*SetupError](err) // another database stands there now
	switch {
	case err == nil, ctx.Err() != nil: // whoever asked has gone, or has no time left
		return true, err
	case errors.Is(err, errBehind), t.ctx.Err() != nil:
		return false, nil
	case refused, other, Unavailable(err):
		r.fail(ctx, t, err, replicaRest)
		return false, nil
	}
	return true, err // an answer, as that there is no such row
}

// readAt is read for pages as of the catalogue version at. Where that is 0, somebody asks
// for what is there now, and the primary alone knows.
func (s *Store) readAt(ctx context.Context, at int64, do func(context.Context, *pgxpool.Pool) error) error {
	if at == 0 {
		return mapped(do(ctx, s.pool))
	}
	return s.read(ctx, do)
}

// readSnapshot is snapshot with what public pages are read from.
func (s *Store) readSnapshot(ctx context.Context, do func(context.Context, pgx.Tx) error) error {
	return s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) error {
		return inTx(ctx, pool, ofOneMoment, func(tx pgx.Tx) error { return do(ctx, tx) })
	})
}

// readStream is readSnapshot for what is shown to somebody while it is read: do tells
// when that begins. From then on a failure of the replica is told, as
// catalogue.ErrUnavailable, and the next call reads from the primary. There is no limit
// to its time at a replica that answers.
func (s *Store) readStream(ctx context.Context, do func(ctx context.Context, tx pgx.Tx, begins func()) error) error {
	begun := false
	var broken error
	return s.read(ctx, func(ctx context.Context, pool *pgxpool.Pool) error {
		if begun {
			return fmt.Errorf("%w: the replica failed on the way: %w", catalogue.ErrUnavailable, broken)
		}
		broken = inTx(ctx, pool, ofOneMoment, func(tx pgx.Tx) error {
			if pool != s.pool {
				if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0`); err != nil {
					return err
				}
			}
			return do(ctx, tx, func() { begun = true })
		})
		return broken
	})
}

// mark is the version that reading has come to; it is taken before one is read.
func (r *replica) mark() int64 {
	if r == nil {
		return 0
	}
	return r.reached.Load()
}

// saw notes a version that was read after before was marked. A primary that has less
// than that has lost something, and what it says holds.
func (r *replica) saw(before, n int64, primary bool) {
	if r == nil {
		return
	}
	if primary && n < before {
		r.reached.CompareAndSwap(before, n)
		return
	}
	for old := r.reached.Load(); n > old && !r.reached.CompareAndSwap(old, n); old = r.reached.Load() {
	}
}
