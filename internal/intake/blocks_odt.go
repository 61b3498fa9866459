package intake

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// odtDocument reads an OpenDocument text: its text, then the heads and feet of its
// pages.
func (o *outliner) odtDocument(a *archive) error {
	for _, name := range []string{"styles.xml", "content.xml"} {
		if e := a.find(name); e != nil {
			if err := a.elements(e, o.odtStyle); err != nil {
				return err
			}
		}
	}
	if e := a.find("content.xml"); e != nil {
		if err := a.tokens(e, (&odtReader{o: o}).token); err != nil {
			return err
		}
	}
	o.aside = true
	if e := a.find("styles.xml"); e != nil {
		return a.tokens(e, (&odtReader{o: o}).token)
	}
	return nil
}

func (o *outliner) odtStyle(x xml.StartElement) error {
	if x.Name.Local != "style" || attr(x, "family") != "paragraph" {
		return nil
	}
	s := style{name: strings.ReplaceAll(attr(x, "display-name"), " ", "_20_"), base: attr(x, "parent-style-name"), list: attr(x, "list-style-name") != ""}
	if s.name == "" {
		s.name = attr(x, "name")
	}
	if n, err := strconv.Atoi(attr(x, "default-outline-level")); err == nil && n > 0 && n < bodyLevel {
		s.level = n
	}
	o.styles[attr(x, "name")] = s
	return nil
}

// odtReader reads one part of an OpenDocument text.
type odtReader struct {
	o       *outliner
	skipped int // within comments, tracked deletions, placeholders and descriptions
	lists   int
	aside   int // within notes and tables of contents
	control []control
}

func (d *odtReader) token(t xml.Token) error {
	switch x := t.(type) {
	case xml.StartElement:
		d.start(x)
	case xml.EndElement:
		return d.end(x)
	case xml.CharData:
		d.write(string(x))
	}
	return nil
}

// write takes text: line breaks in the file are spaces.
func (d *odtReader) write(s string) {
	if d.skipped > 0 || d.o.at() == nil {
		return
	}
	for i := range d.control {
		c := &d.control[i]
		if c.box {
			return
		}
		if c.placeholder {
			if !c.counted {
				d.o.Placeholders++
				c.counted = true
			}
			return
		}
	}
	d.o.write(strings.ReplaceAll(s, "\n", " "), len(d.control) > 0)
}

func (d *odtReader) start(x xml.StartElement) {
	switch x.Name.Local {
	case "annotation":
		d.skipped++
		d.o.Comments++
	case "deletion":
		d.skipped++
		d.o.Deletions++
	case "placeholder":
		d.skipped++
		d.o.Placeholders++
	case "note-citation", "ruby-text":
		d.skipped++
	case "desc", "title":
		d.skipped++
	case "label": // of a field with a list, of which the chosen one is the text
		if x.Name.Space != "" && strings.HasSuffix(x.Name.Space, "text:1.0") {
			d.skipped++
		}
	case "content-control":
		c := control{placeholder: attr(x, "showing-place-holder") == "true", box: attr(x, "checkbox") == "true", ticked: attr(x, "checked") == "true"}
		d.control = append(d.control, c)
		if c.box && d.skipped == 0 {
			d.o.box(boxOf(c.ticked))
		}
	case "note-body":
		d.aside++
	case "table-of-content", "header", "footer", "header-first", "footer-first", "header-left", "footer-left":
		d.aside++
	case "list":
		d.lists++
	case "table":
		d.o.beginTable()
	case "table-row":
		d.o.row()
	case "table-cell", "covered-table-cell":
		d.o.column()
	case "h", "p":
		if d.skipped > 0 {
			return
		}
		level, list, contents := d.o.level(attr(x, "style-name"))
		b := Block{Level: level, List: list || d.lists > 0, Aside: d.aside > 0 || contents}
		if n, err := strconv.Atoi(attr(x, "outline-level")); err == nil && n > 0 && n < bodyLevel && x.Name.Local == "h" {
			b.Level = n
		}
		b.List = b.List && b.Level == 0
		d.o.begin(b)
	case "s":
		n, _ := strconv.Atoi(attr(x, "c"))
		d.write(strings.Repeat(" ", max(1, min(n, 100))))
	case "tab":
		d.write(" ")
	case "line-break":
		if d.skipped == 0 && d.o.at() != nil {
			d.o.write("\n", true)
		}
	}
}

func (d *odtReader) end(x xml.EndElement) error {
	switch x.Name.Local {
	case "annotation", "deletion", "placeholder", "note-citation", "ruby-text", "desc", "title":
		d.skipped = max(0, d.skipped-1)
	case "label":
		if strings.HasSuffix(x.Name.Space, "text:1.0") {
			d.skipped = max(0, d.skipped-1)
		}
	case "content-control":
		if n := len(d.control); n > 0 {
			d.control = d.control[:n-1]
		}
	case "note-body", "table-of-content", "header", "footer", "header-first", "footer-first", "header-left", "footer-left":
		d.aside = max(0, d.aside-1)
	case "list":
		d.lists = max(0, d.lists-1)
	case "table":
		d.o.endTable()
	case "h", "p":
		if d.skipped > 0 {
			return nil
		}
		return d.o.end()
	}
	return nil
}
