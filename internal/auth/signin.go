package auth

import (
	"errors"
	"net/http"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/mailaddr"
	"praksis/internal/postgres"
)

// Password is the first step of a sign-in. The error is ErrWrong or a
// *TooManyError when the editor is not let on.
func (a *Auth) Password(r *http.Request, email, password string) (Stage, error) {
	ctx := r.Context()
	email = strings.ToLower(strings.TrimSpace(email))
	if a, err := mailaddr.Read(email); err == nil {
		email = a.String() // one form, which the limits on guessing count by
	}
	if len(email) > 254 || !catalogue.Storable(email) {
		email = "" // it cannot be one
	}
	from, err := a.source(r, email)
	if err != nil {
		return SignedOut, err
	}
	var e postgres.Editor
	err = a.try(ctx, email, from, 0, func() (ok bool, err error) {
		e, err = a.store.EditorByEmail(ctx, email)
		if err != nil && !errors.Is(err, catalogue.ErrNotFound) {
			return false, err
		}
		return verify(ctx, e, password)
	})
	if err != nil {
		a.refused(r, e, "password", err)
		return SignedOut, err
	}
	if outdated(e.PasswordHash) {
		hash, err := HashPassword(ctx, password)
		if err == nil {
			err = a.store.RehashEditorPassword(ctx, e.ID, e.PasswordHash, hash)
		}
		if err != nil {
			return SignedOut, err
		}
	}
	stage := SignedIn
	switch {
	case e.TOTPSecret != "":
		stage = NeedsCode
	case !a.cfg.Loopback:
		stage = NeedsSetup
	}
	if err := a.enter(ctx, e, stage); err != nil {
		return SignedOut, err
	}
	if stage == SignedIn {
		a.log.InfoContext(ctx, "signed in", "editor", e.ID, "by", "password")
	}
	return stage, nil
}

// Code is the second step of a sign-in. The error is ErrWrong, ErrStage, or a
// *TooManyError when the editor is not let in.
func (a *Auth) Code(r *http.Request, code string) error {
	ctx := r.Context()
	stage, e := a.At(ctx)
	if stage != NeedsCode || e.TOTPSecret == "" {
		return ErrStage
	}
	if err := a.tryCode(r, e, e.TOTPSecret, code); err != nil {
		return err
	}
	if err := a.enter(ctx, e, SignedIn); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "signed in", "editor", e.ID, "by", "password and code")
	return nil
}

func (a *Auth) tryCode(r *http.Request, e postgres.Editor, secret, code string) error {
	ctx := r.Context()
	from, err := a.source(r, e.Email)
	if err != nil {
		return err
	}
	err = a.try(ctx, codeAccount(e.ID), from, maxCodes, func() (bool, error) {
		step, ok := stepOf(secret, code, a.now())
		if !ok || secret != e.TOTPSecret { // a secret that is not stored yet has no steps used
			return ok, nil
		}
		return a.store.UseTOTP(ctx, e.ID, step)
	})
	if err != nil {
		a.refused(r, e, "code", err)
	}
	return err
}

// ChangePassword sets a new password for the editor who is signed in and knows
// the old one, and ends all other sessions. The error is ErrWrong, a
// *TooManyError or a *PasswordError when it is not done, and wraps
// catalogue.ErrConflict when the account was changed meanwhile.
func (a *Auth) ChangePassword(r *http.Request, old, next string) error {
	ctx := r.Context()
	stage, e := a.At(ctx)
	if stage != SignedIn {
		return ErrStage
	}
	if err := CheckPassword(next, e.Email, e.Name); err != nil {
		return err
	}
	// One who signs in through a provider alone has no password yet.
	if e.PasswordHash != "" {
		from, err := a.source(r, e.Email)
		if err == nil {
			err = a.try(ctx, e.Email, from, 0, func() (bool, error) { return verify(ctx, e, old) })
		}
		if err != nil {
			a.refused(r, e, "change of password", err)
			return err
		}
	}
	hash, err := HashPassword(ctx, next)
	if err != nil {
		return err
	}
	if err := a.store.ChangeEditorPassword(ctx, e.ID, e.Epoch, hash, a.now().UTC()); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "password changed", "editor", e.ID)
	// It ended this session too: the one who did it goes on under a new token.
	if e, err = a.store.EditorByID(ctx, e.ID); err != nil {
		return err
	}
	return a.enter(ctx, e, SignedIn)
}

// Join sets the first password of the account that the token of an invitation leads
// to, and signs its owner in as far as a password does. The error is a *PasswordError,
// or catalogue.ErrNotFound where the invitation is used up or too old.
func (a *Auth) Join(r *http.Request, token, password string) (Stage, error) {
	ctx := r.Context()
	e, err := a.store.InvitedEditor(ctx, token, a.now().UTC())
	if err != nil {
		return SignedOut, err
	}
	if err := CheckPassword(password, e.Email, e.Name); err != nil {
		return SignedOut, err
	}
	hash, err := HashPassword(ctx, password)
	if err != nil {
		return SignedOut, err
	}
	if e, err = a.store.JoinEditor(ctx, token, hash, a.now().UTC()); err != nil {
		return SignedOut, err
	}
	stage := SignedIn
	if !a.cfg.Loopback {
		stage = NeedsSetup
	}
	a.log.InfoContext(ctx, "joined by invitation", "editor", e.ID)
	return stage, a.enter(ctx, e, stage)
}

// refused logs who was not let in; an unknown address has no number.
func (a *Auth) refused(r *http.Request, e postgres.Editor, step string, err error) {
	var many *TooManyError
	switch {
	case errors.Is(err, ErrWrong):
		a.log.WarnContext(r.Context(), "sign-in refused", "editor", e.ID, "step", step)
	case errors.As(err, &many):
		a.log.WarnContext(r.Context(), "sign-in refused", "editor", e.ID, "step", step, "why", "too many failures")
	}
}
