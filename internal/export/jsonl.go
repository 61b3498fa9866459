// Package export writes a selection of practices as a document, and reads the
// one format that can come back: JSON Lines, one catalogue.Practice a line.
// The README describes it.
package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// maxLine bounds a line in bytes: more than all texts of a practice at their
// longest.
const maxLine = 4 << 20

// WriteLine writes a practice as one line, with its format and its verdicts,
// without what belongs to this catalogue alone.
func WriteLine(w io.Writer, p *catalogue.Practice) error {
	c := *p
	c.ClearMeta(catalogue.MetaKept)
	b, err := json.Marshal(c.Record())
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Reader reads practices line by line.
type Reader struct {
	r         *bufio.Reader
	line      int
	converted []catalogue.Conversion
}

// NewReader reads JSON Lines; a byte order mark and blank lines are passed over.
func NewReader(r io.Reader) *Reader {
	b := bufio.NewReaderSize(r, 64<<10)
	if start, _ := b.Peek(3); bytes.Equal(start, []byte("\ufeff")) {
		_, _ = b.Discard(3) // peeked above
	}
	return &Reader{r: b}
}

// LineError is a line that is no practice; reading can go on after it.
// Message is in plain Danish.
type LineError struct{ Message string }

func (e *LineError) Error() string { return e.Message }

// Line is the number of the line read last, from 1.
func (r *Reader) Line() int { return r.line }

// Converted tells what the line read last said in an older format.
func (r *Reader) Converted() []catalogue.Conversion { return r.converted }

// Next gives the next practice, a *LineError, io.EOF, or the error of reading.
func (r *Reader) Next() (*catalogue.Practice, error) {
	r.converted = nil
	for {
		line, err := r.readLine()
		if err != nil {
			return nil, err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if !utf8.Valid(line) {
			return nil, &LineError{"Linjen er ikke UTF-8. Gem filen som UTF-8."}
		}
		p, converted, err := catalogue.ReadRecord(line)
		if err != nil {
			return nil, &LineError{explain(err)}
		}
		r.converted = converted
		return p, nil
	}
}

// readLine reads to the end of the line. A line that is too long is read past.
func (r *Reader) readLine() ([]byte, error) {
	var line []byte
	tooLong := false
	for {
		part, err := r.r.ReadSlice('\n')
		if !tooLong {
			line = append(line, part...)
			tooLong = len(line) > maxLine
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case err != nil && len(line) == 0:
			return nil, io.EOF
		}
		r.line++
		if tooLong {
			return nil, &LineError{fmt.Sprintf("Linjen er for lang (over %d MB).", maxLine>>20)}
		}
		return line, nil
	}
}

// kinds are the kinds of JSON values in Danish.
var kinds = map[string]string{"string": "en tekst", "number": "et tal", "array": "en liste", "object": "et objekt", "bool": "ja eller nej"}

func explain(err error) string {
	if recordError, ok := errors.AsType[catalogue.RecordError](err); ok {
		return string(recordError)
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("Linjen er ikke gyldig JSON. Fejlen står ved tegn %d.", syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "Linjen er ikke gyldig JSON. Den slutter for tidligt."
	case errors.As(err, &kind):
		found := kinds[strings.Fields(kind.Value + " ")[0]]
		if field := strings.TrimPrefix(kind.Field, "plain."); field != "" {
			return fmt.Sprintf("Feltet »%s« kan ikke være %s.", field, found)
		}
		return fmt.Sprintf("Linjen er %s. Den skal være ét eksempel som et objekt.", found)
	}
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		return "Linjen har et felt, som vi ikke kender: »" + strings.Trim(name, `"`) + "«."
	}
	return "Linjen har en værdi, der ikke kan læses, fx et tidspunkt." // the error would quote the line
}
