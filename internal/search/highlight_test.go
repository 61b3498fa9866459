package search

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
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

// highlighterOf is the highlighter of a query's answer; nil without text.
func highlighterOf(t testing.TB, x *Index, text string) *Highlighter {
	t.Helper()
	s := x.acquire()
	defer s.release()
	a, err := s.searcher.read(t.Context(), catalogue.Query{Text: text, Sort: catalogue.SortRelevance})
	if err != nil {
		t.Fatal(err)
	}
	defer a.release()
	if a.matches == nil {
		return nil
	}
	return s.searcher.highlighters.highlighter(t.Context(), a.words)
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
		if got := withBrackets(c.text, highlighterOf(t, x, c.query).Spans(c.text)); got != c.want {
			t.Errorf("%q: %q, want %q", c.query, got, c.want)
		}
	}
	if r := find(t, x, ""); r.Quotes != nil {
		t.Error("quotes without a text")
	}
}

// TestSpansWithin: what stands apart may stand in two texts of a practice.
func TestSpansWithin(t *testing.T) {
	m := highlighterOf(t, highlightIndex(t), "skolebehandling")
	one, two := m.marked("En behandling"), m.marked("i skoler")
	if got := m.spans(one); got != nil {
		t.Errorf("alone: %v", got)
	}
	if got := withBrackets(one.text, m.forTexts([]markedText{one, two}).spans(one)); got != "En [behandling]" {
		t.Errorf("together: %s", got)
	}
	if m.missingFrom([]markedText{one}) == nil || m.missingFrom([]markedText{m.marked("En behandling i skoler")}) != nil {
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
		m := highlighterOf(t, x, c.query)
		if c.seen != "" {
			m = m.missingFrom([]markedText{m.marked(c.seen)})
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
		m := highlighterOf(t, x, query)
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

// TestQuotes: what a list shows of a practice is what was indexed of it.
func TestQuotes(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for _, text := range []string{"misbrugsbehandling skype unge", "gåtur", "Aarhus", "hygiejne"} {
		r := find(t, x, text)
		if len(r.IDs) == 0 {
			t.Fatalf("%q finds nothing", text)
		}
		m := highlighterOf(t, x, text)
		for _, id := range slices.Concat(r.IDs, r.Near) {
			q, p := r.Quotes[id], src.rows[id].Practice
			if !slices.Equal(q.Shown, p.Card().Shown()) {
				t.Errorf("%q: %s shows %q", text, p.Slug, q.Shown)
			}
			var texts []markedText
			for _, s := range passageTexts(p) {
				texts = append(texts, markedText{s, m.marked(s.text).tokens})
			}
			if want := m.quote(texts); !reflect.DeepEqual(q, want) {
				t.Errorf("%q: %s: %+v, want %+v", text, p.Slug, q, want)
			}
		}
	}
}

// TestPassagesDamaged: what is cut or changed is an error, and never read beyond
// its end.
func TestPassagesDamaged(t *testing.T) {
	whole := string(tokenCache{}.encodePassages([]passageText{{passageRunning, "", "En gåtur i COVID-19."}, {passageLine, "Hvem", "Aarhus"}}))
	all := func(string) int32 { return 0 }
	var b passageBuffers
	texts, err := b.read(whole, all)
	if err != nil || len(texts) != 2 || texts[1].label != "Hvem" || len(texts[0].tokens) != 6 {
		t.Fatalf("%+v, %v", texts, err)
	}
	for n := 1; n < len(whole); n++ {
		if _, err := b.read(whole[:n], all); !errors.Is(err, errDamaged) {
			t.Errorf("%d bytes: %v", n, err)
		}
		for _, c := range []byte{0, 0x7f, 0xff} {
			changed := whole[:n] + string([]byte{c}) + whole[n+1:]
			if _, err := b.read(changed, all); err != nil && !errors.Is(err, errDamaged) {
				t.Errorf("byte %d is %x: %v", n, c, err)
			}
		}
	}
}

// BenchmarkQuotes makes a page's worth of quotes, from the tokens that are kept
// and from texts cut anew.
func BenchmarkQuotes(b *testing.B) {
	src, _ := seedCatalog(b)
	x := openIndex(b, b.TempDir(), src)
	const text = "misbrugsbehandling skype unge"
	ids := find(b, x, text).IDs
	m := highlighterOf(b, x, text)
	s := x.acquire()
	defer s.release()
	var kept, anew time.Duration
	for b.Loop() {
		begun := time.Now()
		if _, err := s.searcher.quoter.quotes(b.Context(), m, map[int64]Quote{}, ids); err != nil {
			b.Fatal(err)
		}
		kept += time.Since(begun)
		begun = time.Now()
		for _, id := range ids {
			var texts []markedText
			for _, s := range passageTexts(src.rows[id].Practice) {
				texts = append(texts, markedText{s, m.marked(s.text).tokens})
			}
			m.quote(texts)
		}
		anew += time.Since(begun)
	}
	b.ReportMetric(float64(kept)/float64(anew), "kept/anew")
}
