package web

// Contrasts are the disagreements among some examples, all of them.
type Contrasts struct {
	Shell
	Heading string
	Lead    string
	Chips   []Chip
	// ClearURL drops all filters; empty when there are none.
	ClearURL string
	Menus    []ContrastMenu
	Kept     []Hidden // what else is chosen
	// Solutions have their contrasts under them.
	Solutions []ContrastsOn
	// Both are the solutions that have good findings and bad ones, which is no
	// disagreement by itself.
	Both []OverviewRow
	// More says how many are not shown, and what to do; may be empty.
	More     string
	Overview Link
}

// ContrastMenu is a list of which one value is chosen.
type ContrastMenu struct {
	ID, Facet, Label, Prompt string
	Options                  []ContrastOption
}

// ContrastOption is one value of a ContrastMenu.
type ContrastOption struct {
	Value, Label string
	Selected     bool
}

// ContrastsOn are the contrasts on one solution.
type ContrastsOn struct {
	ID   string
	Link Link // the solution
	List []Contrast
}
