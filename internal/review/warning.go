package review

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"praksis/internal/catalogue"
)

// WarningKind is what was found.
type WarningKind string

// What is looked for.
const (
	WarnCPR    WarningKind = "cpr"
	WarnDigits WarningKind = "digits" // ten in a row that may be a CPR number
	WarnName   WarningKind = "name"
	WarnMail   WarningKind = "mail"
	WarnPhone  WarningKind = "phone"
	WarnQuote  WarningKind = "quote"
	WarnSingle WarningKind = "single"
)

// Warning is something in a text that may show who it is about.
type Warning struct {
	// Key stays the same as long as the field and what was found in it do.
	Key  string
	Kind WarningKind
	// Field is the path of the field, as in Fault.
	Field string
	// Message says in plain Danish what was found and what to do.
	Message string
	// Excerpt is what was found. The digits of a CPR number are never in it.
	Excerpt string
	// Blocks is set when it cannot be answered but must be removed.
	Blocks bool
}

// warningMessages say what to do, by kind.
var warningMessages = map[WarningKind]string{
	WarnCPR:    "Det ligner et CPR-nummer. Fjern det, før du sender. Vi gemmer det ikke.",
	WarnDigits: "De ti tal kan være et CPR-nummer. Fjern dem, eller svar, at det ikke er et CPR-nummer.",
	WarnName:   "Det ligner navnet på en person. Skriv fx »en borger« eller »en medarbejder«, medmindre navnet skal stå her.",
	WarnMail:   "Det ligner en persons mailadresse. Skriv en fælles postkasse, eller fjern adressen.",
	WarnPhone:  "Det ligner et telefonnummer. Fjern det, hvis det hører til en person.",
	WarnQuote:  "Det ligner noget, en borger har sagt. Fortæl det med dine egne ord, så ingen kan kende borgeren.",
	WarnSingle: "Det handler om én borger på et lille sted. Andre kan måske se, hvem det er. Skriv det mere bredt.",
}

// Unanswered are the warnings that block, and those not among the answered
// keys.
func Unanswered(ws []Warning, answered []string) []Warning {
	var out []Warning
	for _, w := range ws {
		if w.Blocks || !slices.Contains(answered, w.Key) {
			out = append(out, w)
		}
	}
	return out
}

// Warnings are what a submission may give away about persons, in the order of
// its fields. Call it after CheckSubmission, which tidies the texts.
func Warnings(s *Submission) []Warning {
	l := looker{notCPR: s.NotCPR, provider: s.Practice.Provider}
	for _, o := range s.Practice.Organisations() {
		l.own = append(l.own, o.Name, o.ShortName)
	}
	l.own = append(l.own, s.Practice.Provider)
	for _, f := range submissionFields(s) {
		l.look(f)
	}
	return l.out
}

// TextWarnings looks through one text that belongs to no form, such as an
// attached document's.
func TextWarnings(field, text string, notCPR bool) []Warning {
	l := looker{notCPR: notCPR}
	l.look(typed{field, text, prose})
	return l.out
}

// sort is what a field holds, which decides what is looked for.
type sort int

const (
	prose sort = iota // whatever people write
	label             // titles of documents and links, names of institutions: in quotation marks by right
	code              // addresses and values of lists: only CPR numbers
)

type typed struct {
	name, text string
	sort       sort
}

// submissionFields are all texts of a submission, so that nothing typed passes
// by unseen.
func submissionFields(s *Submission) []typed {
	p := &s.Practice
	var out []typed
	add := func(sort sort, name, text string) {
		if text != "" {
			out = append(out, typed{name, text, sort})
		}
	}
	terms := func(name string, refs []catalogue.TermRef) {
		for _, r := range refs {
			add(code, name, r.Slug)
			add(code, name, r.Label)
		}
	}
	organisation := func(name string, o catalogue.OrganisationRef) {
		for _, x := range []string{o.Slug, o.Code, o.Name, o.ShortName} {
			add(code, name, x)
		}
	}
	add(prose, "text", s.Text)
	add(code, "link", s.Link)
	add(code, "about", s.About)
	add(prose, "title", p.Title)
	add(prose, "summary", p.Summary)
	organisation("organisation", p.Organisation)
	for i, o := range p.Partners {
		organisation(fmt.Sprintf("partners[%d]", i+1), o)
	}
	add(label, "provider", p.Provider)
	terms("target_groups", p.TargetGroups)
	terms("contact_forms", p.ContactForms)
	terms("perspectives", p.Perspectives)
	terms("themes", p.Themes)
	a := &p.Answers
	add(prose, "answers.done", a.Done)
	add(prose, "answers.worked", a.Worked)
	add(prose, "answers.for_whom", a.ForWhom)
	add(prose, "answers.spread", a.Spread)
	add(prose, "answers.retention", a.Retention)
	add(prose, "answers.other", a.Other)
	add(prose, "answers.quality", a.Quality)
	for i, f := range p.Findings {
		at := fmt.Sprintf("findings[%d].", i+1)
		add(code, at+"key", f.Key)
		terms(at+"target_groups", f.TargetGroups)
		terms(at+"contact_forms", f.ContactForms)
		add(code, at+"effect", string(f.Effect))
		add(code, at+"voice", string(f.Voice))
		add(prose, at+"condition", f.Condition)
		add(prose, at+"text", f.Text)
	}
	terms("transfer_to", p.TransferTo)
	terms("preconditions", p.Preconditions)
	for i, r := range p.Retention {
		at := fmt.Sprintf("retention[%d].", i+1)
		add(code, at+"status", string(r.Status))
		add(prose, at+"note", r.Note)
		add(prose, at+"decided_by", r.DecidedBy)
		add(code, at+"as_of", string(r.AsOf))
	}
	for i, x := range p.Periods {
		add(code, fmt.Sprintf("periods[%d]", i+1), string(x))
	}
	add(code, "period_from", string(p.PeriodFrom))
	add(code, "period_to", string(p.PeriodTo))
	for i, x := range p.LegalBasis {
		add(label, fmt.Sprintf("legal_basis[%d]", i+1), x)
	}
	add(prose, "resources", p.Resources)
	for i, x := range p.Sources {
		at := fmt.Sprintf("sources[%d].", i+1)
		add(code, at+"kind", string(x.Kind))
		add(label, at+"document", x.Document)
		add(label, at+"publisher", x.Publisher)
		add(code, at+"date", string(x.Date))
		add(label, at+"place", x.Place)
		add(code, at+"url", x.URL)
	}
	for i, x := range p.Links {
		at := fmt.Sprintf("links[%d].", i+1)
		add(label, at+"label", x.Label)
		add(code, at+"url", x.URL)
	}
	add(prose, "contact", p.Contact)
	add(code, "review_by", string(p.ReviewBy))
	terms("solutions", p.Solutions)
	for _, x := range []struct{ name, text string }{{"slug", p.Slug}, {"key", p.Key}, {"kind", string(p.Kind)}, {"state", string(p.State)}, {"state_reason", p.StateReason}} {
		add(code, x.name, x.text)
	}
	return out
}

// looker gathers warnings.
type looker struct {
	notCPR   bool
	provider string
	own      []string // names of the organisations, which are no persons
	out      []Warning
}

// maxWarnings bounds what one text can give: a page of them helps nobody.
const maxWarnings = 20

func (l *looker) look(f typed) {
	text, masked := mask(f.text)
	for _, at := range masked {
		kind, blocks := WarnCPR, true
		if at.bare {
			kind, blocks = WarnDigits, !l.notCPR
		}
		// With what stands around it: the digits are covered, and one has to
		// find the place.
		l.add(f, kind, around(text, at.start, at.end), blocks)
	}
	if f.sort == code {
		return
	}
	// What has been read as a mail address is no name, and so on.
	rest := []byte(text)
	take := func(kind WarningKind, places [][2]int) {
		n := 0
		for _, at := range places {
			if n++; n <= maxWarnings {
				l.add(f, kind, shorten(text[at[0]:at[1]]), false)
			}
		}
	}
	mails, private := findMails(text)
	take(WarnMail, private)
	blank(rest, mails)
	blank(rest, findAddresses(string(rest)))
	take(WarnPhone, findPhones(string(rest)))
	take(WarnName, l.persons(string(rest)))
	if f.sort == prose {
		take(WarnQuote, findQuotes(text))
		take(WarnSingle, findSingle(string(rest), l.provider))
	}
}

// persons are names that are not the organisations' own.
func (l *looker) persons(s string) [][2]int {
	for _, own := range l.own {
		if len(own) > 3 {
			s = strings.ReplaceAll(s, own, strings.Repeat("x", len(own)))
		}
	}
	return names(s)
}

func (l *looker) add(f typed, kind WarningKind, excerpt string, blocks bool) {
	sum := sha256.Sum256([]byte(f.name + "\x00" + excerpt))
	key := []byte(kind + "-")
	for _, b := range sum[:10] { // letters alone: no key looks like a number
		key = append(key, 'a'+b%26)
	}
	if slices.ContainsFunc(l.out, func(w Warning) bool { return w.Key == string(key) }) {
		return
	}
	l.out = append(l.out, Warning{Key: string(key), Kind: kind, Field: f.name, Message: warningMessages[kind], Excerpt: excerpt, Blocks: blocks})
}

// blank puts spaces for what has been dealt with, so that places stay.
func blank(b []byte, places [][2]int) {
	for _, at := range places {
		for i := at[0]; i < at[1]; i++ {
			b[i] = ' '
		}
	}
}
