package site_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"praksis/internal/site"

	"github.com/go-chi/chi/v5"
)

// Every route, asked with secrets in its address and in what is posted, writes
// one line, which has its pattern and nothing of what was asked.
func TestAccessLog(t *testing.T) {
	f := newFixture(t)
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	handler := site.New(site.Config{Build: "test"}, f.store, f.index, logger).Routes(logger)
	routes, ok := handler.(chi.Routes)
	if !ok {
		t.Fatal("the site's handler is no router")
	}
	const secret = "HEMMELIG-hemmelig-ordet"
	token := strings.Repeat("h", 43-len(secret)) + secret
	path := strings.NewReplacer("{token}", token, "{slug}", "hemmelig-ordet", "*", "hemmelig-ordet.css")
	ask := func(method, target, want string) {
		t.Helper()
		log.Reset()
		r := httptest.NewRequest(method, target+"?q=hemmelig-ordet&om=hemmelig-ordet&aktoer=hemmelig-ordet", strings.NewReader(url.Values{
			"svar": {secret}, "data": {secret}, "key": {secret}, "title": {secret}, "text": {secret}, "email": {secret}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Request-Id", secret)
		handler.ServeHTTP(httptest.NewRecorder(), r)
		var l struct {
			ID                 string `json:"request"`
			Route, Method, Msg string
			Status             int
			Bytes              *int
			MS                 *float64
		}
		if n := strings.Count(log.String(), "\n"); n != 1 {
			t.Errorf("%s %s: %d lines: %s", method, target, n, log.String())
		} else if err := json.Unmarshal(log.Bytes(), &l); err != nil || l.Route != want || l.Method != method || l.ID == "" || l.Status == 0 || l.Bytes == nil || l.MS == nil || l.Msg != "request" {
			t.Errorf("%s %s: %v, %s", method, target, err, log.String())
		}
		if low := strings.ToLower(log.String()); strings.Contains(low, "ordet") || strings.Contains(low, "hhhh") {
			t.Errorf("%s %s: something secret is in the log: %s", method, target, log.String())
		}
	}
	asked := map[string]bool{}
	err := chi.Walk(routes, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method == http.MethodGet || method == http.MethodPost {
			ask(method, path.Replace(pattern), pattern)
			asked[pattern] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/", "/eksempler", "/eksempler/{slug}", "/indsend/send", "/indsend/{token}", "/indsend/{token}/svar", "/healthz", "/readyz"} {
		if !asked[want] {
			t.Errorf("%s was not asked: %v", want, asked)
		}
	}
	for _, target := range []string{"/hemmelig-ordet", "/indsend/" + token + "/hemmelig-ordet", "/eksempler/hemmelig-ordet/"} {
		ask("GET", target, "unmatched")
	}
	ask("DELETE", "/eksempler/hemmelig-ordet", "unmatched")
}
