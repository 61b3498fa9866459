package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// providerTimeout ends a call to the provider before the visitor's own time is up.
const providerTimeout = 4 * time.Second

// provider is found when it is first needed: one that is away keeps nobody from
// the rest.
type provider struct {
	mu    sync.Mutex
	found *oidc.Provider
}

var providerClient = &http.Client{Timeout: providerTimeout}

func (a *Auth) discover() (*oidc.Provider, *oauth2.Config, error) {
	a.provider.mu.Lock()
	defer a.provider.mu.Unlock()
	c := a.cfg.OIDC
	if a.provider.found == nil {
		// Its keys are fetched with this context later on: it must not end.
		p, err := oidc.NewProvider(oidc.ClientContext(context.Background(), providerClient), c.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: OpenID Connect: %w", catalogue.ErrUnavailable, err)
		}
		a.provider.found = p
	}
	p := a.provider.found
	return p, &oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: c.Redirect,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}, nil
}

// asked is what the session keeps of a question to the provider.
type asked struct {
	State, Nonce, Verifier string
	At                     int64
}

// StartOIDC begins a sign-in at the provider and gives the address to go to.
func (a *Auth) StartOIDC(ctx context.Context) (string, error) {
	if !a.HasOIDC() {
		return "", catalogue.ErrNotFound
	}
	_, conf, err := a.discover()
	if err != nil {
		return "", err
	}
	q := asked{rand.Text(), rand.Text(), oauth2.GenerateVerifier(), a.now().Unix()}
	b, err := json.Marshal(q)
	if err != nil {
		return "", err
	}
	a.sessions.Put(ctx, keyOIDC, string(b))
	options := []oauth2.AuthCodeOption{oidc.Nonce(q.Nonce), oauth2.S256ChallengeOption(q.Verifier)}
	if c := a.cfg.OIDC; len(c.Assurance) > 0 && c.assuranceClaim() == "acr" {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(c.Assurance, " ")))
	}
	return conf.AuthCodeURL(q.State, options...), nil
}

// FinishOIDC takes the provider's answer and signs the editor in. The error is
// ErrProvider, ErrClaim, ErrAssurance, ErrRole, ErrNoAccount or ErrBound when
// nobody is.
func (a *Auth) FinishOIDC(r *http.Request) error {
	if !a.HasOIDC() {
		return catalogue.ErrNotFound
	}
	ctx := r.Context()
	// An answer is taken once.
	var q asked
	err := json.Unmarshal([]byte(a.sessions.PopString(ctx, keyOIDC)), &q)
	state := r.FormValue("state")
	switch {
	case err != nil, a.now().Sub(time.Unix(q.At, 0)) > stepLifetime, subtle.ConstantTimeCompare([]byte(state), []byte(q.State)) != 1:
		return a.refusedOIDC(ctx, ErrProvider, "the answer belongs to no question of this session")
	case r.FormValue("error") != "":
		return a.refusedOIDC(ctx, ErrProvider, "the provider said no")
	}
	p, conf, err := a.discover()
	if err != nil {
		return err
	}
	ctx = oidc.ClientContext(ctx, providerClient)
	token, err := conf.Exchange(ctx, r.FormValue("code"), oauth2.VerifierOption(q.Verifier))
	if err != nil {
		return a.refusedOIDC(ctx, ErrProvider, "the code was not exchanged")
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: conf.ClientID}).Verify(ctx, raw)
	if err != nil {
		return a.refusedOIDC(ctx, ErrProvider, err.Error())
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(q.Nonce)) != 1 {
		return a.refusedOIDC(ctx, ErrProvider, "the nonce is another")
	}
	u := user{issuer: id.Issuer, subject: id.Subject}
	if err := id.Claims(&u.signed); err != nil {
		return a.refusedOIDC(ctx, ErrProvider, "the token holds no claims")
	}
	u.more = sync.OnceValue(func() claims {
		info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
		var c claims
		if err == nil && info.Subject == id.Subject && info.Claims(&c) == nil {
			return c
		}
		a.log.WarnContext(ctx, "the provider's userinfo tells nothing", "step", "OpenID Connect")
		return nil
	})
	e, err := a.editorOf(ctx, u)
	if err != nil {
		return err
	}
	if e, err = a.takeRole(ctx, e, u); err != nil {
		return err
	}
	if err := a.enter(ctx, e, SignedIn); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "signed in", "editor", e.ID, "by", "OpenID Connect")
	return nil
}

// editorOf is the open account of the provider's user: the one that is bound to
// it or, the first time, the one with the user's address. It never makes one.
func (a *Auth) editorOf(ctx context.Context, u user) (postgres.Editor, error) {
	none := postgres.Editor{}
	if !catalogue.Storable(u.subject) {
		return none, a.refusedOIDC(ctx, ErrProvider, "the provider's user has a name that is no text")
	}
	if claim := a.cfg.OIDC.assuranceMissing(u); claim != "" {
		return none, a.refusedOIDC(ctx, ErrAssurance, "the level of assurance is missing or too low", "claim", claim)
	}
	if claim := a.cfg.OIDC.roleMissing(u); claim != "" {
		return none, a.refusedOIDC(ctx, ErrRole, "no role of an editor", "claim", claim)
	}
	e, err := a.store.EditorByOIDC(ctx, u.issuer, u.subject)
	if !errors.Is(err, catalogue.ErrNotFound) {
		return e, err
	}
	address, why := a.cfg.OIDC.address(u)
	if why != nil {
		return none, a.refusedOIDC(ctx, ErrClaim, why.text, "claim", why.claim)
	}
	e, err = a.store.EditorByEmail(ctx, address)
	switch {
	case errors.Is(err, catalogue.ErrNotFound):
		return none, a.refusedOIDC(ctx, ErrNoAccount, "no account")
	case err != nil:
		return none, err
	case e.OIDCSubject != "":
		return none, a.refusedOIDC(ctx, ErrBound, "the account is bound to another of the provider's users (praksis editor unlink-oidc)", "editor", e.ID)
	}
	err = a.store.LinkEditorOIDC(ctx, e.ID, u.issuer, u.subject)
	if errors.Is(err, catalogue.ErrNotFound) || errors.Is(err, catalogue.ErrConflict) {
		return none, a.refusedOIDC(ctx, ErrBound, "the account was bound to another at the same moment", "editor", e.ID)
	}
	if err != nil {
		return none, err
	}
	a.log.InfoContext(ctx, "account bound to the provider's user", "editor", e.ID)
	return e, nil
}

// takeRole gives an account the role that the provider says. The last administrator
// stays one: the log says so, and the operator makes another.
func (a *Auth) takeRole(ctx context.Context, e postgres.Editor, u user) (postgres.Editor, error) {
	role, told := a.cfg.OIDC.role(u)
	if !told || role == e.Role {
		return e, nil
	}
	err := a.store.SetEditorRole(ctx, e.ID, e.Role, role, 0, a.now().UTC())
	if errors.Is(err, review.ErrLastAdministrator) {
		a.log.WarnContext(ctx, "the provider's role is not taken: nobody else manages accounts", "editor", e.ID, "role", role)
		return e, nil
	}
	if errors.Is(err, catalogue.ErrConflict) { // another sign-in was faster
		return a.store.EditorByID(ctx, e.ID)
	}
	if err == nil {
		a.log.InfoContext(ctx, "role taken from the provider", "editor", e.ID, "role", role)
		e.Role = role
	}
	return e, err
}

// refusedOIDC logs why: the names of claims and never what they hold, nor a code
// or a token. It gives err back.
func (a *Auth) refusedOIDC(ctx context.Context, err error, why string, more ...any) error {
	a.log.WarnContext(ctx, "sign-in refused", append([]any{"step", "OpenID Connect", "why", why}, more...)...)
	return err
}
