package desk_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"praksis/internal/auth"

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

const oidcAnswer = "http://desk.example/redaktion/log-ind/faelles/svar"

// providerOf runs the OpenID provider of zitadel/oidc on loopback.
func providerOf(t *testing.T, users people) auth.OIDC {
	t.Helper()
	var h http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	client := storage.WebClient("praksis", "hemmelig", oidcAnswer)
	h = exampleop.SetupServer(srv.URL, storage.NewStorageWithClients(users, map[string]*storage.Client{"praksis": client}), nil, false)
	return auth.OIDC{Issuer: srv.URL, ClientID: "praksis", ClientSecret: "hemmelig", Redirect: oidcAnswer}
}

// answerOf signs a person in at the provider, and gives the query with which it
// sends them back.
func answerOf(t *testing.T, to, name string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var back *url.URL
	c := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), oidcAnswer) {
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
	if page, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(resp.Request.URL.Path, "/login/username") {
		t.Fatalf("the provider shows %s %s: %v", resp.Request.URL, page, err)
	}
	resp, err = c.PostForm(resp.Request.URL.Scheme+"://"+resp.Request.URL.Host+"/login/username",
		url.Values{"username": {name}, "password": {"kode"}, "id": {resp.Request.URL.Query().Get("authRequestID")}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if back == nil {
		t.Fatalf("the provider did not send %s back", name)
	}
	return back.RawQuery
}

// The text waits on the server while its editor signs in at the provider, for
// their browser alone and once.
func TestTextOutlivesTheSessionAtAProvider(t *testing.T) {
	users := people{}
	for _, name := range []string{"rita", "fremmed"} {
		users[name] = &storage.User{ID: name, Username: name, Password: "kode", Email: name + "@kl.example", EmailVerified: true, PreferredLanguage: language.Danish}
	}
	f := newFixture(t, auth.Config{Loopback: true, OIDC: providerOf(t, users)})
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "gem")
	form.Set("summary", typed)
	f.over("rita")
	d := v.page(401, v.do("POST", pathOf(id), form))
	d = v.page(200, v.do("POST", "/redaktion/log-ind/faelles", inputs(d.Find(`form[action="/redaktion/log-ind/faelles"]`))))
	const cookie = "__Host-praksis-medbragt"
	if c := v.cookies[cookie]; c == nil || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 15*60 {
		t.Fatalf("cookies %v", v.cookies)
	}
	if f.count(`SELECT count(*) FROM carried_form`) != 1 || f.count(`SELECT count(*) FROM carried_form WHERE position('Rita'::bytea IN content) > 0`) != 0 {
		t.Error("it does not wait, or the database can read it")
	}
	start := d.Find(`main a[href="/redaktion/log-ind/faelles"]`).AttrOr("href", "")
	// Somebody without an account takes nothing, and loses nothing.
	answer := func(name string) int {
		w := v.do("GET", "/redaktion/log-ind/faelles/svar?"+answerOf(t, v.do("GET", start, nil).Header().Get("Location"), name), nil)
		if w.Code == 303 && w.Header().Get("Location") != pathOf(id) {
			t.Errorf("%s is led to %s", name, w.Header().Get("Location"))
		}
		return w.Code
	}
	if got := answer("fremmed"); got != 403 || f.count(`SELECT count(*) FROM carried_form`) != 1 {
		t.Errorf("without an account: %d", got)
	}
	// Nor does another browser.
	if to := f.editor("per"); len(to.cookies) == 0 || f.unsaved() != 0 {
		t.Error("another browser took it")
	}
	if got := answer("rita"); got != 303 || v.cookies[cookie] != nil || f.count(`SELECT count(*) FROM carried_form`) != 0 {
		t.Errorf("%d, cookies %v", got, v.cookies)
	}
	if got := filled(v.get(pathOf(id)), "").Get("summary"); got != typed {
		t.Errorf("%q", got)
	}
	// A key that waits no longer leads on as ever.
	v.post("/redaktion/log-ud", url.Values{})
	v.cookies[cookie] = &http.Cookie{Name: cookie, Value: "findes-ikke"}
	if to := v.post("/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {password}}); to != "/redaktion" || v.cookies[cookie] != nil {
		t.Errorf("led to %s, cookies %v", to, v.cookies)
	}
	if to := v.post("/redaktion/log-ind/faelles", url.Values{}); to != "/redaktion/log-ind" {
		t.Errorf("without a form: led to %s", to)
	}
}
