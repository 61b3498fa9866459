package web

import "net/url"

// PathDeskExamples is where the desk's examples are: all that were ever published.
const PathDeskExamples = PathDesk + "/eksempler"

// DeskPracticePath is the address of a practice at the desk.
func DeskPracticePath(slug string) string { return PathDeskExamples + "/" + url.PathEscape(slug) }

// deskDecisionForm is the ID of the form of a practice's decisions.
const deskDecisionForm = "afgoerelser"

// DeskPractices lists the examples of the catalogue, whatever has become of them.
type DeskPractices struct {
	Desk
	Search Field  // words of title, organisation or address
	State  string // that is chosen, for the search to keep; empty: all
	States []DeskTab
	Found  string // how many
	Rows   []DeskPracticeRow
	Pages  Pagination
	Begin  Link
	// Proposals leads to what changed seeds propose; empty for none.
	Proposals Link
}

// DeskTab is a choice among lists, with how many it has.
type DeskTab struct {
	Label, URL string
	Count      int
	Current    bool
}

// DeskPracticeRow is one of them.
type DeskPracticeRow struct {
	URL, Title, Who, State, When string
	// Due says what the desk is to do; empty: nothing.
	Due string
}

// DeskPractice is the desk's page of one example: what it is, what happened to it, and
// what can be done.
type DeskPractice struct {
	Desk
	Facts  []Fact
	Public Link   // its public page; without an address where there is none
	Do     []Link // what is done on a page of its own
	Came   []Link // submissions that it is made of
	Merged []Link // examples that were merged into it
	Former []string

	Action, Keep string
	Hidden       []Hidden
	Stale        *DeskStale
	Kept         *DeskKept
	Dirty        bool
	Draft        string   // of the revision that the editor has in work; empty: none
	Revise       Link     // to it
	Others       []string // who else has one
	Decisions    []DeskDecision
	Events       []SubmissionLine
}

// DeskDecision is one thing that can be decided, with the fields that it asks for.
type DeskDecision struct {
	ID, Heading, Lead string
	Fields            []Field
	Value, Label      string // of the button
	Open              bool   // it is not folded
}

// unfolded tells whether a decision is shown open.
func (d DeskDecision) unfolded() bool { return d.Open || opened(d.Fields) }

// DeskBegin begins an example that nobody has sent in.
type DeskBegin struct {
	Desk
	Action, Keep string
	Hidden       []Hidden
	Fields       []Field
	Actors       []string
	Kept         *DeskKept
	Dirty        bool
}

// DeskRevision is the form in which a published example is changed.
type DeskRevision struct {
	Desk
	DeskDraft
	Stale     *DeskStale
	Kept      *DeskKept
	Where     string   // where what is typed is until it is published
	Others    []string // who else has a revision in work
	D         Difference
	Kind      string // what the readers are told; empty: nothing is changed
	Raise     bool   // it can be told as more
	Raised    bool
	Checklist []DeskChecked
	Back      Link
}

// DeskMerge joins two examples: it asks for the other one, and shows then what
// becomes of both.
type DeskMerge struct {
	Desk
	Action, Keep string
	Hidden       []Hidden
	Kept         *DeskKept
	Stale        *DeskStale
	Dirty        bool
	Other        Field
	Similar      []Link // examples that are alike
	// Preview is what becomes of both; nil until the other one is chosen.
	Preview *DeskMerged
	Reason  Field
	// Solution is for two actors with the same idea.
	Solution Field
	Back     Link
}

// DeskMerged is what two examples become.
type DeskMerged struct {
	Goes, Stays Link
	Swap        Link // the other way round
	Facts       []Fact
	Findings    []DeskMergedRow
	Sources     []DeskMergedRow
	Left        []Fact // what does not come along
	Addresses   []string
}

// DeskMergedRow is a finding or a source, with whose it was.
type DeskMergedRow struct {
	Text, Note string
	Comes      bool // from the one that goes
}

// DeskSolution is what is disagreed about a solution, and what editors say of it.
type DeskSolution struct {
	Desk
	Public       Link
	Action, Keep string
	Hidden       []Hidden
	Kept         *DeskKept
	Dirty, May   bool
	Shown        Field // the contrasts that follow from the findings, to take one out
	HideWhy      Field
	Edits, Ended []DeskContrast // what holds, and what was taken back
	Add          []Field
}

// DeskContrast is what an editor has said of a contrast.
type DeskContrast struct {
	Heading, What, Who string
	Value, Label       string // of the button that takes it back
}
