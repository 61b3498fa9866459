package office

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// whole has everything that a document can have.
var whole = Document{Title: "Oplæg\u2028til mødet", Author: "Os", Footer: "Oplæg", Blocks: []Block{
	Paragraph{Style: Title, Runs: Plain("Oplæg til mødet")},
	Paragraph{Style: Heading1, Runs: Plain("Resumé")},
	Paragraph{Style: Bullet, Runs: []Run{{Text: "  To "}, {Text: "fede", Bold: true}, {Text: " ord og "}, {Text: "ét skråt", Italic: true}, {Text: "  her "}}},
	Paragraph{Style: Bullet, Runs: Plain("Linje\nto\u2028tre\u2029fire\vfem")},
	Paragraph{Runs: Plain(" \n\t ")},
	Paragraph{Style: Heading2, Runs: Plain("Kilder")},
	Paragraph{Style: Number, Runs: []Run{{Text: "En sætning", Note: []Run{{Text: "Rapporten", URL: "https://a.dk/?a=1&b=<2>#x y"}, {Text: ", side 4."}}}, {Text: ", der går videre."}}},
	Paragraph{Style: Number, Runs: []Run{{Text: "Igen", Note: []Run{{Text: "Rapporten", URL: "https://a.dk/?a=1&b=<2>#x y"}, {Text: ", side 4."}}}}},
	Paragraph{Style: Heading3, Runs: Plain("Nyt afsnit")},
	Paragraph{Style: Number, Runs: []Run{{Text: "Forfra med "}, {Text: "et link", URL: "https://praksis.example/eksempler?q=å"}, {Text: ", "}, {Text: "intet", URL: "javascript:alert(1)"}, {Text: " og "}, {Text: "heller intet", URL: "file:///etc/passwd"}}},
	Table{Name: "Fund", Widths: []int{2, 1}, Head: []string{"Fund", "Hos os?"}, Rows: [][][]Paragraph{
		{{{Runs: Plain("Det hjalp.")}, {Runs: Plain("Gælder: nogle.")}}, {}}, {{{Runs: Plain("Det skadede.")}}, {{Runs: Plain("")}}}}},
	Paragraph{Style: Heading1, Runs: Plain("Indstilling")},
	Paragraph{Control: &Control{Kind: Text, Name: "Indstilling", Tag: "indstilling", Placeholder: "Skriv her"}},
	Paragraph{Style: Small, Runs: Plain("Slut\x00\x01\x1f\ufffe\xff med \u009f tegn")},
}}

// parts are the files of a package by name.
func parts(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(content)
	}
	return out
}

func docx(t *testing.T, d Document) []byte {
	t.Helper()
	b, err := d.DOCX()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What a package must be for Word to open it without a repair: every part is XML and
// has its type, every reference leads to a part, every style and numbering is there,
// and no text is without xml:space.
func TestPackage(t *testing.T) {
	t.Parallel()
	files := parts(t, docx(t, whole))
	types, styles, numbering := files["[Content_Types].xml"], files["word/styles.xml"], files["word/numbering.xml"]
	for name, content := range files {
		x := xml.NewDecoder(strings.NewReader(content))
		for {
			token, err := x.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			e, is := token.(xml.StartElement)
			if !is {
				continue
			}
			value := ""
			for _, a := range e.Attr {
				if a.Name.Local == "val" {
					value = a.Value
				}
			}
			switch e.Name.Local {
			case "pStyle", "rStyle", "tblStyle", "basedOn", "next":
				if !strings.Contains(styles, `w:styleId="`+value+`"`) {
					t.Errorf("%s: no style %s", name, value)
				}
			case "numId":
				if !strings.Contains(numbering, `<w:num w:numId="`+value+`"`) {
					t.Errorf("%s: no numbering %s", name, value)
				}
			}
		}
		if strings.HasPrefix(name, "word/") && strings.HasSuffix(name, ".xml") && !strings.Contains(types, `PartName="/`+name+`"`) {
			t.Errorf("%s has no type", name)
		}
		for _, part := range []string{"document", "footnotes"} {
			if name != "word/"+part+".xml" {
				continue
			}
			rels := files["word/_rels/"+part+".xml.rels"]
			for _, x := range regexp.MustCompile(`r:id="(rId\d+)"`).FindAllStringSubmatch(content, -1) {
				if !strings.Contains(rels, `Id="`+x[1]+`"`) {
					t.Errorf("%s: no relationship %s", name, x[1])
				}
			}
			for _, x := range regexp.MustCompile(`Target="([^"]*)"( TargetMode="External")?`).FindAllStringSubmatch(rels, -1) {
				if _, is := files["word/"+x[1]]; !is && x[2] == "" {
					t.Errorf("%s leads to %s, which is not there", part, x[1])
				}
			}
		}
	}
	text := files["word/document.xml"]
	if strings.Contains(text, "<w:t>"+"L") || strings.Contains(text, "<w:t> ") || strings.Contains(text, "\u2028") || strings.Contains(text, "javascript:") {
		t.Error("a text is not kept as it is, or leads where it must not")
	}
	if n := strings.Count(text, "<w:br/>"); n != 4 {
		t.Errorf("%d line breaks", n)
	}
	outside := regexp.MustCompile(`(?s)<w:tbl>.*?</w:tbl>`).ReplaceAllString(text, "")
	if regexp.MustCompile(`<w:p>(<w:pPr>([^/]|/[^w])*?</w:pPr>)?</w:p>|<w:p/>`).MatchString(outside) || strings.Count(outside, "<w:p>") != 12 {
		t.Errorf("%d paragraphs, of which one may be empty", strings.Count(outside, "<w:p>"))
	}
	if strings.Count(text, "<w:tblHeader/>") != 1 || strings.Count(text, "<w:cantSplit/>") != 3 {
		t.Error("the head of the table is not repeated, or its rows break")
	}
	if strings.Count(files["word/footnotes.xml"], "<w:footnote ") != 3 || strings.Count(text, "<w:footnoteReference ") != 1 || strings.Count(text, "NOTEREF _Fodnote1 ") != 1 {
		t.Error("two notes that say the same are not one")
	}
	for _, want := range []string{`<w:lang w:val="da-DK"`, `<w:name w:val="heading 3"/>`, `<w:outlineLvl w:val="2"/>`} {
		if !strings.Contains(styles, want) {
			t.Errorf("no %s", want)
		}
	}
	if !strings.Contains(files["docProps/core.xml"], "<dc:title>Oplæg til mødet</dc:title>") {
		t.Error(files["docProps/core.xml"])
	}
}

// An ODT is a template's: it says so rather than lose a table.
func TestODTPlainOnly(t *testing.T) {
	t.Parallel()
	for _, b := range []Block{Table{}, Paragraph{Style: Bullet, Runs: Plain("x")}, Paragraph{Runs: []Run{{Text: "x", URL: "https://a.dk"}}}} {
		if _, err := (Document{Blocks: []Block{b}}).ODT(); err == nil {
			t.Errorf("%+v is written", b)
		}
	}
}

// node is a piece of pandoc's tree.
type node struct {
	T string          `json:"t"`
	C json.RawMessage `json:"c"`
}

// pandoc reads a document by pandoc, as one text for each block.
func pandoc(t *testing.T, b []byte, to string) string {
	t.Helper()
	c := exec.Command("pandoc", "-f", "docx", "-t", to, "--wrap=none")
	c.Stdin = bytes.NewReader(b)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("pandoc (Debian's package): %v %s", err, &complaints)
	}
	return string(out)
}

// Headings, lists, notes, links, blanks and the table's head are what pandoc reads.
func TestReadByPandoc(t *testing.T) {
	t.Parallel()
	b := docx(t, whole)
	var doc struct{ Blocks []node }
	if err := json.Unmarshal([]byte(pandoc(t, b, "json")), &doc); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, n := range doc.Blocks {
		kinds = append(kinds, n.T)
	}
	if want := []string{"Header", "BulletList", "Header", "OrderedList", "Header", "OrderedList", "Table", "Header", "Para", "Para"}; !slices.Equal(kinds, want) {
		t.Errorf("%v", kinds)
	}
	got := pandoc(t, b, "markdown-smart")
	for _, want := range []string{
		"# Resumé", "## Kilder", "### Nyt afsnit", "# Indstilling",
		"To **fede** ord og *ét skråt* her", "[et link](https://praksis.example/eksempler?q=å)",
		"1.  En sætning[^1], der går videre.", "2.  Igen^1^", "1.  Forfra med", "[^1]: [Rapporten](https://a.dk/?a=1&b=%3C2%3E#x%20y), side 4.",
		"Slut med tegn",
	} {
		if !strings.Contains(strings.ReplaceAll(got, "  med  ", " med "), want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// Whatever the texts are, the parts are XML that can be read, and what can be read is
// there.
func FuzzDOCX(f *testing.F) {
	for _, s := range []string{"", "\x00", "]]>", "&#0;", "\u2028", "\xed\xa0\x80", "a\x0bb", "<w:p/>", "\ufeff", "\U0001f600", "http://[", "http://a.dk/%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := Document{Title: s, Author: s, Footer: s, Blocks: []Block{
			Paragraph{Style: Heading1, Runs: []Run{{Text: s, Bold: true, URL: s, Note: []Run{{Text: s, URL: "https://a.dk/" + s}}}}},
			Table{Name: s, Widths: []int{1}, Head: []string{s}, Rows: [][][]Paragraph{{{{Runs: Plain(s)}}}}},
			Paragraph{Control: &Control{Kind: List, Name: s, Tag: s, Placeholder: s, Options: []string{s}}}}}
		for name, content := range parts(t, docx(t, d)) {
			x := xml.NewDecoder(strings.NewReader(content))
			for {
				if _, err := x.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			if strings.ContainsRune(content, '\ufffd') {
				t.Fatalf("%s has what was no text", name)
			}
		}
	})
}
