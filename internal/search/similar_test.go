package search

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBestLikeness compares the first of practices, many with the same score, with all
// of them in order.
func TestBestLikeness(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		l := likeness{scorer: &scorer{}, seeds: []int32{3, 0}}
		var all []int32
		wanted := func(r int32) bool { return r%7 != 2 }
		for r := range int32(40) {
			l.of = append(l.of, wordTally{score: float32(random.IntN(3))})
			l.shared = append(l.shared, float32(random.IntN(3)))
			if l.score(r) > 0 && wanted(r) && r != 0 && r != 3 {
				all = append(all, r)
			}
		}
		slices.SortStableFunc(all, func(a, b int32) int { return cmp.Compare(l.score(b), l.score(a)) })
		for n := -1; n < 45; n++ {
			if got := l.best(n, wanted); !slices.Equal(got, all[:min(max(n, 0), len(all))]) {
				t.Fatalf("the first %d are %v of %v", n, got, all)
			}
		}
	}
}
