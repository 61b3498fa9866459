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
	k1          = 1.5 // k1: how soon more occurrences count no more
	bodyB       = 0.5 // b: how much a text longer than the average counts against a practice
	titleB      = 0.6
	titleLength = 6 // words of a usual title
	// stopWeight is what a stop word counts: it helps with questions.
	stopWeight = 0.4
	// What having all the words adds to a score, and having them all in the
	// title: so that all words stand before some, unless some say far more.
	allWordsBonus   = 0.2
	allInTitleBonus = 0.5
)

var fieldWeight = [numFields]float32{fieldTitle: 3, fieldHead: 2, fieldBody: 1}

// scorer adds up, word by word, what every practice has of a query. Its slices
// are by place in rowList.all.
type scorer struct {
	postings *postingReader
	// Of the word at hand:
	weight  []float32 // of its occurrences
	best    []matchType
	inTitle []bool // it is in the title
	matched []int32
	// Of the words before:
	score      []float32
	wordCount  []uint8 // content words that it has
	titleCount []uint8 // and that its title has
	found      []int32 // practices with any
	trace      *trace  // for Explain only
}

var scorers sync.Pool

// newScorer is a clean scorer over all practices. It is to be released.
func newScorer(p *postingReader) *scorer {
	c, _ := scorers.Get().(*scorer)
	if c == nil {
		c = &scorer{}
	}
	c.postings = p
	n := p.rows
	if cap(c.score) < n {
		c.weight, c.score = make([]float32, n), make([]float32, n)
		c.best, c.inTitle = make([]matchType, n), make([]bool, n)
		c.wordCount, c.titleCount = make([]uint8, n), make([]uint8, n)
		for i := range c.best {
			c.best[i] = noMatch
		}
	}
	c.weight, c.score, c.best, c.inTitle = c.weight[:n], c.score[:n], c.best[:n], c.inTitle[:n]
	c.wordCount, c.titleCount = c.wordCount[:n], c.titleCount[:n]
	return c
}

// release gives the scorer back, clean.
func (c *scorer) release() {
	c.resetWord()
	for _, r := range c.found {
		c.score[r], c.wordCount[r], c.titleCount[r] = 0, 0, 0
	}
	c.found, c.postings, c.trace = c.found[:0], nil, nil
	scorers.Put(c)
}

// resetWord forgets the word at hand.
func (c *scorer) resetWord() {
	for _, r := range c.matched {
		c.weight[r], c.best[r], c.inTitle[r] = 0, noMatch, false
	}
	c.matched = c.matched[:0]
}

// addOccurrence counts that practice r has the word at hand.
func (c *scorer) addOccurrence(r int, k matchType, weight float32) {
	if c.best[r] == noMatch {
		c.matched = append(c.matched, int32(r))
	}
	c.best[r] = min(c.best[r], k)
	c.weight[r] += weight * matchWeight[k]
}

// addExpansions reads all that a word can mean.
func (c *scorer) addExpansions(ctx context.Context, x expansions) error {
	for _, t := range x.terms {
		list, err := c.postings.postings(ctx, t.indexTerm)
		if err != nil {
			return err
		}
		for _, p := range list {
			r := p.row()
			c.addOccurrence(r, t.match, t.factor*p.weight)
			if t.match <= viaMember && p.inTitle() {
				c.inTitle[r] = true
			}
		}
		if c.trace != nil {
			err := c.postings.occurrences(ctx, t.indexTerm, func(r int, f field, tf, length float32) {
				c.trace.addOccurrence(r, t.term, fieldNames[f], t.match, t.factor*c.postings.fieldWeight(f, tf, length))
			})
			if err != nil {
				return err
			}
		}
	}
	for _, x := range x.sets {
		for r := range x.practices.EachSet() {
			if x.match != viaMember || c.best[r] > viaMember { // gåtur is not also gå and tur
				c.addOccurrence(int(r), x.match, 1)
				c.trace.addOccurrence(int(r), x.label, "", x.match, 1)
			}
		}
	}
	return ctx.Err()
}

// anyMatch tells whether anything has the word at hand as more than a hint.
func (c *scorer) anyMatch() bool {
	return slices.ContainsFunc(c.matched, func(r int32) bool { return c.best[r] < ownMember })
}

// scoreWord adds the word at hand to the scores.
func (c *scorer) scoreWord(content bool) {
	// The word itself is rarer than its inflections, and these than its
	// parts: each kind is weighed by how many have the word so nearly.
	var idf [noMatch]float32
	var count [noMatch]int
	for _, r := range c.matched {
		count[c.best[r]]++
	}
	df := 0.0
	for k, n := range count {
		df += float64(matchWeight[k]) * float64(n)
		idf[k] = inverseDocumentFrequency(df, c.postings.rows)
		if !content {
			idf[k] *= stopWeight
		}
	}
	for _, r := range c.matched {
		if c.score[r] == 0 {
			if !content {
				continue // a stop word finds nothing by itself
			}
			c.found = append(c.found, r)
		}
		w := c.weight[r]
		gained := idf[c.best[r]] * w * (k1 + 1) / (w + k1)
		c.score[r] += gained
		c.trace.addScore(r, gained)
		if content && c.best[r] < ownMember {
			c.wordCount[r]++
			if c.inTitle[r] {
				c.titleCount[r]++
			}
		}
	}
	c.resetWord()
}

// inverseDocumentFrequency weighs a word by how few of n practices have it; above zero
// always.
func inverseDocumentFrequency(df float64, n int) float32 {
	return float32(math.Log(1 + (math.Max(float64(n)-df, 0)+0.5)/(df+0.5)))
}

// addBonus adds a share of its score to a practice's score.
func (c *scorer) addBonus(r int32, share float32) {
	c.trace.addBonus(r, share*c.score[r])
	c.score[r] += share * c.score[r]
}

// compare orders two practices by relevance, and where that is the same the
// newest first.
func (c *scorer) compare(a, b int32) int {
	return cmp.Or(cmp.Compare(c.score[b], c.score[a]), cmp.Compare(a, b))
}
