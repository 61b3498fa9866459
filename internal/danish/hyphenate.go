package danish

import "strings"

// Hyphenate puts soft hyphens where the simple words of a compound meet, in words of
// more than letters letters, so that narrow places break them there. A text that has
// none such is given back as it is.
func Hyphenate(text string, letters int) string {
	words := strings.Fields(text)
	for i, word := range words {
		term := Fold(word)
		if Letters(term) <= letters {
			continue
		}
		at := 0
		var b strings.Builder
		for _, m := range Split(term) {
			start, _ := Locate(word, term, m.Start, m.End)
			if start > at {
				b.WriteString(word[at:start])
				b.WriteRune(softHyphen)
				at = start
			}
		}
		words[i] = b.String() + word[at:]
	}
	return strings.Join(words, " ")
}
