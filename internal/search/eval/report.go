package eval

import (
	"cmp"
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
	// Each is every query by itself, the worst answered first.
	Each []Answer `json:"-"`
}

// Answer is one query with its measure and what it found first.
type Answer struct {
	Query Query
	Measure
	Found []string
}

// Measure asks all queries. They are grouped by the field by; those that lack
// it, or all when by is empty, are in no group.
func (e *Engine) Measure(ctx context.Context, queries []Query, by string) (Report, error) {
	r := Report{By: map[string]Measure{}}
	for _, q := range queries {
		found, hits, err := e.Find(ctx, q.Text, recallDepth)
		if err != nil {
			return Report{}, err
		}
		m := measure(found, hits, q.Grades)
		r.All.add(m)
		r.Each = append(r.Each, Answer{q, m, found[:min(rankDepth, len(found))]})
		if group := q.Fields[by]; group != "" {
			sum := r.By[group]
			sum.add(m)
			r.By[group] = sum
		}
	}
	r.All.mean()
	slices.SortStableFunc(r.Each, func(a, b Answer) int { return cmp.Compare(a.NDCG, b.NDCG) })
	for group, m := range r.By {
		m.mean()
		r.By[group] = m
	}
	return r, nil
}

// WriteEach writes a line for each query: its measure, its text, and what it
// found first, each with its grade.
func (r Report) WriteEach(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, a := range r.Each {
		fmt.Fprintf(w, "%.3f\t%.2f\t%s\t%s\t", a.NDCG, a.Recall, a.Query.ID, a.Query.Text)
		for _, id := range a.Found {
			fmt.Fprintf(w, " %s:%d", id, a.Query.Grades[id])
		}
		fmt.Fprintln(w, "\t")
	}
	return w.Flush()
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
