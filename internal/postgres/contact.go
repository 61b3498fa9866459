package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// closeContact sets the date of erasure that a decision gives. Of a submission
// whose contact data are erased already, the answers go now.
func (sub *lockedSubmission) closeContact(ctx context.Context, tx pgx.Tx, eraseOn time.Time) error {
	tag, err := tx.Exec(ctx, `UPDATE submission_contact SET erase_on = $2 WHERE submission_id = $1`, sub.ID, eraseOn)
	if err != nil || tag.RowsAffected() > 0 {
		return err
	}
	return sub.eraseAnswers(ctx, tx)
}

// eraseAnswers forgets what the submitter wrote to the desk: it may be signed.
func (sub *lockedSubmission) eraseAnswers(ctx context.Context, tx pgx.Tx) error {
	for _, table := range []string{"submission_answer", "question_answer"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE submission_id = $1`, sub.ID); err != nil {
			return err
		}
	}
	return nil
}

// EraseContact erases the contact data of the submission of a secret link,
// which goes on working. What is erased already is no error.
func (s *Store) EraseContact(ctx context.Context, token string, now time.Time) error {
	return s.eraseContact(ctx, `token_hash = $1`, hashToken(token), now)
}

// SubmissionID is the ID of the submission with a reference, or the error is
// catalogue.ErrNotFound.
func (s *Store) SubmissionID(ctx context.Context, reference string) (id int64, err error) {
	err = s.pool.QueryRow(ctx, `SELECT id FROM submission WHERE reference = upper($1)`, reference).Scan(&id)
	return id, mapped(err)
}

// EraseContactByReference erases the contact data of a submission, or fails
// with catalogue.ErrNotFound.
func (s *Store) EraseContactByReference(ctx context.Context, reference string, now time.Time) error {
	return s.eraseContact(ctx, `reference = upper($1)`, reference, now)
}

func (s *Store) eraseContact(ctx context.Context, where string, arg any, now time.Time) error {
	var mails []string
	if err := s.write(ctx, func(tx pgx.Tx) error {
		sub, err := lockSubmission(ctx, tx, where, arg)
		if err != nil {
			return err
		}
		if mails, err = messageIDs(ctx, tx, sub.ID); err != nil {
			return err
		}
		_, err = sub.eraseContact(ctx, tx, distantFuture, now)
		return err
	}); err != nil {
		return err
	}
	return s.forgetMails(mails)
}

// eraseLockTimeout bounds the wait for one submission that somebody else holds:
// the others must not wait behind it for longer than a job may take.
const eraseLockTimeout = 2 * time.Second

// EraseDue erases the contact data whose date has come, and tells how many. It
// takes them one by one and goes on past one that fails: the error joins what
// went wrong, each with the submission's ID and nothing of its content. It stops
// only when ctx ends or the database is away, and says how many it left.
func (s *Store) EraseDue(ctx context.Context, now time.Time) (n int, err error) {
	rows, _ := s.pool.Query(ctx, `SELECT submission_id FROM submission_contact WHERE erase_on <= $1 ORDER BY erase_on, submission_id`, now.UTC())
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, mapped(err)
	}
	var failed []error
	for i, id := range ids {
		erased, err := s.eraseDue(ctx, id, now)
		if erased {
			n++
		}
		if err == nil {
			continue
		}
		failed = append(failed, fmt.Errorf("erasing the contact data of submission %d: %w", id, err))
		if left := len(ids) - i - 1; left > 0 && (ctx.Err() != nil || errors.Is(err, catalogue.ErrUnavailable) && s.Ping(ctx) != nil) {
			failed = append(failed, fmt.Errorf("%d submissions were not tried", left))
			break
		}
	}
	return n, errors.Join(failed...)
}

// eraseDue erases the contact data of one submission, and tells whether there
// were any: a decision may have moved the date meanwhile, or another instance
// was faster.
func (s *Store) eraseDue(ctx context.Context, id int64, now time.Time) (erased bool, err error) {
	var mails []string
	err = s.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT set_config('lock_timeout', $1, true)`, fmt.Sprintf("%dms", eraseLockTimeout.Milliseconds())); err != nil {
			return err
		}
		sub, err := lockSubmission(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if mails, err = messageIDs(ctx, tx, id); err != nil {
			return err
		}
		erased, err = sub.eraseContact(ctx, tx, now.UTC(), now)
		return err
	})
	if err != nil || !erased {
		return false, err
	}
	return true, s.forgetMails(mails)
}

// distantFuture is after every date of erasure.
var distantFuture = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// eraseContact erases what is due by a day, and tells whether there was any.
// Mails to the submitter lose address and content; one that has not been sent
// is not sent any more. Mails to the desk hold nothing of the submitter.
func (sub *lockedSubmission) eraseContact(ctx context.Context, tx pgx.Tx, due, now time.Time) (bool, error) {
	tag, err := tx.Exec(ctx, `DELETE FROM submission_contact WHERE submission_id = $1 AND erase_on <= $2`, sub.ID, due)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	if _, err := tx.Exec(ctx, `
		UPDATE mail SET recipient = '', body = '', sent_at = coalesce(sent_at, $2),
		  error = CASE WHEN sent_at IS NULL THEN 'erased before it was sent' ELSE '' END
		WHERE submission_id = $1 AND recipient <> ''`, sub.ID, now); err != nil {
		return false, err
	}
	// An address that an editor was mending, and had not saved.
	if _, err := tx.Exec(ctx, `DELETE FROM unsaved_form WHERE submission_id = $1 AND jsonb_exists(content, 'email')`, sub.ID); err != nil {
		return false, err
	}
	if !sub.State.Open() { // while it is open, the desk needs the answers
		if err := sub.eraseAnswers(ctx, tx); err != nil {
			return false, err
		}
	}
	if _, err = sub.addEvent(ctx, tx, review.Event{Kind: review.EventContactErased}, now); err != nil {
		return true, err
	}
	return true, journal(tx, journaled{Entry: erasures.Entry{Kind: erasures.Contact, Submissions: []string{sub.Reference}}})
}
