package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"praksis/internal/danish"
)

// A typing slip is one letter too many, too few, wrong, or two changed about
// (Damerau–Levenshtein). Bounds of the search for them:
const (
	oneEditLetters     = 4 // from so many letters one slip is thought possible
	twoEditLetters     = 8 // and from so many two
	maxSpellings       = 8 // words that one slip can stand for
	maxMisspelledWords = 8 // words of a query that are tried: with more, it is no Danish
	maxDistanceColumns = 50_000
)

// spellingCandidates are the words of the index that a word was probably meant to be: those
// at the least distance, the ones that begin alike first.
func (x *lexicon) spellingCandidates(term string) []indexTerm { return x.closest(term, 0) }

// closest are the words at the least distance that is not below least.
func (x *lexicon) closest(term string, least int) []indexTerm {
	distance := 0
	switch n := danish.Letters(term); {
	case strings.IndexFunc(term, func(r rune) bool { return !unicode.IsLetter(r) }) >= 0:
	case n >= twoEditLetters:
		distance = 2
	case n >= oneEditLetters:
		distance = 1
	}
	if distance == 0 {
		return nil
	}
	type candidate struct {
		indexTerm
		distance, alike int
	}
	var found []candidate
	for _, l := range x.lists() {
		l.withinDistance(term, distance, func(e indexTerm, d int) {
			if d >= least {
				found = append(found, candidate{e, d, commonPrefix(term, e.term)})
			}
		})
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.alike, a.alike), cmp.Compare(a.term, b.term))
	})
	var out []indexTerm
	for _, c := range found {
		if c.distance > found[0].distance || len(out) == maxSpellings {
			break
		}
		if len(out) == 0 || out[len(out)-1].term != c.term {
			out = append(out, c.indexTerm)
		} else {
			out[len(out)-1].fields |= c.fields
		}
	}
	return out
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// oneByteLetters writes a folded word so that each letter is one byte, as å, æ and ø
// are for whoever types.
var oneByteLetters = strings.NewReplacer("aa", "\x01", "ae", "\x02", "oe", "\x03")

// spelling is a word of a layer by its letters.
type spelling struct {
	letters string
	place   int32 // in layer.entries
}

// spellings are a layer's words by their letters, in order.
func (l *termList) spellings() []spelling {
	out := make([]spelling, len(l.entries))
	for i, e := range l.entries {
		out[i] = spelling{oneByteLetters.Replace(e.term), int32(i)}
	}
	slices.SortFunc(out, func(a, b spelling) int { return cmp.Compare(a.letters, b.letters) })
	return out
}

// withinDistance calls fn for each word at most max slips from term. Words stand in
// order, so the columns of the distance table for what a word has in common
// with the one before are kept, and where a beginning is already too far off,
// all words with it are passed over.
func (l *termList) withinDistance(term string, max int, fn func(e indexTerm, distance int)) {
	words := l.bySpelling()
	term = oneByteLetters.Replace(term)
	n := len(term)
	var columns [danish.MaxTerm + 1][]uint8
	for i := range columns {
		columns[i] = make([]uint8, n+1)
	}
	for j := range columns[0] {
		columns[0][j] = uint8(j)
	}
	before := "" // the beginning whose columns are there
	for i, left := 0, maxDistanceColumns; i < len(words) && left > 0; {
		word := words[i].letters
		depth, far := commonPrefix(before, word), false
		for depth < len(word) && !far {
			depth++
			left--
			far = fillColumn(columns[:], term, word, depth, max)
		}
		before = word[:depth]
		if far {
			i += countWithPrefix(words[i:], before)
			continue
		}
		if d := int(columns[depth][n]); d <= max {
			fn(l.entries[words[i].place], d)
		}
		i++
	}
}

// fillColumn makes the distances of word's first depth bytes from each
// beginning of term; far when all of them are above max.
func fillColumn(columns [][]uint8, term, word string, depth, max int) (far bool) {
	last, c := columns[depth-1], columns[depth]
	c[0] = uint8(depth)
	far = depth > max
	for j := 1; j < len(c); j++ {
		d := last[j-1]
		if term[j-1] != word[depth-1] {
			d++
		}
		d = min(d, last[j]+1, c[j-1]+1)
		if depth > 1 && j > 1 && term[j-1] == word[depth-2] && term[j-2] == word[depth-1] {
			d = min(d, columns[depth-2][j-2]+1)
		}
		c[j] = d
		if int(d) <= max {
			far = false
		}
	}
	return far
}

// countWithPrefix counts the first of the words, which begin with prefix; the very
// first does.
func countWithPrefix(words []spelling, prefix string) int {
	n, _ := slices.BinarySearchFunc(words, true, func(w spelling, _ bool) int {
		if strings.HasPrefix(w.letters, prefix) {
			return -1
		}
		return 1
	})
	return max(n, 1)
}
