package catalogue

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// alikeFrom is the likeness, from 0 to 1, from which two rows are taken for one
// that was changed: half of what they say. Below it, one has gone and another has
// come. Danish sentences about different things share a fifth to a third of their
// words, the small ones.
const alikeFrom = 0.5

// PairRows holds the rows of the list f of two records against each other: findings
// of one key first, then rows that say the same, then those that are alike, the
// most alike first. Of two findings that both have keys only the keys count. A
// pair is the row of a and that of b, from 0; -1 stands for none. The pairs are in
// the order of b, and what it has not stands last, in the order of a.
func PairRows(f *Field, a, b *Practice) (pairs [][2]int) {
	n, m := f.Len(a), f.Len(b)
	of := slices.Repeat([]int{-1}, m) // row of a by row of b
	used := make([]bool, n)
	match := func(same func(i, j int) bool) {
		for j := range m {
			for i := 0; i < n && of[j] < 0; i++ {
				if !used[i] && same(i, j) {
					of[j], used[i] = i, true
				}
			}
		}
	}
	keyed := func(i, j int) bool { return false }
	if f.Path == "findings" {
		keyed = func(i, j int) bool { return a.Findings[i].Key != "" && b.Findings[j].Key != "" }
		match(func(i, j int) bool { return keyed(i, j) && a.Findings[i].Key == b.Findings[j].Key })
	}
	said, saidNow := rowTexts(f, a), rowTexts(f, b)
	match(func(i, j int) bool { return said[i] == saidNow[j] })
	words := wordSets{}
	type candidate struct {
		i, j     int
		likeness float64
	}
	var candidates []candidate
	was, is := make([][]int, n), make([][]int, m)
	for i := range n {
		was[i] = words.of(f.Row(a, i))
	}
	for j := range m {
		is[j] = words.of(f.Row(b, j))
	}
	for j := range m {
		for i := 0; i < n && of[j] < 0; i++ {
			if used[i] || keyed(i, j) {
				continue
			}
			if x := likeness(was[i], is[j]); x >= alikeFrom {
				candidates = append(candidates, candidate{i, j, x})
			}
		}
	}
	distance := func(c candidate) int { return max(c.i-c.j, c.j-c.i) }
	slices.SortStableFunc(candidates, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.likeness, x.likeness), cmp.Compare(distance(x), distance(y)))
	})
	for _, c := range candidates {
		if !used[c.i] && of[c.j] < 0 {
			of[c.j], used[c.i] = c.i, true
		}
	}
	for j, i := range of {
		pairs = append(pairs, [2]int{i, j})
	}
	for i, paired := range used {
		if !paired {
			pairs = append(pairs, [2]int{i, -1})
		}
	}
	return pairs
}

// rowTexts are the rows of a list, each as one text.
func rowTexts(f *Field, p *Practice) []string {
	out := make([]string, f.Len(p))
	for i := range out {
		var b strings.Builder
		for _, v := range f.Row(p, i) {
			b.WriteString(v.String())
			b.WriteByte(0) // stands in no text that can be stored
		}
		out[i] = b.String()
	}
	return out
}

// wordSets numbers words, so that rows are compared by numbers.
type wordSets map[string]int

// of are the words of a row in order, each as often as it is there. What is no
// text counts as one word for each code, date or reference. Its key and the place
// of its source say nothing of a row.
func (w wordSets) of(row []Value) (out []int) {
	add := func(s string) {
		n, known := w[s]
		if !known {
			n = len(w)
			w[s] = n
		}
		out = append(out, n)
	}
	for _, v := range row {
		switch v.Kind {
		case FieldNumber, FieldInstant:
		case FieldLine, FieldProse, FieldURL:
			for word := range strings.FieldsFuncSeq(strings.ToLower(v.String()), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				add(word)
			}
		default:
			if v.Field.Path == "findings[].key" || v.Empty() {
				continue
			}
			for s := range strings.SplitSeq(v.String(), "\n") {
				add(v.Field.Path + "=" + s)
			}
		}
	}
	slices.Sort(out)
	return out
}

// likeness is the share of words that two rows have in common, from 0 to 1.
func likeness(a, b []int) float64 {
	all := len(a) + len(b)
	if all == 0 || 2*float64(min(len(a), len(b))) < alikeFrom*float64(all) {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	return 2 * float64(common) / float64(all)
}
