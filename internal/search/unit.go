package search

import (
	"slices"

	"github.com/bits-and-blooms/bitset"
)

// A unit of a query is what is asked for as one thing: a content word, the words of a
// phrase that means something as a whole ("frisk luft", "virtuelle møder"), or the two
// of a compound that was typed apart ("hjemme arbejde").
// Hits are counted in units (domain.md, "Hits"), so that a practice with what the
// phrase means has one thing of the query, not two.

// joinUnits makes one unit of the words at the places of each phrase, the longest
// phrase first. It sorts the phrases.
func joinUnits(words []queryWord, phrases [][]int) {
	slices.SortStableFunc(phrases, func(a, b []int) int { return len(b) - len(a) })
	for _, places := range phrases {
		places = slices.DeleteFunc(slices.Clone(places), func(p int) bool { return !words[p].content })
		if len(places) < 2 || slices.ContainsFunc(places, func(p int) bool { return words[p].unit != p }) {
			continue // of another phrase already
		}
		for _, p := range places {
			words[p].unit = places[0]
		}
	}
}

// isUnitPart tells whether one of the words is a content word of a unit.
func isUnitPart(words []queryWord, unit int) bool {
	return slices.ContainsFunc(words, func(w queryWord) bool { return w.content && w.unit == unit })
}

// unitCount is how many units the words have.
func unitCount(words []queryWord) (n int) {
	for i, w := range words {
		if w.content && !isUnitPart(words[:i], w.unit) {
			n++
		}
	}
	return n
}

// unitTally is a unit, or several together.
type unitTally struct {
	idf   float32 // of its units together
	count uint8   // units
	rare  uint8   // and of these, the ones that are not common
}

// unitScorer counts the units of a query; those that a practice has are in its wordTally.
type unitScorer struct {
	n   int       // practices
	all unitTally // the query's own
	// soFar are the practices that have all words so far of a unit of several.
	soFar *bitset.BitSet
	// named are the practices that have one of the names of the query; nil without any.
	named *bitset.BitSet
}

// start begins a query over n practices.
func (u *unitScorer) start(n int) {
	*u = unitScorer{n: n}
}

// commonShare: a unit that so large a share of the practices has says little of
// what is asked for (domain.md, "Hits": a third).
const commonShare = 3

// maxUnitIDF is the idf of a unit that one practice in twenty has. No unit weighs
// more, so that one that hardly any practice has does not decide alone.
// Without it the sets of eval/testdata have one to two in a hundred more queries
// without a hit, corona-da ten, and are counted no better.
const maxUnitIDF = 3

// addToUnit counts the current word, w, which is the first word of its unit or a later
// one, and the last of it or not. A practice has a unit when it has all its words,
// each in a way that makes a hit. A word that stands in names and on sources is as
// common as these make it.
func (c *scorer) addToUnit(w queryWord, first, last bool) {
	if first && last && w.together == nil {
		have := 0
		for _, r := range c.matched {
			if c.word[r].best.makesHit() || c.word[r].beside {
				have++
			}
		}
		t := c.units.add(have)
		for _, r := range c.matched {
			if c.word[r].best.makesHit() {
				c.of[r].addUnit(t)
			}
		}
		return
	}
	have := bitset.New(uint(c.postings.rows))
	for _, r := range c.matched {
		if c.word[r].best.makesHit() {
			have.Set(uint(r))
		}
	}
	if w.together != nil {
		have.InPlaceIntersection(w.together)
	}
	if !first {
		have.InPlaceIntersection(c.units.soFar)
	}
	if c.units.soFar = have; last {
		t := c.units.add(int(have.Count()))
		for r := range have.EachSet() {
			c.of[r].addUnit(t)
		}
	}
}

// addName counts the current word as a name: what has none of a query's names is no
// hit.
func (c *scorer) addName() {
	if c.units.named == nil {
		c.units.named = bitset.New(uint(c.postings.rows))
	}
	for _, r := range c.matched {
		if c.word[r].best.makesHit() {
			c.units.named.Set(uint(r))
		}
	}
}

// add adds a unit to the query that so many practices have, and gives its tally.
func (u *unitScorer) add(have int) unitTally {
	t := unitTally{idf: min(inverseDocumentFrequency(float64(have), u.n), maxUnitIDF), count: 1}
	if have*commonShare <= u.n {
		t.rare = 1
	}
	u.all.add(t)
	return t
}

func (t *unitTally) add(o unitTally) {
	t.idf, t.count, t.rare = t.idf+o.idf, t.count+o.count, t.rare+o.rare
}

func (t *wordTally) addUnit(u unitTally) {
	t.unitIDF, t.units, t.rareUnits = t.unitIDF+u.idf, t.units+u.count, t.rareUnits+u.rare
}
