package catalogue

import (
	"slices"
	"testing"
)

func TestOverview(t *testing.T) {
	f := func(e Effect, v Voice, groups ...string) Finding {
		return Finding{Effect: e, Voice: v, TargetGroups: Refs(groups...), Text: string(e)}
	}
	a, b := OrganisationRef{Slug: "a"}, OrganisationRef{Slug: "b"}
	practices := []*Practice{
		{Slug: "1", Organisation: a, Findings: []Finding{f("negative", "citizen", "angst"), f("positive", "leader", "angst", "ro")}, Retention: []Retention{{Status: "retained"}}, Preconditions: Refs("x", "y")},
		{Slug: "2", Organisation: b, Findings: []Finding{f("positive", "", "angst"), f("mixed", "leader", "ro"), f("negative", "leader", NotStated), f("positive", "leader", NotStated)}, Preconditions: Refs("y")},
		{Slug: "3", Organisation: a, Retention: []Retention{{Status: "ended", AsOf: "2021"}, {Status: "retained", AsOf: "2020"}}},
	}
	o := NewOverview(practices, nil)
	if o.Practices != 3 || !slices.Equal(o.Actors, []OrganisationRef{a, b}) || !slices.Equal(o.Kept, []OrganisationRef{a}) {
		t.Errorf("%d practices of %v, kept by %v", o.Practices, o.Actors, o.Kept)
	}
	if r := o.Retention; r["retained"] != 1 || r["ended"] != 1 || r[""] != 1 {
		t.Errorf("retention %v", r)
	}
	if e := o.Effects(); e["positive"] != 3 || e["negative"] != 2 || e["mixed"] != 1 || o.Experiences[0].Effect != "positive" {
		t.Errorf("effects %v, first %v", e, o.Experiences[0].Effect)
	}
	// Mixed is no contrast, and what is not stated is no group.
	if len(o.Contrasts) != 1 || o.Contrasts[0].TargetGroup.Slug != "angst" || len(o.Contrasts[0].For) != 2 || len(o.Contrasts[0].Against) != 1 {
		t.Errorf("contrasts %+v", o.Contrasts)
	}
	if v := VoicesOf(o.Contrasts[0].For); !slices.Equal(v, []Voice{"leader", ""}) {
		t.Errorf("voices %v", v)
	}
	if o.Preconditions[0].Slug != "y" || o.Preconditions[0].Count != 2 {
		t.Errorf("preconditions %v", o.Preconditions)
	}
	only := NewOverview(practices, func(x Finding) bool { return x.TargetGroups[0].Slug == "ro" })
	if len(only.Experiences) != 1 || len(only.Contrasts) != 0 {
		t.Errorf("%+v", only.Experiences)
	}
}
