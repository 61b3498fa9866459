package desk_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"
)

// A name that stood in the vocabularies, in another example and in a text that nobody has
// sent goes from all of it by one tick; the history tells of that, stays readable, and
// brings nothing back.
func TestEraseEverywhereAtTheDesk(t *testing.T) {
	f := newFixture(t, loopback())
	rita := f.editor("rita")
	path := atWords + "/ny/tema"
	item := rita.post(path, url.Values{"label": {"Musik og sang"}, "parent": {"andet"}, "definition": {"Spørg " + wrongName + "."}})
	item, _, _ = strings.Cut(item, "?")
	form := itemForm(rita.get(item))
	form.Set("definition", "Kor og band.")
	rita.post(item, form)
	rita.post(item+"", func() url.Values {
		x := itemForm(rita.get(item))
		x.Set("definition", "Kor, band og "+wrongName+".")
		return x
	}())
	if n := f.count(`SELECT count(*) FROM vocabulary_event WHERE changes::text LIKE '%Testsen%'`); n != 3 {
		t.Fatalf("%d events have it", n)
	}
	id, _ := f.submit("a", nil)
	other, _ := f.submit("b", func(n *postgres.NewSubmission) { n.Submission.Practice.Answers.Other = "Det siger\n" + wrongName + "." })

	erase := pathOf(id) + "/slet"
	posted := url.Values{"hvad": {"tekst"}, "tekst": {wrongName}, "hvorfor": {"Hun har bedt om det"}, "handling": {"vis"}}
	doc := rita.page(200, rita.do("POST", erase, posted))
	text := doc.Find("main").Text()
	for _, want := range []string{"står ikke i indsendelsen", "Teksten står også andre steder", "Det, der er sket med ordforrådet3 steder", "Forklaringer i ordforrådet1 sted", "Det, der blev sendt1 sted"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %s", want, text)
		}
	}
	sent := formOf(doc, "main form.submit", "slet")
	if sent.Get("overalt") != "" {
		t.Error("it is ticked by itself")
	}
	if d := rita.page(422, rita.do("POST", erase, sent)); !strings.Contains(d.Find(".alert-error").Text(), "Sæt kryds") || f.count(`SELECT count(*) FROM erasure`) != 0 {
		t.Error("nothing was ticked, and nothing said")
	}
	sent.Set("overalt", "ja")
	// Whoever may not erase does not, by whatever form.
	checker := f.as(review.RoleChecker)
	if w := checker.do("POST", erase, url.Values{"hvad": {"tekst"}, "tekst": {wrongName}, "hvorfor": {"Et navn"}, "overalt": {"ja"}, "handling": {"slet"}}); w.Code != http.StatusForbidden || len(f.columnsWith("Testsen")) == 0 {
		t.Errorf("a checker erases: %d", w.Code)
	}
	rita.post(erase, sent)
	if left := f.columnsWith("Testsen"); len(left) > 0 {
		t.Errorf("it stands in %v", left)
	}
	events := rita.get(atWords + "/haendelser")
	if s := events.Find("main").Text(); !strings.Contains(s, "Slettede en tekst: Hun har bedt om det") || !strings.Contains(s, "Kor, band og [fjernet].") || !strings.Contains(s, "Kan ikke fortrydes: En tekst er slettet") {
		t.Errorf("the history: %s", s)
	}
	if n := events.Find(`.desk__row form[action$="/fortryd"]`).Length(); n != 0 {
		t.Errorf("%d of it can be undone", n)
	}
	list, err := f.store.VocabularyEvents(t.Context(), nil, 0, 9)
	if err != nil || len(list) != 4 {
		t.Fatalf("%+v, %v", list, err)
	}
	if d := rita.page(409, rita.do("POST", atWords+"/haendelser/"+strconv.FormatInt(list[1].ID, 10)+"/fortryd", url.Values{})); !strings.Contains(d.Find("main").Text(), "Noget af teksten er slettet") {
		t.Error(d.Find("main").Text())
	}
	if s := rita.get(pathOf(other)).Find(".history").Text(); !strings.Contains(s, "slettede noget af indholdet") {
		t.Errorf("the other's history: %s", s)
	}
	if t, err := f.store.VocabularyEvent(t.Context(), list[0].ID); err != nil || t.At.After(time.Now()) {
		f.t.Error(err)
	}
}
