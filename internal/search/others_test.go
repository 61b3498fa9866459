package search

import (
	"slices"
	"testing"

	"praksis/internal/catalogue"
)

// What others found is of other actors, on a solution of the practice, and all of it is
// counted.
func TestOthers(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	with := 0
	for id, row := range src.rows {
		p := row.Practice
		list, err := x.Others(id, 2)
		if err != nil {
			t.Fatal(err)
		}
		good, bad := map[string]int{}, map[string]int{}
		for other, row := range src.rows {
			o := row.Practice
			if other == id || o.Organisation.Slug == p.Organisation.Slug {
				continue
			}
			for _, s := range p.Solutions {
				for i := range o.Findings {
					f := &o.Findings[i]
					if !src.taxonomy.FindingScope(catalogue.Query{}.With(catalogue.FacetSolution, s.Slug)).Has(f, o.Solutions) {
						continue
					}
					switch f.Effect {
					case catalogue.EffectPositive:
						good[s.Slug]++
					case catalogue.EffectNegative:
						bad[s.Slug]++
					}
				}
			}
		}
		for _, o := range list {
			with++
			if o.Good != good[o.Solution.Slug] || o.Bad != bad[o.Solution.Slug] || len(o.For) != min(2, o.Good) || len(o.Against) != min(2, o.Bad) {
				t.Errorf("%s on %s: %d and %d, want %d and %d", p.Slug, o.Solution.Slug, o.Good, o.Bad, good[o.Solution.Slug], bad[o.Solution.Slug])
			}
			for side, refs := range map[catalogue.Effect][]catalogue.FindingRef{catalogue.EffectPositive: o.For, catalogue.EffectNegative: o.Against} {
				for _, ref := range refs {
					from := src.rows[ref.Practice].Practice
					if from.Organisation.Slug == p.Organisation.Slug || from.Findings[ref.Number].Effect != side || !slices.Contains(catalogue.Slugs(from.Solutions), o.Solution.Slug) {
						t.Errorf("%s: %s of %s", p.Slug, from.Findings[ref.Number].Text, from.Slug)
					}
				}
			}
			delete(good, o.Solution.Slug)
			delete(bad, o.Solution.Slug)
		}
		if len(good)+len(bad) > 0 {
			t.Errorf("%s: nothing is said on %v, %v", p.Slug, good, bad)
		}
	}
	if with < 50 {
		t.Errorf("only %d solutions of practices have others", with)
	}
	if list, err := x.Others(1<<40, 2); err != nil || list != nil {
		t.Errorf("of nothing: %v, %v", list, err)
	}
}
