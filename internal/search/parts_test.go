package search

import (
	"slices"
	"testing"
)

// TestParts: what is advised to be looked for alone is no function word and no half
// of a name.
func TestParts(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for text, want := range map[string][]string{
		"demens ikke video":         {"demens", "video"},
		"Røde Kors Randers":         {"Røde Kors", "Randers"},
		"demens Region Midtjylland": {"demens", "Region Midtjylland"},
		"demens, nær xylofon":       {"demens", "xylofon"},
		"region demens":             {"demens"},
		"demens frisk luft":         {"demens", "frisk luft"},
		"demens Odense Kommune":     {"demens", "Odense Kommune"},
		"demens § 85":               {"demens", "§ 85"},
		"uden om":                   nil,
	} {
		if got := find(t, x, text).Parts; !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
