package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
)

// maxWeak bounds what is shown below the hits (domain.md, "Hits").
const maxWeak = 20

// Result is the answer to a query, all of it from one snapshot.
type Result struct {
	// Version is the catalogue version that the answer is of.
	Version  int64
	Taxonomy *catalogue.Taxonomy
	// IDs are the practices of the page, in the query's order.
	IDs   []int64
	Total int
	Page  int // from 1; the last when a later one was asked for
	Pages int // at least 1
	// Weak are practices that match the text less well than a hit must, the
	// best first; on the first page only, and not counted.
	Weak []int64
	// Facets are in the order of catalogue.Facets.
	Facets []FacetCount
	// Unknown are the chosen values that the catalogue does not have.
	Unknown []UnknownValue
	// Words are the words that were looked for, as typed.
	Words []string
	// Marks are those words in the texts of what was found; nil without text.
	Marks *Marker

	// What follows comes with the first page only.

	// Readings are the words that only others like them stood for.
	Readings []Reading
	// DidYouMean are spellings that give clearly more.
	DidYouMean []Correction
	// Offers are filters that stand in the text.
	Offers []Offer
}

// Search answers a query. A text without any word finds nothing. It fails with
// ctx's error, and with catalogue.ErrUnavailable when the index is closed or
// cannot be read.
func (x *Index) Search(ctx context.Context, q catalogue.Query) (Result, error) {
	s := x.acquire()
	if s == nil {
		return Result{}, errClosed
	}
	defer s.release()
	var r Result
	err := x.read(func() (err error) {
		r, err = s.search(ctx, q)
		return err
	})
	return r, err
}

// Newest are the newest n practices that a query's filters let through, and
// how many there are in all. The text is not looked at.
func (x *Index) Newest(ctx context.Context, q catalogue.Query, n int) (ids []int64, total int, err error) {
	s := x.acquire()
	if s == nil {
		return nil, 0, errClosed
	}
	defer s.release()
	a, err := s.answer(ctx, q.WithText("")) // without a text, no index is read
	if err != nil {
		return nil, 0, err
	}
	defer a.release()
	return s.page(nil, a.hits, 0, n), a.total, nil
}

// Count is the total of a query, without anything else.
func (x *Index) Count(ctx context.Context, q catalogue.Query) (int, error) {
	s := x.acquire()
	if s == nil {
		return 0, errClosed
	}
	defer s.release()
	n := 0
	err := x.read(func() error {
		a, err := s.answer(ctx, q)
		if err != nil {
			return err
		}
		defer a.release()
		n = a.total
		return nil
	})
	return n, err
}

// read runs what reads the index, and has the index rebuilt when it panics.
func (x *Index) read(f func() error) error {
	err := guard("search", f)
	if errors.Is(err, errDamaged) {
		if x.suspect.CompareAndSwap(false, true) {
			x.log.Error("search failed in the index", "err", err)
		}
		return fmt.Errorf("search index: %w", catalogue.ErrUnavailable)
	}
	return err
}

// answer is what a query finds, before it is cut into a page.
type answer struct {
	sel   selection
	words []queryWord
	match *match         // nil without text
	text  *bitset.BitSet // hits of the text alone; nil without text
	hits  *bitset.BitSet // nil for all
	total int
}

func (a *answer) release() {
	if a.match != nil {
		a.match.release()
	}
}

func (s *snapshot) answer(ctx context.Context, q catalogue.Query) (answer, error) {
	a := answer{sel: s.selection(q.Filters), total: len(s.rows)}
	if text, _ := q.SearchText(); text != "" {
		a.words = parse(text)
		m, err := s.match(ctx, a.words)
		if err != nil {
			return answer{}, err
		}
		a.match, a.text = m, m.hits
	}
	a.hits = s.practices(a.sel, a.text)
	if a.hits != nil {
		a.total = int(a.hits.Count())
	}
	return a, nil
}

func (s *snapshot) search(ctx context.Context, q catalogue.Query) (Result, error) {
	a, err := s.answer(ctx, q)
	if err != nil {
		return Result{}, err
	}
	defer a.release()
	r := Result{Version: s.version, Taxonomy: s.taxonomy, Total: a.total, Unknown: a.sel.unknown}
	r.Pages = catalogue.Pages(a.total)
	r.Page = min(max(q.Page, 1), r.Pages)
	skip := (r.Page - 1) * catalogue.PageSize
	switch {
	case q.Sort == catalogue.SortName:
		r.IDs = s.page(s.byName, a.hits, skip, catalogue.PageSize)
	case a.match == nil || q.Sort == catalogue.SortNewest:
		r.IDs = s.page(nil, a.hits, skip, catalogue.PageSize)
	default:
		best := a.match.best(a.hits, skip+catalogue.PageSize)
		r.IDs = s.ids(best[min(skip, len(best)):])
	}
	if a.match != nil && r.Page == 1 {
		r.Weak = s.ids(a.match.weak(s.practices(a.sel, nil)))
	}
	r.Facets = s.facetCounts(a.sel, a.text)
	for _, w := range a.words {
		if w.content {
			r.Words = append(r.Words, w.text)
		}
	}
	if a.match != nil {
		if err := s.help(ctx, q, &a, &r); err != nil {
			return Result{}, err
		}
	}
	return r, ctx.Err()
}

// help adds what explains a search, and what may serve better.
func (s *snapshot) help(ctx context.Context, q catalogue.Query, a *answer, r *Result) (err error) {
	slips := a.match.slips
	r.Marks = s.marker(ctx, a.words, slips)
	if r.Page > 1 {
		return nil
	}
	if r.Readings, err = s.readings(ctx, a.words, slips); err != nil {
		return err
	}
	if r.DidYouMean, err = s.corrections(ctx, q, a, slips); err != nil {
		return err
	}
	r.Offers, err = s.offers(ctx, q, a.words)
	return err
}

// page are at most n ids of hits (nil: all), after the first skip, in an order
// of rows (nil: newest first).
func (s *snapshot) page(order []int32, hits *bitset.BitSet, skip, n int) []int64 {
	var out []int64
	for i := 0; i < len(s.rows) && len(out) < n; i++ {
		place := i
		if order != nil {
			place = int(order[i])
		}
		if hits != nil && !hits.Test(uint(place)) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		out = append(out, s.rows[place].id)
	}
	return out
}

func (s *snapshot) ids(places []int32) []int64 {
	out := make([]int64, len(places))
	for i, p := range places {
		out[i] = s.rows[p].id
	}
	return out
}

// best are the first n hits by relevance.
func (m *match) best(hits *bitset.BitSet, n int) []int32 {
	var found []int32
	for h := range hits.EachSet() {
		found = append(found, int32(h))
	}
	return first(found, n, m.before)
}

// weak are the practices that have some of the words, but not enough for a
// hit, among those that the filters let through (nil: all).
func (m *match) weak(let *bitset.BitSet) []int32 {
	var found []int32
	for _, r := range m.found {
		if !m.hits.Test(uint(r)) && (let == nil || let.Test(uint(r))) {
			found = append(found, r)
		}
	}
	return first(found, maxWeak, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.words[b], m.words[a]), m.before(a, b))
	})
}

// first sorts the n first of list to its front. It sorts little more than
// them, since a page is small and a list can be long.
func first(list []int32, n int, compare func(a, b int32) int) []int32 {
	const chunk = 1024
	if len(list) > n+chunk {
		kept := slices.Clone(list[:n])
		slices.SortFunc(kept, compare)
		for rest := range slices.Chunk(list[n:], chunk) {
			for _, r := range rest {
				if n == 0 || compare(r, kept[n-1]) < 0 {
					kept = append(kept, r)
				}
			}
			slices.SortFunc(kept, compare)
			kept = kept[:n]
		}
		return kept
	}
	slices.SortFunc(list, compare)
	return list[:min(n, len(list))]
}
