package main

import (
	"maps"
	"math"
	"slices"
	"strings"

	"praksis/internal/danish"
)

// lexicon is what has been learnt so far.
type lexicon struct {
	words  map[string]*word
	extras *extras
	order  []string       // the words in which compounds are looked for, sorted
	firsts map[string]int // as they stand, to the length of the linking letter
	atoms  map[string]bool
	names  []string
	inner  map[string]bool // firsts that were seen behind another member only
	firstCost,
	headCost map[string]float64
	cuts map[string][]string // the compounds among the words
}

const (
	rounds       = 5
	unseen       = 0.1  // count given to every member, seen or not
	mismatch     = 4.0  // cost of a head that inflects otherwise than the whole
	verbal       = 3.0  // cost of a verb: few verbs are compounds (deltage, begrunde)
	least        = 3    // letters of a member; own firsts may be shorter
	wholeA       = 6.0  // a word of n letters is taken for simple
	wholeB       = 1.5  // when its cut costs more than wholeA + n·wholeB
	maxTotal     = 60.0 // more than any cut
	maxExtraCost = 6.5  // cost of our own members, at most: the dictionary knows little of them
)

// learn tells simple words from compounds by the dictionary's own evidence,
// then counts how often each simple word is a first or a last member.
func learn(words map[string]*word, o *extras) *lexicon {
	lx := &lexicon{words: words, extras: o, firsts: map[string]int{}, atoms: map[string]bool{}, inner: map[string]bool{}, cuts: map[string][]string{}}
	for _, fold := range slices.Sorted(maps.Keys(words)) {
		w := words[fold]
		if len(w.forms) > 0 && !w.name {
			lx.order = append(lx.order, fold)
			lx.atoms[fold] = true
		}
		lx.addFirsts(w)
	}
	for form, base := range o.firsts {
		lx.firsts[form] = max(0, len(form)-len(base))
	}
	for range rounds { // every word may be a member
		lx.round(lx.bestPair)
	}
	lx.keepAtoms()
	for range rounds { // simple words only, as many as it takes
		lx.round(lx.bestChain)
	}
	lx.keepAtoms()
	lx.keepNames()
	return lx
}

// keepNames adds the names that would be cut otherwise: Silkeborg.
func (lx *lexicon) keepNames() {
	for fold, w := range lx.words {
		if w.name && len(w.forms) > 0 {
			if parts, c := lx.bestChain(fold); parts != nil && c <= limit(fold) {
				lx.names = append(lx.names, fold)
			}
		}
	}
}

func (lx *lexicon) addFirsts(w *word) {
	for form, link := range w.firsts {
		if short := form[:len(form)-1]; len(w.forms) == 0 && strings.ContainsAny(form[len(short):], "se") && lx.isWord(short) {
			link = 1 // an entry of its own: skrivebords-
		}
		if lx.extras.notFirst[form] || lx.extras.notFirst[form[:len(form)-link]] || danish.Letters(form)-link < least || w.name {
			continue
		}
		if old, ok := lx.firsts[form]; !ok || link < old {
			lx.firsts[form] = link
		}
	}
}

func (lx *lexicon) isWord(w string) bool {
	return lx.words[w] != nil && len(lx.words[w].forms) > 0
}

func (lx *lexicon) isHead(h string) bool {
	return lx.atoms[h] && !lx.extras.notHead[h] && danish.Letters(h) >= least
}

// round cuts all words as the costs so far want it, and counts anew.
func (lx *lexicon) round(best func(string) ([]string, float64)) {
	firsts, heads := map[string]float64{}, map[string]float64{}
	total := 0.0
	clear(lx.cuts)
	for _, w := range lx.order {
		parts, cost := best(w)
		if parts == nil || lx.extras.atoms[w] || lx.headCost != nil && cost > limit(w) {
			continue
		}
		lx.cuts[w] = parts
		for _, p := range parts[:len(parts)-1] {
			firsts[p]++
		}
		heads[parts[len(parts)-1]]++
		total++
	}
	lx.firstCost, lx.headCost = costs(firsts, total), costs(heads, total)
	for form := range lx.extras.firsts {
		lx.firstCost[form] = min(cost(lx.firstCost, form), maxExtraCost)
	}
}

// limit is what a cut of w may cost.
func limit(w string) float64 { return wholeA + wholeB*float64(danish.Letters(w)) }

func costs(counts map[string]float64, total float64) map[string]float64 {
	c := map[string]float64{"": -math.Log(unseen / total)}
	for k, n := range counts {
		c[k] = -math.Log((n + unseen) / total)
	}
	return c
}

func cost(c map[string]float64, key string) float64 {
	if v, ok := c[key]; ok {
		return v
	}
	return c[""]
}

// agreement is what a cut of w costs by its inflection: "personale" is not
// made of "ale", which has other forms.
func (lx *lexicon) agreement(w, h string) float64 {
	cut := len(w) - len(h)
	same, all := 0, 0
	for f := range lx.words[w].forms {
		all++
		if len(f) > cut && f[:cut] == w[:cut] && lx.words[h].forms[f[cut:]] {
			same++
		}
	}
	switch {
	case 5*same < 4*all:
		return mismatch
	case lx.words[w].verb() || strings.HasSuffix(w, "ende"):
		return verbal
	}
	return 0
}

// bestPair cuts w once.
func (lx *lexicon) bestPair(w string) (parts []string, best float64) {
	for i := 2; i <= len(w)-least; i++ {
		m, h := w[:i], w[i:]
		if _, ok := lx.firsts[m]; !ok || !lx.isHead(h) {
			continue
		}
		c := cost(lx.firstCost, m) + cost(lx.headCost, h) + lx.agreement(w, h)
		if parts == nil || c < best {
			parts, best = []string{m, h}, c
		}
	}
	return parts, best
}

// bestChain cuts w into as many members as are cheapest.
func (lx *lexicon) bestChain(w string) ([]string, float64) {
	if lx.atoms[w] {
		return nil, 0
	}
	best, from := make([]float64, len(w)), make([]int, len(w))
	for j := 2; j < len(w); j++ {
		best[j] = math.Inf(1)
		for i := 0; i < j-1; i++ {
			if _, ok := lx.firsts[w[i:j]]; !ok || i == 0 && lx.inner[w[i:j]] {
				continue
			}
			if c := best[i] + cost(lx.firstCost, w[i:j]); c < best[j] && (i == 0 || i > 1) {
				best[j], from[j] = c, i
			}
		}
	}
	at, total := 0, maxTotal
	for i := 2; i <= len(w)-least; i++ {
		if h := w[i:]; best[i] < total && lx.isHead(h) {
			if c := best[i] + cost(lx.headCost, h) + lx.agreement(w, h); c < total {
				at, total = i, c
			}
		}
	}
	if at == 0 {
		return nil, 0
	}
	parts := []string{w[at:]}
	for i := at; i > 0; i = from[i] {
		parts = slices.Insert(parts, 0, w[from[i]:i])
	}
	return parts, total - float64(len(parts)-2)*wholeA/2 // a chain may cost more
}

// keepAtoms drops the compounds from the members. A compound's linking letter
// (skrivebords-) goes to its last member.
func (lx *lexicon) keepAtoms() {
	for w := range lx.cuts {
		delete(lx.atoms, w)
	}
	for _, w := range lx.order {
		if !lx.atoms[w] && !lx.extras.notFirst[w] {
			lx.innerFirsts(w)
		}
	}
	for form, link := range lx.firsts {
		if _, ours := lx.extras.firsts[form]; ours {
			continue
		}
		if base := form[:len(form)-link]; !lx.atoms[base] && !lx.inner[form] && lx.words[base] != nil && len(lx.cuts[base]) > 0 {
			delete(lx.firsts, form)
		}
	}
}

func (lx *lexicon) innerFirsts(w string) {
	parts := lx.cuts[w]
	if len(parts) == 0 {
		return
	}
	head := parts[len(parts)-1]
	for form, link := range lx.words[w].firsts {
		rest, ok := strings.CutPrefix(form, w[:len(w)-len(head)])
		if _, known := lx.firsts[rest]; ok && !known && rest == head+form[len(form)-link:] && lx.isHead(head) {
			lx.firsts[rest] = link
			lx.inner[rest] = true
		}
	}
}
