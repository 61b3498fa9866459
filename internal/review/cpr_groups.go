package review

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
				out = append(out, group{start: i, gap: gap, beside: only && !strings.Contains(gap, ":"), joined: only && len(gap) <= maxGap})
				g = &out[len(out)-1]
			} else if hidden && len(g.digits) == cprDate {
				g.soft = true
			}
			if len(g.digits) <= fullDigits { // more is too long, however long it is
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
// stand there: a space, a tab, a line break, a hyphen, a dot, a slash or a colon.
// A run of white space is one sign: a line break if there is one in it, or else a
// tab, or else a space. What is invisible is left out. only is false when anything
// else is in it.
func plainGap(s string) (gap string, only bool) {
	var b []byte
	for _, r := range s {
		sign := separator(r)
		switch last := len(b) - 1; {
		case sign != 0 && last >= 0 && b[last] == sign:
		case sign != 0 && last >= 0 && white(sign) && white(b[last]):
			if sign == '\n' || b[last] == ' ' {
				b[last] = sign
			}
		case sign != 0:
			b = append(b, sign)
		case !invisible(r):
			return "", false
		}
	}
	return string(b), true
}

// white tells whether a sign of plainGap is white space.
func white(sign byte) bool { return sign == ' ' || sign == '\t' || sign == '\n' }

// separator is the plain form of a sign that may stand within a number; 0 of any
// other.
func separator(r rune) byte {
	switch {
	case r == '\t' || r == '|': // a cell of a table, and of one in Markdown
		return '\t'
	case strings.ContainsRune(":\uff1a\u2236\ufe55", r):
		return ':'
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
