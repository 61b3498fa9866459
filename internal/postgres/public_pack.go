package postgres

import (
	"reflect"
	"strings"
)

// packStrings puts all strings of what a row leads to into one piece of memory. Decoding
// makes some sixty small ones, and those that are kept would lie scattered among what
// requests let go: a page of memory with one of them can never be given back.
func packStrings(of ...any) {
	n := 0
	for _, v := range of {
		eachString(reflect.ValueOf(v).Elem(), func(s reflect.Value) { n += s.Len() })
	}
	var all strings.Builder
	all.Grow(n)
	for _, v := range of {
		eachString(reflect.ValueOf(v).Elem(), func(s reflect.Value) {
			all.WriteString(s.String())
			s.SetString(all.String()[all.Len()-s.Len():])
		})
	}
}

// eachString calls fn for each string that can be set and is in v or where it points to.
// Maps are left out.
func eachString(v reflect.Value, fn func(reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		fn(v)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() { // not the inside of a time
				eachString(f, fn)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachString(v.Index(i), fn)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			eachString(v.Elem(), fn)
		}
	}
}
