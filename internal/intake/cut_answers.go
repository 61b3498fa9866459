package intake

import (
	"slices"
)

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
		case u.ends(units[i].Level):
			return false
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
	found, level := false, 0
	for i := range units {
		u := &units[i]
		switch {
		case u.ends(level):
			c.at = -1
		case u.isTitle() && c.told(units, i):
			c.begin()
			c.put(u, pathTitle)
			found, level = true, u.Level
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
