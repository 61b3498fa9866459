package search

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// Bounds of the concepts of a query: a text made of nothing but labels must not
// cost more than a search.
const (
	maxConcepts         = 72
	maxConceptsPerWord  = 24 // that begin at one word
	maxSynonymCompounds = 24 // compounds that have one synonym as a member; fewer where there are many words
)

// expandSynonyms finds the concepts of phrases in a query, with and without its
// stop words. Whoever writes such a phrase means the practices that carry the
// term, and those that have the words of its label. limit is how many terms may
// be read for a stem. It gives the places of the words of phrases that mean something
// as a whole.
func (x *expander) expandSynonyms(ctx context.Context, words []queryWord, limit int) ([][]int, error) {
	n := synonymExpansion{expander: x, words: words, limit: limit, left: maxConcepts}
	all, content := make([]int, len(words)), []int{}
	for i, w := range words {
		all[i] = i
		if w.content {
			content = append(content, i)
		}
	}
	if err := n.expandPhrases(ctx, all); err != nil {
		return nil, err
	}
	if len(content) < len(all) {
		if err := n.expandPhrases(ctx, content); err != nil {
			return nil, err
		}
	}
	for i := range words {
		if err := n.expandMembers(ctx, &words[i]); err != nil {
			return nil, err
		}
	}
	return n.phrases, nil
}

// synonymExpansion is the expansion of one query.
type synonymExpansion struct {
	*expander
	words []queryWord
	limit int // terms that may be read for a stem
	left  int // concepts that may still be added
	// phrases are the places of the words of phrases that mean something as a whole.
	phrases [][]int
}

// expandPhrases adds the concepts of each phrase of the words at the places.
func (x *synonymExpansion) expandPhrases(ctx context.Context, places []int) error {
	for i := range places {
		var phrase []queryWord
		left := maxConceptsPerWord
		for n, place := range places[i:min(i+maxPhraseWords, len(places))] {
			if x.words[place].known {
				break
			}
			phrase = append(phrase, x.words[place])
			for _, c := range x.concepts(phrase) {
				if x.left--; x.left < 0 {
					return nil
				}
				if left--; left < 0 {
					break
				}
				if err := x.addConcept(ctx, places[i:i+n+1], c); err != nil {
					return err
				}
				if n > 0 && c.same {
					x.phrases = append(x.phrases, places[i:i+n+1])
				}
			}
		}
	}
	return nil
}

// concepts are those of a phrase; none of one with only stop words.
func (x *synonymExpansion) concepts(phrase []queryWord) []meaning {
	var out []meaning
	if !slices.ContainsFunc(phrase, func(w queryWord) bool { return w.content }) {
		return nil
	}
	for _, key := range phraseKeys(phrase) {
		for _, c := range x.thesaurus[key] {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// addConcept adds the expansions of a concept to the content words at the places.
func (x *synonymExpansion) addConcept(ctx context.Context, places []int, c meaning) error {
	for _, p := range places {
		if w := &x.words[p]; w.content {
			if err := x.addMeaning(ctx, w, c, x.limit); err != nil {
				return err
			}
		}
	}
	return nil
}

// addMeaning adds what has a meaning of a word to it; limit is how many terms may
// be read for a stem.
func (x *expander) addMeaning(ctx context.Context, w *queryWord, c meaning, limit int) error {
	whole, member := related, viaRelated
	if c.same {
		whole, member = synonym, viaSynonym
	}
	sets, err := x.conceptSets(ctx, c.concept, whole)
	if err != nil {
		return err
	}
	w.sets = append(w.sets, sets...)
	if len(c.stems) == 1 {
		w.add(whole, x.lexicon.inflections(c.stems[0], limit)...)
		w.add(member, x.lexicon.compounds(c.stems[0], compoundLimit(limit))...)
		w.add(member, x.lexicon.sameRoot(danish.Root(c.stems[0]), c.stems[0], compoundLimit(limit))...)
	}
	return nil
}

// conceptSets are the practices that carry the term of a concept, or have the words
// of its label, close together or not.
func (x *expander) conceptSets(ctx context.Context, c *concept, whole matchType) (out []expandedSet, err error) {
	var carry *bitset.BitSet
	if c.facet >= 0 {
		carry = x.facets.facets[c.facet].practices[c.place]
	}
	switch {
	case len(c.stems) > 1:
		together, all, err := x.postings.closeTogether(ctx, setKey("label", maxPerWord, strings.Join(c.stems, " ")), func() [][]indexTerm { return x.labelTerms(c.stems) })
		if err != nil {
			return nil, err
		}
		if carry != nil {
			together = together.Union(carry)
		}
		return []expandedSet{{together, whole, c.label, c.stems}, {all, farApart, c.label, c.stems}}, nil
	case carry != nil:
		return []expandedSet{{carry, whole, c.label, c.stems}}, nil
	}
	return nil, nil
}

// compoundLimit is how many compounds of a synonym are read where limit terms of
// a stem are.
func compoundLimit(limit int) int { return min(maxSynonymCompounds, limit/4) }

// labelTerms are the terms for each stem of a label: its inflections.
func (x *expander) labelTerms(stems []string) [][]indexTerm {
	var out [][]indexTerm
	for _, stem := range stems {
		out = append(out, x.lexicon.inflections(stem, maxPerWord))
	}
	return out
}

// expandMembers finds the practices that have each member of a compound or a
// synonym of it: for "misbrugsbehandling", those with rusmidler and behandling.
func (x *synonymExpansion) expandMembers(ctx context.Context, w *queryWord) error {
	if !w.content || len(w.members) < 2 || len(w.members) > 3 {
		return nil
	}
	if !slices.ContainsFunc(w.members, x.hasSynonym) {
		return nil
	}
	label := strings.Join(w.members, " ")
	together, all, err := x.postings.closeTogether(ctx, setKey("alternatives", x.limit, label), func() [][]indexTerm { return x.memberAlternatives(w.members, x.limit) })
	if err == nil {
		if !slices.ContainsFunc(w.members, isFunctionWord) && distinct(w.members) {
			w.sets = append(w.sets, expandedSet{together, viaSynonym, label, nil})
		}
		w.sets = append(w.sets, expandedSet{all, farApart, label, nil})
	}
	return err
}

// hasSynonym tells whether a member has a synonym of one word.
func (x *expander) hasSynonym(stem string) bool {
	return slices.ContainsFunc(x.thesaurus[stem+" "], func(c meaning) bool { return c.same && len(c.stems) == 1 })
}

// memberAlternatives are the terms for each of the members or a synonym of it.
func (x *expander) memberAlternatives(members []string, limit int) (lists [][]indexTerm) {
	lists = make([][]indexTerm, len(members))
	var found [][]indexTerm // of one member
	for i, stem := range members {
		found = append(found[:0], x.lexicon.inflections(stem, limit), x.lexicon.compounds(stem, compoundLimit(limit)))
		for _, c := range x.thesaurus[stem+" "] {
			if c.same && len(c.stems) == 1 {
				found = append(found, x.lexicon.inflections(c.stems[0], limit), x.lexicon.compounds(c.stems[0], compoundLimit(limit)))
			}
		}
		lists[i] = slices.Concat(found...)
	}
	return lists
}
