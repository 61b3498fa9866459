package search

import "strings"

// Tidy moves what searches have read into few pieces of memory. It was made little by
// little among all that searches let go, and what lies scattered so holds on to several
// times its own memory. It is for a time without searches, which would wait some
// milliseconds. It fails as Search does.
func (x *Index) Tidy() error {
	return x.withWords(func(s *snapshot) error {
		s.postings.cache.tidy()
		s.postings.sets.tidy()
		return nil
	})
}

// tidied is how many postings a list may have to be moved: longer ones have pages of
// memory to themselves.
const tidied = 4096

func (c *postingCache) tidy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, list := range c.byTerm {
		if len(list) < tidied {
			n += len(list)
		}
	}
	all := make([]posting, 0, n)
	for term, list := range c.byTerm {
		if len(list) < tidied {
			all = append(all, list...)
			c.byTerm[term] = all[len(all)-len(list) : len(all) : len(all)]
		}
	}
}

func (c *setCache) tidy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for key, s := range c.byKey {
		n += len(key) + len(s.all.places) + len(s.together.places)
	}
	var all strings.Builder
	all.Grow(n)
	moved := func(s string) string {
		all.WriteString(s)
		return all.String()[all.Len()-len(s):]
	}
	byKey := make(map[string]keptSets, len(c.byKey))
	for key, s := range c.byKey {
		s.all.places, s.together.places = moved(s.all.places), moved(s.together.places)
		byKey[moved(key)] = s
	}
	c.byKey = byKey
}
