package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
)

const (
	typeJSON    = "application/json; charset=utf-8"
	typeProblem = "application/problem+json; charset=utf-8"
)

// problem is an error as RFC 9457 writes it, in Danish.
type problem struct {
	// Type tells errors of one status from each other, where a program can do
	// something about one of them; it leads to where the page tells of it.
	Type   string `json:"type,omitempty"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// ID is the request's in our log; empty where nothing was logged.
	ID string `json:"id,omitempty"`
}

// Error implements error.
func (p *problem) Error() string { return p.Title + ": " + p.Detail }

// The types of problems.
const (
	typeOfParameter = catalogue.PathAPI + "#parametre"
	typeOfCursor    = catalogue.PathAPI + "#cursor"
)

// badParameter is a request that asks for something there is not.
func badParameter(detail string) error {
	return &problem{Type: typeOfParameter, Title: "Vi forstår ikke forespørgslen", Status: http.StatusBadRequest, Detail: detail}
}

// errCursorGone tells that a list has changed since its cursor was given.
var errCursorGone = &problem{Type: typeOfCursor, Title: "Listen er ændret", Status: http.StatusGone,
	Detail: "Kataloget er ændret, siden du begyndte på listen. Begynd forfra uden cursor. Lad q og sortering ude, så kan du altid gå videre."}

// problems are the titles and details of the other errors.
var problems = map[int][2]string{
	http.StatusBadRequest:          {"Vi forstår ikke forespørgslen", ""},
	http.StatusNotFound:            {"Det findes ikke", "Adressen er måske skrevet forkert. Se, hvad man kan spørge om, på " + catalogue.PathAPI + "."},
	http.StatusMethodNotAllowed:    {"Det kan man ikke her", "Her kan man kun læse. Brug GET eller HEAD."},
	http.StatusGone:                {"Eksemplet er fjernet", "Det er taget ud af kataloget for altid. Slet også din kopi."},
	http.StatusInternalServerError: {"Noget gik galt hos os", "Det er vores fejl, ikke din. Prøv igen om lidt. Hjælper det ikke, så skriv til os, og nævn id."},
	http.StatusServiceUnavailable:  {"Kataloget svarer ikke lige nu", "Prøv igen om et øjeblik. Retry-After siger, hvor længe du skal vente."},
}

// wrap makes an http.HandlerFunc of a handler of the API.
func (a *API) wrap(h httpx.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := catalogue.ErrPreparing // a program is not told the half of it
		if a.index.Ready() {
			err = h(w, r)
		}
		if p, ok := errors.AsType[*problem](err); ok {
			writeProblem(w, r, *p)
		} else if err != nil {
			a.errors.Fail(w, r, err)
		}
	}
}

// problemPage is the httpx.ErrorPage of the API.
func (a *API) problemPage(w http.ResponseWriter, r *http.Request, status int, message, id string) {
	said, known := problems[status]
	if !known {
		said[0] = http.StatusText(status)
	}
	if message != "" {
		said[1] = message
	}
	writeProblem(w, r, problem{Title: said[0], Status: status, Detail: said[1], ID: id})
}

func writeProblem(w http.ResponseWriter, r *http.Request, p problem) {
	b, err := encode(p)
	if err != nil { // a problem can be written
		http.Error(w, p.Title, p.Status)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", "da")
	h.Set("X-Robots-Tag", "noindex")
	h.Del("ETag")
	httpx.Write(w, r, p.Status, typeProblem, b)
}

// encode writes JSON as people and programs read it: < and & stand as they are, since
// no answer is a part of a page.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}
