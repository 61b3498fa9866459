package intake

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// The words on the pages of a PDF are read by PDFium, Chromium's own reader, as
// WebAssembly: it sees no file of the machine and needs none of its programs. It
// works in a process of its own (pdfprocess.go).
const (
	pdfMemory = 256 << 20 // bytes of the reader
	maxPages  = 1000
	// maxInside is how deep forms within forms of a page are looked through for
	// pictures, and maxObjects how many of its objects.
	maxInside, maxObjects = 6, 20_000
)

// newPDFium makes the reader, with what was compiled of it kept in a folder: that
// takes seconds once.
func newPDFium(ctx context.Context, compiled string) (pdfium.Pool, error) {
	const page = 64 << 10 // bytes, of WebAssembly
	cache, err := wazero.NewCompilationCacheWithDir(compiled)
	if err != nil {
		return nil, err
	}
	return webassembly.Init(webassembly.Config{Context: ctx, MaxTotal: 1, Stdout: io.Discard, Stderr: io.Discard,
		FSConfig: wazero.NewFSConfig(), // no file of the machine
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(pdfMemory / page).WithCompilationCache(cache)})
}

// errUnread says that a PDF cannot be read whole.
var errUnread = errors.New("the PDF cannot be read whole")

// pdfPages adds the words on the pages, and calls done after each. The error says
// that it has not read all of them.
func pdfPages(reader pdfium.Pdfium, b []byte, w *words, done func()) error {
	opened, err := reader.OpenDocument(&requests.OpenDocument{File: &b})
	if err != nil {
		return err
	}
	doc := opened.Document
	n, err := reader.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil {
		return err
	}
	if n.PageCount == 0 || n.PageCount > maxPages {
		err = errUnread
	}
	for i := range min(n.PageCount, maxPages) {
		p := pdfPage{reader: reader, doc: doc, index: i}
		pageErr := p.read(w)
		full := w.add("\n")
		done()
		if errors.Is(pageErr, errEnough) || full != nil {
			return errors.Join(pageErr, full)
		}
		err = errors.Join(err, pageErr)
	}
	return err
}

// pdfPage is one page being read.
type pdfPage struct {
	reader  pdfium.Pdfium
	doc     references.FPDF_DOCUMENT
	index   int
	handle  requests.Page
	objects int
	area    float32 // of its pictures, in square points
}

func (p *pdfPage) read(w *words) error {
	loaded, err := p.reader.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: p.doc, Index: p.index})
	if err != nil {
		return err
	}
	defer func() { _, _ = p.reader.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}) }() // it goes with the reader
	p.handle = requests.Page{ByReference: &loaded.Page}
	letters, err := p.text(w)
	if errors.Is(err, errEnough) {
		return err
	}
	return errors.Join(err, p.pictures(letters))
}

// text adds the words of the page and tells whether there are any.
func (p *pdfPage) text(w *words) (letters bool, err error) {
	loaded, err := p.reader.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: p.handle})
	if err != nil {
		return false, err
	}
	page := loaded.TextPage
	defer func() { _, _ = p.reader.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: page}) }() // it goes with the reader
	n, err := p.reader.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: page})
	if err != nil {
		return false, err
	}
	var b strings.Builder
	for i := range min(n.Count, MaxText+1) {
		c, err := p.reader.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: page, Index: i})
		if err != nil {
			return letters, errors.Join(err, w.add(hyphens(b.String())))
		}
		r := symbol(rune(c.Unicode))
		letters = letters || !unicode.IsSpace(r)
		mapped := r != 0 && !unicode.Is(unicode.Co, r)
		// To ask takes as long as to read: of letters it is asked now and then.
		if mapped && (i%16 == 0 || !unicode.IsLetter(r) && !unicode.IsSpace(r)) {
			x, err := p.reader.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: page, Index: i})
			if err != nil {
				return letters, errors.Join(err, w.add(hyphens(b.String())))
			}
			mapped = !x.HasUnicodeMapError
		}
		if !mapped {
			r = utf8.RuneError
		}
		b.WriteRune(r)
	}
	text := hyphens(b.String())
	if err := w.add(text); err != nil {
		return letters, err
	}
	if n.Count > MaxText || strings.Count(text, unmapped) > fewUnmapped || nearNumber.MatchString(text) {
		return letters, errUnread
	}
	return letters, nil
}

// A sign that a font does not name stands in most long papers of mathematicians.
// A few on a page are no words; two together, and one beside a digit, may be.
const (
	unmapped    = string(utf8.RuneError)
	fewUnmapped = 3
)

var nearNumber = regexp.MustCompile(`\x{FFFD}\s?[\x{FFFD}\p{Nd}\p{Pd}]|[\p{Nd}\p{Pd}]\s?\x{FFFD}`)

// symbol is what stands for a sign of a symbol font, whose bytes are mapped to
// U+F000 to U+F0FF.
func symbol(r rune) rune {
	if r >= 0xf020 && r <= 0xf0ff {
		return r - 0xf000
	}
	return r
}

// lineHyphen is what PDFium writes for a hyphen and the line break behind it.
const lineHyphen = '\x02'

// hyphens joins words that are cut at the end of a line. A number that is cut
// there stays in its parts.
func hyphens(s string) string {
	if !strings.ContainsRune(s, lineHyphen) {
		return s
	}
	runes := []rune(s)
	var b strings.Builder
	for i, r := range runes {
		switch {
		case r != lineHyphen:
			b.WriteRune(r)
		case i == 0 || i+1 == len(runes) || !unicode.IsLetter(runes[i-1]) || !unicode.IsLetter(runes[i+1]):
			b.WriteString("-\n")
		case suspends(string(runes[i+1 : min(len(runes), i+1+longestSuspended)])):
			b.WriteString("- ") // "dag- og døgntilbud"
		}
	}
	return b.String()
}

// pictures says that there may be words in pictures: on a page without any other
// words, and where they are together larger than logos are.
func (p *pdfPage) pictures(letters bool) error {
	n, err := p.reader.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p.handle})
	if err != nil || n.Count == 0 {
		return err
	}
	if !letters {
		return errUnread
	}
	for i := range n.Count {
		o, err := p.reader.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p.handle, Index: i})
		if err != nil {
			return err
		}
		if _, err := p.picture(o.PageObject, 0); err != nil {
			return err
		}
	}
	return nil
}

// picture adds the area of an object that is or holds a picture, and is errUnread
// when there are too many. Pictures within a form are measured by that form: each
// may be all of it.
func (p *pdfPage) picture(o references.FPDF_PAGEOBJECT, depth int) (is bool, err error) {
	if p.objects++; p.objects > maxObjects || depth > maxInside {
		return false, errUnread
	}
	kind, err := p.reader.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil {
		return false, err
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_IMAGE:
		is = true
	case enums.FPDF_PAGEOBJ_FORM:
		n, err := p.reader.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
		if err != nil {
			return false, err
		}
		for i := range n.Count {
			x, err := p.reader.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)})
			if err != nil {
				return false, err
			}
			inside, err := p.picture(x.PageObject, depth+1)
			if err != nil {
				return false, err
			}
			is = is || inside
		}
	}
	if !is || depth > 0 {
		return is, nil
	}
	at, err := p.reader.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
	if err != nil {
		return true, err
	}
	if p.area += (at.Right - at.Left) * (at.Top - at.Bottom); !(p.area < maxLogos*pointsInCM*pointsInCM) {
		return true, errUnread
	}
	return true, nil
}
