package search

import (
	"context"
	"math/bits"
	"slices"

	"github.com/bits-and-blooms/bitset"
)

// matcher finds and scores the practices that a query's text matches.
type matcher struct {
	expander *expander
	postings *postingReader
	disabled Layers
}

// matchSet is the practices that a query's text matches, with their scores. It
// is to be released.
type matchSet struct {
	*scorer
	hits *bitset.BitSet // practices that fulfil the rule for hits
	// likely is how many practices fulfil it but for the idf.
	likely int
	// unmatched are the content words that no practice has, by place in the query.
	unmatched []int
}

// match finds the practices with the words, whatever filters are chosen. It
// expands the words. With hitsOnly the scores are of no use. It records how it scores in t, unless that is nil. It fails
// with ctx's error, and where the index cannot be read.
func (x *matcher) match(ctx context.Context, words []queryWord, t *trace, hitsOnly bool) (*matchSet, error) {
	m := &matchSet{scorer: newScorer(x.postings), hits: bitset.New(uint(x.postings.rows))}
	m.trace = t
	if err := x.run(ctx, m, words, hitsOnly); err != nil {
		m.release()
		return nil, err
	}
	m.addBonuses()
	return m, nil
}

// run expands and scores all words: content words, which decide the hits, n-gram
// matches where there are few, then stop words.
func (x *matcher) run(ctx context.Context, m *matchSet, words []queryWord, hitsOnly bool) error {
	if err := x.expander.expand(ctx, words); err != nil {
		return err
	}
	if hitsOnly && m.trace == nil && unitCount(words) <= unitsNeeded {
		return m.intersect(ctx, words)
	}
	for i, w := range words {
		if !w.content {
			continue
		}
		m.trace.beginWord(w)
		if err := m.addExpansions(ctx, w.expansions); err != nil {
			return err
		}
		if !m.anyMatch() {
			m.unmatched = append(m.unmatched, i)
		}
		if w.name != nil {
			m.addName()
		}
		m.addToUnit(w, !isUnitPart(words[:i], w.unit), !isUnitPart(words[i+1:], w.unit))
		m.scoreWord(true, false)
	}
	if m.decideHits(); hitsOnly {
		return nil
	}
	if !x.disabled.has(LayerNgrams) && m.likely < ngramHits {
		if err := x.addNgramMatches(ctx, m, words); err != nil {
			return err
		}
	}
	for _, w := range words {
		if w.content || x.postings.isCommon(w.term) {
			continue
		}
		m.trace.beginWord(w)
		if err := m.addExpansions(ctx, w.expansions); err != nil {
			return err
		}
		m.scoreWord(false, false)
	}
	return nil
}

// intersect finds the hits of a query that needs all its units: the practices that have
// each content word. It scores nothing.
func (m *matchSet) intersect(ctx context.Context, words []queryWord) error {
	first := true
	for i, w := range words {
		if !w.content {
			continue
		}
		have, err := m.postings.having(ctx, w.expansions)
		if err != nil {
			return err
		}
		if have.None() {
			m.unmatched = append(m.unmatched, i)
		}
		if w.together != nil {
			have.InPlaceIntersection(w.together)
		}
		if first {
			m.hits, first = have, false
		} else {
			m.hits.InPlaceIntersection(have)
		}
	}
	return ctx.Err()
}

// ngramHits is how many practices that have as many units as a hit are enough not to
// look for n-gram matches too: these cost more than all else.
const ngramHits = 10

// maxNgramWords is how many words of a query get n-gram matches: with more that no
// practice has, it is no Danish.
const maxNgramWords = 6

// addNgramMatches ranks by the n-gram matches of the words that no practice has.
func (x *matcher) addNgramMatches(ctx context.Context, m *matchSet, words []queryWord) error {
	content, left := -1, maxNgramWords
	for _, w := range words {
		if w.content {
			content++
		}
		if !w.content || w.known || m.having[content] > 0 || left == 0 {
			continue
		}
		left--
		m.trace.beginWord(w)
		if err := m.addExpansions(ctx, expansions{terms: x.postings.lexicon.ngramMatches(w.term)}); err != nil {
			return err
		}
		m.scoreWord(true, true)
	}
	return nil
}

// addBonuses adds the bonuses for having all words, and for having words in the title.
func (m *matchSet) addBonuses() {
	all := uint8(m.content)
	for _, r := range m.found {
		t := &m.of[r]
		if t.words == all && all > 0 {
			m.addBonus(r, allWordsBonus)
		}
		if t.titles > 0 {
			share := t.titleIDF / m.idf
			m.addBonus(r, allInTitleBonus*share*share*share)
		}
	}
}

// decideHits finds the hits, and is the one place that does (domain.md, "Hits"):
// the practices that have all of one or two units, 60 % of more, by their number and
// by their idf, and half of them where nothing has 60 %. Of more than two units
// the common ones do not count among the number, unless there are no others. Of a query
// with names a hit has one of these, whatever else it has.
//
// The idf was measured on the queries of whole-tuned: 0.81 of what is counted
// was relevant without it, 0.85 with it, and 0.86 with 65 %, where 5 in a hundred
// queries more have no hit.
func (m *matchSet) decideHits() {
	all := m.units.all
	for _, share := range hitShares {
		need := uint8(share.of(int(all.count)))
		rare, least, likely := min(need, all.rare), share.ofSum(all.idf), 0
		if all.count <= unitsNeeded {
			rare = 0
		}
		for _, r := range m.found {
			t := &m.of[r]
			if t.units < all.count && (t.units < need || t.rareUnits < rare) || m.units.named != nil && !m.units.named.Test(uint(r)) {
				continue
			}
			likely++
			if t.units == all.count || t.unitIDF >= least {
				m.hits.Set(uint(r))
			}
		}
		m.likely = max(m.likely, likely)
		if all.count <= unitsNeeded || m.hits.Any() {
			return
		}
	}
}

// unitsNeeded is how many units a query may have to need them all.
const unitsNeeded = 2

// share is the fraction n/d.
type share struct{ n, d int }

// of is the share of a number, rounded up.
func (s share) of(n int) int { return (s.n*n + s.d - 1) / s.d }

// ofSum is the share of a sum of fractions, a hair less, since it is rounded.
func (s share) ofSum(w float32) float32 { return 0.9999 * w * float32(s.n) / float32(s.d) }

// hitShares are the shares of a query's units that a hit has: the first, or where
// nothing has so much, the second.
var hitShares = []share{{3, 5}, {1, 2}}

// best gives the n first of hits by relevance.
func (m *matchSet) best(hits *bitset.BitSet, n int) []int32 {
	all := m.chosen[:0]
	for i, word := range hits.Words() {
		for ; word != 0; word &= word - 1 {
			all = append(all, int32(i*64+bits.TrailingZeros64(word)))
		}
	}
	m.chosen = all
	return m.first(all, n)
}

// minNearScore is the least share of the best score that a practice near a query
// has, unless it has one of the units that are not common: what has less has
// nothing to do with it.
const minNearScore = 0.05

// near gives those practices that match, but are no hits, among those that the
// filters allow (nil: all), in no order. They hold until the match set is released.
func (m *matchSet) near(allowed *bitset.BitSet) []int32 {
	found := m.room[:0]
	best := float32(0)
	for _, r := range m.found {
		best = max(best, m.of[r].score)
	}
	least := minNearScore * best
	for _, r := range m.found {
		if t := &m.of[r]; (t.rareUnits > 0 || t.score >= least) && !m.hits.Test(uint(r)) && (allowed == nil || allowed.Test(uint(r))) {
			found = append(found, r)
		}
	}
	m.room = found
	return found
}

// first gives the n first of a list of practices by compare, sorted, in a list of
// its own. It may reorder the list. It sorts little more than n, since a page is small
// and a list can be long.
func (c *scorer) first(list []int32, n int) []int32 {
	if n == 0 {
		return nil
	}
	if len(list) <= 2*n {
		slices.SortFunc(list, c.compare)
		return slices.Clone(list[:min(n, len(list))])
	}
	kept := append(make([]int32, 0, 2*n), list[:n]...)
	slices.SortFunc(kept, c.compare)
	worst := kept[n-1] // what is behind it is not among the first n
	least := c.of[worst].score
	for _, r := range list[n:] {
		if s := c.of[r].score; s < least || s == least && r > worst {
			continue
		}
		if kept = append(kept, r); len(kept) == 2*n {
			slices.SortFunc(kept, c.compare)
			kept = kept[:n]
			worst = kept[n-1]
			least = c.of[worst].score
		}
	}
	slices.SortFunc(kept, c.compare)
	return kept[:n]
}
