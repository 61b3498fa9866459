package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// print tells what stands behind the table: the slowest queries with the
// median of each side, the worst ones, and where memory and time went.
func (m *measured) print(to io.Writer) {
	fmt.Fprintf(to, "%d practices, %d clients, %d cores; %d queries, asked %d and %d times\n\n",
		m.n, m.clients, cores, len(m.queries), len(m.full.list), len(m.postgres))
	ours, theirs := perQuery(m.full.list, len(m.queries)), perQuery(m.postgres, len(m.queries))
	order := make([]int, len(m.queries))
	for q := range order {
		order[q] = q
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(ours[b].Took, ours[a].Took), cmp.Compare(theirs[b].Took, theirs[a].Took))
	})
	shown := 10
	if m.all {
		shown = len(order)
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "slowest queries\tours\thits\t%s\thits\t\n", cmp.Or(m.server, "PostgreSQL"))
	for _, q := range order[:min(shown, len(order))] {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%d\t\n", name(m.queries[q]), ms(ours[q].Took), ours[q].Total, ms(theirs[q].Took), theirs[q].Total)
	}
	for _, a := range perQuery(m.full.worst, len(m.worst)) {
		fmt.Fprintf(w, "worst: %s\t%s\t%d\t\t\t\n", name(m.worst[a.Query]), ms(a.Took), a.Total)
	}
	w.Flush()
	if m.full.list != nil {
		m.printOurs(to, ours)
	}
	if m.postgres != nil {
		fmt.Fprintf(to, "%s: loaded in %s; finds nothing for %d queries\n", m.server, m.loaded.Round(time.Second), len(without(theirs)))
	}
	fmt.Fprintln(to)
}

func (m *measured) printOurs(to io.Writer, ours []asked) {
	b, a := m.built.Memory, m.full.memory
	fmt.Fprintf(to, "\nour index: built in %s, of which making the practices is %s; opened in %s\n",
		m.built.Took.Round(time.Millisecond), m.built.Generator.Round(time.Millisecond), m.full.opened.Round(time.Millisecond))
	fmt.Fprintf(to, "its memory: %s resident after all queries, of which its own %s, mapped files %s and alive on Go's heap %s; at most %s, and %s while building\n",
		mb(a.Resident), mb(a.Own), mb(a.Files), mb(a.Live), mb(a.Peak), mb(b.Peak))
	for _, p := range m.full.publications {
		fmt.Fprintf(to, "publication: found after %s, %s of the processor; the first searches after it %v, before it %v\n", ms(p.Found), ms(p.Cost), p.After, p.Before)
	}
	for _, q := range without(ours) {
		fmt.Fprintf(to, "our side finds nothing for: %s\n", name(m.queries[q]))
	}
}

// without are the queries that found nothing.
func without(all []asked) (out []int) {
	for _, a := range all {
		if a.Total == 0 {
			out = append(out, a.Query)
		}
	}
	return out
}
