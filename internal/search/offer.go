package search

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// Offer is a value of a facet that is named in the text of a query and can be
// chosen as a filter instead.
type Offer struct {
	Facet string   // name
	Slugs []string // values, any of which is asked for; mostly one
	Label string
	Text  string // what remains of the query's text
	Count int    // hits when it is chosen
}

// maxOffers is how many filters are offered: a line.
const maxOffers = 3

// offeredFacets are the facets whose values are recognised; of two values with the
// same name, that of the earlier facet is offered.
var offeredFacets = []string{catalogue.FacetTargetGroup, catalogue.FacetActor, catalogue.FacetContactForm, catalogue.FacetTheme, catalogue.FacetSolution}

// filterOfferer finds the values of facets that are named in a query's text.
type filterOfferer struct {
	facets  *facetIndex
	count   func(context.Context, catalogue.Query) (int, error) // as the finder counts
	names   valueNames
	phrases queryPhrases
}

// valuePlace is a value by its facet in facetIndex.facets, and its place in the
// facet's tree.
type valuePlace struct{ facet, value int }

// valueNames are the values of the offered facets by the keys of their names.
type valueNames map[string][]valuePlace

// newValueNames reads the names of all values: labels, synonyms, and the names of
// organisations. The words of a name may be inflected, but not those of an
// organisation's: Vejen is no road.
func newValueNames(x *facetIndex) valueNames {
	out, t, facets := valueNames{}, x.taxonomy, x.facets
	for _, name := range offeredFacets {
		f := facetPlace[name]
		add := func(slug, text string) {
			p, ok := facets[f].places[slug]
			if !ok || slug == catalogue.NotStated || slug == catalogue.AcrossGroups {
				return
			}
			words := parseWords(text)
			for _, phrase := range [][]queryWord{words, onlyContent(words)} {
				for _, key := range nameKeys(phrase, name == catalogue.FacetActor) {
					if v := (valuePlace{f, p}); key != "" && !slices.Contains(out[key], v) {
						out[key] = append(out[key], v)
					}
				}
			}
		}
		tree := facets[f].tree
		for _, v := range tree.Values {
			add(v.Slug, v.Label)
		}
		for _, term := range t.Terms[tree.Vocabulary] {
			slug, _ := t.ResolveSlug(name, term.Slug)
			for _, text := range append([]string{term.Label}, term.Synonyms...) {
				add(slug, text)
			}
		}
		if name == catalogue.FacetActor {
			for _, o := range t.Organisations {
				for _, text := range []string{o.Name, o.ShortName, strings.TrimSuffix(o.Name, " Kommune")} {
					add(o.Slug, text)
				}
			}
		}
	}
	return out
}

// nameKeys are the keys of a phrase: of its stems, or exactly of its words. There
// are none for one that is too long.
func nameKeys(words []queryWord, exactly bool) []string {
	if len(words) == 0 || len(words) > maxPhraseWords {
		return nil
	}
	if !exactly {
		keys := phraseKeys(words)
		return keys[:]
	}
	var terms []string
	for _, w := range words {
		terms = append(terms, w.term)
	}
	return []string{"=" + strings.Join(terms, " ")}
}

// maxOfferWords is how long a query can be to have a name in it that is meant as
// a filter: each offer is counted by a search.
const maxOfferWords = 12

// offers are the filters that stand in a query's text and would give something,
// the longest names first, in the order of the text.
func (x *filterOfferer) offers(ctx context.Context, q catalogue.Query, words []queryWord) ([]Offer, error) {
	text, cut := q.SearchText()
	if cut || len(words) > maxOfferWords {
		return nil, nil
	}
	type spanned struct {
		first int
		Offer
	}
	var found []spanned
	used := make([]bool, len(words))
	understood := x.understand(words)
	kept := positionsOf(words, understood)
	for _, u := range understood {
		if catalogue.FacetByName(u.facet).Vocabulary != "" {
			continue // the longest name that stands there is found below
		}
		for i := u.first; i < u.end; i++ {
			used[i] = true
		}
		if slices.Equal(q.Filters[u.facet], u.slugs) || len(found) == maxOffers {
			continue
		}
		o := x.offerOf(u.filterMeaning, removeWords(text, words[u.first].position, words[u.end-1].last, kept))
		n, err := x.count(ctx, q.WithText(o.Text).With(o.Facet, o.Slugs...))
		if err != nil {
			return nil, err
		}
		if o.Count = n; n > 0 {
			found = append(found, spanned{u.first, o})
		}
	}
	for n := min(maxPhraseWords, len(words)); n > 0; n-- {
		for i := 0; i+n <= len(words) && len(found) < maxOffers; i++ {
			if slices.Contains(used[i:i+n], true) || !adjacent(words[i:i+n]) {
				continue
			}
			list, err := x.offer(ctx, q, text, words[i:i+n], kept)
			if err != nil {
				return nil, err
			}
			for _, o := range list {
				if len(o.Slugs) > 0 && len(found) < maxOffers {
					found = append(found, spanned{i, o})
				}
				for j := range n {
					used[i+j] = true
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b spanned) int { return a.first - b.first })
	var out []Offer
	for _, f := range found {
		out = append(out, f.Offer)
	}
	return out, nil
}

// positionsOf are the positions in the text of the words of phrases that ask for a
// filter by more than one word.
func positionsOf(words []queryWord, list []understood) (out []bool) {
	if len(words) == 0 {
		return nil
	}
	out = make([]bool, words[len(words)-1].last+1)
	for _, u := range list {
		if u.end-u.first > 1 {
			for p := words[u.first].position; p <= words[u.end-1].last; p++ {
				out[p] = true
			}
		}
	}
	return out
}

// adjacent tells whether words stand side by side in the text, neither end
// being a stop word.
func adjacent(words []queryWord) bool {
	last := len(words) - 1
	return words[0].content && words[last].content && wordsBetweenAll(words) == 0
}

// wordsBetweenAll is how many words of the text stand between words that follow each other.
func wordsBetweenAll(words []queryWord) (n int) {
	for i, w := range words[1:] {
		n += w.position - words[i].last - 1
	}
	return n
}

// offer is the first value with the words as its name that gives something; of a
// region both the region itself and its municipalities. It has no slug, but a facet,
// when the words are the name of what is chosen.
func (x *filterOfferer) offer(ctx context.Context, q catalogue.Query, text string, words []queryWord, kept []bool) (out []Offer, err error) {
	var values []valuePlace
	municipalities := valuePlace{-1, -1}
	if n := words[0].name; n != nil && n.actor >= 0 && len(words) == 1 {
		actors := facetPlace[catalogue.FacetActor]
		values = append(values, valuePlace{actors, n.actor})
		tree := x.facets.facets[actors].tree
		if p, ok := x.facets.facets[actors].places[catalogue.MunicipalitiesOf(tree.Values[n.actor].Slug)]; ok {
			municipalities = valuePlace{actors, p}
			values = append(values, municipalities)
		}
	}
	phrases := [][]queryWord{words}
	if content := onlyContent(words); len(content) < len(words) {
		phrases = append(phrases, content)
	}
	for _, exactly := range []bool{false, true} {
		for _, phrase := range phrases {
			for _, key := range nameKeys(phrase, exactly) {
				values = append(values, x.names[key]...)
			}
		}
	}
	if len(values) == 0 { // as of most words
		return nil, nil
	}
	slices.SortStableFunc(values, func(a, b valuePlace) int {
		return slices.Index(offeredFacets, x.facets.facets[a.facet].tree.Name) - slices.Index(offeredFacets, x.facets.facets[b.facet].tree.Name)
	})
	rest := removeWords(text, words[0].position, words[len(words)-1].last, kept)
	for _, v := range slices.Compact(values) {
		if len(out) > 0 && v != municipalities {
			continue
		}
		tree := x.facets.facets[v.facet].tree
		o := Offer{Facet: tree.Name, Slugs: []string{tree.Values[v.value].Slug}, Label: tree.Values[v.value].Label, Text: rest}
		if slices.Contains(q.Filters[o.Facet], o.Slugs[0]) {
			return []Offer{{Facet: o.Facet}}, nil
		}
		if o.Count, err = x.count(ctx, q.WithText(rest).With(o.Facet, o.Slugs...)); err != nil {
			return nil, err
		}
		if o.Count == 0 {
			continue
		}
		if out = append(out, o); municipalities.facet < 0 || v == municipalities {
			break
		}
	}
	return out, nil
}

// removeWords is a text without the words from one position to another, and without
// the stop words that led to them: "rusmidler i Viborg" is about rusmidler. Stop
// words at its ends go too, but for those that are kept: words, by position, of
// phrases that ask for a filter.
func removeWords(text string, from, to int, kept []bool) string {
	type word struct {
		danish.Token
		says bool // something: it is no stop word, or kept
	}
	var before, after []word
	tokens := danish.Tokens(text)
	for i, pos := 0, 0; i < len(tokens); i, pos = i+1, pos+1 {
		w := word{tokens[i], !danish.IsStop(tokens[i].Term) || pos < len(kept) && kept[pos]}
		i += w.Members
		switch {
		case pos < from:
			before = append(before, w)
		case pos > to:
			after = append(after, w)
		}
	}
	// What led to the words, or has nothing to lead to any more, and what is left
	// at the other ends.
	says := func(w word) bool { return w.says }
	cut := func(words []word) string {
		first := slices.IndexFunc(words, says)
		if first < 0 {
			return ""
		}
		last := len(words) - 1
		for !words[last].says {
			last--
		}
		return text[words[first].Start:words[last].End]
	}
	left := cut(before)
	if left != "" && slices.ContainsFunc(after, says) {
		// In between everything stays: "unge på hotline i Viborg".
		last := len(after) - 1
		for !after[last].says {
			last--
		}
		return left + " " + strings.Trim(text[after[0].Start:after[last].End], " ")
	}
	return strings.TrimSpace(left + " " + cut(after))
}
