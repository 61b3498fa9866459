package catalogue

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The links of a Toggler are those of Toggle, whatever is asked for.
func TestTogglerIsToggle(t *testing.T) {
	tax := testTaxonomy()
	var facets []string
	values := map[string][]string{}
	for _, f := range Facets {
		for _, v := range tax.Facet(f.Name).Values {
			values[f.Name] = append(values[f.Name], v.Slug)
		}
		if len(values[f.Name]) > 0 {
			facets = append(facets, f.Name)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := Query{Filters: Filters{}, Page: rapid.IntRange(1, 3).Draw(t, "page")}
		q.Text = rapid.SampledFrom([]string{"", "gåtur & æ=1?", "q"}).Draw(t, "text")
		q.Sort = rapid.SampledFrom([]Sort{SortRelevance, SortEvidence, SortName}).Draw(t, "sort")
		q.Together = rapid.Bool().Draw(t, "together")
		for _, facet := range rapid.SliceOfN(rapid.SampledFrom(append(facets, FacetTargetGroup)), 0, 4).Draw(t, "facets") {
			for _, v := range rapid.SliceOfN(rapid.SampledFrom(append(values[facet], "hest & ko")), 1, 3).Draw(t, facet) {
				q.Filters.add(facet, v)
			}
		}
		if rapid.Bool().Draw(t, "canonical") {
			q = tax.Canonical(q)
		}
		toggler := tax.Toggler(q)
		for _, facet := range facets {
			for _, v := range values[facet] {
				if got, want := toggler.Path(facet, v), FinderPath(tax.Toggle(q, facet, v)); got != want {
					t.Fatalf("%s %s: %s, want %s", facet, v, got, want)
				}
			}
		}
	})
}

// BenchmarkToggler makes the links of one page, and compares with making each by
// itself.
func BenchmarkToggler(b *testing.B) {
	tax := testTaxonomy()
	q := Query{Text: "gåtur", Filters: Filters{FacetTargetGroup: {"angst"}, FacetContactForm: {"telefon"}}, Sort: SortRelevance, Page: 1}
	links := 0
	each := func(link func(facet, slug string) string) time.Duration {
		start := time.Now()
		links = 0
		for _, f := range Facets {
			for _, v := range tax.Facet(f.Name).Values {
				links += min(1, len(link(f.Name, v.Slug)))
			}
		}
		return time.Since(start)
	}
	var all, one time.Duration
	for b.Loop() {
		all += each(tax.Toggler(q).Path)
		one += each(func(facet, slug string) string { return FinderPath(tax.Toggle(q, facet, slug)) })
	}
	b.ReportMetric(float64(links), "links")
	b.ReportMetric(float64(one)/float64(all), "times-faster")
}
