package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/ops/erasures"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

const (
	// savedForDays is how long a form is kept after it was saved last.
	savedForDays = 30
	// MaxSavedForm is the most bytes of one saved form's content.
	MaxSavedForm = 1 << 20
	// maxSavedClient and maxSaved are the bytes of saved forms of one network and of
	// all: some thousand long ones of a municipality, and of all municipalities.
	maxSavedClient = 32 << 20
	maxSaved       = 512 << 20

	// linkWindow is what is looked back on: in it an address is sent no more than
	// maxLinksAddress links, and a network has no more than maxLinksClient sent. A
	// whole municipality may have one address.
	linkWindow      = 24 * time.Hour
	maxLinksAddress = 3
	maxLinksClient  = 40
)

// errTooManyLinks tells that a mail address, or somebody's network, has had as
// many links as it gets in a day.
var errTooManyLinks = errors.New("too many links to saved forms")

// ErrSavedMeanwhile tells that a saved form was saved from elsewhere since it was
// opened.
var ErrSavedMeanwhile = errors.New("the saved form is another version")

// NewSavedForm is what somebody has typed and wants to go on with later.
type NewSavedForm struct {
	// FormKey is the form's; the saved form's token follows from it, so that the
	// same form saved again is one.
	FormKey string
	// Token is of the saved form that this was opened from; empty, or of one that is
	// no more, makes one.
	Token string
	// Version is that of the saved form when this was opened from it; 0 for a new one.
	Version int
	// Content is what was typed, for the form alone to read: JSON.
	Content []byte
	// Submission and Contact are the same, to be looked through for CPR numbers.
	// The link goes to Contact.Email.
	Submission review.Submission
	Contact    review.Contact
	Client     string // the network address; its hash is kept
}

// SavedForm is what somebody has typed and not sent.
type SavedForm struct {
	Token   string
	FormKey string // of the form to go on with; its kept files are the saved form's
	Content []byte
	Version int // counted from 1; each save makes the next
	EraseOn catalogue.Date
	// Mailed tells of one that was just saved that its link was sent, and Unmailed that
	// it was not, because the mail address or the network has had its links of the day.
	Mailed, Unmailed bool
}

// SavedToken is the token of a form that is saved for the first time, by the form's key.
func SavedToken(formKey string) string { return derived("saved:", formKey) }

// savedKey is the key of the form that a saved form is opened as. It is not kept.
func savedKey(token string) string { return derived("form:", token) }

func derived(use, secret string) string {
	sum := sha256.Sum256([]byte(use + secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// clientKey is what a network address is counted by.
func clientKey(client string) string { return hashedKey("form:", client) }

// SaveForm keeps what was typed for 30 days from now, with the files that were kept for
// the form, and queues a mail with the link where the address does not have it yet.
// The mail has nothing of the text. Nothing is kept where there is a CPR number: a
// *review.RefusedError; other errors are ErrSavedMeanwhile, where it is there in another
// version than the one that this was opened from, and ErrNoRoom.
func (s *Store) SaveForm(ctx context.Context, n NewSavedForm, now time.Time) (f SavedForm, err error) {
	if len(n.FormKey) < minClientKey || len(n.Content) > MaxSavedForm {
		return f, fmt.Errorf("a form to save with a key of %d and a content of %d bytes", len(n.FormKey), len(n.Content))
	}
	if err := review.RefuseCPR(n.Submission, n.Contact); err != nil {
		return f, err
	}
	now = now.UTC()
	err = s.write(ctx, func(tx pgx.Tx) error {
		until := now.AddDate(0, 0, savedForDays)
		f = SavedForm{Token: SavedToken(n.FormKey), EraseOn: catalogue.Date(until.Format(time.DateOnly)), Content: n.Content}
		if err := keepLock(ctx, tx); err != nil {
			return err
		}
		if n.Token != "" {
			var there bool
			if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM saved_form WHERE token_hash = $1 AND erase_on > $2)`, hashToken(n.Token), now).Scan(&there); err != nil {
				return err
			}
			if there {
				f.Token = n.Token
			}
		}
		f.FormKey = savedKey(f.Token)
		if err := sameVersion(ctx, tx, n.Version, f.Token); err != nil {
			return err
		}
		var ofClient, ofAll int64
		if err := tx.QueryRow(ctx, `
			SELECT coalesce(sum(octet_length(content::text)) FILTER (WHERE client = $1), 0), coalesce(sum(octet_length(content::text)), 0)
			FROM saved_form WHERE token_hash <> $2`, clientKey(n.Client), hashToken(f.Token)).Scan(&ofClient, &ofAll); err != nil {
			return err
		}
		if size := int64(len(n.Content)); ofClient+size > maxSavedClient || ofAll+size > maxSaved {
			return ErrNoRoom
		}
		address := hashedKey("link:", n.Contact.Email)
		var id int64
		var had string // the address that has the link
		if err := tx.QueryRow(ctx, `
			INSERT INTO saved_form AS f (token_hash, content, client, mailed_to, saved_at, erase_on) VALUES ($1, $2, $3, '', $4, $5)
			ON CONFLICT (token_hash) DO UPDATE SET content = EXCLUDED.content, client = EXCLUDED.client, saved_at = EXCLUDED.saved_at, erase_on = EXCLUDED.erase_on, version = f.version + 1
			RETURNING id, mailed_to, version`, hashToken(f.Token), n.Content, clientKey(n.Client), now, until).Scan(&id, &had, &f.Version); err != nil {
			return err
		}
		if err := moveKept(ctx, tx, n.FormKey, f.FormKey, until); err != nil || had == address {
			return err
		}
		err := s.mailLink(ctx, tx, id, f.Token, n.Contact.Email, address, clientKey(n.Client), now)
		f.Mailed, f.Unmailed = err == nil, errors.Is(err, errTooManyLinks)
		if f.Unmailed { // the form is saved all the same
			return nil
		}
		return err
	})
	if err != nil {
		return SavedForm{}, err
	}
	return f, nil
}

// sameVersion is ErrSavedMeanwhile where a saved form of some tokens is there in
// another version. The form is locked: it stays what it is to the end of tx.
func sameVersion(ctx context.Context, tx pgx.Tx, version int, tokens ...string) error {
	var hashes [][]byte
	for _, t := range tokens {
		hashes = append(hashes, hashToken(t))
	}
	rows, _ := tx.Query(ctx, `SELECT version FROM saved_form WHERE token_hash = ANY ($1) ORDER BY id FOR UPDATE`, hashes)
	versions, err := pgx.CollectRows(rows, pgx.RowTo[int])
	for _, v := range versions {
		if v != version {
			return ErrSavedMeanwhile
		}
	}
	return err
}

// moveKept gives the kept files of a form to the one that it is opened as later,
// until a moment.
func moveKept(ctx context.Context, tx pgx.Tx, from, to string, until time.Time) error {
	if _, err := tx.Exec(ctx, `
		UPDATE kept_file k SET form_hash = $2 WHERE form_hash = $1 AND whole
		  AND NOT EXISTS (SELECT FROM kept_file WHERE form_hash = $2 AND sha256 = k.sha256)`, formHash(from), formHash(to)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE kept_file SET erase_at = $2 WHERE form_hash = $1 AND whole`, formHash(to), until)
	return err
}

// mailLink queues the mail with the link of a saved form, within the bounds, beyond
// which it is errTooManyLinks.
func (s *Store) mailLink(ctx context.Context, tx pgx.Tx, id int64, token, email, address, client string, now time.Time) error {
	toAddress, ofClient, err := countLinks(ctx, tx, address, client, now)
	if err != nil {
		return err
	}
	if toAddress >= maxLinksAddress || ofClient >= maxLinksClient {
		return errTooManyLinks
	}
	if err := noteLink(ctx, tx, address, client, now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE saved_form SET mailed_to = $2 WHERE id = $1`, id, address); err != nil {
		return err
	}
	l := review.Letter{Mail: review.SavedFormMail(), SavedFormID: id, Token: token}
	return s.queueMail(ctx, tx, l, email, fmt.Sprintf("saved-%d-%d", id, now.UnixMicro()), now)
}

// countLinks is how many links were mailed in the last day to an address and for a
// network, by their keys. What else than saved forms mails links has keys of its own.
func countLinks(ctx context.Context, tx pgx.Tx, address, client string, now time.Time) (toAddress, ofClient int, err error) {
	if _, err := tx.Exec(ctx, `DELETE FROM saved_form_link WHERE at <= $1`, now.Add(-linkWindow)); err != nil {
		return 0, 0, err
	}
	err = tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE address = $1), count(*) FILTER (WHERE client = $2) FROM saved_form_link`, address, client).Scan(&toAddress, &ofClient)
	return toAddress, ofClient, err
}

// noteLink counts a link that is mailed.
func noteLink(ctx context.Context, tx pgx.Tx, address, client string, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO saved_form_link (at, address, client) VALUES ($1, $2, $3)`, now, address, client)
	return err
}

// SavedForm is the saved form of a link, or catalogue.ErrNotFound.
func (s *Store) SavedForm(ctx context.Context, token string, now time.Time) (SavedForm, error) {
	f := SavedForm{Token: token, FormKey: savedKey(token)}
	err := s.pool.QueryRow(ctx, `SELECT content::text, version, erase_on::text FROM saved_form WHERE token_hash = $1 AND erase_on > $2`, hashToken(token), now.UTC()).Scan(&f.Content, &f.Version, &f.EraseOn)
	if err != nil {
		return SavedForm{}, fmt.Errorf("saved form: %w", mapped(err))
	}
	return f, nil
}

// EraseSavedForm erases the saved form of a link with its files; one that is not
// there is no error.
func (s *Store) EraseSavedForm(ctx context.Context, token string, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		n, err := eraseSaved(ctx, tx, now, `token_hash = $1`, hashToken(token))
		if err != nil {
			return err
		}
		if n > 0 { // which has no number of its own that any copy of the database would know
			form := journaled{cut: []string{hex.EncodeToString(hashToken(token))}}
			form.Kind, form.Table = erasures.Rows, "saved_form"
			if err := journal(tx, form); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `DELETE FROM kept_file WHERE form_hash = $1`, formHash(savedKey(token)))
		return err
	})
}

// eraseSavedForms erases the saved forms of some tokens. A mail with a link that
// leads nowhere is not sent any more, and loses its address.
func eraseSavedForms(ctx context.Context, tx pgx.Tx, now time.Time, tokens ...string) error {
	var hashes [][]byte
	for _, t := range tokens {
		hashes = append(hashes, hashToken(t))
	}
	_, err := eraseSaved(ctx, tx, now, `token_hash = ANY ($1)`, hashes)
	return err
}

func eraseSaved(ctx context.Context, tx pgx.Tx, now time.Time, where string, arg any) (int, error) {
	rows, _ := tx.Query(ctx, `SELECT id FROM saved_form WHERE `+where+` ORDER BY id FOR UPDATE`, arg)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `
		UPDATE mail SET recipient = '', body = '', sent_at = coalesce(sent_at, $2),
		  error = CASE WHEN sent_at IS NULL THEN 'erased before it was sent' ELSE '' END
		WHERE saved_form_id = ANY ($1)`, ids, now); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM saved_form WHERE id = ANY ($1)`, ids)
	return len(ids), err
}

// EraseUnsent erases the saved forms and kept files whose time has come, and tells
// how many.
func (s *Store) EraseUnsent(ctx context.Context, now time.Time) (forms, files int, err error) {
	now = now.UTC()
	err = s.write(ctx, func(tx pgx.Tx) error {
		if forms, err = eraseSaved(ctx, tx, now, `erase_on <= $1`, now); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `DELETE FROM kept_file WHERE erase_at <= $1`, now)
		if err != nil {
			return err
		}
		files = int(tag.RowsAffected())
		_, err = tx.Exec(ctx, `DELETE FROM saved_form_link WHERE at <= $1`, now.Add(-linkWindow))
		return err
	})
	return forms, files, err
}
