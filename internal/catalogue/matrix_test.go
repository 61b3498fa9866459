package catalogue

import (
	"slices"
	"testing"
)

func TestCellPaths(t *testing.T) {
	for _, q := range []Query{
		{},
		{Text: "gå tur & mere"},
		Query{Sort: SortName, Page: 3}.With(FacetTheme, "uderum").With(FacetActor, "aarhus", "viborg"),
		Query{}.With(FacetTargetGroup, "angst").With(FacetEffect, "god").With(FacetVoice, "borger").With(FacetUse, "nu"),
	} {
		p := NewCellPaths(q, FacetTargetGroup, FacetContactForm, FacetEffect)
		want := q.With(FacetTargetGroup, "hjemloese").With(FacetContactForm, "video").With(FacetEffect, "ingen", "god").WithSort("")
		if got := p.Path("hjemloese", "video", ValuesInPath(FacetEffect, "ingen", "god")); got != FinderPath(want) {
			t.Errorf("%+v: %s, want %s", q, got, FinderPath(want))
		}
	}
}

func TestVoiceSet(t *testing.T) {
	for _, c := range []struct {
		voices        []Voice
		own, citizens bool
	}{
		{nil, false, false},
		{[]Voice{"employee"}, true, false},
		{[]Voice{"employee", "leader", "organisation"}, true, false},
		{[]Voice{"citizen"}, false, true},
		{[]Voice{"citizen", "employee"}, false, false},
		{[]Voice{"leader", "study"}, false, false},
		{[]Voice{"employee", ""}, false, false}, // nobody knows whose it is
		{[]Voice{""}, false, false},
		{[]Voice{"relative"}, false, false},
	} {
		s := VoicesOf(c.voices...)
		if s.OnlyOwn() != c.own || s.OnlyCitizens() != c.citizens || !slices.Equal(s.Voices(), c.voices) {
			t.Errorf("%v: own %t, citizens %t, %v", c.voices, s.OnlyOwn(), s.OnlyCitizens(), s.Voices())
		}
	}
}

func TestFew(t *testing.T) {
	for _, c := range []struct {
		cell MatrixCell
		few  bool
	}{
		{MatrixCell{}, false},
		{MatrixCell{Counts: [4]int{2}, Actors: 2}, true},
		{MatrixCell{Counts: [4]int{1, 1, 0, 1}, Actors: 2}, false},
		{MatrixCell{Counts: [4]int{9}, Actors: 1}, true},
	} {
		if c.cell.Few() != c.few {
			t.Errorf("%+v: %t", c.cell, c.cell.Few())
		}
	}
}
