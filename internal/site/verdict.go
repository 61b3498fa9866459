package site

import (
	"strings"

	"praksis/internal/catalogue"
	"praksis/web"
)

// verdictBadges are the verdicts of the voices, each with a badge of its own, in
// the order of Effects. One for an effect that is not stated when there are none.
func verdictBadges(verdicts []catalogue.Verdict) []web.EffectBadge {
	var out []web.EffectBadge
	for _, e := range catalogue.Effects {
		for _, v := range verdicts {
			if v.Effect == e.Code {
				out = append(out, effectBadge(e.Code, []catalogue.Voice{v.Voice}))
			}
		}
	}
	if out == nil {
		return []web.EffectBadge{effectBadge("", nil)}
	}
	return out
}

// across says in a line what holds for all target groups; empty for no verdicts.
func across(verdicts []catalogue.Verdict) string {
	var clauses []string
	for _, e := range catalogue.Effects {
		var said []catalogue.Voice
		for _, v := range verdicts {
			if v.Effect == e.Code {
				said = append(said, v.Voice)
			}
		}
		if said != nil {
			clauses = append(clauses, catalogue.LowerFirst(effectInShort[e.Code])+" ("+inShort(said)+")")
		}
	}
	if clauses == nil {
		return ""
	}
	return "Gælder alle: " + strings.Join(clauses, ", ")
}

// effectInShort is an effect in a glance: "God · tilbuddet".
var effectInShort = map[catalogue.Effect]string{
	catalogue.EffectPositive: "God", catalogue.EffectMixed: "Blandet", catalogue.EffectNone: "Ingen effekt", catalogue.EffectNegative: "Dårlig",
}

// effectBadge is an effect and the voices that state it, the empty one where
// the source does not say whose assessment it is.
func effectBadge(e catalogue.Effect, voices []catalogue.Voice) web.EffectBadge {
	if e == "" {
		return web.EffectBadge{Class: "effect--unknown", Text: "Effekt ikke oplyst"}
	}
	return web.EffectBadge{Class: "effect--" + string(e), Text: effectInShort[e], Voice: inShort(voices)}
}

// effectCount is the findings of one effect, counted, with who says so. Across
// practices there is no verdict (domain.md, "Summing up").
func effectCount(x catalogue.FindingTally) web.EffectBadge {
	b := effectBadge(x.Effect, x.Voices)
	b.Text = catalogue.Effects.Label(x.Effect) + ": " + count(x.Count, "erfaring", "erfaringer")
	return b
}

// effectCounts are those of all effects, with links to their examples among those
// of the query; none when there are no findings.
func effectCounts(q catalogue.Query, o *catalogue.Overview) []web.EffectBadge {
	var out []web.EffectBadge
	for _, x := range o.Findings {
		if x.Count > 0 {
			b := effectCount(x)
			b.URL = catalogue.FinderPath(q.With(catalogue.FacetEffect, catalogue.Effects.Slug(x.Effect)))
			out = append(out, b)
		}
	}
	return out
}

// fewFindings says that findings are too few for anything to be said of them,
// by the limits of domain.md ("Summing up"); else it is empty.
func fewFindings(o *catalogue.Overview) string {
	n := 0
	for _, x := range o.Findings {
		n += x.Count
	}
	switch {
	case n == 0:
		return ""
	case n < 3:
		return "For få erfaringer til at sige noget"
	case len(o.WithFindings) < 2:
		return "For få erfaringer til at sige noget: De kommer kun fra én aktør"
	}
	return ""
}
