package httpx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"
	"unsafe"

	"praksis/internal/catalogue"

	"github.com/andybalholm/brotli"
	"github.com/go-chi/chi/v5"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// index stands for the index that tells the version.
type index struct {
	version   atomic.Int64
	confirmed time.Time
}

func (v *index) Edition() string      { return strconv.FormatInt(v.version.Load(), 10) }
func (v *index) Confirmed() time.Time { return v.confirmed }

type fixture struct {
	index   *index
	cache   *Cache
	clock   time.Time
	renders int
	whole   bool
	err     error
}

func newFixture(max int) *fixture {
	f := &fixture{clock: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), whole: true}
	f.index = &index{confirmed: f.clock}
	f.index.version.Store(1)
	f.cache = NewCache(f.index, "build", max)
	f.cache.now = func() time.Time { return f.clock }
	return f
}

// body is long and varied enough for compression to have something to do.
func body(key string) string {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "<p>%s nummer %x på dansk %d</p>", key, i*i*2654435761%1000003, i%17)
	}
	return b.String()
}

func (f *fixture) get(t *testing.T, key string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	err := f.cache.Serve(w, r, key, func(context.Context) (*Page, error) {
		f.renders++
		return &Page{ContentType: "text/html; charset=utf-8", Body: []byte(body(key)), Whole: f.whole}, f.err
	})
	if !errors.Is(err, f.err) {
		t.Fatalf("error %v, want %v", err, f.err)
	}
	return w.Result()
}

func decoded(t *testing.T, r *http.Response) string {
	t.Helper()
	var from io.Reader = r.Body
	var err error
	switch r.Header.Get("Content-Encoding") {
	case "br":
		from = brotli.NewReader(from)
	case "zstd":
		from, err = zstd.NewReader(from)
	case "gzip":
		from, err = gzip.NewReader(from)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCacheKeepsAPageForItsVersion(t *testing.T) {
	f := newFixture(1 << 20)
	tag := f.get(t, "a").Header.Get("ETag")
	if f.get(t, "a"); f.renders != 1 {
		t.Errorf("rendered %d times for one version", f.renders)
	}
	if r := f.get(t, "a", "If-None-Match", `"x", `+tag); r.StatusCode != 304 || tag == "" {
		t.Errorf("status %d for tag %s", r.StatusCode, tag)
	}
	f.index.version.Store(2)
	if r := f.get(t, "a", "If-None-Match", tag); r.StatusCode != 200 || r.Header.Get("ETag") == tag || f.renders != 2 {
		t.Errorf("new version: status %d, tag %s, rendered %d times", r.StatusCode, r.Header.Get("ETag"), f.renders)
	}
	if got := f.get(t, "b"); decoded(t, got) != body("b") {
		t.Error("one page was served for another")
	}
}

func TestCacheDoesNotKeepWhatIsNotWhole(t *testing.T) {
	f := newFixture(1 << 20)
	f.whole = false
	if r := f.get(t, "a"); r.Header.Get("ETag") != "" || decoded(t, r) != body("a") {
		t.Error("a page that is not whole has a tag, or is not shown")
	}
	if f.get(t, "a"); f.renders != 2 {
		t.Errorf("rendered %d times", f.renders)
	}
}

func TestCacheWhileTheDatabaseIsAway(t *testing.T) {
	f := newFixture(1 << 20)
	tag := f.get(t, "a").Header.Get("ETag")
	f.err = catalogue.ErrUnavailable
	f.clock = f.clock.Add(ConfirmedFor + time.Second)
	f.err = nil
	if r := f.get(t, "a", "If-None-Match", tag); r.StatusCode != 200 || r.Header.Get("X-Praksis-Unconfirmed") == "" || f.renders != 1 {
		t.Errorf("unconfirmed: status %d, rendered %d times", r.StatusCode, f.renders)
	}
	f.clock = f.clock.Add(staleFor)
	f.err = catalogue.ErrUnavailable
	if f.get(t, "a"); f.renders != 2 {
		t.Error("a page is served that nobody has confirmed for over ten minutes")
	}
}

func TestCacheIsBounded(t *testing.T) {
	const max = 50_000
	f := newFixture(max)
	for i := range 100 {
		f.get(t, fmt.Sprint("page ", i), "Accept-Encoding", "br")
	}
	if f.cache.bytes > max || f.cache.lru.Len() != len(f.cache.byKey) || f.cache.lru.Len() == 0 {
		t.Errorf("%d bytes in %d pages", f.cache.bytes, f.cache.lru.Len())
	}
	before := f.renders
	if f.get(t, "page 99"); f.renders != before {
		t.Error("the latest page was dropped")
	}
	for f.cache.lru.Len() > 0 {
		f.cache.evict(f.cache.lru.Back())
	}
	if f.cache.bytes != 0 {
		t.Errorf("%d bytes are left of nothing", f.cache.bytes)
	}
}

func TestMatches(t *testing.T) {
	const tag = `W/"b-1"`
	for given, want := range map[string]bool{tag: true, `"b-1"`: true, `"x", ` + tag: true, "*": false, `"x"|` + tag: true, "": false, `"b-2"`: false, "b-1": false} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["If-None-Match"] = strings.Split(given, "|")
		if Matches(r, tag) != want {
			t.Errorf("%s: not %v", given, want)
		}
	}
}

func TestEncodings(t *testing.T) {
	f := newFixture(1 << 20)
	for accept, want := range map[string]string{"": "", "gzip": "gzip", "gzip, deflate, br, zstd": "br", "br;q=0, zstd": "zstd", "GZIP;q=0.5": "gzip", "identity": "",
		"br;Q=0, zstd": "zstd"} {
		for range 2 { // rendered, then kept
			r := f.get(t, "a", "Accept-Encoding", accept)
			if got := r.Header.Get("Content-Encoding"); got != want || r.Header.Get("Vary") != "Accept-Encoding" || decoded(t, r) != body("a") {
				t.Errorf("%q: coding %q, want %q", accept, got, want)
			}
		}
	}
}

// A page that is often asked for as it is, is kept so beside its coding; one that was
// asked for so once is not.
func TestPagesOftenAskedForAsTheyAre(t *testing.T) {
	f := newFixture(1 << 20)
	f.get(t, "a", "Accept-Encoding", "br")
	p := f.cache.lru.Front().Value.(*cachedPage)
	kept := func() string { // while it is compressed again
		f.cache.mu.Lock()
		defer f.cache.mu.Unlock()
		if f.cache.bytes != p.size() {
			t.Errorf("%d bytes are counted of %d", f.cache.bytes, p.size())
		}
		return string(p.body)
	}
	for n := range recompressAfterHits {
		if kept() != "" {
			t.Errorf("kept as it is after %d", n)
		}
		if r := f.get(t, "a"); decoded(t, r) != body("a") {
			t.Error("another page")
		}
	}
	if kept() != body("a") {
		t.Error("it is not kept as it is")
	}
	for _, accept := range []string{"gzip", "br", ""} { // another coding does not drop it
		if r := f.get(t, "a", "Accept-Encoding", accept); decoded(t, r) != body("a") || kept() != body("a") {
			t.Errorf("%q: another page, or no longer kept as it is", accept)
		}
	}
}

// What is kept and AtOnce is served before anything else looks at the request, as its
// own handler would: HEAD and 304 as well, but not to who sends a body, when nobody
// has confirmed it for long, nor of another version; the log has its route.
func TestKept(t *testing.T) {
	f := newFixture(1 << 20)
	atOnce, passed := true, 0
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	r := chi.NewRouter()
	kept := f.cache.Kept(logger, nil, true, r)
	r.Use(Identify, Log(logger), SecurityHeaders(true), func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			passed++
			next.ServeHTTP(w, r)
		})
	})
	r.HandleFunc("/eksempler/{slug}", func(w http.ResponseWriter, r *http.Request) {
		if err := f.cache.Serve(w, r, r.URL.Path, func(context.Context) (*Page, error) {
			return &Page{ContentType: "text/html", Body: []byte(body("a")), Whole: true, Noindex: true, AtOnce: atOnce}, nil
		}); err != nil {
			t.Error(err)
		}
	})
	ask := func(method, target, sent string, header ...string) *http.Response {
		t.Helper()
		q := httptest.NewRequest(method, target, strings.NewReader(sent))
		if sent == "" {
			q.Body = http.NoBody
		}
		for i := 0; i < len(header); i += 2 {
			q.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		log.Reset()
		kept.ServeHTTP(w, q)
		line := regexp.MustCompile(`^time=\S+ level=INFO msg=request request=[a-z2-7]{10} method=(\S+) route=/eksempler/\{slug\} status=(\d+) bytes=(\d+) ms=\S+\n$`).FindStringSubmatch(log.String())
		if want := []string{method, strconv.Itoa(w.Code), strconv.Itoa(w.Body.Len())}; len(line) == 0 || !slices.Equal(line[1:], want) {
			t.Errorf("%s %s: %s, want %q", method, target, &log, want)
		}
		return w.Result()
	}
	first := ask("GET", "/eksempler/a", "", "Accept-Encoding", "br")
	if first.Header.Get("Cache-Status") != "praksis; fwd=miss" {
		t.Errorf("rendered: %v", first.Header)
	}
	first.Header.Del("Cache-Status")
	for range 2 { // the second is compressed better
		again := ask("GET", "/eksempler/a", "", "Accept-Encoding", "br")
		again.Header.Set("Content-Length", first.Header.Get("Content-Length"))
		if passed != 1 || decoded(t, again) != body("a") || !reflect.DeepEqual(again.Header, first.Header) {
			t.Errorf("passed %d times; %v, and first %v", passed, again.Header, first.Header)
		}
	}
	if w := ask("HEAD", "/eksempler/a", ""); w.ContentLength != int64(len(body("a"))) || passed != 1 || decoded(t, w) != "" {
		t.Errorf("HEAD: %d bytes, passed %d times", w.ContentLength, passed)
	}
	if w := ask("GET", "/eksempler/a", "", "If-None-Match", first.Header.Get("ETag")); w.StatusCode != http.StatusNotModified || passed != 1 {
		t.Errorf("status %d, passed %d times", w.StatusCode, passed)
	}
	f.clock = f.clock.Add(ConfirmedFor + time.Second)
	if w := ask("GET", "/eksempler/a", "", "If-None-Match", first.Header.Get("ETag")); w.StatusCode != http.StatusOK || w.Header.Get("X-Praksis-Unconfirmed") == "" || passed != 1 {
		t.Errorf("unconfirmed: status %d, %v, passed %d times", w.StatusCode, w.Header, passed)
	}
	f.clock = f.index.confirmed
	for n, pass := range []func(){
		func() { ask("GET", "/eksempler/a", "body") },
		func() { ask("POST", "/eksempler/a", "") },
		func() { ask("GET", "/eksempler/a?side=2", "") },
		func() { f.index.version.Store(2); ask("GET", "/eksempler/a", "") },
		func() { f.clock = f.clock.Add(staleFor + time.Second); ask("GET", "/eksempler/a", "") },
	} {
		if pass(); passed != n+2 {
			t.Errorf("the %dth did not pass", n)
		}
	}
	atOnce, passed, f.index.confirmed = false, 0, f.clock
	for range 2 {
		ask("GET", "/eksempler/b", "")
	}
	if passed != 2 {
		t.Errorf("what is not to be served at once passed %d times", passed)
	}
}

// A page that was compressed is kept in that coding alone, and comes whole in every other
// one.
func TestCompressedPagesTakeLittle(t *testing.T) {
	f := newFixture(1 << 20)
	for _, first := range []string{"br", "zstd", "gzip"} {
		before := f.cache.bytes
		f.get(t, first, "Accept-Encoding", first)
		if n := f.cache.bytes - before; n > len(body(first))*2/3 {
			t.Errorf("%s: %d bytes are kept of a page of %d", first, n, len(body(first)))
		}
		for _, accept := range []string{"", "br", "zstd", "gzip", ""} {
			if r := f.get(t, first, "Accept-Encoding", accept); decoded(t, r) != body(first) {
				t.Errorf("%s, then %q: another page", first, accept)
			}
		}
	}
	if f.renders != 3 {
		t.Errorf("rendered %d times", f.renders)
	}
	for f.cache.lru.Len() > 0 {
		f.cache.evict(f.cache.lru.Back())
	}
	if f.cache.bytes != 0 {
		t.Errorf("%d bytes are left of nothing", f.cache.bytes)
	}
}

// What is tidied is what was there, in one piece of memory, and is counted as before.
func TestCacheIsTidied(t *testing.T) {
	f := newFixture(1 << 20)
	codings := []string{"br", "zstd", "gzip", ""}
	get := func(i int, coding string) {
		key := fmt.Sprint("side", i)
		if r := f.get(t, key, "Accept-Encoding", coding); decoded(t, r) != body(key) {
			t.Errorf("%s in %q: another page", key, coding)
		}
	}
	for i := range 12 {
		get(i, codings[i%4])
	}
	size := f.cache.bytes
	f.cache.Tidy()
	type piece struct{ from, to uintptr }
	var pieces []piece
	for key, el := range f.cache.byKey {
		p := el.Value.(*cachedPage)
		if unsafe.StringData(key) != unsafe.StringData(p.key) {
			t.Errorf("%s is kept twice", key)
		}
		bodies := [][]byte{p.body}
		for _, v := range p.variants {
			bodies = append(bodies, v.body)
		}
		for _, b := range bodies {
			if cap(b) > len(b) {
				t.Errorf("%s: what is added to it would write into the next page", key)
			}
			if from := uintptr(unsafe.Pointer(unsafe.SliceData(b))); len(b) > 0 {
				pieces = append(pieces, piece{from, from + uintptr(len(b))})
			}
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return int(a.from) - int(b.from) })
	if len(pieces) != 12 {
		t.Fatalf("%d bodies, want 12", len(pieces))
	}
	for i, p := range pieces[1:] {
		if p.from != pieces[i].to {
			t.Errorf("body %d lies by itself", i+1)
		}
	}
	if f.cache.bytes != size {
		t.Errorf("%d bytes, before %d", f.cache.bytes, size)
	}
	for i := range 12 {
		for _, coding := range codings {
			get(i, coding)
		}
	}
	if f.renders != 12 {
		t.Errorf("rendered %d times, want 12", f.renders)
	}
	for f.cache.lru.Len() > 0 {
		f.cache.evict(f.cache.lru.Back())
	}
	if f.cache.bytes != 0 || len(f.cache.byKey) != 0 {
		t.Errorf("%d bytes and %d pages are left of nothing", f.cache.bytes, len(f.cache.byKey))
	}
}

// A short page is sent as it is, also when it is kept.
func TestShortPages(t *testing.T) {
	f := newFixture(1 << 20)
	for range 3 {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", "br")
		w := httptest.NewRecorder()
		if err := f.cache.Serve(w, r, "short", func(context.Context) (*Page, error) { return &Page{Body: []byte("kort"), Whole: true}, nil }); err != nil {
			t.Fatal(err)
		}
		if got := w.Header().Get("Content-Encoding"); got != "" || w.Body.String() != "kort" {
			t.Errorf("coding %q: %q", got, w.Body)
		}
	}
}

func TestWhatIsAskedForOftenIsCompressedBetter(t *testing.T) {
	f := newFixture(1 << 20)
	size := func() int {
		b, err := io.ReadAll(f.get(t, "a", "Accept-Encoding", "br").Body)
		if err != nil {
			t.Fatal(err)
		}
		return len(b)
	}
	first := size()
	for range 200 {
		if size() < first {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("still %d bytes", first)
}

func TestStatic(t *testing.T) {
	h := Static(fstest.MapFS{"app.css": {Data: bytes.Repeat([]byte("a{b:c}"), 500)}, "x.woff2": {Data: []byte("font")}})
	get := func(path string) *http.Response {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", "br")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	if r := get("/app.css"); !strings.Contains(r.Header.Get("Cache-Control"), "immutable") || r.Header.Get("Content-Encoding") != "br" || r.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%v", r.Header)
	}
	if r := get("/x.woff2"); r.Header.Get("Content-Type") != "font/woff2" || r.Header.Get("Content-Encoding") != "" {
		t.Errorf("%v", r.Header)
	}
	for _, path := range []string{"/", "/nothing", "/../cache.go"} {
		if r := get(path); r.StatusCode != 404 || strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
}

// unready stands for an index that is not ready yet.
type unready struct{ *index }

func (unready) Edition() string { return "" }

func TestCacheKeepsNothingWithoutAnEdition(t *testing.T) {
	f := newFixture(1 << 20)
	f.cache.versions = unready{f.index}
	for n := range 2 {
		if r := f.get(t, "/"); f.renders != n+1 || r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("ETag") != "" {
			t.Errorf("%d renderings, %v", f.renders, r.Header)
		}
	}
	// A tag without an edition would be that of everything made while there is none.
	for _, given := range []string{"", "*", `W/"build-"`} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("If-None-Match", given)
		w := httptest.NewRecorder()
		if f.cache.Unchanged(w, r) || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("ETag") != "" {
			t.Errorf("%s: %d, %v", given, w.Code, w.Header())
		}
		if r := f.get(t, "/", "If-None-Match", given); r.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", given, r.StatusCode)
		}
	}
}
