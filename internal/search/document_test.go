package search

import (
	"testing"

	"praksis/internal/catalogue"
)

// A rare word in each field by itself is found in the part of the text that the
// table of fields names, and nowhere else.
func TestEachFieldIsSearched(t *testing.T) {
	const rare = "kvaksalv"
	indexed := 0
	var probe catalogue.Practice
	for _, f := range catalogue.Fields {
		if f.Kind == catalogue.FieldRows {
			f.AddRow(&probe)
		}
	}
	for at := range probe.Values() {
		p := probe.Clone()
		for v := range p.Values() {
			if v.Path() != at.Path() {
				continue
			}
			switch s, o := v.Text(), v.Organisation(); {
			case o != nil:
				o.Name = rare + " Kommune"
			case v.Terms() != nil:
				*v.Terms() = []catalogue.TermRef{{Slug: "x", Label: rare}}
			case s != nil && v.Options == nil:
				*s = "Et " + rare + "."
			}
		}
		seen := termFields{}
		newDocument(1, &p, seen)
		want := fieldSet(0)
		if at.Index != catalogue.IndexNone && at.Options == nil {
			want = partOf[at.Index].set()
			indexed++
		}
		if got := seen[rare]; got != want {
			t.Errorf("%s: found in %b, want %b", at.Path(), got, want)
		}
	}
	if indexed < 20 {
		t.Errorf("only %d fields are searched", indexed)
	}
	// Codes are searched by their labels, but for one that would mislead.
	for status, want := range map[catalogue.RetentionStatus]bool{"ended": true, "undecided": false} {
		p := catalogue.Practice{Retention: []catalogue.Retention{{Status: status}}}
		seen := termFields{}
		newDocument(1, &p, seen)
		found := len(seen) > 0
		if found != want {
			t.Errorf("%s: its label is searched: %v", status, found)
		}
	}
}
