package review

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"praksis/internal/catalogue"
)

// Text is one free text of a practice.
type Text struct {
	Field string
	Text  string
}

// Texts are all free texts of a practice that are written by us: not names of
// documents and organisations.
func Texts(p *catalogue.Practice) []Text {
	a := p.Answers
	out := []Text{{"title", p.Title}, {"summary", p.Summary}, {"answers.done", a.Done}, {"answers.worked", a.Worked}, {"answers.for_whom", a.ForWhom},
		{"answers.spread", a.Spread}, {"answers.retention", a.Retention}, {"answers.other", a.Other}, {"answers.quality", a.Quality}, {"resources", p.Resources}, {"provider", p.Provider}}
	for _, f := range p.Findings {
		out = append(out, Text{"findings." + f.Key + ".text", f.Text}, Text{"findings." + f.Key + ".condition", f.Condition})
	}
	for _, r := range p.Retention {
		out = append(out, Text{"retention.note", r.Note}, Text{"retention.decided_by", r.DecidedBy})
	}
	return slices.DeleteFunc(out, func(t Text) bool { return t.Text == "" })
}

// Corrupt tells what a text has from a document that was read badly: a soft or
// broken hyphen, letters of another script, control characters.
func Corrupt(s string) bool {
	for _, r := range s {
		if r == '\u00ad' || r == '\ufffd' || unicode.IsControl(r) && r != '\n' || unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return true
		}
	}
	for _, m := range brokenWord.FindAllStringSubmatch(s, -1) {
		if m[1] != "og" && m[1] != "eller" && m[1] != "samt" && m[1] != "til" && m[1] != "som" && m[1] != "men" {
			return true
		}
	}
	return false
}

// brokenWord is a word cut by a line break: "ud- vikling". What follows tells it
// from "dag- og døgntilbud", which leaves out a part.
var brokenWord = regexp.MustCompile(`\p{Ll}- (\p{Ll}+)`)

// Runs finds runs of words that stand in given documents.
type Runs struct {
	n    int
	seen map[string]bool
}

// NewRuns looks for runs of n words.
func NewRuns(n int) *Runs { return &Runs{n: n, seen: map[string]bool{}} }

// lineBreak is a hyphen that only ends a line.
var lineBreak = regexp.MustCompile(`-[ \t]*\r?\n\s*`)

// Add reads a document. A hyphen at the end of a line may be a word's own, so
// both readings count.
func (r *Runs) Add(document string) {
	for _, text := range []string{lineBreak.ReplaceAllString(document, ""), document} {
		words := plainWords(text)
		for i := 0; i+r.n <= len(words); i++ {
			r.seen[strings.Join(words[i:i+r.n], " ")] = true
		}
	}
}

// Find gives the runs of a text that stand in the documents, longest pieces
// joined.
func (r *Runs) Find(text string) []string {
	words := plainWords(text)
	var out []string
	for i := 0; i+r.n <= len(words); i++ {
		end := i + r.n
		if !r.seen[strings.Join(words[i:end], " ")] {
			continue
		}
		for end < len(words) && r.seen[strings.Join(words[end-r.n+1:end+1], " ")] {
			end++
		}
		out = append(out, strings.Join(words[i:end], " "))
		i = end - 1
	}
	return out
}

func plainWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Filled is the share, from 0 to 1, of the fields that a source can fill which
// p has filled.
func Filled(p *catalogue.Practice) float64 {
	stated := func(refs []catalogue.TermRef) bool {
		return slices.ContainsFunc(refs, func(r catalogue.TermRef) bool { return r.Slug != catalogue.NotStated })
	}
	fields := []bool{p.Summary != "", p.Provider != "", stated(p.TargetGroups), len(p.ContactForms) > 0, len(p.Themes) > 0, len(p.Perspectives) > 0,
		p.Answers.Done != "", len(p.Findings) > 0, len(p.Retention) > 0, len(p.Preconditions) > 0, len(p.TransferTo) > 0, len(p.Periods) > 0, len(p.Solutions) > 0}
	n := 0
	for _, f := range fields {
		if f {
			n++
		}
	}
	return float64(n) / float64(len(fields))
}
