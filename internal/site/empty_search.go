package site

import (
	"context"
	"net/http"
	"regexp"
	"sync"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

const (
	// noteEvery is how often what was searched for in vain is written down: no search
	// waits for it.
	noteEvery = 30 * time.Second
	// noteTime is the most that the writing takes.
	noteTime = 10 * time.Second
	// maxNoted bounds the different searches between two writings, and maxEmptyPages
	// the pages of which it is known that they found nothing.
	maxNoted      = 500
	maxEmptyPages = 4096
)

// machines are those that search without anybody wanting to know.
var machines = regexp.MustCompile(`(?i)bot|crawl|spider|slurp|scan|monitor|preview|headless|curl|wget|python|java/|go-http|okhttp|axios|libwww|node|http-?client|feed|archive|lighthouse`)

// emptySearches collects what was searched for in vain. It never knows who did. It is
// safe for concurrent use.
type emptySearches struct {
	mu      sync.Mutex
	pages   map[string]struct{}              // that found nothing, by address: most of them are kept and not rendered again
	waiting map[string]*postgres.EmptySearch // by folded words
}

// found notes whether the search of a page found anything, when it is rendered.
func (e *emptySearches) found(path string, total int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if total > 0 {
		delete(e.pages, path)
		return
	}
	if e.pages == nil || len(e.pages) >= maxEmptyPages {
		e.pages = map[string]struct{}{}
	}
	e.pages[path] = struct{}{}
}

// seen notes that somebody was shown a page of the finder: where words alone were
// searched for, and nothing was found, that is counted.
func (e *emptySearches) seen(r *http.Request, path string, q catalogue.Query) {
	if q.Text == "" || q.Filtered() || q.Page > 1 || r.Method != http.MethodGet || r.UserAgent() == "" || machines.MatchString(r.UserAgent()) {
		return
	}
	e.mu.Lock()
	_, empty := e.pages[path]
	e.mu.Unlock()
	if !empty {
		return
	}
	text := review.SearchToKeep(q.Text)
	if text == "" {
		return
	}
	folded := danish.Fold(text)
	e.mu.Lock()
	defer e.mu.Unlock()
	x := e.waiting[folded]
	if x == nil {
		if len(e.waiting) >= maxNoted {
			return
		}
		if e.waiting == nil {
			e.waiting = map[string]*postgres.EmptySearch{}
		}
		x = &postgres.EmptySearch{Text: text, Folded: folded}
		e.waiting[folded] = x
	}
	x.Times++
}

// take gives what waits to be written, and forgets it.
func (e *emptySearches) take() (list []postgres.EmptySearch) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, x := range e.waiting {
		list = append(list, *x)
	}
	e.waiting = nil
	return list
}

// NoteSearches writes down now and then what was searched for in vain, until ctx ends,
// and then once more. What cannot be written is forgotten.
func (s *Site) NoteSearches(ctx context.Context) {
	tick := time.NewTicker(noteEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.noteSearches(ctx)
		case <-ctx.Done():
			s.noteSearches(context.WithoutCancel(ctx))
			return
		}
	}
}

func (s *Site) noteSearches(ctx context.Context) {
	list := s.empty.take()
	if len(list) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	if err := s.store.NoteEmptySearches(ctx, list, time.Now().UTC()); err != nil {
		s.log.WarnContext(ctx, "searches that found nothing are not counted", "err", err)
	}
}
