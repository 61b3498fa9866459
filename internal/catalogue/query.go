package catalogue

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what a visitor can ask (pages.md): they keep the worst query cheap.
const (
	MaxQueryString = 16 << 10 // bytes of the whole query string; more is an error
	MaxSearchWords = 24       // more are kept in the box, but not searched
	MaxSearchBytes = 400
	PageSize       = 20
)

// ErrQueryTooLong and ErrQueryMalformed are the two ways in which a query
// string cannot be read.
var (
	ErrQueryTooLong   = errors.New("query string too long")
	ErrQueryMalformed = errors.New("query string malformed")
)

// Sort is an order of hits.
type Sort string

// The orders, as they stand in addresses.
const (
	SortRelevance Sort = "relevans"
	SortEvidence  Sort = "bedst-belyst"
	SortNewest    Sort = "nyeste"
	SortName      Sort = "navn"
)

// Sorts with their labels.
var Sorts = Options[Sort]{
	{SortRelevance, "relevans", "Relevans"},
	{SortEvidence, "bedst-belyst", "Bedst belyst"},
	{SortNewest, "nyeste", "Nyeste"},
	{SortName, "navn", "Navn"},
}

// ParamTogether is the query parameter that names the facet of which all chosen
// values are asked for: the target groups, or none.
const ParamTogether = "samtidig"

// Filters are the chosen values by facet name, each sorted and without
// repetition.
type Filters map[string][]string

func (f Filters) add(name, slug string) {
	if i, found := slices.BinarySearch(f[name], slug); !found {
		f[name] = slices.Insert(slices.Clone(f[name]), i, slug)
	}
}

// Query is what the finder is asked.
type Query struct {
	Text    string // as typed, white space tidied
	Filters Filters
	// Together asks for what has all of the chosen target groups, where else one
	// of them is enough.
	Together bool
	Sort     Sort // never empty once parsed
	// Literal takes the text for text alone, never for a filter that it may ask for.
	// No address has it.
	Literal bool
	Page    int // from 1
}

// ParseQuery reads the query string of a finder address. Unknown parameters
// are dropped, unknown values kept (the page names them), and what is no text
// is cleaned. It fails with ErrQueryTooLong or ErrQueryMalformed only.
func ParseQuery(raw string) (Query, error) {
	if len(raw) > MaxQueryString {
		return Query{}, ErrQueryTooLong
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return Query{}, ErrQueryMalformed
	}
	for _, list := range values {
		for i, v := range list {
			list[i] = FromLatin1(v)
		}
	}
	q := Query{Text: cleanText(values.Get("q")), Filters: Filters{}, Sort: Sort(values.Get("sortering")), Page: 1}
	for _, f := range Facets {
		for _, v := range values[f.Name] {
			if v = cleanText(v); v != "" {
				q.Filters.add(f.Name, v)
			}
		}
	}
	q.Together = values.Get(ParamTogether) == FacetTargetGroup
	if !Sorts.Has(q.Sort) || q.Sort == SortRelevance && q.Text == "" {
		q.Sort = q.defaultSort()
	}
	if n, err := strconv.Atoi(values.Get("side")); err == nil && n > 1 {
		q.Page = n
	} else if errors.Is(err, strconv.ErrRange) && n > 1 {
		q.Page = n // past every end: the last page
	}
	return q, nil
}

// FromLatin1 reads a text that is no UTF-8 as ISO 8859-1: old programs escape
// their addresses so (%E5 for å). UTF-8 is left as it is, a damaged one too.
func FromLatin1(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if _, n := utf8.DecodeRuneInString(s[i:]); n > 1 {
			return s
		}
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// cleanText drops what is not text and folds white space.
func cleanText(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, !unicode.IsPrint(r) && !unicode.IsSpace(r) && r != '\u00ad':
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func (q Query) defaultSort() Sort {
	if q.Text == "" {
		return SortEvidence
	}
	return SortRelevance
}

// SearchText is the part of the text that is searched, and whether anything
// was cut.
func (q Query) SearchText() (text string, cut bool) {
	text = q.Text
	if len(text) > MaxSearchBytes {
		text, cut = strings.ToValidUTF8(text[:MaxSearchBytes], ""), true
		if i := strings.LastIndexByte(text, ' '); i > 0 { // no half word
			text = text[:i]
		}
	}
	if words := strings.Fields(text); len(words) > MaxSearchWords {
		text, cut = strings.Join(words[:MaxSearchWords], " "), true
	}
	return text, cut
}

// Encode is the query string in its one canonical form: sorted, without empty
// and default values. Taxonomy.Canonical comes before it.
func (q Query) Encode() string {
	v := url.Values{}
	for name, slugs := range q.Filters {
		if len(slugs) > 0 {
			v[name] = slugs
		}
	}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	if q.Together {
		v.Set(ParamTogether, FacetTargetGroup)
	}
	if q.Sort != "" && q.Sort != q.defaultSort() {
		v.Set("sortering", string(q.Sort))
	}
	if q.Page > 1 {
		v.Set("side", strconv.Itoa(q.Page))
	}
	return v.Encode()
}

// Without is q without some values of a facet, on the first page.
func (q Query) Without(facet string, slugs ...string) Query {
	return q.filter(facet, func(s string) bool { return !slices.Contains(slugs, s) })
}

// With is q with some values chosen instead of the facet's present ones.
func (q Query) With(facet string, slugs ...string) Query {
	q = q.filter(facet, func(string) bool { return false })
	for _, slug := range slugs {
		q.Filters.add(facet, slug)
	}
	return q
}

// Add is q with one more value of a facet, on the first page.
func (q Query) Add(facet, slug string) Query {
	q = q.Without(facet)
	q.Filters.add(facet, slug)
	return q
}

func (q Query) filter(facet string, keep func(string) bool) Query {
	f := Filters{}
	for name, values := range q.Filters {
		if name == facet {
			values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return !keep(s) })
		}
		if len(values) > 0 {
			f[name] = values
		}
	}
	q.Filters, q.Page = f, 1
	q.Together = q.Together && len(f[FacetTargetGroup]) > 1
	return q
}

// WithTogether is q asking for all of the chosen target groups, or for one of
// them, on the first page.
func (q Query) WithTogether(together bool) Query {
	q.Together, q.Page = together, 1
	return q
}

// WithText is q asking for another text, on the first page and in the default
// order for it.
func (q Query) WithText(text string) Query {
	sorted := q.Sort != q.defaultSort()
	q.Text, q.Page = text, 1
	if !sorted || text == "" && q.Sort == SortRelevance {
		q.Sort = q.defaultSort()
	}
	return q
}

// WithSort is q in another order, on the first page.
func (q Query) WithSort(s Sort) Query {
	q.Sort, q.Page = s, 1
	return q
}

// WithPage is q on another page.
func (q Query) WithPage(n int) Query {
	q.Page = n
	return q
}

// Pages is the number of pages of total hits: one even when there are none.
func Pages(total int) int { return max(1, (total+PageSize-1)/PageSize) }

// Filtered tells whether any filter is chosen.
func (q Query) Filtered() bool { return len(q.Filters) > 0 }
