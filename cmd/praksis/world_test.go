package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"praksis/internal/api"
	"praksis/internal/auth"
	"praksis/internal/catalogue"
	"praksis/internal/desk"
	"praksis/internal/httpx"
	"praksis/internal/letters"
	"praksis/internal/mail"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"
	"praksis/internal/site"
	"praksis/web"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// worldPassword is every account's of a world.
const worldPassword = "fire ord uden sammenhæng"

// worldURL is where a world is reached: by https, so that its headers and cookies are
// those of a catalogue that is public.
const worldURL = "https://praksis.example"

// visitor is whoever asks: with the cookies of an account or of a shortlist, or without.
type visitor struct {
	name    string
	role    review.Role // of who is signed in
	cookies map[string]*http.Cookie
}

// world is the whole catalogue as serve wires it, on one database and one index, with one
// thing of every kind in every state.
type world struct {
	t       *testing.T
	pool    *pgxpool.Pool
	store   *postgres.Store
	index   *search.Index
	handler http.Handler
	routers []chi.Routes
	cfg     site.Config
	now     time.Time
	// things are what stands in an address, by kind and by state. Several parts are
	// separated by a stroke.
	things map[string]map[string]string
	// visitors by name.
	visitors map[string]*visitor
	// secrets are what nobody may read but who has the link beside it, or who is signed in.
	secrets []secret
}

type secret struct {
	text  string
	links []string // of those who may read it
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, pool: seeded.Some(t, 12), now: time.Now().UTC(), things: map[string]map[string]string{}, visitors: map[string]*visitor{}}
	w.store = postgres.New(w.pool)
	mails := letters.Letters{Base: worldURL}
	w.store.Letters, w.store.MailHost, w.store.Unsubscribe = mails.Compose, mails.Host(), mails.Unsubscribe
	log := slog.New(slog.DiscardHandler)
	var err error
	w.index, err = search.Open(t.Context(), t.TempDir(), w.store, search.Options{Log: log})
	w.must(err)
	t.Cleanup(func() {
		if err := w.index.Close(); err != nil {
			t.Error(err)
		}
	})
	identity, err := mail.ParseIdentity("katalog@example.dk", "desk@example.dk")
	w.must(err)
	inbox, err := mail.NewInbox(identity, t.TempDir())
	w.must(err)
	signIn := auth.New(auth.Config{Secure: true, Loopback: true, Client: httpx.Client}, w.store, log)
	t.Cleanup(signIn.Close)
	w.cfg = site.Config{Build: "test", PublicURL: worldURL, Authority: web.Authority{Name: "Testkontoret", Contact: "katalog@example.dk"}}
	public := site.New(w.cfg, w.store, w.index, log).Routes(log)
	editors := desk.New(desk.Config{PublicURL: worldURL, Authority: w.cfg.Authority, ChecksLinks: true}, w.store, w.index, signIn, log).Routes()
	programs := api.New(api.Config{PublicURL: worldURL, Authority: w.cfg.Authority, Build: w.cfg.Build, Problem: site.NewProblems(w.cfg).Page}, w.store, w.index, log).Routes(log)
	for _, h := range []http.Handler{public, editors, programs} {
		routes, ok := h.(chi.Routes)
		if !ok {
			t.Fatalf("%T has no routes", h)
		}
		w.routers = append(w.routers, routes)
	}
	w.handler = httpx.ClientAddress(0, log)(router(public, map[string]http.Handler{web.PathDesk: editors, catalogue.PathAPI: programs}, inbox, log))
	w.people()
	w.practices()
	w.submissions()
	w.links()
	w.deskThings()
	w.must(w.index.CatchUp(t.Context()))
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// has gives a kind of thing another state.
func (w *world) has(kind, state, value string) {
	if w.things[kind] == nil {
		w.things[kind] = map[string]string{}
	}
	w.things[kind][state] = value
}

func token() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// people are an account of each role, one that has given its password alone, and one that
// was signed in when it was closed.
func (w *world) people() {
	ctx := w.t.Context()
	hash, err := auth.HashPassword(ctx, worldPassword)
	w.must(err)
	add := func(name string, role review.Role, totp string) int64 {
		id, err := w.store.AddEditor(ctx, postgres.Editor{Email: name + "@kl.example", Name: name, Role: role, PasswordHash: hash, TOTPSecret: totp}, w.now)
		w.must(err)
		w.visitors[name] = &visitor{name: name, role: role, cookies: map[string]*http.Cookie{}}
		a := w.ask(w.visitors[name], "POST", "/redaktion/log-ind", url.Values{"mail": {name + "@kl.example"}, "adgangskode": {worldPassword}})
		if a.code != http.StatusSeeOther || len(w.visitors[name].cookies) == 0 {
			w.t.Fatalf("%s cannot sign in: %d", name, a.code)
		}
		w.ask(w.visitors[name], "GET", "/redaktion", nil) // its browser is known from here on
		return id
	}
	w.visitors["nobody"] = &visitor{name: "nobody", cookies: map[string]*http.Cookie{}}
	for _, r := range review.Roles {
		w.has("account", string(r.Code), strconv.FormatInt(add(string(r.Code), r.Code, ""), 10))
	}
	add("half", review.RoleAdministrator, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
	w.visitors["half"].role = ""
	gone := add("closed", review.RoleAdministrator, "")
	w.visitors["closed"].role = ""
	w.must(w.store.CloseEditor(ctx, gone, 0, w.now))
	w.has("account", "closed", strconv.FormatInt(gone, 10))
	w.has("account", "missing", "999999")
	open, used := token(), token()
	for link, name := range map[string]string{open: "ny", used: "nyere"} {
		_, err := w.store.InviteEditor(ctx, postgres.Editor{Email: name + "@kl.example", Name: name, Role: review.RoleWriter}, link, 0, w.now)
		w.must(err)
	}
	_, err = w.store.JoinEditor(ctx, used, hash, w.now)
	w.must(err)
	w.has("invitation", "open", open)
	w.has("invitation", "used", used)
	w.has("invitation", "missing", token())
}

func (w *world) account(role review.Role) int64 {
	id, err := strconv.ParseInt(w.things["account"][string(role)], 10, 64)
	w.must(err)
	return id
}

// practices are seeds in every state.
func (w *world) practices() {
	ctx := w.t.Context()
	var slugs []string
	w.must(w.store.PublicAddresses(ctx, 0, 100, func(slug string, _ time.Time) error { slugs = append(slugs, slug); return nil }))
	for i, state := range []string{"published", "withdrawn", "removed", "merged"} {
		w.has("practice", state, slugs[i])
	}
	w.shortlists()
	_, gone, err := w.store.PublicPractice(ctx, 0, w.things["practice"]["removed"])
	w.must(err)
	w.secrets = append(w.secrets, secret{text: gone.Title}, secret{text: gone.Summary})
	by := w.account(review.RoleEditor)
	for state, act := range map[string]review.Act{
		"withdrawn": {Action: review.WithdrawPractice, Text: "Kommunen bruger det ikke mere."},
		"removed":   {Action: review.RemovePractice, Reason: "Viser en borger"},
		"merged":    {Action: review.MergePractice, Reason: "Samme indsats"},
	} {
		act.Editor = by
		on := postgres.On{Practice: w.things["practice"][state]}
		if state == "merged" {
			on.Into = slugs[4]
		}
		_, err := w.store.Apply(ctx, on, act, w.now)
		w.must(err)
	}
	w.has("practice", "missing", "findes-slet-ikke")
}

// answer is what a request got.
type answer struct {
	code   int
	header http.Header
	body   string
}

// ask asks the whole catalogue as a browser does from a page of ours. Cookies are kept.
func (w *world) ask(v *visitor, method, target string, form url.Values) answer {
	r := w.request(method, target, form)
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if strings.HasPrefix(c.Name, "__Host-praksis") {
			v.cookies[c.Name] = c
		}
	}
	return answer{rec.Code, rec.Header(), rec.Body.String()}
}

// askFrom is a request from another site's page.
func (w *world) askFrom(origin, method, target string) answer {
	r := w.request(method, target, url.Values{})
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", origin)
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return answer{rec.Code, rec.Header(), rec.Body.String()}
}

func (w *world) request(method, target string, form url.Values) *http.Request {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(context.Background(), method, target, body)
	r.Host = "praksis.example"
	if strings.HasPrefix(target, mail.InboxPath) {
		r.Host = "localhost"
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return r
}
