package search

import (
	"context"
	"strings"
	"unicode"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// surfaceForms finds the surface forms of terms: how Danes write them.
type surfaceForms struct {
	taxonomy *catalogue.Taxonomy
	rows     *rowList
	postings *postingReader
}

// of is the surface form of a term: as in the name of a municipality or region,
// in a title or in a label that has it, else by rule.
func (x *surfaceForms) of(ctx context.Context, e indexTerm) (string, error) {
	for _, o := range x.taxonomy.Organisations {
		if o.Kind != catalogue.Municipality && o.Kind != catalogue.Region {
			continue // Specialområde Autisme makes autisme no name
		}
		for _, name := range []string{o.Name, o.ShortName} { // Københavns Kommune, København
			if word := surfaceFormIn(name, e.term); word != "" {
				return word, nil
			}
		}
	}
	if e.fields.has(fieldTitle) {
		rows := bitset.New(uint(len(x.rows.all)))
		if _, err := x.postings.addTitlesWith(ctx, e.term, 1, rows); err != nil {
			return "", err
		}
		for row := range rows.EachSet() {
			if word := surfaceFormIn(x.rows.all[row].title, e.term); word != "" {
				return lowerCased(word), nil
			}
		}
	}
	for _, list := range x.taxonomy.Terms {
		for _, t := range list {
			for _, name := range append([]string{t.Label}, t.Synonyms...) {
				if word := surfaceFormIn(name, e.term); word != "" {
					return lowerCased(word), nil
				}
			}
		}
	}
	return danish.Spell(e.term), nil
}

// surfaceFormIn is the first word of a text that folds to a term; empty for none.
func surfaceFormIn(text, term string) string {
	for _, t := range danish.Tokens(text) {
		if t.Term == term {
			return strings.ReplaceAll(text[t.Start:t.End], "\u00ad", "")
		}
	}
	return ""
}

// lowerCased is a word in lower case, unless more than its first letter is upper:
// SMS.
func lowerCased(word string) string {
	first := true
	for _, r := range word {
		if !first && unicode.IsUpper(r) {
			return word
		}
		first = false
	}
	return strings.ToLower(word)
}
