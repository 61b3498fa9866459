package httpx

import (
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// A name that needs no encoding does not stand in the header twice as filename, and
// what is read back is the name as it was written.
func TestAttachment(t *testing.T) {
	for _, name := range []string{"Alle 261 eksempler.csv", "Gåtur, 100 % «ude».csv", "a+b & c=d;e.csv", `"x"\y.csv`} {
		header := Attachment("eksempler.csv", name)
		// The form of RFC 6266: each parameter once.
		if strings.Count(header, "filename=") != 1 || strings.Count(header, "filename*=") != 1 {
			t.Errorf("%q: %s", name, header)
		}
		kind, values, err := mime.ParseMediaType(strings.Replace(header, "; filename=eksempler.csv", "", 1))
		if err != nil || kind != "attachment" || values["filename"] != name {
			t.Errorf("%q: %s is read as %q, %v", name, header, values["filename"], err)
		}
	}
	if got := Attachment("a.csv", "a.csv"); got != "attachment; filename=a.csv" {
		t.Error(got)
	}
}

// The page of an error is read in the browser, and not saved as the file that was
// asked for.
func TestErrorIsNoAttachment(t *testing.T) {
	e := Errors{Log: slog.New(slog.DiscardHandler), Page: func(w http.ResponseWriter, _ *http.Request, status int, _, _ string) { w.WriteHeader(status) }}
	for _, err := range []error{catalogue.ErrNotFound, &catalogue.MovedError{Slug: "x"}, errors.Join(catalogue.ErrGone)} {
		w := httptest.NewRecorder()
		e.Wrap(func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Disposition", "attachment")
			return err
		})(w, httptest.NewRequest("GET", "/x.ris", nil))
		if w.Code < 300 || w.Header().Get("Content-Disposition") != "" {
			t.Errorf("%v: %d %v", err, w.Code, w.Header())
		}
	}
}
