package desk

import (
	"cmp"
	"strconv"

	"praksis/internal/catalogue"
	"praksis/internal/review"
	"praksis/web"
)

// recordForm is the form of a draft, with what is wrong with it.
func (d *Desk) recordForm(p *catalogue.Practice, action string, faults []review.Fault) *web.RecordForm {
	messages := map[string]string{}
	for _, x := range faults {
		messages[x.Field] = cmp.Or(messages[x.Field], x.Message)
	}
	return &web.RecordForm{Practice: p, Taxonomy: d.index.Taxonomy(), Form: catalogue.FormDesk, Errors: messages,
		FieldPrefix: "f-", SectionPrefix: "del-", Action: action,
		AddButton: func(list string) (string, string) { return "handling", "tilfoej:" + list },
		RemoveButton: func(list string, row int) (string, string) {
			return "handling", "fjern:" + list + ":" + strconv.Itoa(row)
		}}
}

func area(name, label, hint string) web.Field {
	return web.Field{Type: web.FieldArea, ID: name, Name: name, Label: label, Hint: hint, Rows: 4}
}

func line(name, label, hint string) web.Field {
	return web.Field{Type: web.FieldText, ID: name, Name: name, Label: label, Hint: hint}
}
