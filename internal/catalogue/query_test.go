package catalogue

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// testTaxonomy has a tree of two levels, a merged term, and actors of each
// sort.
func testTaxonomy() *Taxonomy {
	return NewTaxonomy(map[Vocabulary][]Term{
		TargetGroup: {
			{Slug: "socialt-udsatte", Label: "Socialt udsatte"},
			{Slug: "hjemloese", Label: "Hjemløse", Parent: "socialt-udsatte"},
			{Slug: "rusmidler", Label: "Rusmiddelproblematik", Parent: "socialt-udsatte"},
			{Slug: "angst", Label: "Angst"},
			{Slug: "nervoese", Label: "Nervøse", Successor: "angst"},
		},
		ContactForm: {{Slug: "telefon", Label: "Telefon"}, {Slug: "video", Label: "Video"}},
	}, []Organisation{
		{Slug: "region-midtjylland", Code: "1082", Name: "Region Midtjylland", Kind: Region},
		{Slug: "aarhus", Code: "0751", Name: "Aarhus Kommune", ShortName: "Aarhus", Kind: Municipality, Parent: "region-midtjylland"},
		{Slug: "viborg", Code: "0791", Name: "Viborg Kommune", ShortName: "Viborg", Kind: Municipality, Parent: "region-midtjylland"},
		{Slug: "autisme", Name: "Specialområde Autisme", Kind: RegionUnit, Parent: "region-midtjylland"},
		{Slug: "kfum", Name: "KFUM", Kind: NGO},
	})
}

func TestCanonicalForm(t *testing.T) {
	tax := testTaxonomy()
	for _, c := range []struct{ raw, want string }{
		{"", ""},
		{"q=&maalgruppe=&side=1&sortering=bedst-belyst", ""},
		{"sortering=nyeste", "sortering=nyeste"},
		{"q=++g%C3%A5tur++ude+", "q=g%C3%A5tur+ude"},
		{"q=a&sortering=relevans", "q=a"},
		{"sortering=relevans", ""},
		{"sortering=navn&q=a", "q=a&sortering=navn"},
		{"sortering=unknown", ""},
		{"hest=1&utm_source=x", ""},
		{"maalgruppe=rusmidler&maalgruppe=angst&maalgruppe=angst", "maalgruppe=angst&maalgruppe=rusmidler"},
		{"maalgruppe=hjemloese&maalgruppe=socialt-udsatte", "maalgruppe=socialt-udsatte"},
		{"maalgruppe=nervoese", "maalgruppe=angst"},
		{"maalgruppe=findes-ikke", "maalgruppe=findes-ikke"},
		{"aktoer=aarhus&aktoer=kommuner-i-region-midtjylland", "aktoer=kommuner-i-region-midtjylland"},
		{"aktoer=region-midtjylland&aktoer=aarhus", "aktoer=aarhus&aktoer=region-midtjylland"},
		{"aktoer=region-midtjylland&aktoer=autisme", "aktoer=region-midtjylland"},
		{"side=-3", ""}, {"side=0", ""}, {"side=x", ""}, {"side=2", "side=2"},
		{"q=%00%1f%ffa%C2%AD", "q=a%C2%AD"},
		{"kontaktform=telefon&maalgruppe=angst&q=b", "kontaktform=telefon&maalgruppe=angst&q=b"},
	} {
		q, err := ParseQuery(c.raw)
		if err != nil {
			t.Errorf("%q: %v", c.raw, err)
			continue
		}
		if got := tax.Canonical(q).Encode(); got != c.want {
			t.Errorf("%q: got %q, want %q", c.raw, got, c.want)
		}
	}
}

func TestParseQueryRefuses(t *testing.T) {
	if _, err := ParseQuery("q=" + strings.Repeat("a", MaxQueryString)); err != ErrQueryTooLong {
		t.Errorf("long: %v", err)
	}
	for _, raw := range []string{"q=%zz", "q=a;b=c"} {
		if _, err := ParseQuery(raw); err != ErrQueryMalformed {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestPastEveryEnd(t *testing.T) {
	for _, side := range []string{"1000000000", "99999999999999999999999"} {
		q, err := ParseQuery("side=" + side)
		if err != nil || q.Page < 1_000_000_000 {
			t.Errorf("side=%s: page %d, %v", side, q.Page, err)
		}
	}
}

func TestSearchText(t *testing.T) {
	for _, c := range []struct {
		text string
		want int // words that are searched
		cut  bool
	}{
		{"gåtur ude", 2, false},
		{strings.Repeat("ord ", 24) + "for meget", 24, true},
		{strings.Repeat("ø", 1000), 1, true},
		{strings.Repeat("langtord ", 20) + strings.Repeat("x", 390), 20, true},
	} {
		got, cut := Query{Text: strings.TrimSpace(c.text)}.SearchText()
		if n := len(strings.Fields(got)); n != c.want || cut != c.cut || !utf8.ValidString(got) || len(got) > MaxSearchBytes {
			t.Errorf("%.30q: %d words of %d bytes, cut %v", c.text, n, len(got), cut)
		}
	}
}

func TestToggle(t *testing.T) {
	tax := testTaxonomy()
	for _, c := range []struct{ raw, facet, slug, want string }{
		{"", "maalgruppe", "angst", "maalgruppe=angst"},
		{"maalgruppe=angst&side=3", "maalgruppe", "angst", ""},
		{"maalgruppe=socialt-udsatte", "maalgruppe", "hjemloese", "maalgruppe=hjemloese"},
		{"maalgruppe=angst&maalgruppe=hjemloese&maalgruppe=rusmidler", "maalgruppe", "socialt-udsatte", "maalgruppe=angst&maalgruppe=socialt-udsatte"},
		{"aktoer=kommuner-i-region-midtjylland&q=x", "aktoer", "viborg", "aktoer=viborg&q=x"},
	} {
		q, err := ParseQuery(c.raw)
		if err != nil {
			t.Fatal(err)
		}
		before := q.Encode()
		if got := tax.Toggle(q, c.facet, c.slug).Encode(); got != c.want {
			t.Errorf("%q toggle %s: got %q, want %q", c.raw, c.slug, got, c.want)
		}
		if q.Encode() != before {
			t.Errorf("%q toggle %s changed the query it was given", c.raw, c.slug)
		}
	}
}

func TestSentence(t *testing.T) {
	tax := testTaxonomy()
	for _, c := range []struct {
		raw   string
		total int
		want  string
	}{
		{"", 45, "45 eksempler."},
		{"q=gåtur", 1, "1 eksempel med »gåtur«."},
		{"q=a&maalgruppe=angst&maalgruppe=hjemloese&effekt=god&stemme=leder&aktoer=aarhus", 0,
			"0 eksempler med »a« for angst eller hjemløse, med god effekt, ifølge ledere, fra Aarhus Kommune."},
		{"maalgruppe=hest", 0, "0 eksempler for »hest«."},
	} {
		q, err := ParseQuery(c.raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := tax.Sentence(q, c.total); got != c.want {
			t.Errorf("%q: got %q, want %q", c.raw, got, c.want)
		}
	}
}

// The canonical form of a canonical form is itself, whatever was typed.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"q=gåtur&maalgruppe=angst", "maalgruppe=socialt-udsatte&maalgruppe=hjemloese", "q=%ff%00", "side=99", "sortering=navn&art=eksempel", "a;b", "%"} {
		f.Add(s)
	}
	tax := testTaxonomy()
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := ParseQuery(raw)
		if err != nil {
			return
		}
		once := tax.Canonical(q).Encode()
		again, err := ParseQuery(once)
		if err == ErrQueryTooLong && len(once) > MaxQueryString {
			return // escaping made it longer; it is refused, not shown in two forms
		}
		if err != nil {
			t.Fatalf("%q is refused in its canonical form %q: %v", raw, once, err)
		}
		if twice := tax.Canonical(again).Encode(); twice != once {
			t.Errorf("%q: %q, then %q", raw, once, twice)
		}
		if _, err := url.ParseQuery(once); err != nil {
			t.Errorf("%q: canonical form %q: %v", raw, once, err)
		}
		if text, _ := q.SearchText(); len(text) > MaxSearchBytes || len(strings.Fields(text)) > MaxSearchWords || !utf8.ValidString(text) {
			t.Errorf("%q: search text %q", raw, text)
		}
		_ = tax.Sentence(q, 1)
	})
}

// A heading names a few of many values.
func TestSentenceOfManyValues(t *testing.T) {
	tax := testTaxonomy()
	q := Query{Filters: Filters{FacetTargetGroup: {"a", "b", "c", "d", "e", "f", "g", "h"}}, Page: 1}
	if got := tax.Sentence(q, 2); got != "2 eksempler for »a«, »b«, »c«, »d«, »e«, »f«, »g« eller »h«." {
		t.Errorf("eight: %q", got)
	}
	q = q.Add(FacetTargetGroup, "i")
	if got := tax.Sentence(q, 2); got != "2 eksempler for »a«, »b«, »c«, »d«, »e« eller 4 andre." {
		t.Errorf("nine: %q", got)
	}
	for i := range 12 {
		q = q.Add(FacetNear, "k"+string(rune('a'+i)))
	}
	q.Text = "gåtur"
	if got := tax.Sentence(q, 2); got != "2 eksempler med »gåtur«, der passer til 21 valgte filtre." {
		t.Errorf("twenty-one: %q", got)
	}
}
