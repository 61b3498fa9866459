package search

import (
	"context"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// The weights of what two practices can have in common, each multiplied by its
// idf. One solution is the same idea; a target group
// that everybody has is nothing.
const (
	solutionSimilarity    = 8
	themeSimilarity       = 4
	targetGroupSimilarity = 1.5
	contactFormSimilarity = 1
)

var facetSimilarity = map[string]float32{
	catalogue.FacetSolution:    solutionSimilarity,
	catalogue.FacetTheme:       themeSimilarity,
	catalogue.FacetTargetGroup: targetGroupSimilarity,
	catalogue.FacetContactForm: contactFormSimilarity,
}

// Similar are at most n other practices that have most in common with the
// practice id, the most similar first; none when there is no such practice or
// nothing like it.
func (x *Index) Similar(ctx context.Context, id int64, n int) []int64 {
	var out []int64
	err := x.withSnapshot(func(s *snapshot) (err error) {
		out, err = s.similar.find(ctx, id, n)
		return err
	})
	if err != nil {
		return nil
	}
	return out
}

// similarFinder finds the practices that have most in common with one.
type similarFinder struct {
	rows     *rowList
	facets   *facetIndex
	postings *postingReader
	values   func() []similarValue // made when first asked for
}

func newSimilarFinder(rows *rowList, facets *facetIndex, postings *postingReader) *similarFinder {
	return &similarFinder{rows, facets, postings, sync.OnceValue(func() []similarValue { return similarValues(rows, facets) })}
}

func (x *similarFinder) find(ctx context.Context, id int64, n int) ([]int64, error) {
	self, ok := x.rows.places[id]
	if !ok {
		return nil, nil
	}
	l, err := x.likeness(ctx, []int32{int32(self)}, false)
	if err != nil {
		return nil, err
	}
	defer l.release()
	return x.rows.ids(l.best(n, func(int32) bool { return true })), nil
}

// likeness is how much every practice has in common with the seeds.
type likeness struct {
	*scorer           // of the words of their titles
	shared  []float32 // by place in rowList.all: the weight of the values in common
	seeds   []int32
}

// likenesses are rooms for what is shared, used again: nearly every practice shares
// something.
var likenesses = sync.Pool{New: func() any { return &likeness{} }}

// release gives the likeness back.
func (l *likeness) release() {
	l.scorer.release()
	l.scorer, l.seeds = nil, nil
	likenesses.Put(l)
}

// score is that of a practice by its place; 0 with nothing in common.
func (l *likeness) score(r int32) float32 {
	return l.of[r].score + l.shared[r]/float32(len(l.seeds))
}

// best are at most n of the practices with something in common for which wanted is
// true, but for the seeds: those with most first, and the newest of equal ones.
func (l *likeness) best(n int, wanted func(int32) bool) (out []int32) {
	worst := float32(0) // a practice needs more
	for r := range int32(len(l.shared)) {
		s := l.score(r)
		if n <= 0 || s <= worst || slices.Contains(l.seeds, r) || !wanted(r) {
			continue
		}
		at := len(out)
		for at > 0 && l.score(out[at-1]) < s {
			at--
		}
		if out = slices.Insert(out, at, r); len(out) >= n {
			out = out[:n]
			worst = l.score(out[n-1])
		}
	}
	return out
}

// likeness scores the practices by what they have in common with the seeds: by what the
// titles of these say, and by their solutions, themes, target groups and contact forms.
// With parts the compounds with a word of a title count too, and the members of those
// that stand in one. It is to be released.
func (x *similarFinder) likeness(ctx context.Context, seeds []int32, parts bool) (_ *likeness, err error) {
	l := likenesses.Get().(*likeness)
	l.scorer, l.seeds = newScorer(x.postings), seeds
	defer func() {
		if err != nil {
			l.release()
		}
	}()
	var titles []string
	for _, r := range seeds {
		titles = append(titles, x.rows.all[r].title)
	}
	for _, w := range contentWords(strings.Join(titles, " ")) {
		w.add(inflected, x.postings.lexicon.inflections(w.stem, maxTitleForms)...)
		if parts {
			w.add(viaMember, x.postings.lexicon.compounds(w.stem, maxTitleForms)...)
			for _, stem := range x.postings.lexicon.members(w.term) {
				w.add(ownMember, x.postings.lexicon.inflections(stem, maxTitleForms)...)
			}
		}
		if err := l.addExpansions(ctx, w.expansions); err != nil {
			return nil, err
		}
		l.scoreWord(true, false)
	}
	if cap(l.shared) < len(x.rows.all) {
		l.shared = make([]float32, len(x.rows.all))
	}
	l.shared = l.shared[:len(x.rows.all)]
	clear(l.shared)
	x.addShared(l.shared, seeds)
	return l, ctx.Err()
}

// maxTitleForms is how many inflections of a word of a title are read, and compounds.
const maxTitleForms = 8

// addShared adds, by practice, the weight of the values that it shares with the seeds.
func (x *similarFinder) addShared(to []float32, seeds []int32) {
	for _, self := range seeds {
		x.eachValue(self, func(have *bitset.BitSet, weight float32) {
			for i, word := range have.Words() { // EachSet takes twice as long
				for ; word != 0; word &= word - 1 {
					to[i*64+bits.TrailingZeros64(word)] += weight
				}
			}
		})
	}
}

// sharedBy is the share of a practice's values, by weight, that each of others has; 0
// where it has none.
func (x *similarFinder) sharedBy(self int32, others []pageTexts) []float32 {
	score, all := make([]float32, len(others)), float32(0)
	x.eachValue(self, func(have *bitset.BitSet, weight float32) {
		all += weight
		for i, o := range others {
			if have.Test(uint(o.row)) {
				score[i] += weight
			}
		}
	})
	if all > 0 {
		for i := range score {
			score[i] /= all
		}
	}
	return score
}

// eachValue calls fn for each value of a practice that tells what it is like, with the
// practices that have it, and its weight.
func (x *similarFinder) eachValue(self int32, fn func(have *bitset.BitSet, weight float32)) {
	values := x.values()
	for _, id := range x.rows.all[self].practiceValues() {
		if v := values[id]; v.have != nil {
			fn(v.have, v.weight)
		}
	}
}

// similarValue is a value that practices can have in common: the practices that have
// it, and what it weighs. It is zero for one that tells nothing.
type similarValue struct {
	have   *bitset.BitSet
	weight float32
}

// similarValues are the values of the practices, by facetValueID.
func similarValues(rows *rowList, facets *facetIndex) []similarValue {
	out := make([]similarValue, len(rows.values))
	for id, v := range rows.values {
		f := facets.facets[v.facet]
		w := facetSimilarity[f.tree.Name]
		if w == 0 {
			continue
		}
		if slug, known := facets.taxonomy.ResolveSlug(f.tree.Name, v.slug); known && slug != catalogue.NotStated {
			have := f.practices[f.places[slug]]
			out[id] = similarValue{have, w * inverseDocumentFrequency(float64(have.Count()), len(rows.all))} // by how few they are
		}
	}
	return out
}
