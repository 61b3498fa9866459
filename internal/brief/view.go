package brief

import (
	"strconv"
	"strings"

	"praksis/internal/office"
	"praksis/web"
)

// sourceID is where on the page a source stands, by its number.
func sourceID(n int) string { return "kilde-" + strconv.Itoa(n) }

// View is the brief as a page, without its shell.
func (b Brief) View() web.Brief {
	v := web.Brief{Heading: b.Title}
	for _, s := range b.Sections {
		x := web.BriefSection{ID: s.ID, Heading: s.Heading}
		for _, of := range s.Blocks {
			x.Blocks = appended(x.Blocks, of, s.ID)
		}
		v.Sections = append(v.Sections, x)
	}
	return v
}

// appended are blocks with one more; the points of a list stand in one.
func appended(list []web.BriefBlock, b Block, section string) []web.BriefBlock {
	numbered := b.Style == office.Number
	switch {
	case b.Table != nil:
		return append(list, web.BriefBlock{Table: tableView(b.Table)})
	case b.Blank != "":
		return append(list, web.BriefBlock{Blank: b.Blank})
	case b.Style == office.Heading2:
		return append(list, web.BriefBlock{Heading: b.Runs[0].Text})
	case !numbered && b.Style != office.Bullet:
		return append(list, web.BriefBlock{Runs: runsView(b.Runs), Small: b.Style == office.Small})
	}
	last := len(list) - 1
	if last < 0 || list[last].Points == nil || list[last].Numbered != numbered {
		list, last = append(list, web.BriefBlock{Numbered: numbered}), last+1
	}
	p := web.BriefPoint{Runs: runsView(b.Runs)}
	if numbered && section == "kilder" {
		p.ID = sourceID(len(list[last].Points) + 1)
	}
	list[last].Points = append(list[last].Points, p)
	return list
}

func runsView(list []Run) (out []web.BriefRun) {
	for _, r := range list {
		for i, text := range strings.Split(r.Text, "\n") {
			if i > 0 {
				out = append(out, web.BriefRun{Break: true})
			}
			if text != "" {
				out = append(out, web.BriefRun{Text: text, Bold: r.Bold, Italic: r.Italic, URL: r.URL})
			}
		}
		if r.Source > 0 {
			out = append(out, web.BriefRun{Source: strconv.Itoa(r.Source), SourceURL: "#" + sourceID(r.Source)})
		}
	}
	return out
}

func tableView(t *Table) *web.BriefTable {
	v := &web.BriefTable{Name: t.Name, Head: t.Head}
	for _, row := range t.Rows {
		var cells []web.BriefCell
		for i, c := range row {
			cell := web.BriefCell{Label: t.Head[i]}
			for _, p := range c {
				cell.Paragraphs = append(cell.Paragraphs, runsView(p))
			}
			cells = append(cells, cell)
		}
		v.Rows = append(v.Rows, cells)
	}
	return v
}
