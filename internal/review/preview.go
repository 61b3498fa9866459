package review

import (
	"time"

	"praksis/internal/catalogue"
)

// Preview is what would be published of a draft as it stands, whatever is wrong with
// it: with about, the practice that it adds to, as that one with it. Neither is
// changed. What the taxonomy does not know is left out, as it would have to be mended, and
// so is an address that is none of the web: nobody has looked at it yet, and it may lead
// whoever does to a program.
func Preview(draft, about *catalogue.Practice, received time.Time, t *catalogue.Taxonomy) *catalogue.Practice {
	record := draft.Clone()
	record.ClearMeta(catalogue.MetaExported)
	(&checker{taxonomy: t, notCPR: true}).all(&record)
	for v := range record.Values() {
		if s := v.Text(); v.Kind == catalogue.FieldURL && addressFault(*s) != "" {
			*s = ""
		}
	}
	record.State = catalogue.StatePublished
	if about == nil {
		return &record
	}
	if with, err := add(about, &record, received, t); err == nil {
		return with
	}
	return about
}
