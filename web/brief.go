package web

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
