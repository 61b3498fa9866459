package catalogue

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rows is how a list of the record is reached.
type rows struct {
	len    func(*Practice) int
	add    func(*Practice)
	remove func(p *Practice, row int)
	clone  func(*Practice)
	take   func(p, from *Practice)
}

func rowsOf[T any](at func(*Practice) *[]T) rows {
	return rows{
		len:    func(p *Practice) int { return len(*at(p)) },
		add:    func(p *Practice) { *at(p) = append(*at(p), *new(T)) },
		remove: func(p *Practice, i int) { *at(p) = slices.Delete(*at(p), i, i+1) },
		clone:  func(p *Practice) { *at(p) = slices.Clone(*at(p)) },
		take:   func(p, from *Practice) { *at(p) = *at(from) },
	}
}

// untyped is a closed list without its type.
func untyped[T ~string](list Options[T]) Options[string] {
	out := make(Options[string], len(list))
	for i, x := range list {
		out[i] = Option[string]{Code: string(x.Code), Slug: x.Slug, Label: x.Label}
	}
	return out
}

// define ties the fields of rows to their lists.
func define(fields []*Field) []*Field {
	for _, list := range fields {
		for _, f := range list.Fields {
			f.list = list
		}
	}
	return fields
}

// FieldAt is the field at a path as in Field.Path, or as in Value.Path, with
// the number of the row; nil when there is none.
func FieldAt(path string) *Field {
	if open, end := strings.IndexByte(path, '['), strings.IndexByte(path, ']'); open >= 0 && end > open {
		path = path[:open+1] + path[end:]
	}
	return fieldByPath[path]
}

// fieldByPath is Fields by path, those of rows too.
var fieldByPath = func() map[string]*Field {
	m := map[string]*Field{}
	for _, f := range Fields {
		m[f.Path] = f
		for _, x := range f.Fields {
			m[x.Path] = x
		}
	}
	return m
}()

// ListAt is the list at a path; nil when there is none.
func ListAt(path string) *Field {
	if f := FieldAt(path); f != nil && f.Kind == FieldRows {
		return f
	}
	return nil
}

// Plain tells whether the rows of a list are single values, not objects.
func (f *Field) Plain() bool { return len(f.Fields) == 1 && f.Fields[0].Path == f.Path+"[]" }

// Len is how many rows of the list f a record has.
func (f *Field) Len(p *Practice) int { return f.rows.len(p) }

// AddRow adds an empty row to the list f.
func (f *Field) AddRow(p *Practice) { f.rows.add(p) }

// RemoveRow takes a row, from 0, out of the list f; it is false when there is no
// such row. Findings follow their sources: one whose source goes is of the first
// source then.
func (f *Field) RemoveRow(p *Practice, row int) bool {
	if row < 0 || row >= f.Len(p) {
		return false
	}
	f.rows.remove(p, row)
	if f.Path != "sources" {
		return true
	}
	for i := range p.Findings {
		switch n := &p.Findings[i].Source; {
		case *n == row+1:
			*n = 0
		case *n > row+1:
			*n--
		}
	}
	return true
}

// Row gives the values of one row of the list f, from 0.
func (f *Field) Row(p *Practice, row int) []Value {
	out := make([]Value, len(f.Fields))
	for i, x := range f.Fields {
		out[i] = Value{x, p, row}
	}
	return out
}

// At is the value of the field x of one row of the list f, from 0.
func (f *Field) At(p *Practice, row int, x *Field) Value { return Value{x, p, row} }

// Of is the value of a field that stands in no list.
func (f *Field) Of(p *Practice) Value { return Value{Field: f, practice: p} }

// Take sets the field or list f of p, which stands in no list itself, to what it
// is in another record. They share nothing afterwards.
func (f *Field) Take(p, from *Practice) {
	c := from.Clone()
	if f.Kind == FieldRows {
		f.rows.take(p, &c)
		return
	}
	f.Of(p).take(f.Of(&c))
}

// TakeRow sets what a form asks for of a row of the list f, from 0, to what it is in
// another record. It is false where one of them has no such row. They share nothing
// afterwards.
func (f *Field) TakeRow(p, from *Practice, row int, form Form) bool {
	if row < 0 || row >= f.Len(p) || row >= f.Len(from) {
		return false
	}
	c := from.Clone()
	values := f.Row(&c, row)
	for i, v := range f.Row(p, row) {
		if v.Asked != FormNone && v.Asked <= form {
			v.take(values[i])
		}
	}
	return true
}

// take sets a value to that of the same field of another record.
func (v Value) take(from Value) {
	switch {
	case v.text != nil:
		*v.Text() = *from.Text()
	case v.terms != nil:
		*v.Terms() = *from.Terms()
	case v.org != nil:
		*v.Organisation() = *from.Organisation()
	case v.voices != nil:
		*v.Voices() = *from.Voices()
	case v.flag != nil:
		*v.Flag() = *from.Flag()
	case v.number != nil:
		*v.Number() = *from.Number()
	case v.instant != nil:
		*v.instant(v.practice, v.row) = *from.instant(from.practice, from.row)
	}
}

// Value is a field of one record, at one row where it stands in a list.
type Value struct {
	*Field
	practice *Practice
	row      int // from 0
}

// Values gives all values of a record in the order of Fields, row by row; the
// lists themselves are not among them.
func (p *Practice) Values() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for _, f := range Fields {
			if f.Kind != FieldRows {
				if !yield(f.Of(p)) {
					return
				}
				continue
			}
			for i := range f.Len(p) {
				for _, x := range f.Fields {
					if !yield(Value{x, p, i}) {
						return
					}
				}
			}
		}
	}
}

// Path is where the value stands in its record, with the number of its row
// from 1: "findings[2].text". Faults and form fields are named so.
func (v Value) Path() string {
	if v.list == nil {
		return v.Field.Path
	}
	at := len(v.list.Path) + 1
	return v.Field.Path[:at] + strconv.Itoa(v.row+1) + v.Field.Path[at:]
}

// Text reaches a line, prose, code, date or web address; nil for another kind.
func (v Value) Text() *string { return reach(v, v.text) }

// Terms reaches terms; nil for another kind.
func (v Value) Terms() *[]TermRef { return reach(v, v.terms) }

// Organisation reaches an organisation; nil for another kind.
func (v Value) Organisation() *OrganisationRef { return reach(v, v.org) }

// Voices reaches voices; nil for another kind.
func (v Value) Voices() *VoiceList { return reach(v, v.voices) }

// Flag reaches a flag; nil for another kind.
func (v Value) Flag() *bool { return reach(v, v.flag) }

// Number reaches a number; nil for another kind.
func (v Value) Number() *int { return reach(v, v.number) }

// reach is where the value is, by the field's access of one type; nil when the
// field is of another.
func reach[T any](v Value, at func(p *Practice, row int) *T) *T {
	if at == nil {
		return nil
	}
	return at(v.practice, v.row)
}

// Strings reaches each string that the value holds: a text, or what names its
// references. A flag, a number and an instant have none.
func (v Value) Strings() (out []*string) {
	switch s, o, refs := v.Text(), v.Organisation(), v.Terms(); {
	case s != nil:
		out = []*string{s}
	case v.voices != nil:
		for i := range *v.Voices() {
			out = append(out, (*string)(&(*v.Voices())[i]))
		}
	case o != nil:
		out = []*string{&o.Slug, &o.Code, &o.Name, &o.ShortName}
	case refs != nil:
		for i := range *refs {
			out = append(out, &(*refs)[i].Slug, &(*refs)[i].Label)
		}
	}
	return out
}

// Clear empties the value.
func (v Value) Clear() {
	switch {
	case v.text != nil:
		*v.Text() = ""
	case v.terms != nil:
		*v.Terms() = nil
	case v.org != nil:
		*v.Organisation() = OrganisationRef{}
	case v.voices != nil:
		*v.Voices() = nil
	case v.flag != nil:
		*v.Flag() = false
	case v.number != nil:
		*v.Number() = 0
	case v.instant != nil:
		*v.instant(v.practice, v.row) = nil
	}
}

// ClearMeta empties metadata, from a kind on: all of it from MetaExported, what an
// export is without from MetaKept.
func (p *Practice) ClearMeta(from Meta) {
	for _, f := range Fields {
		if f.Meta >= from && f.Meta != MetaNone {
			f.Of(p).Clear()
		}
	}
}

// Empty tells whether the value says nothing.
func (v Value) Empty() bool { return v.String() == "" }

// String is the value as one text by which two records are compared: terms and
// organisations by slug, or by the name that was typed.
func (v Value) String() string {
	switch {
	case v.text != nil:
		return *v.Text()
	case v.terms != nil:
		names := make([]string, len(*v.Terms()))
		for i, r := range *v.Terms() {
			names[i] = r.String()
		}
		return strings.Join(names, "\n")
	case v.voices != nil:
		codes := make([]string, len(*v.Voices()))
		for i, c := range *v.Voices() {
			codes[i] = string(c)
		}
		return strings.Join(codes, "\n")
	case v.org != nil:
		return v.Organisation().String()
	case v.flag != nil && *v.Flag():
		return "1"
	case v.number != nil && *v.Number() != 0:
		return strconv.Itoa(*v.Number())
	case v.instant != nil && *v.instant(v.practice, v.row) != nil:
		return (*v.instant(v.practice, v.row)).Format(time.RFC3339Nano)
	}
	return ""
}

// IndexTexts are the words of the value that are searched, as a reader sees
// them; none where the field is not searched.
func (v Value) IndexTexts() []string {
	if v.Index == IndexNone {
		return nil
	}
	switch s, o := v.Text(), v.Organisation(); {
	case o != nil:
		return []string{o.Name, o.ShortName}
	case v.terms != nil:
		var labels []string
		for _, r := range *v.Terms() {
			labels = append(labels, r.Label)
		}
		return labels
	case s == nil || *s == "" || slices.Contains(v.NotIndexed, *s):
		return nil
	case v.Options != nil:
		return []string{v.Options.Label(*s)}
	default:
		return []string{*s}
	}
}

// String is the term's slug, or the label that was typed.
func (r TermRef) String() string {
	if r.Slug != "" {
		return r.Slug
	}
	return r.Label
}

// String is whatever the organisation is named by: slug, code or a name.
func (r OrganisationRef) String() string {
	for _, s := range []string{r.Slug, r.Code, r.Name} {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return strings.TrimSpace(r.ShortName)
}

// Clone is a copy that shares nothing with p.
func (p *Practice) Clone() Practice {
	c := *p
	for _, f := range Fields {
		if f.Kind == FieldRows {
			f.rows.clone(&c)
		}
	}
	for v := range c.Values() {
		if v.terms != nil {
			*v.Terms() = slices.Clone(*v.Terms())
		} else if v.voices != nil {
			*v.Voices() = slices.Clone(*v.Voices())
		} else if at := reach(v, v.instant); at != nil && *at != nil {
			t := **at
			*at = &t
		}
	}
	return c
}

// DropEmptyRows drops the rows in which nothing was written: a form has some.
// A code alone that a form fills in by itself is nothing either.
func (p *Practice) DropEmptyRows() {
	for _, f := range Fields {
		if f.Kind != FieldRows {
			continue
		}
		for i := f.Len(p) - 1; i >= 0; i-- {
			if f.emptyRow(p, i) {
				f.RemoveRow(p, i)
			}
		}
	}
	for v := range p.Values() {
		if refs := v.Terms(); refs != nil {
			*refs = slices.DeleteFunc(*refs, func(r TermRef) bool { return strings.TrimSpace(r.String()) == "" })
		}
	}
}

// emptyRow tells whether a row says nothing: the key of a finding, the number
// of its source and the genre of a source are not said of themselves.
func (f *Field) emptyRow(p *Practice, row int) bool {
	for _, v := range f.Row(p, row) {
		switch v.Field.Path {
		case "findings[].key", "findings[].source", "sources[].kind":
		default:
			if strings.TrimSpace(v.String()) != "" {
				return false
			}
		}
	}
	return true
}

// KeepAsked empties what no form up to the given one asks for.
func (p *Practice) KeepAsked(form Form) {
	for v := range p.Values() {
		top := v.Field
		if v.list != nil && v.list.Plain() {
			top = v.list
		}
		if top.Asked == FormNone || top.Asked > form {
			v.Clear()
		}
	}
	p.DropEmptyRows()
}
