package search

import (
	"strings"
	"sync"

	"praksis/internal/danish"
)

// members are the stems of the members of a compound: the longest that the index
// has, so that bostøttemedarbejder is bostøtte and medarbejder where there are
// such, and else bo, støtte and medarbejder. Of a word that is no compound there
// are none.
func (x *lexicon) members(term string) []string {
	members := compounds.membersOf(term)
	if len(members) == 0 {
		return nil
	}
	type path struct {
		members int // 0: no members cover the term up to here
		whole   int // members that are words of the index by themselves
		last    danish.Member
	}
	var paths [danish.MaxTerm + 1]path
	for _, m := range members { // ordered by start
		before := paths[m.Start]
		whole, known := x.contains(m.Stem)
		if m.Start > 0 && before.members == 0 || !known {
			continue
		}
		next := path{before.members + 1, before.whole, m}
		if whole {
			next.whole++
		}
		// Of two paths with as many members, rus-middelbehandling and
		// rusmiddel-behandling, the one with more words of the index, and then
		// the one with the longer beginning.
		if at := &paths[m.End]; at.members == 0 || next.members < at.members || next.members == at.members && next.whole >= at.whole {
			*at = next
		}
	}
	var out []string
	if paths[len(term)].members == 0 {
		for _, p := range danish.Split(term) {
			out = append(out, p.Stem)
		}
		return out
	}
	out = make([]string, paths[len(term)].members)
	for i, at := len(out)-1, len(term); i >= 0; i-- {
		out[i] = paths[at].last.Stem
		at = paths[at].last.Start
	}
	return out
}

// contains tells whether the index has a word with the stem: whole by itself,
// known also as a member of a compound.
func (x *lexicon) contains(stem string) (whole, known bool) {
	for _, l := range x.lists() {
		whole = whole || len(l.byStem.of(stem)) > 0
		known = known || len(l.byMember.of(stem)) > 0
	}
	return whole, whole || known
}

// maxCompounds bounds what is kept of how compounds are cut, some 10 MB.
const maxCompounds = 50_000

// compoundCache keeps the members of words that were asked for or highlighted:
// cutting a word costs more than all else of highlighting it.
type compoundCache struct {
	mu     sync.RWMutex
	byTerm map[string][]danish.Member
}

var compounds compoundCache

// membersOf are danish.Members. The caller must not change them.
func (c *compoundCache) membersOf(term string) []danish.Member {
	c.mu.RLock()
	list, ok := c.byTerm[term]
	c.mu.RUnlock()
	if ok {
		return list
	}
	list = danish.Members(term)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byTerm == nil || len(c.byTerm) >= maxCompounds {
		c.byTerm = map[string][]danish.Member{} // all anew: it is a cache
	}
	c.byTerm[strings.Clone(term)] = list // a term may be a piece of a long text
	return list
}
