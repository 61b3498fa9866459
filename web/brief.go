package web

import (
	"strings"

	"github.com/a-h/templ"
)

// Brief is the meeting brief as a page.
type Brief struct {
	Shell
	Heading  string
	Document Link // the same for a word processor
	Back     Link // to what it was made of; may be empty
	Sections []BriefSection
}

// BriefSection is a part of the brief under its heading.
type BriefSection struct {
	ID, Heading string
	Blocks      []BriefBlock
}

// BriefBlock is one of: a heading, a paragraph (Runs), a list (Points), a table, a
// place to write in (Blank).
type BriefBlock struct {
	Heading string
	Runs    []BriefRun
	Small   bool
	Points  []BriefPoint
	// Numbered tells that the points are numbered.
	Numbered bool
	Table    *BriefTable
	Blank    string
}

// BriefPoint is a point of a list; ID is its place on the page and may be empty.
type BriefPoint struct {
	ID   string
	Runs []BriefRun
}

// BriefRun is a piece of a text, or a line break.
type BriefRun struct {
	Text         string
	Bold, Italic bool
	Break        bool
	URL          string // may be empty
	// Source is the number of the source it is from, SourceURL where that stands;
	// both are empty for none.
	Source, SourceURL string
}

// BriefTable is a table with a row of headings. The first cell of a row is its heading.
type BriefTable struct {
	Name string
	Head []string
	Rows [][]BriefCell
}

// BriefCell is a cell under the heading of its column; it may be empty.
type BriefCell struct {
	Label      string
	Paragraphs [][]BriefRun
}

// briefRuns are the pieces of a text without a blank between them but their own, which a
// template would put there: "(1 og 3)".
func briefRuns(list []BriefRun) templ.Component {
	var b strings.Builder
	for _, r := range list {
		text := templ.EscapeString(r.Text)
		switch {
		case r.Break:
			b.WriteString("<br>")
		case r.URL != "":
			b.WriteString(`<a href="` + templ.EscapeString(string(templ.URL(r.URL))) + `">` + text + "</a>")
		case r.Bold:
			b.WriteString("<strong>" + text + "</strong>")
		case r.Italic:
			b.WriteString("<em>" + text + "</em>")
		default:
			b.WriteString(text)
		}
		if r.Source != "" {
			b.WriteString(`<sup><a href="` + templ.EscapeString(r.SourceURL) + `"><span class="sr-only">Kilde </span>` + templ.EscapeString(r.Source) + "</a></sup>")
		}
	}
	return templ.Raw(b.String())
}
