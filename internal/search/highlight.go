package search

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
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
	matches  map[string][]termMatch // by term
	groups   []wordGroup
	idf      []float32 // by word
	inactive []bool    // by group, that it does not count; nil when each text decides for itself
	shown    wordSet   // words that are shown already, and that a snippet need not have
	all      wordSet   // words that can be highlighted
	// spans are where the members of compounds stand, by term and member; shared by
	// all highlighters of a query, and not for several goroutines at once.
	memberSpans map[[2]string][]danish.Member
}

// termMatch is what a term of a text is for a query.
type termMatch struct {
	word      int
	matchType matchType
	member    string // stem of the member that counts, of a compound; empty for the whole
	group     int    // in Marker.sets, one more than its place; 0 for none
	slot      int    // in that set
	capital   bool   // counts with a capital only: a name that is also a word
}

// wordGroup is a word of the query that several words of a text match together:
// the text must have a term for each slot.
type wordGroup struct {
	word      int
	matchType matchType
	slots     int
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
// nothing can be highlighted.
func (x *highlighterFactory) highlighter(ctx context.Context, words []queryWord) *Highlighter {
	m := &Highlighter{matches: map[string][]termMatch{}, idf: make([]float32, len(words)), memberSpans: map[[2]string][]danish.Member{}}
	limit := termLimit(words)
	for i, w := range words {
		if !w.content {
			continue
		}
		if w.law != nil && w.law.Paragraph != "" {
			term := "§" + w.law.Paragraph
			m.addMatch(indexTerm{term: term, stem: term}, termMatch{word: i, matchType: exact})
		}
		if w.name != nil {
			m.addName(i, x.expander.names.spellings(w.name))
			continue
		}
		for _, t := range w.terms {
			if t.matchType < ownMember {
				m.addMatch(t.indexTerm, termMatch{word: i, matchType: t.matchType})
			}
		}
		for _, set := range w.sets {
			m.addGroup(i, set.matchType, x.expander.setTerms(w, set, limit))
		}
		m.idf[i] = inverseDocumentFrequency(float64(x.postings.wordFrequency(ctx, w.terms)), x.postings.rows)
	}
	if len(m.matches) == 0 {
		return nil
	}
	return m
}

// addName adds the spellings of a name.
func (m *Highlighter) addName(word int, spellings []name) {
	for _, n := range spellings {
		if len(n.terms) == 1 {
			for _, term := range []string{n.terms[0], n.terms[0] + genitive} {
				m.addMatch(indexTerm{term: term}, termMatch{word: word, matchType: exact, capital: true})
			}
			continue
		}
		var lists [][]indexTerm
		for _, t := range n.terms {
			lists = append(lists, []indexTerm{{term: t}})
		}
		m.addGroup(word, viaMember, lists)
	}
}

// addMatch adds what a term is for a word.
func (m *Highlighter) addMatch(e indexTerm, u termMatch) {
	if u.matchType == viaMember || u.matchType == viaSynonym || u.group > 0 {
		u.member = e.member
	}
	m.all |= 1 << u.word
	if !slices.Contains(m.matches[e.term], u) {
		m.matches[e.term] = append(m.matches[e.term], u)
	}
}

// addGroup adds a group with a slot for each of the lists, of which each has the
// terms for a slot.
func (m *Highlighter) addGroup(word int, t matchType, lists [][]indexTerm) {
	if len(lists) < 2 {
		return // its word is there by itself
	}
	m.groups = append(m.groups, wordGroup{word, t, len(lists)})
	for slot, list := range lists {
		for _, e := range list {
			m.addMatch(e, termMatch{word: word, matchType: t, group: len(m.groups), slot: slot})
		}
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
func (m *Highlighter) Spans(text string) []Span { return m.spans(marked(text)) }

func (m *Highlighter) spans(t markedText) []Span {
	var out []Span
	for _, x := range m.highlights(t) {
		out = append(out, x.Span)
	}
	return out
}

// marked is a text with all its tokens.
func marked(text string) markedText {
	return markedText{passageText{text: text}, danish.Tokens(text)}
}

// forTexts is the highlighter for the texts of one practice: words that match
// together may stand in different ones of them.
func (m *Highlighter) forTexts(texts []markedText) *Highlighter {
	if m == nil {
		return nil
	}
	var o textMatches
	for _, t := range texts {
		for _, k := range t.tokens {
			m.record(&o, k.Term)
		}
	}
	c := *m
	c.inactive = m.inactiveGroups(o)
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

// textMatches is what texts have of the query.
type textMatches struct {
	best  [32]matchType   // by word, one more than the closest; 0 for not at all
	slots map[[2]int]bool // by group, one more than its place, and slot
}

// record adds what a term of a text matches.
func (m *Highlighter) record(o *textMatches, term string) {
	for _, u := range m.matches[term] {
		if u.group == 0 {
			if k := u.matchType + 1; o.best[u.word] == 0 || k < o.best[u.word] {
				o.best[u.word] = k
			}
			continue
		}
		if o.slots == nil {
			o.slots = map[[2]int]bool{}
		}
		o.slots[[2]int{u.group, u.slot}] = true
	}
}

// inactiveGroups are the groups that do not count: the texts lack a term for a
// slot, or have the word itself in as close a way (gåtur is not also gå and tur).
func (m *Highlighter) inactiveGroups(o textMatches) []bool {
	out := make([]bool, len(m.groups))
	for i, group := range m.groups {
		out[i] = o.best[group.word] != 0 && o.best[group.word] <= group.matchType+1
		for slot := range group.slots {
			out[i] = out[i] || !o.slots[[2]int{i + 1, slot}]
		}
		if !out[i] {
			o.best[group.word] = group.matchType + 1
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
		var o textMatches
		for _, t := range text.tokens {
			m.record(&o, t.Term)
		}
		inactive = m.inactiveGroups(o)
	}
	var found []highlight
	for _, t := range text.tokens {
		for _, u := range m.matches[t.Term] {
			if u.capital && !startsUpper(text.text[t.Start:]) {
				continue
			}
			if u.group == 0 || !inactive[u.group-1] {
				found = m.appendHighlights(u, text.text, t, found)
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
func (m *Highlighter) appendHighlights(u termMatch, text string, t danish.Token, to []highlight) []highlight {
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
