package desk

import (
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// corrected are the fields in which the submitter has corrected what came
// first, in the words of the form.
func (d *Desk) corrected(s *postgres.SubmissionView) (out []web.Fact) {
	add := func(label, before, after string) {
		var value string
		switch {
		case before == after:
			return
		case before == "":
			value = "Ny: »" + after + "«"
		case after == "":
			value = "Ikke mere: »" + before + "«"
		default:
			value = "»" + before + "« er nu »" + after + "«"
		}
		out = append(out, web.Fact{Label: label, Value: value})
	}
	add("Tekst", s.Original.Text, s.Content.Text)
	add("Link", s.Original.Link, s.Content.Link)
	for _, x := range catalogue.Differences(&s.Original.Practice, &s.Content.Practice) {
		if x.Asked != catalogue.FormNone || !strings.Contains(x.Path, ".") { // not the keys of findings
			line := (&web.RecordForm{}).Line(x.Path, x.Label)
			add(line.Message, d.shown(x.Field, x.Before), d.shown(x.Field, x.After))
		}
	}
	return out
}

// shown is a value as catalogue.Value.String gives it, in words.
func (d *Desk) shown(f *catalogue.Field, value string) string {
	switch {
	case value == "":
		return ""
	case f.Kind == catalogue.FieldVoices:
		var labels []string
		for code := range strings.SplitSeq(value, "\n") {
			labels = append(labels, f.Options.Label(code))
		}
		return strings.Join(labels, ", ")
	case f.Options != nil:
		if code, ok := f.Options.Parse(value); ok {
			return f.Options.Label(code)
		}
	case f.Kind == catalogue.FieldDate:
		return catalogue.Date(value).Danish()
	case f.Kind == catalogue.FieldOrganisation:
		if o := d.index.Taxonomy().Organisation(value); o != nil {
			return o.Name
		}
	case f.Kind == catalogue.FieldTerms:
		var labels []string
		for name := range strings.SplitSeq(value, "\n") {
			if t := d.index.Taxonomy().Term(f.Vocabulary, name); t != nil {
				name = t.Label
			}
			labels = append(labels, name)
		}
		return strings.Join(labels, ", ")
	}
	return value
}

// sentSections are what was sent, as it was typed: what stands beside the
// record, and all that a submitter's form asks.
func (d *Desk) sentSections(s *review.Submission) []web.FilledSection {
	beside := web.FilledSection{Heading: "Tip"}
	switch {
	case s.Kind == review.KindQuestion:
		beside.Heading = "Spørgsmål"
	case !s.Kind.Brief():
		beside.Heading = "Link"
	}
	for _, x := range []web.Fact{{Label: "Link", Value: s.Link}, {Label: "Tekst", Value: s.Text}} {
		if x.Value != "" {
			beside.Facts = append(beside.Facts, x)
		}
	}
	var names web.FilledSection
	for _, n := range s.Named {
		names.Heading = "Navne, vi spurgte om"
		names.Facts = append(names.Facts, web.Fact{Label: "Skrevet", Value: d.meant(n)})
	}
	form := d.recordForm(&s.Practice, "", nil)
	form.Form = catalogue.FormFull
	out := web.FilledSections(form.Sections())
	if len(names.Facts) > 0 {
		out = append([]web.FilledSection{names}, out...)
	}
	if len(beside.Facts) > 0 {
		out = append([]web.FilledSection{beside}, out...)
	}
	return out
}

// meant says what a submitter chose for a name that the catalogue did not know.
func (d *Desk) meant(n catalogue.NameChoice) string {
	if o := d.index.Taxonomy().Organisation(n.Slug); o != nil {
		return "»" + n.Written + "«. Indsenderen valgte " + o.Name + "."
	}
	return "»" + n.Written + "«. Indsenderen svarede, at det er en anden organisation."
}
