package search

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
	index "github.com/blevesearch/bleve_index_api"
)

// The fields of a document in which names are found. Their terms are in no lexicon.
const (
	// capitalField has the terms of words with a capital that do not begin a
	// sentence: Vejen Kommune, but not "Vejen til job".
	capitalField = "capital"
	// providerField has the names of who carried a practice out, folded.
	providerField = "provider"
)

// name is what an organisation or an institution is called: one or several terms
// in a row.
type name struct {
	terms []string
	// actor is the place of the organisation in the tree of catalogue.FacetActor;
	// -1 for an institution, which is text on a practice.
	actor int
}

// phrase is the name as one string.
func (n name) phrase() string { return strings.Join(n.terms, " ") }

// nameIndex has all names by their first term, the longest first. It never changes.
type nameIndex map[string][]name

// newNameIndex reads the names of a snapshot: those of all organisations in every
// spelling that people use, and those of the providers.
func newNameIndex(f *facetIndex, providers []string) nameIndex {
	x := nameIndex{}
	actors := facetPlace[catalogue.FacetActor]
	for _, o := range f.taxonomy.Organisations {
		if place := f.place(actors, o.Slug); place >= 0 && o.Kind != catalogue.Several {
			for _, spelling := range o.Spellings() {
				x.add(spelling, place)
			}
		}
	}
	for _, p := range providers {
		x.add(p, -1)
	}
	for _, list := range x {
		slices.SortStableFunc(list, func(a, b name) int { return len(b.terms) - len(a.terms) })
	}
	x.compact()
	return x
}

// compact moves the names together: there may be 20,000, each made by itself.
func (x nameIndex) compact() {
	nNames, nTerms := 0, 0
	for _, list := range x {
		nNames += len(list)
		for _, n := range list {
			nTerms += len(n.terms)
		}
	}
	names, terms := newPiece[name](nNames), newPiece[string](nTerms)
	for first, list := range x {
		for i := range list {
			list[i].terms = terms.moved(list[i].terms)
		}
		x[first] = names.moved(list)
	}
}

func (x nameIndex) add(spelling string, actor int) {
	var terms []string
	for _, w := range allWords(spelling) {
		terms = append(terms, w.term)
	}
	if len(terms) == 0 || slices.ContainsFunc(x[terms[0]], func(n name) bool { return slices.Equal(n.terms, terms) }) {
		return
	}
	x[terms[0]] = append(x[terms[0]], name{terms, actor})
}

// match finds the longest name that begins a list of words; nil when none does.
// The last word of a name may have the s of the genitive.
func (x nameIndex) match(words []queryWord) *name {
	if len(words) == 0 {
		return nil
	}
	firsts := []string{words[0].term}
	if s, ok := strings.CutSuffix(words[0].term, "s"); ok {
		firsts = append(firsts, s) // Hernings
	}
	var best *name
	for _, first := range firsts {
		for i, n := range x[first] {
			if len(n.terms) <= len(words) && (best == nil || len(n.terms) > len(best.terms)) && n.isAt(words) {
				best = &x[first][i]
			}
		}
	}
	return best
}

// has tells whether a word is a name by itself.
func (x nameIndex) has(term string) bool {
	return slices.ContainsFunc(x[term], func(n name) bool { return len(n.terms) == 1 })
}

func (n *name) isAt(words []queryWord) bool {
	last := len(n.terms) - 1
	for i, term := range n.terms {
		if w := words[i].term; w != term && !(i == last && !strings.HasSuffix(term, genitive) && w == term+genitive) {
			return false
		}
	}
	return words[last].position-words[0].position == last
}

// genitive is what a name has at its end: Hernings.
const genitive = "s"

// nameFinder recognises names in queries, and finds who they are of and about.
type nameFinder struct {
	names    nameIndex
	byActor  func() map[int][]name // made when first asked for
	facets   *facetIndex
	postings *postingReader
}

// newNameFinder makes a finder of the names; before is one with the same names, or nil.
func newNameFinder(x nameIndex, before *nameFinder, f *facetIndex, p *postingReader) *nameFinder {
	byActor := sync.OnceValue(x.byActor)
	if before != nil {
		byActor = before.byActor
	}
	return &nameFinder{x, byActor, f, p}
}

// recognise puts one word in place of each name in a query. A name that is also a
// word counts with a capital, and where no text has the word (domain.md, "Hits").
// It sets inName of words of a name in small letters, those given among them.
func (x *nameFinder) recognise(ctx context.Context, words []queryWord) ([]queryWord, error) {
	var out []queryWord
	for i := 0; i < len(words); i++ {
		if words[i].known {
			out = append(out, words[i])
			continue
		}
		n := x.names.match(words[i:])
		ok, err := n != nil, error(nil)
		switch {
		case !ok || isPlaceAskedFor(words[:i]):
		case n.actor < 0:
			// børn og familie are words and the department, Børn og Familie is the department.
			if ok = startsUpper(words[i].text); !ok {
				for j := range words[i : i+len(n.terms)] {
					words[i+j].inName = n
				}
			}
		case len(n.terms) == 1 && danish.IsWord(n.terms[0]):
			ok, err = x.isMeant(ctx, n, words, i)
		}
		if err != nil {
			return nil, err
		}
		if !ok {
			out = append(out, words[i])
			continue
		}
		w, last := words[i], words[i+len(n.terms)-1]
		w.name, w.known, w.content, w.members, w.last, w.end = n, true, true, nil, last.last, last.end
		if len(n.terms) > 1 {
			w.term = n.phrase()
			w.stem = w.term
		} else {
			w.term, w.stem = n.terms[0], n.terms[0]
		}
		w.text = n.phrase()
		out = append(out, w)
		i += len(n.terms) - 1
	}
	return out, nil
}

// isMeant tells whether a word that is also a name means the name.
func (x *nameFinder) isMeant(ctx context.Context, n *name, words []queryWord, i int) (bool, error) {
	// Phones begin every query with a capital.
	if startsUpper(words[i].text) && (i > 0 || len(words) == 1) {
		return true, nil
	}
	return x.isAlwaysName(ctx, n.terms[0])
}

// isAlwaysName tells whether a term has a capital wherever it stands.
func (x *nameFinder) isAlwaysName(ctx context.Context, term string) (bool, error) {
	all, err := x.postings.inRow(ctx, []string{term})
	if err != nil {
		return false, err
	}
	capital, err := x.postings.withTerm(ctx, capitalField, term)
	return err == nil && all.DifferenceCardinality(capital) == 0, err
}

// practices are those by or about who has a name: the actors, the providers, and
// the texts that have the name in a row, with the s of the genitive or without.
// The caller must not change them.
func (x *nameFinder) practices(ctx context.Context, n *name) (*bitset.BitSet, error) {
	key := setKey("name", n.actor, n.phrase())
	if s, ok := x.postings.sets.get(key); ok {
		return s.all, nil
	}
	out := bitset.New(uint(x.postings.rows))
	if n.actor >= 0 {
		out.InPlaceUnion(x.facets.facets[facetPlace[catalogue.FacetActor]].practices[n.actor])
	}
	for _, m := range x.spellings(n) {
		p, err := x.postings.withTerm(ctx, providerField, m.phrase())
		if err != nil {
			return nil, err
		}
		out.InPlaceUnion(p)
		last := len(m.terms) - 1
		for _, end := range []string{m.terms[last], m.terms[last] + genitive} {
			if p, err = x.mentions(ctx, append(slices.Clone(m.terms[:last]), end)); err != nil {
				return nil, err
			}
			out.InPlaceUnion(p)
		}
	}
	x.postings.sets.put(key, togetherSets{together: out, all: out, terms: ofName})
	return out, nil
}

// mentions are the practices whose texts have terms in a row; a single one with a
// capital (KL is no kl.).
func (x *nameFinder) mentions(ctx context.Context, terms []string) (*bitset.BitSet, error) {
	if len(terms) == 1 {
		return x.postings.withTerm(ctx, capitalField, terms[0])
	}
	return x.postings.inRow(ctx, terms)
}

// spellings are all names of the same organisation, n among them.
func (x *nameFinder) spellings(n *name) []name {
	if n.actor < 0 {
		return []name{*n}
	}
	return x.byActor()[n.actor]
}

// byActor are the names of each organisation, in alphabetical order.
func (x nameIndex) byActor() map[int][]name {
	out := map[int][]name{}
	for _, list := range x {
		for _, n := range list {
			if n.actor >= 0 {
				out[n.actor] = append(out[n.actor], n)
			}
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b name) int { return strings.Compare(a.phrase(), b.phrase()) })
	}
	return out
}

// withTerm are the practices with a term in one of the fields of names. The caller
// must not change them.
func (x *postingReader) withTerm(ctx context.Context, field, term string) (*bitset.BitSet, error) {
	key := setKey(field, 0, term)
	if s, ok := x.sets.get(key); ok {
		return s.all, nil
	}
	out, in := x.sets.old.withoutChanged(key)
	if out == nil {
		out = bitset.New(uint(x.rows))
	}
	err := readPostings(ctx, x.reader, field, term, in, func(doc uint64, _, _ float32) {
		if r := x.rowOf[doc]; r >= 0 {
			out.Set(uint(r))
		}
	})
	if err == nil {
		x.sets.put(key, togetherSets{together: out, all: out, terms: ofField})
	}
	return out, err
}

// providerNames are all names in providerField.
func providerNames(r index.IndexReader) (out []string, err error) {
	dict, err := r.FieldDict(providerField)
	if err != nil {
		return nil, err
	}
	defer dict.Close()
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return out, err
		}
		out = append(out, e.Term)
	}
}

// capitalTerms are the terms of the words of a text that have a capital and do not
// begin a sentence, or that no dictionary has.
func (c tokenCache) capitalTerms(text string) (out []textTerm) {
	for _, t := range c.tokens(text) {
		if startsUpper(text[t.Start:]) && (!beginsSentence(text, t.Start) || !danish.IsWord(t.Term)) {
			out = append(out, textTerm{t.Term, 1})
		}
	}
	return out
}

// beginsSentence tells whether the word at a place of a text is the first of it, or
// stands behind what ends a sentence or begins another.
func beginsSentence(text string, at int) bool {
	before := strings.TrimRight(text[:at], "\t\r »«\"“”„'(*_#")
	return before == "" || strings.HasSuffix(before, "\n") || strings.ContainsAny(before[len(before)-1:], ".!?:-") || strings.HasSuffix(before, "–") || strings.HasSuffix(before, "•")
}

// beforePlace is what ends a name in front of the place: Hjemmevejlederkontoret i
// Ringkøbing.
var beforePlace = regexp.MustCompile(` (?i:i|på|ved|m\.fl\.)( |$)`)

// providerTerms are the folded names in a provider: "Projekt BRUS, Center for
// Socialt Udsatte (CSU)" has three. One with its place has that without it too.
func providerTerms(provider string) (out []textTerm) {
	for _, part := range strings.FieldsFunc(provider, func(r rune) bool { return strings.ContainsRune(",;/()", r) }) {
		names := []string{part}
		if at := beforePlace.FindStringIndex(part); at != nil {
			names = append(names, part[:at[0]])
		}
		for _, name := range names {
			var terms []string
			for _, w := range allWords(strings.TrimSpace(name)) {
				terms = append(terms, w.term)
			}
			if len(terms) > 0 {
				out = append(out, textTerm{strings.Join(terms, " "), 1})
			}
		}
	}
	return out
}
