package site

import (
	"context"
	"net/http"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/search"
	"praksis/web"
)

// practices is the finder.
func (s *Site) practices(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q)
	if q.Encode() != r.URL.RawQuery {
		if q.Page > 1 { // one redirect also for a page past the end
			_, pages, err := s.index.Size(r.Context(), q)
			if err != nil {
				return err
			}
			q.Page = min(q.Page, pages)
		}
		return &httpx.RedirectError{URL: catalogue.FinderPath(q), Status: http.StatusFound}
	}
	path := catalogue.FinderPath(q)
	err = s.cache.Serve(w, r, path, func(ctx context.Context) (*httpx.Page, error) {
		found, err := s.find(ctx, q)
		if err != nil {
			return nil, err
		}
		s.empty.found(path, found.Total)
		if found.Page != q.Page {
			return nil, &httpx.RedirectError{URL: catalogue.FinderPath(q.WithPage(found.Page)), Status: http.StatusFound}
		}
		v := finderView(found)
		v.Text, v.Hidden = q.Text, hiddenFilters(q) // not what the text was read as
		v.Take = take(q, found.Result)
		if v.Together, err = s.together(ctx, found.Query, found.Taxonomy); err != nil {
			return nil, err
		}
		v.Shell = s.shell(v.Sentence, path)
		v.Description = "Eksempler på, hvad kommuner, regioner og organisationer gjorde på det sociale område under covid-19."
		v.Crumbs = []web.Crumb{{Label: "Eksempler"}}
		v.Alternate, v.Feed = catalogue.ListPath(".json", q), catalogue.ListPath(".atom", q.WithPage(1))
		// Only the plain list is worth a search engine's while.
		v.Noindex = q.Text != "" || q.Filtered()
		if o := found.municipalityAlone(); o != nil {
			all := false
			if v.Nearby, all, err = s.nearby(ctx, *o); err != nil {
				return nil, err
			}
			found.whole = found.whole && all
		} else if found.Total == 0 && found.Page == 1 {
			if v.Zero, err = s.ways(ctx, found.Query, found.Parts); err != nil {
				return nil, err
			}
		}
		page, err := rendered(ctx, web.FinderPage(v), found.whole, v.Noindex)
		if found.Total > 0 { // else it is counted each time
			return atOnce(page, err)
		}
		return page, err
	})
	if err == nil {
		s.empty.seen(r, path, q)
	}
	return err
}

// found is a result of the search with the cards of its hits.
type found struct {
	search.Result
	cards []catalogue.Card // of the hits on the page
	near  []catalogue.Card
	alike []catalogue.Card
	whole bool // every practice has its card
	// quotes say why each was found, by slug.
	quotes map[string]search.Quote
}

func (s *Site) find(ctx context.Context, q catalogue.Query) (found, error) {
	res, err := s.index.Search(ctx, q)
	if err != nil {
		return found{}, err
	}
	f := found{Result: res}
	ids := slices.Concat(res.IDs, res.Near, res.Alike)
	cards, err := s.cards(ctx, res.Taxonomy.FindingScope(res.Query), ids)
	if err != nil {
		return found{}, err
	}
	f.whole = len(cards) == len(ids)
	of := func(ids []int64) (out []catalogue.Card) {
		out = slices.Grow(out, len(ids))
		for _, id := range ids {
			if c, ok := cards[id]; ok {
				out = append(out, *c)
			}
		}
		return out
	}
	f.cards, f.near, f.alike = of(res.IDs), of(res.Near), of(res.Alike)
	f.quotes = make(map[string]search.Quote, len(res.Quotes))
	for id, q := range res.Quotes {
		if c, ok := cards[id]; ok {
			f.quotes[c.Slug] = q
		}
	}
	return f, nil
}

// together leads from examples with any of the chosen target groups to those with
// all of them, or back; nothing with fewer than two.
func (s *Site) together(ctx context.Context, q catalogue.Query, t *catalogue.Taxonomy) (web.Counted, error) {
	slugs := q.Filters[catalogue.FacetTargetGroup]
	if len(slugs) < 2 {
		return web.Counted{}, nil
	}
	other := t.Canonical(q.WithTogether(!q.Together))
	n, err := s.index.Count(ctx, other)
	label := "Vis kun dem, der gælder alle de valgte målgrupper samtidig"
	if len(slugs) == 2 {
		label = "Vis kun dem, der gælder begge målgrupper"
	}
	if q.Together {
		label = "Vis dem, der gælder mindst én af de valgte målgrupper"
	}
	return web.Counted{Label: label, URL: catalogue.FinderPath(other), Count: n}, err
}

// cards are those of practices, by id, with the verdicts of the findings that are
// asked for. One that is no longer published is missing.
func (s *Site) cards(ctx context.Context, scope catalogue.FindingScope, ids []int64) (map[int64]*catalogue.Card, error) {
	if scope.Plain() {
		return s.store.CardsByID(ctx, s.confirmed(), ids)
	}
	list, err := s.store.Findings(ctx, s.confirmed(), ids)
	if err != nil {
		return nil, err
	}
	byID := map[int64]*catalogue.Card{}
	for _, p := range list {
		c := p.Card.In(scope, p.Findings, p.Solutions)
		byID[p.ID] = &c
	}
	return byID, nil
}

// maxWays is how many ways out of an empty result are offered.
const maxWays = 6

// maxTried is how many of the chosen values are tried without (pages.md).
const maxTried = 10

// maxPartsTried is how many parts a text may have to be tried part by part.
const maxPartsTried = 6

// ways finds what could be dropped to find something, and what one would get; parts
// are what can be looked for alone.
func (s *Site) ways(ctx context.Context, q catalogue.Query, parts []string) (*web.Zero, error) {
	z := &web.Zero{}
	try := func(label string, q catalogue.Query) error {
		n, err := s.index.Count(ctx, q)
		if err == nil && n > 0 {
			z.Ways = append(z.Ways, web.Counted{Label: label, URL: catalogue.FinderPath(q), Count: n})
		}
		return err
	}
	t := s.index.Taxonomy()
	chosen := 0
	for _, f := range catalogue.Facets {
		for _, slug := range q.Filters[f.Name] {
			if chosen++; chosen > maxTried {
				continue
			}
			if err := try("Uden filteret »"+f.Label+": "+valueLabel(t, f.Name, slug)+"«", q.Without(f.Name, slug)); err != nil {
				return nil, err
			}
		}
	}
	if q.Text != "" && chosen > 0 {
		if err := try("Uden søgeordene »"+q.Text+"«", q.WithText("")); err != nil {
			return nil, err
		}
	}
	if len(parts) > 1 && len(parts) <= maxPartsTried {
		for _, part := range parts {
			if err := try("Kun »"+part+"«", q.WithText(part)); err != nil {
				return nil, err
			}
		}
	}
	if chosen > 1 {
		none := q
		none.Filters, none.Page, none.Together = nil, 1, false
		if err := try("Uden filtre", none); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(z.Ways, func(a, b web.Counted) int { return b.Count - a.Count })
	z.Ways = z.Ways[:min(maxWays, len(z.Ways))]
	return z, nil
}
