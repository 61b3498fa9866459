package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/mail/texts"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// MailText is what mails of a kind say.
type MailText struct {
	Kind texts.Kind
	texts.Text
	Default   bool      // the program's own: no editor has written another
	UpdatedAt time.Time // zero for the program's own
	UpdatedBy string    // the editor's name
}

// MailTexts are the texts of all kinds. The table holds what editors have
// written, so that the program's own texts can become better.
func (s *Store) MailTexts(ctx context.Context) (list []MailText, err error) {
	for _, k := range texts.Kinds {
		t, _ := texts.Default(k)
		list = append(list, MailText{Kind: k, Text: t, Default: true})
	}
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		for i := range list {
			t := MailText{Kind: list[i].Kind}
			err := tx.QueryRow(ctx, `
				SELECT t.subject, t.body, t.updated_at, coalesce(e.name, '') FROM mail_text t LEFT JOIN editor e ON e.id = t.updated_by WHERE t.kind = $1`,
				t.Kind).Scan(&t.Subject, &t.Body, &t.UpdatedAt, &t.UpdatedBy)
			switch {
			case err == nil:
				list[i] = t
			case err != pgx.ErrNoRows:
				return err
			}
		}
		return nil
	})
	return list, err
}

// SaveMailText is an editor's text for the mails to come. The error is a
// texts.CheckError when it cannot stand.
func (s *Store) SaveMailText(ctx context.Context, kind texts.Kind, subject, body string, editor int64, now time.Time) error {
	if _, known := texts.Default(kind); !known {
		return fmt.Errorf("mail of kind %q: %w", kind, catalogue.ErrNotFound)
	}
	if err := (texts.Text{Subject: subject, Body: body}).Check(); err != nil {
		return err
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mail_text (kind, subject, body, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (kind) DO UPDATE SET subject = excluded.subject, body = excluded.body, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
			kind, subject, body, now, editor)
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
		rows, err := tx.Query(ctx, `
			SELECT s.id, e.id AS event, e.text FROM submission s
			JOIN submission_contact c ON c.submission_id = s.id
			JOIN LATERAL (SELECT id, at, text FROM submission_event WHERE submission_id = s.id AND kind = $2 ORDER BY id DESC LIMIT 1) e ON true
			WHERE s.state = $3 AND e.at <= $1
			ORDER BY s.id`, now.Add(-reminderAfter), EventAsked, string(review.ChangesRequested))
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByName[question])
		return err
	})
	for _, q := range list {
		err = errors.Join(err, s.write(ctx, func(tx pgx.Tx) error {
			sub, err := lockSubmission(ctx, tx, `id = $1`, q.ID)
			if err != nil || sub.State != review.ChangesRequested {
				return err // answered meanwhile
			}
			// Whatever our host was called when the mail was made.
			var reminded bool
			key := messageKey(string(texts.Reminder), fmt.Sprintf("%d-%d", q.ID, q.Event))
			if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM mail WHERE submission_id = $1 AND starts_with(message_id, $2))`, q.ID, key).Scan(&reminded); err != nil || reminded {
				return err
			}
			if err := s.mailSubmitter(ctx, tx, sub, string(texts.Reminder), q.Event, map[string]string{"question": q.Text}); err != nil {
				return err
			}
			n++
			return nil
		}))
	}
	return n, err
}
