package postgres

import (
	"context"
	"errors"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// leaseRow is a lease as a query gives it; nil where there is none.
type leaseRow struct {
	Editor      *int64
	Since, Kept *time.Time
}

func (l leaseRow) lease() review.Lease {
	if l.Editor == nil {
		return review.Lease{}
	}
	return review.Lease{Editor: *l.Editor, Since: *l.Since, Kept: *l.Kept}
}

// loadLease is the lease of a submission, and the name of the editor; the zero
// lease when nobody has had it.
func loadLease(ctx context.Context, tx pgx.Tx, submission int64) (l review.Lease, by string, err error) {
	err = tx.QueryRow(ctx, `SELECT l.editor_id, l.since, l.kept_at, e.name FROM submission_lease l JOIN editor e ON e.id = l.editor_id WHERE l.submission_id = $1`, submission).
		Scan(&l.Editor, &l.Since, &l.Kept, &by)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return l, by, err
}

// applyLease makes the lease of a submission what a decision says.
func (sub *lockedSubmission) applyLease(ctx context.Context, tx pgx.Tx, d *review.Decision) (err error) {
	switch {
	case !d.State.Open():
		_, err = tx.Exec(ctx, `DELETE FROM submission_lease WHERE submission_id = $1`, sub.ID)
	case d.Lease != nil:
		_, err = tx.Exec(ctx, `
			INSERT INTO submission_lease (submission_id, editor_id, since, kept_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (submission_id) DO UPDATE SET editor_id = excluded.editor_id, since = excluded.since, kept_at = excluded.kept_at`,
			sub.ID, d.Lease.Editor, d.Lease.Since, d.Lease.Kept)
	}
	return err
}

// KeepLease begins or goes on with an editor's lease of an open submission, as
// what is kept while they type does, where their role may draft. It takes nothing
// from another editor: the lease is then theirs, and by is their name.
func (s *Store) KeepLease(ctx context.Context, editor, submission int64, now time.Time) (l review.Lease, by string, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		// Who is deciding it at the moment ends the lease: nothing is begun behind that.
		if err := lockSubmissions(ctx, tx, submission); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO submission_lease (submission_id, editor_id, since, kept_at)
			SELECT id, $2::bigint, $3, $3 FROM submission WHERE id = $1 AND decided_at IS NULL AND EXISTS (
			  SELECT FROM editor e JOIN role_event r ON r.role = e.role WHERE e.id = $2 AND e.closed_at IS NULL AND r.table_name = 'draft' AND r.kind = 'saved')
			ON CONFLICT (submission_id) DO UPDATE SET editor_id = excluded.editor_id, kept_at = greatest(submission_lease.kept_at, excluded.kept_at),
			  since = CASE WHEN submission_lease.editor_id = excluded.editor_id AND submission_lease.kept_at > $4 THEN submission_lease.since ELSE excluded.since END
			WHERE submission_lease.editor_id = excluded.editor_id OR submission_lease.kept_at <= $4`,
			submission, editor, now, now.Add(-review.LeaseTime)); err != nil {
			return err
		}
		l, by, err = loadLease(ctx, tx, submission)
		return err
	})
	return l, by, err
}
