package site_test

import (
	"bufio"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// What is not meant to be served is not: no folders of the source, no lists of files, no
// figures of the running program, also none that a library offers by itself, and no
// request is sent back (ASVS 13.4).
func TestNothingElseIsServed(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/.git/config", "/.git/HEAD", "/.env", "/.well-known/../.git/config", "/debug/vars", "/debug/pprof/", "/debug/pprof/cmdline", "/metrics",
		"/server-status", "/static/", web.StaticRoot(), web.StaticRoot() + "fonts", web.StaticRoot() + "fonts/", web.StaticRoot() + "../build.mjs", web.StaticRoot() + "%2e%2e/package.json"} {
		w := f.do("GET", path)
		if to := w.Header().Get("Location"); w.Code == http.StatusMovedPermanently {
			w = f.do("GET", to) // small letters, and no slash at the end
		}
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	routes, ok := f.handler.(chi.Routes)
	if !ok {
		t.Fatal("the site's handler is no router")
	}
	patterns := map[string]bool{}
	if err := chi.Walk(routes, func(_, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		patterns[pattern] = true
		return nil
	}); err != nil || len(patterns) < 50 {
		t.Fatalf("%d routes, %v", len(patterns), err)
	}
	for pattern := range patterns {
		r := httptest.NewRequest(http.MethodTrace, strings.NewReplacer("{token}", strings.Repeat("x", 43), "{slug}", f.slugs[0], "*", "app.css").Replace(pattern), nil)
		r.Header.Set("X-Secret", "sendt-tilbage")
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		if w.Code != http.StatusMethodNotAllowed || strings.Contains(w.Body.String(), "sendt-tilbage") {
			t.Errorf("TRACE %s: %d", pattern, w.Code)
		}
	}
}

// Every answer says what it is, and in which letters where it is text.
func TestContentTypes(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/", "/eksempler", "/eksempler.json", "/eksempler.atom", "/eksempler.csv", "/eksempler.jsonl", "/eksempler.xlsx", "/eksempler/" + f.slugs[0], "/eksempler/" + f.slugs[0] + ".json",
		"/eksempler/" + f.slugs[0] + ".ris", "/dcat.ttl", "/sitemap.xml", "/opensearch.xml", "/robots.txt", "/healthz", "/readyz", "/indsend", "/findes-ikke", web.StaticRoot() + "app.css", web.StaticRoot() + "app.js", web.StaticRoot() + "icons.svg", "/skabelon.docx"} {
		got := f.do("GET", path).Header().Get("Content-Type")
		kind, parameters, err := mime.ParseMediaType(got)
		text := strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+xml") && kind != "image/svg+xml" || kind == "application/xml"
		if err != nil || kind == "" || text && !strings.EqualFold(parameters["charset"], "utf-8") {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
}

// A name that comes twice is what the address says first, or a list where the finder
// takes one; it changes neither what another name says nor what is posted.
func TestNamesThatComeTwice(t *testing.T) {
	f := newFixture(t)
	total := func(query string) string {
		t.Helper()
		return strings.Join(strings.Fields(f.page("/eksempler?"+query).Find("main h2, main [role=status]").Text()), " ")
	}
	if one, two := total("q=telefon"), total("q=telefon&q=hjeml%C3%B8se"); one == "" || one != two {
		t.Errorf("q twice: %q, once %q", two, one)
	}
	// What stands in the address of a form is not what is posted.
	form := f.page("/indsend/tip").Find("form.submit")
	key := form.Find("input[name=key]").AttrOr("value", "")
	post := func(target string) string {
		r := httptest.NewRequest("POST", target, strings.NewReader(url.Values{"key": {key}, "kind": {form.Find("input[name=kind]").AttrOr("value", "")}, "text": {"Vi ringede."}, "email": {"a@kommune.example"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		return w.Body.String()
	}
	if body := post(form.AttrOr("action", "") + "?email=ond@ond.example&text=Noget+helt+andet"); strings.Contains(body, "ond@ond.example") || strings.Contains(body, "Noget helt andet") || !strings.Contains(body, "a@kommune.example") {
		t.Errorf("what stands in the address is taken for what was posted: %s", body)
	}
}

// Requests whose end two servers could see at different places are refused, so that no
// proxy before us can be made to take a part of one for another.
func TestSmuggledRequests(t *testing.T) {
	f := newFixture(t)
	s := httptest.NewServer(f.handler)
	defer s.Close()
	for what, head := range map[string]string{
		"two lengths":             "Content-Length: 5\r\nContent-Length: 6\r\n",
		"an unknown coding":       "Transfer-Encoding: xchunked\r\n",
		"two codings":             "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
		"a space before a colon":  "Content-Length : 5\r\n",
		"a length with a sign":    "Content-Length: +5\r\n",
		"a line that begins with": " Content-Length: 5\r\n",
	} {
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, "POST /indsend/tip HTTP/1.1\r\nHost: praksis.example\r\n"+head+"\r\n0\r\n\r\n")
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || r.StatusCode != http.StatusBadRequest && r.StatusCode != http.StatusNotImplemented || !r.Close {
			t.Errorf("%s: %v, %v", what, r, err)
		}
		c.Close()
	}
}
