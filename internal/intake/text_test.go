package intake

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"

	"praksis/internal/review"
)

func textOf(t *testing.T, name string, b []byte) (string, bool) {
	t.Helper()
	r := bytes.NewReader(b)
	f, err := Recognise(r, int64(len(b)), name)
	if err != nil {
		t.Fatal(err)
	}
	text, whole, err := Text(r, int64(len(b)), f)
	if err != nil {
		t.Fatal(err)
	}
	return text, whole
}

func TestText(t *testing.T) {
	docx := docxOf("Vi gik &amp; talte.",
		entryOf{name: "word/footnotes.xml", content: `<w:footnotes><w:p><w:r><w:t>Borger 010190</w:t></w:r><w:r><w:t>-1234</w:t></w:r></w:p></w:footnotes>`},
		entryOf{name: "word/comments.xml", content: `<w:comments><w:p><w:r><w:t>Spørg Mette</w:t></w:r></w:p></w:comments>`},
		entryOf{name: "word/header1.xml", content: `<w:hdr><w:p><w:r><w:delText>slettet 311299</w:delText><w:noBreakHyphen/><w:t>4321</w:t></w:r></w:p><w:drawing><wp:docPr descr="en have"/></w:drawing></w:hdr>`})
	text, whole := textOf(t, "a.docx", docx)
	for _, want := range []string{"Vi gik & talte.\n", "celle\t\n", "Borger 010190-1234\n", "Spørg Mette", "slettet 311299-4321", "en have"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	if !whole {
		t.Error("it was not read whole")
	}
	var got []string
	for _, w := range CheckText(text, false) {
		got = append(got, string(w.Kind)+" "+w.Excerpt)
		if w.Blocks != (w.Kind == review.WarnCPR) || strings.Contains(w.Excerpt, "1234") {
			t.Errorf("%+v", w)
		}
	}
	if len(got) != 3 {
		t.Errorf("%q", got)
	}
	if text, whole := textOf(t, "a.odt", odtOf("Borger <text:span>010190</text:span>-1234<text:note><text:p>en note</text:p></text:note>")); !whole || !strings.Contains(text, "Titel\nBorger 010190-1234\nen note\n slut\n") {
		t.Errorf("%q", text)
	}
}

func TestTextIsCut(t *testing.T) {
	text, whole := textOf(t, "a.docx", docxOf(strings.Repeat("gåtur ", MaxText/6+10)))
	if n := len([]rune(text)); whole || n != MaxText {
		t.Errorf("%d characters, whole %v", n, whole)
	}
	if text, whole := textOf(t, "a.pdf", pdfOf("")); text != "" || whole {
		t.Errorf("a PDF gave %q", text)
	}
	if _, whole := textOf(t, "a.docx", docxOf("x", entryOf{name: "word/embeddings/a.xlsx", content: "x"})); whole {
		t.Error("a document with a file in it was called read")
	}
}

const (
	docxPart = `<w:document xmlns:w="x"><w:body>%s</w:body></w:document>`
	para     = `<w:p><w:r><w:t>%s</w:t></w:r></w:p>`
	drawing  = `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="%d" cy="%d"/><pic:blipFill><a:blip r:embed="r1"/>%s</pic:blipFill></wp:inline></w:drawing></w:r></w:p>`
	cell     = `<w:tc>` + para + `</w:tc>`
)

// imageRels are the relations of a part that has a picture.
func imageRels(part string) entryOf {
	return entryOf{name: "word/_rels/" + part + ".xml.rels", content: `<Relationships><Relationship Id="r1" Type="x/image" Target="media/a.png"/></Relationships>`}
}

// Wherever a number stands in a document it is found, and what is no number is
// not: 2 surely a CPR number, 1 perhaps.
func TestNumbersInDocuments(t *testing.T) {
	const n = "010190-1234"
	docx := func(body string, more ...entryOf) []byte {
		return zipOf(append([]entryOf{{name: "[Content_Types].xml", content: fmt.Sprintf(contentTypes, docxMain)}, {name: "word/document.xml", content: fmt.Sprintf(docxPart, body)}}, more...)...)
	}
	part := func(name, content string) []byte { return docx("", entryOf{name: name, content: content}) }
	utf16 := func(s string) string {
		out := []byte{0xff, 0xfe}
		for _, r := range s {
			out = append(out, byte(r), byte(r>>8))
		}
		return string(out)
	}
	runs := func(s ...string) string {
		var b strings.Builder
		for _, x := range s {
			b.WriteString("<w:r><w:t>" + x + "</w:t></w:r>")
		}
		return "<w:p>" + b.String() + "</w:p>"
	}
	for _, x := range []struct {
		what, name string
		file       []byte
		found      string
		whole      bool
	}{
		{"in runs", "a.docx", docx(runs("0101", "90", "-1", "234")), "2", true},
		{"over a tab", "a.docx", docx(`<w:p><w:r><w:t>010190</w:t><w:tab/><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"over two paragraphs", "a.docx", docx(fmt.Sprintf(para+para, "010190-", "1234")), "2", true},
		{"over two cells", "a.docx", docx("<w:tbl><w:tr>" + fmt.Sprintf(cell+cell, "010190", "1234") + "</w:tr></w:tbl>"), "2", true},
		{"over two rows", "a.docx", docx("<w:tbl><w:tr>" + fmt.Sprintf(cell, "010190") + "</w:tr><w:tr>" + fmt.Sprintf(cell, "1234") + "</w:tr></w:tbl>"), "2", true},
		{"a digit in each cell", "a.docx", docx("<w:tbl><w:tr>" + fmt.Sprintf(strings.Repeat(cell, 10), "0", "1", "0", "1", "9", "0", "1", "2", "3", "4") + "</w:tr></w:tbl>"), "1", true},
		{"a digit in each cell, and a postal code in the next row", "a.docx", docx("<w:tbl><w:tr>" + fmt.Sprintf(strings.Repeat(cell, 10), "0", "1", "0", "1", "9", "0", "1", "2", "3", "4") + "</w:tr><w:tr>" + fmt.Sprintf(cell+cell, "8000", "Aarhus") + "</w:tr></w:tbl>"), "1", true},
		{"in three cells", "a.docx", docx("<w:tbl><w:tr>" + fmt.Sprintf(cell+cell+cell, "010190", "-", "1234") + "</w:tr></w:tbl>"), "2", true},
		{"over five tabs", "a.docx", docx(`<w:p><w:r><w:t>010190</w:t><w:tab/><w:tab/><w:tab/><w:tab/><w:tab/><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"dates beside counts", "a.docx", docx("<w:tbl><w:tr>" + fmt.Sprintf(cell+cell, "31.03.20", "1200") + "</w:tr><w:tr>" + fmt.Sprintf(cell+cell, "30.04.20", "1350") + "</w:tr></w:tbl>"), "1", true},
		{"with a soft hyphen", "a.docx", docx(`<w:p><w:r><w:t>010190</w:t><w:softHyphen/><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"in signs of a symbol font", "a.docx", docx(`<w:p><w:r><w:t>010190-123</w:t><w:sym w:font="Arial" w:char="F034"/></w:r></w:p>`), "2", true},
		{"in a text box in the middle of a line", "a.docx", docx(`<w:p><w:r><w:t>22</w:t></w:r><w:r><w:drawing><wps:txbx><w:txbxContent>` + fmt.Sprintf(para, n) + `</w:txbxContent></wps:txbx></w:drawing></w:r></w:p>`), "2", true},
		{"struck out", "a.docx", docx(`<w:p><w:del w:author="x"><w:r><w:delText>` + n + `</w:delText></w:r></w:del></w:p>`), "2", true},
		{"in a content control's title", "a.docx", docx(`<w:sdt><w:sdtPr><w:alias w:val="` + n + `"/></w:sdtPr></w:sdt>`), "2", true},
		{"bare in a content control's tag", "a.docx", docx(`<w:sdt><w:sdtPr><w:tag w:val="0101901234"/></w:sdtPr></w:sdt>`), "1", true},
		{"bare in a form field's default", "a.docx", docx(`<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput><w:default w:val="0101901234"/></w:textInput></w:ffData></w:fldChar></w:r></w:p>`), "1", true},
		{"bare in a form's list", "a.docx", docx(`<w:ffData><w:ddList><w:listEntry w:val="0101901234"/></w:ddList></w:ffData>`), "1", true},
		{"bare in a table's caption", "a.docx", docx(`<w:tbl><w:tblPr><w:tblCaption w:val="0101901234"/></w:tblPr></w:tbl>`), "1", true},
		{"bare in a table's description", "a.docx", docx(`<w:tbl><w:tblPr><w:tblDescription w:val="0101901234"/></w:tblPr></w:tbl>`), "1", true},
		{"bare in an attribute of custom XML", "a.docx", part("customXml/item1.xml", `<borger cpr="0101901234"/>`), "1", true},
		{"bare in an id of custom XML", "a.docx", part("customXml/item1.xml", `<borger id="0101901234"/>`), "1", true},
		{"bare in word art", "a.docx", docx(`<v:shape id="_x0000_s1101201234"><v:textpath string="0101901234"/></v:shape>`), "1", true},
		{"around what was struck out", "a.docx", docx(`<w:p><w:r><w:t>Borger 010190-</w:t></w:r><w:del w:author="x"><w:r><w:delText>99</w:delText></w:r></w:del><w:r><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"around words that were struck out", "a.docx", docx(`<w:p><w:r><w:t>010190</w:t></w:r><w:del w:author="x"><w:r><w:delText> og så videre</w:delText></w:r></w:del><w:r><w:t> 1234</w:t></w:r></w:p>`), "2", true},
		{"around what was inserted", "a.docx", docx(`<w:p><w:r><w:t>010190-</w:t></w:r><w:ins w:author="x"><w:r><w:t>99</w:t></w:r></w:ins><w:r><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"around what was moved away", "a.docx", docx(`<w:p><w:r><w:t>010190-</w:t></w:r><w:moveFrom w:author="x"><w:r><w:t>igen</w:t></w:r></w:moveFrom><w:r><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"around three changes", "a.docx", docx(`<w:p><w:r><w:t>01</w:t></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:r><w:t>0190</w:t></w:r><w:del><w:r><w:delText>y</w:delText></w:r></w:del><w:r><w:t>-12</w:t></w:r><w:del><w:r><w:delText>7</w:delText></w:r></w:del><w:r><w:t>34</w:t></w:r></w:p>`), "2", true},
		{"around a text box", "a.docx", docx(`<w:p><w:r><w:t>010190-</w:t></w:r><w:r><w:drawing><wps:txbx><w:txbxContent>` + fmt.Sprintf(para, "Se her") + `</w:txbxContent></wps:txbx></w:drawing></w:r><w:r><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"around what was struck out in a text box", "a.docx", docx(`<w:p><w:r><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>010190-</w:t></w:r><w:del><w:r><w:delText>99</w:delText></w:r></w:del><w:r><w:t>1234</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></w:r></w:p>`), "2", true},
		{"around a picture's description", "a.docx", docx(`<w:p><w:r><w:t>010190-</w:t></w:r><w:r><w:drawing><wp:docPr id="1" descr="en have"/></w:drawing></w:r><w:r><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"around a field's code", "a.docx", docx(`<w:p><w:r><w:t>010190-</w:t></w:r><w:r><w:instrText>XE "x 7"</w:instrText></w:r><w:r><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"around hidden words", "a.docx", docx(`<w:p><w:r><w:t>010190-</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>99</w:t></w:r><w:r><w:t>1234</w:t></w:r></w:p>`), "2", true},
		{"beside a change", "a.docx", docx(`<w:p><w:r><w:t>Nu 010190-1234</w:t></w:r><w:del w:author="x"><w:r><w:delText> og 99</w:delText></w:r></w:del><w:r><w:t> ringede</w:t></w:r></w:p>`), "2", true},
		{"numbers that a change sets apart", "a.docx", docx(`<w:p><w:r><w:t>Vi var 12 </w:t></w:r><w:del><w:r><w:delText>og 13</w:delText></w:r></w:del><w:r><w:t>og siden 20</w:t></w:r></w:p>`), "", true},
		{"in a list to choose from", "a.docx", docx(`<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="` + n + `" w:value="1"/></w:dropDownList></w:sdtPr></w:sdt>`), "2", true},
		{"in a picture's description", "a.docx", docx(`<w:p><w:r><w:drawing><wp:docPr id="1" name="b" descr="Borger ` + n + `"/></w:drawing></w:r></w:p>`), "22", true},
		{"in a field", "a.docx", docx(`<w:p><w:fldSimple w:instr="HYPERLINK &quot;https://x.dk/` + n + `&quot;"/></w:p>`), "22", true},
		{"in a variable", "a.docx", part("word/settings.xml", `<w:settings><w:docVars><w:docVar w:name="cpr" w:val="`+n+`"/></w:docVars></w:settings>`), "2", true},
		{"in a header", "a.docx", part("word/header1.xml", "<w:hdr>"+fmt.Sprintf(para, n)+"</w:hdr>"), "2", true},
		{"in an endnote", "a.docx", part("word/endnotes.xml", "<w:endnotes>"+fmt.Sprintf(para, n)+"</w:endnotes>"), "2", true},
		{"in a comment's author", "a.docx", part("word/comments.xml", `<w:comments><w:comment w:author="`+n+`"/></w:comments>`), "2", true},
		{"in a chart", "a.docx", part("word/charts/chart1.xml", `<c:chart><c:v>`+n+`</c:v></c:chart>`), "2", true},
		{"in the core properties", "a.docx", part("docProps/core.xml", `<cp:coreProperties><dc:title>`+n+`</dc:title></cp:coreProperties>`), "2", true},
		{"in the program's properties", "a.docx", part("docProps/app.xml", `<Properties><Manager>`+n+`</Manager></Properties>`), "2", true},
		{"in a property of one's own", "a.docx", part("docProps/custom.xml", `<Properties><property name="CPR"><vt:lpwstr>`+n+`</vt:lpwstr></property></Properties>`), "2", true},
		{"in a property's name", "a.docx", part("docProps/custom.xml", `<Properties><property name="`+n+`"/></Properties>`), "2", true},
		{"in custom XML", "a.docx", part("customXml/item1.xml", `<x cpr="a"><y>`+n+`</y></x>`), "2", true},
		{"in custom XML of two bytes a letter", "a.docx", part("customXml/item1.xml", utf16(`<?xml version="1.0" encoding="utf-16"?><x><y>`+n+`</y></x>`)), "2", true},
		{"in a link's address", "a.docx", docx("", relsOf("hyperlink", "https://x.dk/?c="+n)), "2", true},
		{"in a link's address, escaped, beside a per cent", "a.docx", docx(fmt.Sprintf(para, "50 % af"), relsOf("hyperlink", "https://x.dk/?c=010190%2D1234")), "2", true},
		{"custom XML that is none", "a.docx", part("customXml/item1.xml", `<x`), "", false},
		{"an unknown part", "a.docx", part("word/media/a.emf", "x"), "", false},
		{"a large picture", "a.docx", part("word/media/a.png", string(pngOf(800, 600))), "", false},
		{"a logo", "a.docx", part("word/media/a.png", string(pngOf(80, 60))), "", true},
		{"nine pictures", "a.docx", docx("", many(9, string(pngOf(620, 480)))...), "", false},
		{"a picture that has room for lines", "a.docx", part("word/media/a.png", string(pngOf(300, 100))), "", false},
		{"twelve small pictures", "a.docx", docx("", many(12, string(pngOf(40, 40)))...), "", false},
		{"a logo of many points", "a.docx", docx(fmt.Sprintf(drawing, 2_160_000, 540_000, ""), imageRels("document"), entryOf{name: "word/media/a.png", content: string(pngOf(600, 150))}), "", true},
		{"a large picture, shown small", "a.docx", docx(fmt.Sprintf(drawing, 2_160_000, 540_000, ""), imageRels("document"), entryOf{name: "word/media/a.png", content: string(pngOf(2000, 500))}), "", false},
		{"a piece of a picture", "a.docx", docx(fmt.Sprintf(drawing, 2_160_000, 540_000, `<a:srcRect t="90000"/>`), imageRels("document"), entryOf{name: "word/media/a.png", content: string(pngOf(600, 400))}), "", false},
		{"a picture shown large", "a.docx", docx(fmt.Sprintf(drawing, 3_600_000, 1_800_000, ""), imageRels("document"), entryOf{name: "word/media/a.png", content: string(pngOf(100, 50))}), "", false},
		{"a picture of an older document, shown large", "a.docx", docx(`<v:shape style="width:300pt;height:60pt"><v:imagedata r:id="r1"/></v:shape>`, imageRels("document"), entryOf{name: "word/media/a.png", content: string(pngOf(100, 20))}), "", false},
		{"a logo in a header", "a.docx", docx("", entryOf{name: "word/header1.xml", content: "<w:hdr>" + fmt.Sprintf(drawing, 3_600_000, 900_000, "") + "</w:hdr>"}, imageRels("header1"), entryOf{name: "word/media/a.png", content: string(pngOf(1600, 400))}), "", true},
		{"a page in a header", "a.docx", docx("", entryOf{name: "word/header1.xml", content: "<w:hdr>" + fmt.Sprintf(drawing, 6_000_000, 9_000_000, "") + "</w:hdr>"}, imageRels("header1"), entryOf{name: "word/media/a.png", content: string(pngOf(400, 400))}), "", false},
		{"the first page, made small", "a.docx", docx("", entryOf{name: "docProps/thumbnail.jpeg", content: string(pngOf(300, 400))}), "", true},
		{"numbers of the word processor", "a.docx", docx(`<w:p w:rsidR="0101901234" w14:paraId="0101901234"><c:axId val="1101201234"/><c:crossAx val="1101201234"/><w:bookmarkStart w:id="1101201234" w:name="x"/><w:rsid w:val="0101901234"/><w:sdt><w:sdtPr><w:id w:val="1101201234"/></w:sdtPr></w:sdt><wp:anchor relativeHeight="1101201234"><wp:docPr id="1101201234" name="x"/><wp:positionH><wp:posOffset>110120</wp:posOffset></wp:positionH><wp:extent cx="110120" cy="1234"/></wp:anchor></w:p>`), "", true},
		{"columns of small numbers", "a.docx", docx("<w:tbl><w:tr>" + fmt.Sprintf(cell+cell+cell+cell, "12", "10", "20", "2020") + "</w:tr><w:tr>" + fmt.Sprintf(cell+cell+cell+cell, "11", "12", "21", "2021") + "</w:tr></w:tbl>"), "", true},

		{"ODT: in spans", "a.odt", odtOf("<text:span>0101</text:span>90<text:s/>1234."), "2", true},
		{"ODT: over six spaces", "a.odt", odtOf(`010190<text:s text:c="6"/>1234.`), "2", true},
		{"ODT: a digit in each cell, and a postal code in the next row", "a.odt", odtOf(`</text:p><table:table-row><table:table-cell><text:p>` + strings.Join(strings.Split("0101901234", ""), `</text:p></table:table-cell><table:table-cell><text:p>`) + `</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>8000</text:p></table:table-cell></table:table-row><text:p>`), "1", true},
		{"ODT: over two cells", "a.odt", odtOf(`</text:p><table:table-row><table:table-cell><text:p>010190</text:p></table:table-cell><table:table-cell><text:p>1234</text:p></table:table-cell></table:table-row><text:p>`), "2", true},
		{"ODT: in a note in the middle of a number", "a.odt", odtOf(`22<text:note><text:note-body><text:p>` + n + `</text:p></text:note-body></text:note>`), "2", true},
		{"ODT: struck out", "a.odt", odtOf(`</text:p><text:tracked-changes><text:deletion><text:p>` + n + `</text:p></text:deletion></text:tracked-changes><text:p>`), "2", true},
		{"ODT: in a comment", "a.odt", odtOf(`<office:annotation><dc:creator>x</dc:creator><text:p>` + n + `</text:p></office:annotation>`), "2", true},
		{"ODT: in a link", "a.odt", odtOf(`<text:a xlink:href="https://x.dk/` + n + `">her</text:a>`), "2", true},
		{"ODT: in a bookmark's name", "a.odt", odtOf(`<text:bookmark text:name="` + n + `"/>`), "2", true},
		{"ODT: in its properties", "a.odt", odtOf("x", entryOf{name: "meta.xml", content: `<office:meta><dc:title>` + n + `</dc:title></office:meta>`}), "2", true},
		{"ODT: in a property of one's own", "a.odt", odtOf("x", entryOf{name: "meta.xml", content: `<office:meta><meta:user-defined meta:name="a">` + n + `</meta:user-defined></office:meta>`}), "2", true},
		{"ODT: in its header", "a.odt", odtOf("x", entryOf{name: "styles.xml", content: `<style:header><text:p>` + n + `</text:p></style:header>`}), "2", true},
		{"ODT: bare in a cell's value", "a.odt", odtOf(`<table:table-cell office:string-value="0101901234"/>`), "1", true},
		{"ODT: bare in a form's field", "a.odt", odtOf(`<form:text form:current-value="0101901234"/>`), "1", true},
		{"ODT: bare in a hidden text", "a.odt", odtOf(`<text:hidden-text text:condition="ooow:1" text:string-value="0101901234"/>`), "1", true},
		{"ODT: bare in a conditional text", "a.odt", odtOf(`<text:conditional-text text:string-value-if-true="0101901234"/>`), "1", true},
		{"ODT: numbers of the word processor", "a.odt", odtOf(`<text:list xml:id="list1101201234" text:continue-list="list1201201234"/><text:span officeooo:rsid="0101901234">x</text:span><form:text form:id="control1101201234"/><draw:frame draw:id="1101201234"/>`), "", true},
		{"ODT: around a note", "a.odt", odtOf(`010190-<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Se her</text:p></text:note-body></text:note>1234`), "2", true},
		{"ODT: around a comment", "a.odt", odtOf(`010190-<office:annotation><dc:creator>x</dc:creator><dc:date>2020-03-11</dc:date><text:p>Er det rigtigt?</text:p></office:annotation>1234`), "2", true},
		{"ODT: around a text box", "a.odt", odtOf(`010190-<draw:frame><draw:text-box><text:p>Se her</text:p></draw:text-box></draw:frame>1234`), "2", true},
		{"ODT: around what was inserted", "a.odt", odtOf(`</text:p><text:tracked-changes><text:changed-region xml:id="ct1" text:id="ct1"><text:insertion/></text:changed-region></text:tracked-changes><text:p>010190-<text:change-start text:change-id="ct1"/>99<text:change-end text:change-id="ct1"/>1234`), "2", true},
		{"ODT: with what was struck out", "a.odt", odtOf(`</text:p><text:tracked-changes><text:changed-region text:id="ct1"><text:deletion><text:p>-12</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>Borger 010190<text:change text:change-id="ct1"/>34`), "2", true},
		{"ODT: a picture shown large", "a.odt", odtOf(`<draw:frame svg:width="16cm" svg:height="40mm"><draw:image xlink:href="Pictures/a.png"/></draw:frame>`, entryOf{name: "Pictures/a.png", content: string(pngOf(60, 60))}), "", false},
		{"ODT: a logo", "a.odt", odtOf(`<draw:frame svg:width="2in" svg:height="1.5cm"><draw:image xlink:href="Pictures/a.png"/></draw:frame>`, entryOf{name: "Pictures/a.png", content: string(pngOf(600, 180))}), "", true},
		{"ODT: points of a drawing", "a.odt", odtOf(`<draw:path svg:d="m 10 12 20 12 34z" draw:points="10 12 20 1234"/>`), "", true},
		{"ODT: a formula in it", "a.odt", odtOf("x", entryOf{name: "Object 1/content.xml", content: "<math/>"}), "", false},
	} {
		text, whole := textOf(t, x.name, x.file)
		got := ""
		for _, w := range CheckText(text, false) {
			switch w.Kind {
			case review.WarnCPR:
				got += "2"
			case review.WarnDigits:
				got += "1"
			}
		}
		if got != x.found || whole != x.whole {
			t.Errorf("%s: found %q, want %q; whole %v, want %v: %q", x.what, got, x.found, whole, x.whole, text)
		}
	}
}

// A template that is fetched from elsewhere is not kept, and all else is.
func TestTemplateIsNotKept(t *testing.T) {
	const settings = `<w:settings><w:zoom w:percent="100"/><w:attachedTemplate r:id="r1"/><w:x/></w:settings>`
	rels := relsOf("attachedTemplate", "https://kommune.sharepoint.example/Notat.dotx")
	rels.content = strings.Replace(rels.content, "</Relationships>", `<Relationship Id="r2" Type="x/hyperlink" Target="https://kl.dk" TargetMode="External"/></Relationships>`, 1)
	b := docxOf("Vi gik ture.", rels, entryOf{name: "word/settings.xml", content: settings}, entryOf{name: "word/media/a.png", content: string(pngOf(4, 4)), store: true})
	f, err := Recognise(bytes.NewReader(b), int64(len(b)), "a.docx")
	if err != nil || !f.Changed || len(f.Notes) != 1 {
		t.Fatalf("%+v, %v", f, err)
	}
	kept, err := Kept(bytes.NewReader(b), int64(len(b)), f)
	if err != nil {
		t.Fatal(err)
	}
	f, err = Recognise(bytes.NewReader(kept), int64(len(kept)), "a.docx")
	if err != nil || f.Changed || len(f.Notes) != 0 {
		t.Fatalf("what is kept: %+v, %v", f, err)
	}
	parts := func(b []byte) map[string]string {
		out := map[string]string{}
		a, err := openArchive(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range a.entries {
			r, err := a.open(e)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			out[e.Name] = string(content)
		}
		return out
	}
	want, got := parts(b), parts(kept)
	want["word/settings.xml"] = strings.Replace(settings, `<w:attachedTemplate r:id="r1"/>`, "", 1)
	want[rels.name] = `<Relationships><Relationship Id="r2" Type="x/hyperlink" Target="https://kl.dk" TargetMode="External"/></Relationships>`
	if !maps.Equal(want, got) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, x := range hostile() {
		if len(x.content) < 1<<16 {
			f.Add(x.name, x.content)
		}
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		r := bytes.NewReader(b)
		file, err := Recognise(r, int64(len(b)), name)
		if err != nil {
			return
		}
		if text, _, err := Text(r, int64(len(b)), file); err == nil && len([]rune(text)) > MaxText {
			t.Error("too much text")
		}
		if !file.Changed {
			return
		}
		if kept, err := Kept(r, int64(len(b)), file); err == nil {
			if again, err := Recognise(bytes.NewReader(kept), int64(len(kept)), name); err != nil || again.Changed {
				t.Errorf("what is kept: %+v, %v", again, err)
			}
		}
	})
}
