package search

import "sync"

// maxPostings bounds what is kept, some 48 MB. Reading a posting of the index
// costs some 40 ns and opening a list of them 8 µs, so that a query of common
// words would read for 50 ms at 100,000 practices; kept, it is a hundredth.
const maxPostings = 6 << 20

// postingCache keeps the postings that searches have read of one snapshot.
type postingCache struct {
	mu     sync.RWMutex
	byTerm map[string][]posting
	size   int
}

func (c *postingCache) get(term string) ([]posting, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	list, ok := c.byTerm[term]
	return list, ok
}

func (c *postingCache) put(term string, list []posting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size += len(list) + 8; c.size > maxPostings || c.byTerm == nil {
		c.byTerm, c.size = map[string][]posting{}, len(list) // all anew: it is a cache
	}
	c.byTerm[term] = list
}

// trimmed is a list that takes no more memory than what is in it: it is kept for long.
func trimmed[T any](list []T) []T { return append(make([]T, 0, len(list)), list...) }
