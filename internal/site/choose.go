package site

import (
	"context"
	"net/http"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/practicepage"
	"praksis/internal/review"
	"praksis/web"
)

// choose lists the first hits of a filter, to be ticked for the shortlist or to stand side
// by side. It changes nothing, and is the same for all.
func (s *Site) choose(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q).WithPage(1)
	if q.Encode() != r.URL.RawQuery {
		return &httpx.RedirectError{URL: catalogue.ChoosePath(q), Status: http.StatusFound}
	}
	path := catalogue.ChoosePath(q)
	return s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		ids, total, err := s.index.Hits(ctx, q, review.MaxShortlist)
		if err != nil {
			return nil, err
		}
		cards, err := s.store.Cards(ctx, s.confirmed(), ids)
		if err != nil {
			return nil, err
		}
		v := web.Choose{Shell: s.shell("Vælg eksempler", path), Sentence: s.index.Taxonomy().Sentence(q, total), Total: total, Finder: web.Link{Label: "Gå tilbage til listen", URL: catalogue.FinderPath(q)}}
		v.Noindex, v.Style = true, "whole.css"
		v.Crumbs = []web.Crumb{{Label: "Eksempler", Path: catalogue.PathPractices}, {Label: "Vælg"}}
		v.Lead = "Sæt kryds ved dem, du vil lægge i mappen, eller ved to til fire, du vil sammenligne."
		if total > len(cards) {
			v.Lead += " Her står de første " + strconv.Itoa(len(cards)) + " af " + strconv.Itoa(total) + "."
		}
		for i, c := range cards {
			h := practicepage.Hit(c)
			v.Hits = append(v.Hits, web.ChooseHit{ID: "valg-" + strconv.Itoa(i+1), Slug: c.Slug, Title: c.Title, Who: c.Who(), URL: h.URL, Verdicts: h.Verdicts})
		}
		return rendered(ctx, web.ChoosePage(v), len(cards) == len(ids), true)
	})
}
