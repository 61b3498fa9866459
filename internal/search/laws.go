package search

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/law"
)

// defaultLaw is the law of a paragraph that stands without one: serviceloven, since
// this is the social-services area.
const defaultLaw = "serviceloven"

// lawTerm is the term of fieldLaw for a paragraph of a law, or with an empty
// paragraph for the law as a whole.
func lawTerm(slug, paragraph string) string { return slug + "§" + paragraph }

func lawOf(r law.Reference) string {
	if r.Law == "" {
		return defaultLaw
	}
	return r.Law
}

// lawTerms are the terms of the laws and paragraphs that texts name.
func lawTerms(texts []string) (out []textTerm) {
	for _, s := range texts {
		if !mayNameLaw(s) {
			continue
		}
		for _, r := range law.Find(s) {
			out = append(out, textTerm{lawTerm(lawOf(r), ""), 1})
			if r.Paragraph != "" {
				out = append(out, textTerm{lawTerm(lawOf(r), r.Paragraph), 1})
			}
		}
	}
	return out
}

// mayNameLaw tells whether a text can name a law: most texts do not, and looking
// for the names of all laws costs.
func mayNameLaw(s string) bool {
	return slices.ContainsFunc(lawMarks, func(mark string) bool { return strings.Contains(s, mark) })
}

// lawMarks are what a text that names a law has one of: parts of words, and the
// abbreviations.
var lawMarks = func() []string {
	out := []string{"§", "lov", "Lov", "LOV", "paragraf", "Paragraf", "orordning", "ekendtgørelse"}
	for _, l := range law.Laws {
		for _, n := range l.Names {
			if n == strings.ToUpper(n) {
				out = append(out, n)
			}
		}
	}
	return out
}()

// LawReading is a paragraph that was looked for, and what it is about.
type LawReading struct {
	Reference string // "serviceloven § 85"
	Title     string
	Words     []string // examples with one of these are hits too
}

// recogniseLaws puts one word in place of each reference to a law.
func recogniseLaws(text string, words []queryWord) []queryWord {
	references := law.Find(text)
	if len(references) == 0 {
		return words
	}
	var out []queryWord
	for i := 0; i < len(words); i++ {
		w := words[i]
		at := slices.IndexFunc(references, func(r law.Reference) bool { return w.start < r.End && r.Start < w.end })
		if at < 0 {
			out = append(out, w)
			continue
		}
		r := references[at]
		for i+1 < len(words) && words[i+1].start < r.End {
			i++
		}
		w.last, w.end, w.text = words[i].last, words[i].end, text[w.start:words[i].end]
		w.term = lawTerm(lawOf(r), r.Paragraph)
		w.stem, w.members, w.known, w.content, w.law = w.term, nil, true, true, &r
		out = append(out, w)
	}
	return out
}

// expandLaw finds the practices that name what a word refers to, and those with
// what a paragraph is about.
func (x *expander) expandLaw(ctx context.Context, w *queryWord, limit int) error {
	w.add(exact, indexTerm{term: w.term, stem: w.stem, fields: fieldLaw.set()})
	rule, ok := w.law.Rule()
	if !ok || w.law.Paragraph == "" {
		return nil
	}
	for _, list := range []struct {
		words []string
		same  bool
	}{{rule.Same, true}, {rule.Related, false}} {
		for _, word := range list.words {
			own := meaning{newConcept(word), list.same}
			if err := x.addMeaning(ctx, w, own, limit); err != nil {
				return err
			}
			for _, key := range phraseKeys(contentWords(word)) {
				for _, m := range x.thesaurus[key] {
					if m.facet < 0 || !m.same {
						continue
					}
					if err := x.addMeaning(ctx, w, meaning{m.concept, list.same}, limit); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// lawReadings are what the paragraphs of a query are about.
func lawReadings(words []queryWord) (out []LawReading) {
	for _, w := range words {
		if w.law == nil {
			continue
		}
		if rule, ok := w.law.Rule(); ok && w.law.Paragraph != "" {
			r := *w.law
			r.Law, r.Subsection = lawOf(r), ""
			out = append(out, LawReading{r.String(), rule.Title, rule.Same})
		}
	}
	return out
}
