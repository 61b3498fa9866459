package review

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSearchToKeep(t *testing.T) {
	for in, want := range map[string]string{
		"Ridefysioterapi": "ridefysioterapi", "  hund  på\tbosted ": "hund på bosted", "covid-19 vaccine": "covid vaccine", "§ 85": "", "SEL 85 støtte": "sel støtte",
		"010190-1234": "", "0101901234 angst": "angst", "ring 22 33 44 55": "ring", "mette@aarhus.dk besøgsven": "besøgsven", "https://kl.dk/x besøgsven": "besøgsven", "www.kl.dk": "",
		"mette hansen": "", "Mette Hansen demens": "demens", "mette skov": "", "demens mette": "demens", "hans petersen angst": "angst", "alle": "alle", "hans mor": "hans mor", "besøg hos Hanne Testsen": "besøg hos",
		"Mettes hund": "hund", "": "", "!!!": "", "²³": "", "\x00": "",
	} {
		if got := SearchToKeep(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
	if got := SearchToKeep(strings.Repeat("ærø ", 60)); utf8.RuneCountInString(got) > maxEmptySearch {
		t.Errorf("%d characters", utf8.RuneCountInString(got))
	}
}

func FuzzSearchToKeep(f *testing.F) {
	f.Add("Mette Hansens 3 hunde, mette@kl.dk")
	f.Add("covid-19")
	f.Fuzz(func(t *testing.T, in string) {
		got := SearchToKeep(in)
		if strings.ContainsFunc(got, unicode.IsNumber) || strings.Contains(got, "@") || len(FindNames(got)) > 0 || utf8.RuneCountInString(got) > maxEmptySearch || HoldsCPR(got) {
			t.Errorf("%q became %q", in, got)
		}
	})
}
