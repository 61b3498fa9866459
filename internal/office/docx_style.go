package office

import (
	"fmt"
	"strings"
)

// docxStyles are the ids of the styles, as a Danish Word has them.
var docxStyles = map[Style]string{Title: "Titel", Heading1: "Overskrift1", Heading2: "Overskrift2", Heading3: "Overskrift3", Hint: "Vejledning", Bullet: "Opstilling-punkttegn", Number: "Opstilling-talellerbogst", Small: "Lille"}

// docxStyleSheet are the styles. Word knows its own by their English names, and shows
// them in the reader's language.
func docxStyleSheet() string {
	heading := func(id, name string, level, size, before int) string {
		return fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:uiPriority w:val="9"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="%d" w:after="60"/><w:outlineLvl w:val="%d"/></w:pPr><w:rPr><w:b/><w:bCs/><w:sz w:val="%d"/><w:szCs w:val="%[5]d"/></w:rPr></w:style>`,
			id, name, before, level, size)
	}
	list := func(id, name string, numbering int) string {
		of := ""
		if numbering > 0 {
			of = fmt.Sprintf(`<w:numPr><w:numId w:val="%d"/></w:numPr>`, numbering)
		}
		return `<w:style w:type="paragraph" w:styleId="` + id + `"><w:name w:val="` + name + `"/><w:basedOn w:val="Normal"/><w:uiPriority w:val="99"/><w:qFormat/><w:pPr>` + of + `<w:spacing w:after="60"/><w:ind w:left="397" w:hanging="397"/></w:pPr></w:style>`
	}
	own := func(id, base, paragraph, run string) string {
		return `<w:style w:type="paragraph" w:customStyle="1" w:styleId="` + id + `"><w:name w:val="` + id + `"/><w:basedOn w:val="` + base + `"/>` + paragraph + run + `</w:style>`
	}
	border := func(side string) string {
		return `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="757575"/>`
	}
	return header + `<w:styles xmlns:w="` + nsW + `"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Calibri" w:cs="Calibri"/><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="da-DK" w:eastAsia="en-US" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
		`<w:style w:type="character" w:default="1" w:styleId="Standardskrifttypeiafsnit"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="Tabel-Normal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:uiPriority w:val="10"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:b/><w:bCs/><w:sz w:val="44"/><w:szCs w:val="44"/></w:rPr></w:style>` +
		heading("Overskrift1", "heading 1", 0, 32, 480) + heading("Overskrift2", "heading 2", 1, 26, 280) + heading("Overskrift3", "heading 3", 2, 22, 200) +
		list("Opstilling-punkttegn", "List Bullet", bullets) + list("Opstilling-talellerbogst", "List Number", 0) +
		`<w:style w:type="paragraph" w:styleId="Fodnotetekst"><w:name w:val="footnote text"/><w:basedOn w:val="Normal"/><w:uiPriority w:val="99"/><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="Fodnotehenvisning"><w:name w:val="footnote reference"/><w:basedOn w:val="Standardskrifttypeiafsnit"/><w:uiPriority w:val="99"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Sidefod"><w:name w:val="footer"/><w:basedOn w:val="Normal"/><w:uiPriority w:val="99"/><w:pPr><w:tabs><w:tab w:val="right" w:pos="` + fmt.Sprint(textWidth) + `"/></w:tabs><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:basedOn w:val="Standardskrifttypeiafsnit"/><w:uiPriority w:val="99"/><w:rPr><w:color w:val="0B4B8F"/><w:u w:val="single"/></w:rPr></w:style>` +
		own("Vejledning", "Normal", `<w:pPr><w:keepNext/></w:pPr>`, `<w:rPr><w:i/><w:iCs/><w:color w:val="454545"/></w:rPr>`) +
		own("Lille", "Normal", `<w:pPr><w:spacing w:after="60" w:line="240" w:lineRule="auto"/></w:pPr>`, `<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>`) +
		own("Tabeltekst", "Normal", `<w:pPr><w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/></w:pPr>`, `<w:rPr><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>`) +
		own("Tabelhoved", "Tabeltekst", `<w:pPr><w:keepNext/></w:pPr>`, `<w:rPr><w:b/><w:bCs/></w:rPr>`) +
		`<w:style w:type="character" w:styleId="Pladsholdertekst"><w:name w:val="Placeholder Text"/><w:uiPriority w:val="99"/><w:rPr><w:color w:val="595959"/></w:rPr></w:style>` +
		`<w:style w:type="table" w:styleId="Tabel-Gitter"><w:name w:val="Table Grid"/><w:basedOn w:val="Tabel-Normal"/><w:uiPriority w:val="39"/><w:tblPr><w:tblBorders>` + border("top") + border("left") + border("bottom") + border("right") + border("insideH") + border("insideV") + `</w:tblBorders></w:tblPr>` +
		`<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="F0F0F0"/></w:tcPr></w:tblStylePr></w:style></w:styles>`
}

// numbering are the bullets, and a numbering for each list that begins with 1.
func (w *docxWriter) numbering() string {
	var b strings.Builder
	b.WriteString(header + `<w:numbering xmlns:w="` + nsW + `">`)
	for i, level := range []string{`<w:numFmt w:val="bullet"/><w:lvlText w:val="•"/>`, `<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>`} {
		fmt.Fprintf(&b, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>%s<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="397" w:hanging="397"/></w:pPr></w:lvl></w:abstractNum>`, i, level)
	}
	fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="0"/></w:num>`, bullets)
	for i := range w.numbered {
		fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`, firstList+i)
	}
	b.WriteString(`</w:numbering>`)
	return b.String()
}

// docxSettings say that the file is one of a Word of today, and Danish.
func docxSettings(notes bool) string {
	s := header + `<w:settings xmlns:w="` + nsW + `"><w:defaultTabStop w:val="1304"/>`
	if notes {
		s += `<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>`
	}
	return s + `<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="da-DK"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>`
}

// docxFooter is a text, and at the right the number of the page.
func docxFooter(text string) string {
	field := func(name string) string {
		return `<w:fldSimple w:instr=" ` + name + ` "><w:r><w:t>1</w:t></w:r></w:fldSimple>`
	}
	return header + `<w:ftr xmlns:w="` + nsW + `"><w:p><w:pPr><w:pStyle w:val="Sidefod"/></w:pPr><w:r>` + docxText(line(text)) + `</w:r><w:r><w:tab/></w:r><w:r>` + docxText("Side ") + `</w:r>` + field("PAGE") + `<w:r>` + docxText(" af ") + `</w:r>` + field("NUMPAGES") + `</w:p></w:ftr>`
}
