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
	// Label is whom and how in words: "For angst via telefon". Empty when nothing
	// is asked.
	Label string
}

// maxInLabel is how many values of a facet stand in a label.
const maxInLabel = 3

// FindingScope is what q asks of the findings.
func (t *Taxonomy) FindingScope(q Query) FindingScope {
	s := FindingScope{taxonomy: t}
	var parts []string
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
		parts = append(parts, many)
	}
	if s.solutions = q.Filters[FacetSolution]; len(s.solutions) > 0 {
		about := "om de valgte løsninger"
		if len(s.solutions) <= maxInLabel {
			about = "om " + t.ValuesInWords(q, FacetSolution, "eller")
		}
		parts = append(parts, about)
	}
	s.Label = UpperFirst(strings.Join(parts, " "))
	return s
}

// Has tells whether the finding is one of those asked for.
func (s FindingScope) Has(f *Finding) bool {
	return s.met(FacetTargetGroup, s.groups, f.TargetGroups) && s.metBeside(f)
}

// metBeside tells whether all but the target groups is as asked.
func (s FindingScope) metBeside(f *Finding) bool {
	return s.met(FacetContactForm, s.forms, f.ContactForms) && (len(s.solutions) == 0 || slices.ContainsFunc(s.solutions, func(slug string) bool {
		return s.taxonomy.IsAboutSolution(slug, Slugs(f.Solutions), Slugs(f.ContactForms))
	}))
}

// HasAcross tells whether target groups are asked for and the finding is about
// all of them without naming one.
func (s FindingScope) HasAcross(f *Finding) bool {
	return len(s.groups) > 0 && slices.Contains(Slugs(f.TargetGroups), AcrossGroups) && s.metBeside(f) && !s.Has(f)
}

func (s FindingScope) met(facet string, sets []map[string]bool, refs []TermRef) bool {
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
// target groups, which stand beside them.
func (s FindingScope) Verdicts(findings []Finding) (own, across []Verdict) {
	var in, all []Finding
	for i := range findings {
		switch f := &findings[i]; {
		case s.Has(f):
			in = append(in, *f)
		case s.HasAcross(f):
			all = append(all, *f)
		}
	}
	return Verdicts(in), Verdicts(all)
}
