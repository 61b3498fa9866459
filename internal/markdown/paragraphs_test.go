package markdown

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParagraphs(t *testing.T) {
	t.Parallel()
	got := Paragraphs("Vi *gik* **tur** &amp; talte\nsammen.\\\nDet\\* hjalp.\n\n## Så\n\n- ét [kort](https://a.dk/)\n- to\n\n  mere\n\n1. a\n2. b\n\n11. marts lukkede vi. Skriv til <a@b.dk>.")
	want := []Paragraph{
		{Spans: []Span{{Text: "Vi "}, {Text: "gik", Italic: true}, {Text: " "}, {Text: "tur", Bold: true}, {Text: " & talte "}, {Text: "sammen.\n"}, {Text: "Det* hjalp."}}},
		{Kind: Heading, Spans: []Span{{Text: "Så"}}},
		{Kind: Bullet, Spans: []Span{{Text: "ét "}, {Text: "kort", URL: "https://a.dk/"}}},
		{Kind: Bullet, Spans: []Span{{Text: "to"}}},
		{Spans: []Span{{Text: "mere"}}},
		{Kind: Number, First: true, Spans: []Span{{Text: "a"}}},
		{Kind: Number, Spans: []Span{{Text: "b"}}},
		{Spans: []Span{{Text: "11. marts lukkede vi. Skriv til "}, {Text: "a@b.dk", URL: "mailto:a@b.dk"}, {Text: "."}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The letters of a text are those of its paragraphs, in their order: as HTML has them.
func FuzzParagraphs(f *testing.F) {
	for _, s := range []string{"a\n\nb", "- a\n  - b\n    1. c\n\n> d", "```\nkode\n```", "a | b", "![x](y)", "<b>", "# #\n\n***", "1) a\n1) b", "`a*b`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("no text is kept so")
		}
		var b strings.Builder
		for _, p := range Paragraphs(s) {
			if len(p.Spans) == 0 {
				t.Fatal("an empty paragraph")
			}
			for _, x := range p.Spans {
				b.WriteString(x.Text)
			}
		}
		if got, want := letters(b.String()), letters(shown(HTML(s))); got != want {
			t.Errorf("%q\n as paragraphs %q\n as HTML       %q", s, got, want)
		}
	})
}

// shown are the words between the tags.
func shown(page string) string { return html.UnescapeString(tag.ReplaceAllString(page, "")) }

var tag = regexp.MustCompile(`<[^>]*>`)

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return r
	}, s)
}
