package review

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// cprGap are the signs that may stand between a CPR number's date and its last
// four digits: spaces and hyphens, also those that word processors put in.
const cprGap = " -\u00a0\u00ad\u2007\u2009\u200b\u2010\u2011\u2012\u2013\u2014\u202f\u2060\u2212"

// maxGap is how many of them: "010190 - 1234".
const maxGap = 3

// FindCPR gives the places (byte offsets of start and end) of what looks like
// CPR numbers: six digits that are a date, then four, with hyphen, space or
// nothing between. Modulus 11 is no test: numbers without it have been issued
// since 2007 (domain.md).
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
	if digits(s[i:]) < 6 || !birthday(s[i:i+6]) {
		return 0
	}
	end := i + 6
	if digits(s[i:]) == 10 {
		return i + 10
	}
	for range maxGap {
		r, n := utf8.DecodeRuneInString(s[end:])
		if n == 0 || !strings.ContainsRune(cprGap, r) {
			break
		}
		end += n
	}
	if end == i+6 || digits(s[end:]) != 4 {
		return 0
	}
	return end + 4
}

// holdsCPR tells whether there is a CPR number in a text. With notCPR ten bare
// digits are none.
func holdsCPR(s string, notCPR bool) bool {
	return slices.ContainsFunc(FindCPR(s), func(at [2]int) bool { return !notCPR || !bare(s[at[0]:at[1]]) })
}

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
	if two(4)%4 == 0 {
		year = 2000
	}
	d := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return month >= 1 && month <= 12 && d.Day() == day && d.Month() == month
}
