package search

import (
	"context"
	"slices"

	"praksis/internal/catalogue"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// What two practices have in common, and what it counts for their likeness,
// each time by how rare it is. One solution is the same idea; a target group
// that everybody has is nothing.
const (
	likeSolution = 4
	likeTheme    = 2
	likeGroup    = 1.5
	likeContact  = 1
	likeTitle    = 1 // each word
)

var likeness = map[string]float32{
	catalogue.FacetTheme:       likeTheme,
	catalogue.FacetTargetGroup: likeGroup,
	catalogue.FacetContactForm: likeContact,
}

// Similar are at most n other practices that have most in common with the
// practice id, the most alike first; none when there is no such practice or
// nothing like it.
func (x *Index) Similar(ctx context.Context, id int64, n int) []int64 {
	s := x.acquire()
	if s == nil {
		return nil
	}
	defer s.release()
	var out []int64
	err := x.read(func() (err error) {
		out, err = s.similar(ctx, id, n)
		return err
	})
	if err != nil {
		return nil
	}
	return out
}

func (s *snapshot) similar(ctx context.Context, id int64, n int) ([]int64, error) {
	self, ok := s.places[id]
	if !ok {
		return nil, nil
	}
	score := make([]float32, len(s.rows))
	// share gives weight to all that have something that df practices have.
	share := func(practices []int32, weight float32) {
		weight *= inverseFrequency(float64(len(practices)), len(s.rows))
		for _, p := range practices {
			score[p] += weight
		}
	}
	for _, id := range s.rows[self].own {
		v := s.values[id]
		f := s.facets[v.facet]
		slug, known := s.taxonomy.ResolveSlug(f.tree.Name, v.slug)
		if w := likeness[f.tree.Name]; w > 0 && known && slug != catalogue.NotStated {
			p := f.places[slug]
			share(places(f.practices[p].EachSet()), w)
		}
	}
	solutions, err := s.solutions(id)
	if err != nil {
		return nil, err
	}
	for _, slug := range solutions {
		var have []int32
		err := postings(ctx, s.reader, solutionField, slug, func(doc uint64, _, _ float32) { have = append(have, s.docs[doc]) })
		if err != nil {
			return nil, err
		}
		share(have, likeSolution)
	}
	for _, w := range contentWords(s.rows[self].title) {
		have, err := s.titled(ctx, w.stem)
		if err != nil {
			return nil, err
		}
		share(have, likeTitle)
	}
	var found []int32
	for p, points := range score {
		if points > 0 && p != self {
			found = append(found, int32(p))
		}
	}
	return s.ids(first(found, max(n, 0), func(a, b int32) int {
		switch {
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return int(a - b)
	})), nil
}

func places(seq func(func(uint) bool)) []int32 {
	var out []int32
	for p := range seq {
		out = append(out, int32(p))
	}
	return out
}

// titled are the practices with an inflection of a word in their title.
func (s *snapshot) titled(ctx context.Context, stem string) ([]int32, error) {
	var out []int32
	for _, e := range s.lexicon.inflections(stem, maxPerWord) {
		e.fields &= fieldTitle.set()
		if err := s.read(ctx, e, func(row int, _ field, _, _ float32) { out = append(out, int32(row)) }); err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// solutions are the slugs of the solutions that a practice belongs to.
func (s *snapshot) solutions(id int64) ([]string, error) {
	doc, err := s.reader.Document(docID(id))
	if err != nil || doc == nil {
		return nil, err
	}
	var out []string
	doc.VisitFields(func(f index.Field) {
		if t, ok := f.(*document.TextField); ok && t.Name() == solutionField {
			out = append(out, t.Text())
		}
	})
	return out, nil
}
