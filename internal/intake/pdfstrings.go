package intake

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// between stands between two strings of a PDF, so that no number is made of two.
const between = "\n;\n"

// pdfStrings adds every string of a PDF's objects: properties, notes, bookmarks,
// fields, alternative texts, addresses of links. whole is false when a part of
// it cannot be read.
func pdfStrings(b []byte, w *words) (whole bool) {
	s := pdfScanner{w: w, whole: true, left: maxUnpacked}
	s.objects(b, true)
	return s.whole
}

type pdfScanner struct {
	w     *words
	whole bool
	left  int64
}

// objects reads objects as they are written, and the streams among them that
// hold further ones.
func (s *pdfScanner) objects(b []byte, streams bool) {
	dict := 0 // where the last object begins
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '%' && !bytes.HasPrefix(b[i:], []byte("%%")):
			i = lineEnd(b, i)
		case c == '(':
			var text []byte
			text, i = literal(b, i)
			s.text(text)
		case c == '<' && i+1 < len(b) && b[i+1] == '<':
			i += 2
		case c == '<':
			var text []byte
			text, i = hexString(b, i)
			s.text(text)
		case streams && c == 'o' && bytes.HasPrefix(b[i:], []byte("obj")):
			i += len("obj")
			dict = i
		case streams && c == 's' && (bytes.HasPrefix(b[i:], []byte("stream\r")) || bytes.HasPrefix(b[i:], []byte("stream\n"))):
			from := i + len("stream")
			to := bytes.Index(b[from:], []byte("endstream"))
			if to < 0 {
				s.whole = false
				return
			}
			s.stream(unescape(b[dict:i]), b[from:from+to])
			i = from + to + len("endstream")
		case c == '/' && bytes.HasPrefix(b[i:], []byte("/XFA")): // a form of another kind
			s.whole = false
			i++
		default:
			i++
		}
	}
}

func lineEnd(b []byte, i int) int {
	if n := bytes.IndexAny(b[i:], "\r\n"); n >= 0 {
		return i + n
	}
	return len(b)
}

// stream reads a stream with objects or properties in it. Those of pages, fonts
// and pictures are the reader's.
func (s *pdfScanner) stream(dict, b []byte) {
	packed := bytes.Contains(dict, []byte("/ObjStm"))
	properties := bytes.Contains(dict, []byte("/Metadata")) && bytes.Contains(dict, []byte("/XML"))
	if !packed && !properties {
		return
	}
	b = bytes.TrimPrefix(bytes.TrimPrefix(b, []byte("\r")), []byte("\n"))
	if bytes.Contains(dict, []byte("/Filter")) {
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			s.whole = false
			return
		}
		in := &limited{r: z, left: &s.left}
		b, err = io.ReadAll(in)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			s.whole = false
		}
	}
	if packed {
		s.objects(b, false)
		return
	}
	s.add(strings.ToValidUTF8(string(b), ""))
}

// text adds a string in one of the three encodings.
func (s *pdfScanner) text(b []byte) {
	switch {
	case bytes.HasPrefix(b, []byte("\xfe\xff")) || bytes.HasPrefix(b, []byte("\xff\xfe")):
		var units []uint16
		for i := 2; i+1 < len(b); i += 2 {
			u := uint16(b[i])<<8 | uint16(b[i+1])
			if b[0] == 0xff {
				u = uint16(b[i+1])<<8 | uint16(b[i])
			}
			units = append(units, u)
		}
		s.add(string(utf16.Decode(units)))
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		s.add(strings.ToValidUTF8(string(b[3:]), ""))
	case utf8.Valid(b):
		s.add(string(b))
	default: // each byte a letter, as far as numbers and what stands in them go
		runes := make([]rune, len(b))
		for i, c := range b {
			switch c {
			case 0x84, 0x85: // the dashes of PDFDocEncoding
				runes[i] = '-'
			default:
				runes[i] = rune(c)
			}
		}
		s.add(string(runes))
	}
}

// minString is the length from which a string may be a part of a number, in bytes.
const minString = 4

func (s *pdfScanner) add(text string) {
	if len(text) < minString {
		return
	}
	if s.w.add(text+between) != nil {
		s.whole = false
	}
}

// literal is a string in parentheses, and where it ends.
func literal(b []byte, i int) ([]byte, int) {
	var out []byte
	depth := 0
	for ; i < len(b); i++ {
		switch c := b[i]; c {
		case '(':
			if depth++; depth > 1 {
				out = append(out, c)
			}
		case ')':
			if depth--; depth == 0 {
				return out, i + 1
			}
			out = append(out, c)
		case '\\':
			if i++; i >= len(b) {
				return out, i
			}
			switch c := b[i]; {
			case c == 'n' || c == 'r' || c == 'f' || c == 't' || c == 'b':
				out = append(out, map[byte]byte{'n': '\n', 'r': '\r', 'f': '\f', 't': '\t', 'b': '\b'}[c])
			case c >= '0' && c <= '7':
				n := 1
				for n < 3 && i+n < len(b) && b[i+n] >= '0' && b[i+n] <= '7' {
					n++
				}
				v, _ := strconv.ParseUint(string(b[i:i+n]), 8, 16) // octal digits alone
				out = append(out, byte(v))
				i += n - 1
			case c == '\r' || c == '\n': // the string goes on
				if c == '\r' && i+1 < len(b) && b[i+1] == '\n' {
					i++
				}
			default:
				out = append(out, c)
			}
		default:
			out = append(out, c)
		}
	}
	return out, i
}

// hexString is a string in hexadecimal digits, and where it ends.
func hexString(b []byte, i int) ([]byte, int) {
	var out []byte
	high := -1
	for i++; i < len(b); i++ {
		if b[i] == '>' {
			i++
			break
		}
		d, ok := hexDigit(b[i])
		switch {
		case !ok && strings.IndexByte(" \t\r\n\f\x00", b[i]) < 0:
			return out, i // no string
		case !ok:
		case high < 0:
			high = int(d)
		default:
			out = append(out, byte(high)<<4|d)
			high = -1
		}
	}
	if high >= 0 {
		out = append(out, byte(high)<<4)
	}
	return out, i
}
