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

func closed[T ~string](list catalogue.Options[T], none string) (out []web.FieldOption) {
	if none != "" {
		out = append(out, web.FieldOption{Label: none})
	}
	for _, o := range list {
		out = append(out, web.FieldOption{Value: string(o.Code), Label: o.Label})
	}
	return out
}

func organisationName(o catalogue.OrganisationRef) string {
	return cmp.Or(o.Name, o.ShortName, o.Slug, o.Code)
}
