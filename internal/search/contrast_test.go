package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// onSolution is a practice of an actor with findings on one solution, each written
// "voices effect groups": "citizen+study negative angst".
func onSolution(actor, solution string, findings ...string) *catalogue.Practice {
	return practice(actor+" "+solution+fmt.Sprint(len(findings)), func(p *catalogue.Practice) {
		p.Organisation = catalogue.OrganisationRef{Slug: actor}
		if solution != "" {
			p.Solutions = catalogue.Refs(solution)
		}
		for _, x := range findings {
			part := strings.Fields(x)
			f := catalogue.Finding{Effect: catalogue.Effect(part[1]), TargetGroups: catalogue.Refs(strings.Split(part[2], "+")...), Text: x}
			if part[0] != "-" {
				for v := range strings.SplitSeq(part[0], "+") {
					f.Voices = append(f.Voices, catalogue.Voice(v))
				}
			}
			p.Findings = append(p.Findings, f)
		}
	})
}

// What a contrast is, by domain.md ("Contrast").
func TestContrasts(t *testing.T) {
	const closed = "lukkede-dagtilbud"
	for name, c := range map[string]struct {
		practices []*catalogue.Practice
		want      string // groups: voices for | voices against, by contrast
	}{
		"two voices of one actor, however few": {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst", "citizen negative angst")}, "angst: organisation | citizen"},
		"in two practices": {[]*catalogue.Practice{onSolution("aarhus", closed, "leader positive angst"), onSolution("aarhus", closed, "citizen negative angst", "citizen negative depression")},
			"angst: leader | citizen"},
		"the same voice of one actor":                 {[]*catalogue.Practice{onSolution("aarhus", closed, "leader positive angst", "leader positive angst"), onSolution("aarhus", closed, "leader negative angst", "leader negative angst")}, ""},
		"two voices of two actors, one finding each":  {[]*catalogue.Practice{onSolution("aarhus", closed, "leader positive angst"), onSolution("viborg", closed, "citizen negative angst")}, ""},
		"two voices of two actors, two findings each": {[]*catalogue.Practice{onSolution("aarhus", closed, "leader positive angst", "leader positive angst"), onSolution("viborg", closed, "citizen negative angst", "citizen negative angst")}, "angst: leader | citizen"},
		"one voice of two actors, two findings each":  {[]*catalogue.Practice{onSolution("aarhus", closed, "leader positive angst", "leader positive angst"), onSolution("viborg", closed, "leader negative angst", "leader negative angst")}, "angst: leader | leader"},
		"one voice of two actors, one finding on one": {[]*catalogue.Practice{onSolution("aarhus", closed, "leader positive angst", "leader positive angst"), onSolution("viborg", closed, "leader negative angst")}, ""},
		"a voice that is mixed":                       {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst", "citizen negative angst", "citizen mixed angst")}, ""},
		"good against none":                           {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst", "citizen none angst")}, ""},
		"a voice that is not stated":                  {[]*catalogue.Practice{onSolution("aarhus", closed, "- positive angst", "citizen negative angst")}, ""},
		"without a solution":                          {[]*catalogue.Practice{onSolution("aarhus", "", "organisation positive angst", "citizen negative angst")}, ""},
		"on two solutions":                            {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst"), onSolution("aarhus", "gaature", "citizen negative angst")}, ""},
		"about two groups":                            {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst", "citizen negative hjemloese")}, ""},
		"about two groups under one parent":           {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst", "citizen negative depression")}, ""},
		"about a group and one below it":              {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive psykisk", "citizen negative depression")}, "psykisk: organisation | citizen"},
		"siblings do not count at their parent": {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst", "citizen negative depression"),
			onSolution("viborg", closed, "organisation positive psykisk", "citizen negative psykisk")}, "psykisk: organisation | citizen, 1 | 1"},
		"nor make up the number": {[]*catalogue.Practice{onSolution("aarhus", closed, "leader positive angst"), onSolution("viborg", closed, "leader positive psykisk"),
			onSolution("aalborg", closed, "citizen negative depression", "citizen negative depression")}, ""},
		"across all groups, with itself":                {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive paa-tvaers", "citizen negative paa-tvaers")}, "paa-tvaers: organisation | citizen"},
		"across all groups, with one":                   {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive paa-tvaers", "citizen negative angst")}, ""},
		"not stated for whom":                           {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive ikke-oplyst", "citizen negative ikke-oplyst")}, ""},
		"the same findings about two groups, one block": {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst+hjemloese", "citizen negative angst+hjemloese")}, "angst+hjemloese: organisation | citizen"},
		"several voices of one finding":                 {[]*catalogue.Practice{onSolution("aarhus", closed, "leader+study positive angst", "citizen negative angst")}, "angst: leader+study | citizen"},
		"a third voice that is mixed stays out":         {[]*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst", "citizen negative angst", "study mixed angst", "study negative angst")}, "angst: organisation | citizen"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := indexOf(t, c.practices...).Overview(nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range o.Contrasts {
				got = append(got, strings.Join(catalogue.Slugs(x.TargetGroups), "+")+": "+joined(x.For.Voices)+" | "+joined(x.Against.Voices))
				if strings.Contains(c.want, ",") {
					got[len(got)-1] += fmt.Sprintf(", %d | %d", x.For.Count, x.Against.Count)
				}
			}
			if strings.Join(got, "; ") != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func joined(voices []catalogue.Voice) string {
	var out []string
	for _, v := range voices {
		out = append(out, string(v))
	}
	return strings.Join(out, "+")
}

// What is shown of a side is of different actors and voices first.
func TestContrastSidesAreOfMany(t *testing.T) {
	x := indexOf(t, onSolution("aarhus", "lukkede-dagtilbud", "leader positive angst", "leader positive angst", "leader positive angst", "employee positive angst"),
		onSolution("viborg", "lukkede-dagtilbud", "citizen negative angst", "citizen negative angst"), onSolution("aalborg", "lukkede-dagtilbud", "leader positive angst"))
	o, err := x.Overview(nil)
	if err != nil || len(o.Contrasts) != 1 {
		t.Fatalf("%+v, %v", o.Contrasts, err)
	}
	// A leader of two actors and an employee: two employees' findings are not
	// enough against another actor's, so they stay out.
	s := o.Contrasts[0].For
	var practices []int64
	for _, r := range s.First {
		practices = append(practices, r.Practice)
	}
	if s.Count != 4 || len(s.First) != catalogue.OverviewSides || len(s.Actors) != 2 || !slices.Contains(practices, 3) {
		t.Errorf("%+v", s)
	}
}

// What editors say of contrasts holds beside what the findings tell: one is hidden for
// a group, a pair is added where it can be seen.
func TestEditedContrasts(t *testing.T) {
	const closed = "lukkede-dagtilbud"
	practices := []*catalogue.Practice{onSolution("aarhus", closed, "organisation positive angst+hjemloese", "citizen negative angst+hjemloese"),
		onSolution("viborg", closed, "leader positive depression", "leader mixed depression"), onSolution("aalborg", closed, "leader negative depression")}
	for _, p := range practices {
		p.AddFindingTerms()
	}
	const pair = "depression: leader | leader"
	both := "angst+hjemloese: organisation | citizen"
	ref := func(practice int64, n int) catalogue.FindingRef {
		return catalogue.FindingRef{Practice: practice, Number: n}
	}
	for name, c := range map[string]struct {
		edits []catalogue.ContrastEdit
		of    catalogue.Filters
		want  string
	}{
		"nothing said":            {nil, nil, both},
		"hidden for one group":    {[]catalogue.ContrastEdit{{Solution: closed, TargetGroup: "hjemloese", Hidden: true}}, nil, "angst: organisation | citizen"},
		"hidden for both":         {[]catalogue.ContrastEdit{{Solution: closed, TargetGroup: "hjemloese", Hidden: true}, {Solution: closed, TargetGroup: "angst", Hidden: true}}, nil, ""},
		"hidden on another":       {[]catalogue.ContrastEdit{{Solution: "gaature", TargetGroup: "angst", Hidden: true}}, nil, both},
		"a pair":                  {[]catalogue.ContrastEdit{{Solution: closed, TargetGroup: "depression", For: ref(2, 0), Against: ref(3, 0)}}, nil, both + "; " + pair},
		"a pair of another group": {[]catalogue.ContrastEdit{{Solution: closed, TargetGroup: "depression", For: ref(2, 0), Against: ref(3, 0)}}, catalogue.Filters{catalogue.FacetTargetGroup: {"angst"}}, "angst: organisation | citizen"},
		"a pair of another actor": {[]catalogue.ContrastEdit{{Solution: closed, TargetGroup: "depression", For: ref(2, 0), Against: ref(3, 0)}}, catalogue.Filters{catalogue.FacetActor: {"viborg"}}, ""},
		"a finding that changed":  {[]catalogue.ContrastEdit{{Solution: closed, TargetGroup: "depression", For: ref(2, 1), Against: ref(3, 0)}}, nil, both},
		"a finding that is gone":  {[]catalogue.ContrastEdit{{Solution: closed, TargetGroup: "depression", For: ref(2, -1), Against: ref(3, 0)}, {Solution: closed, TargetGroup: "depression", For: ref(2, 9), Against: ref(9, 0)}}, nil, both},
	} {
		src := newCatalog()
		src.taxonomy = testTaxonomy()
		src.taxonomy.Contrasts = c.edits
		src.put(numbered(practices...))
		o, err := openIndex(t, t.TempDir(), src).Overview(c.of)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range o.Contrasts {
			got = append(got, strings.Join(catalogue.Slugs(x.TargetGroups), "+")+": "+joined(x.For.Voices)+" | "+joined(x.Against.Voices))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
