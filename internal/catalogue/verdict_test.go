package catalogue

import (
	"slices"
	"testing"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	f := func(e Effect, voices ...Voice) Finding {
		if len(voices) == 1 && voices[0] == "" {
			voices = nil
		}
		return Finding{Effect: e, Voices: voices}
	}
	for _, c := range []struct {
		findings []Finding
		want     []Verdict
	}{
		{nil, nil},
		{[]Finding{f("", "leader")}, nil},
		{[]Finding{f("positive", "organisation"), f("negative", "citizen"), f("positive", "organisation")},
			[]Verdict{{"citizen", "negative", 1}, {"organisation", "positive", 2}}},
		{[]Finding{f("positive", "leader"), f("negative", "leader"), f("positive", "citizen")},
			[]Verdict{{"citizen", "positive", 1}, {"leader", "mixed", 2}}},
		{[]Finding{f("none", ""), f("none", ""), f("mixed", "study")}, []Verdict{{"study", "mixed", 1}, {"", "none", 2}}},
		{[]Finding{f("positive", "leader"), f("mixed", "leader"), f("positive", "leader")}, []Verdict{{"leader", "mixed", 3}}},
		// A survey that leaders answered counts under each of its voices.
		{[]Finding{f("positive", "leader", "study"), f("negative", "leader")}, []Verdict{{"leader", "mixed", 2}, {"study", "positive", 1}}},
	} {
		if got := Verdicts(c.findings); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.findings, got, c.want)
		}
	}
}
