// Package metrics gives out what a running server counts and can be asked, as Prometheus
// reads it.
package metrics

import (
	"io"
	"net/http"
	"net/http/pprof"
	"runtime"
	"sync/atomic"

	"praksis/internal/httpx"
	"praksis/internal/meter"
	"praksis/internal/postgres"
	"praksis/internal/search"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Sources are what is asked when somebody looks. What is not there yet is nil: a server
// that waits for its database has metrics too.
type Sources struct {
	Store  *postgres.Store
	Index  *search.Index
	Caches map[string]func() httpx.CacheStats // of pages, by name
	// Folders are what we write to, by what they are for: how much room their disks have.
	Folders map[string]string
}

// Metrics are those of one server.
type Metrics struct {
	registry *prometheus.Registry
	sources  atomic.Pointer[Sources]
	vitals   vitals
}

// New makes the metrics of a server of this build.
func New(build string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.sources.Store(&Sources{})
	meter.Register(m.registry)
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "praksis_build_info", Help: "1, by the build of the program and the Go that it was made with."}, []string{"build", "go"})
	info.WithLabelValues(build, runtime.Version()).Set(1)
	m.registry.MustRegister(info, m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Use says what is asked from now on.
func (m *Metrics) Use(s Sources) { m.sources.Store(&s) }

// Handler serves the metrics, a sign of life, and with profiles those of Go, which tell
// of the program, and not of anybody in the catalogue.
func (m *Metrics) Handler(profiles bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	if profiles {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index) // not cmdline, which may hold the database's password
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}
