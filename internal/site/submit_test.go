package site_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

// submitter fills in forms as a browser without scripts does.
type submitter struct {
	*fixture
	doc  *goquery.Document
	at   string // the address of the page
	code int
}

func newSubmitter(f *fixture) *submitter { return &submitter{fixture: f} }

func (s *submitter) open(target string) *submitter {
	s.t.Helper()
	s.take(s.do("GET", target), target)
	return s
}

// take reads an answer, and follows the redirect of a post.
func (s *submitter) take(w *httptest.ResponseRecorder, target string) {
	s.t.Helper()
	if to := w.Header().Get("Location"); w.Code == http.StatusSeeOther {
		s.take(s.do("GET", to), to)
		return
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" || w.Header().Get("Content-Encoding") != "" && strings.Contains(target, "/indsend/") {
		s.t.Errorf("%s: Cache-Control %q, coding %q", target, got, w.Header().Get("Content-Encoding"))
	}
	if w.Header().Get("Set-Cookie") != "" {
		s.t.Errorf("%s sets a cookie", target)
	}
	s.doc, s.at, s.code = document(s.t, w), target, w.Code
}

// values are what the page's form would post, as it stands.
func (s *submitter) values() url.Values {
	v := url.Values{}
	s.doc.Find("form.submit").First().Find("input, textarea, select").Each(func(_ int, e *goquery.Selection) {
		name, _ := e.Attr("name")
		kind, _ := e.Attr("type")
		_, on := e.Attr("checked")
		switch {
		case name == "" || kind == "file" || (kind == "checkbox" || kind == "radio") && !on:
		case goquery.NodeName(e) == "textarea":
			v.Add(name, e.Text())
		case goquery.NodeName(e) == "select":
			x, _ := e.Find("option[selected]").Attr("value")
			v.Add(name, x)
		default:
			x, _ := e.Attr("value")
			v.Add(name, x)
		}
	})
	return v
}

// fill posts the form with some values changed; files go with the review step.
// An action other than the form's is that of one of its buttons.
func (s *submitter) fill(action string, values map[string]string, files ...[]byte) *submitter {
	s.t.Helper()
	f := s.doc.Find("form.submit").First()
	if f.Length() != 1 {
		s.t.Fatalf("no form at %s: %s", s.at, s.doc.Find("main").Text())
	}
	own, _ := f.Attr("action")
	if action == "" {
		action = own
	}
	v := s.values()
	for name, value := range values {
		v.Set(name, value)
	}
	if enc, _ := f.Attr("enctype"); enc != "" && action == own {
		s.take(s.upload(action, v, files...), action)
		return s
	}
	s.take(s.post(action, v), action)
	return s
}

func (s *submitter) post(action string, v url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", action, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *submitter) upload(action string, v url.Values, files ...[]byte) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, list := range v {
		for _, x := range list {
			if err := m.WriteField(name, x); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	for i, content := range files {
		p, err := m.CreateFormFile(fmt.Sprintf("file-%d", i+1), fmt.Sprintf("bilag %d.pdf", i+1))
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := p.Write(content); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", action, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *submitter) text() string { return s.doc.Find("main").Text() }

func (s *submitter) says(want ...string) {
	s.t.Helper()
	for _, x := range want {
		if !strings.Contains(s.text(), x) {
			s.t.Errorf("%s does not say %q: %s", s.at, x, strings.Join(strings.Fields(s.text()), " "))
		}
	}
}

// served makes the form as old as a person's.
func (s *submitter) patient() map[string]string {
	return map[string]string{"served": fmt.Sprint(time.Now().Add(-time.Minute).Unix())}
}

var agreeing = map[string]string{"ok_licence": "1", "ok_contact": "1"}

func with(m map[string]string, more ...string) map[string]string {
	m = maps.Clone(m)
	for i := 0; i < len(more); i += 2 {
		m[more[i]] = more[i+1]
	}
	return m
}

// tip goes through all of a tip and ends at the receipt.
func (s *submitter) tip(values ...string) *submitter {
	s.t.Helper()
	s.open("/indsend/tip")
	s.fill("", with(s.patient(), append([]string{"text", "Bostøtten gik ture i skoven med borgerne.", "organisation", "Aarhus Kommune", "email", "bostoette@aarhus.example"}, values...)...))
	if s.code != 200 {
		s.t.Fatalf("the tip is not taken: %d %s", s.code, s.text())
	}
	return s.fill("", agreeing)
}

// link is the path of the secret link that the page belongs to.
func (s *submitter) link() string {
	path, _, _ := strings.Cut(s.at, "?")
	return path
}

func (f *fixture) count(sql string, args ...any) (n int) {
	f.t.Helper()
	if err := f.pool.QueryRow(f.t.Context(), sql, args...).Scan(&n); err != nil {
		f.t.Fatal(err)
	}
	return n
}

// TestTip is the shortest way, from the front page of the intake to the page of
// the secret link, and all that can be done there.
func TestTip(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.open("/indsend")
	s.says("30 sekunder", "5 minutter", "10 arbejdsdage", "CC BY 4.0", "Du skal ikke oprette en konto")
	s.tip()
	s.says("Tak, vi har modtaget", "nummer 1 i køen", "Gem adressen", "Bostøtten gik ture i skoven")
	link := s.link()
	if reference := s.doc.Find(".reference").Text(); len(reference) != 9 {
		t.Errorf("reference %q", reference)
	}
	if strings.Contains(s.open(link).text(), "Tak, vi har modtaget") {
		t.Error("thanks are said again")
	}
	if w := f.do("GET", link); w.Header().Get("X-Robots-Tag") != "noindex" || w.Header().Get("Referrer-Policy") != "same-origin" {
		t.Errorf("headers %v", w.Header())
	}
	// The desk asks; the submitter answers.
	view, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(link, "/indsend/"))
	if err != nil {
		t.Fatal(err)
	}
	editor := f.editor()
	ask := review.Act{Action: review.Ask, Version: view.Version, Editor: editor, Text: "Hvor mange var med?"}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: view.ID}, ask, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	s.open(link)
	s.says("Hvor mange var med?", "venter på dit svar")
	s.fill("", map[string]string{"svar": ""})
	if s.code != 422 {
		t.Errorf("an empty answer: status %d", s.code)
	}
	s.fill("", map[string]string{"svar": "Borgeren er 010190-1234."})
	if s.says("CPR-nummer"); s.code != 422 || s.values().Get("svar") != "Borgeren er 010190-1234." {
		t.Errorf("an answer with a CPR number: status %d", s.code)
	}
	s.fill("", map[string]string{"svar": "Otte var med."})
	s.says("vi har fået dit svar", "Otte var med.", "bliver læst")
	// Correct.
	s.open(link+"/ret").fill("", map[string]string{"text": "Bostøtten gik lange ture i skoven med otte borgere."})
	s.says("Tak, det er rettet", "lange ture i skoven")
	// A GET does nothing.
	for _, act := range []string{"/traek-tilbage", "/slet-kontakt"} {
		s.open(link + act)
	}
	if n := f.count(`SELECT count(*) FROM submission WHERE state = 'withdrawn'`) + 1 - f.count(`SELECT count(*) FROM submission_contact`); n != 0 {
		t.Error("a GET has acted")
	}
	s.fill("", nil)
	s.says("kontaktoplysninger er slettet")
	if n := f.count(`SELECT count(*) FROM submission_contact`); n != 0 {
		t.Error("the contact data are still there")
	}
	s.open(link+"/traek-tilbage").fill("", nil)
	s.says("trukket tilbage")
	if w := f.do("GET", link+"/ret"); w.Code != http.StatusSeeOther {
		t.Errorf("what was withdrawn can be corrected: status %d", w.Code)
	}
	if strings.Contains(f.log.String(), strings.TrimPrefix(link, "/indsend/")) {
		t.Error("the token stands in the log")
	}
}

// editor makes one, and gives its ID.
func (f *fixture) editor() int64 {
	f.t.Helper()
	id, err := f.store.AddEditor(f.t.Context(), postgres.Editor{Email: "redaktion@example.dk", Name: "Rita"}, time.Now().UTC())
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

// Everything typed is kept, whatever is wrong.
func TestErrorsKeepWhatWasTyped(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	typed := map[string]string{
		"organisation": "Aarhus Kommune", "title": "Aarhus går ture", "answers.done": "Vi gik ture & talte <om> det.", "provider": "Bostøtten",
		"target_groups": "angst", "findings[1].text": "De blev gladere.", "findings[1].effect": "positive", "findings[1].target_groups": "angst", "findings[1].voice": "citizen",
		"answers.worked": "At gå ved siden af hinanden.", "preconditions": "relation-i-forvejen", "sources[1].document": "Årsrapport", "sources[1].kind": "article", "email": "leder@aarhus.example", "contact_name": "Kim",
	}
	for name, c := range map[string]struct{ field, value, message string }{
		"no organisation":  {"organisation", "", "kommune eller organisation"},
		"no title":         {"title", "", "titel"},
		"no mail address":  {"email", "", "mailadresse"},
		"bad mail address": {"email", "leder(at)aarhus", "mailadresse"},
		"bad link":         {"link", "javascript:alert(1)", "adresse"},
		"finding":          {"findings[1].effect", "", "effekten"},
		"finding for whom": {"findings[1].target_groups", "", "for hvem"},
		"CPR":              {"answers.done", "Hun er 010190-1234.", "CPR-nummer"},
		"ten digits":       {"answers.other", "Sag 0101901234.", "CPR-nummer"},
		"too long":         {"title", strings.Repeat("lang ", 50), "Gør den kortere"},
	} {
		s.open("/indsend/skabelon").fill("", with(typed, c.field, c.value))
		if s.code != 422 || !strings.HasPrefix(s.doc.Find("title").Text(), "Fejl: ") {
			t.Errorf("%s: status %d, title %q", name, s.code, s.doc.Find("title").Text())
			continue
		}
		summary := s.doc.Find(".alert-error")
		if !strings.Contains(strings.ToLower(summary.Text()), strings.ToLower(c.message)) {
			t.Errorf("%s: %q", name, summary.Text())
		}
		summary.Find("a").Each(func(_ int, a *goquery.Selection) {
			to, _ := a.Attr("href")
			if s.doc.Find(to).Length() != 1 {
				t.Errorf("%s: the summary leads to %s, which is not there", name, to)
			}
		})
		got := s.values()
		for field, want := range with(typed, c.field, c.value) {
			if got.Get(field) != strings.TrimSpace(want) {
				t.Errorf("%s: %s is %q, not %q", name, field, got.Get(field), want)
			}
		}
		if name == "ten digits" {
			s.fill("", map[string]string{"not_cpr": "1"})
			if s.code != 200 {
				t.Errorf("declared to be no CPR number, still: %d %s", s.code, s.doc.Find(".alert-error").Text())
			}
		}
	}
	if n := f.count(`SELECT count(*) FROM submission`); n != 0 {
		t.Errorf("%d were kept", n)
	}
}

// Limits count what is kept: a paste whose every letter has a soft hyphen behind
// it comes in whole, and one that is too long comes back whole. No field has the
// browser cut it.
func TestPasteIsNotCut(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	full := func(limit int) string { return string([]rune(strings.Repeat("gåture", limit))[:limit]) }
	hyphens := func(text string) string { return strings.Join(strings.Split(text, ""), "\u00ad") }
	title, done := full(catalogue.MaxTitle), full(catalogue.FieldAt("answers.done").Limit)
	for _, way := range []string{"/indsend/tip", "/indsend/kort", "/indsend/skabelon"} {
		if n := s.open(way).doc.Find("form.submit [maxlength]").Length(); n != 0 {
			t.Errorf("%s: the browser cuts what is pasted into %d fields", way, n)
		}
	}
	s.fill("", map[string]string{"organisation": "Aar\u00adhus Kommune", "title": hyphens(title), "answers.done": hyphens(done), "email": "a@aarhus.example"})
	if s.says(title, done); s.code != 200 || s.doc.Find("form.submit [maxlength]").Length() != 0 {
		t.Errorf("status %d, %s", s.code, s.doc.Find(".alert-error").Text())
	}
	s.open("/indsend/kort").fill("", map[string]string{"title": hyphens(title + "e"), "answers.done": hyphens(done + "e")})
	if got := s.values(); s.code != 422 || got.Get("title") != title+"e" || got.Get("answers.done") != done+"e" {
		t.Errorf("too long: status %d, title %q", s.code, got.Get("title"))
	}

	link := s.tip().link()
	view, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(link, "/indsend/"))
	if err != nil {
		t.Fatal(err)
	}
	ask := review.Act{Action: review.Ask, Version: view.Version, Editor: f.editor(), Text: "Hvad gjorde I?"}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: view.ID}, ask, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if n := s.open(link).doc.Find("main [maxlength]").Length(); n != 0 {
		t.Errorf("the browser cuts %d fields of the submission's page", n)
	}
	s.fill("", map[string]string{"svar": hyphens(full(review.MaxMessage))})
	if n := f.count(`SELECT count(*) FROM submission_answer WHERE text = $1`, full(review.MaxMessage)); s.code != 200 || n != 1 {
		t.Errorf("an answer: status %d, kept %d times", s.code, n)
	}
}

// A shorter way takes what is typed to the longer one, rows come and go by
// posting, and the review step leads back.
func TestFurtherAndRows(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.open("/indsend/tip").fill("/indsend/kort", map[string]string{"text": "Vi gik ture.", "organisation": "Aarhus", "email": "a@aarhus.example", "link": "https://aarhus.dk/ture"})
	key := s.values().Get("key")
	s.fill("/indsend/skabelon", map[string]string{"title": "Aarhus går ture"})
	v := s.values()
	if v.Get("answers.done") != "Vi gik ture." || v.Get("organisation") != "Aarhus" || v.Get("email") != "a@aarhus.example" || v.Get("link") == "" || v.Get("title") == "" || v.Get("key") != key {
		t.Errorf("not taken over: %v", v)
	}
	s.fill("/indsend/skabelon", map[string]string{"add": "findings", "findings[1].text": "Den ene", "findings[1].effect": "positive", "findings[1].target_groups": "angst"})
	s.fill("/indsend/skabelon", map[string]string{"add": "findings", "findings[2].text": "Den anden", "findings[2].effect": "negative", "findings[2].target_groups": "autisme"})
	if n := s.doc.Find("[data-rows=findings] > fieldset").Length(); n != 3 {
		t.Errorf("%d rows", n)
	}
	s.fill("/indsend/skabelon", map[string]string{"remove": "findings[1]"})
	if v := s.values(); v.Get("findings[1].text") != "Den anden" || v.Get("findings[1].effect") != "negative" || v.Get("findings[1].target_groups") != "autisme" || v.Has("findings[2].text") {
		t.Errorf("the wrong row went: %v", v)
	}
	s.fill("", nil)
	s.says("Se det igennem", "Den anden", "Dårlig effekt", "Autisme", "Aarhus Kommune")
	s.fill("/indsend/skabelon", map[string]string{"step": "edit"})
	if v := s.values(); v.Get("findings[1].text") != "Den anden" || v.Get("key") != key || v.Get("organisation") != "Aarhus Kommune" {
		t.Errorf("not back: %v", v)
	}
}

// The review step asks for what must be answered, and offers what is alike.
func TestReviewStep(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.open("/indsend/kort").fill("", with(s.patient(), "organisation", "Tønder Kommune", "title", "Tønder går ture i naturen med sårbare unge", "answers.done", "Vi ringede til Karen Hansen. Hun sagde ja.", "email", "a@toender.example"))
	s.says("Ligner dette et af disse?", "Mit er et andet")
	alike := s.doc.Find(".form-radio[name=om]")
	if n := alike.Length(); n != 4 {
		t.Errorf("%d choices", n)
	}
	if got, _ := alike.Eq(1).Attr("value"); got != "toender-gaature-i-naturen-med-saarbare-unge" {
		t.Errorf("most alike is %q", got)
	}
	if s.doc.Find("input[name=answered]").Length() == 0 {
		t.Fatal("the name gives no warning")
	}
	s.fill("", nil)
	if s.says("Svar på, om det kan blive stående", "Sæt kryds, hvis andre må bruge teksten", "Sæt kryds, hvis vi må svare"); s.code != 422 {
		t.Errorf("status %d", s.code)
	}
	v := s.values()
	s.doc.Find("input[name=answered]").Each(func(_ int, e *goquery.Selection) {
		key, _ := e.Attr("value")
		v.Add("answered", key)
	})
	v.Set("ok_licence", "1")
	v.Set("ok_contact", "1")
	v.Set("om", "toender-gaature-i-naturen-med-saarbare-unge")
	s.take(s.upload("/indsend/send", v), "/indsend/send")
	s.says("Tak, vi har modtaget")
	view, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(s.link(), "/indsend/"))
	if err != nil {
		t.Fatal(err)
	}
	if view.Content.About != "toender-gaature-i-naturen-med-saarbare-unge" || len(view.Content.Answered) == 0 || view.State != review.Received {
		t.Errorf("about %q, answered %q, %s %s", view.Content.About, view.Content.Answered, view.State, view.HeldReason)
	}
	// The same while typing; a CPR number asks nothing.
	if w := f.do("GET", "/indsend/ligner?q="+url.QueryEscape("Tønder går ture")); !strings.Contains(w.Body.String(), "toender-gaature") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := f.do("GET", "/indsend/ligner?q=ture+010190-1234"); strings.TrimSpace(w.Body.String()) != `{"practices":[]}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// From the page of an example one tells of the same.
func TestAboutAnExample(t *testing.T) {
	f := newFixture(t)
	const slug = "toender-gaature-i-naturen-med-saarbare-unge"
	p := f.page("/eksempler/" + slug)
	for _, want := range []string{"/indsend/kort?om=" + slug, "/indsend/tip?om=" + slug} {
		if p.Find(`a[href="`+want+`"]`).Length() != 1 {
			t.Errorf("no link to %s", want)
		}
	}
	if p := f.page("/kommuner/laesoe"); p.Find(`a[href="/indsend/tip?aktoer=laesoe"]`).Length() != 1 {
		t.Error("a municipality without examples is not invited")
	}
	s := newSubmitter(f).open("/indsend?om=" + slug)
	if s.doc.Find(`.way a[href="/indsend/kort?om=`+slug+`"]`).Length() != 1 {
		t.Error("the ways forget what it is about")
	}
	s.open("/indsend/tip?aktoer=laesoe")
	if got := s.values().Get("organisation"); got != "Læsø Kommune" {
		t.Errorf("organisation %q", got)
	}
	s.open("/indsend/kort?om="+slug).fill("", with(s.patient(), "organisation", "Aarhus", "findings[1].text", "Det gik også godt hos os.", "findings[1].effect", "positive", "findings[1].target_groups", "angst", "email", "a@aarhus.example"))
	s.fill("", agreeing)
	s.says("Tak, vi har modtaget")
	if n := f.count(`SELECT count(*) FROM submission WHERE about_id IS NOT NULL`); n != 1 {
		t.Error("it is about nothing")
	}
	// What is not there is not written about.
	if s.open("/indsend/kort?om=findes-ikke"); s.values().Get("about") != "" {
		t.Error("about what is not there")
	}
}

func TestDoublePost(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).open("/indsend/tip")
	s.fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", "a@aarhus.example"))
	v := s.values()
	v.Set("ok_licence", "1")
	v.Set("ok_contact", "1")
	first, second := s.upload("/indsend/send", v), s.upload("/indsend/send", v)
	a, _, _ := strings.Cut(first.Header().Get("Location"), "?")
	b, _, _ := strings.Cut(second.Header().Get("Location"), "?")
	if first.Code != 303 || a != b || f.count(`SELECT count(*) FROM submission`) != 1 {
		t.Errorf("%d %s, %d %s", first.Code, a, second.Code, b)
	}
	s.open(second.Header().Get("Location"))
	s.says("Vi havde allerede modtaget den")
}

// What is odd is held and not refused, and its sender is not told.
func TestHeld(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tip("website", "https://spam.example")
	s.says("Tak, vi har modtaget", "En redaktør læser det snart")
	s.open("/indsend/tip").fill("", map[string]string{"text": "Hurtigt.", "organisation": "Aarhus", "email": "a@aarhus.example"}).fill("", agreeing)
	if n := f.count(`SELECT count(*) FROM submission WHERE state = 'held' AND held_reason <> ''`); n != 2 {
		t.Errorf("%d are held", n)
	}
	if strings.Contains(s.text(), "tilbageholdt") {
		t.Error("the sender is told")
	}
	// A whole municipality sits behind one address: all is taken.
	for range 22 {
		s.tip()
	}
	if held, all := f.count(`SELECT count(*) FROM submission WHERE state = 'held'`), f.count(`SELECT count(*) FROM submission`); all != 24 || held <= 2 || held > 10 {
		t.Errorf("%d of %d are held", held, all)
	}
}

// A CPR number is in no table, no log line and no kept page, wherever it was
// typed.
func TestCPRIsKeptNowhere(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	const digits, tail = "010190-1234", "1234"
	for _, kind := range []string{"tip", "kort", "skabelon"} {
		s.open("/indsend/" + kind)
		fields := slices.Sorted(maps.Keys(s.values()))
		for _, field := range fields {
			if slices.Contains([]string{"key", "served", "kind", "about", "website"}, field) {
				continue
			}
			s.open("/indsend/"+kind).fill("", with(s.patient(), "organisation", "Aarhus", "title", "Aarhus", "answers.done", "Ture", "text", "Ture", "email", "a@aarhus.example", field, digits+"@x.dk "+digits))
			// A row with nothing but that is dropped, and goes no further.
			if html, _ := s.doc.Html(); s.code != 422 && strings.Contains(html, digits) {
				t.Errorf("%s of %s is taken: %d", field, kind, s.code)
			}
		}
	}
	// Past the form, straight at the last step.
	s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", "a@aarhus.example"))
	v := s.values()
	v.Set("data", strings.Replace(v.Get("data"), "Vi gik ture.", digits, 1))
	v.Set("ok_licence", "1")
	v.Set("ok_contact", "1")
	if w := s.upload("/indsend/send", v); w.Code != 422 {
		t.Errorf("the last step takes it: %d", w.Code)
	}
	s.tip()
	link := s.link()
	s.open(link+"/ret").fill("", map[string]string{"text": "Hun er " + digits})
	if s.code != 422 {
		t.Errorf("a correction takes it: %d", s.code)
	}
	for _, where := range f.everywhere("%" + digits + "%") {
		t.Errorf("it stands in %s", where)
	}
	if strings.Contains(f.log.String(), "-"+tail) {
		t.Error("it stands in the log")
	}
}

// Attachments are looked at one by one; what is wrong with one says so, and the
// rest of what was typed is kept.
func TestAttachments(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	pdf := []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", "a@aarhus.example"))
	s.fill("", with(agreeing, "alt-1", "En plan", "alt-2", "Et program"), pdf, []byte("MZ\x90\x00 a program"))
	if s.says("Fil 2:", "bilag 1.pdf (1 KB)", "Fjern filen"); s.code != 422 || strings.Contains(s.text(), "Fil 1:") || strings.Contains(s.text(), "filer igen") {
		t.Errorf("status %d", s.code)
	}
	if v := s.values(); v.Get(s.keptAlt()) != "En plan" || v.Get("ok_licence") != "1" || !strings.Contains(v.Get("data"), "Vi gik ture.") {
		t.Errorf("not kept: %v", v)
	}
	s.fill("", map[string]string{s.keptAlt(): "Borger 010190-1234"})
	if s.says("Teksten om »bilag 1.pdf« ser ud til at have et CPR-nummer"); s.code != 422 || s.values().Get(s.keptAlt()) != "Borger 010190-1234" {
		t.Errorf("status %d", s.code)
	}
	s.fill("", map[string]string{s.keptAlt(): "En plan"}, pdf, pdf)
	s.says("Tak, vi har modtaget", "bilag 1.pdf", "En plan")
	if n := f.count(`SELECT count(*) FROM attachment`); n != 1 {
		t.Errorf("%d attachments", n)
	}
	s.tip()
	s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", "a@aarhus.example"))
	for _, size := range []int{40 << 20, 100 << 20} { // more than is read, too
		if s.fill("", agreeing, make([]byte, size)); s.code != 422 || !strings.Contains(s.text(), "fylder") || !strings.Contains(s.values().Get("data"), "Vi gik ture.") {
			t.Errorf("%d MB: status %d, %s", size>>20, s.code, s.doc.Find(".alert-error").Text())
		}
	}
}

// keptAlt is the field of what the first kept file shows.
func (s *submitter) keptAlt() string {
	return s.doc.Find(".kept-files input").First().AttrOr("name", "")
}

// everywhere are the columns of all tables that hold what is like pattern.
func (f *fixture) everywhere(pattern string) (out []string) {
	f.t.Helper()
	rows, err := f.pool.Query(f.t.Context(), `SELECT format('%I.%I', table_schema, table_name), column_name FROM information_schema.columns
		WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		f.t.Fatal(err)
	}
	defer rows.Close()
	var columns [][2]string
	for rows.Next() {
		var c [2]string
		if err := rows.Scan(&c[0], &c[1]); err != nil {
			f.t.Fatal(err)
		}
		columns = append(columns, c)
	}
	if len(columns) < 100 {
		f.t.Fatalf("only %d columns", len(columns))
	}
	for _, c := range columns {
		if f.count(fmt.Sprintf(`SELECT count(*) FROM %s WHERE %q::text LIKE $1`, c[0], c[1]), pattern) > 0 {
			out = append(out, c[0]+"."+c[1])
		}
	}
	return out
}

// What no form of ours makes is refused, and nothing is guessed.
func TestForeignPosts(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	v := url.Values{"kind": {"tip"}, "key": {"abcdefghijklmnopqrst"}, "text": {"x"}}
	r := httptest.NewRequest("POST", "/indsend/tjek", strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	if f.handler.ServeHTTP(w, r); w.Code != http.StatusForbidden {
		t.Errorf("a post from elsewhere: %d", w.Code)
	}
	for name, v := range map[string]url.Values{"no kind": {"key": {"abcdefghijklmnopqrst"}}, "a short key": {"kind": {"tip"}, "key": {"1"}}, "bad data": {"data": {"{"}}} {
		if w := s.post("/indsend/tjek", v); w.Code != 400 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := s.post("/indsend/tjek", url.Values{"text": {strings.Repeat("x", 2<<20)}}); w.Code != 413 {
		t.Errorf("too much: %d", w.Code)
	}
	for _, token := range []string{strings.Repeat("A", 43), "kvittering", "1", strings.Repeat("A", 43) + "/ret"} {
		s.open("/indsend/" + token)
		if s.says("Vi kan ikke finde indsendelsen"); s.code != 404 {
			t.Errorf("%s: %d", token, s.code)
		}
	}
	if !strings.Contains(f.do("GET", "/robots.txt").Body.String(), "Disallow: /indsend/\n") {
		t.Error("robots are not told to stay away")
	}
}

// attachment is a file as a form hands it over.
func attachment(name string, content []byte) postgres.NewAttachment {
	return postgres.NewAttachment{Name: name, Type: "application/pdf", Size: int64(len(content)), SHA256: sha256.Sum256(content),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// recorded is the answer to a request.
func recorded(f *fixture, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}
