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

// Reading is a word that no practice has, and the words that were looked for
// instead.
type Reading struct {
	Word string // as typed
	As   []string
}

// What a correction must give: clearly more than the search as typed, which
// gives nothing where it found a word only by its likeness to others.
const (
	minCorrected  = 3 // hits
	timesMore     = 3 // as many as now
	maxCorrection = 2
	maxSuspects   = 3 // words of a query that are doubted: with more, it is no Danish
	rarely        = 2 // so few practices have a word that may be a slip of ours
	maxReadings   = 3 // words that are named of those looked for instead
)

// corrector tells what somebody may have meant to type.
type corrector struct {
	postings  *postingReader
	speller   *speller
	retriever *retriever
}

func newCorrector(p *postingReader, s *speller, r *retriever) *corrector {
	return &corrector{p, s, r}
}

// suspect is a word of a query that may be a slip, and what for, the likeliest
// first.
type suspect struct {
	queryWord
	unfound bool
	meant   []entry
}

// suspects are the words that nothing has, and those that hardly anything has
// though another word at one slip is more usual. A word that the dictionary has
// is none of them: whoever spells well is not corrected. Nor is one with a hyphen,
// whose joined form no dictionary has (e-handel).
func (x *corrector) suspects(ctx context.Context, words []queryWord, slips map[int][]entry) []suspect {
	var out []suspect
	for i, w := range words {
		_, unfound := slips[i]
		if !w.content || strings.Contains(w.text, "-") || danish.IsWord(w.term) || !unfound && x.postings.frequency(ctx, w.terms) > rarely {
			continue
		}
		if s := (suspect{w, unfound, x.meant(ctx, w)}); len(s.meant) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// meant are the words that w may be a slip for, one of each stem: those in
// titles first, then by how many practices have them.
func (x *corrector) meant(ctx context.Context, w queryWord) []entry {
	var out []entry
	count := map[string]int{}
	for _, e := range x.postings.lexicon.nearest(w.term, 1) {
		if e.stem != w.stem && !danish.IsStop(e.term) {
			if count[e.term] = x.postings.occurrences(ctx, e); count[e.term] > 0 {
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.fields&fieldTitle.set(), a.fields&fieldTitle.set()), cmp.Compare(count[b.term], count[a.term]))
	})
	return slices.CompactFunc(out, func(a, b entry) bool { return a.stem == b.stem })
}

// corrections are the spellings of a query that give clearly more, the
// likeliest first.
func (x *corrector) corrections(ctx context.Context, q catalogue.Query, a *answer) ([]Correction, error) {
	text, cut := q.SearchText()
	suspects := x.suspects(ctx, a.words, a.match.slips)
	if cut || len(suspects) == 0 || len(suspects) > maxSuspects {
		return nil, nil
	}
	now := a.total
	for _, s := range suspects {
		if s.unfound {
			now = 0
		}
	}
	var out []Correction
	for try := range maxCorrection {
		if try > 0 && len(suspects) > 1 {
			break // which of them was not meant cannot be told
		}
		corrected, ok := text, true
		for _, s := range suspects {
			if ok = ok && try < len(s.meant); ok {
				word, err := x.speller.spelling(ctx, s.meant[try])
				if err != nil {
					return nil, err
				}
				corrected = replaced(corrected, s.term, word)
			}
		}
		if !ok {
			break
		}
		n, err := x.retriever.count(ctx, q.WithText(corrected))
		if err != nil {
			return nil, err
		}
		if n >= minCorrected && n >= timesMore*now && n > a.total {
			out = append(out, Correction{corrected, n})
		}
	}
	return out, nil
}

// replaced is a text with another word in place of each that is the term.
func replaced(text, term, word string) string {
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

// readings are the words that were found by likeness only.
func (x *corrector) readings(ctx context.Context, words []queryWord, slips map[int][]entry) ([]Reading, error) {
	var out []Reading
	for i, w := range words {
		r := Reading{Word: w.text}
		var stems []string
		for _, e := range slips[i] {
			if len(r.As) == maxReadings || slices.Contains(stems, e.stem) || x.postings.occurrences(ctx, e) == 0 {
				continue
			}
			word, err := x.speller.spelling(ctx, e)
			if err != nil {
				return nil, err
			}
			stems, r.As = append(stems, e.stem), append(r.As, word)
		}
		if len(r.As) > 0 {
			out = append(out, r)
		}
	}
	return out, nil
}
