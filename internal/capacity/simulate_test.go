package main

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// TestQueueTheory: with pages that nobody keeps and that all cost the same, this is the
// queue M/D/1, whose mean wait Pollaczek and Khinchine give: half of that of M/M/1.
func TestQueueTheory(t *testing.T) {
	const cost = 10 * time.Millisecond
	for _, busy := range []float64{.3, .6, .8} {
		l := load{kinds: []kind{{"page", 1, 1 << 40, .01, cost}}, requests: busy / cost.Seconds(), instances: 1, processors: 1, places: 1 << 30, requestsN: 150_000}
		s := mean(l)
		want := cost.Seconds() * (1 + busy/(2*(1-busy)))
		if math.Abs(s-want) > .05*want {
			t.Errorf("busy %.1f: answered in %.2f ms on average, not %.2f", busy, 1000*s, 1000*want)
		}
		if o := simulate(l, 1); math.Abs(o.busy-busy) > .02 || o.kept > .001 {
			t.Errorf("busy %.3f, kept %.3f of a load of %.1f", o.busy, o.kept, busy)
		}
	}
}

// mean is the mean time of an answer, in seconds.
func mean(l load) (sum float64) {
	s, _ := run(l, 1)
	for _, d := range s.answered {
		sum += d.Seconds() / float64(len(s.answered))
	}
	return sum
}

// TestKept: what is asked for again is kept, until a publication; what is asked for
// while it is rendered waits for that and costs nothing.
func TestKept(t *testing.T) {
	l := load{kinds: []kind{{"page", 1, 10, .5, time.Millisecond}}, requests: 100, instances: 1, processors: 2, kept: time.Microsecond, pages: 10, places: 100, requestsN: 50_000}
	if o := simulate(l, 1); o.kept != 1 {
		t.Errorf("of ten pages %.4f are kept", o.kept)
	}
	l.published = 10 * time.Second // 1,000 requests, of which each of ten pages is rendered once
	if o := simulate(l, 1); math.Abs(o.kept-.99) > .001 {
		t.Errorf("with a publication each 1,000 requests %.4f are kept", o.kept)
	}
	l.pages = 0
	if o := simulate(l, 1); o.kept > .02 {
		t.Errorf("where nothing is kept, %.4f are", o.kept)
	}
	l = load{kinds: []kind{{"page", 1, 1, .5, time.Second}}, requests: 1000, instances: 1, processors: 2, kept: time.Microsecond, pages: 10, places: 1, published: 10 * time.Second, requestsN: 50_000}
	if o := simulate(l, 1); o.refused > 0 || o.kept < .999 {
		t.Errorf("one page asked for at once by many: %.4f refused, %.4f kept", o.refused, o.kept)
	}
}

// TestRefused: what finds no place is turned away, and only that.
func TestRefused(t *testing.T) {
	l := load{kinds: []kind{{"page", 1, 1 << 40, .01, 10 * time.Millisecond}}, requests: 200, instances: 1, processors: 1, places: 5, requestsN: 100_000}
	if o := simulate(l, 1); math.Abs(o.refused-.5) > .02 || math.Abs(o.busy-1) > .01 {
		t.Errorf("twice what can be done: %.3f refused, %.3f busy", o.refused, o.busy)
	}
}

// TestZipf: how often the first is drawn is its share by the law.
func TestZipf(t *testing.T) {
	for _, skew := range []float64{.5, .8, 1, 1.2} {
		z, rnd, first := newZipf(1000, skew), rand.New(rand.NewPCG(1, 1)), 0
		const n = 200_000
		for range n {
			x := z.draw(rnd)
			if x < 0 || x >= 1000 {
				t.Fatalf("%d of 1,000 is drawn", x)
			}
			if x < 10 {
				first++
			}
		}
		ten, all := 0.0, 0.0
		for i := 1; i <= 1000; i++ {
			p := math.Pow(float64(i), -skew)
			if all += p; i <= 10 {
				ten += p
			}
		}
		if got := float64(first) / n; math.Abs(got-ten/all) > .15*ten/all {
			t.Errorf("skew %.1f: the first ten are %.3f of all, not %.3f", skew, got, ten/all)
		}
	}
}
