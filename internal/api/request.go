package api

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
)

// Names of parameters that are not the finder's.
const (
	paramText   = "q"
	paramSort   = "sortering"
	paramLimit  = "limit"
	paramCursor = "cursor"
)

// How many of a list an answer has.
const (
	defaultLimit = catalogue.PageSize
	maxLimit     = 100 // some 600 KB of whole records
)

// parameters are what an operation may be asked by.
type parameters uint8

const (
	takesFilters  parameters = 1 << iota // the finder's filters
	takesTogether                        // samtidig=maalgruppe
	takesText                            // words to search for
	takesSort                            // an order
	takesPages                           // limit and cursor
)

// names are the parameters' in the order in which they are told.
func (p parameters) names() (out []string) {
	if p&takesText != 0 {
		out = append(out, paramText)
	}
	if p&takesFilters != 0 {
		for _, f := range catalogue.Facets {
			out = append(out, f.Name)
		}
	}
	if p&takesTogether != 0 {
		out = append(out, catalogue.ParamTogether)
	}
	if p&takesSort != 0 {
		out = append(out, paramSort)
	}
	if p&takesPages != 0 {
		out = append(out, paramLimit, paramCursor)
	}
	return out
}

// request is what an operation is asked.
type request struct {
	catalogue.Query
	// Ordered tells that the order is the finder's, by text or by what was asked for;
	// else the list goes by ID, in which what comes in later stands last.
	Ordered bool
	Limit   int
	Cursor  string
	// Unknown are filters of which the catalogue does not know the value, as they were
	// given: "maalgruppe=hest". They find nothing.
	Unknown []string
}

// read reads what is asked, in the canonical form of today's taxonomy. What the
// operation does not take is a problem: a name that is misspelled would else give all
// there is.
func (a *API) read(r *http.Request, takes parameters) (out request, err error) {
	q, err := catalogue.ParseQuery(r.URL.RawQuery)
	switch {
	case errors.Is(err, catalogue.ErrQueryTooLong):
		return out, badParameter("Adressen er for lang. Søg med færre ord, eller vælg færre filtre.")
	case err != nil:
		return out, badParameter("Adressen kan ikke læses. Tegn som & og % i en værdi skal skrives som %26 og %25.")
	}
	values := r.URL.Query()
	names := takes.names()
	for name := range values {
		if !slices.Contains(names, name) {
			return out, badParameter(notTaken(name, names))
		}
	}
	if s := values.Get(paramSort); s != "" && !catalogue.Sorts.Has(catalogue.Sort(s)) {
		return out, badParameter("»" + paramSort + "« kan være " + catalogue.Join(catalogue.Sorts.Codes(), "eller") + ".")
	}
	out.Query, out.Limit, out.Cursor = a.index.Taxonomy().Canonical(q), defaultLimit, values.Get(paramCursor)
	out.Ordered = q.Text != "" || values.Get(paramSort) != ""
	if s := values.Get(paramLimit); s != "" {
		if out.Limit, err = strconv.Atoi(s); err != nil || out.Limit < 1 || out.Limit > maxLimit {
			return out, badParameter("»" + paramLimit + "« skal være et tal fra 1 til " + strconv.Itoa(maxLimit) + ".")
		}
	}
	out.Unknown = a.unknown(out.Query)
	return out, nil
}

// notTaken says of a parameter that it is not taken, and which are.
func notTaken(name string, names []string) string {
	switch {
	case len(names) == 0:
		return "Adressen tager ingen parametre."
	case name == "side": // of the finder's address, which people copy from as the page tells them
		return "Tag »side« ud af adressen. Her henter man resten af en liste med adressen i »next«."
	}
	return "Parameteren »" + shortened(name) + "« findes ikke her. Brug " + catalogue.Join(names, "eller") + "."
}

// maxNamed is how much of what somebody typed a problem repeats.
const maxNamed = 40

func shortened(s string) string {
	s = strings.ToValidUTF8(s, "")
	if r := []rune(s); len(r) > maxNamed {
		return string(r[:maxNamed]) + "…"
	}
	return s
}

// unknown are the chosen values that the catalogue does not have.
func (a *API) unknown(q catalogue.Query) (out []string) {
	t := a.index.Taxonomy()
	for _, f := range catalogue.Facets {
		for _, slug := range q.Filters[f.Name] {
			if _, ok := t.ResolveSlug(f.Name, slug); !ok {
				out = append(out, f.Name+"="+slug)
			}
		}
	}
	return out
}

// key is the one canonical form of what is asked, without the cursor.
func (q request) key() string {
	return strconv.FormatBool(q.Ordered) + " " + strconv.Itoa(q.Limit) + " " + q.asked()
}

// asked is the query string of what is asked, without the part of it.
func (q request) asked() string {
	s := q.Encode()
	if q.Ordered && q.Text == "" && q.Sort == catalogue.SortEvidence { // which Encode leaves out
		v, _ := url.ParseQuery(s) // Encode wrote it
		v.Set(paramSort, string(q.Sort))
		s = v.Encode()
	}
	return s
}

// next is the address of what follows a cursor in the same list.
func (a *API) next(path string, q request, cursor string) string {
	if cursor == "" {
		return ""
	}
	v, _ := url.ParseQuery(q.asked()) // Encode wrote it
	v.Set(paramCursor, cursor)
	if q.Limit != defaultLimit {
		v.Set(paramLimit, strconv.Itoa(q.Limit))
	}
	return a.address(catalogue.PathAPIVersion + path + "?" + v.Encode())
}
