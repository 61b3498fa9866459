package desk

import (
	"context"
	"mime"
	"net/http"
	"time"

	"praksis/internal/catalogue"

	"github.com/go-chi/chi/v5"
)

// downloadTime is what a slow connection gets for ten megabytes, which is more
// than other requests get.
const downloadTime = 2 * time.Minute

// attachment streams one, always as a download in a sandbox and as the type
// that its content had.
func (d *Desk) attachment(w http.ResponseWriter, r *http.Request) error {
	id := chi.URLParam(r, "id")
	if len(id) != 36 {
		return catalogue.ErrNotFound
	}
	a, _, err := d.store.AttachmentByID(r.Context(), id)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	if h.Get("Content-Disposition") == "" {
		h.Set("Content-Disposition", "attachment")
	}
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), downloadTime)
	defer cancel()
	// The request's end still ends it.
	defer context.AfterFunc(r.Context(), func() {
		if r.Context().Err() == context.Canceled {
			cancel()
		}
	})()
	if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadTime)); err != nil {
		d.errors.Log.DebugContext(r.Context(), "no write deadline", "error", err)
	}
	if r.Method == http.MethodHead {
		return nil
	}
	if err := d.store.WriteAttachment(ctx, id, w); err != nil {
		// The headers may be gone: an answer cut short must not look whole.
		d.errors.Log.ErrorContext(r.Context(), "attachment not sent", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}
