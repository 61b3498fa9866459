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

// Bounds of the corrections. One must give clearly more hits than the query as
// typed.
const (
	minCorrectionHits  = 3
	minCorrectionRatio = 3 // times as many as now
	maxCorrections     = 2
	maxMisspellings    = 3 // in a query: with more, it is no Danish
	maxRareFrequency   = 2 // practices with a word that may be misspelled there too
)

// corrector finds corrections.
type corrector struct {
	postings     *postingReader
	surfaceForms *surfaceForms
	retriever    *retriever
}

// misspelling is a word of a query that may be misspelled, and its candidates, the
// likeliest first.
type misspelling struct {
	queryWord
	candidates []indexTerm
}

// mayBeMisspelled tells whether a word can be corrected at all. A word that the
// dictionary or a name has is not: whoever spells well is not corrected. Nor is
// one with a hyphen, whose joined form no dictionary has (e-handel), and an
// abbreviation in capitals.
func mayBeMisspelled(w queryWord) bool {
	return isPlainWord(w) && !danish.IsWord(w.term)
}

func isPlainWord(w queryWord) bool {
	return w.content && !w.known && !w.short && !strings.Contains(w.text, "-")
}

// unknownWords are the words that no practice has and that have candidates.
func (x *corrector) unknownWords(ctx context.Context, a *answer) (out []misspelling) {
	var suspects []queryWord
	for _, i := range a.matches.unmatched {
		if w := a.words[i]; mayBeMisspelled(w) || x.mayLackLetter(w) {
			suspects = append(suspects, w)
		}
	}
	if len(suspects) > maxMisspellings {
		return nil // it is no Danish
	}
	for _, w := range suspects {
		if c := x.candidates(ctx, w); len(c) > 0 {
			out = append(out, misspelling{w, c})
		}
	}
	return out
}

// mayLackLetter tells whether a word may be a compound that the index has with æ, ø
// or å: the dictionary takes videomode for a fashion.
func (x *corrector) mayLackLetter(w queryWord) bool {
	return isPlainWord(w) && strings.ToLower(w.text) == w.term && len(danish.Split(w.term)) > 1
}

// danishLetters are what those type for æ, ø and å who lack the keys or the ear.
var danishLetters = map[byte]string{'a': "\x01\x02", 'e': "\x02", 'o': "\x03\x01"}

// lacksLetters tells whether term is another one that has æ, ø or å in some places
// where it has a, e or o.
func lacksLetters(term, other string) bool {
	a, b := oneByteLetters.Replace(term), oneByteLetters.Replace(other)
	if len(a) != len(b) || a == b {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && !strings.Contains(danishLetters[a[i]], b[i:i+1]) {
			return false
		}
	}
	return true
}

// rareWords are the words that at most maxRareFrequency practices have, and that
// have candidates: an author may have misspelled them too.
func (x *corrector) rareWords(ctx context.Context, a *answer) (out []misspelling) {
	for i, w := range a.words {
		// The dictionary is asked last: it takes longest.
		if slices.Contains(a.matches.unmatched, i) || x.postings.wordFrequency(ctx, w.terms) > maxRareFrequency || !mayBeMisspelled(w) {
			continue
		}
		if c := x.candidates(ctx, w); len(c) > 0 {
			out = append(out, misspelling{w, c})
		}
	}
	return out
}

// replaced is the text with the try'th candidate of each misspelling in place of
// it; false when one has no such candidate.
func (x *corrector) replaced(ctx context.Context, text string, list []misspelling, try int) (string, bool, error) {
	for _, s := range list {
		if try >= len(s.candidates) {
			return "", false, nil
		}
		word, err := x.surfaceForms.of(ctx, s.candidates[try])
		if err != nil {
			return "", false, err
		}
		text = replaceTerm(text, s.term, word)
	}
	return text, true, nil
}

// readAs is the text with the likeliest candidates of the words that no practice
// has; empty when there is nothing to correct.
func (x *corrector) readAs(ctx context.Context, text string, a *answer) (string, error) {
	unknown := x.unknownWords(ctx, a)
	if len(unknown) == 0 {
		return "", nil
	}
	corrected, _, err := x.replaced(ctx, text, unknown, 0)
	return corrected, err
}

// candidates are the terms closest to a word, but not the word itself, that some
// practice has, one of each stem: those in titles first, then by how many
// practices have them. Where none is close, they are those of its stem or root.
func (x *corrector) candidates(ctx context.Context, w queryWord) []indexTerm {
	lexicon, stem := x.postings.lexicon, danish.Stem(w.term)
	if danish.IsWord(w.term) {
		return x.likeliest(ctx, w, slices.DeleteFunc(slices.Clone(lexicon.closest(w.term, true, 1)), func(e indexTerm) bool { return !lacksLetters(w.term, e.term) }))
	}
	for _, list := range [][]indexTerm{lexicon.closest(w.term, strings.ToLower(w.text) == w.term, 1), lexicon.inflections(stem, maxSpellings), lexicon.sameRoot(danish.Root(stem), stem, maxSpellings)} {
		if out := x.likeliest(ctx, w, list); len(out) > 0 || !w.slip {
			return out
		}
	}
	return nil
}

// likeliest are those of the terms that can be meant by a word, the likeliest first.
func (x *corrector) likeliest(ctx context.Context, w queryWord, list []indexTerm) (out []indexTerm) {
	count := map[string]int{}
	for _, e := range list {
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

// corrections are the texts with other words for the rare ones that give clearly
// more hits, the likeliest first.
func (x *corrector) corrections(ctx context.Context, q catalogue.Query, a *answer) ([]Correction, error) {
	text, cut := q.SearchText()
	rare := x.rareWords(ctx, a)
	if cut || len(rare) == 0 || len(rare) > maxMisspellings {
		return nil, nil
	}
	var out []Correction
	for try := range maxCorrections {
		if try > 0 && len(rare) > 1 {
			break // which of them was not meant cannot be told
		}
		corrected, ok, err := x.replaced(ctx, text, rare, try)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		n, err := x.retriever.count(ctx, q.WithText(corrected))
		if err != nil {
			return nil, err
		}
		if n >= minCorrectionHits && n >= minCorrectionRatio*a.total {
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
