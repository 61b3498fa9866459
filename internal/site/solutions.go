package site

import (
	"context"
	"net/http"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/practicepage"
	"praksis/web"
)

// solutions lists all solutions with their spread.
func (s *Site) solutions(w http.ResponseWriter, r *http.Request) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: catalogue.PathSolutions, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, catalogue.PathSolutions, func(ctx context.Context) (*httpx.Page, error) {
		v := web.Solutions{Shell: s.shell("Løsninger", catalogue.PathSolutions)}
		v.Description = "Den samme idé på tværs af kommuner, regioner og organisationer: hvem brugte den, og hvem fastholdt den?"
		v.Crumbs = []web.Crumb{{Label: "Løsninger"}}
		version, whole := int64(0), true
		for _, x := range s.index.Taxonomy().Terms[catalogue.SolutionList] {
			if x.Successor != "" {
				continue
			}
			o, err := s.index.Overview(catalogue.Query{}.With(catalogue.FacetSolution, x.Slug).Filters)
			if err != nil {
				return nil, err
			}
			whole = whole && (version == 0 || version == o.Version)
			version = o.Version
			if o.Practices == 0 {
				continue
			}
			q := catalogue.Query{}.With(catalogue.FacetSolution, x.Slug)
			spread := []web.Link{{Label: "Bruges af " + count(len(o.Actors), "aktør", "aktører"), URL: catalogue.FinderPath(q)}}
			if n := len(o.Kept); n > 0 {
				spread = append(spread, web.Link{Label: "fastholdt af " + count(n, "aktør", "aktører"), URL: catalogue.FinderPath(q.With(catalogue.FacetRetention, catalogue.Retentions.Slug(catalogue.RetentionRetained)))})
			}
			effects := effectCounts(q, &o)
			if effects == nil {
				effects = practicepage.Badges(nil)
			}
			v.List = append(v.List, web.Solution{Label: x.Label, URL: catalogue.LandingPath(catalogue.FacetSolution, x.Slug), Definition: x.Definition, Spread: spread,
				Effects: effects, Few: fewFindings(&o)})
		}
		slices.SortStableFunc(v.List, func(a, b web.Solution) int { return danish.Compare(a.Label, b.Label) })
		return atOnce(rendered(ctx, web.SolutionsPage(v), whole, false))
	})
}
