package erasures

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// Journal is what was read of one file.
type Journal struct {
	Name    string
	Entries []Entry
	// Cut tells that the last line is damaged, as after a crash: an erasure that was about
	// to be done, and was not.
	Cut bool
}

// maxLine bounds a line, in bytes.
const maxLine = 1 << 20

// ReadFile reads a journal.
func ReadFile(path string) (Journal, error) {
	f, err := os.Open(path)
	if err != nil {
		return Journal{}, err
	}
	defer f.Close()
	return Read(f, path)
}

// firstBytes begin every line.
var firstBytes = []byte(`{"format":`)

// Read reads the journal of a name. A damaged line is passed over where it is the last one,
// or where the next says that it was cut off; any other is an error.
func Read(r io.Reader, name string) (Journal, error) {
	j := Journal{Name: name}
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	var damaged error // of the line before
	var only []byte   // as long as there is one line
	n := 1
	for ; in.Scan(); n++ {
		if n == 1 {
			only = bytes.Clone(in.Bytes())
		}
		e, err := readLine(in.Bytes())
		if newer := (errNewer{}); errors.As(err, &newer) {
			return Journal{}, fmt.Errorf("%s: line %d: %w; use that one", name, n, err)
		}
		if damaged != nil && !(err == nil && e.Torn) {
			return Journal{}, fmt.Errorf("%s: line %d is damaged, and more follows it: take a whole copy of this journal", name, n-1)
		}
		if damaged = err; err == nil && !e.Torn {
			j.Entries = append(j.Entries, e)
		}
	}
	if err := in.Err(); err != nil {
		return Journal{}, fmt.Errorf("%s: line %d: %w: this is no journal of erasures, or it is damaged; take a whole copy of it", name, n, err)
	}
	// Somebody who gives the wrong file would else be told that all is erased.
	if damaged != nil && n == 2 && !bytes.HasPrefix(only, firstBytes) && !bytes.HasPrefix(firstBytes, only) {
		return Journal{}, fmt.Errorf("%s is no journal of erasures: give erasures.jsonl of an instance's data folder, or what --erasure-journal names", name)
	}
	j.Cut = damaged != nil
	return j, nil
}
