package site

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/practicepage"
	"praksis/web"

	"github.com/go-chi/chi/v5"
)

// similar is how many examples like this one a page leads to.
const similar = 4

func (s *Site) practice(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "slug")
	if slug, ok := strings.CutSuffix(name, ".ris"); ok {
		return s.citation(w, r, slug)
	}
	name, asJSON := strings.CutSuffix(name, ".json")
	slug, err := slugOf(name)
	if err != nil {
		return err
	}
	path := catalogue.PracticePath(slug)
	key := path
	if asJSON {
		key = "json " + path
	} else if r.URL.RawQuery != "" {
		return &httpx.RedirectError{URL: path, Status: http.StatusFound}
	}
	return s.cache.Serve(w, r, key, func(ctx context.Context) (*httpx.Page, error) {
		id, p, err := s.store.PublicPractice(ctx, s.confirmed(), slug)
		if err != nil {
			return nil, err
		}
		if asJSON {
			return jsonPage(p.Record(), true)
		}
		v := practicepage.View(p)
		v.Shell = s.shell(p.Title, path)
		v.Description = p.Summary
		v.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.PathPractices}, {Label: p.Title}}
		v.Alternate = path + ".json"
		v.Noindex = p.State != catalogue.StatePublished
		v.Contact = practicepage.Contact(p, s.index.Taxonomy())
		v.Cite, v.CiteFile = s.cite(p, s.PublicURL).Text(), catalogue.CitationPath(slug)
		if p.State == catalogue.StatePublished {
			v.Take = slug
			v.Embed = catalogue.EmbedHelpPath(slug, catalogue.Query{})
			v.Same = web.Link{Label: "Fortæl, hvordan det gik hos jer", URL: catalogue.SubmitPath("kort", slug)}
			v.Ask = web.Link{Label: "send to linjer", URL: catalogue.SubmitPath("tip", slug)}
		}
		if v.JSONLD, err = s.jsonLD(p, path); err != nil {
			return nil, err
		}
		ids := s.index.Similar(ctx, id, similar)
		cards, err := s.store.Cards(ctx, s.confirmed(), ids)
		if err != nil {
			return nil, err
		}
		v.Similar = practicepage.Hits(cards)
		whole := len(cards) == len(ids)
		if p.State == catalogue.StatePublished {
			all := false
			if v.Others, all, err = s.others(ctx, id); err != nil && !errors.Is(err, catalogue.ErrPreparing) {
				return nil, err
			}
			whole = whole && all
		}
		return atOnce(rendered(ctx, web.PracticePage(v), whole, v.Noindex))
	})
}

// maxOthers is how many findings of others a page shows on each side.
const maxOthers = 2

// others is what others found with the first solution of a practice that they tell of;
// whole is false when one of them has gone.
func (s *Site) others(ctx context.Context, id int64) (v web.Others, whole bool, err error) {
	list, err := s.index.Others(id, maxOthers)
	if err != nil || len(list) == 0 {
		return v, true, err
	}
	o := list[0]
	var ids []int64
	for _, ref := range append(slices.Clone(o.For), o.Against...) {
		if !slices.Contains(ids, ref.Practice) {
			ids = append(ids, ref.Practice)
		}
	}
	found, err := s.store.Findings(ctx, s.confirmed(), ids)
	if err != nil {
		return v, false, err
	}
	t := texts{}
	for _, p := range found {
		t[p.ID] = p
	}
	side := func(refs []catalogue.FindingRef) (out []web.ContrastLine) {
		for _, ref := range refs {
			if line, ok := t.line(ref); ok {
				out = append(out, line)
			}
		}
		return out
	}
	return web.Others{About: web.Link{Label: o.Solution.Label, URL: catalogue.LandingPath(catalogue.FacetSolution, o.Solution.Slug)}, For: side(o.For), Against: side(o.Against)}, len(found) == len(ids), nil
}
