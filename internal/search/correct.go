package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
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
func (s *snapshot) suspects(ctx context.Context, words []queryWord, slips map[int][]entry) []suspect {
	var out []suspect
	for i, w := range words {
		_, unfound := slips[i]
		if !w.content || strings.Contains(w.text, "-") || danish.IsWord(w.term) || !unfound && s.frequency(ctx, w.terms) > rarely {
			continue
		}
		if x := (suspect{w, unfound, s.meant(ctx, w)}); len(x.meant) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// meant are the words that w may be a slip for, one of each stem: those in
// titles first, then by how many practices have them.
func (s *snapshot) meant(ctx context.Context, w queryWord) []entry {
	var out []entry
	count := map[string]int{}
	for _, e := range s.lexicon.nearest(w.term, 1) {
		if e.stem != w.stem && !danish.IsStop(e.term) {
			if count[e.term] = s.occurrences(ctx, e); count[e.term] > 0 {
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
func (s *snapshot) corrections(ctx context.Context, q catalogue.Query, a *answer, slips map[int][]entry) ([]Correction, error) {
	text, cut := q.SearchText()
	suspects := s.suspects(ctx, a.words, slips)
	if cut || len(suspects) == 0 || len(suspects) > maxSuspects {
		return nil, nil
	}
	now := a.total
	for _, x := range suspects {
		if x.unfound {
			now = 0
		}
	}
	var out []Correction
	for try := range maxCorrection {
		if try > 0 && len(suspects) > 1 {
			break // which of them was not meant cannot be told
		}
		corrected, ok := text, true
		for _, x := range suspects {
			if ok = ok && try < len(x.meant); ok {
				word, err := s.spelling(ctx, x.meant[try])
				if err != nil {
					return nil, err
				}
				corrected = replaced(corrected, x.term, word)
			}
		}
		if !ok {
			break
		}
		n, err := s.count(ctx, q.WithText(corrected))
		if err != nil {
			return nil, err
		}
		if n >= minCorrected && n >= timesMore*now && n > a.total {
			out = append(out, Correction{corrected, n})
		}
	}
	return out, nil
}

// count is the total of a query.
func (s *snapshot) count(ctx context.Context, q catalogue.Query) (int, error) {
	a, err := s.answer(ctx, q)
	if err != nil {
		return 0, err
	}
	defer a.release()
	return a.total, nil
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
func (s *snapshot) readings(ctx context.Context, words []queryWord, slips map[int][]entry) ([]Reading, error) {
	var out []Reading
	for i, w := range words {
		r := Reading{Word: w.text}
		var stems []string
		for _, e := range slips[i] {
			if len(r.As) == maxReadings || slices.Contains(stems, e.stem) || s.occurrences(ctx, e) == 0 {
				continue
			}
			word, err := s.spelling(ctx, e)
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

// spelling is a word of the index as Danes write it: as in the name of a
// municipality or region, in a title or in a label that has it, else by rule.
func (s *snapshot) spelling(ctx context.Context, e entry) (string, error) {
	for _, o := range s.taxonomy.Organisations {
		if o.Kind != catalogue.Municipality && o.Kind != catalogue.Region {
			continue // Specialområde Autisme makes autisme no name
		}
		if word := wordIn(o.Name, e.term); word != "" {
			return word, nil
		}
	}
	if e.fields.has(fieldTitle) {
		rows := bitset.New(uint(len(s.rows)))
		if _, err := s.titlesWith(ctx, e.term, 1, rows); err != nil {
			return "", err
		}
		for row := range rows.EachSet() {
			if word := wordIn(s.rows[row].title, e.term); word != "" {
				return lowered(word), nil
			}
		}
	}
	for _, list := range s.taxonomy.Terms {
		for _, t := range list {
			for _, name := range append([]string{t.Label}, t.Synonyms...) {
				if word := wordIn(name, e.term); word != "" {
					return lowered(word), nil
				}
			}
		}
	}
	return danish.Spell(e.term), nil
}

// wordIn is the word of a text that folds to a term; empty for none.
func wordIn(text, term string) string {
	for _, t := range danish.Tokens(text) {
		if t.Term == term {
			return strings.ReplaceAll(text[t.Start:t.End], "\u00ad", "")
		}
	}
	return ""
}

// lowered is a word in lower case, unless more than its first letter is upper:
// SMS.
func lowered(word string) string {
	first := true
	for _, r := range word {
		if !first && unicode.IsUpper(r) {
			return word
		}
		first = false
	}
	return strings.ToLower(word)
}
