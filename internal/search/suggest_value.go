package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"praksis/internal/catalogue"
)

// suggestedFacets are the facets whose values are suggested, in the order in which
// equals are shown.
var suggestedFacets = []string{catalogue.FacetTargetGroup, catalogue.FacetContactForm, catalogue.FacetTheme, catalogue.FacetSolution, catalogue.FacetActor}

// valueSuggester suggests the values of facets by their names.
type valueSuggester struct {
	facets *facetIndex
	values func() []suggestibleValue // made when first asked for
}

func newValueSuggester(f *facetIndex) *valueSuggester {
	x := &valueSuggester{facets: f}
	x.values = sync.OnceValue(x.suggestibleValues)
	return x
}

// suggestibleValue is a value that some practice has, with its names.
type suggestibleValue struct {
	Suggestion
	names []valueName // the label first
}

// valueName is a name of a value, split as what is typed is.
type valueName struct {
	text   string
	words  []string
	joined string
}

// add adds a name.
func (v *suggestibleValue) add(text string) {
	if words, joined := splitName(text, true); len(words) > 0 {
		v.names = append(v.names, valueName{text, words, joined})
	}
}

// suggest gives the n best facet values.
func (x *valueSuggester) suggest(t completionInput, n int) []Suggestion {
	type candidate struct {
		Suggestion
		match nameMatch
	}
	var found []candidate
	for _, v := range x.values() {
		best, synonym := nameDiffers, ""
		for i, name := range v.names {
			f := t.matchName(name.words, name.joined)
			if i == 0 && f < nameDiffers {
				best = f
				break
			}
			// Of the synonyms, one that begins so, else the first.
			if f == nameHasPrefix || f == nameHasWords && best == nameDiffers {
				best, synonym = nameIsSynonym, name.text
				if f == nameHasPrefix {
					break
				}
			}
		}
		if best < nameDiffers {
			v.Synonym = synonym
			found = append(found, candidate{v.Suggestion, best})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.match, b.match), cmp.Compare(b.Count, a.Count)) })
	var out []Suggestion
	for _, f := range found[:min(max(n, 0), len(found))] {
		out = append(out, f.Suggestion)
	}
	return out
}

// suggestibleValues are all values that have practices, with all their names.
func (x *valueSuggester) suggestibleValues() []suggestibleValue {
	var out []suggestibleValue
	for _, facet := range suggestedFacets {
		f := x.facets.facets[facetPlace[facet]]
		place := map[string]int{} // in out, by slug
		for p, v := range f.tree.Values {
			count := int(f.practices[p].Count())
			if count == 0 || v.Slug == catalogue.NotStated {
				continue
			}
			place[v.Slug] = len(out)
			out = append(out, suggestibleValue{Suggestion: Suggestion{Facet: facet, Slug: v.Slug, Label: v.Label, Count: count}})
			out[len(out)-1].add(v.Label)
		}
		name := func(slug string, names ...string) {
			if i, ok := place[slug]; ok {
				for _, text := range names {
					if !strings.HasPrefix(out[i].Label, text) { // whatever begins it begins the label
						out[i].add(text)
					}
				}
			}
		}
		for _, term := range x.facets.taxonomy.Terms[f.tree.Vocabulary] {
			slug, _ := x.facets.taxonomy.ResolveSlug(facet, term.Slug)
			name(slug, append([]string{term.Label}, term.Synonyms...)...)
		}
		if facet == catalogue.FacetActor {
			for _, o := range x.facets.taxonomy.Organisations {
				name(o.Slug, o.Name, o.ShortName)
			}
		}
	}
	return out
}
