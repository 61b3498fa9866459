package search

import (
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// meaning is a term of a vocabulary that words can stand for.
type meaning struct {
	facet int // in catalogue.Facets; -1 when no facet has the vocabulary
	place int // of the value in the facet's tree
	label string
	words []string // terms of the label
}

// synonyms finds meanings by the words of their labels and synonyms. It is
// made of the taxonomy, so that changing a synonym indexes nothing anew.
type synonyms map[string][]*meaning

// maxSpan is the longest label or synonym in content words that a query is
// searched for.
const maxSpan = 5

// maxMeanings bounds the meanings that one query can have: a text made of
// nothing but labels must not cost more than a search.
const maxMeanings = 16

func newSynonyms(t *catalogue.Taxonomy, facets []facet) synonyms {
	out := synonyms{}
	for _, v := range catalogue.Vocabularies {
		meanings := map[string]*meaning{} // by slug
		for _, term := range t.Terms[v] {
			now := t.Term(v, term.Slug) // its successor, when it has been merged
			if now == nil || now.Successor != "" || now.Slug == catalogue.NotStated {
				continue
			}
			m := meanings[now.Slug]
			if m == nil {
				m = &meaning{facet: -1, label: now.Label}
				for _, w := range contentWords(now.Label) {
					m.words = append(m.words, w.term)
				}
				if i, ok := facetPlace[string(v)]; ok {
					if p, ok := facets[i].places[now.Slug]; ok {
						m.facet, m.place = i, p
					}
				}
				meanings[now.Slug] = m
			}
			for _, name := range append([]string{term.Label, now.Label}, term.Synonyms...) {
				out.add(name, m)
			}
		}
	}
	return out
}

func (s synonyms) add(name string, m *meaning) {
	words := contentWords(name)
	if len(words) == 0 || len(words) > maxSpan {
		return
	}
	for _, key := range spanKeys(words) {
		if !slices.Contains(s[key], m) {
			s[key] = append(s[key], m)
		}
	}
}

// contentWords are the words of a text but the stop words, unless it has no
// others.
func contentWords(text string) []queryWord {
	var out []queryWord
	for _, w := range parse(text) {
		if w.content {
			out = append(out, w)
		}
	}
	return out
}

// spanKeys are the forms under which a row of words is known: by its stems,
// and written as one ("online aktiviteter", "onlineaktiviteter").
func spanKeys(words []queryWord) [2]string {
	var apart, joined strings.Builder
	for _, w := range words {
		apart.WriteString(w.stem + " ")
		joined.WriteString(w.term)
	}
	return [2]string{apart.String(), danish.Stem(joined.String())}
}
