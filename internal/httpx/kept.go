package httpx

import (
	"bytes"
	"container/list"
	"strings"
	"sync"
)

// recompressAfterHits is the hit at which a kept page is compressed again,
// better: most pages are never asked for so often. As often as that it must be asked
// for as it is, to be kept so as well.
const recompressAfterHits = 3

// cachedPage is a page with its encoded variants. All but the page itself is
// guarded by the cache's mutex.
type cachedPage struct {
	key     string
	edition string
	route   string // the pattern
	page    *Page  // without its body
	length  int    // of the body
	hits    int
	plain   int // of the hits, those that asked for it as it is
	// contentType is the page's, as a header holds it.
	contentType []string
	// body is the page's as it is, until it has a variant, and again when it is often
	// asked for so.
	body []byte
	// variants are the bodies in each content coding but identity.
	variants map[encoding]*variant
}

// variant is a page's body in one content coding. It is compressed once,
// whoever asks first, and never under the cache's mutex.
type variant struct {
	compress sync.Once
	err      error  // of compressing
	body     []byte // guarded by the cache's mutex
	level    level  // guarded by the cache's mutex
}

// lookup finds the kept page of a version and counts the hit; nil when there is
// none, or where only those are meant that are AtOnce and it is not.
func (c *Cache) lookup(key, edition string, atOnce bool) *cachedPage {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.byKey[key]
	if el == nil {
		return nil
	}
	p := el.Value.(*cachedPage)
	if p.edition != edition {
		c.evict(el)
		return nil
	}
	if atOnce && !p.page.AtOnce {
		return nil
	}
	c.lru.MoveToFront(el)
	p.hits++
	return p
}

// peek finds the kept page of a version, and counts no hit.
func (c *Cache) peek(key, edition string) *cachedPage {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el := c.byKey[key]; el != nil && el.Value.(*cachedPage).edition == edition {
		return el.Value.(*cachedPage)
	}
	return nil
}

// holds tells whether a page is kept. One that was evicted at once to make room
// is not, which costs it its tag and nothing else.
func (c *Cache) holds(p *cachedPage) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.holdsLocked(p)
}

func (c *Cache) holdsLocked(p *cachedPage) bool {
	el := c.byKey[p.key]
	return el != nil && el.Value.(*cachedPage) == p
}

// encoded gives a page's body in an encoding, and the encoding that it is in: a
// short page is sent as it is. The first who asks compresses, the others wait.
func (c *Cache) encoded(p *cachedPage, enc encoding) ([]byte, encoding, error) {
	if enc == identity || p.length < minCompressed {
		body, err := c.identity(p)
		return body, identity, err
	}
	c.mu.Lock()
	v := p.variants[enc]
	if v == nil {
		v = &variant{}
		p.variants[enc] = v
	}
	if v.body == nil {
		c.mu.Unlock()
		v.compress.Do(func() {
			var body []byte
			if body, v.err = c.plain(p); v.err == nil {
				c.store(p, v, compressAtOnce(body, enc))
			}
		})
		c.mu.Lock()
	}
	body, again := v.body, p.hits >= recompressAfterHits && v.level != better && c.holdsLocked(p)
	if again {
		select {
		case c.recompressing <- struct{}{}:
			v.level = better // once
		default:
			again = false // at a later hit
		}
	}
	c.mu.Unlock()
	if again {
		go func() {
			defer func() { <-c.recompressing }()
			plain, err := c.plain(p)
			if err != nil {
				return // what there is will do
			}
			if smaller := compress(plain, enc, better); len(smaller) < len(body) {
				c.store(p, v, smaller)
			}
		}()
	}
	return body, enc, v.err
}

// identity is a page's body for one who asks for it as it is. It is kept so where that
// is often.
func (c *Cache) identity(p *cachedPage) ([]byte, error) {
	c.mu.Lock()
	p.plain++
	body, keep := p.body, p.plain >= recompressAfterHits
	c.mu.Unlock()
	if body != nil {
		return body, nil
	}
	body, err := c.plain(p)
	if err != nil || !keep {
		return body, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.body == nil {
		p.body = body
		if c.holdsLocked(p) {
			c.bytes += len(body)
			c.makeRoom()
		}
	}
	return p.body, nil
}

// plain is a page's body as it is, decompressed where it is kept in a coding alone.
func (c *Cache) plain(p *cachedPage) ([]byte, error) {
	c.mu.Lock()
	body, enc := p.body, identity
	for e, v := range p.variants {
		if p.body == nil && v.body != nil {
			body, enc = v.body, e
		}
	}
	c.mu.Unlock()
	return decompress(body, enc, p.length)
}

// insert keeps a page in place of the one of the same key.
func (c *Cache) insert(p *cachedPage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el := c.byKey[p.key]; el != nil {
		c.evict(el)
	}
	c.byKey[p.key] = c.lru.PushFront(p)
	c.bytes += p.size()
	c.makeRoom()
}

// store gives a variant its body, in place of the page's own where that is seldom asked
// for, and counts it where the page is kept.
func (c *Cache) store(p *cachedPage, v *variant, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := p.size()
	v.body = bytes.Clone(body) // without the room that a buffer has grown by
	if p.plain < recompressAfterHits {
		p.body = nil
	}
	if c.holdsLocked(p) {
		c.bytes += p.size() - before
	}
	c.makeRoom()
}

// Tidy moves what is kept into two pieces of memory. Pages are made among all that making
// them lets go, and what lies scattered so holds on to several times its own memory. It is
// for a time without requests, which would wait some milliseconds.
func (c *Cache) Tidy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	keys, size := 0, 0
	for key, el := range c.byKey {
		keys, size = keys+len(key), size+el.Value.(*cachedPage).size()-len(key)
	}
	var text strings.Builder
	text.Grow(keys)
	all := make([]byte, 0, size)
	moved := func(body []byte) []byte {
		if body == nil {
			return nil
		}
		all = append(all, body...)
		return all[len(all)-len(body) : len(all) : len(all)]
	}
	byKey := make(map[string]*list.Element, len(c.byKey))
	for el := c.lru.Front(); el != nil; el = el.Next() {
		p := el.Value.(*cachedPage)
		text.WriteString(p.key)
		p.key = text.String()[text.Len()-len(p.key):]
		byKey[p.key] = el
		p.body = moved(p.body)
		for _, v := range p.variants {
			v.body = moved(v.body)
		}
	}
	c.byKey = byKey
}

// makeRoom evicts what was not used for longest, but never the last page.
func (c *Cache) makeRoom() {
	for c.bytes > c.maxBytes && c.lru.Len() > 1 {
		c.evict(c.lru.Back())
	}
}

func (c *Cache) evict(el *list.Element) {
	p := el.Value.(*cachedPage)
	c.lru.Remove(el)
	delete(c.byKey, p.key)
	c.bytes -= p.size()
}

// size is what a page takes, in bytes.
func (p *cachedPage) size() int {
	n := len(p.key) + len(p.body)
	for _, v := range p.variants {
		n += len(v.body)
	}
	return n
}
