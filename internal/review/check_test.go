package review

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"

	"github.com/google/go-cmp/cmp"
)

func taxonomy() *catalogue.Taxonomy {
	return catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{
		catalogue.TargetGroup: {{Slug: "angst", Label: "Angst"}, {Slug: "nervoese", Label: "Nervøse", Successor: "angst"}, {Slug: "adhd", Label: "ADHD"}},
		catalogue.ContactForm: {{Slug: "telefon", Label: "Telefon"}},
	}, []catalogue.Organisation{{Slug: "aarhus", Code: "0751", Name: "Aarhus Kommune", ShortName: "Aarhus", Kind: catalogue.Municipality}})
}

// good is a practice without faults.
func good() *catalogue.Practice {
	return &catalogue.Practice{Title: "Aarhus gik en tur", Organisation: catalogue.OrganisationRef{Slug: "aarhus"},
		Sources:  []catalogue.Source{{Kind: "note", Document: "Notat"}},
		Findings: []catalogue.Finding{{TargetGroups: catalogue.Refs("angst"), Effect: catalogue.EffectPositive, Text: "Det hjalp.", Source: 1}}}
}

func TestCheckTidies(t *testing.T) {
	p := good()
	p.Title, p.Summary = "  Aarhus gik\n en  tur ", "\r\nKort.\r\n"
	p.Organisation = catalogue.OrganisationRef{Code: "0751"}
	p.Partners = []catalogue.OrganisationRef{{Slug: "Aarhus Kommune"}}
	p.TargetGroups = catalogue.Refs("Nervøse", "adhd")
	p.Findings[0].TargetGroups, p.Findings[0].ContactForms = catalogue.Refs("ANGST"), catalogue.Refs("Telefon")
	p.Findings[0].Effect, p.Findings[0].Voices = "God effekt", catalogue.VoiceList{"undersoegelse", "leder", "Leder"}
	p.Periods = []catalogue.Period{"reopening", "lockdown", "lockdown"}
	p.Links = []catalogue.Link{{URL: "https://example.dk/a/b"}}
	if faults := Check(p, taxonomy()); len(faults) > 0 {
		t.Fatal(faults)
	}
	angst, adhd, telefon := catalogue.TermRef{Slug: "angst", Label: "Angst"}, catalogue.TermRef{Slug: "adhd", Label: "ADHD"}, catalogue.TermRef{Slug: "telefon", Label: "Telefon"}
	want := &catalogue.Practice{Slug: "aarhus-gik-en-tur", Kind: "example", Title: "Aarhus gik en tur", Summary: "Kort.",
		Organisation: taxonomy().Organisation("aarhus").Ref(), Partners: []catalogue.OrganisationRef{},
		TargetGroups: []catalogue.TermRef{angst, adhd}, ContactForms: []catalogue.TermRef{telefon},
		Periods: []catalogue.Period{"lockdown", "reopening"}, Links: []catalogue.Link{{Label: "example.dk", URL: "https://example.dk/a/b"}},
		Sources: p.Sources, Findings: []catalogue.Finding{{Key: "e1", TargetGroups: []catalogue.TermRef{angst}, ContactForms: []catalogue.TermRef{telefon}, Effect: "positive", Voices: catalogue.VoiceList{"leader", "study"}, Text: "Det hjalp.", Source: 1}}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}

// An import's organisations are read as people write them, and a typing slip is
// answered with what may be meant.
func TestCheckReadsNames(t *testing.T) {
	p := good()
	p.Organisation = catalogue.OrganisationRef{Slug: "ÅRHUS KOM."}
	if faults := Check(p, taxonomy()); len(faults) > 0 || p.Organisation.Slug != "aarhus" {
		t.Errorf("%+v, %v", p.Organisation, faults)
	}
	p.Organisation = catalogue.OrganisationRef{Slug: "Aarhsu"}
	if faults := Check(p, taxonomy()); len(faults) != 1 || !strings.Contains(faults[0].Message, "Mener du Aarhus Kommune?") {
		t.Errorf("%v", faults)
	}
}

func TestCheckFinds(t *testing.T) {
	for field, spoil := range map[string]func(*catalogue.Practice){
		"title":                     func(p *catalogue.Practice) { p.Title = " " },
		"organisation":              func(p *catalogue.Practice) { p.Organisation = catalogue.OrganisationRef{Slug: "Atlantis"} },
		"slug":                      func(p *catalogue.Practice) { p.Slug = "Ikke en adresse" },
		"summary":                   func(p *catalogue.Practice) { p.Summary = strings.Repeat("å", 301) },
		"kind":                      func(p *catalogue.Practice) { p.Kind = "hest" },
		"target_groups":             func(p *catalogue.Practice) { p.TargetGroups = catalogue.Refs("enhjørninger") },
		"answers.done":              func(p *catalogue.Practice) { p.Answers.Done = "Borger 010190-1234 ringede." },
		"findings[1].effect":        func(p *catalogue.Practice) { p.Findings[0].Effect = "super" },
		"findings[1].voice":         func(p *catalogue.Practice) { p.Findings[0].Voices = catalogue.VoiceList{"naboen"} },
		"findings[1].text":          func(p *catalogue.Practice) { p.Findings[0].Text = "" },
		"findings[1].target_groups": func(p *catalogue.Practice) { p.Findings[0].TargetGroups = nil },
		"findings[1].source":        func(p *catalogue.Practice) { p.Findings[0].Source = 2 },
		"findings[2].key":           func(p *catalogue.Practice) { p.Findings[0].Key = "e1"; p.Findings = append(p.Findings, p.Findings[0]) },
		"retention[1].as_of":        func(p *catalogue.Practice) { p.Retention = []catalogue.Retention{{AsOf: "i går"}} },
		"periods[1]":                func(p *catalogue.Practice) { p.Periods = []catalogue.Period{"middelalderen"} },
		"sources[1].kind":           func(p *catalogue.Practice) { p.Sources[0].Kind = "" },
		"sources[1].document":       func(p *catalogue.Practice) { p.Sources[0].Document = "" },
		"sources[1].url":            func(p *catalogue.Practice) { p.Sources[0].URL = "ftp://x" },
		"links[1].url":              func(p *catalogue.Practice) { p.Links = []catalogue.Link{{URL: "javascript:alert(1)"}} },
		"links": func(p *catalogue.Practice) {
			p.Links = slices.Repeat([]catalogue.Link{{URL: "https://x.dk"}}, catalogue.MaxRows+1)
		},
	} {
		p := good()
		spoil(p)
		faults := Check(p, taxonomy())
		if len(faults) != 1 || faults[0].Field != field || !regexp.MustCompile(`^[A-ZÆØÅ»].*\.$`).MatchString(faults[0].Message) {
			t.Errorf("%s: %v", field, faults)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("Titel", "010190-1234", "https://x")
	tax := taxonomy()
	f.Fuzz(func(t *testing.T, title, text, url string) {
		p := good()
		p.Title, p.Answers.Done, p.Links = title, text, []catalogue.Link{{URL: url}}
		faults := Check(p, tax)
		if len(faults) > 0 {
			return
		}
		if p.Title == "" || FindCPR(p.Answers.Done) != nil || len(p.Slug) > catalogue.MaxSlug || !slugForm.MatchString(p.Slug) {
			t.Errorf("%q %q passed", title, text)
		}
		before := *p
		if again := Check(p, tax); len(again) > 0 || cmp.Diff(before, *p) != "" {
			t.Errorf("a second check says %v", again)
		}
	})
}

// A finding whose neighbour has gone keeps its key, and a new one gets a key that
// nobody has.
func TestKeysOfNewFindings(t *testing.T) {
	p := good()
	f := p.Findings[0]
	p.Findings = nil
	for _, key := range []string{"e1", "e3", ""} {
		f.Key = key
		p.Findings = append(p.Findings, f)
	}
	if faults := Check(p, taxonomy()); len(faults) > 0 {
		t.Fatal(faults)
	}
	if got := []string{p.Findings[0].Key, p.Findings[1].Key, p.Findings[2].Key}; !slices.Equal(got, []string{"e1", "e3", "e4"}) {
		t.Errorf("keys %v", got)
	}
}

// What somebody sends stays as it was said: no group is added to the whole, and
// no genre to a source that has a name.
func TestSubmissionClaimsNothing(t *testing.T) {
	s := short()
	s.Practice.TargetGroups = nil
	s.Practice.Sources = []catalogue.Source{{Document: "Evaluering"}, {URL: "kl.dk/nyhed/x"}}
	if faults := CheckSubmission(s, &Contact{Email: "a@kl.dk"}, taxonomy()); len(faults) > 0 {
		t.Fatal(faults)
	}
	if p := s.Practice; len(p.TargetGroups) != 0 || p.Sources[0].Kind != "" || p.Sources[1].Kind != "news" || p.Sources[1].Document != "kl.dk" {
		t.Errorf("%+v", p)
	}
	draft := Draft(s)
	if faults := Check(&draft, taxonomy()); len(faults) != 1 || faults[0].Field != "sources[1].kind" || len(draft.TargetGroups) != 1 {
		t.Errorf("%v, %v", faults, draft.TargetGroups)
	}
}

// Ten bare digits that were declared are none that must go; a sure number is.
func TestCheckDeclared(t *testing.T) {
	for text, want := range map[string][2]int{"Det hjalp.": {0, 0}, "P-nummer 1003101234.": {1, 0}, "Født 100310-1234.": {1, 1}} {
		for i, declared := range []bool{false, true} {
			p := good()
			p.Answers.Done = text
			if faults := CheckDeclared(p, taxonomy(), declared); len(faults) != want[i] {
				t.Errorf("%q, declared %v: %v", text, declared, faults)
			}
		}
	}
}
