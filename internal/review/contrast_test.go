package review

import (
	"errors"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// A pair is a good and a bad finding on the solution, for the group, of two speakers.
func TestCheckContrast(t *testing.T) {
	taxonomy := catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{
		catalogue.TargetGroup:  {{Slug: "psykisk", Label: "Psykisk sårbare"}, {Slug: "angst", Label: "Angst", Parent: "psykisk"}, {Slug: "unge", Label: "Unge"}},
		catalogue.SolutionList: {{Slug: "gaature", Label: "Gåture"}, {Slug: "haver", Label: "Haver"}},
	}, nil)
	pair := func(put func(*ContrastPair)) *ContrastPair {
		of := func(actor string, e catalogue.Effect, v catalogue.Voice) (*catalogue.Practice, *catalogue.Finding) {
			p := &catalogue.Practice{State: catalogue.StatePublished, Organisation: catalogue.OrganisationRef{Slug: actor}, Solutions: catalogue.Refs("gaature")}
			return p, &catalogue.Finding{Key: "e1", Effect: e, Voices: catalogue.VoiceList{v}, TargetGroups: catalogue.Refs("angst")}
		}
		x := &ContrastPair{}
		x.For, x.ForFinding = of("viborg", catalogue.EffectPositive, "leader")
		x.Against, x.AgainstFinding = of("aarhus", catalogue.EffectNegative, "leader")
		if put != nil {
			put(x)
		}
		return x
	}
	for name, c := range map[string]struct {
		solution, group, reason string
		pair                    *ContrastPair
		fields                  string
	}{
		"hidden":                 {"gaature", "angst", "To huse", nil, ""},
		"without a reason":       {"gaature", "angst", " ", nil, FieldReason},
		"a number in the reason": {"gaature", "angst", "010190-1234", nil, FieldReason},
		"no solution, no group":  {"x", "x", "To huse", nil, FieldSolution + " " + FieldGroup},
		"a pair":                 {"gaature", "angst", "To huse", pair(nil), ""},
		"for the group above":    {"gaature", "psykisk", "To huse", pair(nil), ""},
		"for another group":      {"gaature", "unge", "To huse", pair(nil), FieldFor + " " + FieldAgainst},
		"on another solution":    {"haver", "angst", "To huse", pair(nil), FieldFor + " " + FieldAgainst},
		"no finding":             {"gaature", "angst", "To huse", &ContrastPair{}, FieldFor + " " + FieldAgainst},
		"one that is withdrawn":  {"gaature", "angst", "To huse", pair(func(x *ContrastPair) { x.For.State = catalogue.StateWithdrawn }), FieldFor},
		"two good ones":          {"gaature", "angst", "To huse", pair(func(x *ContrastPair) { x.AgainstFinding.Effect = catalogue.EffectPositive }), FieldAgainst},
		"about another solution": {"gaature", "angst", "To huse", pair(func(x *ContrastPair) { x.ForFinding.Solutions = catalogue.Refs("haver") }), FieldFor},
		"the same voice of one":  {"gaature", "angst", "To huse", pair(func(x *ContrastPair) { x.Against.Organisation.Slug = "viborg" }), FieldAgainst},
		"two voices of one, though": {"gaature", "angst", "To huse", pair(func(x *ContrastPair) {
			x.Against.Organisation.Slug, x.AgainstFinding.Voices = "viborg", catalogue.VoiceList{"citizen"}
		}), ""},
	} {
		err := CheckContrast(c.solution, c.group, c.reason, c.pair, taxonomy)
		var fields []string
		if refused, ok := errors.AsType[*RefusedError](err); ok {
			for _, f := range refused.Faults {
				fields = append(fields, f.Field)
			}
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := strings.Join(fields, " "); got != c.fields {
			t.Errorf("%s: %q, want %q", name, got, c.fields)
		}
	}
}
