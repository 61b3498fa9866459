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
	maxTerms   = 512 // of a whole query, dealt out evenly
	maxPerWord = 96  // of one word
)

// expander finds what the words of a query can mean.
type expander struct {
	lexicon  *lexicon
	postings *postingReader
	synonyms synonyms
	facets   *facetIndex
	without  Layers
}

func newExpander(p *postingReader, f *facetIndex, without Layers) *expander {
	return &expander{p.lexicon, p, newSynonyms(f), f, without}
}

// expand finds what the words can mean, but for typing slips.
func (x *expander) expand(ctx context.Context, words []queryWord) error {
	if len(words) == 0 {
		return nil
	}
	limit := termLimit(words)
	for i := range words {
		w := &words[i]
		w.add(exact, entry{term: w.term, stem: w.stem, fields: x.lexicon.fields(w.term)})
		if !x.without.has(LayerInflection) {
			w.add(inflected, x.lexicon.inflections(w.stem, limit)...)
		}
		if !w.content {
			continue
		}
		if !x.without.has(LayerCompounds) {
			w.add(partly, x.lexicon.compounds(w.stem, limit)...)
			if i+1 < len(words) && words[i+1].content && words[i+1].pos == w.pos+1 {
				joined := x.writtenAsOne(w.term, words[i+1].term, limit)
				w.add(inflected, joined...)
				words[i+1].add(inflected, joined...)
			}
		}
		if !x.without.has(LayerDerivation) {
			w.add(derived, x.lexicon.kin(danish.Root(w.stem), w.stem, limit)...)
		}
		if err := x.takeApart(ctx, w, limit); err != nil {
			return err
		}
	}
	if !x.without.has(LayerSynonyms) {
		return x.expandSynonyms(ctx, words, limit)
	}
	return nil
}

// termLimit is how many terms may be read for each of the words.
func termLimit(words []queryWord) int { return min(maxPerWord, maxTerms/max(len(words), 1)) }

// takeApart looks for the parts that a word is written together of: what has
// all of them has the word, what has one of them is only hinted at.
func (x *expander) takeApart(ctx context.Context, w *queryWord, limit int) error {
	if x.without.has(LayerCompounds) {
		return nil
	}
	if len(w.parts) == 0 {
		w.parts = x.lexicon.partsOf(w.term)
	}
	if len(w.parts) == 0 {
		return nil
	}
	for _, stem := range w.parts {
		w.add(hint, x.lexicon.inflections(stem, limit)...)
	}
	practices, err := x.postings.withAll(ctx, x.atoms(w.parts, limit))
	if err == nil {
		w.sets = append(w.sets, expandedSet{practices, partly, strings.Join(w.parts, " ")})
	}
	return err
}

// atoms are the words that have each of the parts, as they are or in compounds.
func (x *expander) atoms(parts []string, limit int) [][]entry {
	out := make([][]entry, len(parts))
	for i, stem := range parts {
		out[i] = append(x.lexicon.inflections(stem, limit), x.lexicon.compounds(stem, limit)...)
	}
	return out
}

// setWords are the words of which a practice in a set has one of each list.
func (x *expander) setWords(w queryWord, set expandedSet, limit int) [][]entry {
	switch set.kind {
	case partly:
		return x.atoms(w.parts, limit)
	case likewise:
		lists, _ := x.alternatives(w.parts, limit)
		return lists
	}
	return x.labelled(newMeaning(set.of).stems)
}

// slips are the words that w may be a slip for, with their inflections.
func (x *expander) slips(w queryWord) (out expansions) {
	for _, e := range x.lexicon.slips(w.term) {
		out.add(slipped, e)
		out.add(slipped, x.lexicon.inflections(e.stem, maxSlips)...)
	}
	return out
}

// writtenAsOne are the words of the index that two words of the query, which
// stand together, may be one of: "bo støtte", "rengørings hold".
func (x *expander) writtenAsOne(a, b string, limit int) []entry {
	for _, joined := range []string{a + b, a + "s" + b, a + "e" + b} {
		if found := x.lexicon.inflections(danish.Stem(joined), limit); len(found) > 0 {
			return found
		}
	}
	return nil
}
