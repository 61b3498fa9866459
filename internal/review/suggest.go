package review

import (
	"cmp"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// SuggestedTerm is a term that a text speaks of and that its record has not.
type SuggestedTerm struct {
	// Field is the path of the field that it would be added to.
	Field string
	catalogue.TermRef
	// Words are those of the text that suggest it, as they are written there.
	Words []string
}

// Bounds of what is suggested: what an editor looks through at a glance.
const (
	maxSuggested      = 5 // terms of a field
	maxSuggestedWords = 3 // of a term
)

// Words knows the labels and synonyms of a taxonomy, to find them in texts. It is
// made once for a taxonomy, and never changes.
type Words struct {
	taxonomy *catalogue.Taxonomy
	names    map[string][]wordsName // by the first stem
	rules    map[string][]wordsRule
}

// wordsName is a label or a synonym of a term, as stems.
type wordsName struct {
	stems      []string
	vocabulary catalogue.Vocabulary
	term       *catalogue.Term
}

// wordsRule is an entry of a synonym rule, as stems, with the words that people
// search by for the same.
type wordsRule struct{ stems, others []string }

// NewWords reads a taxonomy.
func NewWords(t *catalogue.Taxonomy) *Words {
	w := &Words{taxonomy: t, names: map[string][]wordsName{}, rules: map[string][]wordsRule{}}
	for _, f := range catalogue.Fields {
		if !suggests(f) {
			continue
		}
		terms := t.Terms[f.Vocabulary]
		for i := range terms {
			x := &terms[i]
			if x.Successor != "" || x.Slug == catalogue.AcrossGroups || x.Slug == catalogue.NotStated || x.Slug == "andet" {
				continue
			}
			for _, name := range append([]string{x.Label}, x.Synonyms...) {
				if s := stems(name); len(s) > 0 && !allStops(name) {
					w.names[s[0]] = append(w.names[s[0]], wordsName{s, f.Vocabulary, x})
				}
			}
		}
	}
	for _, r := range t.Synonyms {
		said, others := r.Means, r.Search // who searches for one of Search asks for what has one of Means
		if len(r.Same) > 0 {
			said, others = r.Same, r.Same
		}
		for _, entry := range said {
			if s := stems(entry); len(s) > 0 {
				w.rules[s[0]] = append(w.rules[s[0]], wordsRule{s, others})
			}
		}
	}
	return w
}

// Taxonomy is the one that was read.
func (w *Words) Taxonomy() *catalogue.Taxonomy { return w.taxonomy }

// suggests tells whether terms of a field are suggested: what the source only
// supposes is not read out of a text.
func suggests(f *catalogue.Field) bool {
	return f.Kind == catalogue.FieldTerms && f.Path != "transfer_to" && f.Path != "perspectives"
}

// stems are the words of a text as stems, without the members of words that are
// joined.
func stems(text string) (out []string) {
	for _, t := range wholeWords(danish.Tokens(text)) {
		out = append(out, danish.Stem(t.Term))
	}
	return out
}

// wholeWords leaves out the members of tokens.
func wholeWords(list []danish.Token) (out []danish.Token) {
	for i := 0; i < len(list); i += 1 + list[i].Members {
		out = append(out, list[i])
	}
	return out
}

func allStops(name string) bool {
	return !slices.ContainsFunc(danish.Tokens(name), func(t danish.Token) bool { return !danish.IsStop(t.Term) })
}

// spoken is what of a text is looked through: its words, each as its stem.
type spoken struct {
	text   string
	tokens []danish.Token
	stems  []string
}

func speak(text string) spoken {
	s := spoken{text: text, tokens: wholeWords(danish.Tokens(text))}
	for _, t := range s.tokens {
		s.stems = append(s.stems, danish.Stem(t.Term))
	}
	return s
}

// at tells whether stems stand in a row at a place.
func (s spoken) at(i int, stems []string) bool {
	return i+len(stems) <= len(s.stems) && slices.Equal(s.stems[i:i+len(stems)], stems)
}

// word is how n words from a place on are written.
func (s spoken) word(i, n int) string {
	return strings.Join(strings.Fields(s.text[s.tokens[i].Start:s.tokens[i+n-1].End]), " ")
}

// Suggest finds the terms that the texts of a record speak of by a label or a
// synonym, and that it has not, nor one above or below them: at most five of a
// field, those that most words speak of first.
func (w *Words) Suggest(p *catalogue.Practice) []SuggestedTerm {
	var texts []string
	for _, t := range OwnTexts(p) {
		texts = append(texts, t.Text)
	}
	return w.SuggestOf(texts, p)
}

// SuggestOf is Suggest of other texts that a record is made of.
func (w *Words) SuggestOf(texts []string, p *catalogue.Practice) (out []SuggestedTerm) {
	own := p.Clone()
	own.AddFindingTerms()
	type found struct {
		wordsName
		words []string
		count int
	}
	hits := map[*catalogue.Term]*found{}
	for _, text := range texts {
		s := speak(text)
		for i, stem := range s.stems {
			for _, name := range w.names[stem] {
				if !s.at(i, name.stems) {
					continue
				}
				f := hits[name.term]
				if f == nil {
					f = &found{wordsName: name}
					hits[name.term] = f
				}
				f.count++
				if word := s.word(i, len(name.stems)); len(f.words) < maxSuggestedWords && !slices.ContainsFunc(f.words, func(x string) bool { return strings.EqualFold(x, word) }) {
					f.words = append(f.words, word)
				}
			}
		}
	}
	for _, field := range catalogue.Fields {
		if !suggests(field) {
			continue
		}
		has := w.related(field, &own)
		var list []*found
		for _, f := range hits {
			if f.vocabulary == field.Vocabulary && !has[f.term.Slug] {
				list = append(list, f)
			}
		}
		slices.SortFunc(list, func(a, b *found) int {
			return cmp.Or(cmp.Compare(len(b.words), len(a.words)), cmp.Compare(b.count, a.count), danish.Compare(a.term.Label, b.term.Label))
		})
		for _, f := range list[:min(len(list), maxSuggested)] {
			out = append(out, SuggestedTerm{field.Path, catalogue.TermRef{Slug: f.term.Slug, Label: f.term.Label}, f.words})
		}
	}
	return out
}

// related are the slugs of a field's terms, and of those above and below them.
func (w *Words) related(field *catalogue.Field, p *catalogue.Practice) map[string]bool {
	terms := w.taxonomy.Terms[field.Vocabulary]
	parent := map[string]string{}
	for _, t := range terms {
		parent[t.Slug] = t.Parent
	}
	own := map[string]bool{}
	for _, r := range *field.Of(p).Terms() {
		if t := w.taxonomy.Term(field.Vocabulary, r.String()); t != nil {
			own[t.Slug] = true
		}
	}
	out := map[string]bool{}
	for slug := range own {
		for ; slug != "" && !out[slug]; slug = parent[slug] {
			out[slug] = true
		}
	}
	for _, t := range terms {
		for up, n := t.Slug, 0; up != "" && n < len(terms); up, n = parent[up], n+1 {
			if own[up] {
				out[t.Slug] = true
			}
		}
	}
	return out
}

// maxSearchWords is how many searcher's words a record should have at most
// (the help of the field says so).
const maxSearchWords = 12

// SearchWords proposes words that people search by, and that neither the texts nor
// the terms of a record have: what stands for words of its texts in the domain's
// synonyms, and then the synonyms of its terms. With those that it has they are at
// most twelve.
func (w *Words) SearchWords(p *catalogue.Practice) (out []string) {
	var texts []spoken
	for v := range p.Values() {
		for _, text := range v.IndexTexts() {
			texts = append(texts, speak(text))
		}
	}
	has := func(stems []string) bool {
		return slices.ContainsFunc(texts, func(s spoken) bool {
			for i := range s.stems {
				if s.at(i, stems) {
					return true
				}
			}
			return false
		})
	}
	room := maxSearchWords - len(p.SearchWords)
	propose := func(words []string) {
		for _, word := range words {
			s := stems(word)
			if len(out) < room && len(s) > 0 && !has(s) {
				out = append(out, word)
				texts = append(texts, spoken{stems: s}) // and no other form of it
			}
		}
	}
	for _, t := range OwnTexts(p) {
		s := speak(t.Text)
		for i, stem := range s.stems {
			for _, r := range w.rules[stem] {
				if s.at(i, r.stems) {
					propose(r.others)
				}
			}
		}
	}
	for _, f := range catalogue.Fields {
		if !suggests(f) {
			continue
		}
		for _, r := range *f.Of(p).Terms() {
			if t := w.taxonomy.Term(f.Vocabulary, r.String()); t != nil {
				propose(t.Synonyms)
			}
		}
	}
	return out
}
