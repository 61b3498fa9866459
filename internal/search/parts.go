package search

import (
	"slices"

	"praksis/internal/danish"
)

// noPart are words that say nothing alone, beside the stop words and the denials.
var noPart = []string{"naer", "taet", "naerheden", "rundt", "siden", "region", "regionen", "kommune", "kommunen", "kommuner", "kommunerne"}

// partsOf are the parts of a text that can be looked for alone, as typed: its content
// words, but a name and a phrase that means something as a whole are one part, and
// words that say nothing alone are none. The words are those that were looked for in
// the text, expanded.
func partsOf(text string, words []queryWord) (out []string) {
	for i := 0; i < len(words); i++ {
		first, last := words[i], words[i]
		if !isPartWord(first) {
			continue
		}
		for i+1 < len(words) && belongTogether(text, last, words[i+1]) {
			i++
			last = words[i]
		}
		if first.position == last.position && slices.Contains(noPart, first.term) {
			continue
		}
		out = append(out, text[first.start:last.end])
	}
	return out
}

func isPartWord(w queryWord) bool {
	return w.content && !danish.IsStop(w.term) && !slices.Contains(denials, w.term)
}

// belongTogether tells whether a word and the next one are of a unit, or of a name
// that is not known: two words with a capital.
func belongTogether(text string, w, next queryWord) bool {
	switch {
	case !isPartWord(next):
		return false
	case w.unit == next.unit:
		return true
	}
	return w.name == nil && next.name == nil && w.law == nil && next.law == nil && next.position == w.last+1 &&
		startsUpper(text[w.start:]) && startsUpper(text[next.start:])
}
