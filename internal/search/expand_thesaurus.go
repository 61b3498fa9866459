package search

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/danish"
)

// Bounds of the meanings that a query can have: a text made of nothing but
// labels must not cost more than a search.
const (
	maxConcepts         = 72
	maxConceptsPerWord  = 24 // that begin at one word
	maxSynonymCompounds = 24 // compounds that have one synonym as a part; fewer where there are many words
)

// expandSynonyms looks for rows of words that a vocabulary or the thesaurus
// knows. Whoever writes such a row means the practices that carry the term,
// and those that have the words of its label.
func (x *expander) expandSynonyms(ctx context.Context, words []queryWord, limit int) error {
	n := synonymExpansion{expander: x, words: words, limit: limit, left: maxConcepts}
	all, content := make([]int, len(words)), []int{}
	for i, w := range words {
		all[i] = i
		if w.content {
			content = append(content, i)
		}
	}
	if err := n.expandPhrases(ctx, all); err != nil {
		return err
	}
	if len(content) < len(all) {
		if err := n.expandPhrases(ctx, content); err != nil {
			return err
		}
	}
	for i := range words {
		if err := n.expandMembers(ctx, &words[i]); err != nil {
			return err
		}
	}
	return nil
}

type synonymExpansion struct {
	*expander
	words []queryWord
	limit int // of the words that have one stem
	left  int // meanings that may still be looked at
}

// expandPhrases expands each row of the words at the places.
func (x *synonymExpansion) expandPhrases(ctx context.Context, places []int) error {
	for i := range places {
		var row []queryWord
		left := maxConceptsPerWord
		for n, place := range places[i:min(i+maxPhraseWords, len(places))] {
			row = append(row, x.words[place])
			for _, m := range x.concepts(row) {
				if x.left--; x.left < 0 {
					return nil
				}
				if left--; left < 0 {
					break
				}
				if err := x.addConcept(ctx, places[i:i+n+1], m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (x *synonymExpansion) concepts(row []queryWord) []*concept {
	var out []*concept
	if !slices.ContainsFunc(row, func(w queryWord) bool { return w.content }) {
		return nil
	}
	for _, key := range phraseKeys(row) {
		for _, m := range x.thesaurus[key] {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// addConcept gives the content words at the places a meaning.
func (x *synonymExpansion) addConcept(ctx context.Context, places []int, m *concept) error {
	var set expandedSet
	if len(m.stems) > 1 || m.facet >= 0 {
		practices, err := x.postings.withOneOfEach(ctx, x.labelTerms(m.stems))
		if err != nil {
			return err
		}
		if m.facet >= 0 {
			practices.InPlaceUnion(x.facets.facets[m.facet].practices[m.place])
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
			w.add(viaSynonymMember, x.lexicon.compounds(m.stems[0], compoundLimit(x.limit))...)
			w.add(viaSynonymMember, x.lexicon.sameRoot(danish.Root(m.stems[0]), m.stems[0], compoundLimit(x.limit))...)
		}
	}
	return nil
}

// compoundLimit is how many compounds of a synonym are looked at where limit words of a
// stem are.
func compoundLimit(limit int) int { return min(maxSynonymCompounds, limit/4) }

// labelTerms are the words of a label, each with its inflections.
func (x *expander) labelTerms(stems []string) [][]indexTerm {
	var out [][]indexTerm
	for _, stem := range stems {
		out = append(out, x.lexicon.inflections(stem, maxPerWord))
	}
	return out
}

// expandMembers finds what has each part of a compound or a synonym of it: of
// "misbrugsbehandling", what has rusmidler and behandling.
func (x *synonymExpansion) expandMembers(ctx context.Context, w *queryWord) error {
	if !w.content || len(w.members) == 0 || len(w.members) > 3 {
		return nil
	}
	lists, any := x.memberAlternatives(w.members, x.limit)
	if !any {
		return nil
	}
	practices, err := x.postings.withOneOfEach(ctx, lists)
	if err == nil {
		w.sets = append(w.sets, expandedSet{practices, viaSynonymMember, strings.Join(w.members, " ")})
	}
	return err
}

// memberAlternatives are the words that have each of the parts or a synonym of it;
// any when there is a synonym.
func (x *expander) memberAlternatives(parts []string, limit int) (lists [][]indexTerm, any bool) {
	lists = make([][]indexTerm, len(parts))
	for i, stem := range parts {
		lists[i] = append(x.lexicon.inflections(stem, limit), x.lexicon.compounds(stem, compoundLimit(limit))...)
		for _, m := range x.thesaurus[stem+" "] {
			if len(m.stems) == 1 {
				lists[i] = append(lists[i], x.lexicon.inflections(m.stems[0], limit)...)
				lists[i] = append(lists[i], x.lexicon.compounds(m.stems[0], compoundLimit(limit))...)
				any = true
			}
		}
	}
	return lists, any
}
