package intake

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Box is the state of a box that can be ticked.
type Box uint8

// The states.
const (
	BoxNone   Box = iota // no box
	BoxEmpty             // not ticked: what stands beside it is not chosen
	BoxTicked            // ticked
)

// Block is one paragraph of a document, or the part of one from a box to the next.
type Block struct {
	// Text is never empty. Words that were cut at the ends of lines are whole, and
	// line breaks are those that somebody wrote.
	Text string
	// Level is the level of a heading, from 1; 0 of what is none.
	Level int
	// List tells a point of a list.
	List bool
	// Table, Row and Column are the place of a cell, from 1; 0 outside of tables.
	Table, Row, Column int
	// Box is that of the box before the text.
	Box Box
	// Control tells that all of the text was typed or chosen in a content control.
	Control bool
	// Aside tells what stands beside the text: heads and feet of pages, notes,
	// tables of contents.
	Aside bool
}

// Outline is a document as paragraphs.
type Outline struct {
	Blocks []Block
	// Placeholders are the content controls that nobody has filled in: their text is
	// left out.
	Placeholders int
	// Comments and Deletions are the comments and the places of tracked deletions:
	// their text is left out.
	Comments, Deletions int
	// Whole is false when there may be more than what was read.
	Whole bool
}

// Blocks reads a DOCX, ODT or PDF that Recognise has taken as paragraphs. A PDF has
// no headings that can be told by more than their words. The error is an *Error, or
// the reader's own.
func Blocks(r io.ReaderAt, size int64, f File) (Outline, error) {
	if f.Type == PDF {
		b := make([]byte, size)
		if _, err := r.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
			return Outline{}, err
		}
		text, whole := pdfText(context.Background(), b)
		text, _, _ = strings.Cut(text, between) // then come its properties
		o := TextBlocks(text)
		o.Whole = o.Whole && whole
		return o, nil
	}
	if f.Type != DOCX && f.Type != ODT {
		return Outline{}, refuse("Vi kan dele PDF, Word (DOCX) og ODT op. I et billede kan vi ikke læse teksten.")
	}
	a, err := openArchive(r, size)
	if err != nil {
		return Outline{}, err
	}
	o := outliner{Outline: Outline{Whole: f.Readable}, styles: map[string]style{}}
	read := o.docxDocument
	if f.Type == ODT {
		read = o.odtDocument
	}
	if err := read(a); err != nil {
		if !errors.Is(err, errEnough) {
			return Outline{}, err
		}
		o.Whole = false
	}
	return o.Outline, nil
}

// style is a style of paragraphs, as far as it tells of headings and lists.
type style struct {
	name, base string
	level      int // an outline level from 1 that it has of its own; bodyLevel: none
	list       bool
}

// bodyLevel is the outline level of what is no heading, whatever its style is
// based on.
const bodyLevel = 10

// headingName is how word processors call the styles of headings in Danish and
// English, and as ids: "heading 1", "Overskrift 1", "Overskrift1", "Heading_20_1".
var headingName = regexp.MustCompile(`(?i)^(?:heading|overskrift)(?:[ _]|_20_)*([1-9])$`)

// titleName is what the style of a document's title is called, contentsName that of
// the lines of a table of contents.
var (
	titleName    = regexp.MustCompile(`(?i)^(?:title|titel)$`)
	contentsName = regexp.MustCompile(`(?i)^(?:toc|indholdsfortegnelse|contents)(?:[ _]|_20_)*(?:[0-9]|heading|overskrift)?$`)
	listName     = regexp.MustCompile(`(?i)^(?:list|liste|opstilling|listeafsnit)(?:[ _]|_20_|$)`)
)

// maxBase is how many styles deep a style is looked up.
const maxBase = 20

// outliner gathers the blocks of a document.
type outliner struct {
	Outline
	styles map[string]style
	n      int // characters
	tables int
	open   []*paragraph
	cells  []tableCell
	seen   map[string]bool // of the heads and feet of pages
	aside  bool
}

// tableCell is where in a table the reading stands.
type tableCell struct{ table, row, column int }

// paragraph is one that is being read; each box begins another segment.
type paragraph struct {
	Block
	segments []segment
}

type segment struct {
	strings.Builder
	box     Box
	outside bool // there are words in it that are in no content control
}

func (p *paragraph) last() *segment { return &p.segments[len(p.segments)-1] }

// level is that of a paragraph of a style, and whether it is a point of a list or a
// line of a table of contents.
func (o *outliner) level(id string) (level int, list, contents bool) {
	for range maxBase {
		s, known := o.styles[id]
		if !known {
			s.name = id
		}
		for _, name := range []string{s.name, id} {
			if m := headingName.FindStringSubmatch(name); m != nil && level == 0 {
				level, _ = strconv.Atoi(m[1])
			}
			if titleName.MatchString(name) && level == 0 {
				level = 1
			}
			contents = contents || contentsName.MatchString(name)
			list = list || listName.MatchString(name)
		}
		if s.level > 0 && level == 0 {
			level = s.level
		}
		list = list || s.list
		if level > 0 || s.base == "" || !known {
			break
		}
		id = s.base
	}
	if level >= bodyLevel {
		level = 0
	}
	return level, list && level == 0, contents
}

func (o *outliner) begin(b Block) {
	if n := len(o.cells); n > 0 {
		c := o.cells[n-1]
		b.Table, b.Row, b.Column = c.table, c.row, c.column
	}
	b.Aside = b.Aside || o.aside
	o.open = append(o.open, &paragraph{Block: b, segments: make([]segment, 1)})
}

// at is the paragraph that is being read; nil between paragraphs.
func (o *outliner) at() *paragraph {
	if len(o.open) == 0 {
		return nil
	}
	return o.open[len(o.open)-1]
}

func (o *outliner) write(s string, control bool) {
	p := o.at()
	if p == nil {
		return
	}
	p.last().WriteString(s)
	if !control && strings.TrimSpace(s) != "" {
		p.last().outside = true
	}
}

// box begins another segment of the paragraph.
func (o *outliner) box(box Box) {
	if p := o.at(); p != nil {
		p.segments = append(p.segments, segment{box: box})
	}
}

// end ends the paragraph, and gives its segments out as blocks.
func (o *outliner) end() error {
	p := o.at()
	if p == nil {
		return nil
	}
	o.open = o.open[:len(o.open)-1]
	for i := range p.segments {
		s := &p.segments[i]
		b := p.Block
		b.Control = !s.outside
		parts := []Block{{Text: s.String(), Box: s.box}}
		if s.box == BoxNone { // a program that knows no boxes leaves their signs
			parts = boxed(s.String())
		}
		for _, x := range parts {
			if b.Text, b.Box = tidy(x.Text), x.Box; b.Text == "" || b.Aside && o.seen[b.Text] {
				continue // the same head stands on every page
			}
			if b.Aside {
				if o.seen == nil {
					o.seen = map[string]bool{}
				}
				o.seen[b.Text] = true
			}
			if err := o.add(b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *outliner) add(b Block) error {
	if o.n += utf8.RuneCountInString(b.Text); o.n > MaxText {
		return errEnough
	}
	o.Blocks = append(o.Blocks, b)
	return nil
}

// row and column go on in the innermost table.
func (o *outliner) beginTable() {
	o.tables++
	o.cells = append(o.cells, tableCell{table: o.tables})
}

func (o *outliner) endTable() {
	if n := len(o.cells); n > 0 {
		o.cells = o.cells[:n-1]
	}
}

func (o *outliner) row() {
	if n := len(o.cells); n > 0 {
		o.cells[n-1].row++
		o.cells[n-1].column = 0
	}
}

func (o *outliner) column() {
	if n := len(o.cells); n > 0 {
		o.cells[n-1].column++
	}
}
