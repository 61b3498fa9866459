package intake

import (
	"bytes"
	"testing"
)

// A name is found wherever a document has it, however it is written there.
func TestHolds(t *testing.T) {
	core := func(xml string) entryOf {
		return entryOf{name: "docProps/core.xml", content: `<cp:coreProperties xmlns:cp="c" xmlns:dc="d">` + xml + `</cp:coreProperties>`}
	}
	for what, file := range map[string][]byte{
		"words":                    docxOf("Det var hanne\u00a0TESTSEN."),
		"two runs":                 docxOf("Hanne Test</w:t></w:r><w:r><w:t>sen"),
		"creator":                  docxOf("x", core(`<dc:creator>Hanne Testsen</dc:creator>`)),
		"creator in parts":         docxOf("x", core(`<dc:creator>Hanne <![CDATA[Testsen]]></dc:creator>`)),
		"last modified by":         docxOf("x", core(`<cp:lastModifiedBy>HANNE TESTSEN</cp:lastModifiedBy>`)),
		"author of a comment":      docxOf("x", entryOf{name: "word/comments.xml", content: `<w:comments xmlns:w="x"><w:comment w:author="Hanne Testsen" w:initials="HT"/></w:comments>`}),
		"author of a change":       docxOf(`x</w:t></w:r><w:ins w:author="Hanne Testsen"/><w:r><w:t>y`),
		"an address":               docxOf("x", entryOf{name: "word/_rels/document.xml.rels", content: `<Relationships><Relationship Id="r1" Target="mailto:hanne.testsen@viborg.dk"/></Relationships>`}),
		"an escaped address":       docxOf("x", entryOf{name: "word/_rels/document.xml.rels", content: `<Relationships><Relationship Id="r1" Target="https://viborg.dk/Hanne%20Testsen"/></Relationships>`}),
		"the name of a part":       docxOf("x", entryOf{name: "word/media/hanne_testsen.xml", content: `<x/>`}),
		"a comment of XML":         docxOf("x", entryOf{name: "customXml/item1.xml", content: `<x><!-- Hanne Testsen --></x>`}),
		"creator of an ODT":        odtOf("x", entryOf{name: "meta.xml", content: `<office:document-meta xmlns:office="o" xmlns:dc="d"><dc:creator>Hanne Testsen</dc:creator></office:document-meta>`}),
		"author of an ODT's note":  odtOf(`<office:annotation office:name="Hanne Testsen"/>`),
		"author of a PDF":          pdfOf("3 0 obj\n<< /Author (Hanne Testsen) >>\nendobj\n"),
		"author of a PDF, in caps": pdfOf("3 0 obj\n<< /Author (HANNE TESTSEN) >>\nendobj\n"),
	} {
		f, err := Recognise(bytes.NewReader(file), int64(len(file)), "fil")
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if has, _, err := Holds(bytes.NewReader(file), int64(len(file)), f, "Hanne Testsen"); !has || err != nil {
			t.Errorf("%s: %v, %v", what, has, err)
		}
	}
	none := docxOf("x", core(`<dc:creator>Rita</dc:creator>`))
	f, err := Recognise(bytes.NewReader(none), int64(len(none)), "fil")
	if err != nil {
		t.Fatal(err)
	}
	if has, whole, err := Holds(bytes.NewReader(none), int64(len(none)), f, "Hanne Testsen"); has || !whole || err != nil {
		t.Errorf("none: %v, %v, %v", has, whole, err)
	}
	picture := pngOf(4, 4)
	if has, whole, err := Holds(bytes.NewReader(picture), int64(len(picture)), File{Type: PNG}, "Hanne Testsen"); has || whole || err != nil {
		t.Errorf("a picture: %v, %v, %v", has, whole, err)
	}
	short := pdfOf("3 0 obj\n<< /Author (Ida) >>\nendobj\n")
	if has, whole, err := Holds(bytes.NewReader(short), int64(len(short)), File{Type: PDF}, "Ida"); has || whole || err != nil {
		t.Errorf("a short string: %v, %v, %v", has, whole, err)
	}
}
