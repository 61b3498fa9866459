// Package brief makes the meeting brief (mødeoplæg): what some examples taught, in the
// order of the point on a Danish agenda. It counts and quotes findings, and says
// nothing that none of them says. The brief is written once, and shown as a page and
// as a document of a word processor.
package brief

import (
	"cmp"
	"strconv"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/office"
)

// MaxExamples is how many examples a brief is made of at most: what a meeting can
// read, and what keeps the document under 60 KB.
const MaxExamples = 20

// Input is what a brief is made of.
type Input struct {
	// Title is what the point is called; it may be empty.
	Title string
	// Date is the day of the brief.
	Date time.Time
	// Selection says in words which list the examples are from, URL is the path of that
	// list, and Total is how many are on it. Selection may be empty: they were chosen
	// one by one.
	Selection, URL string
	Total          int
	// Examples are at most MaxExamples, in their order; further ones are left out.
	Examples []Example
	// Scope chooses the findings that count; the zero value takes all.
	Scope catalogue.FindingScope
	// Contrasts are those among the examples.
	Contrasts []catalogue.Contrast
	// Notices are said beside: of an example that is gone, or a version that is old.
	Notices []string
}

// Example is a published practice with what whoever chose it has noted.
type Example struct {
	ID       int64 // by which Contrasts name it
	Practice *catalogue.Practice
	Note     string
}

// Brief is what the brief says.
type Brief struct {
	Title string
	Date  time.Time
	// Resume are the lines of the first section, at most five.
	Resume   []string
	Sections []Section
	Sources  []Source
}

// Section is a part of the brief under its heading.
type Section struct {
	ID, Heading string
	Blocks      []Block
}

// Block is a paragraph, a Table, or a place to write in.
type Block struct {
	Style office.Style
	Runs  []Run
	Table *Table
	// Blank is what stands where the reader writes; empty elsewhere.
	Blank string
}

// Run is a piece of a text.
type Run struct {
	Text         string
	Bold, Italic bool
	// URL is a path of the site or a whole address; empty for no link.
	URL string
	// Source is the number of the source that the text is from, as in Brief.Sources,
	// from 1, and Place where in it; 0 for none.
	Source int
	Place  string
}

// Table is a table with a row of headings.
type Table struct {
	Name   string
	Widths []int // shares of the columns
	Head   []string
	Rows   [][]Cell
}

// Cell is the paragraphs of a cell, each in runs; it may be empty.
type Cell [][]Run

// maker makes one brief.
type maker struct {
	Input
	counted tally
	// across are the findings that hold for all target groups, where some are asked
	// for; told are those without an effect.
	across, told []said
	sources      []Source
}

// New makes the brief.
func New(in Input) Brief {
	in.Examples = in.Examples[:min(MaxExamples, len(in.Examples))]
	m := &maker{Input: in}
	m.collect()
	b := Brief{Title: "Mødeoplæg", Date: in.Date, Resume: m.resume()}
	if in.Title != "" {
		b.Title += ": " + in.Title
	}
	resume := Section{ID: "resume", Heading: "Resumé"}
	for _, s := range b.Resume {
		resume.Blocks = append(resume.Blocks, block(office.Bullet, plain(s)))
	}
	b.Sections = []Section{
		resume,
		{ID: "indstilling", Heading: "Indstilling", Blocks: []Block{{Blank: "Skriv indstillingen her."}}},
		{ID: "baggrund", Heading: "Baggrund", Blocks: m.background()},
		{ID: "sagsfremstilling", Heading: "Sagsfremstilling", Blocks: m.presentation()},
		{ID: "oekonomi", Heading: "Økonomi og ressourcer", Blocks: m.resources()},
		{ID: "huller", Heading: "Huller", Blocks: m.gaps()},
		{ID: "spoergsmaal", Heading: "Spørgsmål til drøftelse", Blocks: m.questions()},
		{ID: "kilder", Heading: "Kilder", Blocks: m.sourceList()},
	}
	b.Sources = m.sources
	return b
}

func block(style office.Style, runs ...Run) Block { return Block{Style: style, Runs: runs} }

func plain(text string) Run { return Run{Text: text} }

func bold(text string) Run { return Run{Text: text, Bold: true} }

// paragraph is one in the ordinary style.
func paragraph(runs ...Run) Block { return block(office.Body, runs...) }

func point(runs ...Run) Block { return block(office.Bullet, runs...) }

func heading(text string) Block { return block(office.Heading2, plain(text)) }

// name is an organisation where there is little room.
func name(o catalogue.OrganisationRef) string { return cmp.Or(o.ShortName, o.Name) }

// who is the example's actor, with the place where that is named.
func (e Example) who() string {
	s := name(e.Practice.Organisation)
	if e.Practice.Provider != "" {
		s += ", " + e.Practice.Provider
	}
	return s
}

func (e Example) link(text string) Run {
	return Run{Text: text, URL: catalogue.PracticePath(e.Practice.Slug)}
}

// count is a number of things in words.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func findings(n int) string { return count(n, "erfaring", "erfaringer") }

// outOf is a number of examples of all of them: "3 af 10 eksempler".
func (m *maker) outOf(n int) string {
	return strconv.Itoa(n) + " af " + catalogue.Examples(len(m.Examples))
}
