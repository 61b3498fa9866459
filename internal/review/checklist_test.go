package review

import (
	"errors"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// greenRecord is a record of which every item of the checklist holds.
func greenRecord() *catalogue.Practice {
	p := pending(Received).Content.Practice.Clone()
	p.Summary, p.Use, p.ContactForms = "En tur om ugen.", catalogue.UseNow, catalogue.Refs("udendoers")
	p.Sources = []catalogue.Source{{Kind: "note", Document: "Et notat"}}
	p.Findings[0].Voices = catalogue.VoiceList{"employee"}
	return &p
}

func TestChecklist(t *testing.T) {
	for name, c := range map[string]struct {
		change            func(*catalogue.Practice)
		questions, unread int
		item              CheckItem // that does not hold; empty: all do
		field             string
	}{
		"all holds":                {func(*catalogue.Practice) {}, 0, 0, "", ""},
		"no summary":               {func(p *catalogue.Practice) { p.Summary = " \n" }, 0, 0, CheckSummary, "summary"},
		"a group of a finding":     {func(p *catalogue.Practice) { p.TargetGroups = nil }, 0, 0, "", ""},
		"no target group":          {func(p *catalogue.Practice) { p.TargetGroups, p.Findings[0].TargetGroups = nil, nil }, 0, 0, CheckTargetGroup, "target_groups"},
		"not stated is stated":     {func(p *catalogue.Practice) { p.TargetGroups = catalogue.Refs(catalogue.NotStated) }, 0, 0, "", ""},
		"no contact form":          {func(p *catalogue.Practice) { p.ContactForms = nil }, 0, 0, CheckContactForm, "contact_forms"},
		"no finding":               {func(p *catalogue.Practice) { p.Findings = nil; p.TargetGroups = catalogue.Refs("unge") }, 0, 0, CheckEffect, "findings"},
		"a finding without effect": {func(p *catalogue.Practice) { p.Findings[0].Effect = "" }, 0, 0, CheckEffect, "findings"},
		"an effect, no voice":      {func(p *catalogue.Practice) { p.Findings[0].Voices = nil }, 0, 0, CheckEffect, "findings[1].voice"},
		"one of two has no voice": {func(p *catalogue.Practice) {
			p.Findings = append(p.Findings, catalogue.Finding{Key: "e2", Effect: catalogue.EffectNone, TargetGroups: catalogue.Refs("unge")})
		}, 0, 0, CheckEffect, "findings[2].voice"},
		"a lesson": {func(p *catalogue.Practice) {
			p.Kind, p.Findings = catalogue.KindLesson, nil
			p.TargetGroups = catalogue.Refs("unge")
		}, 0, 0, "", ""},
		"a source with no name": {func(p *catalogue.Practice) { p.Sources[0].Document = "" }, 0, 0, CheckSource, "sources"},
		"not assessed":          {func(p *catalogue.Practice) { p.Use = "" }, 0, 0, CheckUse, "use"},
		"an open question":      {func(*catalogue.Practice) {}, 2, 0, CheckQuestions, ""},
		"an unread file":        {func(*catalogue.Practice) {}, 0, 1, CheckFiles, ""},
	} {
		p := greenRecord()
		c.change(p)
		before := p.Clone()
		list := Checklist(p, c.questions, c.unread)
		if len(list) != len(CheckItems) {
			t.Fatalf("%s: %d items, not %d", name, len(list), len(CheckItems))
		}
		for i, x := range list {
			if x.Item != CheckItems[i].Code || x.Done != (x.Lack == "") || x.Done && x.Field != "" {
				t.Errorf("%s: %+v", name, x)
			}
			if x.Done == (x.Item == c.item) || !x.Done && x.Field != c.field {
				t.Errorf("%s: %+v", name, x)
			}
		}
		if before.ContentHash() != p.ContentHash() {
			t.Errorf("%s: the record is changed", name)
		}
	}
}

// Publishing asks for each item that does not hold, one by one; a reason stands in
// the event, and what nobody has looked through is overruled by nobody.
func TestPublishingAsksForTheChecklist(t *testing.T) {
	for _, item := range CheckItems {
		a := act(Publish)
		delete(a.Overruled, item.Code)
		s := pending(InReview) // only its target group holds
		s.Open, s.Unread = []Question{{ID: 1, Text: "Hvor?"}}, []string{"x"}
		if item.Code != CheckFiles {
			a.Seen = []string{"x"}
		}
		_, err := Decide(s, nil, a, decided)
		left, unfinished := errors.AsType[*UnfinishedError](err)
		holds := item.Code == CheckTargetGroup || item.Code == CheckSource
		if holds != (err == nil) || !holds && (!unfinished || len(left.Lacking) != 1 || left.Lacking[0].Item != item.Code) {
			t.Errorf("%s: %v", item.Code, err)
		}
	}
	a := act(Publish)
	a.Overruled = overruleAll()
	s := pending(InReview)
	s.Unread = []string{"x"}
	if _, err := Decide(s, nil, a, decided); err == nil {
		t.Error("published with a file that nobody has looked through")
	}
	a.Seen = []string{"x"}
	d, err := Decide(s, nil, a, decided)
	if err != nil || strings.Count(d.Event.Text, "Kilden siger ikke mere") != 4 || !strings.Contains(d.Event.Text, "Uden »Det er fortalt kort«: Kilden siger ikke mere") {
		t.Errorf("%v: %s", err, d.Event.Text)
	}
	s.Draft = greenRecord()
	if d, err := Decide(s, nil, a, decided); err != nil || d.Event.Text != "" {
		t.Errorf("nothing is overruled: %v, %q", err, d.Event.Text)
	}
	for reason, want := range map[string]bool{"010190-1234": false, strings.Repeat("x", maxOverruled+1): false, strings.Repeat("x", maxOverruled): true} {
		a := act(Publish)
		a.Overruled[CheckSummary] = reason
		_, err := Decide(pending(InReview), nil, a, decided)
		refused, is := errors.AsType[*RefusedError](err)
		if (err == nil) != want || !want && (!is || refused.Faults[0].Field != FieldOverruled(CheckSummary)) {
			t.Errorf("the reason %.20q: %v", reason, err)
		}
	}
}
