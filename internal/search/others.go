package search

import (
	"cmp"
	"slices"

	"praksis/internal/catalogue"
)

// Others are what other actors found with the solutions of a practice, at most perSide
// findings on each side: solutions with findings on both sides first, then those with
// most. None for a practice that is not public. It fails with catalogue.ErrUnavailable
// when the index is closed.
func (x *Index) Others(id int64, perSide int) (out []catalogue.Others, err error) {
	err = x.withSnapshot(func(s *snapshot) error {
		out = s.overviews.others(id, perSide)
		return nil
	})
	return out, err
}

func (m *overviewMaker) others(id int64, perSide int) (out []catalogue.Others) {
	own, public := m.rows.places[id]
	if !public {
		return nil
	}
	c := m.columns()
	solutions := &m.facets.facets[solutionPlace]
	for place, v := range solutions.tree.Values {
		if !solutions.practices[place].Test(uint(own)) {
			continue
		}
		var sides [2][]int32
		for n := range solutions.findings[place].EachSet() {
			f := int32(n)
			owner := m.facets.findings.owner[f]
			if owner == int32(own) || c.effects[f] < 0 || c.lead[owner] == c.lead[own] {
				continue
			}
			switch catalogue.Effects[c.effects[f]].Code {
			case catalogue.EffectPositive:
				sides[0] = append(sides[0], f)
			case catalogue.EffectNegative:
				sides[1] = append(sides[1], f)
			}
		}
		if len(sides[0])+len(sides[1]) > 0 {
			out = append(out, catalogue.Others{Solution: catalogue.TermRef{Slug: v.Slug, Label: v.Label}, Good: len(sides[0]), Bad: len(sides[1]),
				For: m.firstOf(sides[0], own, perSide), Against: m.firstOf(sides[1], own, perSide)})
		}
	}
	slices.SortStableFunc(out, func(a, b catalogue.Others) int {
		return cmp.Or(cmp.Compare(min(b.Good, b.Bad, 1), min(a.Good, a.Bad, 1)), cmp.Compare(b.Good+b.Bad, a.Good+a.Bad))
	})
	return out
}

// firstOf are the first n of some findings: one of each actor before a second of any,
// those about a target group of the practice at a place before others.
func (m *overviewMaker) firstOf(findings []int32, practice, n int) (out []catalogue.FindingRef) {
	c := m.columns()
	groups := m.facets.facets[groupPlace].practices
	shares := func(f int32) int {
		of := c.findingGroups
		if slices.ContainsFunc(of.places[of.first[f]:of.first[f+1]], func(g int16) bool { return groups[g].Test(uint(practice)) }) {
			return 0
		}
		return 1
	}
	rest := slices.Clone(findings)
	slices.SortStableFunc(rest, func(a, b int32) int { return cmp.Compare(shares(a), shares(b)) })
	heard := map[int32]int{}
	for len(out) < n && len(rest) > 0 {
		next := slices.MinFunc(rest, func(a, b int32) int {
			return cmp.Compare(heard[c.lead[m.facets.findings.owner[a]]], heard[c.lead[m.facets.findings.owner[b]]])
		})
		heard[c.lead[m.facets.findings.owner[next]]]++
		rest = slices.DeleteFunc(rest, func(f int32) bool { return f == next })
		owner := m.facets.findings.owner[next]
		out = append(out, catalogue.FindingRef{Practice: m.rows.all[owner].id, Number: int(next - m.facets.findings.first[owner])})
	}
	return out
}
