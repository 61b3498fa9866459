package web

// Compare sets examples side by side.
type Compare struct {
	Shell
	Notices []string
	Columns []CompareColumn
	Rows    []CompareRow
	Same    []CompareSame // what all say alike
	Silent  string        // what none says; may be empty
	Add     []Link        // further examples, each to be added
}

// CompareColumn is one example.
type CompareColumn struct {
	Title, Who, Slug, URL, Remove string
	Verdicts                      []EffectBadge
}

// CompareRow is one question, with a cell for each example.
type CompareRow struct {
	ID, Label string
	Cells     []CompareCell
}

// CompareCell is what one example says to it, in one of four ways; None stands where it
// says nothing.
type CompareCell struct {
	Example  string // its title
	Plain    string // by which cells are alike; empty for nothing
	HTML     string // safe
	Lines    []string
	Findings []FindingsBy
	Sources  []SourceLine
	None     string
}

// CompareSame is a question that all answer alike.
type CompareSame struct {
	Label string
	Cell  CompareCell
}

// class says how many columns there are: no style is written into the page.
func (v Compare) class() string {
	return [...]string{"", "", "compare--2", "compare--3", "compare--4"}[min(len(v.Columns), 4)]
}
