package intake

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// pdfMarks are names that stand for what a PDF may not carry, and why.
var pdfMarks = []struct{ mark, message string }{
	{"/Encrypt", "PDF-filen er beskyttet med adgangskode eller kryptering. Fjern beskyttelsen, og prøv igen."},
	{"/JavaScript", "PDF-filen har et program i sig (JavaScript). Udskriv den til en ny PDF, og prøv igen."},
	{"/Launch", "PDF-filen kan starte programmer. Udskriv den til en ny PDF, og prøv igen."},
	{"/EmbeddedFile", "Der er lagt andre filer ind i PDF-filen. Udskriv den til en ny PDF, og prøv igen."},
	{"/RichMedia", "PDF-filen har film eller programmer i sig. Udskriv den til en ny PDF, og prøv igen."},
}

// pdf checks a PDF: whole, open, and without programs and files in it, also
// where they are listed in a compressed object stream.
func (f *File) pdf(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return refuse(damaged)
	}
	if zip, err := endsAsZip(r, size); err != nil {
		return err
	} else if zip {
		return refuse(twofold)
	}
	var streams []int64
	err := pdfScan(io.NewSectionReader(r, 0, size), func(at int64) { streams = append(streams, at) })
	if err != nil {
		return err
	}
	left := int64(maxUnpacked)
	for _, at := range streams {
		if err := objectStream(r, at, size, &left); err != nil {
			return err
		}
	}
	return nil
}

// hidden is said of what cannot be looked into.
const hidden = "PDF-filen er pakket på en måde, vi ikke kan læse. Udskriv den til en ny PDF, og prøv igen."

var objStm = []byte("/ObjStm")

// maxStreams is more object streams than ten megabytes of PDF have.
const maxStreams = 5000

// pdfScan looks for the marks and tells where object streams are.
func pdfScan(r io.Reader, stream func(at int64)) error {
	var refused error
	last, n := int64(-1), 0
	err := windows(r, func(at int64, b []byte) bool {
		// A name may be written with #xx for its letters.
		plain := b
		if bytes.IndexByte(b, '#') >= 0 {
			plain = unescape(b)
		}
		for _, m := range pdfMarks {
			if bytes.Contains(plain, []byte(m.mark)) {
				refused = refuse("%s", m.message)
				return false
			}
		}
		if stream == nil {
			return true
		}
		if len(plain) != len(b) && bytes.Count(plain, objStm) != bytes.Count(b, objStm) {
			refused = refuse(hidden)
			return false
		}
		for i := 0; ; {
			j := bytes.Index(b[i:], objStm)
			if j < 0 {
				return true
			}
			i += j + 1
			if pos := at + int64(i); pos > last {
				last = pos
				stream(pos)
				if n++; n > maxStreams {
					refused = refuse(damaged)
					return false
				}
			}
		}
	})
	if refused != nil {
		return refused
	}
	return err
}

// objectStream looks through the object stream of which the dictionary names
// its kind at a place.
func objectStream(r io.ReaderAt, at, size int64, left *int64) error {
	head := make([]byte, 2048)
	n, err := r.ReadAt(head, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	i := bytes.Index(head, []byte("stream"))
	if i < 0 {
		return nil // a mention of it
	}
	i += len("stream")
	if i < len(head) && head[i] == '\r' {
		i++
	}
	if i < len(head) && head[i] == '\n' {
		i++
	}
	section := io.NewSectionReader(r, at+int64(i), size-at-int64(i))
	z, err := zlib.NewReader(section)
	if err != nil {
		// Not packed, and so looked through already; unless a filter is named
		// nearby.
		before := make([]byte, min(at, overlap))
		if _, err := r.ReadAt(before, at-int64(len(before))); err != nil {
			return err
		}
		if !bytes.Contains(append(before, head[:i]...), []byte("/F")) {
			return nil
		}
		return refuse(hidden)
	}
	in := &limited{r: z, left: left}
	err = pdfScan(in, nil)
	var e *Error
	switch {
	case errors.As(err, &e):
		return err
	case in.over:
		return refuse(tooMuch)
	case err != nil:
		return refuse(damaged)
	}
	return nil
}

// unescape replaces #xx by the byte that it stands for.
func unescape(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '#' && i+2 < len(b) {
			hi, ok1 := hexDigit(b[i+1])
			lo, ok2 := hexDigit(b[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

func hexDigit(b byte) (byte, bool) {
	switch {
	case b >= '0' && b <= '9':
		return b - '0', true
	case b >= 'a' && b <= 'f':
		return b - 'a' + 10, true
	case b >= 'A' && b <= 'F':
		return b - 'A' + 10, true
	}
	return 0, false
}
