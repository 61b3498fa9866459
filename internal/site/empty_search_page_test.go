package site_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"

	"praksis/internal/site"
)

// A search that finds nothing is counted, also when its page is kept, and one that
// finds something is not; it is written down when the program stops.
func TestSearchesInVainAreWritten(t *testing.T) {
	f := newFixture(t)
	s := site.New(site.Config{Build: "test"}, f.store, f.index, slog.New(slog.DiscardHandler))
	h := s.Routes(slog.New(slog.DiscardHandler))
	for _, path := range []string{"/eksempler?q=xylofonqvark", "/eksempler?q=xylofonqvark", "/eksempler?q=telefon", "/eksempler?maalgruppe=angst&q=xylofonqvark", "/eksempler"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != 200 {
			t.Fatalf("%s: %d", path, w.Code)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.NoteSearches(ctx)
	var rows, times int
	if err := f.pool.QueryRow(t.Context(), `SELECT count(*), coalesce(sum(times), 0) FROM empty_search_day`).Scan(&rows, &times); err != nil || rows != 1 || times != 2 {
		t.Errorf("%d searches, %d times, %v", rows, times, err)
	}
}
