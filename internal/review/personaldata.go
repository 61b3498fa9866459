package review

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// cprGap are the signs that may stand between the parts of a CPR number: spaces,
// line breaks, hyphens, dots and slashes, also those that word processors put in.
const cprGap = " \n\r\t-./\u00a0\u00ad\u2007\u2009\u200b\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u202f\u2060\u2212\ufe58\ufe63\uff0d"

// How many of them: one within the date (01.01.90), and a few before the last
// four digits ("010190 - 1234").
const maxDateGap, maxGap = 1, 3

// FindCPR gives the places (byte offsets of start and end) of what looks like
// CPR numbers: six digits that are a date, then four, with one of cprGap or
// nothing between any of its parts; days of replacement numbers are 60 too high.
// Modulus 11 is no test: numbers without it have been issued since 2007
// (domain.md).
func FindCPR(s string) [][2]int {
	var out [][2]int
	for i := 0; i < len(s); i++ {
		if !digit(s[i]) || i > 0 && digit(s[i-1]) {
			continue
		}
		if end := cprAt(s, i); end > 0 {
			out = append(out, [2]int{i, end})
			i = end - 1
		}
	}
	return out
}

// cprAt is where the CPR number that begins at i ends; 0 when none does.
func cprAt(s string, i int) int {
	var date [6]byte
	end := i
	for part := range 3 {
		if part > 0 {
			end = skipGap(s, end, maxDateGap)
		}
		if len(s)-end < 2 || !digit(s[end]) || !digit(s[end+1]) {
			return 0
		}
		date[2*part], date[2*part+1] = s[end], s[end+1]
		end += 2
	}
	if !birthday(string(date[:])) {
		return 0
	}
	if end = skipGap(s, end, maxGap); digits(s[end:]) != 4 {
		return 0
	}
	return end + 4
}

// skipGap is the place after at most n separators.
func skipGap(s string, at, n int) int {
	for range n {
		r, size := utf8.DecodeRuneInString(s[at:])
		if size == 0 || !strings.ContainsRune(cprGap, r) {
			break
		}
		at += size
	}
	return at
}

// holdsCPR tells whether there is a CPR number in a text, in its letters or in
// what a reader sees of them. With notCPR ten bare digits are none.
func holdsCPR(s string, notCPR bool) bool {
	return slices.ContainsFunc(FindCPR(s), func(at [2]int) bool { return !notCPR || !bare(s[at[0]:at[1]]) }) || hidesCPR(s)
}

// hidesCPR tells whether a reader sees a CPR number that FindCPR does not find in
// the letters: written with Markdown's signs, HTML's names or the escapes of
// addresses between its digits.
func hidesCPR(s string) bool {
	if !strings.ContainsAny(s, "\\*_~`&<[%") {
		return false
	}
	seen := html.UnescapeString(markdownSigns.ReplaceAllString(s, ""))
	if plain, err := url.PathUnescape(seen); err == nil {
		seen = plain
	}
	return len(FindCPR(Text(seen))) > len(FindCPR(s))
}

// markdownSigns are what a reader does not see of Markdown: emphasis, escapes,
// comments and tags, and the address of a link.
var markdownSigns = regexp.MustCompile("<!--.*?-->|<[^>]*>|\\]\\([^)]*\\)|[\\\\*_~`\\[\\]]")

// bare tells whether a CPR number is written without anything between.
func bare(number string) bool { return digits(number) == 10 }

func digit(b byte) bool { return b >= '0' && b <= '9' }

// digits is how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}

// birthday tells whether six digits are a day, a month and a year. The century
// is in the seventh digit; 2000 has 29 February, so that no real date is missed.
func birthday(s string) bool {
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	day, month, year := two(0), time.Month(two(2)), 2001
	if day > 60 {
		day -= 60
	}
	if two(4)%4 == 0 {
		year = 2000
	}
	d := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return month >= 1 && month <= 12 && d.Day() == day && d.Month() == month
}
