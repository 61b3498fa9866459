package search

import (
	"cmp"
	"math/bits"
	"slices"

	"praksis/internal/catalogue"
)

// enoughForContrast is how many findings each of two opposed sides must have;
// two voices of one actor are a contrast however few they are (domain.md,
// "Contrast").
const enoughForContrast = 2

// contrasts are the disagreements among the findings in scope, the most balanced
// first.
func (x *sum) contrasts() []catalogue.Contrast {
	var out []catalogue.Contrast
	for place := range x.facets.facets[solutionPlace].tree.Values {
		if !x.sel.chosen[solutionPlace] || slices.Contains(x.sel.places[solutionPlace], place) {
			out = append(out, x.edited(place, x.contrastsOf(place))...)
		}
	}
	balance := func(c catalogue.Contrast) int { return min(c.For.Count, c.Against.Count) }
	slices.SortStableFunc(out, func(a, b catalogue.Contrast) int { return cmp.Compare(balance(b), balance(a)) })
	return out
}

// edited are the contrasts of a solution after what editors say of them: without those
// that are hidden, and with the pairs that they have added.
func (x *sum) edited(solution int, derived []catalogue.Contrast) []catalogue.Contrast {
	value, groups := x.facets.facets[solutionPlace].tree.Values[solution], &x.facets.facets[groupPlace]
	out := derived
	for _, e := range x.taxonomy.Contrasts {
		if e.Solution != value.Slug {
			continue
		}
		if e.Hidden {
			for i := range out {
				out[i].TargetGroups = slices.DeleteFunc(out[i].TargetGroups, func(g catalogue.TermRef) bool { return g.Slug == e.TargetGroup })
			}
			out = slices.DeleteFunc(out, func(c catalogue.Contrast) bool { return len(c.TargetGroups) == 0 })
			continue
		}
		g, known := groups.places[e.TargetGroup]
		good, bad := x.inSight(e.For, catalogue.EffectPositive, solution), x.inSight(e.Against, catalogue.EffectNegative, solution)
		if !known || x.groups != nil && !x.groups[g] || good < 0 || bad < 0 {
			continue
		}
		group := groups.tree.Values[g]
		out = append(out, catalogue.Contrast{Solution: catalogue.TermRef{Slug: value.Slug, Label: value.Label}, TargetGroups: []catalogue.TermRef{{Slug: group.Slug, Label: group.Label}},
			For: x.side([]int32{good}), Against: x.side([]int32{bad})})
	}
	return out
}

// inSight is the number of a finding that is counted here, has an effect and is about
// a solution; -1 for any other.
func (x *sum) inSight(ref catalogue.FindingRef, effect catalogue.Effect, solution int) int32 {
	owner, public := x.rows.places[ref.Practice]
	if !public || ref.Number < 0 || x.hits != nil && !x.hits.Test(uint(owner)) {
		return -1
	}
	f := x.facets.findings.first[owner] + int32(ref.Number)
	if f >= x.facets.findings.first[owner+1] || x.inScope != nil && !x.inScope.Test(uint(f)) || !x.facets.facets[solutionPlace].findings[solution].Test(uint(f)) {
		return -1
	}
	if e := x.columns.effects[f]; e < 0 || catalogue.Effects[e].Code != effect {
		return -1
	}
	return f
}

// opinions are the findings on one solution for one target group and those below
// it.
type opinions struct {
	findings []int32
	direct   []bool // by finding: it names the group itself
}

// contrastsOf are the disagreements on one solution. Groups about which the same
// findings disagree share one.
func (x *sum) contrastsOf(solution int) []catalogue.Contrast {
	tree := &x.facets.facets[groupPlace]
	byGroup := make([]opinions, len(tree.tree.Values))
	for n := range x.facets.facets[solutionPlace].findings[solution].EachSet() {
		f := int32(n)
		owner := x.facets.findings.owner[f]
		if x.columns.effects[f] < 0 || x.hits != nil && !x.hits.Test(uint(owner)) || x.inScope != nil && !x.inScope.Test(n) {
			continue
		}
		for _, g := range x.columns.groups[x.columns.firstGroup[f]:x.columns.firstGroup[f+1]] {
			direct := true
			for at := int(g); ; direct = false {
				o := &byGroup[at]
				if last := len(o.findings) - 1; last < 0 || o.findings[last] != f {
					o.findings, o.direct = append(o.findings, f), append(o.direct, direct)
				} else {
					o.direct[last] = o.direct[last] || direct
				}
				parent := tree.tree.Values[at].Parent
				if parent == "" {
					break
				}
				at = tree.places[parent]
			}
		}
	}
	value := x.facets.facets[solutionPlace].tree.Values[solution]
	var out []catalogue.Contrast
	var of [][2][]int32 // the findings of those in out
	for g, o := range byGroup {
		group := tree.tree.Values[g]
		if group.Slug == catalogue.NotStated || x.groups != nil && !x.groups[g] {
			continue
		}
		sides := x.opposed(o)
		if len(sides[0]) == 0 {
			continue
		}
		ref := catalogue.TermRef{Slug: group.Slug, Label: group.Label}
		same := slices.IndexFunc(of, func(s [2][]int32) bool { return slices.Equal(s[0], sides[0]) && slices.Equal(s[1], sides[1]) })
		if same >= 0 {
			out[same].TargetGroups = append(out[same].TargetGroups, ref)
			continue
		}
		of = append(of, sides)
		out = append(out, catalogue.Contrast{Solution: catalogue.TermRef{Slug: value.Slug, Label: value.Label}, TargetGroups: []catalogue.TermRef{ref},
			For: x.side(sides[0]), Against: x.side(sides[1])})
	}
	return out
}

// stand is what a voice, or a voice of one actor, says: how many good and bad
// findings, and how many that are neither; of the good and the bad, how many name
// the group itself.
type stand struct {
	good, bad, other      int
	goodDirect, badDirect int
}

// only tells whether a stand is of one side alone, 0 for good, with at least so
// many findings; direct counts those that name the group itself.
func (s stand) only(side, atLeast int, direct bool) bool {
	n, against, named := s.good, s.bad, s.goodDirect
	if side == 1 {
		n, against, named = s.bad, s.good, s.badDirect
	}
	if direct {
		n = named
	}
	return n >= atLeast && against == 0 && s.other == 0
}

// opposed are the good and the bad findings that stand against each other; none
// when nothing is disagreed. One side speaks of the group itself, the other of it
// or of those below: two groups below it, neither of which is below the other, are
// no contrast.
func (x *sum) opposed(o opinions) (sides [2][]int32) {
	type speaker struct {
		actor int32
		voice int
	}
	voices := make([]stand, len(catalogue.Voices)) // one that is not stated disagrees with nobody
	speakers := map[speaker]stand{}
	for i, f := range o.findings {
		actor := x.columns.lead[x.facets.findings.owner[f]]
		for v := range spoken(x.columns.voices[f]) {
			s := speaker{actor, v}
			voices[v], speakers[s] = x.count(voices[v], f, o.direct[i]), x.count(speakers[s], f, o.direct[i])
		}
	}
	taken := map[int32]bool{}
	for direct := range sides { // the side that names the group itself
		// By voice, or within one actor, or between actors of one voice.
		opposed := func(a, b speaker) bool {
			x, y, of := speakers[a], speakers[b], func(side int) bool { return side == direct }
			switch {
			case a.voice == b.voice:
				return a.actor != b.actor && x.only(0, enoughForContrast, of(0)) && y.only(1, enoughForContrast, of(1))
			case voices[a.voice].only(0, enoughForContrast, of(0)) && voices[b.voice].only(1, enoughForContrast, of(1)):
				return true
			default:
				return a.actor == b.actor && a.actor >= 0 && x.only(0, 1, of(0)) && y.only(1, 1, of(1))
			}
		}
		in := map[speaker][2]bool{}
		for a := range speakers {
			for b := range speakers {
				if opposed(a, b) {
					in[a], in[b] = [2]bool{true, in[a][1]}, [2]bool{in[b][0], true}
				}
			}
		}
		for i, f := range o.findings {
			actor := x.columns.lead[x.facets.findings.owner[f]]
			for side := range sides {
				for v := range spoken(x.columns.voices[f]) {
					if in[speaker{actor, v}][side] && (side != direct || o.direct[i]) && !taken[f] {
						taken[f] = true
						sides[side] = append(sides[side], f)
					}
				}
			}
		}
	}
	slices.Sort(sides[0])
	slices.Sort(sides[1])
	return sides
}

// count adds a finding to a stand.
func (x *sum) count(s stand, f int32, direct bool) stand {
	switch catalogue.Effects[x.columns.effects[f]].Code {
	case catalogue.EffectPositive:
		s.good++
		if direct {
			s.goodDirect++
		}
	case catalogue.EffectNegative:
		s.bad++
		if direct {
			s.badDirect++
		}
	default:
		s.other++
	}
	return s
}

// spoken are the stated voices of a set, by their place in catalogue.Voices.
func spoken(set uint16) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for set &= 1<<len(catalogue.Voices) - 1; set != 0; set &= set - 1 {
			if !yield(bits.TrailingZeros16(set)) {
				return
			}
		}
	}
}

// side sums up one side, and chooses findings of different actors and voices to
// be read.
func (x *sum) side(findings []int32) catalogue.ContrastSide {
	s := catalogue.ContrastSide{Count: len(findings)}
	var voices uint16
	actors := map[int32]bool{}
	for _, f := range findings {
		voices |= x.columns.voices[f]
		if a := x.columns.lead[x.facets.findings.owner[f]]; a >= 0 && !actors[a] {
			actors[a] = true
			s.Actors = append(s.Actors, x.columns.actors[a])
		}
	}
	s.Voices = x.voices(voices & (1<<len(catalogue.Voices) - 1))
	// One of each speaker first, then a second one of each.
	heard := map[[2]int32]int{}
	speaker := func(f int32) [2]int32 {
		return [2]int32{x.columns.lead[x.facets.findings.owner[f]], int32(x.columns.voices[f])}
	}
	rest := slices.Clone(findings)
	for len(s.First) < min(x.perSide, len(findings)) {
		next := slices.MinFunc(rest, func(a, b int32) int { return cmp.Compare(heard[speaker(a)], heard[speaker(b)]) })
		heard[speaker(next)]++
		rest = slices.DeleteFunc(rest, func(f int32) bool { return f == next })
		s.First = append(s.First, x.ref(next))
	}
	return s
}
