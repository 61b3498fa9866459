package danish

// Part is a member of a compound: term[Start:End] as it stands, its linking
// letter included. Stem is the stem of the member as a word of its own: that
// of "barn" for the børne- of børnehave. Link is how many letters at its end
// only link it to the next: 1 for the s of misbrugs- in misbrugsbehandling.
type Part struct {
	Start, End int
	Stem       string
	Link       int
}

// Split cuts a folded word into the simple words that it is made of, which
// together cover it: rus, middel, behandling. It is nil for a simple word, and
// for one that it cannot make out.
func Split(term string) []Part {
	var buf [maxMembers]member
	cut := members().cut(term, buf[:0])
	if len(cut) == 0 {
		return nil
	}
	parts := make([]Part, len(cut))
	for i := range cut {
		parts[i] = join(term, cut[i:i+1])
	}
	return parts
}

// Members gives all words to be found inside a compound: those of Split, and
// the compounds that neighbours make, as rusmiddel and middelbehandling in
// rusmiddelbehandling. They are ordered by where they start, then where they
// end; the whole is not among them.
func Members(term string) []Part {
	var buf [maxMembers]member
	cut := members().cut(term, buf[:0])
	var parts []Part
	for i := range cut {
		for j := i + 1; j <= len(cut); j++ {
			if j-i < len(cut) {
				parts = append(parts, join(term, cut[i:j]))
			}
		}
	}
	return parts
}

// maxMembers bounds the members of a compound; real ones have up to five.
const maxMembers = 6

// member is a member within a term, and what it is as a word of its own.
type member struct {
	start, end int
	word       string
	link       int
}

// join makes one part of neighbours.
func join(term string, members []member) Part {
	first, last := members[0], members[len(members)-1]
	word := last.word
	if len(members) > 1 {
		word = term[first.start:last.start] + word
	}
	return Part{first.start, last.end, Stem(word), last.link}
}

const (
	// A cut is taken when its members cost no more than cutBase and cutLetter
	// for each letter: long words are compounds, and rare members are more
	// likely in them than a chance likeness.
	cutBase   = 75
	cutLetter = 15
	// A third member, and each one after it, may cost that much more.
	cutMember = 40
	// minHead is the length of the shortest last member.
	minHead = 3
)

// cut finds the cheapest members that cover the term. It appends them to
// out, which stays empty when the term is simple or unknown.
func (l *lexicon) cut(term string, out []member) []member {
	if len(term) < 5 || len(term) > MaxTerm || !isPlain(term) {
		return out
	}
	c := cutter{lexicon: l, term: term}
	c.findEndings()
	if c.simple() {
		return out
	}
	c.best[0].cost = 0
	for i := 0; i <= len(term)-minHead; i++ {
		if i == 0 || c.best[i].entry != 0 {
			c.from(i)
		}
	}
	if !c.accepted() {
		return out
	}
	return c.trace(out)
}

// isPlain tells whether a term is made of the letters a to z only.
func isPlain(term string) bool {
	for i := range len(term) {
		if term[i] < 'a' || term[i] > 'z' {
			return false
		}
	}
	return true
}

// cutter is the search for the members of one term.
type cutter struct {
	*lexicon
	term    string
	endings [maxEnding + 1]int16 // by length, the number of the ending that the term has; -1 for none
	best    [MaxTerm + 1]step    // by where a first member ends
	last    step                 // the head
}

// step is the cheapest way to a place in the term.
type step struct {
	cost  int32
	entry int32 // its last member's, plus one; 0 when there is no way
	from  int16 // where that member starts
	count int16 // how many members there are
}

func (c *cutter) findEndings() {
	for n := range c.endings {
		c.endings[n] = -1
		if id, ok := c.endingIDs[c.term[max(0, len(c.term)-n):]]; ok && n < len(c.term) {
			c.endings[n] = id
		}
	}
}

// inflects tells whether the set of endings has what the term has after end.
func (c *cutter) inflects(set int16, end int) bool {
	n := len(c.term) - end
	return set >= 0 && n <= maxEnding && c.endings[n] >= 0 && c.has(set, c.endings[n])
}

// simple tells whether the term is a form of a word that is not cut.
func (c *cutter) simple() bool {
	for w := c.walk(c.term); w.next(); {
		if e := &c.entries[w.at]; c.inflects(e.headSet, w.depth) || c.inflects(e.wholeSet, w.depth) {
			return true
		}
	}
	return false
}

// from tries all members that start at i.
func (c *cutter) from(i int) {
	so := c.best[i]
	if so.count >= maxMembers {
		return
	}
	for w := c.walk(c.term[i:]); w.next(); {
		e, end := &c.entries[w.at], i+w.depth
		if e.isFirst && end < len(c.term) && !(e.inner && i == 0) {
			better(&c.best[end], so, int32(e.firstCost), w.at, i)
		}
		if i > 0 && e.headSet >= 0 && len(c.term)-i >= minHead && c.inflects(e.headSet, end) {
			better(&c.last, so, int32(e.headCost), w.at, i)
		}
	}
}

// ownLink is the length of the linking letter of one of our own members: what
// is left of it without the letter is a word too.
func ownLink(key, word string) int {
	if n := len(key) - 1; key != word && (key[n] == 'e' || key[n] == 's') && Stem(key[:n]) == Stem(word) {
		return 1
	}
	return 0
}

func better(s *step, so step, cost int32, entry, from int) {
	if cost += so.cost; s.entry == 0 || cost < s.cost {
		*s = step{cost, int32(entry) + 1, int16(from), so.count + 1}
	}
}

func (c *cutter) accepted() bool {
	if c.last.entry == 0 {
		return false
	}
	limit := cutBase + cutLetter*Letters(c.term) + cutMember*(int(c.last.count)-2)
	return int(c.last.cost) <= limit
}

// trace follows the way back from the head.
func (c *cutter) trace(out []member) []member {
	out = out[:c.last.count]
	end := len(c.term)
	for i, s := len(out)-1, c.last; i >= 0; i, s = i-1, c.best[s.from] {
		start := int(s.from)
		word, link := c.term[start:end], 0
		if i < len(out)-1 {
			e := &c.entries[s.entry-1]
			link = int(e.link)
			word = word[:len(word)-link]
			if e.word != "" {
				link = ownLink(word, e.word)
				word = e.word
			}
		}
		out[i] = member{start, end, word, link}
		end = start
	}
	return out
}
