package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// What is erased is gone from the page, from what the search finds, and from what
// a browser has kept.
func TestErasedTextIsNotFound(t *testing.T) {
	f := newFixture(t)
	_, p, err := f.store.PublicPractice(t.Context(), 0, f.slugs[0])
	if err != nil {
		t.Fatal(err)
	}
	draft := p.Clone()
	draft.Answers.Other = "Det fandt Kvaksalvine på."
	f.decide(p.Slug, "", review.Act{Action: review.Revise, Version: p.Revision, Draft: &draft})
	path := catalogue.PracticePath(p.Slug)
	tag := f.get(path).Header().Get("ETag")
	if l := f.json("q=Kvaksalvine"); l.Total != 1 {
		t.Fatalf("found %d times", l.Total)
	}
	if _, err := f.store.EraseText(t.Context(), postgres.On{Practice: p.Slug}, "Kvaksalvine", "Et navn skulle væk", 0, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := f.do("GET", path, "If-None-Match", tag)
	if body := w.Body.String(); w.Code != 200 || strings.Contains(body, "Kvaksalvine") || !strings.Contains(body, "Det fandt [fjernet] på.") {
		t.Errorf("status %d", w.Code)
	}
	if l := f.json("q=Kvaksalvine"); l.Total != 0 {
		t.Errorf("found %d times", l.Total)
	}
}
