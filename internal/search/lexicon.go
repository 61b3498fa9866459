package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"praksis/internal/danish"
)

// entry is a word of the index and the fields in which it occurs.
type entry struct {
	term   string
	stem   string
	fields fieldSet
	part   string // the stem of the part by which it was found, of a compound
}

// lexicon is the distinct words of the index, to find those that a query word
// can mean. It has two layers, the second with what came since the first was
// made, so that a change costs little. A word that no document has any more
// stays until the first layer is made anew; its postings are empty.
type lexicon struct{ base, recent *layer }

// maxRecent is how many words the second layer may have before both become
// one: few enough to sort at every change.
const maxRecent = 4096

func newLexicon(seen words) *lexicon {
	return &lexicon{newLayer(seen), newLayer(nil)}
}

// with is the lexicon with what seen has more.
func (x *lexicon) with(seen words) *lexicon {
	more := words{}
	for t, fields := range seen {
		if x.fields(t)|fields != x.fields(t) {
			more[t] = fields
		}
	}
	if len(more) == 0 {
		return x
	}
	for _, e := range x.recent.entries {
		more[e.term] |= e.fields
	}
	if len(more) <= maxRecent {
		return &lexicon{x.base, newLayer(more)}
	}
	for _, e := range x.base.entries {
		more[e.term] |= e.fields
	}
	return newLexicon(more)
}

func (x *lexicon) layers() []*layer { return []*layer{x.base, x.recent} }

// fields tells where a word occurs; nothing when the index does not have it.
func (x *lexicon) fields(term string) (set fieldSet) {
	for _, l := range x.layers() {
		if i, ok := l.find(term); ok {
			set |= l.entries[i].fields
		}
	}
	return set
}

// collect calls find for each layer, and gives the entries found by word,
// shortest first, at most limit.
func (x *lexicon) collect(limit int, find func(l *layer, add func(entry))) []entry {
	var out []entry
	for _, l := range x.layers() {
		before := out // a layer has each word once
		find(l, func(e entry) {
			if i := slices.IndexFunc(before, func(o entry) bool { return o.term == e.term }); i >= 0 {
				out[i].fields |= e.fields
			} else {
				out = append(out, e)
			}
		})
	}
	slices.SortFunc(out, shortestFirst)
	return out[:min(len(out), limit)]
}

func shortestFirst(a, b entry) int {
	return cmp.Or(cmp.Compare(len(a.term), len(b.term)), cmp.Compare(a.term, b.term))
}

// inflections are the words with a stem.
func (x *lexicon) inflections(stem string, limit int) []entry {
	return x.collect(limit, func(l *layer, add func(entry)) { l.each(l.byStem[stem], limit, add) })
}

// compounds are the words that have a word with the stem as one of their parts.
func (x *lexicon) compounds(stem string, limit int) []entry {
	return x.collect(limit, func(l *layer, add func(entry)) {
		l.each(l.byPart[stem], limit, func(e entry) {
			e.part = stem // for Marker
			add(e)
		})
	})
}

// kin are the words of a root that have another stem.
func (x *lexicon) kin(root, stem string, limit int) []entry {
	return x.collect(limit, func(l *layer, add func(entry)) {
		for _, s := range l.byRoot[root] {
			if s != stem {
				l.each(l.byStem[s], limit, add)
			}
		}
	})
}

// scan bounds how many words of the dictionary are looked at for one prefix:
// more of them are no more use to a reader.
const scan = 512

// beginning are the words that begin with prefix and that fit.
func (x *lexicon) beginning(prefix string, limit int, fit func(entry) bool) []entry {
	return x.collect(limit, func(l *layer, add func(entry)) {
		i, _ := l.find(prefix)
		for n := 0; n < scan && i < len(l.entries) && strings.HasPrefix(l.entries[i].term, prefix); n++ {
			if fit(l.entries[i]) {
				add(l.entries[i])
			}
			i++
		}
	})
}

// layer is a sorted list of words with several ways to it.
type layer struct {
	entries []entry             // sorted by term
	byStem  map[string][]int32  // the shortest word first
	byPart  map[string][]int32  // by the stem of a compound's part, the shortest first
	byRoot  map[string][]string // stems
	// Made when first asked for:
	byLetters func() []spelt
	byGram    func() map[string][]int32
}

func newLayer(seen words) *layer {
	l := &layer{entries: make([]entry, 0, len(seen)), byStem: make(map[string][]int32, len(seen)/2), byPart: map[string][]int32{}, byRoot: map[string][]string{}}
	for t, fields := range seen {
		l.entries = append(l.entries, entry{term: t, stem: danish.Stem(t), fields: fields})
	}
	slices.SortFunc(l.entries, func(a, b entry) int { return cmp.Compare(a.term, b.term) })
	for i, e := range l.entries {
		if _, ok := l.byStem[e.stem]; !ok {
			if root := danish.Root(e.stem); root != "" {
				l.byRoot[root] = append(l.byRoot[root], e.stem)
			}
		}
		l.byStem[e.stem] = append(l.byStem[e.stem], int32(i))
		for _, p := range danish.Members(e.term) {
			stem := p.Stem
			if n := len(l.byPart[stem]); stem != e.stem && (n == 0 || l.byPart[stem][n-1] != int32(i)) {
				l.byPart[stem] = append(l.byPart[stem], int32(i))
			}
		}
	}
	for _, by := range []map[string][]int32{l.byStem, l.byPart} {
		for _, places := range by {
			slices.SortFunc(places, func(a, b int32) int { return shortestFirst(l.entries[a], l.entries[b]) })
		}
	}
	l.byLetters = sync.OnceValue(l.speltWords)
	l.byGram = sync.OnceValue(l.grams) // few searches need it
	return l
}

func (l *layer) find(term string) (int, bool) {
	return slices.BinarySearchFunc(l.entries, term, func(e entry, t string) int { return cmp.Compare(e.term, t) })
}

// each calls add for the first of the entries at the places.
func (l *layer) each(places []int32, limit int, add func(entry)) {
	for _, i := range places[:min(len(places), limit)] {
		add(l.entries[i])
	}
}
