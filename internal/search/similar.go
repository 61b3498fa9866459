package search

import (
	"cmp"
	"context"

	"praksis/internal/catalogue"
)

// The weights of what two practices can have in common, each multiplied by its
// idf. One solution is the same idea; a target group
// that everybody has is nothing.
const (
	solutionSimilarity    = 4
	themeSimilarity       = 2
	targetGroupSimilarity = 1.5
	contactFormSimilarity = 1
	titleWordSimilarity   = 1 // each word
)

var facetSimilarity = map[string]float32{
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
}

func (x *similarFinder) find(ctx context.Context, id int64, n int) ([]int64, error) {
	self, ok := x.rows.places[id]
	if !ok {
		return nil, nil
	}
	score := make([]float32, len(x.rows.all))
	// share gives weight to all practices that have something in common, by
	// how few they are.
	share := func(practices []int32, weight float32) {
		weight *= inverseDocumentFrequency(float64(len(practices)), len(x.rows.all))
		for _, p := range practices {
			score[p] += weight
		}
	}
	for _, id := range x.rows.all[self].practiceValues {
		v := x.rows.values[id]
		f := x.facets.facets[v.facet]
		slug, known := x.facets.taxonomy.ResolveSlug(f.tree.Name, v.slug)
		if w := facetSimilarity[f.tree.Name]; w > 0 && known && slug != catalogue.NotStated {
			p := f.places[slug]
			share(places(f.practices[p].EachSet()), w)
		}
	}
	solutions, err := x.postings.solutionsOf(id)
	if err != nil {
		return nil, err
	}
	for _, slug := range solutions {
		have, err := x.postings.ofSolution(ctx, slug)
		if err != nil {
			return nil, err
		}
		share(have, solutionSimilarity)
	}
	for _, w := range contentWords(x.rows.all[self].title) {
		have, err := x.postings.withTitleWord(ctx, w.stem)
		if err != nil {
			return nil, err
		}
		share(have, titleWordSimilarity)
	}
	var found []int32
	for p, points := range score {
		if points > 0 && p != self {
			found = append(found, int32(p))
		}
	}
	return x.rows.ids(smallest(found, max(n, 0), func(a, b int32) int {
		return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b))
	})), nil
}

func places(seq func(func(uint) bool)) []int32 {
	var out []int32
	for p := range seq {
		out = append(out, int32(p))
	}
	return out
}
