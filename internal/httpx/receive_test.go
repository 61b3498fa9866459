package httpx

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener of connections within the process, so that the clock of a
// test moves them.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)} }
func (p *pipes) dial() net.Conn {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours
}

// receiver is a server of one handler behind Receive, with the client named by a
// header.
func receiver(t *testing.T, places *Places, next http.Handler) *pipes {
	t.Helper()
	e := Errors{Page: func(w http.ResponseWriter, _ *http.Request, status int, _, _ string) { w.WriteHeader(status) }}
	h := ClientAddress(1, slog.New(slog.DiscardHandler))(e.Receive(places)(next))
	l := newPipes()
	srv := &http.Server{Handler: h, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	var serving sync.WaitGroup
	serving.Go(func() { _ = srv.Serve(l) })
	t.Cleanup(func() { _ = srv.Close(); serving.Wait() })
	return l
}

// send posts length bytes, size at a time with a pause between, and gives the
// status; 0 when the connection was closed without one.
func send(l *pipes, client string, length, size int, pause time.Duration) int {
	c := l.dial()
	defer c.Close()
	answer := make(chan int, 1)
	go func() {
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			answer <- 0
			return
		}
		answer <- resp.StatusCode
	}()
	_, _ = fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\nContent-Length: %d\r\n\r\n", client, length)
	for sent := 0; sent < length; sent += size {
		if _, err := c.Write(bytes.Repeat([]byte("x"), min(size, length-sent))); err != nil {
			break
		}
		time.Sleep(pause)
	}
	return <-answer
}

func readAll(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		Errors{Page: func(w http.ResponseWriter, _ *http.Request, status int, _, _ string) { w.WriteHeader(status) }}.Fail(w, r, BodyError(err))
	}
}

// A sender must keep a pace; one that pauses in between, or is far away, is let
// through.
func TestPace(t *testing.T) {
	for _, c := range []struct {
		name         string
		length, size int
		pause        time.Duration
		want         int
	}{
		{"at once", 1 << 20, 1 << 20, 0, 200},
		{"a modem", 1 << 20, 6 << 10, time.Second, 200}, // three minutes
		{"a tunnel of half a minute", 1 << 20, 512 << 10, 30 * time.Second, 200},
		{"a byte every other second", 1 << 20, 1, 2 * time.Second, 408},
		{"nothing for a long time", 1 << 20, 1 << 10, time.Hour, 408},
		{"much, and then nothing", 32 << 20, 16 << 20, 10 * time.Minute, 408},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := receiver(t, NewPlaces(10, 10), http.HandlerFunc(readAll))
			begun := time.Now()
			if got := send(l, "192.0.2.7", c.length, c.size, c.pause); got != c.want {
				t.Errorf("%s: %d", c.name, got)
			}
			if took := time.Since(begun); c.want == 408 && c.pause < time.Minute && took > grace+5*time.Second {
				t.Errorf("%s: ended after %s", c.name, took)
			}
		})
	}
}

// Slow senders of one address take the places of that address, for as long as
// they are waited for, and nobody else's.
func TestPlacesByClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := receiver(t, NewPlaces(10, 4), http.HandlerFunc(readAll))
		var slow sync.WaitGroup
		for range 6 {
			slow.Go(func() { send(l, "198.51.100.7", 1<<20, 1, 2*time.Second) })
		}
		time.Sleep(time.Second)
		begun := time.Now()
		for range 20 {
			if got := send(l, "192.0.2.7", 100<<10, 100<<10, 0); got != 200 || time.Since(begun) > time.Second {
				t.Fatalf("another client: %d after %s", got, time.Since(begun))
			}
		}
		// An honest sender at the same address waits until they have been given up.
		if got := send(l, "198.51.100.7", 100<<10, 100<<10, 0); got != 200 {
			t.Errorf("the same address: %d after %s", got, time.Since(begun))
		}
		slow.Wait()
	})
}

// Many who send at once are all received, one after the other.
func TestPlacesAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		places := NewPlaces(8, 4)
		l := receiver(t, places, http.HandlerFunc(readAll))
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				if got := send(l, fmt.Sprintf("192.0.2.%d", i%5), 100<<10, 10<<10, 20*time.Millisecond); got != 200 {
					t.Errorf("sender %d: %d", i, got)
				}
			})
		}
		all.Wait()
		if len(places.clients) != 0 || places.waiting != 0 {
			t.Errorf("%d clients and %d waiting are left", len(places.clients), places.waiting)
		}
	})
}

// A request whose body is received takes no place among those at work.
func TestBufferStandsBeforeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := Errors{Page: func(w http.ResponseWriter, _ *http.Request, status int, _, _ string) { w.WriteHeader(status) }}
		h := e.Buffer(2 << 20)(e.Limit(1)(http.HandlerFunc(readAll)))
		l := receiver(t, NewPlaces(10, 10), h)
		var slow sync.WaitGroup
		for range 3 {
			slow.Go(func() { send(l, "198.51.100.7", 1<<20, 1, 2*time.Second) })
		}
		time.Sleep(time.Second)
		if got := send(l, "192.0.2.7", 100, 100, 0); got != 200 {
			t.Errorf("a small form: %d", got)
		}
		slow.Wait()
	})
	var s shown
	e := errorsTo(&bytes.Buffer{}, &s)
	h := e.Buffer(10)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	for body, want := range map[string]int{"": 200, "0123456789": 200, "0123456789a": 413} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(body)))
		if w.Code != want || want == 200 && w.Body.String() != body {
			t.Errorf("%d bytes: %d %q", len(body), w.Code, w.Body.String())
		}
	}
}
