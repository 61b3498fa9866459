package search

import (
	"fmt"
	"strings"
)

// Layers are the ways in which the search reads a word beyond the folded word
// itself. The catalogue has all of them; evaluation measures what each earns.
type Layers uint8

// The layers.
const (
	LayerInflection  Layers = 1 << iota // børn for barn
	LayerDerivation                     // udskrive for udskrivning
	LayerCompounds                      // members, and words written apart or together
	LayerSynonyms                       // the vocabularies' and the thesaurus'
	LayerSpelling                       // spelling candidates of words that no practice has; on the command line "slips"
	LayerSearchWords                    // what practices are searched by beside their text; on the command line "words"
	LayerNgrams                         // n-gram matches, to rank near ones; on the command line "letters"
)

// LayerNames are the layers' names, in their order.
var LayerNames = []string{"inflection", "derivation", "compounds", "synonyms", "slips", "words", "letters"}

// ParseLayers reads names separated by commas. It fails on a name that is none.
func ParseLayers(names string) (l Layers, err error) {
	for name := range strings.SplitSeq(names, ",") {
		bit := Layers(0)
		for i, n := range LayerNames {
			if n == strings.TrimSpace(name) {
				bit = 1 << i
			}
		}
		if bit == 0 && strings.TrimSpace(name) != "" {
			return 0, fmt.Errorf("search: %q is no layer: %s", name, strings.Join(LayerNames, ", "))
		}
		l |= bit
	}
	return l, nil
}

// has tells whether the layers have all of l.
func (x Layers) has(l Layers) bool { return x&l == l }
