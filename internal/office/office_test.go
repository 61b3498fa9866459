package office

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// Every part is XML that can be read, the same document is the same file, and no text
// breaks out of its place.
func TestDocuments(t *testing.T) {
	hostile := `"><w:p/> & 'x' ` + "\u00a0" + `<`
	d := Document{Title: hostile, Blocks: []Block{Paragraph{Style: Title, Runs: Plain(hostile)}, Paragraph{Style: Heading1, Runs: Plain(hostile)}, Paragraph{Style: Heading2, Runs: Plain(" to ")}, Paragraph{Style: Hint, Runs: Plain("h")}, Paragraph{Runs: Plain(hostile)},
		Paragraph{Control: &Control{Kind: Text, Name: hostile, Tag: hostile, Placeholder: hostile}}, Paragraph{Control: &Control{Kind: List, Name: "n", Placeholder: "p", Options: []string{hostile, "b"}}}, Paragraph{Runs: Plain("valg"), Control: &Control{Kind: Tick, Name: hostile}}}}
	for name, write := range map[string]func() ([]byte, error){"docx": d.DOCX, "odt": d.ODT} {
		b, err := write()
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := write(); !bytes.Equal(b, again) {
			t.Errorf("%s: the same document is another file", name)
		}
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range z.File {
			r, err := e.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if e.Name == "mimetype" {
				if string(content) != mimeODT || e.Method != zip.Store || z.File[0].Name != "mimetype" || len(e.Extra) > 0 {
					t.Errorf("the type is not the first thing in the file")
				}
				continue
			}
			x, texts := xml.NewDecoder(bytes.NewReader(content)), 0
			for {
				token, err := x.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%s %s: %v", name, e.Name, err)
				}
				if s, is := token.(xml.CharData); is && strings.Contains(string(s), hostile) {
					texts++
				}
			}
			if (e.Name == "word/document.xml" || e.Name == "content.xml") && texts != 4 {
				t.Errorf("%s: the text stands in %d places", e.Name, texts)
			}
		}
	}
}
