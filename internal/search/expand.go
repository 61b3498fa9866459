package search

import (
	"context"
	"strings"

	"praksis/internal/danish"
)

// Bounds of what a query reads. Reading the postings of one term costs some
// microseconds, so that the worst query stays in milliseconds (faults.md,
// row 20).
const (
	maxTerms   = 512 // of a whole query, the same for each word
	maxPerWord = 96  // of one word
)

// expander finds the expansions of the words of a query.
type expander struct {
	lexicon   *lexicon
	postings  *postingReader
	thesaurus thesaurus
	facets    *facetIndex
	disabled  Layers
}

// expand adds to each word its expansions, but for spelling candidates and
// n-gram matches. It fails with ctx's error, and where the index cannot be read.
func (x *expander) expand(ctx context.Context, words []queryWord) error {
	if len(words) == 0 {
		return nil
	}
	limit := termLimit(words)
	for i := range words {
		w := &words[i]
		w.add(exact, indexTerm{term: w.term, stem: w.stem, fields: x.lexicon.fields(w.term)})
		if !x.disabled.has(LayerInflection) {
			w.add(inflected, x.lexicon.inflections(w.stem, limit)...)
		}
		if !w.content {
			continue
		}
		if !x.disabled.has(LayerCompounds) {
			w.add(viaMember, x.lexicon.compounds(w.stem, limit)...)
			if i+1 < len(words) && words[i+1].content && words[i+1].position == w.position+1 {
				joined := x.joinedTerms(w.term, words[i+1].term, limit)
				w.add(inflected, joined...)
				words[i+1].add(inflected, joined...)
			}
		}
		if !x.disabled.has(LayerDerivation) {
			w.add(derived, x.lexicon.sameRoot(danish.Root(w.stem), w.stem, limit)...)
		}
		if err := x.expandCompound(ctx, w, limit); err != nil {
			return err
		}
	}
	if !x.disabled.has(LayerSynonyms) {
		return x.expandSynonyms(ctx, words, limit)
	}
	return nil
}

// termLimit is how many terms may be read for each of the words.
func termLimit(words []queryWord) int { return min(maxPerWord, maxTerms/max(len(words), 1)) }

// expandCompound finds the members of a compound: a practice that has all of
// them has the word; one that has some of them only ranks.
func (x *expander) expandCompound(ctx context.Context, w *queryWord, limit int) error {
	if x.disabled.has(LayerCompounds) {
		return nil
	}
	if len(w.members) == 0 {
		w.members = x.lexicon.members(w.term)
	}
	if len(w.members) == 0 {
		return nil
	}
	for _, stem := range w.members {
		w.add(ownMember, x.lexicon.inflections(stem, limit)...)
	}
	practices, err := x.postings.withOneOfEach(ctx, x.memberTerms(w.members, limit))
	if err == nil {
		w.sets = append(w.sets, expandedSet{practices, viaMember, strings.Join(w.members, " ")})
	}
	return err
}

// memberTerms are the terms for each of the members, by themselves or in other
// compounds.
func (x *expander) memberTerms(members []string, limit int) [][]indexTerm {
	out := make([][]indexTerm, len(members))
	for i, stem := range members {
		out[i] = append(x.lexicon.inflections(stem, limit), x.lexicon.compounds(stem, limit)...)
	}
	return out
}

// setTerms are lists of terms: a practice of a set of w has one of each.
func (x *expander) setTerms(w queryWord, set expandedSet, limit int) [][]indexTerm {
	switch set.matchType {
	case viaMember:
		return x.memberTerms(w.members, limit)
	case viaSynonymMember:
		lists, _ := x.memberAlternatives(w.members, limit)
		return lists
	}
	return x.labelTerms(newConcept(set.label).stems)
}

// spellingCandidates are the candidates for a word, with their inflections.
func (x *expander) spellingCandidates(w queryWord) (out expansions) {
	for _, e := range x.lexicon.spellingCandidates(w.term) {
		out.add(misspelled, e)
		out.add(misspelled, x.lexicon.inflections(e.stem, maxSpellings)...)
	}
	return out
}

// joinedTerms are the terms for a compound that was typed as two words: "bo
// støtte", "rengørings hold".
func (x *expander) joinedTerms(a, b string, limit int) []indexTerm {
	for _, joined := range []string{a + b, a + "s" + b, a + "e" + b} {
		if found := x.lexicon.inflections(danish.Stem(joined), limit); len(found) > 0 {
			return found
		}
	}
	return nil
}
