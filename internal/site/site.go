// Package site is the public pages: front page, finder, practices, and what is
// said about the catalogue.
package site

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/search"
	"praksis/web"

	"github.com/a-h/templ"
	"golang.org/x/sync/semaphore"
)

// cacheBytes bounds the page cache. A page is some 12 KB as it is kept, so this keeps
// about six hundred; what is rendered anew costs some milliseconds.
const cacheBytes = 8 << 20

// Config is what the one who runs the site decides.
type Config struct {
	// PublicURL is the address that visitors use, as httpx.PublicOrigin returns it;
	// empty when it is not known. HTTPS there turns on HSTS.
	PublicURL string
	Authority web.Authority
	// AccessibilityURL is the statement made in the state's WAS-Tool; empty
	// until there is one, and then our own page serves.
	AccessibilityURL string
	// Clamd is the address of a virus scanner to ask; may be empty.
	Clamd string
	// Checks are asked, beside the site's own, whether to send visitors here.
	Checks []Check
	// LogTogether is the log's httpx.LogWriter.Together; without it no line of the log
	// waits for others.
	LogTogether func(func())
	// Build names this build, so that its pages are not taken for another's.
	Build string
}

// Site serves the public pages.
type Site struct {
	Config
	store  *postgres.Store
	index  *search.Index
	cache  *httpx.Cache
	errors httpx.Errors
	log    *slog.Logger
	recent *rateCounter
	// begun counts the shortlists that networks begin.
	begun *rateCounter
	// sending has a place for each submission that is looked at and stored.
	sending   *semaphore.Weighted
	readiness readiness
	empty     emptySearches
}

// New makes the site.
func New(cfg Config, store *postgres.Store, index *search.Index, log *slog.Logger) *Site {
	s := &Site{Config: cfg, store: store, index: index, cache: httpx.NewCache(index, cfg.Build, cacheBytes), log: log, recent: newRateCounter(), begun: newRateCounter(), sending: semaphore.NewWeighted(maxSending)}
	s.readiness.checks, s.readiness.identity = s.checks(), store.Identity
	s.errors = httpx.Errors{Log: log, Page: NewProblems(cfg).Page}
	return s
}

// Tidy moves the pages in memory together (httpx.Cache).
func (s *Site) Tidy() { s.cache.Tidy() }

// CacheStats tells of the pages in memory.
func (s *Site) CacheStats() httpx.CacheStats { return s.cache.Stats() }

// FlushLog writes what of the log waits to be written (httpx.Cache).
func (s *Site) FlushLog() { s.cache.FlushLog() }

// contentTypes of what the site renders.
const (
	typeHTML = "text/html; charset=utf-8"
	typeJSON = "application/json; charset=utf-8"
)

// rendered is a page of the public catalogue, ready to be kept.
func rendered(ctx context.Context, c templ.Component, whole, noindex bool) (*httpx.Page, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := c.Render(ctx, b); err != nil {
		return nil, err
	}
	return &httpx.Page{ContentType: typeHTML, Body: bytes.Clone(b.Bytes()), Whole: whole, Noindex: noindex}, nil
}

// atOnce says that a page may be served by its address alone, once it is kept.
func atOnce(p *httpx.Page, err error) (*httpx.Page, error) {
	if err == nil {
		p.AtOnce = true
	}
	return p, err
}

// buffers are used again: a page's own has then the size that it needs.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// confirmed is the catalogue version that the index has reached, if the database
// has confirmed it lately; else 0. What was read at that version need not be asked
// for again.
func (s *Site) confirmed() int64 { return httpx.AsOf(s.index.Confirmed(), s.index.Version()) }

func (s *Site) shell(title, path string) web.Shell {
	return web.Shell{Title: title, Path: path, PublicURL: s.PublicURL, Authority: s.Authority, Preparing: !s.index.Ready()}
}

// query reads the finder's query; JSON takes any form of it.
func query(r *http.Request) (catalogue.Query, error) {
	q, err := catalogue.ParseQuery(r.URL.RawQuery)
	switch {
	case errors.Is(err, catalogue.ErrQueryTooLong):
		return q, &httpx.BadRequestError{Message: "Adressen er for lang. Søg med færre ord, eller vælg færre filtre."}
	case err != nil:
		return q, &httpx.BadRequestError{Message: "Adressen kan ikke læses. Begynd forfra med en ny søgning."}
	}
	return q, nil
}

// slugOf is the slug of a request, or catalogue.ErrNotFound for what cannot be
// one: such a thing need not be looked for.
func slugOf(s string) (string, error) {
	if s == "" || len(s) > catalogue.MaxSlug || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return "", catalogue.ErrNotFound
	}
	return s, nil
}
