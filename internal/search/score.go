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
// are by place in rowList.all.
type scorer struct {
	postings *postingReader
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
	c.found, c.postings, c.trace = c.found[:0], nil, nil
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
		list, err := c.postings.postings(ctx, t.entry)
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
			err := c.postings.read(ctx, t.entry, func(r int, f field, tf, length float32) {
				c.trace.occurrence(r, t.term, fieldNames[f], t.kind, t.share*c.postings.fieldWeight(f, tf, length))
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
		idf[k] = inverseFrequency(df, c.postings.rows)
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

// raise adds a share of its score to a practice's score.
func (c *scorer) raise(r int32, share float32) {
	c.trace.raise(r, share*c.score[r])
	c.score[r] += share * c.score[r]
}

// before orders two practices by relevance, and where that is the same the
// newest first.
func (c *scorer) before(a, b int32) int {
	return cmp.Or(cmp.Compare(c.score[b], c.score[a]), cmp.Compare(a, b))
}
