package site

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/practicepage"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// framedPolicy lets any site frame a page that has nothing to press: no script, no
// form, no cookie.
const framedPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"

// framed sets the headers of a page that other sites may frame. Only answers that are
// such a page have them: an error's page has a search form.
func framed(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", framedPolicy)
	h.Del("X-Frame-Options")
}

// embedPractice is one example to be framed.
func (s *Site) embedPractice(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(chi.URLParam(r, "slug"))
	if err != nil {
		return s.embedMissing(w, r, http.StatusNotFound, "Eksemplet findes ikke i kataloget.")
	}
	path := catalogue.EmbedPath(catalogue.PracticePath(slug))
	if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	err = s.cache.Serve(framing{w}, r, path, func(ctx context.Context) (*httpx.Page, error) {
		id, p, err := s.store.PublicPractice(ctx, s.confirmed(), slug)
		if err != nil {
			return nil, err
		}
		if p.State != catalogue.StatePublished {
			return nil, catalogue.ErrGone
		}
		cards, err := s.store.Cards(ctx, s.confirmed(), []int64{id})
		if err != nil {
			return nil, err
		}
		v := web.Embed{Shell: s.shell(p.Title, catalogue.PracticePath(slug)), Hits: practicepage.Hits(cards), Alone: true,
			More: web.Link{Label: "Læs hele eksemplet i Praksiskataloget", URL: catalogue.PracticePath(slug)}}
		return rendered(ctx, web.EmbedPage(v), len(cards) == 1, true)
	})
	var moved *catalogue.MovedError
	switch {
	case errors.As(err, &moved):
		return &httpx.RedirectError{URL: catalogue.EmbedPath(catalogue.PracticePath(moved.Slug)), Status: http.StatusMovedPermanently}
	case errors.Is(err, catalogue.ErrNotFound):
		return s.embedMissing(w, r, http.StatusNotFound, "Eksemplet findes ikke i kataloget.")
	case errors.Is(err, catalogue.ErrGone):
		return s.embedMissing(w, r, http.StatusGone, "Eksemplet er ikke længere i kataloget.")
	}
	return err
}

// embedList is the first page of a filtered list to be framed.
func (s *Site) embedList(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q).WithPage(1)
	path := catalogue.EmbedPath(catalogue.FinderPath(q))
	if q.Encode() != r.URL.RawQuery {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(framing{w}, r, path, func(ctx context.Context) (*httpx.Page, error) {
		found, err := s.find(ctx, q)
		if err != nil {
			return nil, err
		}
		list := finderView(found)
		v := web.Embed{Shell: s.shell(list.Sentence, catalogue.FinderPath(q)), Hits: list.Hits,
			More: web.Link{Label: "Se dem i Praksiskataloget", URL: catalogue.FinderPath(q)}}
		switch {
		case found.Total == 0:
			v.Note = "Der er ingen eksempler endnu."
			v.More.Label = "Søg i Praksiskataloget"
		case found.Total > len(list.Hits):
			v.More.Label = "Se alle " + catalogue.Examples(found.Total) + " i Praksiskataloget"
		}
		return rendered(ctx, web.EmbedPage(v), found.whole, true)
	})
}

// framing sets the headers of framed when a page or "not changed" is written.
type framing struct{ http.ResponseWriter }

func (f framing) WriteHeader(status int) {
	framed(f.ResponseWriter)
	f.ResponseWriter.WriteHeader(status)
}

// embedMissing stands where an example was: whoever framed it is not shown a page
// of ours that they did not ask for.
func (s *Site) embedMissing(w http.ResponseWriter, r *http.Request, status int, note string) error {
	v := web.Embed{Shell: s.shell("Eksemplet er her ikke", catalogue.PathPractices), Note: note,
		More: web.Link{Label: "Se eksemplerne i Praksiskataloget", URL: catalogue.PathPractices}}
	var b bytes.Buffer
	if err := web.EmbedPage(v).Render(r.Context(), &b); err != nil {
		return err
	}
	framed(w)
	w.Header().Set("Content-Type", typeHTML)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	_, err := b.WriteTo(w)
	return err
}

// embedHelp tells how to show an example or a list on a site of one's own, with the
// code for it: ?eksempel=slug, or the finder's query.
func (s *Site) embedHelp(w http.ResponseWriter, r *http.Request) error {
	what, label, title, part := catalogue.PathPractices, "", "", false
	key := catalogue.PathEmbed
	if slug := r.URL.Query().Get("eksempel"); slug != "" {
		slug, err := slugOf(slug)
		if err != nil {
			return err
		}
		what = catalogue.PracticePath(slug)
		key += "?" + url.Values{"eksempel": {slug}}.Encode()
	} else {
		q, err := query(r)
		if err != nil {
			return err
		}
		q = s.index.Taxonomy().Canonical(q).WithPage(1)
		what = catalogue.FinderPath(q)
		key += strings.TrimPrefix(what, catalogue.PathPractices)
	}
	if r.URL.RequestURI() != key {
		return &httpx.RedirectError{URL: key, Status: http.StatusFound}
	}
	base := s.base(r)
	return s.cache.Serve(w, r, key+" "+base, func(ctx context.Context) (*httpx.Page, error) {
		whole := true
		if slug, one := strings.CutPrefix(what, catalogue.PathPractices+"/"); one {
			_, p, err := s.store.PublicPractice(ctx, s.confirmed(), slug)
			if err != nil {
				return nil, err
			}
			label, title = p.Title, p.Title
		} else {
			q, err := catalogue.ParseQuery(strings.TrimPrefix(strings.TrimPrefix(what, catalogue.PathPractices), "?"))
			if err != nil {
				return nil, err
			}
			found, err := s.find(ctx, q)
			if err != nil {
				return nil, err
			}
			label, whole, part = finderView(found).Sentence, found.whole, found.Total > catalogue.PageSize
			title = catalogue.Uncounted(label) // stands on a page that does not follow
		}
		v := web.EmbedHelp{Shell: s.shell("Vis det på jeres intranet", key), What: web.Link{Label: label, URL: what}, Framed: catalogue.EmbedPath(what)}
		if part {
			v.Part = "På jeres side står de første " + strconv.Itoa(catalogue.PageSize) + ", og under dem et link til resten."
		}
		v.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.PathPractices}, {Label: v.Title}}
		v.Style = "whole.css"
		v.Code = web.FrameCode(base+v.Framed, title)
		return rendered(ctx, web.EmbedHelpPage(v), whole, true)
	})
}
