package site

import (
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/web"
)

// Each section of the record's form has its group, and each part stands in one group, in
// its order, whatever there is of each; no group is empty or has more than one minute of it.
func TestGroupsOfACheck(t *testing.T) {
	for _, s := range catalogue.Sections {
		if !slices.ContainsFunc(inquiryGroups, func(g struct {
			label    string
			sections []string
		}) bool {
			return slices.Contains(g.sections, s.ID)
		}) {
			t.Errorf("section %s has no group", s.ID)
		}
	}
	for n := range 200 {
		var parts []web.InquiryPart
		for i, s := range catalogue.Sections {
			for j := range (n * (i + 3)) % 9 {
				parts = append(parts, web.InquiryPart{Path: s.ID + strings.Repeat("x", j), Section: s.ID, Facts: []web.Fact{{Value: strings.Repeat("ø", (n*j*37)%1500)}}})
			}
		}
		parts = append(parts, web.InquiryPart{Path: "gone"})
		seen, groups := map[int]bool{}, groupsOf(parts)
		labels := map[string]bool{}
		for _, g := range groups {
			runes := 0
			for _, i := range g.parts {
				if seen[i] {
					t.Fatalf("%s stands twice", parts[i].Path)
				}
				seen[i] = true
				for _, f := range parts[i].Facts {
					runes += len([]rune(f.Value))
				}
			}
			if len(g.parts) == 0 || len(g.parts) > groupParts || runes > groupRunes && len(g.parts) > 1 || labels[g.label] || !slices.IsSorted(g.parts) {
				t.Errorf("%q has %d parts of %d letters", g.label, len(g.parts), runes)
			}
			labels[g.label] = true
		}
		if len(seen) != len(parts) {
			t.Errorf("%d of %d parts", len(seen), len(parts))
		}
	}
}
