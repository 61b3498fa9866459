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
