package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
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

// ngramIndex has the terms of a list by their n-grams. It never changes.
type ngramIndex struct {
	terms  []indexTerm
	places map[string][]int32 // in terms, by n-gram
}

func newNgramIndex(terms []indexTerm) *ngramIndex {
	x := &ngramIndex{terms, map[string][]int32{}}
	// They are counted first: thousands of lists that grow would leave holes in memory.
	counts, n := map[string]int{}, 0
	for _, t := range terms {
		eachNgram(t.term, func(g string) {
			if counts[g] == 0 {
				g = strings.Clone(g)
			}
			counts[g]++
			n++
		})
	}
	all := make([]int32, n)
	for g, n := range counts {
		x.places[g], all = all[:0:n], all[n:]
	}
	for i, t := range terms {
		eachNgram(t.term, func(g string) {
			if n := len(x.places[g]); n == 0 || x.places[g][n-1] != int32(i) {
				x.places[g] = append(x.places[g], int32(i))
			}
		})
	}
	return x
}

// matches are the terms with at least minNgramShare of a term's n-grams, the
// rare ones counting most; the factor of each is its share. They are in no order.
func (x *ngramIndex) matches(term string) (out []expansion) {
	shares, total := map[int32]float64{}, 0.0
	eachNgram(term, func(g string) {
		idf := math.Log(1 + float64(len(x.terms))/float64(1+len(x.places[g])))
		total += idf
		for _, i := range x.places[g] {
			shares[i] += idf
		}
	})
	for i, sum := range shares {
		if share := sum / total; share >= minNgramShare {
			out = append(out, expansion{x.terms[i], sharedNgrams, float32(min(share, 1))})
		}
	}
	return out
}

// ngramMatches are the n-gram matches of a term with the largest shares, at most
// maxNgramMatches.
func (x *lexicon) ngramMatches(term string) []expansion {
	var found []expansion
	for _, l := range x.lists() {
		found = append(found, l.byNgram().matches(term)...)
	}
	slices.SortFunc(found, func(a, b expansion) int {
		return cmp.Or(cmp.Compare(b.factor, a.factor), cmp.Compare(a.term, b.term))
	})
	return found[:min(len(found), maxNgramMatches)]
}
