package postgres

import (
	"context"
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
