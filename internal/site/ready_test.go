package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"praksis/internal/site"

	"github.com/jackc/pgx/v5"
)

// What is wrong is said within a second, and in words that show nothing of the
// inside.
func TestReady(t *testing.T) {
	f := newFixture(t)
	ask := func(want int, words ...string) {
		t.Helper()
		begun := time.Now()
		w := f.do("GET", "/readyz")
		if took := time.Since(begun); w.Code != want || took > 2*time.Second {
			t.Fatalf("%d after %s: %s", w.Code, took, w.Body.String())
		}
		for _, word := range words {
			if !strings.Contains(w.Body.String(), word) {
				t.Errorf("%q is not said: %s", word, w.Body.String())
			}
		}
	}
	ask(200, "ready\n", "database: ok", "schema: ok", "index: ok")
	// Whoever runs it is told what answers, and nothing by which one could be another.
	var identity string
	if err := f.pool.QueryRow(t.Context(), `SELECT identity::text FROM catalogue_version`).Scan(&identity); err != nil {
		t.Fatal(err)
	}
	w := f.do("GET", "/readyz")
	if h := w.Header(); h.Get("X-Praksis-Catalogue") != site.Mark(identity) || h.Get("X-Praksis-Version") != fmt.Sprint(f.index.Version()) || h.Get("X-Praksis-Client") != "192.0.2.1" {
		t.Errorf("headers: %v", h)
	}
	if whole := fmt.Sprint(w.Header(), w.Body); strings.Contains(whole, identity) || strings.Contains(whole, identity[:8]) {
		t.Errorf("the identity, which is a key, is told: %s", whole)
	}
	cfg := f.pool.Config().ConnConfig.Copy()
	cfg.User = "praksis_owner"
	owner, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close(t.Context())
	if _, err := owner.Exec(t.Context(), `UPDATE schema_needs SET migration = 9999`); err != nil {
		t.Fatal(err)
	}
	ask(503, "not ready\n", "database: ok", "schema: this program is older than the database", "index: ok")
	if _, err := owner.Exec(t.Context(), `UPDATE schema_needs SET migration = 1`); err != nil {
		t.Fatal(err)
	}
	ask(200)
	f.pool.Close()
	ask(503, "not ready\n", "database: does not answer", "schema: does not answer", "index: not known")
	if body := f.do("GET", "/readyz").Body.String(); strings.Contains(body, "pool") {
		t.Error(body)
	}
}
