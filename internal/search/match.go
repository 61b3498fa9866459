package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/bits-and-blooms/bitset"
)

// maxWeak bounds what is shown below the hits (domain.md, "Hits").
const maxWeak = 20

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
	hits    *bitset.BitSet // practices that fulfil the rule for hits
	content int            // content words
	// substitutes has the words that no practice has, by place in the query, with
	// the terms that were read for each instead.
	substitutes map[int][]indexTerm
}

// match finds the practices with the words, whatever filters are chosen. It
// expands the words. It records how it scores in t, unless that is nil. It fails
// with ctx's error, and where the index cannot be read.
func (x *matcher) match(ctx context.Context, words []queryWord, t *trace) (*matchSet, error) {
	m := &matchSet{scorer: newScorer(x.postings), hits: bitset.New(uint(x.postings.rows))}
	m.trace = t
	if err := x.run(ctx, m, words); err != nil {
		m.release()
		return nil, err
	}
	m.decide()
	return m, nil
}

// run expands and scores all words: content words, n-gram matches where few
// practices were found, then stop words.
func (x *matcher) run(ctx context.Context, m *matchSet, words []queryWord) error {
	if err := x.expander.expand(ctx, words); err != nil {
		return err
	}
	for i, w := range words {
		if !w.content {
			continue
		}
		m.content++
		m.trace.beginWord(w)
		if err := m.addExpansions(ctx, w.expansions); err != nil {
			return err
		}
		if !x.disabled.has(LayerSpelling) && !m.anyMatch() && len(m.substitutes) < maxMisspelledWords {
			if err := x.addSubstitutes(ctx, m, i, w); err != nil {
				return err
			}
		}
		m.scoreWord(true)
	}
	if !x.disabled.has(LayerNgrams) && len(m.found) < maxFoundForNgrams {
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
		m.scoreWord(false)
	}
	return nil
}

// addSubstitutes reads the spelling candidates of the i-th word, which no
// practice has.
func (x *matcher) addSubstitutes(ctx context.Context, m *matchSet, i int, w queryWord) error {
	candidates := x.expander.spellingCandidates(w)
	if m.substitutes == nil {
		m.substitutes = map[int][]indexTerm{}
	}
	m.substitutes[i] = []indexTerm{}
	for _, t := range candidates.terms {
		m.substitutes[i] = append(m.substitutes[i], t.indexTerm)
	}
	return m.addExpansions(ctx, candidates)
}

// maxFoundForNgrams is how many practices may be found before n-gram matches are
// no longer read: at size they cost more than all words together.
const maxFoundForNgrams = 3000

// addNgramMatches ranks by the n-gram matches of the words. A word is its own
// best match, so this also raises the practices that have it.
func (x *matcher) addNgramMatches(ctx context.Context, m *matchSet, words []queryWord) error {
	for _, w := range words {
		if !w.content {
			continue
		}
		m.trace.beginWord(w)
		if err := m.addExpansions(ctx, expansions{terms: x.postings.lexicon.ngramMatches(w.term)}); err != nil {
			return err
		}
		m.scoreWord(true)
	}
	return nil
}

// decide finds the hits, and adds the bonus for having all words.
func (m *matchSet) decide() {
	need, all := uint8(requiredWords(m.content)), uint8(m.content)
	for _, r := range m.found {
		if m.wordCount[r] >= need && need > 0 {
			m.hits.Set(uint(r))
		}
		if m.wordCount[r] == all && all > 0 {
			m.addBonus(r, allWordsBonus)
		}
		if m.titleCount[r] == all && all > 0 {
			m.addBonus(r, allInTitleBonus)
		}
	}
}

// requiredWords is how many of n content words a hit must have (domain.md, "Hits").
func requiredWords(n int) int {
	if n <= 2 {
		return n
	}
	return (3*n + 4) / 5 // 60 %, rounded up
}

// best gives the n first of hits by relevance.
func (m *matchSet) best(hits *bitset.BitSet, n int) []int32 {
	var found []int32
	for h := range hits.EachSet() {
		found = append(found, int32(h))
	}
	return smallest(found, n, m.compare)
}

// weak gives the best of those practices that match, but have too few of the
// words for a hit, among those that the filters allow (nil: all).
func (m *matchSet) weak(allowed *bitset.BitSet) []int32 {
	var found []int32
	for _, r := range m.found {
		if !m.hits.Test(uint(r)) && (allowed == nil || allowed.Test(uint(r))) {
			found = append(found, r)
		}
	}
	return smallest(found, maxWeak, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.wordCount[b], m.wordCount[a]), m.compare(a, b))
	})
}

// smallest gives the n first of a list by compare, sorted. It may reorder the
// list. It sorts little more than n, since a page is small and a list can be
// long.
func smallest(list []int32, n int, compare func(a, b int32) int) []int32 {
	const chunk = 1024
	if len(list) > n+chunk {
		kept := slices.Clone(list[:n])
		slices.SortFunc(kept, compare)
		for rest := range slices.Chunk(list[n:], chunk) {
			for _, r := range rest {
				if n == 0 || compare(r, kept[n-1]) < 0 {
					kept = append(kept, r)
				}
			}
			slices.SortFunc(kept, compare)
			kept = kept[:n]
		}
		return kept
	}
	slices.SortFunc(list, compare)
	return list[:min(n, len(list))]
}
