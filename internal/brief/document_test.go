package brief

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/intake"
	"praksis/internal/office"
	"praksis/internal/synth"
	"praksis/seeds"
)

// large are as many made-up examples as a brief can have.
func large(t testing.TB, n int) Input {
	t.Helper()
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	g := synth.New(1, s.Terms, s.Organisations)
	in := Input{Title: "Prøve", Date: time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC), Selection: "200 eksempler for alle.", URL: "/eksempler?q=alle", Total: 200}
	for i := range n {
		p := g.Record(i)
		p.Organisation.Name = p.Organisation.Slug
		in.Examples = append(in.Examples, Example{ID: int64(i), Practice: p, Note: "En note"})
	}
	return in
}

// A brief is at most 60 KB, however long its examples are, and the same brief is the
// same file.
func TestDocumentSize(t *testing.T) {
	t.Parallel()
	in := large(t, MaxExamples)
	for i := range in.Examples {
		p := in.Examples[i].Practice
		for n := range 40 {
			p.Findings = append(p.Findings, catalogue.Finding{Effect: catalogue.Effects[n%4].Code, Text: fmt.Sprintf("%d %d %s", i, n, strings.Repeat("Det gik godt nok. ", 20)), TargetGroups: groupsDrawn[:1], Source: n})
		}
	}
	in.Examples = append(in.Examples, in.Examples...)
	d := New(in).Document("https://praksis.example")
	b, err := d.DOCX()
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := d.DOCX(); len(b) > 60<<10 || !bytes.Equal(b, again) {
		t.Errorf("%d bytes", len(b))
	}
	if text := all(New(in)); !strings.Contains(text, "Tabellen har 60 af") {
		t.Error("it is not said that findings are left out")
	}
}

// Two readers, pandoc and our own, find in the document the headings, lists, tables and
// words that the brief has.
func TestDocumentReadBack(t *testing.T) {
	t.Parallel()
	in := large(t, 6)
	in.Examples[0].Practice.Title = "Et »godt« & <blandet> eksempel\u2028på to linjer\x0b"
	brief := New(in)
	b, err := brief.Document("https://praksis.example").DOCX()
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	var said []string // what stands in paragraphs, without blanks
	for _, s := range brief.Sections {
		headings = append(headings, s.Heading)
		for _, x := range s.Blocks {
			if x.Style == office.Heading2 {
				headings = append(headings, x.Runs[0].Text)
			}
			said = append(said, bare(words(x.Runs)))
			if x.Table != nil {
				for _, row := range x.Table.Rows {
					for _, c := range row {
						for _, p := range c {
							said = append(said, bare(words(p)))
						}
					}
				}
			}
		}
	}
	f, err := intake.Recognise(bytes.NewReader(b), int64(len(b)), "moedeoplaeg.docx")
	if err != nil {
		t.Fatal(err)
	}
	outline, err := intake.Blocks(bytes.NewReader(b), int64(len(b)), f)
	if err != nil || !outline.Whole || outline.Placeholders != 1 {
		t.Fatalf("%v, whole %v, %d places to write in", err, outline.Whole, outline.Placeholders)
	}
	var ours strings.Builder
	var read []string
	for _, x := range outline.Blocks {
		ours.WriteString(bare(x.Text) + "\n")
		if x.Level > 0 && x.Text != brief.Title {
			read = append(read, x.Text)
		}
	}
	if !slices.Equal(read, headings) {
		t.Errorf("our reader's headings:\n%q\nwant\n%q", read, headings)
	}
	c := exec.Command("pandoc", "-f", "docx", "-t", "plain", "--wrap=none", "--columns=1000")
	c.Stdin = bytes.NewReader(b)
	theirs, err := c.Output()
	if err != nil {
		t.Fatalf("pandoc (Debian's package): %v", err)
	}
	flat := bare(string(theirs))
	for _, s := range said {
		if !strings.Contains(ours.String(), s) {
			t.Errorf("our reader has no %q", s)
		}
		// pandoc sets tables in columns: a text that is one line there is whole.
		if len(s) < 60 && !strings.Contains(flat, s) {
			t.Errorf("pandoc has no %q", s)
		}
	}
}

// bare are the letters and figures of a text: the signs of notes are figures above.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == ' ' || r == '\u00a0' || r == '\u2028' {
			return -1
		}
		return r
	}, s)
}

// BenchmarkDocument is a document of ten examples, made and packed; "times-empty" is
// how long that takes by the time of an empty document, most of which is the packing.
func BenchmarkDocument(b *testing.B) {
	in := large(b, 10)
	took := func(in Input) time.Duration {
		start := time.Now()
		if _, err := New(in).Document("https://praksis.example").DOCX(); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	var full, empty time.Duration
	for b.Loop() {
		full += took(in)
		empty += took(Input{Date: in.Date})
	}
	b.ReportMetric(float64(full.Nanoseconds())/float64(b.N), "ns/ten")
	b.ReportMetric(float64(full)/float64(empty), "times-empty")
}
