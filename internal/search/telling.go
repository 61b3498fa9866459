package search

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"praksis/internal/danish"
)

// feedbackWord is a word that tells a text from others, with its inflections.
type feedbackWord struct {
	stem   string
	forms  []indexTerm
	weight float32
}

func compareWeight(a, b feedbackWord) int {
	return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.stem, b.stem))
}

// tellingWords are the words that tell a text from others, in no order: those that stand
// often in it, weighed by how rare they are elsewhere.
func (x *postingReader) tellingWords(ctx context.Context, id int64, terms []passageTerm) ([]feedbackWord, error) {
	stems := x.frequentStems(id, terms)
	words := make([]feedbackWord, len(stems))
	for i, s := range stems {
		words[i] = x.feedbackWord(ctx, s.stem)
		words[i].weight *= s.share
	}
	return words, ctx.Err()
}

// feedbackWord is the word with a stem; its weight is its idf.
func (x *postingReader) feedbackWord(ctx context.Context, stem string) feedbackWord {
	w, ok := x.stemWords.get(stem)
	if ok {
		return w
	}
	w = feedbackWord{stem: stem, forms: x.lexicon.inflections(stem, feedbackForms)}
	have := 0
	for _, e := range w.forms {
		have += x.documentFrequency(ctx, e)
	}
	w.weight = inverseDocumentFrequency(float64(have), x.rows)
	if ctx.Err() == nil {
		x.stemWords.put(stem, w, maxStemWords)
	}
	return w
}

// textStem is a stem with how much of a text it makes.
type textStem struct {
	stem  string
	share float32
}

// How much is kept: a practice's stems take some 500 bytes, a word 150.
const (
	maxFrequentStems = 6000
	maxStemWords     = 20_000
)

// frequentStems are the stems that stand most often in the texts of a practice, which
// have these terms. The caller must not change them.
func (x *postingReader) frequentStems(id int64, terms []passageTerm) []textStem {
	if stems, ok := x.frequent.get(id); ok {
		return stems
	}
	length := int32(0)
	for _, k := range terms {
		length += k.count
	}
	shares := make(map[string]float32, len(terms))
	for _, k := range terms {
		if len(k.term) > 2 && !danish.IsStop(k.term) {
			shares[danish.Stem(k.term)] += float32(k.count) / float32(length+5)
		}
	}
	stems := make([]textStem, 0, len(shares))
	for stem, share := range shares {
		stems = append(stems, textStem{stem, share})
	}
	slices.SortFunc(stems, func(a, b textStem) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.stem, b.stem))
	})
	stems = trimmed(stems[:min(len(stems), feedbackStems)])
	for i := range stems {
		stems[i].stem = x.lexicon.ownStem(stems[i].stem) // it may be a piece of the texts
	}
	x.frequent.put(id, stems, maxFrequentStems)
	return stems
}

// boundedCache keeps values by key.
type boundedCache[K comparable, V any] struct {
	mu    sync.RWMutex
	byKey map[K]V
}

func (c *boundedCache[K, V]) get(key K) (V, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.byKey[key]
	return v, ok
}

// put keeps a value, and lets go another where there are as many as may be.
func (c *boundedCache[K, V]) put(key K, v V, most int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey == nil {
		c.byKey = map[K]V{}
	}
	if _, again := c.byKey[key]; !again && len(c.byKey) >= most {
		for other := range c.byKey { // any
			delete(c.byKey, other)
			break
		}
	}
	c.byKey[key] = v
}

// size is how many are kept.
func (c *boundedCache[K, V]) size() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.byKey)
}

// carryOver takes over what another keeps, but for the keys that changed.
func (c *boundedCache[K, V]) carryOver(from *boundedCache[K, V], changed func(K) bool) {
	from.mu.RLock()
	kept := maps.Clone(from.byKey)
	from.mu.RUnlock()
	maps.DeleteFunc(kept, func(k K, _ V) bool { return changed(k) })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byKey = kept
}
