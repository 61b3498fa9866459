package search

import (
	"context"

	"praksis/internal/catalogue"
)

// searcher answers a query with all that the finder shows: page, weak matches,
// counts, highlighter, corrections, offers.
type searcher struct {
	version      int64
	taxonomy     *catalogue.Taxonomy
	retriever    *retriever
	counter      *facetCounter
	highlighters *highlighterFactory
	corrector    *corrector
	offerer      *filterOfferer
}

func newSearcher(version int64, rows *rowList, f *facetIndex, p *postingReader, x *expander, r *retriever) *searcher {
	return &searcher{
		version: version, taxonomy: f.taxonomy, retriever: r,
		counter:      newFacetCounter(f),
		highlighters: &highlighterFactory{x, p},
		corrector:    &corrector{p, &surfaceForms{f.taxonomy, rows, p}, r},
		offerer:      newFilterOfferer(f, r),
	}
}

// search answers a query. It fails with ctx's error, and where the index cannot
// be read.
func (x *searcher) search(ctx context.Context, q catalogue.Query) (Result, error) {
	a, err := x.retriever.answer(ctx, q)
	if err != nil {
		return Result{}, err
	}
	defer a.release()
	r := Result{Version: x.version, Taxonomy: x.taxonomy, Total: a.total, Unknown: a.sel.unknown}
	r.Pages = catalogue.Pages(a.total)
	r.Page = min(max(q.Page, 1), r.Pages)
	r.IDs = x.retriever.page(&a, q.Sort, (r.Page-1)*catalogue.PageSize, catalogue.PageSize)
	if r.Page == 1 {
		r.Weak = x.retriever.weak(&a)
	}
	r.Facets = x.counter.count(a.sel, a.text)
	if a.matches == nil {
		return r, ctx.Err()
	}
	for _, w := range a.words {
		if w.content {
			r.Words = append(r.Words, w.text)
		}
	}
	r.Highlighter = x.highlighters.highlighter(ctx, a.words, a.matches.substitutes)
	if r.Page == 1 {
		if r.Substitutions, err = x.corrector.substitutions(ctx, a.words, a.matches.substitutes); err != nil {
			return Result{}, err
		}
		if r.DidYouMean, err = x.corrector.corrections(ctx, q, &a); err != nil {
			return Result{}, err
		}
		if r.Offers, err = x.offerer.offers(ctx, q, a.words); err != nil {
			return Result{}, err
		}
	}
	return r, ctx.Err()
}
