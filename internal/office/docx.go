package office

import (
	"fmt"
	"strings"
)

// Namespaces of WordprocessingML.
const (
	nsW   = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsW14 = "http://schemas.microsoft.com/office/word/2010/wordml"
	nsMC  = "http://schemas.openxmlformats.org/markup-compatibility/2006"
	nsRel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

// docxStyles are the ids of the styles, as a Danish Word has them.
var docxStyles = map[Style]string{Title: "Titel", Heading1: "Overskrift1", Heading2: "Overskrift2", Hint: "Vejledning"}

// DOCX is the document as a Word file.
func (d Document) DOCX() ([]byte, error) {
	var b strings.Builder
	b.WriteString(header + `<w:document xmlns:w="` + nsW + `" xmlns:w14="` + nsW14 + `" xmlns:mc="` + nsMC + `" mc:Ignorable="w14"><w:body>`)
	for i, p := range d.Paragraphs {
		docxParagraph(&b, p, 1000+i)
	}
	b.WriteString(`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1134" w:bottom="1417" w:left="1134" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return pack([]part{
		{name: "[Content_Types].xml", content: header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
			`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`},
		{name: "_rels/.rels", content: header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + nsRel + `/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{name: "docProps/core.xml", content: header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + escaped(d.Title) + `</dc:title><dc:language>da-DK</dc:language></cp:coreProperties>`},
		{name: "word/_rels/document.xml.rels", content: header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + nsRel + `/styles" Target="styles.xml"/></Relationships>`},
		{name: "word/styles.xml", content: docxStyleSheet()},
		{name: "word/document.xml", content: b.String()},
	})
}

func docxParagraph(b *strings.Builder, p Paragraph, id int) {
	properties := ""
	if s := docxStyles[p.Style]; s != "" {
		properties = `<w:pPr><w:pStyle w:val="` + s + `"/></w:pPr>`
	}
	c := p.Control
	if c == nil {
		b.WriteString(`<w:p>` + properties + docxRun(p.Text) + `</w:p>`)
		return
	}
	about := `<w:alias w:val="` + escaped(c.Name) + `"/><w:tag w:val="` + escaped(c.Tag) + `"/>` + fmt.Sprintf(`<w:id w:val="%d"/>`, id)
	if c.Kind == Tick {
		b.WriteString(`<w:p>` + properties + `<w:sdt><w:sdtPr>` + about + `<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>` +
			`<w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/></w:rPr><w:t>` + empty + `</w:t></w:r></w:sdtContent></w:sdt>` + docxRun(" "+p.Text) + `</w:p>`)
		return
	}
	kind := `<w:text w:multiLine="1"/>`
	if c.Kind == List {
		kind = `<w:dropDownList>`
		for _, o := range c.Options {
			kind += `<w:listItem w:displayText="` + escaped(o) + `" w:value="` + escaped(o) + `"/>`
		}
		kind += `</w:dropDownList>`
	}
	b.WriteString(`<w:sdt><w:sdtPr>` + about + `<w:showingPlcHdr/>` + kind + `</w:sdtPr><w:sdtContent><w:p>` + properties +
		`<w:r><w:rPr><w:rStyle w:val="Pladsholdertekst"/></w:rPr><w:t xml:space="preserve">` + escaped(c.Placeholder) + `</w:t></w:r></w:p></w:sdtContent></w:sdt>`)
}

func docxRun(text string) string {
	return `<w:r><w:t xml:space="preserve">` + escaped(text) + `</w:t></w:r>`
}

func docxStyleSheet() string {
	heading := func(id, name string, level, size, before int) string {
		return fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:uiPriority w:val="9"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="%d" w:after="60"/><w:outlineLvl w:val="%d"/></w:pPr><w:rPr><w:b/><w:sz w:val="%d"/></w:rPr></w:style>`,
			id, name, before, level, size)
	}
	return header + `<w:styles xmlns:w="` + nsW + `"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Calibri" w:cs="Calibri"/><w:sz w:val="22"/><w:lang w:val="da-DK" w:eastAsia="en-US" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
		`<w:style w:type="character" w:default="1" w:styleId="Standardskrifttypeiafsnit"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:uiPriority w:val="10"/><w:qFormat/><w:rPr><w:b/><w:sz w:val="44"/></w:rPr></w:style>` +
		heading("Overskrift1", "heading 1", 0, 32, 480) + heading("Overskrift2", "heading 2", 1, 26, 280) +
		`<w:style w:type="paragraph" w:customStyle="1" w:styleId="Vejledning"><w:name w:val="Vejledning"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/></w:pPr><w:rPr><w:i/><w:color w:val="454545"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="Pladsholdertekst"><w:name w:val="Placeholder Text"/><w:uiPriority w:val="99"/><w:rPr><w:color w:val="595959"/></w:rPr></w:style></w:styles>`
}
