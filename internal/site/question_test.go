package site_test

import (
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// Whoever reads an example can ask those who tried it, through the desk: with the
// gate, the reference, the secret link and the erasure of any submission.
func TestQuestionThroughTheDesk(t *testing.T) {
	f := newFixture(t)
	slug := "skanderborg-rusmiddelbehandling-i-telefon-og-paa-skype"
	ask := f.page("/eksempler/" + slug).Find(`a[href="/indsend/spoergsmaal?om=` + slug + `"]`)
	if ask.Text() != "Spørg via redaktionen" {
		t.Fatalf("no way to ask: %q", ask.Text())
	}
	s := newSubmitter(f).open(ask.AttrOr("href", ""))
	s.says("Du spørger om:", "Spørgsmålet")
	s.fill("", with(s.patient(), "text", "Min kollega 010190-1234 spørger", "email", "a@viborg.example"))
	s.says("CPR-nummer")
	if n := f.count(`SELECT count(*) FROM submission`); n != 0 || s.values().Get("text") == "" {
		t.Errorf("%d were kept, or what was typed is gone", n)
	}
	s.fill("", with(s.patient(), "text", "Hvor længe varede samtalerne?", "email", "a@viborg.example"))
	s.says("Det her sender du", "Hvor længe varede samtalerne?", "Du siger ja til én ting")
	if s.doc.Find("#ok-licence, input[type=file], input[name=om]").Length() != 0 {
		t.Error("asked for what a question has not")
	}
	s.fill("", map[string]string{"ok_contact": "1"})
	s.says("Tak, vi har modtaget", "Hvor længe varede samtalerne?")
	link := s.link()
	token := strings.TrimPrefix(link, "/indsend/")
	id := f.count(`SELECT id FROM submission WHERE kind = 'question' AND about_id = (SELECT id FROM practice WHERE slug = $1)`, slug)
	editor := f.editor()
	var version int
	if err := f.pool.QueryRow(t.Context(), `SELECT version FROM submission WHERE id = $1`, id).Scan(&version); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: int64(id)}, review.Act{Action: review.Reply, Editor: editor, Version: version, Text: "En halv time."}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	s.open(link)
	s.says("besvaret", "Redaktionen svarede:", "En halv time.")
	if n := f.count(`SELECT count(*) FROM submission_contact WHERE submission_id = $1 AND erase_on IS NOT NULL`, id); n != 1 {
		t.Error("the address is kept for ever")
	}
	if err := f.store.EraseContact(t.Context(), token, time.Now().UTC()); err != nil {
		t.Error(err)
	}
}

// Nobody is led to those who are no more, nor to several at once.
func TestNobodyIsAskedWhoIsNotThere(t *testing.T) {
	f := newFixture(t)
	ministry, several := 0, 0
	if err := f.store.Export(t.Context(), func(p *catalogue.Practice) error {
		text := f.page(catalogue.PracticePath(p.Slug)).Find("section[aria-labelledby=spoerg]").Text()
		if strings.Contains(text, "Henvend dig til") {
			t.Errorf("%s: %s", p.Slug, text)
		}
		switch p.Organisation.Slug {
		case "social-og-indenrigsministeriet":
			ministry++
			if !strings.Contains(text, "findes ikke længere") {
				t.Errorf("%s: %s", p.Slug, text)
			}
		case "flere-kommuner":
			several++
		}
		if !strings.Contains(text, "Spørg via redaktionen") {
			t.Errorf("%s leads nowhere: %s", p.Slug, text)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if ministry == 0 || several == 0 {
		t.Errorf("%d examples of the ministry, %d of several", ministry, several)
	}
}
