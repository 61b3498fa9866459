package web

// Map shows where the examples that a filter finds are from.
type Map struct {
	Shell
	Heading string
	Finder  Link // to the same examples as a list
	All     Link // to the map of all examples; empty where nothing is filtered
	// ByRegion draws the regions, else the municipalities; Switch leads to the other.
	ByRegion bool
	Switch   Link
	Summary  string
	Areas    []MapArea
	// Capital are those of Areas that are drawn again, larger, since they are small.
	Capital []MapArea
	Legend  []MapStep
	Regions []MapRegion
	// Others leads to the examples of everybody who is no municipality; may be empty.
	Others Counted
}

// MapArea is a municipality or a region as it is drawn.
type MapArea struct {
	Title, URL string
	Class      string // the step: map__step-0 for none, …
	Paths      []string
	// Number is written at X and Y; empty where it has no room.
	Number string
	X, Y   string
}

// MapStep is a line of the legend: how many areas have how many examples.
type MapStep struct{ Class, Text, Areas string }

// MapRegion is a region with its municipalities in the list.
type MapRegion struct {
	Name           string
	All            Counted // of the region and its municipalities
	Own            Counted // of the region itself
	Municipalities []MapMunicipality
}

// MapMunicipality is a line of the list: to its examples or, where it has none, to the
// page that shows the nearest, and to where one tells of one.
type MapMunicipality struct {
	Name  string
	URL   string
	Count int
	Tip   string
}
