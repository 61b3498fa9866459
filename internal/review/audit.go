package review

import (
	"regexp"
	"strings"
	"unicode"

	"praksis/internal/catalogue"
)

// OwnText is one text of a practice that is written by us.
type OwnText struct {
	// Path is that of its value: "findings[2].text".
	Path, Text string
}

// OwnTexts are all texts of a practice that are written by us: not names of
// documents and links, nor addresses.
func OwnTexts(p *catalogue.Practice) (out []OwnText) {
	for v := range p.Values() {
		free := v.Kind == catalogue.FieldLine || v.Kind == catalogue.FieldProse
		if free && v.Content && !v.Empty() && (!v.Quoted || v.Field.Path == "provider") {
			out = append(out, OwnText{v.Path(), *v.Text()})
		}
	}
	return out
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
	filled, of := 0, 0
	for _, f := range catalogue.Fields {
		if !f.Counted {
			continue
		}
		of++
		if f.Kind == catalogue.FieldRows && f.Len(p) > 0 || f.Kind != catalogue.FieldRows && stated(f.Of(p)) {
			filled++
		}
	}
	return float64(filled) / float64(of)
}

// stated tells whether a value says more than that nothing is known.
func stated(v catalogue.Value) bool { return !v.Empty() && v.String() != catalogue.NotStated }
