package site

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"praksis/internal/catalogue"

	"golang.org/x/sync/singleflight"
)

// Check is one thing that a machine that serves must have.
type Check struct {
	Name string
	// Do says what is wrong, in words that anybody may read; nil for nothing. It
	// returns soon after its context ends.
	Do func(context.Context) error
	// Serves says that pages are served without it: it is told, and does not send
	// visitors elsewhere, where the same would be missing.
	Serves bool
}

// readyTime is how long the checks may take all together, so that who asks gets
// an answer within a second.
const readyTime = 800 * time.Millisecond

// readiness carries out checks for all who ask at once.
type readiness struct {
	checks []Check
	flight singleflight.Group
}

// look gives a line for each check, and whether visitors can be sent here.
func (x *readiness) look() (ready bool, lines string) {
	type answer struct {
		ready bool
		lines string
	}
	got, _, _ := x.flight.Do("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), readyTime)
		defer cancel()
		faults := make([]error, len(x.checks))
		var all sync.WaitGroup
		for i, c := range x.checks {
			all.Go(func() { faults[i] = c.Do(ctx) })
		}
		all.Wait()
		a := answer{ready: true}
		for i, c := range x.checks {
			what := "ok"
			if err := faults[i]; err != nil {
				what, _, _ = strings.Cut(err.Error(), "\n")
				if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, catalogue.ErrUnavailable) {
					what = "does not answer" // the driver's words are for the log
				}
				a.ready = a.ready && c.Serves
			}
			a.lines += fmt.Sprintf("%s: %s\n", c.Name, what)
		}
		return a, nil
	})
	a := got.(answer)
	return a.ready, a.lines
}

// checks are those of the site itself, and those of its configuration.
func (s *Site) checks() []Check {
	return append([]Check{
		{Name: "database", Do: s.store.Ping},
		{Name: "schema", Do: s.store.CheckSchema},
		{Name: "index", Do: func(ctx context.Context) error {
			if !s.index.Ready() {
				done, total := s.index.Progress()
				return fmt.Errorf("is being made ready: %d of %d", done, total)
			}
			now, err := s.store.Version(ctx)
			if err != nil {
				return errors.New("not known without the database")
			}
			// Half a second is what a change may take; a fault lasts longer.
			if at := s.index.Version(); at < now && time.Since(s.index.Confirmed()) > indexBehind {
				return fmt.Errorf("has reached version %d of %d", at, now)
			}
			return s.index.Check()
		}},
	}, s.Config.Checks...)
}

// indexBehind is how long the index may be behind without being at fault.
const indexBehind = 3 * time.Second

// ready answers a machine that asks whether to send visitors here, and says what
// is wrong.
func (s *Site) ready(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	ready, lines := s.readiness.look()
	head := "ready\n"
	if !ready {
		w.WriteHeader(http.StatusServiceUnavailable)
		head = "not ready\n"
	}
	_, _ = w.Write([]byte(head + lines))
}
