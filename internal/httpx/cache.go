package httpx

import (
	"container/list"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

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
	lines         lines        // of Kept
	always        fixedHeaders // of Kept

	hits, misses, collapsed, unchanged atomic.Uint64

	mu    sync.Mutex
	bytes int
	byKey map[string]*list.Element // of *cachedPage
	lru   *list.List               // most recently used first
}

// NewCache makes a cache of at most maxBytes for pages of this build.
func NewCache(v Versions, build string, maxBytes int) *Cache {
	return &Cache{versions: v, build: build, maxBytes: maxBytes, now: time.Now, recompressing: make(chan struct{}, 1), byKey: map[string]*list.Element{}, lru: list.New()}
}

// CacheStats tells what became of the requests for pages that may be kept, and what is.
type CacheStats struct {
	// Hits were answered with a kept page, Misses with one made for them, Collapsed with
	// one made for somebody else at the time, Unchanged with 304.
	Hits, Misses, Collapsed, Unchanged uint64
	Pages, Bytes, MaxBytes             int
}

// Stats tells what became of the requests so far.
func (c *Cache) Stats() CacheStats {
	s := CacheStats{Hits: c.hits.Load(), Misses: c.misses.Load(), Collapsed: c.collapsed.Load(), Unchanged: c.unchanged.Load(), MaxBytes: c.maxBytes}
	c.mu.Lock()
	defer c.mu.Unlock()
	s.Pages, s.Bytes = c.lru.Len(), c.bytes
	return s
}

// Kept answers at once what is kept and AtOnce, before a request is routed, waits for a
// place or has a deadline; all else goes on to next. So what takes next to nothing is
// also served when every place is taken. It stands outside of all else, logs what it
// answers as Log does, and sets what SecurityHeaders(secure) does. together is the
// LogWriter's or nil (lines); FlushLog writes at the end what waits.
func (c *Cache) Kept(log *slog.Logger, together func(func()), secure bool, next http.Handler) http.Handler {
	c.lines.to, c.lines.together = log.Handler(), together
	c.always = newFixedHeaders(securityHeaders(secure))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (r.Method != http.MethodGet && r.Method != http.MethodHead) || r.Body != http.NoBody || !c.serveKept(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

// FlushLog writes the lines of the log that wait to be written together.
func (c *Cache) FlushLog() { c.lines.flush() }

func (c *Cache) serveKept(w http.ResponseWriter, r *http.Request) bool {
	begin := c.now()
	edition := c.versions.Edition()
	age := begin.Sub(c.versions.Confirmed())
	if edition == "" || age > staleFor {
		return false
	}
	p := c.lookup(r.RequestURI, edition, true)
	if p == nil {
		return false
	}
	line := accessLine{method: r.Method, route: p.route, status: http.StatusOK}
	tag := c.tag(edition)
	if age <= ConfirmedFor && Matches(r, tag) {
		line.status = http.StatusNotModified
		whole(w, r, c.always, func() { c.notModified(w, tag) })
	} else {
		body, enc, err := c.encoded(p, negotiate(r))
		if err != nil {
			return false
		}
		c.hits.Add(1)
		if age > ConfirmedFor {
			w.Header().Set("X-Praksis-Unconfirmed", "1")
		}
		whole(w, r, c.always, func() { line.bytes = c.write(w, r, p, tag, body, enc) })
	}
	line.end = c.now()
	line.took = line.end.Sub(begin)
	c.lines.add(line)
	return true
}

// Serve answers the canonical address key with the kept page, or with what
// render makes. It returns render's error as it is, a *PanicError when render
// panicked, or the error of the request's context when that ends first.
func (c *Cache) Serve(w http.ResponseWriter, r *http.Request, key string, render Render) error {
	edition := c.versions.Edition()
	age := c.now().Sub(c.versions.Confirmed())
	tag := c.tag(edition)
	if edition != "" && age <= ConfirmedFor && Matches(r, tag) {
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
			c.misses.Add(1)
			w.Header().Set("Cache-Status", "praksis; fwd=miss")
		} else {
			c.collapsed.Add(1)
			w.Header().Set("Cache-Status", "praksis; fwd=miss; collapsed")
		}
		if !c.holds(cached) {
			tag = ""
		}
	} else {
		c.hits.Add(1)
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
	c.unchanged.Add(1)
	c.headers(w, tag)
	vary(w.Header())
	w.WriteHeader(http.StatusNotModified)
}

// write answers with a page, and tells how long the body is that went out.
func (c *Cache) write(w http.ResponseWriter, r *http.Request, p *cachedPage, tag string, body []byte, enc encoding) int {
	c.headers(w, tag)
	if p.edition == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.Header()["Content-Type"] = p.contentType
	if p.page.Noindex {
		w.Header().Set("X-Robots-Tag", "noindex")
	}
	return writeBody(w, r, http.StatusOK, body, enc)
}

func (c *Cache) headers(w http.ResponseWriter, tag string) {
	w.Header()["Cache-Control"] = noCache
	if tag != "" {
		w.Header()["Etag"] = []string{tag}
	}
}

// noCache is shared by all answers, none of which adds to it.
var noCache = []string{"no-cache"}

// Matches tells whether a client has what a tag names. It compares weakly, as
// If-None-Match asks for. "*" is none: whether there is such a page is not known yet.
func Matches(r *http.Request, tag string) bool {
	for _, given := range r.Header["If-None-Match"] {
		for part := range strings.SplitSeq(given, ",") {
			if strings.TrimPrefix(strings.TrimSpace(part), "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}
