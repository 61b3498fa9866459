package office

import (
	"slices"
	"strings"
)

const mimeODT = "application/vnd.oasis.opendocument.text"

// odtNamespaces are those of an OpenDocument text; loext has the content controls.
const odtNamespaces = ` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" office:version="1.3"`

var odtStyles = map[Style]string{Body: "Standard", Title: "Title", Heading1: "Heading_20_1", Heading2: "Heading_20_2", Hint: "Vejledning"}

// ODT is the document as an OpenDocument text. It has what a template needs: a table, a
// list, a link or a note is an error.
func (d Document) ODT() ([]byte, error) {
	var b strings.Builder
	b.WriteString(header + `<office:document-content` + odtNamespaces + `><office:body><office:text>`)
	for _, x := range d.Blocks {
		p, is := x.(Paragraph)
		if !is || odtStyles[p.Style] == "" || slices.ContainsFunc(p.Runs, func(r Run) bool { return r.Bold || r.Italic || r.URL != "" || r.Note != nil }) {
			return nil, errPlainOnly
		}
		if p.Control != nil || !blank(p.Runs) {
			odtParagraph(&b, p)
		}
	}
	b.WriteString(`</office:text></office:body></office:document-content>`)
	return pack([]part{
		{name: "mimetype", content: mimeODT, stored: true},
		{name: "META-INF/manifest.xml", content: header + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="` + mimeODT + `"/>` +
			`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>`},
		{name: "meta.xml", content: header + `<office:document-meta` + odtNamespaces + `><office:meta><dc:title>` + escaped(line(d.Title)) + `</dc:title><dc:language>da-DK</dc:language></office:meta></office:document-meta>`},
		{name: "styles.xml", content: odtStyleSheet()},
		{name: "content.xml", content: b.String()},
	})
}

func odtParagraph(b *strings.Builder, p Paragraph) {
	open, shut := `<text:p text:style-name="`+odtStyles[p.Style]+`">`, `</text:p>`
	switch p.Style {
	case Heading1:
		open, shut = `<text:h text:style-name="Heading_20_1" text:outline-level="1">`, `</text:h>`
	case Heading2:
		open, shut = `<text:h text:style-name="Heading_20_2" text:outline-level="2">`, `</text:h>`
	}
	b.WriteString(open)
	c := p.Control
	switch {
	case c == nil:
		odtRuns(b, p.Runs)
	case c.Kind == Tick:
		b.WriteString(`<loext:content-control loext:checkbox="true" loext:checked="false" loext:checked-state="` + ticked + `" loext:unchecked-state="` + empty + `" loext:alias="` + escaped(line(c.Name)) + `" loext:tag="` + escaped(line(c.Tag)) + `">` + empty + `</loext:content-control> `)
		odtRuns(b, p.Runs)
	default:
		kind, items := ` loext:plain-text="true"`, ""
		if c.Kind == List {
			kind = ` loext:dropdown="true"`
			for _, o := range c.Options {
				items += `<loext:list-item loext:display-text="` + escaped(line(o)) + `" loext:value="` + escaped(line(o)) + `"/>`
			}
		}
		b.WriteString(`<loext:content-control loext:showing-place-holder="true"` + kind + ` loext:alias="` + escaped(line(c.Name)) + `" loext:tag="` + escaped(line(c.Tag)) + `">` + items + `<text:span text:style-name="Placeholder">` + odtText(c.Placeholder) + `</text:span></loext:content-control>`)
	}
	b.WriteString(shut)
}

func odtRuns(b *strings.Builder, runs []Run) {
	for _, r := range runs {
		b.WriteString(odtText(r.Text))
	}
}

// odtText is a text within a paragraph.
func odtText(s string) string {
	var b strings.Builder
	for _, t := range tokens(cleaned(s)) {
		switch t {
		case "\n":
			b.WriteString(`<text:line-break/>`)
		case "\t":
			b.WriteString(`<text:tab/>`)
		default:
			b.WriteString(escaped(t))
		}
	}
	return b.String()
}

func odtStyleSheet() string {
	heading := func(name, display, level, size, before string) string {
		return `<style:style style:name="` + name + `" style:display-name="` + display + `" style:family="paragraph" style:parent-style-name="Standard" style:next-style-name="Standard" style:default-outline-level="` + level + `"><style:paragraph-properties fo:margin-top="` + before + `" fo:margin-bottom="0.1cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="` + size + `" fo:font-weight="bold"/></style:style>`
	}
	return header + `<office:document-styles` + odtNamespaces + `><office:styles>` +
		`<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm"/><style:text-properties style:font-name="Calibri" fo:font-size="11pt" fo:language="da" fo:country="DK"/></style:default-style>` +
		`<style:style style:name="Standard" style:family="paragraph"/>` +
		`<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="22pt" fo:font-weight="bold"/></style:style>` +
		heading("Heading_20_1", "Heading 1", "1", "16pt", "0.8cm") + heading("Heading_20_2", "Heading 2", "2", "13pt", "0.5cm") +
		`<style:style style:name="Vejledning" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:keep-with-next="always"/><style:text-properties fo:font-style="italic" fo:color="#454545"/></style:style>` +
		`<style:style style:name="Placeholder" style:display-name="Placeholder Text" style:family="text"><style:text-properties fo:color="#595959"/></style:style>` +
		`</office:styles><office:automatic-styles><style:page-layout style:name="Side"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2.5cm" fo:margin-bottom="2.5cm" fo:margin-left="2cm" fo:margin-right="2cm"/></style:page-layout></office:automatic-styles>` +
		`<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Side"/></office:master-styles></office:document-styles>`
}
