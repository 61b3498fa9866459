package search

import (
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/danish"

	"github.com/google/go-cmp/cmp"
)

// TestReadAsSeeds asks the seeds.
func TestReadAsSeeds(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for text, want := range map[string]string{
		"hjemlsøe":         "hjemløse",
		"pårøhrende":       "pårørende", // as Danes spell it
		"paaroehrende":     "pårørende",
		"psykiatry":        "psykiatri",
		"botilbuud aarhus": "botilbud aarhus", // the rest stays as typed
		"Ensomhet?":        "ensomhed?",
		"ulvbjrg":          "",
		// Nothing is wrong with these.
		"paaroerende": "", "pårørende": "", "PÅRØRENDE": "", "hjemløse": "", "gåtur": "", "covid19": "", "§ 104": "", "walk and talk": "",
		"vest": "", "hånd": "", "ulv": "", "og i det": "", "": "",
		// With so many, it is no Danish.
		"hjemlsøe pårøhrende psykiatry botilbuud": "",
	} {
		r := find(t, x, text)
		if r.ReadAs != want || len(r.DidYouMean) > maxCorrections {
			t.Errorf("%q: read as %q, want %q", text, r.ReadAs, want)
		}
		for _, c := range r.DidYouMean {
			if n := find(t, x, c.Text).Total; n != c.Count || n < minCorrectionHits || n <= r.Total {
				t.Errorf("%q: %q gives %d, said %d, now %d", text, c.Text, n, c.Count, r.Total)
			}
		}
	}
	// What is offered are the filters of what it was read as.
	for text, want := range map[string]string{"hjemlose": "hjemløse", "parorende": "pårørende", "Kobenhavn": "København", "vieo": "video", "telfon": "telefon", "telfon til unge": "telefon til unge"} {
		r, as := find(t, x, text), find(t, x, want)
		if r.ReadAs != want || len(r.Offers) == 0 || !cmp.Equal(r.Offers, as.Offers) {
			t.Errorf("%q: read as %q, offers %v, want %v of %q", text, r.ReadAs, r.Offers, as.Offers, want)
		}
	}
	// Within the filters that are chosen.
	q := catalogue.Query{Text: "hjemlsøe", Page: 1, Filters: catalogue.Filters{catalogue.FacetActor: {"aarhus"}}}
	for _, c := range search(t, x, q).DidYouMean {
		if n, err := x.Count(t.Context(), q.WithText(c.Text)); err != nil || n != c.Count {
			t.Errorf("%v, but %d, %v", c, n, err)
		}
	}
}

// TestRareMisspelling: a word that an author misspelled is corrected too.
func TestRareMisspelling(t *testing.T) {
	x := indexOf(t, practice("Pårørennde ringer"), practice("Mad til pårørende"), practice("Pårørende på besøg"), practice("Brev til pårørende"), practice("Møde med pårørende"))
	r := find(t, x, "pårørennde")
	if len(r.DidYouMean) != 1 || r.DidYouMean[0] != (Correction{"pårørende", 4}) || r.ReadAs != "" || r.Total != 1 {
		t.Errorf("%v, %q, %d", r.DidYouMean, r.ReadAs, r.Total)
	}
}

// TestReadAs: what is shown for a word that no practice has are the hits of the
// word that it is read as. Words of the dictionary and abbreviations stay.
func TestReadAs(t *testing.T) {
	x := indexOf(t, practice("Mad til hjemløse efter en gåtur"), practice("En gåtur"), practice("Smukke kinder"), practice("SSPA i skolen"))
	for text, want := range map[string]string{
		"hjemlsøe":       "hjemløse",
		"HJEMLSØE":       "hjemløse",
		"gåtor hjemlose": "gåtur hjemløse",
		"hjemløse":       "",
		"kvinder":        "",
		"SSPB":           "",
		"qwxzw":          "",
	} {
		r := find(t, x, text)
		if r.ReadAs != want {
			t.Errorf("%q: read as %q, want %q", text, r.ReadAs, want)
		}
		if want == "" {
			continue
		}
		if as := find(t, x, want); r.Total != as.Total || !slices.Equal(r.IDs, as.IDs) || !slices.Equal(r.Words, as.Words) {
			t.Errorf("%q: %v of %d, but %q gives %v of %d", text, r.IDs, r.Total, want, as.IDs, as.Total)
		}
	}
	if r := find(t, x, "kvinder"); r.Total != 0 {
		t.Errorf("kvinder gives %d", r.Total)
	}
}

// TestSlips asks the seeds: a slip is never an inflection. It is read as the word
// that is meant, which is said, and has that word's hits.
func TestSlips(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for text, want := range map[string]string{
		"aarhuss": "Aarhus", "Aarhuss": "Aarhus", "Rander": "Randers", "horsen": "Horsens", "Silkeborgg": "Silkeborg", "bostøttte": "bostøtte", "bostøte": "bostøtte",
		"chatt": "chat", "telefonn": "telefon", "hjemløsse": "hjemløse", "skolle": "skole", "chatt med unge": "chat med unge",
		"skolevægering": "skolevægring",
		// Two letters changed about, also where the typed letters could be one Danish letter.
		"vidoe": "video", "tefelon": "telefon",
		// A compound that the dictionary takes for another.
		"udviklingshemmede": "udviklingshæmmede", "videomode": "videomøde",
	} {
		r, as := find(t, x, text), find(t, x, want)
		if r.ReadAs != want || r.Total != as.Total || r.Total == 0 || !slices.Equal(r.IDs, as.IDs) {
			t.Errorf("%q: %d hits, read as %q, want %d of %q", text, r.Total, r.ReadAs, as.Total, want)
		}
	}
	// Inflections that no text has.
	for _, text := range []string{"telefonernes", "bostøtternes", "gåturenes", "chatternes", "skypes", "facebooks"} {
		if r := find(t, x, text); r.ReadAs != "" || r.Total == 0 {
			t.Errorf("%q: %d hits, read as %q", text, r.Total, r.ReadAs)
		}
	}
}

// TestSpellings: what is offered is written as in the texts. The rule that is
// used for what stands in no title errs seldom.
func TestSpellings(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	s := x.acquire()
	defer s.release()
	for term, want := range map[string]string{"paaroerende": "pårørende", "hjemloese": "hjemløse", "beboere": "beboere", "aarhus": "Aarhus", "viborg": "Viborg", "skype": "skype", "sms": "sms"} {
		got, err := s.searcher.corrector.surfaceForms.of(t.Context(), indexTerm{term: term, stem: danish.Stem(term), fields: s.postings.lexicon.fields(term)})
		if err != nil || got != want {
			t.Errorf("%s: %q, want %q, %v", term, got, want, err)
		}
	}
	seen, wrong := 0, []string{}
	for _, c := range src.rows {
		for _, list := range texts(c.Practice) {
			for _, text := range list {
				for _, k := range danish.Tokens(text) {
					if word := strings.ToLower(text[k.Start:k.End]); k.Members == 0 && danish.Fold(word) == k.Term && strings.ContainsAny(word, "æøå") {
						seen++
						if got := danish.Spell(k.Term); got != word {
							wrong = append(wrong, word+" as "+got)
						}
					}
				}
			}
		}
	}
	if seen < 500 || len(wrong) > seen/50 {
		t.Errorf("%d of %d: %q", len(wrong), seen, wrong)
	}
}

// TestOffers asks the seeds.
func TestOffers(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for text, want := range map[string][]Offer{
		"rusmidler Viborg":              {{Facet: "maalgruppe", Slugs: []string{"rusmidler"}, Text: "Viborg"}, {Facet: "aktoer", Slugs: []string{"viborg"}, Text: "rusmidler"}},
		"rusmidler i Viborg":            {{Facet: "maalgruppe", Slugs: []string{"rusmidler"}, Text: "Viborg"}, {Facet: "aktoer", Slugs: []string{"viborg"}, Text: "rusmidler"}},
		"i Viborg kommune?":             {{Facet: "aktoer", Slugs: []string{"viborg"}}},
		"unge hotline":                  {{Facet: "maalgruppe", Slugs: []string{"unge"}, Text: "hotline"}, {Facet: "kontaktform", Slugs: []string{"hotline"}, Text: "unge"}},
		"hotline for unge":              {{Facet: "kontaktform", Slugs: []string{"hotline"}, Text: "unge"}, {Facet: "maalgruppe", Slugs: []string{"unge"}, Text: "hotline"}},
		"walk and talk viborg":          {{Facet: "kontaktform", Slugs: []string{"walk-and-talk"}, Text: "viborg"}, {Facet: "aktoer", Slugs: []string{"viborg"}, Text: "walk and talk"}},
		"Region Midtjylland":            {{Facet: "aktoer", Slugs: []string{"region-midtjylland"}}, {Facet: "aktoer", Slugs: []string{"kommuner-i-region-midtjylland"}}},
		"Region Syddanmark":             {{Facet: "aktoer", Slugs: []string{"region-syddanmark"}}, {Facet: "aktoer", Slugs: []string{"kommuner-i-region-syddanmark"}}},
		"Region Sjælland":               {{Facet: "aktoer", Slugs: []string{"kommuner-i-region-sjaelland"}}}, // did nothing itself
		"psykisk sårbare i Aarhus":      {{Facet: "maalgruppe", Slugs: []string{"psykisk-saarbare"}, Text: "Aarhus"}, {Facet: "aktoer", Slugs: []string{"aarhus"}, Text: "psykisk sårbare"}},
		"kan man bruge video til angst": {{Facet: "kontaktform", Slugs: []string{"video"}, Text: "angst"}, {Facet: "maalgruppe", Slugs: []string{"angst"}, Text: "video"}},
		// What a phrase asks for stays whole.
		"dårlige erfaringer med video": {{Facet: "effekt", Slugs: []string{"daarlig"}, Text: "video"}, {Facet: "kontaktform", Slugs: []string{"video"}, Text: "dårlige erfaringer"}},
		"gode erfaringer med gåture":   {{Facet: "effekt", Slugs: []string{"god"}, Text: "gåture"}, {Facet: "kontaktform", Slugs: []string{"walk-and-talk"}, Text: "gode erfaringer"}},
		"hvad virkede godt for unge":   {{Facet: "effekt", Slugs: []string{"god"}, Text: "unge"}, {Facet: "maalgruppe", Slugs: []string{"unge"}, Text: "hvad virkede godt"}},
		"gåturen":                      {{Facet: "kontaktform", Slugs: []string{"walk-and-talk"}}}, // a synonym, inflected
		"på vejen":                     nil,                                                        // no municipality
		"og i det":                     nil,
		"":                             nil,
	} {
		r := find(t, x, text)
		if len(r.Offers) != len(want) {
			t.Errorf("%q: %+v", text, r.Offers)
			continue
		}
		for i, o := range r.Offers {
			if o.Facet != want[i].Facet || !slices.Equal(o.Slugs, want[i].Slugs) || o.Text != want[i].Text || o.Label == "" {
				t.Errorf("%q: %+v, want %+v", text, o, want[i])
			}
			n, err := x.Count(t.Context(), catalogue.Query{Text: o.Text}.With(o.Facet, o.Slugs...))
			if err != nil || n != o.Count || n == 0 {
				t.Errorf("%q: %+v gives %d, %v", text, o, n, err)
			}
		}
	}
	// What is chosen is not offered; another of the same facet goes in its place.
	for slug, want := range map[string]int{"viborg": 0, "aarhus": 1} {
		q := catalogue.Query{Text: "rusmidler viborg"}.With(catalogue.FacetActor, slug)
		n := 0
		for _, o := range search(t, x, q).Offers {
			if o.Facet == catalogue.FacetActor {
				n++
			}
		}
		if n != want {
			t.Errorf("with %s chosen: %d", slug, n)
		}
	}
}

// TestCounted: what is said to be counted has the same hits as what was asked.
func TestCounted(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for text, want := range map[string]string{
		"dårlige erfaringer med video":            "video",
		"hvad virkede ikke for unge med angst":    "unge med angst",
		"video til unge, hvad siger de pårørende": "video til unge",
		"telefn, hvad virkede ikke":               "telefon",
		"video til unge":                          "video til unge",
		"med video":                               "med video",
	} {
		r := find(t, x, text)
		if n := find(t, x, want).Total; r.Counted != want || r.Total != n || n == 0 {
			t.Errorf("%q: %d with %q, want %d with %q", text, r.Total, r.Counted, n, want)
		}
	}
}

func TestSynonyms(t *testing.T) {
	for word, want := range map[string]string{"opkald": "Telefon", "husvild": "Hjemløse", "boligløse": "Hjemløse", "qwxz": ""} {
		got := Synonyms(testTaxonomy(), word)
		if want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

// TestUnderstood asks the seeds: what asks for a filter and nothing else is
// answered with it, what asks for more is offered it.
func TestUnderstood(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	filters := func(offers []Offer) (out []string) {
		for _, o := range offers {
			out = append(out, o.Facet+"="+strings.Join(o.Slugs, ","))
		}
		return out
	}
	for text, want := range map[string]string{
		"hvad virkede ikke":                      "effekt=daarlig",
		"Hvad virker ikke?":                      "effekt=daarlig",
		"hvad gik godt":                          "effekt=god",
		"hvad siger borgerne":                    "stemme=borger",
		"hvad mener pårørende":                   "stemme=paaroerende",
		"medarbejdernes erfaringer":              "stemme=medarbejder",
		"hvad siger de pårørende":                "stemme=paaroerende",
		"hvordan oplevede de pårørende det":      "stemme=paaroerende",
		"hvad mener de ansatte":                  "stemme=medarbejder",
		"hvad fortæller de ledere":               "stemme=leder",
		"de pårørendes erfaringer":               "stemme=paaroerende",
		"hvad siger de borgere":                  "stemme=borger",
		"kommuner i Region Midtjylland":          "aktoer=kommuner-i-region-midtjylland",
		"kommunerne i hele Region Midtjylland":   "aktoer=kommuner-i-region-midtjylland",
		"blev fastholdt":                         "fastholdelse=fastholdt",
		"i Region Sjælland":                      "aktoer=region-sjaelland,kommuner-i-region-sjaelland",
		"uden for hjemmet":                       "kontaktform=udendoers",
		"hvad virkede ikke, hvad siger borgerne": "effekt=daarlig stemme=borger",
		"gåtur":                                  "",
		"vejen":                                  "",
		"ikke":                                   "",
	} {
		r := find(t, x, text)
		if got := strings.Join(filters(r.Applied), " "); got != want {
			t.Errorf("%q: read as %q, want %q", text, got, want)
		}
		if want == "" {
			continue
		}
		q := catalogue.Query{}
		for _, o := range r.Applied {
			q = q.With(o.Facet, o.Slugs...)
		}
		if n, err := x.Count(t.Context(), q); err != nil || n != r.Total || n == 0 {
			t.Errorf("%q: %d, but its filters give %d, %v", text, r.Total, n, err)
		}
	}
	for text, want := range map[string]string{
		"hvad virkede ikke for unge":   "effekt=daarlig",
		"hvad siger borgerne om video": "stemme=borger",
		"bostøtte uden for hjemmet":    "loesning=bostoette-ude",
		"gåtur i Region Midtjylland":   "aktoer=region-midtjylland,kommuner-i-region-midtjylland",
	} {
		if r := find(t, x, text); !slices.Contains(filters(r.Offers), want) || len(r.Applied) > 0 {
			t.Errorf("%q: offers %v, applies %v, want %s", text, filters(r.Offers), filters(r.Applied), want)
		}
	}
}

// Who asks for the closest terms leaves to others what is kept of them.
func TestClosestAreKept(t *testing.T) {
	x := indexOf(t, practice("Videomodel"), practice("Videomøde"))
	err := x.withSnapshot(func(s *snapshot) error {
		c, w := s.searcher.corrector, parseWords("videomode")[0]
		before := slices.Clone(c.postings.lexicon.closest(w.term, true, 1))
		for range 2 {
			if got := c.candidates(t.Context(), w); len(got) != 1 || got[0].term != "videomoede" {
				t.Errorf("candidates: %v", got)
			}
		}
		if after := c.postings.lexicon.closest(w.term, true, 1); len(before) != 2 || !slices.Equal(after, before) {
			t.Errorf("closest: %v, then %v", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
