package main

import (
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/pgtest"
)

// measured is a server with metrics, and where they are.
func measured(t *testing.T, env ...string) (p *process, metrics string) {
	t.Helper()
	owner, app := pgtest.NewURLs(t)
	p = ready(t, command(t, append([]string{"DATABASE_URL=" + app, "PRAKSIS_MIGRATE_URL=" + owner}, env...), "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()))
	return p, metricsOf(p)
}

// metricsOf is the address of a server's metrics; empty where it gives out none.
func metricsOf(p *process) string {
	if at := regexp.MustCompile(`msg="metrics are given out" addr=(\S+)`).FindStringSubmatch(p.out.String()); at != nil {
		return "http://" + at[1] + "/"
	}
	return ""
}

// answeredAt is the status and the body of an address.
func answeredAt(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// Metrics are given out where that is said, and never where visitors come.
func TestMetricsHaveAListenerOfTheirOwn(t *testing.T) {
	p, metrics := measured(t, "PRAKSIS_METRICS_ADDR=127.0.0.1:0")
	for _, path := range []string{"", "eksempler?q=hemmeligt", "findes-ikke/hemmeligt"} {
		answeredAt(t, p.base+path)
	}
	_, all := answeredAt(t, metrics+"metrics")
	for _, want := range []string{
		`praksis_http_requests_total{code="200",method="GET",route="/"} 1`, `praksis_http_requests_total{code="200",method="GET",route="/eksempler"} 1`,
		`praksis_http_requests_total{code="404",method="GET",route="unmatched"} 1`, `praksis_database_up 1`, `praksis_index_ready 1`,
		`praksis_page_cache_requests_total{cache="pages",result="miss"}`, `praksis_operation_last_success_timestamp_seconds{operation="drill"} 0`,
	} {
		if !strings.Contains(all, "\n"+want) {
			t.Errorf("missing: %s", want)
		}
	}
	if strings.Contains(all, "hemmeligt") {
		t.Error("what a visitor typed is in the metrics")
	}
	for _, path := range []string{"metrics", "debug/pprof/", "debug/pprof/goroutine", "redaktion/metrics", "api/metrics"} {
		if status, body := answeredAt(t, p.base+path); status != http.StatusNotFound && !strings.Contains(body, "Log ind") || strings.Contains(body, "go_goroutines") {
			t.Errorf("/%s is answered to visitors: %d", path, status)
		}
	}
	if status, _ := answeredAt(t, metrics+"debug/pprof/goroutine?debug=1"); status != http.StatusOK {
		t.Errorf("profiles on loopback: %d", status)
	}
	p.end(t, syscall.SIGTERM)
	if strings.Contains(p.out.String(), "level=WARN") && strings.Contains(p.out.String(), "metrics") {
		t.Error(p.out.String())
	}
}

func TestMetricsAreNotAtTheCataloguesAddress(t *testing.T) {
	for addr, public := range map[string]string{"127.0.0.1:0": "127.0.0.1:0", "127.0.0.1:9464": "127.0.0.1:8080"} {
		if err := checkMetrics(addr, public); err != nil {
			t.Error(err)
		}
	}
	if err := checkMetrics("127.0.0.1:8080", "127.0.0.1:8080"); err == nil || !strings.Contains(err.Error(), "give another port") {
		t.Error(err)
	}
}

// Two servers on one machine both run where nobody has said where metrics are to be; an
// address that was given and is taken ends the start, in one sentence.
func TestMetricsAddressIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", defaultMetricsAddr)
	if err == nil { // else another process has it
		defer taken.Close()
	}
	p, metrics := measured(t)
	if status, _ := answeredAt(t, p.base); status != http.StatusOK || metrics != "" || !strings.Contains(p.out.String(), "no metrics are given out: give an address with --metrics-addr") {
		t.Errorf("%d, metrics at %q: %s", status, metrics, p.out)
	}
	p.end(t, syscall.SIGTERM)
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for addr, want := range map[string]string{
		other.Addr().String(): "cannot give out metrics at " + other.Addr().String(), ":9464": "--metrics-addr", "9464": "--metrics-addr", "127.0.0.1": "--metrics-addr",
	} {
		begun := time.Now()
		_, errs, code := run(t, []string{"DATABASE_URL=postgres://127.0.0.1:1/x"}, "", "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--metrics-addr", addr)
		if code != 1 || !strings.Contains(errs, want) || strings.Count(errs, "\n") != 1 || time.Since(begun) > time.Minute {
			t.Errorf("%s: code %d, %s", addr, code, errs)
		}
	}
}
