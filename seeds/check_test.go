package seeds

import (
	"slices"
	"testing"

	"praksis/internal/catalogue"
)

// What is asked of a finding beyond what any record must have.
func TestFindingFaults(t *testing.T) {
	asked := []catalogue.Source{{Asked: catalogue.AskedYes}, {Asked: catalogue.AskedNo}, {}}
	for name, c := range map[string]struct {
		f         catalogue.Finding
		solutions []catalogue.TermRef
		want      int
	}{
		"one solution":               {catalogue.Finding{Effect: "positive", Text: "Det gik godt."}, catalogue.Refs("a"), 0},
		"which of two":               {catalogue.Finding{Effect: "positive", Text: "Det gik godt."}, catalogue.Refs("a", "b"), 1},
		"by its contact form":        {catalogue.Finding{Effect: "positive", Text: "Det gik godt.", ContactForms: catalogue.Refs("video")}, catalogue.Refs("a", "b"), 0},
		"named":                      {catalogue.Finding{Effect: "positive", Text: "Det gik godt.", Solutions: catalogue.Refs("a")}, catalogue.Refs("a", "b"), 0},
		"one that the record is not": {catalogue.Finding{Effect: "positive", Text: "Det gik godt.", Solutions: catalogue.Refs("c")}, catalogue.Refs("a", "b"), 1},
		"citizens asked":             {catalogue.Finding{Effect: "positive", Voices: catalogue.VoiceList{"citizen"}, Source: 1}, nil, 0},
		"citizens not asked":         {catalogue.Finding{Effect: "positive", Voices: catalogue.VoiceList{"citizen"}, Source: 2}, nil, 1},
		"nobody says":                {catalogue.Finding{Effect: "positive", Voices: catalogue.VoiceList{"leader", "citizen"}, Source: 3}, nil, 1},
		"citizens quoted":            {catalogue.Finding{Effect: "positive", Voices: catalogue.VoiceList{"citizen"}, Source: 2, Quoted: true}, nil, 0},
		"a need":                     {catalogue.Finding{Effect: "negative", Text: "Mange borgere har brug for hjemmebesøg."}, nil, 1},
		"a need in a lesson":         {catalogue.Finding{Text: "Mange borgere har brug for hjemmebesøg."}, nil, 0},
		"an effect on those in need": {catalogue.Finding{Effect: "negative", Text: "Det slog ikke til for dem, der har brug for hjemmebesøg."}, nil, 0},
	} {
		if got := findingFaults(&catalogue.Practice{Sources: asked, Solutions: c.solutions}, &c.f); len(got) != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCodingFaults(t *testing.T) {
	for name, c := range map[string]struct {
		groups, forms []catalogue.TermRef
		want          int
	}{
		"both who work there":      {catalogue.Refs("medarbejdere", "ledere"), catalogue.Refs("video"), 0},
		"headings":                 {catalogue.Refs("medarbejdere-og-ledere", "borgere-i-tilbud"), nil, 2},
		"a hotline":                {catalogue.Refs("unge"), catalogue.Refs("hotline"), 1},
		"a hotline with telephone": {catalogue.Refs("unge"), catalogue.Refs("telefon", "hotline"), 0},
	} {
		if got := codingFaults("", c.groups, c.forms); len(got) != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestDoubledWords(t *testing.T) {
	if got := doubled("Et mødemøde med mormor om dada og møde-møde, telefontelefon."); !slices.Equal(got, []string{"mødemøde", "telefontelefon"}) {
		t.Errorf("%v", got)
	}
}

// What is no practice passes the gate too.
func TestTaxonomyIsAsTextComesIn(t *testing.T) {
	s := Seeds{Organisations: []catalogue.Organisation{{Slug: "aarhus", Name: "A\u030arhus Kommune"}}, Synonyms: []catalogue.SynonymRule{{Same: []string{"bo\u00adstøtte", "støtte"}}},
		Terms: map[catalogue.Vocabulary][]catalogue.Term{catalogue.Theme: {{Slug: "a", Label: "\ufb01re"}}}}
	if r := s.Check(nil); len(r.Faults) != 3 {
		t.Errorf("%q", r.Faults)
	}
}
