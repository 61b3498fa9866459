package site_test

import (
	"strings"
	"testing"

	"praksis/internal/catalogue"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// offers are the values and labels of the radio buttons that ask what a name means.
func (s *submitter) offers() (out []string) {
	s.doc.Find("input[type=radio][name^=navn-]").Each(func(_ int, e *goquery.Selection) {
		id := e.AttrOr("id", "")
		out = append(out, e.AttrOr("value", "")+": "+strings.TrimSpace(s.doc.Find("label[for='"+id+"']").Text()))
	})
	return out
}

// What people write of a municipality is found in silence; a typing slip is asked
// back, with everything typed kept, and what was chosen is what is sent.
func TestNamesAreAskedBack(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	tip := func(organisation string) map[string]string {
		return with(s.patient(), "text", "Bostøtten gik ture i skoven med borgerne.", "organisation", organisation, "email", "bostoette@herning.example")
	}
	for typed, want := range map[string]string{"herning kom.": "Herning Kommune", "Kbh": "Københavns Kommune", "ÅRHUS": "Aarhus Kommune", "region midt": "Region Midtjylland"} {
		if s.open("/indsend/tip").fill("", tip(typed)); s.code != 200 {
			t.Errorf("%q: status %d", typed, s.code)
		}
		s.says(want)
	}
	s.open("/indsend/tip").fill("", tip("Hernig"))
	if s.code != 422 {
		t.Fatalf("taken in silence: status %d", s.code)
	}
	s.says("Vi kender ikke »Hernig«", "Mener du")
	want := []string{"herning: Herning Kommune", "anden: Ingen af dem: det er en anden organisation"}
	if diff := cmp.Diff(want, s.offers()); diff != "" {
		t.Error(diff)
	}
	if v := s.values(); v.Get("organisation") != "Hernig" || v.Get("text") == "" || v.Get("email") == "" {
		t.Errorf("lost: %v", v)
	}
	if s.fill("", nil); s.code != 422 {
		t.Error("an unanswered question is passed over")
	}
	s.fill("", map[string]string{"navn-1": "herning"})
	if s.says("Herning Kommune"); s.code != 200 {
		t.Fatalf("status %d", s.code)
	}
	s.fill("", agreeing)
	s.says("Tak, vi har modtaget")
	view, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(s.link(), "/indsend/"))
	if err != nil {
		t.Fatal(err)
	}
	if o := view.Content.Practice.Organisation; o.Slug != "herning" {
		t.Errorf("%+v", o)
	}
	if diff := cmp.Diff([]catalogue.NameChoice{{Written: "Hernig", Slug: "herning"}}, view.Content.Named); diff != "" {
		t.Error(diff)
	}
}

// An organisation that nobody knows is kept by its name once one has said that it
// is another one, for the lead and each partner; the answer stays through further
// faults, the step back, and a correction.
func TestOtherOrganisations(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.open("/indsend/skabelon").fill("", with(s.patient(), "organisation", "Frinova", "partners", "Cykelklubben\nViborg kommune\nHernig", "title", "Frinova går ture", "answers.done", "Vi gik ture.", "email", ""))
	s.says("Er det et tilbud? Skriv kommunen her, og skriv tilbuddet under »Sted«.")
	if s.code != 422 || len(s.offers()) != 4 {
		t.Fatalf("status %d, %v", s.code, s.offers())
	}
	s.fill("", map[string]string{"navn-1": "anden", "navn-2": "anden", "navn-3": "herning"})
	if s.code != 422 || len(s.offers()) != 0 {
		t.Fatalf("the address is missing, and nothing else: status %d, %v", s.code, s.offers())
	}
	if v := s.values(); v.Get("organisation") != "Frinova" || v.Get("partners") != "Cykelklubben\nViborg Kommune\nHerning Kommune" {
		t.Errorf("%q, %q", v.Get("organisation"), v.Get("partners"))
	}
	s.fill("", map[string]string{"email": "a@frinova.example"})
	s.says("Se det igennem", "Frinova", "Cykelklubben")
	s.fill("/indsend/skabelon", map[string]string{"step": "edit"}).fill("", nil)
	if s.says("Se det igennem"); s.code != 200 {
		t.Fatalf("asked again after the step back: status %d", s.code)
	}
	s.fill("", agreeing)
	s.says("Tak, vi har modtaget")
	link := s.link()
	s.open(link+"/ret").fill("", map[string]string{"title": "Frinova går lange ture"})
	s.says("Tak, det er rettet")
	s.open(link+"/ret").fill("", map[string]string{"organisation": "Vibrog"})
	if s.code != 422 || len(s.offers()) < 2 {
		t.Fatalf("a correction: status %d, %v", s.code, s.offers())
	}
	s.fill("", map[string]string{"navn-1": "viborg"})
	s.says("Tak, det er rettet")
	view, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(link, "/indsend/"))
	if err != nil || view.Content.Practice.Organisation.Slug != "viborg" || view.Original.Practice.Organisation.Name != "Frinova" {
		t.Errorf("%+v, %v", view.Content.Practice.Organisation, err)
	}
}

// What was answered about one name does not let another one pass.
func TestAnswerIsOfOneName(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Frinova", "email", "a@frinova.example"))
	s.says("Er det et tilbud? Skriv kommunen her, og nævn tilbuddet i teksten.")
	s.fill("", map[string]string{"navn-1": "anden", "organisation": "Kragelund"})
	if s.says("Vi kender ikke »Kragelund«"); s.code != 422 {
		t.Errorf("status %d", s.code)
	}
}
