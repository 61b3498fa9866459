// Package httpx is what all handlers share: handlers that return errors and
// the one table that turns an error into a status and a page, request IDs and
// logs, limits, security headers, compression and the page cache.
package httpx

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"praksis/internal/catalogue"

	"github.com/go-chi/chi/v5"
)

// Limits of one request.
const (
	// RequestTimeout ends what a request waits for: a visitor has left by then,
	// and a database that hangs must not hold every connection (faults.md, row 7).
	RequestTimeout = 5 * time.Second
	// MaxHeaderBytes is far above what browsers send.
	MaxHeaderBytes = 32 << 10
	// MaxConcurrent bounds requests in work; more get 503 at once.
	MaxConcurrent = 512
)

// Handler serves a request or returns why it could not. Until it returns it
// has written nothing when it returns an error.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ErrorPage shows a visitor a status. message says what to do where the
// request was at fault; id is the logged error's, empty when nothing is logged.
type ErrorPage func(w http.ResponseWriter, r *http.Request, status int, message, id string)

// BadRequestError is a request that cannot be understood; Message tells the
// visitor in Danish what to do.
type BadRequestError struct{ Message string }

func (e *BadRequestError) Error() string { return "bad request: " + e.Message }

// TooLargeError is a request that is larger than its limit.
type TooLargeError struct{}

func (e *TooLargeError) Error() string { return "the request is too large" }

// RedirectError sends the visitor to the same thing's right address.
type RedirectError struct {
	URL    string // within the site
	Status int
}

func (e *RedirectError) Error() string { return "redirect to " + e.URL }

// statusOf is the one table from error to status.
func statusOf(err error) int {
	var bad *BadRequestError
	var large *TooLargeError
	var slow *TooSlowError
	switch {
	case errors.As(err, &slow):
		return http.StatusRequestTimeout
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &bad):
		return http.StatusBadRequest
	case errors.Is(err, catalogue.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, catalogue.ErrGone):
		return http.StatusGone
	case errors.Is(err, catalogue.ErrForbidden):
		return http.StatusForbidden
	case errors.Is(err, catalogue.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, catalogue.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Errors makes http.HandlerFuncs of Handlers.
type Errors struct {
	Log  *slog.Logger
	Page ErrorPage
}

// Wrap turns h's error into a page. Errors of ours are logged once, with the
// ID that the page shows. A visitor who has left gets no page, and that they left
// is not logged; a mistake of the program is, whether they wait or not.
func (e Errors) Wrap(h Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			e.Fail(w, r, err)
		}
	}
}

// Fail answers a request with the page of an error.
func (e Errors) Fail(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Del("Content-Disposition") // a page is read, and not saved as the file that was asked for
	var moved *catalogue.MovedError
	if errors.As(err, &moved) {
		to := catalogue.PracticePath(moved.Slug)
		for _, form := range []string{".json", ".ris"} {
			if strings.HasSuffix(r.URL.Path, form) {
				to += form
			}
		}
		http.Redirect(w, r, to, http.StatusMovedPermanently)
		return
	}
	var redirect *RedirectError
	if errors.As(err, &redirect) {
		http.Redirect(w, r, redirect.URL, redirect.Status)
		return
	}
	status, id := statusOf(err), ""
	// A body that did not come ends the request's context, and its sender waits.
	left := r.Context().Err() == context.Canceled && status != http.StatusRequestTimeout && status != http.StatusRequestEntityTooLarge
	if left && (status != http.StatusInternalServerError || errors.Is(err, context.Canceled)) {
		return
	}
	preparing := errors.Is(err, catalogue.ErrPreparing) // which is no fault
	if status >= 500 && !preparing {
		id = RequestID(r.Context())
		e.Log.ErrorContext(r.Context(), "request failed", requestKey, id, "status", status, "route", route(r), "error", err)
	}
	if left {
		return
	}
	switch status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	case http.StatusRequestTimeout:
		w.Header().Set("Connection", "close") // the rest of the request may yet come
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	message := ""
	if preparing {
		message = "Søgningen er ved at blive gjort klar. Prøv igen om et øjeblik."
	}
	if errors.Is(err, catalogue.ErrOutcomeUnknown) {
		message = "Forbindelsen til databasen blev afbrudt, mens det blev gemt. Vi ved ikke, om det nåede at ske: Se efter, før du gør det igen."
	}
	if bad, ok := errors.AsType[*BadRequestError](err); ok {
		message = bad.Message
	}
	e.Page(w, r, status, message, id)
}

// MethodNotAllowed answers a request whose address has other methods, which it
// names (RFC 9110).
func (e Errors) MethodNotAllowed(w http.ResponseWriter, r *http.Request) {
	if c := chi.RouteContext(r.Context()); c != nil && c.Routes != nil {
		for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			as := m
			if m == http.MethodHead { // which is answered as GET is
				as = http.MethodGet
			}
			if c.Routes.Match(chi.NewRouteContext(), as, r.URL.Path) {
				w.Header().Add("Allow", m)
			}
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	e.Page(w, r, http.StatusMethodNotAllowed, "", "")
}

// Recover turns a panic into an error page.
func (e Errors) Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				id := RequestID(r.Context())
				e.Log.ErrorContext(r.Context(), "panic", requestKey, id, "route", route(r), "panic", p, "stack", string(debug.Stack()))
				w.Header().Set("Cache-Control", "no-store")
				e.Page(w, r, http.StatusInternalServerError, "", id)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Limit lets at most n requests work at once and answers the others with 503
// at once.
func (e Errors) Limit(n int) func(http.Handler) http.Handler {
	slots := make(chan struct{}, n)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case slots <- struct{}{}:
				defer func() { <-slots }()
				next.ServeHTTP(w, r)
			default:
				e.unavailable(w, r)
			}
		})
	}
}

// unavailable answers for a server that has no place left.
func (e Errors) unavailable(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "5")
	w.Header().Set("Cache-Control", "no-store")
	e.Page(w, r, http.StatusServiceUnavailable, "", "")
}

type requestIDKey struct{}

// RequestID is the request's ID, as log and error page show it.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// Identify gives each request an ID of our own making: a client's would let it
// write into our log.
func Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, newID())))
	})
}

// newID is one of 50 bits, in letters and digits that are not taken for each other.
func newID() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz234567"[b[i]%32]
	}
	return string(b[:])
}

// Deadline ends what a request waits for after RequestTimeout. It stands inside
// of what receives the request, which takes longer over a slow line.
func Deadline(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), RequestTimeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// SecurityHeaders sets what every answer carries (securityHeaders).
func SecurityHeaders(secure bool) func(http.Handler) http.Handler {
	always := securityHeaders(secure)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), always)
			next.ServeHTTP(w, r)
		})
	}
}

// securityHeaders are a policy under which only our own files run, and no framing,
// sniffing or leaking (faults.md, section 3). secure says that the site is reached over
// HTTPS.
func securityHeaders(secure bool) http.Header {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
	always := http.Header{ // shared by all answers, none of which adds to them
		"Content-Security-Policy":      {policy},
		"X-Content-Type-Options":       {"nosniff"},
		"X-Frame-Options":              {"DENY"},
		"Referrer-Policy":              {"same-origin"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Permissions-Policy":           {"camera=(), geolocation=(), microphone=()"},
	}
	if secure {
		always["Strict-Transport-Security"] = []string{"max-age=63072000; includeSubDomains"}
	}
	return always
}
