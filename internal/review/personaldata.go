package review

import (
	"regexp"
	"strconv"
	"time"
)

var cprForm = regexp.MustCompile(`\b([0-3]\d)([01]\d)(\d\d)[ \x{00A0}-]?\d{4}\b`)

// FindCPR gives the places (byte offsets of start and end) of what looks like
// CPR numbers: six digits that are a date, then four, with hyphen, space or
// nothing between. Modulus 11 is no test: numbers without it have been issued
// since 2007 (domain.md).
func FindCPR(s string) [][2]int {
	var out [][2]int
	for _, m := range cprForm.FindAllStringSubmatchIndex(s, -1) {
		day, _ := strconv.Atoi(s[m[2]:m[3]])
		month, _ := strconv.Atoi(s[m[4]:m[5]])
		year, _ := strconv.Atoi(s[m[6]:m[7]])
		// The century is in the seventh digit; 2000 has 29 February, so that no
		// real date is missed.
		if year%4 != 0 {
			year = 1
		} else {
			year = 0
		}
		d := time.Date(2000+year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if month >= 1 && month <= 12 && d.Day() == day && d.Month() == time.Month(month) {
			out = append(out, [2]int{m[0], m[1]})
		}
	}
	return out
}
