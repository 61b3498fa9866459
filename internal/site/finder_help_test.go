package site_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"praksis/internal/browsertest"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
)

func asked(text string) string { return "/eksempler?" + url.Values{"q": {text}}.Encode() }

func cardTexts(s *goquery.Selection) (out []string) {
	s.Each(func(_ int, x *goquery.Selection) { out = append(out, strings.Join(strings.Fields(x.Text()), " ")) })
	return out
}

// TestHelpHighlights: a card shows why it is there.
func TestHelpHighlights(t *testing.T) {
	f := readingFixture(t)
	for _, c := range []struct {
		text, in, want string // something that is marked in the first card
	}{
		{"rusmidler viborg", ".hit h3 mark", "rusmiddel"},
		{"rusmidler viborg", ".hit__who mark", "Viborg"},
		{"rusmidler viborg", ".hit__facts mark", "Rusmiddel"},
		{"misbrugsbehandling skype", ".hit h3 mark", "rusmiddelbehandling"},
		{"hjemlsøe", ".hit h3 mark", "hjemløse"},
		{"færre afbud telefon rusmiddel", ".hit__summary mark", "afbud"},
	} {
		got := cardTexts(f.page(asked(c.text)).Find(".hits li").First().Find(c.in))
		if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, c.want) }) {
			t.Errorf("%q: %s has %q, not %q", c.text, c.in, got, c.want)
		}
	}
	for _, path := range []string{"/", "/eksempler", "/eksempler?kontaktform=video", asked("og i det")} {
		d := f.page(path)
		if got := cardTexts(d.Find("mark, .hit__snippet")); path != asked("og i det") && len(got) > 0 {
			t.Errorf("%s: marked without a search: %q", path, got)
		}
	}
}

// TestHelpSnippets: what the card itself does not say is quoted.
func TestHelpSnippets(t *testing.T) {
	f := readingFixture(t)
	for text, want := range map[string]string{
		"fysioterapi":          "fysioterapi",
		"nødherberg kapacitet": "kapacitet",
	} {
		d := f.page(asked(text))
		got := cardTexts(d.Find(".hit__snippet mark"))
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(strings.ToLower(s), want) }) {
			t.Errorf("%q: snippets mark %q", text, got)
		}
	}
	for _, text := range []string{"rusmidler viborg", "telefon", "unge hotline", "psykiatri randers", "misbrugsbehandling skype"} {
		f.page(asked(text)).Find(".hit").Each(func(_ int, hit *goquery.Selection) {
			s := hit.Find(".hit__snippet")
			if s.Length() > 0 && (s.Find("mark").Length() == 0 || len([]rune(s.Text())) > 260 || strings.Contains(s.Text(), "**")) {
				t.Errorf("%q: %q", text, s.Text())
			}
			if hit.Find("mark").Length() == 0 {
				t.Errorf("%q: nothing tells why %q is there", text, hit.Find("h3").Text())
			}
		})
	}
}

// TestReadAs: a slip is told, and what is shown are the examples with the word
// that it is read as.
func TestReadAs(t *testing.T) {
	f := readingFixture(t)
	d := f.page(asked("hjemlsøe"))
	if got := cardTexts(d.Find("#results .notice")); len(got) != 1 || got[0] != "Ingen eksempler har »hjemlsøe«. Vi har i stedet søgt på »hjemløse«." {
		t.Errorf("notice %q", got)
	}
	want := f.page(asked("hjemløse"))
	if got, want := cardTexts(d.Find("h1")), cardTexts(want.Find("h1")); !slices.Equal(got, want) {
		t.Errorf("headed %q, want %q", got, want)
	}
	if got, want := cardTexts(d.Find(".hit h3")), cardTexts(want.Find(".hit h3")); !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("shows %q, want %q", got, want)
	}
	// The same word, and good Danish, are not corrected.
	for _, text := range []string{"paaroerende", "pårørende", "hjemløse", "vest", "walk and talk", "covid19"} {
		if got := cardTexts(f.page(asked(text)).Find("p.help")); len(got) > 0 {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func examples(n int) string {
	b, _ := json.Marshal(n)
	return string(b) + " eksempler"
}

// TestHelpOffers: a filter that stands in the text is one click away, and gives
// what it says.
func TestHelpOffers(t *testing.T) {
	f := readingFixture(t)
	for text, want := range map[string]string{
		"rusmidler Viborg":          "/eksempler?aktoer=viborg&q=rusmidler",
		"rusmidler i Viborg":        "/eksempler?aktoer=viborg&q=rusmidler",
		"unge hotline":              "/eksempler?maalgruppe=unge&q=hotline",
		"walk and talk":             "/eksempler?kontaktform=walk-and-talk",
		"viborg kommune rusmidler ": "/eksempler?aktoer=viborg&q=rusmidler",
	} {
		d := f.page(asked(text))
		links := d.Find(".offers a[data-finder]")
		found := false
		links.Each(func(_ int, a *goquery.Selection) {
			href := a.AttrOr("href", "")
			found = found || href == want
			_, query, _ := strings.Cut(href, "?")
			if n := f.json(query).Total; !strings.Contains(a.Text(), "("+strings.TrimSuffix(examples(n), " eksempler")) || n == 0 {
				t.Errorf("%q: %q gives %d", text, a.Text(), n)
			}
			if w := f.do("GET", href); w.Code != 200 {
				t.Errorf("%q: %s is not canonical: %d", text, href, w.Code)
			}
		})
		if !found || links.Length() > 3 {
			t.Errorf("%q: %d links, none to %s", text, links.Length(), want)
		}
		if d.Find("#results .offers").Length() != 1 {
			t.Errorf("%q: not among what is swapped", text)
		}
	}
	// What is chosen already is not offered.
	if got := cardTexts(f.page("/eksempler?aktoer=viborg&q=rusmidler+viborg").Find("#vis-aktoer-viborg")); len(got) > 0 {
		t.Errorf("offered again: %q", got)
	}
}

type offer struct {
	Facet, Value, Label, Text string
	Count                     int
}

// TestHelpJSON is what the README promises.
func TestHelpJSON(t *testing.T) {
	f := readingFixture(t)
	var out struct {
		Notices []string
		Meant   []struct {
			Text  string
			Count int
		} `json:"did_you_mean"`
		Offers []offer
		ReadAs string `json:"read_as"`
	}
	if err := json.Unmarshal(f.do("GET", "/eksempler.json?q=hjemls%C3%B8e").Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Notices) != 1 || out.ReadAs != "hjemløse" || out.Meant != nil || len(out.Offers) == 0 || out.Offers[0].Value != "hjemloese" {
		t.Errorf("%+v", out)
	}
	out.Offers = nil
	if err := json.Unmarshal(f.do("GET", "/eksempler.json?q=rusmidler+i+aarhus").Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(out.Offers, func(o offer) bool { return o.Value == "aarhus" })
	if i < 0 || out.Offers[i].Facet != "aktoer" || out.Offers[i].Label != "Aarhus Kommune" || out.Offers[i].Text != "rusmidler" || out.Offers[i].Count == 0 || out.Meant != nil {
		t.Errorf("%+v", out)
	}
}

// TestHelpInBrowser: the links swap the page's parts, and a reader of screens
// hears the whole of their names.
func TestHelpInBrowser(t *testing.T) {
	f := newFixture(t)
	ctx := tab(t, browsertest.Chromium(t), 1280)
	do(t, ctx, chromedp.Navigate(server(t, f)+asked("rusmidler viborg")))
	eval[bool](t, ctx, `window.samePage = true`)
	if name := eval[string](t, ctx, `document.getElementById('vis-aktoer-viborg').textContent.replace(/\s+/g, ' ').trim()`); name != "Aktør: Viborg Kommune (3 eksempler)" {
		t.Errorf("named %q", name)
	}
	do(t, ctx, chromedp.Click(chromedp.ID("vis-aktoer-viborg")))
	eventually(t, ctx, `location.search === '?aktoer=viborg&q=rusmidler' && document.querySelectorAll('#chosen li').length === 1 && document.getElementById('q').value === 'rusmidler'`)
	if !eval[bool](t, ctx, `window.samePage === true && document.activeElement.id === 'resultater'`) {
		t.Error("a new page, or the focus is lost")
	}
}

// TestLawNotice: what a paragraph is about is counted only where something was.
func TestLawNotice(t *testing.T) {
	f := readingFixture(t)
	for text, want := range map[string]string{
		"§ 141": "Vi har også søgt efter »",
		"§ 85":  " er talt med.",
	} {
		d := f.page(asked(text))
		got := strings.Join(cardTexts(d.Find("#results .notice")), " ")
		if !strings.Contains(got, want) || strings.Contains(got, "talt med") != strings.Contains(want, "talt med") {
			t.Errorf("%s: %q under %q, want %q", text, got, cardTexts(d.Find("h1")), want)
		}
	}
}

// TestNothingFound: what is said where nothing was found fits what stands beside it.
func TestNothingFound(t *testing.T) {
	f := readingFixture(t)
	for _, c := range []struct{ path, want, not string }{
		{asked("Region Sjælland"), "Prøv et af filtrene ovenfor.", "Brug færre"},
		{asked("Region Hovedstaden"), "Prøv et af filtrene ovenfor.", "Brug færre"},
		{asked("demens") + "&side=2", "Ligner det nærmeste", "bedste svar"},
		{asked("BPA") + "&side=5", "Ligner det nærmeste", "bedste svar"},
		{asked("hjemløse"), "Ligner det bedste svar", "det nærmeste"},
		{asked("demens ikke Røde Kors"), "", "»ikke«"},
		{asked("demens ikke Røde Kors"), "", "Kun »Røde«"},
		{asked("dårlige erfaringer med video"), "eksempler med »video«", "eksempler med »dårlige"},
		{asked("Morsø"), "", "nævner »"},
	} {
		got := f.page(c.path).Find("main").Text()
		if !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
			t.Errorf("%s: without %q, or with %q", c.path, c.want, c.not)
		}
	}
}
