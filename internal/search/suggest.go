package search

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// Suggestion is what a visitor may be typing: a value of a facet, or a
// practice.
type Suggestion struct {
	Facet string // of the value; empty for a practice
	Slug  string // of the value
	ID    int64  // of the practice
	Label string
	// Synonym is the name by which a value was found when its label does not
	// have what was typed.
	Synonym string
	Count   int // practices that one gets by choosing it
}

// Bounds of the suggestions.
const (
	maxSuggestedValues = 5 // values of facets
	minLetters         = 2 // that must be typed: one begins everything
)

// Suggest gives at most n things whose names have the words of text: any word
// may be a beginning, in any order. Facet values come before practices; a name
// that begins with the text before one that has it further in, and that before
// a synonym. Values come by how many practices they have, practices by age.
// It fails with ctx's error, and with catalogue.ErrUnavailable when the index is
// closed or cannot be read.
func (x *Index) Suggest(ctx context.Context, text string, n int) (out []Suggestion, err error) {
	err = x.withWords(func(s *snapshot) (err error) {
		out, err = s.suggester.suggest(ctx, text, n)
		return err
	})
	return out, err
}

// suggester suggests facet values, and then practices.
type suggester struct {
	values *valueSuggester
	titles *titleSuggester
}

// suggest gives at most n suggestions for a text.
func (x *suggester) suggest(ctx context.Context, text string, n int) ([]Suggestion, error) {
	t := parseCompletionInput(text)
	if t.letters < minLetters {
		return nil, nil
	}
	out := x.values.suggest(t, min(n, maxSuggestedValues))
	practices, err := x.titles.suggest(ctx, t, n-len(out))
	return append(out, practices...), err
}

// completionInput is a text that is still being typed, to be completed.
type completionInput struct {
	words   []string // the longest first; of "covid-19" its two members
	joined  string   // all of it as one word, as one may write it
	letters int      // how many there are, digits too
}

// parseCompletionInput reads as much of a text as a search does.
func parseCompletionInput(text string) completionInput {
	var t completionInput
	text, _ = catalogue.Query{Text: text}.SearchText()
	t.words, t.joined = splitName(text, false)
	t.words = t.words[:min(len(t.words), catalogue.MaxSearchWords)]
	for _, w := range danish.Tokens(text) {
		if w.Members == 0 {
			t.letters += utf8.RuneCountInString(text[w.Start:w.End])
		}
	}
	slices.SortStableFunc(t.words, func(a, b string) int { return len(b) - len(a) })
	return t
}

// splitName gives the words of a name, and all of it as one word. Of a
// hyphenated word come the members, and with wholes also the whole.
func splitName(text string, wholes bool) (words []string, joined string) {
	parts := 0 // that still belong to the whole before
	for _, t := range danish.Tokens(text) {
		if parts > 0 {
			parts--
		} else {
			joined += t.Term
			parts = t.Members
		}
		if t.Members == 0 || wholes {
			words = append(words, t.Term)
		}
	}
	return words, joined
}

// nameMatch is how a name of something has what was typed, the best first.
type nameMatch uint8

const (
	nameHasPrefix nameMatch = iota
	nameHasWords
	nameIsSynonym
	nameDiffers
)

// matchName compares a name with what was typed. Every typed word takes a word of
// its own; as the longest choose first, none takes what only a longer one fits.
// A stop word is not what somebody begins to type: "me" is not "med".
func (t completionInput) matchName(words []string, joined string) nameMatch {
	if strings.HasPrefix(joined, t.joined) {
		return nameHasPrefix
	}
	var taken uint64
	for _, w := range t.words {
		before := taken
		for i, have := range words[:min(len(words), 64)] {
			if taken&(1<<i) == 0 && strings.HasPrefix(have, w) && (have == w || !danish.IsStop(have)) {
				taken |= 1 << i
				break
			}
		}
		if taken == before {
			return nameDiffers
		}
	}
	return nameHasWords
}
