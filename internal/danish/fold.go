package danish

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold writes s in the one form in which terms are compared: composed, lower
// case, æ ø å as ae oe aa, other diacritics dropped, quotes and hyphens
// straight, soft hyphens and other invisible characters gone. Folding what is
// folded changes nothing.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for _, r := range norm.NFC.String(s) {
		r = unicode.ToLower(r)
		if foldRune(&b, r) {
			continue
		}
		// What is left of a letter without its diacritics.
		for _, d := range norm.NFD.String(string(r)) {
			if !unicode.Is(unicode.Mn, d) && !foldRune(&b, d) {
				b.WriteRune(d)
			}
		}
	}
	return b.String()
}

// foldRune writes what r always becomes; false when its diacritics have to be
// looked at.
func foldRune(b *strings.Builder, r rune) bool {
	if r < utf8.RuneSelf {
		b.WriteByte(byte(r))
		return true
	}
	s, ok := foldings[r]
	if ok {
		b.WriteString(s)
	}
	return ok
}

// foldings is Danish usage where it differs from "drop the diacritic": German
// and Swedish letters are spelt and sorted as their Danish neighbours.
var foldings = map[rune]string{
	'å': "aa", 'æ': "ae", 'ä': "ae", 'ø': "oe", 'ö': "oe", 'œ': "oe", 'ü': "y",
	'ß': "ss", 'ð': "d", 'đ': "d", 'þ': "th", 'ł': "l", 'ı': "i",
	'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "st", 'ﬆ': "st",
	'’': "'", '‘': "'", '‛': "'", 'ʼ': "'", '′': "'", '´': "'",
	'“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`, '″': `"`,
	'‐': "-", '‑': "-",
	softHyphen: "", '\u200b': "", '\u200c': "", '\u200d': "", '\u2060': "", '\ufeff': "",
}

const softHyphen = '\u00ad'

func isFolded(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// Letters counts the letters of a folded word as a Dane does: aa, ae and oe
// are one each ("raad" has three).
func Letters(term string) int {
	n := utf8.RuneCountInString(term)
	for i := 0; i+1 < len(term); i++ {
		switch term[i : i+2] {
		case "aa", "ae", "oe":
			n--
			i++
		}
	}
	return n
}
