package site

import (
	"context"
	"encoding/json"
	"net/http"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/search"
)

// The JSON of the finder, as promised in the README.
type (
	listJSON struct {
		Format    int              `json:"format"` // of the practices
		Total     int              `json:"total"`
		Page      int              `json:"page"`
		Pages     int              `json:"pages"`
		Practices []catalogue.Card `json:"practices"`
		// Similar match more weakly, and Alike have most in common with the best
		// hits; neither is counted.
		Similar []catalogue.Card `json:"similar,omitempty"`
		Alike   []catalogue.Card `json:"alike,omitempty"`
		// Applied are the filters that the text was read as.
		Applied []offerJSON `json:"applied,omitempty"`
		// ReadAs is the text that was searched, where it is not the one asked for.
		ReadAs  string      `json:"read_as,omitempty"`
		Facets  []facetJSON `json:"facets"`
		Notices []string    `json:"notices,omitempty"`
		// Only on the first page.
		DidYouMean []meantJSON `json:"did_you_mean,omitempty"`
		Offers     []offerJSON `json:"offers,omitempty"`
	}
	meantJSON struct {
		Text  string `json:"text"`
		Count int    `json:"count"`
	}
	offerJSON struct {
		Facet  string   `json:"facet"`
		Value  string   `json:"value"`
		Values []string `json:"values,omitempty"` // where any of several is asked for
		Label  string   `json:"label"`
		Text   string   `json:"text"`
		Count  int      `json:"count"`
	}
	facetJSON struct {
		Name   string      `json:"name"`
		Label  string      `json:"label"`
		Values []valueJSON `json:"values"`
	}
	valueJSON struct {
		Value    string `json:"value"`
		Label    string `json:"label"`
		Count    int    `json:"count"`
		Selected bool   `json:"selected"`
		Parent   string `json:"parent,omitempty"`
	}
)

func newOfferJSON(o search.Offer) offerJSON {
	out := offerJSON{Facet: o.Facet, Value: o.Slugs[0], Label: o.Label, Text: o.Text, Count: o.Count}
	if len(o.Slugs) > 1 {
		out.Values = o.Slugs
	}
	return out
}

func (s *Site) practicesJSON(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	q = s.index.Taxonomy().Canonical(q)
	return s.cache.Serve(w, r, "json "+catalogue.FinderPath(q), func(ctx context.Context) (*httpx.Page, error) {
		f, err := s.find(ctx, q)
		if err != nil {
			return nil, err
		}
		out := listJSON{Format: catalogue.Format, Total: f.Total, Page: f.Page, Pages: f.Pages, Practices: f.cards, Similar: f.near, Alike: f.alike, ReadAs: f.ReadAs, Facets: []facetJSON{}, Notices: notices(q, f)}
		for _, c := range f.DidYouMean {
			out.DidYouMean = append(out.DidYouMean, meantJSON(c))
		}
		for _, o := range f.Applied {
			out.Applied = append(out.Applied, newOfferJSON(o))
		}
		for _, o := range f.Offers {
			out.Offers = append(out.Offers, newOfferJSON(o))
		}
		if out.Practices == nil {
			out.Practices = []catalogue.Card{}
		}
		for _, facet := range f.Facets {
			x := facetJSON{Name: facet.Name, Label: facet.Label, Values: []valueJSON{}}
			for _, v := range facet.Values {
				x.Values = append(x.Values, valueJSON{v.Slug, v.Label, v.Count, v.Selected, v.Parent})
			}
			out.Facets = append(out.Facets, x)
		}
		return jsonPage(out, f.whole)
	})
}

func jsonPage(v any, whole bool) (*httpx.Page, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return &httpx.Page{ContentType: typeJSON, Body: append(b, '\n'), Whole: whole, Noindex: true}, nil
}
