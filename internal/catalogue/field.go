package catalogue

import "time"

// FieldKind says what a field holds and how it is written.
type FieldKind uint8

// The kinds.
const (
	FieldLine         FieldKind = iota // text without line breaks
	FieldProse                         // text with paragraphs, in Markdown
	FieldCode                          // one of a closed list, or an identifier
	FieldDate                          // a Date
	FieldURL                           // a web address
	FieldTerms                         // terms of a vocabulary
	FieldOrganisation                  // an organisation
	FieldVoices                        // whose assessment it is
	FieldFlag                          // yes or not stated
	FieldNumber                        // a count or a place in a list
	FieldInstant                       // a moment, in UTC
	FieldRows                          // a list: of objects with fields, or of plain values
)

// Form is one of the forms that ask for a record's fields, the shortest first.
// What a form asks, the longer ones ask too.
type Form uint8

// The forms. A field that no form asks is the catalogue's own to say.
const (
	FormNone  Form = iota
	FormTip        // 30 seconds
	FormShort      // a short example
	FormFull       // the whole template: all that a submitter may say
	FormDesk       // the editors' form
)

// Meta tells whether a field is metadata: what the catalogue says about a record,
// and nobody in it.
type Meta uint8

// The kinds of metadata.
const (
	MetaNone     Meta = iota // none: whoever writes the record says it
	MetaExported             // an export tells it
	MetaKept                 // it is of use here alone: an export is without it
)

// IndexPart is the part of a practice's text that a field is searched in.
type IndexPart uint8

// The parts, in the order of their weight.
const (
	IndexNone   IndexPart = iota
	IndexTitle            // what the practice is called
	IndexHead             // the labels of its terms
	IndexBody             // all other text that says what was done
	IndexWho              // the names of who did it: found as wholes; one of their words only ranks
	IndexSource           // what stands on the source and on links: it ranks, but makes no hit
	IndexWords            // words that people search by and the practice does not say: they rank, but make no hit and are never shown
)

// Section is a part of the forms, and of what shows again what was typed. Its
// words are Danish.
type Section struct{ ID, Heading, Intro string }

// The sections.
var (
	sectionExample   = &Section{ID: "eksemplet", Heading: "Eksemplet", Intro: "Skriv ikke navne på borgere, og skriv aldrig CPR-numre."}
	sectionReach     = &Section{ID: "hvem", Heading: "For hvem og hvordan"}
	sectionFindings  = &Section{ID: "findings", Heading: "Hvordan gik det?", Intro: "Det samme kan hjælpe nogle og gøre det sværere for andre. Tilføj en erfaring for hver gruppe, eller for hver, der har sagt noget om det."}
	sectionLessons   = &Section{ID: "svar", Heading: "Hvad er der at lære?"}
	sectionNeeds     = &Section{ID: "kraever", Heading: "Hvad kræver det?"}
	sectionAdvice    = &Section{ID: "advice", Heading: "Har I råd til andre?"}
	sectionRetention = &Section{ID: "retention", Heading: "Blev det fastholdt?"}
	sectionTime      = &Section{ID: "tid", Heading: "Tid"}
	sectionSources   = &Section{ID: "sources", Heading: "Hvor er det kendt fra?", Intro: "Rapporter, artikler, evalueringer og notater."}
	sectionLinks     = &Section{ID: "links", Heading: "Links"}
	sectionDesk      = &Section{ID: "resten", Heading: "Redaktionens felter"}
)

// Sections are the parts of the forms, in their order.
var Sections = []*Section{sectionExample, sectionReach, sectionFindings, sectionLessons, sectionNeeds, sectionAdvice, sectionRetention, sectionTime, sectionSources, sectionLinks, sectionDesk}

// Field describes one field of the practice record, once for all that handles
// it: checks and limits, personal data, forms, index, hash, difference and
// documentation follow from it.
type Field struct {
	// Path is the field's place in the record's JSON: "title", "answers.done",
	// "findings[].text"; "legal_basis[]" for the values of a plain list.
	Path string
	Kind FieldKind
	// Limit is the most characters of a text, or the most rows or terms.
	Limit int
	// Label and Help are the field's wording in Danish. Help may be empty. PageLabel
	// is that of the public page where it is another: a form asks whoever it is
	// about ("I"), the page tells of them ("de"). Else it is empty.
	Label, Help, PageLabel string
	// One is a row of a list in Danish, in the indefinite form: "erfaring".
	One string
	// Doc says in English what the field holds, for FORMAT.md.
	Doc string
	// Missing is the Danish message where the field must not be empty.
	Missing string
	// Asked is the shortest form that asks for the field, Section where.
	Asked   Form
	Section *Section
	// Lines is the height of the field in a form, in lines of text; 0 for one.
	Lines int
	// Index is where the field's text is searched. NotIndexed are codes whose
	// label would mislead a search.
	Index      IndexPart
	NotIndexed []string
	// Quoted marks texts in which names stand by right, such as the title of a
	// document: quotations and single citizens are not looked for there.
	Quoted bool
	// Content marks what belongs to a revision: it makes the content hash and
	// the difference. The rest belongs to the practice, or to the catalogue.
	Content bool
	// Meta marks metadata.
	Meta Meta
	// Counted marks what counts towards how fully a record is described.
	Counted bool
	// Vocabulary is that of terms; SolutionList for solutions.
	Vocabulary Vocabulary
	// Options is the closed list of a code; nil for an identifier. Unset is what
	// a form calls nothing chosen; empty where something always is.
	Options Options[string]
	Unset   string
	// Fields are those of a row, or the one of the values of a plain list.
	Fields []*Field

	list    *Field // the list that the field stands in; nil at the top
	rows    rows
	text    func(p *Practice, row int) *string
	terms   func(p *Practice, row int) *[]TermRef
	org     func(p *Practice, row int) *OrganisationRef
	voices  func(p *Practice, row int) *VoiceList
	flag    func(p *Practice, row int) *bool
	number  func(p *Practice, row int) *int
	instant func(p *Practice, row int) **time.Time
}

// dateHelp stands beside every date that somebody types.
const dateHelp = "Fx 6. april 2020, april 2020, foråret 2020 eller 2020."

// Fields are the fields of the practice record in the order of the forms and
// of the documentation. Every JSON path of Practice has exactly one entry (a
// test holds it). A new field is an entry here, and its place on the page.
var Fields = define([]*Field{
	{Path: "organisation", Kind: FieldOrganisation, Limit: MaxTitle, Label: "Kommune eller organisation", Help: "Begynd at skrive, og vælg på listen, hvis den er der.", Doc: "the actor",
		Missing: "Skriv, hvilken kommune eller organisation eksemplet kommer fra.", Asked: FormTip, Section: sectionExample, Index: IndexWho, Content: true,
		org: func(p *Practice, _ int) *OrganisationRef { return &p.Organisation }},
	{Path: "title", Kind: FieldLine, Limit: MaxTitle, Label: "Titel", Help: "Hvem gjorde hvad? Fx: Tønder går ture i naturen med sårbare unge.", Doc: "says who and what",
		Missing: "Skriv en titel, der siger, hvem der gjorde hvad.", Asked: FormShort, Section: sectionExample, Index: IndexTitle, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Title }},
	{Path: "partners", Kind: FieldRows, Limit: MaxRows, Label: "Sammen med", Help: "En på hver linje.", One: "partner", Doc: "others who took part",
		Asked: FormFull, Section: sectionExample, Lines: 2, rows: rowsOf(func(p *Practice) *[]OrganisationRef { return &p.Partners }),
		Fields: []*Field{{Path: "partners[]", Kind: FieldOrganisation, Limit: MaxTitle, Label: "Sammen med", Index: IndexWho, Content: true,
			org: func(p *Practice, i int) *OrganisationRef { return &p.Partners[i] }}}},
	{Path: "provider", Kind: FieldLine, Limit: MaxTitle, Label: "Sted", Help: "Tilbuddets eller teamets navn.", Doc: "the named institution or team",
		Asked: FormShort, Section: sectionExample, Index: IndexWho, Quoted: true, Content: true, Counted: true,
		text: func(p *Practice, _ int) *string { return &p.Provider }},
	{Path: "summary", Kind: FieldLine, Limit: MaxSummary, Label: "Kort fortalt", Help: "Højst 300 tegn.", Doc: "in short",
		Asked: FormFull, Section: sectionExample, Lines: 3, Index: IndexBody, Content: true, Counted: true,
		text: func(p *Practice, _ int) *string { return &p.Summary }},
	{Path: "answers.done", Kind: FieldProse, Limit: MaxAnswer, Label: "Hvad blev der gjort?", PageLabel: "Hvad gjorde de?", Doc: "what was done",
		Asked: FormShort, Section: sectionExample, Lines: 6, Index: IndexBody, Content: true, Counted: true,
		text: func(p *Practice, _ int) *string { return &p.Answers.Done }},

	{Path: "target_groups", Kind: FieldTerms, Limit: MaxRows, Label: "For hvem", Doc: "those stated for the whole, and those of the findings", Vocabulary: TargetGroup,
		Asked: FormShort, Section: sectionReach, Index: IndexHead, Content: true, Counted: true,
		terms: func(p *Practice, _ int) *[]TermRef { return &p.TargetGroups }},
	{Path: "contact_forms", Kind: FieldTerms, Limit: MaxRows, Label: "Hvordan", Doc: "those stated for the whole, and those of the findings", Vocabulary: ContactForm,
		Asked: FormShort, Section: sectionReach, Index: IndexHead, Content: true, Counted: true,
		terms: func(p *Practice, _ int) *[]TermRef { return &p.ContactForms }},
	{Path: "themes", Kind: FieldTerms, Limit: MaxRows, Label: "Tema", Doc: "what it is about", Vocabulary: Theme,
		Asked: FormFull, Section: sectionReach, Index: IndexHead, Content: true, Counted: true,
		terms: func(p *Practice, _ int) *[]TermRef { return &p.Themes }},
	{Path: "perspectives", Kind: FieldTerms, Limit: MaxRows, Label: "Perspektiv", Doc: "whose view it takes", Vocabulary: Perspective,
		Asked: FormDesk, Section: sectionReach, Index: IndexHead, Content: true, Counted: true,
		terms: func(p *Practice, _ int) *[]TermRef { return &p.Perspectives }},

	{Path: "findings", Kind: FieldRows, Limit: MaxRows, Label: "Erfaringer", PageLabel: "Virkede det, for hvem, og hvem siger det?", One: "erfaring", Doc: "what the practice did for somebody",
		Asked: FormShort, Section: sectionFindings, rows: rowsOf(func(p *Practice) *[]Finding { return &p.Findings }), Counted: true,
		Fields: []*Field{
			{Path: "findings[].text", Kind: FieldLine, Limit: MaxFinding, Label: "Erfaring", Help: "En sætning eller to. Skriv ikke, så man kan se, hvem borgeren er.", Doc: "the finding in a sentence",
				Missing: "Skriv erfaringen i en sætning.", Asked: FormShort, Lines: 3, Index: IndexBody, Content: true,
				text: func(p *Practice, i int) *string { return &p.Findings[i].Text }},
			{Path: "findings[].target_groups", Kind: FieldTerms, Limit: MaxRows, Label: "For hvem", Vocabulary: TargetGroup,
				Doc:     "one or more; `paa-tvaers` for all, `ikke-oplyst` when the source does not say. They become the practice's too",
				Missing: "Vælg, for hvem erfaringen gælder, eller »På tværs« eller »Ikke oplyst«.", Asked: FormShort, Content: true, Unset: "Vælg",
				terms: func(p *Practice, i int) *[]TermRef { return &p.Findings[i].TargetGroups }},
			{Path: "findings[].contact_forms", Kind: FieldTerms, Limit: MaxRows, Label: "Hvordan", Doc: "how one met. They become the practice's too", Vocabulary: ContactForm,
				Asked: FormShort, Content: true, Unset: NotStatedLabel,
				terms: func(p *Practice, i int) *[]TermRef { return &p.Findings[i].ContactForms }},
			{Path: "findings[].effect", Kind: FieldCode, Label: "Virkede det?", Doc: "what the practice did; may be left out in a `lesson` that tells what the crisis did, and is counted nowhere then", Options: untyped(Effects), Unset: "Vælg",
				Missing: "Vælg, om effekten var god, blandet, dårlig, eller om der ingen var.", Asked: FormShort, Content: true,
				text: func(p *Practice, i int) *string { return (*string)(&p.Findings[i].Effect) }},
			{Path: "findings[].voice", Kind: FieldVoices, Label: "Hvem siger det?", Doc: "whose assessment it is; left out when the source does not say", Options: untyped(Voices),
				Asked: FormShort, Content: true,
				voices: func(p *Practice, i int) *VoiceList { return &p.Findings[i].Voices }},
			{Path: "findings[].condition", Kind: FieldLine, Limit: MaxShort, Label: "Gælder", Help: "Hvis der er en betingelse. Fx: når man kender hinanden i forvejen.", Doc: "on what condition",
				Asked: FormShort, Index: IndexBody, Content: true,
				text: func(p *Practice, i int) *string { return &p.Findings[i].Condition }},
			{Path: "findings[].source", Kind: FieldNumber, Label: "Kilde", Doc: "the number of its source, from 1; the first when left out",
				Asked: FormDesk, Content: true,
				number: func(p *Practice, i int) *int { return &p.Findings[i].Source }},
			{Path: "findings[].quoted", Kind: FieldFlag, Label: "Citerer kilden borgeren?", Help: "Kun for borgere i en kilde, der ikke har spurgt borgere.", Doc: "a citizen is quoted, in a document that asked none",
				Asked: FormDesk, Content: true,
				flag: func(p *Practice, i int) *bool { return &p.Findings[i].Quoted }},
			{Path: "findings[].solutions", Kind: FieldTerms, Limit: MaxRows, Label: "Kun om løsningen", Help: "Når erfaringen ikke handler om alle eksemplets løsninger.", Doc: "which of the practice's solutions it is about; all when left out", Vocabulary: SolutionList,
				Asked: FormDesk, Content: true,
				terms: func(p *Practice, i int) *[]TermRef { return &p.Findings[i].Solutions }},
			{Path: "findings[].key", Kind: FieldCode, Limit: MaxSlug, Label: "Nøgle", Doc: "stays with the finding across revisions; made when left out", Content: true,
				text: func(p *Practice, i int) *string { return &p.Findings[i].Key }},
		}},

	{Path: "answers.worked", Kind: FieldProse, Limit: MaxAnswer, Label: "Hvad virkede?", Doc: "what worked",
		Asked: FormFull, Section: sectionLessons, Lines: 4, Index: IndexBody, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Answers.Worked }},
	{Path: "answers.for_whom", Kind: FieldProse, Limit: MaxAnswer, Label: "For hvem virkede det, og for hvem ikke?", Doc: "for whom, and for whom not",
		Asked: FormFull, Section: sectionLessons, Lines: 4, Index: IndexBody, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Answers.ForWhom }},
	{Path: "answers.spread", Kind: FieldProse, Limit: MaxAnswer, Label: "Kan det bruges til andre?", Doc: "whether it can be spread",
		Asked: FormFull, Section: sectionLessons, Lines: 4, Index: IndexBody, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Answers.Spread }},
	{Path: "transfer_to", Kind: FieldTerms, Limit: MaxRows, Label: "Kan måske bruges til", Doc: "target groups that the source only supposes; never counted as effect", Vocabulary: TargetGroup,
		Asked: FormDesk, Section: sectionLessons, Index: IndexBody, Content: true, Counted: true,
		terms: func(p *Practice, _ int) *[]TermRef { return &p.TransferTo }},
	{Path: "answers.next_time", Kind: FieldProse, Limit: MaxAnswer, Label: "Hvad ville I gøre næste gang?", PageLabel: "Hvad ville de gøre næste gang?", Doc: "what they would do at the next closing",
		Asked: FormFull, Section: sectionLessons, Lines: 3, Index: IndexBody, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Answers.NextTime }},
	{Path: "answers.other", Kind: FieldProse, Limit: MaxAnswer, Label: "Forbehold og andre hensyn", PageLabel: "Forbehold", Doc: "other considerations",
		Asked: FormFull, Section: sectionLessons, Lines: 4, Index: IndexBody, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Answers.Other }},
	{Path: "answers.quality", Kind: FieldProse, Limit: MaxAnswer, Label: "Kvaliteten af indsatsen", Doc: "the quality of the service",
		Asked: FormFull, Section: sectionLessons, Lines: 4, Index: IndexBody, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Answers.Quality }},

	{Path: "preconditions", Kind: FieldTerms, Limit: MaxRows, Label: "Forudsætninger", Doc: "what it takes", Vocabulary: Precondition,
		Asked: FormFull, Section: sectionNeeds, Index: IndexHead, Content: true, Counted: true,
		terms: func(p *Practice, _ int) *[]TermRef { return &p.Preconditions }},
	{Path: "resources", Kind: FieldProse, Limit: MaxAnswer, Label: "Tid og penge", Doc: "cost and staff time",
		Asked: FormFull, Section: sectionNeeds, Lines: 3, Index: IndexBody, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Resources }},
	{Path: "legal_basis", Kind: FieldRows, Limit: MaxRows, Label: "Lovgrundlag", Help: "Et på hver linje. Fx: serviceloven § 85.", One: "lovgrundlag", Doc: "e.g. `Serviceloven § 85`",
		Asked: FormFull, Section: sectionNeeds, Lines: 2, rows: rowsOf(func(p *Practice) *[]string { return &p.LegalBasis }),
		Fields: []*Field{{Path: "legal_basis[]", Kind: FieldLine, Limit: MaxShort, Label: "Lovgrundlag", Index: IndexBody, Quoted: true, Content: true,
			text: func(p *Practice, i int) *string { return &p.LegalBasis[i] }}}},
	{Path: "contact", Kind: FieldLine, Limit: MaxShort, Label: "Hvor kan andre spørge?", Help: "En fælles postkasse, som må stå i kataloget. Ikke en persons adresse.", Doc: "a function mailbox, not a person",
		Asked: FormFull, Section: sectionNeeds, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Contact }},

	{Path: "advice", Kind: FieldRows, Limit: MaxRows, Label: "Råd til andre", PageLabel: "Hvad råder de andre til?", One: "råd", Doc: "advice that the source gives to others",
		Asked: FormFull, Section: sectionAdvice, rows: rowsOf(func(p *Practice) *[]Advice { return &p.Advice }),
		Fields: []*Field{
			{Path: "advice[].text", Kind: FieldLine, Limit: MaxShort, Label: "Råd", Help: "En sætning, som andre kan følge.", Doc: "in a sentence",
				Missing: "Skriv rådet i en sætning.", Asked: FormFull, Lines: 2, Index: IndexBody, Content: true,
				text: func(p *Practice, i int) *string { return &p.Advice[i].Text }},
			{Path: "advice[].situation", Kind: FieldLine, Limit: MaxTitle, Label: "Hvornår", Help: "Fx: før samtalen.", Doc: "when it is of use", Asked: FormFull, Index: IndexBody, Content: true,
				text: func(p *Practice, i int) *string { return &p.Advice[i].Situation }},
			{Path: "advice[].preconditions", Kind: FieldTerms, Limit: MaxRows, Label: "Forudsætning", Doc: "those that it helps to meet", Vocabulary: Precondition,
				Asked: FormDesk, Content: true,
				terms: func(p *Practice, i int) *[]TermRef { return &p.Advice[i].Preconditions }},
		}},

	{Path: "retention", Kind: FieldRows, Limit: MaxRows, Label: "Blev det fastholdt?", One: "oplysning om fastholdelse", Doc: "dated statements of whether it was kept",
		Asked: FormFull, Section: sectionRetention, rows: rowsOf(func(p *Practice) *[]Retention { return &p.Retention }), Counted: true,
		Fields: []*Field{
			{Path: "retention[].status", Kind: FieldCode, Label: "Fastholdt?", Doc: "left out when the source does not say", Options: untyped(Retentions), Unset: NotStatedLabel,
				Asked: FormFull, Index: IndexBody, NotIndexed: []string{"undecided"}, Content: true, // whose label has the word "besluttet"
				text: func(p *Practice, i int) *string { return (*string)(&p.Retention[i].Status) }},
			{Path: "retention[].as_of", Kind: FieldDate, Label: "Hvornår var det sådan?", Help: dateHelp, Doc: "when that was so", Asked: FormFull, Content: true,
				text: func(p *Practice, i int) *string { return (*string)(&p.Retention[i].AsOf) }},
			{Path: "retention[].decided_by", Kind: FieldLine, Limit: MaxShort, Label: "Besluttet af", Help: "Fx kommunalbestyrelsen eller ledelsen. Ikke en persons navn.", Doc: "who decided",
				Asked: FormFull, Index: IndexBody, Content: true,
				text: func(p *Practice, i int) *string { return &p.Retention[i].DecidedBy }},
			{Path: "retention[].note", Kind: FieldLine, Limit: MaxShort, Label: "Note", Doc: "in a sentence", Asked: FormFull, Index: IndexBody, Content: true,
				text: func(p *Practice, i int) *string { return &p.Retention[i].Note }},
		}},
	{Path: "answers.retention", Kind: FieldProse, Limit: MaxAnswer, Label: "Hvordan bliver det fastholdt?", Doc: "how it is retained",
		Asked: FormFull, Section: sectionRetention, Lines: 4, Index: IndexBody, Content: true,
		text: func(p *Practice, _ int) *string { return &p.Answers.Retention }},

	{Path: "periods", Kind: FieldRows, Limit: MaxRows, Label: "Hvornår", One: "periode", Doc: "phases of the measures in 2020",
		Asked: FormFull, Section: sectionTime, rows: rowsOf(func(p *Practice) *[]Period { return &p.Periods }), Counted: true,
		Fields: []*Field{{Path: "periods[]", Kind: FieldCode, Label: "Hvornår", Options: untyped(Periods), Content: true,
			text: func(p *Practice, i int) *string { return (*string)(&p.Periods[i]) }}}},
	{Path: "period_from", Kind: FieldDate, Label: "Fra", Help: dateHelp, Doc: "where known", Asked: FormFull, Section: sectionTime, Content: true,
		text: func(p *Practice, _ int) *string { return (*string)(&p.PeriodFrom) }},
	{Path: "period_to", Kind: FieldDate, Label: "Til", Help: dateHelp, Doc: "where known", Asked: FormFull, Section: sectionTime, Content: true,
		text: func(p *Practice, _ int) *string { return (*string)(&p.PeriodTo) }},
	{Path: "use", Kind: FieldCode, Label: "Kan det bruges nu?", Doc: "whether it can be used today; left out until an editor has assessed it", Options: untyped(Uses), Unset: NotAssessedLabel,
		Asked: FormDesk, Section: sectionTime, Content: true, Counted: true,
		text: func(p *Practice, _ int) *string { return (*string)(&p.Use) }},

	{Path: "sources", Kind: FieldRows, Limit: MaxRows, Label: "Kilder", PageLabel: "Kilde", One: "kilde", Doc: "where the practice is known from",
		Asked: FormFull, Section: sectionSources, rows: rowsOf(func(p *Practice) *[]Source { return &p.Sources }),
		Fields: []*Field{
			{Path: "sources[].document", Kind: FieldLine, Limit: MaxShort, Label: "Hvad hedder kilden?", Doc: "its title", Missing: "Skriv, hvad kilden hedder.",
				Asked: FormFull, Quoted: true, Content: true, // not searched: every practice of a document would be found by its cover
				text: func(p *Practice, i int) *string { return &p.Sources[i].Document }},
			{Path: "sources[].kind", Kind: FieldCode, Label: "Hvad er det?", Doc: "its genre", Options: untyped(SourceKinds), Unset: "Vælg",
				Missing: "Vælg, hvad kilden er.", Asked: FormFull, Content: true,
				text: func(p *Practice, i int) *string { return (*string)(&p.Sources[i].Kind) }},
			{Path: "sources[].publisher", Kind: FieldLine, Limit: MaxShort, Label: "Hvem står bag?", Doc: "who published it", Asked: FormFull, Index: IndexSource, Quoted: true, Content: true,
				text: func(p *Practice, i int) *string { return &p.Sources[i].Publisher }},
			{Path: "sources[].date", Kind: FieldDate, Label: "Fra hvornår?", Help: dateHelp, Doc: "its date", Asked: FormFull, Content: true,
				text: func(p *Practice, i int) *string { return (*string)(&p.Sources[i].Date) }},
			{Path: "sources[].place", Kind: FieldLine, Limit: MaxShort, Label: "Sted i kilden", Help: "Overskriften eller siden.", Doc: "the heading or page within it", Asked: FormFull, Index: IndexSource, Quoted: true, Content: true,
				text: func(p *Practice, i int) *string { return &p.Sources[i].Place }},
			{Path: "sources[].url", Kind: FieldURL, Limit: MaxURL, Label: "Link", Doc: "its address", Asked: FormFull, Content: true,
				text: func(p *Practice, i int) *string { return &p.Sources[i].URL }},
			{Path: "sources[].about", Kind: FieldLine, Limit: MaxFinding, Label: "Om kilden", Help: "Hvordan er den blevet til? Hvem er spurgt, hvor mange, og hvem mangler?", Doc: "how it was collected, whom it asked and how many, what it leaves out",
				Asked: FormFull, Lines: 3, Content: true, // not searched, as its title is not
				text: func(p *Practice, i int) *string { return &p.Sources[i].About }},
			{Path: "sources[].asked", Kind: FieldCode, Label: "Er borgere spurgt?", Doc: "whether it asked citizens themselves", Options: untyped(Askeds), Unset: NotStatedLabel,
				Asked: FormFull, Content: true,
				text: func(p *Practice, i int) *string { return (*string)(&p.Sources[i].Asked) }},
		}},
	{Path: "links", Kind: FieldRows, Limit: MaxRows, Label: "Links", One: "link", Doc: "what belongs to the practice elsewhere",
		Asked: FormFull, Section: sectionLinks, rows: rowsOf(func(p *Practice) *[]Link { return &p.Links }),
		Fields: []*Field{
			{Path: "links[].label", Kind: FieldLine, Limit: MaxShort, Label: "Tekst", Doc: "its text; the host of the address when left out", Asked: FormFull, Index: IndexSource, Quoted: true, Content: true,
				text: func(p *Practice, i int) *string { return &p.Links[i].Label }},
			{Path: "links[].url", Kind: FieldURL, Limit: MaxURL, Label: "Webadresse", Doc: "its address", Missing: "Skriv linkets adresse.", Asked: FormFull, Content: true,
				text: func(p *Practice, i int) *string { return &p.Links[i].URL }},
		}},

	{Path: "kind", Kind: FieldCode, Label: "Slags", Doc: "`example` when left out", Options: untyped(Kinds), Asked: FormDesk, Section: sectionDesk, Content: true,
		text: func(p *Practice, _ int) *string { return (*string)(&p.Kind) }},
	{Path: "solutions", Kind: FieldTerms, Limit: MaxRows, Label: "Løsning", Doc: "what it belongs to; read only when the practice is new, since membership is editorial", Vocabulary: SolutionList,
		Asked: FormDesk, Section: sectionDesk, Index: IndexHead, Counted: true,
		terms: func(p *Practice, _ int) *[]TermRef { return &p.Solutions }},
	{Path: "slug", Kind: FieldCode, Limit: MaxSlug, Label: "Adresse i kataloget", Help: "Må være tom. Så bliver den lavet af titlen. Den kan ikke ændres bagefter.",
		Doc:   "address, of `a-z`, `0-9` and `-`; import updates the practice that has it. Without one it is made of the title (and the organisation, where another has that title)",
		Asked: FormDesk, Section: sectionDesk,
		text: func(p *Practice, _ int) *string { return &p.Slug }},
	{Path: "search_words", Kind: FieldRows, Limit: MaxSearchPhrases, Label: "Søgeord", Help: "5 til 12 ord eller korte spørgsmål, som folk søger med, og som eksemplet ikke selv bruger. Et på hver linje. De vises ikke.", One: "søgeord", Doc: "lay words and questions that people search by and the text does not have; never shown",
		Asked: FormDesk, Section: sectionDesk, Lines: 6, rows: rowsOf(func(p *Practice) *[]string { return &p.SearchWords }),
		Fields: []*Field{{Path: "search_words[]", Kind: FieldLine, Limit: MaxShort, Label: "Søgeord", Index: IndexWords, Quoted: true, Content: true,
			text: func(p *Practice, i int) *string { return &p.SearchWords[i] }}}},
	{Path: "review_by", Kind: FieldDate, Label: "Ses efter senest", Help: dateHelp, Doc: "look at it again by", Asked: FormDesk, Section: sectionDesk,
		text: func(p *Practice, _ int) *string { return (*string)(&p.ReviewBy) }},

	{Path: "key", Kind: FieldCode, Label: "Nøgle", Doc: "seeds only: names the seed for ever", Meta: MetaKept,
		text: func(p *Practice, _ int) *string { return &p.Key }},
	{Path: "first_published", Kind: FieldInstant, Label: "Udgivet", Doc: "kept when the practice is new here", Meta: MetaExported,
		instant: func(p *Practice, _ int) **time.Time { return &p.FirstPublished }},
	{Path: "state", Kind: FieldCode, Label: "Tilstand", Doc: "what the catalogue adds; import passes over it", Meta: MetaKept,
		text: func(p *Practice, _ int) *string { return (*string)(&p.State) }},
	{Path: "state_reason", Kind: FieldLine, Label: "Forklaring", Doc: "likewise: why it was withdrawn", Quoted: true, Meta: MetaKept,
		text: func(p *Practice, _ int) *string { return &p.StateReason }},
	{Path: "revision", Kind: FieldNumber, Label: "Udgave", Doc: "likewise: which revision it is, from 1", Meta: MetaKept,
		number: func(p *Practice, _ int) *int { return &p.Revision }},
	{Path: "updated", Kind: FieldInstant, Label: "Ændret", Doc: "likewise: when that was made", Meta: MetaExported,
		instant: func(p *Practice, _ int) **time.Time { return &p.Updated }},
	{Path: "checked", Kind: FieldInstant, Label: "Tjekket", Doc: "likewise: when those who did it confirmed what it says", Meta: MetaExported,
		instant: func(p *Practice, _ int) **time.Time { return &p.Checked }},
	{Path: "reviewed", Kind: FieldInstant, Label: "Set igennem", Doc: "likewise: when an editor last went through it", Meta: MetaExported,
		instant: func(p *Practice, _ int) **time.Time { return &p.Reviewed }},
	{Path: "dead_links", Kind: FieldRows, Limit: 2 * MaxRows, Label: "Døde links", One: "dødt link", Doc: "likewise: those of its addresses that do not work any more", Meta: MetaKept,
		rows: rowsOf(func(p *Practice) *[]DeadLink { return &p.DeadLinks }),
		Fields: []*Field{
			{Path: "dead_links[].url", Kind: FieldURL, Limit: MaxURL, Label: "Webadresse", Doc: "the address", Meta: MetaKept,
				text: func(p *Practice, i int) *string { return &p.DeadLinks[i].URL }},
			{Path: "dead_links[].as_of", Kind: FieldDate, Label: "Siden", Doc: "the day on which it was first found so", Meta: MetaKept,
				text: func(p *Practice, i int) *string { return (*string)(&p.DeadLinks[i].AsOf) }},
		}},
})
