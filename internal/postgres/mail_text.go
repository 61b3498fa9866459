package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// MailText is what an editor has written for the mails of a kind, before
// anything is filled in.
type MailText struct {
	Kind          review.MailKind
	Subject, Body string
	UpdatedAt     time.Time
	UpdatedBy     string // the editor's name
}

// MailTexts are those that editors have written. The program's own are not
// among them, so that they can become better.
func (s *Store) MailTexts(ctx context.Context) ([]MailText, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT t.kind, t.subject, t.body, t.updated_at, coalesce(e.name, '') FROM mail_text t LEFT JOIN editor e ON e.id = t.updated_by ORDER BY t.kind`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[MailText])
	return list, mapped(err)
}

// SaveMailText is an editor's text for the mails to come, in its canonical form.
// What a mail may say has been checked by the caller.
func (s *Store) SaveMailText(ctx context.Context, kind review.MailKind, subject, body string, editor int64, now time.Time) error {
	subject, body = review.Line(subject), review.Text(body)
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mail_text (kind, subject, body, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (kind) DO UPDATE SET subject = excluded.subject, body = excluded.body, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
			string(kind), subject, body, now, editor)
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
