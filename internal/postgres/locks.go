package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// The one order in which transactions take locks. None waits for a lock that
// stands before one that it holds, so no two wait for each other.
type lockRank int

const (
	rankNone       lockRank = iota
	rankTaxonomy            // vocabularies, organisations, solutions: an advisory lock
	rankSubmission          // rows, by ID
	rankPractices           // rows, by ID
	rankVersion             // the row of the catalogue version
	rankErasures            // the number of the next erasure; the journal is written under it
)

func (r lockRank) String() string {
	return []string{"nothing", "the taxonomy", "a submission", "practices", "the catalogue version", "the number of the next erasure"}[r]
}

// lockingTx is a transaction that knows which locks it has taken.
type lockingTx struct {
	pgx.Tx
	held lockRank
	// taxonomy is set once the taxonomy's lock is held, in either mode.
	taxonomy bool
	// alone is set while nobody else has the taxonomy.
	alone bool
	// practice is the highest ID of a locked practice.
	practice int64
	// erasures stand in the journal before the transaction is committed.
	erasures []journaled
	// writable are the practices that it has locked or made.
	writable map[int64]struct{}
}

// errLockOrder is a lock that is taken too late: a mistake of the program.
var errLockOrder = errors.New("locks in the wrong order")

// rankUp notes that a lock is about to be taken. Practices alone may be locked
// in several steps.
func rankUp(tx pgx.Tx, to lockRank) (*lockingTx, error) {
	l, ok := tx.(*lockingTx)
	if !ok {
		return nil, fmt.Errorf("%w: %s would be locked outside of Store.write", errLockOrder, to)
	}
	if to < l.held || to == l.held && to != rankPractices {
		return nil, fmt.Errorf("%w: %s after %s", errLockOrder, to, l.held)
	}
	l.held = to
	return l, nil
}

// taxonomyKey is the advisory lock of the taxonomy. Older builds load their
// seeds under the same key, which keeps them apart from us.
const taxonomyKey = `hashtext('praksis seed')`

// lockTaxonomyShared keeps vocabularies, organisations and solutions as they are
// until the transaction ends. Whatever writes the read model holds it, or holds
// the taxonomy alone.
func lockTaxonomyShared(ctx context.Context, tx pgx.Tx) error {
	l, err := rankUp(tx, rankTaxonomy)
	if err != nil {
		return err
	}
	l.taxonomy = true
	_, err = tx.Exec(ctx, `SELECT pg_advisory_xact_lock_shared(`+taxonomyKey+`)`)
	return err
}

// taxonomyPause is the time between two tries to have the taxonomy alone.
const taxonomyPause = 10 * time.Millisecond

// lockTaxonomy waits until nobody else holds the taxonomy. Its holder may change
// vocabularies, and practices without locking them one by one. It does not wait
// in Postgres' queue: there, everybody who wants to publish would wait behind
// it, for as long as an import runs.
func lockTaxonomy(ctx context.Context, tx pgx.Tx) error {
	l, err := rankUp(tx, rankTaxonomy)
	if err != nil {
		return err
	}
	for {
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(`+taxonomyKey+`)`).Scan(&l.alone); err != nil || l.alone {
			l.taxonomy = l.alone
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(taxonomyPause):
		}
	}
}

// noteWritable notes practices that the transaction has locked or made.
func (l *lockingTx) noteWritable(ids []int64) {
	if l.writable == nil {
		l.writable = map[int64]struct{}{}
	}
	for _, id := range ids {
		l.writable[id] = struct{}{}
	}
}

// noteNewPractices notes practices that the transaction makes: nobody else sees them
// before it ends.
func noteNewPractices(tx pgx.Tx, ids []int64) {
	if l, ok := tx.(*lockingTx); ok { // a savepoint is the seeds', who have the taxonomy alone
		l.noteWritable(ids)
	}
}

// checkWritable fails when the read model of practices is about to be written that
// another transaction may be changing: those that this one has neither locked nor
// made, unless it has the taxonomy alone.
func checkWritable(tx pgx.Tx, ids []int64) error {
	l, ok := tx.(*lockingTx)
	if !ok {
		return fmt.Errorf("%w: the read model is written outside of Store.write", errLockOrder)
	}
	for _, id := range ids {
		if _, writable := l.writable[id]; !writable && !l.alone {
			return fmt.Errorf("%w: practice %d is published without its lock", errLockOrder, id)
		}
	}
	return nil
}

// lockSubmissions locks submissions until the transaction ends, in the order of
// their IDs and all in one step.
func lockSubmissions(ctx context.Context, tx pgx.Tx, ids ...int64) error {
	if _, err := rankUp(tx, rankSubmission); err != nil || len(ids) == 0 {
		return err
	}
	_, err := tx.Exec(ctx, `SELECT FROM submission WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE`, ids)
	return err
}

// lockPractices locks practices until the transaction ends, in the order of
// their IDs. What is not the row's key may then be changed; rows that refer to
// it may be added by others. What is read of them before says nothing: others
// may have changed it while this transaction waited.
func lockPractices(ctx context.Context, tx pgx.Tx, ids ...int64) error {
	l, err := rankUp(tx, rankPractices)
	if err != nil || len(ids) == 0 {
		return err
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	if ids[0] <= l.practice {
		return fmt.Errorf("%w: practice %d after practice %d", errLockOrder, ids[0], l.practice)
	}
	l.practice = ids[len(ids)-1]
	l.noteWritable(ids)
	_, err = tx.Exec(ctx, `SELECT FROM practice WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE`, ids)
	return err
}

// lockVersion notes that the row of the catalogue version is about to be
// locked, the last lock of a transaction but for that of an erasure.
func lockVersion(tx pgx.Tx) error {
	l, err := rankUp(tx, rankVersion)
	if err == nil && !l.taxonomy {
		err = fmt.Errorf("%w: the read model is written without the taxonomy's lock", errLockOrder)
	}
	return err
}
