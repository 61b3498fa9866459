package search

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"praksis/internal/danish"
)

// Span is a piece of a text, in bytes.
type Span struct{ Start, End int }

// Marker finds in any text the words by which a search found its practices. It
// is made of the very expansions that the search read, so that nothing is
// marked that did not count. A nil Marker marks nothing.
type Marker struct {
	uses map[string][]use // by term
	sets []apart
	rare []float32 // by word, how rare it is
	shut []bool    // by set, that it does not count; nil when each text decides for itself
	seen wordSet   // words that a snippet need not have
}

// use is what a term of a text is for a query.
type use struct {
	word int
	kind kind
	part string // stem of the part that counts, of a compound; empty: the whole
	set  int    // in Marker.sets, one more than its place; 0 for none
	slot int    // in that set
}

// apart is a word of the query that stands for several words of a text: it is
// there when all of them are.
type apart struct {
	word  int
	kind  kind
	slots int
}

// wordSet is a set of the query's words, by place; catalogue.MaxSearchWords fit.
type wordSet uint32

func (w wordSet) count() int { return bits.OnesCount32(uint32(w)) }

// marking makes the markers of searches.
type marking struct {
	expander *expander
	postings *postingReader
}

func newMarking(x *expander, p *postingReader) *marking { return &marking{x, p} }

// marker is made of words that have been expanded; nil when there is nothing
// to mark.
func (x *marking) marker(ctx context.Context, words []queryWord, slips map[int][]entry) *Marker {
	m := &Marker{uses: map[string][]use{}, rare: make([]float32, len(words))}
	limit := termLimit(words)
	for i, w := range words {
		if !w.content {
			continue
		}
		for _, t := range w.terms {
			if t.kind < hint {
				m.use(t.entry, use{word: i, kind: t.kind})
			}
		}
		for _, e := range slips[i] {
			m.use(e, use{word: i, kind: slipped})
		}
		for _, set := range w.sets {
			m.addSet(i, set.kind, x.expander.setWords(w, set, limit))
		}
		m.rare[i] = inverseFrequency(float64(x.postings.frequency(ctx, w.terms)), x.postings.rows)
	}
	if len(m.uses) == 0 {
		return nil
	}
	return m
}

func (m *Marker) use(e entry, u use) {
	if u.kind == partly || u.kind == likewise || u.set > 0 {
		u.part = e.part
	}
	if !slices.Contains(m.uses[e.term], u) {
		m.uses[e.term] = append(m.uses[e.term], u)
	}
}

func (m *Marker) addSet(word int, k kind, lists [][]entry) {
	if len(lists) < 2 {
		return // its word is there by itself
	}
	m.sets = append(m.sets, apart{word, k, len(lists)})
	for slot, list := range lists {
		for _, e := range list {
			m.use(e, use{word: word, kind: k, set: len(m.sets), slot: slot})
		}
	}
}

// marked is a piece to be marked, and the words of the query that it is.
type marked struct {
	Span
	words wordSet
}

// Spans are the pieces of a text to be marked, in order, apart from each other,
// each of whole characters: a word, or the part of a compound that counts.
func (m *Marker) Spans(text string) []Span {
	var out []Span
	for _, x := range m.marks(text) {
		out = append(out, x.Span)
	}
	return out
}

// Within is the marker for the texts of one practice, where what stands apart
// may stand in several of them.
func (m *Marker) Within(texts ...string) *Marker {
	if m == nil {
		return nil
	}
	all := occurring{}
	for _, text := range texts {
		for _, t := range danish.Tokens(text) {
			m.note(&all, t.Term)
		}
	}
	c := *m
	c.shut = m.closed(all)
	return &c
}

// Beyond is the marker that looks for a passage with the words that the texts
// do not have; nil when they have all.
func (m *Marker) Beyond(texts ...string) *Marker {
	if m == nil {
		return nil
	}
	c := *m
	for _, text := range texts {
		for _, x := range m.marks(text) {
			c.seen |= x.words
		}
	}
	if c.seen == m.words() {
		return nil
	}
	return &c
}

// words are all words that can be marked.
func (m *Marker) words() (all wordSet) {
	for _, uses := range m.uses {
		for _, u := range uses {
			all |= 1 << u.word
		}
	}
	return all
}

// occurring is what a text has of the query.
type occurring struct {
	nearest [32]kind // by word, one more; 0 for not at all
	slots   map[[2]int]bool
}

func (m *Marker) note(o *occurring, term string) {
	for _, u := range m.uses[term] {
		if u.set == 0 {
			if k := u.kind + 1; o.nearest[u.word] == 0 || k < o.nearest[u.word] {
				o.nearest[u.word] = k
			}
			continue
		}
		if o.slots == nil {
			o.slots = map[[2]int]bool{}
		}
		o.slots[[2]int{u.set, u.slot}] = true
	}
}

// closed are the sets that do not count: some word of them is missing, or the
// word itself is there as nearly: gåtur is not also gå and tur.
func (m *Marker) closed(o occurring) []bool {
	out := make([]bool, len(m.sets))
	for i, set := range m.sets {
		out[i] = o.nearest[set.word] != 0 && o.nearest[set.word] <= set.kind+1
		for slot := range set.slots {
			out[i] = out[i] || !o.slots[[2]int{i + 1, slot}]
		}
		if !out[i] {
			o.nearest[set.word] = set.kind + 1
		}
	}
	return out
}

func (m *Marker) marks(text string) []marked {
	if m == nil {
		return nil
	}
	tokens := danish.Tokens(text)
	shut := m.shut
	if shut == nil && len(m.sets) > 0 {
		var o occurring
		for _, t := range tokens {
			m.note(&o, t.Term)
		}
		shut = m.closed(o)
	}
	var found []marked
	for _, t := range tokens {
		for _, u := range m.uses[t.Term] {
			if u.set == 0 || !shut[u.set-1] {
				found = u.in(text, t, found)
			}
		}
	}
	return merged(found)
}

// in adds what counts of a token.
func (u use) in(text string, t danish.Token, to []marked) []marked {
	words := wordSet(1) << u.word
	if u.part != "" {
		before := len(to)
		for _, p := range danish.Members(t.Term) {
			if p.Stem == u.part {
				start, end := danish.Locate(text[t.Start:t.End], t.Term, p.Start, p.End-p.Link)
				to = append(to, marked{Span{t.Start + start, t.Start + end}, words})
			}
		}
		if len(to) > before {
			return to
		}
	}
	return append(to, marked{Span{t.Start, t.End}, words})
}

// merged puts pieces in order, those that touch as one.
func merged(list []marked) []marked {
	list = slices.DeleteFunc(list, func(x marked) bool { return x.Start >= x.End })
	slices.SortFunc(list, func(a, b marked) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	out := list[:0]
	for _, x := range list {
		if n := len(out); n > 0 && x.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, x.End)
			out[n-1].words |= x.words
		} else {
			out = append(out, x)
		}
	}
	return out
}
