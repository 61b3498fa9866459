package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
)

// Two examples of one deed: what each knows is there afterwards, once.
func TestMerged(t *testing.T) {
	finding := func(key, text string, source int) catalogue.Finding {
		return catalogue.Finding{Key: key, TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive, Text: text, Source: source}
	}
	note, report, article := catalogue.Source{Kind: "note", Document: "Et notat"}, catalogue.Source{Kind: "report", Document: "En rapport"}, catalogue.Source{Kind: "news", Document: "En artikel"}
	into := &catalogue.Practice{Slug: "et-bed", Title: "Et bed", Organisation: catalogue.OrganisationRef{Slug: "viborg"}, Answers: catalogue.Answers{Done: "De såede."},
		Findings: []catalogue.Finding{finding("e1", "Ro", 0), finding("e2", "Glæde", 2)}, Sources: []catalogue.Source{note, report}, Themes: catalogue.Refs("uderum"), Retention: []catalogue.Retention{{Status: "retained", AsOf: "2021"}}}
	p := &catalogue.Practice{Slug: "en-have", Title: "En have", Organisation: catalogue.OrganisationRef{Slug: "kfum"}, Partners: []catalogue.OrganisationRef{{Slug: "viborg"}, {Slug: "trygfonden"}}, Summary: "En have til alle",
		Answers: catalogue.Answers{Done: "De gravede."}, Findings: []catalogue.Finding{finding("e1", "Uro", 1), finding("e7", "Glæde", 2), finding("e3", "Travlt", 0)}, Sources: []catalogue.Source{article, report},
		Themes: catalogue.Refs("uderum", "frivillige"), Retention: []catalogue.Retention{{Status: "retained", AsOf: "2021"}, {Status: "ended", AsOf: "2022"}}}
	wasP, wasInto := p.Clone(), into.Clone()
	m := Merged(p, into)
	want := into.Clone()
	want.Summary, want.Partners = "En have til alle", []catalogue.OrganisationRef{{Slug: "kfum"}, {Slug: "trygfonden"}}
	want.Themes = catalogue.Refs("uderum", "frivillige")
	want.Retention = append(want.Retention, catalogue.Retention{Status: "ended", AsOf: "2022"})
	want.Sources = []catalogue.Source{note, report, article}
	want.Findings = append(want.Findings, finding("e4", "Uro", 3), finding("e3", "Travlt", 3)) // e7 is said already; e3 keeps its key
	if diff := cmp.Diff(want, m.Record); diff != "" {
		t.Errorf("%s", diff)
	}
	var left []string
	for _, d := range m.Left {
		left = append(left, d.Path+": "+d.Before)
	}
	if !slices.Equal(left, []string{"title: En have", "answers.done: De gravede."}) || !slices.Equal(m.Findings, []int{2, 3}) || !slices.Equal(m.Sources, []int{2}) {
		t.Errorf("left %v, findings %v, sources %v", left, m.Findings, m.Sources)
	}
	if !cmp.Equal(wasP, *p) || !cmp.Equal(wasInto, *into) {
		t.Error("it changed what it was given")
	}
	// Of different solutions, each finding stays with its own.
	p.Solutions, into.Solutions = catalogue.Refs("have"), catalogue.Refs("gaature")
	m = Merged(p, into)
	if s := m.Record.Findings; len(m.Record.Solutions) != 2 || s[0].Solutions[0].Slug != "gaature" || s[3].Solutions[0].Slug != "have" {
		t.Errorf("%+v", m.Record)
	}
	// A practice without a source is not taken for the other's.
	into.Sources = nil
	into.Findings = into.Findings[:1]
	if m = Merged(p, into); m.Record.Sources[0].Document == "En artikel" || m.Record.Findings[1].Source != 2 {
		t.Errorf("%+v", m.Record.Sources)
	}
}

// Whatever two examples say: no key twice, every finding of either is there with the
// source that it had, and every row of either is there.
func TestMergedKeepsAll(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := func() *catalogue.Practice {
		p := &catalogue.Practice{Slug: fmt.Sprint("p", r.IntN(1e9)), Title: "En have", Organisation: catalogue.OrganisationRef{Slug: "viborg", Name: "Viborg"}}
		for range r.IntN(4) {
			p.Sources = append(p.Sources, catalogue.Source{Kind: "note", Document: fmt.Sprint("Kilde ", r.IntN(4))})
		}
		for range r.IntN(5) {
			f := catalogue.Finding{Text: fmt.Sprint("Erfaring ", r.IntN(4)), TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive}
			if len(p.Sources) > 0 {
				f.Source = r.IntN(len(p.Sources) + 1)
			}
			p.Findings = append(p.Findings, f)
		}
		for range r.IntN(3) {
			p.Advice = append(p.Advice, catalogue.Advice{Text: fmt.Sprint("Råd ", r.IntN(3))})
			p.Links = append(p.Links, catalogue.Link{URL: fmt.Sprint("https://eksempel.dk/", r.IntN(3))})
			p.LegalBasis = append(p.LegalBasis, fmt.Sprint("§ ", r.IntN(3)))
		}
		Check(p, decideTaxonomy())
		return p
	}
	source := func(p *catalogue.Practice, f catalogue.Finding) string {
		if len(p.Sources) == 0 {
			return ""
		}
		return p.Sources[max(f.Source, 1)-1].Document
	}
	for range 2000 {
		p, into := some(), some()
		m := Merged(p, into)
		keys := map[string]bool{}
		for _, f := range m.Record.Findings {
			if keys[f.Key] {
				t.Fatalf("key %s twice in %+v", f.Key, m.Record.Findings)
			}
			keys[f.Key] = true
		}
		for _, x := range []*catalogue.Practice{p, into} {
			for _, f := range x.Findings {
				if !slices.ContainsFunc(m.Record.Findings, func(g catalogue.Finding) bool {
					was := source(x, f)
					return g.Text == f.Text && (was == "" || source(&m.Record, g) == was)
				}) {
					t.Fatalf("%q of %q is lost:\n%+v", f.Text, source(x, f), m.Record)
				}
			}
			for _, list := range []string{"sources", "advice", "links", "legal_basis"} {
				for i := range catalogue.ListAt(list).Len(x) {
					if rowLike(catalogue.ListAt(list), &m.Record, x, i) < 0 {
						t.Fatalf("row %d of %s is lost", i+1, list)
					}
				}
			}
		}
		if n := len(into.Findings); n > 0 && !cmp.Equal(into.Findings, m.Record.Findings[:n], cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Source" }, cmp.Ignore())) {
			t.Fatal("the findings of the one that stays have moved")
		}
	}
}

// A list of the record that merging would drop is one that nobody thought of.
func TestMergedKnowsEveryList(t *testing.T) {
	for _, f := range catalogue.Fields {
		if f.Kind != catalogue.FieldRows || f.Meta != catalogue.MetaNone { // the catalogue says it anew
			continue
		}
		var p, into catalogue.Practice
		f.AddRow(&p)
		for _, v := range f.Row(&p, 0) {
			switch {
			case v.Text() != nil:
				*v.Text() = "noget"
			case v.Organisation() != nil:
				v.Organisation().Slug = "noget"
			}
		}
		if m := Merged(&p, &into); f.Len(&m.Record) == 0 {
			t.Errorf("%s is lost", f.Path)
		}
	}
}
