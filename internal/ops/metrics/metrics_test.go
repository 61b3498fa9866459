package metrics

import (
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/httpx"
	"praksis/internal/meter"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/internal/search"

	"github.com/jackc/pgx/v5/pgxpool"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// scrape reads the metrics as Prometheus does, and looks at what must hold of each.
func scrape(t *testing.T, m *Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler(false).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	if i := strings.IndexFunc(w.Body.String(), func(r rune) bool { return r > '~' || r < ' ' && r != '\n' }); i >= 0 {
		t.Errorf("not ASCII: %q", w.Body.String()[i:min(i+40, w.Body.Len())])
	}
	p := expfmt.NewTextParser(model.LegacyValidation)
	families, err := p.TextToMetricFamilies(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`^(praksis|go|process|promhttp)_[a-z0-9_]+$`)
	for n, f := range families {
		if !name.MatchString(n) || f.GetHelp() == "" || f.GetType() == dto.MetricType_UNTYPED {
			t.Errorf("%s: type %s, help %q", n, f.GetType(), f.GetHelp())
		}
		if (f.GetType() == dto.MetricType_COUNTER) != strings.HasSuffix(n, "_total") && strings.HasPrefix(n, "praksis_") {
			t.Errorf("%s is a %s", n, f.GetType())
		}
	}
	return families
}

// value is that of the metric with the values of labels, in their order.
func value(t *testing.T, all map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	t.Helper()
	for _, m := range all[name].GetMetric() {
		var have []string
		for _, l := range m.GetLabel() {
			have = append(have, l.GetValue())
		}
		if slices.Equal(have, labels) {
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	t.Errorf("%s %q is missing", name, labels)
	return -1
}

func TestMetrics(t *testing.T) {
	pool := pgtest.New(t)
	store := postgres.New(pool)
	now := time.Now()
	if _, err := pool.Exec(t.Context(), `
		INSERT INTO river_job (kind, state, max_attempts, args, scheduled_at) VALUES ('send_mail', 'available', 25, '{}', now() - interval '1 hour'), ('send_mail', 'scheduled', 25, '{}', now() + interval '1 hour');
		INSERT INTO river_job (kind, state, max_attempts, args, finalized_at) VALUES ('remind', 'discarded', 25, '{}', now());
		INSERT INTO mail (message_id, kind, subject, body, created_at, attempts) VALUES ('1', 'received', 's', 'b', now() - interval '2 hours', 0), ('2', 'received', 's', 'b', now() - interval '9 hours', 99)`); err != nil {
		t.Fatal(err)
	}
	for _, o := range []postgres.Operation{{Kind: postgres.OperationBackup, Started: now.Add(-2 * time.Hour), Finished: now.Add(-2*time.Hour + time.Minute), OK: true, Bytes: 7},
		{Kind: postgres.OperationBackup, Started: now.Add(-time.Hour), Finished: now.Add(-time.Hour + 2*time.Minute), Bytes: 5}} {
		if err := store.RecordOperation(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	index, err := search.Open(t.Context(), t.TempDir(), store, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := index.Close(); err != nil {
			t.Error(err)
		}
	}()
	meter.RequestBegins()
	meter.RequestEnds("/eksempler/{slug}", "GET", 200, 10, time.Millisecond)
	m := New("abc")
	m.Use(Sources{Store: store, Index: index, Folders: map[string]string{"data": t.TempDir(), "gone": "/does/not/exist"}, Caches: map[string]func() httpx.CacheStats{"pages": func() httpx.CacheStats {
		return httpx.CacheStats{Hits: 1, Misses: 2, Collapsed: 3, Unchanged: 4, Pages: 5, Bytes: 6, MaxBytes: 7}
	}}})
	all := scrape(t, m)
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"praksis_build_info", []string{"abc", all["praksis_build_info"].GetMetric()[0].GetLabel()[1].GetValue()}, 1},
		{"praksis_database_up", nil, 1},
		{"praksis_catalogue_version", nil, float64(index.Version())},
		{"praksis_index_version", nil, float64(index.Version())},
		{"praksis_index_ready", nil, 1},
		{"praksis_index_building", nil, 0},
		{"praksis_index_builds_total", nil, 1},
		{"praksis_jobs", []string{"send_mail", "available"}, 1},
		{"praksis_jobs", []string{"send_mail", "scheduled"}, 1},
		{"praksis_jobs", []string{"remind", "discarded"}, 1},
		{"praksis_mails_unsent", []string{"waiting"}, 1},
		{"praksis_mails_unsent", []string{"given_up"}, 1},
		{"praksis_page_cache_requests_total", []string{"pages", "hit"}, 1},
		{"praksis_page_cache_requests_total", []string{"pages", "miss"}, 2},
		{"praksis_page_cache_requests_total", []string{"pages", "collapsed"}, 3},
		{"praksis_page_cache_requests_total", []string{"pages", "unchanged"}, 4},
		{"praksis_page_cache_bytes", []string{"pages"}, 6},
		{"praksis_operation_last_ok", []string{"backup"}, 0},
		{"praksis_operation_last_bytes", []string{"backup"}, 5},
		{"praksis_operation_last_duration_seconds", []string{"backup"}, 120},
		{"praksis_operation_last_success_timestamp_seconds", []string{"drill"}, 0},
		{"praksis_db_pool_max_connections", []string{"main"}, float64(pool.Config().MaxConns)},
	} {
		if got := value(t, all, c.name, c.labels...); got != c.want {
			t.Errorf("%s %q: %v, want %v", c.name, c.labels, got, c.want)
		}
	}
	hours := func(want float64, name string, labels ...string) {
		t.Helper()
		got := value(t, all, name, labels...)
		if strings.Contains(name, "timestamp") {
			got = float64(now.Unix()) - got
		}
		if got < want*3600-121 || got > want*3600+600 {
			t.Errorf("%s: %v hours, want %v", name, got/3600, want)
		}
	}
	hours(1, "praksis_jobs_oldest_waiting_seconds")
	hours(2, "praksis_mails_oldest_waiting_seconds")
	hours(1, "praksis_operation_last_finish_timestamp_seconds", "backup")
	hours(2, "praksis_operation_last_success_timestamp_seconds", "backup")
	if free := all["praksis_disk_free_bytes"].GetMetric(); len(free) != 1 || value(t, all, "praksis_disk_free_bytes", "data") <= 0 {
		t.Errorf("room on disks: %v", free)
	}
	if lag := value(t, all, "praksis_index_lag_seconds"); lag < 0 || lag > 600 {
		t.Errorf("the index is %v s behind", lag)
	}
	if h := all["praksis_http_request_duration_seconds"].GetMetric(); len(h) == 0 || len(h[0].GetHistogram().GetBucket()) < 10 {
		t.Error("no buckets of latencies")
	}
	// However many look, the database is asked once.
	before := pool.Stat().AcquireCount()
	for range 3 {
		scrape(t, m)
	}
	if n := pool.Stat().AcquireCount() - before; n != 0 {
		t.Errorf("asked %d times more", n)
	}
}

// Without the database there is the rest: while it is not there yet, where it refuses,
// and where it lets in and says nothing.
func TestMetricsWithoutTheDatabase(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for what, addr := range map[string]string{"not there yet": "", "refuses": "127.0.0.1:1", "says nothing": silent.Addr().String()} {
		m := New("abc")
		if addr != "" {
			pool, err := pgxpool.New(t.Context(), "postgres://nobody@"+addr+"/none?sslmode=disable")
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close()
			m.Use(Sources{Store: postgres.New(pool)})
		}
		all := scrape(t, m)
		if value(t, all, "praksis_database_up") != 0 || all["praksis_catalogue_version"] != nil || all["praksis_jobs"] != nil {
			t.Errorf("%s: %v", what, all)
		}
		if value(t, all, "praksis_build_info", "abc", all["praksis_build_info"].GetMetric()[0].GetLabel()[1].GetValue()) != 1 || all["go_goroutines"] == nil || addr != "" && all["praksis_db_pool_max_connections"] == nil {
			t.Errorf("%s: the rest is missing", what)
		}
	}
}

// Profiles are given out where that is asked for, and the command line, in which
// passwords may stand, never.
func TestProfiles(t *testing.T) {
	for path, want := range map[string]struct{ without, with int }{
		"/debug/pprof/goroutine?debug=1": {404, 200}, "/debug/pprof/cmdline": {404, 404}, "/healthz": {200, 200}, "/": {404, 404},
	} {
		for profiles, want := range map[bool]int{false: want.without, true: want.with} {
			w := httptest.NewRecorder()
			New("abc").Handler(profiles).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			if w.Code != want {
				t.Errorf("%s, profiles %v: %d, want %d", path, profiles, w.Code, want)
			}
		}
	}
}
