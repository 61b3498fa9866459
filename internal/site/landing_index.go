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
)

// landingIndex is a list of all landing pages of a facet, or of the organisations
// of a kind.
type landingIndex struct {
	facet string // empty for organisations
	kind  catalogue.OrganisationKind
	name  string
	lead  string
}

var landingIndexes = []landingIndex{
	{facet: catalogue.FacetTargetGroup, name: "Målgrupper", lead: "Alle målgrupper i kataloget, også dem, vi endnu ikke har eksempler om."},
	{facet: catalogue.FacetContactForm, name: "Kontaktformer", lead: "Hvordan man mødtes, da man ikke kunne mødes som før."},
	{facet: catalogue.FacetTheme, name: "Temaer", lead: "Hvad eksemplerne handler om."},
	{facet: catalogue.FacetPerspective, name: "Perspektiver", lead: "Om eksemplet ser på borgeren, på samarbejdet eller på organisationen."},
	{kind: catalogue.Municipality, name: "Kommuner", lead: "Alle 98 kommuner efter region, også dem, vi endnu ikke har eksempler fra."},
	{kind: catalogue.Region, name: "Regioner", lead: "Regionerne selv og kommunerne i dem."},
}

// path is the address of the list.
func (x landingIndex) path() string {
	switch x.kind {
	case catalogue.Municipality:
		return catalogue.PathMunicipalities
	case catalogue.Region:
		return catalogue.PathRegions
	}
	return catalogue.LandingIndexPath(x.facet)
}

func (s *Site) landingIndex(x landingIndex) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		path := x.path()
		if r.URL.RawQuery != "" {
			return &httpx.RedirectError{URL: path, Status: http.StatusFound}
		}
		return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
			found, err := s.index.Search(ctx, catalogue.Query{Sort: catalogue.SortNewest, Page: 1})
			if err != nil {
				return nil, err
			}
			counts := map[string]int{}
			facet := x.facet
			if facet == "" {
				facet = catalogue.FacetActor
			}
			for _, c := range found.Facets {
				if c.Name == facet {
					for _, v := range c.Values {
						counts[v.Slug] = v.Count
					}
				}
			}
			v := web.LandingIndex{Shell: s.shell(x.name, path), Name: x.name, Lead: x.lead}
			v.Description = x.lead
			v.Crumbs = []web.Crumb{{Label: x.name}}
			if x.facet != "" {
				v.Groups = termGroups(found.Taxonomy, x.facet, "Andre "+strings.ToLower(x.name), counts)
			} else {
				for _, o := range found.Taxonomy.Organisations { // an example may be the region's and a municipality's
					if o.Kind == catalogue.Region && found.Taxonomy.Exists(o) {
						if counts[o.Slug], err = s.index.Count(ctx, regionQuery(o.Slug)); err != nil {
							return nil, err
						}
					}
				}
				v.Map = web.Link{Label: "Se dem på kort", URL: catalogue.MapPath(catalogue.Query{}, x.kind == catalogue.Region)}
				v.Groups = organisationGroups(found.Taxonomy, x.kind, counts)
			}
			return atOnce(rendered(ctx, web.LandingIndexPage(v), true, false))
		})
	}
}

// termGroups are the terms of a vocabulary with their definitions: those below
// another stand in its group, and those without any, where others have some,
// under the heading others.
func termGroups(t *catalogue.Taxonomy, facet, others string, counts map[string]int) []web.LandingGroup {
	f := t.Facet(facet)
	var groups []web.LandingGroup
	top := web.LandingGroup{}
	for i, v := range f.Values {
		item := web.LandingItem{Label: v.Label, URL: catalogue.LandingPath(facet, v.Slug), Count: counts[v.Slug]}
		if term := t.Term(f.Vocabulary, v.Slug); term != nil {
			item.Definition = term.Definition
		}
		switch parent := i+1 < len(f.Values) && f.Values[i+1].Parent == v.Slug; {
		case v.Depth == 0 && parent:
			groups = append(groups, web.LandingGroup{Heading: item})
		case v.Depth == 0:
			top.Items = append(top.Items, item)
		default:
			last := &groups[len(groups)-1]
			last.Items = append(last.Items, item)
		}
	}
	if len(top.Items) > 0 {
		if len(groups) > 0 {
			top.Heading.Label = others
		}
		groups = append(groups, top)
	}
	return groups
}

// regionQuery asks for the examples of a region and of its municipalities.
func regionQuery(slug string) catalogue.Query {
	return catalogue.Query{}.With(catalogue.FacetActor, slug).Add(catalogue.FacetActor, catalogue.MunicipalitiesOf(slug))
}

// organisationGroups are the municipalities region by region, or the regions by
// themselves, with the numbers given.
func organisationGroups(t *catalogue.Taxonomy, kind catalogue.OrganisationKind, counts map[string]int) []web.LandingGroup {
	var groups []web.LandingGroup
	all := web.LandingGroup{}
	for _, region := range t.Organisations {
		if region.Kind != catalogue.Region || !t.Exists(region) {
			continue
		}
		heading := web.LandingItem{Label: region.Name, URL: catalogue.ActorPath(region.Kind, region.Slug), Count: counts[region.Slug]}
		if kind == catalogue.Region {
			all.Items = append(all.Items, heading)
			continue
		}
		g := web.LandingGroup{Heading: web.LandingItem{Label: "Kommuner i " + region.Name, URL: catalogue.FilterPath(catalogue.FacetActor, catalogue.MunicipalitiesOf(region.Slug)), Count: counts[catalogue.MunicipalitiesOf(region.Slug)]}}
		for _, o := range t.Organisations {
			if o.Kind == catalogue.Municipality && o.Parent == region.Slug {
				g.Items = append(g.Items, web.LandingItem{Label: o.Name, URL: catalogue.ActorPath(o.Kind, o.Slug), Count: counts[o.Slug]})
			}
		}
		slices.SortFunc(g.Items, func(a, b web.LandingItem) int { return danish.Compare(a.Label, b.Label) })
		groups = append(groups, g)
	}
	if len(all.Items) > 0 {
		groups = append(groups, all)
	}
	return groups
}
