package catalogue

import (
	"slices"
	"strings"
)

// FindingScope is what a query asks of the findings themselves: whom they are
// about, how one met, and which solution they tell of. What is shown of an example's effect is said of these
// findings then (domain.md, "verdicts").
type FindingScope struct {
	taxonomy *Taxonomy
	// groups and forms are sets of slugs, descendants included; a finding must have
	// one of each set.
	groups, forms []map[string]bool
	solutions     []string
	// effects and voices are asked for by slug; they choose no verdicts, but what is
	// shown as found.
	effects, voices []string
	// Label is whom and how in words: "For angst via telefon". Empty when nothing
	// is asked.
	Label string
}

// maxInLabel is how many values of a facet stand in a label.
const maxInLabel = 3

// FindingScope is what q asks of the findings.
func (t *Taxonomy) FindingScope(q Query) FindingScope {
	s := FindingScope{taxonomy: t}
	var clauses []string
	for _, facet := range []string{FacetTargetGroup, FacetContactForm} {
		slugs := q.Filters[facet]
		if len(slugs) == 0 {
			continue
		}
		to, word, many := &s.forms, "eller", "via de valgte kontaktformer"
		if facet == FacetTargetGroup {
			to, many = &s.groups, "for de valgte målgrupper"
		}
		together := facet == FacetTargetGroup && q.Together
		if together {
			word = "og"
		}
		for i, slug := range slugs {
			if i == 0 || together {
				*to = append(*to, map[string]bool{})
			}
			set := (*to)[len(*to)-1]
			set[slug] = true
			for _, v := range t.Facet(facet).Values {
				if slices.Contains(t.Facet(facet).Ancestors(v.Slug), slug) {
					set[v.Slug] = true
				}
			}
		}
		if len(slugs) <= maxInLabel {
			many = phrases[facet] + t.ValuesInWords(q, facet, word)
		}
		if together {
			many += " samtidig"
		}
		clauses = append(clauses, many)
	}
	if s.solutions = q.Filters[FacetSolution]; len(s.solutions) > 0 {
		about := "om de valgte løsninger"
		if len(s.solutions) <= maxInLabel {
			about = "om " + t.ValuesInWords(q, FacetSolution, "eller")
		}
		clauses = append(clauses, about)
	}
	s.effects, s.voices = q.Filters[FacetEffect], q.Filters[FacetVoice]
	s.Label = UpperFirst(strings.Join(clauses, " "))
	return s
}

// Has tells whether the finding, of a practice with these solutions, is one of
// those asked for.
func (s FindingScope) Has(f *Finding, practiceSolutions []TermRef) bool {
	return s.hasOneOfEach(FacetTargetGroup, s.groups, f.TargetGroups) && s.matchesContactFormAndSolution(f, practiceSolutions)
}

// matchesContactFormAndSolution tells whether all but the target groups is as asked.
func (s FindingScope) matchesContactFormAndSolution(f *Finding, practiceSolutions []TermRef) bool {
	return s.hasOneOfEach(FacetContactForm, s.forms, f.ContactForms) && (len(s.solutions) == 0 || slices.ContainsFunc(practiceSolutions, func(r TermRef) bool {
		slug, _ := s.taxonomy.ResolveSlug(FacetSolution, r.Slug)
		return slices.Contains(s.solutions, slug) && s.taxonomy.IsAboutSolution(slug, namedSolutions(f, practiceSolutions), Slugs(f.ContactForms))
	}))
}

// Found is the first finding, of a practice with these solutions, that has an
// effect and a voice asked for and all else that is; nil where neither is asked
// for, or none has.
func (s FindingScope) Found(findings []Finding, practiceSolutions []TermRef) *Finding {
	if len(s.effects)+len(s.voices) == 0 {
		return nil
	}
	for i := range findings {
		if s.Counts(&findings[i], practiceSolutions) {
			return &findings[i]
		}
	}
	return nil
}

// Counts tells whether the finding, of a practice with these solutions, is one of those
// that are summed up: it has an effect, and is all that is asked for, effect and voice
// among it.
func (s FindingScope) Counts(f *Finding, practiceSolutions []TermRef) bool {
	return f.Effect != "" && s.Has(f, practiceSolutions) && (len(s.effects) == 0 || slices.Contains(s.effects, Effects.Slug(f.Effect))) &&
		(len(s.voices) == 0 || slices.ContainsFunc(f.Speakers(), func(v Voice) bool { return slices.Contains(s.voices, Voices.Slug(v)) }))
}

// Plain tells whether nothing is asked of the findings.
func (s FindingScope) Plain() bool { return s.Label == "" && len(s.effects)+len(s.voices) == 0 }

// first are a practice's target groups with those asked for first.
func (s FindingScope) first(refs []TermRef) []TermRef {
	var asked, others []TermRef
	for _, r := range refs {
		if slices.ContainsFunc(s.groups, func(set map[string]bool) bool { return set[r.Slug] }) {
			asked = append(asked, r)
		} else {
			others = append(others, r)
		}
	}
	return append(asked, others...)
}

// HasAcross tells whether target groups are asked for and the finding is about
// all of them without naming one.
func (s FindingScope) HasAcross(f *Finding, practiceSolutions []TermRef) bool {
	return len(s.groups) > 0 && slices.Contains(Slugs(f.TargetGroups), AcrossGroups) && s.matchesContactFormAndSolution(f, practiceSolutions) && !s.Has(f, practiceSolutions)
}

func (s FindingScope) hasOneOfEach(facet string, sets []map[string]bool, refs []TermRef) bool {
	for _, set := range sets {
		if !slices.ContainsFunc(refs, func(r TermRef) bool {
			slug, _ := s.taxonomy.ResolveSlug(facet, r.Slug)
			return set[slug]
		}) {
			return false
		}
	}
	return true
}

// Verdicts are those of the findings asked for, and those of what holds across
// target groups, which stand beside them, of a practice with those solutions.
func (s FindingScope) Verdicts(findings []Finding, solutions []TermRef) (asked, across []Verdict) {
	var in, all []Finding
	for i := range findings {
		switch f := &findings[i]; {
		case s.Has(f, solutions):
			in = append(in, *f)
		case s.HasAcross(f, solutions):
			all = append(all, *f)
		}
	}
	return Verdicts(in), Verdicts(all)
}
