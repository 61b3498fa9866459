package desk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/web"
)

// fieldID is the element that a record's field is typed in.
func fieldID(name string) string {
	return "f-" + strings.NewReplacer("[", "-", "].", "-", "]", "", ".", "-", "_", "-").Replace(name)
}

func rowID(part string, i int) string { return fieldID(part + "[" + strconv.Itoa(i) + "]") }

// fields builds the form of a draft.
type fields struct {
	taxonomy *catalogue.Taxonomy
	wrong    map[string]string // message by the record's field
	known    map[string]bool   // fields that have been asked
	action   string            // where the form is sent
}

func (b *fields) add(f web.Field) web.Field {
	f.ID = fieldID(f.Name)
	f.Error = b.wrong[f.Name]
	b.known[f.Name] = true
	return f
}

func (b *fields) line(name, label, value string, limit int) web.Field {
	return b.add(web.Field{Type: web.FieldText, Name: name, Label: label, Value: value, Max: limit})
}

func (b *fields) area(name, label, value string, rows, limit int) web.Field {
	return b.add(web.Field{Type: web.FieldArea, Name: name, Label: label, Value: value, Rows: rows, Max: limit})
}

func hint(f web.Field, s string) web.Field { f.Hint = s; return f }

func (b *fields) options(f web.Field, chosen []string, list []web.FieldOption) web.Field {
	f = b.add(f)
	for i, o := range list {
		o.ID = f.ID + "-" + strconv.Itoa(i+1)
		o.Chosen = slices.Contains(chosen, o.Value)
		f.Options = append(f.Options, o)
	}
	return f
}

// terms asks for terms of a vocabulary; what is chosen and not in it any more is
// shown too.
func (b *fields) terms(name, label string, v catalogue.Vocabulary, chosen []catalogue.TermRef) web.Field {
	var list []web.FieldOption
	var slugs []string
	for _, r := range chosen {
		x := b.taxonomy.Term(v, cmp.Or(r.Slug, r.Label))
		if x == nil {
			list = append(list, web.FieldOption{Value: cmp.Or(r.Slug, r.Label), Label: cmp.Or(r.Label, r.Slug)})
			slugs = append(slugs, cmp.Or(r.Slug, r.Label))
			continue
		}
		slugs = append(slugs, x.Slug)
	}
	var under func(parent string)
	under = func(parent string) {
		for _, t := range b.taxonomy.Terms[v] {
			if t.Successor == "" && t.Parent == parent {
				list = append(list, web.FieldOption{Value: t.Slug, Label: t.Label, Below: parent != ""})
				under(t.Slug)
			}
		}
	}
	under("")
	return b.options(web.Field{Type: web.FieldChecks, Name: name, Label: label}, slugs, list)
}

func closed[T ~string](list catalogue.Options[T], none string) (out []web.FieldOption) {
	if none != "" {
		out = append(out, web.FieldOption{Label: none})
	}
	for _, o := range list {
		out = append(out, web.FieldOption{Value: string(o.Code), Label: o.Label})
	}
	return out
}

func (b *fields) pick(name, label, value string, list []web.FieldOption) web.Field {
	return b.options(web.Field{Type: web.FieldSelect, Name: name, Label: label}, []string{value}, list)
}

func organisationName(o catalogue.OrganisationRef) string {
	return cmp.Or(o.Name, o.ShortName, o.Slug, o.Code)
}

const dateHint = "Fx 2020-04-06, 2020-04 eller 2020"

// sections are all questions of a draft.
func (b *fields) sections(p *catalogue.Practice) []web.FormSection {
	organisation := b.line("organisation", "Kommune eller organisation", organisationName(p.Organisation), catalogue.MaxTitle)
	organisation.List = "aktoerer"
	var partners, periods []string
	for _, o := range p.Partners {
		partners = append(partners, organisationName(o))
	}
	for _, x := range p.Periods {
		periods = append(periods, string(x))
	}
	needs := ""
	if p.NeedsRestrictions {
		needs = "1"
	}
	a := p.Answers
	return []web.FormSection{
		{ID: "del-hvad", Heading: "Titel og afsender", Fields: []web.Field{
			b.pick("kind", "Slags", string(cmp.Or(p.Kind, catalogue.KindExample)), closed(catalogue.Kinds, "")),
			hint(b.line("title", "Titel", p.Title, catalogue.MaxTitle), "Hvem gjorde hvad"),
			b.area("summary", "Kort fortalt", p.Summary, 3, catalogue.MaxSummary),
			hint(b.line("slug", "Adresse", p.Slug, catalogue.MaxSlug), "Må være tom. Så bliver den lavet af titlen. Den kan ikke ændres bagefter"),
			organisation,
			hint(b.area("partners", "Sammen med", strings.Join(partners, "\n"), 2, 0), "En på hver linje"),
			b.line("provider", "Tilbud eller team", p.Provider, catalogue.MaxTitle),
		}},
		{ID: "del-hvem", Heading: "For hvem og hvordan", Fields: []web.Field{
			b.terms("target_groups", "Målgrupper", catalogue.TargetGroup, p.TargetGroups),
			b.terms("contact_forms", "Kontaktformer", catalogue.ContactForm, p.ContactForms),
			b.terms("themes", "Temaer", catalogue.Theme, p.Themes),
			b.terms("perspectives", "Perspektiver", catalogue.Perspective, p.Perspectives),
		}},
		b.findings(p),
		{ID: "del-svar", Heading: "Svar", Fields: []web.Field{
			b.area("answers.done", "Hvad gjorde de?", a.Done, 8, catalogue.MaxAnswer),
			b.area("answers.worked", "Hvad virkede?", a.Worked, 5, catalogue.MaxAnswer),
			b.area("answers.for_whom", "For hvem, og for hvem ikke?", a.ForWhom, 5, catalogue.MaxAnswer),
			b.area("answers.spread", "Kan det bruges af andre?", a.Spread, 4, catalogue.MaxAnswer),
			b.area("answers.retention", "Hvordan bliver det fastholdt?", a.Retention, 4, catalogue.MaxAnswer),
			b.area("answers.other", "Andet, man skal tænke på", a.Other, 4, catalogue.MaxAnswer),
			b.area("answers.quality", "Kvaliteten af indsatsen", a.Quality, 4, catalogue.MaxAnswer),
		}},
		{ID: "del-kraever", Heading: "Hvad kræver det?", Fields: []web.Field{
			b.terms("preconditions", "Forudsætninger", catalogue.Precondition, p.Preconditions),
			b.area("resources", "Penge og tid", p.Resources, 3, catalogue.MaxAnswer),
			hint(b.area("legal_basis", "Lovgrundlag", strings.Join(p.LegalBasis, "\n"), 2, 0), "Et på hver linje"),
			b.terms("transfer_to", "Kan måske bruges til", catalogue.TargetGroup, p.TransferTo),
		}},
		b.retention(p),
		{ID: "del-tid", Heading: "Hvornår?", Fields: []web.Field{
			b.options(web.Field{Type: web.FieldChecks, Name: "periods", Label: "Perioder"}, periods, closed(catalogue.Periods, "")),
			hint(b.line("period_from", "Fra", string(p.PeriodFrom), 20), dateHint),
			hint(b.line("period_to", "Til", string(p.PeriodTo), 20), dateHint),
			b.options(web.Field{Type: web.FieldChecks, Name: "needs_restrictions", Label: "Restriktioner"}, []string{needs},
				[]web.FieldOption{{Value: "1", Label: "Giver kun mening under restriktioner"}}),
		}},
		b.sources(p),
		b.links(p),
		{ID: "del-resten", Heading: "Resten", Fields: []web.Field{
			b.line("contact", "Hvem kan man spørge? En fælles postkasse, ikke en person", p.Contact, catalogue.MaxShort),
			hint(b.line("review_by", "Ses efter senest", string(p.ReviewBy), 20), dateHint),
			b.terms("solutions", "Løsninger", catalogue.SolutionList, p.Solutions),
		}},
	}
}

// repeated is a part of rows, with a name for one of them.
func (b *fields) repeated(part, heading, one string, n int, row func(i int, at func(string) string) []web.Field) web.FormSection {
	s := web.FormSection{ID: "del-" + part, Heading: heading, Intro: b.wrong[part],
		Add: web.FormButton{Label: "Tilføj " + one, Value: "tilfoej:" + part, Action: b.action + "#" + rowID(part, n+1)}}
	b.known[part] = true
	for i := 1; i <= n; i++ {
		at := func(field string) string { return rowField(part, i, field) }
		legend := strings.ToUpper(one[:1]) + one[1:] + " " + strconv.Itoa(i)
		s.Rows = append(s.Rows, web.FormRow{ID: rowID(part, i), Legend: legend, Fields: row(i, at),
			Remove: web.FormButton{Label: "Fjern " + one + " " + strconv.Itoa(i), Value: "fjern:" + part + ":" + strconv.Itoa(i), Action: b.action + "#del-" + part}})
	}
	return s
}

func (b *fields) findings(p *catalogue.Practice) web.FormSection {
	sources := []web.FieldOption{{Value: "0", Label: "Den første kilde"}}
	for i, s := range p.Sources {
		sources = append(sources, web.FieldOption{Value: strconv.Itoa(i + 1), Label: strconv.Itoa(i+1) + ". " + s.Document})
	}
	return b.repeated("findings", "Erfaringer", "erfaring", len(p.Findings), func(i int, at func(string) string) []web.Field {
		f := p.Findings[i-1]
		return []web.Field{
			b.terms(at("target_groups"), "For hvem", catalogue.TargetGroup, f.TargetGroups),
			b.terms(at("contact_forms"), "Hvordan", catalogue.ContactForm, f.ContactForms),
			b.pick(at("effect"), "Virkede det?", string(f.Effect), closed(catalogue.Effects, "Vælg")),
			b.pick(at("voice"), "Hvem siger det?", string(f.Voice), closed(catalogue.Voices, catalogue.NotStatedLabel)),
			b.area(at("text"), "Erfaringen i en sætning", f.Text, 3, catalogue.MaxFinding),
			b.line(at("condition"), "Forudsætning", f.Condition, catalogue.MaxShort),
			b.pick(at("source"), "Kilde", strconv.Itoa(f.Source), sources),
		}
	})
}

func (b *fields) retention(p *catalogue.Practice) web.FormSection {
	return b.repeated("retention", "Blev det fastholdt?", "oplysning", len(p.Retention), func(i int, at func(string) string) []web.Field {
		r := p.Retention[i-1]
		return []web.Field{
			b.pick(at("status"), "Fastholdt?", string(r.Status), closed(catalogue.Retentions, catalogue.NotStatedLabel)),
			b.line(at("note"), "Note", r.Note, catalogue.MaxShort),
			b.line(at("decided_by"), "Besluttet af", r.DecidedBy, catalogue.MaxShort),
			hint(b.line(at("as_of"), "Pr.", string(r.AsOf), 20), dateHint),
		}
	})
}

func (b *fields) sources(p *catalogue.Practice) web.FormSection {
	return b.repeated("sources", "Kilder", "kilde", len(p.Sources), func(i int, at func(string) string) []web.Field {
		s := p.Sources[i-1]
		return []web.Field{
			b.pick(at("kind"), "Slags kilde", string(s.Kind), closed(catalogue.SourceKinds, "Vælg")),
			b.line(at("document"), "Hvad hedder den?", s.Document, catalogue.MaxShort),
			b.line(at("publisher"), "Udgiver", s.Publisher, catalogue.MaxShort),
			hint(b.line(at("date"), "Dato", string(s.Date), 20), dateHint),
			b.line(at("place"), "Sted i kilden", s.Place, catalogue.MaxShort),
			b.line(at("url"), "Adresse", s.URL, catalogue.MaxURL),
		}
	})
}

func (b *fields) links(p *catalogue.Practice) web.FormSection {
	return b.repeated("links", "Links", "link", len(p.Links), func(i int, at func(string) string) []web.Field {
		l := p.Links[i-1]
		return []web.Field{b.line(at("label"), "Tekst", l.Label, catalogue.MaxShort), b.line(at("url"), "Adresse", l.URL, catalogue.MaxURL)}
	})
}
