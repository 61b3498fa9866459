package export

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxCell is how many UTF-16 units a cell may have: Excel takes 32,767, cuts what is
// longer in a sheet, and breaks it over two cells in CSV. Some room is left for what
// is put before a text and behind it.
const maxCell = 32_700

// cutNote ends a text that did not fit.
const cutNote = " … (resten står på eksemplets side)"

// clean is a text as every format here can hold it: control characters are left out,
// since XML takes none and a program may refuse the whole file for one. Line breaks
// of all kinds are one kind, and a tab is a blank.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r == '\ufeff', r&0xfffe == 0xfffe: // a byte order mark, and what is no character
			return -1
		}
		return r
	}, s)
}

// isClean tells whether clean has nothing to do.
func isClean(s string) bool {
	for i := 0; i < len(s); {
		if b := s[i]; ' ' <= b && b < '\u007f' || b == '\n' {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n < 2:
			return false
		case '\u00a0' <= r && r < '\u2028', '\u202a' <= r && r < '\ufeff', r == utf8.RuneError:
		default:
			return false
		}
		i += n
	}
	return true
}

// fit cuts a text to what a cell can hold, and says so in it.
func fit(s string) string {
	if len(s) <= maxCell { // a byte is at most one unit
		return s
	}
	units, end := 0, 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > maxCell {
			return s[:end] + cutNote
		}
		if units <= maxCell-len(cutNote) {
			end = i + utf8.RuneLen(r)
		}
	}
	return s
}

// valueLike are the texts that a spreadsheet program takes for a number, a range, a
// date, a time, an amount or a truth value.
var valueLike = regexp.MustCompile(`(?i)^\s*(?:` + strings.Join([]string{
	`[\d\s.,:;/\\%'’()–—−+*-]*\d[\d\s.,:;/\\%'’()–—−+*-]*`, // numbers, ranges, dates, times, telephone numbers
	`[\d.,]*\d[\d.,]*e[+-]?\d+`, // 3E5
	`(?:\d{1,4}[ .,/-]*){0,2}(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)\p{L}*[ .,/-]*\d*`, // april 2020, 6. maj
	`(?:mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag)\s+(?:den\s+)?\d.*`,                             // mandag den 6. april 2020
	`(?:kr\.?|dkk|eur|usd|[$€£])\s*[\d.,-]+`, `[\d.,]+\s*(?:kr\.?|dkk|eur|usd|[$€£])`,                      // kr. 100
	`sand|falsk|true|false`, `#[A-Z/0]+[!?]?`, // #I/T
}, "|") + `)\s*$`)

// maxValue and maxWord are longer, in bytes, than what valueLike finds, and what it
// finds without a digit.
const maxValue, maxWord = 60, 12

// misread tells whether a spreadsheet program would take a text for something else
// than the text that it is.
func misread(s string) bool {
	s = strings.TrimSpace(s)
	first, _ := utf8.DecodeRuneInString(s)
	switch first {
	case '=', '+', '-', '@', '＝', '＋', '－', '＠': // a formula
		return true
	}
	return len(s) < maxValue && (len(s) <= maxWord || strings.ContainsAny(s, "0123456789")) && mayBeValue(s) && valueLike.MatchString(s)
}

// valueWords are how the words begin that valueLike has, in small letters; the first
// word of what it finds begins with one of them, where there is one.
var valueWords = strings.Fields("jan feb mar apr maj may jun jul aug sep okt oct nov dec man tir ons tor fre lør søn kr dkk eur usd sand falsk true false")

// mayBeValue tells in a hundredth of the time that valueLike finds nothing, which is
// so of most texts.
func mayBeValue(s string) bool {
	from := strings.IndexFunc(s, unicode.IsLetter)
	if from < 0 || strings.HasPrefix(s, "#") {
		return true
	}
	word := s[from:]
	if n := strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }); n >= 0 {
		word = word[:n]
	}
	if len(word) == 1 { // the e of 3E5
		return word == "e" || word == "E"
	}
	for _, w := range valueWords {
		if len(word) >= len(w) && strings.EqualFold(word[:len(w)], w) {
			return true
		}
	}
	return false
}
