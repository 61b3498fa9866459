package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"praksis/internal/danish"

	"pgregory.net/rapid"
)

// distance is the Damerau–Levenshtein distance, in the plain way.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestWithinDistance(t *testing.T) {
	word := rapid.StringMatching(`[ab]{1,3}[abc]{0,5}`)
	rapid.Check(t, func(t *rapid.T) {
		seen := termFields{}
		for _, w := range rapid.SliceOfN(word, 0, 60).Draw(t, "words") {
			seen[w] = fieldBody.set()
		}
		term, max := word.Draw(t, "term"), rapid.IntRange(1, 2).Draw(t, "max")
		got := map[string]int{}
		newSpellingIndex(newTermList(seen).terms).withinDistance(oneByteLetters.Replace(term), max, func(e indexTerm, d int) { got[e.term] = d })
		for w := range seen {
			d := distance(oneByteLetters.Replace(term), oneByteLetters.Replace(w))
			if g, ok := got[w]; ok != (d <= max) || ok && g != d {
				t.Fatalf("%s from %s: %d %v, want %d", w, term, g, ok, d)
			}
		}
	})
}

// The two term lists must answer as one.
func TestTermLists(t *testing.T) {
	texts := []termFields{
		{"gruppe": 1, "gruppen": 4, "madgruppe": 4, "grupperum": 4, "strand": 4},
		{"gruppe": 4, "gruppes": 2, "sanggruppe": 1, "gruppeleder": 4, "strande": 4},
		{"gruppens": 4},
	}
	all := termFields{}
	two := newLexicon(nil)
	for _, seen := range texts {
		two = two.extended(seen)
		for w, f := range seen {
			all[w] |= f
		}
	}
	one := newLexicon(all)
	for what, ask := range map[string]func(x *lexicon) []indexTerm{
		"inflections": func(x *lexicon) []indexTerm { return x.inflections("grup", 10) },
		"few":         func(x *lexicon) []indexTerm { return x.inflections("grup", 2) },
		"prefix":      func(x *lexicon) []indexTerm { return x.withPrefix("gruppe", 10, func(indexTerm) bool { return true }) },
		"compounds":   func(x *lexicon) []indexTerm { return x.compounds("grup", 10) },
		"root":        func(x *lexicon) []indexTerm { return x.sameRoot(danish.Root(danish.Stem("grupper")), "", 10) },
		"n-grams": func(x *lexicon) (out []indexTerm) {
			for _, e := range x.ngramMatches("grupperne") {
				out = append(out, e.indexTerm)
			}
			return out
		},
		"spelling": func(x *lexicon) []indexTerm { return x.spellingCandidates("strend") },
		"fields":   func(x *lexicon) []indexTerm { return []indexTerm{{fields: x.fields("gruppe")}} },
	} {
		got, want := ask(two), ask(one)
		if !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	many := termFields{}
	for i := range maxRecentTerms + 1 {
		many[fmt.Sprintf("ord%d", i)] = fieldTitle.set()
	}
	if x := two.extended(many); len(x.recent.terms) != 0 || len(x.base.terms) != len(all)+len(many) {
		t.Errorf("%d and %d words", len(x.base.terms), len(x.recent.terms))
	}
	if x := two.extended(termFields{"gruppe": 1}); x != two {
		t.Error("nothing new made a new lexicon")
	}
}

func TestRequired(t *testing.T) {
	var got []string
	for n := range 11 {
		got = append(got, fmt.Sprint(hitShares[0].of(n)))
	}
	if s := strings.Join(got, " "); s != "0 1 2 2 3 3 4 5 5 6 6" {
		t.Error(s)
	}
}
