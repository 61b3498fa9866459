package danish

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longWord is from how many letters on LIX calls a word long: more than six.
const longWord = 7

// LIX is Björnsson's measure of how hard a text is to read: words for each
// sentence, and long words for each hundred words, added and rounded. words tells
// how many words it rests on. A sentence ends at a full stop, question mark,
// exclamation mark or colon, and with a paragraph or a point of a list. It is 0 for
// no words.
func LIX(text string) (lix, words int) {
	sentences, long, open := 0, 0, 0 // open: words of the sentence so far
	end := func() {
		if open > 0 {
			sentences, open = sentences+1, 0
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		for word := range strings.FieldsSeq(line) {
			letters := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
			if letters == "" {
				continue
			}
			words, open = words+1, open+1
			if utf8.RuneCountInString(letters) >= longWord {
				long++
			}
			if strings.ContainsAny(word[strings.Index(word, letters)+len(letters):], ".?!:") {
				end()
			}
		}
		end()
	}
	if words == 0 {
		return 0, 0
	}
	return int(float64(words)/float64(sentences) + 100*float64(long)/float64(words) + 0.5), words
}
