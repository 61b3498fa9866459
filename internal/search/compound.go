package search

import "praksis/internal/danish"

// members are the stems of the words that a word is written together of:
// the longest that the index has, so that bostøttemedarbejder is bostøtte and
// medarbejder where there are such, and else bo, støtte and medarbejder.
func (x *lexicon) members(term string) []string {
	members := danish.Members(term)
	if len(members) == 0 {
		return nil
	}
	type way struct {
		parts int // none: there is no way
		whole int // parts that are words by themselves
		last  danish.Member
	}
	var ways [danish.MaxTerm + 1]way
	for _, m := range members { // ordered by start
		before := ways[m.Start]
		whole, known := x.contains(m.Stem)
		if m.Start > 0 && before.parts == 0 || !known {
			continue
		}
		next := way{before.parts + 1, before.whole, m}
		if whole {
			next.whole++
		}
		// Of two ways, rus-middelbehandling and rusmiddel-behandling, the one
		// with more words of their own, and then the longer beginning.
		if at := &ways[m.End]; at.parts == 0 || next.parts < at.parts || next.parts == at.parts && next.whole >= at.whole {
			*at = next
		}
	}
	var out []string
	if ways[len(term)].parts == 0 {
		for _, p := range danish.Split(term) {
			out = append(out, p.Stem)
		}
		return out
	}
	out = make([]string, ways[len(term)].parts)
	for i, at := len(out)-1, len(term); i >= 0; i-- {
		out[i] = ways[at].last.Stem
		at = ways[at].last.Start
	}
	return out
}

// contains tells whether the index has a word with the stem, as a whole or as a
// part of a compound.
func (x *lexicon) contains(stem string) (whole, known bool) {
	for _, l := range x.lists() {
		whole = whole || len(l.byStem[stem]) > 0
		known = known || len(l.byMember[stem]) > 0
	}
	return whole, whole || known
}
