package site_test

import (
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// mailedLink is the path of the link in the mail that was sent last.
func (f *fixture) mailedLink() string {
	f.t.Helper()
	list, err := f.store.UnsentMails(f.t.Context())
	if err != nil || len(list) == 0 {
		f.t.Fatalf("%d mails, %v", len(list), err)
	}
	m := list[len(list)-1]
	link := regexp.MustCompile(`https://praksis\.example(/indsend/kladde/\S+)`).FindStringSubmatch(m.Body)
	if link == nil {
		f.t.Fatalf("no link in the mail to %s: %s", m.Recipient, m.Body)
	}
	return link[1]
}

// A form is gone on with elsewhere, without an account and without scripts, from the
// link in the mail, until it is sent.
func TestFormIsGoneOnWith(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	typed := map[string]string{"organisation": "Aarhus Kommune", "title": "Aarhus går ture", "answers.done": "Vi gik <b>ture</b>.\nHver dag.", "target_groups": "angst",
		"findings[1].text": "De blev gladere.", "findings[1].effect": "positive", "sources[1].document": "Årsrapport", "sources[1].kind": "article", "link": "https://aarhus.dk/ture", "contact_name": "Kim", "email": "kim@aarhus.example", "phone": "89402000"}
	s.open("/indsend/skabelon").fill("/indsend/gem", typed)
	s.says("Kladden er gemt, og vi har sendt et link til kim@aarhus.example", "Slet kladden")
	link := f.mailedLink()
	if !strings.HasPrefix(s.at, link+"?") {
		t.Errorf("at %s, and the mail leads to %s", s.at, link)
	}
	if list, err := f.store.UnsentMails(t.Context()); err != nil || len(list) != 1 || list[0].Recipient != "kim@aarhus.example" || strings.Contains(list[0].Body+list[0].Subject, "ture") {
		t.Errorf("%+v, %v", list, err)
	}
	elsewhere := newSubmitter(f).open(link)
	got := elsewhere.values()
	for name, want := range typed {
		if got.Get(name) != want {
			t.Errorf("%s is %q, not %q", name, got.Get(name), want)
		}
	}
	if w := f.do("GET", link); w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Robots-Tag") != "noindex" {
		t.Errorf("%v", w.Header())
	}
	// Typed on, saved again, with a file, from the review step.
	elsewhere.fill("/indsend/gem", map[string]string{"title": "Aarhus går lange ture", "findings[1].target_groups": "angst"})
	elsewhere.says("Kladden er gemt. Det link, du har fået, virker stadig")
	elsewhere.fill("", nil)
	elsewhere.fill("", map[string]string{"step": "save", "alt-1": "En plan"}, aPDF(2000))
	elsewhere.says("Kladden er gemt", "bilag 1.pdf (2 KB)")
	if n := f.count(`SELECT count(*) FROM mail`) + f.count(`SELECT count(*) FROM saved_form`); n != 2 {
		t.Errorf("%d mails and saved forms", n)
	}
	// Errors on the way keep which saved form it is.
	s.open(link).fill("", map[string]string{"email": ""})
	if v := s.values(); s.code != 422 || "/indsend/kladde/"+v.Get("saved") != link {
		t.Errorf("status %d, saved %q", s.code, v.Get("saved"))
	}
	s.fill("", map[string]string{"email": "kim@aarhus.example", "served": fmt.Sprint(time.Now().Add(-time.Minute).Unix())})
	s.says("Se det igennem", "bilag 1.pdf")
	if s.values().Get(s.keptAlt()) != "En plan" {
		t.Error("the words on the file are gone")
	}
	s.fill("", agreeing)
	s.says("Tak, vi har modtaget", "Aarhus går lange ture", "En plan")
	s.open(link)
	if s.says("Vi kan ikke finde kladden"); s.code != 404 {
		t.Errorf("status %d", s.code)
	}
	if n := f.count(`SELECT (SELECT count(*) FROM saved_form) + (SELECT count(*) FROM kept_file) + (SELECT count(*) FROM mail WHERE kind = 'saved_form' AND recipient <> '')`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if strings.Contains(f.log.String(), strings.TrimPrefix(link, "/indsend/kladde/")) {
		t.Error("the token stands in the log")
	}
}

func TestSavedFormIsErasedByHand(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.open("/indsend/tip").fill("/indsend/gem", map[string]string{"text": "Vi gik", "email": "kim@aarhus.example"})
	link := f.mailedLink()
	s.open(link + "/slet") // a GET does nothing
	s.says("Vil du slette kladden?")
	if n := f.count(`SELECT count(*) FROM saved_form`); n != 1 {
		t.Fatalf("%d saved forms", n)
	}
	s.fill("", nil)
	s.says("Kladden er slettet")
	for _, path := range []string{link, link + "/slet", catalogue.SavedFormPath("kort"), catalogue.SavedFormPath(strings.Repeat("A", 43))} {
		if s.open(path); s.code != 404 {
			t.Errorf("%s: %d", path, s.code)
		}
	}
}

// What stops a form from being saved says so, with everything typed.
func TestFormIsNotSaved(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	typed := map[string]string{"title": "Aarhus går ture", "answers.done": "Vi gik ture.", "email": "kim@aarhus.example"}
	refused := func(name string, status int, says string, more ...string) {
		t.Helper()
		s.open("/indsend/skabelon").fill("/indsend/gem", with(typed, more...))
		if summary := s.doc.Find(".alert-error").Text(); s.code != status || !strings.Contains(summary, says) {
			t.Errorf("%s: %d %q", name, s.code, summary)
		}
		got := s.values()
		for field, want := range with(typed, more...) {
			if got.Get(field) != want && field != "website" {
				t.Errorf("%s: %s is %q, not %q", name, field, got.Get(field), want)
			}
		}
	}
	refused("no address", 422, "så vi kan sende dig et link", "email", "")
	refused("a bad address", 422, "mailadresse", "email", "kim(at)aarhus")
	refused("a CPR number", 422, "CPR-nummer", "answers.done", "Hun er 010190-1234.")
	refused("ten digits", 422, "CPR-nummer", "answers.done", "Sag 0101901234.")
	refused("a program", 422, "kunne ikke gemme", "website", "https://spam.example")
	if n := f.count(`SELECT count(*) FROM saved_form`) + f.count(`SELECT count(*) FROM mail`); n != 0 {
		t.Errorf("%d rows", n)
	}
	for _, where := range f.everywhere("%010190%") {
		t.Errorf("the number stands in %s", where)
	}
	s.fill("", nil) // the CPR page's own next step works
	// What is declared to be something else can be saved.
	s.open("/indsend/skabelon").fill("/indsend/gem", with(typed, "answers.done", "Sag 0101901234."))
	s.fill("/indsend/gem", map[string]string{"not_cpr": "1"})
	s.says("Kladden er gemt")
	if s.values().Get("answers.done") != "Sag 0101901234." {
		t.Error("not kept")
	}
	for range 2 {
		s.open("/indsend/tip").fill("/indsend/gem", typed).says("Kladden er gemt")
	}
	// The fourth to one address is saved, and has no mail.
	s.open("/indsend/skabelon").fill("/indsend/gem", typed).says("Kladden er gemt, men vi kan ikke sende flere links før i morgen. Gem adressen på denne side")
	if at, _, _ := strings.Cut(s.at, "?"); at == f.mailedLink() || s.open(at).values().Get("title") != typed["title"] {
		t.Errorf("at %s: %s", at, s.text())
	}
	// A form that asks nothing to be published has no such button.
	if s.open(catalogue.SubmitPath(review.SubmissionKinds.Slug(review.KindQuestion), "")); s.code != 200 || s.doc.Find("button[value=save]").Length() != 0 {
		t.Error("a question can be saved")
	}
}

// What is saved is what is opened, whatever was typed.
func FuzzSavedForm(f *testing.F) {
	x := newFixture(f)
	f.Add("Vi gik ture", "Hun sagde: \"ja\"\n\n<b>", "kim@aarhus.example")
	f.Add("\x00\xff\ufffe", strings.Repeat("æ", 300), "a@b.dk")
	f.Add("010190-1234", "0101901234", "a@b.dk,c@d.dk\r\nBcc: x@y.dk")
	n := 0
	f.Fuzz(func(t *testing.T, title, done, email string) {
		n++
		s := &submitter{fixture: x}
		v := map[string][]string{"kind": {"full"}, "key": {fmt.Sprintf("noegle-med-nok-tegn-%d", n)}, "title": {title}, "answers.done": {done}, "email": {email}}
		w := s.post("/indsend/gem", v)
		if w.Code >= 500 && w.Code != 503 {
			t.Fatalf("status %d: %s", w.Code, x.log)
		}
		if w.Code != 303 {
			return
		}
		opened := httptest.NewRequest("GET", w.Header().Get("Location"), nil)
		if w := recorded(x, opened); w.Code != 200 {
			t.Errorf("opened: status %d", w.Code)
		}
	})
}

// Two people with one link: the one who saves or sends last is shown what the other
// has saved, and nothing goes without a choice.
func TestSavedFormOfTwo(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.open("/indsend/kort").fill("/indsend/gem", map[string]string{"organisation": "Aarhus Kommune", "title": "Aarhus går ture", "email": "kim@aarhus.example"})
	link := f.mailedLink()
	kim, ida, liv := newSubmitter(f).open(link), newSubmitter(f).open(link), newSubmitter(f).open(link)
	kim.fill("/indsend/gem", map[string]string{"answers.done": "Kims tekst"}).says("Kladden er gemt. Det link")
	ida.fill("/indsend/gem", map[string]string{"answers.done": "Idas tekst"})
	ida.says("Kladden er ændret et andet sted", "Kims tekst", "Idas tekst", "Gem min i stedet", "Brug den gemte")
	if got := newSubmitter(f).open(link).values().Get("answers.done"); ida.code != 409 || got != "Kims tekst" || ida.doc.Find("main a[href='"+link+"']").Length() != 1 {
		t.Errorf("status %d, saved is %q", ida.code, got)
	}
	ida.fill("/indsend/gem", nil).says("Kladden er gemt. Det link")
	if got := newSubmitter(f).open(link).values().Get("answers.done"); got != "Idas tekst" {
		t.Errorf("saved is %q", got)
	}
	// Sending what was opened before erases nothing either; the file stays with it.
	liv.fill("", with(liv.patient(), "answers.done", "Livs tekst"))
	liv.fill("", agreeing, aPDF(2000))
	liv.says("Kladden er ændret et andet sted", "Idas tekst", "Livs tekst")
	if n := f.count(`SELECT count(*) FROM submission`); liv.code != 409 || n != 0 {
		t.Errorf("status %d, %d submissions", liv.code, n)
	}
	liv.fill("/indsend/tjek", nil).says("Se det igennem", "Livs tekst", "bilag 1.pdf")
	liv.fill("", agreeing).says("Tak, vi har modtaget", "Livs tekst")

	// Saved twice with the same text, as after going back, there is nothing to choose.
	s.open("/indsend/kort")
	first := s.doc
	same := map[string]string{"title": "Aarhus går længere", "answers.done": "Ture", "email": "kim@aarhus.example"}
	s.fill("/indsend/gem", same).says("Kladden er gemt")
	s.doc = first
	s.fill("/indsend/gem", same).says("Kladden er gemt")
	if n := f.count(`SELECT count(*) FROM saved_form`); n != 1 {
		t.Errorf("%d saved forms", n)
	}
	s.doc = first
	s.fill("/indsend/gem", with(same, "answers.done", "Lange ture")).says("Kladden er ændret et andet sted", "Lange ture")
}
