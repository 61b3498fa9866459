package search

import (
	"slices"
	"testing"

	"praksis/internal/catalogue"
)

// besideTexts is a practice that has words in the names of who did it and on its
// source only, and one that says two of them.
func besideTexts() *catalog {
	by := practice("Gåture", body("Vi gik en tur."))
	by.Provider = "Sociale Forhold og Beskæftigelse (MSB)"
	by.Partners = []catalogue.OrganisationRef{{Name: "Botilbuddet Frinova"}}
	by.Sources = []catalogue.Source{{Document: "Samling", Publisher: "Danske Fodplejere", Place: "Øget brug af herberger"}}
	by.Links = []catalogue.Link{{Label: "Pjece om kroketspil", URL: "https://example.dk"}}
	src := newCatalog()
	src.put(numbered(by, practice("Beskæftigelse på et herberg", body("De unge kom i beskæftigelse."))))
	return src
}

// What stands on the source and one word of a name rank, and make no hit (domain.md,
// "Hits"). A name does as a whole, and by a word that is in no dictionary.
func TestBesideTheText(t *testing.T) {
	x := openIndex(t, t.TempDir(), besideTexts())
	for text, want := range map[string]struct{ hits, near []int64 }{
		"beskæftigelse":                    {[]int64{2}, []int64{1}},
		"forhold":                          {nil, []int64{1}},
		"herberg":                          {[]int64{2}, []int64{1}},
		"fodplejere":                       {nil, []int64{1}},
		"Fodplejere":                       {nil, []int64{1}},
		"danske fodplejere":                {nil, []int64{1}},
		"kroketspil":                       {nil, []int64{1}},
		"botilbuddet":                      {nil, []int64{1}},
		"frinova":                          {[]int64{1}, nil},
		"Frinova":                          {[]int64{1}, nil},
		"Sociale Forhold og Beskæftigelse": {[]int64{1}, nil},
		"sociale forhold og beskæftigelse": {[]int64{1}, []int64{2}},
		"MSB":                              {[]int64{1}, nil},
	} {
		r := find(t, x, text)
		if !slices.Equal(r.IDs, want.hits) || !slices.Equal(r.Near, want.near) {
			t.Errorf("%q: hits %v and near %v, want %v and %v", text, r.IDs, r.Near, want.hits, want.near)
		}
	}
}

// Of what makes no hit nothing is marked or quoted as a reason.
func TestBesideIsNoReason(t *testing.T) {
	x := openIndex(t, t.TempDir(), besideTexts())
	for text, marked := range map[string]bool{"beskæftigelse": false, "herberg": false, "fodplejere": false, "kroketspil": false,
		"Sociale Forhold og Beskæftigelse": true, "sociale forhold og beskæftigelse": true, "frinova": true} {
		q := find(t, x, text).Quotes[1]
		got := q.Text != ""
		for _, s := range q.Spans {
			got = got || len(s) > 0
		}
		if got != marked {
			t.Errorf("%q: %+v, marked %v, want %v", text, q, got, marked)
		}
	}
}

// Words that mean the same to whoever types them have the same hits.
func TestSameHits(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for _, words := range [][]string{
		{"stofmisbrug", "stofmisbrugere", "narkoman", "alkohol", "alkoholiker"},
		{"telefon", "tlf", "tlf."},
		{"sms", "SMS-kontakt", "sms-besked"},
		{"substitutionsmedicin", "metadon"},
		{"aktiviteter", "aktivitet"},
	} {
		want := allHits(t, x, words[0])
		for _, w := range words {
			if got := allHits(t, x, w); !slices.Equal(got, want) || len(got) == 0 {
				t.Errorf("%q: %v, %q: %v", w, slugsOf(src, got), words[0], slugsOf(src, want))
			}
		}
	}
}

// A word that is only part of what a broad term of a vocabulary means is counted
// where it stands, not wherever the term does.
func TestPartOfTerm(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	plain, err := Open(t.Context(), t.TempDir(), src, Options{Disabled: LayerSynonyms})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { plain.Close() })
	for _, w := range []string{"samvær", "fællesskab", "organisering", "arbejdsplads", "privat netværk", "samarbejdspartner"} {
		if got, want := allHits(t, x, w), allHits(t, plain, w); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", w, slugsOf(src, got), slugsOf(src, want))
		}
	}
}
