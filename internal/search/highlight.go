package search

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"praksis/internal/danish"
)

// Span is a piece of a text, from Start to before End, in bytes.
type Span struct{ Start, End int }

// Highlighter finds in any text the words by which a search found its practices.
// It is made of the very expansions that the search read, so that nothing is
// highlighted that did not count. It never changes. All methods of a nil
// Highlighter find nothing.
type Highlighter struct {
	*highlighterBuffers
	groups   []wordGroup
	slots    int       // of all groups
	idf      []float32 // by word
	inactive []bool    // by group, that it does not count; nil when each text decides for itself
	shown    wordSet   // words that are shown already, and that a snippet need not have
	all      wordSet   // words that can be highlighted
}

// highlighterBuffers are what a Highlighter is made in: hundreds of terms.
type highlighterBuffers struct {
	terms    termTable
	matches  []termMatch
	passages passageBuffers
	telling  termTable // of the words that tell the best texts from others
	// memberSpans are where the members of compounds stand, by term and member; shared
	// by all highlighters of a query, and not for several goroutines at once.
	memberSpans map[[2]string][]danish.Member
}

// bufferedHighlighters are used again.
var bufferedHighlighters = sync.Pool{New: func() any {
	return &highlighterBuffers{memberSpans: map[[2]string][]danish.Member{}}
}}

// release gives the buffers back: the highlighter, and all made of it, are of no use
// any more.
func (m *Highlighter) release() {
	if m == nil {
		return
	}
	b := m.highlighterBuffers
	b.terms.clear()
	b.telling.clear()
	clear(b.memberSpans)
	clear(b.matches) // which hold terms
	b.passages.clear()
	b.matches, m.highlighterBuffers = b.matches[:0], nil
	bufferedHighlighters.Put(b)
}

// termMatch is what a term of a text is for a query. A query has hundreds, so that
// they are small and stand in one list.
type termMatch struct {
	member    string // stem of the member that counts, of a compound; empty for the whole
	next      int32  // place of the term's next match; noTerm for none
	group     uint16 // one more than its place in groups; 0 for none
	slot      uint16 // among those of all groups
	word      uint8
	matchType matchType
	capital   bool // counts with a capital only: a name that is also a word
	inWho     bool // counts in the name of who did it, too
}

// noTerm is the place of the first match of a term that matches nothing.
const noTerm = -1

// wordGroup is a word of the query that several words of a text match together:
// the text must have a term for each slot.
type wordGroup struct {
	word        uint8
	matchType   matchType
	first, last uint16 // slots, the last of them not in it
}

// wordSet is a bit set of the query's words, by place; catalogue.MaxSearchWords
// fit.
type wordSet uint32

func (w wordSet) count() int { return bits.OnesCount32(uint32(w)) }

// highlighterFactory makes the highlighters of searches.
type highlighterFactory struct {
	expander *expander
	postings *postingReader
}

// highlighter makes the highlighter of words that have been expanded; nil when
// nothing can be highlighted. It may be released when it is no longer needed.
func (x *highlighterFactory) highlighter(ctx context.Context, words []queryWord) *Highlighter {
	m := &Highlighter{highlighterBuffers: bufferedHighlighters.Get().(*highlighterBuffers), idf: make([]float32, len(words))}
	limit := termLimit(words)
	type group struct {
		lists string
		matchType
	}
	var grouped []group
	for i, w := range words {
		if !w.content {
			continue
		}
		if w.law != nil && w.law.Paragraph != "" {
			term := "§" + w.law.Paragraph
			m.addMatch(indexTerm{term: term, stem: term}, termMatch{word: uint8(i), matchType: exact})
		}
		if w.name != nil {
			m.addName(i, x.expander.names.spellings(w.name))
			continue
		}
		if w.inName != nil {
			m.addName(i, []name{*w.inName})
		}
		for _, t := range w.terms {
			if t.matchType < ownMember {
				// Only what stands in a name can be one.
				m.addMatch(t.indexTerm, termMatch{word: uint8(i), matchType: t.matchType, inWho: t.fields.has(fieldWho) && isProper(t.term)})
			}
		}
		grouped = grouped[:0]
		for _, set := range w.sets {
			name, lists := x.expander.setTerms(w, set, limit)
			// The same words in a closer way say the same of a text, and more.
			if name == "" || slices.ContainsFunc(grouped, func(g group) bool { return g.lists == name && g.matchType <= set.matchType }) {
				continue
			}
			grouped = append(grouped, group{name, set.matchType})
			m.addGroup(i, set.matchType, lists(), false)
		}
		m.idf[i] = inverseDocumentFrequency(float64(x.postings.wordFrequency(ctx, w.terms)), x.postings.rows)
	}
	if len(m.matches) == 0 {
		m.release()
		return nil
	}
	return m
}

// addName adds the spellings of a name.
func (m *Highlighter) addName(word int, spellings []name) {
	for _, n := range spellings {
		if len(n.terms) == 1 {
			for _, term := range []string{n.terms[0], n.terms[0] + genitive} {
				m.addMatch(indexTerm{term: term}, termMatch{word: uint8(word), matchType: exact, capital: true, inWho: true})
			}
			continue
		}
		var lists [][]indexTerm
		for _, t := range n.terms {
			lists = append(lists, []indexTerm{{term: t}})
		}
		m.addGroup(word, viaMember, lists, true)
	}
}

// addMatch adds what a term is for a word.
func (m *Highlighter) addMatch(e indexTerm, u termMatch) {
	if u.matchType == viaMember || u.matchType == viaSynonym || u.group > 0 {
		u.member = e.member
	}
	m.all |= 1 << u.word
	n := int32(len(m.matches))
	for at := m.terms.firstOrAdd(e.term, n); at != n; {
		o := &m.matches[at]
		if u.next = o.next; *o == u {
			return
		}
		if o.next == noTerm {
			o.next = n
		}
		at = o.next
	}
	u.next = noTerm
	m.matches = append(m.matches, u)
}

// match is the place of a term's first match; noTerm for none.
func (m *Highlighter) match(term string) int32 { return m.terms.first(term) }

// termTable has a query's terms, each with the place of its first match. A map takes
// several times as long to make, and to be asked about the terms of texts, of which
// it has few.
type termTable struct {
	heads [1 << tableBits]uint16 // one more than the place in list of the last term there; 0 for none
	list  []tableTerm
}

type tableTerm struct {
	term  string
	first int32
	next  uint16 // as in heads
}

// tableBits is the size of a termTable: some ten times as many places as most queries
// have terms.
const tableBits = 12

// tablePlace is a term's place: of its length, its last letters and its first ones,
// which tell terms apart best.
func tablePlace(term string) uint32 {
	n := len(term)
	if n < 4 {
		return uint32(n)
	}
	ends := uint32(term[0]) | uint32(term[n/2])<<8 | uint32(term[n-2])<<16 | uint32(term[1]^term[n-1]<<3)<<24
	return (ends + uint32(n)*0x9e3779b1) * 0x85ebca6b >> (32 - tableBits)
}

// first is the place of a term's first match; noTerm for none.
func (t *termTable) first(term string) int32 {
	for at := t.heads[tablePlace(term)]; at != 0; at = t.list[at-1].next {
		if e := &t.list[at-1]; e.term == term {
			return e.first
		}
	}
	return noTerm
}

// firstOrAdd is the place of a term's first match, which is the one given where it
// has none; with more terms than any query has, one more matches nothing.
func (t *termTable) firstOrAdd(term string, first int32) int32 {
	if at := t.first(term); at != noTerm {
		return at
	}
	if len(t.list) < math.MaxUint16 {
		head := &t.heads[tablePlace(term)]
		t.list = append(t.list, tableTerm{term, first, *head})
		*head = uint16(len(t.list))
	}
	return first
}

// clear takes all terms out.
func (t *termTable) clear() {
	t.heads = [1 << tableBits]uint16{}
	clear(t.list)
	t.list = t.list[:0]
}

// addGroup adds a group with a slot for each of the lists, of which each has the
// terms for a slot. inWho tells whether it is a name.
func (m *Highlighter) addGroup(word int, t matchType, lists [][]indexTerm, inWho bool) {
	if len(lists) < 2 {
		return // its word is there by itself
	}
	if m.slots+len(lists) > math.MaxUint16 {
		return // no query has so many
	}
	m.groups = append(m.groups, wordGroup{uint8(word), t, uint16(m.slots), uint16(m.slots + len(lists))})
	for _, list := range lists {
		for _, e := range list {
			m.addMatch(e, termMatch{word: uint8(word), matchType: t, group: uint16(len(m.groups)), slot: uint16(m.slots), inWho: inWho})
		}
		m.slots++
	}
}

// highlight is a span to be highlighted, and the words of the query that it
// matches.
type highlight struct {
	Span
	words wordSet
}

// Spans are the pieces of a text to be highlighted, in order, not touching each
// other, each of whole characters: a word, or the member of a compound that
// counts.
func (m *Highlighter) Spans(text string) []Span { return m.spans(m.marked(text)) }

func (m *Highlighter) spans(t markedText) []Span {
	var out []Span
	for _, x := range m.highlights(t) {
		out = append(out, x.Span)
	}
	return out
}

// marked is a text with those of its tokens that match.
func (m *Highlighter) marked(text string) markedText {
	t := markedText{passageText: passageText{text: text}}
	if m == nil {
		return t
	}
	for _, k := range danish.Tokens(text) {
		if first := m.match(k.Term); first != noTerm {
			t.tokens = append(t.tokens, matchedToken{k, first})
		}
	}
	return t
}

// forTexts is the highlighter for the texts of one practice: words that match
// together may stand in different ones of them.
func (m *Highlighter) forTexts(texts []markedText) *Highlighter {
	if m == nil {
		return nil
	}
	c := *m
	c.inactive = m.inactiveGroups(texts)
	return &c
}

// missingFrom is the highlighter whose snippets are to have the words that the
// texts do not have; nil when the texts have all.
func (m *Highlighter) missingFrom(texts []markedText) *Highlighter {
	if m == nil {
		return nil
	}
	shown := m.shown
	for _, text := range texts {
		for _, x := range m.highlights(text) {
			shown |= x.words
		}
	}
	return m.without(shown)
}

// without is the highlighter whose snippets need not have the words that are shown;
// nil when all are.
func (m *Highlighter) without(shown wordSet) *Highlighter {
	if m == nil || m.all&^shown == 0 {
		return nil
	}
	c := *m
	c.shown = shown
	return &c
}

// inactiveGroups are the groups that do not count: the texts lack a term for a
// slot, or have the word itself in as close a way (gåtur is not also gå and tur).
func (m *Highlighter) inactiveGroups(texts []markedText) []bool {
	flags := make([]bool, len(m.groups)+m.slots)
	out, slots := flags[:len(m.groups):len(m.groups)], flags[len(m.groups):]
	var best [32]matchType // by word, one more than the closest; 0 for not at all
	for _, t := range texts {
		for _, k := range t.tokens {
			for at := k.first; at != noTerm; at = m.matches[at].next {
				switch u := &m.matches[at]; {
				case t.kind.isWho() && !u.inWho:
				case u.group != 0:
					slots[u.slot] = true
				case best[u.word] == 0 || u.matchType+1 < best[u.word]:
					best[u.word] = u.matchType + 1
				}
			}
		}
	}
	for i, group := range m.groups {
		out[i] = best[group.word] != 0 && best[group.word] <= group.matchType+1 || slices.Contains(slots[group.first:group.last], false)
		if !out[i] {
			best[group.word] = group.matchType + 1
		}
	}
	return out
}

// highlights are those of a text, in order.
func (m *Highlighter) highlights(text markedText) []highlight {
	if m == nil {
		return nil
	}
	inactive := m.inactive
	if inactive == nil && len(m.groups) > 0 {
		inactive = m.inactiveGroups([]markedText{text})
	}
	var found []highlight
	for _, t := range text.tokens {
		for at := t.first; at != noTerm; at = m.matches[at].next {
			u := &m.matches[at]
			if u.capital && !startsUpper(text.text[t.Start:]) || text.kind.isWho() && !u.inWho {
				continue
			}
			if u.group == 0 || !inactive[u.group-1] {
				found = m.appendHighlights(u, text.text, t.Token, found)
			}
		}
	}
	return mergeHighlights(found)
}

// startsUpper tells whether a text begins with a capital.
func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// appendHighlights adds those of a token that matches.
func (m *Highlighter) appendHighlights(u *termMatch, text string, t danish.Token, to []highlight) []highlight {
	words := wordSet(1) << u.word
	if u.member != "" {
		before := len(to)
		for _, p := range m.membersOf(t.Term, u.member) {
			start, end := danish.Locate(text[t.Start:t.End], t.Term, p.Start, p.End-p.Link)
			to = append(to, highlight{Span{t.Start + start, t.Start + end}, words})
		}
		if len(to) > before {
			return to
		}
	}
	return append(to, highlight{Span{t.Start, t.End}, words})
}

// membersOf are the members of a compound that have a stem.
func (m *Highlighter) membersOf(term, stem string) []danish.Member {
	list, ok := m.memberSpans[[2]string{term, stem}]
	if !ok {
		for _, p := range compounds.membersOf(term) {
			if p.Stem == stem {
				list = append(list, p)
			}
		}
		m.memberSpans[[2]string{term, stem}] = list
	}
	return list
}

// mergeHighlights orders highlights, and joins those that touch. It changes the
// list.
func mergeHighlights(list []highlight) []highlight {
	list = slices.DeleteFunc(list, func(x highlight) bool { return x.Start >= x.End })
	slices.SortFunc(list, func(a, b highlight) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
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
