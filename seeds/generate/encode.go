package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"praksis/seeds"
)

// encode is the seeds as JSON, to follow on the seeds.json that there is: with its
// number while nothing changes, else the next. The same seeds always give the same
// bytes. One record stands on one line, so that a change of one is a change of
// one line.
func encode(s seeds.Seeds, before []byte) ([]byte, error) {
	rest, err := encodeRest(s)
	if err != nil {
		return nil, err
	}
	highest := 0
	for line := range bytes.Lines(before) { // of a merge that has not been resolved, both sides'
		number, _ := seeds.Header(line)
		highest = max(highest, number)
	}
	if b := seeds.WithHeader(highest, rest); highest > 0 && bytes.Equal(b, before) {
		return b, nil
	}
	return seeds.WithHeader(highest+1, rest), nil
}

func encodeRest(s seeds.Seeds) ([]byte, error) {
	e := encoder{}
	e.key("", "organisations")
	list(&e, s.Organisations)
	e.key(",\n", "terms")
	for i, v := range slices.Sorted(maps.Keys(s.Terms)) {
		separator := ",\n"
		if i == 0 {
			separator = "{"
		}
		e.key(separator, string(v))
		list(&e, s.Terms[v])
	}
	e.text("}")
	e.key(",\n", "synonyms")
	list(&e, s.Synonyms)
	e.key(",\n", "practices")
	list(&e, s.Practices)
	e.text("}\n")
	return e.b.Bytes(), e.err
}

// encoder writes JSON until the first error.
type encoder struct {
	b   bytes.Buffer
	err error
}

func (e *encoder) text(s string) { e.b.WriteString(s) }

func (e *encoder) key(before, key string) { fmt.Fprintf(&e.b, "%s%q:", before, key) }

func (e *encoder) value(v any) {
	if e.err != nil {
		return
	}
	to := json.NewEncoder(&e.b)
	to.SetEscapeHTML(false)
	if e.err = to.Encode(v); e.err == nil {
		e.b.Truncate(e.b.Len() - 1) // the line break that Encode ends with
	}
}

func list[T any](e *encoder, of []T) {
	e.text("[")
	for i, x := range of {
		if i > 0 {
			e.text(",")
		}
		e.text("\n")
		e.value(x)
	}
	e.text("]")
}
