// Package office writes documents for word processors: DOCX and ODT of the same
// paragraphs, with headings that are headings, and content controls to be filled in.
package office

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
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
	Hint           // help with the control that follows
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

// Paragraph is one paragraph: text, or a control, or a box with text beside it.
type Paragraph struct {
	Style   Style
	Text    string
	Control *Control
}

// Document is what is written. Its language is Danish.
type Document struct {
	Title      string
	Paragraphs []Paragraph
}

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

// escaped is text as it stands in XML, in elements and in attributes.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // which a Builder never fails
	return b.String()
}

const header = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
