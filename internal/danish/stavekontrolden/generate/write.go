package main

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// precision is what a cost is multiplied by before it is rounded.
const precision = 10

// head is a line of the result: the beginning that a word's forms share, and
// their endings.
type head struct {
	endings map[string]bool
	cost    int // -1: never a head, but a word that is not cut
}

// write makes the text: a remark, the sets of endings, the members.
func write(version string, lx *lexicon) []byte {
	heads := map[string]*head{}
	for _, w := range slices.Sorted(maps.Keys(lx.atoms)) {
		c := -1
		if lx.isHead(w) {
			c = round(cost(lx.headCost, w))
		}
		addForms(heads, lx.words[w], c)
	}
	for _, w := range lx.names {
		addForms(heads, lx.words[w], -1)
	}
	sets := endingSets(heads)
	var lines []string
	for key, h := range heads {
		stem := strings.TrimSuffix(key, "!")
		if h.cost < 0 {
			lines = append(lines, fmt.Sprintf("%s\tw\t%d", stem, sets[join(h.endings)]))
		} else {
			lines = append(lines, fmt.Sprintf("%s\th\t%d\t%d", stem, sets[join(h.endings)], h.cost))
		}
	}
	for form, link := range lx.firsts {
		if _, ours := lx.extras.firsts[form]; ours {
			continue
		}
		kind := "f"
		if lx.inner[form] {
			kind = "i"
		}
		lines = append(lines, fmt.Sprintf("%s\t%s\t%d\t%d", form, kind, link, round(cost(lx.firstCost, form))))
	}
	slices.Sort(lines)
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Derived from Stavekontrolden %s, (C) Foreningen for frit tilgængelige sprogværktøjer, under MPL 1.1. See NOTICE.md.\n", version)
	for _, s := range slices.SortedFunc(maps.Keys(sets), func(a, b string) int { return sets[a] - sets[b] }) {
		fmt.Fprintf(&b, "=\t%d\t%s\n", sets[s], s)
	}
	b.WriteString(strings.Join(lines, "\n"))
	b.WriteByte('\n')
	return b.Bytes()
}

func round(c float64) int { return int(math.Round(c * precision)) }

// addForms puts a word's forms under the beginning that they share; irregular
// ones (sidde, sad) each by itself.
func addForms(heads map[string]*head, w *word, c int) {
	stem := w.fold
	var odd []string
	for _, f := range slices.Sorted(maps.Keys(w.forms)) {
		s := stem[:shared(stem, f)]
		if len(s) < len(w.fold)-2 || len(s) < 2 {
			odd = append(odd, f)
			continue
		}
		stem = s
	}
	for f := range w.forms {
		if !slices.Contains(odd, f) {
			add(heads, stem, f[len(stem):], c)
		}
	}
	for _, f := range odd {
		add(heads, f, "", c)
	}
}

func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func add(heads map[string]*head, stem, ending string, c int) {
	key := stem
	if c < 0 {
		key += "!" // beside a head with the same stem
	}
	h := heads[key]
	if h == nil {
		h = &head{map[string]bool{}, c}
		heads[key] = h
	}
	h.endings[ending] = true
	h.cost = min(h.cost, c)
}

// endingSets numbers the sets, the most frequent first.
func endingSets(heads map[string]*head) map[string]int {
	counts := map[string]int{}
	for _, h := range heads {
		counts[join(h.endings)]++
	}
	sets := map[string]int{}
	byCount := func(a, b string) int {
		if d := counts[b] - counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	}
	for i, s := range slices.SortedFunc(maps.Keys(counts), byCount) {
		sets[s] = i
	}
	return sets
}

// join writes endings with a comma between; the empty one comes first.
func join(endings map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(endings)), ",")
}
