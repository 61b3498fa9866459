package danish

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Locate finds where in text the bytes from to to of term stand, when term is
// what text folds to but for what a token's term leaves out: hyphens, line
// breaks, an ending behind an apostrophe. The place begins and ends between
// whole characters, a letter with its marks being one.
func Locate(text, term string, from, to int) (start, end int) {
	if text == term && from < to { // as most words within a sentence are
		return from, to
	}
	var chars norm.Iter
	chars.InitString(norm.NFC, text)
	start = -1
	for at := 0; at < to && !chars.Done(); {
		begins := chars.Pos()
		folded := Fold(string(chars.Next()))
		next := at
		for i := 0; i < len(folded) && next < len(term); i++ {
			if term[next] == '-' && next+1 < len(term) && folded[i] == term[next+1] {
				next++ // 12–18 and 12'18 are 12-18
			}
			if folded[i] == term[next] {
				next++
			}
		}
		if next == at {
			continue
		}
		if at = next; at > from && start < 0 {
			start = begins
		}
		end = chars.Pos()
	}
	if start < 0 {
		return 0, 0
	}
	for end < len(text) { // a letter with very many marks comes in pieces
		r, n := utf8.DecodeRuneInString(text[end:])
		if !unicode.Is(unicode.Mn, r) {
			break
		}
		end += n
	}
	return start, end
}

// Spell writes a folded word with the Danish letters that it probably has: å
// for aa and so on, but not where two words of a compound meet, nor where an
// ending does: beboer, skemaer. It errs with foreign words and names (poesi,
// Aarhus): look a word up where one can.
func Spell(term string) string {
	var b strings.Builder
	at := 0
	for _, p := range Split(term) {
		b.WriteString(spell(term[at:p.End]))
		at = p.End
	}
	b.WriteString(spell(term[at:]))
	return b.String()
}

// minSpellLetters is the length from which a word in -o or -a is thought to have an
// ending: "boede" may be "bøde".
const minSpellLetters = 4

func spell(word string) string {
	for i := minSpellLetters; i < len(word); i++ {
		if c := word[i-1]; word[i] == 'e' && (c == 'o' || c == 'a') && vowelEndings[word[i:]] && IsWord(word[:i]) {
			return unfold.Replace(word[:i]) + word[i:]
		}
	}
	return unfold.Replace(word)
}

// vowelEndings are what words that end in a vowel are inflected by.
var vowelEndings = wordSet("en ens er ers erne ernes ede et ende e")

// IsWord tells whether the dictionary has a folded word, or all words that it
// is written together of.
func IsWord(term string) bool {
	if len(term) < 2 || len(term) > MaxTerm || !isPlain(term) {
		return false
	}
	c := splitter{memberIndex: loadMembers(), term: term}
	c.findEndings()
	return c.isSimple() || IsStop(term) || Split(term) != nil
}
