package migrations

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3/lock"
)

// ErrBusy tells that another process changes the schema, or did not let go of it.
var ErrBusy = errors.New("another process is changing the schema")

// lockWait is how long one that is at work is waited for.
var lockWait = time.Minute

// lockPause is the time between two looks.
const lockPause = time.Second

// The keys of the advisory locks. A program of an older build takes the first for our
// steps, by way of goose, and then the second for the queue's.
const (
	stepsLock = lock.DefaultLockID
	queueLock = 7010
)

// locked does something while no other process changes the schema; one that does is
// waited for as long as wait. The lock is that
// of a transaction, which stays open meanwhile and does nothing else: one of a session
// would, behind a pooler in transaction mode, stay with the server's connection when
// we are gone, and hold up everybody after us.
func locked(ctx context.Context, cfg *pgx.ConnConfig, wait time.Duration, do func() error) error {
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var role string
	var may bool
	err = conn.QueryRow(ctx, `SELECT current_user::text, coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)`).Scan(&role, &may)
	if err == nil && !may {
		return fmt.Errorf("%q may not change the schema, which must be changed for this program: give the address of its owner with --migrate-url", role)
	} else if err != nil {
		return err
	}
	for begun := time.Now(); ; {
		// Whoever ends idle transactions means forgotten ones.
		if _, err := conn.Exec(ctx, `BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
			return err
		}
		var all bool
		if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1::bigint) AND pg_try_advisory_xact_lock($2::bigint)`, int64(stepsLock), int64(queueLock)).Scan(&all); err != nil {
			return err
		}
		if all {
			break
		}
		who, err := holder(ctx, conn)
		if err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, `ROLLBACK`); err != nil {
			return err
		}
		if wait == 0 {
			return fmt.Errorf("%w: %s", ErrBusy, who)
		} else if time.Since(begun) >= wait {
			return fmt.Errorf("%w, and has for more than %s: %s", ErrBusy, wait, who)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPause):
		}
	}
	err = do()
	_, ended := conn.Exec(context.WithoutCancel(ctx), `COMMIT`)
	if err == nil && ended != nil {
		// What was done is done; that others could have worked meanwhile is to be known.
		return fmt.Errorf("the lock was lost meanwhile: %w", ended)
	}
	return err
}

// holder tells which process of the server has the lock, and how to end it. What a
// session of another login does, the server tells administrators alone.
func holder(ctx context.Context, conn *pgx.Conn) (who string, err error) {
	err = conn.QueryRow(ctx, `
		SELECT format('the server''s process %s%s has its lock; if nothing works there any more, SELECT pg_terminate_backend(%1$s) as an administrator',
		  l.pid, ' (' || concat_ws(', ', a.usename, nullif(a.application_name, ''), 'from ' || host(a.client_addr), 'since ' || to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS')) || ')')
		FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
		WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid() AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		  AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) IN ($1::bigint, $2::bigint)
		LIMIT 1`, int64(stepsLock), int64(queueLock)).Scan(&who)
	if errors.Is(err, pgx.ErrNoRows) {
		return "it has just let go", nil
	}
	return who, err
}
