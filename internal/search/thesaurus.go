package search

import (
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// meaning is a concept of a phrase: the same as it, or only related (domain.md,
// "Hits").
type meaning struct {
	*concept
	same bool
}

// concept is what a phrase can mean: a term of a vocabulary, or what a rule of
// the thesaurus names.
type concept struct {
	facet int // in catalogue.Facets; -1 when no facet has it
	place int // of the value in the facet's tree
	label string
	stems []string // of the label's words
}

// thesaurus has the concepts by the keys of their labels and synonyms. It is
// made of the taxonomy when a snapshot is, so that changing a synonym indexes
// nothing anew.
type thesaurus map[string][]meaning

// maxPhraseWords is the length of the longest label or synonym that is recognised
// in a query, in words.
const maxPhraseWords = 5

func newThesaurus(f *facetIndex) thesaurus {
	out := thesaurus{}
	out.addTerms(f)
	out.addEffects(f.facets)
	concepts := map[string]*concept{}
	conceptOf := func(name string) *concept {
		if concepts[name] == nil {
			concepts[name] = newConcept(name)
		}
		return concepts[name]
	}
	for _, r := range f.taxonomy.Synonyms {
		for _, name := range r.Search {
			for _, to := range r.Means {
				out.add(name, meaning{conceptOf(to), true})
			}
			for _, to := range r.Finds {
				out.add(name, meaning{conceptOf(to), false})
			}
		}
		for i, name := range r.Same {
			for j, to := range r.Same {
				if i != j {
					out.add(name, meaning{conceptOf(to), true})
				}
			}
		}
	}
	return out
}

func newConcept(label string) *concept {
	c := &concept{facet: -1, label: label}
	for _, w := range contentWords(label) {
		c.stems = append(c.stems, w.stem)
	}
	return c
}

// addTerms adds the vocabularies' terms under their labels and synonyms.
func (s thesaurus) addTerms(f *facetIndex) {
	t := f.taxonomy
	for _, v := range catalogue.Vocabularies {
		concepts := map[string]*concept{} // by slug
		for _, term := range t.Terms[v] {
			now := t.Term(v, term.Slug) // its successor, when it has been merged
			if now == nil || now.Successor != "" || now.Slug == catalogue.NotStated {
				continue
			}
			c := concepts[now.Slug]
			if c == nil {
				c = newConcept(now.Label)
				if i, ok := facetPlace[string(v)]; ok {
					if p, ok := f.facets[i].places[now.Slug]; ok {
						c.facet, c.place = i, p
					}
				}
				concepts[now.Slug] = c
			}
			for _, name := range append([]string{term.Label, now.Label}, term.Synonyms...) {
				s.add(name, meaning{c, true})
			}
		}
	}
}

// negativePhrases are written by those who ask for whom something did not work.
var negativePhrases = []string{"ikke", "uden effekt", "ulempe", "dur ikke", "virker ikke", "fungerer ikke", "negativ", "dårlig erfaring"}

// addEffects adds the effects of findings and the retention of practices, which
// are no vocabularies, under their labels, and the negative effect also under
// negativePhrases.
func (s thesaurus) addEffects(facets []facet) {
	for _, name := range []string{catalogue.FacetEffect, catalogue.FacetRetention} {
		i := facetPlace[name]
		for p, v := range facets[i].tree.Values {
			if v.Slug == catalogue.NotStated {
				continue
			}
			c := &concept{facet: i, place: p, label: v.Label}
			s.add(v.Label, meaning{c, true})
			if name == catalogue.FacetEffect && v.Slug == catalogue.Effects.Slug(catalogue.EffectNegative) {
				for _, d := range negativePhrases {
					s.add(d, meaning{c, false})
				}
			}
		}
	}
}

// add adds a concept under a name: with all its words, and without the stop words
// where at least two words remain ("uden for hjemmet" is not "hjem").
func (s thesaurus) add(name string, c meaning) {
	if len(c.stems) == 1 && isFunctionWord(c.stems[0]) && c.facet < 0 {
		return // SoMe is no some
	}
	all := parseWords(name)
	for _, w := range all {
		s[writtenKey(w.term)] = nil
	}
	phrases := [][]queryWord{all}
	if content := contentWords(name); len(content) < len(all) && len(content) > 1 {
		phrases = append(phrases, content)
	}
	for _, phrase := range phrases {
		if len(phrase) == 0 || len(phrase) > maxPhraseWords {
			continue
		}
		for _, key := range phraseKeys(phrase) {
			if key == "" {
				continue
			}
			if i := slices.IndexFunc(s[key], func(o meaning) bool { return o.concept == c.concept }); i >= 0 {
				s[key][i].same = s[key][i].same || c.same // of two rules the stronger
			} else {
				s[key] = append(s[key], c)
			}
		}
	}
}

// contentWords are the words of a text without the stop words, unless it has no
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

// phraseKeys are the keys of a phrase in the thesaurus: its stems, and the stem
// of its words written as one ("online aktiviteter", "onlineaktiviteter"). The
// second is empty for one word.
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

// writtenKey is the key under which a word of a label or a synonym stands as it is
// written; it has no concepts.
func writtenKey(term string) string { return "=" + term }

// hasWritten tells whether a label or a synonym has a word as it is written.
func (s thesaurus) hasWritten(term string) bool {
	_, ok := s[writtenKey(term)]
	return ok
}

// Synonyms are the labels of the concepts of a word, but for the word itself.
func Synonyms(t *catalogue.Taxonomy, word string) []string {
	all := newThesaurus(newFacetIndex(&rowList{}, t))
	var out []string
	for _, key := range phraseKeys(contentWords(word)) {
		for _, c := range all[key] {
			if folded := danish.Fold(c.label); folded != danish.Fold(word) && !slices.ContainsFunc(out, func(s string) bool { return danish.Fold(s) == folded }) {
				out = append(out, c.label)
			}
		}
	}
	return out
}
