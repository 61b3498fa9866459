package auth

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"praksis/internal/postgres"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"golang.org/x/text/language"
)

// people are the users of the provider in the test.
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User { return p[id] }

func (p people) GetUserByUsername(name string) *storage.User {
	for _, u := range p {
		if u.Username == name {
			return u
		}
	}
	return nil
}

func (p people) ExampleClientID() string { return "service" }

const oidcRedirect = "http://desk.example/redaktion/log-ind/faelles/svar"

// realProvider runs the OpenID provider of zitadel/oidc on loopback.
func realProvider(t *testing.T, users people) string {
	t.Helper()
	var h http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	client := storage.WebClient("praksis", "hemmelig", oidcRedirect)
	h = exampleop.SetupServer(srv.URL, storage.NewStorageWithClients(users, map[string]*storage.Client{"praksis": client}), nil, false)
	return srv.URL
}

// answerOf signs a person in at the provider, as its own pages ask, and gives
// the query with which the provider sends them back.
func answerOf(t *testing.T, to, name, password string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var back *url.URL
	c := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), oidcRedirect) {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	resp, err := c.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(resp.Request.URL.Path, "/login/username") {
		t.Fatalf("the provider shows %s %s: %v", resp.Request.URL, page, err)
	}
	resp, err = c.PostForm(resp.Request.URL.Scheme+"://"+resp.Request.URL.Host+"/login/username",
		url.Values{"username": {name}, "password": {password}, "id": {resp.Request.URL.Query().Get("authRequestID")}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if back == nil {
		t.Fatalf("the provider did not send %s back", name)
	}
	return back.Query()
}

func (b *browser) finish(want int, q url.Values) string {
	b.f.t.Helper()
	var params []string
	for k := range q {
		params = append(params, k, q.Get(k))
	}
	return b.must(want, "/finish", params...)
}

// TestOpenIDConnect signs in at a real provider: discovery, PKCE, state, nonce.
func TestOpenIDConnect(t *testing.T) {
	user := func(id, mail string, verified bool) *storage.User {
		return &storage.User{ID: id, Username: id, Password: "hos udbyderen", Email: mail, EmailVerified: verified, PreferredLanguage: language.Danish}
	}
	users := people{"rita": user("rita", testMail, true), "kopi": user("kopi", testMail, true), "ubekræftet": user("ubekræftet", "per@kommune.example", false),
		"fremmed": user("fremmed", "fremmed@kommune.example", true), "lukket": user("lukket", "lukket@kommune.example", true)}
	issuer := realProvider(t, users)
	f := newFixture(t, Config{OIDC: OIDC{Issuer: issuer, ClientID: "praksis", ClientSecret: "hemmelig", Redirect: oidcRedirect}})
	for _, mail := range []string{"per@kommune.example", "lukket@kommune.example"} {
		id, err := f.store.AddEditor(t.Context(), postgres.Editor{Email: mail, Name: "X"}, f.clock)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(mail, "lukket") {
			if err := f.store.CloseEditor(t.Context(), id, 0, f.clock); err != nil {
				t.Fatal(err)
			}
		}
	}
	b := f.browser("192.0.2.1")
	to := b.must(200, "/start")
	asked, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	if q := asked.Query(); q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || len(q.Get("state")) < 20 || len(q.Get("nonce")) < 20 || q.Get("redirect_uri") != oidcRedirect {
		t.Errorf("asked with %v", q)
	}
	before := b.cookie.Value
	got := answerOf(t, to, "rita", "hos udbyderen")
	// Somebody else's answer, sent to a visitor's browser, signs nobody in.
	victim := f.browser("192.0.2.9")
	victim.finish(403, got)
	victim.stage(SignedOut)
	victim.must(200, "/start")
	victim.finish(403, got)
	victim.stage(SignedOut)

	b.finish(200, got)
	b.stage(SignedIn)
	if b.cookie.Value == before {
		t.Error("the token is the same after the sign-in")
	}
	e, err := f.store.EditorByID(t.Context(), f.id)
	if err != nil || e.OIDCIssuer != issuer || e.OIDCSubject != "rita" {
		t.Errorf("tied to %s %s, %v", e.OIDCIssuer, e.OIDCSubject, err)
	}
	b.finish(403, got) // an answer is taken once

	// The next time by the subject, whatever the address has become.
	users["rita"].Email = "rita.ny@kommune.example"
	again := f.browser("192.0.2.2")
	again.finish(200, answerOf(t, again.must(200, "/start"), "rita", "hos udbyderen"))
	again.stage(SignedIn)

	for _, name := range []string{"kopi", "ubekræftet", "fremmed", "lukket"} {
		x := f.browser("192.0.2.3")
		x.finish(403, answerOf(t, x.must(200, "/start"), name, "hos udbyderen"))
		x.stage(SignedOut)
	}
	for _, why := range []string{"bound to another", "claim=email_verified", `why="no account"`} {
		if !strings.Contains(f.log.String(), why) {
			t.Errorf("the log does not say %s:\n%s", why, f.log.String())
		}
	}
	var n int
	if err := f.pool.QueryRow(t.Context(), `SELECT count(*) FROM editor`).Scan(&n); err != nil || n != 3 {
		t.Errorf("%d accounts, %v: a sign-in makes none", n, err)
	}
	x := f.browser("192.0.2.4")
	x.must(200, "/start")
	x.finish(403, url.Values{"error": {"access_denied"}})
	x.finish(403, url.Values{"state": {""}, "code": {"x"}})
	if text := f.log.String(); strings.Contains(text, got.Get("code")) || strings.Contains(text, testMail) {
		t.Errorf("log:\n%s", text)
	}
}

// TestOpenIDConnectWithAStolenCode: without the session's verifier and nonce a
// code is worth nothing, even under a state that is right.
func TestOpenIDConnectWithAStolenCode(t *testing.T) {
	users := people{"rita": {ID: "rita", Username: "rita", Password: "hos udbyderen", Email: testMail, EmailVerified: true, PreferredLanguage: language.Danish}}
	f := newFixture(t, Config{OIDC: OIDC{Issuer: realProvider(t, users), ClientID: "praksis", ClientSecret: "hemmelig", Redirect: oidcRedirect}})
	victim, thief := f.browser("192.0.2.1"), f.browser("192.0.2.2")
	stolen := answerOf(t, victim.must(200, "/start"), "rita", "hos udbyderen")
	own, err := url.Parse(thief.must(200, "/start"))
	if err != nil {
		t.Fatal(err)
	}
	stolen.Set("state", own.Query().Get("state"))
	thief.finish(403, stolen)
	thief.stage(SignedOut)
}

// TestProviderIsAway: the rest of the sign-in goes on without it.
func TestProviderIsAway(t *testing.T) {
	f := newFixture(t, Config{Loopback: true, OIDC: OIDC{Issuer: "http://127.0.0.1:1", ClientID: "x", Redirect: oidcRedirect}})
	if _, err := f.auth.StartOIDC(t.Context()); err == nil {
		t.Error("started without a provider")
	}
	f.browser("192.0.2.1").password(200, testPassword)
}
