package search

import (
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// matchType is the way in which a practice has a word of the query, the closest
// way first.
type matchType uint8

const (
	exact matchType = iota
	inflected
	viaMember        // the word is a member of a compound, or all members of it are there
	derived          // of the same root: udskrive of udskrivning
	synonym          // a vocabulary or the thesaurus says that it means this
	viaSynonymMember // a synonym is a member of a compound
	misspelled       // a spelling candidate of a word that no practice has
	ownMember        // a member of the query's own compound: ranks, but makes no hit
	sharedNgrams     // has n-grams in common: ranks, but makes no hit
	noMatch          // not at all; also the number of the types above
)

// matchWeight scales what one occurrence counts, by match type: the word itself
// counts 1, anything else less.
var matchWeight = [noMatch]float32{exact: 1, inflected: 0.9, viaMember: 0.65, derived: 0.6, synonym: 0.6, viaSynonymMember: 0.4, misspelled: 0.5, ownMember: 0.2, sharedNgrams: 0.1}

// queryWord is one word of a query with its expansions.
type queryWord struct {
	text     string // as typed
	term     string
	stem     string
	members  []string // stems of the members, of a compound
	position int      // in the text, counting stop words
	content  bool     // false for a stop word, which only ranks
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
	label     string // the term's, or the members'; for Explain
}

// add adds the terms that are not there yet.
func (x *expansions) add(m matchType, terms ...indexTerm) {
	for _, e := range terms {
		if !slices.ContainsFunc(x.terms, func(t expansion) bool { return t.term == e.term }) {
			x.terms = append(x.terms, expansion{e, m, 1})
		}
	}
}

// parseWords reads the words of a query's text in order, one of each stem, at
// most catalogue.MaxSearchWords. Where there are only stop words, they are
// content words.
func parseWords(text string) []queryWord {
	var out []queryWord
	content := false
	tokens := danish.Tokens(text)
	for i, pos := 0, 0; i < len(tokens) && len(out) < catalogue.MaxSearchWords; i, pos = i+1, pos+1 {
		t := tokens[i]
		w := queryWord{text: text[t.Start:t.End], term: t.Term, stem: danish.Stem(t.Term), position: pos, content: !danish.IsStop(t.Term)}
		for _, p := range tokens[i+1 : i+1+t.Members] {
			if !danish.IsStop(p.Term) { // the n of walk'n'talk
				w.members = append(w.members, danish.Stem(p.Term))
			}
		}
		i += t.Members
		if !slices.ContainsFunc(out, func(o queryWord) bool { return o.stem == w.stem }) {
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
