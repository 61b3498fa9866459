package review

import (
	"testing"

	"praksis/internal/catalogue"
)

func TestTaken(t *testing.T) {
	now := catalogue.Practice{Title: "Nu", Summary: "Nu", ReviewBy: "2027", Slug: "nu", Solutions: catalogue.Refs("x"),
		Findings: []catalogue.Finding{{Text: "nu", Source: 1}}, Sources: []catalogue.Source{{Document: "Nu"}}}
	proposed := catalogue.Practice{Title: "Ny", Summary: "Ny", Slug: "ny", Findings: []catalogue.Finding{{Text: "ny", Source: 2}}, Sources: []catalogue.Source{{Document: "A"}, {Document: "Ny"}}, LegalBasis: []string{"§ 85"}}
	for _, x := range []struct {
		paths                                 []string
		title, summary, finding, source, slug string
		legal                                 int
	}{
		{nil, "Ny", "Ny", "ny", "Ny", "nu", 1}, {[]string{}, "Nu", "Nu", "nu", "Nu", "nu", 0}, {[]string{"title", "slug", "ukendt"}, "Ny", "Nu", "nu", "Nu", "nu", 0},
		{[]string{"findings"}, "Nu", "Nu", "ny", "Ny", "nu", 0}, {[]string{"sources", "legal_basis"}, "Nu", "Nu", "ny", "Ny", "nu", 1},
	} {
		p := Taken(&now, &proposed, x.paths)
		if p.Title != x.title || p.Summary != x.summary || p.Findings[0].Text != x.finding || p.Sources[len(p.Sources)-1].Document != x.source || p.Slug != x.slug || len(p.LegalBasis) != x.legal || p.ReviewBy != "2027" || len(p.Solutions) != 1 {
			t.Errorf("%v: %+v", x.paths, p)
		}
	}
	if now.Title != "Nu" || now.Findings[0].Text != "nu" {
		t.Error("the practice was changed")
	}
}
