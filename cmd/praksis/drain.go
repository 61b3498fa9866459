package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// drain ends a server without a failed request. [http.Server.Shutdown] alone closes
// connections whose clients may be sending their next request, and drops a first
// request that it reads from then on, though it was accepted before
// (findings/go-shutdown-drops-accepted.sh).
type drain struct {
	on atomic.Bool // answers say that their connection is closed after them

	mu   sync.Mutex
	busy map[net.Conn]struct{} // accepted, and not waiting for a further request
}

// install makes the server keep book of its connections.
func (d *drain) install(srv *http.Server) {
	d.busy = map[net.Conn]struct{}{}
	srv.ConnState = func(c net.Conn, s http.ConnState) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if s == http.StateNew || s == http.StateActive {
			d.busy[c] = struct{}{}
		} else {
			delete(d.busy, c)
		}
	}
	next := srv.Handler
	srv.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.on.Load() { // SetKeepAlivesEnabled would close connections at once
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// end stops the server: for a while it answers all, so that clients let go of their
// connections; then nothing is accepted any more, and what was is answered. Until
// stopped is closed, srv.Serve has not returned. What takes longer than shutdownTime
// is broken off.
func (d *drain) end(srv *http.Server, ln net.Listener, stopped <-chan struct{}, log *slog.Logger) error {
	d.on.Store(true)
	time.Sleep(drainTime)
	_ = ln.Close() // what it may say, Serve says
	<-stopped
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	for ctx.Err() == nil && d.count() > 0 {
		time.Sleep(5 * time.Millisecond)
	}
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests that go on for too long are broken off", "after", shutdownTime)
		err = srv.Close()
	}
	return err
}

func (d *drain) count() int { d.mu.Lock(); defer d.mu.Unlock(); return len(d.busy) }
