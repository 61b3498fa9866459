package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// NewSubmission is what somebody sends, checked by package review.
type NewSubmission struct {
	// ClientKey is random, from the form's hidden field: a double post has the
	// same.
	ClientKey  string
	Submission review.Submission
	Contact    review.Contact
	// HeldReason makes the submission a held one, when it is not empty.
	HeldReason  string
	Attachments []NewAttachment
}

// Receipt is what the submitter is given.
type Receipt struct {
	ID               int64
	Reference, Token string
	Again            bool // a double post: nothing was written
}

// minClientKey is the shortest key of a form, in bytes: the secret link follows
// from it, so it must not be guessed. 16 characters of base64 are 96 bits.
const minClientKey = 16

// referenceTries bounds how often a reference that is taken is drawn anew. With
// a million submissions one draw in a million is taken.
const referenceTries = 5

// Submit keeps what somebody sends, in one transaction with its attachments and
// the mails: the receipt, and the notice to the desk. The same ClientKey again
// gives the same receipt and writes nothing. A *CPRError says that a text has a
// CPR number.
func (s *Store) Submit(ctx context.Context, n NewSubmission, now time.Time) (r Receipt, err error) {
	if len(n.ClientKey) < minClientKey {
		return r, fmt.Errorf("the form's key has %d characters, not %d", len(n.ClientKey), minClientKey)
	}
	if !review.SubmissionKinds.Has(n.Submission.Kind) {
		return r, fmt.Errorf("no kind of submission: %q", n.Submission.Kind)
	}
	if err := refuseCPR("submission", typed(n.Submission), n.Submission.NotCPR); err != nil {
		return r, err
	}
	if err := refuseCPR("contact", n.Contact, n.Submission.NotCPR); err != nil {
		return r, err
	}
	if err := checkAttachments(n.Attachments); err != nil {
		return r, err
	}
	state := review.Received
	if n.HeldReason != "" {
		state = review.Held
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		r = Receipt{Token: tokenOf(n.ClientKey)}
		about, err := practiceAbout(ctx, tx, n.Submission.About)
		if err != nil {
			return err
		}
		if err := insertSubmission(ctx, tx, &r, n, state, about, now); err != nil || r.Again {
			return err
		}
		sub := &lockedSubmission{ID: r.ID, Reference: r.Reference, State: state, Version: 1, AboutID: about, Content: n.Submission}
		if err := sub.addVersion(ctx, tx, n.Submission, now); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO submission_contact (submission_id, name, email, phone, token, erase_on) VALUES ($1, $2, $3, $4, $5, $6)`,
			r.ID, n.Contact.Name, n.Contact.Email, n.Contact.Phone, r.Token, eraseWhenOpen(now)); err != nil {
			return err
		}
		if err := addAttachments(ctx, tx, r.ID, n.Attachments); err != nil {
			return err
		}
		event, err := sub.addEvent(ctx, tx, newEvent{Kind: EventReceived}, now)
		if err != nil {
			return err
		}
		if err := s.mailSubmitter(ctx, tx, sub, "receipt", event, nil); err != nil {
			return err
		}
		return s.mailDesk(ctx, tx, sub, "desk_new", event)
	})
	return r, err
}

// insertSubmission writes the submission's own row, or finds the one that the
// same form made before.
func insertSubmission(ctx context.Context, tx pgx.Tx, r *Receipt, n NewSubmission, state review.SubmissionState, about *int64, now time.Time) error {
	client, token := sha256.Sum256([]byte(n.ClientKey)), hashToken(r.Token)
	for range referenceTries {
		reference, err := newReference()
		if err != nil {
			return err
		}
		// Of two posts at once the second waits here for the first.
		err = tx.QueryRow(ctx, `
			INSERT INTO submission (reference, token_hash, client_hash, kind, state, held_reason, about_id, received_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id, reference`,
			reference, token, client[:], string(n.Submission.Kind), string(state), n.HeldReason, about, now).Scan(&r.ID, &r.Reference)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		err = tx.QueryRow(ctx, `SELECT id, reference FROM submission WHERE client_hash = $1`, client[:]).Scan(&r.ID, &r.Reference)
		if !errors.Is(err, pgx.ErrNoRows) {
			r.Again = true
			return err
		}
	}
	return fmt.Errorf("no free reference in %d tries", referenceTries)
}

// practiceAbout is the ID of the practice that a submission adds to; nil when
// there is none of the slug: the submission is kept all the same.
func practiceAbout(ctx context.Context, tx pgx.Tx, slug string) (*int64, error) {
	if slug == "" {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `
		SELECT coalesce(p.merged_into, p.id) FROM practice p
		WHERE p.slug = $1 OR p.id = (SELECT practice_id FROM practice_slug WHERE slug = $1) ORDER BY p.slug = $1 DESC LIMIT 1`, slug)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return &ids[0], nil
}

// typed is a submission without the keys of warnings, which are hashes: ten
// digits in a row happen in them.
func typed(c review.Submission) review.Submission {
	c.Answered = nil
	return c
}

// tokenOf is the secret link's token of a form: the same for a double post.
func tokenOf(clientKey string) string {
	sum := sha256.Sum256([]byte("link:" + clientKey))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// referenceLetters are 32 characters of which none is taken for another when
// read out or written down: no 0 and O, no 1 and I.
const referenceLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// newReference is a random reference: "ABCD-2345".
func newReference() (string, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = referenceLetters[b[i]%byte(len(referenceLetters))] // 256 is a multiple of 32
	}
	return string(b[:4]) + "-" + string(b[4:]), nil
}

// AnswerSubmission is the submitter's answer to what an editor asked.
func (s *Store) AnswerSubmission(ctx context.Context, token, text string, now time.Time) error {
	if err := checkMessage(text); err != nil {
		return err
	}
	return s.changeByToken(ctx, token, func(tx pgx.Tx, sub *lockedSubmission) error {
		if err := refuseCPR("answer", text, sub.Content.NotCPR); err != nil {
			return err
		}
		event, err := sub.move(ctx, tx, review.Answer, newEvent{Kind: EventAnswered, Text: text}, now)
		if err != nil {
			return err
		}
		return s.mailDesk(ctx, tx, sub, "answered", event)
	})
}

// CorrectSubmission adds a version of what was sent. The desk is told when it
// was waiting for the submitter.
func (s *Store) CorrectSubmission(ctx context.Context, token string, c review.Submission, now time.Time) error {
	if !review.SubmissionKinds.Has(c.Kind) {
		return fmt.Errorf("no kind of submission: %q", c.Kind)
	}
	if err := refuseCPR("submission", typed(c), c.NotCPR); err != nil {
		return err
	}
	return s.changeByToken(ctx, token, func(tx pgx.Tx, sub *lockedSubmission) error {
		waited := sub.State == review.ChangesRequested
		event, err := sub.move(ctx, tx, review.Correct, newEvent{Kind: EventCorrected}, now)
		if err != nil {
			return err
		}
		about, err := practiceAbout(ctx, tx, c.About)
		if err != nil {
			return err
		}
		if err := sub.addVersion(ctx, tx, c, now); err != nil {
			return err
		}
		// A tip may have become a whole example.
		if _, err := tx.Exec(ctx, `UPDATE submission SET kind = $2, about_id = $3 WHERE id = $1`, sub.ID, string(c.Kind), about); err != nil {
			return err
		}
		if !waited {
			return nil
		}
		return s.mailDesk(ctx, tx, sub, "answered", event)
	})
}

// WithdrawSubmission ends a submission at the submitter's wish.
func (s *Store) WithdrawSubmission(ctx context.Context, token string, now time.Time) error {
	return s.changeByToken(ctx, token, func(tx pgx.Tx, sub *lockedSubmission) error {
		_, err := sub.move(ctx, tx, review.Withdraw, newEvent{Kind: EventWithdrawn}, now)
		return err
	})
}

// changeByToken runs do with the submission of a secret link, locked.
func (s *Store) changeByToken(ctx context.Context, token string, do func(pgx.Tx, *lockedSubmission) error) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		sub, err := lockSubmission(ctx, tx, `token_hash = $1`, hashToken(token))
		if err != nil {
			return err
		}
		return do(tx, sub)
	})
}
