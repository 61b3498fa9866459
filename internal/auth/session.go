package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
)

// Stage is how far a sign-in has come.
type Stage string

// The stages. Only SignedIn opens the desk.
const (
	SignedOut  Stage = ""
	NeedsCode  Stage = "code"  // the password was right; the second factor is missing
	NeedsSetup Stage = "setup" // as above, and there is no second factor yet
	SignedIn   Stage = "in"
)

// Keys of a session.
const (
	keyStage  = "stage"
	keyEditor = "editor"
	keyEpoch  = "epoch"
	keyBegun  = "begun"  // of the stage, in Unix seconds
	keyFactor = "factor" // a second factor that is being set up
	keyOIDC   = "oidc"
	keyDevice = "device" // the browser is to be made a known device
)

type whoKey struct{}

type who struct {
	stage  Stage
	editor postgres.Editor
}

// Sessions reads the session of each request and ends it when the account was
// closed or its sessions were ended; fail answers when that cannot be known.
func (a *Auth) Sessions(fail func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	a.sessions.ErrorFunc = fail
	return func(next http.Handler) http.Handler {
		return a.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			at, err := a.who(r.Context())
			if err != nil {
				fail(w, r, err)
				return
			}
			if at.stage == SignedIn && a.sessions.PopBool(r.Context(), keyDevice) {
				if err := a.knowDevice(w, r, at.editor.ID); err != nil {
					fail(w, r, err)
					return
				}
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, &at)))
		}))
	}
}

func (a *Auth) who(ctx context.Context) (who, error) {
	id := a.sessions.GetInt64(ctx, keyEditor)
	if id == 0 {
		return who{}, nil
	}
	e, err := a.store.EditorByID(ctx, id)
	if err != nil && !errors.Is(err, catalogue.ErrNotFound) {
		return who{}, err
	}
	at := who{Stage(a.sessions.GetString(ctx, keyStage)), e}
	over := at.stage != SignedIn && a.now().Sub(time.Unix(a.sessions.GetInt64(ctx, keyBegun), 0)) > stepLifetime
	if err != nil || e.Closed || e.Epoch != a.sessions.GetInt(ctx, keyEpoch) || over {
		a.log.InfoContext(ctx, "session ended", "editor", id)
		return who{}, a.sessions.Destroy(ctx)
	}
	return at, nil
}

// At is the stage of a request's sign-in as it stands now, and whose it is: a
// request that signs in or out has another one before and after.
func (a *Auth) At(ctx context.Context) (Stage, postgres.Editor) {
	if at, ok := ctx.Value(whoKey{}).(*who); ok {
		return at.stage, at.editor
	}
	return SignedOut, postgres.Editor{}
}

// set makes At say so from now on.
func set(ctx context.Context, at who) {
	if p, ok := ctx.Value(whoKey{}).(*who); ok {
		*p = at
	}
}

// Ends is when the session ends if nothing more is asked for before: without
// use, or at its longest.
func (a *Auth) Ends(ctx context.Context) time.Time {
	idle, last := a.now().Add(idleTimeout), a.sessions.Deadline(ctx)
	if last.Before(idle) {
		return last
	}
	return idle
}

// enter moves the session to a stage under a new token, so that a token that
// somebody planted before is worth nothing.
func (a *Auth) enter(ctx context.Context, e postgres.Editor, stage Stage) error {
	if err := a.sessions.RenewToken(ctx); err != nil {
		return err
	}
	a.sessions.Remove(ctx, keyFactor)
	a.sessions.Put(ctx, keyStage, string(stage))
	a.sessions.Put(ctx, keyEditor, e.ID)
	a.sessions.Put(ctx, keyEpoch, e.Epoch)
	a.sessions.Put(ctx, keyBegun, a.now().Unix())
	if stage == SignedIn {
		a.sessions.Put(ctx, keyDevice, true)
	}
	set(ctx, who{stage, e})
	return nil
}

// SignOut ends this session.
func (a *Auth) SignOut(ctx context.Context) error {
	if _, e := a.At(ctx); e.ID != 0 {
		a.log.InfoContext(ctx, "signed out", "editor", e.ID)
	}
	return a.end(ctx)
}

// SignOutEverywhere ends all sessions of the editor, this one too.
func (a *Auth) SignOutEverywhere(ctx context.Context) error {
	_, e := a.At(ctx)
	if err := a.store.SignOutEverywhere(ctx, e.ID, a.now().UTC()); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "signed out everywhere", "editor", e.ID)
	return a.end(ctx)
}

func (a *Auth) end(ctx context.Context) error {
	set(ctx, who{})
	return a.sessions.Destroy(ctx)
}
