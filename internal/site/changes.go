package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/difference"
	"praksis/internal/httpx"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// maxChanges is how many revisions the page of changes tells of, the newest: more
// than an example has in ten years.
const maxChanges = 50

// Names of what an address of changes asks for: a revision, and how its difference
// is shown.
const (
	fieldRevision, fieldView = "udgave", "visning"
	viewSided                = "sider"
)

// allRevisions asks for all that has changed since the first revision.
const allRevisions = "alle"

// changes tells how a practice has changed, or with ?udgave how one revision differs
// from the one before it, or the newest from the first.
func (s *Site) changes(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	number, err := strconv.Atoi(q.Get(fieldRevision))
	if q.Get(fieldRevision) == allRevisions {
		number, err = catalogue.AllRevisions, nil
	}
	if q.Has(fieldRevision) && (err != nil || number < 2 && number != catalogue.AllRevisions) {
		return catalogue.ErrNotFound
	}
	sided := number != 0 && q.Get(fieldView) == viewSided
	path := changePath(slug, number, sided)
	if r.URL.RequestURI() != path {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		newest, numbers := maxChanges+1, []int(nil)
		switch {
		case number == catalogue.AllRevisions:
			newest, numbers = 1, []int{1}
		case number > 0:
			newest, numbers = 0, []int{number - 1, number}
		}
		p, list, err := s.store.PublicRevisions(ctx, s.confirmed(), slug, newest, numbers...)
		if err != nil {
			return nil, err
		}
		v := web.Changes{Shell: s.shell("Ændringer i eksemplet", path), Practice: web.Link{Label: "Tilbage til eksemplet", URL: catalogue.PracticePath(slug)}, Lead: changesLead(p, list)}
		v.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.PathPractices}, {Label: p.Title, Path: catalogue.PracticePath(slug)}, {Label: "Ændringer"}}
		v.Noindex = true // it says nothing that the example does not
		if number == 0 {
			if v.Rows = changeRows(slug, list); len(v.Rows) > 2 {
				v.All = web.Link{Label: "Se alt, der er ændret siden udgivelsen", URL: catalogue.ChangesPath(slug, catalogue.AllRevisions)}
			}
			if len(list) > maxChanges {
				v.Note = "Her står de nyeste ændringer. Vil du se de ældre, så skriv til redaktionen."
			}
		} else if err := s.changeDifference(&v, slug, list, number, sided); err != nil {
			return nil, err
		}
		return rendered(ctx, web.ChangesPage(v), true, v.Noindex)
	})
}

// changePath is the one form of an address of changes.
func changePath(slug string, number int, sided bool) string {
	path := catalogue.ChangesPath(slug, number)
	if sided {
		path += "&" + url.Values{fieldView: {viewSided}}.Encode()
	}
	return path
}

// changesLead says which example it is, and of one with another title before what it
// is called now.
func changesLead(p *catalogue.Practice, list []postgres.Revision) string {
	if slices.ContainsFunc(list, func(x postgres.Revision) bool { return x.Record != nil && x.Record.Title != p.Title }) {
		return "Eksemplet hedder nu »" + p.Title + "«."
	}
	return "Her kan du se, hvad der er ændret i »" + p.Title + "«."
}

// changeRows are the changes that a reader can see, the newest first.
func changeRows(slug string, list []postgres.Revision) (rows []web.ChangeRow) {
	for i := len(list) - 1; i >= max(0, len(list)-maxChanges); i-- {
		x := list[i]
		row := web.ChangeRow{When: catalogue.DanishDate(x.At.In(catalogue.Copenhagen)), Kind: "Udgivet"}
		if i > 0 {
			fields := difference.Fields(list[i-1].Record, x.Record, difference.Public)
			if len(fields) == 0 {
				continue
			}
			row.Kind, row.What = changeKind(list, i), fieldNames(fields)
			row.Compare = web.Link{Label: "Se forskellen", URL: catalogue.ChangesPath(slug, x.Number)}
		}
		rows = append(rows, row)
	}
	return rows
}

// changeKind is what the public is told of a change: what an editor has called it,
// and at least what the rule says.
func changeKind(list []postgres.Revision, i int) string {
	return review.Changes.Label(list[i].Change.AtLeast(review.ChangeKind(list[i-1].Record, list[i].Record)))
}

// fieldNames names what was changed.
func fieldNames(fields []*catalogue.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = "»" + f.Label + "«"
	}
	return catalogue.Join(names, "og")
}

// changeDifference shows how a revision differs from the one before, or the newest from
// the first.
func (s *Site) changeDifference(v *web.Changes, slug string, list []postgres.Revision, number int, sided bool) error {
	if number > len(list) {
		return catalogue.ErrNotFound
	}
	day := func(x postgres.Revision) string { return catalogue.DanishDate(x.At.In(catalogue.Copenhagen)) }
	var was, is postgres.Revision
	if number == catalogue.AllRevisions {
		was, is = list[0], list[len(list)-1]
		v.Title = "Alt, der er ændret siden udgivelsen"
	} else {
		was, is = list[number-2], list[number-1]
		v.Title = changeKind(list, number-1) + " " + day(is)
	}
	v.Crumbs = append(v.Crumbs[:2], web.Crumb{Label: "Ændringer", Path: catalogue.ChangesPath(slug, 0)}, web.Crumb{Label: v.Title})
	v.D = &web.Difference{Before: "Før, fra " + day(was), After: "Efter, fra " + day(is), Sided: sided,
		Inline: web.Link{Label: "I teksten", URL: changePath(slug, number, false)}, Side: web.Link{Label: "Side om side", URL: changePath(slug, number, true)},
		Parts: difference.Short(difference.Of(was.Record, is.Record, difference.Public, s.index.Taxonomy()))}
	v.All = web.Link{Label: "Se alle ændringer", URL: catalogue.ChangesPath(slug, 0)}
	return nil
}
