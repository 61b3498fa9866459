package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"praksis/internal/danish"
)

// The edit distance is Damerau–Levenshtein's: the number of letters too many, too
// few, wrong, or neighbours changed about. These bound the search by it.
const (
	oneEditLetters     = 4      // a word of so many letters may be one edit away
	anagramLetters     = 6      // and of so many, the same letters in another order
	twoEditLetters     = 8      // and of so many, two
	maxSpellings       = 8      // spelling candidates of a word
	maxDistanceColumns = 50_000 // columns of the distance table that are filled for a word
)

// spellingCandidates are the terms at the least edit distance from a term, at
// most maxSpellings, those with the longest common beginning first.
func (x *lexicon) spellingCandidates(term string) []indexTerm { return x.closest(term, false, 0) }

// closest are the terms at the least edit distance that is not below
// minDistance, at most maxSpellings. None are for a term with anything but
// letters, nor for a short one. A term that was typed in the letters a to z alone is
// also read letter by letter: vidoe is vidø, or video with two letters changed about.
// A search that finds nothing asks several times for the same: for the query, and for
// its parts. The caller must not change them.
func (x *lexicon) closest(term string, typedPlain bool, minDistance int) []indexTerm {
	k := spellingKey{term, typedPlain, minDistance}
	out, ok := x.spellings.get(k)
	if !ok {
		out = x.findClosest(term, typedPlain, minDistance)
		x.spellings.put(k, out, maxKeptSpellings)
	}
	return out
}

// maxKeptSpellings bounds what a lexicon keeps of closest, some 500 KB.
const maxKeptSpellings = 1000

// spellingKey is what closest is asked.
type spellingKey struct {
	term        string
	typedPlain  bool
	minDistance int
}

func (x *lexicon) findClosest(term string, typedPlain bool, minDistance int) []indexTerm {
	distance, n := 0, danish.Letters(term)
	switch {
	case !hasOnlyLetters(term):
	case n >= twoEditLetters:
		distance = 2
	case n >= oneEditLetters:
		distance = 1
	}
	if distance == 0 {
		return nil
	}
	readings := []string{oneByteLetters.Replace(term)}
	if typedPlain && readings[0] != term {
		readings = append(readings, term)
	}
	if out := x.closestTo(readings, distance, minDistance); len(out) > 0 || n < anagramLetters || distance > 1 {
		return out
	}
	return slices.DeleteFunc(x.closestTo(readings, 2, 2), func(e indexTerm) bool { return !isAnagram(term, e.term) })
}

// isAnagram tells whether two terms begin alike and have the same letters in another
// order: tefelon, telefon.
func isAnagram(a, b string) bool {
	sorted := func(s string) string {
		letters := []byte(oneByteLetters.Replace(s))
		slices.Sort(letters)
		return string(letters)
	}
	return a[0] == b[0] && sorted(a) == sorted(b)
}

func hasOnlyLetters(term string) bool {
	return strings.IndexFunc(term, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// closestTo is closest of words with one byte for each letter, up to a distance.
func (x *lexicon) closestTo(readings []string, distance, minDistance int) []indexTerm {
	type candidate struct {
		indexTerm
		distance, commonPrefix int
	}
	var found []candidate
	for _, l := range x.lists() {
		for _, r := range readings {
			l.bySpelling().withinDistance(r, distance, func(e indexTerm, d int) {
				if d >= minDistance {
					found = append(found, candidate{e, d, commonPrefix(r, oneByteLetters.Replace(e.term))})
				}
			})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.commonPrefix, a.commonPrefix), cmp.Compare(a.term, b.term))
	})
	var out []indexTerm
	for _, c := range found {
		if c.distance > found[0].distance || len(out) == maxSpellings {
			break
		}
		if i := slices.IndexFunc(out, func(e indexTerm) bool { return e.term == c.term }); i >= 0 {
			out[i].fields |= c.fields
		} else {
			out = append(out, c.indexTerm)
		}
	}
	return out
}

// commonPrefix is the length of what two strings begin with, in bytes.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// oneByteLetters writes each letter of a folded word as one byte: å, æ and ø are
// one letter for whoever types.
var oneByteLetters = strings.NewReplacer("aa", "\x01", "ae", "\x02", "oe", "\x03")

// spelling is a term with one byte for each letter.
type spelling struct {
	letters string
	place   int32 // in spellingIndex.terms
}

// spellingIndex has the terms of a list in the order of their spellings. It never
// changes.
type spellingIndex struct {
	terms     []indexTerm
	spellings []spelling // ordered by letters
}

func newSpellingIndex(terms []indexTerm) *spellingIndex {
	x := &spellingIndex{terms, make([]spelling, len(terms))}
	for i, t := range terms {
		x.spellings[i] = spelling{oneByteLetters.Replace(t.term), int32(i)}
	}
	slices.SortFunc(x.spellings, func(a, b spelling) int { return cmp.Compare(a.letters, b.letters) })
	return x
}

// withinDistance calls fn for each term at most max edits from one whose letters
// are one byte each. Spellings
// are in order, so the columns of the distance table for what a spelling has in
// common with the one before are kept, and where a beginning is already too far
// off, all spellings with it are passed over.
func (x *spellingIndex) withinDistance(term string, max int, fn func(e indexTerm, distance int)) {
	words := x.spellings
	n := len(term)
	var columns [danish.MaxTerm + 1][]uint8
	for i := range columns {
		columns[i] = make([]uint8, n+1)
	}
	for j := range columns[0] {
		columns[0][j] = uint8(j)
	}
	before := "" // the beginning whose columns are filled
	for i, left := 0, maxDistanceColumns; i < len(words) && left > 0; {
		word := words[i].letters
		depth, exceeded := commonPrefix(before, word), false
		for depth < len(word) && !exceeded {
			depth++
			left--
			exceeded = fillColumn(columns[:], term, word, depth, max)
		}
		before = word[:depth]
		if exceeded {
			i += countWithPrefix(words[i:], before)
			continue
		}
		if d := int(columns[depth][n]); d <= max {
			fn(x.terms[words[i].place], d)
		}
		i++
	}
}

// fillColumn computes the distances of word's first depth bytes from each
// beginning of term; exceeded when all of them are above max.
func fillColumn(columns [][]uint8, term, word string, depth, max int) (exceeded bool) {
	last, c := columns[depth-1], columns[depth]
	c[0] = uint8(depth)
	exceeded = depth > max
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
			exceeded = false
		}
	}
	return exceeded
}

// countWithPrefix counts the words with a prefix, which come first; the very
// first has it.
func countWithPrefix(words []spelling, prefix string) int {
	n, _ := slices.BinarySearchFunc(words, true, func(w spelling, _ bool) int {
		if strings.HasPrefix(w.letters, prefix) {
			return -1
		}
		return 1
	})
	return max(n, 1)
}
