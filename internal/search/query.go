package search

import (
	"context"

	"praksis/internal/catalogue"
)

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
	// Weak are practices that have too few of the words for a hit, the
	// best first; on the first page only, and not counted.
	Weak []int64
	// Facets are in the order of catalogue.Facets.
	Facets []FacetCount
	// Unknown are the chosen values that the catalogue does not have.
	Unknown []UnknownValue
	// Words are the words that were looked for, as typed.
	Words []string
	// Highlighter finds those words in the texts of what was found; nil without
	// text.
	Highlighter *Highlighter

	// What follows comes with the first page only.

	// Substitutions are the words that no practice has, with what was looked for
	// instead.
	Substitutions []Substitution
	// DidYouMean are spellings that give clearly more.
	DidYouMean []Correction
	// Offers are values of facets that are named in the text.
	Offers []Offer
}

// Search answers a query. A text without any word finds nothing. It fails with
// ctx's error, and with catalogue.ErrUnavailable when the index is closed or
// cannot be read.
func (x *Index) Search(ctx context.Context, q catalogue.Query) (Result, error) {
	var r Result
	err := x.withSnapshot(func(s *snapshot) (err error) {
		r, err = s.searcher.search(ctx, q)
		return err
	})
	return r, err
}

// Count is the total of a query, without anything else. It fails as Search
// does.
func (x *Index) Count(ctx context.Context, q catalogue.Query) (n int, err error) {
	err = x.withSnapshot(func(s *snapshot) (err error) {
		n, err = s.retriever.count(ctx, q)
		return err
	})
	return n, err
}
