package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// Words that stand close together tell more than the same words far apart.
func TestCloseWordsFirst(t *testing.T) {
	filler := strings.Repeat("Der skete meget andet i ugerne. ", 6)
	x := indexOf(t,
		practice("Et", body("Hunden kom mandag. "+filler+" Besøget gik godt.")),
		practice("To", body("Besøget af en hund mandag. "+filler+" Det gik godt.")),
		practice("Tre", body("Hunden kom mandag. "+filler+" Besøget gik godt.")),
	)
	wantIDs(t, "closest first", find(t, x, "hund besøg").IDs[:1], 2)
}

// What says the same as the best in other words stands before what does not.
func TestFeedback(t *testing.T) {
	filler := []*catalogue.Practice{}
	for i := range 12 {
		filler = append(filler, practice(fmt.Sprint("Andet ", i), body("Telefon og møder hver uge, nummer "+fmt.Sprint(i))))
	}
	x := indexOf(t, append([]*catalogue.Practice{
		practice("Besøg af en hund i haven", body("Hund og kanin i haven, hvor alle kunne klappe dem")),
		practice("Hund i haven ved huset", body("Kanin og hund blev klappet")),
		practice("Hund på kontoret", body("Regneark og budgetter blev lagt")),
		practice("Hund ved plejehjemmet", body("En kanin kom med, og alle kunne klappe den")),
	}, filler...)...)
	r := find(t, x, "besøg af hund i haven")
	shown := slices.Concat(r.IDs, r.Near)
	if slices.Index(shown, 4) > slices.Index(shown, 3) {
		t.Errorf("%v: what has a rabbit like the best ones stands behind what has spreadsheets", shown)
	}
}

// What has the solution of the best one stands before what says as much and has another,
// whatever was asked; the best one stays first.
func TestSharedValues(t *testing.T) {
	solution := func(slug string) func(*catalogue.Practice) {
		return func(p *catalogue.Practice) { p.Solutions = catalogue.Refs(slug) }
	}
	x := indexOf(t,
		practice("Hund og hund", solution("gaature")),
		practice("Hund en", solution("naturen")),
		practice("Hund to", solution("gaature")),
		practice("Telefon", solution("naturen")),
		practice("Regneark", solution("naturen")),
	)
	wantIDs(t, "one word", find(t, x, "hund").IDs, 1, 3, 2)
	wantIDs(t, "without values", find(t, indexOf(t, practice("Hund og hund"), practice("Hund en"), practice("Hund to")), "hund").IDs, 1, 2, 3)
}

// The rare word of a query tells in a title what the practice is about; the common one
// does not.
func TestRareWordInTitle(t *testing.T) {
	practices := []*catalogue.Practice{
		practice("Hund i huset", body("Telefon hver dag")),
		practice("Telefon i huset", body(strings.Repeat("hund ", 12))),
	}
	for i := range 30 {
		practices = append(practices, practice(fmt.Sprint("Telefon nummer ", i)))
	}
	wantIDs(t, "rare word first", find(t, indexOf(t, practices...), "telefon hund").IDs[:2], 1, 2)
}

// Which practices the first page has, and what follows, is as the scores alone say;
// and all who ask for the first ones get the same order.
func TestRerankKeepsPages(t *testing.T) {
	src, _ := seedCatalog(t)
	x := openIndex(t, t.TempDir(), src)
	for _, text := range []string{"virtuelle møder med borgere", "hvordan holder vi kontakt med unge på skærm", "bostøtte", "telefon til borgere"} {
		q := catalogue.Query{Text: text, Sort: catalogue.SortRelevance}
		var shown []int64
		first, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for page := 1; page <= first.Pages; page++ {
			r, err := x.Search(t.Context(), q.WithPage(page))
			if err != nil {
				t.Fatal(err)
			}
			shown = append(append(shown, r.IDs...), r.Near...)
		}
		if n := len(shown); n != len(slices.Compact(slices.Sorted(slices.Values(shown)))) {
			t.Errorf("%q: one of %d is shown twice", text, n)
		}
		ids, total, err := x.Hits(t.Context(), q, first.Total)
		if err != nil || total != first.Total || !slices.Equal(ids, shown[:total]) {
			t.Errorf("%q: hits %v, shown %v: %v", text, ids, shown[:total], err)
		}
	}
}

func TestCloseness(t *testing.T) {
	m := &Highlighter{highlighterBuffers: bufferedHighlighters.Get().(*highlighterBuffers)}
	for word, terms := range [][]string{{"hund", "hundebesoeg"}, {"besoeg", "hundebesoeg"}} {
		for _, term := range terms {
			m.addMatch(indexTerm{term: term}, termMatch{word: uint8(word), matchType: exact})
		}
	}
	closeness := func(texts ...string) float32 {
		var marked []markedText
		for _, s := range texts {
			marked = append(marked, m.marked(s))
		}
		return m.closeness(marked, []float32{2, 3})
	}
	side := closeness("besøg hund")
	apart := closeness("besøg i går af en hund")
	far := closeness("besøg " + strings.Repeat("og ", 40) + "hund")
	other := closeness("besøg", "hund")
	one := closeness("hundebesøg")
	if !(side > apart && apart > 0 && far == 0 && other == 0 && one >= side) {
		t.Errorf("side by side %f, apart %f, far %f, in two texts %f, in one word %f", side, apart, far, other, one)
	}
}

// Behind the first page, what is like the best hit stands first.
func TestTail(t *testing.T) {
	practices := []*catalogue.Practice{practice("Gåtur i skoven med fuglekiggere", body("Det var i maj"))}
	for i := range 30 {
		practices = append(practices, practice(fmt.Sprint("Gåtur på stranden ", i), body("Det var i juni")))
	}
	like := int64(len(practices) + 1)
	practices = append(practices, practice("Fuglekiggere på stranden", body("De gik en gåtur. "+strings.Repeat("Det var i juli, og alle var glade. ", 30))))
	near := len(practices) - 1
	for i := range 90 {
		practices = append(practices, practice(fmt.Sprint("Telefon ", i), body("Et opkald")))
	}
	x := indexOf(t, practices...)
	q := catalogue.Query{Text: "gåtur skoven", Sort: catalogue.SortRelevance}
	first, second := search(t, x, q), search(t, x, q.WithPage(2))
	if first.Total != 1 || len(first.Near) != catalogue.PageSize-1 || slices.Contains(first.Near, like) {
		t.Fatalf("%d hits, near %v", first.Total, first.Near)
	}
	if len(second.Near) != 1+near-catalogue.PageSize || second.Near[0] != like {
		t.Errorf("page 2 is %v, without %d first", second.Near, like)
	}
}
