package intake

import (
	"encoding/xml"
	"slices"
	"strings"
	"unicode"

	"praksis/internal/review"
)

// joined is another reading of a part, in which what stands between the parts of
// a number is not there: without what was struck out or without what was
// inserted, and with what is anchored in a paragraph (a note, a text box, a code)
// read by itself. Only the numbers that show in no other way are taken from it.
type joined struct {
	leftOut func(xml.Name) bool
	out     int // within how much that is left out
	// stack has the text that is being read, and those in which it is anchored.
	stack []*piece
	found []string
}

// piece is a running text, and the places in it where something was taken out.
type piece struct {
	strings.Builder
	joints []int // in bytes, in order
}

// newJoined is a reading without some elements.
func newJoined(leftOut func(xml.Name) bool) *joined {
	return &joined{leftOut: leftOut, stack: []*piece{{}}}
}

// top is the text that is being read.
func (j *joined) top() *piece { return j.stack[len(j.stack)-1] }

func (j *joined) write(s string) {
	if j.out > 0 {
		j.joint()
		return
	}
	j.top().WriteString(s)
}

// joint says that something is taken out here.
func (j *joined) joint() {
	p := j.top()
	if n := p.Len(); len(p.joints) == 0 || p.joints[len(p.joints)-1] != n {
		p.joints = append(p.joints, n)
	}
}

// open begins what is read by itself, and shut ends it.
func (j *joined) open() {
	if len(j.stack) <= maxDepth {
		j.stack = append(j.stack, &piece{})
	}
}

func (j *joined) shut() {
	if len(j.stack) == 1 {
		return
	}
	p := j.top()
	j.stack = j.stack[:len(j.stack)-1]
	j.take(p)
	if p.Len() > 0 || len(p.joints) > 0 {
		j.joint()
	}
}

// end gives the numbers of the whole part.
func (j *joined) end() []string {
	for len(j.stack) > 1 {
		j.shut()
	}
	j.take(j.top())
	return j.found
}

// How much text around a joint is looked at, and how much is given beside a
// number, in bytes.
const aroundJoint, besideNumber = 60, 30

// take keeps the numbers of a text that go over a joint, each with the words
// beside it.
func (j *joined) take(p *piece) {
	s := p.String()
	for i := 0; i < len(p.joints); {
		first := i
		for i++; i < len(p.joints) && p.joints[i]-p.joints[i-1] <= aroundJoint; i++ {
		}
		from, to := max(0, p.joints[first]-aroundJoint), min(len(s), p.joints[i-1]+aroundJoint)
		for _, at := range review.FindCPR(s[from:to]) {
			start, end := from+at[0], from+at[1]
			next, _ := slices.BinarySearch(p.joints, start+1) // the first within it
			if next == len(p.joints) || p.joints[next] >= end {
				continue
			}
			before, after := s[max(from, start-besideNumber):start], s[end:min(to, end+besideNumber)]
			before = before[strings.LastIndexFunc(before, unicode.IsDigit)+1:]
			if i := strings.IndexFunc(after, unicode.IsDigit); i >= 0 {
				after = after[:i]
			}
			j.found = append(j.found, strings.ToValidUTF8(before+s[start:end]+after, ""))
		}
	}
}

// changes are the tracked changes of an ODT: what was inserted stands in the text
// between two marks, what was struck out at the beginning of the part.
type changes struct {
	region   string // being read
	struck   map[string]*strings.Builder
	inserted map[string]bool
}

func element(names ...string) func(xml.Name) bool {
	return func(n xml.Name) bool { return slices.Contains(names, n.Local) }
}

// What is left out of a Word document's readings, and what is read by itself.
var (
	struckOut    = element("del", "moveFrom")
	insertedDOCX = element("ins", "moveTo")
	nothing      = element()
	apartDOCX    = element("txbxContent", "drawing", "pict", "object", "instrText", "delInstrText", "Fallback", "rt")
)

// apartODT tells what is read by itself in an ODT.
func apartODT(n xml.Name) bool {
	return n.Space == "draw" || slices.Contains([]string{"note", "annotation", "ruby-text", "tracked-changes"}, n.Local)
}

// begins begins a part, with the other readings of it.
func (w *words) begins(kind, name string) {
	w.inText, w.inParagraph, w.own, w.held, w.inRun, w.hidden = 0, 0, strings.HasPrefix(name, "customXml/"), false, false, false
	w.changes = changes{struck: map[string]*strings.Builder{}, inserted: map[string]bool{}}
	if w.joined = []*joined{newJoined(struckOut), newJoined(insertedDOCX)}; kind == ODT {
		w.joined = []*joined{newJoined(nothing), newJoined(nothing)}
	}
}

// ends ends a part, with what the other readings alone have found.
func (w *words) ends() error {
	var found []string
	for _, j := range w.joined {
		found = append(found, j.end()...)
	}
	slices.Sort(found)
	for _, s := range slices.Compact(found) {
		if err := w.add(between + s); err != nil {
			return err
		}
	}
	return w.add("\n")
}

// write takes running text, in every reading.
func (w *words) write(s string) error {
	if err := w.flush(); err != nil {
		return err
	}
	for _, j := range w.joined {
		j.write(s)
	}
	return w.add(s)
}

// flush writes the line break that is held.
func (w *words) flush() error {
	if !w.held {
		return nil
	}
	w.held = false
	return w.write("\n")
}

// paragraphEnds and cellEnds write what stands between paragraphs and cells.
func (w *words) paragraphEnds() error {
	err := w.flush()
	w.held = true
	return err
}

func (w *words) cellEnds() error {
	w.held = false
	return w.write("\t")
}

// beside takes what is no part of the running text, which goes on behind it.
func (w *words) beside(s string) error {
	for _, j := range w.joined {
		j.joint()
	}
	return w.add(s)
}

// opens and shuts tell the other readings of an element.
func (w *words) opens(n xml.Name, apart func(xml.Name) bool) error {
	if apart(n) {
		return w.openApart()
	}
	for _, j := range w.joined {
		if j.leftOut(n) {
			if err := w.flush(); err != nil {
				return err
			}
			j.out++
		}
	}
	return nil
}

func (w *words) openApart() error {
	err := w.flush()
	for _, j := range w.joined {
		j.open()
	}
	return err
}

func (w *words) shuts(n xml.Name, apart func(xml.Name) bool) error {
	if apart(n) {
		return w.shutApart()
	}
	for _, j := range w.joined {
		if j.leftOut(n) {
			if err := w.flush(); err != nil {
				return err
			}
			j.out = max(0, j.out-1)
		}
	}
	return nil
}

func (w *words) shutApart() error {
	err := w.flush()
	for _, j := range w.joined {
		j.shut()
	}
	return err
}

// change reads the marks of tracked changes: the last of the other readings is
// the text as it was before them.
func (w *words) change(x xml.StartElement) {
	if len(w.joined) == 0 {
		return
	}
	before := w.joined[len(w.joined)-1]
	id := attr(x, "change-id")
	switch x.Name.Local {
	case "changed-region":
		w.changes.region = attr(x, "id")
	case "deletion":
		w.changes.struck[w.changes.region] = &strings.Builder{}
	case "insertion":
		w.changes.inserted[w.changes.region] = true
	case "change":
		if struck := w.changes.struck[id]; struck != nil {
			before.joint()
			before.write(struck.String())
			before.joint()
			delete(w.changes.struck, id)
		}
	case "change-start":
		if w.changes.inserted[id] {
			before.out++
		}
	case "change-end":
		if w.changes.inserted[id] {
			before.out = max(0, before.out-1)
		}
	}
}
