package danish

import (
	"strings"
	"testing"
)

func TestHyphenate(t *testing.T) {
	for text, want := range map[string]string{
		"Hjemmebesøg":                          "Hjemme|besøg",
		"Udbringning og udlevering":            "Udbringning og udlevering",
		"Onlinefællesskaber og sociale medier": "Online|fællesskaber og sociale medier",
		"Fysisk fremmøde":                      "Fysisk fremmøde",
		"Telefon":                              "Telefon",
		"Hjemmebesøg fritidsaktiviteter":       "Hjemme|besøg fritids|aktiviteter",
		"":                                     "",
	} {
		if got := strings.ReplaceAll(Hyphenate(text, 9), "\u00ad", "|"); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// But for its soft hyphens a text of words with single blanks stays as it is.
func FuzzHyphenate(f *testing.F) {
	for _, s := range []string{"Hjemmebesøg", "børnehaveåbning", "a\u0301rsopgørelsesmøde", "ÅÅÅÅÅÅÅÅÅÅ", "rusmiddel-behandling"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		plain := strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00ad", "")), " ")
		if got := strings.ReplaceAll(Hyphenate(plain, 5), "\u00ad", ""); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	})
}
