package export

import (
	"io"
	"strings"

	"praksis/internal/catalogue"
)

// commas writes a table as CSV for a Danish spreadsheet program: UTF-8 with a byte
// order mark, semicolons, every value in quotation marks, lines ended by CRLF. It has
// no line "sep=", which programs but Excel show as a row. encoding/csv quotes only
// where it must.
type commas struct {
	w       io.Writer
	columns []Column
	line    strings.Builder
}

// NewCSV writes a table of practices as CSV; its first line has the labels.
func NewCSV(w io.Writer, l List) (Writer, error) {
	c := &commas{w: w, columns: Columns(l.Base)}
	c.line.WriteString("\ufeff")
	for i, x := range c.columns {
		c.value(i, x.Label)
	}
	return c, c.end()
}

// Write implements Writer.
func (c *commas) Write(p *catalogue.Practice) error {
	for i, x := range c.columns {
		c.value(i, csvText(x.Cell(p)))
	}
	return c.end()
}

// End implements Writer.
func (*commas) End() error { return nil }

// Close implements Writer.
func (*commas) Close() error { return nil }

func (c *commas) value(i int, s string) {
	if i > 0 {
		c.line.WriteByte(';')
	}
	c.line.WriteByte('"')
	c.line.WriteString(strings.ReplaceAll(s, `"`, `""`))
	c.line.WriteByte('"')
}

func (c *commas) end() error {
	c.line.WriteString("\r\n")
	_, err := io.WriteString(c.w, c.line.String())
	c.line.Reset()
	return err
}

// csvText is a value that no program reads as anything else: a whole day stands as
// 2020-04-06, an identifier has a word before it (0751 would become 751), and what
// would be read as a formula, a number, a range or a date has an apostrophe before
// it.
func csvText(c Cell) string {
	s := fit(clean(c.iso()))
	switch {
	case s == "", !c.Day.IsZero():
		return s
	case c.Code && misread(s):
		return "kode " + s
	case misread(s):
		return "'" + s
	}
	return s
}
