package intake

import (
	"slices"
	"strings"

	"praksis/internal/catalogue"
)

// PieceKind is what a piece of a document is to the cut.
type PieceKind uint8

// The kinds. Only PieceAnswer belongs to a field.
const (
	PieceLeft     PieceKind = iota // no place was found for it
	PieceAnswer                    // it answers a question of a practice
	PieceQuestion                  // a question of the template, or another of its own words
	PieceActor                     // the heading that says who it is from
	PieceUnticked                  // what was not ticked
)

// Piece is a part of a document that stays together. All pieces in a row are all of
// its text, each once.
type Piece struct {
	// Text is that of its blocks, a line break between each, and a bullet before
	// each point of a list.
	Text string
	Kind PieceKind
	// Practice is the index of the practice that it belongs to; -1: to none. The
	// words of a template stand where they stood, with no field.
	Practice int
	// Path is the field that it answers, of PieceAnswer.
	Path string
	// Chosen tells a value that was chosen from a list, or ticked.
	Chosen bool
}

// Proposed is a practice that the cut has found, beside its pieces.
type Proposed struct {
	// Organisation is the slug of the actor that the document names; empty where it
	// names none that is known.
	Organisation string
	// Perspective is the slug of the perspective under whose heading it stands;
	// empty: under none.
	Perspective string
}

// Cut is a document cut into practices.
type Cut struct {
	Pieces    []Piece
	Practices []Proposed
}

// CutBlocks cuts a document where a template was filled in, by the words of its
// questions: each filled template becomes a practice, and so does each heading with
// text where nothing is asked. What fits nowhere is left over. The numbers before
// questions and headings mean nothing.
func CutBlocks(blocks []Block, t *catalogue.Taxonomy) Cut {
	c := cutter{taxonomy: t, units: unitsOf(blocks, t), at: -1}
	c.headings()
	for from := 0; from < len(c.units); {
		to := from + 1
		for to < len(c.units) && !c.units[to].borders() {
			to++
		}
		c.part(from, to)
		from = to
	}
	c.actors()
	return c.result()
}

// cutter goes through the units of a document.
type cutter struct {
	taxonomy  *catalogue.Taxonomy
	units     []unit
	practices []Proposed
	at        int // practice that is being filled; -1: none
	actor     string
	view      string // perspective
	since     int    // how many practices there were when this template began
	styled    bool   // titles are headings by their style
}

// headings tells whether the document's titles are headings by their style: then
// no other line is taken for one.
func (c *cutter) headings() {
	for i := range c.units {
		u := &c.units[i]
		if u.kind == unitText && u.Level > 0 {
			u.kind = unitHeading
			c.styled = true
		}
	}
	if c.styled {
		return
	}
	// A line that stands in it twice is a heading within its practices.
	lines := map[string]int{}
	for i := range c.units {
		lines[c.units[i].Text]++
	}
	for i := range c.units {
		u := &c.units[i]
		if u.kind != unitText || lines[u.Text] > 1 || !titleLike(u.Block) {
			continue
		}
		// A sentence is a title where a question follows at once.
		if !isSentence(u.Text) || i+1 < len(c.units) && c.units[i+1].kind == unitQuestion {
			u.kind = unitTitle
		}
	}
}

// begin begins a practice.
func (c *cutter) begin() {
	c.practices = append(c.practices, Proposed{Organisation: c.actor, Perspective: c.view})
	c.at = len(c.practices) - 1
}

// put gives a unit to the practice that is being filled.
func (c *cutter) put(u *unit, path string) {
	u.practice, u.path = c.at, path
}

// part cuts what stands under one heading of an actor or a perspective, which is
// its first unit.
func (c *cutter) part(from, to int) {
	c.at = -1
	head := &c.units[from]
	switch head.kind {
	case unitActor:
		c.actor, c.view = head.value, ""
		from++
	case unitPerspective:
		// A template that begins anew, and does not say who filled it in.
		if head.value == firstView && len(c.practices) > c.since && !c.named(from) {
			c.actor = ""
		}
		c.view = head.value
		from++
	}
	if head.kind == unitActor || head.value == firstView {
		c.since = len(c.practices)
	}
	units := c.units[from:to]
	asked := slices.ContainsFunc(units, func(u unit) bool { return u.kind == unitQuestion })
	switch {
	case asked:
		c.answers(units)
	case slices.ContainsFunc(units, func(u unit) bool { return u.isTitle() }) && c.underTitles(units):
	case points(units) >= 2:
		c.points(units)
	case c.view != "" || head.kind == unitPerspective:
		c.plain(units)
	}
}

// firstView is the perspective with which the template of 2020 begins.
const firstView = "borger"

// named tells whether a line before a unit says who it is from: the heads of pages
// may stand between.
func (c *cutter) named(i int) bool {
	for i--; i >= 0; i-- {
		if u := &c.units[i]; u.kind == unitActor {
			return true
		} else if !u.kind.silent() && u.kind != unitTitle {
			return false
		}
	}
	return false
}

// actors looks for who a template is from in its text, where no heading says so: the
// only one that is named there.
func (c *cutter) actors() {
	in := map[int]map[string]bool{} // by the first practice of a template
	first := make([]int, len(c.practices))
	for i := range c.practices {
		first[i] = i
		if i > 0 && c.practices[i-1].Organisation == "" {
			first[i] = first[i-1]
		}
	}
	for i := range c.units {
		u := &c.units[i]
		if u.practice < 0 || c.practices[u.practice].Organisation != "" {
			continue
		}
		at := first[u.practice]
		if in[at] == nil {
			in[at] = map[string]bool{}
		}
		for _, name := range actorName.FindAllString(u.Text, -1) {
			if slug := named(name, c.taxonomy); slug != "" {
				in[at][slug] = true
			}
		}
	}
	for i := range c.practices {
		if p := &c.practices[i]; p.Organisation == "" && len(in[first[i]]) == 1 {
			for p.Organisation = range in[first[i]] {
			}
		}
	}
}

// answers cuts what has questions in it.
func (c *cutter) answers(units []unit) {
	var asked *unit // whose answer is being read; nil: before the first one
	for i := range units {
		u := &units[i]
		switch {
		case u.kind == unitStart:
			c.begin()
			asked = nil
			c.put(u, "")
			if u.rest {
				c.put(u, pathTitle)
			}
		case u.kind == unitQuestion:
			if c.at < 0 || u.path == pathTitle && c.has(units[:i], pathTitle) {
				c.begin()
			}
			asked = u
			u.practice = c.at
		case u.kind == unitForeign:
			asked = u
			u.practice = c.at
		case u.kind == unitHeading && asked != nil && asked.Level > 0 && u.Level > asked.Level:
			c.answer(u, asked) // a heading within an answer
		case u.isTitle() && c.opens(units, i, asked):
			c.begin()
			asked = nil
			c.put(u, pathTitle)
		case u.kind.silent():
			if u.kind == unitUnticked || u.kind == unitTemplate {
				u.practice = c.at
			}
		case asked != nil:
			c.answer(u, asked)
		case u.isTitle() && !c.told(units, i):
			// A heading over headings.
		case c.at < 0 && u.kind != unitAside && c.askedLater(units, i):
			c.begin()
			c.put(u, pathDone)
		case c.at >= 0:
			c.put(u, pathDone)
		}
	}
}

// answer gives a unit to the question that was asked; an answer to a question that
// is not the template's finds no place.
func (c *cutter) answer(u, asked *unit) {
	if asked.kind == unitForeign || c.at < 0 {
		return
	}
	c.put(u, asked.answers)
}

// has tells whether the practice that is being filled has an answer to a field.
func (c *cutter) has(units []unit, path string) bool {
	return slices.ContainsFunc(units, func(u unit) bool {
		return u.practice == c.at && (u.path == path && u.kind != unitQuestion || u.kind == unitQuestion && u.answers == path)
	})
}

// opens tells whether a heading is the title of another practice. By its style it
// is where something is told under it. A line that only looks like one is where
// questions follow it that were answered already, or none was asked.
func (c *cutter) opens(units []unit, i int, asked *unit) bool {
	if !c.told(units, i) || isSentence(units[i].Text) && c.at >= 0 && asked == nil {
		return false
	}
	if units[i].kind == unitHeading {
		return asked == nil || asked.Level == 0 || units[i].Level <= asked.Level
	}
	next := -1
	for j := i + 1; j < len(units); j++ {
		if units[j].kind == unitQuestion {
			next = j
			break
		}
		if units[j].isTitle() && c.told(units, j) {
			break // a later one is nearer to the questions
		}
	}
	if asked == nil {
		return next >= 0 || i+1 < len(units) && units[i+1].kind == unitText
	}
	if next < 0 || i > 0 && units[i-1].isTitle() && numbered.MatchString(units[i].Text) {
		return false
	}
	// Far above the questions it is a line of the answer before them.
	return next-i <= maxLead && c.has(units[:i], units[next].answers) && units[next].answers == c.first(units)
}

// maxLead is how many paragraphs may stand between a title and the first question.
const maxLead = 4

// first is the question with which this document's templates begin.
func (c *cutter) first(units []unit) string {
	for i := range units {
		if units[i].kind == unitQuestion {
			return units[i].answers
		}
	}
	return ""
}

// told tells whether anything but headings follows a heading.
func (c *cutter) told(units []unit, i int) bool {
	for _, u := range units[i+1:] {
		switch {
		case u.kind.silent():
		case u.isTitle():
			return false
		default:
			return true
		}
	}
	return false
}

// askedLater tells whether a question follows before the next title.
func (c *cutter) askedLater(units []unit, i int) bool {
	for _, u := range units[i+1:] {
		if u.kind == unitQuestion {
			return true
		}
		if u.isTitle() || u.kind == unitStart {
			return false
		}
	}
	return false
}

// underTitles cuts what has headings and no question: the text under a heading is
// what was done. It is false where nothing stands under any.
func (c *cutter) underTitles(units []unit) bool {
	found := false
	for i := range units {
		u := &units[i]
		switch {
		case u.isTitle() && c.told(units, i):
			c.begin()
			c.put(u, pathTitle)
			found = true
		case u.isTitle():
			c.at = -1
		case u.kind.silent():
		case c.at >= 0:
			c.put(u, pathDone)
		}
	}
	return found
}

// minPoint is how many letters a point has that tells of a practice by itself.
const minPoint = 40

func points(units []unit) (n int) {
	for _, u := range units {
		if u.kind == unitText && u.List && len(u.Text) >= minPoint {
			n++
		}
	}
	return n
}

// points cuts a list under a heading: each point is a practice.
func (c *cutter) points(units []unit) {
	for i := range units {
		u := &units[i]
		switch {
		case u.kind.silent():
		case u.List:
			c.begin()
			c.put(u, pathDone)
		case c.at >= 0:
			c.put(u, pathDone)
		}
	}
}

// plain takes what stands under a perspective without headings and questions for
// one practice.
func (c *cutter) plain(units []unit) {
	for i := range units {
		if u := &units[i]; !u.kind.silent() {
			if c.at < 0 {
				c.begin()
			}
			c.put(u, pathDone)
		}
	}
}

// result joins the units that belong together, and leaves out practices that
// nothing was told of.
func (c *cutter) result() Cut {
	told := make([]bool, len(c.practices))
	for _, u := range c.units {
		if u.practice >= 0 && u.path != "" && u.path != pathTitle && u.kind != unitQuestion {
			told[u.practice] = true
		}
	}
	number := make([]int, len(c.practices))
	var out Cut
	for i, p := range c.practices {
		if number[i] = -1; told[i] {
			number[i] = len(out.Practices)
			out.Practices = append(out.Practices, p)
		}
	}
	for _, u := range c.units {
		p := Piece{Text: u.Text, Kind: u.piece(), Practice: u.practice, Path: u.path, Chosen: u.chosen()}
		if u.List && !bulletLine.MatchString(u.Text) {
			p.Text = bullet + u.Text
		}
		if p.Practice >= 0 {
			p.Practice = number[p.Practice]
		}
		if p.Practice < 0 && p.Kind == PieceAnswer {
			p.Kind, p.Path = PieceLeft, ""
		}
		if p.Kind != PieceAnswer {
			p.Path = ""
		}
		if n := len(out.Pieces); n > 0 && out.Pieces[n-1].joins(p) {
			last := &out.Pieces[n-1]
			last.Text += "\n" + p.Text
			continue
		}
		out.Pieces = append(out.Pieces, p)
	}
	return out
}

// bullet stands before a point of a list whose own bullet is no text.
const bullet = "• "

// joins tells whether a piece goes on in the next one.
func (p Piece) joins(q Piece) bool {
	return p.Kind == q.Kind && p.Practice == q.Practice && p.Path == q.Path && p.Chosen == q.Chosen && p.Path != pathTitle
}

// Fields of the record that the cut speaks of.
const (
	pathTitle        = "title"
	pathDone         = "answers.done"
	pathOrganisation = "organisation"
	pathContactForms = "contact_forms"
	pathTargetGroups = "target_groups"
	pathRetention    = "retention"
)

// TitleOf makes a title of the first words of a text, where nobody has given one.
func TitleOf(text string) string {
	text = strings.Join(strings.Fields(numbered.ReplaceAllString(bulletLine.ReplaceAllString(text, ""), "")), " ")
	if i := strings.IndexAny(text, ".!?\n"); i > 10 {
		text = text[:i]
	}
	runes := []rune(text)
	if len(runes) > madeTitle {
		text = string(runes[:madeTitle])
		if i := strings.LastIndexByte(text, ' '); i > madeTitle/2 {
			text = text[:i]
		}
		text = strings.TrimRight(text, " ,;:–-") + " …"
	}
	return text
}

// madeTitle is how many letters of a text become a title.
const madeTitle = 90
