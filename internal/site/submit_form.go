package site

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
	"praksis/internal/review"
	"praksis/web"
)

// way is what the pages say of one way of submitting.
type way struct {
	kind                review.SubmissionKind
	takes, text, button string // on the page with all ways
	heading, lead       string // on its own
	next                review.SubmissionKind
	more, moreText      string
}

var ways = []way{
	{kind: review.KindTip, takes: "30 sekunder", button: "Giv et tip", text: "Et link eller to linjer, hvem det er, og din mailadresse. Så finder vi ud af resten.",
		heading: "Giv et tip", lead: "Skriv to linjer, eller giv os et link. Vi finder ud af resten.",
		next: review.KindShort, moreText: "Vil du fortælle mere? Det tager fem minutter, og vi tager det med, du har skrevet.", more: "Fortæl mere"},
	{kind: review.KindShort, takes: "5 minutter", button: "Skriv et kort eksempel", text: "Hvad gjorde I, for hvem, og hvordan gik det? Du kan nøjes med det, du ved.",
		heading: "Skriv et kort eksempel", lead: "Hvad gjorde I, for hvem, og hvordan gik det? Spring det over, du ikke ved.",
		next: review.KindFull, moreText: "Vil du fortælle mere? Hele skabelonen spørger også om forudsætninger, fastholdelse og kilder. Vi tager det med, du har skrevet.", more: "Udfyld hele skabelonen"},
	{kind: review.KindFull, takes: "En halv time", button: "Udfyld skabelonen", text: "Alle spørgsmålene: erfaringer, forudsætninger, fastholdelse, ressourcer og kilder. Du kan også vedhæfte filer.",
		heading: "Udfyld hele skabelonen", lead: "Svar på det, du kan. Ingen spørgsmål er pligt ud over dem, der er mærket."},
}

func wayOf(k review.SubmissionKind) way {
	return ways[slices.IndexFunc(ways, func(x way) bool { return x.kind == k })]
}

// form makes the fields of a submission.
type form struct {
	s      *review.Submission
	c      *review.Contact
	t      *catalogue.Taxonomy
	how    formState
	path   string              // where buttons that change the form lead
	faults map[string][]string // by the field's name, until the field is made
	made   []web.FormError
}

func newForm(s *review.Submission, c *review.Contact, t *catalogue.Taxonomy, how formState) *form {
	f := &form{s: s, c: c, t: t, how: how, faults: map[string][]string{}}
	for _, x := range how.faults {
		name := fieldName(x.Field)
		f.faults[name] = append(f.faults[name], x.Message)
	}
	return f
}

// fieldName is the name of a form's field for the path of a fault.
func fieldName(path string) string {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "practice."), "contact.")
	switch path {
	case "organisation.slug":
		return "organisation"
	case "findings": // none, where there must be one
		return "findings[1].text"
	}
	return path
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// fieldID is the ID of the element with a name.
func fieldID(name string) string { return strings.Trim(notID.ReplaceAllString(name, "-"), "-") }

// field makes a field with its error.
func (f *form) field(x web.Field) web.Field {
	x.ID = fieldID(x.Name)
	if list := f.faults[x.Name]; len(list) > 0 {
		x.Error = strings.Join(list, " ")
		delete(f.faults, x.Name)
		f.made = append(f.made, web.FormError{Message: x.Error, URL: "#" + x.ID})
	}
	return x
}

// errors are the lines of the error summary, in the order of the fields; what
// belongs to no field stands last.
func (f *form) errors() []web.FormError {
	var rest []web.FormError
	for _, x := range f.how.faults {
		for _, m := range f.faults[fieldName(x.Field)] {
			rest = append(rest, web.FormError{Message: m})
		}
		delete(f.faults, fieldName(x.Field))
	}
	return append(f.made, rest...)
}

func (f *form) text(name, label, hint, value string, most int) web.Field {
	return f.field(web.Field{Type: web.FieldText, Name: name, Label: label, Hint: hint, Value: value, Max: most})
}

func (f *form) area(name, label, hint, value string, rows, most int) web.Field {
	return f.field(web.Field{Type: web.FieldArea, Name: name, Label: label, Hint: hint, Value: value, Rows: rows, Max: most})
}

// notCPR is the box that says so, where ten digits stand in the way or stood.
func (f *form) notCPR() *web.FieldOption {
	if !f.how.notCPR && !f.s.NotCPR {
		return nil
	}
	return &web.FieldOption{ID: "not-cpr", Value: "1", Label: "Det er ikke et CPR-nummer", Chosen: f.s.NotCPR}
}

func must(x web.Field) web.Field { x.Must = true; return x }

// terms is a choice among a vocabulary: boxes, or for one a list.
func (f *form) terms(kind web.FieldType, v catalogue.Vocabulary, name, label, hint string, chosen []catalogue.TermRef) web.Field {
	x := web.Field{Type: kind, Name: name, Label: label, Hint: hint}
	if kind == web.FieldSelect {
		x.Options = append(x.Options, web.FieldOption{Label: "Vælg"})
		if v == catalogue.ContactForm {
			x.Options[0].Label = catalogue.NotStatedLabel
		}
	}
	for _, term := range f.t.Terms[v] {
		if term.Successor != "" {
			continue
		}
		on := slices.ContainsFunc(chosen, func(r catalogue.TermRef) bool { return r.Slug == term.Slug })
		x.Options = append(x.Options, web.FieldOption{ID: fieldID(name + "-" + term.Slug), Value: term.Slug, Label: term.Label, Chosen: on, Below: term.Parent != ""})
	}
	return f.field(x)
}

// options is a choice among a closed list.
func options[T ~string](f *form, kind web.FieldType, name, label, none string, list catalogue.Options[T], chosen ...T) web.Field {
	x := web.Field{Type: kind, Name: name, Label: label}
	if kind == web.FieldSelect {
		x.Options = append(x.Options, web.FieldOption{Label: none})
	}
	for _, o := range list {
		x.Options = append(x.Options, web.FieldOption{ID: fieldID(name + "-" + o.Slug), Value: string(o.Code), Label: o.Label, Chosen: slices.Contains(chosen, o.Code)})
	}
	return f.field(x)
}

// sections are the parts of the form of the submission's kind, the last of
// them about who sends it.
func (f *form) sections(withContact bool) (out []web.FormSection) {
	switch f.s.Kind {
	case review.KindTip:
		out = []web.FormSection{f.tip()}
	case review.KindShort:
		out = []web.FormSection{f.example(), f.reach(), f.findings()}
	default:
		out = []web.FormSection{f.example(), f.reach(), f.findings(), f.more(), f.kept(), f.sources()}
	}
	if withContact {
		out = append(out, f.you())
	}
	return out
}

func (f *form) organisation() web.Field {
	o := f.s.Practice.Organisation
	x := f.text("organisation", "Hvilken kommune eller organisation?", "Skriv, og vælg på listen, hvis den er der.", orgName(o), catalogue.MaxShort)
	x.List = "aktoerer"
	return must(x)
}

// orgName is an organisation as it was typed or found.
func orgName(o catalogue.OrganisationRef) string {
	if o.Name != "" {
		return o.Name
	}
	return o.Slug
}

func (f *form) tip() web.FormSection {
	return web.FormSection{ID: "tippet", Heading: "Tippet", Intro: "Skriv et link eller to linjer. Det ene er nok.", Fields: []web.Field{
		f.link(),
		f.area("text", "Hvad gjorde de?", "Skriv ikke navne på borgere.", f.s.Text, 3, 2000),
		f.organisation(),
	}}
}

func (f *form) link() web.Field {
	return f.field(web.Field{Type: web.FieldURL, Name: "link", Label: "Link", Hint: "Hvis der står noget om det på nettet.", Value: f.s.Link, Max: catalogue.MaxURL})
}

func (f *form) example() web.FormSection {
	p := &f.s.Practice
	title := f.text("title", "Titel", "Hvem gjorde hvad? Fx: Tønder går ture i naturen med sårbare unge.", p.Title, catalogue.MaxTitle)
	// What is added to an example has the example's title.
	title.Must, title.Alike = f.s.About == "", f.s.About == ""
	x := web.FormSection{ID: "eksemplet", Heading: "Eksemplet", Intro: "Skriv ikke navne på borgere, og skriv aldrig CPR-numre.", Fields: []web.Field{
		f.organisation(), title,
		f.text("provider", "Sted", "Tilbuddets eller teamets navn.", p.Provider, catalogue.MaxShort),
	}}
	if f.s.Kind == review.KindFull {
		x.Fields = append(x.Fields, f.area("summary", "Kort fortalt", "Højst 300 tegn.", p.Summary, 3, catalogue.MaxSummary))
	}
	x.Fields = append(x.Fields, f.area("answers.done", "Hvad gjorde I?", "", p.Answers.Done, 6, catalogue.MaxAnswer), f.link())
	return x
}

func (f *form) reach() web.FormSection {
	p := &f.s.Practice
	x := web.FormSection{ID: "hvem", Heading: "For hvem og hvordan", Fields: []web.Field{
		f.terms(web.FieldChecks, catalogue.TargetGroup, "target_groups", "For hvem?", "", p.TargetGroups),
		f.terms(web.FieldChecks, catalogue.ContactForm, "contact_forms", "Hvordan mødtes I?", "", p.ContactForms),
	}}
	if f.s.Kind == review.KindFull {
		x.Fields = append(x.Fields, options(f, web.FieldChecks, "periods", "Hvornår?", "", catalogue.Periods, p.Periods...))
	}
	return x
}

// findings are as many as there are, one more when it was asked for, and at
// least one to fill in.
func (f *form) findings() web.FormSection {
	x := web.FormSection{ID: "erfaringer", Heading: "Hvordan gik det?", Intro: "Det samme kan hjælpe nogle og gøre det sværere for andre. Tilføj en erfaring for hver gruppe, eller for hver, der har sagt noget om det.",
		Add: web.FormButton{Label: "Tilføj en erfaring", Value: "findings"}}
	list := f.s.Practice.Findings
	if f.how.add == "findings" || len(list) == 0 {
		list = append(slices.Clone(list), catalogue.Finding{})
	}
	for i, g := range list[:min(len(list), maxFormRows)] {
		at := func(name string) string { return fmt.Sprintf("findings[%d].%s", i+1, name) }
		row := web.FormRow{ID: fmt.Sprintf("findings-%d", i+1), Legend: fmt.Sprintf("Erfaring %d", i+1), Fields: []web.Field{
			f.area(at("text"), "Hvad er erfaringen?", "En sætning eller to. Skriv ikke, så man kan se, hvem borgeren er.", g.Text, 3, catalogue.MaxFinding),
			f.terms(web.FieldSelect, catalogue.TargetGroup, at("target_groups"), "For hvem?", "", g.TargetGroups),
			f.terms(web.FieldSelect, catalogue.ContactForm, at("contact_forms"), "Hvordan?", "", g.ContactForms),
			options(f, web.FieldSelect, at("effect"), "Med hvilken effekt?", "Vælg", catalogue.Effects, g.Effect),
			options(f, web.FieldSelect, at("voice"), "Hvem siger det?", catalogue.NotStatedLabel, catalogue.Voices, g.Voice),
			f.text(at("condition"), "På hvilken betingelse?", "Fx: når man kender hinanden i forvejen.", g.Condition, catalogue.MaxShort),
		}}
		f.removable(&row, "findings", i, len(list))
		x.Rows = append(x.Rows, row)
	}
	x.Add.Action = f.path + fmt.Sprintf("#findings-%d", len(x.Rows)+1)
	return x
}

func (f *form) removable(row *web.FormRow, list string, i, n int) {
	if n > 1 {
		row.Remove = web.FormButton{Label: "Fjern " + strings.ToLower(row.Legend), Value: fmt.Sprintf("%s[%d]", list, i+1), Action: f.path + "#" + list + "-1"}
	}
}

func (f *form) more() web.FormSection {
	p := &f.s.Practice
	long := func(name, label, hint, value string) web.Field {
		return f.area(name, label, hint, value, 4, catalogue.MaxAnswer)
	}
	return web.FormSection{ID: "mere", Heading: "Hvad lærte I?", Fields: []web.Field{
		long("answers.worked", "Hvad virkede?", "", p.Answers.Worked),
		long("answers.for_whom", "For hvem virkede det, og for hvem ikke?", "", p.Answers.ForWhom),
		long("answers.spread", "Kan det bruges til andre?", "", p.Answers.Spread),
		long("answers.quality", "Hvad betød det for kvaliteten af indsatsen?", "", p.Answers.Quality),
		long("answers.other", "Er der forbehold eller andre hensyn?", "", p.Answers.Other),
		f.terms(web.FieldChecks, catalogue.Precondition, "preconditions", "Hvad kræver det?", "", p.Preconditions),
		f.text("legal_basis[1]", "Lovgrundlag", "Fx: serviceloven § 85.", first(p.LegalBasis), catalogue.MaxShort),
		f.text("contact", "Hvor kan andre spørge jer?", "En fælles postkasse, som må stå i kataloget. Ikke en persons adresse.", p.Contact, catalogue.MaxShort),
		f.area("resources", "Hvad kostede det i tid og penge?", "", p.Resources, 3, catalogue.MaxAnswer),
	}}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (f *form) kept() web.FormSection {
	p := &f.s.Practice
	var r catalogue.Retention
	if len(p.Retention) > 0 {
		r = p.Retention[0]
	}
	return web.FormSection{ID: "fastholdt", Heading: "Blev det fastholdt?", Fields: []web.Field{
		options(f, web.FieldSelect, "retention[1].status", "Gør I det stadig?", catalogue.NotStatedLabel, catalogue.Retentions, r.Status),
		f.text("retention[1].as_of", "Hvornår var det sådan?", "Et år, eller år og måned. Fx: 2021 eller 2021-03.", string(r.AsOf), 10),
		f.text("retention[1].decided_by", "Hvem besluttede det?", "Fx: kommunalbestyrelsen eller ledelsen. Ikke en persons navn.", r.DecidedBy, catalogue.MaxShort),
		f.area("answers.retention", "Hvordan holder I fast i det?", "", p.Answers.Retention, 4, catalogue.MaxAnswer),
	}}
}

func (f *form) sources() web.FormSection {
	p := &f.s.Practice
	x := web.FormSection{ID: "kilder", Heading: "Hvor ved I det fra?", Intro: "Rapporter, artikler, evalueringer og notater. Filer kan du vedhæfte til sidst, lige før du sender.",
		Add: web.FormButton{Label: "Tilføj en kilde", Value: "sources"}}
	list := p.Sources
	if f.how.add == "sources" || len(list) == 0 {
		list = append(slices.Clone(list), catalogue.Source{})
	}
	for i, s := range list[:min(len(list), maxFormRows)] {
		at := func(name string) string { return fmt.Sprintf("sources[%d].%s", i+1, name) }
		row := web.FormRow{ID: fmt.Sprintf("sources-%d", i+1), Legend: fmt.Sprintf("Kilde %d", i+1), Fields: []web.Field{
			f.text(at("document"), "Titel", "", s.Document, catalogue.MaxShort),
			options(f, web.FieldSelect, at("kind"), "Hvad er det?", "Vælg", catalogue.SourceKinds, s.Kind),
			f.text(at("publisher"), "Hvem står bag?", "", s.Publisher, catalogue.MaxShort),
			f.text(at("date"), "Fra hvornår?", "Fx: 2021 eller 2021-03.", string(s.Date), 10),
			f.field(web.Field{Type: web.FieldURL, Name: at("url"), Label: "Link", Value: s.URL, Max: catalogue.MaxURL}),
		}}
		f.removable(&row, "sources", i, len(list))
		x.Rows = append(x.Rows, row)
	}
	x.Add.Action = f.path + fmt.Sprintf("#sources-%d", len(x.Rows)+1)
	return x
}

func (f *form) you() web.FormSection {
	x := web.FormSection{ID: "dig", Heading: "Hvor kan vi svare dig?", Intro: "Kun redaktionen ser det, og vi sletter det igen."}
	if f.s.Kind != review.KindTip {
		x.Fields = append(x.Fields, f.field(web.Field{Type: web.FieldText, Name: "contact_name", Label: "Dit navn", Value: f.c.Name, Max: 200, Auto: "name"}))
	}
	x.Fields = append(x.Fields, must(f.field(web.Field{Type: web.FieldMail, Name: "email", Label: "Din mailadresse", Value: f.c.Email, Max: 254, Auto: "email"})))
	if f.s.Kind == review.KindFull {
		x.Fields = append(x.Fields, f.field(web.Field{Type: web.FieldPhone, Name: "phone", Label: "Dit telefonnummer på arbejdet", Value: f.c.Phone, Max: 40, Auto: "work tel"}))
	}
	return x
}

// actors are the names to choose among while one types.
func (f *form) actors() (out []string) {
	for _, o := range f.t.Organisations {
		out = append(out, o.Name)
	}
	slices.SortFunc(out, danish.Compare)
	return out
}
