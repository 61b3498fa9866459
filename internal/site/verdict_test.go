package site

import (
	"testing"

	"praksis/internal/catalogue"
)

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
