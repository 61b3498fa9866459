package catalogue

import "slices"

// Facet is one of the finder's filters. Its name is the query parameter.
type Facet struct {
	Name       string
	Label      string
	Vocabulary Vocabulary // empty when it is not a vocabulary
	// InFinding marks what a finding holds itself: when effect or voice is
	// chosen, all of these must hold in one and the same finding.
	InFinding bool
	options   []Option[string]
	// successors are values of older addresses, by slug.
	successors map[string]string
}

// The names of facets that the code asks for.
const (
	FacetTargetGroup  = string(TargetGroup)
	FacetContactForm  = string(ContactForm)
	FacetPerspective  = string(Perspective)
	FacetTheme        = string(Theme)
	FacetActor        = "aktoer"
	FacetNear         = "naer"
	FacetEffect       = "effekt"
	FacetVoice        = "stemme"
	FacetRetention    = "fastholdelse"
	FacetPeriod       = "periode"
	FacetKind         = "art"
	FacetUse          = "brug"
	FacetSolution     = string(SolutionList)
	FacetPrecondition = string(Precondition)
)

// Facets in the order in which they are shown: what a caseworker asks for
// first stands first.
var Facets = []Facet{
	{Name: FacetTargetGroup, Label: "Målgruppe", Vocabulary: TargetGroup, InFinding: true},
	{Name: FacetContactForm, Label: "Kontaktform", Vocabulary: ContactForm, InFinding: true},
	{Name: FacetEffect, Label: "Effekt", InFinding: true, options: untyped(Effects)},
	{Name: FacetVoice, Label: "Hvem siger det", InFinding: true, options: append(untyped(Voices), notStated)},
	{Name: FacetTheme, Label: "Tema", Vocabulary: Theme},
	{Name: FacetSolution, Label: "Løsning", Vocabulary: SolutionList, InFinding: true},
	{Name: FacetActor, Label: "Aktør"},
	{Name: FacetNear, Label: "Nær"},
	{Name: FacetRetention, Label: "Fastholdelse", options: append(untyped(Retentions), notStated)},
	{Name: FacetPrecondition, Label: "Hvad det kræver", Vocabulary: Precondition},
	{Name: FacetPerspective, Label: "Perspektiv", Vocabulary: Perspective},
	{Name: FacetPeriod, Label: "Periode", options: append(untyped(Periods), notStated)},
	{Name: FacetUse, Label: "Kan bruges nu", options: append(untyped(Uses), Option[string]{Slug: NotAssessed, Label: NotAssessedLabel}), successors: map[string]string{"uden-restriktioner": Uses.Slug(UseNow)}},
	{Name: FacetKind, Label: "Art", options: untyped(Kinds)},
}

var notStated = Option[string]{Slug: NotStated, Label: NotStatedLabel}

// FacetByName finds a facet; nil when there is none.
func FacetByName(name string) *Facet {
	for i := range Facets {
		if Facets[i].Name == name {
			return &Facets[i]
		}
	}
	return nil
}

// FacetValues are the facet values of one practice, by facet name: those of
// the practice as a whole, and those of each finding for the facets that a
// finding holds. Of the actors the lead organisation stands first. A finding
// without solutions of its own is about those of the practice's that
// Taxonomy.IsAboutSolution says.
type FacetValues struct {
	Practice map[string][]string   `json:"p"`
	Findings []map[string][]string `json:"f,omitempty"`
}

// namedSolutions are the solutions that a finding names, of those that its practice
// has: others the practice has left.
func namedSolutions(f *Finding, practiceSolutions []TermRef) []string {
	return slices.DeleteFunc(Slugs(f.Solutions), func(s string) bool { return !slices.Contains(Slugs(practiceSolutions), s) })
}

// FacetValues are what the finder's filters and counts see of the practice.
// FacetNear is not among them: it follows from the actors.
func (p *Practice) FacetValues() FacetValues {
	practiceValues := map[string][]string{
		FacetTargetGroup:  Slugs(p.TargetGroups),
		FacetContactForm:  Slugs(p.ContactForms),
		FacetPerspective:  Slugs(p.Perspectives),
		FacetTheme:        Slugs(p.Themes),
		FacetSolution:     Slugs(p.Solutions),
		FacetPrecondition: Slugs(p.Preconditions),
		FacetKind:         {Kinds.Slug(p.Kind)},
	}
	for _, o := range p.Organisations() {
		practiceValues[FacetActor] = append(practiceValues[FacetActor], o.Slug)
	}
	for _, r := range p.CurrentRetention() {
		practiceValues[FacetRetention] = append(practiceValues[FacetRetention], Retentions.Slug(r.Status))
	}
	for _, x := range p.Periods {
		practiceValues[FacetPeriod] = append(practiceValues[FacetPeriod], Periods.Slug(x))
	}
	for _, name := range []string{FacetRetention, FacetPeriod} {
		if len(practiceValues[name]) == 0 {
			practiceValues[name] = []string{NotStated}
		}
	}
	practiceValues[FacetUse] = []string{NotAssessed}
	if p.Use != "" {
		practiceValues[FacetUse] = []string{Uses.Slug(p.Use)}
	}
	out := FacetValues{Practice: practiceValues}
	for _, f := range p.Findings {
		values := map[string][]string{FacetTargetGroup: Slugs(f.TargetGroups), FacetContactForm: Slugs(f.ContactForms)}
		if f.Effect != "" { // else it is counted nowhere, and no voice has assessed anything
			values[FacetEffect] = []string{Effects.Slug(f.Effect)}
			for _, v := range f.Speakers() {
				values[FacetVoice] = append(values[FacetVoice], Voices.Slug(v))
			}
		}
		if about := namedSolutions(&f, p.Solutions); len(about) > 0 {
			values[FacetSolution] = about
		}
		out.Findings = append(out.Findings, values)
	}
	return out
}
