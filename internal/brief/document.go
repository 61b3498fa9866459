package brief

import (
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/office"
)

// Document is the brief for a word processor. Its links begin with publicURL, which has
// no slash at its end; where that is empty, they lead to other sites alone.
func (b Brief) Document(publicURL string) office.Document {
	w := documentWriter{b, publicURL}
	d := office.Document{Title: b.Title, Author: "Praksiskataloget", Created: b.Date, Footer: b.Title}
	add := func(p office.Block) { d.Blocks = append(d.Blocks, p) }
	add(office.Paragraph{Style: office.Title, Runs: office.Plain(b.Title)})
	for _, s := range b.Sections {
		add(office.Paragraph{Style: office.Heading1, Runs: office.Plain(s.Heading)})
		for _, x := range s.Blocks {
			switch {
			case x.Table != nil:
				add(w.table(x.Table))
			case x.Blank != "":
				add(office.Paragraph{Control: &office.Control{Kind: office.Text, Name: s.Heading, Tag: s.ID, Placeholder: x.Blank}})
			default:
				add(office.Paragraph{Style: x.Style, Runs: w.runs(x.Runs)})
			}
		}
	}
	return d
}

type documentWriter struct {
	Brief
	publicURL string
}

func (w documentWriter) runs(list []Run) (out []office.Run) {
	for _, r := range list {
		x := office.Run{Text: r.Text, Bold: r.Bold, Italic: r.Italic, URL: w.address(r.URL)}
		if r.Source > 0 {
			s := w.Sources[r.Source-1]
			x.Note = []office.Run{{Text: s.Text, URL: s.URL}, {Text: r.Place + "."}}
		}
		out = append(out, x)
	}
	return out
}

// address is an address that leads somewhere from a document.
func (w documentWriter) address(url string) string {
	if !strings.HasPrefix(url, catalogue.PathFront) {
		return url
	}
	if w.publicURL == "" {
		return ""
	}
	return w.publicURL + url
}

func (w documentWriter) table(t *Table) office.Table {
	out := office.Table{Name: t.Name, Widths: t.Widths, Head: t.Head}
	for _, row := range t.Rows {
		var cells [][]office.Paragraph
		for _, c := range row {
			var cell []office.Paragraph
			for _, runs := range c {
				cell = append(cell, office.Paragraph{Runs: w.runs(runs)})
			}
			cells = append(cells, cell)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}
