package synth_test

import (
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/internal/synth"
	"praksis/seeds"

	"github.com/google/go-cmp/cmp"
)

func load(t *testing.T) seeds.Seeds {
	t.Helper()
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSameAgain(t *testing.T) {
	s := load(t)
	one, two := synth.New(1, s.Terms, s.Organisations), synth.New(1, s.Terms, s.Organisations)
	for i := 99; i >= 0; i-- { // in whatever order
		_ = two.Record(i)
	}
	for i := range 100 {
		if diff := cmp.Diff(one.Record(i), two.Record(i)); diff != "" {
			t.Fatalf("record %d: %s", i, diff)
		}
	}
	if cmp.Equal(one.Record(7), synth.New(2, s.Terms, s.Organisations).Record(7)) {
		t.Error("another seed gives the same record")
	}
}

func TestRecords(t *testing.T) {
	s := load(t)
	g, tax := synth.New(1, s.Terms, s.Organisations), s.Taxonomy()
	const n = 20_000
	filled := map[string]bool{}
	slugs, orgs, findings, used := map[string]bool{}, map[string]int{}, map[int]int{}, map[string]bool{}
	for i := range n {
		p := g.Record(i)
		if slugs[p.Slug] {
			t.Errorf("the slug %s is used twice", p.Slug)
		}
		slugs[p.Slug] = true
		if faults := review.Check(p, tax); len(faults) > 0 {
			t.Fatalf("record %d: %v", i, faults)
		}
		a := p.Answers
		words := strings.Fields(strings.Join([]string{p.Summary, a.Done, a.Worked, a.ForWhom, a.Spread, a.Retention, a.Other, a.Quality}, " "))
		for _, f := range p.Findings {
			words = append(words, strings.Fields(f.Text)...)
			used[string(f.Effect)], used["voice "+string(f.Speakers()[0])] = true, true
		}
		if len(words) < 60 || len(words) > 200 {
			t.Errorf("record %d has %d words", i, len(words))
		}
		for v := range p.Values() {
			filled[v.Field.Path] = filled[v.Field.Path] || !v.Empty()
		}
		orgs[p.Organisation.Slug]++
		findings[len(p.Findings)]++
		for v, refs := range map[catalogue.Vocabulary][]catalogue.TermRef{catalogue.TargetGroup: p.TargetGroups, catalogue.ContactForm: p.ContactForms,
			catalogue.Perspective: p.Perspectives, catalogue.Theme: p.Themes, catalogue.Precondition: p.Preconditions, catalogue.SolutionList: p.Solutions} {
			for _, r := range refs {
				used[string(v)+" "+r.Slug] = true
			}
		}
		for _, r := range p.Retention {
			used["retention "+string(r.Status)] = true
		}
		for _, x := range p.Periods {
			used["period "+string(x)] = true
		}
	}
	for _, f := range catalogue.Fields {
		for _, x := range append([]*catalogue.Field{f}, f.Fields...) {
			if x.Content && x.Path != "findings[].key" && !filled[x.Path] {
				t.Errorf("no record has %s", x.Path)
			}
		}
	}
	for v, terms := range s.Terms {
		for _, x := range terms {
			if x.Successor == "" && !used[string(v)+" "+x.Slug] {
				t.Errorf("no record has %s %s", v, x.Slug)
			}
		}
	}
	for _, x := range catalogue.Retentions {
		if !used["retention "+string(x.Code)] {
			t.Errorf("no record is %s", x.Code)
		}
	}
	if orgs["koebenhavn"] < 20*orgs["samsoe"] || orgs["koebenhavn"] > n/4 {
		t.Errorf("København has %d, Samsø %d of %d", orgs["koebenhavn"], orgs["samsoe"], n)
	}
	if len(findings) != 6 || findings[0] < findings[3] || findings[1] < findings[5] {
		t.Errorf("findings: %v", findings)
	}
}
