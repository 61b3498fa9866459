package httpx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// shown is what the error page was told.
type shown struct {
	status      int
	message, id string
}

func errorsTo(log *bytes.Buffer, s *shown) Errors {
	return Errors{Log: slog.New(slog.NewTextHandler(log, nil)), Page: func(w http.ResponseWriter, _ *http.Request, status int, message, id string) {
		*s = shown{status, message, id}
		w.WriteHeader(status)
	}}
}

func TestErrorsBecomePages(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		logged bool
	}{
		{catalogue.ErrNotFound, 404, false},
		{fmt.Errorf("x: %w", catalogue.ErrGone), 410, false},
		{catalogue.ErrConflict, 409, false},
		{catalogue.ErrUnavailable, 503, true},
		{context.DeadlineExceeded, 503, true},
		{&BadRequestError{"Skriv noget andet."}, 400, false},
		{errors.New("a secret"), 500, true},
	} {
		var log bytes.Buffer
		var s shown
		e := errorsTo(&log, &s)
		w := httptest.NewRecorder()
		w.Header().Set("ETag", "x")
		Identify(e.Wrap(func(http.ResponseWriter, *http.Request) error { return c.err })).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if s.status != c.status || (log.Len() > 0) != c.logged || (s.id != "") != c.logged {
			t.Errorf("%v: status %d, id %q, log %q", c.err, s.status, s.id, log.String())
		}
		if c.logged && (!strings.Contains(log.String(), s.id) || strings.Count(log.String(), "\n") != 1) {
			t.Errorf("%v: the log does not have the ID %q once: %s", c.err, s.id, log.String())
		}
		if strings.Contains(s.message, "secret") || w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v: message %q, headers %v", c.err, s.message, w.Header())
		}
		if (w.Header().Get("Retry-After") != "") != (c.status == 503) {
			t.Errorf("%v: Retry-After %q", c.err, w.Header().Get("Retry-After"))
		}
	}
}

func TestMovedRedirects(t *testing.T) {
	var log bytes.Buffer
	var s shown
	w := httptest.NewRecorder()
	errorsTo(&log, &s).Wrap(func(http.ResponseWriter, *http.Request) error { return &catalogue.MovedError{Slug: "ny"} }).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 301 || w.Header().Get("Location") != "/eksempler/ny" || log.Len() > 0 {
		t.Errorf("%d %s %s", w.Code, w.Header().Get("Location"), log.String())
	}
}

func TestPanicBecomesAPage(t *testing.T) {
	var log bytes.Buffer
	var s shown
	e := errorsTo(&log, &s)
	Identify(e.Recover(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("at the disco") }))).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if s.status != 500 || s.id == "" || !strings.Contains(log.String(), s.id) || !strings.Contains(log.String(), "handler_test.go") {
		t.Errorf("%+v, log %s", s, log.String())
	}
}

// That a visitor has left is no error. A mistake of the program that they leave
// behind is logged all the same, once and with its ID.
func TestVisitorWhoLeft(t *testing.T) {
	for _, c := range []struct {
		err    error
		logged bool
	}{
		{context.Canceled, false},
		{fmt.Errorf("query: %w", context.Canceled), false},
		{catalogue.ErrNotFound, false},
		{catalogue.ErrUnavailable, false},
		{errors.New("violates check constraint"), true},
	} {
		var log bytes.Buffer
		var s shown
		ctx, cancel := context.WithCancel(context.Background())
		h := Identify(errorsTo(&log, &s).Wrap(func(http.ResponseWriter, *http.Request) error { cancel(); return c.err }))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(ctx))
		logged := strings.Count(log.String(), "\n") == 1 && strings.Contains(log.String(), "status=500") && !strings.Contains(log.String(), `request=""`)
		if logged != c.logged || !c.logged && log.Len() > 0 || s.status != 0 {
			t.Errorf("%v: %+v, log %q", c.err, s, log.String())
		}
	}
}

func TestLimitAnswersAtOnce(t *testing.T) {
	var log bytes.Buffer
	var s shown
	hold, in := make(chan struct{}), make(chan struct{})
	h := errorsTo(&log, &s).Limit(1)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { in <- struct{}{}; <-hold }))
	done := make(chan struct{})
	go func() { h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)); close(done) }()
	<-in
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	close(hold)
	<-done
}
