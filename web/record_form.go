package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
)

// RecordForm makes the sections of a form that asks for the fields of a
// practice record, by catalogue.Fields: the submitter's and the editor's.
type RecordForm struct {
	Practice *catalogue.Practice
	Taxonomy *catalogue.Taxonomy
	Form     catalogue.Form
	// Errors are the messages by the paths of values.
	Errors map[string]string
	// FieldPrefix and SectionPrefix begin the IDs of elements.
	FieldPrefix, SectionPrefix string
	// Action is the address of the page; AddButton and RemoveButton give the name
	// and value of a button that adds a row to a list, or takes one out (from 1).
	Action       string
	AddButton    func(list string) (name, value string)
	RemoveButton func(list string, row int) (name, value string)
	// Inviting shows an empty row of each list without rows, and lets one choose
	// one term in a row: for those who fill in a form for the first time.
	Inviting bool
	// Others lets one say that a name is of none of the organisations offered, and
	// Named are the answers that were given.
	Others bool
	Named  []catalogue.NameChoice

	ids   map[string]string
	asked int // names, so far
	// offered are the terms of each vocabulary that one may choose, in the order of
	// the form: each of a hundred rows asks for them.
	offered map[catalogue.Vocabulary][]FieldOption
}

// ActorList is the ID of the list of organisations to choose among while one
// types.
const ActorList = "aktoerer"

// Sections are the parts of the form that have anything to ask. Afterwards URL
// knows where each field is.
func (f *RecordForm) Sections() (out []FormSection) {
	f.ids, f.asked, f.offered = map[string]string{}, 0, nil
	for _, s := range catalogue.Sections {
		x := FormSection{ID: f.SectionPrefix + s.ID, Heading: s.Heading, Intro: s.Intro}
		for _, field := range catalogue.Fields {
			if field.Section != s || field.Asked == catalogue.FormNone || field.Asked > f.Form {
				continue
			}
			if field.Kind == catalogue.FieldRows && !field.Plain() {
				f.rows(&x, field)
			} else {
				x.Fields = append(x.Fields, f.top(field))
			}
		}
		if len(x.Fields) > 0 || len(x.Rows) > 0 || x.Add.Value != "" {
			out = append(out, x)
		}
	}
	return out
}

// URL leads to the field of a path, as in review.Fault; empty when the form
// does not have it.
func (f *RecordForm) URL(path string) string {
	id := f.ids[path]
	if id == "" {
		list, _, _ := strings.Cut(path, "[") // a value of a plain list
		if x := catalogue.ListAt(list); x != nil && x.Plain() {
			id = f.ids[list]
		}
	}
	if id == "" {
		return ""
	}
	return "#" + id
}

// Line is a line of the error summary: it names the row, where the message alone
// would not tell which.
func (f *RecordForm) Line(path, message string) FormError {
	e := FormError{Message: message, URL: f.URL(path)}
	list, rest, ok := strings.Cut(path, "[")
	if x := catalogue.ListAt(list); ok && x != nil && !x.Plain() {
		row, _, _ := strings.Cut(rest, "]")
		e.Message = catalogue.UpperFirst(x.One) + " " + row + ": " + message
	}
	return e
}

// FieldID is the ID of the element with a name: its runs of other than a–z and 0–9
// become one hyphen each, and none at the ends.
func FieldID(name string) string {
	id := make([]byte, 0, len(name))
	for i := range len(name) {
		if c := name[i]; 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			id = append(id, c)
		} else if len(id) > 0 && id[len(id)-1] != '-' {
			id = append(id, '-')
		}
	}
	return strings.TrimSuffix(string(id), "-")
}

// top makes a field that stands in no row, or a plain list.
func (f *RecordForm) top(field *catalogue.Field) Field {
	if field.Kind == catalogue.FieldRows {
		return f.plainList(field)
	}
	x := f.field(field.Of(f.Practice), false)
	x.Must = field.Missing != ""
	return x
}

// rows makes the rows of a list, with the buttons that change them.
func (f *RecordForm) rows(x *FormSection, list *catalogue.Field) {
	p, n := f.Practice, list.Len(f.Practice)
	if n == 0 && f.Inviting {
		c := p.Clone()
		list.AddRow(&c)
		p, n = &c, 1
	}
	f.ids[list.Path] = x.ID
	x.Error = f.Errors[list.Path]
	for i := range n {
		id := f.FieldPrefix + FieldID(fmt.Sprintf("%s[%d]", list.Path, i+1))
		row := FormRow{ID: id, Legend: catalogue.UpperFirst(list.One) + " " + strconv.Itoa(i+1)}
		for _, v := range list.Row(p, i) {
			if v.Asked != catalogue.FormNone && v.Asked <= f.Form {
				row.Fields = append(row.Fields, f.field(v, true))
			}
		}
		if n > 1 || !f.Inviting {
			row.Remove = FormButton{Label: "Fjern " + list.One + " " + strconv.Itoa(i+1), Action: f.Action + "#" + x.ID}
			row.Remove.Name, row.Remove.Value = f.RemoveButton(list.Path, i+1)
		}
		x.Rows = append(x.Rows, row)
	}
	x.Add = FormButton{Label: "Tilføj " + list.One, Action: f.Action + "#" + f.FieldPrefix + FieldID(fmt.Sprintf("%s[%d]", list.Path, n+1))}
	x.Add.Name, x.Add.Value = f.AddButton(list.Path)
}

// named makes a field without its value.
func (f *RecordForm) named(path string, field *catalogue.Field) Field {
	x := Field{Name: path, ID: f.FieldPrefix + FieldID(path), Label: field.Label, Hint: field.Help, Error: f.Errors[path], Rows: field.Lines}
	f.ids[path] = x.ID
	return x
}

func (f *RecordForm) field(v catalogue.Value, inRow bool) Field {
	x := f.named(v.Path(), v.Field)
	x.Value = v.String()
	switch {
	case v.Kind == catalogue.FieldTerms:
		f.terms(&x, v, inRow && f.Inviting)
	case v.Kind == catalogue.FieldOrganisation:
		x.Type, x.List, x.Value = FieldText, ActorList, organisationName(*v.Organisation())
		f.askName(&x, v)
	case v.Kind == catalogue.FieldVoices:
		x.Type = FieldChecks
		f.options(&x, v.Options, func(code string) bool { return slices.Contains(*v.Voices(), catalogue.Voice(code)) })
	case v.Kind == catalogue.FieldFlag:
		x.Type, x.Value = FieldChecks, ""
		x.Options = []FieldOption{{ID: x.ID + "-1", Value: "1", Label: "Ja", Chosen: *v.Flag()}}
	case v.Kind == catalogue.FieldNumber:
		f.source(&x, v)
	case v.Options != nil:
		x.Type = FieldSelect
		if v.Unset != "" {
			x.Options = append(x.Options, FieldOption{Label: v.Unset})
		}
		f.options(&x, v.Options, func(code string) bool { return code == *v.Text() })
	case v.Kind == catalogue.FieldURL:
		x.Type = FieldURL
	case v.Kind == catalogue.FieldDate:
		x.Type, x.Value = FieldText, catalogue.Date(x.Value).Danish()
	case v.Lines > 0:
		x.Type = FieldArea
	default:
		x.Type = FieldText
	}
	return x
}

// options adds a closed list; the value is no text of its own then.
func (f *RecordForm) options(x *Field, list catalogue.Options[string], chosen func(code string) bool) {
	x.Value = ""
	for _, o := range list {
		x.Options = append(x.Options, FieldOption{ID: x.ID + "-" + strconv.Itoa(len(x.Options)+1), Value: o.Code, Label: o.Label, Chosen: chosen(o.Code)})
	}
}

// plainList makes a text of a line a value, or boxes of a closed list.
func (f *RecordForm) plainList(list *catalogue.Field) Field {
	x := f.named(list.Path, list)
	var values []string
	for i := range list.Len(f.Practice) {
		v := list.Row(f.Practice, i)[0]
		s := v.String()
		if o := v.Organisation(); o != nil {
			s = organisationName(*o)
		}
		values = append(values, s)
		if e := f.Errors[v.Path()]; e != "" && x.Error == "" {
			x.Error = e
		}
		f.askName(&x, v)
	}
	if of := list.Fields[0]; of.Options != nil {
		x.Type = FieldChecks
		f.options(&x, of.Options, func(code string) bool { return slices.Contains(values, code) })
		return x
	}
	x.Type, x.Value = FieldArea, strings.Join(values, "\n")
	return x
}

// askName asks under a field what a name in it means, where it is wrong and there
// is something to choose.
func (f *RecordForm) askName(x *Field, v catalogue.Value) {
	o := v.Organisation()
	if o == nil || f.Errors[v.Path()] == "" || o.String() == "" {
		return
	}
	written := strings.Join(strings.Fields(organisationName(*o)), " ")
	found, choices := f.Taxonomy.ReadOrganisation(written)
	if found != nil || len(choices) == 0 && !f.Others {
		return
	}
	f.asked++
	name := catalogue.NameField + strconv.Itoa(f.asked)
	q := NameQuestion{Written: Hidden{name + catalogue.NameWritten, written}}
	q.Choices = Field{Type: FieldRadios, Name: name, ID: f.FieldPrefix + name, Label: "»" + written + "«: Mener du …?"}
	if len(choices) == 0 {
		q.Choices.Label = "Er »" + written + "« skrevet rigtigt?"
	}
	for i, c := range choices {
		q.Choices.Options = append(q.Choices.Options, FieldOption{ID: q.Choices.ID + "-" + strconv.Itoa(i+1), Value: c.Slug, Label: c.Name})
	}
	if f.Others {
		other := FieldOption{ID: q.Choices.ID + "-" + catalogue.OtherOrganisation, Value: catalogue.OtherOrganisation, Label: "Ingen af dem: det er en anden organisation",
			Chosen: slices.Contains(f.Named, catalogue.NameChoice{Written: written})}
		if len(choices) == 0 {
			other.Label = "Ja, det er en organisation, som I ikke kender"
		}
		q.Choices.Options = append(q.Choices.Options, other)
	}
	x.Asked = append(x.Asked, q)
}

// NameAnswers carries answers about names along in a form.
func NameAnswers(list []catalogue.NameChoice) (out []Hidden) {
	for i, n := range list {
		name := catalogue.NameField + strconv.Itoa(carriedNames+i)
		out = append(out, Hidden{name, cmp.Or(n.Slug, catalogue.OtherOrganisation)}, Hidden{name + catalogue.NameWritten, n.Written})
	}
	return out
}

// carriedNames numbers the answers that are carried along, beside those that are
// asked for on the page.
const carriedNames = 1000

// source asks for the number of one of the record's sources.
func (f *RecordForm) source(x *Field, v catalogue.Value) {
	x.Type, x.Value = FieldSelect, ""
	for i, s := range f.Practice.Sources { // 0 means the first
		x.Options = append(x.Options, FieldOption{Value: strconv.Itoa(i + 1), Label: strconv.Itoa(i+1) + ". " + s.Document, Chosen: max(1, *v.Number()) == i+1})
	}
	if len(x.Options) == 0 {
		x.Options = []FieldOption{{Value: "0", Label: "Der er ingen kilder endnu", Chosen: true}}
	}
}

// terms asks for terms of a vocabulary, parents before their children; what is
// chosen and not in it any more is shown too.
func (f *RecordForm) terms(x *Field, v catalogue.Value, one bool) {
	x.Type, x.Value = FieldChecks, ""
	if one {
		x.Type = FieldSelect
		x.Options = []FieldOption{{Label: v.Unset}}
	}
	offered := f.offers(v.Vocabulary)
	x.Options = slices.Grow(x.Options, len(offered)+len(*v.Terms()))
	var chosen []string
	for _, r := range *v.Terms() {
		if t := f.Taxonomy.Term(v.Vocabulary, r.String()); t != nil {
			chosen = append(chosen, t.Slug)
		} else {
			x.Options = append(x.Options, FieldOption{ID: x.ID + "-" + FieldID(r.String()), Value: r.String(), Label: cmp.Or(r.Label, r.Slug), Chosen: true})
		}
	}
	for _, o := range offered {
		o.ID, o.Chosen = x.ID+"-"+o.ID, slices.Contains(chosen, o.Value)
		x.Options = append(x.Options, o)
	}
}

// offers are the terms of a vocabulary that one may choose, each under its parent;
// their IDs lack the field's.
func (f *RecordForm) offers(vocabulary catalogue.Vocabulary) []FieldOption {
	if out, ok := f.offered[vocabulary]; ok {
		return out
	}
	var out []FieldOption
	var under func(parent string)
	under = func(parent string) {
		for _, t := range f.Taxonomy.Terms[vocabulary] {
			if t.Successor == "" && t.Parent == parent {
				out = append(out, FieldOption{ID: FieldID(t.Slug), Value: t.Slug, Label: t.Label, Below: parent != ""})
				under(t.Slug)
			}
		}
	}
	under("")
	if f.offered == nil {
		f.offered = map[catalogue.Vocabulary][]FieldOption{}
	}
	f.offered[vocabulary] = out
	return out
}

// label is a field's wording on the public pages.
func label(path string) string {
	f := catalogue.FieldAt(path)
	return cmp.Or(f.PageLabel, f.Label)
}

// section is the heading of the section that a field stands in.
func section(path string) string { return catalogue.FieldAt(path).Section.Heading }

func organisationName(o catalogue.OrganisationRef) string {
	return cmp.Or(o.Name, o.ShortName, o.Slug, o.Code)
}

// FilledSections are the answers that stand in the sections of a form, under their
// headings; what was left blank is left out.
func FilledSections(sections []FormSection) (out []FilledSection) {
	for _, s := range sections {
		part := FilledSection{Heading: s.Heading, Facts: filledFields(s.Fields, "")}
		for _, row := range s.Rows {
			of := ""
			if len(s.Rows) > 1 {
				of = row.Legend + ": "
			}
			part.Facts = append(part.Facts, filledFields(row.Fields, of)...)
		}
		if len(part.Facts) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// Filled is what is filled in or chosen, in words; empty where nothing is.
func (f Field) Filled() string {
	var chosen []string
	for _, o := range f.Options {
		if o.Chosen && o.Value != "" && o.Value != "0" {
			chosen = append(chosen, o.Label)
		}
	}
	if len(chosen) > 0 {
		return strings.Join(chosen, ", ")
	}
	return f.Value
}

// FilledFields are the fields that are filled in, in words.
func FilledFields(fields []Field) []Fact { return filledFields(fields, "") }

// Filled is what of a row is filled in.
func (r FormRow) Filled() []Fact { return filledFields(r.Fields, "") }

func filledFields(fields []Field, of string) (out []Fact) {
	for _, x := range fields {
		if value := x.Filled(); value != "" {
			out = append(out, Fact{Label: of + x.Label, Value: value})
		}
	}
	return out
}
