package web

// DeskDifference compares two versions of a submission or a practice.
type DeskDifference struct {
	Desk
	// Action is where the two are chosen, with what is kept beside.
	Action   string
	Hidden   []Hidden
	From, To Field
	Note     string // in place of a difference; empty: there is one
	D        Difference
	Back     Link
}

// DeskProposals are what changed seeds propose.
type DeskProposals struct {
	Desk
	Lead string
	Rows []DeskProposalRow
}

// DeskProposalRow is one of them.
type DeskProposalRow struct{ URL, Title, Who, When, What string }

// DeskProposal is one of them beside what the public sees.
type DeskProposal struct {
	Desk
	D        Difference
	Action   string
	Hidden   []Hidden
	Fields   []FieldOption // that can be taken
	Warnings []Warning
	Kind     string // what the public is told of it
	Raise    bool   // it can be told as more
	Raised   bool
	Takes    bool // whoever is signed in may decide
	Practice Link
}

// DeskHistory is all that has happened to a practice, the newest first.
type DeskHistory struct {
	Desk
	Do     []Link
	Events []SubmissionLine
}

// DeskWrite asks for one text.
type DeskWrite struct {
	Desk
	Lead, Action, Save string
	Keep               string // address that keeps what is being typed
	Hidden             []Hidden
	Field              Field
	Kept               *DeskKept
	Dirty              bool // what the form says is not saved
	Back               Link
}
