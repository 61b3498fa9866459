package markdown

import "regexp"

// signed is a line, or a point of a list, that begins with more than or plus and a
// number. Markdown takes the sign for that of a quotation or of a list, and a page
// would not show it.
var signed = regexp.MustCompile(`^( {0,3}(?:(?:[-*]|[0-9]{1,9}[.)])[ \t]+)?)([>+])[ \t]*[0-9]`)

// dated is such a line whose number is a date's or a point's.
var dated = regexp.MustCompile(`^ {0,3}(?:(?:[-*]|[0-9]{1,9}[.)])[ \t]+)?[>+][ \t]*[0-9]{1,9}\\?[.)][ \t]`)

// other is a line of a quotation or a list with one of these signs.
var other = regexp.MustCompile(`^ {0,3}([>+])`)

// keepSigns marks the signs that stand before an amount. Lines with the same sign
// in a row go together: where one of them does not begin with an amount, they are a
// quotation or a list.
func keepSigns(lines []string, fences []bool) {
	sign := func(i int) string {
		if i < 0 || i >= len(lines) || fences[i] {
			return ""
		}
		if m := signed.FindStringSubmatch(lines[i]); m != nil {
			return m[2]
		}
		if m := other.FindStringSubmatch(lines[i]); m != nil {
			return m[1]
		}
		return ""
	}
	for i := 0; i < len(lines); {
		end, amounts := i+1, true
		if s := sign(i); s != "" {
			for ; sign(end) == s; end++ {
			}
			for j := i; j < end; j++ {
				amounts = amounts && signed.MatchString(lines[j]) && !dated.MatchString(lines[j])
			}
			for j := i; j < end && amounts; j++ {
				at := signed.FindStringSubmatchIndex(lines[j])[4]
				lines[j] = lines[j][:at] + `\` + lines[j][at:]
			}
		}
		i = end
	}
}
