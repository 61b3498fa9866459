package meter

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// exposed gives the values of a metric by its labels, as they are given out.
func exposed(t *testing.T, name string) map[string]float64 {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	Register(r)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			slices.Sort(labels)
			out[strings.Join(labels, " ")] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return out
}

// Nothing is lost where many count at once, also the first of a kind.
func TestRequestsAreCounted(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 200 {
				RequestBegins()
				RequestEnds("/eksempler/{slug}", []string{"GET", "HEAD"}[i%2], 200, 10, time.Millisecond)
			}
		})
	}
	all.Wait()
	RequestBegins()
	RequestEnds("/static/0123456789/*", "GET", 404, 0, 0)
	RequestBegins() // and does not end
	defer inFlight.Dec()
	for name, want := range map[string]map[string]float64{
		"praksis_http_requests_total":           {"/eksempler/{slug} 200 GET": 800, "/eksempler/{slug} 200 HEAD": 800, "/static/* 404 GET": 1},
		"praksis_http_request_duration_seconds": {"/eksempler/{slug}": 1600, "/static/*": 1},
		"praksis_http_response_bytes_total":     {"/eksempler/{slug}": 16000, "/static/*": 0},
		"praksis_http_requests_in_flight":       {"": 1},
	} {
		got := exposed(t, name)
		for labels, n := range want {
			words := strings.Fields(labels)
			slices.Sort(words)
			if g, found := got[strings.Join(words, " ")]; !found || g != n {
				t.Errorf("%s{%s}: %v, want %v; all: %v", name, labels, g, n, got)
			}
		}
	}
}

// A page from memory takes some microseconds: counting it must take next to none, and
// leave no garbage.
func TestCountingMakesNoGarbage(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		RequestBegins()
		RequestEnds("/", "GET", 200, 4000, time.Millisecond)
	}); n != 0 {
		t.Errorf("%v allocations for a request", n)
	}
}

func BenchmarkRequest(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		RequestBegins()
		RequestEnds("/eksempler/{slug}", "GET", 200, 4000, time.Millisecond)
	}
}
