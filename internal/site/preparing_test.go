package site_test

import (
	"context"
	"log/slog"
	"math"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"praksis/internal/api"
	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/search"
	"praksis/internal/site"
	"praksis/web"
)

// slow is a store whose catalogue is read when the test lets it: first the rows, then
// the texts.
type slow struct {
	*postgres.Store
	rows, texts chan struct{}
}

func (s *slow) IndexUpdates(ctx context.Context, after, textAfter int64, fn func(catalogue.IndexUpdate) error) (int64, error) {
	wait := s.texts
	if textAfter == math.MaxInt64 {
		wait = s.rows
	}
	select {
	case <-wait:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	return s.Store.IndexUpdates(ctx, after, textAfter, fn)
}

// preparing is the address of a site whose index is never made ready.
func (f *fixture) preparing() string {
	log := slog.New(slog.DiscardHandler)
	x, err := search.Start(f.t.Context(), f.t.TempDir(), f.store, search.Options{Log: log})
	if err != nil {
		f.t.Fatal(err)
	}
	srv := httptest.NewServer(site.New(site.Config{Build: "test", Authority: web.Authority{Name: "Testkontoret"}}, f.store, x, log).Routes(log))
	f.t.Cleanup(func() { srv.Close(); _ = x.Close() })
	return srv.URL
}

// TestPreparing asks for pages while the index is built for the first time: what needs
// none of it is there at once, what asks for no words as soon as the rows are read, and
// nothing of it is kept.
func TestPreparing(t *testing.T) {
	f := newFixture(t)
	src := &slow{f.store, make(chan struct{}), make(chan struct{})}
	log := slog.New(slog.DiscardHandler)
	x, err := search.Start(t.Context(), t.TempDir(), src, search.Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	f.handler = site.New(site.Config{Build: "test"}, f.store, x, log).Routes(log)
	f.programs = api.New(api.Config{Build: "test"}, f.store, x, log).Routes(log)
	const line = "Søgningen er ved at blive gjort klar"
	example := catalogue.PracticePath(f.slugs[0])
	type answers map[string]struct {
		status int
		has    string
	}
	hold := func(when string, want answers) {
		t.Helper()
		for path, w := range want {
			got := f.do("GET", path)
			if got.Code != w.status || !strings.Contains(got.Body.String(), w.has) {
				t.Errorf("%s: %s: %d without %q", when, path, got.Code, w.has)
			}
			if h := got.Header(); h.Get("Cache-Control") != "no-store" || h.Get("ETag") != "" || got.Code == 503 && path != "/readyz" && h.Get("Retry-After") == "" {
				t.Errorf("%s: %s may be kept, or does not say when to come back: %v", when, path, h)
			}
			if html := strings.HasPrefix(got.Header().Get("Content-Type"), "text/html"); html && !strings.Contains(got.Body.String(), line) {
				t.Errorf("%s: %s does not tell of the search", when, path)
			}
		}
	}
	hold("before the rows", answers{
		"/": {200, `href="/eksempler/`}, "/eksempler": {200, `href="/eksempler/`}, example: {200, "<h1"}, "/privatliv": {200, "<h1"}, catalogue.PathSubmit: {200, "<h1"}, catalogue.PathSubmit + "/kort": {200, "Aarhus Kommune"},
		"/maalgrupper/psykisk-saarbare": {503, `href="/eksempler/`}, "/eksempler?q=tur": {503, `href="/eksempler/`}, "/eksempler.json": {503, ""},
		catalogue.PathAPIVersion + "/practices": {503, ""}, "/readyz": {503, "index: is being made ready: 0 of 0"},
	})
	prepared := make(chan error, 1)
	go func() { prepared <- x.Prepare(t.Context()) }()
	close(src.rows)
	for x.Version() == 0 && t.Context().Err() == nil && len(prepared) == 0 {
		time.Sleep(time.Millisecond)
	}
	hold("before the texts", answers{
		"/": {200, "Hvem siger, at det virkede?"}, "/eksempler?kontaktform=telefon": {200, `href="/eksempler/`}, example: {200, "<h1"}, "/maalgrupper/psykisk-saarbare": {200, "<h1"},
		"/kort": {200, "<h1"}, "/om": {200, "<h1"}, "/overblik": {200, "<h1"}, "/eksempler?q=tur": {503, " eksempler er gjort klar til søgning"}, "/forslag?q=tur": {503, ""},
		catalogue.PathAPIVersion + "/practices": {503, ""}, "/readyz": {503, "index: is being made ready: 0 of "},
	})
	close(src.texts)
	if err := <-prepared; err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", example, "/eksempler?q=tur", "/maalgrupper/psykisk-saarbare", "/kort"} {
		if got := f.do("GET", path); got.Code != 200 || got.Header().Get("ETag") == "" || strings.Contains(got.Body.String(), line) {
			t.Errorf("at last: %s: %d %v", path, got.Code, got.Header())
		}
	}
	if got := f.do("GET", catalogue.PathAPIVersion+"/practices"); got.Code != 200 {
		t.Errorf("at last: the API: %d", got.Code)
	}
	if got := f.do("GET", "/readyz"); got.Code != 200 {
		t.Errorf("at last: %s", got.Body)
	}
}
