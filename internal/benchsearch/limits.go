package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// The limits that the search is held to.
const (
	emptyGrowth = 2.0  // from the small size to the full one
	worstFactor = 10.0 // of the median query
	buildRate   = 2000 // practices a second
	diskEach    = 4096 // bytes a practice
	foundWithin = time.Second
	afterFactor = 1.2       // of the first searches after a publication, from before it
	ownBytes    = 250 << 20 // of the 300 MB that the whole server may have
)

// The shares of PostgreSQL's time that ours may take. At the small size the words
// are the lesser part of what ours does, which is more: it reads a query in several
// ways, counts what it offers, and cuts quotes.
var shares = map[bool]struct{ p50, p99 float64 }{
	false: {1. / 20, 1. / 10},
	true:  {1. / 3, 1. / 2},
}

// limit is one line of the table.
type limit struct {
	what     string
	measured string
	bound    string
	ok       bool
}

func (m *measured) limits() (out []limit) {
	add := func(ok bool, what, measured, bound string) {
		out = append(out, limit{what, measured, bound, ok})
	}
	if m.full.list == nil {
		return nil
	}
	if m.postgres != nil {
		share := shares[m.n <= small]
		for _, x := range []struct{ p, share float64 }{{50, share.p50}, {99, share.p99}} {
			ours, theirs := percentile(m.full.list, x.p), percentile(m.postgres, x.p)
			bound := time.Duration(float64(theirs) * x.share)
			add(ours <= bound, fmt.Sprintf("query with all facets, p%g (%s: %s, %.1f times ours)", x.p, m.server, ms(theirs), ratio(theirs, ours)), ms(ours), "≤ "+ms(bound))
		}
	}
	middle := percentile(m.full.list, 50)
	growth := ratio(m.full.empty, m.small.empty)
	add(growth <= emptyGrowth, fmt.Sprintf("page without a query (%s at %d)", ms(m.small.empty), small),
		fmt.Sprintf("%s, %.2f times", ms(m.full.empty), growth), fmt.Sprintf("≤ %g times", emptyGrowth))
	worst := slices.MaxFunc(perQuery(m.full.worst, len(m.worst)), func(a, b asked) int { return cmp.Compare(a.Took, b.Took) })
	add(ratio(worst.Took, middle) < worstFactor, fmt.Sprintf("worst query (the median one: %s)", ms(middle)),
		fmt.Sprintf("%s, %.1f times", ms(worst.Took), ratio(worst.Took, middle)), fmt.Sprintf("< %g times", worstFactor))
	rate := float64(m.n) / m.built.Took.Seconds()
	add(rate >= buildRate, "building the index, practices a second", fmt.Sprintf("%.0f", rate), fmt.Sprintf("≥ %d", buildRate))
	disk := float64(m.built.Disk) / float64(m.n)
	add(disk < diskEach, "index on disk, bytes a practice", fmt.Sprintf("%.0f", disk), fmt.Sprintf("< %d", diskEach))
	own := m.full.memory.Own
	add(own < ownBytes, "the index's process' own memory in a quiet time", mb(own), "< "+mb(ownBytes))
	found := median(m.full.publications, func(p Publication) float64 { return p.Found.Seconds() })
	add(found < foundWithin.Seconds(), fmt.Sprintf("publication until it is found, the median of %d", publications), fmt.Sprintf("%.2f s", found), "< "+foundWithin.String())
	after := median(m.full.publications, func(p Publication) float64 { return ratio(sum(p.After), sum(p.Before)) })
	add(after <= afterFactor, fmt.Sprintf("the first %d searches after a publication, the median of %d", firstSearches, publications),
		fmt.Sprintf("%.2f times", after), fmt.Sprintf("≤ %g times", afterFactor))
	return out
}

// median is that of what the publications showed.
func median(all []Publication, of func(Publication) float64) float64 {
	var x []float64
	for _, p := range all {
		x = append(x, of(p))
	}
	slices.Sort(x)
	return x[len(x)/2]
}

func sum(all []time.Duration) (d time.Duration) {
	for _, x := range all {
		d += x
	}
	return d
}

// table prints the limits, and tells whether all hold.
func table(to io.Writer, limits []limit) bool {
	if len(limits) == 0 {
		return true
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "what\tmeasured\tlimit\t\n")
	all := true
	for _, l := range limits {
		verdict := "ok"
		if !l.ok {
			verdict, all = "FAIL", false
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.what, l.measured, l.bound, verdict)
	}
	w.Flush()
	return all
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(max(b, 1)) }

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }

func mb(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/(1<<20)) }
