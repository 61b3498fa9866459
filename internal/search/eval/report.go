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
	// Counted is what was counted for the queries that are judged whole.
	Counted Counted `json:"counted"`
	// Each is every query by itself, the worst answered first.
	Each []Answer `json:"-"`
}

// Counted is how far what is counted can be trusted, over queries of which all
// documents are judged: "judged": "whole" in their line.
type Counted struct {
	Queries  int `json:"queries"`
	Hits     int `json:"hits"`     // of all of them
	Relevant int `json:"relevant"` // of these hits
	Median   int `json:"median"`   // hits of a query
}

// Precision is the share of the hits that are relevant; 0 without hits.
func (c Counted) Precision() float64 { return float64(c.Relevant) / float64(max(1, c.Hits)) }

// count counts what is counted for the queries that are judged whole.
func (e *Engine) count(ctx context.Context, queries []Query) (c Counted, err error) {
	var numbers []int
	for _, q := range queries {
		if q.Fields["judged"] != "whole" {
			continue
		}
		hits, err := e.Hits(ctx, q.Text)
		if err != nil {
			return c, err
		}
		numbers = append(numbers, len(hits))
		c.Queries, c.Hits = c.Queries+1, c.Hits+len(hits)
		for _, id := range hits {
			if q.Grades[id] > 0 {
				c.Relevant++
			}
		}
	}
	if slices.Sort(numbers); len(numbers) > 0 {
		c.Median = numbers[len(numbers)/2]
	}
	return c, nil
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
	var err error
	if r.Counted, err = e.count(ctx, queries); err != nil {
		return Report{}, err
	}
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
	if err := w.Flush(); err != nil || r.Counted.Queries == 0 {
		return err
	}
	_, err := fmt.Fprintf(to, "counted for %d queries judged whole: %d hits, %.3f of them relevant; median %d\n", r.Counted.Queries, r.Counted.Hits, r.Counted.Precision(), r.Counted.Median)
	return err
}
