package site_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// Every form of the site is taken from our own pages, also where a proxy writes
// another Host and the browser no Sec-Fetch-Site, and from no others.
func TestPostsByOrigin(t *testing.T) {
	f := newFixture(t)
	posts := 0
	err := chi.Walk(f.handler.(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method != http.MethodPost {
			return nil
		}
		posts++
		path := strings.NewReplacer("{token}", strings.Repeat("A", 43), "{id}", "1").Replace(route)
		for origin, foreign := range map[string]bool{"https://praksis.example": false, "https://other.example": true, "": false} {
			r := httptest.NewRequest(method, path, strings.NewReader(""))
			r.Host = "upstream"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if origin != "" {
				r.Header.Set("Origin", origin)
			}
			w := httptest.NewRecorder()
			if f.handler.ServeHTTP(w, r); (w.Code == http.StatusForbidden) != (foreign && route != "/foelg/{token}/stop") { // which mail programs post to
				t.Errorf("%s from %q: %d", path, origin, w.Code)
			}
		}
		return nil
	})
	if err != nil || posts < 8 {
		t.Errorf("%d routes walked: %v", posts, err)
	}
}
