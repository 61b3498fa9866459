package danish

import "strings"

// IsInflection tells whether a folded word is b, or inflected as b can be, by the
// regular endings alone: of skype, skypes. It knows no dictionary.
func IsInflection(term, b string) bool {
	for i := commonPrefix(term, b); i >= minInflected; i-- {
		endings := consonantEndings
		if isVowel(term[i-1]) || strings.HasSuffix(term[:i], "aa") {
			endings = vowelEnds
		}
		if endings[term[i:]] && endings[b[i:]] && isEnd(term[:i], term[i:]) {
			return true
		}
	}
	return false
}

// minInflected is the length of the shortest word that has regular endings.
const minInflected = 3

// isEnd tells whether a word can end in an ending: none ends in a doubled
// consonant, and behind s and its like the genitive has no s.
func isEnd(word, ending string) bool {
	n := len(word)
	switch ending {
	case "":
		return isVowel(word[n-1]) || word[n-1] != word[n-2]
	case "s":
		return !strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "x") && !strings.HasSuffix(word, "z") && isEnd(word, "")
	}
	return true
}

func commonPrefix(a, b string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

var (
	consonantEndings = withNone("s e es en ens er ers erne ernes et ets ede ende")
	vowelEnds        = withNone("s n ns r rs rne rnes t ts en ens er ers erne ernes et ets ede ende")
)

func withNone(endings string) map[string]bool {
	m := wordSet(endings)
	m[""] = true
	return m
}
