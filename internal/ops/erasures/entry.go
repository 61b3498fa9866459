// Package erasures is the journal of erasures: a file outside of the database that tells,
// without saying whose, what was erased, so that it can be erased again from an older copy
// of the database. It is one JSON object a line, in the order in which they were written.
package erasures

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
)

// Format numbers what a line looks like.
const Format = 1

// Kind is what was erased.
type Kind string

// The kinds of erasures.
const (
	Text       Kind = "text"       // a text, from practices and submissions or everywhere
	Masked     Kind = "masked"     // texts that were taken out of a submission as personal
	Contact    Kind = "contact"    // the contact data of a submission
	Content    Kind = "content"    // all that was sent
	Attachment Kind = "attachment" // a file
	Rows       Kind = "rows"       // rows of a table, whole
	Account    Kind = "account"    // an account that was closed
)

// known are the kinds that this program can do again.
var known = map[Kind]bool{Text: true, Masked: true, Contact: true, Content: true, Attachment: true, Rows: true, Account: true}

// Entry is a line of the journal: an erasure that is about to be done, that it is done
// (Done), or that the line before was cut off when somebody stopped in the middle (Torn).
type Entry struct {
	Format int       `json:"format"`
	ID     string    `json:"id,omitempty"`    // of the erasure, random
	Chain  string    `json:"chain,omitempty"` // of the database, whose copies have the same
	N      int64     `json:"n,omitempty"`     // the number of the erasure in the chain
	At     time.Time `json:"at"`
	Done   bool      `json:"done,omitempty"`
	Torn   bool      `json:"torn,omitempty"`

	Kind        Kind     `json:"kind,omitempty"`
	Everywhere  bool     `json:"everywhere,omitempty"`
	Practices   []int64  `json:"practices,omitempty"`   // by ID
	Submissions []string `json:"submissions,omitempty"` // by reference
	Texts       []Prints `json:"texts,omitempty"`
	// KeepAddresses left web addresses as they were.
	KeepAddresses bool   `json:"keep_addresses,omitempty"`
	File          string `json:"file,omitempty"` // an attachment's public ID
	// Table and Row tell of Rows and Account, with the moment when the row was made: an ID
	// that another copy of the database has given to another row is not taken for it.
	Table string    `json:"table,omitempty"`
	Row   int64     `json:"row,omitempty"`
	Made  time.Time `json:"made,omitzero"`
}

// sumField ends a line: a checksum of all before it.
const sumField = `,"sum":"%08x"}`

var sumLength = len(fmt.Sprintf(sumField, 0))

// Line is the entry as a line of the journal.
func (e Entry) Line() ([]byte, error) {
	e.Format = Format
	b, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	b = b[:len(b)-1] // the brace that closes it
	return fmt.Appendf(b, sumField+"\n", crc32.ChecksumIEEE(b)), nil
}

// errNewer is a line that a newer release has written.
type errNewer struct{ what string }

func (e errNewer) Error() string { return e.what + ": a newer release has written this" }

// readLine reads a line without its line break.
func readLine(line []byte) (e Entry, err error) {
	before := len(line) - sumLength
	if before < 1 || !bytes.Equal(line[before:], fmt.Appendf(nil, sumField, crc32.ChecksumIEEE(line[:before]))) {
		return e, errors.New("damaged")
	}
	var first struct {
		Format int  `json:"format"`
		Kind   Kind `json:"kind"`
	}
	err = json.Unmarshal(line, &first)
	switch {
	case err == nil && first.Format > Format:
		return e, errNewer{fmt.Sprintf("format %d", first.Format)}
	case err == nil && first.Kind != "" && !known[first.Kind]:
		return e, errNewer{fmt.Sprintf("kind %q", first.Kind)}
	case err == nil:
		err = json.Unmarshal(line, &e)
	}
	if err != nil {
		return e, fmt.Errorf("damaged: %w", err)
	}
	if !e.Torn && (e.N < 1 || e.ID == "" || e.Chain == "" || !e.Done && e.Kind == "") {
		return e, errors.New("damaged: it names no erasure")
	}
	return e, nil
}
