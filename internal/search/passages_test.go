package search

import "testing"

// What is read of a text is what a page shows of it.
func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"11. marts 2020 lukkede vi.\nSå ringede vi.": "11. marts 2020 lukkede vi. Så ringede vi.",
		"1. bølge var *hård*.":                       "1. bølge var hård.",
		"1. Ring op\n2. Spørg":                       "Ring op\n\nSpørg",
		"![En have](https://a.dk/b.png) og mere":     "En have og mere",
		`To \* to og "citat" \- slut`:                `To * to og "citat" - slut`,
		"`a\\*b`":                                    `a\*b`,
	} {
		if got := plainText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
