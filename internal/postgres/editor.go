package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/mailaddr"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// Editor is an account at the desk.
type Editor struct {
	ID           int64
	Email, Name  string
	PasswordHash string // argon2id; empty: signs in through OpenID Connect only
	TOTPSecret   string // empty until the second factor is set up
	TOTPLast     int64  // the step last used
	// Epoch is counted up to end all sessions.
	Epoch                   int
	Closed                  bool
	OIDCIssuer, OIDCSubject string
	Role                    review.Role
	// Invited is when the invitation of one who has not come yet expires; nil for
	// everybody else.
	Invited *time.Time
}

const editorSQL = `
	SELECT id, email, name, coalesce(password_hash, ''), coalesce(totp_secret, ''), totp_last, epoch, closed_at IS NOT NULL,
	       coalesce(oidc_issuer, ''), coalesce(oidc_subject, ''), role, i.expires_at FROM editor LEFT JOIN editor_invitation i ON i.editor_id = editor.id `

func (s *Store) editors(ctx context.Context, where string, args ...any) ([]Editor, error) {
	rows, _ := s.pool.Query(ctx, editorSQL+where, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Editor])
	return list, mapped(err)
}

func (s *Store) editor(ctx context.Context, where string, args ...any) (Editor, error) {
	list, err := s.editors(ctx, where, args...)
	if err != nil {
		return Editor{}, err
	}
	if len(list) == 0 {
		return Editor{}, fmt.Errorf("editor: %w", catalogue.ErrNotFound)
	}
	return list[0], nil
}

// AddEditor opens an account, an editor's where no role is given. The error is
// catalogue.ErrConflict when an open one has the address, and a *mailaddr.Error when it
// is none.
func (s *Store) AddEditor(ctx context.Context, e Editor, now time.Time) (id int64, err error) {
	e.Name = review.Line(e.Name)
	if e.Name == "" || !catalogue.Storable(e.Name) {
		return 0, errors.New("the name of an editor is empty, or cannot be stored")
	}
	a, err := mailaddr.Read(e.Email)
	if err != nil {
		return 0, err
	}
	e.Email = a.String()
	err = s.write(ctx, func(tx pgx.Tx) error {
		id, err = addEditor(ctx, tx, e, now)
		return err
	})
	return id, err
}

// addEditor opens an account whose name and address have been read.
func addEditor(ctx context.Context, tx pgx.Tx, e Editor, now time.Time) (id int64, err error) {
	if e.Role == "" {
		e.Role = review.RoleEditor
	}
	err = tx.QueryRow(ctx, `
		INSERT INTO editor (email, name, password_hash, totp_secret, oidc_issuer, oidc_subject, created_at, role)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		strings.ToLower(e.Email), e.Name, null(e.PasswordHash), null(e.TOTPSecret),
		null(e.OIDCIssuer), null(e.OIDCSubject), now, string(e.Role)).Scan(&id)
	return id, err
}

// EditorByEmail is the open account of an address, or catalogue.ErrNotFound.
func (s *Store) EditorByEmail(ctx context.Context, email string) (Editor, error) {
	forms := []string{strings.ToLower(review.Line(email))}
	if a, err := mailaddr.Read(email); err == nil {
		// The last is a form that older programs kept.
		forms = []string{strings.ToLower(a.String()), strings.ToLower(a.ASCII())}
	}
	return s.editor(ctx, `WHERE email = ANY ($1) AND closed_at IS NULL ORDER BY array_position($1, email)`, forms)
}

// EditorByID is an account, closed or not, or catalogue.ErrNotFound.
func (s *Store) EditorByID(ctx context.Context, id int64) (Editor, error) {
	return s.editor(ctx, `WHERE id = $1`, id)
}

// EditorByOIDC is the open account that is tied to a provider's user, or
// catalogue.ErrNotFound.
func (s *Store) EditorByOIDC(ctx context.Context, issuer, subject string) (Editor, error) {
	return s.editor(ctx, `WHERE oidc_issuer = $1 AND oidc_subject = $2 AND closed_at IS NULL`, issuer, subject)
}

// Editors are all accounts, the open ones first.
func (s *Store) Editors(ctx context.Context) ([]Editor, error) {
	return s.editors(ctx, `ORDER BY closed_at IS NOT NULL, name, id`)
}

// withoutInvitation stands before what lets somebody in otherwise than by their
// invitation: its link gives a password to nobody then.
const withoutInvitation = `WITH used AS (DELETE FROM editor_invitation WHERE editor_id = $1) `

// SetEditorPassword sets a new password's hash and ends all sessions.
func (s *Store) SetEditorPassword(ctx context.Context, id int64, hash string) error {
	return s.changeEditor(ctx, withoutInvitation+`UPDATE editor SET password_hash = $2, epoch = epoch + 1 WHERE id = $1 AND closed_at IS NULL`, id, null(hash))
}

// RehashEditorPassword puts another hash of the same password for one; nothing is
// done when the password was changed meanwhile.
func (s *Store) RehashEditorPassword(ctx context.Context, id int64, old, hash string) error {
	err := s.changeEditor(ctx, `UPDATE editor SET password_hash = $3 WHERE id = $1 AND password_hash = $2 AND closed_at IS NULL`, id, old, hash)
	if errors.Is(err, catalogue.ErrNotFound) {
		return nil
	}
	return err
}

// ChangeEditorPassword is SetEditorPassword for an editor who knows the old one.
// The error is catalogue.ErrConflict when the account's epoch is another one
// than they have seen: the password they knew is no longer right.
func (s *Store) ChangeEditorPassword(ctx context.Context, id int64, epoch int, hash string, now time.Time) error {
	return s.guardEditor(ctx, ownEvent(id, review.AccountPassword, now), `UPDATE editor SET password_hash = $2, epoch = epoch + 1 WHERE id = $1 AND closed_at IS NULL AND epoch = $3`, id, null(hash), epoch)
}

// SetEditorTOTP sets a new second factor, or none when secret is empty.
func (s *Store) SetEditorTOTP(ctx context.Context, id int64, secret string) error {
	return s.changeEditor(ctx, `UPDATE editor SET totp_secret = $2, totp_last = 0 WHERE id = $1 AND closed_at IS NULL`, id, null(secret))
}

// ChangeEditorTOTP sets a new second factor in place of the one that the editor
// has proved to have, none when was is empty. The error is catalogue.ErrConflict
// when it is another one now.
func (s *Store) ChangeEditorTOTP(ctx context.Context, id int64, was, secret string, now time.Time) error {
	return s.guardEditor(ctx, ownEvent(id, review.AccountFactor, now), `UPDATE editor SET totp_secret = $2, totp_last = 0 WHERE id = $1 AND closed_at IS NULL AND totp_secret IS NOT DISTINCT FROM $3`, id, null(secret), null(was))
}

// UseTOTP notes that a step of the second factor has been used. It is false
// when that step, or a later one, was used before: a code is good once.
func (s *Store) UseTOTP(ctx context.Context, id, step int64) (bool, error) {
	err := s.changeEditor(ctx, `UPDATE editor SET totp_last = $2 WHERE id = $1 AND totp_last < $2 AND closed_at IS NULL`, id, step)
	if errors.Is(err, catalogue.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// LinkEditorOIDC binds an account to a provider's user. The error is
// catalogue.ErrConflict when another account is bound to them, or the account is bound
// already.
func (s *Store) LinkEditorOIDC(ctx context.Context, id int64, issuer, subject string) error {
	return s.guardEditor(ctx, AccountEvent{}, withoutInvitation+`UPDATE editor SET oidc_issuer = $2, oidc_subject = $3 WHERE id = $1 AND closed_at IS NULL AND oidc_subject IS NULL`, id, null(issuer), null(subject))
}

// UnlinkEditorOIDC frees an account of the provider's user that it is bound to,
// and ends its sessions: the next sign-in binds it anew.
func (s *Store) UnlinkEditorOIDC(ctx context.Context, id int64) error {
	return s.changeEditor(ctx, `UPDATE editor SET oidc_issuer = NULL, oidc_subject = NULL, epoch = epoch + 1 WHERE id = $1 AND closed_at IS NULL`, id)
}

// SignOutEverywhere ends all sessions of an account, at its owner's wish.
func (s *Store) SignOutEverywhere(ctx context.Context, id int64, now time.Time) error {
	return s.guardEditor(ctx, ownEvent(id, review.AccountSignedOut, now), `UPDATE editor SET epoch = epoch + 1 WHERE id = $1 AND closed_at IS NULL`, id)
}

func closeEditor(ctx context.Context, tx pgx.Tx, id int64, now time.Time) error {
	if err := changeEditor(ctx, tx, `
		UPDATE editor SET closed_at = $2, epoch = epoch + 1, password_hash = NULL, totp_secret = NULL, oidc_issuer = NULL, oidc_subject = NULL
		WHERE id = $1 AND closed_at IS NULL`, id, now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM editor_invitation WHERE editor_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM unsaved_form WHERE editor_id = $1`, id)
	return err
}

func (s *Store) changeEditor(ctx context.Context, sql string, id int64, args ...any) error {
	return s.write(ctx, func(tx pgx.Tx) error { return changeEditor(ctx, tx, sql, id, args...) })
}

// guardEditor is changeEditor where no row may also mean that the account is not
// as it was seen: catalogue.ErrConflict. An event without a kind is not written.
func (s *Store) guardEditor(ctx context.Context, e AccountEvent, sql string, id int64, args ...any) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		err := changeEditor(ctx, tx, sql, id, args...)
		if err == nil && e.Kind != "" {
			return addAccountEvent(ctx, tx, e)
		}
		if !errors.Is(err, catalogue.ErrNotFound) {
			return err
		}
		var open bool
		if failed := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM editor WHERE id = $1 AND closed_at IS NULL)`, id).Scan(&open); failed != nil || !open {
			return errors.Join(err, failed)
		}
		return fmt.Errorf("editor %d has been changed meanwhile: %w", id, catalogue.ErrConflict)
	})
}

func changeEditor(ctx context.Context, tx pgx.Tx, sql string, id int64, args ...any) error {
	tag, err := tx.Exec(ctx, sql, append([]any{id}, args...)...)
	if err == nil && tag.RowsAffected() == 0 {
		err = fmt.Errorf("editor %d: %w", id, catalogue.ErrNotFound)
	}
	return err
}

// failuresKept is how long failed sign-ins are kept: longer than any lockout
// looks back.
const failuresKept = 24 * time.Hour

// SignInFailures counts the failed sign-ins since a moment, of an account and
// of a client. Neither is kept, only their hashes.
func (s *Store) SignInFailures(ctx context.Context, account, client string, since time.Time) (byAccount, byClient int, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM sign_in_failure WHERE account = $1 AND at >= $3),
		       (SELECT count(*) FROM sign_in_failure WHERE client = $2 AND at >= $3)`,
		failureKey(account), failureKey(client), since).Scan(&byAccount, &byClient)
	return byAccount, byClient, mapped(err)
}

// AddSignInFailure notes a failed sign-in, and forgets the old ones.
func (s *Store) AddSignInFailure(ctx context.Context, account, client string, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM sign_in_failure WHERE at < $1`, now.Add(-failuresKept)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO sign_in_failure (at, account, client) VALUES ($1, $2, $3)`, now, failureKey(account), failureKey(client))
		return err
	})
}

func failureKey(s string) string { return hashedKey("sign-in:", s) }

// hashedKey is what a mail address or a network address is counted by.
func hashedKey(use, s string) string {
	sum := sha256.Sum256([]byte(use + strings.ToLower(strings.TrimSpace(s))))
	return hex.EncodeToString(sum[:])
}
