package eval

import (
	"fmt"
	"math"
	"testing"
)

// padded is n documents that nobody has judged, with ids at the places given,
// from 1.
func padded(n int, at map[int]string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint("other", i)
		if id := at[i+1]; id != "" {
			out[i] = id
		}
	}
	return out
}

// The values are computed by hand: 1/log2(3) = 0.63093, 1/log2(4) = 0.5,
// 1/log2(11) = 0.28906.
func TestMeasure(t *testing.T) {
	graded := map[string]int{"a": 2, "b": 1}
	for _, c := range []struct {
		name   string
		found  []string
		hits   int
		grades map[string]int
		want   Measure
	}{
		{"best order", []string{"a", "b"}, 2, graded, Measure{1, 1, 1, 1, 0}},
		// (1 + 3·0.63093) / (3 + 0.63093)
		{"the better one second", []string{"b", "a"}, 2, graded, Measure{1, 0.79671, 1, 1, 0}},
		// 3·0.5 / (3 + 0.63093)
		{"one of two, third", []string{"x", "y", "a"}, 3, graded, Measure{1, 0.41312, 1.0 / 3, 0.5, 0}},
		{"nothing", nil, 0, graded, Measure{1, 0, 0, 0, 1}},
		{"near ones only", []string{"a", "b"}, 0, graded, Measure{1, 1, 1, 1, 1}},
		{"tenth", padded(10, map[int]string{10: "a"}), 10, map[string]int{"a": 1}, Measure{1, 0.28906, 0.1, 1, 0}},
		{"eleventh", padded(11, map[int]string{11: "a"}), 11, map[string]int{"a": 1}, Measure{1, 0, 0, 1, 0}},
		{"fiftieth and after", padded(60, map[int]string{50: "a", 51: "b"}), 60, graded, Measure{1, 0, 0, 0.5, 0}},
		{"judged as no answer", []string{"n", "a"}, 2, map[string]int{"a": 1, "n": 0, "m": -1}, Measure{1, 0.63093, 0.5, 1, 0}},
		// Of twelve relevant ones ten have room: ten first are perfect.
		{"more than ten", padded(10, map[int]string{1: "a", 2: "b", 3: "c", 4: "d", 5: "e", 6: "f", 7: "g", 8: "h", 9: "i", 10: "j"}), 10,
			map[string]int{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1, "i": 1, "j": 1, "k": 1, "l": 1}, Measure{1, 1, 1, 10.0 / 12, 0}},
	} {
		got := measure(c.found, c.hits, c.grades)
		for what, v := range map[string][2]float64{"nDCG": {got.NDCG, c.want.NDCG}, "MRR": {got.MRR, c.want.MRR}, "recall": {got.Recall, c.want.Recall}, "empty": {got.Empty, c.want.Empty}} {
			if math.Abs(v[0]-v[1]) > 0.00001 {
				t.Errorf("%s: %s is %.5f, want %.5f", c.name, what, v[0], v[1])
			}
		}
	}
}

func TestMean(t *testing.T) {
	var sum Measure
	sum.mean() // of nothing is zero
	sum.add(Measure{1, 1, 0.5, 1, 0})
	sum.add(Measure{1, 0, 0, 0.5, 1})
	sum.mean()
	if want := (Measure{2, 0.5, 0.25, 0.75, 0.5}); sum != want {
		t.Errorf("%+v, want %+v", sum, want)
	}
}
