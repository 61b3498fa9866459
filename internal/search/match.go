package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/bits-and-blooms/bitset"
)

// maxWeak bounds what is shown below the hits (domain.md, "Hits").
const maxWeak = 20

// matcher finds the practices that a query's text matches.
type matcher struct {
	expander *expander
	postings *postingReader
	disabled Layers
}

func newMatcher(x *expander, p *postingReader, without Layers) *matcher {
	return &matcher{x, p, without}
}

// match is what a query's text finds. It holds its scorer until released.
type match struct {
	*scorer
	hits    *bitset.BitSet // practices that fulfil the rule for hits
	content int            // content words
	// substitutes are the words that nothing has, by place in the query, with what
	// was read for each instead.
	substitutes map[int][]indexTerm
}

// match looks for words in the practices, whatever filters are chosen. It
// expands the words. What it does is recorded, unless t is nil.
func (x *matcher) match(ctx context.Context, words []queryWord, t *trace) (*match, error) {
	m := &match{scorer: newScorer(x.postings), hits: bitset.New(uint(x.postings.rows))}
	m.trace = t
	if err := x.run(ctx, m, words); err != nil {
		m.release()
		return nil, err
	}
	m.decide()
	return m, nil
}

// run scores what has the words.
func (x *matcher) run(ctx context.Context, m *match, words []queryWord) error {
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

// addSubstitutes reads the words that the i-th word, which nothing has, may be a slip
// for.
func (x *matcher) addSubstitutes(ctx context.Context, m *match, i int, w queryWord) error {
	meant := x.expander.spellingCandidates(w)
	if m.substitutes == nil {
		m.substitutes = map[int][]indexTerm{}
	}
	m.substitutes[i] = []indexTerm{}
	for _, t := range meant.terms {
		m.substitutes[i] = append(m.substitutes[i], t.indexTerm)
	}
	return m.addExpansions(ctx, meant)
}

// maxFoundForNgrams is how few practices make letters worth reading: at size they cost
// more than all words together.
const maxFoundForNgrams = 3000

// addNgramMatches ranks by the words that look like those of the query. What looks
// most like a word is the word itself, so this also raises what has it.
func (x *matcher) addNgramMatches(ctx context.Context, m *match, words []queryWord) error {
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

// decide tells the hits, and raises what has all words.
func (m *match) decide() {
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

// best are the first n hits by relevance.
func (m *match) best(hits *bitset.BitSet, n int) []int32 {
	var found []int32
	for h := range hits.EachSet() {
		found = append(found, int32(h))
	}
	return smallest(found, n, m.compare)
}

// weak are the practices that have some of the words, but not enough for a
// hit, among those that the filters let through (nil: all).
func (m *match) weak(let *bitset.BitSet) []int32 {
	var found []int32
	for _, r := range m.found {
		if !m.hits.Test(uint(r)) && (let == nil || let.Test(uint(r))) {
			found = append(found, r)
		}
	}
	return smallest(found, maxWeak, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.wordCount[b], m.wordCount[a]), m.compare(a, b))
	})
}

// smallest sorts the n first of list to its front. It sorts little more than
// them, since a page is small and a list can be long.
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
