package web

// Where the desk sees what is not fresh any more.
const (
	PathDeskLinks    = PathDesk + "/links"
	PathDeskSearches = PathDesk + "/soegninger"
)

// DeskLinks is the page of addresses that fail.
type DeskLinks struct {
	Desk
	Lead  string // how the checks go
	Alarm string // that the last round was void, or that nothing is checked; empty: neither
	Count string // how many fail
	Rows  []DeskLinkRow
	More  string // that not all are shown; empty: they are
}

// DeskLinkRow is one address with where it stands.
type DeskLinkRow struct {
	Label, URL  string
	State, Note string // what was found, and what has been done about it; Note may be empty
	Dead        bool
	Stands      []Link
	More        string // in how many more examples it stands
	Posts       []DeskPost
}

// DeskSearches is the page of searches that found nothing.
type DeskSearches struct {
	Desk
	Tabs  []DeskTab
	Empty string
	Rows  []DeskSearchRow
}

// DeskSearchRow is one search.
type DeskSearchRow struct {
	Text, Facts string
	Note        string // who has hidden it; may be empty
	Links       []Link
	Post        *DeskPost // nil for who may not
}
