package search

import (
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// concept is what words can stand for: a term of a vocabulary, or an entry of
// the thesaurus.
type concept struct {
	facet int // in catalogue.Facets; -1 when no facet has it
	place int // of the value in the facet's tree
	label string
	stems []string // of the label's words
}

// thesaurus finds meanings by the words of their labels and synonyms. It is
// made of the taxonomy, so that changing a synonym indexes nothing anew.
type thesaurus map[string][]*concept

// maxPhraseWords is the longest label or synonym in words that a query is searched
// for.
const maxPhraseWords = 5

func newThesaurus(f *facetIndex) thesaurus {
	out := thesaurus{}
	out.addTerms(f)
	out.addEffects(f.facets)
	entries := map[string]*concept{}
	entry := func(name string) *concept {
		if entries[name] == nil {
			entries[name] = newConcept(name)
		}
		return entries[name]
	}
	for _, r := range f.taxonomy.Synonyms {
		for _, name := range r.Search {
			for _, to := range r.Finds {
				out.add(name, entry(to))
			}
		}
		for i, name := range r.Same {
			for j, to := range r.Same {
				if i != j {
					out.add(name, entry(to))
				}
			}
		}
	}
	return out
}

func newConcept(label string) *concept {
	m := &concept{facet: -1, label: label}
	for _, w := range contentWords(label) {
		m.stems = append(m.stems, w.stem)
	}
	return m
}

// addTerms adds the vocabularies' terms under their labels and synonyms.
func (s thesaurus) addTerms(f *facetIndex) {
	t := f.taxonomy
	for _, v := range catalogue.Vocabularies {
		meanings := map[string]*concept{} // by slug
		for _, term := range t.Terms[v] {
			now := t.Term(v, term.Slug) // its successor, when it has been merged
			if now == nil || now.Successor != "" || now.Slug == catalogue.NotStated {
				continue
			}
			m := meanings[now.Slug]
			if m == nil {
				m = newConcept(now.Label)
				if i, ok := facetPlace[string(v)]; ok {
					if p, ok := f.facets[i].places[now.Slug]; ok {
						m.facet, m.place = i, p
					}
				}
				meanings[now.Slug] = m
			}
			for _, name := range append([]string{term.Label, now.Label}, term.Synonyms...) {
				s.add(name, m)
			}
		}
	}
}

// negativePhrases are what one writes who asks for whom something did not work.
var negativePhrases = []string{"ikke", "uden effekt", "ulempe", "dur ikke", "virker ikke", "fungerer ikke", "negativ", "dårlig erfaring"}

// addEffects adds the effects of findings and what became of a practice, which
// are no vocabularies, under their labels, and lets a "not" rank what has gone
// less well.
func (s thesaurus) addEffects(facets []facet) {
	for _, name := range []string{catalogue.FacetEffect, catalogue.FacetRetention} {
		i := facetPlace[name]
		for p, v := range facets[i].tree.Values {
			if v.Slug == catalogue.NotStated {
				continue
			}
			m := &concept{facet: i, place: p, label: v.Label}
			s.add(v.Label, m)
			if name == catalogue.FacetEffect && v.Slug == catalogue.Effects.Slug(catalogue.EffectNegative) {
				for _, d := range negativePhrases {
					s.add(d, m)
				}
			}
		}
	}
}

// add makes m known under a name: with all its words, and without the stop
// words when enough remains to know it by ("uden for hjemmet" is not "hjem").
func (s thesaurus) add(name string, m *concept) {
	all := parseWords(name)
	rows := [][]queryWord{all}
	if content := contentWords(name); len(content) < len(all) && len(content) > 1 {
		rows = append(rows, content)
	}
	for _, row := range rows {
		if len(row) == 0 || len(row) > maxPhraseWords {
			continue
		}
		for _, key := range phraseKeys(row) {
			if key != "" && !slices.Contains(s[key], m) {
				s[key] = append(s[key], m)
			}
		}
	}
}

// contentWords are the words of a text but the stop words, unless it has no
// others.
func contentWords(text string) []queryWord {
	return onlyContent(parseWords(text))
}

func onlyContent(words []queryWord) []queryWord {
	var out []queryWord
	for _, w := range words {
		if w.content {
			out = append(out, w)
		}
	}
	return out
}

// phraseKeys are the forms under which a row of words is known: by its stems,
// and written as one ("online aktiviteter", "onlineaktiviteter").
func phraseKeys(words []queryWord) [2]string {
	var apart, joined strings.Builder
	for _, w := range words {
		apart.WriteString(w.stem + " ")
		joined.WriteString(w.term)
	}
	if len(words) == 1 {
		return [2]string{apart.String()}
	}
	return [2]string{apart.String(), danish.Stem(joined.String()) + " "}
}

// Synonyms are the names of what the vocabularies and the thesaurus say that a
// word means.
func Synonyms(t *catalogue.Taxonomy, word string) []string {
	all := newThesaurus(newFacetIndex(&rowList{}, t))
	var out []string
	for _, key := range phraseKeys(contentWords(word)) {
		for _, m := range all[key] {
			if folded := danish.Fold(m.label); folded != danish.Fold(word) && !slices.ContainsFunc(out, func(s string) bool { return danish.Fold(s) == folded }) {
				out = append(out, m.label)
			}
		}
	}
	return out
}
