package site

import (
	"cmp"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/search"
	"praksis/web"
)

// maxMunicipalityRows is how many municipalities stand in a filter as rows: of more
// one looks for a name, which a list that folds out is made for.
const maxMunicipalityRows = 8

// municipalityMenu takes the municipalities out of a facet's values, into a menu in
// alphabetical order, where they are many. What is chosen stays a row, which takes
// it away again; so do those of a chosen region, which one of them replaces: a form
// can only add.
func municipalityMenu(t *catalogue.Taxonomy, q catalogue.Query, f search.FacetCount) (rows []search.ValueCount, menu *web.FacetMenu) {
	if f.Name != catalogue.FacetActor && f.Name != catalogue.FacetNear {
		return f.Values, nil
	}
	near, chosen := t.Facet(catalogue.FacetNear), q.Filters[f.Name]
	type option struct{ place, count int }
	options := make([]option, 0, len(near.Values))
	for _, v := range f.Values {
		if p := near.Place(v.Slug); p >= 0 && !v.Selected && !slices.Contains(chosen, v.Parent) {
			options = append(options, option{p, v.Count})
		} else {
			rows = append(rows, v)
		}
	}
	if len(options) <= maxMunicipalityRows {
		return f.Values, nil
	}
	slices.SortFunc(options, func(a, b option) int { return cmp.Compare(a.place, b.place) })
	menu = &web.FacetMenu{ID: "vaelg-" + f.Name, Facet: f.Name, Label: "Kommune", Prompt: "Vælg en kommune",
		Options: make([]web.FacetOption, len(options)), Kept: keptWithFilters(q)}
	for i, o := range options {
		v := near.Values[o.place]
		menu.Options[i] = web.FacetOption{Value: v.Slug, Label: v.Label, Count: o.count}
	}
	return rows, menu
}

// keptWithFilters is what goes with a form that chooses a value more.
func keptWithFilters(q catalogue.Query) []web.Hidden {
	return append(keptText(q), hiddenFilters(q)...)
}
