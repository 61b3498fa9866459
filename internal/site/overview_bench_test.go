package site

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/search"
	"praksis/internal/synth"
	"praksis/seeds"
	"praksis/web"
)

// madeUp is a catalogue of synthetic practices, as the index follows it. Of their texts
// it has none: overviews read no text.
type madeUp struct {
	n   int
	tax *catalogue.Taxonomy
	gen *synth.Generator
}

func (m *madeUp) Identity(context.Context) (string, error) { return "made up", nil }
func (m *madeUp) Version(context.Context) (int64, error)   { return 1, nil }
func (m *madeUp) Taxonomy(context.Context) (*catalogue.Taxonomy, error) {
	return m.tax, nil
}

func (m *madeUp) IndexUpdates(_ context.Context, after, _ int64, fn func(catalogue.IndexUpdate) error) (int64, error) {
	day := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := 0; i < m.n && after == 0; i++ {
		p := m.gen.Record(i)
		p.AddFindingTerms()
		p.FirstPublished = &day
		e := p.Entry()
		bare := &catalogue.Practice{Slug: p.Slug, Title: p.Title, Kind: p.Kind, Organisation: p.Organisation}
		if err := fn(catalogue.IndexUpdate{ID: int64(i + 1), Version: 1, Entry: &e, Practice: bare}); err != nil {
			return 0, err
		}
	}
	return 1, nil
}

// processorTime is what this process has used of the processors so far: the clock tells
// of other programs too.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOverviewPage is the overview with a filter rendered anew, as its address does
// it, but for compressing. At 100,000 practices (PRAKSIS_BENCH_N) it may take three times
// as long as at 5,000.
func BenchmarkOverviewPage(b *testing.B) {
	n := 5000
	if s := os.Getenv("PRAKSIS_BENCH_N"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	s, err := seeds.Load()
	if err != nil {
		b.Fatal(err)
	}
	src := &madeUp{n, s.Taxonomy(), synth.New(1, s.Terms, s.Organisations)}
	x, err := search.Open(context.Background(), b.TempDir(), src, search.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	for name, q := range map[string]catalogue.Query{
		"actor": catalogue.Query{}.With(catalogue.FacetActor, "aarhus"),
		"group": catalogue.Query{}.With(catalogue.FacetTargetGroup, "psykisk-saarbare"),
		"form":  catalogue.Query{}.With(catalogue.FacetContactForm, "telefon"),
		"theme": catalogue.Query{}.With(catalogue.FacetTheme, "virtuelle-moeder"),
		"bad":   catalogue.Query{}.With(catalogue.FacetEffect, "daarlig"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			size, practices := 0, 0
			begun, rounds := processorTime(b), 0
			var out bytes.Buffer
			for b.Loop() {
				m, err := x.Matrix(context.Background(), q)
				if err != nil {
					b.Fatal(err)
				}
				out.Reset()
				if err := web.OverviewPage(overviewView(src.tax, q, &m, time.Unix(0, 0))).Render(context.Background(), &out); err != nil {
					b.Fatal(err)
				}
				size, practices = out.Len(), m.Practices
				rounds++
			}
			b.ReportMetric(float64(processorTime(b)-begun)/float64(rounds), "cpu-ns/op")
			b.ReportMetric(float64(size), "bytes")
			b.ReportMetric(float64(practices), "practices")
		})
	}
}
