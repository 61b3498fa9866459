package httpx

import (
	"container/list"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Page is a rendered answer of a public address.
type Page struct {
	ContentType string
	Body        []byte
	// Whole is false when what was read does not belong together (a hit without
	// its row): such a page is shown, not kept.
	Whole bool
	// Noindex keeps the page out of search engines.
	Noindex bool
}

// Versions tells which catalogue version public pages are built from.
type Versions interface {
	// Version is the version that the index in use has reached.
	Version() int64
	// Confirmed is when the database last confirmed it.
	Confirmed() time.Time
}

// How long a version counts as confirmed, and how long kept pages may be shown
// after that while the database is away (house.md).
const (
	confirmedFor = 2 * time.Second
	staleFor     = 10 * time.Minute
)

// Cache keeps rendered and compressed public pages by canonical address and
// catalogue version, bounded in bytes, and answers with 304 where nothing has
// changed. Pages of an older version are dropped when they are met.
type Cache struct {
	versions Versions
	build    string
	max      int
	now      func() time.Time

	mu    sync.Mutex
	bytes int
	byKey map[string]*list.Element // of *entry, most recently used first
	order *list.List
}

type entry struct {
	key     string
	version int64
	page    *Page
	hits    int
	coded   map[encoding]coded
}

type coded struct {
	body []byte
	how  effort
}

// NewCache makes a cache of at most max bytes for pages of this build.
func NewCache(v Versions, build string, max int) *Cache {
	return &Cache{versions: v, build: build, max: max, now: time.Now, byKey: map[string]*list.Element{}, order: list.New()}
}

// Serve answers the canonical address key with the kept page, or with what
// render makes.
func (c *Cache) Serve(w http.ResponseWriter, r *http.Request, key string, render func() (*Page, error)) error {
	version := c.versions.Version()
	age := c.now().Sub(c.versions.Confirmed())
	tag := fmt.Sprintf(`W/"%s-%d"`, c.build, version)
	enc := negotiate(r)
	page, body, enc := c.get(key, version, enc)
	if age > confirmedFor && (page == nil || age > staleFor) {
		page = nil // render finds out whether the database answers
	}
	if page != nil && age > confirmedFor {
		w.Header().Set("X-Praksis-Unconfirmed", "1")
	}
	if age <= confirmedFor && matches(r, tag) {
		c.headers(w, tag)
		w.Header().Add("Vary", "Accept-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if page == nil {
		var err error
		if page, err = render(); err != nil {
			return err
		}
		enc = worth(page, enc)
		body = compress(page.Body, enc, fast)
		if page.Whole && c.versions.Version() == version {
			c.put(key, version, page, enc, body)
		} else {
			tag = ""
		}
	}
	c.headers(w, tag)
	w.Header().Set("Content-Type", page.ContentType)
	if page.Noindex {
		w.Header().Set("X-Robots-Tag", "noindex")
	}
	writeBody(w, r, http.StatusOK, body, enc)
	return nil
}

func (c *Cache) headers(w http.ResponseWriter, tag string) {
	w.Header().Set("Cache-Control", "no-cache")
	if tag != "" {
		w.Header().Set("ETag", tag)
	}
}

// matches compares weakly, as If-None-Match asks for.
func matches(r *http.Request, tag string) bool {
	for part := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimSpace(part) == tag {
			return true
		}
	}
	return false
}

// worth is the encoding in which a page is sent: a short one as it is.
func worth(p *Page, enc encoding) encoding {
	if len(p.Body) < minCompressed {
		return identity
	}
	return enc
}

// stayed is the hit at which a page has earned the best compression.
const stayed = 3

// get gives a kept page with its body in the encoding that it also gives.
func (c *Cache) get(key string, version int64, enc encoding) (*Page, []byte, encoding) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.byKey[key]
	if el == nil {
		return nil, nil, enc
	}
	e := el.Value.(*entry)
	if e.version != version {
		c.drop(el)
		return nil, nil, enc
	}
	c.order.MoveToFront(el)
	e.hits++
	if enc = worth(e.page, enc); enc == identity {
		return e.page, e.page.Body, enc
	}
	x, ok := e.coded[enc]
	if !ok {
		x = coded{compress(e.page.Body, enc, fast), fast}
		c.keep(e, enc, x)
	}
	if e.hits >= stayed && x.how == fast && enc != identity {
		// In the background, and marked so that it is done once.
		e.coded[enc] = coded{x.body, best}
		go func() {
			better := compress(e.page.Body, enc, best)
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.byKey[key] == el && len(better) < len(x.body) {
				c.keep(e, enc, coded{better, best})
			}
		}()
	}
	return e.page, x.body, enc
}

func (c *Cache) put(key string, version int64, p *Page, enc encoding, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el := c.byKey[key]; el != nil {
		c.drop(el)
	}
	e := &entry{key: key, version: version, page: p, coded: map[encoding]coded{}}
	c.byKey[key] = c.order.PushFront(e)
	c.bytes += len(key) + len(p.Body)
	c.keep(e, enc, coded{body, fast})
}

// keep stores one coding of a page and makes room for it.
func (c *Cache) keep(e *entry, enc encoding, x coded) {
	if enc == identity {
		return // it is the page's own body
	}
	c.bytes += len(x.body) - len(e.coded[enc].body)
	e.coded[enc] = x
	for c.bytes > c.max && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

func (c *Cache) drop(el *list.Element) {
	e := el.Value.(*entry)
	c.order.Remove(el)
	delete(c.byKey, e.key)
	c.bytes -= len(e.key) + len(e.page.Body)
	for _, x := range e.coded {
		c.bytes -= len(x.body)
	}
}
