package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"github.com/bits-and-blooms/bitset"
)

// The formula is BM25F (Robertson and Zaragoza): how often a word occurs is
// weighted by field, then saturated, then weighed by how rare the word is.
// Measured on the sets of eval/testdata, where the numbers are not delicate.
const (
	saturation = 1.5 // k1: how soon more occurrences count no more
	bodyNorm   = 0.5 // b: how much a text longer than the average counts against a practice
	titleNorm  = 0.6
	titlePivot = 6 // words of a usual title
	// stopWeight is what a stop word counts: it helps with questions.
	stopWeight = 0.4
	// What having all the words adds to a score, and having them all in the
	// title: so that all words stand before some, unless some say far more.
	allWords  = 0.2
	allTitled = 0.5
)

var fieldWeight = [numFields]float32{fieldTitle: 3, fieldHead: 2, fieldBody: 1}

// scorer adds up, word by word, what every practice has of a query. Its slices
// are by place in snapshot.rows.
type scorer struct {
	snap *snapshot
	// Of the word at hand:
	weight  []float32 // of its occurrences
	nearest []kind
	titled  []bool // it is in the title
	touched []int32
	// Of the words before:
	score  []float32
	words  []uint8 // content words that it has
	titles []uint8 // and that its title has
	found  []int32 // practices with any
	trace  *trace  // for Explain only
}

var scorers sync.Pool

func (s *snapshot) newScorer() *scorer {
	c, _ := scorers.Get().(*scorer)
	if c == nil {
		c = &scorer{}
	}
	c.snap = s
	n := len(s.rows)
	if cap(c.score) < n {
		c.weight, c.score = make([]float32, n), make([]float32, n)
		c.nearest, c.titled = make([]kind, n), make([]bool, n)
		c.words, c.titles = make([]uint8, n), make([]uint8, n)
		for i := range c.nearest {
			c.nearest[i] = anyOrNone
		}
	}
	c.weight, c.score, c.nearest, c.titled = c.weight[:n], c.score[:n], c.nearest[:n], c.titled[:n]
	c.words, c.titles = c.words[:n], c.titles[:n]
	return c
}

// release gives the scorer back, clean.
func (c *scorer) release() {
	c.nextWord()
	for _, r := range c.found {
		c.score[r], c.words[r], c.titles[r] = 0, 0, 0
	}
	c.found, c.snap, c.trace = c.found[:0], nil, nil
	scorers.Put(c)
}

// nextWord forgets the word at hand.
func (c *scorer) nextWord() {
	for _, r := range c.touched {
		c.weight[r], c.nearest[r], c.titled[r] = 0, anyOrNone, false
	}
	c.touched = c.touched[:0]
}

// occurrence counts that practice r has the word at hand.
func (c *scorer) occurrence(r int, k kind, weight float32) {
	if c.nearest[r] == anyOrNone {
		c.touched = append(c.touched, int32(r))
	}
	c.nearest[r] = min(c.nearest[r], k)
	c.weight[r] += weight * nearness[k]
}

// collect reads all that a word can mean.
func (c *scorer) collect(ctx context.Context, x expansions) error {
	for _, t := range x.terms {
		list, err := c.snap.postings(ctx, t.entry)
		if err != nil {
			return err
		}
		for _, p := range list {
			r := p.row()
			c.occurrence(r, t.kind, t.share*p.weight)
			if t.kind <= partly && p.titled() {
				c.titled[r] = true
			}
		}
		if c.trace != nil {
			err := c.snap.read(ctx, t.entry, func(r int, f field, tf, length float32) {
				c.trace.occurrence(r, t.term, fieldNames[f], t.kind, t.share*c.snap.fieldWeight(f, tf, length))
			})
			if err != nil {
				return err
			}
		}
	}
	for _, x := range x.sets {
		for r := range x.practices.EachSet() {
			if x.kind != partly || c.nearest[r] > partly { // gåtur is not also gå and tur
				c.occurrence(int(r), x.kind, 1)
				c.trace.occurrence(int(r), x.of, "", x.kind, 1)
			}
		}
	}
	return ctx.Err()
}

// any tells whether anything has the word at hand as more than a hint.
func (c *scorer) any() bool {
	return slices.ContainsFunc(c.touched, func(r int32) bool { return c.nearest[r] < hint })
}

// finish adds the word at hand to the scores.
func (c *scorer) finish(content bool) {
	// The word itself is rarer than its inflections, and these than its
	// parts: each kind is weighed by how many have the word so nearly.
	var idf [anyOrNone]float32
	var count [anyOrNone]int
	for _, r := range c.touched {
		count[c.nearest[r]]++
	}
	df := 0.0
	for k, n := range count {
		df += float64(nearness[k]) * float64(n)
		idf[k] = inverseFrequency(df, len(c.snap.rows))
		if !content {
			idf[k] *= stopWeight
		}
	}
	for _, r := range c.touched {
		if c.score[r] == 0 {
			if !content {
				continue // a stop word finds nothing by itself
			}
			c.found = append(c.found, r)
		}
		w := c.weight[r]
		gained := idf[c.nearest[r]] * w * (saturation + 1) / (w + saturation)
		c.score[r] += gained
		c.trace.gain(r, gained)
		if content && c.nearest[r] < hint {
			c.words[r]++
			if c.titled[r] {
				c.titles[r]++
			}
		}
	}
	c.nextWord()
}

// inverseFrequency weighs a word by how few of n practices have it; above zero
// always.
func inverseFrequency(df float64, n int) float32 {
	return float32(math.Log(1 + (math.Max(float64(n)-df, 0)+0.5)/(df+0.5)))
}

// match is what a query's text finds. It holds its scorer until released.
type match struct {
	*scorer
	hits    *bitset.BitSet // practices that fulfil the rule for hits
	content int            // content words
	// slips are the words that nothing has, by place in the query, with what
	// was read for each instead.
	slips map[int][]entry
}

// match looks for words in the practices, whatever filters are chosen.
func (s *snapshot) match(ctx context.Context, words []queryWord) (*match, error) {
	return s.traced(ctx, words, nil)
}

// traced is match that records what it does, unless t is nil.
func (s *snapshot) traced(ctx context.Context, words []queryWord, t *trace) (*match, error) {
	m := &match{scorer: s.newScorer(), hits: bitset.New(uint(len(s.rows)))}
	m.trace = t
	if err := m.run(ctx, words); err != nil {
		m.release()
		return nil, err
	}
	need, all := uint8(required(m.content)), uint8(m.content)
	for _, r := range m.found {
		if m.words[r] >= need && need > 0 {
			m.hits.Set(uint(r))
		}
		if m.words[r] == all && all > 0 {
			m.raise(r, allWords)
		}
		if m.titles[r] == all && all > 0 {
			m.raise(r, allTitled)
		}
	}
	return m, nil
}

func (m *match) run(ctx context.Context, words []queryWord) error {
	if err := m.snap.expand(ctx, words); err != nil {
		return err
	}
	for i, w := range words {
		if !w.content {
			continue
		}
		m.content++
		m.trace.begin(w)
		if err := m.collect(ctx, w.expansions); err != nil {
			return err
		}
		if m.snap.has(LayerSlips) && !m.any() && len(m.slips) < maxSlipWords {
			if err := m.bySlips(ctx, i, w); err != nil {
				return err
			}
		}
		m.finish(true)
	}
	if m.snap.has(LayerLetters) && len(m.found) < fewFound {
		if err := m.byLetters(ctx, words); err != nil {
			return err
		}
	}
	for _, w := range words {
		if w.content || m.snap.common(w.term) {
			continue
		}
		m.trace.begin(w)
		if err := m.collect(ctx, w.expansions); err != nil {
			return err
		}
		m.finish(false)
	}
	return nil
}

// bySlips reads the words that the i-th word, which nothing has, may be a slip
// for.
func (m *match) bySlips(ctx context.Context, i int, w queryWord) error {
	meant := m.snap.slipsOf(w)
	if m.slips == nil {
		m.slips = map[int][]entry{}
	}
	m.slips[i] = []entry{}
	for _, t := range meant.terms {
		m.slips[i] = append(m.slips[i], t.entry)
	}
	return m.collect(ctx, meant)
}

// raise adds a share of its score to a practice's score.
func (m *match) raise(r int32, share float32) {
	m.trace.raise(r, share*m.score[r])
	m.score[r] += share * m.score[r]
}

// fewFound is how few practices make letters worth reading: at size they cost
// more than all words together.
const fewFound = 3000

// byLetters ranks by the words that look like those of the query. What looks
// most like a word is the word itself, so this also raises what has it.
func (m *match) byLetters(ctx context.Context, words []queryWord) error {
	for _, w := range words {
		if !w.content {
			continue
		}
		m.trace.begin(w)
		if err := m.collect(ctx, expansions{terms: m.snap.lexicon.alike(w.term)}); err != nil {
			return err
		}
		m.finish(true)
	}
	return nil
}

// slipsOf are the words that w may be a slip for, with their inflections.
func (s *snapshot) slipsOf(w queryWord) (x expansions) {
	for _, e := range s.lexicon.slips(w.term) {
		x.add(slipped, e)
		x.add(slipped, s.lexicon.inflections(e.stem, maxSlips)...)
	}
	return x
}

// before orders two practices by relevance, and where that is the same the
// newest first.
func (m *match) before(a, b int32) int {
	return cmp.Or(cmp.Compare(m.score[b], m.score[a]), cmp.Compare(a, b))
}
