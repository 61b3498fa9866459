package web

// Gaps are what the catalogue does not have; each leads to where one tells of it.
type Gaps struct {
	Shell
	Lead string
	// Alone are target groups of which only one side has spoken; Silent those of which
	// nobody has.
	Alone  []OverviewAlone
	Silent []Counted
	// Cells are, group by group, the contact forms that are missing.
	Cells []GapsOf
	// Municipalities that nothing is from, by region; Missing is how many.
	Municipalities []GapsOf
	Missing        string
	// Searches are words that were searched for in vain; may be empty.
	Searches []Link
	Overview Link
}

// GapsOf are the gaps of one thing. One is what has a single voice.
type GapsOf struct {
	ID, Label string
	None, One []Link
}

// Wanted is what the catalogue lacks most, in a line on the page where one submits.
type Wanted struct {
	Links []Link
	All   Link
}
