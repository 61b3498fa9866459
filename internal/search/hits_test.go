package search

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
)

// TestHits is the rule of domain.md, one way to have a word at a time.
func TestHits(t *testing.T) {
	x := indexOf(t,
		practice("Gåtur i skoven", groups("angst")),                        // 1
		practice("Facebookgruppe for unge"),                                // 2
		practice("Bostøttemedarbejdere på hjul"),                           // 3
		practice("COVID-19 og hygiejne", body("Testet efter § 104.")),      // 4
		practice("Fællesskab for hjemløse", groups("hjemloese")),           // 5
		practice("Samtaler over Skype", body("Borgere med social fobi.")),  // 6
		practice("Walk'n'talk i Århus"),                                    // 7
		practice("Online-aktiviteter for beboere"),                         // 8
		practice("Rusmidler og krisecentre", body("Web- og telefonhjælp")), // 9
		practice("Skolebørn læser bøger", body("Kun drenge, ikke piger.")), // 10
		practice("Bålpladsen bag huset"),                                   // 11
	)
	for _, c := range []struct {
		text string
		want []int64
	}{
		{"gåtur", []int64{1}},
		{"GÅTUR", []int64{1}},
		{"gaatur", []int64{1}},
		{"ga\u030atur", []int64{1}},
		{"gåture", []int64{1}},
		{"gåturenes", []int64{1}},
		// A part of a compound, the first or the last, inflected too.
		{"gruppe", []int64{2}},
		{"grupper", []int64{2}},
		{"facebook", []int64{2}},
		{"bostøtte", []int64{3}},
		{"skole", []int64{10}},
		{"børn", []int64{10}},
		{"hjul", []int64{3}},
		{"tur", []int64{1}},
		{"ture", []int64{1}},
		{"år", nil}, // Århus is no compound
		// All parts of a word that nobody wrote.
		{"skovgåtur", []int64{1}},
		{"gruppefællesskab", nil},
		// Written apart, together, with a hyphen.
		{"bål plads", []int64{11}},
		{"facebook gruppe", []int64{2}},
		{"facebook-gruppe", []int64{2}},
		{"onlineaktiviteter", []int64{8}},
		{"online aktiviteter", []int64{8}},
		{"covid19", []int64{4}},
		{"covid-19", []int64{4}},
		{"covid 19", []int64{4}},
		{"§ 104", []int64{4}},
		{"§104", []int64{4}},
		{"104", []int64{4}},
		{"walk and talk", []int64{7}},
		{"walk & talk", []int64{7}},
		{"aarhus walk", []int64{7}},
		// Irregular and repaired inflections.
		{"barn", []int64{10}},
		{"bog", []int64{10}},
		{"rusmiddel", []int64{9}},
		{"krisecenter", []int64{9}},
		// Spelling candidates: only when nothing else is found.
		{"gårtur", []int64{1}},
		{"gøtur", []int64{1}},
		{"fællesskåb", []int64{5}},
		{"hjemlsøe", []int64{5}},
		{"gåtru", []int64{1}},
		{"hyigejne", []int64{4}},
		{"facebokgrupe", []int64{2}},
		{"skyqe", []int64{6}},
		{"kype", []int64{6}},
		{"skp", nil},
		// Vocabularies: the term's practices, and those with its label's words.
		{"husvilde", []int64{5}},
		{"panikangst", []int64{1}},
		{"folk uden hjem", []int64{5}},
		// "social fobi" is a synonym of angst, and 6 has the words themselves.
		{"social fobi", []int64{6, 1}},
		// A phrase that means something as a whole is one of what is asked for.
		{"social fobi gåtur", []int64{1}},
		// All of two words, 60 % of more.
		{"gåtur facebook", nil},
		{"gåtur skoven facebook", []int64{1}},
		{"gåtur xylofon trompet", nil},
		// Stop words do not count, unless there are no others.
		{"gåtur i den over", []int64{1}},
		{"i", []int64{1, 7}},
		{"ikke", []int64{10}},
		{"***", nil},
		{"!", nil},
	} {
		got := find(t, x, c.text)
		slices.Sort(got.IDs)
		want := slices.Sorted(slices.Values(c.want))
		wantIDs(t, c.text, got.IDs, want...)
		if got.Total != len(want) {
			t.Errorf("%s: total %d", c.text, got.Total)
		}
	}
}

// TestHitWeight: 60 % of more than two words are so by their weight too, and what has
// all of them is a hit whatever they weigh.
func TestHitWeight(t *testing.T) {
	all := []*catalogue.Practice{
		practice("Trampolin for borgeren"),            // 1
		practice("Kontakt til borgeren"),              // 2
		practice("Trampolin, kontakt og en borger"),   // 3
		practice("Kontakt, borger, samtale, besøg"),   // 4
		practice("Borger, samtale, besøg"),            // 5
		practice("Xylofon, borger, samtale og besøg"), // 6
	}
	for i := range 60 {
		all = append(all, practice([]string{"Borgeren", "Kontakten", "Samtalen", "Andet"}[i%4]))
	}
	x := indexOf(t, all...)
	for text, want := range map[string][]int64{
		"trampolin borger kontakt": {1, 3},          // two that many have weigh less than one that few have
		"borger kontakt samtale":   {2, 3, 4, 5, 6}, // alike, number decides
		"xylofon trampolin borger": {1, 3, 6},       // nothing has 60 % of the weight: half will do
	} {
		got := find(t, x, text).IDs
		slices.Sort(got)
		wantIDs(t, text, got, want...)
	}
}

// TestTypedApart: a compound that is typed as two words is one thing, where a text has
// it as one; other two words are two.
func TestTypedApart(t *testing.T) {
	far := " og mange andre ting, som de gjorde den dag, "
	all := []*catalogue.Practice{
		practice("Hjemmearbejde for kontoret"),                          // 1
		practice("Arbejde i hjemmet"),                                   // 2
		practice("Andet", body("Hjemme var alt godt"+far+"arbejde.")),   // 3
		practice("Hjemme igen", groups("hjemloese"), body("Andet.")),    // 4
		practice("Kontoret", body("Hjemme var alt godt"+far+"arbejde")), // 5
		practice("Andet", body("Skoven var god"+far+"arbejde.")),        // 6
	}
	for range 20 {
		all = append(all, practice("Fyld"))
	}
	x := indexOf(t, all...)
	for text, want := range map[string][]int64{
		"hjemmearbejde":         {1, 2},
		"hjemme arbejde":        {1, 2},
		"Hjemme arbejder":       {1, 2},
		"arbejde hjemme":        {1, 2, 3, 5}, // no compound
		"skov arbejde":          {6},          // nobody wrote it as one
		"hjemme arbejde kontor": {1},          // two things
		"husvilde hjemme":       {4},
	} {
		got := find(t, x, text)
		slices.Sort(got.IDs)
		wantIDs(t, text, got.IDs, want...)
		if n, err := x.Count(t.Context(), catalogue.Query{Text: text}); n != len(want) || err != nil {
			t.Errorf("%s: counted %d, %v", text, n, err)
		}
	}
	if near := find(t, x, "hjemme arbejde").Near; !slices.Contains(near, 3) || !slices.Contains(near, 5) {
		t.Errorf("far apart is near: %v", near)
	}
}

// TestNamed: of a query with names a hit has one of them, however many other words it
// has.
func TestNamed(t *testing.T) {
	at := func(o string) func(*catalogue.Practice) {
		return func(p *catalogue.Practice) { p.Organisation.Slug = o }
	}
	all := []*catalogue.Practice{
		practice("Gåtur og kanotur for pårørende", at("viborg")),  // 1
		practice("Gåtur og kanotur for pårørende", at("aalborg")), // 2
		practice("Kanotur for pårørende i Viborg", at("aalborg")), // 3
		practice("Gåtur og kanotur", at("kfum")),                  // 4
	}
	for range 20 {
		all = append(all, practice("Fyld"))
	}
	x := indexOf(t, all...)
	for text, want := range map[string][]int64{
		"gåtur kanotur pårørende":                {1, 2, 3, 4},
		"gåtur kanotur pårørende viborg":         {1, 3},
		"gåtur kanotur pårørende Viborg Aalborg": {1, 2, 3},
		"gåtur kanotur pårørende Favrskov":       nil,
	} {
		got := find(t, x, text)
		slices.Sort(got.IDs)
		wantIDs(t, text, got.IDs, want...)
	}
}

func TestNear(t *testing.T) {
	all := []*catalogue.Practice{practice("Gåtur skov strand", groups("angst")), practice("Gåtur", groups("angst"))}
	for range 30 {
		all = append(all, practice("Strand"))
	}
	for range 70 { // else strand is a common word
		all = append(all, practice("Fyld"))
	}
	x := indexOf(t, all...)
	r := find(t, x, "gåtur skov strand")
	wantIDs(t, "hits", r.IDs, 1)
	if len(r.Near) != 19 || r.Near[0] != 2 || r.Pages != 2 {
		t.Errorf("near: %v", r.Near)
	}
	q := catalogue.Query{Text: "gåtur skov strand", Filters: catalogue.Filters{"maalgruppe": {"angst"}}}
	wantIDs(t, "filters hold for the near ones too", search(t, x, q).Near, 2)
	wantIDs(t, "no text", search(t, x, catalogue.Query{}).Near)
	// A compound that nobody wrote: its parts one by one only rank.
	r = find(t, x, "skovhytte")
	wantIDs(t, "a part of the query's word", r.IDs)
	if len(r.Near) == 0 || r.Near[0] != 1 {
		t.Errorf("a part of the query's word: near %v", r.Near)
	}
	if got := strings.Join(find(t, x, "Gåture på en strand").Words, " "); got != "Gåture strand" {
		t.Errorf("words: %s", got)
	}
}

// TestRanking has what must stand before what, all else equal.
func TestRanking(t *testing.T) {
	provider := func(s string) func(*catalogue.Practice) { return func(p *catalogue.Practice) { p.Provider = s } }
	labelled := func(label string) func(*catalogue.Practice) {
		return func(p *catalogue.Practice) { p.TargetGroups = []catalogue.TermRef{{Slug: "x", Label: label}} }
	}
	for name, c := range map[string]struct {
		text      string
		practices []*catalogue.Practice // in the order in which they must stand
	}{
		"field": {"sommerlejr", []*catalogue.Practice{
			practice("Sommerlejr"), practice("Andet", provider("Sommerlejr")), practice("Andet", body("Sommerlejr"))}},
		"target group's label before text": {"spejdere", []*catalogue.Practice{
			practice("Andet", labelled("Spejdere")), practice("Andet", body("Spejdere"))}},
		"nearness": {"angst", []*catalogue.Practice{
			practice("Om angst"), practice("Om angsten"), practice("Om angstanfald"), practice("Om andet", groups("angst"))}},
		"all words before some": {"kanotur fisketur bjergtur", []*catalogue.Practice{
			practice("Ture", body("kanotur fisketur bjergtur")), practice("Kanotur, fisketur, kanotur, fisketur")}},
		"all words in the title before all in title and text": {"kanotur fisketur", []*catalogue.Practice{
			practice("Lang fortælling om både kanotur og fisketuren"), practice("Kanotur", body("Kanotur, fisketur, kanotur, fisketur"))}},
		"rare words": {"borger trampolin", []*catalogue.Practice{
			practice("Borger trampolin trampolin"), practice("Borger borger trampolin")}},
		"short before long": {"trampolin", []*catalogue.Practice{
			practice("Andet", body("Trampolin.")), practice("Andet", body("Trampolin. "+strings.Repeat("Og meget mere om alt muligt. ", 50)))}},
		"newest, then title": {"trampolin", []*catalogue.Practice{
			practice("Trampolin B", published("2021-05-02")), practice("Trampolin A", published("2021-05-01")), practice("Trampolin C", published("2021-05-01"))}},
	} {
		t.Run(name, func(t *testing.T) {
			// In both orders of ids, with practices that have nothing to do
			// with it.
			var order []int64
			for i := range c.practices {
				order = append(order, int64(i+1))
			}
			filler := make([]*catalogue.Practice, 20)
			for i := range filler {
				filler[i] = practice("Fyld", body("borger"))
			}
			wantIDs(t, "as given", find(t, indexOf(t, append(slices.Clone(c.practices), filler...)...), c.text).IDs, order...)
			back := slices.Clone(c.practices)
			slices.Reverse(back)
			slices.Reverse(order)
			wantIDs(t, "reversed", find(t, indexOf(t, append(back, filler...)...), c.text).IDs, order...)
		})
	}
}

func TestSortsWithText(t *testing.T) {
	x := indexOf(t,
		practice("Strand og sand", published("2020-01-01")),
		practice("Ål", published("2021-01-01"), body("strand")),
		practice("Abe", published("2019-01-01"), body("strand")),
		practice("Intet"))
	for sort, want := range map[catalogue.Sort][]int64{
		catalogue.SortRelevance: {1, 2, 3},
		catalogue.SortNewest:    {2, 1, 3},
		catalogue.SortName:      {3, 1, 2},
	} {
		wantIDs(t, string(sort), search(t, x, catalogue.Query{Text: "strand", Sort: sort}).IDs, want...)
	}
}

func TestSimilar(t *testing.T) {
	solution := func(slugs ...string) func(*catalogue.Practice) {
		return func(p *catalogue.Practice) { p.Solutions = catalogue.Refs(slugs...) }
	}
	all := []*catalogue.Practice{
		practice("Gåtur i skoven", groups("angst"), solution("gaature", "naturen")), // 1
		practice("Noget helt andet", solution("gaature")),                           // 2
		practice("En anden gåtur"),                                                  // 3
		practice("Angstgruppe", groups("angst")),                                    // 4
		practice("Om alle", groups("ikke-oplyst", "paa-tvaers")),                    // 5
		practice("Uden noget", groups("ikke-oplyst")),                               // 6
	}
	for range 20 {
		all = append(all, practice("Fyld", groups("hjemloese")))
	}
	x := indexOf(t, all...)
	wantIDs(t, "solution, then title, then target group", x.Similar(t.Context(), 1, 10), 2, 3, 4)
	wantIDs(t, "at most", x.Similar(t.Context(), 1, 1), 2)
	wantIDs(t, "not stated is nothing in common", x.Similar(t.Context(), 6, 10))
	wantIDs(t, "unknown", x.Similar(t.Context(), 999, 10))
	wantIDs(t, "none asked for", x.Similar(t.Context(), 1, -1))
}

func TestDeadline(t *testing.T) {
	x := indexOf(t, practice("Gåtur"))
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := x.Search(ctx, catalogue.Query{Text: "gåtur"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
