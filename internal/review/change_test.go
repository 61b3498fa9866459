package review

import (
	"testing"

	"praksis/internal/catalogue"
)

func TestChangeKind(t *testing.T) {
	base := func() catalogue.Practice {
		return catalogue.Practice{
			Title: "Tønder går ture i naturen med sårbare unge", Summary: "Unge gik ture to og to, og det gav ro.",
			Organisation: catalogue.OrganisationRef{Slug: "toender"}, TargetGroups: catalogue.Refs("unge"), Provider: "Værestedet",
			Answers:   catalogue.Answers{Done: "De mødtes udenfor hver dag og gik en tur på tredive minutter."},
			Findings:  []catalogue.Finding{{Key: "e1", TargetGroups: catalogue.Refs("unge"), Effect: catalogue.EffectPositive, Voices: catalogue.VoiceList{"employee"}, Text: "De unge blev roligere af at gå tur."}},
			Retention: []catalogue.Retention{{Status: "considered", AsOf: "2020", Note: "Det bliver drøftet i foråret."}},
			Sources:   []catalogue.Source{{Kind: "report", Document: "Notat", URL: "https://a.example"}},
			Links:     []catalogue.Link{{Label: "Mere", URL: "https://b.example"}}, Contact: "post@toender.example",
			SearchWords: []string{"gåtur"}, LegalBasis: []string{"serviceloven § 85"},
		}
	}
	for name, x := range map[string]struct {
		change func(*catalogue.Practice)
		want   Change
	}{
		"nothing": {func(*catalogue.Practice) {}, ChangeNone},
		"a misspelled word": {func(p *catalogue.Practice) {
			p.Answers.Done = "De mødtes udendørs hver dag og gik en tur på tredive minutter."
		}, ChangeCorrection},
		"punctuation":             {func(p *catalogue.Practice) { p.Summary = "Unge gik ture, to og to; og det gav ro." }, ChangeCorrection},
		"capital letters":         {func(p *catalogue.Practice) { p.Provider = "VÆRESTEDET" }, ChangeCorrection},
		"a key":                   {func(p *catalogue.Practice) { p.Findings[0].Key = "" }, ChangeNone},
		"a contact":               {func(p *catalogue.Practice) { p.Contact = "ny@toender.example" }, ChangeCorrection},
		"a link":                  {func(p *catalogue.Practice) { p.Links[0].URL = "https://c.example" }, ChangeCorrection},
		"the address of a source": {func(p *catalogue.Practice) { p.Sources[0].URL = "https://c.example" }, ChangeCorrection},
		"a search word":           {func(p *catalogue.Practice) { p.SearchWords = append(p.SearchWords, "tur") }, ChangeCorrection},
		"no search words":         {func(p *catalogue.Practice) { p.SearchWords = nil }, ChangeCorrection},
		"an effect":               {func(p *catalogue.Practice) { p.Findings[0].Effect = catalogue.EffectMixed }, ChangeContent},
		"a voice":                 {func(p *catalogue.Practice) { p.Findings[0].Voices = append(p.Findings[0].Voices, "leader") }, ChangeContent},
		"a finding's group":       {func(p *catalogue.Practice) { p.Findings[0].TargetGroups = catalogue.Refs("angst") }, ChangeContent},
		"a group":                 {func(p *catalogue.Practice) { p.TargetGroups = catalogue.Refs("unge", "angst") }, ChangeContent},
		"retention":               {func(p *catalogue.Practice) { p.Retention[0].Status = catalogue.RetentionRetained }, ChangeContent},
		"its date":                {func(p *catalogue.Practice) { p.Retention[0].AsOf = "2021" }, ChangeContent},
		"its note":                {func(p *catalogue.Practice) { p.Retention[0].Note = "Det bliver drøftet i efteråret." }, ChangeContent},
		"more of retention": {func(p *catalogue.Practice) {
			p.Retention = append(p.Retention, catalogue.Retention{Status: "retained", AsOf: "2022"})
		}, ChangeContent},
		"a new finding": {func(p *catalogue.Practice) {
			p.Findings = append(p.Findings, catalogue.Finding{Key: "e2", TargetGroups: catalogue.Refs("unge"), Effect: "none", Text: "Ja."})
		}, ChangeContent},
		"a finding that goes":  {func(p *catalogue.Practice) { p.Findings = nil }, ChangeContent},
		"a condition":          {func(p *catalogue.Practice) { p.Findings[0].Condition = "når det er tørt" }, ChangeContent},
		"a source that goes":   {func(p *catalogue.Practice) { p.Sources = nil }, ChangeContent},
		"a law":                {func(p *catalogue.Practice) { p.LegalBasis = []string{"serviceloven § 104"} }, ChangeContent},
		"who did it":           {func(p *catalogue.Practice) { p.Organisation.Slug = "aabenraa" }, ChangeContent},
		"whether it is of use": {func(p *catalogue.Practice) { p.Use = catalogue.UseNow }, ChangeContent},
		"a number in a text":   {func(p *catalogue.Practice) { p.Summary = "Unge gik ture 2 og 2, og det gav ro." }, ChangeContent},
		"a not":                {func(p *catalogue.Practice) { p.Summary = "Unge gik ture to og to, og det gav ikke ro." }, ChangeContent},
		"a new answer":         {func(p *catalogue.Practice) { p.Resources = "En medarbejder." }, ChangeContent},
		"an answer that goes":  {func(p *catalogue.Practice) { p.Provider = "" }, ChangeContent},
		"many words": {func(p *catalogue.Practice) {
			p.Answers.Done = "Personalet ringede i stedet til dem om aftenen og hørte til dagen."
		}, ChangeContent},
		"a correction and a content": {func(p *catalogue.Practice) {
			p.Provider, p.Findings[0].Effect = "Værestedets", catalogue.EffectNone
		}, ChangeContent},
	} {
		a, b := base(), base()
		x.change(&b)
		if got := ChangeKind(&a, &b); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// Whoever publishes may raise the kind and not lower it.
func TestChangeAtLeast(t *testing.T) {
	for _, x := range []struct{ chosen, least, want Change }{
		{ChangeNone, ChangeCorrection, ChangeCorrection}, {ChangeCorrection, ChangeContent, ChangeContent}, {ChangeContent, ChangeCorrection, ChangeContent},
		{ChangeContent, ChangeContent, ChangeContent}, {"noget andet", ChangeCorrection, ChangeCorrection}, {ChangeNone, ChangeContent, ChangeContent},
	} {
		if got := x.chosen.AtLeast(x.least); got != x.want {
			t.Errorf("%q at least %q: %q", x.chosen, x.least, got)
		}
	}
}
