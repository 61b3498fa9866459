package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/search"
)

// BroadWord is a word that a rule of the thesaurus makes too broad.
type BroadWord struct {
	Word          string
	Without, With int      // hits without the thesaurus, and with it
	Rules         []string // that have the word and what means the same
}

// SynonymReport is what is wrong with a thesaurus, over the practices given.
type SynonymReport struct {
	Broad []BroadWord
	// Unused are rules of whose words nothing stands in any text, nor in any query
	// of the sets.
	Unused []string
}

// CheckSynonyms looks at every word for which a rule of the taxonomy says what
// means the same, and at rules that nothing uses; queries are those of sets.
func CheckSynonyms(ctx context.Context, practices []catalogue.Practice, t *catalogue.Taxonomy, queries []string) (r SynonymReport, err error) {
	with, err := OpenSet(ctx, &Set{}, practices, t, 0)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, with.Close()) }()
	without, err := OpenSet(ctx, &Set{}, practices, t, search.LayerSynonyms)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, without.Close()) }()
	rules := map[string][]string{}
	for _, rule := range t.Synonyms {
		words := rule.Same
		if len(rule.Means) > 0 {
			words = rule.Search
		}
		for _, w := range words {
			rules[w] = append(rules[w], rule.String())
		}
	}
	for word, of := range rules {
		after, err := with.count1(ctx, word)
		if err != nil {
			return r, err
		}
		if !search.Broad(word, 0, after, len(practices)) {
			continue // whatever it has without
		}
		before, err := without.count1(ctx, word)
		if err != nil {
			return r, err
		}
		if search.Broad(word, before, after, len(practices)) {
			r.Broad = append(r.Broad, BroadWord{word, before, after, of})
		}
	}
	slices.SortFunc(r.Broad, func(a, b BroadWord) int { return strings.Compare(a.Word, b.Word) })
	r.Unused, err = with.unusedRules(ctx, t.Synonyms, queries)
	return r, err
}

func (e *Engine) count1(ctx context.Context, text string) (int, error) {
	n, err := e.index.Count(ctx, catalogue.Query{Text: text, Sort: catalogue.SortRelevance})
	if err != nil {
		return 0, fmt.Errorf("query %q: %w", text, err)
	}
	return n, nil
}

// unusedRules are rules of which no word that they lead to is in any text, and none
// that they are searched by in a query.
func (e *Engine) unusedRules(_ context.Context, rules []catalogue.SynonymRule, queries []string) (out []string, err error) {
	texts, asked := map[string]bool{}, map[string]bool{}
	for _, text := range e.texts {
		addStems(texts, text)
	}
	for _, q := range queries {
		addStems(asked, q)
	}
	has := func(stems map[string]bool, entries []string) bool {
		return slices.ContainsFunc(entries, func(entry string) bool {
			return !slices.ContainsFunc(danish.Tokens(entry), func(t danish.Token) bool { return !danish.IsStop(t.Term) && !stems[danish.Stem(t.Term)] })
		})
	}
	for _, r := range rules {
		to, from := slices.Concat(r.Same, r.Means, r.Finds), slices.Concat(r.Same, r.Search)
		if !has(texts, to) && !has(asked, from) {
			out = append(out, r.String())
		}
	}
	return out, nil
}

// addStems adds the stems of a text's words, and of the members of compounds.
func addStems(to map[string]bool, text string) {
	for _, t := range danish.Tokens(text) {
		to[danish.Stem(t.Term)] = true
		for _, m := range danish.Members(t.Term) {
			to[m.Stem] = true
		}
	}
}
