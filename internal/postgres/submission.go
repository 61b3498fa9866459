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
	// FormKey is the key of the form whose kept files may go along: all of them
	// are forgotten, and those of Kept are attachments then. It is ClientKey, but
	// for a second submission of the same form. Empty: none.
	FormKey string
	Kept    []KeptChoice
	// Saved is the token of the saved form that this was opened from, or empty; it
	// is erased, as one is that was saved with FormKey.
	Saved string
	// SavedVersion is that of the saved form when this was opened from it; 0 for none.
	SavedVersion int
}

// savedForms are the tokens of the saved forms that go when it is sent.
func (n NewSubmission) savedForms() []string { return []string{n.Saved, SavedToken(n.FormKey)} }

func (n NewSubmission) files() Files { return Files{n.FormKey, n.Kept, n.Attachments} }

// Receipt is what the submitter is given.
type Receipt struct {
	ID               int64
	Reference, Token string
	Again            bool // the form was sent before: nothing was written
	// Other tells that what was sent before with the form was something else, or
	// has been withdrawn: this here is kept nowhere.
	Other bool
}

// minClientKey is the shortest key of a form, in bytes: the secret link follows
// from it, so it must not be guessed. 16 characters of base64 are 96 bits.
const minClientKey = 16

// referenceTries bounds how often a reference that is taken is drawn anew. With
// a million submissions one draw in a million is taken.
const referenceTries = 5

// Submit keeps what somebody sends, in one transaction with its attachments and
// the mails: the receipt, and the notice to the desk. The same ClientKey again
// gives the same receipt and writes nothing, whether it is the same that was sent
// or not (Receipt.Other). ErrSavedMeanwhile says that the saved form, which would be
// erased, is there in another version than SavedVersion. A *review.RefusedError says that a text has a CPR number;
// ErrKeptGone, that a kept file is not there any more.
func (s *Store) Submit(ctx context.Context, n NewSubmission, now time.Time) (r Receipt, err error) {
	if len(n.ClientKey) < minClientKey {
		return r, fmt.Errorf("the form's key has %d characters, not %d", len(n.ClientKey), minClientKey)
	}
	if !review.SubmissionKinds.Has(n.Submission.Kind) {
		return r, fmt.Errorf("no kind of submission: %q", n.Submission.Kind)
	}
	if len(n.Attachments)+len(n.Kept) > MaxAttachments {
		return r, fmt.Errorf("%d attachments, not %d", len(n.Attachments)+len(n.Kept), MaxAttachments)
	}
	var attached []string
	for _, c := range n.Kept {
		attached = append(attached, c.TextAlternative)
	}
	for _, a := range n.Attachments {
		attached = append(attached, a.Name, a.TextAlternative)
	}
	if err := review.RefuseCPR(n.Submission, n.Contact, attached...); err != nil {
		return r, err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		r = Receipt{Token: tokenOf(n.ClientKey)}
		about, err := practiceAbout(ctx, tx, n.Submission.About)
		if err != nil {
			return err
		}
		if err := insertSubmission(ctx, tx, &r, n, about, now); err != nil {
			return err
		}
		if r.Again {
			r.Other, err = another(ctx, tx, r.ID, n)
			return err
		}
		if err := sameVersion(ctx, tx, n.SavedVersion, n.savedForms()...); err != nil {
			return err
		}
		d := review.Receive(r.Reference, n.Submission, n.HeldReason, now)
		sub := &lockedSubmission{ID: r.ID, Pending: review.Pending{Reference: r.Reference, State: d.State, Version: 1}, AboutID: about}
		if err := sub.addVersion(ctx, tx, *d.Content, now); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO submission_contact (submission_id, name, email, phone, token, erase_on) VALUES ($1, $2, $3, $4, $5, $6)`,
			r.ID, n.Contact.Name, n.Contact.Email, n.Contact.Phone, r.Token, d.EraseOn); err != nil {
			return err
		}
		if err := n.files().addTo(ctx, tx, r.ID); err != nil {
			return err
		}
		if err := eraseSavedForms(ctx, tx, now, n.savedForms()...); err != nil {
			return err
		}
		event, err := sub.addEvent(ctx, tx, d.Event, now)
		if err != nil {
			return err
		}
		return s.queueMails(ctx, tx, sub, d.Mails, event, "", now)
	})
	return r, err
}

// insertSubmission writes the submission's own row, or finds the one that the
// same form made before.
func insertSubmission(ctx context.Context, tx pgx.Tx, r *Receipt, n NewSubmission, about *int64, now time.Time) error {
	state := review.Receive("", n.Submission, n.HeldReason, now).State
	client, token := sha256.Sum256([]byte(n.ClientKey)), hashToken(r.Token)
	for range referenceTries {
		reference, err := newReference()
		if err != nil {
			return err
		}
		// Of two posts at once the second waits here for the first.
		err = tx.QueryRow(ctx, `
			INSERT INTO submission (reference, token_hash, client_hash, kind, state, held_reason, about_id, received_at, moved_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING RETURNING id, reference`,
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

// another tells whether what a form sends is something else than what it sent
// before, in any of its versions. The answers to warnings are not what was sent.
func another(ctx context.Context, tx pgx.Tx, submission int64, n NewSubmission) (bool, error) {
	var same bool
	if err := tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM submission_version WHERE submission_id = $1 AND content - 'answered' = $2::jsonb - 'answered')
		  AND (SELECT state FROM submission WHERE id = $1) <> $3`, submission, n.Submission, string(review.WithdrawnBySelf)).Scan(&same); err != nil || !same {
		return true, err
	}
	come, err := n.files().haveCome(ctx, tx, submission)
	return !come, err
}

// practiceAbout is the ID of the practice that a submission adds to; nil when
// there is none of the slug: the submission is kept all the same.
func practiceAbout(ctx context.Context, tx pgx.Tx, slug string) (*int64, error) {
	if slug == "" {
		return nil, nil
	}
	rows, _ := tx.Query(ctx, `
		SELECT coalesce(p.merged_into, p.id) FROM practice p
		WHERE p.slug = $1 OR p.id = (SELECT practice_id FROM practice_slug WHERE slug = $1) ORDER BY p.slug = $1 DESC LIMIT 1`, slug)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return &ids[0], nil
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
