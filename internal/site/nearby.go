package site

import (
	"context"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/practicepage"
	"praksis/internal/review"
	"praksis/web"
)

// maxNearest is how many examples stand for a municipality that has none.
const maxNearest = 3

// nearby is what stands for a municipality without examples of its own: the way to
// its page and to all that is near, and the nearest examples. whole is false when one
// of them has gone meanwhile.
func (s *Site) nearby(ctx context.Context, o catalogue.Organisation) (n web.Nearby, whole bool, err error) {
	n = web.Nearby{Name: o.Name, Page: web.Link{Label: "Se siden om " + o.Name, URL: catalogue.ActorPath(o.Kind, o.Slug)},
		Invite: invite(o), Tip: tipLink(o.Slug)}
	if n.All, err = s.nearbyLink(ctx, o); err != nil {
		return n, false, err
	}
	ids, err := s.nearestExamples(ctx, o.Slug, maxNearest)
	if err != nil {
		return n, false, err
	}
	cards, err := s.store.CardsByID(ctx, s.confirmed(), ids)
	if err != nil {
		return n, false, err
	}
	for _, id := range ids {
		if c, ok := cards[id]; ok {
			n.Hits = append(n.Hits, practicepage.Hit(*c))
		}
	}
	return n, len(n.Hits) == len(ids), nil
}

// invite asks a municipality for an example.
func invite(o catalogue.Organisation) string {
	return "Har I i " + o.Name + " gjort noget under covid-19, som andre kan lære af?"
}

// tipLink leads to where one tells of an example of an actor's.
func tipLink(actor string) web.Link {
	return web.Link{Label: "Fortæl det på et halvt minut", URL: submitPath(review.KindTip) + "?aktoer=" + actor}
}

// nearbyLink leads to the examples of a municipality and its neighbours.
func (s *Site) nearbyLink(ctx context.Context, o catalogue.Organisation) (web.Counted, error) {
	q := catalogue.Query{}.With(catalogue.FacetNear, o.Slug)
	n, err := s.index.Count(ctx, q)
	return web.Counted{Label: "Se eksempler nær " + valueLabel(s.index.Taxonomy(), catalogue.FacetNear, o.Slug), URL: catalogue.FinderPath(q), Count: n}, err
}

// addNearby adds to a municipality's page what is near it: the way there, and the
// nearest examples where it has none.
func (s *Site) addNearby(ctx context.Context, v *web.Landing, o catalogue.Organisation) (whole bool, err error) {
	if v.Total == 0 {
		v.Nearby, whole, err = s.nearby(ctx, o)
		return whole, err
	}
	v.AllNearby, err = s.nearbyLink(ctx, o)
	if v.AllNearby.Count <= v.Total { // its own alone
		v.AllNearby = web.Counted{}
	}
	return true, err
}

// nearestExamples are the ids of at most n examples: those of the municipality and its
// neighbours, then those of the neighbours' neighbours, and so on, each time the
// best told first.
func (s *Site) nearestExamples(ctx context.Context, slug string, n int) (ids []int64, err error) {
	for ring := []string{slug}; ; {
		res, err := s.index.Search(ctx, catalogue.Query{Sort: catalogue.SortEvidence, Page: 1}.With(catalogue.FacetNear, ring...))
		if err != nil {
			return nil, err
		}
		for _, id := range res.IDs {
			if len(ids) < n && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		wider := slices.Clone(ring)
		for _, of := range ring {
			wider = append(wider, catalogue.Neighbours(of)...)
		}
		slices.Sort(wider)
		wider = slices.Compact(wider)
		if len(ids) == n || len(wider) == len(ring) {
			return ids, nil
		}
		ring = wider
	}
}

// municipalityAlone is the municipality that a query without hits asks for and for
// nothing else: by its name as the text, or as the only filter; else nil.
func (f found) municipalityAlone() *catalogue.Organisation {
	q := f.Query
	if f.Total > 0 || f.Page > 1 {
		return nil
	}
	if !q.Filtered() {
		if o := f.Taxonomy.Organisation(f.Named); o != nil && o.Kind == catalogue.Municipality {
			return o
		}
		return nil
	}
	chosen := slices.Concat(q.Filters[catalogue.FacetActor], q.Filters[catalogue.FacetNear])
	if q.Text != "" || len(q.Filters) > 1 || len(chosen) != 1 || f.Taxonomy.Facet(catalogue.FacetNear).Value(chosen[0]) == nil {
		return nil
	}
	return f.Taxonomy.Organisation(chosen[0])
}
