package desk

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

func corrected(s *postgres.SubmissionView) bool { return !reflect.DeepEqual(s.Original, s.Content) }

// parts are what was sent, as it was typed.
func parts(s *review.Submission, t *catalogue.Taxonomy) (out []web.SubmitPart) {
	add := func(heading string, facts ...web.Fact) {
		var have []web.Fact
		for _, f := range facts {
			if f.Value != "" {
				have = append(have, f)
			}
		}
		if len(have) > 0 {
			out = append(out, web.SubmitPart{Heading: heading, Facts: have})
		}
	}
	terms := func(v catalogue.Vocabulary, refs []catalogue.TermRef) string {
		var list []string
		for _, r := range refs {
			label := cmp.Or(r.Label, r.Slug)
			if x := t.Term(v, cmp.Or(r.Slug, r.Label)); x != nil {
				label = x.Label
			}
			list = append(list, label)
		}
		return strings.Join(list, ", ")
	}
	p := &s.Practice
	add("Tip", web.Fact{Label: "Link", Value: s.Link}, web.Fact{Label: "Tekst", Value: s.Text})
	var partners []string
	for _, o := range p.Partners {
		partners = append(partners, organisationName(o))
	}
	add("Titel og afsender", web.Fact{Label: "Titel", Value: p.Title}, web.Fact{Label: "Kort fortalt", Value: p.Summary}, web.Fact{Label: "Fra", Value: organisationName(p.Organisation)},
		web.Fact{Label: "Sammen med", Value: strings.Join(partners, ", ")}, web.Fact{Label: "Tilbud eller team", Value: p.Provider})
	add("For hvem og hvordan", web.Fact{Label: "Målgrupper", Value: terms(catalogue.TargetGroup, p.TargetGroups)}, web.Fact{Label: "Kontaktformer", Value: terms(catalogue.ContactForm, p.ContactForms)},
		web.Fact{Label: "Temaer", Value: terms(catalogue.Theme, p.Themes)}, web.Fact{Label: "Perspektiver", Value: terms(catalogue.Perspective, p.Perspectives)})
	for i, f := range p.Findings {
		add(fmt.Sprintf("Erfaring %d", i+1), web.Fact{Label: "For hvem", Value: terms(catalogue.TargetGroup, f.TargetGroups)}, web.Fact{Label: "Hvordan", Value: terms(catalogue.ContactForm, f.ContactForms)},
			web.Fact{Label: "Virkede det?", Value: label(catalogue.Effects, f.Effect)}, web.Fact{Label: "Hvem siger det?", Value: label(catalogue.Voices, f.Voice)},
			web.Fact{Label: "Erfaring", Value: f.Text}, web.Fact{Label: "Forudsætning", Value: f.Condition})
	}
	a := p.Answers
	add("Svar", web.Fact{Label: "Hvad gjorde I?", Value: a.Done}, web.Fact{Label: "Hvad virkede?", Value: a.Worked}, web.Fact{Label: "For hvem?", Value: a.ForWhom},
		web.Fact{Label: "Kan det bruges af andre?", Value: a.Spread}, web.Fact{Label: "Hvordan fastholdes det?", Value: a.Retention}, web.Fact{Label: "Andet", Value: a.Other}, web.Fact{Label: "Kvalitet", Value: a.Quality})
	add("Hvad kræver det?", web.Fact{Label: "Forudsætninger", Value: terms(catalogue.Precondition, p.Preconditions)}, web.Fact{Label: "Penge og tid", Value: p.Resources},
		web.Fact{Label: "Lovgrundlag", Value: strings.Join(p.LegalBasis, ", ")}, web.Fact{Label: "Kan måske bruges til", Value: terms(catalogue.TargetGroup, p.TransferTo)})
	for _, x := range p.Retention {
		add("Blev det fastholdt?", web.Fact{Label: "Fastholdt?", Value: label(catalogue.Retentions, x.Status)}, web.Fact{Label: "Note", Value: x.Note},
			web.Fact{Label: "Besluttet af", Value: x.DecidedBy}, web.Fact{Label: "Pr.", Value: x.AsOf.Danish()})
	}
	var periods []string
	for _, x := range p.Periods {
		periods = append(periods, label(catalogue.Periods, x))
	}
	add("Hvornår?", web.Fact{Label: "Perioder", Value: strings.Join(periods, ", ")}, web.Fact{Label: "Fra", Value: p.PeriodFrom.Danish()}, web.Fact{Label: "Til", Value: p.PeriodTo.Danish()})
	for i, x := range p.Sources {
		add(fmt.Sprintf("Kilde %d", i+1), web.Fact{Label: "Slags", Value: label(catalogue.SourceKinds, x.Kind)}, web.Fact{Label: "Navn", Value: x.Document}, web.Fact{Label: "Udgiver", Value: x.Publisher},
			web.Fact{Label: "Dato", Value: x.Date.Danish()}, web.Fact{Label: "Sted", Value: x.Place}, web.Fact{Label: "Adresse", Value: x.URL})
	}
	for _, x := range p.Links {
		add("Link", web.Fact{Label: "Tekst", Value: x.Label}, web.Fact{Label: "Adresse", Value: x.URL})
	}
	add("Kontakt i eksemplet", web.Fact{Label: "Kontakt", Value: p.Contact})
	return out
}

// label is a value in words; nothing for nothing.
func label[T ~string](list catalogue.Options[T], code T) string {
	if code == "" {
		return ""
	}
	if x, ok := list.Parse(string(code)); ok {
		code = x
	}
	return list.Label(code)
}
