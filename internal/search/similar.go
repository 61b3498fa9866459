package search

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
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
}

func (x *similarFinder) find(ctx context.Context, id int64, n int) ([]int64, error) {
	self, ok := x.rows.places[id]
	if !ok {
		return nil, nil
	}
	return x.like(ctx, []int32{int32(self)}, n, func(int32) bool { return true })
}

// like are at most n of the practices for which wanted is true, and which are none
// of the seeds, that have most in common with these: by what their titles say, and
// by their solutions, themes, target groups and contact forms.
func (x *similarFinder) like(ctx context.Context, seeds []int32, n int, wanted func(int32) bool) ([]int64, error) {
	m := newScorer(x.postings)
	defer m.release()
	var titles []string
	for _, r := range seeds {
		titles = append(titles, x.rows.all[r].title)
	}
	for _, w := range contentWords(strings.Join(titles, " ")) {
		w.add(inflected, x.postings.lexicon.inflections(w.stem, maxTitleForms)...)
		if err := m.addExpansions(ctx, w.expansions); err != nil {
			return nil, err
		}
		m.scoreWord(true, false)
	}
	shared, err := x.shared(ctx, seeds)
	if err != nil {
		return nil, err
	}
	for r, s := range shared {
		if s > 0 && m.of[r].score == 0 {
			m.found = append(m.found, int32(r))
		}
		m.of[r].score += s / float32(len(seeds))
	}
	var found []int32
	for _, r := range m.found {
		if wanted(r) && !slices.Contains(seeds, r) {
			found = append(found, r)
		}
	}
	return x.rows.ids(smallest(found, max(n, 0), m.compare)), nil
}

// maxTitleForms is how many inflections of a word of a title are read.
const maxTitleForms = 8

// shared is, by practice, the weight of the values that it shares with the seeds.
func (x *similarFinder) shared(ctx context.Context, seeds []int32) ([]float32, error) {
	score := make([]float32, len(x.rows.all))
	for _, self := range seeds {
		for _, id := range x.rows.all[self].practiceValues() {
			v := x.rows.values[id]
			f := x.facets.facets[v.facet]
			slug, known := x.facets.taxonomy.ResolveSlug(f.tree.Name, v.slug)
			if w := facetSimilarity[f.tree.Name]; w > 0 && known && slug != catalogue.NotStated {
				have := f.practices[f.places[slug]]
				w *= inverseDocumentFrequency(float64(have.Count()), len(x.rows.all)) // by how few they are
				for p := range have.EachSet() {
					score[p] += w
				}
			}
		}
	}
	return score, ctx.Err()
}
