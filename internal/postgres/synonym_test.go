package postgres_test

import (
	"errors"
	"slices"
	"testing"

	"praksis/internal/catalogue"
	"praksis/internal/pgtest"
	"praksis/internal/postgres"
	"praksis/seeds"
)

// An editor's rules are a version of their own, and stay whatever the seeds say.
func TestSynonyms(t *testing.T) {
	s := postgres.New(pgtest.New(t))
	x := seeds.Seeds{Synonyms: []catalogue.SynonymRule{{Same: []string{"gåtur", "spadseretur"}}, {Search: []string{"zoom"}, Finds: []string{"video"}}}}
	rules := func() (out []string) {
		t.Helper()
		list, err := s.Synonyms(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			out = append(out, r.String())
		}
		return out
	}
	want := func(what string, want ...string) {
		t.Helper()
		if got := rules(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	seed(t, s, x)
	want("seeded", "gåtur, spadseretur", "zoom => video")
	at := version(t, s)
	if seed(t, s, x); version(t, s) != at {
		t.Error("the same seeds are a new version")
	}
	rule, _ := catalogue.ParseSynonymRule("bål => lejrbål")
	id, err := s.AddSynonyms(t.Context(), rule, now)
	if err != nil || version(t, s) == at {
		t.Fatalf("added %d, version %d: %v", id, version(t, s), err)
	}
	list, _ := s.Synonyms(t.Context())
	if err := s.RemoveSynonyms(t.Context(), list[0].ID, now); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveSynonyms(t.Context(), list[0].ID, now); !errors.Is(err, catalogue.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	want("edited", "zoom => video", "bål => lejrbål")
	x.Synonyms[1].Finds = append(x.Synonyms[1].Finds, "skærm")
	seed(t, s, x)
	want("seeded anew", "zoom => video, skærm", "bål => lejrbål")
	tax, err := s.Taxonomy(t.Context())
	if err != nil || len(tax.Synonyms) != 2 {
		t.Errorf("taxonomy: %v, %v", tax.Synonyms, err)
	}
	if _, err := s.AddSynonyms(t.Context(), catalogue.SynonymRule{Same: []string{"ene"}}, now); err == nil {
		t.Error("half a rule was added")
	}
	pasted := catalogue.SynonymRule{Search: []string{"bo\u00adstøtte"}, Means: []string{"A\u030arhus  \ufb01re"}}
	if _, err := s.AddSynonyms(t.Context(), pasted, now); err != nil {
		t.Fatal(err)
	}
	want("pasted", "zoom => video, skærm", "bål => lejrbål", "bostøtte = Århus fire")
	if _, err := s.AddSynonyms(t.Context(), catalogue.SynonymRule{Same: []string{"bål", "b\u00adål"}}, now); err == nil {
		t.Error("a rule of one word, written in two ways, was added")
	}
	x.Synonyms[0].Finds = []string{"begge dele"}
	if _, err := s.Seed(t.Context(), x.Taxonomy(), nil, now); err == nil {
		t.Error("a wrong rule was seeded")
	}
}
