package review

import (
	"slices"
	"strings"
	"unicode"

	"praksis/internal/catalogue"
)

// removed are the texts that were warned of in what was sent and that stand
// nowhere in what has become of it: names, numbers and words of citizens that
// somebody took out. Of a name of several words, each word that stands nowhere
// any more is one too, since the name is told by it as well. Longer ones come first.
func removed(sent *Submission, now []fieldText) (out []string) {
	stands := func(s string) bool {
		return slices.ContainsFunc(now, func(t fieldText) bool { return containsWords(t.text, s) })
	}
	take := func(s string) {
		if s = Line(s); s != "" && !slices.Contains(out, s) && !stands(s) {
			out = append(out, s)
		}
	}
	d := newDetector(sent)
	d.found = func(kind WarningKind, text string) {
		take(text)
		if words := strings.Fields(text); kind == WarnName && len(words) > 1 {
			for _, w := range words {
				if len([]rune(w)) >= minNamePart && startsUpper(w) {
					take(w)
				}
			}
		}
	}
	for _, t := range submissionTexts(sent) {
		d.examine(t)
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// minNamePart is the length from which a word of a name tells who it is.
const minNamePart = 3

func startsUpper(s string) bool {
	for _, r := range s {
		return unicode.IsUpper(r)
	}
	return false
}

// containsWords tells whether a text has words in a row, whatever white space is
// between them.
func containsWords(text, words string) bool {
	text, words = strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(words), " ")
	for from := 0; ; {
		i := strings.Index(text[from:], words)
		if i < 0 {
			return false
		}
		if i += from; WholeWords(text, i, i+len(words)) {
			return true
		}
		from = i + 1
	}
}

// WholeWords tells whether a piece of a text is neither the end nor the beginning
// of a longer word or number. The s of the genitive may follow.
func WholeWords(s string, start, end int) bool {
	part := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	before, after := []rune(s[:start]), []rune(s[end:])
	if len(before) > 0 && part(before[len(before)-1]) && part([]rune(s[start:end])[0]) {
		return false
	}
	if len(after) > 0 && (after[0] == 's' || after[0] == 'S') {
		after = after[1:]
	}
	inside := []rune(s[start:end])
	return len(after) == 0 || !part(after[0]) || !part(inside[len(inside)-1])
}

// removedFromRecord are those of a submission that a record has become.
func removedFromRecord(sent *Submission, record *catalogue.Practice) []string {
	return removed(sent, recordTexts(record))
}
