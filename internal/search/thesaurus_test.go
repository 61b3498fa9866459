package search

import (
	"slices"
	"testing"
)

// The thesaurus and the names of values need no index.
func TestThesaurus(t *testing.T) {
	x := newFacetIndex(rowsOf(), testTaxonomy())
	th := newThesaurus(x)
	labels := func(phrase string) (out []string) {
		for _, key := range phraseKeys(parseWords(phrase)) {
			for _, c := range th[key] {
				if !slices.Contains(out, c.label) {
					out = append(out, c.label)
				}
			}
		}
		return out
	}
	for phrase, want := range map[string]string{
		"husvilde":           "Hjemløse",
		"social fobi":        "Angst",
		"socialfobi":         "Angst", // written as one
		"fobi":               "",
		"folk uden hjem":     "Hjemløse", // merged
		"onlineaktiviteter":  "Online-aktiviteter",
		"online aktiviteter": "Online-aktiviteter",
	} {
		if got := labels(phrase); want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q, want %q", phrase, got, want)
		}
	}
	names := newValueNames(x)
	for key, want := range map[string]int{"=viborg": 1, "=viborg kommune": 1, "hjemløs ": 0, nameKeys(parseWords("hjemløse"), false)[0]: 1} {
		if got := names[key]; len(got) != want {
			t.Errorf("%q is the name of %v, want %d", key, got, want)
		}
	}
}

func TestNgramIndex(t *testing.T) {
	x := newNgramIndex(newTermList(termFields{"hjem": 1, "hjemme": 1, "telefon": 1}).terms)
	factors := map[string]float32{}
	for _, e := range x.matches("hjem") {
		factors[e.term] = e.factor
	}
	if len(factors) != 2 || factors["hjem"] != 1 || factors["hjemme"] <= minNgramShare || factors["hjemme"] >= 1 {
		t.Errorf("%v", factors)
	}
}
