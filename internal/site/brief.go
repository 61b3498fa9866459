package site

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"praksis/internal/brief"
	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/intake"
	"praksis/web"
)

// listDOCX is the first examples of the finder's list as a meeting brief for a word
// processor.
func (s *Site) listDOCX(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q).WithPage(1)
	return s.serveDOCX(w, r, catalogue.ListPath(".docx", q)+" "+today(), func(ctx context.Context) (brief.Input, bool, error) {
		ids, total, err := s.index.Hits(ctx, q, brief.MaxExamples)
		if err != nil {
			return brief.Input{}, false, err
		}
		t := s.index.Taxonomy()
		in, whole, err := s.briefOf(ctx, ids, q.Filters)
		in.Selection, in.URL, in.Total, in.Scope = t.Sentence(q, total), catalogue.FinderPath(q), total, t.FindingScope(q)
		in.Title = "Eksempler" + strings.TrimSuffix(strings.TrimPrefix(in.Selection, catalogue.Examples(total)), ".")
		return in, whole, err
	})
}

// briefPage is the brief of examples that the address names, as a page or, with .docx
// behind it, as a document.
func (s *Site) briefPage(w http.ResponseWriter, r *http.Request) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(r.URL.RawQuery) > catalogue.MaxQueryString {
		return &httpx.BadRequestError{Message: "Adressen kan ikke læses. Begynd forfra fra listen over eksempler."}
	}
	var slugs []string
	for _, x := range values[catalogue.ParamExample] {
		if slug, err := slugOf(x); err == nil && !slices.Contains(slugs, slug) && len(slugs) < brief.MaxExamples {
			slugs = append(slugs, slug)
		}
	}
	if len(slugs) == 0 {
		return &httpx.RedirectError{URL: catalogue.PathPractices, Status: http.StatusFound}
	}
	path := catalogue.BriefPath("", slugs)
	key := path + " " + today()
	input := func(ctx context.Context) (brief.Input, bool, error) { return s.briefOfSlugs(ctx, slugs) }
	if r.URL.Path != catalogue.PathBrief {
		return s.serveDOCX(w, r, "docx "+key, input)
	}
	if path != r.URL.RequestURI() {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, key, func(ctx context.Context) (*httpx.Page, error) {
		in, whole, err := input(ctx)
		if err != nil {
			return nil, err
		}
		v := brief.New(in).View()
		v.Shell = s.shell("Mødeoplæg", path)
		v.Style = "whole.css"
		v.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.PathPractices}, {Label: "Mødeoplæg"}}
		v.Document = web.Link{Label: "Hent som Word-dokument", URL: catalogue.BriefPath(".docx", slugs)}
		v.Noindex = true
		return rendered(ctx, web.BriefPage(v), whole, true)
	})
}

// serveDOCX answers with the brief that is made of an input, as a document. key tells
// it from others.
func (s *Site) serveDOCX(w http.ResponseWriter, r *http.Request, key string, input func(context.Context) (brief.Input, bool, error)) error {
	w.Header().Set("Content-Disposition", `attachment; filename="moedeoplaeg.docx"`)
	err := s.cache.Serve(w, r, key, func(ctx context.Context) (*httpx.Page, error) {
		in, whole, err := input(ctx)
		if err != nil {
			return nil, err
		}
		b, err := brief.New(in).Document(s.PublicURL).DOCX()
		return &httpx.Page{ContentType: intake.DOCX, Body: b, Whole: whole, Noindex: true}, err
	})
	if err != nil {
		w.Header().Del("Content-Disposition") // an error is a page
	}
	return err
}

// briefOf is what a brief of some practices is made of, in their order; the filters
// choose among their findings. whole is false when one has gone, or was changed
// since the index has seen it.
func (s *Site) briefOf(ctx context.Context, ids []int64, filters catalogue.Filters) (in brief.Input, whole bool, err error) {
	version := s.index.Version()
	in.Date = time.Now().In(catalogue.Copenhagen)
	list, err := s.store.Pages(ctx, s.confirmed(), ids)
	if err != nil {
		return in, false, err
	}
	whole = len(list) == len(ids)
	for _, p := range list {
		in.Examples = append(in.Examples, brief.Example{ID: p.ID, Practice: p.Practice})
		whole = whole && p.Version <= version
	}
	// Whoever asks for one effect or one voice is told of the others, too: a brief of
	// good findings alone would call good what others call bad.
	filters = maps.Clone(filters)
	delete(filters, catalogue.FacetEffect)
	delete(filters, catalogue.FacetVoice)
	in.Contrasts, err = s.index.ContrastsAmong(ids, filters)
	return in, whole, err
}

// briefOfSlugs is briefOf with the practices at some slugs, old ones too; it says which
// have been withdrawn or removed. catalogue.ErrNotFound when there is none.
func (s *Site) briefOfSlugs(ctx context.Context, slugs []string) (in brief.Input, whole bool, err error) {
	var ids []int64
	gone := 0
	for _, slug := range slugs {
		id, p, err := s.store.PublicPractice(ctx, s.confirmed(), slug)
		var moved *catalogue.MovedError
		if errors.As(err, &moved) {
			id, p, err = s.store.PublicPractice(ctx, s.confirmed(), moved.Slug)
		}
		switch {
		case errors.Is(err, catalogue.ErrGone), err == nil && p.State != catalogue.StatePublished:
			gone++
		case errors.Is(err, catalogue.ErrNotFound):
		case err != nil:
			return in, false, err
		case !slices.Contains(ids, id):
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return in, false, catalogue.ErrNotFound
	}
	in, whole, err = s.briefOf(ctx, ids, nil)
	if gone > 0 {
		in.Notices = append(in.Notices, count(gone, "valgt eksempel er trukket tilbage eller fjernet og er ikke med", "valgte eksempler er trukket tilbage eller fjernet og er ikke med"))
	}
	return in, whole, err
}

// today is the date that a brief made now has.
func today() string { return catalogue.DanishDate(time.Now().In(catalogue.Copenhagen)) }
