package search

import (
	"cmp"
	"math"
	"slices"
)

// ngramLength is the length of an n-gram in bytes. The two ends of a term count
// as one byte each.
const ngramLength = 4

// Bounds of the n-gram matches of a word.
const (
	maxNgramMatches = 300
	minNgramShare   = 0.1 // share of the word's n-grams, by weight
)

// eachNgram calls fn for the n-grams of a term, in order.
func eachNgram(term string, fn func(string)) {
	s := "_" + term + "_"
	for i := 0; i+ngramLength <= len(s); i++ {
		fn(s[i : i+ngramLength])
	}
}

// ngrams are the places of terms by n-gram.
func (l *termList) ngrams() map[string][]int32 {
	out := map[string][]int32{}
	for i, e := range l.entries {
		eachNgram(e.term, func(g string) {
			if n := len(out[g]); n == 0 || out[g][n-1] != int32(i) {
				out[g] = append(out[g], int32(i))
			}
		})
	}
	return out
}

// ngramMatches are the terms with most n-grams of a term, the rare ones counting
// most; the factor of each is its share of the term's n-grams by that weight.
func (x *lexicon) ngramMatches(term string) []expansion {
	var found []expansion
	for _, l := range x.lists() {
		byNgram := l.byNgram()
		shares, total := map[int32]float64{}, 0.0
		eachNgram(term, func(g string) {
			idf := math.Log(1 + float64(len(l.entries))/float64(1+len(byNgram[g])))
			total += idf
			for _, i := range byNgram[g] {
				shares[i] += idf
			}
		})
		for i, sum := range shares {
			if share := sum / total; share >= minNgramShare {
				found = append(found, expansion{l.entries[i], sharedNgrams, float32(min(share, 1))})
			}
		}
	}
	slices.SortFunc(found, func(a, b expansion) int {
		return cmp.Or(cmp.Compare(b.factor, a.factor), cmp.Compare(a.term, b.term))
	})
	return found[:min(len(found), maxNgramMatches)]
}
