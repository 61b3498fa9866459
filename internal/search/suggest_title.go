package search

import (
	"context"
	"slices"

	"github.com/bits-and-blooms/bitset"
)

// Bounds of what one suggestion costs; the catalogue may be large and it is
// asked at every letter.
const (
	titleWords  = 3    // typed words that are looked up, the longest: the others are only compared
	titleTerms  = 48   // words of the dictionary that one typed word is read as
	titleReads  = 8192 // practices read for one typed word
	titleChecks = 512  // titles compared with what was typed
)

// titleSuggester suggests practices by their titles.
type titleSuggester struct {
	rows     *rowList
	postings *postingReader
}

// suggest gives the n best practices.
func (x *titleSuggester) suggest(ctx context.Context, t completionInput, n int) ([]Suggestion, error) {
	if n <= 0 {
		return nil, nil
	}
	rows, err := x.titlesWithWords(ctx, t.words)
	if err != nil {
		return nil, err
	}
	var found [nameIsSynonym][]Suggestion
	checks := 0
	for r := range rows.EachSet() { // the newest first
		if checks++; checks > titleChecks || len(found[nameHasPrefix]) == n {
			break
		}
		row := x.rows.all[r]
		if f := t.matchName(splitName(row.title, true)); f < nameIsSynonym {
			found[f] = append(found[f], Suggestion{ID: row.id, Label: row.title, Count: 1})
		}
	}
	out := slices.Concat(found[nameHasPrefix], found[nameHasWords])
	return out[:min(n, len(out))], ctx.Err()
}

// titlesWithWords are the practices whose titles may have the words; a word that begins
// too many is not looked up, unless there is no other.
func (x *titleSuggester) titlesWithWords(ctx context.Context, words []string) (*bitset.BitSet, error) {
	var all, some *bitset.BitSet
	for _, w := range words[:min(titleWords, len(words))] {
		have, whole, err := x.titlesWithPrefix(ctx, w)
		switch {
		case err != nil:
			return nil, err
		case whole:
			all = intersect(all, have)
		case some == nil:
			some = have
		}
		if all != nil && all.Count() <= titleChecks/4 { // fewer are not worth the reading
			break
		}
	}
	if all == nil {
		return some, nil
	}
	return all, nil
}

// titlesWithPrefix are the practices with a word in their title that begins so; whole
// is false when there are more.
func (x *titleSuggester) titlesWithPrefix(ctx context.Context, beginning string) (rows *bitset.BitSet, whole bool, err error) {
	looked := 0
	entries := x.postings.lexicon.withPrefix(beginning, titleTerms, func(e indexTerm) bool {
		looked++
		return e.fields.has(fieldTitle)
	})
	rows = bitset.New(uint(len(x.rows.all)))
	left := titleReads
	for _, e := range entries {
		if left, err = x.postings.addTitlesWith(ctx, e.term, left, rows); err != nil || left == 0 {
			return rows, false, err
		}
	}
	return rows, looked < maxPrefixScan && len(entries) < titleTerms, nil
}
