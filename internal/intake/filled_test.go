package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// write is a folder that the filled templates are written to, for other programs to
// save them: see testdata/filled/README.md.
var write = flag.String("write", "", "a folder for filled.docx and filled.odt")

// cutTaxonomy is what the tests of the cut know.
func cutTaxonomy() *catalogue.Taxonomy {
	return catalogue.NewTaxonomy(map[catalogue.Vocabulary][]catalogue.Term{
		catalogue.ContactForm: {{Slug: "telefon", Label: "Telefon"}, {Slug: "video", Label: "Video", Synonyms: []string{"skærm"}}, {Slug: "walk-and-talk", Label: "Walk and talk", Synonyms: []string{"gåtur"}}},
		catalogue.TargetGroup: {{Slug: "angst", Label: "Mennesker med angst", Synonyms: []string{"angst"}}, {Slug: "anbragte-boern", Label: "Anbragte børn"}},
		catalogue.Perspective: {{Slug: "borger", Label: "Borger"}, {Slug: "samarbejde", Label: "Samarbejde"}, {Slug: "organisation", Label: "Organisation"}},
	}, []catalogue.Organisation{{Slug: "nordby", Code: "0901", Name: "Nordby Kommune", ShortName: "Nordby", Kind: catalogue.Municipality}, {Slug: "soenderaa", Code: "0902", Name: "Sønderå Kommune", ShortName: "Sønderå", Kind: catalogue.Municipality},
		{Slug: "region-oestmark", Name: "Region Østmark", Kind: catalogue.Region}})
}

// cutWords are its labels and synonyms.
func cutWords() *review.Words { return review.NewWords(cutTaxonomy()) }

// examples are two made-up ones, as they are filled in.
var examples = []map[string]string{
	{pathOrganisation: "Nordby Kommune", pathTitle: "Besøg på terrassen", pathDone: "Bostøtten mødtes med borgerne udenfor. Vi satte stole på terrassen.\nDet gjaldt også, når det regnede.",
		"answers.worked": "Borgerne kom oftere. Det gav ro i børne- og ungeområdet.", pathTargetGroups: "Mennesker med angst", pathRetention: "Fastholdt", "answers.retention": "Vi bliver ved, når vejret er til det.", "answers.other": "Nogle fryser."},
	{pathOrganisation: "Sønderå Kommune", pathTitle: "Morgensang over skærmen", pathDone: "Vi sang sammen hver morgen.", "answers.worked": "Det samlede huset.", "answers.for_whom": "For dem, der ellers sov længe."},
}

// ticks are the ways of contact that are ticked in each.
var ticks = [][]string{{"walk-and-talk", "telefon"}, {"video"}}

// filledDOCX is the template for download, filled in twice, with a tracked deletion,
// an insertion and a comment.
func filledDOCX(t *testing.T) []byte {
	t.Helper()
	return filled(t, func() ([]byte, error) { return Template(cutTaxonomy()).DOCX() }, "word/document.xml", func(example int, doc string) string {
		for path, answer := range examples[example] {
			control := regexp.MustCompile(`(?s)(<w:tag w:val="` + regexp.QuoteMeta(path) + `"/>.{0,60}?)<w:showingPlcHdr/>(.*?)<w:r><w:rPr><w:rStyle w:val="Pladsholdertekst"/></w:rPr><w:t xml:space="preserve">[^<]*</w:t></w:r>`)
			runs := ""
			for i, l := range strings.Split(answer, "\n") {
				if i > 0 {
					runs += `<w:r><w:br/></w:r>`
				}
				runs += docxText(l)
			}
			if !control.MatchString(doc) {
				t.Fatalf("no control for %s", path)
			}
			doc = control.ReplaceAllString(doc, "${1}${2}"+strings.ReplaceAll(runs, "$", "$$"))
		}
		if example == 0 { // behind the control with what else there is to say
			at := strings.Index(doc, `<w:p><w:pPr><w:pStyle w:val="Overskrift2"/></w:pPr><w:r><w:t xml:space="preserve">Kvaliteten`)
			doc = doc[:at] + `<w:p>` + docxText("Husk ") + `<w:del w:id="9001" w:author="" w:date="2020-08-25T00:00:00Z"><w:r><w:delText xml:space="preserve">det her slettede </w:delText></w:r></w:del><w:ins w:id="9002" w:author="" w:date="2020-08-25T00:00:00Z">` + docxText("tæp\u00adper.") + `</w:ins></w:p>` + doc[at:]
		}
		for _, slug := range ticks[example] {
			box := regexp.MustCompile(`(?s)(<w:tag w:val="` + pathContactForms + `:` + slug + `"/>.*?<w14:checked w14:val=")0(".*?<w:t>)☐`)
			doc = box.ReplaceAllString(doc, "${1}1${2}☒")
		}
		return doc
	}, `(?s)<w:p><w:pPr><w:pStyle w:val="Overskrift1"/>.*(?:<w:sectPr>)`, "<w:sectPr>")
}

// filledODT is the same as an OpenDocument text.
func filledODT(t *testing.T) []byte {
	t.Helper()
	return filled(t, func() ([]byte, error) { return Template(cutTaxonomy()).ODT() }, "content.xml", func(example int, doc string) string {
		for path, answer := range examples[example] {
			control := regexp.MustCompile(`(?s)<loext:content-control loext:showing-place-holder="true"([^>]*loext:tag="` + regexp.QuoteMeta(path) + `">.*?)<text:span text:style-name="Placeholder">[^<]*</text:span>`)
			doc = control.ReplaceAllString(doc, `<loext:content-control${1}`+strings.ReplaceAll(xmlText(answer), "\n", "<text:line-break/>"))
		}
		for _, slug := range ticks[example] {
			doc = regexp.MustCompile(`(loext:checked=")false("[^>]*loext:tag="`+pathContactForms+`:`+slug+`">)☐`).ReplaceAllString(doc, "${1}true${2}☒")
		}
		return doc
	}, `(?s)<text:h text:style-name="Heading_20_1".*(?:</office:text>)`, "</office:text>")
}

func docxText(s string) string {
	return `<w:r><w:t xml:space="preserve">` + xmlText(s) + `</w:t></w:r>`
}

func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return strings.ReplaceAll(b.String(), "&#xA;", "\n")
}

// filled fills in a template for each example: what lies between body and end is
// there for each.
func filled(t *testing.T, make func() ([]byte, error), part string, fill func(int, string) string, body, end string) []byte {
	t.Helper()
	b, err := make()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var entries []entryOf
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		doc := string(content)
		if e.Name == part {
			doc = regexp.MustCompile(body).ReplaceAllStringFunc(doc, func(m string) string {
				m = strings.TrimSuffix(m, end)
				out := ""
				for i := range examples {
					out += fill(i, m)
				}
				return out + end
			})
		}
		entries = append(entries, entryOf{name: e.Name, content: doc, store: e.Name == "mimetype"})
	}
	return zipOf(entries...)
}

// What every program that saved the filled template must give: the same practices.
func TestFilledTemplates(t *testing.T) {
	files := map[string][]byte{"filled.docx": filledDOCX(t), "filled.odt": filledODT(t)}
	if *write != "" {
		for name, b := range files {
			if err := os.WriteFile(filepath.Join(*write, name), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	saved, err := filepath.Glob("testdata/filled/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range saved {
		if filepath.Ext(path) == ".md" || filepath.Ext(path) == ".sh" {
			continue
		}
		if files[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 10 {
		t.Fatalf("%d files: those of testdata/filled are not there", len(files))
	}
	taxonomy, words := cutTaxonomy(), cutWords()
	for name, b := range files {
		t.Run(name, func(t *testing.T) {
			f, err := Recognise(bytes.NewReader(b), int64(len(b)), name)
			if err != nil {
				t.Fatal(err)
			}
			o, err := Blocks(bytes.NewReader(b), int64(len(b)), f)
			if err != nil || !o.Whole {
				t.Fatal(err, o.Whole)
			}
			c := CutBlocks(o.Blocks, taxonomy)
			if len(c.Practices) != len(examples) {
				t.Fatalf("%d practices: %s", len(c.Practices), dump(c))
			}
			for i, want := range examples {
				p, found := c.Record(i, words)
				if p.Organisation.Name != want[pathOrganisation] || p.Title != want[pathTitle] {
					t.Errorf("%d is %q of %q", i, p.Title, p.Organisation.Name)
				}
				other := want["answers.other"]
				if other != "" {
					other += " Husk tæpper."
				}
				if name == "filled.odt" || name == "libreoffice.odt" || name == "libreoffice.pdf" || name == "libreoffice-from-odt.docx" {
					other = want["answers.other"]
				}
				for path, pair := range map[string][2]string{"done": {p.Answers.Done, want[pathDone]}, "worked": {p.Answers.Worked, want["answers.worked"]}, "for whom": {p.Answers.ForWhom, want["answers.for_whom"]},
					"retention": {p.Answers.Retention, want["answers.retention"]}, "other": {p.Answers.Other, other}, "quality": {p.Answers.Quality, ""}, "summary": {p.Summary, ""}} {
					if got, want := squeezed(pair[0]), squeezed(pair[1]); got != want {
						t.Errorf("%d %s: %q is not %q", i, path, got, want)
					}
				}
				var forms []string
				for _, r := range p.ContactForms {
					forms = append(forms, r.Slug)
				}
				if got := strings.Join(forms, " "); got != strings.Join(sorted(ticks[i]), " ") {
					t.Errorf("%d: ticked are %q", i, got)
				}
				if i == 0 && (len(p.Retention) != 1 || p.Retention[0].Status != "retained" || len(p.TargetGroups) != 1) {
					t.Errorf("%+v %+v", p.Retention, p.TargetGroups)
				}
				if i == 1 && len(p.Retention) > 0 {
					t.Errorf("nobody has chosen %+v", p.Retention)
				}
				_ = found
			}
			for _, p := range c.Pieces {
				if p.Kind == PieceLeft || strings.Contains(p.Text, "slettet") {
					t.Errorf("left over: %q", p.Text)
				}
			}
		})
	}
}

func sorted(slugs []string) (out []string) {
	for _, s := range []string{"telefon", "video", "walk-and-talk"} {
		for _, x := range slugs {
			if s == x {
				out = append(out, s)
			}
		}
	}
	return out
}

// squeezed is a text without its spaces and line breaks: a PDF cannot tell all of
// them, and LibreOffice loses one in a control.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

func dump(c Cut) string {
	var b strings.Builder
	for _, p := range c.Pieces {
		b.WriteString("\n" + strings.Repeat(" ", 2*int(p.Kind)) + p.Path + ": " + p.Text)
	}
	return b.String()
}
