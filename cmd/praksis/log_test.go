package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"praksis/internal/postgres/embedded"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
)

// marked sends with every request what tells who asks, and notes the secrets that the
// server gives out.
type marked struct {
	mu      sync.Mutex
	secrets []string
}

func (m *marked) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Forwarded-For", "203.0.113.77")
	r.Header.Set("User-Agent", "Zebulonbrowser/7 (Zebulon Hemmeligsens)")
	r.Header.Set("X-Request-Id", "zebulons-egen-id")
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, c := range resp.Cookies() {
			if len(c.Value) > 8 {
				m.secrets = append(m.secrets, c.Value)
			}
		}
	}
	return resp, err
}

// TestLogHasNoPersonalData runs the real server through what people do at it, with names,
// addresses, passwords, links and searches that can be told, and looks for them in a log
// that says everything it can: nothing of who asked or of what was typed is in it. Every
// line is JSON, and each that is written for a request has the request's ID.
func TestLogHasNoPersonalData(t *testing.T) {
	var provider *httptest.Server
	provider = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/.well-known/openid-configuration" {
			_ = json.NewEncoder(w).Encode(map[string]any{"issuer": provider.URL, "authorization_endpoint": provider.URL + "/authorize", "token_endpoint": provider.URL + "/token", "jwks_uri": provider.URL + "/keys",
				"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"}})
			return
		}
		w.WriteHeader(http.StatusBadRequest) // and says more than it should
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_grant", "error_description": "zebulon.fra.udbyderen@kommune.example has no valid code " + r.FormValue("code")})
	}))
	defer provider.Close()
	data := t.TempDir()
	p := serve(t, data, "PRAKSIS_LOG_FORMAT=json", "PRAKSIS_LOG_LEVEL=debug", "PRAKSIS_OIDC_ISSUER="+provider.URL, "PRAKSIS_OIDC_CLIENT_ID=katalog", "PRAKSIS_OIDC_CLIENT_SECRET=zebulons-klienthemmelighed")
	told := regexp.MustCompile(`sign in as (\S+) with the password (\S+)`).FindStringSubmatch(p.out.String())
	if told == nil {
		t.Fatalf("no sign-in is told: %s", p.out)
	}
	mail, password := told[1], told[2]
	wire := &marked{secrets: []string{mail, password, "203.0.113.77", "zebulon", "hemmeligsen", "12345678", "0101901234"}}
	secret := func(s ...string) { wire.secrets = append(wire.secrets, s...) }
	var base atomic.Pointer[string]
	base.Store(&p.base)
	someone := func() *browser {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return &browser{ctx: t.Context(), base: &base, client: &http.Client{Jar: jar, Timeout: time.Minute, Transport: wire,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	}
	do := func(b *browser, method, path string, form url.Values, want int) (*http.Response, *goquery.Document) {
		t.Helper()
		kind := ""
		if form != nil {
			kind = "application/x-www-form-urlencoded"
		}
		resp, doc, err := b.do(method, path, kind, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != want {
			t.Fatalf("%s %s: %s, want %d: %s", method, path, resp.Status, want, strings.Join(strings.Fields(doc.Find("main").Text()), " "))
		}
		return resp, doc
	}
	visitor := someone()
	q := url.Values{"q": {"Zebulon Hemmeligsen 12345678"}}.Encode()
	for _, path := range []string{"/eksempler?" + q, "/eksempler.json?" + q, "/eksempler.csv?" + q, "/forslag?" + q, "/api/v1/practices?" + q, "/eksempler?side=zebulon&" + q} {
		if resp, _, err := visitor.do("GET", path, "", nil); err != nil || resp.StatusCode >= 500 {
			t.Fatalf("%s: %v", path, err)
		}
	}
	do(visitor, "GET", "/zebulon-hemmeligsen", nil, 404)
	// A submission, its secret link, and one that the database will not have.
	const address = "zebulon.hemmeligsen@viborg.example"
	form, _, err := visitor.review(address)
	if err != nil {
		t.Fatal(err)
	}
	token, err := visitor.send(form, picture("1"))
	if err != nil {
		t.Fatal(err)
	}
	secret(token)
	do(visitor, "GET", "/indsend/"+token, nil, 200)
	do(visitor, "GET", "/indsend/"+token[:len(token)-1]+"x", nil, 404)
	server, err := embedded.Start(t.Context(), filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Stop() }()
	owner, err := pgx.Connect(t.Context(), server.OwnerURL(embeddedName))
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close(t.Context())
	alter := func(sql string) {
		t.Helper()
		if _, err := owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	alter(`ALTER TABLE submission_contact ADD CONSTRAINT refused CHECK (email = '') NOT VALID`)
	if form, _, err = visitor.review("zebulon.igen@viborg.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := visitor.send(form, nil); err == nil {
		t.Fatal("what the database refuses was taken")
	}
	alter(`ALTER TABLE submission_contact DROP CONSTRAINT refused`)
	do(visitor, "POST", "/foelg?q=hjem", url.Values{"email": {"zebulon.foelger@viborg.example"}, "hyppighed": {"zebulon"}}, 422)
	_, doc := do(visitor, "GET", "/foelg?q=hjem", nil, 200)
	order := doc.Find("main form").First()
	v := fields(order)
	v.Set("email", "zebulon.foelger@viborg.example")
	v.Set("hyppighed", order.Find("input[name=hyppighed]").AttrOr("value", ""))
	do(visitor, "POST", order.AttrOr("action", ""), v, 303)
	// Signing in, as it should not be and as it should.
	editor := someone()
	signIn := func(mail, password string, want int) {
		t.Helper()
		do(editor, "POST", "/redaktion/log-ind", url.Values{"mail": {mail}, "adgangskode": {password}}, want)
	}
	signIn(mail, "zebulons forkerte adgangskode", 422)
	signIn("zebulon.ukendt@kommune.example", "zebulons forkerte adgangskode", 422)
	resp, _ := do(editor, "GET", "/redaktion/log-ind/faelles", nil, 303)
	to, err := resp.Location()
	if err != nil || to.Query().Get("state") == "" {
		t.Fatalf("the provider is not asked: %v %v", to, err)
	}
	secret(to.Query().Get("state"), to.Query().Get("nonce"), to.Query().Get("code_challenge"))
	if resp, _, err := editor.do("GET", "/redaktion/log-ind/faelles/svar?"+url.Values{"state": {to.Query().Get("state")}, "code": {"zebulons-kode"}}.Encode(), "", nil); err != nil || resp.StatusCode >= 500 {
		t.Fatalf("the provider's answer: %v, %v", resp, err)
	}
	signIn(mail, password, 303)
	_, doc = do(editor, "GET", "/redaktion", nil, 200)
	at := submissionPath.FindString(doc.Find(`a[href^="/redaktion/indsendelser/"]`).AttrOr("href", ""))
	if at == "" {
		t.Fatal("the desk has no submission")
	}
	_, doc = do(editor, "GET", at, nil, 200)
	if !strings.Contains(doc.Text(), address) {
		t.Error("the submission is another's")
	}
	// Erasing what an editor types, once found and once not.
	for text, want := range map[string]int{"ture med borgerne": 303, "Zebulon Hemmeligsen": 422} {
		_, doc = do(editor, "GET", at+"/slet", nil, 200)
		v := fields(doc.Find("main form").First())
		v.Set("hvad", "tekst")
		v.Set("tekst", text)
		v.Set("hvorfor", "Zebulon bad om det")
		v.Set("handling", "slet")
		do(editor, "POST", at+"/slet", v, want)
	}
	secret("ture med borgerne")
	do(editor, "POST", "/redaktion/log-ud", url.Values{}, 303)
	p.end(t, syscall.SIGTERM)

	var log string
	seen, ids, without := map[string]int{}, map[string]string{}, map[string]bool{}
	for line := range strings.Lines(p.out.String()) {
		if !strings.HasPrefix(line, "{") {
			continue // what is printed for whoever has started it, which is no log
		}
		log += line
		var l struct{ Msg, Request, Level, Time string }
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Msg == "" || l.Level == "" || l.Time == "" {
			t.Errorf("a line is no line of the log: %v: %s", err, line)
		}
		seen[l.Msg]++
		if l.Request == "" {
			without[l.Msg] = true
		} else if l.Msg == "request" {
			ids[l.Request] += "*"
		} else {
			ids[l.Request] += " " + l.Msg
		}
	}
	for _, msg := range []string{"request", "signed in", "sign-in refused", "signed out", "erased", "a submission could not be kept", "a request came with X-Forwarded-For, as a proxy writes it, and is counted for its connection; see --trusted-proxies"} {
		if seen[msg] == 0 {
			t.Errorf("nothing tells %q: %v", msg, seen)
		}
		if without[msg] && !strings.Contains(msg, "--trusted-proxies") { // which stands outside of where requests get their IDs
			t.Errorf("%q is told without the ID of its request", msg)
		}
	}
	if seen["sign-in refused"] < 3 {
		t.Errorf("%d refusals are told, of a password, an address and the provider's answer", seen["sign-in refused"])
	}
	for id, lines := range ids {
		if strings.Count(lines, "*") != 1 {
			t.Errorf("the request %s has these lines: %s", id, lines)
		}
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, "127.0.0.1") && !strings.Contains(line, "metrics are given out") && !strings.Contains(line, "no metrics are given out") {
			t.Errorf("an address: %s", line)
		}
	}
	low := strings.ToLower(log)
	for _, s := range wire.secrets {
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			if i := strings.Index(low, strings.ToLower(form)); i >= 0 {
				t.Errorf("%q is in the log: …%s…", form, log[max(0, i-200):min(len(log), i+80)])
				break
			}
		}
	}
	if len(wire.secrets) < 12 || slices.Contains(wire.secrets, "") {
		t.Errorf("%q", wire.secrets)
	}
}

// What a server says is JSON where no terminal is, and what commands say is for people.
func TestLogFormat(t *testing.T) {
	for _, c := range []struct {
		format, command string
		terminal, json  bool
	}{
		{"auto", "serve", false, true}, {"auto", "serve", true, false}, {"auto", "import <file>", false, false},
		{"json", "serve", true, true}, {"json", "import <file>", false, true}, {"text", "serve", false, false},
	} {
		var b bytes.Buffer
		log := slog.New((&cli{LogFormat: c.format, LogLevel: slog.LevelInfo}).logHandler(&b, c.command, c.terminal))
		log.Debug("too little")
		log.Info("said")
		if got := strings.HasPrefix(b.String(), `{"time":`); got != c.json || strings.Count(b.String(), "\n") != 1 {
			t.Errorf("%+v: %s", c, b.String())
		}
	}
}
