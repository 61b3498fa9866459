package site

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/httpx"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// landing is what a landing page is about.
type landing struct {
	kind, name, definition, path string
	query                        catalogue.Query // of its examples and their findings
	neighbours                   []web.NeighbourGroup
	municipality                 *catalogue.Organisation // that it is about; nil for others
	actor                        bool                    // it is about who, not about what
	successor                    web.Link                // of an organisation that ends; may be empty
	moved                        bool                    // the successor has taken its place
	codes                        []web.Fact
}

// termPage is the landing page of a term or a solution.
func (s *Site) termPage(facet string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		slug, err := slugOf(chi.URLParam(r, "slug"))
		if err != nil {
			return err
		}
		t := s.index.Taxonomy()
		f := t.Facet(facet)
		canonical, ok := t.ResolveSlug(facet, slug)
		if x, retired := t.RetiredTerm(f.Vocabulary, slug); retired { // it may come back
			to := strings.TrimSuffix(catalogue.LandingPath(facet, ""), "/")
			if parent, live := t.ResolveSlug(facet, x.Parent); live {
				to = catalogue.LandingPath(facet, parent)
			}
			return &httpx.RedirectError{URL: to, Status: http.StatusFound}
		}
		if !ok {
			return catalogue.ErrNotFound
		}
		if canonical != slug {
			return &httpx.RedirectError{URL: catalogue.LandingPath(facet, canonical), Status: http.StatusMovedPermanently}
		}
		term := t.Term(f.Vocabulary, slug)
		l := landing{kind: f.Label, name: term.Label, definition: term.Definition, path: catalogue.LandingPath(facet, slug), query: catalogue.Query{}.With(facet, slug)}
		l.neighbours = termNeighbours(t, f, slug)
		for _, c := range term.Codes {
			l.codes = append(l.codes, web.Fact{Label: map[string]string{"exact": "Svarer til", "broader": "Bredere end"}[c.Match], Value: c.Code})
		}
		return s.serveLanding(w, r, l)
	}
}

// termNeighbours are a value's parent, its children, what stands beside it, and
// the solution or contact form of the same name.
func termNeighbours(t *catalogue.Taxonomy, f *catalogue.FacetTree, slug string) []web.NeighbourGroup {
	self := f.Value(slug)
	group := func(label string, take func(catalogue.FacetValue) bool) web.NeighbourGroup {
		g := web.NeighbourGroup{Label: label}
		for _, v := range f.Values {
			if take(v) && v.Slug != slug && v.Slug != catalogue.NotStated {
				g.Items = append(g.Items, web.Link{Label: v.Label, URL: catalogue.LandingPath(f.Name, v.Slug)})
			}
		}
		return g
	}
	groups := []web.NeighbourGroup{
		group("Hører under", func(v catalogue.FacetValue) bool { return v.Slug == self.Parent }),
		group("Herunder", func(v catalogue.FacetValue) bool { return v.Parent == slug }),
	}
	if f.Name != catalogue.FacetSolution {
		groups = append(groups, group("Ved siden af", func(v catalogue.FacetValue) bool { return v.Parent == self.Parent }))
	}
	sameNameFacet := map[string]string{catalogue.FacetContactForm: catalogue.FacetSolution, catalogue.FacetSolution: catalogue.FacetContactForm}
	if other := t.Facet(sameNameFacet[f.Name]); other != nil {
		if v := other.Value(slug); v != nil {
			groups = append(groups, web.NeighbourGroup{Label: "Som " + catalogue.LowerFirst(other.Label), Items: []web.Link{{Label: v.Label, URL: catalogue.LandingPath(other.Name, slug)}}})
		}
	}
	return slices.DeleteFunc(groups, func(g web.NeighbourGroup) bool { return len(g.Items) == 0 })
}

// actorPage is the landing page of an organisation; each kind has its own
// folder.
func (s *Site) actorPage(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	t := s.index.Taxonomy()
	o := t.Organisation(slug)
	if o == nil || o.Slug != slug {
		return catalogue.ErrNotFound
	}
	path := catalogue.ActorPath(o.Kind, slug)
	if r.URL.Path != path {
		return &httpx.RedirectError{URL: path, Status: http.StatusMovedPermanently}
	}
	l := landing{actor: true, kind: catalogue.OrganisationKinds.Label(o.Kind), name: o.Name, path: path, query: catalogue.Query{}.With(catalogue.FacetActor, slug)}
	others := func(label string, take func(catalogue.Organisation) bool) {
		g := web.NeighbourGroup{Label: label}
		for _, x := range t.Organisations {
			if take(x) && x.Slug != slug {
				g.Items = append(g.Items, web.Link{Label: x.Name, URL: catalogue.ActorPath(x.Kind, x.Slug)})
			}
		}
		slices.SortFunc(g.Items, func(a, b web.Link) int { return danish.Compare(a.Label, b.Label) })
		if len(g.Items) > 0 {
			l.neighbours = append(l.neighbours, g)
		}
	}
	switch o.Kind {
	case catalogue.Municipality:
		l.municipality = o
		others("Nabokommuner", func(x catalogue.Organisation) bool { return slices.Contains(catalogue.Neighbours(slug), x.Slug) })
		others("Region", func(x catalogue.Organisation) bool { return x.Slug == o.Parent }) // that of today
		others("Andre kommuner i regionen", func(x catalogue.Organisation) bool { return x.Kind == catalogue.Municipality && x.Parent == o.Parent })
	case catalogue.Region:
		// The region and its municipalities are two things; its page has both.
		l.query = regionQuery(slug)
		l.definition = "Eksempler fra regionen selv og fra kommunerne i regionen." + lifetime(t, *o)
		if next := t.Organisation(o.Successor); next != nil {
			l.successor = web.Link{Label: next.Name, URL: catalogue.ActorPath(next.Kind, next.Slug)}
			l.moved = t.Ended(*o)
		}
		others("Afløser", func(x catalogue.Organisation) bool { return x.Successor == slug })
		others("Regionens specialområder", func(x catalogue.Organisation) bool { return x.Kind == catalogue.RegionUnit && x.Parent == slug })
		others("Kommuner i regionen", func(x catalogue.Organisation) bool { return x.Kind == catalogue.Municipality && x.Parent == slug })
	default:
		others("Region", func(x catalogue.Organisation) bool { return o.Parent != "" && x.Slug == o.Parent })
		others("Andre af samme slags", func(x catalogue.Organisation) bool { return x.Kind == o.Kind && x.Parent == o.Parent })
		if t.Ended(*o) {
			l.definition = "Findes ikke længere. Eksemplerne er fra den tid, da " + o.Name + " fandtes."
		}
	}
	return s.serveLanding(w, r, l)
}

// lifetime says when a region begins or ends, where that is not always.
func lifetime(t *catalogue.Taxonomy, o catalogue.Organisation) string {
	switch {
	case t.Ended(o):
		return " Regionen fandtes til og med " + o.ValidTo.Danish() + "."
	case o.ValidTo != "":
		return " Regionen findes til og med " + o.ValidTo.Danish() + "."
	case !t.Exists(o):
		return " Regionen begynder " + o.ValidFrom.Danish() + "."
	}
	return ""
}

func (s *Site) serveLanding(w http.ResponseWriter, r *http.Request, l landing) error {
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: l.path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, l.path, func(ctx context.Context) (*httpx.Page, error) {
		if l.moved { // its examples are its successor's now
			v := web.Landing{Kind: l.kind, Name: l.name, Definition: l.definition, Successor: l.successor, Moved: true}
			v.Shell = s.shell(l.name, l.path)
			v.Crumbs = []web.Crumb{{Label: l.name}}
			v.Noindex = true
			return rendered(ctx, web.LandingPage(v), true, true)
		}
		o, err := s.index.Overview(l.query.Filters)
		if err != nil {
			return nil, err
		}
		texts, whole, err := s.overviewTexts(ctx, &o)
		if err != nil {
			return nil, err
		}
		v := landingView(l, &o, texts, s.index.Taxonomy().FindingScope(l.query))
		if l.municipality != nil {
			all, err := s.addNearby(ctx, &v, *l.municipality)
			if err != nil {
				return nil, err
			}
			whole = whole && all
		}
		v.Shell = s.shell(l.name, l.path)
		v.Description = l.definition
		v.Crumbs = []web.Crumb{{Label: l.name}}
		for _, x := range landingIndexes {
			if strings.HasPrefix(l.path, x.path()+"/") {
				v.Crumbs = append([]web.Crumb{{Label: x.name, Path: x.path()}}, v.Crumbs...)
			}
		}
		if strings.HasPrefix(l.path, catalogue.PathSolutions) {
			v.Crumbs = append([]web.Crumb{{Label: "Løsninger", Path: catalogue.PathSolutions}}, v.Crumbs...)
		}
		v.Noindex = v.Total == 0
		return atOnce(rendered(ctx, web.LandingPage(v), whole, v.Noindex))
	})
}
