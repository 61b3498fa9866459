package danish

import "strings"

// Root is what words that are made of one another have in common, given the
// stem of one: of udskrivning, udskrive and udskrivelse. Like a stem it is no
// word itself. Words of one root are related, not the same.
func Root(stem string) string {
	if strings.ContainsAny(stem, "0123456789§") {
		return stem
	}
	for _, end := range derivations {
		if s, ok := strings.CutSuffix(stem, end); ok && Letters(s) >= minRoot {
			stem = s
			break
		}
	}
	// The past of afløse is afløste, which has the stem afløst.
	if s, ok := strings.CutSuffix(stem, "t"); ok && Letters(s) > minRoot && !isVowel(s[len(s)-1]) {
		stem = s
	}
	// A doubled letter stands between vowels only: opsættes, opsætning.
	if n := len(stem); n > 4 && stem[n-1] == stem[n-2] && !isVowel(stem[n-1]) {
		stem = stem[:n-1]
	}
	return stem
}

// minRoot keeps ring, ting and lige as they are.
const minRoot = 3

// derivations are endings that make a word of another, the longest first: an
// act (vejledning, visitation), how one is (ensomhed).
var derivations = []string{"isering", "ering", "ation", "ning", "else", "els", "hed", "eri", "ing"}
