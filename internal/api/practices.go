package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"

	"github.com/go-chi/chi/v5"
)

const pathPractices = "/practices"

// practice is the record of a practice with its address.
type practice struct {
	URL string `json:"url"`
	catalogue.Record
}

// list is one part of a list.
type list[T any] struct {
	// Version is the catalogue version that it is of.
	Version int64 `json:"version"`
	// Total counts the whole list; it is left out where that is not known.
	Total *int `json:"total,omitempty"`
	Items []T  `json:"items"`
	// Next is the address of the next part, Cursor what stands in it; both are left
	// out in the last one.
	Next   string `json:"next,omitempty"`
	Cursor string `json:"cursor,omitempty"`
	// Unknown are filters of which the catalogue does not know the value.
	Unknown []string `json:"unknown,omitempty"`
}

func (a *API) practice(p *catalogue.Practice) practice {
	return practice{a.address(catalogue.PracticePath(p.Slug)), p.Record()}
}

// practices are the records of the hits of a query.
func (a *API) practices(w http.ResponseWriter, r *http.Request) error {
	q, err := a.read(r, takesFilters|takesTogether|takesText|takesSort|takesPages)
	if err != nil {
		return err
	}
	c, err := cursorOf(pathPractices, q)
	if err != nil {
		return err
	}
	if err := a.holds(c); err != nil {
		return err
	}
	return a.answer(w, r, pathPractices+" "+q.key()+" "+q.Cursor, func(ctx context.Context) (any, bool, error) {
		edition := a.index.Edition()
		out := list[practice]{Version: a.index.Version(), Items: []practice{}, Unknown: q.Unknown}
		ids, total, err := a.hits(ctx, q)
		if err != nil {
			return nil, false, err
		}
		rest := after(ids, c.After)
		if q.Ordered {
			rest = ids[min(c.Place, len(ids)):]
			if err := a.holds(c); err != nil { // it has changed meanwhile
				return nil, false, err
			}
		}
		part := rest[:min(q.Limit, len(rest))]
		records, err := a.store.Practices(ctx, a.confirmed(), part)
		if err != nil {
			return nil, false, err
		}
		for _, p := range records {
			out.Items = append(out.Items, a.practice(p))
		}
		if len(part) < len(rest) {
			go_on := cursor{Query: c.Query, After: part[len(part)-1]}
			if q.Ordered {
				go_on = cursor{Query: c.Query, Place: c.Place + len(part), Edition: edition}
			}
			out.Cursor = go_on.String()
			out.Next = a.next(pathPractices, q, out.Cursor)
		}
		out.Total = &total
		return out, len(records) == len(part), nil
	})
}

// holds tells whether the list of a cursor is still the one that it was given of.
func (a *API) holds(c cursor) error {
	if c.Edition != "" && c.Edition != a.index.Edition() {
		return errCursorGone
	}
	return nil
}

// hits are the IDs of all hits: in rising order, or in the query's where it has one.
func (a *API) hits(ctx context.Context, q request) (ids []int64, total int, err error) {
	ids, total, err = a.index.Hits(ctx, q.WithPage(1), math.MaxInt32)
	if err == nil && !q.Ordered {
		ids = slices.Sorted(slices.Values(ids))
	}
	return ids, total, err
}

// practiceBySlug is one practice, published or withdrawn.
func (a *API) practiceBySlug(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.read(r, 0); err != nil {
		return err
	}
	slug := chi.URLParam(r, "slug")
	if len(slug) > catalogue.MaxSlug || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return catalogue.ErrNotFound
	}
	return a.answer(w, r, pathPractices+"/"+slug, func(ctx context.Context) (any, bool, error) {
		_, p, err := a.store.PublicPractice(ctx, a.confirmed(), slug)
		if moved, ok := errors.AsType[*catalogue.MovedError](err); ok {
			return nil, false, &httpx.RedirectError{URL: catalogue.PathAPIVersion + pathPractices + "/" + moved.Slug, Status: http.StatusPermanentRedirect}
		}
		if err != nil {
			return nil, false, err
		}
		return a.practice(p), true, nil
	})
}
