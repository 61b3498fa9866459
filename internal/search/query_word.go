package search

import (
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// matchType is how a document has a word of the query, the nearest first.
type matchType uint8

const (
	exact matchType = iota
	inflected
	viaMember        // the word is a part of a compound, or all parts of it are there
	derived          // made of the same root: udskrive of udskrivning
	synonym          // a vocabulary or the thesaurus says that it means this
	viaSynonymMember // a compound has a synonym as a part
	misspelled       // a typing slip
	ownMember        // a part of the query's own compound: ranks, but makes no hit
	sharedNgrams     // has many letters in common: ranks, but makes no hit
	noMatch          // the number of kinds
)

// matchWeight is what one occurrence counts, by kind: the word itself before its
// inflection, before its part, before a synonym, before a slip.
var matchWeight = [noMatch]float32{exact: 1, inflected: 0.9, viaMember: 0.65, derived: 0.6, synonym: 0.6, viaSynonymMember: 0.4, misspelled: 0.5, ownMember: 0.2, sharedNgrams: 0.1}

// queryWord is one word of a query with all that it can mean.
type queryWord struct {
	text     string // as typed
	term     string
	stem     string
	members  []string // stems of what it is written together of
	position int      // in the text, counting stop words
	content  bool     // stop words only rank
	expansions
}

// expansions are what is read for a word: terms of the index, and sets of
// practices that have it in another way.
type expansions struct {
	terms []expansion
	sets  []expandedSet
}

type expansion struct {
	indexTerm
	match matchType
	// factor scales what an occurrence counts; for alike, how much.
	factor float32
}

type expandedSet struct {
	practices *bitset.BitSet
	match     matchType
	label     string // what they have, for Explain
}

// add adds entries that are not there yet.
func (x *expansions) add(k matchType, entries ...indexTerm) {
	for _, e := range entries {
		if !slices.ContainsFunc(x.terms, func(t expansion) bool { return t.term == e.term }) {
			x.terms = append(x.terms, expansion{e, k, 1})
		}
	}
}

// parseWords reads the words of a query's text, each once, in order.
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
