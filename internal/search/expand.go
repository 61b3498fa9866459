package search

import (
	"context"
	"strings"

	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// Bounds of what a query reads. Reading the postings of one term costs some
// microseconds, so that the worst query stays in milliseconds (faults.md,
// row 20).
const (
	maxTerms   = 512 // of a whole query, dealt out evenly
	maxPerWord = 96  // of one word
)

// expand finds what the words can mean, but for typing slips.
func (s *snapshot) expand(ctx context.Context, words []queryWord) error {
	if len(words) == 0 {
		return nil
	}
	limit := termLimit(words)
	for i := range words {
		w := &words[i]
		w.add(exact, entry{term: w.term, stem: w.stem, fields: s.lexicon.fields(w.term)})
		if s.has(LayerInflection) {
			w.add(inflected, s.lexicon.inflections(w.stem, limit)...)
		}
		if !w.content {
			continue
		}
		if s.has(LayerCompounds) {
			w.add(partly, s.lexicon.compounds(w.stem, limit)...)
			if i+1 < len(words) && words[i+1].content && words[i+1].pos == w.pos+1 {
				joined := s.writtenAsOne(w.term, words[i+1].term, limit)
				w.add(inflected, joined...)
				words[i+1].add(inflected, joined...)
			}
		}
		if s.has(LayerDerivation) {
			w.add(derived, s.lexicon.kin(danish.Root(w.stem), w.stem, limit)...)
		}
		if err := s.takeApart(ctx, w, limit); err != nil {
			return err
		}
	}
	if s.has(LayerSynonyms) {
		return s.expandSynonyms(ctx, words, limit)
	}
	return nil
}

// termLimit is how many terms may be read for each of the words.
func termLimit(words []queryWord) int { return min(maxPerWord, maxTerms/max(len(words), 1)) }

// takeApart looks for the parts that a word is written together of: what has
// all of them has the word, what has one of them is only hinted at.
func (s *snapshot) takeApart(ctx context.Context, w *queryWord, limit int) error {
	if !s.has(LayerCompounds) {
		return nil
	}
	if len(w.parts) == 0 {
		w.parts = s.lexicon.partsOf(w.term)
	}
	if len(w.parts) == 0 {
		return nil
	}
	for _, stem := range w.parts {
		w.add(hint, s.lexicon.inflections(stem, limit)...)
	}
	practices, err := s.withAll(ctx, s.atoms(w.parts, limit))
	if err == nil {
		w.sets = append(w.sets, expandedSet{practices, partly, strings.Join(w.parts, " ")})
	}
	return err
}

// atoms are the words that have each of the parts, as they are or in compounds.
func (s *snapshot) atoms(parts []string, limit int) [][]entry {
	out := make([][]entry, len(parts))
	for i, stem := range parts {
		out[i] = append(s.lexicon.inflections(stem, limit), s.lexicon.compounds(stem, limit)...)
	}
	return out
}

// writtenAsOne are the words of the index that two words of the query, which
// stand together, may be one of: "bo støtte", "rengørings hold".
func (s *snapshot) writtenAsOne(a, b string, limit int) []entry {
	for _, joined := range []string{a + b, a + "s" + b, a + "e" + b} {
		if found := s.lexicon.inflections(danish.Stem(joined), limit); len(found) > 0 {
			return found
		}
	}
	return nil
}

// withAll are the practices that have one of the words of each list.
func (s *snapshot) withAll(ctx context.Context, lists [][]entry) (*bitset.BitSet, error) {
	out := bitset.New(uint(len(s.rows)))
	for i, list := range lists {
		have := bitset.New(uint(len(s.rows)))
		for _, e := range list {
			list, err := s.postings(ctx, e)
			if err != nil {
				return nil, err
			}
			for _, p := range list {
				have.Set(uint(p.row()))
			}
		}
		if i == 0 {
			out = have
		} else {
			out.InPlaceIntersection(have)
		}
		if out.None() {
			break
		}
	}
	return out, nil
}
