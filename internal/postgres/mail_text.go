package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// MailText is what an editor has written for the mails of a kind, before
// anything is filled in.
type MailText struct {
	Kind          review.MailKind
	Subject, Body string
	Version       int // counted up by every change, from 1
	UpdatedAt     time.Time
	UpdatedBy     string // the editor's name
}

// MailTexts are those that editors have written. The program's own are not
// among them, so that they can become better.
func (s *Store) MailTexts(ctx context.Context) ([]MailText, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT t.kind, t.subject, t.body, t.version, t.updated_at, coalesce(e.name, '') FROM mail_text t LEFT JOIN editor e ON e.id = t.updated_by ORDER BY t.kind`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[MailText])
	return list, mapped(err)
}

// SaveMailText is an editor's text for the mails to come, in its canonical form.
// What a mail may say has been checked by the caller. version is that of the
// text that the editor has seen, 0 where it was the program's own; the error is
// catalogue.ErrConflict when it is another one now.
func (s *Store) SaveMailText(ctx context.Context, kind review.MailKind, subject, body string, version int, editor int64, now time.Time) error {
	subject, body = review.Line(subject), review.Text(body)
	return s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			INSERT INTO mail_text (kind, subject, body, version, updated_at, updated_by)
			SELECT $1, $2, $3, 1, $5, $6 WHERE $4 = 0 OR EXISTS (SELECT FROM mail_text WHERE kind = $1)
			ON CONFLICT (kind) DO UPDATE SET subject = excluded.subject, body = excluded.body, version = mail_text.version + 1,
			  updated_at = excluded.updated_at, updated_by = excluded.updated_by WHERE mail_text.version = $4`,
			string(kind), subject, body, version, now, editor)
		if err == nil && tag.RowsAffected() == 0 {
			err = fmt.Errorf("mail text %s is not at version %d: %w", kind, version, catalogue.ErrConflict)
		}
		return err
	})
}

// reminderAfter is how long the desk waits for an answer before it reminds.
const reminderAfter = 14 * 24 * time.Hour

// Remind queues one reminder for every question that has waited too long, and
// tells how many. Each question has one: its mail cannot be made twice.
func (s *Store) Remind(ctx context.Context, now time.Time) (n int, err error) {
	type question struct {
		ID    int64
		Event int64
		Text  string
	}
	var list []question
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `
			SELECT s.id, e.id AS event, e.text FROM submission s
			JOIN submission_contact c ON c.submission_id = s.id
			JOIN LATERAL (SELECT id, at, text FROM submission_event WHERE submission_id = s.id AND kind = $2 ORDER BY id DESC LIMIT 1) e ON true
			WHERE s.state = $3 AND e.at <= $1
			ORDER BY s.id`, now.Add(-reminderAfter), string(review.EventAsked), string(review.ChangesRequested))
		list, err = pgx.CollectRows(rows, pgx.RowToStructByName[question])
		return err
	})
	for _, q := range list {
		queued := false
		failed := s.write(ctx, func(tx pgx.Tx) error {
			queued = false
			sub, err := lockSubmission(ctx, tx, `id = $1`, q.ID)
			if err != nil || sub.State != review.ChangesRequested {
				return err // answered meanwhile
			}
			mail := review.Reminder(&sub.Pending, q.Text)
			// Whatever our host was called when the mail was made.
			var reminded bool
			key := messageKey(mail.Kind, fmt.Sprintf("%d-%d", q.ID, q.Event))
			if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM mail WHERE submission_id = $1 AND starts_with(message_id, $2))`, q.ID, key).Scan(&reminded); err != nil || reminded {
				return err
			}
			queued = true
			return s.queueMails(ctx, tx, sub, []review.Mail{mail}, q.Event, "", now)
		})
		if failed == nil && queued {
			n++
		}
		err = errors.Join(err, failed)
	}
	return n, err
}
