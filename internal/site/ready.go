package site

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"

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
	// identity is that of the catalogue; nil where nobody asks.
	identity func(context.Context) (string, error)
}

// readyAnswer is what the checks come to: whether visitors can be sent here, a line for
// each check, and the mark of the catalogue, empty while it is not known.
type readyAnswer struct {
	ready       bool
	lines, mark string
}

func (x *readiness) look() readyAnswer {
	got, _, _ := x.flight.Do("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), readyTime)
		defer cancel()
		faults := make([]error, len(x.checks))
		var all sync.WaitGroup
		for i, c := range x.checks {
			all.Go(func() { faults[i] = c.Do(ctx) })
		}
		a := readyAnswer{ready: true}
		if x.identity != nil {
			all.Go(func() {
				if identity, err := x.identity(ctx); err == nil {
					a.mark = Mark(identity)
				}
			})
		}
		all.Wait()
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
	return got.(readyAnswer)
}

// Mark tells one catalogue from another to whoever asks, without telling its identity,
// which is a key.
func Mark(identity string) string {
	h := sha256.Sum256([]byte("praksis catalogue " + identity))
	return hex.EncodeToString(h[:6])
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
// is wrong. By the headers whoever runs this tells which build, which catalogue and which
// version of it answer, and whom the limits would count the asker for: their own address,
// unless the proxies are miscounted (praksis doctor).
func (s *Site) ready(w http.ResponseWriter, r *http.Request) {
	a := s.readiness.look()
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Praksis-Build", s.Build)
	h.Set("X-Praksis-Client", httpx.Client(r))
	if a.mark != "" {
		h.Set("X-Praksis-Catalogue", a.mark)
		h.Set("X-Praksis-Version", strconv.FormatInt(s.index.Version(), 10))
	}
	head := "ready\n"
	if !a.ready {
		w.WriteHeader(http.StatusServiceUnavailable)
		head = "not ready\n"
	}
	_, _ = w.Write([]byte(head + a.lines))
}
