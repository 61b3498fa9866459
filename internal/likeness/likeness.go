// Package likeness finds the published practices that are like a text, for who
// writes of one and for who decides on it.
package likeness

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"
)

// Practices are the published practices most like a text, at most n, the most
// alike first; none for an empty text. A text with a CPR number is not searched
// for: the number goes nowhere.
func Practices(ctx context.Context, index *search.Index, store *postgres.Store, text string, n int) ([]catalogue.Card, error) {
	q := catalogue.Query{}.WithText(strings.Join(strings.Fields(text), " ")).WithSort(catalogue.SortRelevance)
	q.Literal = true // a title asks for no filter
	if q.Text == "" || review.HoldsCPR(text) {
		return nil, nil
	}
	found, err := index.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := slices.Concat(found.IDs, found.Near)
	return store.Cards(ctx, 0, ids[:min(n, len(ids))])
}
