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
	p50Share      = 10.0 // a tenth of PostgreSQL's time
	p99Share      = 5.0  // a fifth
	emptyGrowth   = 2.0  // from the small size to the full one
	worstFactor   = 10.0 // of the median query
	buildRate     = 2000 // practices a second
	diskEach      = 4096 // bytes a practice
	residentBytes = 600 << 20
)

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
		for _, x := range []struct{ p, share float64 }{{50, p50Share}, {99, p99Share}} {
			ours, theirs := percentile(m.full.list, x.p), percentile(m.postgres, x.p)
			bound := time.Duration(float64(theirs) / x.share)
			add(ours <= bound, fmt.Sprintf("query with all facets, p%g (%s: %s, %.1f times ours)", x.p, m.server, ms(theirs), ratio(theirs, ours)), ms(ours), "≤ "+ms(bound))
		}
	}
	median := percentile(m.full.list, 50)
	growth := ratio(m.full.empty, m.small.empty)
	add(growth <= emptyGrowth, fmt.Sprintf("page without a query (%s at %d)", ms(m.small.empty), small),
		fmt.Sprintf("%s, %.2f times", ms(m.full.empty), growth), fmt.Sprintf("≤ %g times", emptyGrowth))
	worst := slices.MaxFunc(perQuery(m.full.worst, len(m.worst)), func(a, b asked) int { return cmp.Compare(a.Took, b.Took) })
	add(ratio(worst.Took, median) < worstFactor, fmt.Sprintf("worst query (the median one: %s)", ms(median)),
		fmt.Sprintf("%s, %.1f times", ms(worst.Took), ratio(worst.Took, median)), fmt.Sprintf("< %g times", worstFactor))
	rate := float64(m.n) / m.built.Took.Seconds()
	add(rate >= buildRate, "building the index, practices a second", fmt.Sprintf("%.0f", rate), fmt.Sprintf("≥ %d", buildRate))
	disk := float64(m.built.Disk) / float64(m.n)
	add(disk < diskEach, "index on disk, bytes a practice", fmt.Sprintf("%.0f", disk), fmt.Sprintf("< %d", diskEach))
	resident := m.full.memory.Resident
	add(resident < residentBytes, "resident memory of the index's process", mb(resident), "< "+mb(residentBytes))
	return out
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
