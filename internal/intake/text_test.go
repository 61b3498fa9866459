package intake

import (
	"bytes"
	"strings"
	"testing"

	"praksis/internal/review"
)

func textOf(t *testing.T, name string, b []byte) (string, bool) {
	t.Helper()
	r := bytes.NewReader(b)
	f, err := Recognise(r, int64(len(b)), name)
	if err != nil {
		t.Fatal(err)
	}
	text, whole, err := Text(r, int64(len(b)), f)
	if err != nil {
		t.Fatal(err)
	}
	return text, whole
}

func TestText(t *testing.T) {
	docx := docxOf("Vi gik &amp; talte.",
		entryOf{name: "word/footnotes.xml", content: `<w:footnotes><w:p><w:r><w:t>Borger 010190</w:t></w:r><w:r><w:t>-1234</w:t></w:r></w:p></w:footnotes>`},
		entryOf{name: "word/comments.xml", content: `<w:comments><w:p><w:r><w:t>Spørg Mette</w:t></w:r></w:p></w:comments>`},
		entryOf{name: "word/header1.xml", content: `<w:hdr><w:p><w:r><w:delText>slettet 311299</w:delText><w:noBreakHyphen/><w:t>4321</w:t></w:r></w:p><w:drawing><wp:docPr descr="en have"/></w:drawing></w:hdr>`})
	text, whole := textOf(t, "a.docx", docx)
	for _, want := range []string{"Vi gik & talte.\n", "celle\n\t", "Borger 010190-1234\n", "Spørg Mette", "slettet 311299-4321", "en have"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	if !whole {
		t.Error("it was not read whole")
	}
	var got []string
	for _, w := range CheckText(text, false) {
		got = append(got, string(w.Kind)+" "+w.Excerpt)
		if w.Blocks != (w.Kind == review.WarnCPR) || strings.Contains(w.Excerpt, "1234") {
			t.Errorf("%+v", w)
		}
	}
	if len(got) != 3 {
		t.Errorf("%q", got)
	}
	if text, whole := textOf(t, "a.odt", odtOf("Borger <text:span>010190</text:span>-1234<text:note><text:p>en note</text:p></text:note>")); !whole || !strings.Contains(text, "Titel\nBorger 010190-1234en note\n slut\n") {
		t.Errorf("%q", text)
	}
}

func TestTextIsCut(t *testing.T) {
	text, whole := textOf(t, "a.docx", docxOf(strings.Repeat("gåtur ", MaxText/6+10)))
	if n := len([]rune(text)); whole || n != MaxText {
		t.Errorf("%d characters, whole %v", n, whole)
	}
	if text, whole := textOf(t, "a.pdf", pdfOf("")); text != "" || whole {
		t.Errorf("a PDF gave %q", text)
	}
	if _, whole := textOf(t, "a.docx", docxOf("x", entryOf{name: "word/embeddings/a.xlsx", content: "x"})); whole {
		t.Error("a document with a file in it was called read")
	}
}

func FuzzRecognise(f *testing.F) {
	for _, x := range hostile() {
		if len(x.content) < 1<<16 {
			f.Add(x.name, x.content)
		}
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		r := bytes.NewReader(b)
		file, err := Recognise(r, int64(len(b)), name)
		if err != nil {
			return
		}
		if text, _, err := Text(r, int64(len(b)), file); err == nil && len([]rune(text)) > MaxText {
			t.Error("too much text")
		}
	})
}
