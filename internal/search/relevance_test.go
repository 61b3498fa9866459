package search

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/seeds"
)

//go:embed testdata/relevance.txt
var relevance string

// seedCatalog is the catalogue as the seeds fill it, and the ids by slug.
func seedCatalog(t testing.TB) (*catalog, map[string]int64) {
	t.Helper()
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	src := newCatalog()
	src.taxonomy = s.Taxonomy()
	all, ids := map[int64]*catalogue.Practice{}, map[string]int64{}
	for i := range s.Practices {
		p := &s.Practices[i]
		resolve(src.taxonomy, p)
		p.AddFindingTerms()
		id := int64(i + 1)
		all[id], ids[p.Slug] = p, id
	}
	src.put(all)
	return src, ids
}

// resolve gives references their slugs and labels, as the loader does.
func resolve(tax *catalogue.Taxonomy, p *catalogue.Practice) {
	terms := func(v catalogue.Vocabulary, refs []catalogue.TermRef) {
		for i, r := range refs {
			if x := tax.Term(v, r.Slug); x != nil {
				refs[i] = catalogue.TermRef{Slug: x.Slug, Label: x.Label}
			}
		}
	}
	terms(catalogue.TargetGroup, p.TargetGroups)
	terms(catalogue.TargetGroup, p.TransferTo)
	terms(catalogue.ContactForm, p.ContactForms)
	terms(catalogue.Perspective, p.Perspectives)
	terms(catalogue.Theme, p.Themes)
	terms(catalogue.Precondition, p.Preconditions)
	terms(catalogue.SolutionList, p.Solutions)
	for _, f := range p.Findings {
		terms(catalogue.TargetGroup, f.TargetGroups)
		terms(catalogue.ContactForm, f.ContactForms)
	}
	org := func(r *catalogue.OrganisationRef) {
		if o := tax.Organisation(r.Slug); o != nil {
			*r = o.Ref()
		}
	}
	org(&p.Organisation)
	for i := range p.Partners {
		org(&p.Partners[i])
	}
}

// TestRelevance asks the seeds the queries of testdata/relevance.txt.
func TestRelevance(t *testing.T) {
	src, ids := seedCatalog(t)
	slugs := map[int64]string{}
	for slug, id := range ids {
		slugs[id] = slug
	}
	x := openIndex(t, t.TempDir(), src)
	for n, line := range strings.Split(relevance, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		query, expected, ok := strings.Cut(line, " => ")
		if !ok {
			t.Errorf("line %d has no =>: %s", n+1, line)
			continue
		}
		r := find(t, x, query)
		var got []string
		for _, id := range slices.Concat(r.IDs, r.Near) {
			got = append(got, slugs[id])
		}
		rest := got
		for place := range strings.SplitSeq(expected, ", ") {
			want := strings.Split(place, " | ")
			for _, slug := range want {
				if ids[slug] == 0 {
					t.Errorf("line %d: no seed has the slug %q", n+1, slug)
				}
			}
			have := rest[:min(len(rest), len(want))]
			rest = rest[len(have):]
			if slices.Sort(want); !slices.Equal(want, slices.Sorted(slices.Values(have))) {
				t.Errorf("line %d: %s\n\twant %s\n\t got %s (of %d; weaker: %d)", n+1, query, expected, strings.Join(got[:min(len(got), 6)], ", "), r.Total, len(r.Near))
				break
			}
		}
	}
}

// TestCountIsTotal: what is counted beside an offer or a way out is what one finds
// there, though it is found in a shorter way.
func TestCountIsTotal(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for line := range strings.SplitSeq(relevance, "\n") {
		text, _, ok := strings.Cut(line, " => ")
		if !ok {
			continue
		}
		q := catalogue.Query{Text: text}
		n, err := x.Count(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if r := find(t, x, text); n != r.Total {
			t.Errorf("%s: %d are counted, %d found", text, n, r.Total)
		}
	}
}
