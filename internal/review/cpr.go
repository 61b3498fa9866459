package review

import (
	"slices"
	"strings"
	"time"
)

// A CPR number is six digits that are a date, and four more; days of replacement
// numbers are 60 too high. Modulus 11 is no test: numbers without it have been
// issued since 2007 (domain.md).
const (
	cprDate   = 6
	cprDigits = 10
)

// maxGap is how many signs may stand between two digits of a number, so that
// "010190 - 1234" and what stands in two cells of a table are found. White space
// counts once, however wide it is, and so does a sign that is repeated.
const maxGap = 4

// number is a place in a text, in bytes, where a CPR number may stand.
type number struct {
	start, end int
	// sure is not set where other numbers look the same: without anything
	// between the date and the four digits, where a date is cut within the day,
	// the month or the year, and where the date may be one of these years, with a
	// count or a time behind it. Such a one may be declared to be something else.
	sure bool
}

// FindCPR gives the places (byte offsets of start and end) of what may be CPR
// numbers, whatever stands between which digits: spaces, dashes, dots, slashes
// and line breaks of every kind.
func FindCPR(s string) [][2]int {
	var out [][2]int
	for _, n := range findNumbers(s) {
		out = append(out, [2]int{n.start, n.end})
	}
	return out
}

// findNumbers is FindCPR with what is known of each.
func findNumbers(s string) []number {
	if !enoughDigits(s) {
		return nil
	}
	groups := digitGroups(s)
	at := make([]number, len(groups))
	// What stands beside a number that has been found stands by itself. Nothing
	// follows from that a third time.
	for range 3 {
		more := false
		for i := range groups {
			if n, last := numberAt(s, groups, i); last > 0 && at[i].end == 0 {
				at[i], more = n, true
				for j := i; j < last; j++ {
					groups[j].taken = true
				}
			}
		}
		if !more {
			break
		}
	}
	var out []number
	for _, n := range at {
		switch last := len(out) - 1; {
		case n.end == 0:
		case last >= 0 && n.start < out[last].end: // two readings of the same digits
			out[last].end, out[last].sure = max(n.end, out[last].end), n.sure || out[last].sure
		default:
			out = append(out, n)
		}
	}
	return out
}

// numberAt is the number that begins with a group, and the group behind its last;
// 0 when there is none.
func numberAt(s string, groups []group, first int) (n number, behind int) {
	if n, behind := fullYearAt(groups, first); behind > 0 {
		return n, behind
	}
	var c candidate
	last := first
	for ; last < len(groups); last++ {
		g := groups[last]
		if last > first {
			if !g.joined {
				return number{}, 0
			}
			c.cuts = append(c.cuts, len(c.digits))
			c.gaps = append(c.gaps, g.gap)
		}
		c.digits += g.digits
		if len(c.digits) >= cprDigits {
			break
		}
	}
	if len(c.digits) != cprDigits || !birthday(c.digits[:cprDate]) {
		return number{}, 0
	}
	if last == first && groups[first].soft {
		c.cuts, c.gaps = []int{cprDate}, []string{"-"}
	}
	c.inLine = groups[first].beside && !strings.Contains(groups[first].gap, "\n") ||
		last+1 < len(groups) && groups[last+1].beside && !strings.Contains(groups[last+1].gap, "\n")
	if groups[first].beside && !groups[first-1].taken {
		c.before, c.gapBefore = len(groups[first-1].digits), groups[first].gap
	}
	if last+1 < len(groups) && groups[last+1].beside && !groups[last+1].taken {
		c.after, c.gapAfter = len(groups[last+1].digits), groups[last+1].gap
	}
	if c.isbn(s[:groups[first].start]) {
		return number{}, 0
	}
	found, sure := c.judge()
	if !found {
		return number{}, 0
	}
	return number{groups[first].start, groups[last].end, sure}, last + 1
}

// candidate is ten digits that begin with a date, and how they are written.
type candidate struct {
	digits string
	// cuts are the places between digits where something stands, 1 to 9, in
	// order; gaps what stands there.
	cuts []int
	gaps []string
	// before and after are how many further digits stand beside it, with nothing
	// but a gap between, and none of a number that has been found; inLine tells
	// that some do on its line, be they of such a number or not.
	before, after       int
	gapBefore, gapAfter string
	inLine              bool
}

// at is what stands before a digit, a tab as a space.
func (c *candidate) at(cut int) string {
	if i := slices.Index(c.cuts, cut); i >= 0 {
		return strings.ReplaceAll(c.gaps[i], "\t", " ")
	}
	return ""
}

func (c *candidate) has(cut int) bool { return slices.Contains(c.cuts, cut) }

// written tells whether the cuts are exactly these.
func (c *candidate) written(cuts ...int) bool { return slices.Equal(c.cuts, cuts) }

// judge tells whether it is taken for a CPR number. What is written as one, in
// two parts, is one whatever stands beside it. The rarer a form is, the more of
// what people write beside CPR numbers looks the same: dates and times, amounts,
// columns of small numbers. Those readings are named, one by one, and a form that
// is cut in odd places must stand by itself.
func (c *candidate) judge() (found, sure bool) {
	if len(c.cuts) == 0 {
		return true, false // ten digits
	}
	if c.otherReading() {
		return false, false
	}
	dateCuts, restCuts, odd := 0, 0, false
	for _, x := range c.cuts {
		switch {
		case x < cprDate:
			dateCuts++
			odd = odd || x != 2 && x != 4
		case x > cprDate:
			restCuts++
		}
	}
	switch {
	case !c.has(cprDate) || odd:
		return !c.row(), false
	case c.written(2, 4, 6) && c.at(2) == " " && c.at(4) == " " && c.before > 0 && !strings.Contains(c.gapBefore, "\n") && strings.Contains(c.at(6), "\n"):
		return false, false // a row of a table, and the first number of the next
	case dateCuts == 0 || restCuts == 0: // 010190-1234, 01.01.90-1234, 010190-12 34
		found, sure = !c.column() || !c.row(), true
	default: // 01 01 90 12 34
		found, sure = !c.row(), !c.column() && !c.inLine
	}
	return found, sure && !c.dateAndCount() && !c.countedUp()
}

// column tells whether digits that belong together stand on different lines or in
// different cells, elsewhere than before the last four: so do the numbers of a
// table.
func (c *candidate) column() bool {
	for i, gap := range c.gaps {
		if c.cuts[i] != cprDate && strings.ContainsAny(gap, "\n\t") {
			return true
		}
	}
	return false
}

// row tells whether it is a piece of a row of numbers: further digits stand beside
// it on the same line, or on the next one where it is a column itself. A row of
// single digits, or of pairs, goes on in the same way. What else follows it, as a
// postal code does, is no part of that.
func (c *candidate) row() bool {
	boxes, pairs := len(c.cuts) == cprDigits-1, c.written(2, 4, 6, 8)
	beside := func(digits int, gap, own string) bool {
		switch {
		case digits == 0:
			return false
		case boxes:
			return digits == 1 && gap == own && !slices.ContainsFunc(c.gaps, func(g string) bool { return g != own })
		case strings.Contains(gap, "\n") && !c.column():
			return false
		}
		return !pairs || digits == 2
	}
	return beside(c.before, c.gapBefore, c.gaps[0]) || beside(c.after, c.gapAfter, c.gaps[len(c.gaps)-1])
}

// dateAndCount tells whether it may be a date of these years with a count or a
// time behind it: "31.03.20 1200" and "020120 2100". Only white space stands
// before the four digits, and none within the date.
func (c *candidate) dateAndCount() bool {
	if !between(c.digits[4:6], firstShortYear, lastShortYear) || c.at(cprDate) == "" || strings.TrimSpace(c.at(cprDate)) != "" {
		return false
	}
	for i, gap := range c.gaps {
		if c.cuts[i] < cprDate && strings.TrimSpace(gap) == "" {
			return false
		}
	}
	return true
}

// countedUp tells whether the date is three numbers that follow each other, as in
// "uge 10 11 12 1300".
func (c *candidate) countedUp() bool {
	n := func(i int) int { return int(c.digits[i]-'0')*10 + int(c.digits[i+1]-'0') }
	return c.written(2, 4, 6) && strings.TrimSpace(strings.Join(c.gaps, "")) == "" && n(2) == n(0)+1 && n(4) == n(2)+1
}

// Years of dates, as they are written with four and with two digits, that the
// catalogue's texts tell of: a date with such a year and a time behind it is a
// date and a time.
const firstShortYear, lastShortYear = 18, 30

// otherReading tells whether the digits are plainly something else.
func (c *candidate) otherReading() bool {
	d := c.digits
	year := func(from, to int) bool { return to-from == 4 && (d[from:from+2] == "19" || d[from:from+2] == "20") }
	from := 0
	for i, to := range append(slices.Clone(c.cuts), cprDigits) {
		// A date with a year of four digits: 11.03.2020 and 11/3-2020 and what
		// follows, and 2012-10-11.
		if year(from, to) {
			if i >= 2 && from >= 2 && from <= 4 && within(d[c.start(i-2):c.cuts[i-2]], 31) && within(d[c.cuts[i-2]:from], 12) && tight(c.gaps[i-2:i]) {
				return true
			}
			if i == 0 && len(c.cuts) >= 2 && c.cuts[1] == 6 && within(d[4:6], 12) && tight(c.gaps[:2]) {
				return true
			}
		}
		from = to
	}
	short := func(at int) bool { return between(d[at:at+2], firstShortYear, lastShortYear) }
	same := func(a, b int) bool { return c.at(a) == c.at(b) && tight([]string{c.at(a)}) }
	pairs := c.written(2, 4, 6, 8)
	switch {
	case pairs && same(2, 4) && short(4) && tight([]string{c.at(8)}) && c.at(8) != "-" && within(d[6:8], 23) && within(d[8:], 59) && strings.TrimSpace(c.at(6)) == "":
		return true // 11.03.20 12.30
	case c.written(6, 8) && short(4) && c.at(8) == "." && within(d[6:8], 23) && within(d[8:], 59) && strings.TrimSpace(c.at(6)) == "":
		return true // 110320 12.30
	case pairs && same(2, 4) && short(4) && c.at(8) == "-" && within(d[6:8], 23) && within(d[8:], 24) && d[6:8] < d[8:] && strings.TrimSpace(c.at(6)) == "":
		return true // 11-03-20 13-15
	case c.at(2) == ":" && c.at(4) == ":" && c.at(6) != ":" && within(d[:2], 23) && within(d[2:4], 59) && within(d[4:6], 59):
		return true // 10:12:30 1200, a time
	case pairs && same(2, 4) && short(4) && c.at(8) == c.at(2) && within(d[6:8], 31) && within(d[8:], 12) && c.at(6) != c.at(2):
		return true // 11.03.20-15.04
	case pairs && same(2, 6) && short(8) && c.at(4) != c.at(2) && within(d[4:6], 31) && within(d[6:8], 12):
		return true // 11.03-15.04.20
	case c.written(2, 6) && d[:2] == "10" && c.at(2) == "." && c.at(6) == "/":
		return true // 10.1108/1234, a DOI
	case c.written(8) && year(4, 8):
		return true // 11032020 12
	case c.written(1, 4, 7) && strings.Trim(strings.Join(c.gaps, ""), ". ") == "":
		return true // 1.012.345.678, an amount
	case c.written(3, 6) && (c.at(3) == "." || c.at(3) == " ") && year(6, 10) && strings.TrimSpace(c.at(6)) == "":
		return true // 120.500 2020, an amount and a year
	}
	return false
}

// start is where the group of a cut begins.
func (c *candidate) start(i int) int {
	if i == 0 {
		return 0
	}
	return c.cuts[i-1]
}

// tight tells whether all of the gaps are what stands in a date or a time: a
// single sign that is no space.
func tight(gaps []string) bool {
	return !slices.ContainsFunc(gaps, func(g string) bool { return len(g) != 1 || strings.TrimSpace(g) == "" })
}

// isbn tells whether it is a book's number in ten digits, which in Denmark begins
// with 87: said so, and written as one.
func (c *candidate) isbn(before string) bool {
	const near = 16 // bytes
	before = strings.ToUpper(strings.TrimRight(before[max(0, len(before)-near):], " :\u00a0"))
	named := strings.HasSuffix(before, "ISBN") || strings.HasSuffix(before, "ISBN-10") || strings.HasSuffix(before, "ISBN 10")
	return named && strings.HasPrefix(c.digits, "87") && (len(c.cuts) == 0 || c.has(9))
}

// within tells whether one or two digits are a number up to most.
func within(digits string, most int) bool { return between(digits, 0, most) }

func between(digits string, from, to int) bool {
	n := 0
	for _, r := range digits {
		n = 10*n + int(r-'0')
	}
	return len(digits) <= 2 && n >= from && n <= to
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
