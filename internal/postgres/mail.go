package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/outbox"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// enqueuer only puts jobs into transactions; it needs no connection of its own.
var enqueuer = sync.OnceValues(func() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{})
})

// queueMails queues the mails that an event of a submission causes. practice is
// the slug of the practice that they are about, or empty. Who has no address any
// more gets none.
func (s *Store) queueMails(ctx context.Context, tx pgx.Tx, sub *lockedSubmission, mails []review.Mail, event int64, practice string, now time.Time) error {
	for _, m := range mails {
		l, to := review.Letter{Mail: m, SubmissionID: sub.ID, Practice: practice}, ""
		if !m.Kind.ToDesk() {
			err := tx.QueryRow(ctx, `SELECT email, token FROM submission_contact WHERE submission_id = $1`, sub.ID).Scan(&to, &l.Token)
			if errors.Is(err, pgx.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
		}
		if err := s.queueMail(ctx, tx, l, to, fmt.Sprintf("%d-%d", sub.ID, event), now); err != nil {
			return err
		}
	}
	return nil
}

// queueMail writes a mail and its job in the transaction that causes it, so
// that there is a mail if and only if there is the change. The same mail, by its
// kind and event, a second time is none. An empty recipient is the desk.
func (s *Store) queueMail(ctx context.Context, tx pgx.Tx, l review.Letter, recipient, event string, now time.Time) error {
	if s.Letters == nil {
		return fmt.Errorf("a mail of kind %q, and nobody to write it: Store.Letters is not set", l.Kind)
	}
	err := tx.QueryRow(ctx, `SELECT subject, body FROM mail_text WHERE kind = $1`, string(l.Kind)).Scan(&l.Subject, &l.Body)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	subject, body, err := s.Letters(l)
	if err != nil {
		return err
	}
	var id int64
	err = tx.QueryRow(ctx, `
		INSERT INTO mail (message_id, submission_id, kind, recipient, subject, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (message_id) DO NOTHING RETURNING id`,
		messageKey(l.Kind, event)+"@"+s.MailHost, id0(l.SubmissionID), string(l.Kind), recipient, subject, body, now.UTC()).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
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

// messageKey is the same for the same mail, however often it is sent. The
// recipient is not in it: nothing of an address is left when it is erased.
func messageKey(kind review.MailKind, event string) string {
	h := sha256.Sum256([]byte(string(kind) + "\n" + event))
	return hex.EncodeToString(h[:16])
}

// Mail is a mail that has been sent or waits.
type Mail struct {
	ID           int64
	MessageID    string // without angle brackets
	SubmissionID int64  // 0: about none
	Kind         review.MailKind
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
		rows, _ := tx.Query(ctx, `SELECT `+mailColumns+` FROM mail WHERE sent_at IS NULL ORDER BY created_at, id`)
		list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Mail])
		return err
	})
	return list, err
}

// MailToSend is the mail with the ID.
func (s *Store) MailToSend(ctx context.Context, id int64) (m Mail, err error) {
	err = s.snapshot(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `SELECT `+mailColumns+` FROM mail WHERE id = $1`, id)
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
	message := strings.ToValidUTF8(strings.ReplaceAll(cause.Error(), "\x00", ""), "�")
	if r := []rune(message); len(r) > mailErrorLength {
		message = string(r[:mailErrorLength]) + "…"
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE mail SET attempts = attempts + 1, error = $2 WHERE id = $1 AND sent_at IS NULL`, id, message)
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

// messageIDs are those of the mails about submissions.
func messageIDs(ctx context.Context, tx pgx.Tx, submissions ...int64) ([]string, error) {
	rows, _ := tx.Query(ctx, `SELECT message_id FROM mail WHERE submission_id = ANY ($1) ORDER BY id`, submissions)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// forgetMails tells a sender that keeps mails which ones to forget.
func (s *Store) forgetMails(ids []string) error {
	if s.ForgetMails == nil || len(ids) == 0 {
		return nil
	}
	if err := s.ForgetMails(ids); err != nil {
		return fmt.Errorf("erased, but not the mails that were kept: %w", err)
	}
	return nil
}

// JobDriver is how the workers of jobs reach the queue.
func (s *Store) JobDriver() *riverpgxv5.Driver { return riverpgxv5.New(s.pool) }
