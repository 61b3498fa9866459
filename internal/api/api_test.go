package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"praksis/internal/api"
	"praksis/internal/catalogue"
	"praksis/internal/letters"
	"praksis/internal/pgtest/seeded"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/internal/search"
	"praksis/seeds"
	"praksis/web"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/jackc/pgx/v5/pgxpool"
)

// fixture is the API on a database of its own, with the real content. Every answer that
// it gives is held to the document.
type fixture struct {
	t        *testing.T
	handler  http.Handler
	store    *postgres.Store
	pool     *pgxpool.Pool
	index    *search.Index
	document *openapi3.T
	router   routers.Router
	slugs    []string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, pool: seeded.New(t)}
	f.store = postgres.New(f.pool)
	mails := letters.Letters{Base: "https://praksis.example"}
	f.store.Letters, f.store.MailHost = mails.Compose, mails.Host()
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Practices {
		f.slugs = append(f.slugs, p.Slug)
	}
	log := slog.New(slog.DiscardHandler)
	if f.index, err = search.Open(t.Context(), t.TempDir(), f.store, search.Options{Log: log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.index.Close(); err != nil {
			t.Error(err)
		}
	})
	f.handler = api.New(api.Config{Build: "test", PublicURL: "https://praksis.example", Authority: web.Authority{Name: "Testkontoret", Contact: "katalog@example.dk"}}, f.store, f.index, log).Routes(log)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/openapi.json", nil))
	if f.document, err = openapi3.NewLoader().LoadFromData(strict(t, w.Body.Bytes())); err != nil {
		t.Fatal(err)
	}
	if err := f.document.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f.router, err = legacy.NewRouter(f.document); err != nil {
		t.Fatal(err)
	}
	return f
}

// strict is the document with no name allowed that it does not tell of: an answer has
// nothing else today.
func strict(t *testing.T, document []byte) []byte {
	var v any
	if err := json.Unmarshal(document, &v); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			if _, named := x["properties"].(map[string]any); named && x["type"] == "object" {
				x["additionalProperties"] = false
			}
			for _, y := range x {
				walk(y)
			}
		case []any:
			for _, y := range x {
				walk(y)
			}
		}
	}
	walk(v)
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// do asks, and holds the answer to the document.
func (f *fixture) do(method, target string, header ...string) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequest(method, strings.TrimPrefix(target, "https://praksis.example"), nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	if method != http.MethodGet && method != http.MethodHead {
		return w
	}
	r.URL.Scheme, r.URL.Host, r.Method = "https", "praksis.example", http.MethodGet
	route, params, err := f.router.FindRoute(r)
	if err != nil {
		if w.Code != http.StatusNotFound && r.URL.Path != catalogue.PathAPI {
			f.t.Errorf("%s: %d, and the document does not have it: %v", target, w.Code, err)
		}
		return w
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route, PathParams: params},
		Status:                 w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true,
			ExcludeResponseBody: method == http.MethodHead || w.Code == http.StatusNotModified || strings.Contains(r.URL.Path, "bulk") && w.Code < 400},
	}
	if err := openapi3filter.ValidateResponse(f.t.Context(), in); err != nil {
		f.t.Errorf("%s: the answer %d is not as the document says: %.1500v", target, w.Code, err)
	}
	return w
}

// get is the JSON of an address that answers.
func (f *fixture) get(target string, to any) {
	f.t.Helper()
	w := f.do("GET", target)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		f.t.Fatalf("%s: status %d, type %s: %.300s", target, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), to); err != nil {
		f.t.Fatalf("%s: %v", target, err)
	}
}

// decide carries out an act on the practice at a slug, and waits until it is found so.
func (f *fixture) decide(slug, into string, a review.Act) {
	f.t.Helper()
	if _, err := f.store.Apply(f.t.Context(), postgres.On{Practice: slug, Into: into}, a, time.Now().UTC()); err != nil {
		f.t.Fatal(err)
	}
	f.catchUp()
}

func (f *fixture) catchUp() {
	f.t.Helper()
	if err := f.index.CatchUp(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// add imports a practice.
func (f *fixture) add(p catalogue.Practice) {
	f.t.Helper()
	done := false
	_, err := f.store.Import(f.t.Context(), func() (*catalogue.Practice, string, error) {
		if done {
			return nil, "", io.EOF
		}
		done = true
		return &p, "line 1", nil
	}, time.Now().UTC())
	if err != nil {
		f.t.Fatal(err)
	}
	f.catchUp()
}

// list is a part of a list, as the document promises it.
type list struct {
	Version int64
	Total   *int
	Items   []struct {
		URL, Slug, Title, State, Text, Effect, Key string
		Voice                                      []string
		Practices                                  int
		Practice                                   struct{ Slug string }
	}
	Next, Cursor string
	Unknown      []string
}

// all reads a list to its end; between is called between its parts.
func (f *fixture) all(target string, between func()) (out list) {
	f.t.Helper()
	for at := target; at != ""; {
		var l list
		f.get(at, &l)
		out.Items, out.Total, at = append(out.Items, l.Items...), l.Total, l.Next
		if at != "" && between != nil {
			between()
		}
	}
	return out
}

func TestDocument(t *testing.T) {
	f := newFixture(t)
	var plain map[string]any
	f.get("/api/v1/openapi.json", &plain)
	if plain["openapi"] != "3.1.0" {
		t.Errorf("openapi %v", plain["openapi"])
	}
	if b := f.do("GET", "/api/v1/openapi.json").Body.String(); strings.Contains(b, "additionalProperties") {
		t.Error("the document forbids what a later build may add")
	}
	record := f.document.Components.Schemas["Practice"].Value
	for _, field := range catalogue.Fields {
		at, path := record, strings.Split(field.Path, ".")
		for _, name := range path {
			if at == nil || at.Properties[name] == nil {
				t.Fatalf("%s is not in the document", field.Path)
			}
			at = at.Properties[name].Value
		}
		if field.Limit > 0 && field.Kind == catalogue.FieldLine && (at.MaxLength == nil || int(*at.MaxLength) != field.Limit || !strings.Contains(at.Description, field.Label) && field.PageLabel == "") {
			t.Errorf("%s: %+v", field.Path, at)
		}
	}
}
