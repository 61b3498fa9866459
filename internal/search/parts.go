package search

import "praksis/internal/danish"

// partsOf are the stems of the words that a word is written together of:
// the longest that the index has, so that bostøttemedarbejder is bostøtte and
// medarbejder where there are such, and else bo, støtte and medarbejder.
func (x *lexicon) partsOf(term string) []string {
	members := danish.Members(term)
	if len(members) == 0 {
		return nil
	}
	type way struct {
		parts int // none: there is no way
		last  danish.Part
	}
	var ways [danish.MaxTerm + 1]way
	for _, m := range members { // ordered by start
		if m.Start > 0 && ways[m.Start].parts == 0 || !x.knows(m.Stem) {
			continue
		}
		if n := ways[m.Start].parts + 1; ways[m.End].parts == 0 || n < ways[m.End].parts {
			ways[m.End] = way{n, m}
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

// knows tells whether the index has a word with the stem, or a compound with
// such a part.
func (x *lexicon) knows(stem string) bool {
	for _, l := range x.layers() {
		if len(l.byStem[stem]) > 0 || len(l.byPart[stem]) > 0 {
			return true
		}
	}
	return false
}
