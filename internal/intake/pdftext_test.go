package intake

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"praksis/internal/review"
)

// pageOf is a PDF of one page, with what stands on it, the resources it names
// beside the font F, and further objects from 10 on.
func pageOf(content, resources string, more ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	object := func(n int, s string) { fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, s) }
	object(1, "<< /Type /Catalog /Pages 2 0 R /Outlines 20 0 R /Metadata 21 0 R >>")
	object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Annots [10 0 R] /Resources << /Font << /F 5 0 R >> "+resources+" >> >>")
	object(4, fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
	object(5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	for _, s := range more {
		b.WriteString(s + "\n")
	}
	b.WriteString("trailer << /Root 1 0 R /Info 22 0 R >>\nstartxref\n9\n%%EOF\n")
	return b.Bytes()
}

// lines are lines of text on a page.
func lines(s ...string) string {
	var b strings.Builder
	b.WriteString("BT /F 12 Tf 50 700 Td ")
	for _, line := range s {
		fmt.Fprintf(&b, "(%s) Tj 0 -14 Td ", line)
	}
	return b.String() + "ET"
}

const imageObject = "11 0 obj\n<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x00\nendstream\nendobj"

// What is read of a PDF: the digits that are found (2 surely a CPR number, 1
// perhaps), and whether it was read whole.
func TestPDFText(t *testing.T) {
	readyForPDF(t)
	const n = "010190-1234"
	hex := fmt.Sprintf("<FEFF%04X%s>", '0', "0031003000310039003000200031003200330034")
	for _, x := range []struct {
		what  string
		pdf   []byte
		found string
		whole bool
	}{
		{"words", pageOf(lines("Vi gik ture."), ""), "", true},
		{"on a page", pageOf(lines("Borger "+n), ""), "2", true},
		{"over two lines", pageOf(lines("Borger 010190-", "1234 ringede"), ""), "2", true},
		{"over two lines, without a hyphen", pageOf(lines("Borger 010190", "1234 ringede"), ""), "2", true},
		{"in pieces", pageOf("BT /F 12 Tf 50 700 Td (0101) Tj (90) Tj [(-1) -20 (23) 10 (4)] TJ ET", ""), "2", true},
		{"in two columns", pageOf("BT /F 12 Tf 50 700 Td (010190) Tj 60 0 Td (1234) Tj ET", ""), "2", true},
		{"in spaced letters, above a postal code", pageOf(lines("0 1 0 1 9 0 - 1 2 3 4", "8000 Aarhus C"), ""), "1", true},
		{"bare", pageOf(lines("Nr. 0101901234"), ""), "1", true},
		{"in a property", pageOf(lines("x"), "", "22 0 obj\n<< /Title ("+n+") >>\nendobj"), "2", true},
		{"in a property of one's own", pageOf(lines("x"), "", "22 0 obj\n<< /Borger (Nr \\060\\061\\\n0190\\2551234) >>\nendobj"), "2", true},
		{"in a property, in two bytes a letter", pageOf(lines("x"), "", "22 0 obj\n<< /Subject "+hex+" >>\nendobj"), "2", true},
		{"in XMP", pageOf(lines("x"), "", streamAt(21, "/Type /Metadata /Subtype /XML", "<x><dc:title>"+n+"</dc:title></x>")), "2", true},
		{"in XMP, packed", pageOf(lines("x"), "", streamAt(21, "/Type /Metadata /Subtype /XML /Filter /FlateDecode", deflated("<x>"+n+"</x>"))), "2", true},
		{"in a note", pageOf(lines("x"), "", "10 0 obj\n<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Se "+n+") >>\nendobj"), "2", true},
		{"in a link", pageOf(lines("x"), "", "10 0 obj\n<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://x.dk/?c="+n+") >> >>\nendobj"), "2", true},
		{"in a field", pageOf(lines("x"), "", "10 0 obj\n<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [0 0 9 9] /T (cpr) /V ("+n+") >>\nendobj"), "2", true},
		{"in a bookmark", pageOf(lines("x"), "", "20 0 obj\n<< /First 23 0 R >>\nendobj\n23 0 obj\n<< /Title ("+n+") >>\nendobj"), "2", true},
		{"in an object stream", pageOf(lines("x"), "", streamAt(24, "/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", deflated("23 0 << /Title ("+n+") >>"))), "2", true},
		{"two strings are no number", pageOf(lines("x"), "", "22 0 obj\n<< /Title (110320) /Subject (1234) >>\nendobj"), "", true},
		{"a date of making", pageOf(lines("x"), "", "22 0 obj\n<< /CreationDate (D:20200311120000+01'00') >>\nendobj"), "", true},
		{"a picture only", pageOf("q 600 0 0 800 0 0 cm /I Do Q", "/XObject << /I 11 0 R >>", imageObject), "", false},
		{"a small picture only", pageOf("q 60 0 0 80 0 0 cm /I Do Q", "/XObject << /I 11 0 R >>", imageObject), "", false},
		{"a large picture beside words", pageOf(lines("Notat")+" q 500 0 0 600 0 0 cm /I Do Q", "/XObject << /I 11 0 R >>", imageObject), "", false},
		{"a logo beside words", pageOf(lines("Notat")+" q 60 0 0 80 0 0 cm /I Do Q", "/XObject << /I 11 0 R >>", imageObject), "", true},
		{"a picture of some lines beside words", pageOf(lines("Notat")+" q 300 0 0 60 0 0 cm /I Do Q", "/XObject << /I 11 0 R >>", imageObject), "", false},
		{"strips of a picture beside words", pageOf(lines("Notat")+strings.Repeat(" q 300 0 0 8 0 0 cm /I Do Q", 12), "/XObject << /I 11 0 R >>", imageObject), "", false},
		{"a large picture within a form", pageOf(lines("Notat")+" /X Do", "/XObject << /X 12 0 R >>", imageObject,
			streamAt(12, "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /I 11 0 R >> >>", "q 600 0 0 800 0 0 cm /I Do Q")), "", false},
		{"words drawn as lines", pageOf("0 0 m 100 100 l S", ""), "", false},
		{"an empty page", pageOf("", ""), "", true},
		{"a font that does not tell its letters", pageOf("BT /G 12 Tf 50 700 Td <0001000200030004> Tj ET", "/Font << /G 13 0 R >>",
			"13 0 obj\n<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Sans /Encoding /Identity-H /DescendantFonts [14 0 R] >>\nendobj",
			"14 0 obj\n<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Sans /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>\nendobj"), "", false},
		{"a form of another kind", pageOf(lines("x"), "", "23 0 obj\n<< /XFA [(a) 24 0 R] >>\nendobj"), "", false},
		{"no page", pdfOf(""), "", false},
		{"no PDF behind its first line", []byte("%PDF-1.7\nstream\nrubbish\n%%EOF\n"), "", false},
	} {
		text, whole := textOf(t, "a.pdf", x.pdf)
		got := ""
		for _, w := range CheckText(text, false) {
			switch w.Kind {
			case review.WarnCPR:
				got += "2"
			case review.WarnDigits:
				got += "1"
			}
		}
		if got != x.found || whole != x.whole {
			t.Errorf("%s: found %q, want %q; whole %v, want %v: %q", x.what, got, x.found, whole, x.whole, text)
		}
	}
}

func streamAt(n int, dict, content string) string {
	return fmt.Sprintf("%d 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj", n, dict, len(content), content)
}

// readyForPDF waits for the reader, however busy the machine is.
func readyForPDF(t *testing.T) {
	t.Helper()
	Prepare(cacheDir(), slog.Default())
	select {
	case <-pdfs.ready:
	case <-t.Context().Done():
		t.Fatal("the reader is not ready")
	}
}

func TestHyphens(t *testing.T) {
	for in, want := range map[string]string{"bo\x02støtte": "bostøtte", "010190\x021234": "010190-\n1234", "børne-\r\nog": "børne-\r\nog", "x\x02": "x-\n"} {
		if got := hyphens(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// A reader that takes longer than it may is stopped, and the next file is read. What
// it had read by then is there.
func TestPDFReaderIsStopped(t *testing.T) {
	readyForPDF(t)
	ordinary := pageOf(lines("Vi gik ture."), "")
	for _, limit := range []time.Duration{time.Nanosecond, time.Millisecond, 20 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		begun := time.Now()
		text, whole := pdfText(ctx, ordinary)
		cancel()
		if took := time.Since(begun); whole && !strings.Contains(text, "Vi gik ture.") || took > 5*time.Second {
			t.Errorf("within %s: %q, whole %v, after %s", limit, text, whole, took)
		}
		if limit < 2*time.Millisecond && whole {
			t.Errorf("within %s it cannot be whole", limit)
		}
	}
	if len(pdfs.places) != 0 {
		t.Errorf("%d places are left taken", len(pdfs.places))
	}
	if text, whole := pdfText(t.Context(), ordinary); !whole || !strings.Contains(text, "Vi gik ture.") {
		t.Errorf("afterwards: %q, whole %v", text, whole)
	}
}

// What the reader may take is a limit of its process and of WebAssembly, not of the
// server: a process that has no folder to compile into says so, and nothing is
// called read.
func TestPDFReaderWithoutAFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	x := &pdfReader{places: make(chan struct{}, 1), ready: make(chan struct{})}
	x.prepare(file, slog.New(slog.NewTextHandler(&log, nil)))
	<-x.ready
	if text, whole := x.read(t.Context(), pageOf(lines("Vi gik ture."), "")); whole || text != "" || !strings.Contains(log.String(), "cannot be started") {
		t.Errorf("%q, whole %v, log %s", text, whole, log.String())
	}
}
