package review

import (
	"slices"

	"praksis/internal/catalogue"
)

// ContrastPair is two findings that an editor makes a contrast of, each with its
// practice as it stands; nil where there is none.
type ContrastPair struct {
	For, Against               *catalogue.Practice
	ForFinding, AgainstFinding *catalogue.Finding
}

// OneSpeaker tells whether one voice of one actor says both: that is no contrast. All
// of the pair is there.
func (c ContrastPair) OneSpeaker() bool {
	return c.For.Organisation.Slug == c.Against.Organisation.Slug && slices.Equal(c.ForFinding.Voices, c.AgainstFinding.Voices)
}

// Fields of a contrast that faults name, beside FieldReason and FieldSolution.
const (
	FieldGroup   = "act.group"
	FieldFor     = "act.for"
	FieldAgainst = "act.against"
)

// CheckContrast holds what an editor says of the contrasts on a solution for a target
// group to the rules of domain.md ("Contrast"); pair is nil where one is hidden. The
// error is a *RefusedError.
func CheckContrast(solution, group, reason string, pair *ContrastPair, t *catalogue.Taxonomy) error {
	faults := explanation(FieldReason, Text(reason), "Skriv hvorfor. Det kan kun redaktionen læse.")
	if t.Term(catalogue.SolutionList, solution) == nil {
		faults = append(faults, Fault{FieldSolution, "Vælg en løsning på listen."})
	}
	if x := t.Term(catalogue.TargetGroup, group); x == nil || group == catalogue.NotStated {
		faults = append(faults, Fault{FieldGroup, "Vælg en målgruppe på listen."})
	}
	if pair == nil || len(faults) > 0 {
		return refusal(faults)
	}
	about := func(field string, p *catalogue.Practice, f *catalogue.Finding, e catalogue.Effect) {
		switch {
		case p == nil || f == nil || p.State != catalogue.StatePublished:
			faults = append(faults, Fault{field, "Vælg en erfaring på listen."})
		case f.Effect != e:
			faults = append(faults, Fault{field, "Vælg en erfaring med " + catalogue.LowerFirst(catalogue.Effects.Label(e)) + "."})
		case !slices.Contains(catalogue.Slugs(p.Solutions), solution) || len(f.Solutions) > 0 && !slices.Contains(catalogue.Slugs(f.Solutions), solution):
			faults = append(faults, Fault{field, "Erfaringen handler ikke om løsningen. Vælg en anden."})
		case !slices.ContainsFunc(f.TargetGroups, func(g catalogue.TermRef) bool {
			return g.Slug == group || slices.Contains(t.Facet(catalogue.FacetTargetGroup).Ancestors(g.Slug), group)
		}):
			faults = append(faults, Fault{field, "Erfaringen handler ikke om målgruppen. Vælg en anden."})
		}
	}
	about(FieldFor, pair.For, pair.ForFinding, catalogue.EffectPositive)
	about(FieldAgainst, pair.Against, pair.AgainstFinding, catalogue.EffectNegative)
	if len(faults) == 0 && pair.OneSpeaker() {
		faults = append(faults, Fault{FieldAgainst, "Det er den samme, der taler begge steder. Vælg en, som en anden har sagt."})
	}
	return refusal(faults)
}
