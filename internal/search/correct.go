package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// Correction is a text that somebody may have meant to type.
type Correction struct {
	Text  string // of the whole query
	Count int    // hits under the same filters
}

// Substitution is a word that no practice has, and the words that were looked
// for instead: its spelling candidates.
type Substitution struct {
	Word string   // as typed
	By   []string // as Danes write them
}

// Bounds of the corrections. One must give clearly more hits than the query as
// typed, which counts as none where a word was found by substitutes only.
const (
	minCorrectionHits  = 3
	minCorrectionRatio = 3 // times as many as now
	maxCorrections     = 2
	maxMisspellings    = 3 // in a query: with more, it is no Danish
	maxRareFrequency   = 2 // practices with a word that may be misspelled there too
	maxSubstitutes     = 3 // substitutes of a word that are named
)

// corrector finds corrections and substitutions.
type corrector struct {
	postings     *postingReader
	surfaceForms *surfaceForms
	retriever    *retriever
}

// misspelling is a word of a query that may be misspelled, and its candidates, the
// likeliest first.
type misspelling struct {
	queryWord
	notFound   bool // no practice has it
	candidates []indexTerm
}

// misspellings are the words that have candidates and that no practice has, or at
// most maxRareFrequency. A word that the dictionary has is none of them: whoever
// spells well is not corrected. Nor is one with a hyphen, whose joined form no
// dictionary has (e-handel).
func (x *corrector) misspellings(ctx context.Context, words []queryWord, substitutes map[int][]indexTerm) []misspelling {
	var out []misspelling
	for i, w := range words {
		_, notFound := substitutes[i]
		if !w.content || strings.Contains(w.text, "-") || danish.IsWord(w.term) || !notFound && x.postings.wordFrequency(ctx, w.terms) > maxRareFrequency {
			continue
		}
		if s := (misspelling{w, notFound, x.candidates(ctx, w)}); len(s.candidates) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// candidates are the terms closest to a word, but not the word itself, that some
// practice has, one of each stem: those in titles first, then by how many
// practices have them.
func (x *corrector) candidates(ctx context.Context, w queryWord) []indexTerm {
	var out []indexTerm
	count := map[string]int{}
	for _, e := range x.postings.lexicon.closest(w.term, 1) {
		if e.stem != w.stem && !danish.IsStop(e.term) {
			if count[e.term] = x.postings.documentFrequency(ctx, e); count[e.term] > 0 {
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b indexTerm) int {
		return cmp.Or(cmp.Compare(b.fields&fieldTitle.set(), a.fields&fieldTitle.set()), cmp.Compare(count[b.term], count[a.term]))
	})
	return slices.CompactFunc(out, func(a, b indexTerm) bool { return a.stem == b.stem })
}

// corrections are the texts with other words for the misspelled ones that give
// clearly more hits, the likeliest first.
func (x *corrector) corrections(ctx context.Context, q catalogue.Query, a *answer) ([]Correction, error) {
	text, cut := q.SearchText()
	suspects := x.misspellings(ctx, a.words, a.matches.substitutes)
	if cut || len(suspects) == 0 || len(suspects) > maxMisspellings {
		return nil, nil
	}
	now := a.total
	for _, s := range suspects {
		if s.notFound {
			now = 0
		}
	}
	var out []Correction
	for try := range maxCorrections {
		if try > 0 && len(suspects) > 1 {
			break // which of them was not meant cannot be told
		}
		corrected, ok := text, true
		for _, s := range suspects {
			if ok = ok && try < len(s.candidates); ok {
				word, err := x.surfaceForms.of(ctx, s.candidates[try])
				if err != nil {
					return nil, err
				}
				corrected = replaceTerm(corrected, s.term, word)
			}
		}
		if !ok {
			break
		}
		n, err := x.retriever.count(ctx, q.WithText(corrected))
		if err != nil {
			return nil, err
		}
		if n >= minCorrectionHits && n >= minCorrectionRatio*now && n > a.total {
			out = append(out, Correction{corrected, n})
		}
	}
	return out, nil
}

// replaceTerm is a text with another word in place of each that folds to the
// term.
func replaceTerm(text, term, word string) string {
	var b strings.Builder
	at := 0
	for _, t := range danish.Tokens(text) {
		if t.Term == term && t.Start >= at {
			b.WriteString(text[at:t.Start] + word)
			at = t.End
		}
	}
	return b.String() + text[at:]
}

// substitutions are the words of a query that were found by substitutes only.
func (x *corrector) substitutions(ctx context.Context, words []queryWord, substitutes map[int][]indexTerm) ([]Substitution, error) {
	var out []Substitution
	for i, w := range words {
		r := Substitution{Word: w.text}
		var stems []string
		for _, e := range substitutes[i] {
			if len(r.By) == maxSubstitutes || slices.Contains(stems, e.stem) || x.postings.documentFrequency(ctx, e) == 0 {
				continue
			}
			word, err := x.surfaceForms.of(ctx, e)
			if err != nil {
				return nil, err
			}
			stems, r.By = append(stems, e.stem), append(r.By, word)
		}
		if len(r.By) > 0 {
			out = append(out, r)
		}
	}
	return out, nil
}
