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
// of the seeds, that have most in common with these.
func (x *similarFinder) like(ctx context.Context, seeds []int32, n int, wanted func(int32) bool) ([]int64, error) {
	m, err := x.score(ctx, seeds, false)
	if err != nil {
		return nil, err
	}
	defer m.release()
	return x.best(m, seeds, n, wanted), nil
}

// best are at most n of the practices that were scored for being like the seeds, and
// for which wanted is true, but for the seeds.
func (x *similarFinder) best(m *scorer, seeds []int32, n int, wanted func(int32) bool) []int64 {
	var found []int32
	for _, r := range m.found {
		if wanted(r) && !slices.Contains(seeds, r) {
			found = append(found, r)
		}
	}
	return x.rows.ids(smallest(found, max(n, 0), m.compare))
}

// score scores the practices by what they have in common with the seeds: by what the
// titles of these say, and by their solutions, themes, target groups and contact forms.
// With parts the compounds with a word of a title count too, and the members of those
// that stand in one. The scorer is to be released.
func (x *similarFinder) score(ctx context.Context, seeds []int32, parts bool) (_ *scorer, err error) {
	m := newScorer(x.postings)
	defer func() {
		if err != nil {
			m.release()
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
	return m, nil
}

// maxTitleForms is how many inflections of a word of a title are read, and compounds.
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
