package catalogue

import "testing"

func TestUncounted(t *testing.T) {
	for sentence, want := range map[string]string{
		"Alle 261 eksempler.": "eksempler", "1 eksempel for angst.": "eksempler for angst", "2 eksempler for angst": "eksempler for angst",
		"0 eksempler med »12«.": "eksempler med »12«", "1 eksempel.": "eksempler",
	} {
		if got := Uncounted(sentence); got != want {
			t.Errorf("%q: %q, want %q", sentence, got, want)
		}
	}
}
