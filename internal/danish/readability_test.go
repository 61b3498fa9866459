package danish

import (
	"strings"
	"testing"
)

func TestLIX(t *testing.T) {
	for text, want := range map[string][2]int{
		"":                                {0, 0},
		"– – ... »«":                      {0, 0},
		"Vi gik en tur.":                  {4, 4},
		"Vi gik. Vi talte. De lo.":        {2, 6},
		"Vi gik\n\nVi talte\n- De lo":     {2, 6},      // each line ends a sentence
		"Bostøtterne ringede til borgere": {4 + 75, 4}, // bostøtterne, ringede, borgere are long
		"Kl. 12 ringede vi":               {2 + 25, 4}, // 4 words in 2 sentences, one long
		"»Ringede I?« sagde hun":          {2 + 25, 4}, // a sign inside of quotation marks
		strings.Repeat("ord ", 40) + ".":  {40, 40},
	} {
		if lix, words := LIX(text); lix != want[0] || words != want[1] {
			t.Errorf("%q: %d of %d words, want %v", text, lix, words, want)
		}
	}
}
