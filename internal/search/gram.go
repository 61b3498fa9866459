package search

import (
	"cmp"
	"math"
	"slices"
)

// gramLetters is the length of the runs of letters by which words are alike,
// the word's two ends counted as letters.
const gramLetters = 4

// Bounds of the words that are thought alike.
const (
	maxAlike = 300
	minAlike = 0.1 // share of the word's grams, by weight
)

// eachGram calls fn for the grams of a term.
func eachGram(term string, fn func(string)) {
	s := "_" + term + "_"
	for i := 0; i+gramLetters <= len(s); i++ {
		fn(s[i : i+gramLetters])
	}
}

// grams are the words of a layer by their grams.
func (l *layer) grams() map[string][]int32 {
	out := map[string][]int32{}
	for i, e := range l.entries {
		eachGram(e.term, func(g string) {
			if n := len(out[g]); n == 0 || out[g][n-1] != int32(i) {
				out[g] = append(out[g], int32(i))
			}
		})
	}
	return out
}

// alike are the words that have most letters in common with a word, the rare
// runs of letters counting most, each with the share of the word that it has.
func (x *lexicon) alike(term string) []expansion {
	var found []expansion
	for _, l := range x.layers() {
		byGram := l.byGram()
		shares, total := map[int32]float64{}, 0.0
		eachGram(term, func(g string) {
			idf := math.Log(1 + float64(len(l.entries))/float64(1+len(byGram[g])))
			total += idf
			for _, i := range byGram[g] {
				shares[i] += idf
			}
		})
		for i, sum := range shares {
			if share := sum / total; share >= minAlike {
				found = append(found, expansion{l.entries[i], alike, float32(min(share, 1))})
			}
		}
	}
	slices.SortFunc(found, func(a, b expansion) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.term, b.term))
	})
	return found[:min(len(found), maxAlike)]
}
