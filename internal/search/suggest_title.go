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
	titleTerms  = 48   // terms of the index that one typed word is read as
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

// titlesWithWords are the practices whose titles may have words with the prefixes
// given, the longest first. A prefix of too many titles is left out, unless there
// is no other.
func (x *titleSuggester) titlesWithWords(ctx context.Context, words []string) (*bitset.BitSet, error) {
	var all, some *bitset.BitSet
	for _, w := range words[:min(titleWords, len(words))] {
		have, complete, err := x.titlesWithPrefix(ctx, w)
		switch {
		case err != nil:
			return nil, err
		case complete:
			all = intersect(all, have)
		case some == nil:
			some = have
		}
		if all != nil && all.Count() <= titleChecks/4 { // so few are compared at once
			break
		}
	}
	if all == nil {
		return some, nil
	}
	return all, nil
}

// titlesWithPrefix are the practices with a term in their title that has a prefix;
// complete is false when there may be more.
func (x *titleSuggester) titlesWithPrefix(ctx context.Context, prefix string) (rows *bitset.BitSet, complete bool, err error) {
	looked := 0
	terms := x.postings.lexicon.withPrefix(prefix, titleTerms, func(e indexTerm) bool {
		looked++
		return e.fields.has(fieldTitle)
	})
	rows = bitset.New(uint(len(x.rows.all)))
	left := titleReads
	for _, e := range terms {
		if left, err = x.postings.addTitlesWith(ctx, e.term, left, rows); err != nil || left == 0 {
			return rows, false, err
		}
	}
	return rows, looked < maxPrefixScan && len(terms) < titleTerms, nil
}
