package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// Correction is what somebody may have meant to type.
type Correction struct {
	Text  string
	Count int
}

// Substitution is a word that no practice has, and the words that were looked for
// instead.
type Substitution struct {
	Word string // as typed
	By   []string
}

// What a correction must give: clearly more than the search as typed, which
// gives nothing where it found a word only by its likeness to others.
const (
	minCorrectionHits  = 3 // hits
	minCorrectionRatio = 3 // as many as now
	maxCorrections     = 2
	maxMisspellings    = 3 // words of a query that are doubted: with more, it is no Danish
	maxRareFrequency   = 2 // so few practices have a word that may be a slip of ours
	maxSubstitutes     = 3 // words that are named of those looked for instead
)

// corrector tells what somebody may have meant to type.
type corrector struct {
	postings     *postingReader
	surfaceForms *surfaceForms
	retriever    *retriever
}

func newCorrector(p *postingReader, s *surfaceForms, r *retriever) *corrector {
	return &corrector{p, s, r}
}

// misspelling is a word of a query that may be a slip, and what for, the likeliest
// first.
type misspelling struct {
	queryWord
	notFound   bool
	candidates []indexTerm
}

// misspellings are the words that nothing has, and those that hardly anything has
// though another word at one slip is more usual. A word that the dictionary has
// is none of them: whoever spells well is not corrected. Nor is one with a hyphen,
// whose joined form no dictionary has (e-handel).
func (x *corrector) misspellings(ctx context.Context, words []queryWord, slips map[int][]indexTerm) []misspelling {
	var out []misspelling
	for i, w := range words {
		_, unfound := slips[i]
		if !w.content || strings.Contains(w.text, "-") || danish.IsWord(w.term) || !unfound && x.postings.wordFrequency(ctx, w.terms) > maxRareFrequency {
			continue
		}
		if s := (misspelling{w, unfound, x.candidates(ctx, w)}); len(s.candidates) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// candidates are the words that w may be a slip for, one of each stem: those in
// titles first, then by how many practices have them.
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

// corrections are the spellings of a query that give clearly more, the
// likeliest first.
func (x *corrector) corrections(ctx context.Context, q catalogue.Query, a *answer) ([]Correction, error) {
	text, cut := q.SearchText()
	suspects := x.misspellings(ctx, a.words, a.match.substitutes)
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

// replaceTerm is a text with another word in place of each that is the term.
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

// substitutions are the words that were found by likeness only.
func (x *corrector) substitutions(ctx context.Context, words []queryWord, slips map[int][]indexTerm) ([]Substitution, error) {
	var out []Substitution
	for i, w := range words {
		r := Substitution{Word: w.text}
		var stems []string
		for _, e := range slips[i] {
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
