package site

import (
	"context"
	"net/http"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/search"
)

// maxSuggestions is how many fit below a search field on a phone.
const maxSuggestions = 8

// kindPractice is the kind of a suggested practice; that of a value is its
// facet's name.
const kindPractice = "eksempel"

// The JSON of the suggestions, as promised in the README.
type (
	suggestionsJSON struct {
		Suggestions []suggestionJSON `json:"suggestions"`
	}
	suggestionJSON struct {
		Kind      string `json:"kind"`
		KindLabel string `json:"kindLabel"`
		Label     string `json:"label"`
		Note      string `json:"note,omitempty"`
		URL       string `json:"url"`
		Count     int    `json:"count,omitempty"` // of a value
	}
)

// suggestions answers what somebody may be typing.
func (s *Site) suggestions(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	text, _ := q.SearchText()
	text = strings.ToLower(text) // the case makes no difference
	return s.cache.Serve(w, r, catalogue.PathSuggestions+" "+text, func(ctx context.Context) (*httpx.Page, error) {
		found, err := s.index.Suggest(ctx, text, maxSuggestions)
		if err != nil {
			return nil, err
		}
		out, whole, err := s.suggested(ctx, found)
		if err != nil {
			return nil, err
		}
		return jsonPage(out, whole)
	})
}

// suggested writes suggestions as the visitor sees them; whole is false when a
// practice has gone meanwhile.
func (s *Site) suggested(ctx context.Context, found []search.Suggestion) (out suggestionsJSON, whole bool, err error) {
	out.Suggestions = []suggestionJSON{}
	var ids []int64 // practices stand behind all values
	for _, f := range found {
		if f.Facet == "" {
			ids = append(ids, f.ID)
			continue
		}
		x := suggestionJSON{Kind: f.Facet, KindLabel: s.kindLabel(f), Label: f.Label, URL: catalogue.FilterPath(f.Facet, f.Slug), Count: f.Count}
		if f.Synonym != "" {
			x.Note = "også: " + f.Synonym
		}
		out.Suggestions = append(out.Suggestions, x)
	}
	if len(ids) == 0 {
		return out, true, nil
	}
	cards, err := s.store.Cards(ctx, s.confirmed(), ids)
	if err != nil {
		return out, false, err
	}
	for _, c := range cards {
		out.Suggestions = append(out.Suggestions, suggestionJSON{Kind: kindPractice, KindLabel: "Eksempel", Label: c.Title, Note: c.Organisation.Name, URL: catalogue.PracticePath(c.Slug)})
	}
	return out, len(cards) == len(ids), nil
}

// kindLabel says what a value is: of an actor, which kind of actor.
func (s *Site) kindLabel(f search.Suggestion) string {
	if f.Facet == catalogue.FacetActor {
		if o := s.index.Taxonomy().Organisation(f.Slug); o != nil {
			return catalogue.OrganisationKinds.Label(o.Kind)
		}
	}
	return catalogue.FacetByName(f.Facet).Label
}
