// Package api is the public API: the catalogue as JSON for other programs, what
// describes it to them (OpenAPI), and the page that tells people of it. It reads the
// same index and read model as the public pages, so that its counts are theirs.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/search"
	"praksis/web"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

const (
	// cacheBytes bounds the answers that are kept: some fifty long ones.
	cacheBytes = 8 << 20
	// maxConcurrent bounds the requests in work: programs that read all of the
	// catalogue at once leave the most of httpx.MaxConcurrent to those who read pages.
	maxConcurrent = 64
)

// Config is what the one who runs the catalogue decides.
type Config struct {
	// PublicURL is the address that visitors use, as httpx.PublicOrigin returns it;
	// empty when it is not known: addresses in answers begin with a slash then.
	PublicURL string
	Authority web.Authority
	// Build names this build, so that its answers are not taken for another's.
	Build string
	// Problem is the page of an error of the readable page.
	Problem httpx.ErrorPage
}

// API answers under catalogue.PathAPI.
type API struct {
	Config
	store    *postgres.Store
	index    *search.Index
	cache    *httpx.Cache
	errors   httpx.Errors
	document []byte // of OpenAPI
	bulk     bulk
}

// New makes the API.
func New(cfg Config, store *postgres.Store, index *search.Index, log *slog.Logger) *API {
	a := &API{Config: cfg, store: store, index: index, cache: httpx.NewCache(index, cfg.Build, cacheBytes)}
	a.errors = httpx.Errors{Log: log, Page: a.problemPage}
	a.document = a.openAPI()
	return a
}

// Tidy moves the answers in memory together (httpx.Cache).
func (a *API) Tidy() { a.cache.Tidy() }

// CacheStats tells of the answers in memory.
func (a *API) CacheStats() httpx.CacheStats { return a.cache.Stats() }

// Routes is the API as one handler, with all that is below catalogue.PathAPI.
func (a *API) Routes(log *slog.Logger) http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.Identify, httpx.Log(log), httpx.SecurityHeaders(strings.HasPrefix(a.PublicURL, "https://")), shared, a.errors.Recover, middleware.GetHead)
	r.NotFound(a.wrap(func(http.ResponseWriter, *http.Request) error { return catalogue.ErrNotFound }))
	r.MethodNotAllowed(a.errors.MethodNotAllowed)
	quick, slow := r.With(a.errors.Limit(maxConcurrent), httpx.Deadline), r.With(a.errors.Limit(maxDownloads))
	page := a.errors
	if a.Problem != nil {
		page.Page = a.Problem
	}
	quick.Get(catalogue.PathAPI, page.Wrap(a.page))
	for _, o := range a.operations() {
		to := quick
		if o.slow {
			to = slow
		}
		to.Get(catalogue.PathAPIVersion+o.path, a.wrap(o.serve))
	}
	return r
}

// shared lets pages of other sites read all but the readable page.
func shared(next http.Handler) http.Handler {
	open := httpx.Shared(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, catalogue.PathAPI+"/") {
			open.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// confirmed is the version that what is read need not be asked about at.
func (a *API) confirmed() int64 { return httpx.AsOf(a.index.Confirmed(), a.index.Version()) }

// address is that of a path in answers.
func (a *API) address(path string) string { return a.PublicURL + path }

// answer serves what make gives as JSON, kept by key and catalogue version. whole is
// false where what was read does not belong together.
func (a *API) answer(w http.ResponseWriter, r *http.Request, key string, made func(context.Context) (v any, whole bool, err error)) error {
	return a.cache.Serve(w, r, key, func(ctx context.Context) (*httpx.Page, error) {
		v, whole, err := made(ctx)
		if err != nil {
			return nil, err
		}
		b, err := encode(v)
		if err != nil {
			return nil, err
		}
		return &httpx.Page{ContentType: typeJSON, Body: b, Whole: whole, Noindex: true}, nil
	})
}
