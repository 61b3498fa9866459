package review

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"

	"golang.org/x/text/unicode/norm"
)

// Text is the one gate by which running text comes in, from a form, an import,
// the seeds or an editor: it gives s in the canonical form in which it is
// checked, counted, kept and searched. That is Unicode's NFC, with plain spaces
// and hyphens, line breaks as \n, and without what a PDF or a word processor
// leaves between the letters: soft hyphens, ligatures, zero-width and direction
// marks. Spaces at the ends go. Characters that are no text (NUL, bytes that are
// no UTF-8) stay, for catalogue.Storable to refuse. It is idempotent.
func Text(s string) string {
	return strings.TrimSpace(bullets.ReplaceAllString(canonical(s), "- "))
}

// Line is Text for what has no line breaks: each run of white space becomes one
// space.
func Line(s string) string {
	return strings.Join(strings.Fields(canonical(s)), " ")
}

// Canonical brings all texts of a record to the form that Text, Line and Address
// give, and what names its references to that of Line. It asks nothing: a draft
// may hold what is no date and no organisation.
func Canonical(p *catalogue.Practice) {
	for v := range p.Values() {
		canonicalValue(v)
	}
}

func canonicalValue(v catalogue.Value) {
	s := v.Text()
	switch {
	case s == nil:
		for _, name := range v.Strings() {
			*name = Line(*name)
		}
	case v.Kind == catalogue.FieldProse:
		*s = Text(*s)
	case v.Kind == catalogue.FieldURL:
		*s = complete(Address(*s))
	case v.Kind == catalogue.FieldDate:
		*s = string(catalogue.ReadDate(Line(*s)))
	default:
		*s = Line(*s)
	}
}

// ErasedMark stands where a text was erased.
const ErasedMark = "[fjernet]"

// Illegible is what is said of a text that catalogue.Legible refuses, and that is shown
// as catalogue.Visible has it.
const Illegible = "Teksten har tegn, der ikke kan gemmes. Slet dem, de ses som �."

// Unstorable are the texts of a record that the database would refuse. It shows
// them as catalogue.Visible does, to be given back to the one who typed them.
func Unstorable(p *catalogue.Practice) (faults []Fault) {
	for v := range p.Values() {
		for _, s := range v.Strings() {
			if !catalogue.Storable(*s) {
				*s = catalogue.Visible(*s)
				faults = append(faults, Fault{v.Path(), Illegible})
			}
		}
	}
	return faults
}

// ligatures are single characters that PDFs have for several letters.
var ligatures = map[rune]string{'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "st", 'ﬆ': "st"}

func canonical(s string) string {
	if plainText(s) {
		return s
	}
	if !utf8.ValidString(s) {
		return s // refused by catalogue.Storable
	}
	var b strings.Builder
	b.Grow(len(s))
	runes := []rune(hyphenation.ReplaceAllString(strings.ReplaceAll(s, "\r\n", "\n"), "$1"))
	next, digits := ahead(runes)
	for i, r := range runes {
		switch {
		case r == 0:
			b.WriteByte(0)
		case strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r):
			b.WriteByte('\n')
		case r == '\t' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case strings.ContainsRune(hyphens, r): // which must not be mistaken for letters by any search
			b.WriteByte('-')
		case invisible(r):
			b.WriteString(instead(b.String(), r, next[i+1], digits[i+1]))
		case ligatures[r] != "":
			b.WriteString(ligatures[r])
		case unicode.IsDigit(r): // full width and the like, in which a number would not be found
			b.WriteString(norm.NFKC.String(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// hyphenation is a word cut at the end of a line, by a hyphen that is there only
// for that.
var hyphenation = regexp.MustCompile("\u00ad[ \t]*[\n\r\u2028][ \t]*(\\pL)")

// bullets begin the points of a list; Markdown has a hyphen.
var bullets = regexp.MustCompile(`(?m)^[ \t]*[•▪◦‣●–][ \t]+`)

// hyphens are written for the plain one.
const hyphens = "\u2010\u2011\ufe63\uff0d"

// plainText tells whether nothing is to be done: printable ASCII and line
// breaks, or the letters of Danish.
func plainText(s string) bool {
	for _, r := range s {
		if r < ' ' && r != '\n' || r == 0x7f || r > 0x7e && !strings.ContainsRune("æøåÆØÅé»«§", r) {
			return false
		}
	}
	return true
}

// invisible tells whether a character is there only for a machine: soft hyphen,
// zero-width space, byte order mark, direction marks, word joiner, fillers,
// variation selectors, control characters.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Cc, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && !unicode.IsSpace(r)
}

// ahead is, for each place and for the end, the next character that is visible
// from there, and how many digits follow from there, counted as far as a number
// goes.
func ahead(runes []rune) (next []rune, digits []int) {
	next, digits = make([]rune, len(runes)+1), make([]int, len(runes)+1)
	for i := len(runes) - 1; i >= 0; i-- {
		next[i], digits[i] = next[i+1], digits[i+1]
		if r := runes[i]; !invisible(r) {
			next[i] = r
			if _, ok := digitValue(r); ok {
				digits[i] = min(digits[i]+1, cprDigits)
			} else {
				digits[i] = 0
			}
		}
	}
	return next, digits
}

// instead is what stands for an invisible character, of which the text before it,
// the next visible character and the number of digits behind it are given:
// nothing, but in an emoji what joins its parts, and in a number of six and four
// digits a hyphen: it was written in two parts, and is found as a CPR number then.
func instead(before string, r, next rune, digitsAfter int) string {
	last, size := utf8.DecodeLastRuneInString(before)
	if digitsAfter == cprDigits-cprDate && digitsAtEnd(before) == cprDate {
		return "-"
	}
	if size > 0 && pictorial(last) && (r == '\ufe0f' || r == '\u200d' && pictorial(next)) {
		return string(r)
	}
	return ""
}

// digitsAtEnd is how many digits a text ends with, counted as far as a number
// goes.
func digitsAtEnd(s string) (n int) {
	for s != "" && n < cprDigits {
		r, size := utf8.DecodeLastRuneInString(s)
		if _, ok := digitValue(r); !ok {
			break
		}
		n++
		s = s[:len(s)-size]
	}
	return n
}

// pictorial tells whether a character can stand in an emoji of several parts.
func pictorial(r rune) bool {
	return r != utf8.RuneError && (unicode.In(r, unicode.So, unicode.Sk) || r == '\ufe0f' || r == '\u200d')
}
