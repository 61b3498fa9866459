package review

import (
	"crypto/sha256"
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
	WarnDigits: "Cifrene kan være et CPR-nummer. Fjern dem, eller svar, at det ikke er et CPR-nummer.",
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
	d := newDetector(s)
	for _, t := range submissionTexts(s) {
		d.examine(t)
	}
	return d.warnings
}

// newDetector looks through the texts of a submission: the names of its
// organisations are nobody's.
func newDetector(s *Submission) *detector {
	d := &detector{notCPR: s.NotCPR, provider: s.Practice.Provider, notPersons: []string{s.Practice.Provider}}
	for _, o := range s.Practice.Organisations() {
		d.notPersons = append(d.notPersons, o.Name, o.ShortName)
	}
	return d
}

// TextWarnings looks through one text that belongs to no form, such as an
// attached document's.
func TextWarnings(field, text string, notCPR bool) []Warning {
	d := detector{notCPR: notCPR}
	d.examine(fieldText{field, text, prose})
	return d.warnings
}

// textClass is what a text is, which decides what is looked for.
type textClass int

const (
	prose      textClass = iota // whatever people write
	title                       // titles of documents and links, names of institutions: in quotation marks by right
	identifier                  // addresses and values of lists: only CPR numbers
)

// fieldText is a text with the path of its field.
type fieldText struct {
	path, text string
	class      textClass
}

// submissionTexts are all texts of a submission: its own, and those of every
// field of the record, so that nothing that somebody sent is passed over.
func submissionTexts(s *Submission) []fieldText {
	own := []fieldText{{"text", s.Text, prose}, {"link", s.Link, identifier}, {"about", s.About, identifier}}
	for _, n := range s.Named {
		own = append(own, fieldText{"named", n.Written, identifier}, fieldText{"named", n.Slug, identifier})
	}
	return append(own, recordTexts(&s.Practice)...)
}

// recordTexts are all texts of a record.
func recordTexts(p *catalogue.Practice) (out []fieldText) {
	for v := range p.Values() {
		class := identifier
		if v.Kind == catalogue.FieldLine || v.Kind == catalogue.FieldProse {
			if class = prose; v.Quoted {
				class = title
			}
		}
		for _, s := range v.Strings() {
			if *s != "" {
				out = append(out, fieldText{v.Path(), *s, class})
			}
		}
	}
	return out
}

// detector finds personal data in texts and gathers the warnings.
type detector struct {
	notCPR     bool
	provider   string
	notPersons []string // names of organisations and institutions
	warnings   []Warning
	// found is called, unless it is nil, with each text that is warned of, whole
	// and as it was written.
	found func(kind WarningKind, text string)
}

// maxWarnings bounds what one text can give: a page of them helps nobody.
const maxWarnings = 20

func (d *detector) examine(f fieldText) {
	text, masked := mask(f.text)
	for _, at := range masked {
		kind, blocks := WarnCPR, true
		if !at.sure {
			kind, blocks = WarnDigits, !d.notCPR
		}
		// With what stands around it: the digits are covered, and one has to
		// find the place.
		d.add(f, kind, around(text, at.start, at.end), blocks)
	}
	if d.found != nil {
		for _, at := range FindCPR(f.text) {
			d.found(WarnDigits, f.text[at[0]:at[1]])
		}
	}
	if hidesCPR(f.text) {
		d.add(f, WarnCPR, "", true)
	}
	if f.class == identifier {
		return
	}
	// What has been read as a mail address is no name, and so on.
	rest := []byte(text)
	take := func(kind WarningKind, places [][2]int) {
		n := 0
		for _, at := range places {
			if n++; n <= maxWarnings {
				d.add(f, kind, shorten(text[at[0]:at[1]]), false)
			}
			if d.found != nil {
				d.found(kind, text[at[0]:at[1]])
			}
		}
	}
	mails, private := findMails(text)
	take(WarnMail, private)
	blank(rest, mails)
	blank(rest, findAddresses(string(rest)))
	take(WarnPhone, findPhones(string(rest)))
	take(WarnName, d.persons(string(rest)))
	if f.class == prose {
		take(WarnQuote, findQuotes(text))
		take(WarnSingle, findSingle(string(rest), d.provider))
	}
}

// persons are names that are not the organisations' own.
func (d *detector) persons(s string) [][2]int {
	for _, name := range d.notPersons {
		if len(name) > 3 {
			s = strings.ReplaceAll(s, name, strings.Repeat("x", len(name)))
		}
	}
	return findNames(s)
}

func (d *detector) add(f fieldText, kind WarningKind, excerpt string, blocks bool) {
	sum := sha256.Sum256([]byte(f.path + "\x00" + excerpt))
	key := []byte(kind + "-")
	for _, b := range sum[:10] { // letters alone: no key looks like a number
		key = append(key, 'a'+b%26)
	}
	if slices.ContainsFunc(d.warnings, func(w Warning) bool { return w.Key == string(key) }) {
		return
	}
	d.warnings = append(d.warnings, Warning{Key: string(key), Kind: kind, Field: f.path, Message: warningMessages[kind], Excerpt: excerpt, Blocks: blocks})
}

// blank puts spaces for what has been dealt with, so that places stay.
func blank(b []byte, places [][2]int) {
	for _, at := range places {
		for i := at[0]; i < at[1]; i++ {
			b[i] = ' '
		}
	}
}
