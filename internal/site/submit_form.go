package site

import (
	"fmt"
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
	takes, text, button string // on the page with all ways; empty where it is no way of sharing
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
	{kind: review.KindQuestion, heading: "Spørg dem, der har prøvet det", lead: "Redaktionen finder ud af, hvem der kan svare, og skriver til dig."},
}

func wayOf(k review.SubmissionKind) way {
	return ways[slices.IndexFunc(ways, func(x way) bool { return x.kind == k })]
}

// form makes the sections of a submission's form: those of the record, and what
// is asked beside it.
type form struct {
	s      *review.Submission
	c      *review.Contact // nil in a form that does not ask who sends it
	how    formState
	record web.RecordForm
	faults map[string]string // messages by field
	urls   map[string]string // of the fields beside the record
}

func newForm(s *review.Submission, c *review.Contact, t *catalogue.Taxonomy, how formState) *form {
	messages := map[string]string{}
	for _, x := range how.faults {
		messages[x.Field] = strings.TrimSpace(messages[x.Field] + " " + x.Message)
	}
	if list := catalogue.ListAt(how.add); list != nil {
		if list.Len(&s.Practice) == 0 {
			list.AddRow(&s.Practice) // the one that invites, and was left empty
		}
		list.AddRow(&s.Practice)
	}
	return &form{s: s, c: c, how: how, faults: messages, urls: map[string]string{}, record: web.RecordForm{
		Practice: &s.Practice, Taxonomy: t, Form: s.Kind.Form(), Errors: messages, Inviting: true, Others: true, Named: s.Named,
		AddButton:    func(list string) (string, string) { return "add", list },
		RemoveButton: func(list string, row int) (string, string) { return "remove", fmt.Sprintf("%s[%d]", list, row) },
	}}
}

// errors are the lines of the error summary, one a field.
func (f *form) errors() (out []web.FormError) {
	seen := map[string]bool{}
	for _, x := range f.how.faults {
		if seen[x.Field] {
			continue
		}
		seen[x.Field] = true
		e := f.record.Line(x.Field, f.faults[x.Field])
		if url := f.urls[x.Field]; url != "" {
			e.URL = url
		}
		out = append(out, e)
	}
	return out
}

// field makes a field beside the record.
func (f *form) field(x web.Field) web.Field {
	x.ID = web.FieldID(x.Name)
	x.Error = f.faults[x.Name]
	f.urls[x.Name] = "#" + x.ID
	return x
}

// notCPR is the box that says so, where ten digits stand in the way or stood.
func (f *form) notCPR() *web.FieldOption {
	if !f.how.notCPR && !f.s.NotCPR {
		return nil
	}
	return &web.FieldOption{ID: "not-cpr", Value: "1", Label: "Det er ikke et CPR-nummer", Chosen: f.s.NotCPR}
}

// sections are all parts of the form.
func (f *form) sections() []web.FormSection {
	list := f.record.Sections()
	for i := range list {
		for j := range list[i].Fields {
			if x := &list[i].Fields[j]; x.Name == "title" {
				// What is added to an example has the example's title.
				x.Must, x.Similar = f.s.About == "", f.s.About == ""
			}
		}
	}
	link := f.field(web.Field{Type: web.FieldURL, Name: "link", Label: "Link", Hint: "Hvis der står noget om det på nettet.", Value: f.s.Link})
	first := &list[0]
	if f.s.Kind == review.KindQuestion {
		text := f.field(web.Field{Type: web.FieldArea, Must: true, Name: "text", Label: "Dit spørgsmål", Hint: "Skriv ikke navne på borgere.", Value: f.s.Text, Rows: 5})
		first.Heading, first.Intro = "Spørgsmålet", ""
		for i := range first.Fields {
			first.Fields[i].Must = false
			first.Fields[i].Label = "Din kommune eller organisation"
		}
		first.Fields = append([]web.Field{text}, first.Fields...)
	} else if f.s.Kind == review.KindTip {
		text := f.field(web.Field{Type: web.FieldArea, Name: "text", Label: catalogue.FieldAt("answers.done").Label, Hint: "Skriv ikke navne på borgere.", Value: f.s.Text, Rows: 3})
		first.Heading, first.Intro = "Tippet", "Skriv et link eller to linjer. Det ene er nok."
		first.Fields = append([]web.Field{link, text}, first.Fields...)
	} else {
		first.Fields = append(first.Fields, link)
	}
	if f.c != nil {
		list = append(list, f.you())
	}
	return list
}

func (f *form) you() web.FormSection {
	x := web.FormSection{ID: "dig", Heading: "Hvor kan vi svare dig?", Intro: "Kun redaktionen ser det, og vi sletter det igen."}
	if !f.s.Kind.Brief() {
		x.Fields = append(x.Fields, f.field(web.Field{Type: web.FieldText, Name: "contact_name", Label: "Dit navn", Value: f.c.Name, Auto: "name"}))
	}
	x.Fields = append(x.Fields, f.field(web.Field{Type: web.FieldMail, Must: true, Name: "email", Label: "Din mailadresse", Value: f.c.Email, Auto: "email"}))
	if f.s.Kind == review.KindFull {
		x.Fields = append(x.Fields, f.field(web.Field{Type: web.FieldPhone, Name: "phone", Label: "Dit telefonnummer på arbejdet", Value: f.c.Phone, Auto: "work tel"}))
	}
	return x
}

// actors are the names to choose among while one types.
func (f *form) actors() (out []string) {
	for _, o := range f.record.Taxonomy.Organisations {
		if !f.record.Taxonomy.Exists(o) {
			continue
		}
		out = append(out, o.Name)
	}
	slices.SortFunc(out, danish.Compare)
	return out
}
