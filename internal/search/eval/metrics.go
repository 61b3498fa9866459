package eval

import (
	"math"
	"slices"
)

// How far down an answer is looked at.
const (
	rankDepth   = 10 // for nDCG and MRR: what a reader sees without scrolling much
	recallDepth = 50 // for recall
)

// Measure is how good the answers to some queries are: means, each from 0 to 1.
type Measure struct {
	Queries int     `json:"queries"`
	NDCG    float64 `json:"ndcg@10"`
	MRR     float64 `json:"mrr@10"`
	Recall  float64 `json:"recall@50"`
	// Empty is the share of queries without hits, whatever near ones there are.
	Empty float64 `json:"empty"`
}

// measure is that of one query: the documents found, and how many of them are
// hits.
func measure(found []string, hits int, grades map[string]int) Measure {
	m := Measure{Queries: 1, NDCG: ndcg(found, grades), MRR: reciprocalRank(found, grades), Recall: recall(found, grades)}
	if hits == 0 {
		m.Empty = 1
	}
	return m
}

// add counts another query's measure in; call mean at the end.
func (m *Measure) add(o Measure) {
	m.Queries += o.Queries
	m.NDCG += o.NDCG
	m.MRR += o.MRR
	m.Recall += o.Recall
	m.Empty += o.Empty
}

func (m *Measure) mean() {
	n := float64(max(1, m.Queries))
	m.NDCG, m.MRR, m.Recall, m.Empty = m.NDCG/n, m.MRR/n, m.Recall/n, m.Empty/n
}

// gain of a grade is 2^grade − 1, so that one very good answer is worth more
// than some fair ones.
func gain(grade int) float64 { return math.Exp2(float64(max(grade, 0))) - 1 }

// ndcg is the discounted gain of the first ten over that of the best order.
func ndcg(found []string, grades map[string]int) float64 {
	discounted := func(grades []int) (sum float64) {
		for i, g := range grades[:min(rankDepth, len(grades))] {
			sum += gain(g) / math.Log2(float64(i+2))
		}
		return sum
	}
	var got, ideal []int
	for _, id := range found {
		got = append(got, grades[id])
	}
	for _, g := range grades {
		ideal = append(ideal, g)
	}
	slices.SortFunc(ideal, func(a, b int) int { return b - a })
	best := discounted(ideal)
	if best == 0 {
		return 0
	}
	return discounted(got) / best
}

// reciprocalRank is one over the place of the first relevant document, if that
// is among the first ten.
func reciprocalRank(found []string, grades map[string]int) float64 {
	for i, id := range found[:min(rankDepth, len(found))] {
		if grades[id] > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}

// recall is the share of the relevant documents that are among the first 50.
func recall(found []string, grades map[string]int) float64 {
	n := 0
	for _, id := range found[:min(recallDepth, len(found))] {
		if grades[id] > 0 {
			n++
		}
	}
	return float64(n) / float64(max(1, relevant(grades)))
}

func relevant(grades map[string]int) (n int) {
	for _, g := range grades {
		if g > 0 {
			n++
		}
	}
	return n
}
