package search

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// taught is a finding with its practice.
type taught struct {
	catalogue.Finding
	ref catalogue.FindingRef
}

// sumUp is an overview as domain.md words it, over practices in the order of
// the list, by the findings that keep lets through and for the groups that
// group does.
func sumUp(t *catalogue.Taxonomy, ids []int64, all map[int64]*catalogue.Practice, keep func(catalogue.Finding) bool, group func(slug string) bool) catalogue.Overview {
	o := catalogue.Overview{Practices: len(ids), Retention: map[catalogue.RetentionStatus]int{}}
	add := func(to *[]catalogue.OrganisationRef, org catalogue.OrganisationRef) {
		if !slices.Contains(*to, org) {
			*to = append(*to, org)
		}
	}
	count := func(to *[]catalogue.CountedTerm, refs []catalogue.TermRef) {
		for _, r := range refs {
			i := slices.IndexFunc(*to, func(x catalogue.CountedTerm) bool { return x.TermRef == r })
			if i < 0 {
				i = len(*to)
				*to = append(*to, catalogue.CountedTerm{TermRef: r})
			}
			(*to)[i].Count++
		}
	}
	var findings []taught
	for _, id := range ids {
		p := all[id]
		if !slices.ContainsFunc(o.Actors, func(a catalogue.CountedActor) bool { return a.OrganisationRef == p.Organisation }) {
			n := 0
			for _, id := range ids {
				if carries(t, catalogue.FacetActor, all[id].FacetValues().Practice[catalogue.FacetActor], []string{p.Organisation.Slug}, false) {
					n++
				}
			}
			o.Actors = append(o.Actors, catalogue.CountedActor{OrganisationRef: p.Organisation, Count: n})
		}
		statuses := map[catalogue.RetentionStatus]bool{}
		for _, r := range p.CurrentRetention() {
			statuses[r.Status] = true
		}
		if len(statuses) == 0 {
			statuses[""] = true
		}
		for status := range statuses {
			o.Retention[status]++
		}
		if statuses["retained"] {
			add(&o.Kept, p.Organisation)
		}
		count(&o.Preconditions, p.Preconditions)
		count(&o.Solutions, p.Solutions)
		for i, f := range p.Findings {
			if keep(f) {
				findings = append(findings, taught{f, catalogue.FindingRef{Practice: id, Number: i}})
				if f.Effect != "" {
					add(&o.WithFindings, p.Organisation)
				}
			}
		}
	}
	tally := func(list []taught, e catalogue.Effect, most int) catalogue.FindingTally {
		t := catalogue.FindingTally{Effect: e}
		voices := map[catalogue.Voice]bool{}
		for _, f := range list {
			if f.Effect == e {
				t.Count++
				for _, v := range f.Speakers() {
					voices[v] = true
				}
				if len(t.First) < most {
					t.First = append(t.First, f.ref)
				}
				if most == catalogue.OverviewFindings {
					add(&t.Actors, all[f.ref.Practice].Organisation)
				}
			}
		}
		for _, v := range catalogue.Voices {
			if voices[v.Code] {
				t.Voices = append(t.Voices, v.Code)
			}
		}
		if voices[""] {
			t.Voices = append(t.Voices, "")
		}
		return t
	}
	tallies := func(list []taught, most int) (out []catalogue.FindingTally) {
		for _, e := range catalogue.Effects {
			out = append(out, tally(list, e.Code, most))
		}
		return out
	}
	o.Findings = tallies(findings, catalogue.OverviewFindings)
	for _, voice := range append(catalogue.Voices.Codes(), "") {
		v := catalogue.VoiceTally{Voice: catalogue.Voice(voice)}
		for i, e := range catalogue.Effects {
			for _, f := range findings {
				if f.Effect == e.Code && slices.Contains(f.Speakers(), v.Voice) {
					v.Counts[i]++
				}
			}
		}
		if v.Counts != [4]int{} {
			o.Voices = append(o.Voices, v)
		}
	}
	byGroup := map[catalogue.TermRef][]taught{}
	var order []catalogue.TermRef
	for _, e := range catalogue.Effects {
		for _, f := range findings {
			if f.Effect != e.Code {
				continue
			}
			var groups []catalogue.TermRef // and those above them, each once
			for _, g := range f.TargetGroups {
				for _, slug := range append([]string{g.Slug}, t.Facet(catalogue.FacetTargetGroup).Ancestors(g.Slug)...) {
					ref := catalogue.TermRef{Slug: slug, Label: t.Term(catalogue.TargetGroup, slug).Label}
					if group(slug) && !slices.Contains(groups, ref) {
						groups = append(groups, ref)
					}
				}
			}
			for _, g := range groups {
				if byGroup[g] == nil {
					order = append(order, g)
				}
				byGroup[g] = append(byGroup[g], f)
			}
		}
	}
	for _, g := range order {
		list := tallies(byGroup[g], catalogue.OverviewSides)
		o.Groups = append(o.Groups, catalogue.GroupOverview{TargetGroup: g, Findings: list})
	}
	slices.SortStableFunc(o.Groups, func(a, b catalogue.GroupOverview) int {
		return len(byGroup[b.TargetGroup]) - len(byGroup[a.TargetGroup])
	})
	return o
}

// below are values and what is below them.
func below(tree *catalogue.FacetTree, slugs ...string) []string {
	out := slices.Clone(slugs)
	for _, v := range tree.Values {
		if slices.ContainsFunc(tree.Ancestors(v.Slug), func(a string) bool { return slices.Contains(slugs, a) }) {
			out = append(out, v.Slug)
		}
	}
	return out
}

// scopes are those of all landing pages, with what they mean for a finding.
func scopes(t *catalogue.Taxonomy, ask func(name string, filters catalogue.Filters, keep func(catalogue.Finding) bool, group func(string) bool)) {
	has := func(refs []catalogue.TermRef, slugs ...string) bool {
		return slices.ContainsFunc(refs, func(r catalogue.TermRef) bool { return slices.Contains(slugs, r.Slug) })
	}
	for _, f := range []string{catalogue.FacetTargetGroup, catalogue.FacetContactForm, catalogue.FacetTheme, catalogue.FacetSolution, catalogue.FacetActor} {
		tree := t.Facet(f)
		for _, v := range tree.Values {
			keep, group := func(catalogue.Finding) bool { return true }, func(string) bool { return true }
			switch f {
			case catalogue.FacetTargetGroup:
				group = func(s string) bool { return s == v.Slug || slices.Contains(tree.Ancestors(s), v.Slug) }
				keep = func(x catalogue.Finding) bool {
					return slices.ContainsFunc(x.TargetGroups, func(r catalogue.TermRef) bool { return group(r.Slug) })
				}
			case catalogue.FacetContactForm:
				keep = func(x catalogue.Finding) bool { return has(x.ContactForms, below(tree, v.Slug)...) }
			case catalogue.FacetSolution:
				forms := t.Term(catalogue.SolutionList, v.Slug).ContactForms
				keep = func(x catalogue.Finding) bool {
					if len(x.Solutions) > 0 {
						return has(x.Solutions, v.Slug)
					}
					return len(forms) == 0 || len(x.ContactForms) == 0 || has(x.ContactForms, below(t.Facet(catalogue.FacetContactForm), forms...)...)
				}
			}
			ask(f+" "+v.Slug, catalogue.Filters{f: {v.Slug}}, keep, group)
		}
	}
}

// Of the seeds, and of so many practices that a page could not read them all,
// every landing page says what one gets by reading each practice.
func TestOverview(t *testing.T) {
	src, _ := seedCatalog(t)
	many := newCatalog()
	many.taxonomy = src.taxonomy
	practices := synthetic(1200, src.taxonomy)
	for id, p := range practices {
		n := len(src.taxonomy.Terms[catalogue.SolutionList])
		for _, k := range []int{1 + int(id)%(n-1), 0}[:1+id%2] { // half of them in the first solution
			x := src.taxonomy.Terms[catalogue.SolutionList][k]
			p.Solutions = append(p.Solutions, catalogue.TermRef{Slug: x.Slug, Label: x.Label})
		}
		x := src.taxonomy.Terms[catalogue.Precondition][int(id)%3]
		p.Preconditions = []catalogue.TermRef{{Slug: x.Slug, Label: x.Label}}
		if id%3 == 0 {
			p.Retention = []catalogue.Retention{{Status: "ended", AsOf: "2021"}, {Status: "retained", AsOf: "2022"}, {Status: "partly", AsOf: "2022"}}
		}
		for i, f := range p.Findings {
			if id%5 == 0 {
				p.Findings[i].Voices = nil
			}
			if id%7 == 0 {
				p.Findings[i].ContactForms = nil
			}
			if id%11 == 0 {
				p.Findings[i].Solutions = p.Solutions[:1]
			}
			slices.SortFunc(f.TargetGroups, func(a, b catalogue.TermRef) int { return len(a.Slug) - len(b.Slug) })
			p.Findings[i].TargetGroups = slices.Compact(f.TargetGroups)
		}
		p.TargetGroups = slices.CompactFunc(p.TargetGroups, func(a, b catalogue.TermRef) bool { return a == b })
		p.AddFindingTerms()
	}
	many.put(practices)
	for name, src := range map[string]*catalog{"seeds": src, "many": many} {
		t.Run(name, func(t *testing.T) {
			x := openIndex(t, t.TempDir(), src)
			all := map[int64]*catalogue.Practice{}
			for id, row := range src.rows {
				all[id] = row.Practice
			}
			largest, asked := 0, 0
			scopes(src.taxonomy, func(name string, filters catalogue.Filters, keep func(catalogue.Finding) bool, group func(string) bool) {
				var ids []int64
				for page := 1; ; page++ {
					r, err := x.Search(t.Context(), catalogue.Query{Filters: filters, Sort: catalogue.SortNewest, Page: page})
					if err != nil {
						t.Fatal(err)
					}
					ids = append(ids, r.IDs...)
					if page >= r.Pages {
						break
					}
				}
				got, err := x.Overview(filters)
				if err != nil {
					t.Fatal(err)
				}
				best, err := x.Search(t.Context(), catalogue.Query{Filters: filters, Sort: catalogue.SortEvidence, Page: 1})
				if err != nil || !slices.Equal(got.Examples, best.IDs[:min(examplesInOverview, len(best.IDs))]) {
					t.Errorf("%s: examples %v, want the first of %v", name, got.Examples, best.IDs)
				}
				want := sumUp(src.taxonomy, ids, all, keep, group)
				asked++
				largest = max(largest, len(ids))
				// Terms of the same number stand in alphabetical order, which is not
				// what is asked here.
				tied := cmpopts.SortSlices(func(a, b catalogue.CountedTerm) bool { return fmt.Sprint(a.Count, a) < fmt.Sprint(b.Count, b) })
				if d := cmp.Diff(want, got, tied, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(catalogue.Overview{}, "Version", "Contrasts", "Examples")); d != "" {
					t.Errorf("%s (-read one by one +summed up):\n%s", name, d)
				}
				for _, list := range [][]catalogue.CountedTerm{got.Preconditions, got.Solutions} {
					if !slices.IsSortedFunc(list, func(a, b catalogue.CountedTerm) int { return b.Count - a.Count }) {
						t.Errorf("%s: %v", name, list)
					}
				}
			})
			if asked < 200 || name == "many" && largest < 600 {
				t.Errorf("%d overviews, the largest of %d practices", asked, largest)
			}
		})
	}
}

// What was merged counts as its successor, once where a finding states both.
func TestOverviewFollowsSuccessors(t *testing.T) {
	x := indexOf(t, practice("En", groups("folk-uden-hjem"), func(p *catalogue.Practice) {
		p.Findings = []catalogue.Finding{{TargetGroups: catalogue.Refs("folk-uden-hjem", "hjemloese"), Effect: "positive"}, {TargetGroups: catalogue.Refs("hjemloese"), Effect: "negative"}}
	}))
	o, err := x.Overview(catalogue.Filters{catalogue.FacetTargetGroup: {"folk-uden-hjem"}})
	if err != nil || len(o.Groups) != 1 || o.Groups[0].TargetGroup != (catalogue.TermRef{Slug: "hjemloese", Label: "Hjemløse"}) ||
		o.Groups[0].Findings[0].Count != 1 {
		t.Errorf("%+v, %v", o, err)
	}
	for _, facet := range []string{catalogue.FacetTargetGroup, catalogue.FacetContactForm, catalogue.FacetSolution} {
		if o, err := x.Overview(catalogue.Filters{facet: {"findes-ikke"}}); err != nil || o.Practices != 0 || len(o.Groups) != 0 {
			t.Errorf("%s: %+v, %v", facet, o, err)
		}
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if _, err := x.Overview(nil); !errors.Is(err, catalogue.ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
}

func BenchmarkOverview(b *testing.B) {
	x, _ := big()
	for name, filters := range map[string]catalogue.Filters{
		"all":   nil,
		"theme": {catalogue.FacetTheme: {"online"}},
		"group": {catalogue.FacetTargetGroup: {"psykisk"}},
		"actor": {catalogue.FacetActor: {"aarhus"}},
	} {
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				o, err := x.Overview(filters)
				if err != nil {
					b.Fatal(err)
				}
				n = o.Practices
			}
			b.ReportMetric(float64(n), "practices")
		})
	}
}

// BenchmarkColumns is what the first overview of a catalogue version costs more.
func BenchmarkColumns(b *testing.B) {
	x, _ := big()
	s := x.acquire()
	defer s.release()
	b.ReportAllocs()
	for b.Loop() {
		newColumns(s.taxonomy, s.rows, s.facets)
	}
}
