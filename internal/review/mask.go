package review

import (
	"strings"
	"unicode/utf8"
)

// What stands for the digits of a CPR number.
const (
	maskedCPR    = "••••••-••••"
	maskedDigits = "••••••••••"
)

// maskedPlace is where a CPR number was covered.
type maskedPlace struct {
	start, end int
	sure       bool
}

// Mask covers the CPR numbers of a text, for whatever shows or logs it.
func Mask(s string) string {
	text, _ := mask(s)
	return text
}

// mask covers the CPR numbers of a text and tells where they stood in what it
// gives. All else that is looked for is looked for in that, so that no excerpt
// can hold the digits.
func mask(s string) (string, []maskedPlace) {
	s = strings.ToValidUTF8(s, "\ufffd")
	found := findNumbers(s)
	if found == nil {
		return s, nil
	}
	var b strings.Builder
	var places []maskedPlace
	from := 0
	for _, at := range found {
		b.WriteString(s[from:at.start])
		p := maskedPlace{start: b.Len(), sure: at.sure}
		if p.sure {
			b.WriteString(maskedCPR)
		} else {
			b.WriteString(maskedDigits)
		}
		p.end = b.Len()
		places = append(places, p)
		from = at.end
	}
	b.WriteString(s[from:])
	return b.String(), places
}

// Lengths of excerpts: enough to find the place.
const (
	contextLength = 24  // characters on either side
	excerptLength = 120 // bytes
)

// around is a place with some of what stands before and after it.
func around(s string, start, end int) string {
	from, to := start, end
	for n := 0; n < contextLength && from > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(s[:from])
		from -= size
	}
	for n := 0; n < contextLength && to < len(s); n++ {
		_, size := utf8.DecodeRuneInString(s[to:])
		to += size
	}
	out := strings.Join(strings.Fields(s[from:to]), " ")
	if from > 0 {
		out = "…" + out
	}
	if to < len(s) {
		out += "…"
	}
	return out
}

// shorten cuts an excerpt.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= excerptLength {
		return s
	}
	cut := excerptLength
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
