package search

import (
	"slices"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/danish"
)

// A rare word in each field by itself, or the label of a code, is found in the part
// of the text that the table of fields names, and nowhere else.
func TestEachFieldIsSearched(t *testing.T) {
	const rare = "kvaksalv"
	indexed, labels := 0, 0
	var probe catalogue.Practice
	for _, f := range catalogue.Fields {
		if f.Kind == catalogue.FieldRows {
			f.AddRow(&probe)
		}
	}
	for at := range probe.Values() {
		p := probe.Clone()
		word := rare
		for v := range p.Values() {
			if v.Path() != at.Path() {
				continue
			}
			switch s, o := v.Text(), v.Organisation(); {
			case o != nil:
				o.Name = rare + " Kommune"
			case v.Terms() != nil:
				*v.Terms() = []catalogue.TermRef{{Slug: "x", Label: rare}}
			case v.Voices() != nil:
				*v.Voices() = catalogue.VoiceList{catalogue.Voice(v.Options[0].Code)}
				word = danish.Tokens(v.Options[0].Label)[0].Term
			case s != nil && v.Options != nil:
				o := v.Options[slices.IndexFunc(v.Options, func(o catalogue.Option[string]) bool { return !slices.Contains(v.NotIndexed, o.Code) })]
				*s, word = o.Code, danish.Tokens(o.Label)[0].Term
				labels++
			case s != nil:
				*s = "Et " + rare + "."
			}
		}
		seen := termFields{}
		newDocument(1, &p, seen)
		want := fieldSet(0)
		if at.Index != catalogue.IndexNone {
			want = partOf[at.Index].set()
			indexed++
		}
		if got := seen[word]; got != want {
			t.Errorf("%s: %s is found in %b, want %b", at.Path(), word, got, want)
		}
	}
	if indexed < 20 || labels < 5 {
		t.Errorf("only %d fields are searched, only %d have a closed list", indexed, labels)
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
