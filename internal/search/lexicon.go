package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"praksis/internal/danish"
)

// indexTerm is a term of the index and the fields in which it occurs.
type indexTerm struct {
	term   string
	stem   string
	fields fieldSet
	member string // the stem of the member by which it was found, of a compound
}

// lexicon is the distinct terms of the index, to find those that expand a query
// word. It never changes. It has two lists, the second with the terms that came
// after the first was made, so that a change costs little; a term may be in
// both, with different fields. A term that no practice has any more stays until
// the first list is made anew; its postings are empty.
type lexicon struct {
	base, recent *termList
	found        termCache
	spellings    boundedCache[spellingKey, []indexTerm]
}

// maxCachedTerms bounds what a lexicon keeps of what it has found, some 10 MB.
const maxCachedTerms = 200_000

// termCache keeps the terms that were found by stem or member.
type termCache struct {
	mu    sync.RWMutex
	byKey map[termKey][]indexTerm
	size  int
}

type termKey struct {
	by    byte // 's' for a stem, 'm' for a member, 'b' for both
	stem  string
	limit int
}

// get gives what is kept, or what find finds. The caller must not change it.
func (c *termCache) get(k termKey, find func() []indexTerm) []indexTerm {
	c.mu.RLock()
	list, ok := c.byKey[k]
	c.mu.RUnlock()
	if ok {
		return list
	}
	list = slices.Clip(find())
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size += len(list) + 2; c.size > maxCachedTerms || c.byKey == nil {
		c.byKey, c.size = map[termKey][]indexTerm{}, len(list)+2 // all anew: it is a cache
	}
	c.byKey[k] = list
	return list
}

// carryOver takes over what is kept of all stems but some.
func (c *termCache) carryOver(from *termCache, but map[string]bool) {
	from.mu.RLock()
	defer from.mu.RUnlock()
	c.byKey = make(map[termKey][]indexTerm, len(from.byKey))
	for k, list := range from.byKey {
		if !but[k.stem] {
			c.byKey[k], c.size = list, c.size+len(list)+2
		}
	}
}

// maxRecentTerms is how many terms the second list may have before both become
// one: few enough to sort at every change.
const maxRecentTerms = 4096

func newLexicon(seen termFields) *lexicon {
	return &lexicon{base: newTermList(seen), recent: newTermList(nil)}
}

// extended is the lexicon with the terms and fields of seen added.
func (x *lexicon) extended(seen termFields) *lexicon {
	more := termFields{}
	for t, fields := range seen {
		if x.fields(t)|fields != x.fields(t) {
			more[t] = fields
		}
	}
	if len(more) == 0 {
		return x
	}
	stems := map[string]bool{} // of what has come
	for t := range more {
		stems[danish.Stem(t)] = true
		for _, m := range compounds.membersOf(t) {
			stems[m.Stem] = true
		}
	}
	for _, e := range x.recent.terms {
		more[e.term] |= e.fields
	}
	if len(more) <= maxRecentTerms {
		out := &lexicon{base: x.base, recent: newTermList(more)}
		out.found.carryOver(&x.found, stems)
		return out
	}
	for _, e := range x.base.terms {
		more[e.term] |= e.fields
	}
	return newLexicon(more)
}

func (x *lexicon) lists() []*termList { return []*termList{x.base, x.recent} }

// fields gives the fields in which a term occurs; none when the index does not
// have it.
func (x *lexicon) fields(term string) (set fieldSet) {
	for _, l := range x.lists() {
		if i, ok := l.search(term); ok {
			set |= l.terms[i].fields
		}
	}
	return set
}

// gather calls find for each list, and gives at most limit of the terms that it
// adds, each once, the shortest first.
func (x *lexicon) gather(limit int, find func(l *termList, add func(indexTerm))) []indexTerm {
	var out []indexTerm
	for _, l := range x.lists() {
		before := out // a list has each term once
		find(l, func(e indexTerm) {
			if i := slices.IndexFunc(before, func(o indexTerm) bool { return o.term == e.term }); i >= 0 {
				out[i].fields |= e.fields
			} else {
				out = append(out, e)
			}
		})
	}
	slices.SortFunc(out, shortestFirst)
	return out[:min(len(out), limit)]
}

// shortestFirst orders terms by length in bytes, then alphabetically.
func shortestFirst(a, b indexTerm) int {
	return cmp.Or(cmp.Compare(len(a.term), len(b.term)), cmp.Compare(a.term, b.term))
}

// inflections are the terms with a stem. The caller must not change them.
func (x *lexicon) inflections(stem string, limit int) []indexTerm {
	return x.found.get(termKey{'s', stem, limit}, func() []indexTerm {
		return x.gather(limit, func(l *termList, add func(indexTerm)) { l.addFirst(l.byStem.of(stem), limit, add) })
	})
}

// compounds are the terms that have a word with the stem as a member. The caller
// must not change them.
func (x *lexicon) compounds(stem string, limit int) []indexTerm {
	return x.found.get(termKey{'m', stem, limit}, func() []indexTerm {
		return x.gather(limit, func(l *termList, add func(indexTerm)) {
			l.addFirst(l.byMember.of(stem), limit, func(e indexTerm) {
				e.member = stem // for Highlighter
				add(e)
			})
		})
	})
}

// having are the terms with a stem, and those that have a word with it as a member.
// The caller must not change them.
func (x *lexicon) having(stem string, limit int) []indexTerm {
	return x.found.get(termKey{'b', stem, limit}, func() []indexTerm {
		return slices.Concat(x.inflections(stem, limit), x.compounds(stem, limit))
	})
}

// sameRoot are the terms of a root that have another stem.
func (x *lexicon) sameRoot(root, stem string, limit int) []indexTerm {
	return x.gather(limit, func(l *termList, add func(indexTerm)) {
		for _, i := range l.byRoot.of(root) {
			if s := l.terms[i].stem; s != stem {
				l.addFirst(l.byStem.of(s), limit, add)
			}
		}
	})
}

// ownStem is a stem as the lexicon has it, or a copy.
func (x *lexicon) ownStem(stem string) string {
	for _, l := range x.lists() {
		if i, ok := slices.BinarySearch(l.byStem.keys, stem); ok {
			return l.byStem.keys[i]
		}
	}
	return strings.Clone(stem)
}

// maxPrefixScan bounds how many terms of a list are looked at for one prefix:
// more of them are no more use to a reader.
const maxPrefixScan = 512

// withPrefix are the terms that begin with prefix and for which fit is true.
func (x *lexicon) withPrefix(prefix string, limit int, fit func(indexTerm) bool) []indexTerm {
	return x.gather(limit, func(l *termList, add func(indexTerm)) {
		i, _ := l.search(prefix)
		for n := 0; n < maxPrefixScan && i < len(l.terms) && strings.HasPrefix(l.terms[i].term, prefix); n++ {
			if fit(l.terms[i]) {
				add(l.terms[i])
			}
			i++
		}
	})
}
