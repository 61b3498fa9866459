package search

import (
	"context"
	_ "embed"
	"strings"
	"sync"

	"praksis/internal/catalogue"
)

// Trial is what a word finds with the rules of the thesaurus in force, and with others.
type Trial struct {
	Word string
	// Before and After are the hits, the best first.
	Before, After []int64
	// NearBefore and NearAfter are those that are shown apart from the hits, the best
	// first.
	NearBefore, NearAfter []int64
	// Broad tells that the other rules make the word too broad (Broad), as
	// "praksis synonyms check" would say.
	Broad bool
}

// TrySynonyms tells what words would find if the rules were those of the thesaurus. It
// fails as Search does, and changes nothing.
func (x *Index) TrySynonyms(ctx context.Context, rules []catalogue.SynonymRule, words []string) (out []Trial, err error) {
	err = x.withWords(func(s *snapshot) error {
		out = nil
		after, plain := s.withSynonyms(rules, 0), s.withSynonyms(nil, LayerSynonyms)
		for _, word := range words {
			t := Trial{Word: word}
			var without, nearWithout []int64
			for _, c := range []struct {
				by        *searcher
				ids, near *[]int64
			}{{s.searcher, &t.Before, &t.NearBefore}, {after, &t.After, &t.NearAfter}, {plain, &without, &nearWithout}} {
				a, err := c.by.read(ctx, catalogue.Query{Text: word, Sort: catalogue.SortRelevance})
				if err != nil {
					return err
				}
				if err := c.by.rerank(ctx, &a.answer, catalogue.SortRelevance); err != nil {
					a.release()
					return err
				}
				*c.ids = c.by.retriever.page(&a.answer, catalogue.SortRelevance, 0, a.total)
				*c.near = c.by.retriever.nearPage(&a.answer, 0, len(a.near))
				a.release()
			}
			t.Broad = Broad(word, len(without), len(t.After), len(s.rows.all))
			out = append(out, t)
		}
		return nil
	})
	return out, err
}

// withSynonyms is the snapshot's searcher with other rules of the thesaurus, and with
// layers disabled beside those that are.
func (s *snapshot) withSynonyms(rules []catalogue.SynonymRule, disabled Layers) *searcher {
	facets := *s.facets
	facets.taxonomy = s.taxonomy.WithSynonyms(rules)
	known := newTaxonomyNames(&facets)
	was := s.retriever.matcher
	expander := *was.expander
	expander.thesaurus, expander.facets, expander.disabled = known.thesaurus, &facets, was.disabled|disabled
	r := &retriever{s.rows, &facets, s.retriever.names, &matcher{&expander, s.postings, expander.disabled}, &filterOfferer{&facets, nil, known.values, known.phrases}}
	return newSearcher(s.version, s.bare, s.rows, &facets, s.postings, &expander, r, s.similar)
}

// broadWords are the words of which it is right that what means the same multiplies
// their hits; each line has a word and the reason.
//
//go:embed broad.txt
var broadWords string

// A word whose hits what means the same multiplies by broadFactor, and which are
// then more than one in broadShare practices, is not meant so broadly.
const (
	broadFactor = 3
	broadShare  = 10
)

// Broad tells whether what means the same makes a word too broad: without and with are
// its hits without the thesaurus and with it, of all practices.
func Broad(word string, without, with, all int) bool {
	return with*broadShare > all && with >= broadFactor*without && !broadAllowed()[word]
}

var broadAllowed = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(broadWords) {
		if word, _, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
			out[strings.TrimSpace(word)] = true
		}
	}
	return out
})
