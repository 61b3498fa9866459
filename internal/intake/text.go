package intake

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errEnough ends a reading when there is enough text.
var errEnough = errors.New("enough text")

// Text gives the words of a DOCX or ODT that Recognise has taken: paragraphs,
// tables, notes, comments, headers, what was struck out, and what pictures are
// said to show; and those of a PDF. whole is false when there may be more: it was
// cut at MaxText, or a part of it cannot be read. Pictures give nothing: an editor
// looks through them.
func Text(r io.ReaderAt, size int64, f File) (text string, whole bool, err error) {
	if f.Type == PDF {
		b := make([]byte, size)
		if _, err := r.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
			return "", false, err
		}
		text, whole := pdfText(context.Background(), b)
		return text, whole, nil
	}
	if f.Type != DOCX && f.Type != ODT {
		return "", false, nil
	}
	a, err := openArchive(r, size)
	if err != nil {
		return "", false, err
	}
	w := words{}
	for _, e := range a.entries {
		if !readPart(e.Name) {
			continue
		}
		take := w.docx
		if f.Type == ODT {
			take = w.odt
		}
		w.begins(f.Type, e.Name)
		err := a.tokens(e, take)
		switch _, refused := errors.AsType[*Error](err); {
		case errors.Is(err, errEnough):
			return w.String(), false, nil
		case refused && !main(f, e.Name): // the document itself can be read
			f.Readable = false
		case err != nil:
			return "", false, err
		}
		if w.ends() != nil {
			return w.String(), false, nil
		}
	}
	return w.String(), f.Readable, nil
}

// main tells whether a part holds the document itself, which is not taken when
// it cannot be read.
func main(f File, name string) bool {
	return f.Type == DOCX && strings.HasPrefix(name, "word/") && path.Ext(name) == ".xml" || name == "content.xml" || name == "styles.xml"
}

// readPart tells whether a part of a document is read: all that is XML, whatever
// it is for, so that properties, custom data, relations and settings are.
func readPart(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xml", ".rels", ".rdf", ".svg":
		return true
	}
	return false
}

// words gathers text up to MaxText characters.
type words struct {
	strings.Builder
	n           int
	inText      int
	inParagraph int
	only        bool // the codes of fields alone
	own         bool // data of one's own, in which no number is the word processor's
	// held is the line break of a paragraph that has ended: at the end of a cell
	// there is none.
	held          bool
	inRun, hidden bool
	joined        []*joined // the other readings
	changes       changes
}

// aside takes what stands beside the text, in an attribute or an element: it may
// have a number in it by itself. All else there is no text.
func (w *words) aside(s string) error {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	if n < 10 || w.only {
		return nil
	}
	return w.beside(between + s + between)
}

// drawn are attributes with the points of drawings and their packed pictures,
// and those that word processors count or draw at random, of any element
// of theirs (countedAs) or, as val, of a few (countedVal).
var (
	drawn      = map[string]bool{"d": true, "points": true, "path": true, "viewBox": true, "gfxdata": true, "enhanced-path": true, "coordsize": true, "connectlocs": true, "textboxrect": true, "wrapcoords": true, "adj": true}
	countedAs  = regexp.MustCompile(`^(?:id|rsid[A-Za-z]*|(?:paragraph-)?rsid|paraId|paraIdParent|textId|durableId|continue-list|continue-numbering|relativeHeight|spid|panose|cx|cy|x|y|x1|x2|y1|y2|pos[XY]|dist[TBLR])$`)
	countedVal = map[string]bool{"id": true, "rsid": true, "rsidRoot": true, "axId": true, "crossAx": true, "creationId": true, "nsid": true, "tmpl": true, "lsid": true, "docId": true, "durableId": true, "panose1": true}
	// machineMade is how such a number is written.
	machineMade = regexp.MustCompile(`^(?:list|control|_x0000_[a-z])?-?[0-9]+$`)
)

// counted tells whether an attribute is a number that no person wrote. Every
// other one is read: data of one's own (customXml) has names of its own.
func (w *words) counted(x xml.StartElement, a xml.Attr) bool {
	if a.Name.Space == "xmlns" {
		return true
	}
	if w.own {
		return false
	}
	name := a.Name.Local
	return drawn[name] || machineMade.MatchString(a.Value) && (countedAs.MatchString(name) || name == "val" && countedVal[x.Name.Local])
}

// attributes takes those of an element.
func (w *words) attributes(x xml.StartElement) error {
	for _, a := range x.Attr {
		if w.counted(x, a) {
			continue
		}
		if err := w.aside(a.Value); err != nil {
			return err
		}
	}
	return nil
}

func (w *words) add(s string) error {
	if room := MaxText - w.n; utf8.RuneCountInString(s) > room {
		s = string([]rune(s)[:room])
		w.WriteString(s)
		w.n = MaxText
		return errEnough
	}
	w.WriteString(s)
	w.n += utf8.RuneCountInString(s)
	return nil
}

// docx takes w:t, and the t of drawings, with paragraphs and cells apart.
func (w *words) docx(t xml.Token) error {
	switch x := t.(type) {
	case xml.StartElement:
		if err := w.attributes(x); err != nil {
			return err
		}
		if err := w.opens(x.Name, apartDOCX); err != nil {
			return err
		}
		return w.begin(x)
	case xml.EndElement:
		if err := w.docxEnd(x); err != nil {
			return err
		}
		return w.shuts(x.Name, apartDOCX)
	case xml.CharData:
		if w.inText > 0 {
			return w.write(string(x))
		}
		return w.aside(string(x))
	}
	return nil
}

func (w *words) docxEnd(x xml.EndElement) error {
	switch x.Name.Local {
	case "t", "delText", "instrText", "delInstrText":
		w.inText = max(0, w.inText-1)
	case "r":
		w.inRun = false
		if w.hidden {
			w.hidden = false
			return w.shutApart()
		}
	case "p":
		w.inParagraph = max(0, w.inParagraph-1)
		return w.paragraphEnds()
	case "tr":
		return w.write("\n")
	case "tc":
		return w.cellEnds()
	}
	return nil
}

func (w *words) begin(x xml.StartElement) error {
	switch x.Name.Local {
	case "p":
		// A text box stands in the middle of a paragraph.
		if w.inParagraph++; w.inParagraph > 1 {
			return w.write("\n")
		}
	case "r":
		w.inRun = true
	case "vanish": // a run that no reader sees
		if on := attr(x, "val"); w.inRun && !w.hidden && on != "0" && on != "false" {
			w.hidden = true
			return w.openApart()
		}
	case "sym":
		if n, err := strconv.ParseUint(attr(x, "char"), 16, 16); err == nil {
			return w.write(string(symbol(rune(n))))
		}
	case "softHyphen":
		return w.write("\u00ad")
	case "t", "delText":
		if !w.only {
			w.inText++
		}
	case "instrText", "delInstrText":
		w.inText++
	case "fldSimple":
		return w.beside(attr(x, "instr") + "\n")
	case "tab", "ptab":
		return w.write("\t")
	case "br", "cr":
		return w.write("\n")
	case "noBreakHyphen":
		return w.write("-")
	case "docPr", "cNvPr":
		return w.described(x)
	}
	return nil
}

// described takes what a picture is said to show.
func (w *words) described(x xml.StartElement) error {
	if s := strings.TrimSpace(attr(x, "title") + " " + attr(x, "descr")); s != "" {
		return w.beside(s + "\n")
	}
	return nil
}

// odt takes text:p and text:h with what is in them.
func (w *words) odt(t xml.Token) error {
	switch x := t.(type) {
	case xml.StartElement:
		if err := w.attributes(x); err != nil {
			return err
		}
		if err := w.opens(x.Name, apartODT); err != nil {
			return err
		}
		w.change(x)
		switch x.Name.Local {
		case "p", "h", "desc", "title":
			if w.inText++; w.inText > 1 { // a note or a text box in the middle
				return w.write("\n")
			}
		case "s":
			return w.write(" ")
		case "tab":
			return w.write("\t")
		case "line-break":
			return w.write("\n")
		case "soft-hyphen":
			return w.write("\u00ad")
		}
	case xml.EndElement:
		if err := w.odtEnd(x); err != nil {
			return err
		}
		return w.shuts(x.Name, apartODT)
	case xml.CharData:
		if w.inText > 0 {
			if struck := w.changes.struck[w.changes.region]; struck != nil {
				struck.Write(x)
			}
			return w.write(string(x))
		}
		return w.aside(string(x))
	}
	return nil
}

func (w *words) odtEnd(x xml.EndElement) error {
	switch x.Name.Local {
	case "p", "h", "desc", "title":
		w.inText = max(0, w.inText-1)
		return w.paragraphEnds()
	case "table-cell":
		return w.cellEnds()
	case "table-row":
		return w.write("\n")
	case "changed-region":
		w.changes.region = ""
	}
	return nil
}
