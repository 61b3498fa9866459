package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"praksis/internal/review"
)

// Checked is a file that was looked at whole and may be kept.
type Checked struct {
	File
	Size     int64 // in bytes, as it is kept
	SHA256   [32]byte
	TextRead bool // all its text has been read for personal data
	Digits   bool // it has ten digits that were declared to be no CPR number
	Scanned  bool // a virus scanner found nothing
	// ScanError is why a scanner that is there could not tell.
	ScanError error

	changed []byte // as it is kept, where that is not as it came
}

// ErrDigits is of a file with ten digits that may be something else than a CPR number.
// It is not kept before somebody says so.
var ErrDigits = &Error{"Der står ti tal i filen, som kan være et CPR-nummer. Fjern dem, eller sæt kryds ved, at det ikke er et CPR-nummer. Vælg så filen igen. Vi har ikke gemt den."}

// Check looks at a file that somebody sends: what it is, whether it may be kept, and
// whether its name or its words have a CPR number (domain.md, "From tip to published").
// notCPR is the declaration that ten digits in it are something else; clamd the address
// of a virus scanner (Scan), empty for none. A scanner that is away keeps no file out.
// The error is an *Error where the file is refused, ErrDigits where a declaration would
// do.
func Check(ctx context.Context, in io.ReaderAt, size int64, name string, notCPR bool, clamd string) (c Checked, err error) {
	if review.HoldsCPR(name) {
		return c, refuse("Filens navn ser ud til at have et CPR-nummer. Giv filen et andet navn.")
	}
	if c.File, err = Recognise(in, size, name); err != nil {
		return c, err
	}
	text, read, err := Text(in, size, c.File)
	if err != nil {
		return c, err
	}
	c.TextRead = read
	bare, certain := HoldsCPR(text)
	switch {
	case certain:
		return c, refuse("Der står noget i filen, der ligner et CPR-nummer. Fjern det, og vælg filen igen. Vi har ikke gemt den.")
	case bare && !notCPR:
		return c, ErrDigits
	}
	c.Digits = bare
	kept := in
	if c.Size = size; c.Changed {
		if c.changed, err = Kept(in, size, c.File); err != nil {
			return c, err
		}
		kept, c.Size = bytes.NewReader(c.changed), int64(len(c.changed))
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(kept, 0, c.Size)); err != nil {
		return c, err
	}
	h.Sum(c.SHA256[:0])
	if clamd == "" {
		return c, nil
	}
	err = Scan(ctx, clamd, io.NewSectionReader(in, 0, size))
	if _, refused := errors.AsType[*Error](err); refused {
		return c, err
	}
	c.Scanned, c.ScanError = err == nil, err
	return c, nil
}

// Open gives what opens the file as it is kept; asCame opens it as it came.
func (c *Checked) Open(asCame func() (io.ReadCloser, error)) func() (io.ReadCloser, error) {
	if c.changed == nil {
		return asCame
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.changed)), nil }
}

// ScanResult is what is kept of the scan: "clean", or nothing.
func (c *Checked) ScanResult() string {
	if c.Scanned {
		return "clean"
	}
	return ""
}

// HoldsCPR tells whether a text has ten digits that may be a CPR number, and whether it
// has a number that no declaration makes another one.
func HoldsCPR(text string) (bare, certain bool) {
	blocks := func(notCPR bool) bool {
		for _, w := range CheckText(text, notCPR) {
			if w.Blocks {
				return true
			}
		}
		return false
	}
	if certain = blocks(true); certain {
		return true, true
	}
	return blocks(false), false
}
