package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// withContent are the tables whose rows go with the content of a submission, and
// the column that names it. The application may delete from them. Whoever adds a
// table that holds something of a submission adds it here. What is append-only is
// emptied by the function erase_content.
var withContent = []struct{ table, submission string }{
	{"submission_contact", "submission_id"},
	{"submission_answer", "submission_id"},
	{"question_answer", "submission_id"},
	{"submission_question", "submission_id"},
	{"draft", "submission_id"},
	{"unsaved_form", "submission_id"},
	{"attachment", "submission_id"}, // and its pieces
	{"mail", "submission_id"},
	{"inquiry", "submission_id"}, // and its addresses, answers and mails
}

// dueReason is what the record of an erasure says that nobody asked for.
const dueReason = "12 måneder efter afgørelsen"

// maskReason is what it says of texts that were taken out as personal.
const maskReason = "Taget ud som personoplysning"

// EraseSubmission erases all that was sent of a submission, with attachments,
// drafts, answers, contact data, mails and the texts of its history, for good.
// There stays that there was one: reference, kind, dates and what was decided. One
// that is open is declined by it, and nobody is written to. A practice that it
// became stays as it is. What is erased already is no error; the error is
// catalogue.ErrNotFound when there is no such submission, and ErrErasure without
// a reason.
func (s *Store) EraseSubmission(ctx context.Context, id int64, reason string, editor int64, now time.Time) error {
	reason = review.Text(reason)
	if reason == "" {
		return ErrErasure
	}
	var mails []string
	if err := s.write(ctx, func(tx pgx.Tx) error {
		sub, err := lockSubmission(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if mails, err = messageIDs(ctx, tx, id); err != nil {
			return err
		}
		return sub.eraseContent(ctx, tx, reason, editor, now)
	}); err != nil {
		return err
	}
	return s.forgetMails(mails)
}

// eraseContent erases what was sent of a locked submission.
func (sub *lockedSubmission) eraseContent(ctx context.Context, tx pgx.Tx, reason string, editor int64, now time.Time) error {
	if sub.State.Open() {
		sub.State = review.Declined
		if _, err := tx.Exec(ctx, `UPDATE submission SET state = $2, decided_at = $3, moved_at = $3, answered = false, reminders = 0, reminded_at = NULL WHERE id = $1`, sub.ID, string(sub.State), now); err != nil {
			return err
		}
		if err := sub.applyLease(ctx, tx, &review.Decision{State: sub.State}); err != nil {
			return err
		}
	}
	for _, x := range withContent {
		if _, err := tx.Exec(ctx, `DELETE FROM `+x.table+` WHERE `+x.submission+` = $1`, sub.ID); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE submission SET version = version + 1 WHERE id = $1`, sub.ID); err != nil {
		return err
	}
	if _, err := sub.addEvent(ctx, tx, review.Event{Kind: review.EventContentErased}, now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `SELECT erase_content($1, $2, $3, $4)`, sub.ID, id0(editor), reason, now); err != nil {
		return err
	}
	return journal(tx, journaled{Entry: erasures.Entry{Kind: erasures.Content, Submissions: []string{sub.Reference}}})
}

// EraseDueContent erases the content of submissions that were declined, withdrawn
// or set aside twelve months ago (review.ContentDue), and tells of how many. As
// EraseDue it goes on past one that fails.
func (s *Store) EraseDueContent(ctx context.Context, now time.Time) (n int, err error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT id FROM submission WHERE erased_at IS NULL AND state = ANY ($2) AND decided_at <= $1 ORDER BY decided_at, id`, review.ContentDue(now), setAside())
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, mapped(err)
	}
	var failed []error
	for i, id := range ids {
		erased, err := s.eraseDueContent(ctx, id, now)
		if erased {
			n++
		}
		if err == nil {
			continue
		}
		failed = append(failed, fmt.Errorf("erasing the content of submission %d: %w", id, err))
		if left := len(ids) - i - 1; left > 0 && (ctx.Err() != nil || errors.Is(err, catalogue.ErrUnavailable) && s.Ping(ctx) != nil) {
			failed = append(failed, fmt.Errorf("%d submissions were not tried", left))
			break
		}
	}
	return n, errors.Join(failed...)
}

func setAside() (out []string) {
	for _, s := range review.CameToNothing {
		out = append(out, string(s))
	}
	return out
}

func (s *Store) eraseDueContent(ctx context.Context, id int64, now time.Time) (erased bool, err error) {
	var mails []string
	err = s.write(ctx, func(tx pgx.Tx) error {
		erased = false
		if _, err := tx.Exec(ctx, `SELECT set_config('lock_timeout', $1, true)`, fmt.Sprintf("%dms", eraseLockTimeout.Milliseconds())); err != nil {
			return err
		}
		sub, err := lockSubmission(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		var due bool
		if err := tx.QueryRow(ctx, `SELECT erased_at IS NULL AND state = ANY ($3) AND decided_at <= $2 FROM submission WHERE id = $1`,
			id, review.ContentDue(now), setAside()).Scan(&due); err != nil || !due {
			return err // another instance was faster
		}
		if mails, err = messageIDs(ctx, tx, id); err != nil {
			return err
		}
		erased = true
		return sub.eraseContent(ctx, tx, dueReason, 0, now)
	})
	if err != nil || !erased {
		return false, err
	}
	return true, s.forgetMails(mails)
}

// EraseAttachment erases an attachment of a submission. The error is
// catalogue.ErrNotFound when there is no such attachment, and ErrErasure without
// a reason.
func (s *Store) EraseAttachment(ctx context.Context, submission int64, publicID, reason string, editor int64, now time.Time) error {
	reason = review.Text(reason)
	if reason == "" {
		return ErrErasure
	}
	var file pgtype.UUID
	if err := file.Scan(publicID); err != nil {
		return fmt.Errorf("attachment: %w", catalogue.ErrNotFound)
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := lockSubmissions(ctx, tx, submission); err != nil {
			return err
		}
		var is bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM attachment WHERE submission_id = $1 AND public_id = $2)`, submission, file).Scan(&is); err != nil {
			return err
		}
		if !is {
			return fmt.Errorf("attachment: %w", catalogue.ErrNotFound)
		}
		if _, err := tx.Exec(ctx, `SELECT erase_attachment($1, $2, $3, $4, $5)`, submission, file, id0(editor), reason, now); err != nil {
			return err
		}
		if err := noteErasure(ctx, tx, submission, reason, editor, now); err != nil {
			return err
		}
		of, err := references(ctx, tx, []int64{submission})
		if err != nil {
			return err
		}
		return journal(tx, journaled{Entry: erasures.Entry{Kind: erasures.Attachment, Submissions: of, File: publicID}})
	})
}

// noteErasure adds to a submission's history that something was erased, and by a
// new version refuses what an editor decides who has not seen it.
func noteErasure(ctx context.Context, tx pgx.Tx, submission int64, reason string, editor int64, now time.Time) error {
	sub := lockedSubmission{ID: submission}
	if err := tx.QueryRow(ctx, `UPDATE submission SET version = version + 1 WHERE id = $1 RETURNING state`, submission).Scan(&sub.State); err != nil {
		return err
	}
	_, err := sub.addEvent(ctx, tx, review.Event{Kind: review.EventTextErased, Editor: editor, Text: reason}, now)
	return err
}

// mask covers texts that were taken out of a submission as personal in all that
// is kept of it, but for the contact data, which are the submitter's own. An
// address that record, which it has become, still has stays.
func (sub *lockedSubmission) mask(ctx context.Context, tx pgx.Tx, texts []string, record any, editor int64, now time.Time) error {
	if len(texts) == 0 {
		return nil
	}
	now = now.UTC()
	e := eraser{pattern: newPattern(texts, true), tx: tx, reason: maskReason, editor: editor, now: now, belongs: belongs{submissions: []int64{sub.ID}}, rows: map[string]int{}}
	kept, err := json.Marshal(record)
	if err != nil {
		return err
	}
	e.keepAddresses = slices.ContainsFunc(strings.Split(string(kept), `"`), e.inAddress.MatchString)
	return e.mask(ctx, texts)
}

// mask takes the texts out of what is kept of the submissions, and of nothing else.
func (e *eraser) mask(ctx context.Context, texts []string) error {
	if err := e.do(ctx, e.versions, e.events, e.records, e.unsaved, e.columns, e.answers, e.inquiries); err != nil || len(e.rows) == 0 {
		return err
	}
	return e.journal(ctx, erasures.Masked, texts, false, []belongs{e.belongs})
}
