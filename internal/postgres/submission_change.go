package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// lockedSubmission is a submission whose row this transaction has locked.
type lockedSubmission struct {
	ID int64
	review.Pending
	AboutID *int64 // the practice that it adds to; of one that was merged, the other
}

// lockSubmission locks first and reads then: what another transaction wrote
// while this one waited is seen.
func lockSubmission(ctx context.Context, tx pgx.Tx, where string, arg any) (*lockedSubmission, error) {
	if _, err := rankUp(tx, rankSubmission); err != nil {
		return nil, err
	}
	var sub lockedSubmission
	f := &sub.Facts
	if err := tx.QueryRow(ctx, `
		SELECT id, reference, state, version, (SELECT coalesce(merged_into, practice.id) FROM practice WHERE practice.id = about_id), received_at, erased_at IS NOT NULL, origin = 'desk',
		  `+factColumns+` FROM submission s WHERE `+where+` FOR NO KEY UPDATE`, arg).
		Scan(&sub.ID, &sub.Reference, &sub.State, &sub.Version, &sub.AboutID, &sub.Received, &sub.Erased, &sub.FromDesk, &f.Moved, &f.Answered, &f.Reminders, &f.Reminded); err != nil {
		return nil, fmt.Errorf("submission: %w", err)
	}
	f.State, sub.Adds = sub.State, sub.AboutID != nil
	// What came of it is read as it is now: another transaction may have held the lock.
	var l leaseRow
	if err := tx.QueryRow(ctx, `
		SELECT (SELECT content FROM submission_version WHERE submission_id = $1 ORDER BY n DESC LIMIT 1),
		  coalesce((SELECT CASE kind WHEN 'asked' THEN text END FROM submission_event WHERE submission_id = $1 AND kind IN ('asked','answered','corrected') ORDER BY id DESC LIMIT 1), ''),
		  l.editor_id, l.since, l.kept_at
		FROM (SELECT) one LEFT JOIN submission_lease l ON l.submission_id = $1`, sub.ID).Scan(&sub.Content, &sub.Question, &l.Editor, &l.Since, &l.Kept); err != nil {
		return nil, err
	}
	sub.Lease = l.lease()
	rows, _ := tx.Query(ctx, `SELECT id, field, text FROM submission_question WHERE submission_id = $1 AND closed_event_id IS NULL ORDER BY id`, sub.ID)
	var err error
	sub.Open, err = pgx.CollectRows(rows, pgx.RowToStructByPos[review.Question])
	return &sub, err
}

// factColumns are those of a submission s that review.Facts are read from, after its
// state; what is shown has checkColumns too, of which no act depends. What an older
// program has left is from when it came.
const factColumns = `coalesce(s.moved_at, s.received_at) AS moved_at, s.answered, s.reminders, coalesce(s.reminded_at, '0001-01-01 00:00Z') AS reminded_at`

// checkColumns are those of checksJoin that review.CheckFacts are read from.
const checkColumns = `coalesce(k.asked_at, '0001-01-01 00:00Z') AS checks_asked_at, coalesce(k.answered_at, '0001-01-01 00:00Z') AS checks_answered_at, coalesce(k.waits, false) AS checks_wait`

// checksJoin joins k, which is review.CheckFacts, to a submission s; allChecksJoin does
// it for many at once. Nobody but the desk waits for a check.
const (
	checksJoin    = `LEFT JOIN LATERAL (SELECT ` + checksSQL + ` AND q.submission_id = s.id) k ON s.state IN ` + forTheDesk + ` `
	allChecksJoin = `LEFT JOIN (SELECT q.submission_id, ` + checksSQL + ` AND q.submission_id IS NOT NULL GROUP BY q.submission_id) k ON k.submission_id = s.id AND s.state IN ` + forTheDesk + ` `
	checksSQL     = `max(q.asked_at) FILTER (WHERE q.token_hash IS NOT NULL AND q.closed_at IS NULL AND q.answered_at IS NULL) AS asked_at,
	  max(q.answered_at) AS answered_at, bool_or(q.answered_at IS NOT NULL AND q.closed_at IS NULL) AS waits FROM inquiry q WHERE q.kind = 'check'`
)

// loadDraft reads what an editor has saved and what is left to look through.
func (sub *lockedSubmission) loadDraft(ctx context.Context, tx pgx.Tx) error {
	err := tx.QueryRow(ctx, `SELECT content, cleared FROM draft WHERE submission_id = $1`, sub.ID).Scan(&sub.Draft, &sub.Cleared)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	rows, _ := tx.Query(ctx, `SELECT public_id::text FROM attachment WHERE submission_id = $1 AND (digits OR NOT text_read) AND seen_by IS NULL ORDER BY id`, sub.ID)
	sub.Unread, err = pgx.CollectRows(rows, pgx.RowTo[string])
	return err
}

// addEvent appends to what happened. What the submitter answered stands in a
// table that can be erased: it may tell who wrote it.
func (sub *lockedSubmission) addEvent(ctx context.Context, tx pgx.Tx, e review.Event, now time.Time) (id int64, err error) {
	text, answer := e.Text, ""
	if e.Kind == review.EventAnswered {
		text, answer = "", e.Text
	}
	if err := tx.QueryRow(ctx, `
		INSERT INTO submission_event (submission_id, kind, state, by_editor, reason, text, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
		sub.ID, string(e.Kind), string(sub.State), id0(e.Editor), e.Reason, text, now).Scan(&id); err != nil {
		return 0, err
	}
	if answer != "" {
		_, err = tx.Exec(ctx, `INSERT INTO submission_answer (event_id, submission_id, text) VALUES ($1, $2, $3)`, id, sub.ID, answer)
	}
	return id, err
}

func (sub *lockedSubmission) addVersion(ctx context.Context, tx pgx.Tx, c review.Submission, now time.Time) error {
	sub.Content = c
	_, err := tx.Exec(ctx, `
		INSERT INTO submission_version (submission_id, n, content, at)
		SELECT $1, coalesce(max(n), 0) + 1, $2, $3 FROM submission_version WHERE submission_id = $1`, sub.ID, c, now)
	return err
}

// addFiles adds what comes with a correction.
func (sub *lockedSubmission) addFiles(ctx context.Context, tx pgx.Tx, f Files) error {
	if len(f.New)+len(f.Kept) == 0 {
		return nil
	}
	if err := f.addTo(ctx, tx, sub.ID); err != nil {
		return err
	}
	var n int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM attachment WHERE submission_id = $1`, sub.ID).Scan(&n); err != nil {
		return err
	}
	return review.RefuseFiles(n, MaxAttachments)
}

// id0 is nil for the ID 0.
func id0(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// applyDecision makes a submission what a decision says. practice is what it became,
// or what exists; nil for none. It returns the event's ID, 0 for none.
func (sub *lockedSubmission) applyDecision(ctx context.Context, tx pgx.Tx, d *review.Decision, editor int64, practice *int64, now time.Time) (event int64, err error) {
	sub.State = d.State
	sub.Version++
	if _, err := tx.Exec(ctx, `
		UPDATE submission SET state = $2, version = $3, decided_at = CASE WHEN $4 THEN $5::timestamptz END, practice_id = $6,
		  moved_at = $7, answered = $8, reminders = $9::smallint, reminded_at = CASE WHEN $9::smallint > 0 THEN $10::timestamptz END WHERE id = $1`,
		sub.ID, string(d.State), sub.Version, !d.State.Open(), now, practice, d.Facts.Moved, d.Facts.Answered, d.Facts.Reminders, d.Facts.Reminded); err != nil {
		return 0, err
	}
	if err := sub.applyLease(ctx, tx, d); err != nil {
		return 0, err
	}
	if d.Draft != nil {
		if _, err := tx.Exec(ctx, `
			INSERT INTO draft (submission_id, content, cleared, updated_at, updated_by) VALUES ($1, $2, coalesce($3::text[], '{}'), $4, $5)
			ON CONFLICT (submission_id) DO UPDATE SET content = EXCLUDED.content, cleared = EXCLUDED.cleared,
			  updated_at = EXCLUDED.updated_at, updated_by = EXCLUDED.updated_by`, sub.ID, d.Draft, d.Cleared, now, id0(editor)); err != nil {
			return 0, err
		}
	}
	if len(d.Seen) > 0 { // the first who has looked through one stays noted
		if _, err := tx.Exec(ctx, `
			UPDATE attachment SET seen_by = $3, seen_at = $4 WHERE submission_id = $1 AND public_id::text = ANY ($2) AND seen_by IS NULL`,
			sub.ID, d.Seen, id0(editor), now); err != nil {
			return 0, err
		}
	}
	if d.Content != nil {
		if err := sub.correct(ctx, tx, *d.Content, now); err != nil {
			return 0, err
		}
	}
	if d.Event.Kind != "" {
		if event, err = sub.addEvent(ctx, tx, d.Event, now); err != nil {
			return 0, err
		}
	}
	if err := sub.addQuestions(ctx, tx, d, event); err != nil {
		return 0, err
	}
	if !d.EraseOn.IsZero() {
		return event, sub.closeContact(ctx, tx, d.EraseOn)
	}
	return event, nil
}

// correct adds a version of what was sent. A tip may have become a whole
// example, about another practice.
func (sub *lockedSubmission) correct(ctx context.Context, tx pgx.Tx, c review.Submission, now time.Time) error {
	about, err := practiceAbout(ctx, tx, c.About)
	if err != nil {
		return err
	}
	if err := sub.addVersion(ctx, tx, c, now); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE submission SET kind = $2, about_id = $3 WHERE id = $1`, sub.ID, string(c.Kind), about)
	return err
}
