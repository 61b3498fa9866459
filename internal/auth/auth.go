// Package auth lets editors in: passwords, a second factor, OpenID Connect, and
// sessions. It decides nothing about what an editor may do.
package auth

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"praksis/internal/postgres"

	"github.com/alexedwards/scs/v2"
)

// What a sign-in can come to. None of them says whether there is such an
// account.
var (
	// ErrWrong: address, password or code is not right, or a code was used before.
	ErrWrong = errors.New("sign-in refused")
	// ErrStage: the request does not fit how far the sign-in has come; begin anew.
	ErrStage = errors.New("no such step of the sign-in now")
	// ErrNoAccount: the provider knows the person, and we have no account for them.
	ErrNoAccount = errors.New("no editor's account for the provider's user")
	// ErrClaim: the provider does not tell the person's address, or not that it is
	// theirs.
	ErrClaim = errors.New("the provider does not tell whose address it is")
	// ErrBound: the account with the person's address is another user's of the
	// provider.
	ErrBound = errors.New("the account is bound to another user of the provider")
	// ErrRole: the provider knows the person, but not as an editor.
	ErrRole = errors.New("the provider's user has no role of an editor")
	// ErrAssurance: the person has proved too little of who they are.
	ErrAssurance = errors.New("the level of assurance is too low")
	// ErrProvider: the provider's answer cannot be trusted, or it said no.
	ErrProvider = errors.New("the sign-in at the provider failed")
)

// TooManyError refuses a try for a while, right or wrong.
type TooManyError struct{ Wait time.Duration }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many failed sign-ins: try again in %s", e.Wait)
}

// Config is what the one who runs the site decides.
type Config struct {
	// Secure says that the site is reached over HTTPS.
	Secure bool
	// Loopback says that only this machine reaches the site: a second factor is
	// then asked for only of those who have set one up.
	Loopback bool
	// Client is the network address that the limits on guessing count a request
	// by; nil takes the connection's own.
	Client func(*http.Request) string
	// OIDC is a provider to sign in with; none without an issuer.
	OIDC OIDC
}

// Auth signs editors in. It is safe for concurrent use; Close it before the
// store.
type Auth struct {
	cfg      Config
	store    *postgres.Store
	log      *slog.Logger
	sessions *scs.SessionManager
	kept     *postgres.Sessions
	now      func() time.Time

	pairs    keyedMutex // tries are made one at a time
	clients  turnstile
	provider provider
	closed   sync.Once
}

// How long a session lasts without use, and at all.
const (
	idleTimeout     = 2 * time.Hour
	sessionLifetime = 12 * time.Hour
	// stepLifetime is how long one has from the password to the code.
	stepLifetime = 10 * time.Minute
)

// New makes the sign-in over the store's accounts.
func New(cfg Config, store *postgres.Store, log *slog.Logger) *Auth {
	if cfg.Client == nil {
		cfg.Client = connection
	}
	a := &Auth{cfg: cfg, store: store, log: log, kept: store.Sessions(sessionLifetime), now: time.Now}
	a.sessions = scs.New()
	a.sessions.Store = a.kept
	a.sessions.IdleTimeout, a.sessions.Lifetime = idleTimeout, sessionLifetime
	a.sessions.HashTokenInStore = true // who reads the table cannot sign in with it
	a.sessions.Cookie.Name = "praksis"
	if cfg.Secure {
		a.sessions.Cookie.Name = "__Host-praksis"
	}
	a.sessions.Cookie.Secure = cfg.Secure
	a.sessions.Cookie.HttpOnly = true
	a.sessions.Cookie.SameSite = http.SameSiteLaxMode
	a.sessions.Cookie.Persist = false // gone with the browser window
	return a
}

// Close ends what runs behind.
func (a *Auth) Close() { a.closed.Do(a.kept.StopCleanup) }

// HasOIDC tells whether there is a provider to sign in with.
func (a *Auth) HasOIDC() bool { return a.cfg.OIDC.Issuer != "" }

// connection is the default of Config.Client.
func connection(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
