package site

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// How many submissions are looked back on, and of how many networks at most:
// more than that in an hour are held anyway for other reasons.
const (
	rateWindow  = time.Hour
	rateClients = 10_000
)

// rateCounter counts submissions by network address, in memory, under a hash with a
// salt of this process: the address itself is kept nowhere.
type rateCounter struct {
	salt string

	mu   sync.Mutex
	seen map[[32]byte][]time.Time
}

func newRateCounter() *rateCounter {
	return &rateCounter{salt: rand.Text(), seen: map[[32]byte][]time.Time{}}
}

// add notes a submission and tells how many came before it within the window.
func (c *rateCounter) add(client string, now time.Time) int {
	key := sha256.Sum256([]byte(c.salt + client))
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) >= rateClients {
		for k, list := range c.seen {
			if now.Sub(list[len(list)-1]) > rateWindow {
				delete(c.seen, k)
			}
		}
		if len(c.seen) >= rateClients {
			clear(c.seen)
		}
	}
	list := c.seen[key]
	for len(list) > 0 && now.Sub(list[0]) > rateWindow {
		list = list[1:]
	}
	before := len(list)
	if before < rateClients {
		list = append(list, now)
	}
	c.seen[key] = list
	return before
}
