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
	// IDs are the hits on the page, in the query's order.
	IDs   []int64
	Total int // hits
	// Near are practices on the page that match the text but are no hits, the
	// best first: they follow the last hit, page after page, and are not counted.
	Near []int64
	// Alike are practices that have most in common with the best hits, behind the
	// last hit and the last near one; not counted either.
	Alike []int64
	Page  int // from 1; the last when a later one was asked for
	Pages int // of hits and near ones together; at least 1
	// Asked is the text as it was asked for.
	Asked string
	// Query is what was answered: as asked, or with filters in place of a text that
	// asks for them and nothing else; Applied are these.
	Query   catalogue.Query
	Applied []Offer
	// Laws are the paragraphs that were looked for, and what they are about.
	Laws []LawReading
	// Named is the slug of the organisation whose name is all that the text says;
	// empty for none.
	Named string
	// ReadAs is the text that was searched instead, since no practice has a word
	// of the query's own; empty when it was searched as typed.
	ReadAs string
	// Facets are in the order of catalogue.Facets.
	Facets []FacetCount
	// Unknown are the chosen values that the catalogue does not have.
	Unknown []UnknownValue
	// Counted is the part of the text that the hits have: the whole, but for phrases
	// that ask for a filter beside it ("dårlige erfaringer med video").
	Counted string
	// Words are the words that were looked for, as typed.
	Words []string
	// Parts are the parts of the text that can be looked for alone, as typed.
	Parts []string
	// Quotes say, by practice, why each hit and near one of the page was found;
	// none without text.
	Quotes map[int64]Quote

	// What follows comes with the first page only.

	// DidYouMean are spellings that give clearly more.
	DidYouMean []Correction
	// Offers are values of facets that are named in the text, as it was read.
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
	err = x.withSnapshot(func(s *snapshot) error {
		n, err = s.searcher.count(ctx, q)
		return err
	})
	return n, err
}

// Size is the total of a query and its number of pages, as Search gives them. It
// fails as Search does.
func (x *Index) Size(ctx context.Context, q catalogue.Query) (total, pages int, err error) {
	err = x.withSnapshot(func(s *snapshot) error {
		a, err := s.searcher.read(ctx, q)
		if err != nil {
			return err
		}
		defer a.release()
		total, pages = a.total, a.pages()
		return nil
	})
	return total, pages, err
}

// Hits are the first hits of a query, at most limit, in its order, and how many there
// are in all. It fails as Search does.
func (x *Index) Hits(ctx context.Context, q catalogue.Query, limit int) (ids []int64, total int, err error) {
	err = x.withSnapshot(func(s *snapshot) error {
		a, err := s.searcher.read(ctx, q)
		if err != nil {
			return err
		}
		defer a.release()
		by := a.query.Sort // of what the text was read as
		if err := s.searcher.rerank(ctx, &a.answer, by); err != nil {
			return err
		}
		ids, total = s.retriever.page(&a.answer, by, 0, limit), a.total
		return nil
	})
	return ids, total, err
}
