package search

import (
	"context"
	"slices"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// searcher answers a query with all that the finder shows: page, near practices,
// counts, highlighter, corrections, offers.
type searcher struct {
	version      int64
	bare         bool // there are no words yet
	taxonomy     *catalogue.Taxonomy
	retriever    *retriever
	counter      *facetCounter
	highlighters *highlighterFactory
	corrector    *corrector
	offerer      *filterOfferer
	similar      *similarFinder
	quoter       *quoter
	disabled     Layers
}

func newSearcher(version int64, bare bool, rows *rowList, f *facetIndex, p *postingReader, x *expander, r *retriever, s *similarFinder) *searcher {
	out := &searcher{
		version: version, bare: bare, taxonomy: f.taxonomy, retriever: r,
		counter:      newFacetCounter(f),
		highlighters: &highlighterFactory{x, p},
		corrector:    &corrector{p, &surfaceForms{f.taxonomy, rows, p}, r},
		offerer:      r.understood,
		similar:      s,
		quoter:       &quoter{p},
		disabled:     x.disabled,
	}
	out.offerer.count = out.count
	return out
}

// reading is how a query was read, and what it finds. It is to be released.
type reading struct {
	answer
	query   catalogue.Query // with filters in place of a text that asks for nothing else
	applied []Offer         // these filters
	as      string          // the text that was searched instead; empty where it was as typed
}

// read finds what a query asks for. Where no practice has a word of the text, and
// the text with that word corrected has hits, it is read as that text.
func (x *searcher) read(ctx context.Context, q catalogue.Query) (reading, error) {
	r, err := x.readText(ctx, q)
	if err != nil || r.matches == nil || len(r.matches.unmatched) == 0 || x.disabled.has(LayerSpelling) {
		return r, err
	}
	text, cut := q.SearchText()
	if cut {
		return r, nil
	}
	corrected, err := x.corrector.readAs(ctx, text, &r.answer)
	if err != nil || corrected == "" {
		return r, err
	}
	b, err := x.readText(ctx, q.WithText(corrected).WithPage(q.Page))
	if err != nil || b.text != nil && b.text.None() { // whatever is chosen: the filters may leave nothing
		b.release()
		return r, err
	}
	r.release()
	b.as = corrected
	return b, nil
}

// readText finds what a query asks for, as it is written.
func (x *searcher) readText(ctx context.Context, q catalogue.Query) (r reading, err error) {
	var words []queryWord
	if r.query, r.applied, words, err = x.apply(ctx, q); err != nil {
		return r, err
	}
	r.answer, err = x.retriever.answer(ctx, r.query, words)
	return r, err
}

// count is the total of what a query asks for, without anything else.
func (x *searcher) count(ctx context.Context, q catalogue.Query) (int, error) {
	as, _, words, err := x.apply(ctx, q)
	if err != nil {
		return 0, err
	}
	a, err := x.retriever.find(ctx, as, words, nil, true)
	if err != nil {
		return 0, err
	}
	defer a.release()
	if a.matches == nil || len(a.matches.unmatched) == 0 {
		return a.total, nil
	}
	b, err := x.read(ctx, q) // it may be read as another text
	if err != nil {
		return 0, err
	}
	defer b.release()
	return b.total, nil
}

// apply is the query with what its text asks for as filters, where the text says
// nothing else, and these filters; and the words of its text with their names, where
// they were read and are the query's still. It fails with catalogue.ErrPreparing where
// the query has a text, and no words are there yet.
func (x *searcher) apply(ctx context.Context, q catalogue.Query) (catalogue.Query, []Offer, []queryWord, error) {
	text, cut := q.SearchText()
	if text != "" && x.bare {
		return q, nil, nil, catalogue.ErrPreparing
	}
	if text == "" || cut || q.Literal {
		return q, nil, nil, nil
	}
	words, err := x.retriever.named(ctx, text)
	if err != nil || len(words) > maxOfferWords {
		return q, nil, words, err
	}
	as, applied := x.offerer.apply(q, words)
	if len(applied) > 0 {
		words = nil
	}
	return as, applied, words, nil
}

// search answers a query. It fails with ctx's error, and where the index cannot
// be read.
func (x *searcher) search(ctx context.Context, q catalogue.Query) (Result, error) {
	a, err := x.read(ctx, q)
	if err != nil {
		return Result{}, err
	}
	defer a.release()
	for i := range a.applied {
		a.applied[i].Count = a.total
	}
	r := Result{Asked: q.Text, Query: a.query, Applied: a.applied, Version: x.version, Taxonomy: x.taxonomy, Total: a.total, Unknown: a.sel.unknown, ReadAs: a.as, Pages: a.pages()}
	if a.as != "" && len(a.applied) == 0 {
		r.Query.Text = q.Text // links keep what was typed
	}
	r.Page = min(max(q.Page, 1), r.Pages)
	skip := (r.Page - 1) * catalogue.PageSize
	m := x.highlighters.highlighter(ctx, a.words)
	defer m.release()
	quotes := make(map[int64]Quote, catalogue.PageSize)
	if r.Page == 1 {
		if err := x.rerankWith(ctx, &a.answer, a.query.Sort, m, quotes); err != nil {
			return Result{}, err
		}
	} else if err := x.orderTail(ctx, &a.answer); err != nil {
		return Result{}, err
	}
	r.IDs = x.retriever.page(&a.answer, a.query.Sort, skip, catalogue.PageSize)
	r.Near = x.retriever.nearPage(&a.answer, skip-a.total+len(r.IDs), catalogue.PageSize-len(r.IDs))
	if r.Page == r.Pages {
		if r.Alike, err = x.alike(ctx, &a.answer); err != nil {
			return Result{}, err
		}
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
	if r.Counted = a.query.Text; !q.Literal {
		if text, cut := a.query.SearchText(); !cut {
			r.Counted = x.offerer.counted(text, a.offered)
		}
	}
	if text, cut := a.query.SearchText(); !cut {
		r.Parts = partsOf(text, a.words)
	}
	r.Named = x.named(a.words)
	r.Laws = lawReadings(a.words)
	if r.Quotes, err = x.quoter.quotes(ctx, m, quotes, r.IDs, r.Near); err != nil {
		return Result{}, err
	}
	if r.Page == 1 {
		if a.as == "" {
			if r.DidYouMean, err = x.corrector.corrections(ctx, a.query, &a.answer); err != nil {
				return Result{}, err
			}
		}
		if r.Offers, err = x.offerer.offers(ctx, a.query, a.offered); err != nil {
			return Result{}, err
		}
	}
	return r, ctx.Err()
}

// named is the organisation whose name is all that a query says; empty for none.
func (x *searcher) named(words []queryWord) string {
	words = onlyContent(words)
	if len(words) != 1 || words[0].name == nil || words[0].name.actor < 0 {
		return ""
	}
	return x.retriever.facets.facets[facetPlace[catalogue.FacetActor]].tree.Values[words[0].name.actor].Slug
}

// Bounds of what is shown for being like the best hits.
const (
	alikeSeeds = 3  // hits that it is like
	maxAlike   = 20 // practices
)

// alike are the practices that have most in common with the best hits, under the
// answer's filters, and are neither hits nor near.
func (x *searcher) alike(ctx context.Context, a *answer) ([]int64, error) {
	seeds := a.seeds()
	if len(seeds) == 0 {
		return nil, nil
	}
	like, err := x.similar.likeness(ctx, seeds, true)
	if err != nil {
		return nil, err
	}
	defer like.release()
	allowed := x.retriever.facets.filter(a.sel, nil)
	near := bitset.New(uint(len(x.retriever.rows.all)))
	for _, r := range a.near {
		near.Set(uint(r))
	}
	return x.retriever.rows.ids(like.best(maxAlike, func(r int32) bool {
		return !a.matches.hits.Test(uint(r)) && (allowed == nil || allowed.Test(uint(r))) && !near.Test(uint(r))
	})), nil
}

// seeds are the best hits, or near ones where there are none.
func (a *answer) seeds() []int32 {
	if a.matches == nil {
		return nil
	}
	if seeds := a.matches.best(a.hits, alikeSeeds); len(seeds) > 0 {
		return seeds
	}
	return slices.Clone(a.bestNear(alikeSeeds))
}

// tailWeight is what being as like the best hits as any practice counts beside the best
// score of all, where near ones behind the first page are ordered. Measured on the sets
// of eval/testdata, recall@50 without and with it: whole-tuned .942, .951, lohelp-da
// .930, .940, katalog .974, .978.
const tailWeight = 0.3

// orderTail orders the near ones behind the first page also by what they have in common
// with the best hits: so far down, the words of the query alone say little. The first
// page stays as it is.
func (x *searcher) orderTail(ctx context.Context, a *answer) error {
	seeds := a.seeds()
	kept := max(0, catalogue.PageSize-a.total)
	if len(seeds) == 0 || len(a.near) <= kept {
		return ctx.Err()
	}
	like, err := x.similar.likeness(ctx, seeds, true)
	if err != nil {
		return err
	}
	defer like.release()
	best, most := float32(0), float32(0)
	for _, r := range a.matches.found {
		best = max(best, a.matches.of[r].score)
	}
	for r := range int32(len(like.shared)) {
		if s := like.score(r); s > most && !slices.Contains(seeds, r) {
			most = s
		}
	}
	if best == 0 || most == 0 {
		return nil
	}
	first := map[int32]bool{}
	for _, r := range a.bestNear(kept) {
		first[r] = true
	}
	for _, r := range a.near {
		if s := &a.matches.of[r].score; !first[r] {
			*s = *s/best + tailWeight*like.score(r)/most - belowAll
		}
	}
	return nil
}

// belowAll takes the scores of the tail below all others.
const belowAll = 4
