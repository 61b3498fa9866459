package web

import "praksis/internal/catalogue"

// Practice is the page of one example.
type Practice struct {
	Shell
	P         *catalogue.Practice
	Kind      string
	Who       []Link
	Withdrawn string // the explanation when it has been withdrawn
	Preview   Link   // back from what is not published; else empty
	Note      string // the historical note
	Reviewed  string // when an editor last went through it
	Take      string // the slug to put it into the shortlist by; may be empty
	Checked   string // that those who did it have checked it, and when
	Verdicts  []EffectBadge
	Tip       bool // hardly more than a title
	// Reach is for whom and how; Terms are the other vocabularies.
	Reach, Terms []TermLine
	Findings     []FindingsBy
	// Silent says what the source says nothing of; AboutSource that it is told how
	// the source was made. Silent may be empty.
	Silent      string
	AboutSource bool
	Worked      string // HTML of answers, safe
	ForWhom     string
	Done        string
	Resources   string
	Spread      string
	Kept        string
	Other       string
	Quality     string
	NextTime    string
	Elements    []Element // of promising practice; nil when hardly any is stated
	Advice      []AdviceGroup
	Transfer    []Link
	Needs       []string
	Legal       []string
	Retention   []RetentionLine
	Contact     Contact
	Same, Ask   Link // to tell of the same, at length and in two lines
	Sources     []SourceLine
	Links       []PracticeLink
	Similar     []Hit
	Others      Others
	Facts       []Fact
	// Cite is how one refers to the example, CiteFile leads to the same for reference
	// managers, Embed to how one shows the example on a site of one's own. Any may be empty.
	Cite, CiteFile, Embed string
	// Changed is when it was changed last, and Changes leads to how; empty for what
	// has not been changed.
	Changed string
	Changes Link
}

// Changes tells how a practice has changed, or with D how one revision differs from
// the one before.
type Changes struct {
	Shell
	Practice Link
	Lead     string
	Rows     []ChangeRow
	Note     string
	D        *Difference
	All      Link // back from a difference
}

// ChangeRow is one change: the newest first.
type ChangeRow struct {
	When, Kind string
	What       string // the fields that were changed; empty for the first
	Compare    Link
}

// Contact tells whom to ask: Own is their mailbox, Desk leads to a question that
// the desk passes on. Ended is the name of an actor that is no more. Any may be
// empty.
type Contact struct {
	Own, Desk Link
	Ended     string
}

// TermLine is a vocabulary with the practice's terms.
type TermLine struct {
	Label string
	Terms []Link
}

// FindingsBy are the findings of one effect, by target group; without an effect
// those that tell of no effect.
type FindingsBy struct {
	Effect EffectBadge
	Groups []FindingsAbout
}

// FindingsAbout are findings about the same target groups.
type FindingsAbout struct {
	ForWhom  string
	Findings []Finding
}

// Finding is one finding.
type Finding struct {
	How       string // may be empty
	Voice     string
	Text      string
	Condition string // "Gælder: …"; may be empty
	Source    int    // number in the list of sources; 0 when there is only one
	Practice  Link   // where it is from, on pages of many practices
}

// Element is one element of promising practice, with where it is stated; without
// an address it is not.
type Element struct{ Label, URL string }

// AdviceGroup is advice for one situation, which may be empty.
type AdviceGroup struct {
	Situation string
	Lines     []string
}

// RetentionLine is one dated statement.
type RetentionLine struct{ Status, When, By, Note string }

// SourceLine is one source, how it was made, and whether it asked citizens;
// the last two may be empty. Dead says that its address does not work any more;
// empty where it does.
type SourceLine struct{ Text, Place, URL, About, Asked, Dead string }

// PracticeLink is a link of a practice. Dead is as in SourceLine.
type PracticeLink struct {
	Link
	Dead string
}

// Others is what others found with a solution of the example; empty for nothing.
type Others struct {
	About        Link // the solution
	For, Against []ContrastLine
}
