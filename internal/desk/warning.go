package desk

import (
	"cmp"
	"slices"
	"strconv"

	"praksis/internal/review"
	"praksis/web"
)

// warnings are those of the draft as it was typed, each with its tick.
func warnings(kind review.SubmissionKind, notCPR bool, f draftForm, b *web.RecordForm) (out []web.Warning) {
	draft := withoutEmptyRows(f.practice)
	for i, x := range review.Warnings(&review.Submission{Kind: kind, Practice: draft, NotCPR: notCPR}) {
		w := web.Warning{ID: "klaret-" + strconv.Itoa(i+1), Key: x.Key, Field: fieldLabel(x.Field), Message: x.Message, Excerpt: x.Excerpt,
			Answered: slices.Contains(f.cleared, x.Key), Label: "Det er i orden: " + cmp.Or(x.Excerpt, x.Message)}
		w.URL = b.URL(x.Field)
		if x.Blocks {
			w.Key = ""
		}
		out = append(out, w)
	}
	return out
}
