package httpx

import (
	"bytes"
	"container/list"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/singleflight"
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
	// AtOnce lets [Cache.Kept] answer with it: its key is the address as it is asked for,
	// and whoever asks, nothing else is to be done.
	AtOnce bool
}

// Render makes the page of an address. Its context is not the request's: a page
// is rendered for all who wait for it, and a visitor who leaves must not end it
// for the others. It has the deadline of RequestTimeout.
type Render func(context.Context) (*Page, error)

// Versions tells which catalogue version public pages are built from.
type Versions interface {
	// Edition names the version that the index in use has reached, and what else
	// its pages hang on; it has no quotation marks. It is empty while pages are not
	// to be kept.
	Edition() string
	// Confirmed is when the database last confirmed it.
	Confirmed() time.Time
}

// ConfirmedFor is how long a version counts as confirmed (house.md).
const ConfirmedFor = 2 * time.Second

// AsOf is the catalogue version that an index has reached where the database has
// confirmed it lately; else 0. What was read at that version need not be asked for
// again. The time is to be read before the version.
func AsOf(confirmed time.Time, version int64) int64 {
	if time.Since(confirmed) > ConfirmedFor {
		return 0
	}
	return version
}

// staleFor is how long kept pages may be shown after that while the database is
// away.
const staleFor = 10 * time.Minute

// recompressAfterHits is the hit at which a kept page is compressed again,
// better: most pages are never asked for so often. As often as that it must be asked
// for as it is, to be kept so as well.
const recompressAfterHits = 3

// Cache keeps rendered and compressed public pages by canonical address and
// catalogue version, bounded in bytes, and answers with 304 where nothing has
// changed. Of a page that was compressed nothing else is kept: it takes a fifth, and
// the few who ask for it as it is get it decompressed; where they are not few, it is
// kept so, too. Pages of an older version are evicted when they are met. Requests for
// the same address and version that come while it is rendered wait for that one
// rendering. It is safe for concurrent use.
type Cache struct {
	versions   Versions
	build      string
	maxBytes   int
	now        func() time.Time
	renderings singleflight.Group // by edition and address
	// recompressing has room for one: brotli's tables for it take 64 MB.
	recompressing chan struct{}

	mu    sync.Mutex
	bytes int
	byKey map[string]*list.Element // of *cachedPage
	lru   *list.List               // most recently used first
}

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

// NewCache makes a cache of at most maxBytes for pages of this build.
func NewCache(v Versions, build string, maxBytes int) *Cache {
	return &Cache{versions: v, build: build, maxBytes: maxBytes, now: time.Now, recompressing: make(chan struct{}, 1), byKey: map[string]*list.Element{}, lru: list.New()}
}

// Kept answers at once what is kept and AtOnce, before a request is routed, waits for a
// place or has a deadline; all else goes on to next. So what takes next to nothing is
// also served when every place is taken.
func (c *Cache) Kept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (r.Method != http.MethodGet && r.Method != http.MethodHead) || r.Body != http.NoBody || !c.serveKept(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

func (c *Cache) serveKept(w http.ResponseWriter, r *http.Request) bool {
	edition := c.versions.Edition()
	age := c.now().Sub(c.versions.Confirmed())
	if edition == "" || age > staleFor {
		return false
	}
	p := c.lookup(r.RequestURI, edition, true)
	if p == nil {
		return false
	}
	if routed := chi.RouteContext(r.Context()); routed != nil { // for the log
		routed.RoutePatterns = append(routed.RoutePatterns, p.route)
	}
	tag := c.tag(edition)
	if age <= ConfirmedFor && matches(r, tag) {
		c.notModified(w, tag)
		return true
	}
	body, enc, err := c.encoded(p, negotiate(r))
	if err == nil {
		if age > ConfirmedFor {
			w.Header().Set("X-Praksis-Unconfirmed", "1")
		}
		c.write(w, r, p, tag, body, enc)
	}
	return err == nil
}

// Serve answers the canonical address key with the kept page, or with what
// render makes. It returns render's error as it is, a *PanicError when render
// panicked, or the error of the request's context when that ends first.
func (c *Cache) Serve(w http.ResponseWriter, r *http.Request, key string, render Render) error {
	edition := c.versions.Edition()
	age := c.now().Sub(c.versions.Confirmed())
	tag := c.tag(edition)
	if age <= ConfirmedFor && matches(r, tag) {
		c.notModified(w, tag)
		return nil
	}
	cached := c.lookup(key, edition, false)
	if age > staleFor {
		cached = nil // render finds out whether the database answers
	}
	if cached != nil && age > ConfirmedFor {
		w.Header().Set("X-Praksis-Unconfirmed", "1")
	}
	if cached == nil {
		first, err := false, error(nil)
		if cached, first, err = c.render(r.Context(), key, edition, route(r), render); err != nil {
			return err
		}
		if first {
			w.Header().Set("Cache-Status", "praksis; fwd=miss")
		} else {
			w.Header().Set("Cache-Status", "praksis; fwd=miss; collapsed")
		}
		if !c.holds(cached) {
			tag = ""
		}
	}
	body, enc, err := c.encoded(cached, negotiate(r))
	if err != nil {
		return err
	}
	c.write(w, r, cached, tag, body, enc)
	return nil
}

// tag is that of all pages of an edition.
func (c *Cache) tag(edition string) string { return `W/"` + c.build + "-" + edition + `"` }

func (c *Cache) notModified(w http.ResponseWriter, tag string) {
	c.headers(w, tag)
	vary(w.Header())
	w.WriteHeader(http.StatusNotModified)
}

func (c *Cache) write(w http.ResponseWriter, r *http.Request, p *cachedPage, tag string, body []byte, enc encoding) {
	c.headers(w, tag)
	if p.edition == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.Header()["Content-Type"] = p.contentType
	if p.page.Noindex {
		w.Header().Set("X-Robots-Tag", "noindex")
	}
	writeBody(w, r, http.StatusOK, body, enc)
}

func (c *Cache) headers(w http.ResponseWriter, tag string) {
	w.Header()["Cache-Control"] = noCache
	if tag != "" {
		w.Header()["Etag"] = []string{tag}
	}
}

// noCache is shared by all answers, none of which adds to it.
var noCache = []string{"no-cache"}

// matches compares weakly, as If-None-Match asks for.
func matches(r *http.Request, tag string) bool {
	given := r.Header.Get("If-None-Match")
	if given == "" {
		return false
	}
	for part := range strings.SplitSeq(given, ",") {
		if strings.TrimSpace(part) == tag {
			return true
		}
	}
	return false
}

// PanicError is a panic of a rendering, as an error for all who waited for it.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.Value, e.Stack) }

// render makes the page of an address and keeps it when it is whole and still of
// the present version. Those who ask for the same meanwhile get the same page or
// the same error, and an error is not kept; first tells who it was made for. It returns
// ctx's error when that ends first; the rendering goes on for the others.
func (c *Cache) render(ctx context.Context, key, edition, route string, render Render) (_ *cachedPage, first bool, err error) {
	made := false // read once the result is there
	result := c.renderings.DoChan(edition+" "+key, func() (_ any, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = &PanicError{p, debug.Stack()}
			}
		}()
		made = true
		// Kept since it was looked up.
		if p := c.peek(key, edition); p != nil && c.now().Sub(c.versions.Confirmed()) <= staleFor {
			made = false
			return p, nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), RequestTimeout)
		defer cancel()
		growStack()
		page, err := render(ctx)
		if err != nil {
			return nil, err
		}
		p := &cachedPage{key: key, edition: edition, route: route, contentType: []string{page.ContentType}, body: page.Body, length: len(page.Body), variants: map[encoding]*variant{}}
		head := *page
		head.Body = nil
		p.page = &head
		if page.Whole && edition != "" && c.versions.Edition() == edition {
			c.insert(p)
		}
		return p, nil
	})
	select {
	case <-ctx.Done():
		return nil, false, ctx.Err()
	case r := <-result:
		p, _ := r.Val.(*cachedPage)
		return p, made, r.Err
	}
}

// growStack makes room at once for what rendering a page needs of its goroutine's
// stack, which is new: it would be moved several times otherwise, two in a hundred of a
// page's time.
//
//go:noinline
func growStack() byte {
	var room [24 << 10]byte
	return room[rand.IntN(len(room))] // or the compiler would leave it out
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
