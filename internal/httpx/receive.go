package httpx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// What is sent to us is received before it takes a place among the requests at
// work: whoever sends slowly, or much, must not take the places of readers, nor
// those of senders elsewhere.
const (
	// pace is how many bytes a second a sender must reach, and grace how long it may
	// take before that is looked at: a phone in a train passes, a byte every other
	// second does not.
	pace  = 4 << 10
	grace = 20 * time.Second
	// patience is the longest pause, however much has come before it: who has sent
	// 40 MB at once has earned no place for hours.
	patience = time.Minute
	// placeWait is how long a request waits for a place: longer than a slow sender
	// can keep one that it does not use, and less than proxies wait for an answer.
	placeWait = 45 * time.Second
	// maxWaiting bounds the requests that wait.
	maxWaiting = 2000
	// answerTime is what is left for the answer when all has been received.
	answerTime = 60 * time.Second
)

// TooSlowError is a request that did not come in at the pace that we wait for.
type TooSlowError struct{}

func (e *TooSlowError) Error() string { return "the request was sent too slowly" }

// BodyError tells the errors of a slow and of a large body from others: it is a
// *TooSlowError, a *TooLargeError, or err itself.
func BodyError(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return &TooLargeError{}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &TooSlowError{}
	}
	return err
}

// Places bounds the requests that are being received at once: all of them, and
// those of one client ([Client]). Who finds none waits. It is safe for concurrent
// use.
type Places struct {
	all       *semaphore.Weighted
	perClient int64

	mu      sync.Mutex
	clients map[string]*clientPlaces
	waiting int
}

// clientPlaces are those of one client, kept while anybody uses them.
type clientPlaces struct {
	places *semaphore.Weighted
	users  int
}

// NewPlaces makes room for n requests at once, and for perClient of each client.
func NewPlaces(n, perClient int64) *Places {
	return &Places{all: semaphore.NewWeighted(n), perClient: perClient, clients: map[string]*clientPlaces{}}
}

// enter waits for a place, at most placeWait; ok is false when there is none.
func (p *Places) enter(ctx context.Context, client string) (leave func(), ok bool) {
	p.mu.Lock()
	if p.waiting >= maxWaiting {
		p.mu.Unlock()
		return nil, false
	}
	p.waiting++
	c := p.clients[client]
	if c == nil {
		c = &clientPlaces{places: semaphore.NewWeighted(p.perClient)}
		p.clients[client] = c
	}
	c.users++
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, placeWait)
	defer cancel()
	// Its own first: who waits for those takes none of the others'.
	held := c.places.Acquire(ctx, 1) == nil
	ok = held && p.all.Acquire(ctx, 1) == nil
	leave = func() {
		if held {
			c.places.Release(1)
		}
		if ok {
			p.all.Release(1)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if c.users--; c.users == 0 {
			delete(p.clients, client)
		}
	}
	p.mu.Lock()
	p.waiting--
	p.mu.Unlock()
	if !ok {
		leave()
	}
	return leave, ok
}

// Receive gives a request that has a body a place until the body has been read,
// and holds its sender to a pace: reading from one that is slower fails, and
// [BodyError] tells so.
func (e Errors) Receive(places *Places) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Body == nil || r.Body == http.NoBody {
				next.ServeHTTP(w, r)
				return
			}
			rc := http.NewResponseController(w)
			// It is no fault when the connection cannot be told, as in a test: then the
			// server's own limits hold.
			_ = rc.SetReadDeadline(time.Now().Add(placeWait + grace))
			_ = rc.SetWriteDeadline(time.Now().Add(placeWait + grace + answerTime))
			leave, ok := places.enter(r.Context(), Client(r))
			if !ok {
				e.unavailable(w, r)
				return
			}
			b := &pacedBody{body: r.Body, conn: rc, begun: time.Now(), leave: sync.OnceFunc(leave)}
			defer b.leave()
			b.extend()
			r.Body = b
			next.ServeHTTP(w, r)
		})
	}
}

// pacedBody is a body whose sender must keep the pace. It leaves its place when it
// has been read.
type pacedBody struct {
	body  io.ReadCloser
	conn  *http.ResponseController
	begun time.Time
	n     int64
	leave func()
}

func (b *pacedBody) extend() {
	until := b.begun.Add(grace + time.Duration(b.n)*time.Second/pace)
	if most := time.Now().Add(patience); until.After(most) {
		until = most
	}
	_ = b.conn.SetReadDeadline(until)
	_ = b.conn.SetWriteDeadline(until.Add(answerTime))
}

func (b *pacedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.n += int64(n)
	if err == nil {
		b.extend()
		return n, nil
	}
	b.leave()
	if err == io.EOF {
		// The server goes on to read, so that it sees when the client leaves.
		_ = b.conn.SetReadDeadline(time.Now().Add(answerTime))
		_ = b.conn.SetWriteDeadline(time.Now().Add(answerTime))
	}
	return n, err
}

func (b *pacedBody) Close() error {
	b.leave()
	return b.body.Close()
}

// Buffer reads a body of at most maxBytes into memory before the request goes on.
// It stands between [Errors.Receive] and [Errors.Limit].
func (e Errors) Buffer(maxBytes int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Body != nil && r.Body != http.NoBody {
				body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
				if err != nil {
					if err = BodyError(err); statusOf(err) >= http.StatusInternalServerError {
						err = &BadRequestError{} // the sender has left, or what it sent is no body
					}
					e.Fail(w, r, err)
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
			}
			next.ServeHTTP(w, r)
		})
	}
}
