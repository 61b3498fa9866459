package export

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"praksis/internal/catalogue"
)

// Column is one column of a table of practices. Columns follow from the fields of
// the record, and the labels are theirs.
type Column struct {
	// Label is unique among the columns.
	Label string
	// Width is that of a spreadsheet, in characters.
	Width float64
	// Cell is what a practice has there.
	Cell func(*catalogue.Practice) Cell
}

// Cell is one value of a table; without a text it is empty.
type Cell struct {
	// Text is how a person reads the value.
	Text string
	// ISO is the text with dates as 2020-04-06; empty where it is Text.
	ISO string
	// Day is the day, at midnight UTC, where the cell is one day and nothing else.
	Day time.Time
	// URL is the web address that the cell is, and nothing else.
	URL string
	// Code tells that the text is an identifier, which is no number.
	Code bool
}

// iso is the cell's text with dates in the form of ISO 8601.
func (c Cell) iso() string {
	if c.ISO != "" {
		return c.ISO
	}
	return c.Text
}

// The columns that are no field of the record.
const (
	labelCode     = "Kommune- eller regionskode"
	labelVerdicts = "Effekt, stemme for stemme"
)

// Columns are the columns of a table of practices, for a catalogue at an address
// such as https://example.dk. The title and the address come first, then the fields
// in their order; without what belongs to this catalogue alone and what is never
// shown.
func Columns(base string) []Column {
	address := func(p *catalogue.Practice) Cell {
		u := base + catalogue.PracticePath(p.Slug)
		return Cell{Text: u, URL: u}
	}
	columns := []Column{fieldColumn(catalogue.FieldAt("title")), {catalogue.FieldAt("slug").Label, 40, address}}
	for _, f := range catalogue.Fields {
		switch {
		case f.Path == "title", f.Path == "slug", f.Meta == catalogue.MetaKept, unseen(f):
		case f.Path == "organisation":
			columns = append(columns, fieldColumn(f), Column{labelCode, 14, func(p *catalogue.Practice) Cell {
				return Cell{Text: p.Organisation.Code, Code: true}
			}})
		case f.Kind != catalogue.FieldRows:
			columns = append(columns, fieldColumn(f))
		case f.Plain():
			columns = append(columns, Column{f.Label, 32, func(p *catalogue.Practice) Cell { return joined(f, p) }})
		default:
			if f.Path == "findings" {
				columns = append(columns, Column{labelVerdicts, 40, verdicts})
			}
			for _, x := range f.Fields {
				if x.Path != "findings[].key" { // is of use to a program alone
					columns = append(columns, Column{catalogue.WithColon(f.Label) + x.Label, width(x), func(p *catalogue.Practice) Cell { return numbered(f, x, p) }})
				}
			}
		}
	}
	return columns
}

// unseen tells whether a field is searched by and never shown.
func unseen(f *catalogue.Field) bool {
	return f.Kind == catalogue.FieldRows && f.Fields[0].Index == catalogue.IndexWords
}

func fieldColumn(f *catalogue.Field) Column {
	label := f.Label
	if f.PageLabel != "" {
		label = f.PageLabel
	}
	return Column{label, width(f), func(p *catalogue.Practice) Cell { return cellOf(f.Of(p)) }}
}

// width is how wide a column of a field is: what is read at a glance stands whole,
// a long text begins.
func width(f *catalogue.Field) float64 {
	switch f.Kind {
	case catalogue.FieldDate, catalogue.FieldInstant, catalogue.FieldFlag, catalogue.FieldNumber:
		return 14
	case catalogue.FieldCode, catalogue.FieldVoices:
		return 22
	case catalogue.FieldProse:
		return 60
	}
	if f.Path == "title" {
		return 60
	}
	return 32
}

// cellOf is one value of the record as a cell.
func cellOf(v catalogue.Value) Cell {
	switch v.Kind {
	case catalogue.FieldTerms:
		labels := make([]string, len(*v.Terms()))
		for i, r := range *v.Terms() {
			if labels[i] = r.Label; r.Label == "" {
				labels[i] = r.Slug
			}
		}
		return Cell{Text: strings.Join(labels, "; ")}
	case catalogue.FieldOrganisation:
		return Cell{Text: organisationText(*v.Organisation())}
	case catalogue.FieldVoices:
		labels := make([]string, len(*v.Voices()))
		for i, c := range *v.Voices() {
			labels[i] = v.Options.Label(string(c))
		}
		return Cell{Text: strings.Join(labels, "; ")}
	case catalogue.FieldFlag:
		if *v.Flag() {
			return Cell{Text: "Ja"}
		}
		return Cell{}
	case catalogue.FieldNumber:
		if n := *v.Number(); n != 0 {
			return Cell{Text: catalogue.LowerFirst(v.Label) + " " + strconv.Itoa(n)} // a bare number would be summed up
		}
		return Cell{}
	case catalogue.FieldInstant:
		t, err := time.Parse(time.RFC3339Nano, v.String())
		if err != nil {
			return Cell{}
		}
		return dayCell(catalogue.Day(t))
	case catalogue.FieldDate:
		d := catalogue.Date(*v.Text())
		if t, err := time.Parse(time.DateOnly, string(d)); err == nil {
			return dayCell(t)
		}
		if strings.ContainsFunc(string(d), unicode.IsLetter) { // a season: ISO 8601 has none
			return Cell{Text: d.Danish()}
		}
		return Cell{Text: d.Danish(), ISO: string(d)}
	}
	text := *v.Text()
	switch {
	case v.Options != nil && text != "":
		text = v.Options.Label(text)
	case v.Kind == catalogue.FieldURL:
		if u, err := url.Parse(text); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
			return Cell{Text: text, URL: text}
		}
	}
	return Cell{Text: text, Code: v.Kind == catalogue.FieldCode && v.Options == nil}
}

// organisationText is an organisation's name, or what else names it.
func organisationText(o catalogue.OrganisationRef) string {
	if o.Name != "" {
		return o.Name
	}
	return o.String()
}

// dayCell is a whole day, as it is in t's own zone.
func dayCell(t time.Time) Cell {
	return Cell{Text: t.Format("02-01-2006"), ISO: t.Format(time.DateOnly), Day: time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)}
}

// joined are the values of a plain list, in one cell.
func joined(list *catalogue.Field, p *catalogue.Practice) Cell {
	var texts []string
	for i := range list.Len(p) {
		if c := cellOf(list.At(p, i, list.Fields[0])); c.Text != "" {
			texts = append(texts, c.Text)
		}
	}
	return Cell{Text: strings.Join(texts, "; ")}
}

// numbered is one field of all rows of a list, in one cell: as it is where the list
// has one row, else each on a line of its own with the number of its row, so that
// the columns of a list can be held against each other.
func numbered(list, field *catalogue.Field, p *catalogue.Practice) Cell {
	n := list.Len(p)
	if n == 1 {
		return cellOf(list.At(p, 0, field))
	}
	var text, iso []byte
	for i := range n {
		c := cellOf(list.At(p, i, field))
		if c.Text == "" {
			continue
		}
		if c.ISO != "" && iso == nil {
			iso = append([]byte{}, text...)
		}
		text = appendRow(text, i+1, c.Text)
		if iso != nil {
			iso = appendRow(iso, i+1, c.iso())
		}
	}
	return Cell{Text: string(text), ISO: string(iso)}
}

func appendRow(b []byte, n int, text string) []byte {
	if len(b) > 0 {
		b = append(b, '\n')
	}
	return append(append(strconv.AppendInt(b, int64(n), 10), ". "...), text...)
}

// verdicts are what each voice says of a practice: never one effect over all.
func verdicts(p *catalogue.Practice) Cell {
	var parts []string
	for _, v := range catalogue.Verdicts(p.Findings) {
		times := "1 erfaring"
		if v.Findings > 1 {
			times = strconv.Itoa(v.Findings) + " erfaringer"
		}
		parts = append(parts, catalogue.Voices.Label(v.Voice)+": "+catalogue.LowerFirst(catalogue.Effects.Label(v.Effect))+" ("+times+")")
	}
	return Cell{Text: strings.Join(parts, "; ")}
}
