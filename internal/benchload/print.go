package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// print prints the table, and tells whether all holds.
func (b *bench) print(to io.Writer) bool {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tlimit\tmeasured\tbound\t")
	all := true
	for _, l := range b.lines {
		verdict := "ok"
		if !l.ok {
			verdict, all = "FAIL", false
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.what, l.limit, l.measured, l.bound, verdict)
	}
	w.Flush()
	return all
}
