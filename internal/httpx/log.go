package httpx

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"praksis/internal/meter"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// statusClientClosed is what the access log says of a request whose client left
// before the answer, as other servers' logs do. No client sees it.
const statusClientClosed = 499

// unmatched is the route of a request that no route of ours takes.
const unmatched = "unmatched"

// Log writes one line a request, at the level info: the pattern of its route,
// never its path or query, which hold secret links and what visitors type; the
// method, the status, the bytes of the body, the milliseconds that it took and
// its ID. It stands outside of whatever else may answer, but for [Cache.Kept], which
// writes the same of what it answers. It counts the same in meter.
func Log(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			meter.RequestBegins()
			defer func() {
				took := time.Since(start)
				status := ww.Status()
				switch {
				case status != 0:
				case errors.Is(r.Context().Err(), context.Canceled):
					status = statusClientClosed
				default:
					status = http.StatusOK // what net/http sends for an empty answer
				}
				line := accessLine{end: time.Now(), took: took, id: RequestID(r.Context()), method: method(r), route: route(r), status: status, bytes: ww.BytesWritten()}
				meter.RequestEnds(line.route, line.method, line.status, line.bytes, took)
				line.write(r.Context(), log.Handler())
			}()
			next.ServeHTTP(ww, r)
		})
	}
}

// requestKey is what lines call the ID of the request that they are about.
const requestKey = "request"

// logHandler adds that ID to every line that is written with a request's context.
type logHandler struct{ slog.Handler }

// LogHandler has h write the ID of the request, for which a line is written, with each.
func LogHandler(h slog.Handler) slog.Handler { return logHandler{h} }

func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		told := false
		r.Attrs(func(a slog.Attr) bool {
			told = a.Key == requestKey
			return !told
		})
		if !told {
			r = r.Clone()
			r.AddAttrs(slog.String(requestKey, id))
		}
	}
	return h.Handler.Handle(ctx, r)
}

func (h logHandler) WithAttrs(a []slog.Attr) slog.Handler { return logHandler{h.Handler.WithAttrs(a)} }
func (h logHandler) WithGroup(name string) slog.Handler   { return logHandler{h.Handler.WithGroup(name)} }

// method is the request's, or a word for one that is no method of HTTP: it is
// the client's own text.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return r.Method
	}
	return "other"
}

// route is the whole pattern of the request's route, also of one in a router
// that is mounted in another, and of a request that was answered before it was
// routed.
func route(r *http.Request) string {
	c := chi.RouteContext(r.Context())
	if c == nil {
		return unmatched
	}
	if p := c.RoutePattern(); p != "" {
		return p
	}
	if c.Routes != nil {
		path, method := r.URL.Path, r.Method
		if r.URL.RawPath != "" {
			path = r.URL.RawPath
		}
		if method == http.MethodHead {
			method = http.MethodGet
		}
		if p := c.Routes.Find(chi.NewRouteContext(), method, path); p != "" {
			return p
		}
	}
	return unmatched
}
