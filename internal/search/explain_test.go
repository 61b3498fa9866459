package search

import (
	"math"
	"slices"
	"testing"

	"praksis/internal/catalogue"
)

// Explain must tell of the answer that Search gives, and its parts must add up.
func TestExplainIsSearch(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for _, text := range []string{"rusmidler gåtur", "hvordan hjælper man pårørende på skype", "hjemlsøe viborg", "bostøttemedarbejder", "bo støtte", "covid-19", "xyzzy", ""} {
		r := find(t, x, text)
		want := slices.Concat(r.IDs, r.Near)
		got, err := x.Explain(t.Context(), catalogue.Query{Text: text}, catalogue.PageSize)
		if err != nil {
			t.Fatal(err)
		}
		if text == "" { // no words, nothing to explain
			want = nil
		}
		var ids []int64
		for i, e := range got {
			ids = append(ids, e.ID)
			if e.Rank != i+1 || e.Near != (i >= len(r.IDs)) {
				t.Errorf("%q: place %d is %+v", text, i+1, e)
			}
			sum := e.Bonus
			for _, w := range e.Words {
				sum += w.Score
				var terms float32
				for _, term := range w.Terms {
					terms += term.Score
				}
				if !near(terms, w.Score) || (w.Match == "") != (len(w.Terms) == 0) {
					t.Errorf("%q: %d: the terms of %+v do not add up", text, e.ID, w)
				}
			}
			if !near(sum, e.Score) {
				t.Errorf("%q: %d: words add up to %f, the score is %f", text, e.ID, sum, e.Score)
			}
		}
		if !slices.Equal(ids, want) {
			t.Errorf("%q: explains %v, found %v", text, ids, want)
		}
	}
}

func near(a, b float32) bool { return math.Abs(float64(a-b)) < 0.001*(1+math.Abs(float64(b))) }

// The ways in which a word can be there, and where.
func TestExplain(t *testing.T) {
	src := newCatalog()
	src.put(numbered(practice("Gåtur med unge", body("rusmiddelbehandling over skype")), practice("Telefon", body("et opkald"))))
	x := openIndex(t, t.TempDir(), src)
	for _, c := range []struct{ text, how, term, field string }{
		{"gåtur", "word", "gaatur", "title"},
		{"gåture", "inflection", "gaatur", "title"},
		{"behandling", "part", "rusmiddelbehandling", "body"},
		{"skipe", "word", "skype", "body"},
	} {
		got, err := x.Explain(t.Context(), catalogue.Query{Text: c.text}, 1)
		if err != nil || len(got) != 1 || len(got[0].Words) != 1 || len(got[0].Words[0].Terms) == 0 {
			t.Errorf("%s: %+v, %v", c.text, got, err)
			continue
		}
		w := got[0].Words[0]
		if term := w.Terms[0]; !w.Content || w.Match != c.how || term.Term != c.term || term.Field != c.field || term.Match != c.how || term.Score <= 0 {
			t.Errorf("%s: %+v", c.text, w)
		}
		if e := got[0]; e.ID != 1 || e.Content != 1 || e.Matched != 1 || e.Near {
			t.Errorf("%s: %+v", c.text, e)
		}
	}
	x.Close()
	if _, err := x.Explain(t.Context(), catalogue.Query{Text: "gåtur"}, 1); err == nil {
		t.Error("a closed index explained")
	}
}
