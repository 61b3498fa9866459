package site

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/web"
)

// maxContrastsOnPage bounds the page of all contrasts; who wants more chooses a
// solution.
const maxContrastsOnPage = 80

// contrasts are all disagreements among the examples of some filters.
func (s *Site) contrasts(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q.WithText(""))
	path := catalogue.ContrastsPath(q)
	if r.URL.RequestURI() != path {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		o, err := s.index.Overview(q.Filters)
		if err != nil {
			return nil, err
		}
		all := o
		if q.Filtered() {
			if all, err = s.index.Overview(nil); err != nil {
				return nil, err
			}
		}
		shown := slices.Clone(o.Contrasts[:min(maxContrastsOnPage, len(o.Contrasts))])
		t, whole, err := s.contrastTexts(ctx, shown)
		if err != nil {
			return nil, err
		}
		v := contrastsView(s.index.Taxonomy(), q, shown, t)
		m, err := s.index.Matrix(ctx, q)
		if err != nil {
			return nil, err
		}
		v.Both = both(&m)
		v.Menus = contrastMenus(q, all.Contrasts)
		v.Lead = count(len(o.Contrasts), "uenighed", "uenigheder") + ". Nogle har kun gode erfaringer med en løsning, andre kun dårlige. Her står de over for hinanden."
		if len(o.Contrasts) == 0 {
			v.Lead = "Ingen er direkte uenige her."
			if q.Filtered() {
				v.Lead += " Vælg noget andet, eller fjern et filter."
			}
		}
		if more := len(o.Contrasts) - len(shown); more > 0 {
			v.More = "Der er " + strconv.Itoa(more) + " mere. Vælg en løsning eller en målgruppe for at se dem."
		}
		v.Shell = s.shell(v.Heading, path)
		v.Description = "Den samme løsning, den samme målgruppe, og erfaringer, der peger hver sin vej: hvem siger hvad?"
		v.Crumbs = []web.Crumb{{Label: "Overblik", Path: catalogue.PathOverview}, {Label: "Uenigheder"}}
		v.Style = "whole.css"
		v.Noindex = q.Filtered()
		return atOnce(rendered(ctx, web.ContrastsPage(v), whole && all.Version == o.Version && m.Version == o.Version, v.Noindex))
	})
}

// sourcedTexts are texts with where each finding is from.
type sourcedTexts struct {
	texts
	pages map[int64]*catalogue.Practice
}

// contrastTexts reads the findings of contrasts, in one query; whole is
// false when one has gone.
func (s *Site) contrastTexts(ctx context.Context, list []catalogue.Contrast) (t sourcedTexts, whole bool, err error) {
	var refs []catalogue.FindingRef
	for _, c := range list {
		refs = append(append(refs, c.For.First...), c.Against.First...)
	}
	return s.sourcedTexts(ctx, refs)
}

func (s *Site) sourcedTexts(ctx context.Context, refs []catalogue.FindingRef) (t sourcedTexts, whole bool, err error) {
	t = sourcedTexts{texts{}, map[int64]*catalogue.Practice{}}
	var ids []int64
	for _, r := range refs {
		if !slices.Contains(ids, r.Practice) {
			ids = append(ids, r.Practice)
		}
	}
	if len(ids) == 0 {
		return t, true, nil
	}
	if t.pages, err = s.store.PracticesByID(ctx, s.confirmed(), ids); err != nil {
		return t, false, err
	}
	whole = len(t.pages) == len(ids)
	for id, p := range t.pages {
		t.texts[id] = postgres.PracticeFindings{ID: id, Card: p.Card(), Findings: p.Findings, Solutions: p.Solutions}
	}
	return t, whole, nil
}

// sourceOf is where a finding is from, in short.
func (t sourcedTexts) sourceOf(ref catalogue.FindingRef) string {
	p := t.pages[ref.Practice]
	if p == nil || ref.Number >= len(p.Findings) || len(p.Sources) == 0 {
		return ""
	}
	x := p.Sources[min(max(p.Findings[ref.Number].Source, 1), len(p.Sources))-1]
	out := x.Document
	if x.Date != "" {
		out += ", " + x.Date.Danish()
	}
	return out
}

// sourced is a line with its source behind it.
func (t sourcedTexts) sourced(ref catalogue.FindingRef) (web.ContrastLine, bool) {
	line, ok := t.line(ref)
	if from := t.sourceOf(ref); ok && from != "" {
		line.Source = ". Kilde: " + from
	}
	return line, ok
}

// contrastsView is the page without its shell, its menus and what it leads in with.
func contrastsView(t *catalogue.Taxonomy, q catalogue.Query, list []catalogue.Contrast, texts sourcedTexts) web.Contrasts {
	v := web.Contrasts{Heading: "Hvor er man uenige?", Overview: web.Link{Label: "Se overblikket over alle erfaringer", URL: catalogue.OverviewPath(q)}}
	if q.Filtered() {
		_, about, _ := strings.Cut(strings.TrimSuffix(t.Sentence(q, 2), "."), " eksempler")
		v.Heading = "Hvor er man uenige" + about + "?"
	}
	v.Chips, v.ClearURL = overviewChips(t, q, catalogue.ContrastsPath)
	kept := q
	for _, f := range []string{catalogue.FacetSolution, catalogue.FacetTargetGroup} {
		kept = kept.Without(f, kept.Filters[f]...)
	}
	v.Kept = hiddenFilters(kept)
	places := map[string]int{}
	for _, c := range list {
		i, known := places[c.Solution.Slug]
		if !known {
			i = len(v.Solutions)
			places[c.Solution.Slug] = i
			v.Solutions = append(v.Solutions, web.ContrastsOn{ID: "loesning-" + c.Solution.Slug, Link: web.Link{Label: c.Solution.Label, URL: catalogue.LandingPath(catalogue.FacetSolution, c.Solution.Slug)}})
		}
		x := contrastView(c, texts.texts, landing{path: v.Solutions[i].Link.URL})
		x.For.Lines, x.Against.Lines = texts.sourcedLines(c.For.First), texts.sourcedLines(c.Against.First)
		v.Solutions[i].List = append(v.Solutions[i].List, x)
	}
	slices.SortStableFunc(v.Solutions, func(a, b web.ContrastsOn) int { return danish.Compare(a.Link.Label, b.Link.Label) })
	return v
}

func (t sourcedTexts) sourcedLines(refs []catalogue.FindingRef) (out []web.ContrastLine) {
	for _, ref := range refs {
		if line, ok := t.sourced(ref); ok {
			out = append(out, line)
		}
	}
	return out
}

// contrastMenus are the solutions and target groups that there are contrasts on.
func contrastMenus(q catalogue.Query, all []catalogue.Contrast) []web.ContrastMenu {
	menu := func(facet, label, prompt string, of func(catalogue.Contrast) []catalogue.TermRef) web.ContrastMenu {
		m := web.ContrastMenu{ID: "vaelg-" + facet, Facet: facet, Label: label, Prompt: prompt}
		seen := map[string]bool{}
		for _, c := range all {
			for _, ref := range of(c) {
				if !seen[ref.Slug] {
					seen[ref.Slug] = true
					m.Options = append(m.Options, web.ContrastOption{Value: ref.Slug, Label: ref.Label, Selected: slices.Contains(q.Filters[facet], ref.Slug)})
				}
			}
		}
		slices.SortFunc(m.Options, func(a, b web.ContrastOption) int { return danish.Compare(a.Label, b.Label) })
		return m
	}
	return []web.ContrastMenu{
		menu(catalogue.FacetSolution, "Løsning", "Alle løsninger", func(c catalogue.Contrast) []catalogue.TermRef { return []catalogue.TermRef{c.Solution} }),
		menu(catalogue.FacetTargetGroup, "Målgruppe", "Alle målgrupper", func(c catalogue.Contrast) []catalogue.TermRef { return c.TargetGroups }),
	}
}

// both are the solutions with good findings and bad ones, those with most findings
// first.
func both(m *catalogue.Matrix) (out []web.OverviewRow) {
	good, bad := effectPlace(catalogue.EffectPositive), effectPlace(catalogue.EffectNegative)
	for i, v := range m.Solutions.Rows {
		if c := m.Solutions.InRow[i]; v.Slug != "" && c.Counts[good] > 0 && c.Counts[bad] > 0 {
			out = append(out, web.OverviewRow{Label: web.Link{Label: v.Label, URL: catalogue.LandingPath(catalogue.FacetSolution, v.Slug)}, Total: overviewCell(c, nil, false)})
		}
	}
	slices.SortStableFunc(out, func(a, b web.OverviewRow) int { return tallied(b) - tallied(a) })
	return out
}

func tallied(r web.OverviewRow) (n int) {
	for _, x := range r.Total.Tally {
		n += x.Count
	}
	return n
}

// effectPlace is where an effect stands in catalogue.Effects.
func effectPlace(e catalogue.Effect) int {
	return slices.IndexFunc(catalogue.Effects, func(x catalogue.Option[catalogue.Effect]) bool { return x.Code == e })
}
