package web

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"
)

// Overview is what some examples taught, seen as a whole.
type Overview struct {
	Shell
	Heading   string
	Counted   string // "358 erfaringer i 261 eksempler"
	Few       string // that they are too few to say anything; may be empty
	Notices   []string
	Chips     []Chip
	ClearURL  string // drops all filters; empty when there are none
	FinderURL string
	Contrasts Link // what is disagreed; may be empty
	Gaps      Link
	Balance   Balance
	Tables    []OverviewTable
	// Marked tells that cells say who alone has spoken.
	Marked bool
	// Alone are the target groups of which only one side has spoken, or nobody.
	Alone  []OverviewAlone
	Method []string
	Day    string // "29. november 2026"
}

// OverviewTable is one table; its cells count findings, or examples.
type OverviewTable struct {
	ID, Heading, Caption, RowLabel string
	Columns                        []Link // those that lead to the overview of themselves
	Rows                           []OverviewRow
	// Folded are further rows, behind Unfold.
	Folded []OverviewRow
	Unfold string
	// Nothing says which values have nothing; may be empty.
	Nothing []string
	// Empty is what a cell without anything says.
	Empty string
}

// OverviewRow is a row with its total and its cells, one a column.
type OverviewRow struct {
	Label Link
	Depth int // 0 or 1
	Down  Link
	Total OverviewCell
	Bar   []OverviewBar
	Cells []OverviewCell
}

// OverviewBar is a part of a row's bar; X and Width are numbers of a hundred, of the
// longest row's whole.
type OverviewBar struct{ Class, X, Width string }

// OverviewCell is what a cell counts. Words say all of it; without them there is
// nothing.
type OverviewCell struct {
	URL   string // to what it counts; empty where no list has just that
	Tally []Tally
	Words string
	Only  string // who alone has spoken; may be empty
	Few   bool
}

// Tally is a number with its mark; without a class it is a number alone.
type Tally struct {
	Class string
	Count int
}

// OverviewAlone are target groups of which the same can be said.
type OverviewAlone struct {
	Lead  string
	Items []Counted
}

// The marks of the four effects in a small space, by place in catalogue.Effects.
var TallyClasses = [4]string{"tally--positive", "tally--mixed", "tally--none", "tally--negative"}

// overviewRows are the rows of a table. They are written by hand: a page has a
// thousand cells, and a template takes several times as long for each.
func overviewRows(t OverviewTable, rows []OverviewRow) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := rowBuffers.Get().(*[]byte)
		defer rowBuffers.Put(b)
		*b = (*b)[:0]
		for i := range rows {
			*b = appendOverviewRow(*b, &t, &rows[i])
		}
		_, err := w.Write(*b)
		return err
	})
}

func appendOverviewRow(b []byte, t *OverviewTable, r *OverviewRow) []byte {
	b = append(b, `<tr role="row"><th role="rowheader" scope="row"`...)
	if r.Depth > 0 {
		b = append(b, ` class="overview__below"`...)
	}
	b = appendLink(append(b, '>'), r.Label)
	if r.Down.URL != "" {
		b = append(b, `<span class="overview__down">`...)
		b = append(appendLink(b, r.Down), `</span>`...)
	}
	b = append(b, `</th>`...)
	if r.Total.Few {
		b = append(b, `<td role="cell" class="overview__total overview__few" data-label="I alt">`...)
	} else {
		b = append(b, `<td role="cell" class="overview__total" data-label="I alt">`...)
	}
	b = appendOverviewCell(b, t, &r.Total)
	if len(r.Bar) > 0 {
		b = append(b, `<svg class="overview__bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">`...)
		for _, p := range r.Bar {
			b = appendElement(b, `<rect class="`, p.Class, `" x="`)
			b = append(append(b, p.X...), `" y="1" height="6" width="`...)
			b = append(append(b, p.Width...), `"></rect>`...)
		}
		b = append(b, `</svg>`...)
	}
	b = append(b, `</td>`...)
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Words == "" {
			b = appendElement(b, `<td role="cell" class="overview__none"><span class="sr-only">`, t.Empty, `</span></td>`)
			continue
		}
		b = append(appendEscaped(append(b, `<td role="cell" data-label="`...), t.Columns[i].Label), '"')
		if c.Few {
			b = append(b, ` class="overview__few"`...)
		}
		b = append(appendOverviewCell(append(b, '>'), t, c), `</td>`...)
	}
	return append(b, `</tr>`...)
}

func appendOverviewCell(b []byte, t *OverviewTable, c *OverviewCell) []byte {
	if c.Words == "" {
		return appendElement(b, `<span class="sr-only">`, t.Empty, `</span>`)
	}
	if c.URL != "" {
		b = append(appendEscaped(append(b, `<a rel="nofollow" href="`...), c.URL), `">`...)
	}
	b = append(b, `<span aria-hidden="true">`...)
	for i, x := range c.Tally {
		if i > 0 {
			b = append(b, ' ')
		}
		if x.Class == "" {
			b = strconv.AppendInt(b, int64(x.Count), 10)
			continue
		}
		b = append(append(append(b, `<b class="tally `...), x.Class...), `">`...)
		b = append(strconv.AppendInt(b, int64(x.Count), 10), `</b>`...)
	}
	b = appendElement(b, `</span><span class="sr-only">`, c.Words, `</span>`)
	if c.URL != "" {
		b = append(b, `</a>`...)
	}
	if c.Only != "" {
		b = appendElement(b, `<span class="overview__only" aria-hidden="true">`, c.Only, `</span>`)
	}
	return b
}

// appendLink appends a label that leads somewhere, or stands alone.
func appendLink(b []byte, l Link) []byte {
	if l.URL == "" {
		return appendEscaped(b, l.Label)
	}
	b = append(appendEscaped(append(b, `<a href="`...), l.URL), `">`...)
	return append(appendEscaped(b, l.Label), `</a>`...)
}
