package search

import (
	"context"
	"slices"
	"strings"

	"praksis/internal/danish"
)

// Bounds of the meanings that a query can have: a text made of nothing but
// labels must not cost more than a search.
const (
	maxMeanings     = 72
	maxWordMeanings = 24 // that begin at one word
	maxLikewise     = 24 // compounds that have one synonym as a part; fewer where there are many words
)

// expandSynonyms looks for rows of words that a vocabulary or the thesaurus
// knows. Whoever writes such a row means the practices that carry the term,
// and those that have the words of its label.
func (x *expander) expandSynonyms(ctx context.Context, words []queryWord, limit int) error {
	n := synonymExpansion{expander: x, words: words, limit: limit, left: maxMeanings}
	all, content := make([]int, len(words)), []int{}
	for i, w := range words {
		all[i] = i
		if w.content {
			content = append(content, i)
		}
	}
	if err := n.rows(ctx, all); err != nil {
		return err
	}
	if len(content) < len(all) {
		if err := n.rows(ctx, content); err != nil {
			return err
		}
	}
	for i := range words {
		if err := n.parts(ctx, &words[i]); err != nil {
			return err
		}
	}
	return nil
}

type synonymExpansion struct {
	*expander
	words []queryWord
	limit int // of the words that have one stem
	left  int // meanings that may still be looked at
}

// rows expands each row of the words at the places.
func (x *synonymExpansion) rows(ctx context.Context, places []int) error {
	for i := range places {
		var row []queryWord
		left := maxWordMeanings
		for n, place := range places[i:min(i+maxSpan, len(places))] {
			row = append(row, x.words[place])
			for _, m := range x.meanings(row) {
				if x.left--; x.left < 0 {
					return nil
				}
				if left--; left < 0 {
					break
				}
				if err := x.mean(ctx, places[i:i+n+1], m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (x *synonymExpansion) meanings(row []queryWord) []*meaning {
	var out []*meaning
	if !slices.ContainsFunc(row, func(w queryWord) bool { return w.content }) {
		return nil
	}
	for _, key := range spanKeys(row) {
		for _, m := range x.synonyms[key] {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// mean gives the content words at the places a meaning.
func (x *synonymExpansion) mean(ctx context.Context, places []int, m *meaning) error {
	var set expandedSet
	if len(m.stems) > 1 || m.facet >= 0 {
		practices, err := x.postings.withAll(ctx, x.labelled(m.stems))
		if err != nil {
			return err
		}
		if m.facet >= 0 {
			practices.InPlaceUnion(x.facets.facets[m.facet].practices[m.place])
		}
		set = expandedSet{practices, synonym, m.label}
	}
	for _, p := range places {
		w := &x.words[p]
		if !w.content {
			continue
		}
		if set.practices != nil {
			w.sets = append(w.sets, set)
		}
		if len(m.stems) == 1 {
			w.add(synonym, x.lexicon.inflections(m.stems[0], x.limit)...)
			w.add(likewise, x.lexicon.compounds(m.stems[0], fewer(x.limit))...)
			w.add(likewise, x.lexicon.kin(danish.Root(m.stems[0]), m.stems[0], fewer(x.limit))...)
		}
	}
	return nil
}

// fewer is how many compounds of a synonym are looked at where limit words of a
// stem are.
func fewer(limit int) int { return min(maxLikewise, limit/4) }

// labelled are the words of a label, each with its inflections.
func (x *expander) labelled(stems []string) [][]entry {
	var out [][]entry
	for _, stem := range stems {
		out = append(out, x.lexicon.inflections(stem, maxPerWord))
	}
	return out
}

// parts finds what has each part of a compound or a synonym of it: of
// "misbrugsbehandling", what has rusmidler and behandling.
func (x *synonymExpansion) parts(ctx context.Context, w *queryWord) error {
	if !w.content || len(w.parts) == 0 || len(w.parts) > 3 {
		return nil
	}
	lists, any := x.alternatives(w.parts, x.limit)
	if !any {
		return nil
	}
	practices, err := x.postings.withAll(ctx, lists)
	if err == nil {
		w.sets = append(w.sets, expandedSet{practices, likewise, strings.Join(w.parts, " ")})
	}
	return err
}

// alternatives are the words that have each of the parts or a synonym of it;
// any when there is a synonym.
func (x *expander) alternatives(parts []string, limit int) (lists [][]entry, any bool) {
	lists = make([][]entry, len(parts))
	for i, stem := range parts {
		lists[i] = append(x.lexicon.inflections(stem, limit), x.lexicon.compounds(stem, fewer(limit))...)
		for _, m := range x.synonyms[stem+" "] {
			if len(m.stems) == 1 {
				lists[i] = append(lists[i], x.lexicon.inflections(m.stems[0], limit)...)
				lists[i] = append(lists[i], x.lexicon.compounds(m.stems[0], fewer(limit))...)
				any = true
			}
		}
	}
	return lists, any
}
