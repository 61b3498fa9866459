package intake

import (
	"praksis/internal/catalogue"
	"praksis/internal/office"
)

// templateFields are the fields that the template for download asks for, in its
// order: what a submitter can tell in words.
var templateFields = []string{pathOrganisation, pathTitle, "provider", "summary", pathDone, pathTargetGroups, pathContactForms, "answers.worked", "answers.for_whom", "answers.spread",
	pathRetention, "answers.retention", "answers.next_time", "answers.other", "answers.quality", "resources", "legal_basis", "contact"}

// What the template says beside its questions. The cut knows these words again where
// they come back as text.
const (
	templateTitle = "Skabelon til eksempler"
	// templateStart is the heading over each example.
	templateStart = "Eksempel"
	// writeHere and chooseHere stand in controls that nobody has filled in; a test
	// holds that the cut takes neither for an answer.
	writeHere  = "Skriv her"
	chooseHere = "Vælg her"
)

var templateIntro = []string{
	"Fortæl, hvad I gjorde, og hvordan det gik. Spring over det, I ikke har svar på.",
	"Skriv ikke navne på borgere, og skriv aldrig CPR-numre.",
	"Har I flere eksempler? Kopiér alt fra overskriften »Eksempel« og ned. Sæt det ind igen nederst.",
	"Send skabelonen ved at lægge den ved, når I indsender et eksempel på kataloget.",
}

// manyTerms is the note over a question with terms of a tree that is too long to be
// listed.
const manyTerms = "Skriv med jeres egne ord. Fx: unge med angst."

// Template is the template that the site gives out, made of the record's fields. The
// ways of contact are those of the taxonomy.
func Template(t *catalogue.Taxonomy) office.Document {
	d := office.Document{Title: templateTitle}
	add := func(style office.Style, text string) {
		d.Blocks = append(d.Blocks, office.Paragraph{Style: style, Runs: office.Plain(text)})
	}
	add(office.Title, templateTitle)
	for _, s := range templateIntro {
		add(office.Body, s)
	}
	add(office.Heading1, templateStart)
	for _, path := range templateFields {
		f := catalogue.FieldAt(path)
		add(office.Heading2, f.Label)
		control := office.Control{Kind: office.Text, Name: f.Label, Tag: path, Placeholder: writeHere}
		help := f.Help
		switch path {
		case pathOrganisation:
			help = "" // of the form's list
		case pathTargetGroups:
			help = manyTerms
		case pathContactForms:
			for _, term := range t.Terms[catalogue.ContactForm] {
				if term.Successor == "" {
					d.Blocks = append(d.Blocks, office.Paragraph{Runs: office.Plain(term.Label), Control: &office.Control{Kind: office.Tick, Name: term.Label, Tag: path + ":" + term.Slug}})
				}
			}
			continue
		case pathRetention:
			control.Kind, control.Placeholder = office.List, chooseHere
			for _, o := range catalogue.Retentions {
				control.Options = append(control.Options, o.Label)
			}
			help = ""
		}
		if help != "" {
			add(office.Hint, help)
		}
		d.Blocks = append(d.Blocks, office.Paragraph{Control: &control})
	}
	return d
}
