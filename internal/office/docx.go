package office

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Namespaces of WordprocessingML, and kinds of relationships.
const (
	nsW   = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsW14 = "http://schemas.microsoft.com/office/word/2010/wordml"
	nsMC  = "http://schemas.openxmlformats.org/markup-compatibility/2006"
	nsRel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

	nsPackage  = "http://schemas.openxmlformats.org/package/2006"
	typePrefix = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// textWidth is the width of a page between its margins, in twentieths of a point: A4
// with 2 cm on both sides.
const textWidth = 11906 - 2*1134

// DOCX is the document as a Word file.
func (d Document) DOCX() ([]byte, error) {
	w := &docxWriter{noteOf: map[string]string{}}
	var b strings.Builder
	w.out, w.rels = &b, &w.main
	w.main.add("styles", "styles.xml", false)
	w.main.add("settings", "settings.xml", false)
	w.main.add("numbering", "numbering.xml", false)
	b.WriteString(header + `<w:document xmlns:w="` + nsW + `" xmlns:r="` + nsRel + `" xmlns:w14="` + nsW14 + `" xmlns:mc="` + nsMC + `" mc:Ignorable="w14"><w:body>`)
	for _, x := range d.Blocks {
		switch x := x.(type) {
		case Paragraph:
			w.paragraph(x, docxStyles[x.Style])
		case Table:
			w.table(x)
		}
	}
	b.WriteString(`<w:sectPr>`)
	if d.Footer != "" {
		b.WriteString(`<w:footerReference w:type="default" r:id="` + w.main.add("footer", "footer1.xml", false) + `"/>`)
	}
	b.WriteString(`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1134" w:bottom="1417" w:left="1134" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>`)

	types := []string{"document.main document.xml", "styles styles.xml", "settings settings.xml", "numbering numbering.xml"}
	parts := []part{{name: "word/styles.xml", content: docxStyleSheet()}, {name: "word/numbering.xml", content: w.numbering()}}
	if w.notes.Len() > 0 {
		w.main.add("footnotes", "footnotes.xml", false)
		types = append(types, "footnotes footnotes.xml")
		parts = append(parts, part{name: "word/footnotes.xml", content: header + `<w:footnotes xmlns:w="` + nsW + `" xmlns:r="` + nsRel + `">` +
			`<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>` + w.notes.String() + `</w:footnotes>`})
		if w.inNotes.list.Len() > 0 {
			parts = append(parts, part{name: "word/_rels/footnotes.xml.rels", content: w.inNotes.xml()})
		}
	}
	if d.Footer != "" {
		types = append(types, "footer footer1.xml")
		parts = append(parts, part{name: "word/footer1.xml", content: docxFooter(d.Footer)})
	}
	var overrides strings.Builder
	for _, t := range types {
		kind, name, _ := strings.Cut(t, " ")
		overrides.WriteString(`<Override PartName="/word/` + name + `" ContentType="` + typePrefix + kind + `+xml"/>`)
	}
	first := []part{
		{name: "[Content_Types].xml", content: header + `<Types xmlns="` + nsPackage + `/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			overrides.String() + `<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`},
		{name: "_rels/.rels", content: header + `<Relationships xmlns="` + nsPackage + `/relationships"><Relationship Id="rId1" Type="` + nsRel + `/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="` + nsPackage + `/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{name: "docProps/core.xml", content: d.docxProperties()},
		{name: "word/document.xml", content: b.String()},
		{name: "word/_rels/document.xml.rels", content: w.main.xml()},
		{name: "word/settings.xml", content: docxSettings(w.notes.Len() > 0)},
	}
	return pack(append(first, parts...))
}

func (d Document) docxProperties() string {
	s := header + `<cp:coreProperties xmlns:cp="` + nsPackage + `/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` + escaped(line(d.Title)) + `</dc:title>`
	if d.Author != "" {
		s += `<dc:creator>` + escaped(line(d.Author)) + `</dc:creator>`
	}
	if !d.Created.IsZero() {
		s += `<dcterms:created xsi:type="dcterms:W3CDTF">` + d.Created.UTC().Format(time.RFC3339) + `</dcterms:created>`
	}
	return s + `<dc:language>da-DK</dc:language></cp:coreProperties>`
}

// relations are what a part of the package refers to.
type relations struct {
	ids  map[string]string // by address
	list strings.Builder
}

// add is the id by which the part refers to something; the same for the same address.
func (r *relations) add(kind, target string, external bool) string {
	if id := r.ids[target]; id != "" {
		return id
	}
	if r.ids == nil {
		r.ids = map[string]string{}
	}
	id := "rId" + strconv.Itoa(len(r.ids)+1)
	r.ids[target] = id
	r.list.WriteString(`<Relationship Id="` + id + `" Type="` + nsRel + `/` + kind + `" Target="` + escaped(target) + `"`)
	if external {
		r.list.WriteString(` TargetMode="External"`)
	}
	r.list.WriteString(`/>`)
	return id
}

func (r *relations) xml() string {
	return header + `<Relationships xmlns="` + nsPackage + `/relationships">` + r.list.String() + `</Relationships>`
}

// docxWriter writes the text of a document, and what stands in other parts for it.
type docxWriter struct {
	out           *strings.Builder
	rels          *relations // of the part that is being written
	main, inNotes relations
	notes         strings.Builder
	noteOf        map[string]string // the number of a footnote by what it says
	controls      int
	numbered      int  // numbered lists so far
	inNumbered    bool // the last paragraph was a point of the present one
}

// The numberings: of bullets, and, from firstList on, of each numbered list.
const (
	bullets   = 1
	firstList = 2
)

// paragraph writes one in a style; nothing where there is nothing to be read.
func (w *docxWriter) paragraph(p Paragraph, style string) {
	if p.Control == nil && blank(p.Runs) {
		return
	}
	properties := ""
	if style != "" {
		properties = `<w:pStyle w:val="` + style + `"/>`
	}
	switch number := p.Style == Number; {
	case number && !w.inNumbered:
		w.numbered++
		fallthrough
	case number:
		properties += `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="` + strconv.Itoa(firstList-1+w.numbered) + `"/></w:numPr>`
	}
	w.inNumbered = p.Style == Number
	if properties != "" {
		properties = `<w:pPr>` + properties + `</w:pPr>`
	}
	c := p.Control
	if c == nil {
		w.out.WriteString(`<w:p>` + properties)
		w.runs(p.Runs)
		w.out.WriteString(`</w:p>`)
		return
	}
	w.controls++
	about := `<w:alias w:val="` + escaped(line(c.Name)) + `"/><w:tag w:val="` + escaped(line(c.Tag)) + `"/>` + fmt.Sprintf(`<w:id w:val="%d"/>`, 1000+w.controls)
	if c.Kind == Tick {
		w.out.WriteString(`<w:p>` + properties + `<w:sdt><w:sdtPr>` + about + `<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>` +
			`<w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/></w:rPr><w:t>` + empty + `</w:t></w:r></w:sdtContent></w:sdt>`)
		w.runs(append([]Run{{Text: " "}}, p.Runs...))
		w.out.WriteString(`</w:p>`)
		return
	}
	kind := `<w:text w:multiLine="1"/>`
	if c.Kind == List {
		kind = `<w:dropDownList>`
		for _, o := range c.Options {
			kind += `<w:listItem w:displayText="` + escaped(line(o)) + `" w:value="` + escaped(line(o)) + `"/>`
		}
		kind += `</w:dropDownList>`
	}
	w.out.WriteString(`<w:sdt><w:sdtPr>` + about + `<w:showingPlcHdr/>` + kind + `</w:sdtPr><w:sdtContent><w:p>` + properties +
		`<w:r><w:rPr><w:rStyle w:val="Pladsholdertekst"/></w:rPr>` + docxText(c.Placeholder) + `</w:r></w:p></w:sdtContent></w:sdt>`)
}

// runs writes the pieces of a paragraph.
func (w *docxWriter) runs(list []Run) {
	for _, r := range list {
		properties := ""
		target := webAddress(r.URL)
		if target != "" {
			properties = `<w:rStyle w:val="Hyperlink"/>`
		}
		if r.Bold {
			properties += `<w:b/><w:bCs/>`
		}
		if r.Italic {
			properties += `<w:i/><w:iCs/>`
		}
		if properties != "" {
			properties = `<w:rPr>` + properties + `</w:rPr>`
		}
		if text := docxText(r.Text); text != "" {
			run := `<w:r>` + properties + text + `</w:r>`
			if target != "" {
				run = `<w:hyperlink r:id="` + w.rels.add("hyperlink", target, true) + `" w:history="1">` + run + `</w:hyperlink>`
			}
			w.out.WriteString(run)
		}
		if r.Note != nil {
			w.note(r.Note)
		}
	}
}

// note writes a footnote and the sign that leads to it; to one that says the same
// already, the number leads once more.
func (w *docxWriter) note(text []Run) {
	const sign = `<w:r><w:rPr><w:rStyle w:val="Fodnotehenvisning"/></w:rPr>`
	says := fmt.Sprint(text)
	id := w.noteOf[says]
	if id != "" {
		field := func(what string) string { return sign + `<w:fldChar w:fldCharType="` + what + `"/></w:r>` }
		w.out.WriteString(field("begin") + sign + `<w:instrText xml:space="preserve"> NOTEREF _Fodnote` + id + ` \f \h </w:instrText></w:r>` + field("separate") + sign + `<w:t xml:space="preserve">` + id + `</w:t></w:r>` + field("end"))
		return
	}
	id = strconv.Itoa(len(w.noteOf) + 1)
	w.noteOf[says] = id
	w.out.WriteString(`<w:bookmarkStart w:id="` + id + `" w:name="_Fodnote` + id + `"/>` + sign + `<w:footnoteReference w:id="` + id + `"/></w:r><w:bookmarkEnd w:id="` + id + `"/>`)
	out, rels := w.out, w.rels
	w.out, w.rels = &w.notes, &w.inNotes
	w.out.WriteString(`<w:footnote w:id="` + id + `"><w:p><w:pPr><w:pStyle w:val="Fodnotetekst"/></w:pPr><w:r><w:rPr><w:rStyle w:val="Fodnotehenvisning"/></w:rPr><w:footnoteRef/></w:r>`)
	text = append([]Run{{Text: " "}}, text...)
	for i := range text {
		text[i].Note = nil
	}
	w.runs(text)
	w.out.WriteString(`</w:p></w:footnote>`)
	w.out, w.rels = out, rels
}

// table writes a table; a cell without a text has the one paragraph that it must have.
func (w *docxWriter) table(t Table) {
	total := 0
	for _, n := range t.Widths {
		total += n
	}
	widths := make([]string, len(t.Widths))
	w.out.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Tabel-Gitter"/><w:tblW w:w="` + strconv.Itoa(textWidth) + `" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="` + escaped(line(t.Name)) + `"/></w:tblPr><w:tblGrid>`)
	for i, n := range t.Widths {
		widths[i] = strconv.Itoa(n * textWidth / total)
		w.out.WriteString(`<w:gridCol w:w="` + widths[i] + `"/>`)
	}
	w.out.WriteString(`</w:tblGrid>`)
	w.out.WriteString(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, text := range t.Head {
		w.cell(widths[i], []Paragraph{{Runs: Plain(text)}}, "Tabelhoved")
	}
	w.out.WriteString(`</w:tr>`)
	for _, row := range t.Rows {
		w.out.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i, paragraphs := range row {
			w.cell(widths[i], paragraphs, "Tabeltekst")
		}
		w.out.WriteString(`</w:tr>`)
	}
	w.out.WriteString(`</w:tbl>`)
	w.inNumbered = false
}

func (w *docxWriter) cell(width string, paragraphs []Paragraph, style string) {
	w.out.WriteString(`<w:tc><w:tcPr><w:tcW w:w="` + width + `" w:type="dxa"/></w:tcPr>`)
	before := w.out.Len()
	for _, p := range paragraphs {
		w.paragraph(p, style)
	}
	if w.out.Len() == before {
		w.out.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr></w:p>`)
	}
	w.out.WriteString(`</w:tc>`)
}

// docxText is a text within a run. xml:space keeps its blanks: LibreOffice alone drops
// those at the ends without it.
func docxText(s string) string {
	var b strings.Builder
	for _, t := range tokens(cleaned(s)) {
		switch t {
		case "\n":
			b.WriteString(`<w:br/>`)
		case "\t":
			b.WriteString(`<w:tab/>`)
		default:
			b.WriteString(`<w:t xml:space="preserve">` + escaped(t) + `</w:t>`)
		}
	}
	return b.String()
}

// webAddress is an address in the one form in which word processors take every one;
// empty for what is none of the web or of mail.
func webAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" {
			return ""
		}
	case "mailto":
	default:
		return ""
	}
	u.RawQuery = strings.NewReplacer(" ", "%20", `"`, "%22", "<", "%3C", ">", "%3E", `\`, "%5C", "^", "%5E", "`", "%60", "{", "%7B", "|", "%7C", "}", "%7D").Replace(u.RawQuery)
	return cleaned(u.String())
}
