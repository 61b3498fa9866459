package practicepage

import (
	"testing"

	"praksis/internal/catalogue"
	"praksis/web"

	"github.com/google/go-cmp/cmp"
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
		if diff := cmp.Diff(c.want, Badges(c.verdicts)); diff != "" {
			t.Errorf("%v: %s", c.verdicts, diff)
		}
	}
}

// Few stated elements say only that a source is short; none is counted.
func TestPromisingElements(t *testing.T) {
	p := &catalogue.Practice{Answers: catalogue.Answers{Done: "x", Spread: "x", Other: "x"}}
	if promisingElements(p) != nil {
		t.Error("three elements are shown")
	}
	p.Findings = []catalogue.Finding{{Text: "Krisen ramte."}}
	if promisingElements(p) != nil {
		t.Error("a finding without an effect counts as one")
	}
	p.Findings[0].Effect = catalogue.EffectNone
	if list := promisingElements(p); len(list) != 11 || list[1].URL != "#virkede" || list[5].URL != "" {
		t.Errorf("%v", list)
	}
}

// A statement in words of its own is not called not stated; one without any word is.
func TestRetentionLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   catalogue.Retention
		want web.RetentionLine
	}{
		{catalogue.Retention{Note: "Ja"}, web.RetentionLine{Note: "Ja"}},
		{catalogue.Retention{Status: "partly", Note: "Om mandagen", AsOf: "2021"}, web.RetentionLine{Status: "Delvist fastholdt", Note: "Om mandagen", When: "2021"}},
		{catalogue.Retention{DecidedBy: "Byrådet"}, web.RetentionLine{Status: "Ikke oplyst", By: "Byrådet"}},
	} {
		if diff := cmp.Diff(c.want, RetentionLine(c.of)); diff != "" {
			t.Errorf("%+v: %s", c.of, diff)
		}
	}
	if got := retained([]catalogue.RetentionStatus{"", "partly"}); got != "Delvist fastholdt" {
		t.Errorf("a card says %q", got)
	}
}
