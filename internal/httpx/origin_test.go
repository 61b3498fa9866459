package httpx

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPublicOrigin(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"https://praksis.example.dk":     "https://praksis.example.dk",
		"https://praksis.example.dk/":    "https://praksis.example.dk",
		"HTTPS://Praksis.Example.DK:443": "https://praksis.example.dk",
		"http://praksis.example.dk:80/":  "http://praksis.example.dk",
		"http://praksis.example.dk:8080": "http://praksis.example.dk:8080",
		"https://social-på-tværs.dk":     "https://xn--social-p-tvrs-wfbs.dk",
		"http://[::1]:8080":              "http://[::1]:8080",
		"http://127.0.0.1:8080":          "http://127.0.0.1:8080",
		"praksis.example.dk":             "error",
		"praksis.example.dk:8080":        "error",
		"ftp://praksis.example.dk":       "error",
		"https://":                       "error",
		"https://praksis.example.dk/nu":  "error",
		"https://praksis.example.dk/?a=": "error",
		"https://a b.dk":                 "error",
		"https://me@praksis.example.dk":  "error",
	} {
		got, err := PublicOrigin(in)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("PublicOrigin(%q) = %q %v, want %q", in, got, err, want)
		}
		if again, err := PublicOrigin(got); got != "error" && (err != nil || again != got) {
			t.Errorf("PublicOrigin(%q) = %q %v: it is not stable", got, again, err)
		}
	}
}

// Host is what nginx sends: by default the name of the upstream, as most write it
// $host, which has no port, or $http_host, which is what the browser sent.
func TestSameOrigin(t *testing.T) {
	const plain, secure = "http://praksis.example.dk:8080", "https://praksis.example.dk"
	for _, c := range []struct {
		name, public, host, origin, site string
		want                             int
	}{
		{"plain http behind $host", plain, "praksis.example.dk", plain, "", 200},
		{"plain http behind the default Host", plain, "127.0.0.1:9000", plain, "", 200},
		{"plain http behind $http_host", plain, "praksis.example.dk:8080", plain, "", 200},
		{"https behind the default Host, an older browser", secure, "upstream", secure, "", 200},
		{"https", secure, "praksis.example.dk", secure, "same-origin", 200},
		{"the address bar", secure, "praksis.example.dk", "", "none", 200},
		{"no browser", secure, "praksis.example.dk", "", "", 200},
		{"on loopback, no public address", "", "127.0.0.1:8080", "http://127.0.0.1:8080", "", 200},
		{"past the proxy, by the host itself", plain, "127.0.0.1:9000", "http://127.0.0.1:9000", "same-origin", 200},

		{"another site", secure, "praksis.example.dk", "https://other.example", "cross-site", 403},
		{"another site, an older browser", secure, "praksis.example.dk", "https://other.example", "", 403},
		{"another site behind the default Host", plain, "127.0.0.1:9000", "http://other.example", "", 403},
		{"a neighbour of the same site", secure, "praksis.example.dk", "https://other.example.dk", "same-site", 403},
		{"the other port of our host", plain, "127.0.0.1:9000", "http://praksis.example.dk", "", 403},
		{"the address that the proxy asks", plain, "127.0.0.1:9000", "http://127.0.0.1:9000", "", 403},
		{"the other port behind $host", plain, "praksis.example.dk", "http://praksis.example.dk", "", 403},
		{"the other scheme behind $http_host", secure, "praksis.example.dk", "http://praksis.example.dk", "", 403},
		{"a page of nowhere", plain, "praksis.example.dk", "null", "", 403},
		{"our host, without a public address", "", "127.0.0.1:9000", plain, "", 403},
	} {
		var log bytes.Buffer
		e := Errors{Log: slog.New(slog.NewTextHandler(&log, nil)), Page: func(w http.ResponseWriter, _ *http.Request, status int, _, _ string) { w.WriteHeader(status) }}
		h := e.SameOrigin(c.public)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		for method, want := range map[string]int{"POST": c.want, "PUT": c.want, "DELETE": c.want, "GET": 200, "HEAD": 200} {
			r := httptest.NewRequest(method, "/x", nil)
			r.Host = c.host
			if c.origin != "" {
				r.Header.Set("Origin", c.origin)
			}
			if c.site != "" {
				r.Header.Set("Sec-Fetch-Site", c.site)
			}
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != want {
				t.Errorf("%s: %s %d, want %d", c.name, method, w.Code, want)
			}
		}
		if c.want == 403 && !strings.Contains(log.String(), "origin="+c.origin) {
			t.Errorf("%s: the log does not name the origin: %s", c.name, log.String())
		}
	}
}

// What is named may be posted from anywhere, and nothing else may.
func TestPostedFromAnywhere(t *testing.T) {
	e := Errors{Log: slog.New(slog.DiscardHandler), Page: func(w http.ResponseWriter, _ *http.Request, status int, _, _ string) { w.WriteHeader(status) }}
	h := e.SameOrigin("https://praksis.example.dk", "POST /foelg/{token}/stop")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for path, want := range map[string]int{"/foelg/x/stop": 200, "/foelg/x": 403, "/foelg/x/y/stop": 403, "/foelg": 403, "/": 403} {
		for _, method := range []string{"POST", "DELETE"} {
			r := httptest.NewRequest(method, path, strings.NewReader("List-Unsubscribe=One-Click"))
			r.Header.Set("Origin", "https://mail.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != want && method == "POST" || w.Code != 403 && method == "DELETE" {
				t.Errorf("%s %s: %d", method, path, w.Code)
			}
		}
	}
}
