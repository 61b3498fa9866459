package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"praksis/internal/catalogue"
	"praksis/web"
)

// No badge stands for voices that differ, and none names a voice beside an
// effect that it did not state.
func TestVerdictBadges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		verdicts []catalogue.Verdict
		want     []web.EffectBadge
	}{
		{nil, []web.EffectBadge{{Class: "effect--unknown", Text: "Effekt ikke oplyst"}}},
		{[]catalogue.Verdict{{Voice: "citizen", Effect: "negative", Findings: 1}, {Voice: "organisation", Effect: "positive", Findings: 2}}, []web.EffectBadge{
			{Class: "effect--positive", Text: "God", Voice: "tilbuddet"},
			{Class: "effect--negative", Text: "Dårlig", Voice: "borgere"}}},
		{[]catalogue.Verdict{{Voice: "citizen", Effect: "positive", Findings: 1}, {Voice: "leader", Effect: "positive", Findings: 1}}, []web.EffectBadge{
			{Class: "effect--positive", Text: "God", Voice: "borgere"}, {Class: "effect--positive", Text: "God", Voice: "ledere"}}},
		{[]catalogue.Verdict{{Voice: "study", Effect: "mixed", Findings: 2}, {Voice: "", Effect: "mixed", Findings: 3}}, []web.EffectBadge{
			{Class: "effect--mixed", Text: "Blandet", Voice: "undersøgelse"}, {Class: "effect--mixed", Text: "Blandet", Voice: "ikke oplyst"}}},
		{[]catalogue.Verdict{{Voice: "", Effect: "none", Findings: 1}}, []web.EffectBadge{
			{Class: "effect--none", Text: "Ingen effekt", Voice: "ikke oplyst"}}},
	} {
		if diff := cmp.Diff(c.want, verdictBadges(c.verdicts)); diff != "" {
			t.Errorf("%v: %s", c.verdicts, diff)
		}
	}
}

func TestFewFindings(t *testing.T) {
	t.Parallel()
	overview := func(actors int, counts ...int) *catalogue.Overview {
		o := &catalogue.Overview{Actors: make([]catalogue.CountedActor, 5), WithFindings: make([]catalogue.OrganisationRef, actors)}
		for i, n := range counts {
			o.Findings = append(o.Findings, catalogue.FindingTally{Effect: catalogue.Effects[i].Code, Count: n})
		}
		return o
	}
	for _, c := range []struct {
		o   *catalogue.Overview
		few bool
	}{
		{overview(2), false}, // nothing is said at all
		{overview(2, 2), true},
		{overview(1, 2, 2), true},
		{overview(2, 2, 1), false},
	} {
		if got := fewFindings(c.o) != ""; got != c.few {
			t.Errorf("%d actors, %v: %t", len(c.o.WithFindings), c.o.Findings, got)
		}
	}
}
