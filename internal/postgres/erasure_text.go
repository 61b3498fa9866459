package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

// contentRow is a row with JSON of a record, or of an event's texts.
type contentRow struct {
	ID      int64
	N       int // of a submission's version
	Content []byte
}

// contents calls put for the rows of a query that had the text, without it.
// Their JSON is else as it was written, in whatever format.
func (e *eraser) contents(ctx context.Context, of, sql string, args []any, put func(contentRow) error) error {
	rows, _ := e.tx.Query(ctx, sql, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[contentRow])
	if err != nil {
		return err
	}
	for _, x := range list {
		content, found, err := e.json(of, x.Content)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		x.Content = content
		if err := put(x); err != nil {
			return err
		}
	}
	return nil
}

// json is JSON without the text, and whether it had it.
func (e *eraser) json(of string, content []byte) (out []byte, found bool, err error) {
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, false, err
	}
	before := e.found
	v = e.walk(of, "", v)
	out, err = json.Marshal(v)
	return out, e.found > before, err
}

// walk takes the text out of the strings of a JSON value. path is where it
// stands, as Field.Path.
func (e *eraser) walk(of, path string, v any) any {
	switch x := v.(type) {
	case map[string]any:
		for name, y := range x {
			x[name] = e.walk(of, strings.TrimPrefix(path+"."+name, "."), y)
		}
	case []any:
		for i, y := range x {
			x[i] = e.walk(of, path+"[]", y)
		}
	case string:
		if out := e.leaf(of, path, x); out != x {
			e.found++
			return out
		}
	}
	return v
}

// codeForm is how codes, references and dates are written. What stands in their
// place and looks different is a text that somebody typed.
var codeForm = regexp.MustCompile(`^[a-z0-9]+([-_][a-z0-9]+)*$`)

// codeInChange are the fields of a change of the vocabularies that hold codes,
// references and dates (text_may_go).
var codeInChange = regexp.MustCompile(`\.item\.(noun|key)$|\.(kind|code|parent|successor|followed_by|retired|asked|date|valid_from|valid_to|revision|contact_forms|members)\[\]$`)

// codeInContrast are the codes and references of a contrast that is kept.
var codeInContrast = regexp.MustCompile(`^(slug|code|kind|key|effect|voices?\[\])$`)

// leaf is a string without the text, unless it is a code, a reference or a date:
// the database refuses to change those (text_may_go).
func (e *eraser) leaf(of, path, s string) string {
	switch {
	case of == "saved_form": // names and values of a form: each may be an address too
		return e.inAddress.ReplaceAllLiteralString(e.erase(s), review.ErasedMark)
	case of == "vocabulary_event" && codeInChange.MatchString(path) && codeForm.MatchString(s):
		return s
	case of == "vocabulary_event", of == "erasure":
		return e.erase(s)
	case of == "shortlist_edition": // findings, and whose they are
		if name := path[strings.LastIndexByte(path, '.')+1:]; codeForm.MatchString(s) && codeInContrast.MatchString(name) {
			return s
		}
		return e.erase(s)
	case of == "source_document_text":
		path = "sources[]." + path
	}
	f := catalogue.FieldAt(strings.TrimPrefix(path, "practice."))
	isText := f != nil && (f.Kind == catalogue.FieldLine || f.Kind == catalogue.FieldProse || f.Kind == catalogue.FieldURL)
	switch name := path[strings.LastIndexByte(path, '.')+1:]; {
	case isText && f.Kind == catalogue.FieldURL, path == "link":
		if e.keepAddresses {
			return s
		}
		return e.address(s)
	case isText, path == "text", of == "practice_event", name == "name", name == "short_name", name == "label", name == "written", !codeForm.MatchString(s):
		return e.erase(s)
	}
	return s
}

type text struct {
	ID   int64
	Text string
}

// texts are those of a query on a table that had the text, without it.
func (e *eraser) texts(ctx context.Context, of, sql string, ids []int64) (out []text, err error) {
	rows, _ := e.tx.Query(ctx, sql, ids)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[text])
	for _, x := range list {
		if s := e.erase(x.Text); s != x.Text {
			e.rows[of]++
			out = append(out, text{x.ID, s})
		}
	}
	return out, err
}
