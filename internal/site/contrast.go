package site

import (
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/practicepage"
	"praksis/web"
)

// maxContrasts is how many disagreements a landing page shows.
const maxContrasts = 4

// contrastView is a disagreement, headed by who says what; path is the page that
// it stands on, to which it does not lead.
func contrastView(c catalogue.Contrast, t texts, l landing) web.Contrast {
	var groups []string
	for i, g := range c.TargetGroups {
		if i > 0 {
			g.Label = catalogue.LowerFirst(g.Label)
		}
		groups = append(groups, g.Label)
	}
	v := web.Contrast{
		Heading: c.For.InWords() + ": god effekt. " + c.Against.InWords() + ": dårlig effekt.",
		About:   web.Link{Label: c.Solution.Label, URL: catalogue.LandingPath(catalogue.FacetSolution, c.Solution.Slug)}, Groups: catalogue.Join(groups, "og"),
		For: contrastSide(c, c.For, catalogue.EffectPositive, t), Against: contrastSide(c, c.Against, catalogue.EffectNegative, t),
	}
	if v.About.URL == l.path {
		v.About.URL = ""
	}
	return v
}

func contrastSide(c catalogue.Contrast, s catalogue.ContrastSide, e catalogue.Effect, t texts) web.ContrastSide {
	q := catalogue.Query{}.With(catalogue.FacetSolution, c.Solution.Slug).With(catalogue.FacetTargetGroup, c.TargetGroups[0].Slug).With(catalogue.FacetEffect, catalogue.Effects.Slug(e))
	for _, v := range s.Voices {
		q = q.Add(catalogue.FacetVoice, catalogue.Voices.Slug(v))
	}
	for _, a := range s.Actors {
		q = q.Add(catalogue.FacetActor, a.Slug)
	}
	v := web.ContrastSide{Count: count(s.Count, "erfaring", "erfaringer"), URL: catalogue.FinderPath(q)}
	for _, ref := range s.First {
		if line, ok := t.line(ref); ok {
			v.Lines = append(v.Lines, line)
		}
	}
	return v
}

// line is a finding in a sentence, with who says so and on what condition.
func (t texts) line(ref catalogue.FindingRef) (web.ContrastLine, bool) {
	f, c, ok := t.finding(ref)
	if !ok {
		return web.ContrastLine{}, false
	}
	return web.ContrastLine{Text: f.Text, Condition: practicepage.Condition(f.Condition), Voice: practicepage.VoiceLine(f.Voices), Practice: web.Link{Label: c.Organisation.Name, URL: catalogue.PracticePath(c.Slug)}}, true
}

// weighed sets good findings and bad ones side by side where nothing is disagreed:
// "det kommer an på" where it is of one solution and every finding states a
// condition, else "for og imod". Empty when all is good or all is bad, when the
// contrasts tell it, and where unrelated deeds would stand side by side.
func weighed(q catalogue.Query, o *catalogue.Overview, t texts) web.Weighed {
	solution := len(q.Filters[catalogue.FacetSolution]) > 0
	if len(o.Contrasts) > 0 || !solution && len(q.Filters[catalogue.FacetTargetGroup])+len(q.Filters[catalogue.FacetContactForm]) == 0 {
		return web.Weighed{}
	}
	sides := map[catalogue.Effect]*catalogue.FindingTally{}
	for i := range o.Findings {
		sides[o.Findings[i].Effect] = &o.Findings[i]
	}
	good, bad := sides[catalogue.EffectPositive], sides[catalogue.EffectNegative]
	if good == nil || bad == nil || good.Count == 0 || bad.Count == 0 {
		return web.Weighed{}
	}
	for _, x := range [][]catalogue.FindingRef{good.First, bad.First} {
		for _, ref := range x {
			if f, _, ok := t.finding(ref); ok && f.Condition == "" {
				solution = false // something holds whatever the conditions are
			}
		}
	}
	all := func(catalogue.Finding) bool { return true }
	v := web.Weighed{Heading: "For og imod", For: t.lines(good.First, all), Against: t.lines(bad.First, all)}
	if solution {
		v.Heading = "Det kommer an på"
	}
	return v
}

// lines are at most three findings of those that take lets through, of different
// actors and voices first.
func (t texts) lines(refs []catalogue.FindingRef, take func(catalogue.Finding) bool) (out []web.ContrastLine) {
	heard := map[string]int{}
	speaker := func(ref catalogue.FindingRef) string {
		f, c, _ := t.finding(ref)
		var said []string
		for _, v := range f.Voices {
			said = append(said, string(v))
		}
		return c.Organisation.Slug + " " + strings.Join(said, " ")
	}
	rest := slices.DeleteFunc(slices.Clone(refs), func(ref catalogue.FindingRef) bool {
		f, _, ok := t.finding(ref)
		return !ok || !take(f)
	})
	for len(rest) > 0 && len(out) < catalogue.OverviewSides {
		next := slices.MinFunc(rest, func(a, b catalogue.FindingRef) int { return heard[speaker(a)] - heard[speaker(b)] })
		heard[speaker(next)]++
		line, _ := t.line(next)
		out = append(out, line)
		rest = slices.DeleteFunc(rest, func(ref catalogue.FindingRef) bool { return ref == next })
	}
	return out
}
