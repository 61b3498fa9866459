package desk

import (
	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// corrected are the fields in which the submitter has corrected what came
// first, in words.
func corrected(s *postgres.SubmissionView) (out []web.Fact) {
	add := func(label, before, after string) {
		if before != after {
			out = append(out, web.Fact{Label: label, Value: "»" + before + "« er nu »" + after + "«"})
		}
	}
	add("Tekst", s.Original.Text, s.Content.Text)
	add("Link", s.Original.Link, s.Content.Link)
	for _, d := range catalogue.Differences(&s.Original.Practice, &s.Content.Practice) {
		add(d.Label, d.Before, d.After)
	}
	return out
}

// sentSections are what was sent, as it was typed: the tip's own lines, and all fields
// that the editor's form has.
func (d *Desk) sentSections(s *review.Submission) []web.FilledSection {
	var out []web.FilledSection
	tip := web.FilledSection{Heading: "Tip"}
	for _, x := range []web.Fact{{Label: "Link", Value: s.Link}, {Label: "Tekst", Value: s.Text}} {
		if x.Value != "" {
			tip.Facts = append(tip.Facts, x)
		}
	}
	if len(tip.Facts) > 0 {
		out = append(out, tip)
	}
	return append(out, web.FilledSections(d.recordForm(&s.Practice, "", nil).Sections())...)
}
