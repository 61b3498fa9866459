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
	paceWindow  = time.Hour
	paceClients = 10_000
)

// pace counts submissions by network address, in memory, under a hash with a
// salt of this process: the address itself is kept nowhere.
type pace struct {
	salt string

	mu   sync.Mutex
	seen map[[32]byte][]time.Time
}

func newPace() *pace { return &pace{salt: rand.Text(), seen: map[[32]byte][]time.Time{}} }

// add notes a submission and tells how many came before it within the window.
func (p *pace) add(client string, now time.Time) int {
	key := sha256.Sum256([]byte(p.salt + client))
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.seen) >= paceClients {
		for k, list := range p.seen {
			if now.Sub(list[len(list)-1]) > paceWindow {
				delete(p.seen, k)
			}
		}
		if len(p.seen) >= paceClients {
			clear(p.seen)
		}
	}
	list := p.seen[key]
	for len(list) > 0 && now.Sub(list[0]) > paceWindow {
		list = list[1:]
	}
	before := len(list)
	if before < paceClients {
		list = append(list, now)
	}
	p.seen[key] = list
	return before
}
