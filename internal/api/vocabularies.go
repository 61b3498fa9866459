package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"praksis/internal/catalogue"

	"github.com/go-chi/chi/v5"
)

const (
	pathVocabularies  = "/vocabularies"
	pathSolutions     = "/solutions"
	pathOrganisations = "/organisations"
)

// What one can choose by, as JSON.
type (
	// vocabularyRef names the values of one of the finder's parameters.
	vocabularyRef struct {
		URL   string `json:"url"`
		Name  string `json:"name"` // the parameter
		Label string `json:"label"`
		// Values counts them.
		Values int `json:"values"`
	}
	vocabulary struct {
		Version int64   `json:"version"`
		Name    string  `json:"name"`
		Label   string  `json:"label"`
		Items   []value `json:"items"`
		// Merged are values of older addresses.
		Merged []merged `json:"merged"`
	}
	// value is one that can be chosen, at its place in the tree: a parent stands
	// before those below it, and has what they have.
	value struct {
		Slug         string           `json:"slug"`
		Label        string           `json:"label"`
		Parent       string           `json:"parent,omitempty"`
		Record       string           `json:"code,omitempty"` // in a record, where that is another than the slug
		Definition   string           `json:"definition,omitempty"`
		Synonyms     []string         `json:"synonyms,omitempty"`
		ContactForms []string         `json:"contact_forms,omitempty"`
		Codes        []catalogue.Code `json:"codes,omitempty"`
		Practices    int              `json:"practices"`
	}
	merged struct {
		Slug      string `json:"slug"`
		Successor string `json:"successor"`
	}
	solution struct {
		URL          string        `json:"url"`
		Slug         string        `json:"slug"`
		Label        string        `json:"label"`
		Definition   string        `json:"definition,omitempty"`
		Synonyms     []string      `json:"synonyms,omitempty"`
		ContactForms []string      `json:"contact_forms,omitempty"`
		Practices    int           `json:"practices"`
		Actors       int           `json:"actors"`
		RetainedBy   int           `json:"retained_by"` // actors
		Effects      []effectTally `json:"effects"`
		TooFew       bool          `json:"too_few"`
	}
	organisation struct {
		URL string `json:"url"`
		catalogue.Organisation
		Practices int `json:"practices"`
	}
)

// codes are the fields of the record that hold a value of a closed list, by the
// parameter that chooses by it: a record has the code, an address the slug.
var codes = map[string]*catalogue.Field{
	catalogue.FacetEffect:    catalogue.FieldAt("findings[].effect"),
	catalogue.FacetVoice:     catalogue.FieldAt("findings[].voice"),
	catalogue.FacetRetention: catalogue.FieldAt("retention[].status"),
	catalogue.FacetPeriod:    catalogue.FieldAt("periods[]"),
	catalogue.FacetUse:       catalogue.FieldAt("use"),
	catalogue.FacetKind:      catalogue.FieldAt("kind"),
}

// vocabularies are the parameters that filter.
func (a *API) vocabularies(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.read(r, 0); err != nil {
		return err
	}
	return a.answer(w, r, pathVocabularies, func(context.Context) (any, bool, error) {
		t, total := a.index.Taxonomy(), len(catalogue.Facets)
		out := list[vocabularyRef]{Version: a.index.Version(), Total: &total}
		for _, f := range catalogue.Facets {
			out.Items = append(out.Items, vocabularyRef{a.address(catalogue.PathAPIVersion + pathVocabularies + "/" + f.Name), f.Name, f.Label, len(t.Facet(f.Name).Values)})
		}
		return out, true, nil
	})
}

// vocabulary is all that can be chosen of one parameter.
func (a *API) vocabulary(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.read(r, 0); err != nil {
		return err
	}
	f := catalogue.FacetByName(chi.URLParam(r, "name"))
	if f == nil {
		return catalogue.ErrNotFound
	}
	return a.answer(w, r, pathVocabularies+"/"+f.Name, func(ctx context.Context) (any, bool, error) {
		t, counts, version, err := a.counts(ctx, f.Name)
		if err != nil {
			return nil, false, err
		}
		out := vocabulary{Version: version, Name: f.Name, Label: f.Label, Items: []value{}, Merged: []merged{}}
		for _, v := range t.Facet(f.Name).Values {
			x := value{Slug: v.Slug, Label: v.Label, Parent: v.Parent, Practices: counts[v.Slug]}
			if f.Vocabulary != "" {
				if term := t.Term(f.Vocabulary, v.Slug); term != nil {
					x.Definition, x.Synonyms, x.ContactForms, x.Codes = term.Definition, term.Synonyms, term.ContactForms, term.Codes
				}
			}
			if field := codes[f.Name]; field != nil {
				for _, o := range field.Options {
					if o.Slug == v.Slug {
						x.Record = o.Code
					}
				}
			}
			out.Items = append(out.Items, x)
		}
		for _, term := range t.Terms[f.Vocabulary] {
			if now, ok := t.ResolveSlug(f.Name, term.Slug); ok && now != term.Slug {
				out.Merged = append(out.Merged, merged{term.Slug, now})
			}
		}
		return out, true, nil
	})
}

// counts are how many published practices have each value of a facet.
func (a *API) counts(ctx context.Context, facet string) (*catalogue.Taxonomy, map[string]int, int64, error) {
	found, err := a.index.Search(ctx, catalogue.Query{Sort: catalogue.SortNewest, Page: 1})
	if err != nil {
		return nil, nil, 0, err
	}
	counts := map[string]int{}
	for _, f := range found.Facets {
		if f.Name == facet {
			for _, v := range f.Values {
				counts[v.Slug] = v.Count
			}
		}
	}
	return found.Taxonomy, counts, found.Version, nil
}

// solutions are the ideas that several may have had, with what is known of each.
func (a *API) solutions(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.read(r, 0); err != nil {
		return err
	}
	return a.answer(w, r, pathSolutions, func(context.Context) (any, bool, error) {
		t := a.index.Taxonomy()
		out := list[solution]{Version: a.index.Version(), Items: []solution{}}
		for _, v := range t.Facet(catalogue.FacetSolution).Values {
			term := t.Term(catalogue.SolutionList, v.Slug)
			o, err := a.index.Overview(catalogue.Query{}.With(catalogue.FacetSolution, v.Slug).Filters)
			if err != nil {
				return nil, false, err
			}
			out.Items = append(out.Items, solution{URL: a.address(catalogue.LandingPath(catalogue.FacetSolution, v.Slug)), Slug: v.Slug, Label: v.Label,
				Definition: term.Definition, Synonyms: term.Synonyms, ContactForms: term.ContactForms, Practices: o.Practices, Actors: len(o.Actors), RetainedBy: len(o.Kept),
				Effects: effectTallies(o.Findings), TooFew: tooFew(o)})
		}
		total := len(out.Items)
		out.Total = &total
		return out, true, nil
	})
}

// organisations are all that can be an actor, also those that have ended or not begun.
func (a *API) organisations(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.read(r, 0); err != nil {
		return err
	}
	return a.answer(w, r, pathOrganisations, func(ctx context.Context) (any, bool, error) {
		t, counts, version, err := a.counts(ctx, catalogue.FacetActor)
		if err != nil {
			return nil, false, err
		}
		total := len(t.Organisations)
		out := list[organisation]{Version: version, Total: &total, Items: []organisation{}}
		for _, o := range t.Organisations {
			out.Items = append(out.Items, organisation{a.address(catalogue.ActorPath(o.Kind, o.Slug)), o, counts[o.Slug]})
		}
		slices.SortStableFunc(out.Items, func(x, y organisation) int { return cmp.Compare(x.Slug, y.Slug) })
		return out, true, nil
	})
}
