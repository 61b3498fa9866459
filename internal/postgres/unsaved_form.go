package postgres

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// UnsavedForm is what an editor has typed into a form of the desk and not saved.
type UnsavedForm struct {
	Form       string // its address
	Page       string // key of the page on which it stands: 8 to 64 characters
	Submission int64  // whose form it is; 0: of none
	Practice   string // likewise, by its slug; empty: of none
	Values     map[string][]string
	KeptAt     time.Time
}

// ErrPageClosed is returned for what a page sends of a form that was saved or
// thrown away there: it is late, or the page is shown a second time.
var ErrPageClosed = errors.New("the form was saved or thrown away on this page")

const (
	// unsavedKept is how long an unsaved form is kept after it was last changed: over
	// a week-end and some days' absence, and no longer, for it may name people.
	unsavedKept = 7 * 24 * time.Hour
	// PracticeFormKept is the same of a form about a published example: a revision in
	// work is one.
	PracticeFormKept = 30 * 24 * time.Hour
)

// KeepForm keeps what an editor has typed in place of what was kept of the same
// page. The error is ErrPageClosed where the page's form was saved, and a
// *review.RefusedError where there is a CPR number in it, or what cannot be
// stored: then nothing of it is kept. notCPR passes ten bare digits that were
// declared to be none.
func (s *Store) KeepForm(ctx context.Context, editor int64, f UnsavedForm, notCPR bool, now time.Time) error {
	for name, list := range f.Values {
		for _, text := range append(slices.Clone(list), name) {
			if err := review.RefuseUnkept(text, notCPR); err != nil {
				return err
			}
		}
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			INSERT INTO unsaved_form (editor_id, form, page, submission_id, practice_id, content, kept_at) 
			VALUES ($1, $2, $3, $4, (SELECT p.id FROM practice p WHERE p.slug = $5 OR p.id = (SELECT practice_id FROM practice_slug WHERE slug = $5) ORDER BY p.slug = $5 DESC LIMIT 1), $6, $7)
			ON CONFLICT (editor_id, form, page) DO UPDATE SET content = excluded.content, kept_at = excluded.kept_at WHERE unsaved_form.content IS NOT NULL`,
			editor, f.Form, f.Page, id0(f.Submission), f.Practice, f.Values, now)
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrPageClosed
		}
		return err
	})
}

// moveForms takes what is typed about a practice along to its other address.
func moveForms(ctx context.Context, tx pgx.Tx, practice int64, from, to string) error {
	_, err := tx.Exec(ctx, `UPDATE unsaved_form SET form = regexp_replace(form, '/' || $2 || '(/|$)', '/' || $3 || '\1') WHERE practice_id = $1`, practice, from, to)
	return err
}

// UnsavedForms are what the editor has typed into any of the forms and not
// saved, the newest first.
func (s *Store) UnsavedForms(ctx context.Context, editor int64, forms ...string) ([]UnsavedForm, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT form, page, coalesce(submission_id, 0), coalesce((SELECT slug::text FROM practice WHERE id = practice_id), ''), content, kept_at FROM unsaved_form
		WHERE editor_id = $1 AND form = ANY ($2) AND content IS NOT NULL ORDER BY kept_at DESC, page`, editor, forms)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[UnsavedForm])
	return list, mapped(err)
}

// OthersForm is what another editor has typed into a form and not saved.
type OthersForm struct {
	Editor string // their name
	Values map[string][]string
	KeptAt time.Time
}

// OthersUnsaved are what the editors but one have typed into a form and not saved: of
// each the newest, by name.
func (s *Store) OthersUnsaved(ctx context.Context, editor int64, form string) ([]OthersForm, error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT DISTINCT ON (e.name, e.id) e.name, u.content, u.kept_at FROM unsaved_form u JOIN editor e ON e.id = u.editor_id
		WHERE u.form = $2 AND u.editor_id <> $1 AND u.content IS NOT NULL ORDER BY e.name, e.id, u.kept_at DESC`, editor, form)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[OthersForm])
	return list, mapped(err)
}

// CloseForm forgets what was kept of a page whose form was saved or thrown away,
// and keeps nothing more of it.
func (s *Store) CloseForm(ctx context.Context, editor int64, form, page string, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO unsaved_form (editor_id, form, page, kept_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (editor_id, form, page) DO UPDATE SET content = NULL, kept_at = excluded.kept_at`, editor, form, page, now)
		return err
	})
}

// EraseUnsaved erases the unsaved and the carried forms whose time is over, and
// tells how many.
func (s *Store) EraseUnsaved(ctx context.Context, now time.Time) (n int, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM unsaved_form WHERE kept_at < CASE WHEN practice_id IS NULL OR content IS NULL THEN $1::timestamptz ELSE $2 END`, now.Add(-unsavedKept), now.Add(-PracticeFormKept))
		if err != nil {
			return err
		}
		n = int(tag.RowsAffected())
		tag, err = tx.Exec(ctx, `DELETE FROM carried_form WHERE kept_at < $1`, now.Add(-CarriedKept))
		n += int(tag.RowsAffected())
		return err
	})
	return n, err
}

const (
	// CarriedKept is how long a form waits for its sender to sign in elsewhere.
	CarriedKept = 15 * time.Minute
	// maxCarried is how many bytes of such forms are kept: anybody can send one.
	maxCarried = 64 << 20
)

// CarryForm keeps a form for somebody who is not signed in, and gives the key
// that alone reads it. The error is catalogue.ErrUnavailable when too much is
// kept already.
func (s *Store) CarryForm(ctx context.Context, content []byte, now time.Time) (key string, err error) {
	key = rand.Text()
	seal, err := sealOf(key)
	if err != nil {
		return "", err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM carried_form WHERE kept_at < $1`, now.Add(-CarriedKept)); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO carried_form (id, content, kept_at) SELECT $1, $2::bytea, $3
			WHERE (SELECT coalesce(sum(length(content)), 0) FROM carried_form) + length($2::bytea) <= $4`, carriedID(key), seal.Seal(nil, nil, content, nil), now, maxCarried)
		if err == nil && tag.RowsAffected() == 0 {
			err = fmt.Errorf("%w: too many forms are carried through a sign-in", catalogue.ErrUnavailable)
		}
		return err
	})
	return key, err
}

// TakeCarried gives a carried form, once, or catalogue.ErrNotFound.
func (s *Store) TakeCarried(ctx context.Context, key string, now time.Time) (content []byte, err error) {
	seal, err := sealOf(key)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `DELETE FROM carried_form WHERE id = $1 AND kept_at >= $2 RETURNING content`, carriedID(key), now.Add(-CarriedKept)).Scan(&content)
	})
	if err != nil {
		return nil, err
	}
	return seal.Open(nil, nil, content, nil)
}

func carriedID(key string) []byte {
	sum := sha256.Sum256([]byte("carried form:" + key))
	return sum[:]
}

func sealOf(key string) (cipher.AEAD, error) {
	secret := sha256.Sum256([]byte("carried content:" + key))
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
