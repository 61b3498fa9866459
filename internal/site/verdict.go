package site

import (
	"praksis/internal/catalogue"
	"praksis/internal/practicepage"
	"praksis/web"
)

// effectCount is the findings of one effect, counted, with who says so. Across
// practices there is no verdict (domain.md, "Summing up").
func effectCount(x catalogue.FindingTally) web.EffectBadge {
	b := practicepage.Badge(x.Effect, x.Voices)
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
