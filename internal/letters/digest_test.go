package letters

import (
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/review"

	"github.com/google/go-cmp/cmp"
)

// A digest says of each example who, what, and what is known of its effect, voice by
// voice, and where it is read; no line of it comes from within a text.
func TestDigest(t *testing.T) {
	l := Letters{Base: "https://katalog.example.dk"}
	q := catalogue.Query{}.With(catalogue.FacetTargetGroup, "angst")
	lists := []review.DigestList{
		{Name: "Eksempler for angst", Query: q, Total: 20, Examples: []review.DigestExample{
			{New: true, Card: catalogue.Card{Slug: "en-have", Title: "Have", Summary: "De gravede.\r\n\r\n* Alle eksempler *", Organisation: catalogue.OrganisationRef{Name: "Skive Kommune"}, Provider: "Huset",
				VerdictsFor: "For angst", Verdicts: []catalogue.Verdict{{Voice: catalogue.VoiceCitizen, Effect: catalogue.EffectNegative}, {Voice: "organisation", Effect: catalogue.EffectPositive}, {Effect: catalogue.EffectMixed}},
				VerdictsAcross: []catalogue.Verdict{{Voice: "leader", Effect: catalogue.EffectNone}}}},
			{Card: catalogue.Card{Slug: "en-tur", Title: "Tur", Organisation: catalogue.OrganisationRef{Name: "Viborg Kommune"}}}}},
		{Name: "Alle eksempler", Total: 1, Examples: []review.DigestExample{{Card: catalogue.Card{Slug: "en-tur", Title: "Tur", Organisation: catalogue.OrganisationRef{Name: "Viborg Kommune"}}}}},
	}
	want := `* Eksempler for angst *
https://katalog.example.dk/eksempler?maalgruppe=angst

Nyt: Have
Skive Kommune · Huset
De gravede. * Alle eksempler *
For angst: Dårlig effekt ifølge borgere. God effekt ifølge tilbuddet eller forvaltningen. Blandet effekt (kilden siger ikke, ifølge hvem). Gælder alle: Ingen effekt ifølge ledere.
https://katalog.example.dk/eksempler/en-have

Ændret: Tur
Viborg Kommune
Effekt ikke oplyst.
https://katalog.example.dk/eksempler/en-tur

… og 18 til i listen.

* Alle eksempler *
https://katalog.example.dk/eksempler

Ændret: Tur
Viborg Kommune
Effekt ikke oplyst.
https://katalog.example.dk/eksempler/en-tur`
	if diff := cmp.Diff(want, l.digest(lists)); diff != "" {
		t.Error(diff)
	}
	for base, want := range map[string]string{"https://katalog.example.dk": "https://katalog.example.dk/foelg/x/stop", "http://127.0.0.1:8080": ""} {
		if got := (Letters{Base: base}).Unsubscribe("x"); got != want {
			t.Errorf("%s: %q", base, got)
		}
	}
}
