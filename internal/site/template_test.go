package site_test

import (
	"bytes"
	"strings"
	"testing"

	"praksis/internal/intake"
)

// The template is linked where one submits, is a document of ours like any other, and
// is cut into nothing before somebody has written in it.
func TestTemplate(t *testing.T) {
	f := readingFixture(t)
	page := f.do("GET", "/indsend").Body.String()
	for path, kind := range map[string]string{"/skabelon.docx": intake.DOCX, "/skabelon.odt": intake.ODT} {
		if !strings.Contains(page, `href="`+path+`"`) {
			t.Errorf("%s is not linked", path)
		}
		w := f.do("GET", path)
		b := w.Body.Bytes()
		if w.Code != 200 || w.Header().Get("Content-Type") != kind || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			t.Fatalf("%s: %d %v", path, w.Code, w.Header())
		}
		file, err := intake.Recognise(bytes.NewReader(b), int64(len(b)), path)
		if err != nil || file.Type != kind || !file.Readable {
			t.Fatalf("%s: %+v %v", path, file, err)
		}
		o, err := intake.Blocks(bytes.NewReader(b), int64(len(b)), file)
		if err != nil || o.Placeholders == 0 {
			t.Fatalf("%s: %d controls, %v", path, o.Placeholders, err)
		}
		if c := intake.CutBlocks(o.Blocks, nil); len(c.Practices) != 0 {
			t.Errorf("%s: %d practices in an empty template", path, len(c.Practices))
		}
	}
}
