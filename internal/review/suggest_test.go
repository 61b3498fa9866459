package review

import (
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

func suggestTaxonomy() *catalogue.Taxonomy {
	return catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{
		catalogue.TargetGroup: {{Slug: "sindslidelse", Label: "Mennesker med sindslidelse", Synonyms: []string{"psykisk syge"}}, {Slug: "angst", Label: "Angst", Parent: "sindslidelse", Synonyms: []string{"nervøse", "panik"}}, {Slug: "depression", Label: "Depression", Parent: "sindslidelse"},
			{Slug: "ikke-oplyst", Label: "Ikke oplyst"}},
		catalogue.ContactForm: {{Slug: "walk-and-talk", Label: "Walk and talk", Synonyms: []string{"gåtur", "gå en tur"}}, {Slug: "telefon", Label: "Telefon", Synonyms: []string{"opkald"}}},
	}, nil, catalogue.SynonymRule{Same: []string{"bostøtte", "hjemmevejleder"}}, catalogue.SynonymRule{Search: []string{"hygge"}, Means: []string{"samvær"}})
}

func TestSuggest(t *testing.T) {
	w := NewWords(suggestTaxonomy())
	p := catalogue.Practice{Title: "Gåture med borgere", Summary: "Borgere med angst og panik fik opkald. Gåturen hjalp.", TargetGroups: catalogue.Refs("depression")}
	p.Findings = []catalogue.Finding{{Text: "De psykisk syge gik en tur. Det er ikke oplyst."}}
	got := map[string]string{}
	for _, x := range w.Suggest(&p) {
		got[x.Field+" "+x.Slug] = strings.Join(x.Words, "|")
	}
	want := map[string]string{"target_groups angst": "angst|panik", "contact_forms walk-and-talk": "Gåture|Gåturen|gik en tur", "contact_forms telefon": "opkald"}
	for key, words := range want {
		if got[key] != words {
			t.Errorf("%s: by %q, not %q", key, got[key], words)
		}
		delete(got, key)
	}
	if len(got) > 0 { // the group above has a child on the record already
		t.Errorf("suggested too: %v", got)
	}
	p.TargetGroups = catalogue.Refs("sindslidelse")
	for _, x := range w.Suggest(&p) {
		if x.Field == "target_groups" {
			t.Errorf("%s is below one that the record has", x.Slug)
		}
	}
}

func TestSearchWords(t *testing.T) {
	w := NewWords(suggestTaxonomy())
	p := catalogue.Practice{Title: "Bostøtten ringede", Summary: "Der var samvær, og de nervøse var med.", TargetGroups: []catalogue.TermRef{{Slug: "angst", Label: "Angst"}}}
	if got := w.SearchWords(&p); !slices.Equal(got, []string{"hjemmevejleder", "hygge", "panik"}) {
		t.Errorf("%q", got)
	}
	p.SearchWords = []string{"hjemmevejledere"}
	if got := w.SearchWords(&p); !slices.Equal(got, []string{"hygge", "panik"}) {
		t.Errorf("%q", got)
	}
	p.SearchWords = slices.Repeat([]string{"x"}, maxSearchWords-1)
	if got := w.SearchWords(&p); len(got) != 1 {
		t.Errorf("%d words more", len(got))
	}
}
