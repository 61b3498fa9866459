package catalogue

// How many findings an overview names, of all that it counts.
const (
	OverviewFindings = 20 // of each effect
	OverviewSides    = 3  // on each side of a contrast
)

// Overview sums up what some practices taught, at one catalogue version. All
// its counts are over all of the practices; the findings are named, for their
// texts to be read where they are shown.
type Overview struct {
	Version   int64
	Practices int
	// Examples are the first practices of the list, those best told of first.
	Examples []int64
	// Actors are the lead organisations, each once, in the order of the
	// practices.
	Actors []CountedActor
	// Kept are those of them that have retained what they did, WithFindings those
	// of whose practices Findings counts something.
	Kept, WithFindings []OrganisationRef
	// Retention counts practices by each of their current statements; those
	// without one are under the empty status.
	Retention map[RetentionStatus]int
	// Findings are by effect, in the order of Effects; First has at most
	// OverviewFindings.
	Findings []FindingTally
	// Voices are those that have spoken, in the order of the list of voices, the one
	// not stated last.
	Voices []VoiceTally
	// Groups are the target groups that the findings are about, with those above
	// them, those with most findings first.
	Groups []GroupOverview
	// Contrasts are what is really disagreed, the most balanced first.
	Contrasts []Contrast
	// Preconditions by how many practices name them, most first.
	Preconditions []CountedTerm
	// Solutions that the practices belong to, by how many, most first.
	Solutions []CountedTerm
}

// FindingTally counts findings of one effect.
type FindingTally struct {
	Effect Effect
	Count  int
	// Voices are whose assessments they are, each once, in the order of the list
	// of voices; the one not stated last.
	Voices []Voice
	// Actors are the lead organisations, each once, in the order of the practices;
	// none in the tallies of a group.
	Actors []OrganisationRef
	// First are the findings of the newest practices.
	First []FindingRef
}

// VoiceTally counts what one voice says. A finding of several voices counts under
// each.
type VoiceTally struct {
	Voice  Voice
	Counts [4]int // by place in Effects
}

// CountedActor is an organisation and a number of practices: those that it leads
// or takes part in, with those of its specialised areas.
type CountedActor struct {
	OrganisationRef
	Count int
}

// FindingRef names a finding of a published practice, at the version of the
// overview that has it.
type FindingRef struct {
	Practice int64 // ID
	Number   int   // in Practice.Findings, from 0
}

// GroupOverview is what is said of the effect for one target group.
type GroupOverview struct {
	TargetGroup TermRef
	// Findings are by effect, in the order of Effects; First has at most
	// OverviewSides.
	Findings []FindingTally
}

// Contrast is a disagreement on one solution for one target group, by domain.md
// ("Contrast"): voices of which one has only good findings and the other only bad
// ones, or two actors of one voice so opposed.
type Contrast struct {
	Solution TermRef
	// TargetGroups are the groups that the same findings disagree about.
	TargetGroups []TermRef
	For, Against ContrastSide
}

// ContrastSide is who says what on one side, all of the same effect.
type ContrastSide struct {
	Voices []Voice
	Actors []OrganisationRef
	Count  int
	// First are at most OverviewSides findings, of different actors and voices as
	// far as there are any.
	First []FindingRef
}

// InWords are who speaks on a side: "Tilbuddet og ledere i Aarhus Kommune".
func (s ContrastSide) InWords() string {
	var who []string
	for _, v := range s.Voices {
		who = append(who, v.InWords())
	}
	out := UpperFirst(Join(who, "og"))
	if len(s.Actors) == 1 {
		out += " i " + s.Actors[0].Name
	}
	return out
}

// ContrastEdit is what an editor says of the contrasts on a solution for a target
// group: that the one which follows from the findings is hidden, or that two findings,
// a good one and a bad one, are one too.
type ContrastEdit struct {
	Solution, TargetGroup string // slugs
	Hidden                bool
	For, Against          FindingRef
}

// CountedTerm is a term and a number of practices.
type CountedTerm struct {
	TermRef
	Count int
}
