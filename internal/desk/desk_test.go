package desk_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"praksis/internal/auth"
	"praksis/internal/catalogue"
	"praksis/internal/desk"
	"praksis/internal/letters"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"
	"praksis/web"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pquerna/otp/totp"
)

const password = "fire ord uden sammenhæng"

// hashed is the password's hash, made once: it costs some tenths of a second.
var hashed = sync.OnceValues(func() (string, error) {
	return auth.HashPassword(context.Background(), password)
})

// fixture is a desk on a database of its own, with the real content and two editors.
type fixture struct {
	t       testing.TB
	store   *postgres.Store
	pool    *pgxpool.Pool
	index   *search.Index
	handler http.Handler
	log     *bytes.Buffer
}

func newFixture(t testing.TB, cfg auth.Config) *fixture {
	t.Helper()
	return fixtureOn(t, seeded.New(t), cfg)
}

// fixtureOn is a desk on a database that has the seeds.
func fixtureOn(t testing.TB, pool *pgxpool.Pool, cfg auth.Config) *fixture {
	t.Helper()
	f := &fixture{t: t, pool: pool, log: &bytes.Buffer{}}
	f.store = postgres.New(f.pool)
	mails := letters.Letters{Base: "https://praksis.example"}
	f.store.Letters, f.store.MailHost = mails.Compose, mails.Host()
	var err error
	log := slog.New(slog.NewTextHandler(f.log, nil))
	if f.index, err = search.Open(t.Context(), t.TempDir(), f.store, search.Options{Log: log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.index.Close(); err != nil {
			t.Error(err)
		}
	})
	hash, err := hashed()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Rita", "Per"} {
		e := postgres.Editor{Email: strings.ToLower(name) + "@kl.example", Name: name, PasswordHash: hash}
		if _, err := f.store.AddEditor(t.Context(), e, time.Now().UTC()); err != nil {
			t.Fatal(err)
		}
	}
	a := auth.New(cfg, f.store, log)
	t.Cleanup(a.Close)
	f.handler = desk.New(desk.Config{PublicURL: "https://praksis.example", Authority: web.Authority{Name: "Testkontoret"}, ChecksLinks: true}, f.store, f.index, a, log).Routes()
	return f
}

// submit sends in a short example and gives its number.
func (f *fixture) submit(key string, modify func(*postgres.NewSubmission)) (int64, string) {
	f.t.Helper()
	return f.submitAt(time.Now().UTC(), key, modify)
}

// submitAt sends it in at an instant.
func (f *fixture) submitAt(at time.Time, key string, modify func(*postgres.NewSubmission)) (int64, string) {
	f.t.Helper()
	n := postgres.NewSubmission{ClientKey: key + "-0123456789abcdef", Contact: review.Contact{Name: "Ida Indsender", Email: "ida@kommune.example"},
		Submission: review.Submission{Kind: review.KindShort, Practice: catalogue.Practice{Title: "Syddjurs: Telefonkæde mellem bostøtter", Summary: "Bostøtterne ringede hver dag.",
			Organisation: catalogue.OrganisationRef{Slug: "syddjurs", Name: "Syddjurs Kommune"}, Answers: catalogue.Answers{Done: "Bostøtterne ringede til borgerne hver dag."}}}}
	if modify != nil {
		modify(&n)
	}
	r, err := f.store.Submit(f.t.Context(), n, at)
	if err != nil {
		f.t.Fatal(err)
	}
	return r.ID, r.Token
}

// visitor keeps its cookies.
type visitor struct {
	f       *fixture
	cookies map[string]*http.Cookie
}

func (f *fixture) visitor() *visitor { return &visitor{f, map[string]*http.Cookie{}} }

func (v *visitor) do(method, target string, form url.Values, header ...string) *httptest.ResponseRecorder {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, target, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.f.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if v.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	if h := w.Header(); h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex") {
		v.f.t.Errorf("%s %s may be kept: %v", method, target, h)
	}
	return w
}

func (v *visitor) page(want int, w *httptest.ResponseRecorder) *goquery.Document {
	v.f.t.Helper()
	if w.Code != want {
		v.f.t.Fatalf("status %d, want %d: %s", w.Code, want, w.Body)
	}
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		v.f.t.Fatal(err)
	}
	if d.Find("h1").Length() != 1 || strings.TrimSpace(d.Find("h1").Text()) == "" {
		v.f.t.Errorf("%d h1", d.Find("h1").Length())
	}
	return d
}

func (v *visitor) get(target string) *goquery.Document {
	v.f.t.Helper()
	return v.page(200, v.do("GET", target, nil))
}

// post expects to be sent on, and gives where to.
func (v *visitor) post(target string, form url.Values) string {
	v.f.t.Helper()
	w := v.do("POST", target, form)
	if w.Code != http.StatusSeeOther {
		v.f.t.Fatalf("%s: status %d: %s", target, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

func (f *fixture) editor(name string) *visitor {
	f.t.Helper()
	v := f.visitor()
	if to := v.post("/redaktion/log-ind", url.Values{"mail": {name + "@kl.example"}, "adgangskode": {password}}); to != "/redaktion" {
		f.t.Fatalf("led to %s", to)
	}
	return v
}

// filled is the form of a page as a browser would send it, with one button.
func filled(d *goquery.Document, button string) url.Values {
	out := url.Values{}
	form := d.Find(".desk__draft form")
	form.Find("input, textarea, select").Each(func(_ int, x *goquery.Selection) {
		name := x.AttrOr("name", "")
		switch goquery.NodeName(x) {
		case "textarea":
			out.Add(name, strings.ReplaceAll(x.Text(), "\n", "\r\n"))
		case "select":
			if o := x.Find("option[selected]"); o.Length() > 0 {
				out.Add(name, o.AttrOr("value", ""))
			} else {
				out.Add(name, x.Find("option").First().AttrOr("value", ""))
			}
		default:
			kind := x.AttrOr("type", "text")
			if _, checked := x.Attr("checked"); checked || kind != "checkbox" && kind != "radio" {
				out.Add(name, x.AttrOr("value", ""))
			}
		}
	})
	out.Set("handling", button)
	if button == "udgiv" || button == "udgiv-se" { // what these tests publish is short
		for _, item := range review.CheckItems {
			if name := "alligevel:" + string(item.Code); out.Has(name) {
				out.Set(name, "Kilden siger ikke mere")
			}
		}
	}
	return out
}

// overruled overrules what of the checklist can be.
func overruled() map[review.CheckItem]string {
	out := map[review.CheckItem]string{}
	for _, item := range review.CheckItems {
		out[item.Code] = "Kilden siger ikke mere"
	}
	return out
}

func loopback() auth.Config { return auth.Config{Loopback: true} }

func TestNobodyElse(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.visitor()
	for _, path := range []string{"/redaktion", pathOf(id), "/redaktion/mails", "/redaktion/mailtekster", "/redaktion/konto", "/redaktion/bilag/00000000-0000-0000-0000-000000000000"} {
		w := v.do("GET", path, nil)
		if to := w.Header().Get("Location"); w.Code != 303 || !strings.HasPrefix(to, "/redaktion/log-ind") || strings.Contains(w.Body.String(), "Telefonkæde") {
			t.Errorf("%s: %d to %s", path, w.Code, to)
		}
		if w := v.do("HEAD", path, nil); w.Code != 303 {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
	}
	for _, path := range []string{pathOf(id), "/redaktion/mailtekster/receipt", "/redaktion/konto/adgangskode", "/redaktion/konto/log-ud-overalt"} {
		if w := v.do("POST", path, url.Values{"handling": {"udgiv"}}); w.Code != 401 {
			t.Errorf("POST %s: %d", path, w.Code)
		}
	}
	d := v.get("/redaktion/log-ind?til=" + url.QueryEscape(pathOf(id)))
	if d.Find(`meta[name=robots]`).AttrOr("content", "") != "noindex" || d.Find(`input[type=password]`).AttrOr("value", "") != "" {
		t.Error("the sign-in page")
	}
	if len(v.cookies) > 0 {
		t.Errorf("cookies %v before anybody signs in", v.cookies)
	}
	// And back to where one was going, but nowhere else.
	for til, want := range map[string]string{pathOf(id): pathOf(id), "https://ond.example/": "/redaktion", "//ond.example/redaktion": "/redaktion", "/redaktion/../indsend": "/redaktion", "/redaktion\\x": "/redaktion"} {
		if to := f.visitor().post("/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {password}, "til": {til}}); to != want {
			t.Errorf("%s leads to %s", til, to)
		}
	}
}

func pathOf(id int64) string { return "/redaktion/indsendelser/" + strconv.FormatInt(id, 10) }

func TestOtherSitesCannotPost(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "gem")
	for _, h := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://ond.example"}} {
		if w := v.do("POST", pathOf(id), form, h...); w.Code != 403 {
			t.Errorf("%v: %d", h, w.Code)
		}
	}
	if w := v.do("POST", pathOf(id), form, "Sec-Fetch-Site", "same-origin"); w.Code != 303 {
		t.Errorf("our own: %d", w.Code)
	}
}

func TestWrongPassword(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.visitor()
	d := v.page(422, v.do("POST", "/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {"forkert kodeord"}}))
	if d.Find("#mail").AttrOr("value", "") != "rita@kl.example" || d.Find(`input[type=password]`).AttrOr("value", "") != "" || d.Find("[role=alert]").Length() != 1 {
		t.Error("the page after a wrong password")
	}
	for range 4 {
		v.do("POST", "/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {"forkert kodeord"}})
	}
	if w := v.do("POST", "/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {password}}); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("after five: %d", w.Code)
	}
}

func TestSecondFactorFirst(t *testing.T) {
	f := newFixture(t, auth.Config{})
	id, _ := f.submit("a", nil)
	v := f.visitor()
	to := v.post("/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {password}, "til": {pathOf(id)}})
	if !strings.HasPrefix(to, "/redaktion/log-ind/opsaet") {
		t.Fatalf("led to %s", to)
	}
	if w := v.do("GET", "/redaktion", nil); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/redaktion/log-ind/opsaet") {
		t.Errorf("in without a second factor: %d", w.Code)
	}
	if w := v.do("POST", pathOf(id), url.Values{"handling": {"udgiv"}}); w.Code != 401 {
		t.Errorf("POST without a second factor: %d", w.Code)
	}
	d := v.get(to)
	secret := strings.ReplaceAll(d.Find(".desk__key").Text(), " ", "")
	if w := v.do("GET", d.Find("img").AttrOr("src", ""), nil); w.Code != 200 || w.Header().Get("Content-Type") != "image/png" || !bytes.HasPrefix(w.Body.Bytes(), []byte("\x89PNG")) {
		t.Errorf("QR code: %d %v", w.Code, w.Header())
	}
	v.page(422, v.do("POST", "/redaktion/log-ind/opsaet", url.Values{"kode": {"000000"}}))
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if to := v.post("/redaktion/log-ind/opsaet", url.Values{"kode": {code}, "til": {pathOf(id)}}); to != pathOf(id) {
		t.Errorf("led to %s", to)
	}
	v.get(pathOf(id))
	v.get("/redaktion/konto")
	if w := f.visitor().do("GET", "/redaktion/log-ind/opsaet.png", nil); w.Code != 404 {
		t.Errorf("QR code for anybody: %d", w.Code)
	}
	other := f.visitor()
	if to := other.post("/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {password}}); to != "/redaktion/log-ind/kode" {
		t.Errorf("led to %s", to)
	}
	other.page(422, other.do("POST", "/redaktion/log-ind/kode", url.Values{"kode": {code}})) // used
}

func TestAttachment(t *testing.T) {
	f := newFixture(t, loopback())
	content := bytes.Repeat([]byte("%PDF-1.7 indhold"), 40_000)
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		n.Attachments = []postgres.NewAttachment{{Name: "måltal.pdf", Type: "application/pdf", Size: int64(len(content)), SHA256: sha256.Sum256(content), TextAlternative: "Tal",
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}}
	})
	v := f.editor("rita")
	d := v.get(pathOf(id))
	href := d.Find("#bilag").Parent().Find("a").AttrOr("href", "")
	w := v.do("GET", href, nil)
	h := w.Header()
	if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), content) || h.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename") ||
		h.Get("Content-Security-Policy") != "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: %d %d bytes %v", href, w.Code, w.Body.Len(), h)
	}
	for _, path := range []string{"/redaktion/bilag/1", "/redaktion/bilag/" + strings.Repeat("x", 36), "/redaktion/bilag/00000000-0000-0000-0000-000000000000"} {
		if w := v.do("GET", path, nil); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	d = v.page(422, v.do("POST", pathOf(id), filled(d, "udgiv")))
	if d.Find(`[role=alert] a[href="#bilag"]`).Length() != 1 {
		t.Error("published without a look at the attachment, or nothing says so")
	}
	form := filled(d, "udgiv")
	form.Set("set", strings.TrimPrefix(href, "/redaktion/bilag/"))
	if to := v.post(pathOf(id), form); !strings.HasPrefix(to, "/eksempler/") {
		t.Errorf("led to %s", to)
	}
}

// Every route of the desk writes one line into the access log, with its pattern
// and nothing of what was asked.
func TestAccessLog(t *testing.T) {
	f := newFixture(t, auth.Config{})
	routes, ok := f.handler.(chi.Routes)
	if !ok {
		t.Fatal("the desk's handler is no router")
	}
	v, n := f.visitor(), 0
	err := chi.Walk(routes, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method != http.MethodGet && method != http.MethodPost {
			return nil
		}
		n++
		f.log.Reset()
		var form url.Values
		if method == http.MethodPost {
			form = url.Values{"mail": {"hemmelig@ordet.example"}, "adgangskode": {"hemmelig-ordet"}, "kode": {"hemmelig-ordet"}}
		}
		v.do(method, strings.ReplaceAll(pattern, "{id}", "7412963")+"?til=/redaktion/hemmelig-ordet&code=hemmelig-ordet&state=hemmelig-ordet", form)
		text := f.log.String()
		if strings.Count(text, "msg=request ") != 1 || !strings.Contains(text, "route="+pattern+" ") || strings.Contains(text, "ordet") || strings.Contains(text, "7412963") {
			t.Errorf("%s %s: %s", method, pattern, text)
		}
		return nil
	})
	if err != nil || n < 20 {
		t.Errorf("%d routes, %v", n, err)
	}
}
