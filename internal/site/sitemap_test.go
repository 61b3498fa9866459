package site_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// addressesIn reads the addresses of a sitemap or of an index of them.
func addressesIn(t *testing.T, f *fixture, path string) (out []string) {
	t.Helper()
	w := f.do("GET", path)
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/xml") {
		t.Fatalf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
	}
	var x struct {
		List []struct {
			Location string `xml:"loc"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &x); err != nil {
		t.Fatal(err)
	}
	for _, a := range x.List {
		path, ours := strings.CutPrefix(a.Location, "https://praksis.example")
		if !ours {
			t.Errorf("%s: not absolute", a.Location)
		}
		out = append(out, path)
	}
	return out
}

// The sitemap has every page that a search engine may keep, once, and no other.
func TestSitemap(t *testing.T) {
	f := readingFixture(t)
	seen := map[string]bool{}
	for _, file := range addressesIn(t, f, "/sitemap.xml") {
		for _, path := range addressesIn(t, f, file) {
			if seen[path] {
				t.Errorf("%s stands twice", path)
			}
			seen[path] = true
		}
	}
	for path := range seen {
		if w := f.do("GET", path); w.Code != 200 || w.Header().Get("X-Robots-Tag") != "" || strings.Contains(w.Body.String(), `content="noindex"`) {
			t.Errorf("%s: %d, robots %q", path, w.Code, w.Header().Get("X-Robots-Tag"))
		}
	}
	for _, slug := range f.slugs {
		if !seen["/eksempler/"+slug] {
			t.Errorf("the example %s is missing", slug)
		}
	}
	// Landing pages with and without examples.
	for path, want := range map[string]bool{"/": true, "/kommuner": true, "/kommuner/herning": true, "/regioner/region-midtjylland": true, "/kommuner/laesoe": false} {
		if kept := f.do("GET", path).Header().Get("X-Robots-Tag") == ""; kept != want {
			t.Fatalf("%s may be kept: %t", path, kept)
		}
		if seen[path] != want {
			t.Errorf("%s in the sitemap: %t", path, seen[path])
		}
	}
	for _, none := range []string{"/sitemap/eksempler-2.xml", "/sitemap/eksempler-0.xml", "/sitemap/eksempler-x.xml"} {
		if w := f.do("GET", none); w.Code != 404 {
			t.Errorf("%s: %d", none, w.Code)
		}
	}
	if body := f.do("GET", "/robots.txt").Body.String(); !strings.Contains(body, "\nSitemap: https://praksis.example/sitemap.xml\n") {
		t.Errorf("robots.txt does not lead to it: %s", body)
	}
}

// A browser can be told to search here.
func TestOpenSearch(t *testing.T) {
	f := readingFixture(t)
	var x struct {
		XMLName   xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName string
		Addresses []struct {
			Type     string `xml:"type,attr"`
			Template string `xml:"template,attr"`
		} `xml:"Url"`
		Image string
	}
	w := f.do("GET", "/opensearch.xml")
	if err := xml.Unmarshal(w.Body.Bytes(), &x); err != nil || len([]rune(x.ShortName)) > 16 || len(x.Addresses) == 0 {
		t.Fatalf("%v: %+v", err, x)
	}
	for _, a := range x.Addresses {
		path := strings.TrimPrefix(strings.ReplaceAll(a.Template, "{searchTerms}", "telefon"), "https://praksis.example")
		if w := f.do("GET", path); w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), a.Type) {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
	if w := f.do("GET", strings.TrimPrefix(x.Image, "https://praksis.example")); w.Code != 200 {
		t.Errorf("%s: %d", x.Image, w.Code)
	}
	if !strings.Contains(f.do("GET", "/").Body.String(), `<link rel="search" href="/opensearch.xml"`) {
		t.Error("no page leads to it")
	}
}

// Pages of other sites can read the public JSON, and nothing else.
func TestOpenData(t *testing.T) {
	f := newFixture(t)
	example := "/eksempler/" + f.slugs[0]
	open := map[string]bool{"/dcat.ttl": true, "/skos/tema.ttl": true, "/skos/findes-ikke.ttl": true, "/eksempler.json": true, "/eksempler.json?q=telefon": true, example + ".json": true, "/eksempler/findes-ikke.json": true, "/eksempler.json?a=" + strings.Repeat("x", 20<<10): true}
	paths := []string{example, "/eksempler?q=telefon", "/findes-ikke", "/findes-ikke.json", "/forslag?q=tel", "/indsend/ligner?title=telefon&text=telefon"}
	for path := range open {
		paths = append(paths, path)
	}
	err := chi.Walk(f.handler.(chi.Routes), func(_, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !strings.ContainsAny(route, "{*") {
			paths = append(paths, route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
			r := httptest.NewRequest(method, path, nil)
			r.Header.Set("Origin", "https://other.example")
			w := httptest.NewRecorder()
			f.handler.ServeHTTP(w, r)
			allowed, resource := w.Header().Get("Access-Control-Allow-Origin"), w.Header().Get("Cross-Origin-Resource-Policy")
			if open[path] != (allowed == "*") || open[path] != (resource == "cross-origin") || w.Header().Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s %.60s: %d, allowed %q, resource policy %q", method, path, w.Code, allowed, resource)
			}
		}
	}
	// A page that asks whether anything has changed.
	r := httptest.NewRequest("OPTIONS", "/eksempler.json", nil)
	w := httptest.NewRecorder()
	if f.handler.ServeHTTP(w, r); w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Headers") != "If-None-Match" {
		t.Errorf("asked first: %d %v", w.Code, w.Header())
	}
}
