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

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// OIDC is a provider of OpenID Connect, found by discovery. Its own rules say
// what its users prove themselves with, so that no second factor is asked for
// here.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	// Redirect is our address to which the provider sends its answer.
	Redirect string
}

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
	return conf.AuthCodeURL(q.State, oidc.Nonce(q.Nonce), oauth2.S256ChallengeOption(q.Verifier)), nil
}

// claims are what we ask of the provider about its user.
type claims struct {
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
}

// FinishOIDC takes the provider's answer and signs the editor in. The error is
// ErrProvider or ErrNoAccount when nobody is.
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
		return a.refusedOIDC(ctx, errors.New("the answer belongs to no question of this session"))
	case r.FormValue("error") != "":
		return a.refusedOIDC(ctx, errors.New("the provider said no"))
	}
	p, conf, err := a.discover()
	if err != nil {
		return err
	}
	ctx = oidc.ClientContext(ctx, providerClient)
	token, err := conf.Exchange(ctx, r.FormValue("code"), oauth2.VerifierOption(q.Verifier))
	if err != nil {
		return a.refusedOIDC(ctx, errors.New("the code was not exchanged"))
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: conf.ClientID}).Verify(ctx, raw)
	if err != nil {
		return a.refusedOIDC(ctx, err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(q.Nonce)) != 1 {
		return a.refusedOIDC(ctx, errors.New("the nonce is another"))
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return a.refusedOIDC(ctx, err)
	}
	e, err := a.editorOf(ctx, p, token, id, c)
	if errors.Is(err, catalogue.ErrNotFound) {
		a.log.WarnContext(ctx, "sign-in refused", "step", "OpenID Connect", "why", "no account")
		return ErrNoAccount
	}
	if err != nil {
		return err
	}
	if err := a.enter(ctx, e, SignedIn); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "signed in", "editor", e.ID, "by", "OpenID Connect")
	return nil
}

// editorOf is the open account of the provider's user: the one that is tied to
// it or, the first time, the one with the address that the provider has
// verified. It never makes one.
func (a *Auth) editorOf(ctx context.Context, p *oidc.Provider, token *oauth2.Token, id *oidc.IDToken, c claims) (postgres.Editor, error) {
	if !catalogue.Storable(id.Subject) || !catalogue.Storable(c.Email) {
		return postgres.Editor{}, a.refusedOIDC(ctx, errors.New("the provider's user has a name that is no text"))
	}
	e, err := a.store.EditorByOIDC(ctx, id.Issuer, id.Subject)
	if !errors.Is(err, catalogue.ErrNotFound) {
		return e, err
	}
	if c.Email == "" { // some providers tell it only when asked
		info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil || info.Subject != id.Subject {
			return e, a.refusedOIDC(ctx, errors.New("the provider does not tell who it is"))
		}
		c = claims{info.Email, info.EmailVerified}
	}
	if !c.EmailVerified || strings.TrimSpace(c.Email) == "" || !catalogue.Storable(c.Email) {
		return e, catalogue.ErrNotFound
	}
	if e, err = a.store.EditorByEmail(ctx, c.Email); err != nil {
		return e, err
	}
	if e.OIDCSubject != "" { // tied to somebody else
		return e, catalogue.ErrNotFound
	}
	if err := a.store.LinkEditorOIDC(ctx, e.ID, id.Issuer, id.Subject); err != nil {
		return e, err
	}
	a.log.InfoContext(ctx, "account tied to the provider's user", "editor", e.ID)
	return e, nil
}

// refusedOIDC logs why, which never holds a code or a token.
func (a *Auth) refusedOIDC(ctx context.Context, why error) error {
	a.log.WarnContext(ctx, "sign-in refused", "step", "OpenID Connect", "why", why)
	return ErrProvider
}
