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

// suggestibleValue is a value that some practice has.
type suggestibleValue struct {
	Suggestion
	names []valueName // the label first
}

type valueName struct {
	text   string
	words  []string
	joined string
}

func (v *suggestibleValue) add(text string) {
	if words, joined := nameWords(text, true); len(words) > 0 {
		v.names = append(v.names, valueName{text, words, joined})
	}
}

// suggest gives the n best facet values.
func (x *valueSuggester) suggest(t completion, n int) []Suggestion {
	type fitting struct {
		Suggestion
		fit nameMatch
	}
	var found []fitting
	for _, v := range x.values() {
		best, synonym := matchNone, ""
		for i, name := range v.names {
			f := t.match(name.words, name.joined)
			if i == 0 && f < matchNone {
				best = f
				break
			}
			// Of the synonyms, one that begins so, else the first.
			if f == matchPrefix || f == matchWords && best == matchNone {
				best, synonym = matchSynonym, name.text
				if f == matchPrefix {
					break
				}
			}
		}
		if best < matchNone {
			v.Synonym = synonym
			found = append(found, fitting{v.Suggestion, best})
		}
	}
	slices.SortStableFunc(found, func(a, b fitting) int { return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(b.Count, a.Count)) })
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
