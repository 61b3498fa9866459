package danish

// Member is a member of a compound: term[Start:End] as it stands, its linking
// letter included. Stem is the stem of the member as a word of its own: that
// of "barn" for the børne- of børnehave. Link is how many letters at its end
// only link it to the next: 1 for the s of misbrugs- in misbrugsbehandling.
type Member struct {
	Start, End int
	Stem       string
	Link       int
}

// Split cuts a folded word into the simple words that it is made of, which
// together cover it: rus, middel, behandling. It is nil for a simple word, and
// for one that it cannot make out.
func Split(term string) []Member {
	var buf [maxMembers]memberSpan
	spans := loadMembers().split(term, buf[:0])
	if len(spans) == 0 {
		return nil
	}
	out := make([]Member, len(spans))
	for i := range spans {
		out[i] = join(term, spans[i:i+1])
	}
	return out
}

// Members gives all words to be found inside a compound: those of Split, and
// the compounds that neighbours make, as rusmiddel and middelbehandling in
// rusmiddelbehandling. They are ordered by where they start, then where they
// end; the whole is not among them.
func Members(term string) []Member {
	var buf [maxMembers]memberSpan
	spans := loadMembers().split(term, buf[:0])
	var out []Member
	for i := range spans {
		for j := i + 1; j <= len(spans); j++ {
			if j-i < len(spans) {
				out = append(out, join(term, spans[i:j]))
			}
		}
	}
	return out
}

// maxMembers bounds the members of a compound; real ones have up to five.
const maxMembers = 6

// memberSpan is a member within a term, and what it is as a word of its own.
type memberSpan struct {
	start, end int
	word       string
	link       int
}

// join makes one member of neighbours.
func join(term string, members []memberSpan) Member {
	first, last := members[0], members[len(members)-1]
	word := last.word
	if len(members) > 1 {
		word = term[first.start:last.start] + word
	}
	return Member{first.start, last.end, Stem(word), last.link}
}

const (
	// A split is accepted when its members cost no more than baseCost and
	// letterCost for each letter: long words are compounds, and rare members
	// are more likely in them than a chance likeness.
	baseCost   = 75
	letterCost = 15
	// A third member, and each one after it, may cost that much more.
	memberCost = 40
	// minHead is the length of the shortest last member.
	minHead = 3
)

// split finds the cheapest members that cover the term. It appends them to
// out, which stays empty when the term is simple or unknown.
func (l *memberIndex) split(term string, out []memberSpan) []memberSpan {
	if len(term) < 5 || len(term) > MaxTerm || !isPlain(term) {
		return out
	}
	c := splitter{memberIndex: l, term: term}
	c.findEndings()
	if c.isSimple() {
		return out
	}
	c.best[0].cost = 0
	for i := 0; i <= len(term)-minHead; i++ {
		if i == 0 || c.best[i].entry != 0 {
			c.extend(i)
		}
	}
	if !c.isAccepted() {
		return out
	}
	return c.backtrack(out)
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

// splitter is the search for the members of one term.
type splitter struct {
	*memberIndex
	term    string
	endings [maxEnding + 1]int16 // by length, the number of the ending that the term has; -1 for none
	best    [MaxTerm + 1]step    // by where a member before the head ends
	head    step                 // the head
}

// step is the cheapest way to a place in the term.
type step struct {
	cost  int32
	entry int32 // its last member's, plus one; 0 when no members cover the term so far
	from  int16 // where that member starts
	count int16 // how many members there are
}

func (c *splitter) findEndings() {
	for n := range c.endings {
		c.endings[n] = -1
		if id, ok := c.endingIDs[c.term[max(0, len(c.term)-n):]]; ok && n < len(c.term) {
			c.endings[n] = id
		}
	}
}

// inflects tells whether the set of endings has what the term has after end.
func (c *splitter) inflects(set int16, end int) bool {
	n := len(c.term) - end
	return set >= 0 && n <= maxEnding && c.endings[n] >= 0 && c.setHas(set, c.endings[n])
}

// isSimple tells whether the term is a form of a word that is not split.
func (c *splitter) isSimple() bool {
	for w := c.prefixesOf(c.term); w.next(); {
		if e := &c.entries[w.at]; c.inflects(e.headSet, w.depth) || c.inflects(e.wholeSet, w.depth) {
			return true
		}
	}
	return false
}

// extend tries all members that start at i.
func (c *splitter) extend(i int) {
	so := c.best[i]
	if so.count >= maxMembers {
		return
	}
	for w := c.prefixesOf(c.term[i:]); w.next(); {
		e, end := &c.entries[w.at], i+w.depth
		if e.isModifier && end < len(c.term) && !(e.innerOnly && i == 0) {
			relax(&c.best[end], so, int32(e.modifierCost), w.at, i)
		}
		if i > 0 && e.headSet >= 0 && len(c.term)-i >= minHead && c.inflects(e.headSet, end) {
			relax(&c.head, so, int32(e.headCost), w.at, i)
		}
	}
}

// extraLink is the length of the linking letter of one of the extra members: what
// is left of it without the letter is a word too.
func extraLink(key, word string) int {
	if n := len(key) - 1; key != word && (key[n] == 'e' || key[n] == 's') && Stem(key[:n]) == Stem(word) {
		return 1
	}
	return 0
}

func relax(s *step, so step, cost int32, entry, from int) {
	if cost += so.cost; s.entry == 0 || cost < s.cost {
		*s = step{cost, int32(entry) + 1, int16(from), so.count + 1}
	}
}

func (c *splitter) isAccepted() bool {
	if c.head.entry == 0 {
		return false
	}
	limit := baseCost + letterCost*Letters(c.term) + memberCost*(int(c.head.count)-2)
	return int(c.head.cost) <= limit
}

// backtrack follows the way back from the head.
func (c *splitter) backtrack(out []memberSpan) []memberSpan {
	out = out[:c.head.count]
	end := len(c.term)
	for i, s := len(out)-1, c.head; i >= 0; i, s = i-1, c.best[s.from] {
		start := int(s.from)
		word, link := c.term[start:end], 0
		if i < len(out)-1 {
			e := &c.entries[s.entry-1]
			link = int(e.link)
			word = word[:len(word)-link]
			if e.word != "" {
				link = extraLink(word, e.word)
				word = e.word
			}
		}
		out[i] = memberSpan{start, end, word, link}
		end = start
	}
	return out
}
