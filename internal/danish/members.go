package danish

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"praksis/internal/danish/stavekontrolden"
)

// extraMembersText is what we add to Stavekontrolden's members; it says itself how.
//
//go:embed members.txt
var extraMembersText string

// extraCost is the cost of an extra member, about that of a common word.
const extraCost = 65

// maxEnding is the length of the longest ending that is looked at.
const maxEnding = 12

// memberIndex is the members in alphabetical order, so that all that begin a term
// are found in one walk.
type memberIndex struct {
	keys        []string
	entries     []memberEntry // of the key with the same number
	byPrefix    []int32       // by two letters, the first key that is not before them
	endingIDs   map[string]int16
	sets        []uint64 // sets of endings, as bits
	wordsPerSet int      // how many of sets make one set
}

// memberEntry is what a key can be in a compound.
type memberEntry struct {
	word                   string // of an extra member: the word that it is of
	headSet, wholeSet      int16  // the endings of a last member, and of a word that is not split; -1 for none
	headCost, modifierCost uint8
	link                   uint8 // length of the linking letter
	isModifier, innerOnly  bool  // inner: a modifier only behind another one
}

// loadMembers reads the members when the first word is to be split.
var loadMembers = sync.OnceValue(func() *memberIndex { return readMemberIndex(stavekontrolden.Members(), extraMembersText) })

func readMemberIndex(text, extra string) *memberIndex {
	n := strings.Count(text, "\n")
	l := &memberIndex{keys: make([]string, 0, n), entries: make([]memberEntry, 0, n), endingIDs: map[string]int16{"": 0}}
	extras := readExtraMembers(extra)
	var sets [][]int16
	for line := range strings.Lines(text) {
		var f [4]string
		fields(strings.TrimSuffix(line, "\n"), &f)
		switch {
		case f[0] == "=":
			sets = append(sets, l.readSet(f[2]))
		case f[1] != "":
			for len(extras) > 0 && extras[0].key <= f[0] {
				extras[0].addTo(l)
				extras = extras[1:]
			}
			l.add(f[0], f[1], number(f[2]), number(f[3]), "")
		}
	}
	for _, o := range extras {
		o.addTo(l)
	}
	l.packSets(sets)
	l.indexPrefixes()
	return l
}

// fields cuts a line at its tabs.
func fields(line string, f *[4]string) {
	for i := range f {
		f[i], line, _ = strings.Cut(line, "\t")
	}
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// extraMember is a modifier in members.txt: a member before the last.
type extraMember struct{ key, word string }

func (o extraMember) addTo(l *memberIndex) { l.add(o.key, "f", 0, extraCost, o.word) }

func readExtraMembers(text string) (members []extraMember) {
	for line := range strings.Lines(text) {
		kind, rest, _ := strings.Cut(line, " ")
		for w := range strings.FieldsSeq(rest) {
			if kind == "first" {
				key, word, _ := strings.Cut(w, ":")
				members = append(members, extraMember{key, word})
			}
		}
	}
	slices.SortFunc(members, func(a, b extraMember) int { return strings.Compare(a.key, b.key) })
	return members
}

// add puts a line in. Lines come in alphabetical order; of two that say
// the same of a key, the extra one comes first and counts.
func (l *memberIndex) add(key, kind string, value, cost int, word string) {
	if n := len(l.keys); n == 0 || l.keys[n-1] != key {
		l.keys = append(l.keys, key)
		l.entries = append(l.entries, memberEntry{headSet: -1, wholeSet: -1})
	}
	e := &l.entries[len(l.entries)-1]
	switch kind {
	case "h":
		e.headSet, e.headCost = int16(value), uint8(min(cost, 255))
	case "w":
		e.wholeSet = int16(value)
	case "f", "i":
		if !e.isModifier {
			e.isModifier, e.innerOnly = true, kind == "i"
			e.link, e.modifierCost, e.word = uint8(value), uint8(min(cost, 255)), word
		}
	}
}

// readSet numbers endings: set 3 is the fourth line of its kind.
func (l *memberIndex) readSet(list string) (ids []int16) {
	for e := range strings.SplitSeq(list, ",") {
		id, ok := l.endingIDs[e]
		if !ok {
			id = int16(len(l.endingIDs))
			l.endingIDs[e] = id
		}
		ids = append(ids, id)
	}
	return ids
}

func (l *memberIndex) packSets(sets [][]int16) {
	l.wordsPerSet = len(l.endingIDs)/64 + 1
	l.sets = make([]uint64, len(sets)*l.wordsPerSet)
	for i, ids := range sets {
		for _, id := range ids {
			l.sets[i*l.wordsPerSet+int(id)/64] |= 1 << (id % 64)
		}
	}
}

func (l *memberIndex) setHas(set, ending int16) bool {
	return l.sets[int(set)*l.wordsPerSet+int(ending)/64]&(1<<(ending%64)) != 0
}

const letters = 'z' - 'a' + 1

// indexPrefixes finds where the keys with each two first letters begin.
func (l *memberIndex) indexPrefixes() {
	l.byPrefix = make([]int32, letters*letters+1)
	k := 0
	for p := range letters * letters {
		prefix := string([]byte{'a' + byte(p/letters), 'a' + byte(p%letters)})
		for k < len(l.keys) && l.keys[k] < prefix {
			k++
		}
		l.byPrefix[p] = int32(k)
	}
	l.byPrefix[letters*letters] = int32(len(l.keys))
}

// prefixWalk is a way along a term through the keys that begin it.
type prefixWalk struct {
	keys   []string
	term   string
	lo, hi int // the keys that have the first depth letters
	depth  int
	at     int // the key that is those letters
}

// prefixesOf starts at the beginning of a term of plain letters; keys of one
// letter there are none.
func (l *memberIndex) prefixesOf(term string) prefixWalk {
	p := int(term[0]-'a')*letters + int(term[1]-'a')
	return prefixWalk{keys: l.keys, term: term, lo: int(l.byPrefix[p]), hi: int(l.byPrefix[p+1]), depth: 1}
}

// next goes on to the next longer key that begins the term.
func (w *prefixWalk) next() bool {
	for w.depth < len(w.term) {
		w.narrow()
		if w.lo == w.hi {
			return false
		}
		if len(w.keys[w.lo]) == w.depth {
			w.at = w.lo
			w.lo++
			return true
		}
	}
	return false
}

// narrow keeps the keys that have the term's next letter too; none is as
// short as depth.
func (w *prefixWalk) narrow() {
	d, c := w.depth, w.term[w.depth]
	w.depth++
	if d == 1 {
		return // byPrefix has done it
	}
	lo, hi := w.lo, w.hi
	for lo < hi {
		if m := int(uint(lo+hi) >> 1); w.keys[m][d] < c {
			lo = m + 1
		} else {
			hi = m
		}
	}
	w.lo, hi = lo, w.hi
	for lo < hi {
		if m := int(uint(lo+hi) >> 1); w.keys[m][d] <= c {
			lo = m + 1
		} else {
			hi = m
		}
	}
	w.hi = lo
}
