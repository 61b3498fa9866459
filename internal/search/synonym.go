package search

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// meaning is what words can stand for: a term of a vocabulary, or an entry of
// the thesaurus.
type meaning struct {
	facet int // in catalogue.Facets; -1 when no facet has it
	place int // of the value in the facet's tree
	label string
	stems []string // of the label's words
}

// synonyms finds meanings by the words of their labels and synonyms. It is
// made of the taxonomy, so that changing a synonym indexes nothing anew.
type synonyms map[string][]*meaning

// maxSpan is the longest label or synonym in words that a query is searched
// for.
const maxSpan = 5

// Bounds of the meanings that a query can have: a text made of nothing but
// labels must not cost more than a search.
const (
	maxMeanings     = 72
	maxWordMeanings = 24 // that begin at one word
	maxLikewise     = 24 // compounds that have one synonym as a part; fewer where there are many words
)

func newSynonyms(t *catalogue.Taxonomy, facets []facet) synonyms {
	out := synonyms{}
	out.addTerms(t, facets)
	out.addEffects(facets)
	entries := map[string]*meaning{}
	entry := func(name string) *meaning {
		if entries[name] == nil {
			entries[name] = newMeaning(name)
		}
		return entries[name]
	}
	for _, r := range t.Synonyms {
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

func newMeaning(label string) *meaning {
	m := &meaning{facet: -1, label: label}
	for _, w := range contentWords(label) {
		m.stems = append(m.stems, w.stem)
	}
	return m
}

// addTerms adds the vocabularies' terms under their labels and synonyms.
func (s synonyms) addTerms(t *catalogue.Taxonomy, facets []facet) {
	for _, v := range catalogue.Vocabularies {
		meanings := map[string]*meaning{} // by slug
		for _, term := range t.Terms[v] {
			now := t.Term(v, term.Slug) // its successor, when it has been merged
			if now == nil || now.Successor != "" || now.Slug == catalogue.NotStated {
				continue
			}
			m := meanings[now.Slug]
			if m == nil {
				m = newMeaning(now.Label)
				if i, ok := facetPlace[string(v)]; ok {
					if p, ok := facets[i].places[now.Slug]; ok {
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

// doubts are what one writes who asks for whom something did not work.
var doubts = []string{"ikke", "uden effekt", "ulempe", "dur ikke", "virker ikke", "fungerer ikke", "negativ", "dårlig erfaring"}

// addEffects adds the effects of findings and what became of a practice, which
// are no vocabularies, under their labels, and lets a "not" rank what has gone
// less well.
func (s synonyms) addEffects(facets []facet) {
	for _, name := range []string{catalogue.FacetEffect, catalogue.FacetRetention} {
		i := facetPlace[name]
		for p, v := range facets[i].tree.Values {
			if v.Slug == catalogue.NotStated {
				continue
			}
			m := &meaning{facet: i, place: p, label: v.Label}
			s.add(v.Label, m)
			if name == catalogue.FacetEffect && v.Slug == catalogue.Effects.Slug(catalogue.EffectNegative) {
				for _, d := range doubts {
					s.add(d, m)
				}
			}
		}
	}
}

// add makes m known under a name: with all its words, and without the stop
// words when enough remains to know it by ("uden for hjemmet" is not "hjem").
func (s synonyms) add(name string, m *meaning) {
	all := parse(name)
	rows := [][]queryWord{all}
	if content := contentWords(name); len(content) < len(all) && len(content) > 1 {
		rows = append(rows, content)
	}
	for _, row := range rows {
		if len(row) == 0 || len(row) > maxSpan {
			continue
		}
		for _, key := range spanKeys(row) {
			if key != "" && !slices.Contains(s[key], m) {
				s[key] = append(s[key], m)
			}
		}
	}
}

// contentWords are the words of a text but the stop words, unless it has no
// others.
func contentWords(text string) []queryWord {
	return onlyContent(parse(text))
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

// spanKeys are the forms under which a row of words is known: by its stems,
// and written as one ("online aktiviteter", "onlineaktiviteter").
func spanKeys(words []queryWord) [2]string {
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

// expandSynonyms looks for rows of words that a vocabulary or the thesaurus
// knows. Whoever writes such a row means the practices that carry the term,
// and those that have the words of its label.
func (s *snapshot) expandSynonyms(ctx context.Context, words []queryWord, limit int) error {
	x := synonymExpansion{snapshot: s, words: words, limit: limit, left: maxMeanings}
	all, content := make([]int, len(words)), []int{}
	for i, w := range words {
		all[i] = i
		if w.content {
			content = append(content, i)
		}
	}
	if err := x.rows(ctx, all); err != nil {
		return err
	}
	if len(content) < len(all) {
		if err := x.rows(ctx, content); err != nil {
			return err
		}
	}
	for i := range words {
		if err := x.parts(ctx, &words[i]); err != nil {
			return err
		}
	}
	return nil
}

type synonymExpansion struct {
	*snapshot
	words []queryWord
	limit int // of the words that have one stem
	left  int // meanings that may still be looked at
}

// rows expands each row of the words at the places.
func (x *synonymExpansion) rows(ctx context.Context, places []int) error {
	for i := range places {
		var row []queryWord
		left := maxWordMeanings
		for n, place := range places[i:min(i+maxSpan, len(places))] {
			row = append(row, x.words[place])
			for _, m := range x.meanings(row) {
				if x.left--; x.left < 0 {
					return nil
				}
				if left--; left < 0 {
					break
				}
				if err := x.mean(ctx, places[i:i+n+1], m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (x *synonymExpansion) meanings(row []queryWord) []*meaning {
	var out []*meaning
	if !slices.ContainsFunc(row, func(w queryWord) bool { return w.content }) {
		return nil
	}
	for _, key := range spanKeys(row) {
		for _, m := range x.synonyms[key] {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// mean gives the content words at the places a meaning.
func (x *synonymExpansion) mean(ctx context.Context, places []int, m *meaning) error {
	var set expandedSet
	if len(m.stems) > 1 || m.facet >= 0 {
		practices, err := x.withAll(ctx, x.labelled(m.stems))
		if err != nil {
			return err
		}
		if m.facet >= 0 {
			practices.InPlaceUnion(x.facets[m.facet].practices[m.place])
		}
		set = expandedSet{practices, synonym, m.label}
	}
	for _, p := range places {
		w := &x.words[p]
		if !w.content {
			continue
		}
		if set.practices != nil {
			w.sets = append(w.sets, set)
		}
		if len(m.stems) == 1 {
			w.add(synonym, x.lexicon.inflections(m.stems[0], x.limit)...)
			w.add(likewise, x.lexicon.compounds(m.stems[0], fewer(x.limit))...)
			w.add(likewise, x.lexicon.kin(danish.Root(m.stems[0]), m.stems[0], fewer(x.limit))...)
		}
	}
	return nil
}

// fewer is how many compounds of a synonym are looked at where limit words of a
// stem are.
func fewer(limit int) int { return min(maxLikewise, limit/4) }

// labelled are the words of a label, each with its inflections.
func (s *snapshot) labelled(stems []string) [][]entry {
	var out [][]entry
	for _, stem := range stems {
		out = append(out, s.lexicon.inflections(stem, maxPerWord))
	}
	return out
}

// parts finds what has each part of a compound or a synonym of it: of
// "misbrugsbehandling", what has rusmidler and behandling.
func (x *synonymExpansion) parts(ctx context.Context, w *queryWord) error {
	if !w.content || len(w.parts) == 0 || len(w.parts) > 3 {
		return nil
	}
	lists, any := x.alternatives(w.parts, x.limit)
	if !any {
		return nil
	}
	practices, err := x.withAll(ctx, lists)
	if err == nil {
		w.sets = append(w.sets, expandedSet{practices, likewise, strings.Join(w.parts, " ")})
	}
	return err
}

// alternatives are the words that have each of the parts or a synonym of it;
// any when there is a synonym.
func (s *snapshot) alternatives(parts []string, limit int) (lists [][]entry, any bool) {
	lists = make([][]entry, len(parts))
	for i, stem := range parts {
		lists[i] = append(s.lexicon.inflections(stem, limit), s.lexicon.compounds(stem, fewer(limit))...)
		for _, m := range s.synonyms[stem+" "] {
			if len(m.stems) == 1 {
				lists[i] = append(lists[i], s.lexicon.inflections(m.stems[0], limit)...)
				lists[i] = append(lists[i], s.lexicon.compounds(m.stems[0], fewer(limit))...)
				any = true
			}
		}
	}
	return lists, any
}

// Synonyms are the names of what the vocabularies and the thesaurus say that a
// word means.
func Synonyms(t *catalogue.Taxonomy, word string) []string {
	facets, _ := indexFacets(nil, nil, t)
	all := newSynonyms(t, facets)
	var out []string
	for _, key := range spanKeys(contentWords(word)) {
		for _, m := range all[key] {
			if folded := danish.Fold(m.label); folded != danish.Fold(word) && !slices.ContainsFunc(out, func(s string) bool { return danish.Fold(s) == folded }) {
				out = append(out, m.label)
			}
		}
	}
	return out
}
