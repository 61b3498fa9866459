package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestHealthcheckAddress(t *testing.T) {
	for _, c := range []struct {
		h    healthcheckCmd
		want string // or a part of the error, after "!"
	}{
		{healthcheckCmd{}, "http://127.0.0.1:8080/healthz"},
		{healthcheckCmd{Ready: true}, "http://127.0.0.1:8080/readyz"},
		{healthcheckCmd{Addr: "0.0.0.0:8081"}, "http://127.0.0.1:8081/healthz"},
		{healthcheckCmd{Addr: ":8081"}, "http://127.0.0.1:8081/healthz"},
		{healthcheckCmd{Addr: "[::]:8081"}, "http://[::1]:8081/healthz"},
		{healthcheckCmd{Addr: "10.1.2.3:80"}, "http://10.1.2.3:80/healthz"},
		{healthcheckCmd{Addr: "praksis:80"}, "http://praksis:80/healthz"},
		{healthcheckCmd{Addr: "127.0.0.1:0"}, "!--url"},
		{healthcheckCmd{Addr: "8080"}, "!HOST:PORT"},
		{healthcheckCmd{URL: "https://x.dk", Ready: true}, "https://x.dk/readyz"},
		{healthcheckCmd{URL: "https://x.dk/", Addr: "no"}, "https://x.dk/healthz"},
		{healthcheckCmd{URL: "https://x.dk/eksempler"}, "https://x.dk/eksempler"},
		{healthcheckCmd{URL: "x.dk"}, "!whole address"},
		{healthcheckCmd{URL: "ftp://x.dk"}, "!whole address"},
		{healthcheckCmd{URL: "http://[x"}, "!whole address"},
	} {
		got, err := c.h.address()
		part, fails := strings.CutPrefix(c.want, "!")
		if fails && (err == nil || !strings.Contains(err.Error(), part)) || !fails && (err != nil || got != c.want) {
			t.Errorf("%+v: %q %v, want %q", c.h, got, err, c.want)
		}
	}
}

// Whatever answers, or does not, is told in one line within the time.
func TestHealthcheck(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/readyz":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/gone":
			http.Redirect(w, r, "/healthz", http.StatusFound)
		case "/slow":
			<-r.Context().Done()
		}
	}))
	defer served.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, c := range []struct {
		url, want string
	}{
		{served.URL, ""},
		{served.URL + "/readyz", "answers 503 Service Unavailable"},
		{served.URL + "/gone", "answers 302 Found"},
		{served.URL + "/slow", "does not answer within 300ms"},
		{"http://" + silent.Addr().String(), "does not answer within 300ms"},
		{"http://" + closed.Addr().String(), "connection refused"},
		{"http://u:hemmeligt@" + closed.Addr().String(), "http://u:xxxxx@"},
	} {
		h := healthcheckCmd{URL: c.url, Timeout: 300 * time.Millisecond}
		if c.want == "" {
			h.Timeout = time.Minute
		}
		err := h.Run(t.Context())
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %v, want %q", c.url, err, c.want)
		}
	}
}
