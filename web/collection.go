package web

// Checklist is all advice.
type Checklist struct {
	Shell
	Groups []ChecklistGroup
	Needs  []Counted // preconditions that advice helps to meet, with the examples that have them
}

// ChecklistGroup is the advice for one situation; ID is its place on the page.
type ChecklistGroup struct {
	ID, Situation string
	Lines         []ChecklistLine
}

// ChecklistLine is one piece of advice and the example that gives it.
type ChecklistLine struct {
	Text string
	From Link
}

// NextTime is what those who learnt it would do next time.
type NextTime struct {
	Shell
	Groups []NextTimeGroup
}

// NextTimeGroup is what is about one theme.
type NextTimeGroup struct {
	Theme string
	Items []NextTimeItem
}

// NextTimeItem is what one example says; Text is HTML, safe.
type NextTimeItem struct {
	Who, Text string
	Practice  Link
}

// Status is what was only meant or considered.
type Status struct {
	Shell
	Total, NoFollowUp int
	Groups            []StatusGroup
}

// StatusGroup is what has one status.
type StatusGroup struct {
	ID, Label string
	Items     []StatusItem
}

// StatusItem is one example: what was meant, how long ago, and what has been heard
// since. InviteLink leads to where one can tell; it is empty where something was heard.
type StatusItem struct {
	Who        string
	Practice   Link
	Said       string // when, how long ago, and what
	Since      []RetentionLine
	InviteLink Link
}
