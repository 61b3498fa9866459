package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
		if u.kind != unitText || lines[u.Text] > 1 || !titleLike(u.Block) || c.isLead(i) {
			continue
		}
		// A sentence is a title where a question follows at once, and no title stands over it.
		over := i > 0 && c.units[i-1].kind == unitTitle && !isSentence(c.units[i-1].Text)
		if !isSentence(u.Text) || !over && i+1 < len(c.units) && c.units[i+1].kind == unitQuestion {
			u.kind = unitTitle
		}
	}
}

// isLead tells whether a line is the lead of an article: it stands under the title and
// who wrote it.
func (c *cutter) isLead(i int) bool {
	by := i - 1
	for by >= 0 && c.units[by].kind == unitAside && writtenBy.MatchString(c.units[by].Text) {
		by--
	}
	return by < i-1 && by >= 0 && c.units[by].kind == unitTitle
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
	if i := sentenceEnd(text); i > 10 {
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

// sentenceEnd is where the first sentence of a text ends; -1 where there is one alone. A
// full stop ends none within a number or a word, behind a shortening, or before what
// goes on in small letters.
func sentenceEnd(text string) int {
	for i, r := range text {
		if r == '!' || r == '?' || r == '\n' {
			return i
		}
		if r != '.' || shortened.MatchString(text[:i+1]) {
			continue
		}
		rest := text[i+1:]
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " "))
		if rest == "" || rest[0] == ' ' && !unicode.IsLower(next) {
			return i
		}
	}
	return -1
}

// shortened ends with a shortening that a sentence goes on behind.
var shortened = regexp.MustCompile(`(?i)(?:^|[ (])(?:f\.eks|bl\.a|fx|ca|pga|evt|inkl|jf|nr|stk|kap|kl|dvs|o\.a|p\.t|vedr|ifm|ift|hhv|m\.fl|mht|[a-zæøå]|\d{1,2})\.$`)

// madeTitle is how many letters of a text become a title.
const madeTitle = 90
