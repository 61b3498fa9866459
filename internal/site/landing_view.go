package site

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/postgres"
	"praksis/internal/practicepage"
	"praksis/web"
)

// maxGroups bounds the rows of the table of target groups: what a reader takes in.
const maxGroups = 12

// texts are what is shown of the practices that an overview names, by ID.
type texts map[int64]postgres.PracticeFindings

// overviewTexts reads them, in one query. whole is false when one has gone or
// was changed after the overview's version.
func (s *Site) overviewTexts(ctx context.Context, o *catalogue.Overview) (t texts, whole bool, err error) {
	t = texts{}
	var ids []int64
	add := func(id int64) {
		if _, known := t[id]; !known {
			t[id] = postgres.PracticeFindings{}
			ids = append(ids, id)
		}
	}
	for _, id := range o.Examples {
		add(id)
	}
	for _, x := range o.Findings {
		for _, f := range x.First {
			add(f.Practice)
		}
	}
	for _, c := range o.Contrasts[:min(maxContrasts, len(o.Contrasts))] {
		for _, f := range append(slices.Clone(c.For.First), c.Against.First...) {
			add(f.Practice)
		}
	}
	if len(ids) == 0 {
		return t, true, nil
	}
	list, err := s.store.Findings(ctx, s.confirmed(), ids)
	if err != nil {
		return nil, false, err
	}
	whole = len(list) == len(ids)
	clear(t)
	for _, p := range list {
		t[p.ID] = p
		whole = whole && p.Version <= o.Version
	}
	return t, whole, nil
}

// finding is one that an overview names, with its practice's card; false when
// it has gone meanwhile.
func (t texts) finding(ref catalogue.FindingRef) (f catalogue.Finding, c catalogue.Card, ok bool) {
	p := t[ref.Practice]
	if ref.Number >= len(p.Findings) {
		return f, c, false
	}
	return p.Findings[ref.Number], p.Card, true
}

// landingView is a landing page without its shell; its cards tell of the findings
// in scope.
func landingView(l landing, o *catalogue.Overview, t texts, scope catalogue.FindingScope) web.Landing {
	total := o.Practices
	v := web.Landing{Kind: l.kind, Name: l.name, Definition: l.definition, Total: total, FinderURL: catalogue.FinderPath(l.query), Neighbours: l.neighbours, Successor: l.successor, Codes: l.codes}
	if o := l.municipality; o != nil {
		v.Invite, v.Tip = invite(*o), tipLink(o.Slug)
	}
	if total == 0 {
		return v
	}
	narrowed := func(facet, slug string) string { return catalogue.FinderPath(l.query.With(facet, slug)) }
	v.Lead = catalogue.Examples(total)
	if !l.actor {
		v.Lead += " fra " + count(len(o.Actors), "aktør", "aktører")
		if n := o.Retention[catalogue.RetentionRetained]; n > 0 {
			v.Kept = web.NamedCount{Label: "Fastholdt i " + catalogue.Examples(n), URL: narrowed(catalogue.FacetRetention, catalogue.Retentions.Slug(catalogue.RetentionRetained)), Names: names(o.Kept)}
		}
		for _, a := range o.Actors {
			v.Actors = append(v.Actors, web.Counted{Label: a.Name, URL: narrowed(catalogue.FacetActor, a.Slug), Count: a.Count})
		}
		v.ActorsLabel = "Eksempler fra"
		if len(l.query.Filters[catalogue.FacetSolution]) > 0 {
			v.ActorsLabel = "Bruges af"
		}
		slices.SortFunc(v.Actors, func(a, b web.Counted) int { return danish.Compare(a.Label, b.Label) })
	}
	for _, x := range o.Findings {
		if x.Count > 0 {
			badge := effectCount(x)
			badge.URL = narrowed(catalogue.FacetEffect, catalogue.Effects.Slug(x.Effect))
			e := web.EffectCount{Badge: badge}
			if !l.actor {
				e.Names = names(x.Actors)
			}
			v.Effects = append(v.Effects, e)
		}
	}
	if v.Few = fewFindings(o); v.Few == "" && !l.actor {
		v.Balance = balance(l.query, o)
	}
	for _, c := range o.Contrasts[:min(maxContrasts, len(o.Contrasts))] {
		v.Contrasts = append(v.Contrasts, contrastView(c, t, l))
	}
	v.Weighed = weighed(l.query, o, t)
	if v.Matrix = matrix(l.query, o); len(v.Matrix) == 1 { // the badges say it
		v.Matrix = nil
	}
	v.Said = said(l.query, o, t)
	for _, p := range o.Preconditions {
		v.Needs = append(v.Needs, web.Counted{Label: p.Label, URL: narrowed(catalogue.FacetPrecondition, p.Slug), Count: p.Count})
	}
	for _, status := range append(catalogue.Retentions.Codes(), "") {
		code := catalogue.RetentionStatus(status)
		if n := o.Retention[code]; n > 0 && (code != "" || len(v.Retention) > 0) {
			v.Retention = append(v.Retention, web.Counted{Label: catalogue.Retentions.Label(code), URL: narrowed(catalogue.FacetRetention, catalogue.Retentions.Slug(code)), Count: n})
		}
	}
	for _, x := range o.Solutions {
		if url := catalogue.LandingPath(catalogue.FacetSolution, x.Slug); url != l.path {
			v.Solutions = append(v.Solutions, web.Link{Label: fmt.Sprintf("%s (%d)", x.Label, x.Count), URL: url})
		}
	}
	if scope.Label != "" {
		v.Marks = "Mærkerne tæller kun erfaringer " + catalogue.LowerFirst(scope.Label) + "."
	}
	for _, id := range o.Examples {
		if p, ok := t[id]; ok {
			h := practicepage.Hit(p.Card.In(scope, p.Findings, p.Solutions))
			h.Scope = "" // said once for all
			v.Hits = append(v.Hits, h)
		}
	}
	return v
}

// names are at most maxNames organisations in words, by their short names.
func names(list []catalogue.OrganisationRef) string {
	var out []string
	for _, o := range list {
		out = append(out, cmp.Or(o.ShortName, o.Name))
	}
	slices.SortFunc(out, danish.Compare)
	if more := len(out) - maxNames; more > 0 {
		out = append(out[:maxNames], count(more, "anden", "andre"))
	}
	return catalogue.Join(out, "og")
}

// maxNames is how many organisations are named beside a count.
const maxNames = 6

// matrix is who says what of the effect for each target group, those with most
// findings first; each number leads to its examples among those of the query.
func matrix(q catalogue.Query, o *catalogue.Overview) (rows []web.MatrixRow) {
	for _, g := range o.Groups[:min(maxGroups, len(o.Groups))] {
		row := web.MatrixRow{Group: g.TargetGroup.Label, URL: catalogue.LandingPath(catalogue.FacetTargetGroup, g.TargetGroup.Slug)}
		for _, x := range g.Findings {
			url := catalogue.FinderPath(q.With(catalogue.FacetTargetGroup, g.TargetGroup.Slug).With(catalogue.FacetEffect, catalogue.Effects.Slug(x.Effect)))
			row.Cells = append(row.Cells, web.MatrixCell{Effect: catalogue.Effects.Label(x.Effect), Count: x.Count, URL: url, Voices: practicepage.InShort(x.Voices)})
		}
		rows = append(rows, row)
	}
	return rows
}

// said are the findings, effect by effect.
func said(q catalogue.Query, o *catalogue.Overview, t texts) (out []web.Said) {
	for _, x := range o.Findings {
		if x.Count == 0 {
			continue
		}
		s := web.Said{URL: catalogue.FinderPath(q.With(catalogue.FacetEffect, catalogue.Effects.Slug(x.Effect))), ID: "siger-" + catalogue.Effects.Slug(x.Effect), More: x.Count - len(x.First),
			Label: "Læs " + count(x.Count, "erfaring", "erfaringer") + " med " + catalogue.LowerFirst(catalogue.Effects.Label(x.Effect))}
		var findings []catalogue.Finding
		var from []web.Link
		for _, ref := range x.First {
			if f, c, ok := t.finding(ref); ok {
				findings = append(findings, f)
				from = append(from, web.Link{Label: c.Organisation.Name + ": " + c.Title, URL: catalogue.PracticePath(c.Slug)})
			}
		}
		s.Findings = practicepage.FindingsBy(findings, func(i int) web.Finding {
			line := practicepage.FindingLine(findings[i])
			line.Practice = from[i]
			return line
		})
		for i := range s.Findings {
			s.Findings[i].Effect = web.EffectBadge{} // the summary says it
		}
		out = append(out, s)
	}
	return out
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
