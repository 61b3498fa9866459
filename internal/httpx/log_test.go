package httpx

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// line is one of the access log.
type line struct {
	ID                        string `json:"request"`
	Method, Route, Msg, Level string
	Status, Bytes             int
	MS                        *float64
}

func TestLog(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	var s shown
	e := errorsTo(&bytes.Buffer{}, &s)
	hold, held := make(chan struct{}), make(chan struct{})
	inner := chi.NewRouter()
	inner.Get("/ting/{token}", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "four") })
	r := chi.NewRouter()
	r.Use(Identify, Log(logger), e.Recover, e.Limit(1))
	r.Get("/", func(http.ResponseWriter, *http.Request) {})
	r.Get("/fejl/{token}", func(http.ResponseWriter, *http.Request) { panic("at the disco") })
	r.Get("/vent/{token}", func(http.ResponseWriter, *http.Request) { held <- struct{}{}; <-hold })
	r.Get("/gaaet/{token}", e.Wrap(func(_ http.ResponseWriter, r *http.Request) error { return r.Context().Err() }))
	r.Mount("/under", inner)
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	ask := func(method, target string, ctx context.Context) (l line) {
		t.Helper()
		log.Reset()
		r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, target, nil).WithContext(ctx))
		if n := strings.Count(log.String(), "\n"); n != 1 || strings.Contains(log.String(), "hemmelig") {
			t.Errorf("%s %s: %d lines: %s", method, target, n, log.String())
		}
		if err := json.Unmarshal(log.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if l.ID == "" || l.MS == nil || l.Msg != "request" || l.Level != "INFO" {
			t.Errorf("%s %s: %s", method, target, log.String())
		}
		return l
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	for _, c := range []struct {
		method, target string
		ctx            context.Context
		want           line
	}{
		{"GET", "/?q=hemmelig", t.Context(), line{Method: "GET", Route: "/", Status: 200}},
		{"GET", "/under/ting/hemmelig?q=hemmelig", t.Context(), line{Method: "GET", Route: "/under/ting/{token}", Status: 200, Bytes: 4}},
		{"GET", "/under/hemmelig", t.Context(), line{Method: "GET", Route: "/under/*", Status: 404}},
		{"GET", "/hemmelig", t.Context(), line{Method: "GET", Route: "unmatched", Status: 404}},
		{"HEMMELIG", "/", t.Context(), line{Method: "other", Route: "unmatched", Status: 405}},
		{"POST", "/under/ting/hemmelig", t.Context(), line{Method: "POST", Route: "/under/*", Status: 405}},
		{"GET", "/fejl/hemmelig", t.Context(), line{Method: "GET", Route: "/fejl/{token}", Status: 500}},
		{"GET", "/gaaet/hemmelig", left, line{Method: "GET", Route: "/gaaet/{token}", Status: 499}},
	} {
		got := ask(c.method, c.target, c.ctx)
		got.ID, got.Msg, got.Level, got.MS = "", "", "", nil
		if got != c.want {
			t.Errorf("%s %s: %+v, want %+v", c.method, c.target, got, c.want)
		}
	}
	// One that is refused before it is routed has its route too.
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/vent/x", nil))
	}()
	<-held
	if l := ask("HEAD", "/under/ting/hemmelig?q=hemmelig", t.Context()); l.Status != 503 || l.Route != "/under/ting/{token}" {
		t.Errorf("%+v", l)
	}
	close(hold)
	<-done
}

// BenchmarkLog is what the line costs: written to a file, as a service's is,
// against a log that takes no lines of its level.
func BenchmarkLog(b *testing.B) {
	for name, level := range map[string]slog.Level{"on": slog.LevelInfo, "off": slog.LevelWarn} {
		b.Run(name, func(b *testing.B) {
			file, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
			if err != nil {
				b.Fatal(err)
			}
			defer file.Close()
			r := chi.NewRouter()
			r.Use(Identify, Log(slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: level}))))
			r.Get("/eksempler/{slug}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
			request := httptest.NewRequest("GET", "/eksempler/x", nil)
			for b.Loop() {
				r.ServeHTTP(httptest.NewRecorder(), request)
			}
		})
	}
}

// Every line that is written with a request's context has the request's ID, once, also
// through what is made of the handler; others have none.
func TestLogHandler(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(LogHandler(slog.NewJSONHandler(&log, nil)))
	var id string
	Identify(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		id = RequestID(r.Context())
		ctx := context.WithoutCancel(r.Context())
		logger.InfoContext(ctx, "plain", "a", 1)
		logger.With("b", 2).WarnContext(ctx, "with")
		logger.InfoContext(ctx, "told", requestKey, id)
		logger.WithGroup("g").InfoContext(ctx, "group", "a", 1)
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	for line := range strings.Lines(log.String()) {
		if strings.Count(line, `"request":"`+id+`"`) != 1 {
			t.Errorf("%s: %s", id, line)
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 4 {
		t.Errorf("%d lines", n)
	}
	log.Reset()
	logger.InfoContext(t.Context(), "of nobody")
	if strings.Contains(log.String(), requestKey) {
		t.Error(log.String())
	}
}
