package site_test

import (
	"fmt"
	"slices"
	"testing"

	"praksis/internal/catalogue"
)

// What the cards show and what the facets count agree, for each pair of target
// group and contact form: a voice counts the cards with its verdict, an effect
// those with a finding of it, and a card says that nothing is stated where no
// effect counts it. With -v it prints the pairs.
func TestCardsAndFacetsAgree(t *testing.T) {
	f := newFixture(t)
	var practices []*catalogue.Practice
	if err := f.store.Export(t.Context(), func(p *catalogue.Practice) error {
		practices = append(practices, p)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	tax := f.index.Taxonomy()
	pairs, empty := 0, 0
	for _, group := range tax.Facet(catalogue.FacetTargetGroup).Values {
		for _, form := range append([]catalogue.FacetValue{{}}, tax.Facet(catalogue.FacetContactForm).Values...) {
			q := catalogue.Query{}.With(catalogue.FacetTargetGroup, group.Slug)
			if form.Slug != "" {
				q = q.With(catalogue.FacetContactForm, form.Slug)
			}
			scope := tax.FindingScope(q)
			want := map[string]int{}
			hits, silent := 0, 0
			for _, p := range practices {
				if !belongs(tax, catalogue.FacetTargetGroup, p.TargetGroups, group.Slug) || form.Slug != "" && !belongs(tax, catalogue.FacetContactForm, p.ContactForms, form.Slug) {
					continue
				}
				hits++
				card := p.Card().In(scope, p.Findings, p.Solutions)
				for _, v := range card.Verdicts {
					want["stemme "+catalogue.Voices.Slug(v.Voice)]++
				}
				effects := map[catalogue.Effect]bool{}
				for i := range p.Findings {
					if x := &p.Findings[i]; scope.Has(x, p.Solutions) && x.Effect != "" {
						effects[x.Effect] = true
					}
				}
				for e := range effects {
					want["effekt "+catalogue.Effects.Slug(e)]++
				}
				for _, v := range card.Verdicts { // a verdict that is not mixed is a finding's own
					if v.Effect != catalogue.EffectMixed && !effects[v.Effect] {
						t.Errorf("%s, %s: the card of %s says %v, which no finding does", group.Slug, form.Slug, p.Slug, v)
					}
				}
				if (len(card.Verdicts) == 0) != (len(effects) == 0) {
					t.Errorf("%s, %s: the card of %s has verdicts %v, and effects %v", group.Slug, form.Slug, p.Slug, card.Verdicts, effects)
				}
				if len(effects) == 0 {
					silent++
				}
			}
			if hits == 0 {
				continue
			}
			pairs++
			res, err := f.index.Search(t.Context(), q)
			if err != nil || res.Total != hits {
				t.Fatalf("%s, %s: %d found, want %d; %v", group.Slug, form.Slug, res.Total, hits, err)
			}
			have, shown := map[string]int{}, 0
			for _, facet := range res.Facets {
				if facet.Name != catalogue.FacetEffect && facet.Name != catalogue.FacetVoice {
					continue
				}
				shown++
				if len(facet.Values) < 4 {
					t.Errorf("%s, %s: the facet %s shows %d values", group.Slug, form.Slug, facet.Name, len(facet.Values))
				}
				for _, v := range facet.Values {
					if v.Count > 0 {
						have[facet.Name+" "+v.Slug] = v.Count
					}
				}
			}
			if fmt.Sprint(have) != fmt.Sprint(want) || shown != 2 {
				t.Errorf("%s, %s: the facets count %v, the cards say %v", group.Slug, form.Slug, have, want)
			}
			if len(want) == 0 {
				empty++
			}
			t.Logf("%s | %s: %d examples, %d without a stated effect; %v", group.Label, form.Label, hits, silent, want)
		}
	}
	if pairs < 100 || empty == 0 {
		t.Errorf("%d pairs, %d of them without findings", pairs, empty)
	}
}

// belongs tells whether one of the references is a value or below it.
func belongs(t *catalogue.Taxonomy, facet string, refs []catalogue.TermRef, slug string) bool {
	return slices.ContainsFunc(refs, func(r catalogue.TermRef) bool {
		return r.Slug == slug || slices.Contains(t.Facet(facet).Ancestors(r.Slug), slug)
	})
}
