package review

import (
	"strings"
	"unicode"
)

const (
	// maxEmptySearch is the most characters that are kept of a search that found nothing.
	maxEmptySearch = 80
	// EmptySearchDays is on how many days a search that found nothing is seen before its
	// words are kept.
	EmptySearchDays = 3
	// EmptySearchKept is how many days it is remembered after that.
	EmptySearchKept = 90
)

// SearchToKeep is what may be kept of a search that found nothing: small letters, no
// digits, no addresses, no names of persons. It is empty where nothing is left. It
// takes away rather too much: who types a name in a search has not asked us to keep it.
func SearchToKeep(text string) string {
	text = Line(text)
	for _, name := range FindNames(text) {
		text = strings.ReplaceAll(text, name, " ")
	}
	words := strings.Fields(text)
	gone := make([]bool, len(words))
	for i, w := range words {
		if strings.ContainsAny(w, "@/\\") || strings.HasPrefix(strings.ToLower(w), "www.") {
			gone[i] = true
			continue
		}
		name := titled(strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }))
		switch {
		case listed(surnames, name): // and who has it
			gone[i] = true
			if i > 0 {
				gone[i-1] = true
			}
		case listed(givenNames(), name) && !alsoWords[name]: // and what they are called more
			gone[i] = true
			if i+1 < len(words) {
				gone[i+1] = true
			}
		}
	}
	var kept []string
	for i, w := range words {
		w = strings.ToLower(strings.Map(func(r rune) rune {
			if unicode.IsNumber(r) {
				return -1
			}
			return r
		}, w))
		if w = strings.TrimRight(w, "-"); !gone[i] && strings.ContainsFunc(w, unicode.IsLetter) {
			kept = append(kept, w)
		}
	}
	out := strings.Join(kept, " ")
	if r := []rune(out); len(r) > maxEmptySearch {
		out = strings.TrimSpace(string(r[:maxEmptySearch]))
	}
	return out
}

// titled is a word as a name is written.
func titled(w string) string {
	r := []rune(strings.ToLower(w))
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}
