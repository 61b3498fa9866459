package eval

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// Report is the measure of a set's queries, together and by group.
type Report struct {
	All Measure            `json:"all"`
	By  map[string]Measure `json:"by"`
}

// Measure asks all queries. They are grouped by the field by; those that lack
// it, or all when by is empty, are in no group.
func (e *Engine) Measure(ctx context.Context, queries []Query, by string) (Report, error) {
	r := Report{By: map[string]Measure{}}
	for _, q := range queries {
		found, hits, err := e.Find(ctx, q.Text, deep)
		if err != nil {
			return Report{}, err
		}
		m := measure(found, hits, q.Grades)
		r.All.add(m)
		if group := q.Fields[by]; group != "" {
			sum := r.By[group]
			sum.add(m)
			r.By[group] = sum
		}
	}
	r.All.mean()
	for group, m := range r.By {
		m.mean()
		r.By[group] = m
	}
	return r, nil
}

// Write writes the report as a table, the groups in alphabetical order.
func (r Report) Write(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tqueries\tnDCG@10\tMRR@10\tRecall@50\tempty\t")
	row := func(name string, m Measure) {
		fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.1f %%\t\n", name, m.Queries, m.NDCG, m.MRR, m.Recall, 100*m.Empty)
	}
	for _, group := range slices.Sorted(maps.Keys(r.By)) {
		row(group, r.By[group])
	}
	row("all", r.All)
	return w.Flush()
}
