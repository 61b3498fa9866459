package httpx

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Many who ask for a page that nobody has asked for yet wait for one rendering,
// whatever encoding they take.
func TestCacheRendersOnceForAllWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(1 << 20)
		var renders, firsts atomic.Int32
		render := func(context.Context) (*Page, error) {
			renders.Add(1)
			time.Sleep(time.Second)
			return &Page{ContentType: "text/html", Body: []byte(body("a")), Whole: true}, nil
		}
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				r := httptest.NewRequest("GET", "/", nil)
				r.Header.Set("Accept-Encoding", []string{"br", "gzip", "zstd", ""}[i%4])
				w := httptest.NewRecorder()
				if err := f.cache.Serve(w, r, "a", render); err != nil || decoded(t, w.Result()) != body("a") || w.Header().Get("ETag") == "" {
					t.Errorf("%v, %v", err, w.Header())
				}
				if w.Header().Get("Cache-Status") == "praksis; fwd=miss" {
					firsts.Add(1)
				}
			})
		}
		all.Wait()
		if n := renders.Load(); n != 1 || firsts.Load() != 1 {
			t.Errorf("rendered %d times, and told of %d", n, firsts.Load())
		}
		if n := f.cache.lru.Front().Value.(*cachedPage).size(); f.cache.bytes != n {
			t.Errorf("%d bytes are counted for a page of %d", f.cache.bytes, n)
		}
	})
}

// Who looked for a page just before another's rendering of it was kept, and asks for one
// just after, gets that one.
func TestCacheRendersOnceForWhoComesLate(t *testing.T) {
	f := newFixture(1 << 20)
	f.get(t, "a")
	p, first, err := f.cache.render(t.Context(), "a", f.index.Edition(), "", func(context.Context) (*Page, error) {
		t.Error("it is rendered again")
		return &Page{}, nil
	})
	if err != nil || first || p != f.cache.lru.Front().Value.(*cachedPage) {
		t.Errorf("%v, %v, %v", p, first, err)
	}
}

// A page of one version is not waited for by those who ask for the next.
func TestCacheRendersEachVersionByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(1 << 20)
		serve := func(text string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			err := f.cache.Serve(w, httptest.NewRequest("GET", "/", nil), "a", func(context.Context) (*Page, error) {
				time.Sleep(time.Second)
				return &Page{Body: []byte(text), Whole: true}, nil
			})
			if err != nil {
				t.Error(err)
			}
			return w
		}
		done := make(chan *httptest.ResponseRecorder)
		go func() { done <- serve("old") }()
		synctest.Wait()
		f.index.version.Store(2)
		if w := serve("new"); w.Body.String() != "new" || w.Header().Get("ETag") == "" {
			t.Errorf("%s, %v", w.Body, w.Header())
		}
		if w := <-done; w.Body.String() != "old" || w.Header().Get("ETag") != "" {
			t.Errorf("the version went on meanwhile: %s, %v", w.Body, w.Header())
		}
	})
}

// Who waits obeys the deadline of its own, and who leaves ends the rendering
// for nobody else.
func TestCacheWaitsNoLongerThanTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(1 << 20)
		render := func(ctx context.Context) (*Page, error) {
			select {
			case <-time.After(3 * time.Second):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			return &Page{Body: []byte("page"), Whole: true}, nil
		}
		serve := func(ctx context.Context) (string, error) {
			w := httptest.NewRecorder()
			err := f.cache.Serve(w, httptest.NewRequest("GET", "/", nil).WithContext(ctx), "a", render)
			return w.Body.String(), err
		}
		var all sync.WaitGroup
		defer all.Wait()
		leaves, leave := context.WithCancel(t.Context())
		all.Go(func() { // the first, who began it
			if _, err := serve(leaves); !errors.Is(err, context.Canceled) {
				t.Errorf("who left: %v", err)
			}
		})
		synctest.Wait()
		leave()
		synctest.Wait()
		all.Go(func() {
			short, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			begun := time.Now()
			if _, err := serve(short); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Second {
				t.Errorf("after %s: %v", time.Since(begun), err)
			}
		})
		begun := time.Now()
		if got, err := serve(t.Context()); got != "page" || err != nil || time.Since(begun) != 3*time.Second {
			t.Errorf("after %s: %q, %v", time.Since(begun), got, err)
		}
	})
}

// A rendering that hangs ends by itself, with nobody left who waits.
func TestRenderingHasADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(1 << 20)
		begun := time.Now()
		err := f.cache.Serve(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "a", func(ctx context.Context) (*Page, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != RequestTimeout {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
	})
}

// Each who waits is given what went wrong, and nothing of it is kept.
func TestCacheKeepsNoFailure(t *testing.T) {
	broken := errors.New("broken")
	for name, fail := range map[string]func() (*Page, error){
		"error": func() (*Page, error) { return nil, broken },
		"panic": func() (*Page, error) { panic("at the disco") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(1 << 20)
				var renders atomic.Int32
				var all sync.WaitGroup
				for range 10 {
					all.Go(func() {
						err := f.cache.Serve(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "a", func(context.Context) (*Page, error) {
							renders.Add(1)
							time.Sleep(time.Second)
							return fail()
						})
						p, panicked := errors.AsType[*PanicError](err)
						if name == "panic" && (!panicked || p.Value != "at the disco" || !strings.Contains(string(p.Stack), "flight_test.go")) || name == "error" && !errors.Is(err, broken) {
							t.Errorf("%v", err)
						}
					})
				}
				all.Wait()
				if n := renders.Load(); n != 1 {
					t.Errorf("rendered %d times", n)
				}
				if f.get(t, "a"); f.renders != 1 || f.cache.lru.Len() != 1 {
					t.Errorf("rendered %d times after it", f.renders)
				}
			})
		})
	}
}

// A page that is compressed keeps nobody from a page that is ready. Who runs when is
// the machine's to say: on a busy one every second round serves a single page. So some
// of many rounds are asked for; with the lock held one in thirty serves more.
func TestCacheDoesNotCompressUnderItsLock(t *testing.T) {
	f := newFixture(256 << 20)
	f.get(t, "ready")
	large := []byte(strings.Repeat(body("large"), 400))
	served := make([]int, 60)
	for i := range served {
		served[i] = f.servedDuring(t, fmt.Sprint("large ", i), large)
	}
	slices.Sort(served)
	if served[len(served)-8] < 10 {
		t.Errorf("pages were served meanwhile: %v", served)
	}
}

// servedDuring is how often the page "ready" is served while another is rendered and
// compressed.
func (f *fixture) servedDuring(t *testing.T, key string, large []byte) (served int) {
	begun, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", "br")
		if err := f.cache.Serve(httptest.NewRecorder(), r, key, func(context.Context) (*Page, error) {
			close(begun)
			return &Page{Body: large, Whole: true}, nil
		}); err != nil {
			t.Error(err)
		}
	}()
	<-begun
	for {
		f.get(t, "ready")
		served++
		select {
		case <-done:
			return served
		default:
		}
	}
}

// BenchmarkCacheMiss is what it costs that 64 ask at once for a page that is not
// kept and waits 2 ms for the database.
func BenchmarkCacheMiss(b *testing.B) {
	html := []byte(body("a"))
	var renders atomic.Int64
	for b.Loop() {
		f := newFixture(1 << 20)
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				r := httptest.NewRequest("GET", "/", nil)
				r.Header.Set("Accept-Encoding", "br")
				if err := f.cache.Serve(httptest.NewRecorder(), r, "a", func(context.Context) (*Page, error) {
					renders.Add(1)
					time.Sleep(2 * time.Millisecond)
					return &Page{Body: html, Whole: true}, nil
				}); err != nil {
					b.Error(err)
				}
			})
		}
		all.Wait()
	}
	b.ReportMetric(float64(renders.Load())/float64(b.N), "renderings/op")
}

// BenchmarkCacheHit is a kept page while others are compressed all the time.
func BenchmarkCacheHit(b *testing.B) {
	f := newFixture(8 << 20)
	html := []byte(body("a"))
	stop := make(chan struct{})
	var others sync.WaitGroup
	serve := func(key string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", "br")
		if err := f.cache.Serve(httptest.NewRecorder(), r, key, func(context.Context) (*Page, error) { return &Page{Body: html, Whole: true}, nil }); err != nil {
			b.Error(err)
		}
	}
	serve("kept")
	serve("kept")
	others.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				serve(string(rune('a' + i%26)))
				f.cache.mu.Lock()
				if el := f.cache.byKey[string(rune('a'+i%26))]; el != nil {
					el.Value.(*cachedPage).variants = map[encoding]*variant{}
				}
				f.cache.mu.Unlock()
			}
		}
	})
	for b.Loop() {
		serve("kept")
	}
	close(stop)
	others.Wait()
}
