package web

// Landing is the page of a term, a solution or an organisation.
type Landing struct {
	Shell
	Kind        string // "Målgruppe"
	Name        string
	Definition  string
	Lead        string // from how many actors
	Kept        NamedCount
	Total       int
	FinderURL   string
	Balance     Balance
	Few         string        // that the findings are too few to say anything; may be empty
	Effects     []EffectCount // findings counted by effect
	Contrasts   []Contrast
	Weighed     Weighed
	Matrix      []MatrixRow
	Said        []Said
	Needs       []Counted
	Retention   []Counted
	Actors      []Counted
	ActorsLabel string
	Solutions   []Link
	Neighbours  []NeighbourGroup
	Hits        []Hit
	Marks       string // what the marks of the hits are about; may be empty
	Codes       []Fact // in other systems
	Successor   Link   // of an organisation that ends; may be empty
	Moved       bool   // it has taken its place
	Invite      string
	Tip         Link    // where to tell of an example of theirs
	AllNearby   Counted // its examples and its neighbours'; without an address when they have none
	Nearby      Nearby  // of a municipality without examples; else without a name
}

// Nearby stands for a municipality without examples of its own.
type Nearby struct {
	Name   string  // "Læsø Kommune"
	Page   Link    // of the municipality
	Hits   []Hit   // the nearest examples of others
	All    Counted // its neighbours' examples; may be none
	Invite string
	Tip    Link
}

// NamedCount is a link to some examples, and whose they are.
type NamedCount struct{ Label, URL, Names string }

// EffectCount is the findings of one effect, with a link to their examples and the
// names of the actors.
type EffectCount struct {
	Badge EffectBadge
	Names string
}

// MatrixRow is what is said of a practice's effect for one target group.
type MatrixRow struct {
	Group string
	URL   string
	Cells []MatrixCell // one an effect
}

// MatrixCell is the findings of one effect for one target group.
type MatrixCell struct {
	Effect string
	Count  int
	URL    string // to the examples with them
	Voices string
}

// Said are the findings of one effect.
type Said struct {
	ID, Label string
	URL       string // to their examples
	Findings  []FindingsBy
	More      int // that are not shown
}

// Contrast is what is disagreed about one solution.
type Contrast struct {
	Heading string // who says what
	About   Link   // the solution; without an address on its own page
	Groups  string // the target groups
	For     ContrastSide
	Against ContrastSide
}

// ContrastSide is one side of a contrast, with a few of its findings.
type ContrastSide struct {
	Count string
	URL   string // to the examples that it counts
	Lines []ContrastLine
}

// ContrastLine is one finding of a contrast.
type ContrastLine struct {
	Text, Condition, Voice string
	Practice               Link
	Source                 string // on the page of all contrasts; else empty
}

// Weighed are good and bad findings side by side where nothing is disagreed;
// without a heading there are none.
type Weighed struct {
	Heading      string
	For, Against []ContrastLine
}

// NeighbourGroup leads to what stands near.
type NeighbourGroup struct {
	Label string
	Items []Link
}

// Solutions is the list of solutions.
type Solutions struct {
	Shell
	List []Solution
}

// Solution is a solution in the list.
type Solution struct {
	Label, URL, Definition string
	Spread                 []Link        // by how many actors it is used and was kept
	Effects                []EffectBadge // findings counted by effect
	Few                    string        // that they are too few to say anything; may be empty
}
