package search

import (
	"cmp"
	"math"
	"slices"
)

// ngramLength is the length of the runs of letters by which words are alike,
// the word's two ends counted as letters.
const ngramLength = 4

// Bounds of the words that are thought alike.
const (
	maxNgramMatches = 300
	minNgramShare   = 0.1 // share of the word's grams, by weight
)

// eachNgram calls fn for the grams of a term.
func eachNgram(term string, fn func(string)) {
	s := "_" + term + "_"
	for i := 0; i+ngramLength <= len(s); i++ {
		fn(s[i : i+ngramLength])
	}
}

// ngrams are the words of a layer by their grams.
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

// ngramMatches are the words that have most letters in common with a word, the rare
// runs of letters counting most, each with the share of the word that it has.
func (x *lexicon) ngramMatches(term string) []expansion {
	var found []expansion
	for _, l := range x.lists() {
		byGram := l.byNgram()
		shares, total := map[int32]float64{}, 0.0
		eachNgram(term, func(g string) {
			idf := math.Log(1 + float64(len(l.entries))/float64(1+len(byGram[g])))
			total += idf
			for _, i := range byGram[g] {
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
