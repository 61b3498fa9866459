package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/mail/texts"
	"praksis/internal/outbox"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// queuedMail is a mail that a change causes.
type queuedMail struct {
	Kind string
	// Event makes the mail one of its kind: "<submission id>-<event id>".
	Event        string
	SubmissionID int64
	Recipient    string // empty: the desk
	Values       map[string]string
}

// enqueuer only puts jobs into transactions; it needs no connection of its own.
var enqueuer = sync.OnceValues(func() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{})
})

// queueMail writes a mail and its job in the transaction that causes it, so
// that there is a mail if and only if there is the change. The same mail a
// second time is none.
func queueMail(ctx context.Context, tx pgx.Tx, s *Store, m queuedMail) error {
	text, err := mailText(ctx, tx, m.Kind)
	if err != nil {
		return err
	}
	subject, body := text.Fill(m.Values)
	var submission *int64
	if m.SubmissionID != 0 {
		submission = &m.SubmissionID
	}
	var id int64
	err = tx.QueryRow(ctx, `
		INSERT INTO mail (message_id, submission_id, kind, recipient, subject, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (message_id) DO NOTHING RETURNING id`,
		s.messageID(m), submission, m.Kind, m.Recipient, subject, body, time.Now().UTC()).Scan(&id)
	if err == pgx.ErrNoRows {
		return nil
	}
	if err != nil {
		return err
	}
	return enqueueSend(ctx, tx, id)
}

// queueAttempts is more than the attempts that count, which the mail's row
// counts: those that end with the process are not the mail's.
const queueAttempts = 3 * outbox.SendAttempts

func enqueueSend(ctx context.Context, tx pgx.Tx, id int64) error {
	client, err := enqueuer()
	if err != nil {
		return err
	}
	_, err = client.InsertTx(ctx, tx, outbox.SendMail{ID: id}, &river.InsertOpts{MaxAttempts: queueAttempts})
	return err
}

// messageID is the same for the same mail, however often it is sent. The
// recipient is not in it: nothing of an address is left when it is erased.
func (s *Store) messageID(m queuedMail) string {
	host := "praksiskataloget.localhost"
	if u, err := url.Parse(s.LinkBase); err == nil && strings.Contains(strings.Trim(u.Hostname(), "0123456789."), ".") && !strings.Contains(u.Hostname(), ":") {
		host = u.Hostname()
	}
	return messageKey(m.Kind, m.Event) + "@" + host
}

func messageKey(kind, event string) string {
	h := sha256.Sum256([]byte(kind + "\n" + event))
	return hex.EncodeToString(h[:16])
}

// mailText is the text of a kind: an editor's, or else the program's own.
func mailText(ctx context.Context, tx pgx.Tx, kind string) (texts.Text, error) {
	t, known := texts.Default(texts.Kind(kind))
	if !known {
		return t, fmt.Errorf("mail of kind %q: %w", kind, catalogue.ErrNotFound)
	}
	err := tx.QueryRow(ctx, `SELECT subject, body FROM mail_text WHERE kind = $1`, kind).Scan(&t.Subject, &t.Body)
	if err != nil && err != pgx.ErrNoRows {
		return t, err
	}
	return t, nil
}

// Mail is a mail that has been sent or waits.
type Mail struct {
	ID           int64
	MessageID    string // without angle brackets
	SubmissionID int64  // 0: about none
	Kind         texts.Kind
	Recipient    string // empty: the desk, or erased
	Subject      string
	Body         string // empty once it has been sent, or erased
	CreatedAt    time.Time
	SentAt       *time.Time
	Attempts     int
	Error        string // what the last attempt failed with
}

// GivenUp tells whether a mail is not tried any more.
func (m Mail) GivenUp() bool { return m.SentAt == nil && m.Attempts >= outbox.SendAttempts }

const mailColumns = `id, message_id, coalesce(submission_id, 0) AS submission_id, kind, recipient, subject, body, created_at, sent_at, attempts, error`

// UnsentMails are the mails that wait, or were given up, oldest first.
func (s *Store) UnsentMails(ctx context.Context) (list []Mail, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT `+mailColumns+` FROM mail WHERE sent_at IS NULL ORDER BY created_at, id`)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Mail])
		return err
	})
	return list, err
}

// MailToSend is the mail with the ID.
func (s *Store) MailToSend(ctx context.Context, id int64) (m Mail, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT `+mailColumns+` FROM mail WHERE id = $1`, id)
		if err != nil {
			return err
		}
		m, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Mail])
		return err
	})
	return m, err
}

// MailSent notes that a mail has been sent, and forgets what it said: the
// secret link stood in it.
func (s *Store) MailSent(ctx context.Context, id int64, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE mail SET sent_at = $2, body = '', error = '', attempts = attempts + 1 WHERE id = $1 AND sent_at IS NULL`, id, now)
		return err
	})
}

// mailErrorLength is the most that is kept of what a mail server says.
const mailErrorLength = 500

// MailFailed notes that a mail could not be sent this time. The cause does not
// name the recipient.
func (s *Store) MailFailed(ctx context.Context, id int64, cause error) error {
	words := strings.ToValidUTF8(strings.ReplaceAll(cause.Error(), "\x00", ""), "�")
	if r := []rune(words); len(r) > mailErrorLength {
		words = string(r[:mailErrorLength]) + "…"
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE mail SET attempts = attempts + 1, error = $2 WHERE id = $1 AND sent_at IS NULL`, id, words)
		return err
	})
}

// SendAgain tries a mail anew that was given up; catalogue.ErrNotFound when
// there is no such mail, or it is still being tried.
func (s *Store) SendAgain(ctx context.Context, id int64) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE mail SET attempts = 0 WHERE id = $1 AND sent_at IS NULL AND attempts >= $2`, id, outbox.SendAttempts)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return catalogue.ErrNotFound
		}
		return enqueueSend(ctx, tx, id)
	})
}

// JobDriver is how the workers of jobs reach the queue.
func (s *Store) JobDriver() *riverpgxv5.Driver { return riverpgxv5.New(s.pool) }
