package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
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
	subject, body, err := s.compose(ctx, tx, l)
	if err != nil {
		return err
	}
	var id int64
	err = tx.QueryRow(ctx, `
		INSERT INTO mail (message_id, submission_id, kind, recipient, subject, body, created_at, saved_form_id, inquiry_id, follower_id, unsubscribe) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (message_id) DO NOTHING RETURNING id`,
		messageKey(l.Kind, event)+"@"+s.MailHost, id0(l.SubmissionID), string(l.Kind), recipient, subject, body, now.UTC(), id0(l.SavedFormID), id0(l.InquiryID), id0(l.FollowerID), s.unsubscribe(l)).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return enqueueSend(ctx, tx, id)
}

// unsubscribe is where the recipient of a mail leaves by one press; empty where it is no
// mail that one leaves.
func (s *Store) unsubscribe(l review.Letter) string {
	if s.Unsubscribe == nil || l.FollowerID == 0 {
		return ""
	}
	return s.Unsubscribe(l.Token)
}

// compose is what a mail says, in the desk's words where it has written some.
func (s *Store) compose(ctx context.Context, tx pgx.Tx, l review.Letter) (subject, body string, err error) {
	if s.Letters == nil {
		return "", "", fmt.Errorf("a mail of kind %q, and nobody to write it: Store.Letters is not set", l.Kind)
	}
	err = tx.QueryRow(ctx, `SELECT subject, body FROM mail_text WHERE kind = $1`, string(l.Kind)).Scan(&l.Subject, &l.Body)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", "", err
	}
	return s.Letters(l)
}

// queueAttempts is far more than the attempts that count, which the mail's row
// counts: those that end with the process are not the mail's, and what ends a mail that
// is never tried to the end is its age.
const queueAttempts = 10_000

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
	Unsubscribe  string // where the recipient leaves by one press; mostly empty
	CreatedAt    time.Time
	SentAt       *time.Time
	Attempts     int
	Error        string // what the last attempt failed with
	Code         int    // the mail server's answer to it (SMTP); 0: none
	Status       string // the same more closely (RFC 3463); may be empty
	RefusedAt    *time.Time
}

// GivenUp tells whether a mail is not tried any more: the mail server will not
// have it, or it has been tried for a day.
func (m Mail) GivenUp() bool {
	return m.SentAt == nil && (m.RefusedAt != nil || m.Attempts >= outbox.SendAttempts)
}

// givenUpSQL is the same in SQL.
var givenUpSQL = fmt.Sprintf(`sent_at IS NULL AND (refused_at IS NOT NULL OR attempts >= %d)`, outbox.SendAttempts)

const mailColumns = `id, message_id, coalesce(submission_id, 0) AS submission_id, kind, recipient, subject, body, unsubscribe, created_at, sent_at, attempts, error, code, status, refused_at`

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
		_, err := tx.Exec(ctx, `UPDATE mail SET sent_at = $2, body = '', unsubscribe = '', error = '', code = 0, status = '', refused_at = NULL, attempts = attempts + 1 WHERE id = $1 AND sent_at IS NULL`, id, now)
		return err
	})
}

// mailErrorLength is the most that is kept of what a mail server says.
const mailErrorLength = 500

// MailFailure is why a mail could not be sent this time.
type MailFailure struct {
	Cause  error  // does not name the recipient
	Code   int    // of SMTP; 0: no mail server answered
	Status string // the same more closely; may be empty
	Final  bool   // it is not tried any more
}

// MailFailed notes that a mail could not be sent this time, and gives the mail as
// it stands then. A mail that has got another address meanwhile is not the one
// that failed: nothing is noted.
func (s *Store) MailFailed(ctx context.Context, m Mail, f MailFailure, now time.Time) (Mail, error) {
	message := strings.ToValidUTF8(strings.ReplaceAll(f.Cause.Error(), "\x00", ""), "�")
	if r := []rune(message); len(r) > mailErrorLength {
		message = string(r[:mailErrorLength]) + "…"
	}
	var refused *time.Time
	if f.Final {
		refused = &now
	}
	err := s.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `
			UPDATE mail SET attempts = attempts + 1, error = $3, code = $4, status = $5, refused_at = $6
			WHERE id = $1 AND recipient = $2 AND sent_at IS NULL`, m.ID, m.Recipient, message, f.Code, f.Status, refused); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `SELECT `+mailColumns+` FROM mail WHERE id = $1`, m.ID)
		var err error
		m, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Mail])
		return err
	})
	return m, err
}

// SendAgain tries a mail anew that was given up; catalogue.ErrNotFound when
// there is no such mail, or it is still being tried.
func (s *Store) SendAgain(ctx context.Context, id int64) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			UPDATE mail SET attempts = 0, refused_at = NULL
			WHERE id = $1 AND `+givenUpSQL, id)
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

// MendEmail gives the submitter of a submission another address, which has been
// read, and sends what has not been sent there; what was given up is tried anew.
// editor is who does it at the desk, and seen the address that they saw: where it
// is another one by now, and not the new one either, the error is
// catalogue.ErrConflict. Whoever does it by the secret link may do so while a mail
// to them is given up, else the error is the same: the link must not be a way to
// write to any address. It is catalogue.ErrNotFound when the contact data
// are erased, and a *review.RefusedError when the address has a CPR number.
func (s *Store) MendEmail(ctx context.Context, on On, seen, email string, editor int64, now time.Time) error {
	if err := review.RefuseCPR(review.Submission{}, review.Contact{Email: email}); err != nil {
		return err
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		where, arg := `id = $1`, any(on.Submission)
		if on.Token != "" {
			where, arg = `token_hash = $1`, hashToken(on.Token)
		}
		sub, err := lockSubmission(ctx, tx, where, arg)
		if err != nil {
			return err
		}
		var current string
		err = tx.QueryRow(ctx, `SELECT email FROM submission_contact WHERE submission_id = $1`, sub.ID).Scan(&current)
		if err != nil {
			return fmt.Errorf("contact data: %w", err)
		}
		if on.Token == "" && current != seen {
			if current == email { // both have mended it alike
				return nil
			}
			return fmt.Errorf("the address is another one by now: %w", catalogue.ErrConflict)
		}
		// Those that were tried: the others' turn comes by itself.
		rows, _ := tx.Query(ctx, `SELECT `+mailColumns+` FROM mail WHERE submission_id = $1 AND recipient <> '' AND sent_at IS NULL AND attempts > 0 ORDER BY id FOR UPDATE`, sub.ID)
		tried, err := pgx.CollectRows(rows, pgx.RowToStructByName[Mail])
		if err != nil {
			return err
		}
		if on.Token != "" && !slices.ContainsFunc(tried, Mail.GivenUp) {
			return fmt.Errorf("no mail to the submitter was given up: %w", catalogue.ErrConflict)
		}
		if _, err := tx.Exec(ctx, `UPDATE submission_contact SET email = $2 WHERE submission_id = $1`, sub.ID, email); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			UPDATE mail SET recipient = $2, attempts = 0, error = '', code = 0, status = '', refused_at = NULL
			WHERE submission_id = $1 AND recipient <> '' AND sent_at IS NULL`, sub.ID, email); err != nil {
			return err
		}
		for _, m := range tried {
			if err := enqueueSend(ctx, tx, m.ID); err != nil {
				return err
			}
		}
		_, err = sub.addEvent(ctx, tx, review.Event{Kind: review.EventEmailMended, Editor: editor}, now)
		return err
	})
}

// JobDriver is how the workers of jobs reach the queue.
func (s *Store) JobDriver() *riverpgxv5.Driver { return riverpgxv5.New(s.sessions()) }
