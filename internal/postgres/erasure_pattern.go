package postgres

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/review"
)

// pattern finds texts that are to be erased.
type pattern struct {
	// find finds them whole, with any white space between their words; cut finds
	// what a mail or a title has left of one at its end, before "…"; inAddress
	// finds them in a web address.
	find, cut, inAddress *regexp.Regexp
	// words is set where a text is none inside of a longer word: of what was found
	// by the program, and not named by an editor.
	words bool
	// cutOff are what was found of them before "…", with it.
	cutOff map[string]bool
}

// Bounds of what is looked for as cut off, in characters: fewer are anybody's,
// and no title that is cut off is longer.
const minCut, maxCut = 4, 120

// newPattern is of texts, the longest first.
func newPattern(texts []string, words bool) pattern {
	phrase := func(text, between string) string {
		parts := strings.Fields(text)
		for i, w := range parts {
			parts[i] = regexp.QuoteMeta(w)
		}
		return strings.Join(parts, between)
	}
	var find, cut, inAddress []string
	for _, t := range texts {
		find = append(find, phrase(t, `\s+`))
		inAddress = append(inAddress, phrase(t, `(?:[\s._+-]|%20)+`))
		runes := []rune(strings.Join(strings.Fields(t), " "))
		for n := min(len(runes)-1, maxCut); n >= minCut; n-- {
			cut = append(cut, strings.ReplaceAll(regexp.QuoteMeta(string(runes[:n])), " ", `\s+`))
		}
	}
	p := pattern{find: regexp.MustCompile(strings.Join(find, "|")), words: words, cutOff: map[string]bool{}}
	p.inAddress = regexp.MustCompile("(?i)" + strings.Join(inAddress, "|")) // addresses are written in small letters
	if len(cut) > 0 {
		p.cut = regexp.MustCompile("(?:" + strings.Join(cut, "|") + ")…")
	}
	return p
}

// erase is a text without them.
func (p pattern) erase(s string) string {
	s = replaceWhere(p.find, s, review.ErasedMark, func(start, end int) bool { return !p.words || review.WholeWords(s, start, end) })
	if p.cut == nil || !strings.Contains(s, "…") {
		return s
	}
	return replaceWhere(p.cut, s, review.ErasedMark+"…", func(start, end int) bool {
		r, _ := utf8.DecodeLastRuneInString(s[:start])
		is := start == 0 || !unicode.IsLetter(r)
		if is {
			p.cutOff[strings.Join(strings.Fields(s[start:end]), " ")] = true
		}
		return is
	})
}

// cuts are what was found of them before "…", with it.
func (p pattern) cuts() []string { return slices.Sorted(maps.Keys(p.cutOff)) }

// isIn tells whether a text has one of them.
func (p pattern) isIn(s string) bool { return p.erase(s) != s }

// address is a web address without them; all of it goes when its host has one.
func (p pattern) address(s string) string {
	at := p.inAddress.FindStringIndex(s)
	if at == nil {
		return s
	}
	scheme, rest, _ := strings.Cut(s, "://")
	host, _, _ := strings.Cut(rest, "/")
	if at[0] < len(scheme)+len("://")+len(host) {
		return review.ErasedMark
	}
	return p.inAddress.ReplaceAllLiteralString(s, review.ErasedMark)
}

func replaceWhere(re *regexp.Regexp, s, with string, where func(start, end int) bool) string {
	var b strings.Builder
	from := 0
	for _, at := range re.FindAllStringIndex(s, -1) {
		if where(at[0], at[1]) {
			b.WriteString(s[from:at[0]])
			b.WriteString(with)
			from = at[1]
		}
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}
