package search

import (
	"context"
	"slices"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// retriever finds the practices of a query: its text's hits under its filters.
type retriever struct {
	rows    *rowList
	facets  *facetIndex
	names   *nameFinder
	matcher *matcher
	// understood finds the phrases that ask for a filter.
	understood *filterOfferer
}

// answer is what a query finds, before it is cut into a page. It is to be
// released.
type answer struct {
	sel     selection
	words   []queryWord
	offered []queryWord    // the words with their names, before the distinct ones were picked
	matches *matchSet      // nil without text
	text    *bitset.BitSet // hits of the text alone; nil without text
	hits    *bitset.BitSet // nil for all
	near    []int32        // what matches the text, but is no hit, under the filters, in no order
	// nearest are the best of near that were asked for. Scores that rise later are of
	// these alone, and those that fall are of others: they stay the best.
	nearest []int32
	total   int // hits
}

func (a *answer) release() {
	if a.matches != nil {
		a.matches.release()
	}
}

// pages are those of hits and near practices together.
func (a *answer) pages() int { return catalogue.Pages(a.total + len(a.near)) }

// answer fails with ctx's error, and where the index cannot be read. The words are
// those of the query's text with their names, where they have been read; else nil.
func (x *retriever) answer(ctx context.Context, q catalogue.Query, words []queryWord) (answer, error) {
	return x.find(ctx, q, words, nil, false)
}

// tracedAnswer is answer that records how the text was scored, unless t is nil.
func (x *retriever) tracedAnswer(ctx context.Context, q catalogue.Query, t *trace) (answer, error) {
	return x.find(ctx, q, nil, t, false)
}

// named are the words of a text with their names. It fails as answer does.
func (x *retriever) named(ctx context.Context, text string) ([]queryWord, error) {
	return x.names.recognise(ctx, recogniseLaws(text, allWords(text)))
}

// find is answer that records in t, unless that is nil, and with hitsOnly looks for
// nothing but the hits, in no order.
func (x *retriever) find(ctx context.Context, q catalogue.Query, words []queryWord, t *trace, hitsOnly bool) (answer, error) {
	a := answer{sel: x.facets.selection(q), total: len(x.rows.all)}
	if text, _ := q.SearchText(); text != "" {
		var err error
		if a.offered = words; words == nil {
			if a.offered, err = x.named(ctx, text); err != nil {
				return answer{}, err
			}
		}
		a.words = distinctWords(x.textWords(q, slices.Clone(a.offered)))
		m, err := x.matcher.match(ctx, a.words, t, hitsOnly)
		if err != nil {
			return answer{}, err
		}
		if !q.Literal && !hitsOnly {
			x.preferAsked(m, a.offered)
		}
		a.matches, a.text = m, m.hits
	}
	a.hits = x.facets.filter(a.sel, a.text)
	if a.matches != nil && !hitsOnly {
		a.near = a.matches.near(x.facets.filter(a.sel, nil))
	}
	if a.hits != nil {
		a.total = int(a.hits.Count())
	}
	return a, nil
}

// askedBonus is the share that is added to the score of a practice that has what a
// phrase beside the text asks for: "hygiejne fastholdt".
const askedBonus = 0.5

// preferAsked ranks those practices higher that have what a query's phrases ask for.
func (x *retriever) preferAsked(m *matchSet, words []queryWord) {
	for _, u := range x.understood.understand(words) {
		f := x.facets.facets[facetPlace[u.facet]]
		for _, slug := range u.slugs {
			for _, r := range m.found {
				if f.practices[f.places[slug]].Test(uint(r)) {
					m.addBonus(r, askedBonus)
				}
			}
		}
	}
}

// textWords are the words of a query that are looked for in texts. It may change the
// list.
func (x *retriever) textWords(q catalogue.Query, words []queryWord) []queryWord {
	if q.Literal {
		return words
	}
	return x.understood.withoutPhrases(words)
}

// count is the total of a query.
func (x *retriever) count(ctx context.Context, q catalogue.Query) (int, error) {
	a, err := x.find(ctx, q, nil, nil, true)
	if err != nil {
		return 0, err
	}
	defer a.release()
	return a.total, nil
}

// page are at most n hits of an answer, after the first skip.
func (x *retriever) page(a *answer, by catalogue.Sort, skip, n int) []int64 {
	switch {
	case by == catalogue.SortName:
		return x.rows.page(x.rows.byTitle, a.hits, skip, n)
	case by == catalogue.SortEvidence:
		return x.rows.page(x.rows.byEvidence, a.hits, skip, n)
	case a.matches == nil || !byRelevance(by):
		return x.rows.page(nil, a.hits, skip, n)
	}
	best := a.matches.best(a.hits, skip+n)
	return x.rows.ids(best[min(skip, len(best)):])
}

// byRelevance tells whether an order is that of the scores.
func byRelevance(by catalogue.Sort) bool {
	return by != catalogue.SortName && by != catalogue.SortEvidence && by != catalogue.SortNewest
}

// nearPage are at most n of an answer's near practices, after the first skip.
func (x *retriever) nearPage(a *answer, skip, n int) []int64 {
	near := a.bestNear(max(skip, 0) + max(n, 0))
	return x.rows.ids(near[min(max(skip, 0), len(near)):])
}

// bestNear are the n best of an answer's near practices, in order, until it is asked
// again.
func (a *answer) bestNear(n int) []int32 {
	if n == 0 || len(a.near) == 0 {
		return nil
	}
	if n <= len(a.nearest) {
		slices.SortFunc(a.nearest, a.matches.compare)
	} else {
		a.nearest = a.matches.first(a.near, n)
	}
	return a.nearest[:min(n, len(a.nearest))]
}
