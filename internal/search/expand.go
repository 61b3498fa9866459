package search

import (
	"context"
	"slices"
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

// Lengths of the parts of a compound, in letters: shorter ones are endings and
// chance (domain.md has "part" without a number).
const (
	partLetters = 4 // of the word that is a part
	restLetters = 3 // of what remains of the compound
)

// expand finds what the words can mean, but for typing slips.
func (s *snapshot) expand(ctx context.Context, words []queryWord) error {
	if len(words) == 0 {
		return nil
	}
	limit := min(maxPerWord, maxTerms/len(words))
	for i := range words {
		w := &words[i]
		w.add(exact, entry{w.term, w.stem, s.lexicon.fields(w.term)})
		w.add(inflected, s.lexicon.inflections(w.stem, limit)...)
		if !w.content {
			continue
		}
		w.add(partly, s.compounds(w, limit)...)
		w.add(hint, s.halves(w)...)
		if len(w.parts) > 0 {
			practices, err := s.withAll(ctx, w.parts)
			if err != nil {
				return err
			}
			w.sets = append(w.sets, expandedSet{practices, partly, strings.Join(w.parts, " ")})
		}
		if i+1 < len(words) && words[i+1].content && words[i+1].pos == w.pos+1 {
			joined := s.writtenAsOne(w.term, words[i+1].term, limit)
			w.add(partly, joined...)
			words[i+1].add(partly, joined...)
		}
	}
	return s.expandSynonyms(ctx, words)
}

// compounds are the words of the index that w is the first or the last part
// of. A first part may lose an ending and a last part may have another one, so
// its stem is looked for, unless that is so short that it is in many words.
func (s *snapshot) compounds(w *queryWord, limit int) []entry {
	letters := danish.Letters(w.term)
	if letters < partLetters {
		return nil
	}
	stemmed := danish.Letters(w.stem) >= partLetters
	first, rest := w.term, restLetters
	if stemmed && strings.HasPrefix(w.term, w.stem) && w.stem != w.term {
		first, rest = w.stem, restLetters+1 // what the stem has lost
	}
	found := s.lexicon.beginning(first, limit, func(e entry) bool {
		return e.stem != w.stem && danish.Letters(e.term) >= danish.Letters(first)+rest
	})
	return append(found, s.lexicon.ending(w.stem, limit, func(e entry) bool {
		return e.stem != w.stem && danish.Letters(e.stem) >= danish.Letters(w.stem)+restLetters &&
			(stemmed || strings.HasSuffix(e.term, w.term))
	})...)
}

// halves are the two words of the index that w is written together of:
// "bostøttemedarbejder" of bostøtte and medarbejder. Where several cuts are
// possible, the one with the longest last part is taken, which is what the
// whole is a sort of.
func (s *snapshot) halves(w *queryWord) []entry {
	for i := range len(w.term) {
		first, last := w.term[:i], w.term[i:]
		if danish.Letters(first) < restLetters || danish.Letters(last) < partLetters {
			continue
		}
		tail := s.lexicon.inflections(danish.Stem(last), maxSlips)
		if len(tail) == 0 {
			continue
		}
		for _, link := range []string{"", "s", "e"} {
			f, ok := strings.CutSuffix(first, link)
			if !ok || danish.Letters(f) < restLetters {
				continue
			}
			if head := s.lexicon.inflections(danish.Stem(f), maxSlips); len(head) > 0 {
				return append(head, tail...)
			}
		}
	}
	return nil
}

// writtenAsOne are the words of the index that two words of the query, which
// stand together, may be one of: "bo støtte", "rengørings hold".
func (s *snapshot) writtenAsOne(a, b string, limit int) []entry {
	for _, joined := range []string{a + b, a + "s" + b} {
		if found := s.lexicon.inflections(danish.Stem(joined), limit); len(found) > 0 {
			return found
		}
	}
	return nil
}

// expandSynonyms looks for rows of content words that a vocabulary knows.
// Whoever writes such a word means the practices that carry its term, and
// those that have the words of the term's label.
func (s *snapshot) expandSynonyms(ctx context.Context, words []queryWord) error {
	var content []int
	for i, w := range words {
		if w.content {
			content = append(content, i)
		}
	}
	left := maxMeanings
	for i := range content {
		var row []queryWord
		for _, j := range content[i:min(i+maxSpan, len(content))] {
			row = append(row, words[j])
			for _, m := range s.meanings(row) {
				if left--; left < 0 {
					return nil
				}
				practices, err := s.meant(ctx, m)
				if err != nil {
					return err
				}
				for _, k := range content[i : i+len(row)] {
					words[k].sets = append(words[k].sets, expandedSet{practices, synonym, m.label})
				}
			}
		}
	}
	return nil
}

func (s *snapshot) meanings(row []queryWord) []*meaning {
	var out []*meaning
	for _, key := range spanKeys(row) {
		for _, m := range s.synonyms[key] {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// meant are the practices that a meaning stands for.
func (s *snapshot) meant(ctx context.Context, m *meaning) (*bitset.BitSet, error) {
	practices, err := s.withAll(ctx, m.words)
	if err == nil && m.facet >= 0 {
		practices.InPlaceUnion(s.facets[m.facet].practices[m.place])
	}
	return practices, err
}

// withAll are the practices that have all of the words, by inflection.
func (s *snapshot) withAll(ctx context.Context, words []string) (*bitset.BitSet, error) {
	out := bitset.New(uint(len(s.rows)))
	for i, w := range words {
		have := bitset.New(uint(len(s.rows)))
		for _, e := range s.lexicon.inflections(danish.Stem(w), maxPerWord) {
			if err := s.read(ctx, e, func(row int, _ field, _, _ float32) { have.Set(uint(row)) }); err != nil {
				return nil, err
			}
		}
		if i == 0 {
			out = have
		} else {
			out.InPlaceIntersection(have)
		}
	}
	return out, nil
}
