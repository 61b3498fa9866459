package review

import (
	"slices"
	"strings"
)

// fullDigits are those of a date of birth with a year of four digits, and the last
// four of the CPR number.
const fullDigits = 12

// fullYearAt is the number that begins with a group and is written with the whole
// year: 01.01.1990-1234, 1/1-1990 1234 or 01011990-1234. With a hyphen before the
// last four it is one. Otherwise it may be something else; and what stands behind a
// date of these years, with anything but a hyphen between, is a time or a count.
func fullYearAt(groups []group, first int) (n number, behind int) {
	var lengths []int
	digits, last := "", first
	for ; last < len(groups); last++ {
		g := groups[last]
		if last > first && !g.joined {
			return number{}, 0
		}
		if short := len(g.digits) == 1; short && len(lengths) < 2 { // 1.1.1990
			digits += "0"
			lengths = append(lengths, 2)
		} else {
			lengths = append(lengths, len(g.digits))
		}
		if digits += g.digits; len(digits) >= fullDigits {
			break
		}
	}
	if len(digits) != fullDigits || !slices.ContainsFunc([][]int{{2, 2, 4, 4}, {8, 4}, {4, 4, 4}, {2, 2, 8}, {4, 8}, {12}}, func(x []int) bool { return slices.Equal(x, lengths) }) {
		return number{}, 0
	}
	century, year, rest := digits[4:6], digits[6:8], digits[8:]
	if century != "19" && century != "20" || !birthday(digits[:4]+year) {
		return number{}, 0
	}
	gap := ""
	if last > first && lengths[len(lengths)-1] == 4 {
		gap = groups[last].gap
	}
	recent := century == "20" && between(year, firstShortYear, lastShortYear)
	if recent && gap != "" && !strings.Contains(gap, "-") {
		return number{}, 0 // 11.03.2020 1200
	}
	period := recent && (rest[:2] == "19" || rest[:2] == "20") // 01.01.2020-2024
	return number{groups[first].start, groups[last].end, strings.Contains(gap, "-") && !period}, last + 1
}
