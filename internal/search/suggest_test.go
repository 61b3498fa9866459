package search

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

func suggest(t testing.TB, x *Index, text string) []Suggestion {
	t.Helper()
	list, err := x.Suggest(t.Context(), text, 8)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// said is a list of suggestions in short: values by slug, with the synonym,
// practices by title.
func said(list []Suggestion) []string {
	var out []string
	for _, s := range list {
		switch {
		case s.Facet == "":
			out = append(out, s.Label)
		case s.Synonym != "":
			out = append(out, s.Slug+" = "+s.Synonym)
		default:
			out = append(out, s.Slug)
		}
	}
	return out
}

func forms(slugs ...string) func(*catalogue.Practice) {
	return func(p *catalogue.Practice) { p.ContactForms = catalogue.Refs(slugs...) }
}

func themes(slugs ...string) func(*catalogue.Practice) {
	return func(p *catalogue.Practice) { p.Themes = catalogue.Refs(slugs...) }
}

func of(slug string) func(*catalogue.Practice) {
	return func(p *catalogue.Practice) { p.Organisation = catalogue.OrganisationRef{Slug: slug} }
}

func TestSuggest(t *testing.T) {
	x := indexOf(t,
		practice("Gåtur i skoven", groups("angst"), forms("udendoers"), of("aalborg")),
		practice("Ny gåtur", groups("angst", "depression"), forms("video"), published("2021-05-01")),
		practice("Angst hos unge", groups("folk-uden-hjem"), forms("video"), of("viborg"), published("2020-04-01")),
		practice("COVID-19 og hygiejne", groups("hjemloese"), themes("online")),
		practice("Øvelser på ældrecentret i Århus", groups("paa-tvaers", "ikke-oplyst"), of("region-midtjylland")),
		practice("Walk'n'talk for unge mødre", of("kfum"), published("2021-05-02")),
	)
	for _, c := range []struct {
		text string
		want []string
	}{
		// Values before practices, a label's beginning before its middle, and
		// synonyms last; practices that begin so before newer ones.
		{"ang", []string{"angst", "Angst hos unge"}},
		{"gåt", []string{"Gåtur i skoven", "Ny gåtur"}},
		{"unge", []string{"Walk'n'talk for unge mødre", "Angst hos unge"}},
		{"region", []string{"region-midtjylland", "kommuner-i-region-midtjylland", "kommuner-i-region-nordjylland"}},
		{"so", []string{"udsatte", "kfum", "angst = social fobi"}},
		// Any word is a beginning, in any order, each word once.
		{"sår", []string{"psykisk"}},
		{"sårb psyk", []string{"psykisk"}},
		{"psyk psyk", nil},
		{"unge ang", []string{"Angst hos unge"}},
		{"unge u", nil},
		{"wa fo", nil}, // the beginning of a stop word is no more a word than the word is
		{"wa for", []string{"Walk'n'talk for unge mødre"}},
		{"mød wal", []string{"Walk'n'talk for unge mødre"}},
		// A synonym names itself, also one of a merged term, or its label.
		{"panik", []string{"angst = panikangst"}},
		{"fobi", []string{"angst = social fobi"}},
		{"husv", []string{"hjemloese = husvilde"}},
		{"boligl", []string{"hjemloese = boligløse"}},
		{"folk uden", []string{"hjemloese = Folk uden hjem"}},
		{"opkald", nil}, // no practice has the telephone
		{"ikke", nil},   // what is not stated is nothing to look for
		{"på t", []string{"paa-tvaers"}},
		// Folding.
		{"ØV", []string{"Øvelser på ældrecentret i Århus"}},
		{"oevelser aeldre", []string{"Øvelser på ældrecentret i Århus"}},
		{"å", nil},
		{"år", []string{"aarhus", "Øvelser på ældrecentret i Århus"}},
		{"aar", []string{"aarhus", "Øvelser på ældrecentret i Århus"}},
		{"aarhus kom", []string{"aarhus"}},
		{"kommune aa", []string{"aarhus", "aalborg"}},
		{"kfum", []string{"kfum"}},
		// Together, apart, with a hyphen.
		{"covid19", []string{"COVID-19 og hygiejne"}},
		{"covid-1", []string{"COVID-19 og hygiejne"}},
		{"covid 19 hyg", []string{"COVID-19 og hygiejne"}},
		{"online akt", []string{"online"}},
		{"online-akt", []string{"online"}},
		{"onlineakt", []string{"online"}},
		{"walk n t", []string{"Walk'n'talk for unge mødre"}},
		{"hjem løse", []string{"hjemloese"}},
		// Nothing to go by.
		{"", nil},
		{" \u00a0", nil},
		{"a", nil},
		{" g ", nil},
		{"!?", nil},
		{"%_*\\", nil},
		{"\xff\xfe\x00", nil},
		{"xyzzy", nil},
		{"gåtru", nil}, // misspellings are the search's
		{strings.Repeat("unge ", 24), nil},
		{strings.Repeat("x", 5000), nil},
		{"angst " + strings.Repeat("a", 400), []string{"angst", "Angst hos unge"}}, // cut, as the search does
	} {
		if got := said(suggest(t, x, c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%.60q: got %q, want %q", c.text, got, c.want)
		}
	}
	got := suggest(t, x, "boligl")
	if want := []Suggestion{{Facet: catalogue.FacetTargetGroup, Slug: "hjemloese", Label: "Hjemløse", Synonym: "boligløse", Count: 2}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := suggest(t, x, "gåtur i"); len(got) != 1 || got[0].ID != 1 || got[0].Count != 1 {
		t.Errorf("got %+v", got)
	}
	for n := range 3 {
		if got, err := x.Suggest(t.Context(), "ang", n); err != nil || len(got) != n {
			t.Errorf("asked for %d: %+v, %v", n, got, err)
		}
	}
}

// Choosing a suggestion gives as many as it says, and what is suggested
// follows the catalogue.
func TestSuggestFollows(t *testing.T) {
	src := newCatalog()
	src.put(synthetic(500, src.taxonomy))
	x := openIndex(t, t.TempDir(), src)
	values := 0
	for _, text := range []string{"an", "region", "kommune", "ps", "vi", "netværk", "i", "me", "aarhus demens", "hjem"} {
		list := suggest(t, x, text)
		if again := suggest(t, x, text); !reflect.DeepEqual(list, again) {
			t.Errorf("%q: %v and then %v", text, said(list), said(again))
		}
		for i, s := range list {
			if s.Facet == "" {
				continue
			}
			values++
			r := search(t, x, catalogue.Query{Filters: catalogue.Filters{s.Facet: {s.Slug}}})
			if i >= maxSuggestedValues || r.Total != s.Count || len(r.Unknown) > 0 {
				t.Errorf("%q: %+v is number %d and finds %d", text, s, i, r.Total)
			}
		}
		if len(list) > 8 {
			t.Errorf("%q: %d suggestions", text, len(list))
		}
	}
	if values < 10 {
		t.Errorf("only %d values", values)
	}
	src.put(map[int64]*catalogue.Practice{901: practice("Zumba i gården")})
	catchUp(t, x)
	if got := said(suggest(t, x, "zum")); !slices.Equal(got, []string{"Zumba i gården"}) {
		t.Errorf("published: %q", got)
	}
	src.withdraw(901)
	catchUp(t, x)
	if got := suggest(t, x, "zum"); len(got) != 0 {
		t.Errorf("withdrawn: %q", said(got))
	}
	x.Close()
	if _, err := x.Suggest(t.Context(), "zum", 8); !errors.Is(err, catalogue.ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
}

func BenchmarkSuggest(b *testing.B) {
	x, _ := big()
	for _, text := range []string{"an", "me", "netværk", "familie", "i aa", "mentor midt", "cykelværksted i viborg", "aktivitets", strings.Repeat("unge med angst i kommunen og ", 4)} {
		b.Run(fmt.Sprintf("%.24s", strings.ReplaceAll(text, " ", "_")), func(b *testing.B) {
			n := 0
			for b.Loop() {
				list, err := x.Suggest(benchContext, text, 8)
				if err != nil {
					b.Fatal(err)
				}
				n = len(list)
			}
			b.ReportMetric(float64(n), "suggestions")
		})
	}
}

// BenchmarkSuggestFirst is what a new snapshot costs the first who types.
func BenchmarkSuggestFirst(b *testing.B) {
	x, _ := big()
	s := x.acquire()
	defer s.release()
	for b.Loop() {
		s.suggester.values.suggestibleValues()
	}
}
