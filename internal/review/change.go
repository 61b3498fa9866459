package review

import (
	"slices"
	"strings"
	"unicode"

	"praksis/internal/catalogue"
)

// Change is how much a revision changes what a practice says.
type Change string

// The kinds. A correction changes how it is said, and nothing of what is said.
const (
	ChangeNone       Change = ""
	ChangeCorrection Change = "correction"
	ChangeContent    Change = "content"
)

// Changes with what the public reads.
var Changes = catalogue.Options[Change]{
	{Code: ChangeCorrection, Slug: "rettelse", Label: "Rettelse"},
	{Code: ChangeContent, Slug: "indhold", Label: "Ændret indhold"},
}

// maxCorrected is how many words a correction may change in one text, those taken
// out and those put in: a misspelled word or two, or a name put right. A text of
// which more is new says something else, or might.
const maxCorrected = 6

// ChangeKind is the kind of the change from one revision to the next: the least
// that it may be called. A changed effect, voice, group or retention is never a
// mere correction, nor is any other choice, a text or a row that came or went, or a text in
// which more than a few words, a number, or a word that turns the meaning was
// changed. Words that people search by, contacts and links are never shown or say
// nothing of the practice: to change them is a correction.
func ChangeKind(old, now *catalogue.Practice) Change {
	kind := ChangeNone
	for _, d := range catalogue.Differences(old, now) {
		list, _, _ := strings.Cut(d.Path, "[")
		switch {
		case d.Field.Path == "findings[].key":
			continue // nobody reads it
		case d.Field.Path == "findings[].source": // another source makes a change of its own
			kind = ChangeCorrection
			continue
		case list == "search_words", list == "links", d.Path == "contact", d.Field.Path == "sources[].url":
			kind = ChangeCorrection
			continue
		case list == "retention":
			return ChangeContent
		case d.Kind != catalogue.FieldLine && d.Kind != catalogue.FieldProse:
			return ChangeContent
		case d.Before == "" || d.After == "":
			return ChangeContent
		case turned(d.Before, d.After):
			return ChangeContent
		}
		kind = ChangeCorrection
	}
	return kind
}

// turning are words that turn what a sentence says, or how sure it is.
var turning = []string{"ikke", "ingen", "intet", "aldrig", "hverken", "uden", "kun", "ej", "altid", "alle", "mange", "få", "flere", "færre", "mere", "mindre", "bedre", "værre", "dårlig", "dårligere", "god", "godt", "måske", "kan", "skal", "før", "efter"}

// turned tells whether more than the wording of a text was changed.
func turned(before, after string) bool {
	count := map[string]int{}
	for sign, text := range map[int]string{-1: before, 1: after} {
		for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '§' }) {
			count[w] += sign
		}
	}
	changed := 0
	for w, n := range count {
		if n == 0 {
			continue
		}
		if slices.Contains(turning, w) || strings.ContainsFunc(w, unicode.IsDigit) {
			return true
		}
		changed += max(n, -n)
	}
	return changed > maxCorrected
}

// AtLeast is the kind that an editor has chosen, or the least that the rule says
// where that is more.
func (c Change) AtLeast(least Change) Change {
	if least == ChangeContent || c == ChangeContent {
		return ChangeContent
	}
	return least
}
