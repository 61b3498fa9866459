package search

import (
	"reflect"
	"testing"

	"praksis/internal/catalogue"

	"github.com/bits-and-blooms/bitset"
	"pgregory.net/rapid"
)

// TestCarryOver: what is taken over at a publication answers as an index that was
// made anew does, and is taken over.
func TestCarryOver(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	queries := []string{"bostøtte", "virtuelle møder med borgere", "gåtur i skoven", "misbrugsbehandling", "Aarhus", "§ 85", "telefonrådgivning", "hvad gjorde man for unge"}
	for _, q := range queries {
		find(t, x, q)
	}
	changed := practice("Gåtur med bostøtte på telefon", body("Virtuelle møder i Aarhus."), published("2021-05-02"))
	changed.Slug = "helt-nyt"
	again := *src.rows[3].Practice
	again.Title = "Noget helt andet om telefonrådgivning"
	src.put(map[int64]*catalogue.Practice{9001: changed, 3: &again})
	src.withdraw(5)
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := x.acquire()
	defer s.release()
	for _, term := range []string{"bostoette", "borger"} { // the changed practices have the first
		if _, ok := s.postings.cache.get(term); !ok {
			t.Errorf("the postings of %q were not taken over", term)
		}
	}
	if q := s.postings.sequences.Load(); q == nil || len(q.of) != len(s.rows.all) {
		t.Error("the sequences were not taken over")
	}
	if len(s.postings.sets.old.byKey) == 0 || len(s.postings.sets.old.rows) != 2 {
		t.Errorf("%d sets were taken over, for %d changed practices", len(s.postings.sets.old.byKey), len(s.postings.sets.old.rows))
	}
	if len(s.postings.lexicon.found.byKey) == 0 {
		t.Error("no words were taken over")
	}
	if _, old := s.postings.frequent.get(3); s.postings.frequent.size() == 0 || old {
		t.Errorf("the frequent stems of %d practices were taken over, those of a changed one: %v", s.postings.frequent.size(), old)
	}
	if len(s.postings.passageCache.byID) == 0 {
		t.Error("no passages were taken over")
	}
	anew := openIndex(t, t.TempDir(), src)
	for _, q := range append(queries, "helt andet", "nyt") {
		for page := 1; page <= 2; page++ {
			q := catalogue.Query{Text: q, Page: page, Sort: catalogue.SortRelevance}
			got, want := search(t, x, q), search(t, anew, q)
			if got.Total != want.Total || !reflect.DeepEqual(got.IDs, want.IDs) || !reflect.DeepEqual(got.Near, want.Near) || !reflect.DeepEqual(got.Quotes, want.Quotes) {
				t.Errorf("%q page %d: %d %v %v, want %d %v %v", q.Text, page, got.Total, got.IDs, got.Near, want.Total, want.IDs, want.Near)
			}
		}
	}
}

// TestCarryOverAgain: sets that several publications have changed answer as those of
// an index that was made anew do, whether they were asked for in between or not.
func TestCarryOverAgain(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	queries := []string{"misbrugsbehandling", "telefonrådgivning", "samtalegruppe", "Skive", "Region Midtjylland", "online aktiviteter", "bostøttemedarbejder", "frisk luft", "hverdagsstøtte", "gåtur"}
	for _, q := range queries {
		find(t, x, q)
	}
	texts := []string{"Behandling af misbrug i Skive", "Grupper med samtaler", "Online og med andre aktiviteter", "Støtte i en hverdag", "Frisk og fri i luften", "Telefonen gav rådgivning i Region Midtjylland", "Misbrug, og langt om længe så en behandling"}
	for i, text := range texts {
		p := practice(text, body("Medarbejdere med bostøtte. "+texts[(i+1)%len(texts)]), published("2021-05-02"))
		p.Slug = "nyt-" + string(rune('a'+i))
		src.put(map[int64]*catalogue.Practice{int64(9000 - i): p})
		if i%3 == 2 {
			src.withdraw(int64(10 + i))
			again := *src.rows[int64(20+i)].Practice
			again.Title = text
			src.put(map[int64]*catalogue.Practice{int64(20 + i): &again})
		}
		if err := x.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if i%2 == 1 {
			find(t, x, queries[i])
		}
	}
	anew := openIndex(t, t.TempDir(), src)
	taken := 0
	for _, q := range queries {
		q := catalogue.Query{Text: q, Page: 1, Sort: catalogue.SortRelevance}
		got, want := search(t, x, q), search(t, anew, q)
		if got.Total != want.Total || !reflect.DeepEqual(got.IDs, want.IDs) || !reflect.DeepEqual(got.Near, want.Near) {
			t.Errorf("%q: %d %v %v, want %d %v %v", q.Text, got.Total, got.IDs, got.Near, want.Total, want.IDs, want.Near)
		}
	}
	s := x.acquire()
	defer s.release()
	for key := range s.postings.sets.byKey {
		if _, ok := s.postings.sets.old.byKey[key]; ok {
			taken++
		}
	}
	if taken == 0 {
		t.Error("no set was taken over")
	}
}

// TestMoveBits: a set is moved as its practices are, one by one.
func TestMoveBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "n")
		place, set, want := make([]int32, n), bitset.New(uint(n)), map[uint]bool{}
		next := 0
		for i := range place {
			switch rapid.IntRange(0, 40).Draw(t, "what") {
			case 0:
				place[i] = -1
				continue
			case 1:
				next++ // one has come
			}
			place[i] = int32(next)
			next++
		}
		for i := range place {
			if rapid.Bool().Draw(t, "in") {
				set.Set(uint(i))
				if place[i] >= 0 {
					want[uint(place[i])] = true
				}
			}
		}
		got := moveBits(set, runsOf(place), next)
		for i := range uint(next) {
			if got.Test(i) != want[i] {
				t.Fatalf("%d: %v", i, got.Test(i))
			}
		}
		if int(got.Count()) != len(want) {
			t.Fatalf("%d, want %d", got.Count(), len(want))
		}
	})
}
