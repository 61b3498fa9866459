package review

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A CPR number is six digits that are a date, and four more; days of replacement
// numbers are 60 too high. Modulus 11 is no test: numbers without it have been
// issued since 2007 (domain.md).
const (
	cprDate   = 6
	cprDigits = 10
)

// maxGap is how many signs may stand between two digits of a number, so that
// "010190 - 1234" and what stands in two cells of a table are found.
const maxGap = 4

// number is a place in a text, in bytes, where a CPR number may stand.
type number struct {
	start, end int
	// sure is not set where other numbers look the same: without anything
	// between the date and the four digits, and where a date is cut within the
	// day, the month or the year. Such a one may be declared to be something
	// else.
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

// enoughDigits tells whether a text can have a number at all, which most have
// not.
func enoughDigits(s string) bool {
	n := 0
	for _, r := range s {
		if _, ok := digitValue(r); ok {
			if n++; n == cprDigits {
				return true
			}
		}
	}
	return false
}

// group is a run of digits with nothing between that a reader sees.
type group struct {
	start, end int // in bytes
	digits     string
	// soft tells that something invisible stands between its date and the rest,
	// which word processors put in for a hyphen.
	soft bool
	// gap is what stands before it since the last group, as plainGap gives it.
	// beside tells that it is of separators alone, joined that it is short, too.
	gap            string
	beside, joined bool
	taken          bool // by a number that has been found
}

// digitGroups takes the groups out of a text.
func digitGroups(s string) (out []group) {
	var g *group
	gapFrom := 0
	hidden := false // something invisible since the last digit
	for i, r := range s {
		d, ok := digitValue(r)
		switch {
		case ok:
			if g == nil {
				gap, only := plainGap(s[gapFrom:i])
				only = only && len(out) > 0
				out = append(out, group{start: i, gap: gap, beside: only, joined: only && len(gap) <= maxGap})
				g = &out[len(out)-1]
			} else if hidden && len(g.digits) == cprDate {
				g.soft = true
			}
			if len(g.digits) <= cprDigits { // more is too long, however long it is
				g.digits += string(d)
			}
			g.end = i + utf8.RuneLen(r)
			gapFrom, hidden = g.end, false
		case r > '~' && invisible(r) || r < ' ' && invisible(r):
			hidden = true
		default:
			g = nil
		}
	}
	return out
}

// digitValue is the ASCII digit of a decimal digit of any script or width.
func digitValue(r rune) (rune, bool) {
	switch {
	case r >= '0' && r <= '9':
		return r, true
	case r < 0x80 || !unicode.IsDigit(r):
		return 0, false
	}
	// Decimal digits stand in Unicode in tens, from 0 on.
	for _, x := range unicode.Nd.R16 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return '0' + (r-rune(x.Lo))%10, true
		}
	}
	for _, x := range unicode.Nd.R32 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return '0' + (r-rune(x.Lo))%10, true
		}
	}
	return 0, false
}

// plainGap is what stands between two groups, one ASCII sign for each that may
// stand there: a space, a tab, a line break, a hyphen, a dot or a slash. What is
// invisible is left out. only is false when anything else is in it.
func plainGap(s string) (gap string, only bool) {
	var b []byte
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		sign := separator(r)
		switch {
		case sign != 0:
			b = append(b, sign)
		case !invisible(r):
			return "", false
		}
	}
	return string(b), true
}

// separator is the plain form of a sign that may stand within a number; 0 of any
// other.
func separator(r rune) byte {
	switch {
	case r == '\t':
		return '\t'
	case strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r):
		return '\n'
	case unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Pd, r) || strings.ContainsRune("\u2043\u2212\u02d7\u207b\u00af", r):
		return '-'
	case strings.ContainsRune("/\u2044\u2215\uff0f\u29f8", r):
		return '/'
	case strings.ContainsRune(".\u30fb\u00b7\u2022\u2027\u2219\u22c5\u2024\uff0e\uff61\u3002\u25aa\u25e6\u2023\u25cf", r): // and the points of lists
		return '.'
	}
	return 0
}

// numberAt is the number that begins with a group, and the group behind its last;
// 0 when there is none.
func numberAt(s string, groups []group, first int) (n number, behind int) {
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
	if c.before = groups[first].beside && !groups[first-1].taken; c.before {
		c.gapBefore = groups[first].gap
	}
	if c.after = last+1 < len(groups) && groups[last+1].beside && !groups[last+1].taken; c.after {
		c.gapAfter = groups[last+1].gap
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
	// before and after tell that further digits stand beside it, with nothing but
	// a gap between.
	before, after       bool
	gapBefore, gapAfter string
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
	alone := !c.before && !c.after
	switch {
	case !c.has(cprDate) || odd:
		return alone, false
	case dateCuts == 0 && restCuts == 0:
		return true, true
	case restCuts == 0 && c.written(2, 4, 6) && c.at(2) == " " && c.at(4) == " " && c.before && c.inLine() && strings.Contains(c.at(6), "\n"):
		return false, false // a row of a table, and the first number of the next
	case restCuts == 0: // 01.01.90-1234
		return alone || !c.column(), true
	case dateCuts == 0: // 010190-12 34
		return alone || !c.column(), true
	default: // 01 01 90 12 34
		return !c.inLine() && (alone || !c.column()), !c.column()
	}
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

// inLine tells whether further digits stand beside it on the same line.
func (c *candidate) inLine() bool {
	return c.before && !strings.Contains(c.gapBefore, "\n") || c.after && !strings.Contains(c.gapAfter, "\n")
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
