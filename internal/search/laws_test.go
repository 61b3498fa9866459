package search

import (
	"slices"
	"testing"

	"praksis/internal/catalogue"
)

// TestLaws: all ways of writing a paragraph give the same hits, and another
// paragraph others.
func TestLaws(t *testing.T) {
	legal := func(s ...string) func(*catalogue.Practice) { return func(p *catalogue.Practice) { p.LegalBasis = s } }
	x := indexOf(t,
		practice("Efter loven", legal("Serviceloven § 85")),                // 1
		practice("Bostøtte på hjul"),                                       // 2: what § 85 is
		practice("Andet", body("Hjælpen gives efter SEL § 85 a.")),         // 3
		practice("Noget", body("Hjælp efter § 85, stk. 2.")),               // 4
		practice("Et tal", body("85 borgere kom på 8 dage.")),              // 5
		practice("Sundhed", body("Behandling efter sundhedsloven § 141.")), // 6
		practice("Handleplan", body("Efter § 141.")),                       // 7
		practice("Penge", legal("Serviceloven § 100")),                     // 8
	)
	same := []string{"§ 85", "§85", "SEL 85", "SEL85", "sel § 85", "SEL § 85, stk. 2", "serviceloven 85", "servicelovens § 85", "service-loven § 85",
		"lov om social service § 85", "paragraf 85", "efter § 85 i serviceloven", "§ 85 efter serviceloven"}
	for _, text := range same {
		r := find(t, x, text)
		slices.Sort(r.IDs)
		wantIDs(t, text, r.IDs, 1, 2, 4)
		if len(r.Laws) != 1 || r.Laws[0].Reference != "serviceloven § 85" || !slices.Contains(r.Laws[0].Words, "bostøtte") {
			t.Errorf("%s: told as %v", text, r.Laws)
		}
	}
	for text, want := range map[string][]int64{
		"SEL": {1, 3, 4, 7, 8}, "serviceloven": {1, 3, 4, 7, 8}, "Lov om social service": {1, 3, 4, 7, 8}, "servicelov": {1, 3, 4, 7, 8},
		"sundhedsloven": {6}, "sundhedsloven § 141": {6}, "§ 141": {7}, "§ 8": nil, "§ 10": nil, "§ 100": {8}, "barnets lov": nil, "85": {1, 3, 4, 5},
	} {
		r := find(t, x, text)
		slices.Sort(r.IDs)
		wantIDs(t, text, r.IDs, want...)
	}
}
