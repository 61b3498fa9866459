package intake

import (
	"archive/zip"
	"encoding/xml"
	"path"
	"slices"
	"strconv"
	"strings"
)

// docxDocument reads a Word document: its text, then what stands beside it.
func (o *outliner) docxDocument(a *archive) error {
	if e := a.find("word/styles.xml"); e != nil {
		if err := o.docxStyles(a, e); err != nil {
			return err
		}
	}
	if e := a.find("word/comments.xml"); e != nil {
		if err := a.elements(e, func(x xml.StartElement) error {
			if x.Name.Local == "comment" {
				o.Comments++
			}
			return nil
		}); err != nil {
			return err
		}
	}
	if e := a.find("word/document.xml"); e != nil {
		if err := a.tokens(e, (&docxReader{o: o}).token); err != nil {
			return err
		}
	}
	o.aside = true
	for _, e := range a.entries {
		base := path.Base(e.Name)
		if !strings.HasPrefix(e.Name, "word/") || path.Ext(base) != ".xml" || path.Dir(e.Name) != "word" {
			continue
		}
		if slices.ContainsFunc([]string{"header", "footer", "footnotes", "endnotes"}, func(s string) bool { return strings.HasPrefix(base, s) }) {
			if err := a.tokens(e, (&docxReader{o: o}).token); err != nil {
				return err
			}
		}
	}
	return nil
}

// docxStyles reads the styles of paragraphs.
func (o *outliner) docxStyles(a *archive, e *zip.File) error {
	var id string
	return a.elements(e, func(x xml.StartElement) error {
		s := o.styles[id]
		switch x.Name.Local {
		case "style":
			if id = attr(x, "styleId"); attr(x, "type") != "paragraph" {
				id = ""
			}
			s = style{}
		case "name":
			s.name = attr(x, "val")
		case "basedOn":
			s.base = attr(x, "val")
		case "outlineLvl":
			s.level = outlineLevel(x)
		case "numPr":
			s.list = true
		default:
			return nil
		}
		if id != "" {
			o.styles[id] = s
		}
		return nil
	})
}

// outlineLevel is that of w:outlineLvl, which counts from 0, and has 9 for none.
func outlineLevel(x xml.StartElement) int {
	if n, err := strconv.Atoi(attr(x, "val")); err == nil && n >= 0 && n < 9 {
		return n + 1
	}
	return bodyLevel
}

// docxReader reads one part of a Word document.
type docxReader struct {
	o        *outliner
	inText   int
	skipped  int // within how much that no reader is shown
	deleted  int
	struck   bool // something is deleted here, and counted
	property int  // within the properties of paragraphs and runs
	controls []control
	field    *formField
}

// control is a content control that is being read.
type control struct {
	placeholder, box, ticked, contents, counted bool
}

// formField is a form field of older documents.
type formField struct {
	box, ticked bool
	result      int
	entries     []string
}

func (d *docxReader) token(t xml.Token) error {
	switch x := t.(type) {
	case xml.StartElement:
		d.start(x)
	case xml.EndElement:
		return d.end(x)
	case xml.CharData:
		if d.inText > 0 {
			d.write(string(x))
		}
	}
	return nil
}

// write takes text, where it is some that a reader is shown.
func (d *docxReader) write(s string) {
	switch {
	case d.skipped > 0:
		return
	case d.deleted > 0:
		if !d.struck && strings.TrimSpace(s) != "" {
			d.o.Deletions++
			d.struck = true
		}
		return
	}
	if strings.TrimSpace(s) != "" {
		d.struck = false
	}
	inside := false
	for i := range d.controls {
		c := &d.controls[i]
		if c.box {
			return // the sign in the box
		}
		if c.placeholder {
			if !c.counted && !d.o.aside {
				d.o.Placeholders++
				c.counted = true
			}
			return
		}
		inside = inside || !c.contents
	}
	d.o.write(s, inside)
}

func (d *docxReader) start(x xml.StartElement) {
	p := d.o.at()
	switch x.Name.Local {
	case "Fallback": // the same once more, for older programs
		d.skipped++
	case "del", "moveFrom":
		d.deleted++
	case "tbl":
		d.o.beginTable()
	case "tr":
		d.o.row()
	case "tc":
		d.o.column()
	case "p":
		d.o.begin(Block{Aside: slices.ContainsFunc(d.controls, func(c control) bool { return c.contents })})
	case "pPr":
		d.property++
	case "pStyle":
		if p != nil && d.property > 0 {
			level, list, contents := d.o.level(attr(x, "val"))
			p.List, p.Aside = p.List || list, p.Aside || contents
			if p.Level == 0 {
				p.Level = level
			}
		}
	case "outlineLvl":
		if p != nil && d.property > 0 {
			if p.Level = outlineLevel(x); p.Level >= bodyLevel {
				p.Level = 0
			}
		}
	case "numPr":
		if p != nil && d.property > 0 {
			p.List = true
		}
	case "t":
		d.inText++
	case "delText":
		d.inText++
		d.deleted++
	case "tab", "ptab":
		if d.property == 0 {
			d.write(" ")
		}
	case "br", "cr":
		if kind := attr(x, "type"); kind == "" || kind == "textWrapping" {
			d.write("\n")
		}
	case "noBreakHyphen":
		d.write("-")
	case "sym":
		d.symbol(x)
	default:
		d.startControl(x)
	}
}

// startControl reads content controls and form fields.
func (d *docxReader) startControl(x xml.StartElement) {
	n := len(d.controls)
	switch x.Name.Local {
	case "sdt":
		d.controls = append(d.controls, control{})
	case "showingPlcHdr":
		if n > 0 && isOn(x) {
			d.controls[n-1].placeholder = true
		}
	case "docPartObj":
		if n > 0 {
			d.controls[n-1].contents = true
		}
	case "checkbox": // w14
		if n > 0 {
			d.controls[n-1].box = true
		}
	case "checked":
		switch {
		case d.field != nil:
			d.field.ticked = isOn(x)
		case n > 0 && d.controls[n-1].box:
			d.controls[n-1].ticked = isOn(x)
		}
	case "sdtContent":
		if n > 0 && d.controls[n-1].box && d.o.at() != nil {
			d.o.box(boxOf(d.controls[n-1].ticked))
		}
	case "ffData":
		d.field = &formField{result: -1}
	case "checkBox":
		if d.field != nil {
			d.field.box = true
		}
	case "default":
		if d.field != nil && d.field.box {
			d.field.ticked = isOn(x)
		}
	case "result":
		if d.field != nil {
			d.field.result, _ = strconv.Atoi(attr(x, "val"))
		}
	case "listEntry":
		if d.field != nil {
			d.field.entries = append(d.field.entries, attr(x, "val"))
		}
	}
}

// isOn reads a property that is on when nothing else is said.
func isOn(x xml.StartElement) bool {
	v := attr(x, "val")
	return v != "0" && v != "false" && v != "off"
}

func boxOf(ticked bool) Box {
	if ticked {
		return BoxTicked
	}
	return BoxEmpty
}

// wingdings are the boxes of the symbol font that templates are made with.
var wingdings = map[rune]Box{0x6f: BoxEmpty, 0x71: BoxEmpty, 0xa8: BoxEmpty, 0xfd: BoxTicked, 0xfe: BoxTicked}

func (d *docxReader) symbol(x xml.StartElement) {
	n, err := strconv.ParseUint(attr(x, "char"), 16, 16)
	if err != nil {
		return
	}
	r := symbol(rune(n))
	if box := wingdings[r]; box != BoxNone && strings.HasPrefix(attr(x, "font"), "Wingdings") {
		if d.skipped == 0 && d.deleted == 0 {
			d.o.box(box)
		}
		return
	}
	if strings.HasPrefix(attr(x, "font"), "Wingdings") || attr(x, "font") == "Symbol" {
		return // an ornament: a bullet, an arrow
	}
	d.write(string(r))
}

func (d *docxReader) end(x xml.EndElement) error {
	switch x.Name.Local {
	case "Fallback":
		d.skipped = max(0, d.skipped-1)
	case "del", "moveFrom":
		d.deleted = max(0, d.deleted-1)
	case "delText":
		d.inText, d.deleted = max(0, d.inText-1), max(0, d.deleted-1)
	case "t":
		d.inText = max(0, d.inText-1)
	case "tbl":
		d.o.endTable()
	case "pPr":
		d.property = max(0, d.property-1)
	case "sdt":
		if n := len(d.controls); n > 0 {
			d.controls = d.controls[:n-1]
		}
	case "ffData":
		if f := d.field; f != nil {
			if f.box {
				d.o.box(boxOf(f.ticked))
			} else if f.result >= 0 && f.result < len(f.entries) {
				d.o.write(f.entries[f.result], true)
			}
			d.field = nil
		}
	case "p":
		return d.o.end()
	}
	return nil
}
