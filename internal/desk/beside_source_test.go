package desk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"
	"praksis/web"
)

// What the submitter answered and what the source corrected stands beside its field, and
// is taken into a field that is a text by one press; then it is no news any more.
func TestTextsAreTakenOver(t *testing.T) {
	f := newFixture(t, loopback())
	id, token := f.submit("a", ordinary)
	v := f.editor("rita")
	path := pathOf(id)
	form := filled(v.get(path+"?trin=afgoer"), "spoerg")
	form.Set("spoergsmaal:answers.spread", "Kan andre bruge det?")
	form.Set("spoergsmaal:provider", "Hvilket team?")
	v.post(path+"?trin=afgoer", form)
	s, err := f.store.SubmissionByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	answer := review.Act{Action: review.Answer}
	said := map[string]string{"answers.spread": "Ja, alle med telefon.", "provider": "team to"}
	for _, q := range s.Questions {
		answer.Answers = append(answer.Answers, review.QuestionAnswer{Question: q.ID, Text: said[q.Field]})
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Token: token}, answer, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	// The name of a field that the desk has quoted is nobody's words.
	if got := text(v.get(path).Find(".history")); strings.Contains(got, "ligner noget, en borger har sagt") || !strings.Contains(got, "Ja, alle med telefon.") {
		t.Error(got)
	}
	press := func(step, button string) {
		t.Helper()
		d := v.get(path + "?trin=" + step)
		at := d.Find(`button[value^="` + button + `"]`)
		if at.Length() != 1 {
			t.Fatalf("%d buttons %s", at.Length(), button)
		}
		d = v.page(http.StatusOK, v.do("POST", path+"?trin="+step, filled(d, at.AttrOr("value", ""))))
		v.post(path+"?trin="+step, filled(d, "gem"))
	}
	for _, x := range s.Questions {
		press(map[string]string{"answers.spread": "laering", "provider": "tekst"}[x.Field], "svar:"+strings.TrimPrefix(pathOf(x.ID), pathOf(0)[:len(pathOf(0))-1])+":"+x.Field)
	}
	if p := f.draft(id); p.Answers.Spread != "Ja, alle med telefon." || p.Provider != "Bostøtten Syd team to" {
		t.Errorf("%q, %q", p.Answers.Spread, p.Provider)
	}
	if got := text(v.get(path).Find(".desk__fresh")); got != "" {
		t.Errorf("used, and still news: %s", got)
	}
	// The source.
	ask := inquiryFormOf(v.get(path+"/tjek"), "spoerg")
	ask.Set("adresser", "ida@syddjurs.example")
	v.post(path+"/tjek", ask)
	var body string
	if err := f.pool.QueryRow(t.Context(), `SELECT body FROM mail WHERE kind = 'check'`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	_, link, _ := strings.Cut(body, "https://praksis.example/tjek/")
	link, _, _ = strings.Cut(link, "\n")
	shown := func(s string) string { return web.InquiryPart{Facts: []web.Fact{{Value: s}}}.Fingerprint() }
	p := f.draft(id)
	wrong := review.InquiryAnswer{Parts: []review.PartAnswer{{Path: "title", Right: true, Shown: shown(p.Title)}, {Path: "provider", Text: "Bostøtten Nord", Shown: shown(p.Provider)}, {Path: "organisation", Text: "Norddjurs Kommune", Shown: shown("Syddjurs Kommune")}}}
	if err := f.store.AnswerInquiry(t.Context(), link, 0, wrong, nil, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	d := v.get(path + "?trin=tekst")
	if got := text(d.Find(".desk__draft")); !strings.Contains(got, "Se kommunens svar på tjekket") || !strings.Contains(got, "ida@syddjurs.example skrev i kommunens tjek") || !strings.Contains(got, "Norddjurs Kommune") {
		t.Errorf("the answer is not told: %s", got)
	}
	if got := text(d.Find(`[data-go="tekst"] .desk__fresh`)); got != "2 nye svar" {
		t.Errorf("news: %q", got)
	}
	if d.Find(`button[value^="kilde:"]`).Length() != 1 {
		t.Error("an organisation is no text to be taken over")
	}
	press("tekst", "kilde:")
	if p := f.draft(id); p.Provider != "Bostøtten Nord" || p.Organisation.Name == "Norddjurs Kommune" {
		t.Errorf("%q, %q", p.Provider, p.Organisation.Name)
	}
	if d = v.get(path + "?trin=tekst"); text(d.Find(`[data-go="tekst"] .desk__fresh`)) != "1 nyt svar" || d.Find(`button[value^="kilde:"]`).Length() != 0 {
		t.Error("taken over, and still news")
	}
	for _, button := range []string{"kilde:1:title", "kilde:1:organisation", "kilde:9:provider", "kilde:", "svar:9:provider", "svar:1:slug", "svar:1:findings[1].text"} {
		if w := v.do("POST", path, filled(d, button)); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", button, w.Code)
		}
	}
}

// That a submission was held back is told for as long as it is open, and not as if it
// were so when somebody has begun on it.
func TestHeldIsToldAsItIs(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", func(n *postgres.NewSubmission) { n.HeldReason = "12 links." })
	v := f.editor("rita")
	if got := text(v.get(pathOf(id)).Find(".desk__held")); got != "Tilbageholdt: 12 links. Indsenderen ved det ikke." {
		t.Error(got)
	}
	form := filled(v.get(pathOf(id)), "gem")
	form.Set("summary", "De ringede hver dag.")
	v.post(pathOf(id), form)
	if got := text(v.get(pathOf(id)).Find(".desk__held")); got != "Da den kom, blev den holdt tilbage: 12 links. Indsenderen ved det ikke." {
		t.Error(got)
	}
}

// An answer about an example that was merged is listed by the name of what it was merged
// into, and the one that went is said to be merged in the same words everywhere.
func TestAnswerAboutWhatWasMerged(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	from, into, _ := f.deeds()
	form := inquiryFormOf(v.get(at(from)+"/tjek"), "spoerg")
	form.Set("adresser", "ida@syddjurs.example")
	v.post(at(from)+"/tjek", form)
	if _, err := f.store.Apply(t.Context(), postgres.On{Practice: from, Into: into}, review.Act{Action: review.MergePractice, Editor: f.account("rita").ID, Reason: "Samme indsats"}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if got := text(v.get("/redaktion/tjek").Find(".desk__row")); !strings.Contains(got, f.practice(into).Record.Title) || strings.Contains(got, "Ikke oplyst, hvem") {
		t.Error(got)
	}
	if got := text(v.get(at(from)).Find("main")); !strings.Contains(got, "Lagt sammen") || strings.Contains(got, "Flettet") {
		t.Error(got)
	}
}
