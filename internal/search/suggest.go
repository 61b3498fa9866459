package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
	"weak"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
	index "github.com/blevesearch/bleve_index_api"
)

// Suggestion is what a visitor may be typing: a value of a facet, or a
// practice.
type Suggestion struct {
	Facet string // of the value; empty for a practice
	Slug  string // of the value
	ID    int64  // of the practice
	Label string
	// Synonym is the name by which a value was found when its label does not
	// have what was typed.
	Synonym string
	Count   int // practices that one gets by choosing it
}

// Bounds of what one suggestion costs; the catalogue may be large and it is
// asked at every letter.
const (
	maxValues   = 5    // facet values among the suggestions
	minTyped    = 2    // letters; one begins everything
	titleWords  = 3    // typed words that are looked up, the longest: the others are only compared
	titleTerms  = 48   // words of the dictionary that one typed word is read as
	titleReads  = 8192 // practices read for one typed word
	titleChecks = 512  // titles compared with what was typed
)

// suggested are the facets whose values are suggested, in the order in which
// equals are shown.
var suggested = []string{catalogue.FacetTargetGroup, catalogue.FacetContactForm, catalogue.FacetTheme, catalogue.FacetSolution, catalogue.FacetActor}

// Suggest gives at most n things whose names have the words of text: any word
// may be a beginning, in any order. Facet values come before practices; a name
// that begins with the text before one that has it further in, and that before
// a synonym. Values come by how many practices they have, practices by age.
func (x *Index) Suggest(ctx context.Context, text string, n int) ([]Suggestion, error) {
	s := x.acquire()
	if s == nil {
		return nil, errClosed
	}
	defer s.release()
	t := readTyped(text)
	if t.letters < minTyped {
		return nil, nil
	}
	out := s.suggestValues(t, min(n, maxValues))
	err := x.read(func() error {
		practices, err := s.suggestPractices(ctx, t, n-len(out))
		out = append(out, practices...)
		return err
	})
	return out, err
}

// typed is a text that somebody is typing.
type typed struct {
	words   []string // the longest first; of "covid-19" its two parts
	joined  string   // all of it as one word, as one may write it
	letters int
}

func readTyped(text string) typed {
	var t typed
	text, _ = catalogue.Query{Text: text}.SearchText()
	t.words, t.joined = nameWords(text, false)
	t.words = t.words[:min(len(t.words), catalogue.MaxSearchWords)]
	for _, w := range danish.Tokens(text) {
		if w.Parts == 0 {
			t.letters += utf8.RuneCountInString(text[w.Start:w.End])
		}
	}
	slices.SortStableFunc(t.words, func(a, b string) int { return len(b) - len(a) })
	return t
}

// nameWords are the words of a text, and all of it as one word; of what is
// hyphenated come the parts, and when asked for also the whole.
func nameWords(text string, wholes bool) (words []string, joined string) {
	parts := 0 // that still belong to the whole before
	for _, t := range danish.Tokens(text) {
		if parts > 0 {
			parts--
		} else {
			joined += t.Term
			parts = t.Parts
		}
		if t.Parts == 0 || wholes {
			words = append(words, t.Term)
		}
	}
	return words, joined
}

// fit is how a name has what was typed, the best first.
type fit uint8

const (
	fitBegins fit = iota
	fitWithin
	fitSynonym
	fitNot
)

// fit compares a name with what was typed. Every typed word takes a word of
// its own; as the longest choose first, none takes what only a longer one fits.
// A stop word is not what somebody begins to type: "me" is not "med".
func (t typed) fit(words []string, joined string) fit {
	if strings.HasPrefix(joined, t.joined) {
		return fitBegins
	}
	var taken uint64
	for _, w := range t.words {
		before := taken
		for i, have := range words[:min(len(words), 64)] {
			if taken&(1<<i) == 0 && strings.HasPrefix(have, w) && (have == w || !danish.IsStop(have)) {
				taken |= 1 << i
				break
			}
		}
		if taken == before {
			return fitNot
		}
	}
	return fitWithin
}

// named keeps the values of the snapshot that was asked last, and not the
// snapshot itself.
var named struct {
	sync.Mutex
	of     weak.Pointer[snapshot]
	values []namedValue
}

// suggestible are the values that can be suggested.
func (s *snapshot) suggestible() []namedValue {
	named.Lock()
	defer named.Unlock()
	if named.of.Value() != s {
		named.of, named.values = weak.Make(s), s.namedValues()
	}
	return named.values
}

// namedValue is a value that some practice has.
type namedValue struct {
	Suggestion
	names []valueName // the label first
}

type valueName struct {
	text   string
	words  []string
	joined string
}

func (v *namedValue) add(text string) {
	if words, joined := nameWords(text, true); len(words) > 0 {
		v.names = append(v.names, valueName{text, words, joined})
	}
}

// suggestValues are the n best facet values.
func (s *snapshot) suggestValues(t typed, n int) []Suggestion {
	type fitting struct {
		Suggestion
		fit fit
	}
	var found []fitting
	for _, v := range s.suggestible() {
		best, synonym := fitNot, ""
		for i, name := range v.names {
			f := t.fit(name.words, name.joined)
			if i == 0 && f < fitNot {
				best = f
				break
			}
			// Of the synonyms, one that begins so, else the first.
			if f == fitBegins || f == fitWithin && best == fitNot {
				best, synonym = fitSynonym, name.text
				if f == fitBegins {
					break
				}
			}
		}
		if best < fitNot {
			x := fitting{v.Suggestion, best}
			x.Synonym = synonym
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b fitting) int { return cmp.Or(cmp.Compare(a.fit, b.fit), cmp.Compare(b.Count, a.Count)) })
	var out []Suggestion
	for _, f := range found[:min(max(n, 0), len(found))] {
		out = append(out, f.Suggestion)
	}
	return out
}

// namedValues are all values that have practices, with all their names.
func (s *snapshot) namedValues() []namedValue {
	var out []namedValue
	for _, facet := range suggested {
		f := s.facets[facetPlace[facet]]
		place := map[string]int{} // in out, by slug
		for p, v := range f.tree.Values {
			count := int(f.practices[p].Count())
			if count == 0 || v.Slug == catalogue.NotStated {
				continue
			}
			place[v.Slug] = len(out)
			out = append(out, namedValue{Suggestion: Suggestion{Facet: facet, Slug: v.Slug, Label: v.Label, Count: count}})
			out[len(out)-1].add(v.Label)
		}
		name := func(slug string, names ...string) {
			if i, ok := place[slug]; ok {
				for _, text := range names {
					if !strings.HasPrefix(out[i].Label, text) { // whatever begins it begins the label
						out[i].add(text)
					}
				}
			}
		}
		for _, term := range s.taxonomy.Terms[f.tree.Vocabulary] {
			slug, _ := s.taxonomy.ResolveSlug(facet, term.Slug)
			name(slug, append([]string{term.Label}, term.Synonyms...)...)
		}
		if facet == catalogue.FacetActor {
			for _, o := range s.taxonomy.Organisations {
				name(o.Slug, o.Name, o.ShortName)
			}
		}
	}
	return out
}

// suggestPractices are the n best practices by their title.
func (s *snapshot) suggestPractices(ctx context.Context, t typed, n int) ([]Suggestion, error) {
	if n <= 0 {
		return nil, nil
	}
	rows, err := s.titlesHaving(ctx, t.words)
	if err != nil {
		return nil, err
	}
	var found [fitSynonym][]Suggestion
	checks := 0
	for r := range rows.EachSet() { // the newest first
		if checks++; checks > titleChecks || len(found[fitBegins]) == n {
			break
		}
		row := s.rows[r]
		if f := t.fit(nameWords(row.title, true)); f < fitSynonym {
			found[f] = append(found[f], Suggestion{ID: row.id, Label: row.title, Count: 1})
		}
	}
	out := slices.Concat(found[fitBegins], found[fitWithin])
	return out[:min(n, len(out))], ctx.Err()
}

// titlesHaving are the practices whose titles may have the words; a word that begins
// too many is not looked up, unless there is no other.
func (s *snapshot) titlesHaving(ctx context.Context, words []string) (*bitset.BitSet, error) {
	var all, some *bitset.BitSet
	for _, w := range words[:min(titleWords, len(words))] {
		have, whole, err := s.titlesBeginning(ctx, w)
		switch {
		case err != nil:
			return nil, err
		case whole:
			all = and(all, have)
		case some == nil:
			some = have
		}
		if all != nil && all.Count() <= titleChecks/4 { // fewer are not worth the reading
			break
		}
	}
	if all == nil {
		return some, nil
	}
	return all, nil
}

// titlesBeginning are the practices with a word in their title that begins so; whole
// is false when there are more.
func (s *snapshot) titlesBeginning(ctx context.Context, beginning string) (rows *bitset.BitSet, whole bool, err error) {
	looked := 0
	entries := s.lexicon.beginning(beginning, titleTerms, func(e entry) bool {
		looked++
		return e.fields.has(fieldTitle)
	})
	rows = bitset.New(uint(len(s.rows)))
	left := titleReads
	for _, e := range entries {
		if left, err = s.titlesWith(ctx, e.term, left, rows); err != nil || left == 0 {
			return rows, false, err
		}
	}
	return rows, looked < scan && len(entries) < titleTerms, nil
}

// titlesWith adds the practices with a word in their title to rows, at most
// limit, and says how many more it could have added.
func (s *snapshot) titlesWith(ctx context.Context, term string, limit int, rows *bitset.BitSet) (left int, err error) {
	tfr, err := s.reader.TermFieldReader(ctx, []byte(term), fieldNames[fieldTitle], false, false, false)
	if err != nil {
		return 0, err
	}
	defer tfr.Close()
	var doc index.TermFieldDoc
	for ; limit > 0; limit-- {
		p, err := tfr.Next(&doc)
		if err != nil || p == nil {
			return limit, err
		}
		if r := s.docs[docNumber(p.ID)]; r >= 0 {
			rows.Set(uint(r))
		}
	}
	return 0, ctx.Err()
}
