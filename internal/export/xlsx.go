package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"time"
	"unicode"

	"praksis/internal/catalogue"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// The sheets of a workbook.
const (
	sheetRows  = "Eksempler"
	sheetAbout = "Om listen"
)

// dateFormat is how days are shown. With a language it must be [$-406]: excelize
// reads [$-da-DK] in another language (findings/excelize-language-tags.sh).
const dateFormat = "dd-mm-yyyy"

// maxLinked is how long an address may be to be a link: in a formula a text has at
// most 255 characters, and so has the address of a link.
const maxLinked = 255

// styles are numbers of excelize.
type styles struct{ head, text, plain, day, link, label, prose int }

// workbook writes a table as XLSX, row by row: what has been written waits in memory
// or, when it is much, in a temporary file.
type workbook struct {
	to      io.Writer
	file    *excelize.File
	rows    *excelize.StreamWriter
	row     int // the last one written
	columns []Column
	cells   []excelize.Cell // of a row, used again
	values  []any           // that lead to them
	styles  styles
	list    List
}

// NewXLSX writes a table of practices as an Excel workbook, to w when it ends. A
// second sheet tells what the list is.
func NewXLSX(w io.Writer, l List) (Writer, error) {
	b := &workbook{to: w, file: excelize.NewFile(), columns: Columns(l.Base), list: l}
	if err := b.begin(); err != nil {
		return nil, errors.Join(err, b.file.Close())
	}
	return b, nil
}

// begin makes all that stands before the first row: what is set later is lost
// without an error (excelize 2.11.1), so that the test reads the saved file.
func (b *workbook) begin() error {
	f := b.file
	f.Pkg.Store("docProps/core.xml", b.properties())
	if err := errors.Join(f.SetSheetName("Sheet1", sheetRows), b.makeStyles()); err != nil {
		return err
	}
	if _, err := f.NewSheet(sheetAbout); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(b.columns), b.list.Total+1)
	if err != nil {
		return err
	}
	// The size is for readers that believe it: without it they see one cell.
	if err := errors.Join(f.SetSheetDimension(sheetRows, "A1:"+last), f.AutoFilter(sheetRows, "A1:"+last, nil)); err != nil {
		return err
	}
	if err := b.print(); err != nil {
		return err
	}
	if b.rows, err = f.NewStreamWriter(sheetRows); err != nil {
		return err
	}
	// Head and titles stay in view.
	err = b.rows.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight",
		Selection: []excelize.Selection{{SQRef: "B2", ActiveCell: "B2", Pane: "bottomRight"}}})
	for i, c := range b.columns {
		err = errors.Join(err, b.rows.SetColWidth(i+1, i+1, c.Width))
	}
	if err != nil {
		return err
	}
	head := make([]any, len(b.columns))
	for i, c := range b.columns {
		head[i] = excelize.Cell{StyleID: b.styles.head, Value: c.Label}
	}
	b.cells, b.values = make([]excelize.Cell, len(b.columns)), make([]any, len(b.columns))
	return b.set(head)
}

// properties are what the workbook says of itself (ECMA-376, part 2, 11). excelize
// would write them without the prefix cp, and readers that know names by their prefix
// then refuse the whole file (findings/excelize-core-properties-exceljs.sh).
func (b *workbook) properties() []byte {
	var x bytes.Buffer
	x.WriteString(xml.Header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" ` +
		`xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	at := b.list.At.UTC().Format(time.RFC3339)
	for _, p := range []struct{ name, attributes, value string }{
		{"dc:title", "", "Praksiskataloget: " + b.list.Sentence}, {"dc:creator", "", b.list.Owner}, {"cp:lastModifiedBy", "", b.list.Owner}, {"dc:language", "", "da-DK"},
		{"dcterms:created", ` xsi:type="dcterms:W3CDTF"`, at}, {"dcterms:modified", ` xsi:type="dcterms:W3CDTF"`, at},
	} {
		x.WriteString("<" + p.name + p.attributes + ">")
		_ = xml.EscapeText(&x, []byte(clean(p.value))) // a buffer takes all
		x.WriteString("</" + p.name + ">")
	}
	x.WriteString("</cp:coreProperties>")
	return x.Bytes()
}

// print sets how the sheets are printed: on A4 across, with heads and titles on each
// page, the second sheet on one page's width.
func (b *workbook) print() error {
	across, a4, one, tall, fit := "landscape", 9, 1, 0, true
	return errors.Join(
		b.file.SetPageLayout(sheetRows, &excelize.PageLayoutOptions{Orientation: &across, Size: &a4}),
		b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + sheetRows + "'!$A:$A,'" + sheetRows + "'!$1:$1", Scope: sheetRows}),
		b.file.SetPageLayout(sheetAbout, &excelize.PageLayoutOptions{Orientation: &across, Size: &a4, FitToWidth: &one, FitToHeight: &tall}),
		b.file.SetSheetProps(sheetAbout, &excelize.SheetPropsOptions{FitToPage: &fit}),
	)
}

func (b *workbook) makeStyles() (err error) {
	date := dateFormat
	font := func(f excelize.Font) *excelize.Font {
		f.Family, f.Size = "Calibri", 11 // as the rest: one without a name is another in some programs
		return &f
	}
	top := &excelize.Alignment{Vertical: "top"}
	for _, x := range []struct {
		to    *int
		style excelize.Style
	}{
		{&b.styles.head, excelize.Style{Font: font(excelize.Font{Bold: true}), Alignment: &excelize.Alignment{Vertical: "top", WrapText: true},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF2"}}, Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "1A1A1A"}}}},
		{&b.styles.plain, excelize.Style{Alignment: top}},
		{&b.styles.text, excelize.Style{Alignment: top, NumFmt: 49}}, // "@": stays a text when somebody edits the cell
		{&b.styles.day, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}, CustomNumFmt: &date}},
		{&b.styles.link, excelize.Style{Alignment: top, Font: font(excelize.Font{Color: "004D99", Underline: "single"})}},
		{&b.styles.label, excelize.Style{Alignment: top, Font: font(excelize.Font{Bold: true})}},
		{&b.styles.prose, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
	} {
		var e error
		*x.to, e = b.file.NewStyle(&x.style)
		err = errors.Join(err, e)
	}
	return err
}

// set writes one row.
func (b *workbook) set(cells []any) error {
	b.row++
	at, err := excelize.CoordinatesToCellName(1, b.row)
	if err != nil {
		return err
	}
	return b.rows.SetRow(at, cells)
}

// Write implements Writer.
func (b *workbook) Write(p *catalogue.Practice) error {
	for i, c := range b.columns {
		b.values[i] = nil
		if b.cells[i] = b.cell(c.Cell(p)); b.cells[i].Value != nil {
			b.values[i] = &b.cells[i]
		}
	}
	return b.set(b.values)
}

// firstDay is from which day on all programs count days alike.
var firstDay = time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)

// epoch is day 0 of a workbook.
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// cell is a value as excelize takes it; without a value for nothing.
func (b *workbook) cell(c Cell) excelize.Cell {
	if !c.Day.IsZero() && !c.Day.Before(firstDay) {
		return excelize.Cell{StyleID: b.styles.day, Value: int(c.Day.Sub(epoch).Hours() / 24)}
	}
	s := fit(clean(c.Text))
	switch {
	case s == "":
		return excelize.Cell{}
	case c.URL != "" && s == c.URL:
		return b.link(s, s)
	case c.Code, misread(s):
		return excelize.Cell{StyleID: b.styles.text, Value: s}
	}
	return excelize.Cell{StyleID: b.styles.plain, Value: s}
}

// link is a text that leads somewhere, as a formula with its value beside it: a
// program that does not calculate shows the text too. An address that is too long,
// or has a blank, stands as text.
func (b *workbook) link(url, text string) excelize.Cell {
	if len(url) > maxLinked || len(text) > maxLinked || strings.ContainsFunc(url, unicode.IsSpace) {
		return excelize.Cell{StyleID: b.styles.plain, Value: text}
	}
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	return excelize.Cell{StyleID: b.styles.link, Formula: "HYPERLINK(" + quoted(url) + "," + quoted(text) + ")", Value: text}
}

// End implements Writer: it writes the workbook.
func (b *workbook) End() error {
	if err := errors.Join(b.rows.Flush(), b.about()); err != nil {
		return err
	}
	// Straight to where it goes, and not into a buffer first.
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter {
		z := zip.NewWriter(b.to)
		z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		return z
	})
	return b.file.Write(io.Discard)
}

// Close implements Writer.
func (b *workbook) Close() error { return b.file.Close() }

// aboutWidth is the width of what the second sheet says, in characters: the height of
// a row is told, since not all programs make room for a text of several lines.
const aboutWidth = 100

// about writes the second sheet.
func (b *workbook) about() error {
	w, err := b.file.NewStreamWriter(sheetAbout)
	if err != nil {
		return err
	}
	text := func(s string) excelize.Cell { return excelize.Cell{StyleID: b.styles.prose, Value: fit(clean(s))} }
	t := b.list.At.In(catalogue.Copenhagen)
	lines := []struct {
		label string
		value excelize.Cell
	}{
		{"Listen", text(b.list.Sentence)},
		{"Søgningen", text(strings.Join(b.list.Notices, "\n"))},
		{"Rækkefølge", text(b.list.Order)},
		{"Hentet", excelize.Cell{StyleID: b.styles.day, Value: int(dayCell(t).Day.Sub(epoch).Hours() / 24)}},
		{"Listens adresse", b.link(b.list.Address, b.list.Address)},
		{"Katalog", text("Praksiskataloget, " + b.list.Owner)},
		{"Licens", text(licence)},
		{"Licensens ordlyd", b.link(licenceURL, licenceURL)},
		{"Husk", text(caveat)},
		{"Lister i en celle", text("Har et eksempel flere erfaringer, kilder eller råd, står hver på sin linje med nummer. Samme nummer i to kolonner er den samme.")},
	}
	if err := errors.Join(w.SetColWidth(1, 1, 22), w.SetColWidth(2, 2, aboutWidth)); err != nil {
		return err
	}
	row := 0
	for _, l := range lines {
		rows := 1
		if s, ok := l.value.Value.(string); ok {
			if s == "" {
				continue
			}
			rows = 0
			for line := range strings.SplitSeq(s, "\n") {
				rows += 1 + len(line)/aboutWidth
			}
		}
		row++
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, []any{excelize.Cell{StyleID: b.styles.label, Value: l.label}, l.value}, excelize.RowOpts{Height: min(15*float64(rows), excelize.MaxRowHeight)}); err != nil {
			return err
		}
	}
	return w.Flush()
}
