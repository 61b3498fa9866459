package search

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// AlikeWord is a word of the catalogue that looks like what somebody searched for.
type AlikeWord struct {
	Word string // as Danes write it
	Hits int    // of a search for it
}

// Bounds of likeness.
const (
	// minAlikeShare is the share of a word's n-grams, by weight, that another one has
	// at least to be shown as alike.
	minAlikeShare = 0.4
	// maxAlikeTried is how many words are counted for each that is shown: a search each.
	maxAlikeTried = 3
	// maxAlikeOfMember leaves room for what shares another member.
	maxAlikeOfMember = 3
)

// AlikeWords are at most n words of the catalogue that look like the words of a text
// and find something, one of each stem: those at a small edit distance first, then
// those of the same root and those that share a member with a compound, then those with many letters in common.
// It fails as Search does.
func (x *Index) AlikeWords(ctx context.Context, text string, n int) (out []AlikeWord, err error) {
	err = x.withWords(func(s *snapshot) error {
		out = nil
		c := s.searcher.corrector
		words := slices.DeleteFunc(contentWords(text), func(w queryWord) bool { return danish.IsStop(w.term) })
		stems := map[string]bool{}
		for _, w := range words {
			stems[w.stem] = true
		}
		tried := 0
		for _, e := range c.alikeTerms(words) {
			if len(out) == n || tried == n*maxAlikeTried {
				break
			}
			if stems[e.stem] || danish.IsStop(e.term) || !hasOnlyLetters(e.term) || c.postings.documentFrequency(ctx, e) == 0 {
				continue
			}
			stems[e.stem] = true
			tried++
			word, err := c.surfaceForms.of(ctx, e)
			if err != nil {
				return err
			}
			hits, err := s.searcher.count(ctx, catalogue.Query{Text: word})
			if err != nil {
				return err
			}
			if hits > 0 && !strings.EqualFold(word, text) {
				out = append(out, AlikeWord{word, hits})
			}
		}
		return nil
	})
	return out, err
}

// alikeTerms are the terms of the index that look like one of the words, the likest
// first; some stand twice.
func (x *corrector) alikeTerms(words []queryWord) (out []indexTerm) {
	lexicon := x.postings.lexicon
	for _, w := range words {
		out = append(out, lexicon.closest(w.term, strings.ToLower(w.text) == w.term, 1)...)
	}
	for _, w := range words {
		if root := danish.Root(w.stem); root != "" {
			out = append(out, lexicon.sameRoot(root, w.stem, maxAlikeOfMember)...)
		}
	}
	for _, w := range words {
		members := w.members
		if len(members) == 0 {
			members = lexicon.members(w.term)
		}
		for _, stem := range slices.Backward(members) { // the last one says what it is
			out = append(out, lexicon.having(stem, maxAlikeOfMember)...)
		}
	}
	for _, w := range words {
		for _, e := range lexicon.ngramMatches(w.term) {
			if e.factor >= minAlikeShare {
				out = append(out, e.indexTerm)
			}
		}
	}
	return out
}
