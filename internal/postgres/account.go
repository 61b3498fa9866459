package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/mailaddr"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// InvitationKept is how long an invitation can be followed: a week has the days on
// which people are away in it.
const InvitationKept = 7 * 24 * time.Hour

// AccountEvent is one thing that happened to an account.
type AccountEvent struct {
	Editor int64 // whose account
	Name   string
	Kind   review.AccountEventKind
	By     int64  // 0: the command line, or the provider
	ByName string // empty: as above
	Role   review.Role
	At     time.Time
}

func ownEvent(id int64, kind review.AccountEventKind, now time.Time) AccountEvent {
	return AccountEvent{Editor: id, By: id, Kind: kind, At: now}
}

func addAccountEvent(ctx context.Context, tx pgx.Tx, e AccountEvent) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_event (editor_id, kind, by_editor, role, at) VALUES ($1, $2, $3, $4, $5)`,
		e.Editor, string(e.Kind), id0(e.By), string(e.Role), e.At)
	return err
}

// AccountEvents are the newest things that happened to accounts, at most limit: to or
// by one editor, or, for 0, to all.
func (s *Store) AccountEvents(ctx context.Context, editor int64, limit int) (list []AccountEvent, err error) {
	rows, _ := s.pool.Query(ctx, `
		SELECT a.editor_id, e.name, a.kind, coalesce(a.by_editor, 0), coalesce(b.name, ''), a.role, a.at
		FROM account_event a JOIN editor e ON e.id = a.editor_id LEFT JOIN editor b ON b.id = a.by_editor
		WHERE $1 = 0 OR a.editor_id = $1 OR a.by_editor = $1 ORDER BY a.id DESC LIMIT $2`, editor, limit)
	list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[AccountEvent])
	return list, mapped(err)
}

// mayAct holds an act to the role that an editor's account has, which stays as it is
// until the transaction ends. It comes before all locks of locks.go. Without an
// editor it is the submitter's act, or the system's.
func mayAct(ctx context.Context, tx pgx.Tx, editor int64, a review.Action) error {
	if editor == 0 {
		return nil
	}
	var role review.Role
	err := tx.QueryRow(ctx, `SELECT role FROM editor WHERE id = $1 AND closed_at IS NULL FOR SHARE`, editor).Scan(&role)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if !role.May(a) {
		return &review.RoleError{Role: role, Action: a}
	}
	return nil
}

// asAdministrator does something with another account in the name of by, which must
// be an administrator's, and writes its event; by 0 is the command line.
func (s *Store) asAdministrator(ctx context.Context, e AccountEvent, do func(pgx.Tx) error) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, e.By, review.ManageAccounts); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT FROM editor WHERE id = $1 FOR NO KEY UPDATE`, e.Editor).Scan(); err != nil {
			return fmt.Errorf("editor %d: %w", e.Editor, err)
		}
		// First: who closes or demotes themselves may do so for the last time.
		if err := addAccountEvent(ctx, tx, e); err != nil {
			return err
		}
		return do(tx)
	})
}

// InviteEditor opens an account that nobody can sign in with yet, and queues the mail
// with the link by which its owner sets a password. token is the link's secret. The
// errors are those of AddEditor.
func (s *Store) InviteEditor(ctx context.Context, e Editor, token string, by int64, now time.Time) (id int64, err error) {
	e.Name = review.Line(e.Name)
	if e.Name == "" || !catalogue.Storable(e.Name) || !review.Roles.Has(e.Role) {
		return 0, errors.New("an invitation without a name or a role")
	}
	a, err := mailaddr.Read(e.Email)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		if err := mayAct(ctx, tx, by, review.ManageAccounts); err != nil {
			return err
		}
		if id, err = addEditor(ctx, tx, Editor{Email: a.String(), Name: e.Name, Role: e.Role}, now); err != nil {
			return err
		}
		if err := s.invite(ctx, tx, id, token, by, now); err != nil {
			return err
		}
		return addAccountEvent(ctx, tx, AccountEvent{Editor: id, By: by, Kind: review.AccountInvited, Role: e.Role, At: now})
	})
	return id, err
}

// InviteAgain sends an invitation once more, with another link: the old one leads
// nowhere. The error is catalogue.ErrConflict when its owner has come meanwhile.
func (s *Store) InviteAgain(ctx context.Context, id int64, token string, by int64, now time.Time) error {
	return s.asAdministrator(ctx, AccountEvent{Editor: id, By: by, Kind: review.AccountInvited, At: now}, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM editor_invitation WHERE editor_id = $1`, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("editor %d has no open invitation: %w", id, catalogue.ErrConflict)
		}
		return s.invite(ctx, tx, id, token, by, now)
	})
}

func (s *Store) invite(ctx context.Context, tx pgx.Tx, id int64, token string, by int64, now time.Time) error {
	if _, err := tx.Exec(ctx, `INSERT INTO editor_invitation (editor_id, token_hash, invited_at, expires_at) VALUES ($1, $2, $3, $4)`,
		id, hashToken(token), now, now.Add(InvitationKept)); err != nil {
		return err
	}
	var email, name, inviter string
	if err := tx.QueryRow(ctx, `SELECT e.email, e.name, coalesce(b.name, '') FROM editor e LEFT JOIN editor b ON b.id = $2 WHERE e.id = $1`, id, by).Scan(&email, &name, &inviter); err != nil {
		return err
	}
	l := review.Letter{Mail: review.InvitationMail(name, inviter, now.Add(InvitationKept)), Token: token}
	return s.queueMail(ctx, tx, l, email, fmt.Sprintf("%d-%x", id, sha256.Sum256([]byte(token))), now)
}

// InvitedEditor is the open account that the token of an invitation leads to;
// catalogue.ErrNotFound when there is none, or it has expired.
func (s *Store) InvitedEditor(ctx context.Context, token string, now time.Time) (Editor, error) {
	return s.editor(ctx, `WHERE i.token_hash = $1 AND i.expires_at > $2 AND closed_at IS NULL`, hashToken(token), now)
}

// JoinEditor sets the first password of an invited account. The invitation is used up
// with it: catalogue.ErrNotFound when it was before.
func (s *Store) JoinEditor(ctx context.Context, token, hash string, now time.Time) (Editor, error) {
	var id int64
	err := s.write(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `DELETE FROM editor_invitation WHERE token_hash = $1 AND expires_at > $2 RETURNING editor_id`, hashToken(token), now).Scan(&id); err != nil {
			return err
		}
		if err := changeEditor(ctx, tx, `UPDATE editor SET password_hash = $2, epoch = epoch + 1 WHERE id = $1 AND closed_at IS NULL`, id, hash); err != nil {
			return err
		}
		return addAccountEvent(ctx, tx, ownEvent(id, review.AccountJoined, now))
	})
	if err != nil {
		return Editor{}, err
	}
	return s.EditorByID(ctx, id)
}

// SetEditorRole gives an account another role. was is the role that was seen; the
// error is catalogue.ErrConflict when it is another one now, and
// review.ErrLastAdministrator when nobody would manage accounts. by 0 is the command
// line or the provider.
func (s *Store) SetEditorRole(ctx context.Context, id int64, was, role review.Role, by int64, now time.Time) error {
	if !review.Roles.Has(role) {
		return fmt.Errorf("%q is no role", role)
	}
	return s.asAdministrator(ctx, AccountEvent{Editor: id, By: by, Kind: review.AccountRole, Role: role, At: now}, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE editor SET role = $2 WHERE id = $1 AND role = $3 AND closed_at IS NULL`, id, string(role), string(was))
		if err == nil && tag.RowsAffected() == 0 {
			err = fmt.Errorf("editor %d is no %s any more: %w", id, was, catalogue.ErrConflict)
		}
		return err
	})
}

// ResetEditorFactor forgets an account's second factor, so that the next sign-in sets
// up a new one, and ends its sessions.
func (s *Store) ResetEditorFactor(ctx context.Context, id, by int64, now time.Time) error {
	return s.asAdministrator(ctx, AccountEvent{Editor: id, By: by, Kind: review.AccountFactorReset, At: now}, func(tx pgx.Tx) error {
		return changeEditor(ctx, tx, `UPDATE editor SET totp_secret = NULL, totp_last = 0, epoch = epoch + 1 WHERE id = $1 AND closed_at IS NULL`, id)
	})
}

// EndEditorSessions ends all sessions of an account.
func (s *Store) EndEditorSessions(ctx context.Context, id, by int64, now time.Time) error {
	return s.asAdministrator(ctx, AccountEvent{Editor: id, By: by, Kind: review.AccountSessionsEnded, At: now}, func(tx pgx.Tx) error {
		return changeEditor(ctx, tx, `UPDATE editor SET epoch = epoch + 1 WHERE id = $1 AND closed_at IS NULL`, id)
	})
}

// CloseEditor closes an account and ends its sessions. What it can sign in with and
// what it has not saved is forgotten; its name stays with what it decided. The error
// is review.ErrLastAdministrator when nobody else manages accounts, and
// catalogue.ErrNotFound when it is closed already.
func (s *Store) CloseEditor(ctx context.Context, id, by int64, now time.Time) error {
	return s.asAdministrator(ctx, AccountEvent{Editor: id, By: by, Kind: review.AccountClosed, At: now}, func(tx pgx.Tx) error {
		if err := journalRows(ctx, tx, "editor", "created_at", []int64{id}); err != nil {
			return err
		}
		return closeEditor(ctx, tx, id, now)
	})
}
