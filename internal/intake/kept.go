package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// Kept is a file as it is kept: without the template that a Word document
// fetches when it is opened. Call it where Changed is set; all else is kept as
// it came. Only the two parts that name the template are written anew.
func Kept(r io.ReaderAt, size int64, f File) ([]byte, error) {
	a, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range a.entries {
		name := strings.ToLower(e.Name)
		if f.Type != DOCX || !strings.HasSuffix(name, ".rels") && !strings.HasPrefix(name, "word/settings") {
			if err := z.Copy(e); err != nil {
				return nil, err
			}
			continue
		}
		if err := a.copyWithout(z, e, isTemplate); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// isTemplate tells whether an element names a template: the relation in one
// part, and what refers to it in the settings.
func isTemplate(x xml.StartElement) bool {
	return x.Name.Local == attachedTemplate || x.Name.Local == "Relationship" &&
		path.Base(attr(x, "Type")) == attachedTemplate && strings.EqualFold(attr(x, "TargetMode"), "External")
}

// copyWithout writes a part without some of its elements, byte for byte else.
func (a *archive) copyWithout(z *zip.Writer, e *zip.File, cut func(xml.StartElement) bool) error {
	in, err := a.open(e)
	if err != nil {
		return err
	}
	defer in.Close()
	b, err := io.ReadAll(in)
	if err != nil {
		return unpackError(err)
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: e.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	from, depth := int64(0), 0
	for {
		at := d.InputOffset()
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return refuse(damaged)
		}
		switch x := t.(type) {
		case xml.StartElement:
			if depth == 0 && cut(x) {
				if _, err := w.Write(b[from:at]); err != nil {
					return err
				}
				depth = 1
			} else if depth > 0 {
				depth++
			}
		case xml.EndElement:
			if depth > 0 {
				if depth--; depth == 0 {
					from = d.InputOffset()
				}
			}
		}
	}
	_, err = w.Write(b[from:])
	return err
}
