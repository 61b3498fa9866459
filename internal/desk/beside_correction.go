package desk

import (
	"strings"

	"praksis/internal/catalogue"
	"praksis/web"
)

// corrected tells whether the submitter has corrected a field, and the draft says
// something else.
func (x *beside) corrected(f *catalogue.Field) bool {
	return x.original != nil && says(f, x.original) != says(f, &x.of.Practice) && says(f, &x.of.Practice) != says(f, &x.f.practice)
}

// correctedRow tells the same of a row of a list, from 0, that stands in the same place
// everywhere.
func (x *beside) correctedRow(list *catalogue.Field, row int) bool {
	if x.original == nil {
		return false
	}
	first, now, draft := rowSays(list, x.original, row), rowSays(list, &x.of.Practice, row), rowSays(list, &x.f.practice, row)
	return first != "" && first != now && now != draft
}

// says is what a record has in a field that stands in no list, or in a plain list.
func says(f *catalogue.Field, p *catalogue.Practice) string {
	if f.Kind != catalogue.FieldRows {
		return f.Of(p).String()
	}
	var out []string
	for row := range f.Len(p) {
		out = append(out, rowSays(f, p, row))
	}
	return strings.Join(out, "\n")
}

// rowSays is what a submitter is asked for of a row of a list, from 0.
func rowSays(list *catalogue.Field, p *catalogue.Practice, row int) string {
	if row >= list.Len(p) {
		return ""
	}
	var out []string
	for _, v := range list.Row(p, row) {
		if list.Plain() || v.Asked != catalogue.FormNone && v.Asked <= catalogue.FormFull {
			out = append(out, v.String())
		}
	}
	return strings.Join(out, "\x00")
}

// offer says at a field that the submitter has corrected it, with a button that takes
// the correction over. It must be looked at where the draft says what came first.
func (x *beside) offer(v *web.DeskField, path, step string, first bool) {
	v.Marks = append(v.Marks, web.DeskMark{Text: "Indsenderen har rettet det. Kladden siger noget andet.", Lacks: first})
	v.Take = web.FormButton{Label: "Brug indsenderens rettelse", Name: "handling", Value: "brug:" + path, Action: x.b.Action + x.l.query(step) + x.b.URL(path)}
}
