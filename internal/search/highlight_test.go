package search

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// withBrackets writes brackets around what is highlighted.
func withBrackets(text string, spans []Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.Start] + "[" + text[s.Start:s.End] + "]")
		at = s.End
	}
	return b.String() + text[at:]
}

// highlightIndex has the words that the tests of highlights look for: what no
// practice has is never highlighted.
func highlightIndex(t testing.TB) *Index {
	return indexOf(t,
		practice("Rusmiddelbehandling i det fri", body("Misbrugsbehandling, rusmidler og en behandling mod rus. Behandlingen.")),
		practice("Skolebørn og børnehave", body("Gåture, gåtur og gåturene for skoler.")),
		practice("Metodeudvikling i COVID-19", body("Efter § 104 og § 85. Ærøskøbing. Metode.")),
		practice("Walk and talk", body("Walk'n'talk og online-aktiviteter for beboere.")),
		practice("Fællesskab for hjemløse", groups("hjemloese"), body("Samtaler over Skype, udskrivning og udskrevne.")),
		practice("Hjælpen efter ulykken", groups("angst"), body("Social fobi. En bil af god kvalitet. Hus.")))
}

func TestSpans(t *testing.T) {
	x := highlightIndex(t)
	for _, c := range []struct{ query, text, want string }{
		// A compound: only what counts of it.
		{"rusmiddel", "Rusmiddelbehandling i Viborg", "[Rusmiddel]behandling i Viborg"},
		{"rusmidler", "RUSMIDDELBEHANDLING", "[RUSMIDDEL]BEHANDLING"},
		{"behandling", "Rusmiddelbehandling", "Rusmiddel[behandling]"},
		{"behandling", "Behandlingen er rusmiddelbehandling", "[Behandlingen] er rusmiddel[behandling]"},
		{"børn", "Skolebørn", "Skole[børn]"},
		{"barn", "Skolebørn", "Skole[børn]"},
		{"misbrug", "Misbrugsbehandling", "[Misbrug]sbehandling"}, // the s only links
		{"børn", "Børnehave", "[Børn]ehave"},
		{"gåtur", "gåturene", "[gåturene]"},
		{"tur", "gåturene", "gå[turene]"},
		// Letters that fold to more than one, or to none.
		{"børn", "SKOLEBØRN, ja", "SKOLE[BØRN], ja"},
		{"gaatur", "en gåtur", "en [gåtur]"},
		{"gåtur", "en ga\u030atur!", "en [ga\u030atur]!"},
		{"tur", "en ga\u030atur!", "en ga\u030a[tur]!"},
		{"ga\u030atur", "En Gåtur", "En [Gåtur]"},
		{"udvikling", "metode\u00adudvikling", "metode\u00ad[udvikling]"},
		{"metode", "metode\u00adudvikling", "[metode]\u00adudvikling"},
		{"metodeudvikling", "metodeudvik-\nling her", "[metodeudvik-\nling] her"},
		{"aeroeskoebing", "på Ærø: Ærøskøbing.", "på Ærø: [Ærøskøbing]."},
		// Words in several pieces.
		{"walk and talk", "En walk and talk", "En [walk] and [talk]"},
		{"walk and talk", "Walk'n'talk", "[Walk]'n'[talk]"},
		{"§ 104", "efter § 104 og § 85", "efter [§ 104] og § 85"},
		{"104", "efter § 104", "efter § [104]"},
		{"covid19", "under COVID-19.", "under [COVID-19]."},
		{"covid", "under COVID-19.", "under [COVID]-19."},
		{"aktiviteter", "online-aktiviteter", "online-[aktiviteter]"},
		{"onlineaktiviteter", "Online-aktiviteter", "[Online-aktiviteter]"},
		// Parts that stand apart: all of them or none.
		{"skolebehandling", "behandling i skoler", "[behandling] i [skoler]"},
		{"skolebehandling", "behandling af skolebørn", "[behandling] af [skole]børn"},
		{"skolebehandling", "behandling mod angst", "behandling mod angst"},
		{"rusmiddelbehandling", "Rusmiddelbehandling er behandling", "[Rusmiddelbehandling] er behandling"},
		// Other words: of the same root, synonyms of one word and of more.
		{"udskrive", "ved udskrivning", "ved [udskrivning]"},
		{"husvilde", "Mad til hjemløse", "Mad til [hjemløse]"},
		{"opkald", "Telefon", "Telefon"}, // no practice has the word
		{"video", "Skype", "Skype"},      // a synonym of the term, not the other way
		// Spelling candidates: the whole word.
		{"behandlnig", "en behandling", "en [behandling]"},
		{"hjemlsøe", "de hjemløse", "de [hjemløse]"},
		// Stop words: only when there is nothing else.
		{"det hjemløse", "det er hjemløse", "det er [hjemløse]"},
		{"det og", "det er sådan og", "[det] er sådan [og]"},
		// Letters in common are no reason.
		{"ulykken", "hjælpen", "hjælpen"},
		{"hus", "kvalitetshuset", "kvalitetshuset"}, // a word that is not in the index
		{"rusmiddel", "", ""},
	} {
		r := find(t, x, c.query)
		if got := withBrackets(c.text, r.Highlighter.Spans(c.text)); got != c.want {
			t.Errorf("%q: %q, want %q", c.query, got, c.want)
		}
	}
	if r := find(t, x, ""); r.Highlighter != nil || r.Highlighter.Spans("gåtur") != nil || r.Highlighter.ForTexts("x").MissingFrom("y") != nil {
		t.Error("highlights without a text")
	}
}

// TestSpansWithin: what stands apart may stand in two texts of a practice.
func TestSpansWithin(t *testing.T) {
	m := find(t, highlightIndex(t), "skolebehandling").Highlighter
	one, two := "En behandling", "i skoler"
	if got := m.Spans(one); got != nil {
		t.Errorf("alone: %v", got)
	}
	if got := withBrackets(one, m.ForTexts(one, two).Spans(one)); got != "En [behandling]" {
		t.Errorf("together: %s", got)
	}
	if m.MissingFrom(one) == nil || m.MissingFrom(one+" "+two) != nil {
		t.Error("what is missing is not seen")
	}
}

func TestSnippet(t *testing.T) {
	x := highlightIndex(t)
	long := strings.Repeat("Her står noget helt andet. ", 12)
	for _, c := range []struct {
		query, seen string
		texts       []string
		want        string
	}{
		{"gåtur", "", []string{"En gåtur."}, "En [gåtur]."},
		{"gåtur", "", []string{"Ingenting."}, ""},
		{"gåtur", "gåture", []string{"En gåtur."}, ""},
		// A sentence of its own.
		{"gåtur", "", []string{long + "De gik en gåtur i skoven. " + long}, "De gik en [gåtur] i skoven. Her står noget helt andet. Her står noget helt andet."},
		// An abbreviation is no sentence.
		{"gåtur", "", []string{long + "Der var bl.a. gåtur. " + long}, "Der var bl.a. [gåtur]. Her står noget helt andet. Her står noget helt andet."},
		// The most different words, wherever they are.
		{"gåtur behandling skype", "", []string{"En gåtur.", "En behandling på Skype."}, "En [behandling] på [Skype]."},
		// What the card does not say goes first.
		{"gåtur behandling skype", "behandling på skype", []string{"En behandling på Skype.", "En gåtur."}, "En [gåtur]."},
		// No sentence in reach.
		{"gåtur", "", []string{strings.Repeat("ord ", 60) + "gåtur " + strings.Repeat("ord ", 60)},
			"… " + strings.Repeat("ord ", 9) + "[gåtur]" + strings.Repeat(" ord", 9) + " …"},
		{"gåtur", "", []string{"Første linje\nEn gåtur\nTredje linje"}, "En [gåtur] Tredje linje"},
	} {
		m := find(t, x, c.query).Highlighter
		if c.seen != "" {
			m = m.MissingFrom(c.seen)
		}
		text, spans := m.Snippet(c.texts, 80)
		if got := withBrackets(text, spans); got != c.want {
			t.Errorf("%q in %.40q: got\n\t%q, want\n\t%q", c.query, c.texts, got, c.want)
		}
	}
}

func FuzzSpans(f *testing.F) {
	for _, text := range []string{"Rusmiddelbehandling af skolebørn", "ga\u030atur § 104 COVID-19", "metode\u00adudvikling og metodeudvik-\nling", "Walk'n'talk, bl.a. online-aktiviteter. Og så.", "rusmidler\xff behandling", "a" + strings.Repeat("\u0301", 99) + " gåtur"} {
		f.Add("rusmiddelbehandling børn gåtur § 104 covid udvikling talk", text, 40)
		f.Add(text, text, 10)
	}
	x := highlightIndex(f)
	f.Fuzz(func(t *testing.T, query, text string, max int) {
		q, err := catalogue.ParseQuery("") // as a visitor's text is cut
		if err != nil {
			t.Fatal(err)
		}
		q.Text = query
		m := search(t, x, q).Highlighter
		check := func(text string, spans []Span) {
			last := -1
			for _, s := range spans {
				if s.Start <= last || s.End <= s.Start || s.End > len(text) {
					t.Fatalf("%q: %v", text, spans)
				}
				last = s.End
				if utf8.ValidString(text) && (!utf8.ValidString(text[s.Start:s.End]) || !utf8.ValidString(text[:s.Start])) {
					t.Fatalf("%q: %v cuts a character", text, s)
				}
				if strings.IndexFunc(text[s.Start:s.End], unicode.IsLetter) < 0 && strings.IndexFunc(text[s.Start:s.End], unicode.IsDigit) < 0 {
					t.Fatalf("%q: %v is no word", text, s)
				}
			}
		}
		check(text, m.Spans(text))
		max = 10 + (max%200+200)%200
		snippet, spans := m.Snippet([]string{text, query}, max)
		check(snippet, spans)
		if (snippet == "") != (len(spans) == 0) {
			t.Fatalf("%q without a highlight", snippet)
		}
		if n := utf8.RuneCountInString(snippet); n > max+4 && len(spans) > 1 && spans[len(spans)-1].End-spans[0].Start < max {
			t.Fatalf("%d characters, not %d: %q", n, max, snippet)
		}
	})
}

// BenchmarkSpans highlights a page's worth of cards.
func BenchmarkSpans(b *testing.B) {
	src, _ := seedCatalog(b)
	x := openIndex(b, b.TempDir(), src)
	m := find(b, x, "misbrugsbehandling skype unge").Highlighter
	var all [][]string
	for _, c := range src.rows {
		all = append(all, slices.Concat(texts(c.Practice)[0], texts(c.Practice)[1], texts(c.Practice)[2]))
	}
	all = all[:40]
	for b.Loop() {
		for _, texts := range all {
			m.ForTexts(texts...).MissingFrom(texts[0]).Snippet(texts, 180)
		}
	}
}
