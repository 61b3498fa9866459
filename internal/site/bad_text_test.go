package site_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/text/unicode/norm"
)

// badTexts are texts that are no Danish, and some no text at all (faults.md, row 19).
var badTexts = map[string]string{
	"invalid UTF-8":   "g\xc3tur \xff\xfe",
	"NUL":             "gå\x00tur",
	"controls":        "gå\x01\x08\x1b[31mtur\x7f\u0085",
	"lone surrogates": "gå\xed\xa0\x80tur\xed\xbf\xbf",
	"zero width":      "g\u200bå\u200d\ufefftur",
	"right to left":   "\u202etur åg\u202c \u2067abc",
	"emoji":           "gåtur 👩‍👩‍👧‍👦🇩🇰\U0010ffff",
	"decomposed":      norm.NFD.String("gåture på Ærø"),
	"combining marks": "a" + strings.Repeat("\u0301", 5000),
	"many marks":      "a" + strings.Repeat("\u0301", 100_000),
	"line ends":       "a\r\nBcc: b@evil.example\u2028\u2029\v\f",
}

// Whatever letters come in any field, address, header or cookie, the answer is no fault
// of ours and is text itself.
func TestBadTexts(t *testing.T) {
	f := newFixture(t)
	whole := func(what string, w *httptest.ResponseRecorder) {
		t.Helper()
		if w.Code >= 500 {
			t.Errorf("%s: %d", what, w.Code)
		}
		if b := w.Body.String(); w.Header().Get("Content-Encoding") == "" && (!utf8.ValidString(b) || strings.Contains(b, "\x00")) {
			t.Errorf("%s: the answer is no text", what)
		}
	}
	forms := []string{catalogue.PathFollow}
	for _, a := range document(t, f.get(catalogue.PathSubmit)).Find(`main a[href^="/indsend/"]`).EachIter() {
		if path := a.AttrOr("href", ""); !slices.Contains(forms, path) {
			forms = append(forms, path)
		}
	}
	if len(forms) < 3 {
		t.Fatalf("only the forms %v", forms)
	}
	type form struct {
		at     string
		values url.Values
		typed  []string
	}
	var all []form
	for _, path := range forms {
		s := newSubmitter(f)
		s.doc = document(t, f.do("GET", path))
		x := form{values: url.Values{}}
		for _, e := range s.doc.Find("main form[method=post]").First().Find("input, textarea, select").EachIter() {
			name, kind := e.AttrOr("name", ""), e.AttrOr("type", "text")
			if name == "" || kind == "file" {
				continue
			}
			x.values.Set(name, e.AttrOr("value", ""))
			if goquery.NodeName(e) == "textarea" || kind == "text" || kind == "email" || kind == "url" || kind == "hidden" && name != "key" && name != "served" {
				x.typed = append(x.typed, name)
			}
		}
		x.at = s.doc.Find("main form[method=post]").First().AttrOr("action", path)
		if len(x.typed) < 2 {
			t.Fatalf("%s: only the fields %v", path, x.typed)
		}
		all = append(all, x)
	}
	for name, text := range badTexts {
		for _, x := range all {
			v := url.Values{}
			for field, own := range x.values {
				v[field] = own
			}
			for _, field := range x.typed {
				v.Set(field, text)
			}
			whole(fmt.Sprintf("%s in every field of %s", name, x.at), newSubmitter(f).post(x.at, v))
			if x.at != catalogue.PathFollow {
				whole(name+" in what is saved", newSubmitter(f).post("/indsend/gem", v))
			}
		}
		whole(name+" in a search", f.get("/eksempler?q="+url.QueryEscape(text[:min(len(text), 4000)])))
		short := text[:min(len(text), 300)]
		for _, path := range []string{"/", "/eksempler/", "/kommuner/", "/indsend/", "/mappe/", "/foelg/", "/tjek/", "/indlejr/eksempler/"} {
			whole(name+" in an address below "+path, f.do("GET", path+url.PathEscape(short)))
		}
		for _, header := range []string{"Accept-Language", "Accept", "Accept-Encoding", "Referer", "User-Agent", "If-None-Match", "If-Modified-Since", "X-Forwarded-For", "Range"} {
			whole(name+" in "+header, f.do("GET", "/eksempler", header, short))
		}
		whole(name+" in cookies", f.do("GET", "/mappe", "Cookie", "mappe="+short+"; __Host-mappe="+short+"; "+short))
	}
	if log := f.log.String(); strings.Contains(log, "request failed") || strings.Contains(log, "could not be kept") {
		t.Errorf("log: %s", log)
	}
	// What can be kept is kept without what no page may have.
	s := newSubmitter(f).tip("text", "Vi gik ture \u202ebaglæns\u202c 👩‍👩‍👧‍👦 på "+norm.NFD.String("Ærø")+".")
	if text := s.text(); s.code != 200 || strings.ContainsAny(text, "\u202e\x00") {
		t.Errorf("the receipt: %d %q", s.code, text)
	}
	var kept string
	if err := f.pool.QueryRow(t.Context(), `SELECT content::text FROM submission_version ORDER BY submission_id DESC LIMIT 1`).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(kept, "👩") || !strings.Contains(kept, "Ærø") || strings.Contains(kept, "\u202e") {
		t.Errorf("kept: %s", kept)
	}
	// The same word, however it is put together.
	hits := func(q string) string {
		return norm.NFC.String(document(t, f.get("/eksempler?q="+url.QueryEscape(q))).Find("[role=status]").Text())
	}
	for _, q := range []string{"gåture", "døgnophold på værested", "Ærø"} {
		if a, b := hits(norm.NFC.String(q)), hits(norm.NFD.String(q)); a != b || a == "" {
			t.Errorf("%s: %q, decomposed %q", q, a, b)
		}
	}
}

// Whatever address and host a request names, no answer leads to another site (faults.md,
// row 27).
func TestLeadsNowhereElse(t *testing.T) {
	f := readingFixture(t)
	s := httptest.NewServer(f)
	defer s.Close()
	leads := regexp.MustCompile(`(?i)(?:href|src|action|content)="(?:[a-z]+:)?[/\\]{2}[^"]*evil|https?://[^"/]*evil`)
	for _, target := range []string{"//evil.example", "//evil.example/eksempler", "///evil.example/", "/%2f%2fevil.example", "/%2fevil.example/", "/%5cevil.example", "/\\evil.example", "/\\/evil.example", "/%09/evil.example",
		"/eksempler//evil.example", "/eksempler/..//evil.example", "/eksempler/%2f%2fevil.example/", "/%2f%2e%2e", "/%2e%2e/%2e%2e/etc/passwd", "//evil.example/%2e%2e", "/eksempler/?q=//evil.example&side=-1", "/eksempler?side=//evil.example", "/eksempler/?//evil.example",
		"/EKSEMPLER//EVIL.EXAMPLE/", "/om.//evil.example", "/@evil.example", "/.evil.example", "http://evil.example/eksempler/", "http://evil.example//evil.example/", "/mappe?til=//evil.example", "/sammenlign?retur=//evil.example", "/was", "/indsend/?om=//evil.example"} {
		for _, header := range []string{"", "X-Forwarded-Host: evil.example\r\n", "X-Forwarded-Proto: evil\r\nX-Forwarded-Server: evil.example\r\n", "Forwarded: host=evil.example;proto=http\r\n", "X-Original-URL: //evil.example\r\nX-Rewrite-URL: //evil.example\r\n", "Referer: https://evil.example/\r\n", "HOST"} {
			host := "praksis.example"
			if header == "HOST" {
				host, header = "evil.example", ""
			}
			c, err := net.Dial("tcp", s.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(c, "GET "+target+" HTTP/1.1\r\nHost: "+host+"\r\n"+header+"Connection: close\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			r, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatalf("%s: %v", target, err)
			}
			body, err := io.ReadAll(r.Body)
			c.Close()
			if err != nil || r.StatusCode >= 500 {
				t.Errorf("%s, %q: %d, %v", target, header, r.StatusCode, err)
			}
			for name, values := range r.Header {
				for _, v := range values {
					if name == "Location" && (!strings.HasPrefix(v, "/") || len(v) > 1 && strings.ContainsAny(v[1:2], "/\\")) || name != "Location" && strings.Contains(v, "evil.example") {
						t.Errorf("%s, %q: %s: %s", target, header, name, v)
					}
				}
			}
			if m := leads.Find(body); m != nil {
				t.Errorf("%s, %q: the page has %s", target, header, m)
			}
		}
	}
}
