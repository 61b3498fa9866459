package search

import (
	"slices"
	"strings"
	"unicode"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/law"

	"github.com/bits-and-blooms/bitset"
)

// matchType is the way in which a practice has a word of the query, the closest
// way first.
type matchType uint8

const (
	exact matchType = iota
	inflected
	viaMember    // the word is a member of a compound, or all members of it stand close together
	derived      // of the same root: udskrive of udskrivning
	synonym      // a vocabulary or the thesaurus says that it means this
	viaSynonym   // what means this is a member of a compound
	related      // the thesaurus says that it has to do with this: from here on the types rank, but make no hit
	viaRelated   // what has to do with this is a member of a compound
	farApart     // all members, or all words of what means this, but not close together
	ownMember    // a member of the query's own compound
	sharedNgrams // has n-grams in common
	noMatch      // not at all; also the number of the types above
	firstNear    = related
)

// makesHit tells whether a practice that has a word in this way has the word, by
// the rule of domain.md, "Hits".
func (m matchType) makesHit() bool { return m < firstNear }

// matchWeight scales what one occurrence counts, by match type: the word itself
// counts 1, anything else less.
var matchWeight = [noMatch]float32{exact: 1, inflected: 0.9, viaMember: 0.65, derived: 0.6, synonym: 0.45, viaSynonym: 0.3,
	related: 0.45, viaRelated: 0.3, farApart: 0.4, ownMember: 0.2, sharedNgrams: 0.1}

// queryWord is one word of a query with its expansions.
type queryWord struct {
	text     string // as typed
	term     string
	stem     string
	members  []string // stems of the members, of a compound
	position int      // in the text, counting stop words
	last     int      // position of the last of the words that it stands for
	content  bool     // false for a stop word, which only ranks
	known    bool     // a name or a reference to a law: it is never cut, stemmed or corrected
	name     *name    // that it is
	inName   *name    // of an institution, which it is part of, or the whole; typed in small letters, so that it is also a word
	law      *law.Reference
	unit     int  // place of the first word of the unit that it belongs to (unit.go)
	short    bool // an abbreviation: neither inflected, nor a member of a word
	apart    bool // it and the next one were typed apart, and are one in a text
	// together are, of the second word of a compound that was typed as two, the practices
	// that have both as one (unit.go); nil of all others.
	together *bitset.BitSet
	slip     bool // as written it is no word that anything knows: it is not stemmed, so that it can be corrected
	start    int  // byte offsets in the text
	end      int
	expansions
}

// expansions are what is read for a word: terms of the index, and sets of
// practices that match it without having one of the terms.
type expansions struct {
	terms []expansion
	sets  []expandedSet
}

// expansion is a term of the index that is read for a word.
type expansion struct {
	indexTerm
	matchType matchType
	// factor scales what an occurrence counts: the share of n-grams in common
	// for sharedNgrams, else 1.
	factor float32
}

// expandedSet is practices that match a word: they carry a term of a
// vocabulary, or have all words of a label, or all members of a compound.
type expandedSet struct {
	practices *bitset.BitSet
	matchType matchType
	label     string   // the term's, or the members'; for Explain
	stems     []string // of the label; none of members
}

// add adds terms. One that is there already counts in the closer of both ways: what
// is the same is not made related by a rule that comes first.
func (x *expansions) add(m matchType, terms ...indexTerm) {
	for _, e := range terms {
		if i := slices.IndexFunc(x.terms, func(t expansion) bool { return t.term == e.term }); i < 0 {
			x.terms = append(x.terms, expansion{e, m, 1})
		} else if m < x.terms[i].matchType {
			x.terms[i] = expansion{e, m, 1}
		}
	}
}

// hitTerms are those that make hits.
func (x *expansions) hitTerms() (out []indexTerm) {
	for _, t := range x.terms {
		if t.matchType.makesHit() {
			out = append(out, t.indexTerm)
		}
	}
	return out
}

// allWords are the words of a text in order.
func allWords(text string) (out []queryWord) {
	tokens := danish.Tokens(text)
	for i, pos := 0, 0; i < len(tokens); i, pos = i+1, pos+1 {
		t := tokens[i]
		w := queryWord{text: text[t.Start:t.End], term: t.Term, stem: danish.Stem(t.Term), position: pos, last: pos, start: t.Start, end: t.End, content: !danish.IsStop(t.Term)}
		for _, p := range tokens[i+1 : i+1+t.Members] {
			if !danish.IsStop(p.Term) { // the n of walk'n'talk
				w.members = append(w.members, danish.Stem(p.Term))
			}
		}
		i += t.Members
		w.short = isAbbreviation(w)
		out = append(out, w)
	}
	return out
}

// maxAbbreviation is the length of the longest abbreviation, in letters.
const maxAbbreviation = 5

// isAbbreviation tells whether a word is short and written in capitals alone: LEV,
// SIND, BPA.
func isAbbreviation(w queryWord) bool {
	n := danish.Letters(w.term)
	return n >= 2 && n <= maxAbbreviation && w.text == strings.ToUpper(w.text) && strings.IndexFunc(w.text, unicode.IsLetter) >= 0 && len(w.members) == 0
}

// parseWords reads the words of a text in order, one of each stem, at most
// catalogue.MaxSearchWords. Where there are only stop words, they are content
// words.
func parseWords(text string) []queryWord { return distinctWords(allWords(text)) }

// distinctWords are the words of different stems, at most catalogue.MaxSearchWords;
// where there are only stop words, they become content words. It changes the
// list.
func distinctWords(words []queryWord) []queryWord {
	out, content := words[:0], false
	for _, w := range words {
		if len(out) < catalogue.MaxSearchWords && !slices.ContainsFunc(out, func(o queryWord) bool { return o.stem == w.stem }) {
			out = append(out, w)
			content = content || w.content
		}
	}
	if !content { // nothing but stop words: then they are what is looked for
		for i := range out {
			out[i].content = true
		}
	}
	return out
}
