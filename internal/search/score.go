package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
)

// The formula is BM25F (Robertson and Zaragoza): how often a word occurs is
// weighted by field, then saturated, then weighed by how rare the word is.
// Measured on the sets of eval/testdata, where the numbers are not delicate.
const (
	k1          = 1.5 // how soon more occurrences count no more
	bodyB       = 0.5 // b: how much a longer body than the average counts against a practice
	titleB      = 0.6 // the same of the title
	titleLength = 6   // words of an average title
	// stopWeight scales the weight of a stop word: it helps with questions.
	stopWeight = 0.4
	// allWordsBonus is the share that is added to the score of a practice that
	// has all content words, so that it stands before one with some, unless that
	// says far more; allInTitleBonus is for all of them in the title. A title with some
	// of them gets of it the cube of their share, in idf: the rare word says what the
	// practice is about, the common one hardly. nDCG@10 for all of them alone, and so:
	// lohelp-da .623, .634, our own sets the same within .001. The square gives .639, and
	// puts a title with half of the words before one that has all (TestRanking).
	allWordsBonus   = 0.2
	allInTitleBonus = 0.5
)

var fieldWeight = [numFields]float32{fieldTitle: 3, fieldHead: 2, fieldBody: 1, fieldLaw: 4, fieldWho: 2, fieldSource: 1, fieldWords: 1.5}

// scorer adds up the score of every practice, word by word. Its slices are by
// place in rowList.all, and come from a pool.
type scorer struct {
	postings *postingReader
	// Of the current word:
	word    []wordMatch
	matched []int32 // practices that match it
	// Of the words scored so far:
	of      []wordTally
	found   []int32 // practices with a score
	content int     // content words
	idf     float32 // of these together
	having  []int   // how many practices have each
	units   unitScorer
	room    []int32 // for near
	chosen  []int32 // for best
	trace   *trace  // for Explain only
}

// wordMatch is how a practice has the current word; it takes eight bytes, so that
// what is looked up of a practice lies together.
type wordMatch struct {
	weight  float32 // of its occurrences
	best    matchType
	inTitle bool
	beside  bool // it would make a hit if it were not only in names or on the source
}

// wordTally is what a practice has of the words scored so far. It takes sixteen bytes,
// so that it lies in one line of the processor's memory.
type wordTally struct {
	score     float32
	titleIDF  float32 // of the content words that its title has
	unitIDF   float32 // of the units that it has, together
	words     uint8   // content words that it has
	titles    uint8   // and that its title has
	units     uint8   // units that it has
	rareUnits uint8   // and of these, the ones that are not common
}

// manyFound: where more than one in so many practices has a score, all tallies are
// cleared at once, which takes a fraction of the time of clearing each.
const manyFound = 16

var scorers sync.Pool

// newScorer is a clean scorer over all practices. It is to be released.
func newScorer(p *postingReader) *scorer {
	c, _ := scorers.Get().(*scorer)
	if c == nil {
		c = &scorer{}
	}
	c.postings = p
	n := p.rows
	if cap(c.of) < n {
		c.word, c.of = make([]wordMatch, n), make([]wordTally, n)
		for i := range c.word {
			c.word[i].best = noMatch
		}
	}
	c.word, c.of = c.word[:n], c.of[:n]
	c.content, c.idf, c.having = 0, 0, c.having[:0]
	c.units.start(n)
	return c
}

// release gives the scorer back, clean.
func (c *scorer) release() {
	c.resetWord()
	if len(c.found) < len(c.of)/manyFound {
		for _, r := range c.found {
			c.of[r] = wordTally{}
		}
	} else {
		clear(c.of)
	}
	c.found, c.postings, c.trace = c.found[:0], nil, nil
	scorers.Put(c)
}

// resetWord clears what belongs to the current word.
func (c *scorer) resetWord() {
	for _, r := range c.matched {
		c.word[r] = wordMatch{best: noMatch}
	}
	c.matched = c.matched[:0]
}

// addOccurrence counts that practice r has the current word, in the way m.
func (c *scorer) addOccurrence(r int, m matchType, weight float32) {
	w := &c.word[r]
	if w.best == noMatch {
		c.matched = append(c.matched, int32(r))
	}
	w.best = min(w.best, m)
	w.weight += weight * matchWeight[m]
}

// addExpansions reads the expansions of the current word. It fails with ctx's
// error, and where the index cannot be read.
func (c *scorer) addExpansions(ctx context.Context, x expansions) error {
	for _, t := range x.terms {
		list, err := c.postings.postings(ctx, t.indexTerm)
		if err != nil {
			return err
		}
		for _, p := range list {
			r, m := p.row(), t.matchType
			if !p.inText() {
				if c.postings.withoutWords && !p.isFound() {
					continue
				}
				c.word[r].beside = c.word[r].beside || m.makesHit() && p.isFound()
				m = max(m, related)
			}
			c.addOccurrence(r, m, t.factor*p.weight)
			if t.matchType <= viaMember && p.inTitle() {
				c.word[r].inTitle = true
			}
		}
		if c.trace != nil {
			err := c.postings.occurrences(ctx, t.indexTerm, nil, func(r int, f field, tf, length float32) {
				m := t.matchType
				if !textFields.has(f) && !(f == fieldWho && isProper(t.term)) {
					m = max(m, related)
				}
				c.trace.addOccurrence(r, t.term, fieldNames[f], m, t.factor*c.postings.fieldWeight(f, tf, length))
			})
			if err != nil {
				return err
			}
		}
	}
	for _, x := range x.sets {
		for r := range x.practices.EachSet() {
			// gåtur is not also gå and tur.
			if x.matchType != viaMember && x.matchType != farApart || c.word[r].best > viaMember {
				c.addOccurrence(int(r), x.matchType, 1)
				c.trace.addOccurrence(int(r), x.label, "", x.matchType, 1)
			}
		}
	}
	return ctx.Err()
}

// anyMatch tells whether any practice has the current word in a way that makes
// hits.
func (c *scorer) anyMatch() bool {
	return slices.ContainsFunc(c.matched, func(r int32) bool { return c.word[r].best.makesHit() })
}

// scoreWord adds the current word to the scores, and ends it. Reading a word
// again, by its n-grams, is no word more.
func (c *scorer) scoreWord(content, again bool) {
	// The word itself is rarer than its inflections, and these than compounds
	// with it: each match type has an idf of its own, by how many practices have
	// the word in that way or a closer one.
	var idf [noMatch]float32
	var count [noMatch]int
	for _, r := range c.matched {
		count[c.word[r].best]++
	}
	df, have := 0.0, 0
	for k, n := range count {
		if matchType(k).makesHit() {
			have += n
		}
		df += float64(matchWeight[k]) * float64(n)
		idf[k] = inverseDocumentFrequency(df, c.postings.rows)
		if !content {
			idf[k] *= stopWeight
		}
	}
	own := inverseDocumentFrequency(float64(have), c.postings.rows) // of the word in any way that makes hits
	if content && !again {
		c.content++
		c.idf += own
		c.having = append(c.having, have)
	}
	for _, r := range c.matched {
		t, w := &c.of[r], c.word[r]
		if t.score == 0 {
			if !content {
				continue // a stop word finds nothing by itself
			}
			c.found = append(c.found, r)
		}
		added := idf[w.best] * w.weight * (k1 + 1) / (w.weight + k1)
		t.score += added
		c.trace.addScore(r, added)
		if content && !again && w.best.makesHit() {
			t.words++
			if w.inTitle {
				t.titles++
				t.titleIDF += own
			}
		}
	}
	c.resetWord()
}

// inverseDocumentFrequency (idf) weighs a word by how few of n practices have
// it. It is always above zero.
func inverseDocumentFrequency(df float64, n int) float32 {
	return float32(math.Log(1 + (math.Max(float64(n)-df, 0)+0.5)/(df+0.5)))
}

// addBonus adds a share of a practice's score to it.
func (c *scorer) addBonus(r int32, share float32) {
	t := &c.of[r]
	c.trace.addBonus(r, share*t.score)
	t.score += share * t.score
}

// compare orders two practices by score, and those with the same by age, the
// newest first.
func (c *scorer) compare(a, b int32) int {
	return cmp.Or(cmp.Compare(c.of[b].score, c.of[a].score), cmp.Compare(a, b))
}
