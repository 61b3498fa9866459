package site

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/internal/practicepage"
	"praksis/internal/review"
	"praksis/internal/search"
	"praksis/web"
)

// newest is how many new examples the front page shows.
const newest = 6

func (s *Site) front(w http.ResponseWriter, r *http.Request) error {
	if r.URL.RawQuery != "" { // nothing here takes parameters, and each would be kept by itself
		return &httpx.RedirectError{URL: catalogue.PathFront, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, catalogue.PathFront, func(ctx context.Context) (*httpx.Page, error) {
		f, err := s.find(ctx, catalogue.Query{Sort: catalogue.SortNewest, Page: 1})
		if err != nil {
			return nil, err
		}
		v := web.Front{Shell: s.shell("", catalogue.PathFront), Total: f.Total, Newest: practicepage.Hits(f.cards[:min(newest, len(f.cards))])}
		o, err := s.index.Overview(nil)
		if err != nil {
			return nil, err
		}
		v.Balance = balance(catalogue.Query{}, &o)
		v.Description = "Et katalog over, hvad danske kommuner, regioner og organisationer gjorde på det sociale område under covid-19: hvad virkede, for hvem, og hvem siger det?"
		v.Tasks = tasks(f.Facets)
		for _, facet := range f.Facets {
			v.Browse = append(v.Browse, browse(facet)...)
		}
		return atOnce(rendered(ctx, web.FrontPage(v), f.whole && f.Version == o.Version, false))
	})
}

// tasks are what people come for, and what each of them does first.
func tasks(facets []search.FacetCount) []web.Task {
	citizen := web.Task{Heading: "Jeg står med en borger", Lead: "Vælg, hvem det drejer sig om, og se, hvad andre gjorde.",
		Steps: []web.Link{{Label: "Løsninger, som flere har prøvet", URL: catalogue.PathSolutions}}}
	for _, f := range facets {
		if f.Name == catalogue.FacetTargetGroup && len(f.Values) > 0 {
			citizen.Menu = groupMenu(f)
		}
	}
	return []web.Task{citizen,
		{Heading: "Jeg forbereder et møde", Lead: "Se, hvad andre har lært, og tag det med til mødet.", Steps: []web.Link{
			{Label: "Overblik: hvad virkede for hvem, og hvem siger det?", URL: catalogue.PathOverview},
			{Label: "Mappe: saml eksempler, og få et oplæg til mødet", URL: catalogue.PathShortlist}}},
		{Heading: "Jeg vil dele noget", Lead: "Har I prøvet noget, som andre kan lære af? Det behøver ikke at være gået godt.", Steps: []web.Link{
			{Label: "Fortæl det på et halvt minut", URL: submitPath(review.KindTip)},
			{Label: "Se, hvordan du deler et helt eksempel", URL: catalogue.PathSubmit}}}}
}

// groupMenu is a list of the target groups that folds out, those below another behind a
// dash.
func groupMenu(f search.FacetCount) *web.FacetMenu {
	m := &web.FacetMenu{ID: "hvem", Facet: f.Name, Label: "Hvem drejer det sig om?", Prompt: "Vælg en målgruppe"}
	for _, v := range f.Values {
		m.Options = append(m.Options, web.FacetOption{Value: v.Slug, Label: strings.Repeat("– ", v.Depth) + v.Label, Count: v.Count})
	}
	return m
}

// browseBy are the facets that the front page offers to find by.
var browseBy = []string{catalogue.FacetTargetGroup, catalogue.FacetContactForm, catalogue.FacetTheme, catalogue.FacetActor, catalogue.FacetPerspective}

func browse(f search.FacetCount) []web.Browse {
	if !slices.Contains(browseBy, f.Name) || len(f.Values) == 0 {
		return nil
	}
	b := web.Browse{ID: "find-" + f.Name, Label: catalogue.FacetByName(f.Name).Label, URL: catalogue.LandingIndexPath(f.Name)}
	if f.Name == catalogue.FacetActor {
		b.Label, b.URL = catalogue.OrganisationKinds.Label(catalogue.Municipality), catalogue.PathMunicipalities
	}
	others := web.Browse{ID: "find-andre", Label: "Andre aktører"}
	for _, v := range f.Values {
		item := web.Counted{Label: v.Label, URL: catalogue.FilterPath(f.Name, v.Slug), Count: v.Count}
		to := &b.Items
		switch {
		case f.Name != catalogue.FacetActor:
		case strings.HasPrefix(v.Parent, catalogue.MunicipalitiesOf("")):
			v.Depth = 0 // municipalities stand by themselves here
		case strings.HasPrefix(v.Slug, catalogue.MunicipalitiesOf("")):
			continue
		default:
			to = &others.Items
		}
		if n := len(*to); v.Depth > 0 && n > 0 { // all that is below stands in one line
			parent := &(*to)[n-1]
			parent.Children = append(parent.Children, item)
		} else {
			*to = append(*to, item)
		}
	}
	slices.SortStableFunc(b.Items, func(x, y web.Counted) int {
		if f.Name != catalogue.FacetActor {
			return 0
		}
		return danish.Compare(x.Label, y.Label)
	})
	if len(others.Items) == 0 {
		return []web.Browse{b}
	}
	return []web.Browse{b, others}
}
