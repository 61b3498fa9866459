package difference

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
)

// Extent is which fields are compared.
type Extent uint8

// The extents.
const (
	Public  Extent = iota // what a public page shows
	Content               // all that a revision holds
	Draft                 // that, and what the forms ask beside
)

// has tells whether an extent has a field. Keys of findings say nothing to
// readers.
func (e Extent) has(f *catalogue.Field) bool {
	switch {
	case f.Path == "findings[].key":
		return false
	case e == Public:
		return f.Content && f.Index != catalogue.IndexWords
	default:
		return f.Content || e == Draft && f.Asked != catalogue.FormNone
	}
}

// Part is a field, or a list, in which two records differ.
type Part struct {
	*catalogue.Field
	// Label is what it is called; Public takes the public page's words.
	Label string
	// Change is Added where the first says nothing, Removed where the second does
	// not, else Kept: it was changed.
	Change Op
	// Pieces are the text, or the values, of a field and of a list of plain
	// values; Rows are those of another list.
	Pieces []Piece
	Rows   []Row
	// Reordered tells that what stands in both stands in another order. It may be
	// all that differs.
	Reordered bool
}

// Row is a row of a list that was added, changed or removed.
type Row struct {
	// Label names it by its place: "Erfaring 2".
	Label string
	// Before and After are its places, from 1; 0 where it is not there.
	Before, After int
	Change        Op
	// About is the beginning of a changed row's text, where that was not changed.
	About string
	Cells []Cell
}

// Cell is a field of a row: of a changed row one that was changed, of another one
// all that say something.
type Cell struct {
	*catalogue.Field
	Change Op
	Pieces []Piece
}

// Names give the words for what a record refers to only by slug; nil knows none.
type Names = *catalogue.Taxonomy

// Of tells how b differs from a, in the order of the record's fields; nothing
// where they say the same. Keys of findings, and the numbers by which findings name
// their sources, count for nothing: what counts is which source it is.
func Of(a, b *catalogue.Practice, e Extent, names Names) []Part {
	x := comparison{a: a, b: b, extent: e, names: names, words: differ{maxWork}, paired: map[*catalogue.Field][][2]int{}}
	return x.parts(true)
}

// Fields are the fields and lists in which b differs from a, without how.
func Fields(a, b *catalogue.Practice, e Extent) (out []*catalogue.Field) {
	x := comparison{a: a, b: b, extent: e, paired: map[*catalogue.Field][][2]int{}}
	for _, p := range x.parts(false) {
		out = append(out, p.Field)
	}
	return out
}

type comparison struct {
	a, b   *catalogue.Practice
	extent Extent
	names  Names
	words  differ
	paired map[*catalogue.Field][][2]int
}

func (c *comparison) parts(shown bool) (out []Part) {
	for _, f := range catalogue.Fields {
		var p Part
		switch {
		case f.Kind != catalogue.FieldRows:
			v, w := f.Of(c.a), f.Of(c.b)
			if !c.extent.has(f) || v.String() == w.String() || f.Path == "kind" && kindOf(c.a) == kindOf(c.b) {
				continue
			}
			p = Part{Change: change(v.Empty(), w.Empty())}
			if p.Pieces, p.Reordered = c.pieces(v, w, shown); !p.Reordered && len(p.Pieces) == 0 {
				continue
			}
		case f.Plain():
			if p = c.plain(f, shown); len(p.Pieces) == 0 && !p.Reordered {
				continue
			}
		default:
			if p = c.rows(f, shown); len(p.Rows) == 0 && !p.Reordered {
				continue
			}
		}
		p.Field, p.Label = f, f.Label
		if c.extent == Public && f.PageLabel != "" {
			p.Label = f.PageLabel
		}
		out = append(out, p)
	}
	return out
}

// kindOf is a record's kind: an example where it says none.
func kindOf(p *catalogue.Practice) catalogue.Kind { return cmp.Or(p.Kind, catalogue.KindExample) }

func change(before, after bool) Op {
	switch {
	case before == after:
		return Kept
	case before:
		return Added
	}
	return Removed
}

// pieces compare two values, which differ: texts word by word, references and
// voices one by one, all else as a whole.
func (c *comparison) pieces(v, w catalogue.Value, shown bool) (out []Piece, reordered bool) {
	if !shown {
		return []Piece{{Added, w.String()}}, false
	}
	switch v.Kind {
	case catalogue.FieldLine, catalogue.FieldProse:
		out = c.words.words(*v.Text(), *w.Text())
	case catalogue.FieldTerms, catalogue.FieldVoices:
		return items(c.items(v), c.items(w))
	default:
		// What was typed by name and what was found for it are called the same.
		if was, is := c.value(v), c.value(w); was != is {
			out = joined([]Piece{{Removed, was}, {Added, is}})
		}
	}
	return out, false
}

// items compare two lists of names: what has gone, what has come, and between them
// what is in both. Where it is only the order that differs, that is all it says.
func items(before, after []string) (out []Piece, reordered bool) {
	left := slices.Clone(after)
	var kept []string
	// A comma stands on the sides that have a name before it.
	has := [2]bool{}
	add := func(op Op, s string) {
		switch before, after := op != Added && has[0], op != Removed && has[1]; {
		case before && after:
			out = append(out, Piece{Kept, ", "})
		case before:
			out = append(out, Piece{Removed, ", "})
		case after:
			out = append(out, Piece{Added, ", "})
		}
		has[0], has[1] = has[0] || op != Added, has[1] || op != Removed
		out = append(out, Piece{op, s})
	}
	for _, s := range before {
		if i := slices.Index(left, s); i >= 0 {
			left, kept = slices.Delete(left, i, i+1), append(kept, s)
			add(Kept, s)
		} else {
			add(Removed, s)
		}
	}
	for _, s := range left {
		add(Added, s)
	}
	keptNow := slices.Clone(after)
	for _, s := range left {
		for i := len(keptNow) - 1; i >= 0; i-- {
			if keptNow[i] == s {
				keptNow = slices.Delete(keptNow, i, i+1)
				break
			}
		}
	}
	reordered = !slices.Equal(kept, keptNow)
	if len(kept) == len(before) && len(left) == 0 {
		return nil, reordered
	}
	return joined(out), reordered
}

// plain compares lists of single values as sets.
func (c *comparison) plain(f *catalogue.Field, shown bool) Part {
	if !c.extent.has(f.Fields[0]) {
		return Part{}
	}
	values := func(p *catalogue.Practice) (out []string) {
		for i := range f.Len(p) {
			v := f.Row(p, i)[0]
			if shown {
				out = append(out, c.value(v))
			} else {
				out = append(out, v.String())
			}
		}
		return out
	}
	before, after := values(c.a), values(c.b)
	p := Part{Change: change(len(before) == 0, len(after) == 0)}
	p.Pieces, p.Reordered = items(before, after)
	return p
}

// rows compares lists row by row.
func (c *comparison) rows(f *catalogue.Field, shown bool) (p Part) {
	last := -1
	for _, pair := range c.pairs(f) {
		i, j := pair[0], pair[1]
		row := Row{Before: i + 1, After: j + 1, Change: change(i < 0, j < 0)}
		if i >= 0 && j >= 0 {
			p.Reordered = p.Reordered || i < last
			last = max(last, i)
		}
		at := max(row.After, 0)
		if j < 0 {
			at = row.Before
		}
		row.Label = catalogue.UpperFirst(f.One) + " " + strconv.Itoa(at)
		for k, x := range f.Fields {
			if !c.extent.has(x) {
				continue
			}
			var v, w catalogue.Value // where there is no such row, it is not asked
			if i >= 0 {
				v = f.Row(c.a, i)[k]
			}
			if j >= 0 {
				w = f.Row(c.b, j)[k]
			}
			if cell, differs := c.cell(x, v, w, i, j, shown); differs {
				row.Cells = append(row.Cells, cell)
			}
		}
		if len(row.Cells) == 0 && row.Change == Kept {
			continue
		}
		if text := f.Row(c.b, max(j, 0)); shown && row.Change == Kept && row.Cells[0].Field != f.Fields[0] {
			row.About = text[0].String()
			if short := beginning(row.About, context); short != row.About {
				row.About = short + " …"
			}
		}
		p.Rows = append(p.Rows, row)
	}
	p.Change = change(f.Len(c.a) == 0, f.Len(c.b) == 0)
	return p
}

// cell compares a field of two rows, of which one may not be there.
func (c *comparison) cell(f *catalogue.Field, v, w catalogue.Value, i, j int, shown bool) (Cell, bool) {
	cell := Cell{Field: f, Change: Kept}
	switch {
	case f.Path == "findings[].source":
		before, after := -1, -1
		if i >= 0 {
			before = sourceOf(c.a, i)
		}
		if j >= 0 {
			after = sourceOf(c.b, j)
		}
		if i >= 0 && j >= 0 && c.sameSource(before, after) {
			return cell, false
		}
		was, is := document(c.a, before), document(c.b, after)
		cell.Change = change(was == "", is == "")
		if cell.Pieces = joined([]Piece{{Removed, was}, {Added, is}}); was == is {
			// Another source of the same name, as a further place in one document.
			cell.Pieces = joined([]Piece{{Removed, was + " (kilde " + strconv.Itoa(before+1) + ")"}, {Added, is + " (kilde " + strconv.Itoa(after+1) + ")"}})
		}
		return cell, was != "" || is != ""
	case i < 0 || j < 0:
		op, value := Added, w
		if j < 0 {
			op, value = Removed, v
		}
		if value.Empty() {
			return cell, false
		}
		cell.Change = op
		if shown {
			cell.Pieces = []Piece{{op, c.value(value)}}
		}
		return cell, true
	case v.String() == w.String():
		return cell, false
	}
	cell.Change = change(v.Empty(), w.Empty())
	cell.Pieces, _ = c.pieces(v, w, shown)
	return cell, len(cell.Pieces) > 0
}

// pairs are the rows of a list held against each other.
func (c *comparison) pairs(f *catalogue.Field) [][2]int {
	if _, known := c.paired[f]; !known {
		c.paired[f] = catalogue.PairRows(f, c.a, c.b)
	}
	return c.paired[f]
}

// sameSource tells whether a source of b, from 0, is a source of a.
func (c *comparison) sameSource(before, after int) bool {
	return before < 0 && after < 0 || slices.Contains(c.pairs(catalogue.FieldAt("sources")), [2]int{before, after}) && before >= 0 && after >= 0
}

// sourceOf is the place of a finding's source, from 0; -1 where there is none.
func sourceOf(p *catalogue.Practice, finding int) int {
	n := max(p.Findings[finding].Source, 1) - 1
	if n >= len(p.Sources) {
		return -1
	}
	return n
}

func document(p *catalogue.Practice, source int) string {
	if source < 0 {
		return ""
	}
	return p.Sources[source].Document
}

// value is a value in a reader's words.
func (c *comparison) value(v catalogue.Value) string {
	switch {
	case v.Kind == catalogue.FieldTerms || v.Kind == catalogue.FieldVoices:
		return strings.Join(c.items(v), ", ")
	case v.Kind == catalogue.FieldFlag && !v.Empty():
		return "Ja"
	case v.Kind == catalogue.FieldDate:
		return catalogue.Date(v.String()).Danish()
	case v.Organisation() != nil:
		o := v.Organisation()
		if c.names != nil && o.Name == "" {
			if known := c.names.Organisation(o.String()); known != nil {
				return known.Name
			}
		}
		if o.Name != "" {
			return o.Name
		}
	case v.Options != nil:
		return label(v)
	}
	return v.String()
}

func label(v catalogue.Value) string {
	if code, known := v.Options.Parse(v.String()); known {
		return v.Options.Label(code)
	}
	return v.String()
}

// items are terms or voices in a reader's words.
func (c *comparison) items(v catalogue.Value) (out []string) {
	if v.Empty() {
		return nil
	}
	if refs := v.Terms(); refs != nil {
		for _, r := range *refs {
			name := r.Label
			if name == "" {
				name = r.Slug
				if c.names != nil {
					if t := c.names.Term(v.Vocabulary, r.Slug); t != nil {
						name = t.Label
					}
				}
			}
			out = append(out, name)
		}
		return out
	}
	for code := range strings.SplitSeq(v.String(), "\n") {
		out = append(out, v.Options.Label(code))
	}
	return out
}

// Short is the difference as it is shown: without the middle of long texts that
// were kept.
func Short(parts []Part) []Part {
	for i := range parts {
		p := &parts[i]
		p.Pieces = Shortened(p.Pieces)
		for j := range p.Rows {
			for k := range p.Rows[j].Cells {
				c := &p.Rows[j].Cells[k]
				c.Pieces = Shortened(c.Pieces)
			}
		}
	}
	return parts
}

// Text is a text beside a record, as it was and is.
type Text struct{ Label, Before, After string }

// Texts tells how texts beside a record differ.
func Texts(list []Text) (out []Part) {
	for _, x := range list {
		if x.Before != x.After {
			out = append(out, Part{Label: x.Label, Change: change(x.Before == "", x.After == ""), Pieces: Words(x.Before, x.After)})
		}
	}
	return out
}
