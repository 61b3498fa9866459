// Package office writes documents for word processors, with headings that are
// headings: DOCX with links, lists, tables and notes, and DOCX and ODT with content
// controls to be filled in. Nothing that a text holds makes a file that is broken.
package office

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"strings"
	"time"
)

// Style is what a paragraph is.
type Style uint8

// The styles.
const (
	Body     Style = iota
	Title          // of the document
	Heading1       // of the first level
	Heading2       // of the second
	Heading3       // of the third
	Hint           // help with what follows
	Bullet         // a point of a list
	Number         // a point of a numbered list; the first after anything else is number 1
	Small          // in small letters
)

// ControlKind is how a control is filled in.
type ControlKind uint8

// The kinds.
const (
	Text ControlKind = iota + 1 // by typing
	List                        // by choosing one of its options
	Tick                        // by ticking: the paragraph's text stands beside the box
)

// Control is a content control that nobody has filled in yet.
type Control struct {
	Kind ControlKind
	// Name is what the control is called, Tag what a program calls it.
	Name, Tag string
	// Placeholder stands in it until somebody writes or chooses.
	Placeholder string
	Options     []string
}

// Run is a piece of a text. A line break in it is one in the document.
type Run struct {
	Text         string
	Bold, Italic bool
	// URL is where the text leads, with its scheme; empty for nowhere. What is no
	// address of the web or of mail leads nowhere.
	URL string
	// Note is a footnote to the text; nil for none. It has no note of its own.
	Note []Run
}

// Plain is a text without anything to it.
func Plain(text string) []Run { return []Run{{Text: text}} }

// Block is what a document is made of: a Paragraph or a Table.
type Block interface{ block() }

// Paragraph is one paragraph: text, or a control, or a box with text beside it. One
// without any text is left out.
type Paragraph struct {
	Style   Style
	Runs    []Run
	Control *Control
}

func (Paragraph) block() {}

// Table is a table with a row of headings, which stands on every page that the table
// comes to. Its rows are not broken over pages. Two tables in a row are one to a word
// processor.
type Table struct {
	// Name says what the table has, to those who do not see it.
	Name string
	// Widths are the columns' shares of the page.
	Widths []int
	Head   []string
	// Rows are cells of paragraphs, as many as Head has; a cell may be empty.
	Rows [][][]Paragraph
}

func (Table) block() {}

// Document is what is written. Its language is Danish.
type Document struct {
	Title string
	// Author and Created are properties of the file; either may be empty.
	Author  string
	Created time.Time
	// Footer stands at the foot of each page, before the page's number; without it
	// there is neither.
	Footer string
	Blocks []Block
}

// errPlainOnly is returned for what the ODT of a template does not need.
var errPlainOnly = errors.New("office: an ODT has paragraphs of plain text and controls only")

// The signs of a box that is not ticked, and of one that is.
const empty, ticked = "☐", "☒"

// day stands in every file, so that the same document is the same file.
var day = time.Date(2020, 8, 25, 0, 0, 0, 0, time.UTC)

// part is a file in the package; stored parts are not compressed.
type part struct {
	name, content string
	stored        bool
}

func pack(parts []part) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: day}
		if p.stored {
			h.Method = zip.Store
			// As readers want it that tell the type by the first bytes: no extra field.
			h.Modified = time.Time{}
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(p.content)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// lineBreak stands for every way of breaking a line in a cleaned text.
const lineBreak = '\n'

// cleaned is a text with what XML cannot hold left out, and every line break as
// lineBreak. Word processors write a break as a vertical tab when they copy it, and
// LibreOffice's PDF runs together what stands on both sides of U+2028 and U+2029.
func cleaned(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\v', r == '\f', r == '\r', r == '\n', r == '\u0085', r == '\u2028', r == '\u2029':
			return lineBreak
		case r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff, r == '\ufffd':
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// line is a text in one line, as names and properties are.
func line(s string) string { return strings.Join(strings.Fields(cleaned(s)), " ") }

// blank tells whether there is nothing to be read.
func blank(runs []Run) bool {
	for _, r := range runs {
		if strings.TrimSpace(cleaned(r.Text)) != "" || r.Note != nil {
			return false
		}
	}
	return true
}

// tokens are a cleaned text in pieces: a line break and a tab are each one of their
// own.
func tokens(s string) (out []string) {
	for s != "" {
		at := strings.IndexAny(s, "\n\t")
		switch {
		case at < 0:
			return append(out, s)
		case at > 0:
			out = append(out, s[:at])
		}
		out, s = append(out, s[at:at+1]), s[at+1:]
	}
	return out
}

// escaped is a cleaned text as it stands in XML, in elements and in attributes.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // which a Builder never fails
	return b.String()
}

const header = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
