package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

var formTaxonomy = catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{
	catalogue.TargetGroup: {{Slug: "angst", Label: "Angst"}, {Slug: "adhd", Label: "ADHD", Parent: "angst"}}, catalogue.ContactForm: {{Slug: "telefon", Label: "Telefon"}},
	catalogue.Theme: {{Slug: "andet", Label: "Andet"}}, catalogue.Perspective: {{Slug: "borger", Label: "Borger"}},
	catalogue.Precondition: {{Slug: "personale", Label: "Personale"}}, catalogue.SolutionList: {{Slug: "walk-and-talk", Label: "Walk and talk"}},
}, []catalogue.Organisation{{Slug: "vejle", Code: "0630", Name: "Vejle Kommune", Kind: catalogue.Municipality}})

// filledRecord has something in every field that a form can ask for.
func filledRecord() catalogue.Practice {
	var p catalogue.Practice
	for _, f := range catalogue.Fields {
		if f.Kind == catalogue.FieldRows {
			f.AddRow(&p)
			f.AddRow(&p)
		}
	}
	for v := range p.Values() {
		switch {
		case v.Terms() != nil:
			*v.Terms() = catalogue.Refs(formTaxonomy.Terms[v.Vocabulary][0].Slug)
		case v.Organisation() != nil:
			*v.Organisation() = catalogue.OrganisationRef{Slug: "En by " + v.Path()}
		case v.Flag() != nil:
			*v.Flag() = true
		case v.Number() != nil:
			*v.Number() = 2
		case v.Voices() != nil:
			*v.Voices() = catalogue.VoiceList{"citizen", "study"}
		case v.Text() == nil:
		case v.Options != nil:
			*v.Text() = v.Options[len(v.Options)-1].Code
		default:
			*v.Text() = "Tekst i " + v.Path()
		}
	}
	for i := range p.Periods {
		p.Periods[i] = catalogue.Periods[i].Code
	}
	return p
}

func recordForm(p *catalogue.Practice, form catalogue.Form, errors map[string]string) *RecordForm {
	return &RecordForm{Practice: p, Taxonomy: formTaxonomy, Form: form, Errors: errors, FieldPrefix: "f-", SectionPrefix: "del-",
		AddButton: func(list string) (string, string) { return "add", list }, RemoveButton: func(list string, row int) (string, string) { return "remove", list }}
}

func fieldsOf(sections []FormSection) (out []Field) {
	for _, s := range sections {
		out = append(out, s.Fields...)
		for _, r := range s.Rows {
			out = append(out, r.Fields...)
		}
	}
	return out
}

// posted is what a browser sends of a form.
func posted(fields []Field) url.Values {
	v := url.Values{}
	for _, f := range fields {
		if len(f.Options) == 0 {
			v.Add(f.Name, strings.ReplaceAll(f.Value, "\n", "\r\n"))
		}
		for _, o := range f.Options {
			if o.Chosen {
				v.Add(f.Name, o.Value)
			}
		}
	}
	return v
}

// What a form shows of a record comes back as that record: each form asks for
// each field that it should, and reads it again.
func TestEachFieldComesBackFromTheForms(t *testing.T) {
	for _, form := range []catalogue.Form{catalogue.FormTip, catalogue.FormShort, catalogue.FormFull, catalogue.FormDesk} {
		p := filledRecord()
		fields := fieldsOf(recordForm(&p, form, nil).Sections())
		got := catalogue.ReadForm(posted(fields), form)
		want := p.Clone()
		for v := range want.Values() { // not KeepAsked: rows stay in their places
			asked := v.Asked
			if top := catalogue.FieldAt(strings.TrimSuffix(v.Field.Path, "[]")); top.Plain() {
				asked = top.Asked
			}
			if asked == catalogue.FormNone || asked > form {
				v.Clear()
			}
		}
		want.DropEmptyRows()
		got.DropEmptyRows()
		for _, d := range catalogue.Differences(&want, &got) {
			t.Errorf("form %d, %s: %q became %q", form, d.Path, d.Before, d.After)
		}
		if form == catalogue.FormDesk && (got.Slug != p.Slug || got.ReviewBy != p.ReviewBy || len(got.Solutions) != 1) {
			t.Errorf("what is the practice's and not its content's: %+v", got)
		}
		// Each field's error stands at the field, and the summary leads there.
		errors := map[string]string{}
		for v := range p.Values() {
			errors[v.Path()] = "Fejl i " + v.Path()
		}
		b := recordForm(&p, form, errors)
		fields = fieldsOf(b.Sections())
		for v := range p.Values() {
			if v.Asked == catalogue.FormNone || v.Asked > form {
				continue
			}
			i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == v.Path() })
			if i < 0 || fields[i].Error != "Fejl i "+v.Path() || b.URL(v.Path()) != "#"+fields[i].ID {
				t.Errorf("form %d: no field %s with its error", form, v.Path())
			}
		}
	}
}

// Labels and help are the table's, and nothing is shown twice under one name.
func TestFormsSpeakAsTheTable(t *testing.T) {
	p := filledRecord()
	names := map[string]bool{}
	for _, f := range fieldsOf(recordForm(&p, catalogue.FormDesk, nil).Sections()) {
		x := catalogue.FieldAt(f.Name)
		if x == nil || f.Label != x.Label || f.Hint != x.Help || names[f.Name] {
			t.Errorf("%s: %q, %q", f.Name, f.Label, f.Hint)
		}
		names[f.Name] = true
	}
}

// What is typed and on no list is shown again, chosen.
func TestFormKeepsWhatIsOnNoList(t *testing.T) {
	p := catalogue.Practice{TargetGroups: catalogue.Refs("enhjørninger", "adhd"), Organisation: catalogue.OrganisationRef{Slug: "Atlantis"}}
	v := posted(fieldsOf(recordForm(&p, catalogue.FormDesk, nil).Sections()))
	if got := catalogue.ReadForm(v, catalogue.FormDesk); got.Organisation.Slug != "Atlantis" || !slices.Equal(catalogue.Slugs(got.TargetGroups), []string{"enhjørninger", "adhd"}) {
		t.Errorf("%+v", got)
	}
}

func TestFilledSections(t *testing.T) {
	p := catalogue.Practice{Title: "Vejle gik ture", Findings: []catalogue.Finding{{Text: "en", Effect: "positive"}, {Text: "to"}}}
	got := FilledSections(recordForm(&p, catalogue.FormDesk, nil).Sections())
	var lines []string
	for _, s := range got {
		for _, f := range s.Facts {
			lines = append(lines, s.Heading+" / "+f.Label+": "+f.Value)
		}
	}
	want := []string{"Eksemplet / Titel: Vejle gik ture", "Hvordan gik det? / Erfaring 1: Erfaring: en", "Hvordan gik det? / Erfaring 1: Virkede det?: God effekt", "Hvordan gik det? / Erfaring 2: Erfaring: to"}
	if !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
}
