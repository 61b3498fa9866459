package intake

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
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
		folder, name := path.Split(e.Name)
		wanted := f.Type == ODT && folder == "" && (name == "content.xml" || name == "styles.xml") ||
			f.Type == DOCX && strings.HasPrefix(folder, "word/") && path.Ext(name) == ".xml"
		if !wanted {
			continue
		}
		take := w.docx
		if f.Type == ODT {
			take = w.odt
		}
		w.inText = 0
		if err := a.tokens(e, take); errors.Is(err, errEnough) {
			return w.String(), false, nil
		} else if err != nil {
			return "", false, err
		}
		w.add("\n")
	}
	return w.String(), f.Readable, nil
}

// words gathers text up to MaxText characters.
type words struct {
	strings.Builder
	n      int
	inText int
	only   bool // the codes of fields alone
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
		return w.begin(x)
	case xml.EndElement:
		switch x.Name.Local {
		case "t", "delText", "instrText", "delInstrText":
			w.inText = max(0, w.inText-1)
		case "p", "tr":
			return w.add("\n")
		case "tc":
			return w.add("\t")
		}
	case xml.CharData:
		if w.inText > 0 {
			return w.add(string(x))
		}
	}
	return nil
}

func (w *words) begin(x xml.StartElement) error {
	switch x.Name.Local {
	case "t", "delText":
		if !w.only {
			w.inText++
		}
	case "instrText", "delInstrText":
		w.inText++
	case "fldSimple":
		return w.add(attr(x, "instr") + "\n")
	case "tab", "ptab":
		return w.add("\t")
	case "br", "cr":
		return w.add("\n")
	case "noBreakHyphen":
		return w.add("-")
	case "docPr", "cNvPr":
		return w.described(x)
	}
	return nil
}

// described takes what a picture is said to show.
func (w *words) described(x xml.StartElement) error {
	if s := strings.TrimSpace(attr(x, "title") + " " + attr(x, "descr")); s != "" {
		return w.add(s + "\n")
	}
	return nil
}

// odt takes text:p and text:h with what is in them.
func (w *words) odt(t xml.Token) error {
	switch x := t.(type) {
	case xml.StartElement:
		switch x.Name.Local {
		case "p", "h", "desc", "title":
			w.inText++
		case "s":
			return w.add(" ")
		case "tab":
			return w.add("\t")
		case "line-break":
			return w.add("\n")
		}
	case xml.EndElement:
		switch x.Name.Local {
		case "p", "h", "desc", "title":
			w.inText = max(0, w.inText-1)
			return w.add("\n")
		}
	case xml.CharData:
		if w.inText > 0 {
			return w.add(string(x))
		}
	}
	return nil
}
