// Command capacity simulates what a hundred times the readers and a million practices
// would do to an installation, from figures that were measured at smaller sizes, and
// prints the tables of docs/scaling.md: go run ./internal/capacity. It is for planning;
// what is measured is `make bench-load` and `make bench-search`.
package main

import (
	"fmt"
	"time"
)

// size is a catalogue: how many practices, and what its pages cost to render.
type size struct {
	practices            int
	example, list, found time.Duration
	follow               time.Duration
}

// What was measured on two processors (docs/scaling.md); a million is drawn out in a line
// from 100,000.
var sizes = []size{
	{5_000, 1 * time.Millisecond, 1500 * time.Microsecond, 1900 * time.Microsecond, 30 * time.Millisecond},
	{100_000, 1 * time.Millisecond, 2500 * time.Microsecond, 9 * time.Millisecond, 300 * time.Millisecond},
	{1_000_000, 1 * time.Millisecond, 12 * time.Millisecond, 80 * time.Millisecond, 3 * time.Second},
}

const (
	keptCost = 60 * time.Microsecond
	// keptPages lie in the 8 MB that an instance keeps, 12 KB each.
	keptPages = 600
	places    = 240 // httpx.MaxConcurrent
)

// kinds are what readers ask for. Six in ten are examples, and those as skewed as pages
// on the web are (an exponent of 0.8); searches are seldom the same.
func (s size) kinds() []kind {
	return []kind{
		{"example", .60, s.practices, .8, s.example},
		{"list", .20, 20_000, .9, s.list},
		{"search", .20, 50_000, .6, s.found},
	}
}

func main() {
	fmt.Print("| practices | requests a second | instances × processors | a publication each | busy | kept | p50 / p95 / p99, ms |\n|---|---|---|---|---|---|---|\n")
	for _, s := range sizes {
		for _, l := range []load{
			{requests: 10, instances: 1, processors: 2, published: time.Hour},
			{requests: 100, instances: 1, processors: 2, published: time.Hour},
			{requests: 1000, instances: 1, processors: 2, published: time.Hour},
			{requests: 1000, instances: 1, processors: 2, published: 10 * time.Second},
			{requests: 1000, instances: 4, processors: 2, published: 10 * time.Second},
			{requests: 1000, instances: 4, processors: 8, published: 10 * time.Second},
		} {
			row(s.with(l, keptPages), s.practices, "")
		}
	}
	last := sizes[len(sizes)-1]
	base := load{requests: 1000, instances: 4, processors: 8, published: time.Minute}
	row(last.with(base, keptPages), last.practices, ", gathered")
	row(last.with(base, 80_000), last.practices, ", and 80,000 pages kept")
	last.found, last.list = last.found/10, last.list/10
	row(last.with(base, 80_000), last.practices, ", and the index in ten parts on machines of their own")
}

// row prints the outcome of a load.
func row(l load, practices int, what string) {
	o, refused := simulate(l, 1), ""
	if o.refused > .001 {
		refused = fmt.Sprintf(", %.0f %% refused", 100*o.refused)
	}
	fmt.Printf("| %d | %.0f | %d × %d | %s%s | %.0f %% | %.0f %% | %s / %s / %s%s |\n", practices, l.requests, l.instances, l.processors, interval(l.published), what,
		100*o.busy, 100*o.kept, millis(o.p50), millis(o.p95), millis(o.p99), refused)
}

// with is a load on a catalogue of a size.
func (s size) with(l load, pages int) load {
	l.kinds, l.kept, l.pages, l.follow, l.places = s.kinds(), keptCost, pages, s.follow, places
	l.requestsN = int(min(max(l.requests*300, 30_000), 300_000))
	return l
}

func interval(d time.Duration) string {
	if d >= time.Hour {
		return "hour"
	}
	return d.String()
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }
