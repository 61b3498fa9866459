package desk

import (
	"maps"
	"slices"

	"praksis/internal/review"
)

// ErasureTables are the tables that an erasure tells of: what it reaches, and what
// goes by itself.
func ErasureTables() (out []string) {
	for _, x := range placeLabels {
		out = append(out, x.table)
	}
	for _, x := range elsewhereLabels {
		out = append(out, x.table)
	}
	return out
}

// Needs is what needs says of a route's pattern.
func Needs(pattern string) (review.Action, bool) {
	a, known := needs[pattern]
	return a, known
}

// NeedsPatterns are the patterns that needs names.
func NeedsPatterns() []string { return slices.Collect(maps.Keys(needs)) }
