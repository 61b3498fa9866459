package search

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// carries tells whether values, of a practice or a finding, fulfil a facet's
// choice: any of the values or of their descendants, by domain.md; all of the
// target groups where they are asked for together.
func carries(t *catalogue.Taxonomy, facet string, values []string, chosen []string, together bool) bool {
	tree := t.Facet(facet)
	carried := func(want string) bool {
		want, known := t.ResolveSlug(facet, want)
		return known && slices.ContainsFunc(values, func(have string) bool {
			have, known := t.ResolveSlug(facet, have)
			return known && (have == want || slices.Contains(tree.Ancestors(have), want))
		})
	}
	if together && facet == catalogue.FacetTargetGroup {
		return !slices.ContainsFunc(chosen, func(want string) bool { return !carried(want) })
	}
	return slices.ContainsFunc(chosen, carried)
}

// isNear tells whether one of the actors is one of the municipalities, or its
// neighbour.
func isNear(t *catalogue.Taxonomy, actors, chosen []string) bool {
	return slices.ContainsFunc(chosen, func(slug string) bool {
		return t.Facet(catalogue.FacetNear).Value(slug) != nil && slices.ContainsFunc(actors, func(actor string) bool {
			return actor == slug || slices.Contains(catalogue.Neighbours(slug), actor)
		})
	})
}

// fulfils is the rule for filters as domain.md words it, for one practice.
func fulfils(t *catalogue.Taxonomy, e catalogue.Entry, q catalogue.Query) bool {
	filters := q.Filters
	perFinding := len(filters[catalogue.FacetEffect])+len(filters[catalogue.FacetVoice]) > 0
	inOne := catalogue.Filters{}
	for name, chosen := range filters {
		f := catalogue.FacetByName(name)
		switch {
		case f == nil || len(chosen) == 0:
		case perFinding && f.InFinding:
			inOne[name] = chosen
		case name == catalogue.FacetNear:
			if !isNear(t, e.Values.Practice[catalogue.FacetActor], chosen) {
				return false
			}
		case !carries(t, name, e.Values.Practice[name], chosen, q.Together):
			return false
		}
	}
	return !perFinding || slices.ContainsFunc(e.Values.Findings, func(finding map[string][]string) bool {
		for name, chosen := range inOne {
			values := finding[name]
			if name == catalogue.FacetSolution && len(values) == 0 {
				for _, s := range e.Values.Practice[name] {
					if x := t.Term(catalogue.SolutionList, s); x != nil && (len(x.ContactForms) == 0 || len(finding[catalogue.FacetContactForm]) == 0 ||
						slices.ContainsFunc(finding[catalogue.FacetContactForm], func(form string) bool { return slices.Contains(x.ContactForms, form) })) {
						values = append(values, s)
					}
				}
			}
			if !carries(t, name, values, chosen, q.Together) {
				return false
			}
		}
		return true
	})
}

// has is the rule for hits for words that have no inflections, compounds,
// synonyms or spelling candidates among each other.
func has(practices map[int64]*catalogue.Practice, p *catalogue.Practice, text string) bool {
	words := strings.Fields(text)
	slices.Sort(words)
	words = slices.Compact(words)
	count := func(p *catalogue.Practice, words []string) (n int) {
		for _, w := range words {
			if slices.Contains(strings.Fields(strings.ToLower(p.Title)), w) {
				n++
			}
		}
		return n
	}
	if len(words) <= 2 {
		return count(p, words) == len(words)
	}
	var rare []string
	weights := map[string]float32{}
	for _, w := range words {
		n := 0
		for _, other := range practices {
			n += count(other, []string{w})
		}
		weights[w] = min(inverseDocumentFrequency(float64(n), len(practices)), maxUnitIDF)
		if 3*n <= len(practices) {
			rare = append(rare, w)
		}
	}
	weight := func(p *catalogue.Practice) (sum float32) {
		for _, w := range words {
			sum += weights[w] * float32(count(p, []string{w}))
		}
		return sum
	}
	n, total := len(words), float32(0)
	for _, w := range weights {
		total += w
	}
	for _, s := range []struct {
		need  int
		share float32
	}{{(3*n + 4) / 5, 0.6}, {(n + 1) / 2, 0.5}} {
		hit := func(p *catalogue.Practice) bool {
			return count(p, words) == n || count(p, rare) >= min(s.need, len(rare)) && count(p, words) >= s.need && weight(p) > s.share*total-0.001
		}
		for _, other := range practices {
			if hit(other) {
				return hit(p)
			}
		}
	}
	return false
}

// total counts by the definition.
func total(t *catalogue.Taxonomy, practices map[int64]*catalogue.Practice, q catalogue.Query) int {
	n := 0
	for _, p := range practices {
		if fulfils(t, p.Entry(), q) && has(practices, p, q.Text) {
			n++
		}
	}
	return n
}

// counts counts every value of every facet by the definition: the total by
// choosing it instead of the facet's present choices.
func counts(t *catalogue.Taxonomy, practices map[int64]*catalogue.Practice, q catalogue.Query) []FacetCount {
	var out []FacetCount
	for _, f := range catalogue.Facets {
		fc := FacetCount{Name: f.Name, Label: f.Label}
		var selected []string
		for _, s := range q.Filters[f.Name] {
			s, _ = t.ResolveSlug(f.Name, s)
			selected = append(selected, s)
		}
		for _, v := range t.Facet(f.Name).Values {
			n := total(t, practices, q.With(f.Name, v.Slug))
			// Effects and voices that the catalogue has stay in sight.
			stays := (f.Name == catalogue.FacetEffect || f.Name == catalogue.FacetVoice) &&
				total(t, practices, catalogue.Query{Filters: catalogue.Filters{f.Name: {v.Slug}}}) > 0
			if sel := slices.Contains(selected, v.Slug); n > 0 || sel || stays {
				fc.Values = append(fc.Values, ValueCount{v.Slug, v.Label, v.Parent, v.Depth, n, sel})
			}
		}
		out = append(out, fc)
	}
	return out
}

var testWords = []string{"banan", "cykel", "drage", "fjord", "gulvtæppe"}

// practices draws a catalogue.
func drawPractices(t *rapid.T, tax *catalogue.Taxonomy) map[int64]*catalogue.Practice {
	slugs := func(v catalogue.Vocabulary) []string {
		out := []string{"ukendt-vaerdi"}
		for _, x := range tax.Terms[v] {
			out = append(out, x.Slug)
		}
		return out
	}
	some := func(from []string, most int, label string) []catalogue.TermRef {
		return catalogue.Refs(rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, most, rapid.ID).Draw(t, label)...)
	}
	codes := func(o []string) *rapid.Generator[string] { return rapid.SampledFrom(append(o, "")) }
	org := rapid.Custom(func(t *rapid.T) catalogue.OrganisationRef {
		return catalogue.OrganisationRef{Slug: rapid.SampledFrom(tax.Organisations).Draw(t, "organisation").Slug}
	})
	practices := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) *catalogue.Practice {
		day := time.Unix(int64(rapid.IntRange(0, 3).Draw(r, "day"))*86400, 0)
		p := &catalogue.Practice{
			Kind:           rapid.SampledFrom([]catalogue.Kind{catalogue.KindExample, catalogue.KindLesson}).Draw(r, "kind"),
			Title:          strings.Join(rapid.SliceOfN(rapid.SampledFrom(testWords), 1, 4).Draw(r, "title"), " "),
			Organisation:   org.Draw(r, "lead"),
			Partners:       rapid.SliceOfN(org, 0, 1).Draw(r, "partners"),
			TargetGroups:   some(slugs(catalogue.TargetGroup), 2, "groups"),
			ContactForms:   some(slugs(catalogue.ContactForm), 2, "forms"),
			Perspectives:   some(slugs(catalogue.Perspective), 2, "perspectives"),
			Themes:         some(slugs(catalogue.Theme), 2, "themes"),
			Solutions:      some(slugs(catalogue.SolutionList), 2, "solutions"),
			Use:            catalogue.Use(codes(catalogue.Uses.Codes()).Draw(r, "use")),
			FirstPublished: &day,
		}
		for range rapid.IntRange(0, 3).Draw(r, "findings") {
			p.Findings = append(p.Findings, catalogue.Finding{
				TargetGroups: some(slugs(catalogue.TargetGroup), 2, "finding's groups"),
				ContactForms: some(slugs(catalogue.ContactForm), 1, "finding's forms"),
				Solutions:    some(slugs(catalogue.SolutionList), 1, "finding's solutions"),
				Effect:       catalogue.Effect(rapid.SampledFrom(catalogue.Effects.Codes()).Draw(r, "effect")),
				Voices:       voicesOf(catalogue.Voice(codes(catalogue.Voices.Codes()[:2]).Draw(r, "voice"))),
			})
		}
		if rapid.Bool().Draw(r, "retention") {
			p.Retention = []catalogue.Retention{{Status: catalogue.RetentionStatus(codes(catalogue.Retentions.Codes()[:2]).Draw(r, "status"))}}
		}
		return p
	}), 0, 12).Draw(t, "practices")
	return numbered(practices...)
}

// drawQuery draws filters over all facets, unknown and merged values too.
func drawQuery(t *rapid.T, tax *catalogue.Taxonomy) catalogue.Query {
	q := catalogue.Query{Filters: catalogue.Filters{}, Sort: catalogue.SortRelevance, Page: 1}
	for _, f := range catalogue.Facets {
		if rapid.IntRange(0, 2).Draw(t, "choose "+f.Name) > 0 {
			continue
		}
		values := []string{"findes-ikke"}
		for _, v := range tax.Facet(f.Name).Values {
			values = append(values, v.Slug)
		}
		if f.Vocabulary == catalogue.TargetGroup {
			values = append(values, "folk-uden-hjem")
		}
		chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, 3, rapid.ID).Draw(t, f.Name)
		slices.Sort(chosen)
		q.Filters[f.Name] = chosen
	}
	q.Together = len(q.Filters[catalogue.FacetTargetGroup]) > 1 && rapid.Bool().Draw(t, "together")
	q.Text = strings.Join(rapid.SliceOfN(rapid.SampledFrom(testWords), 0, 4).Draw(t, "text"), " ")
	return q
}

// TestCountsAreTotals holds totals and counts to the definition in domain.md,
// on random catalogues that one index follows.
func TestCountsAreTotals(t *testing.T) {
	src := newCatalog()
	x := openIndex(t, t.TempDir(), src)
	rapid.Check(t, func(r *rapid.T) {
		practices := drawPractices(r, src.taxonomy)
		src.withdraw(slices.Collect(maps.Keys(src.rows))...)
		src.put(practices)
		if err := x.CatchUp(t.Context()); err != nil {
			r.Fatal(err)
		}
		for range 5 {
			q := drawQuery(r, src.taxonomy)
			got, err := x.Search(t.Context(), q)
			if err != nil {
				r.Fatal(err)
			}
			if want := total(src.taxonomy, practices, q); got.Total != want || len(got.IDs) != want {
				r.Fatalf("%+v: total %d of ids %v, want %d", q, got.Total, got.IDs, want)
			}
			if n, err := x.Count(t.Context(), q); n != got.Total || err != nil {
				r.Fatalf("%+v: Count %d %v, Search %d", q, n, err, got.Total)
			}
			if d := cmp.Diff(counts(src.taxonomy, practices, q), got.Facets); d != "" {
				r.Fatalf("%+v: counts (-want +got):\n%s", q, d)
			}
			for _, id := range got.IDs {
				if p := practices[id]; !fulfils(src.taxonomy, p.Entry(), q) || !has(practices, p, q.Text) {
					r.Fatalf("%+v: practice %d is no hit", q, id)
				}
			}
			for _, id := range got.Near {
				if p := practices[id]; !fulfils(src.taxonomy, p.Entry(), q) || has(practices, p, q.Text) {
					r.Fatalf("%+v: practice %d is not near", q, id)
				}
			}
		}
	})
}

func count(t *testing.T, r Result, facet, slug string) int {
	t.Helper()
	for _, f := range r.Facets {
		for _, v := range f.Values {
			if f.Name == facet && v.Slug == slug {
				return v.Count
			}
		}
	}
	return 0
}

func voicesOf(v catalogue.Voice) catalogue.VoiceList {
	if v == "" {
		return nil
	}
	return catalogue.VoiceList{v}
}

// TestOneFinding is the case that the model was made for: good for the staff
// and bad for people with anxiety is not "angst, god effekt".
func TestOneFinding(t *testing.T) {
	finding := func(group string, effect catalogue.Effect, voice catalogue.Voice) catalogue.Finding {
		return catalogue.Finding{TargetGroups: catalogue.Refs(group), Effect: effect, Voices: voicesOf(voice), Text: "x"}
	}
	p := practice("Lukkede dagcentre", groups("angst", "udsatte"))
	p.Findings = []catalogue.Finding{finding("angst", catalogue.EffectNegative, "citizen"), finding("udsatte", catalogue.EffectPositive, "leader")}
	x := indexOf(t, p)
	for _, c := range []struct {
		filters catalogue.Filters
		want    int
	}{
		{catalogue.Filters{"maalgruppe": {"angst"}}, 1},
		{catalogue.Filters{"maalgruppe": {"angst"}, "effekt": {"god"}}, 0},
		{catalogue.Filters{"maalgruppe": {"angst"}, "effekt": {"daarlig"}}, 1},
		{catalogue.Filters{"maalgruppe": {"psykisk"}, "stemme": {"leder"}}, 0},
		{catalogue.Filters{"maalgruppe": {"psykisk", "udsatte"}, "stemme": {"leder"}}, 1},
	} {
		r := search(t, x, catalogue.Query{Filters: c.filters})
		if r.Total != c.want {
			t.Errorf("%v: %d, want %d", c.filters, r.Total, c.want)
		}
	}
	r := search(t, x, catalogue.Query{Filters: catalogue.Filters{"maalgruppe": {"angst"}}})
	if good, bad := count(t, r, "effekt", "god"), count(t, r, "effekt", "daarlig"); good != 0 || bad != 1 {
		t.Errorf("beside angst: god %d, daarlig %d", good, bad)
	}
}

func TestUnknownValues(t *testing.T) {
	x := indexOf(t, practice("En", groups("angst")), practice("To", groups("hjemloese")))
	r := search(t, x, catalogue.Query{Filters: catalogue.Filters{"maalgruppe": {"angst", "vrøvl"}}})
	if d := cmp.Diff([]UnknownValue{{"maalgruppe", "vrøvl"}}, r.Unknown); d != "" || r.Total != 1 {
		t.Errorf("total %d, unknown %s", r.Total, d)
	}
	if r = search(t, x, catalogue.Query{Filters: catalogue.Filters{"maalgruppe": {"vrøvl"}}}); r.Total != 0 {
		t.Errorf("only unknown: %d", r.Total)
	}
	if n := count(t, r, "maalgruppe", "angst"); n != 1 {
		t.Errorf("instead of the unknown value: %d", n)
	}
	// A merged value is its successor.
	r = search(t, x, catalogue.Query{Filters: catalogue.Filters{"maalgruppe": {"folk-uden-hjem"}}})
	if r.Total != 1 || len(r.Unknown) != 0 {
		t.Errorf("merged: total %d, unknown %v", r.Total, r.Unknown)
	}
}

func TestSynthesisedParents(t *testing.T) {
	by := func(slug string) func(*catalogue.Practice) {
		return func(p *catalogue.Practice) { p.Organisation.Slug = slug }
	}
	x := indexOf(t, practice("A", by("aarhus")), practice("B", by("viborg")), practice("C", by("region-midtjylland")),
		practice("D", by("specialomraade-hjerneskade")), practice("E", by("aalborg")))
	for slug, want := range map[string]int{"kommuner-i-region-midtjylland": 2, "region-midtjylland": 2, "kommuner-i-region-nordjylland": 1} {
		if r := search(t, x, catalogue.Query{Filters: catalogue.Filters{"aktoer": {slug}}}); r.Total != want || count(t, r, "aktoer", slug) != want {
			t.Errorf("%s: total %d, count %d, want %d", slug, r.Total, count(t, r, "aktoer", slug), want)
		}
	}
}

func TestOrdersAndPages(t *testing.T) {
	var all []*catalogue.Practice
	for i := range 45 {
		all = append(all, practice(fmt.Sprintf("Eksempel %02d", 44-i), published("2021-01-01")))
	}
	x := indexOf(t, all...)
	r := search(t, x, catalogue.Query{Page: 99})
	if r.Page != 3 || r.Pages != 3 || len(r.IDs) != 5 || r.Total != 45 {
		t.Errorf("page %d of %d with %d of %d", r.Page, r.Pages, len(r.IDs), r.Total)
	}
	wantIDs(t, "last page, same day: by title", r.IDs, 5, 4, 3, 2, 1)

	x = indexOf(t,
		practice("Ål", published("2021-01-01")),
		practice("Aalborg", published("2021-01-03")),
		practice("Zebra", published("2021-01-02")),
		practice("Æble", published("2021-01-02"), func(p *catalogue.Practice) { p.Sources = []catalogue.Source{{Date: "2020-05"}} }),
		practice("abe", published("2021-01-01")))
	wantIDs(t, "newest", search(t, x, catalogue.Query{Sort: catalogue.SortNewest}).IDs, 2, 4, 3, 5, 1)
	wantIDs(t, "by name", search(t, x, catalogue.Query{Sort: catalogue.SortName}).IDs, 5, 3, 4, 1, 2)
	if r := search(t, indexOf(t), catalogue.Query{}); r.Page != 1 || r.Pages != 1 || r.Total != 0 {
		t.Errorf("empty catalogue: %+v", r)
	}
}
