package catalogue_test

import (
	"slices"
	"testing"

	"praksis/internal/catalogue"
)

func TestSteps(t *testing.T) {
	for most, want := range map[int][]int{-1: nil, 0: nil, 1: {1}, 2: {1, 2}, 3: {1, 2, 3}, 4: {1, 2, 3, 4}, 7: {1, 2, 3, 5}, 16: {1, 2, 4, 8}, 81: {1, 3, 9, 27}, 10000: {1, 10, 100, 1000}} {
		if got := catalogue.Steps(most); !slices.Equal(got, want) {
			t.Errorf("up to %d: %v, want %v", most, got, want)
		}
	}
	for most := range 2000 {
		steps := catalogue.Steps(most)
		if len(steps) != min(most, 4) || !slices.IsSorted(steps) || len(slices.Compact(slices.Clone(steps))) != len(steps) || most > 0 && (steps[0] != 1 || steps[len(steps)-1] > most) {
			t.Fatalf("up to %d: %v", most, steps)
		}
	}
}
