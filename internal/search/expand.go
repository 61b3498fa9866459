package search

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"praksis/internal/danish"

	"github.com/bits-and-blooms/bitset"
)

// Bounds of what a query reads. Reading the postings of one term costs some
// microseconds, so that the worst query stays in milliseconds (faults.md,
// row 20).
const (
	maxTerms   = 512 // of a whole query, the same for each word
	maxPerWord = 96  // of one word
)

// expander finds the expansions of the words of a query.
type expander struct {
	lexicon   *lexicon
	postings  *postingReader
	thesaurus thesaurus
	facets    *facetIndex
	names     *nameFinder
	disabled  Layers
}

// expand adds to each word its expansions, but for spelling candidates and
// n-gram matches. It fails with ctx's error, and where the index cannot be read.
func (x *expander) expand(ctx context.Context, words []queryWord) error {
	if len(words) == 0 {
		return nil
	}
	limit := termLimit(words)
	for i := range words {
		w := &words[i]
		w.unit, w.slip = i, x.isSlip(*w)
	}
	for i := range words {
		w := &words[i]
		if w.law != nil {
			if err := x.expandLaw(ctx, w, limit); err != nil {
				return err
			}
			continue
		}
		if w.name != nil {
			if err := x.expandName(ctx, w); err != nil {
				return err
			}
			continue
		}
		if w.inName != nil {
			practices, err := x.names.practices(ctx, w.inName)
			if err != nil {
				return err
			}
			w.sets = append(w.sets, expandedSet{practices, exact, w.inName.phrase(), nil})
		}
		if w.slip {
			w.stem = w.term
			x.expandJoined(words, i, limit)
			continue
		}
		w.add(exact, indexTerm{term: w.term, stem: w.stem, fields: x.lexicon.fields(w.term)})
		if !x.disabled.has(LayerInflection) && !w.short {
			w.add(inflected, x.inflectionsOf(*w, limit)...)
		}
		if !w.content || w.short {
			continue
		}
		if !x.disabled.has(LayerCompounds) {
			w.add(viaMember, x.lexicon.compounds(w.stem, limit)...)
			x.expandJoined(words, i, limit)
		}
		if !x.disabled.has(LayerDerivation) {
			w.add(derived, x.lexicon.sameRoot(danish.Root(w.stem), w.stem, limit)...)
		}
		if err := x.expandCompound(ctx, w, limit); err != nil {
			return err
		}
	}
	var phrases [][]int
	if !x.disabled.has(LayerSynonyms) {
		var err error
		if phrases, err = x.expandSynonyms(ctx, words, limit); err != nil {
			return err
		}
	}
	apart, err := x.findApart(ctx, words, limit)
	if err != nil {
		return err
	}
	joinUnits(words, append(phrases, apart...))
	return nil
}

// expandJoined adds to the i'th word and the next one the terms that they make
// together, and notes whether there are any. A slip makes only what is in the index as it is written.
func (x *expander) expandJoined(words []queryWord, i, limit int) {
	if i+1 == len(words) || x.disabled.has(LayerCompounds) {
		return
	}
	w, next := &words[i], &words[i+1]
	if !next.content || next.known || next.position != w.position+1 {
		return
	}
	joined := x.joinedTerms(w.term, next.term, limit)
	if w.slip || next.slip {
		joined = slices.DeleteFunc(slices.Clone(joined), func(e indexTerm) bool { return !isJoined(e.term, w.term, next.term) })
	}
	w.add(inflected, joined...)
	next.add(inflected, joined...)
	w.apart = len(joined) > 0
}

// findApart finds the compounds of two members that were typed as two words: those that
// a text has as one. Whoever types "hjemme arbejde" means hjemmearbejde, and what has
// the two far apart has the compound no more than if it had been typed as one (domain.md,
// "Hits"). It sets together of the second words, and gives the places of each two.
func (x *expander) findApart(ctx context.Context, words []queryWord, limit int) (out [][]int, err error) {
	for i, w := range words {
		if !w.apart || len(w.members) > 0 || len(words[i+1].members) > 0 {
			continue
		}
		next := &words[i+1]
		key := setKey("apart", limit, w.term+" "+next.term)
		together, _, err := x.postings.closeTogether(ctx, key, func() [][]indexTerm { return [][]indexTerm{w.hitTerms(), next.hitTerms()} })
		if err != nil {
			return nil, err
		}
		// What a vocabulary says of a practice stands beside all of its text.
		next.together = together.Clone()
		for _, s := range slices.Concat(w.sets, next.sets) {
			if s.matchType.makesHit() {
				next.together.InPlaceUnion(s.practices)
			}
		}
		out = append(out, []int{i, i + 1})
	}
	return out, nil
}

// isSlip tells whether a word is one that neither the dictionary, the index nor a
// vocabulary has as it is written, nor is inflected as one of the index that the
// dictionary lacks: what it shares a stem with is another word (aarhuss, skolle) or a
// name (Rander), and counts only when the page says so (domain.md, "Hits").
func (x *expander) isSlip(w queryWord) bool {
	if !w.content || w.known || w.short || len(w.members) > 0 || x.disabled.has(LayerSpelling) ||
		danish.Letters(w.term) < oneEditLetters || !hasOnlyLetters(w.term) ||
		x.lexicon.fields(w.term) != 0 || x.thesaurus.hasWritten(w.term) || danish.IsWord(w.term) {
		return false
	}
	return !slices.ContainsFunc(x.lexicon.inflections(w.stem, maxPerWord), func(e indexTerm) bool {
		return !danish.IsWord(e.term) && danish.IsInflection(w.term, e.term) && !x.names.names.has(e.term)
	}) && !slices.ContainsFunc(x.lexicon.compounds(w.stem, maxPerWord), func(e indexTerm) bool { return hasMember(e.term, w.term) })
}

// hasMember tells whether a compound has a word as a member as it is written.
func hasMember(term, word string) bool {
	return slices.ContainsFunc(compounds.membersOf(term), func(m danish.Member) bool {
		return term[m.Start:m.End] == word || term[m.Start:m.End-m.Link] == word
	})
}

// inflectionsOf are the terms with the stem of a word. A stop word is no inflection
// of another word (demens, dem).
func (x *expander) inflectionsOf(w queryWord, limit int) []indexTerm {
	return slices.DeleteFunc(slices.Clone(x.lexicon.inflections(w.stem, limit)), func(e indexTerm) bool {
		return e.term != w.term && danish.IsStop(e.term) && !danish.IsStop(w.term)
	})
}

// expandName finds those by and about who has a name. A name of one word that is no
// other word counts where it stands, too.
func (x *expander) expandName(ctx context.Context, w *queryWord) error {
	practices, err := x.names.practices(ctx, w.name)
	if err != nil {
		return err
	}
	w.sets = append(w.sets, expandedSet{practices, exact, w.term, nil})
	for _, n := range x.names.spellings(w.name) {
		if len(n.terms) > 1 {
			continue
		}
		always, err := x.names.isAlwaysName(ctx, n.terms[0])
		if err != nil {
			return err
		}
		if always {
			for _, term := range []string{n.terms[0], n.terms[0] + genitive} {
				if e := (indexTerm{term: term, stem: term, fields: x.lexicon.fields(term)}); !isWordThere(e) {
					w.add(exact, e)
				}
			}
		}
	}
	return nil
}

// isWordThere tells whether a term that may be a name is a word: it stands only in
// fieldWords, where nothing has a capital, and the dictionary has it (mors stemme).
func isWordThere(e indexTerm) bool { return e.fields == fieldWords.set() && danish.IsWord(e.term) }

// termLimit is how many terms may be read for each of the words.
func termLimit(words []queryWord) int { return min(maxPerWord, maxTerms/max(len(words), 1)) }

// expandCompound finds the members of a compound: a practice that has all of
// them has the word; one that has some of them only ranks.
func (x *expander) expandCompound(ctx context.Context, w *queryWord, limit int) error {
	if x.disabled.has(LayerCompounds) {
		return nil
	}
	if len(w.members) == 0 {
		w.members = x.lexicon.members(w.term)
	}
	if len(w.members) == 0 {
		return nil
	}
	for _, stem := range w.members {
		w.add(ownMember, x.lexicon.inflections(stem, limit)...)
	}
	if len(w.members) < 2 { // the others are stop words: MED-udvalg
		return nil
	}
	label := strings.Join(w.members, " ")
	together, all, err := x.withMembers(ctx, w.members, limit)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(w.members, isFunctionWord) && distinct(w.members) { // hver dag is no hverdag
		w.sets = append(w.sets, expandedSet{together, viaMember, label, nil})
	}
	w.sets = append(w.sets, expandedSet{all, farApart, label, nil})
	return nil
}

// withMembers are the practices that have all members of a compound, close together or
// not.
func (x *expander) withMembers(ctx context.Context, members []string, limit int) (together, all *bitset.BitSet, err error) {
	return x.postings.closeTogether(ctx, setKey("members", limit, strings.Join(members, " ")), func() [][]indexTerm { return x.memberTerms(members, limit) })
}

// distinct tells whether no member stands twice, as in børnebørn.
func distinct(members []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(members)))) == len(members)
}

// functionStems are the stems of stop words, auxiliary verbs among them.
var functionStems = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, w := range danish.StopWords() {
		out[danish.Stem(w)] = true
	}
	return out
})

func isFunctionWord(stem string) bool { return functionStems()[stem] }

// setKey names a set of practices: of a kind, a number that the kind needs, and
// words.
func setKey(of string, n int, words string) string { return of + " " + strconv.Itoa(n) + " " + words }

// memberTerms are the terms for each of the members, by themselves or in other
// compounds.
func (x *expander) memberTerms(members []string, limit int) [][]indexTerm {
	out := make([][]indexTerm, len(members))
	for i, stem := range members {
		out[i] = x.lexicon.having(stem, limit)
	}
	return out
}

// setTerms are lists of terms, of which a practice of a set of w has one of each,
// and a name for them; empty where one list would be all.
func (x *expander) setTerms(w queryWord, set expandedSet, limit int) (name string, lists func() [][]indexTerm) {
	stems := set.stems
	switch {
	case len(stems) == 1:
		return "", nil
	case len(stems) > 1:
	case set.matchType == viaMember, set.matchType == farApart:
		return "members", func() [][]indexTerm { return x.memberTerms(w.members, limit) }
	case set.matchType == viaSynonym:
		return "alternatives", func() [][]indexTerm { return x.memberAlternatives(w.members, limit) }
	default: // an effect, of which the words alone find nothing
		stems = newConcept(set.label).stems
	}
	return "label " + set.label, func() [][]indexTerm { return x.labelTerms(stems) }
}

// joinedTerms are the terms for a compound that was typed as two words: "bo
// støtte", "rengørings hold".
func (x *expander) joinedTerms(a, b string, limit int) []indexTerm {
	for _, joined := range joinedForms(a, b) {
		if found := x.lexicon.inflections(danish.Stem(joined), limit); len(found) > 0 {
			return found
		}
	}
	return nil
}

// joinedForms are two words as one, with what may stand between them.
func joinedForms(a, b string) []string { return []string{a + b, a + "s" + b, a + "e" + b} }

func isJoined(term, a, b string) bool { return slices.Contains(joinedForms(a, b), term) }
