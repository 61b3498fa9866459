package postgres

import (
	"reflect"
	"strings"
)

// packStrings puts all strings of what a row leads to into one piece of memory. Decoding
// makes some sixty small ones, and those that are kept would lie scattered among what
// requests let go: a page of memory with one of them can never be given back.
func packStrings(of ...any) { pack(of, false) }

// packedRows are copies of rows and of all that they lead to, in a few pieces of memory:
// one for the strings of all rows, and one for each type of what else there is.
func packedRows(rows []*publicRow) []publicRow {
	out, of := make([]publicRow, len(rows)), make([]any, 0, 3*len(rows))
	for i := range out {
		r := &out[i]
		if *r = *rows[i]; r.page != nil {
			of = append(of, &r.page)
		} else {
			of = append(of, &r.card, &r.findings, &r.solutions)
		}
	}
	pack(of, true)
	for i := range out {
		out[i].showPage()
	}
	return out
}

// pack moves the strings that pointers lead to into one piece of memory. Where all is true
// it moves copies of what is in slices and behind pointers too, into a piece for each type.
func pack(of []any, all bool) {
	bytes, counts := 0, map[reflect.Type]int{}
	for _, v := range of {
		walk(reflect.ValueOf(v).Elem(), func(v reflect.Value) {
			switch kind := v.Kind(); {
			case kind == reflect.String:
				bytes += v.Len()
			case kind == reflect.Slice && all:
				counts[v.Type().Elem()] += v.Len()
			case kind == reflect.Pointer && all:
				counts[v.Type().Elem()]++
			}
		})
	}
	var text strings.Builder
	text.Grow(bytes)
	pieces := map[reflect.Type]reflect.Value{} // what is left of each
	take := func(t reflect.Type, n int) reflect.Value {
		left, ok := pieces[t]
		if !ok {
			left = reflect.MakeSlice(reflect.SliceOf(t), counts[t], counts[t])
		}
		pieces[t] = left.Slice(n, left.Len())
		return left.Slice3(0, n, n)
	}
	for _, v := range of {
		walk(reflect.ValueOf(v).Elem(), func(v reflect.Value) {
			switch kind := v.Kind(); {
			case kind == reflect.String:
				text.WriteString(v.String())
				v.SetString(text.String()[text.Len()-v.Len():])
			case kind == reflect.Slice && all:
				moved := take(v.Type().Elem(), v.Len())
				reflect.Copy(moved, v)
				v.Set(moved)
			case kind == reflect.Pointer && all:
				moved := take(v.Type().Elem(), 1).Index(0)
				moved.Set(v.Elem())
				v.Set(moved.Addr())
			}
		})
	}
}

// walk calls fn for each string, slice and pointer that can be set and is in v or where it
// leads to, and has something: a slice or pointer first, and then what fn has left there.
// Maps are left out.
func walk(v reflect.Value, fn func(reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		fn(v)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() { // not the inside of a time
				walk(f, fn)
			}
		}
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		fn(v)
		for i := range v.Len() {
			walk(v.Index(i), fn)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fn(v)
			walk(v.Elem(), fn)
		}
	}
}
