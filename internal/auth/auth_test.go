package auth

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/httpx"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pquerna/otp/totp"
)

const (
	testMail     = "rita@kommune.example"
	testPassword = "fire ord uden sammenhæng"
)

// fixture is a sign-in over a database of its own, behind a handler that does
// what its address says.
type fixture struct {
	t     *testing.T
	auth  *Auth
	store *postgres.Store
	pool  *pgxpool.Pool
	id    int64
	log   *lockedBuffer
	h     http.Handler
	clock time.Time
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newFixture(t *testing.T, cfg Config) *fixture {
	t.Helper()
	f := &fixture{t: t, pool: pgtest.New(t), log: &lockedBuffer{}, clock: time.Now()}
	f.store = postgres.New(f.pool)
	cfg.Client = httpx.Client
	f.auth = New(cfg, f.store, slog.New(slog.NewTextHandler(f.log, nil)))
	f.auth.now = func() time.Time { return f.clock }
	t.Cleanup(f.auth.Close)
	hash, err := HashPassword(t.Context(), testPassword)
	if err != nil {
		t.Fatal(err)
	}
	if f.id, err = f.store.AddEditor(t.Context(), postgres.Editor{Email: testMail, Name: "Rita", PasswordHash: hash}, f.clock); err != nil {
		t.Fatal(err)
	}
	answer := func(w http.ResponseWriter, err error) {
		var many *TooManyError
		var unfit *PasswordError
		switch {
		case errors.As(err, &many):
			w.WriteHeader(429)
		case errors.Is(err, ErrWrong), errors.Is(err, ErrProvider), errors.Is(err, ErrNoAccount), errors.Is(err, ErrClaim), errors.Is(err, ErrBound), errors.Is(err, ErrRole), errors.Is(err, ErrAssurance), errors.Is(err, ErrStage), errors.As(err, &unfit):
			w.WriteHeader(403)
		case err != nil:
			t.Error(err)
			w.WriteHeader(500)
		}
		if err != nil {
			_, _ = io.WriteString(w, err.Error())
		}
	}
	mux := http.NewServeMux()
	do := func(path string, act func(*http.Request) error) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { answer(w, act(r)) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		stage, e := f.auth.At(r.Context())
		fmt.Fprintf(w, "%s %d", stage, e.ID)
	})
	mux.HandleFunc("/start", func(w http.ResponseWriter, r *http.Request) {
		to, err := f.auth.StartOIDC(r.Context())
		if answer(w, err); err == nil {
			_, _ = io.WriteString(w, to)
		}
	})
	mux.HandleFunc("/setup", func(w http.ResponseWriter, r *http.Request) {
		x, err := f.auth.NewFactor(r.Context())
		if answer(w, err); err == nil {
			_, _ = io.WriteString(w, strings.ReplaceAll(x.Secret, " ", ""))
		}
	})
	do("/password", func(r *http.Request) error {
		_, err := f.auth.Password(r, r.FormValue("mail"), r.FormValue("password"))
		return err
	})
	do("/code", func(r *http.Request) error { return f.auth.Code(r, r.FormValue("code")) })
	do("/confirm", func(r *http.Request) error { return f.auth.ConfirmFactor(r, r.FormValue("code"), r.FormValue("old")) })
	do("/change", func(r *http.Request) error { return f.auth.ChangePassword(r, r.FormValue("old"), r.FormValue("new")) })
	do("/out", func(r *http.Request) error { return f.auth.SignOut(r.Context()) })
	do("/everywhere", func(r *http.Request) error { return f.auth.SignOutEverywhere(r.Context()) })
	do("/finish", f.auth.FinishOIDC)
	f.h = f.auth.Sessions(func(w http.ResponseWriter, _ *http.Request, err error) {
		t.Error(err)
		w.WriteHeader(500)
	})(mux)
	return f
}

// browser keeps the cookie of one visitor, who comes from one address.
type browser struct {
	f      *fixture
	from   string
	cookie *http.Cookie // of the session
	known  *http.Cookie // of a known device
}

func (f *fixture) browser(from string) *browser { return &browser{f: f, from: from} }

// get asks for an address with parameters, and gives status and text.
func (b *browser) get(path string, params ...string) (int, string) {
	b.f.t.Helper()
	r := httptest.NewRequest("POST", path, nil)
	q := r.URL.Query()
	for i := 0; i < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	r.URL.RawQuery = q.Encode()
	r.RemoteAddr = b.from + ":4711"
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	if b.known != nil {
		r.AddCookie(b.known)
	}
	w := httptest.NewRecorder()
	b.f.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if strings.HasSuffix(c.Name, "-enhed") {
			b.known = c
		} else if b.cookie = c; c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return w.Code, w.Body.String()
}

func (b *browser) must(want int, path string, params ...string) string {
	b.f.t.Helper()
	status, text := b.get(path, params...)
	if status != want {
		b.f.t.Fatalf("%s: %d %s, want %d", path, status, text, want)
	}
	return text
}

// device is the token of a browser that is known.
func (b *browser) device(t *testing.T) string {
	t.Helper()
	if b.known == nil {
		t.Fatal("the browser is not known")
	}
	return b.known.Value
}

func (b *browser) stage(want Stage) {
	b.f.t.Helper()
	id := b.f.id
	if want == SignedOut {
		id = 0
	}
	if got := b.must(200, "/"); got != fmt.Sprintf("%s %d", want, id) {
		b.f.t.Fatalf("stands at %q, want %q", got, want)
	}
}

func (b *browser) password(want int, password string) string {
	b.f.t.Helper()
	return b.must(want, "/password", "mail", " Rita@Kommune.example ", "password", password)
}

func (f *fixture) code(secret string) string {
	f.t.Helper()
	code, err := totp.GenerateCode(secret, f.clock)
	if err != nil {
		f.t.Fatal(err)
	}
	return code
}

func TestSignInWithSecondFactor(t *testing.T) {
	f := newFixture(t, Config{Secure: true})
	b := f.browser("192.0.2.1")
	b.stage(SignedOut)
	if b.cookie != nil {
		t.Error("a visitor who does nothing has a cookie")
	}
	b.password(403, "noget helt andet her")
	b.password(200, testPassword)
	b.stage(NeedsSetup)
	if c := b.cookie; c.Name != "__Host-praksis" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
		t.Errorf("cookie %+v", c)
	}
	b.must(403, "/code", "code", "123456") // there is none to give
	secret := b.must(200, "/setup")
	if again := b.must(200, "/setup"); again != secret {
		t.Error("the secret changes while it is set up")
	}
	b.must(403, "/confirm", "code", "000000")
	b.stage(NeedsSetup)
	before := b.cookie.Value
	b.must(200, "/confirm", "code", f.code(secret))
	b.stage(SignedIn)
	if b.cookie.Value == before {
		t.Error("the token is the same after the sign-in")
	}
	// The session's token is not what the table holds.
	var n int
	if err := f.pool.QueryRow(t.Context(), `SELECT count(*) FROM sessions WHERE token = $1`, b.cookie.Value).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d tokens in the clear, %v", n, err)
	}

	other := f.browser("192.0.2.2")
	other.password(200, testPassword)
	other.stage(NeedsCode)
	other.must(403, "/setup")
	other.must(403, "/confirm", "code", "123456")
	other.must(403, "/code", "code", f.code(secret)) // used up when it was set up
	f.clock = f.clock.Add(period * time.Second)
	code := f.code(secret)
	other.must(200, "/code", "code", code[:3]+" "+code[3:])
	other.stage(SignedIn)
	third := f.browser("192.0.2.3")
	third.password(200, testPassword)
	third.must(403, "/code", "code", code) // a step is used once
	// A code of the step before is good, unless a later one was used.
	f.clock = f.clock.Add(2 * period * time.Second)
	late, err := totp.GenerateCode(secret, f.clock.Add(-period*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	third.must(200, "/code", "code", late)
	if text := f.log.String(); strings.Contains(text, testPassword) || strings.Contains(text, secret) || strings.Contains(text, code) || strings.Contains(text, testMail) ||
		!strings.Contains(text, fmt.Sprintf(`msg="signed in" editor=%d`, f.id)) || !strings.Contains(text, `msg="sign-in refused"`) {
		t.Errorf("log:\n%s", text)
	}
}

func TestLoopbackAsksForNoSecondFactor(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	b := f.browser("127.0.0.1")
	// A token that somebody planted is worth nothing afterwards.
	b.must(403, "/password", "mail", testMail, "password", "x")
	planted := &http.Cookie{Name: "praksis", Value: "planted"}
	b.cookie = planted
	b.password(200, testPassword)
	b.stage(SignedIn)
	if b.cookie.Value == "planted" || b.cookie.Name != "praksis" || b.cookie.Secure {
		t.Errorf("cookie %+v", b.cookie)
	}
	before := *b.cookie
	b.password(200, testPassword)
	if b.cookie.Value == before.Value {
		t.Error("the token is the same after another sign-in")
	}
	old := f.browser("127.0.0.1")
	old.cookie = &before
	old.stage(SignedOut)
	b.must(200, "/out")
	b.stage(SignedOut)
}

func TestSessionsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(f *fixture, b *browser)
		here Stage
	}{
		"everywhere": {func(f *fixture, b *browser) { b.must(200, "/everywhere") }, SignedOut},
		"closed": {func(f *fixture, b *browser) {
			if err := f.store.CloseEditor(t.Context(), f.id, 0, f.clock); err != nil {
				t.Fatal(err)
			}
		}, SignedOut},
		"by the command": {func(f *fixture, b *browser) {
			if err := f.store.EndEditorSessions(t.Context(), f.id, 0, f.clock); err != nil {
				t.Fatal(err)
			}
		}, SignedOut},
		"new password": {func(f *fixture, b *browser) {
			b.must(403, "/change", "old", "forkert", "new", "en helt ny og lang kode")
			b.must(403, "/change", "old", testPassword, "new", "kort")
			b.must(200, "/change", "old", testPassword, "new", "en helt ny og lang kode")
		}, SignedIn},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, Config{Loopback: true})
			here, there := f.browser("192.0.2.1"), f.browser("192.0.2.2")
			here.password(200, testPassword)
			there.password(200, testPassword)
			there.stage(SignedIn)
			c.do(f, here)
			here.stage(c.here)
			there.stage(SignedOut)
		})
	}
}

func TestStepRunsOut(t *testing.T) {
	f := newFixture(t, Config{})
	b := f.browser("192.0.2.1")
	b.password(200, testPassword)
	f.clock = f.clock.Add(stepLifetime + time.Second)
	b.stage(SignedOut)
}

// A session's token is 256 bits; it ends when it was not used for two hours, after twelve
// whatever is done, and at the server when its editor signs out.
func TestSessionTimesOut(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	b := f.browser("192.0.2.1")
	b.password(200, testPassword)
	if token, err := base64.RawURLEncoding.DecodeString(b.cookie.Value); err != nil || len(token) < 16 {
		t.Errorf("a token of %d bytes, %v", len(token), err)
	}
	ends := func() (left time.Duration) {
		t.Helper()
		var at time.Time
		if err := f.pool.QueryRow(t.Context(), `SELECT expiry FROM sessions`).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return time.Until(at)
	}
	if left := ends(); left > 2*time.Hour || left < 2*time.Hour-time.Minute {
		t.Errorf("without use it ends after %v", left)
	}
	planned := f.auth.sessions.IdleTimeout
	f.auth.sessions.IdleTimeout = 100 * time.Hour // as if it were always used
	b.stage(SignedIn)
	if left := ends(); left > 12*time.Hour || left < 12*time.Hour-time.Minute {
		t.Errorf("it ends at the latest after %v", left)
	}
	f.auth.sessions.IdleTimeout = planned
	if _, err := f.pool.Exec(t.Context(), `UPDATE sessions SET expiry = now() - interval '1 second'`); err != nil {
		t.Fatal(err)
	}
	b.stage(SignedOut)

	b.password(200, testPassword)
	kept := *b.cookie
	b.must(200, "/out")
	stolen := f.browser("192.0.2.2")
	stolen.cookie = &kept
	stolen.stage(SignedOut)
}

func TestCheckPassword(t *testing.T) {
	for password, good := range map[string]bool{
		"":                            false,
		"for kort":                    false,
		"12345678901":                 false,
		"123456789012":                false,
		"Password1234":                false,
		"PASSWORD 1234!":              false,
		"aaaaaaaaaaaaaa":              false,
		"abababababab":                false,
		"rita.hansen1234":             false,
		"Praksiskataloget2020":        false,
		"sonyericsson":                false, // stolen from others, whole,
		"Michael 1234567":             false, // and with a year or a count behind
		"fire ord uden sammenhæng":    true,
		"7Vk!q2Lw9#bT":                true,
		strings.Repeat("abcdefg", 19): false,
		strings.Repeat("æøåabcd", 18): true,
		GeneratePassword():            true,
	} {
		if err := CheckPassword(password, "rita.hansen@kommune.example", "Rita Hansen"); (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// Each of the stolen passwords that is as long as ours must be is refused, and so is each
// that is not with what is put behind it to make it as long.
func TestStolenPasswords(t *testing.T) {
	words, long := 0, 0
	for line := range strings.Lines(leakedList) {
		s := strings.TrimSuffix(line, "\n")
		if words++; len(s) >= MinPassword {
			long++
		} else {
			s += " 2020! 12345"
		}
		if words%97 == 0 || len(strings.TrimSuffix(line, "\n")) >= MinPassword {
			if CheckPassword(s) == nil {
				t.Errorf("%q is taken", s)
			}
		}
	}
	if words < 30_000 || long < 300 {
		t.Errorf("%d words, %d of them long", words, long)
	}
}

// When the clock jumps (faults.md, row 14), a session that has time left goes on, and none
// lives longer than a session may: one of a day that has not come is no session.
func TestSessionsWhenTheClockJumps(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	for _, c := range []struct {
		what string // the clock does, as the rows see it
		by   string
		want Stage
	}{{"an hour ahead", "-1 hour", SignedIn}, {"an hour back", "1 hour", SignedIn}, {"400 days ahead", "-400 days", SignedOut}, {"400 days back", "400 days", SignedOut}} {
		b := f.browser("192.0.2.1")
		b.password(200, testPassword)
		if _, err := f.pool.Exec(t.Context(), `UPDATE sessions SET expiry = expiry + $1::interval`, c.by); err != nil {
			t.Fatal(err)
		}
		t.Log(c.what)
		b.stage(c.want)
	}
}
