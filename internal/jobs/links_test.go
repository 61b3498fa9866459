package jobs

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"praksis/internal/linkcheck"
)

// What an editor wants checked is checked by the queue, on a real server: what works
// is not dead any more, what fails stays so.
func TestLinksAreChecked(t *testing.T) {
	t.Parallel()
	s, pool := newStore(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/her" {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	for _, path := range []string{"/her", "/vaek"} {
		if _, err := pool.Exec(t.Context(), `INSERT INTO link (url, failures, failing_since, dead_since, recheck) VALUES ($1, 3, '2026-11-02', '2026-11-02', true)`, server.URL+path); err != nil {
			t.Fatal(err)
		}
	}
	checker := linkcheck.NewOn(linkcheck.Network{Allow: []netip.AddrPort{netip.MustParseAddrPort(server.Listener.Addr().String())}}, site.Base)
	stop, err := start(t.Context(), s, nil, checker, nil, nil, slog.New(slog.DiscardHandler), pause, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := stop(ctx); err != nil {
			t.Error(err)
		}
	})
	found := func() (got string) {
		err := pool.QueryRow(t.Context(), `SELECT coalesce(string_agg(right(url, 4) || ' ' || reason || ' ' || (dead_since IS NOT NULL), ', ' ORDER BY url), '') FROM link WHERE NOT recheck`).Scan(&got)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	eventually(t, "both are checked", func() bool { return found() == "/her  false, vaek not_found true" })
}
