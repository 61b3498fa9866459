package review

import (
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
)

// CheckItem names one thing that must hold of an example before it is published, or
// be overruled with a reason.
type CheckItem string

// The items (docs/domain.md, "From tip to published").
const (
	CheckSummary     CheckItem = "summary"
	CheckTargetGroup CheckItem = "target_group"
	CheckContactForm CheckItem = "contact_form"
	CheckEffect      CheckItem = "effect"
	CheckSource      CheckItem = "source"
	CheckUse         CheckItem = "use"
	CheckQuestions   CheckItem = "questions"
	CheckFiles       CheckItem = "files"
)

// CheckItems in their order, with what must hold.
var CheckItems = catalogue.Options[CheckItem]{
	{Code: CheckSummary, Slug: "kort-fortalt", Label: "Det er fortalt kort"},
	{Code: CheckTargetGroup, Slug: "maalgruppe", Label: "Der er en målgruppe"},
	{Code: CheckContactForm, Slug: "kontaktform", Label: "Der er en kontaktform"},
	{Code: CheckEffect, Slug: "effekt", Label: "Der er en effekt, og det står, hvem der siger det"},
	{Code: CheckSource, Slug: "kilde", Label: "Der er en kilde"},
	{Code: CheckUse, Slug: "brug", Label: "Det er vurderet, om det kan bruges nu"},
	{Code: CheckQuestions, Slug: "spoergsmaal", Label: "Ingen spørgsmål venter på svar"},
	{Code: CheckFiles, Slug: "bilag", Label: "Alle bilag er set igennem"},
}

// Checked is one item of the checklist of an example.
type Checked struct {
	Item CheckItem
	// Done tells whether it holds. Lack says in Danish what is lacking, and Field is
	// the record's path to where it is mended; both are empty where it holds, and
	// Field also where it is no field.
	Done        bool
	Lack, Field string
	// Firm can be overruled by nobody: an attachment that nobody has looked through
	// may have personal data.
	Firm bool
}

// Checklist says of each item, in the order of CheckItems, whether it holds of a
// record that is to be published: questions are those that wait for an answer,
// unread the attachments that an editor must look through.
func Checklist(p *catalogue.Practice, questions, unread int) []Checked {
	own := p.Clone()
	own.AddFindingTerms()
	out := []Checked{
		{Item: CheckSummary, Done: strings.TrimSpace(p.Summary) != "", Lack: "Skriv i en sætning eller to, hvad det går ud på.", Field: "summary"},
		{Item: CheckTargetGroup, Done: len(own.TargetGroups) > 0, Lack: "Vælg, for hvem det er. »Ikke oplyst« er også et svar.", Field: "target_groups"},
		{Item: CheckContactForm, Done: len(own.ContactForms) > 0, Lack: "Vælg, hvordan man mødtes.", Field: "contact_forms"},
		effectChecked(p),
		{Item: CheckSource, Done: slices.ContainsFunc(p.Sources, func(s catalogue.Source) bool { return strings.TrimSpace(s.Document) != "" }), Lack: "Skriv, hvor eksemplet er kendt fra.", Field: "sources"},
		{Item: CheckUse, Done: p.Use != "", Lack: "Vælg, om det kan bruges nu.", Field: "use"},
		{Item: CheckQuestions, Done: questions == 0, Lack: "Indsenderen er spurgt om noget og har ikke svaret endnu."},
		{Item: CheckFiles, Done: unread == 0, Lack: "Se bilagene igennem, og sæt hak ved dem.", Firm: true},
	}
	for i := range out {
		if out[i].Done {
			out[i].Lack, out[i].Field = "", ""
		}
	}
	return out
}

// Worsened are the items of the checklist that held of what is published and do not
// hold of a revision of it: what was lacking before stands in nobody's way who mends
// something else.
func Worsened(old, now *catalogue.Practice) (out []Checked) {
	before := Checklist(old, 0, 0)
	for i, c := range Checklist(now, 0, 0) {
		if !c.Done && before[i].Done {
			out = append(out, c)
		}
	}
	return out
}

// effectChecked holds for an example with an effect whose voice is stated, where no
// other effect is without one. What is no example may have no findings, and a lesson
// may tell of what the crisis did, which is no effect (docs/domain.md, "Practice").
func effectChecked(p *catalogue.Practice) Checked {
	c := Checked{Item: CheckEffect, Field: "findings"}
	stated := 0
	for i, f := range p.Findings {
		switch {
		case f.Effect == "":
		case len(f.Voices) == 0:
			c.Lack, c.Field = "Vælg, hvem der siger, om det virkede.", "findings["+strconv.Itoa(i+1)+"].voice"
			return c
		default:
			stated++
		}
	}
	if c.Done = stated > 0 || p.Kind != catalogue.KindExample && p.Kind != ""; !c.Done {
		c.Lack = "Skriv mindst én erfaring med effekt, og vælg, hvem der siger det."
	}
	return c
}

// PrefixOverruled stands before the item that a reason overrules, in the fields of
// faults.
const PrefixOverruled = "act.overruled."

// FieldOverruled is the field of a reason for overruling an item.
func FieldOverruled(item CheckItem) string { return PrefixOverruled + string(item) }

// maxOverruled is the most characters of one such reason: all of them stand in one
// event.
const maxOverruled = 400

// overrule is what of a checklist is left to do when reasons for overruling are
// given, and what the event says of those that are taken.
func overrule(list []Checked, reasons map[CheckItem]string, notCPR bool) (left []Checked, text string, faults []Fault) {
	var lines []string
	for _, c := range list {
		reason := Line(reasons[c.Item])
		switch {
		case c.Done:
		case c.Firm || reason == "":
			left = append(left, c)
		default:
			field := FieldOverruled(c.Item)
			for _, f := range message(reason, "", notCPR) {
				faults = append(faults, Fault{field, f.Message})
			}
			if n := len([]rune(reason)); n > maxOverruled {
				faults = append(faults, Fault{field, "Grunden er på " + strconv.Itoa(n) + " tegn. Der er plads til " + strconv.Itoa(maxOverruled) + ". Gør den kortere."})
			}
			lines = append(lines, "Uden »"+CheckItems.Label(c.Item)+"«: "+reason)
		}
	}
	return left, strings.Join(lines, "\n"), faults
}
