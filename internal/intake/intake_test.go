package intake

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"text/tabwriter"
	"unicode/utf8"
)

// hostile are files that are sent to do harm or that do some by accident, and a
// few good ones; want is a part of what is said to them, or the name they get.
func hostile() []struct {
	what, name string
	content    []byte
	want       string
} {
	whole := func(main string) []byte {
		return zipOf(entryOf{name: "[Content_Types].xml", content: fmt.Sprintf(contentTypes, main)}, entryOf{name: "word/document.xml", content: "<w:document/>"})
	}
	good := docxOf("Vi gik ture.")
	return []struct {
		what, name string
		content    []byte
		want       string
	}{
		{"a good PDF", "Notat.pdf", pdfOf(""), "ok Notat.pdf"},
		{"a good PDF with object streams", "Notat.pdf", pdfOf(streamOf("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated("4 0 << /Type /Font >>"))), "ok Notat.pdf"},
		{"a good DOCX", "Skabelon æøå.docx", good, "ok Skabelon æøå.docx"},
		{"a good ODT", "a.odt", odtOf("Vi gik ture."), "ok a.odt"},
		{"a good PNG", "a.png", pngOf(40, 40), "ok a.png"},
		{"a good JPEG", "a.JPEG", jpegOf(), "ok a.jpg"},
		{"a JPEG with a second picture (telephones)", "a.jpg", append(jpegOf(), jpegOf()...), "ok a.jpg"},
		{"a JPEG with GPS", "a.jpg", located(), "ok a.jpg: Billedet fortæller, hvor"},
		{"a DOCX named .pdf", "a.pdf", good, "ok a.docx: Filen hed noget andet"},
		{"a path as name", "../../etc/passwd\x00\u202Efdp.exe", pngOf(4, 4), "ok passwdfdp.png: Filen hed noget andet"},
		{"a path of Windows as name", `C:\Users\x\..\a.png`, pngOf(4, 4), "ok a.png"},
		{"a name of 1,000 letters", strings.Repeat("å", 1000) + ".png", pngOf(4, 4), "ok å"},
		{"a second extension", "a.php.pdf", pdfOf(""), "ok a.php.pdf"},
		{"PHP behind a second extension", "a.pdf.php", []byte("<?php system($_GET[0]);"), "en type, vi ikke kan tage imod"},
		{"a CPR number as name", "010190-1234.png", pngOf(4, 4), "ok ••••••-••••.png"},
		{"an empty file", "a.pdf", nil, "tom"},
		{"more than 10 MB", "a.pdf", make([]byte, MaxSize+1), "mere end 10 MB"},
		{"HTML named .pdf", "a.pdf", []byte("<html><script>alert(1)</script></html>"), "en type, vi ikke kan tage imod"},
		{"HTML before a PDF", "a.pdf", append([]byte("<script>alert(1)</script>"), pdfOf("")...), "foran PDF-filens begyndelse"},
		{"EXE named .png", "a.png", []byte("MZ\x90\x00\x03\x00\x00\x00"), "en type, vi ikke kan tage imod"},
		{"SVG", "a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "en type, vi ikke kan tage imod"},
		{"SVG named .png", "a.png", []byte(`<?xml version="1.0"?><svg/>`), "en type, vi ikke kan tage imod"},
		{"GIF", "a.gif", []byte("GIF89a\x01\x00\x01\x00"), "en type, vi ikke kan tage imod"},
		{"GIF with JavaScript", "a.jpg", []byte("GIF89a/*\x00*/=1;alert(1)"), "en type, vi ikke kan tage imod"},
		{"PDF with JavaScript", "a.pdf", pdfOf("<< /S /JavaScript /JS (app.alert) >>"), "program i sig"},
		{"PDF with JavaScript, hidden by #4a", "a.pdf", pdfOf("<< /S /#4AavaScript /JS (x) >>"), "program i sig"},
		{"PDF with JavaScript in an object stream", "a.pdf", pdfOf(streamOf("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated("4 0 << /S /JavaScript >>"))), "program i sig"},
		{"PDF with an object stream in another packing", "a.pdf", pdfOf(streamOf("/Filter /ASCIIHexDecode /Type /ObjStm", "3c3c2f53>")), "pakket på en måde"},
		{"PDF whose object stream is a bomb", "a.pdf", pdfOf(streamOf("/Type /ObjStm /Filter /FlateDecode", deflated(strings.Repeat(" ", 60<<20)))), "fylder for meget"},
		{"PDF that starts programs", "a.pdf", pdfOf("<< /S /Launch /F (cmd.exe) >>"), "starte programmer"},
		{"PDF with a file in it", "a.pdf", pdfOf("<< /Type /EmbeddedFile >>"), "andre filer ind"},
		{"encrypted PDF", "a.pdf", pdfOf("<< /Encrypt 5 0 R >>"), "adgangskode"},
		{"PDF cut short", "a.pdf", pdfOf("")[:60], "beskadiget"},
		{"PDF with a zip behind", "a.pdf", append(pdfOf(""), append(good, []byte("%%EOF")...)...), "noget andet bag"},
		{"PNG with a zip behind", "a.png", append(pngOf(4, 4), good...), "noget andet bag"},
		{"PNG with HTML behind", "a.png", append(pngOf(4, 4), "<script>"...), "noget andet bag"},
		{"PNG cut short", "a.png", pngOf(40, 40)[:50], "beskadiget"},
		{"PNG of 60,000 × 60,000", "a.png", claiming(60000, 60000), "Gør det mindre"},
		{"JPEG with a zip behind", "a.jpg", append(jpegOf(), good...), "noget andet bag"},
		{"JPEG with PHP behind", "a.jpg", append(jpegOf(), "<?php system($_GET[0]);"...), "noget andet bag"},
		{"JPEG cut short", "a.jpg", jpegOf()[:len(jpegOf())-20], "beskadiget"},
		{"docm renamed to docx", "a.docx", whole("application/vnd.ms-word.document.macroEnabled.main+xml"), "makroer"},
		{"docx with vbaProject.bin", "a.docx", docxOf("x", entryOf{name: "word/VBAProject.bin", content: "x"}), "makroer"},
		{"docx with an OLE object", "a.docx", docxOf("x", entryOf{name: "word/embeddings/oleObject1.bin", content: "x"}), "andre filer i sig"},
		{"docx with a spreadsheet in it", "a.docx", docxOf("x", entryOf{name: "word/embeddings/ark.xlsx", content: "x"}), "ok a.docx: Dokumentet har andre filer"},
		{"docx with a template from SharePoint", "a.docx", docxOf("x", relsOf("attachedTemplate", "https://kommune.sharepoint.example/t.dotm")), "ok a.docx: Dokumentet henter en skabelon"},
		{"docx with a template on a share", "a.docx", docxOf("x", relsOf("attachedTemplate", `file:///\\drev\t.dotm`)), "ok a.docx: Dokumentet henter en skabelon"},
		{"docx with a template on one's own disk", "a.docx", docxOf("x", relsOf("attachedTemplate", `file:///C:\Skabeloner\Notat.dotx`)), "ok a.docx: Dokumentet henter en skabelon"},
		{"docx with an OLE link", "a.docx", docxOf("x", relsOf("oleObject", "http://ond.example/x")), "henter noget udefra"},
		{"docx with a picture from the net", "a.docx", docxOf("x", relsOf("image", "http://ond.example/x.png")), "henter noget udefra"},
		{"docx with a link", "a.docx", docxOf("x", relsOf("hyperlink", "https://kl.dk")), "ok a.docx"},
		{"docx with a DDE field", "a.docx", docxOf("x", entryOf{name: "word/footer1.xml", content: `<w:ftr><w:r><w:instrText> DDEA</w:instrText></w:r><w:r><w:instrText>UTO c:\\cmd.exe</w:instrText></w:r></w:ftr>`}), "henter noget udefra"},
		{"xlsx named .docx", "a.docx", whole("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "hverken et Word-dokument"},
		{"a Word file from before 2007", "a.docx", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2000)...), "ældre udgave"},
		{"a Word file with a password", "a.docx", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), wide("EncryptedPackage")...), "adgangskode"},
		{"docx cut short", "a.docx", good[:len(good)/2], "beskadiget"},
		{"docx with ../../ names", "a.docx", docxOf("x", entryOf{name: "../../etc/cron.d/x", content: "x"}, entryOf{name: `..\..\x`, content: "x"}), "ok a.docx"},
		{"docx with two documents of one name", "a.docx", docxOf("x", entryOf{name: "word/Document.xml", content: "<w:document/>"}), "noget andet bag"},
		{"docx with 10,000 entries", "a.docx", docxOf("x", many(10000, "")...), "mere end 1000 dele"},
		{"zip bomb, flat", "a.docx", docxOf("x", entryOf{name: "word/media/a.xml", content: strings.Repeat("a", 60<<20)}), "pakkes ud"},
		{"zip bomb that claims to be small", "a.docx", lying(), "pakkes ud|beskadiget"},
		{"zip bomb of many small ones", "a.docx", docxOf("x", bombs(60)...), "pakkes ud"},
		{"billion laughs", "a.docx", zipOf(entryOf{name: "[Content_Types].xml", content: fmt.Sprintf(contentTypes, docxMain)}, entryOf{name: "word/document.xml", content: billionLaughs}), "beskadiget"},
		{"XML a thousand deep", "a.docx", docxOf("x", entryOf{name: "word/a.xml", content: strings.Repeat("<a>", 1000)}), "pakkes ud"},
		{"zip within a zip", "a.zip", zipOf(entryOf{name: "a.zip", content: string(good), store: true}), "samling af filer"},
		{"ODT with a script", "a.odt", odtOf("x", entryOf{name: "Basic/Standard/Module1.xml", content: "<x/>"}), "makroer"},
		{"ODT that listens for events", "a.odt", odtOf(`<script:event-listener script:language="ooo:script"/>`), "makroer"},
		{"ODT with a password", "a.odt", odtOf("x", entryOf{name: "META-INF/manifest.xml", content: "<m><manifest:encryption-data/></m>"}), "adgangskode"},
		{"ODT with a picture from the net", "a.odt", odtOf(`<draw:image xlink:href="https://ond.example/x.png"/>`), "henter noget udefra"},
		{"EPUB (its type first, too)", "a.odt", zipOf(entryOf{name: "mimetype", content: "application/epub+zip", store: true}, entryOf{name: "content.xml", content: "<x/>"}), "hverken et ODT"},
	}
}

func bombs(n int) []entryOf {
	out := make([]entryOf, n)
	for i := range out {
		out[i] = entryOf{name: fmt.Sprintf("word/media/%d.xml", i), content: strings.Repeat("a", 1<<20)}
	}
	return out
}

func recognise(name string, b []byte) (File, string) {
	f, err := Recognise(bytes.NewReader(b), int64(len(b)), name)
	var e *Error
	switch {
	case errors.As(err, &e):
		return f, e.Message
	case err != nil:
		return f, "ERROR " + err.Error()
	}
	if len(f.Notes) == 0 {
		return f, "ok " + f.Name
	}
	return f, "ok " + f.Name + ": " + strings.Join(f.Notes, " ")
}

func TestHostile(t *testing.T) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for _, x := range hostile() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f, got := recognise(x.name, x.content)
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 200<<20 { // in all, more than is held at once (faults.md, row 18)
			t.Errorf("%s: %d MB were needed to look at it", x.what, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
		ok := false
		for want := range strings.SplitSeq(x.want, "|") {
			ok = ok || strings.Contains(got, want) && strings.HasPrefix(want, "ok ") == strings.HasPrefix(got, "ok ")
		}
		if !ok {
			t.Errorf("%s: %s", x.what, got)
		}
		if f.Name != "" && (strings.ContainsAny(f.Name, "/\\\x00") || utf8.RuneCountInString(f.Name) > maxName || !strings.HasSuffix(f.Name, f.Ext)) {
			t.Errorf("%s: the name %q", x.what, f.Name)
		}
		fmt.Fprintf(w, "%s\t%s\n", x.what, got)
	}
	if testing.Verbose() {
		w.Flush()
		os.Stdout.WriteString(table.String())
	}
}
