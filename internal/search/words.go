package search

import (
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// kind is how a document has a word of the query, the nearest first.
type kind uint8

const (
	exact kind = iota
	inflected
	partly    // the word is a part of a compound, or all parts of it are there
	derived   // made of the same root: udskrive of udskrivning
	synonym   // a vocabulary or the thesaurus says that it means this
	likewise  // a compound has a synonym as a part
	slipped   // a typing slip
	hint      // a part of the query's own compound: ranks, but makes no hit
	alike     // has many letters in common: ranks, but makes no hit
	anyOrNone // the number of kinds
)

// nearness is what one occurrence counts, by kind: the word itself before its
// inflection, before its part, before a synonym, before a slip.
var nearness = [anyOrNone]float32{exact: 1, inflected: 0.9, partly: 0.65, derived: 0.6, synonym: 0.6, likewise: 0.4, slipped: 0.5, hint: 0.2, alike: 0.1}

// queryWord is one word of a query with all that it can mean.
type queryWord struct {
	text    string // as typed
	term    string
	stem    string
	parts   []string // stems of what it is written together of
	pos     int      // in the text, counting stop words
	content bool     // stop words only rank
	expansions
}

// expansions are what is read for a word: terms of the index, and sets of
// practices that have it in another way.
type expansions struct {
	terms []expansion
	sets  []expandedSet
}

type expansion struct {
	entry
	kind kind
	// share scales what an occurrence counts; for alike, how much.
	share float32
}

type expandedSet struct {
	practices *bitset.BitSet
	kind      kind
	of        string // what they have, for Explain
}

// add adds entries that are not there yet.
func (x *expansions) add(k kind, entries ...entry) {
	for _, e := range entries {
		if !slices.ContainsFunc(x.terms, func(t expansion) bool { return t.term == e.term }) {
			x.terms = append(x.terms, expansion{e, k, 1})
		}
	}
}

// parse reads the words of a query's text, each once, in order.
func parse(text string) []queryWord {
	var out []queryWord
	content := false
	tokens := danish.Tokens(text)
	for i, pos := 0, 0; i < len(tokens) && len(out) < catalogue.MaxSearchWords; i, pos = i+1, pos+1 {
		t := tokens[i]
		w := queryWord{text: text[t.Start:t.End], term: t.Term, stem: danish.Stem(t.Term), pos: pos, content: !danish.IsStop(t.Term)}
		for _, p := range tokens[i+1 : i+1+t.Parts] {
			if !danish.IsStop(p.Term) { // the n of walk'n'talk
				w.parts = append(w.parts, danish.Stem(p.Term))
			}
		}
		i += t.Parts
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
