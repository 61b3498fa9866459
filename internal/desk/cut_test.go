package desk_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/intake"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
)

// twoExamples is a made-up template, filled in twice.
const twoExamples = `Syddjurs Kommune

Borgerperspektivet

Eksempel 1 - Te i døren

Vi gik forbi med te, også til dem med angst.

Hvad har fungeret godt i løsningen?
Det gav ro.

Hvordan fastholdes løsningen?
Det ved vi ikke.

Eksempel 2 - Breve

Vi skrev breve.

Hvad har fungeret godt i løsningen?
De blev gemt.

Samarbejdsperspektivet
`

// cutFields is the form of the page as a browser would send it.
func cutFields(d *goquery.Document, button string) url.Values { return formOf(d, "#opdeling", button) }

// upload sends a file to be cut, with the boxes that are ticked before it.
func (v *visitor) upload(name string, content []byte, boxes ...string) *httptest.ResponseRecorder {
	v.f.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, box := range boxes {
		if err := m.WriteField(box, "1"); err != nil {
			v.f.t.Fatal(err)
		}
	}
	p, err := m.CreateFormFile("fil", name)
	if err != nil {
		v.f.t.Fatal(err)
	}
	_, _ = p.Write(content)
	if err := m.Close(); err != nil {
		v.f.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/redaktion/opdel/fil", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.f.handler.ServeHTTP(w, r)
	return w
}

// A pasted text becomes proposals, the editor changes them, and each becomes a
// submission in review without anybody to write to.
func TestCutIntoDrafts(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	d := v.get("/redaktion/opdel")
	if d.Find(`a[href="/skabelon.docx"]`).Length() != 1 || d.Find(`.desk__nav a[href="/redaktion/opdel"]`).Length() != 1 {
		t.Error("the template is not linked, or the page is not")
	}
	d = v.page(200, v.do("POST", "/redaktion/opdel", url.Values{"tekst": {twoExamples}, "handling": {"del"}}))
	if n := d.Find(".cut__pair").Length(); n != 2 {
		t.Fatalf("%d proposals: %s", n, d.Find("main").Text())
	}
	if d.Find("#titel-1").AttrOr("value", "") != "Te i døren" || d.Find("#aktoer-2").AttrOr("value", "") != "Syddjurs Kommune" {
		t.Error(d.Find("#eksempel-1").Text())
	}
	// It is kept: another window has it too.
	if d := v.get("/redaktion/opdel"); d.Find(".cut__pair").Length() != 2 || f.unsaved() != 1 {
		t.Error("what was cut is lost when the page is left")
	}
	// An answer is moved, a term is ticked, a title is written.
	form := cutFields(d, "vis")
	moved := ""
	for i, piece := range form["stykke"] {
		if piece == "Det ved vi ikke." {
			moved = "flyt-" + strconv.Itoa(i+1)
		}
	}
	form.Set(moved, "answers.other")
	form.Set("titel-1", "Te og snak i døren")
	for _, o := range d.Find(`input[name="ord-1"]`).EachIter() {
		form.Add("ord-1", o.AttrOr("value", ""))
	}
	d = v.page(200, v.do("POST", "/redaktion/opdel", form))
	if !strings.Contains(d.Find("#eksempel-1").Parent().Text(), "Forbehold og andre hensyn") {
		t.Error("the answer was not moved")
	}
	before := f.count(`SELECT count(*) FROM submission`)
	form = cutFields(d, "lav")
	to := v.post("/redaktion/opdel", form)
	if !strings.HasSuffix(to, "&lavet=2") || strings.Count(to, "kladde=") != 2 {
		t.Errorf("led to %s", to)
	}
	v.post("/redaktion/opdel", form) // a second press
	if n := f.count(`SELECT count(*) FROM submission`) - before; n != 2 {
		t.Fatalf("%d submissions", n)
	}
	var id int64
	if err := f.pool.QueryRow(t.Context(), `SELECT submission_id FROM submission_version WHERE content::text LIKE '%"Te og snak i døren"%' LIMIT 1`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	s, err := f.store.SubmissionByID(t.Context(), id)
	if err != nil || s.Contact != nil || s.State != "in_review" || s.Content.Practice.Organisation.Slug != "syddjurs" || s.Content.Practice.Answers.Worked != "Det gav ro." || s.Content.Practice.Answers.Other != "Det ved vi ikke." ||
		len(s.Content.Practice.TargetGroups) == 0 || len(s.Content.Practice.Perspectives) != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	if d := v.get(to); d.Find(`main a[href="`+pathOf(id)+`"]`).Text() != "Te og snak i døren" || !strings.Contains(d.Find(".alert-success").Text(), "2 kladder er lavet") || d.Find(".cut__pair").Length() != 0 {
		t.Error(d.Find("main").Text())
	}
}

// A document may have a hundred examples: its contents lead to each, and drafts are made
// of those that are chosen there. The others wait.
func TestCutChosen(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	d := v.page(200, v.do("POST", "/redaktion/opdel", url.Values{"tekst": {strings.Replace(twoExamples, "Samarbejdsperspektivet", "Eksempel 3 - Gåture\n\nVi gik ture.", 1)}, "handling": {"del"}}))
	for i, a := range d.Find(".cut__contents li a").EachIter() {
		if d.Find(a.AttrOr("href", "")).Length() != 1 {
			t.Errorf("line %d leads nowhere", i+1)
		}
	}
	if n := d.Find(".cut__contents li").Length(); n != 3 || !strings.Contains(d.Find(".cut__contents summary").Text(), "Syddjurs Kommune (3 eksempler)") {
		t.Fatalf("%d lines: %s", n, d.Find(".cut__contents").Text())
	}
	if d := v.page(422, v.do("POST", "/redaktion/opdel", cutFields(d, "lav-valgte"))); !strings.Contains(d.Find(".alert-error").Text(), "Vælg mindst ét eksempel") {
		t.Error(d.Find(".alert-error").Text())
	}
	form := cutFields(d, "skift-valgte")
	form.Set("valgt-3", "1")
	if d := v.page(422, v.do("POST", "/redaktion/opdel", form)); d.Find(".form-error #aktoer-valgte").Length() != 1 || d.Find("#valgt-3[checked]").Length() != 1 {
		t.Error(d.Find(".cut__contents").Text())
	}
	form.Set("aktoer-valgte", "Aarhus Kommune")
	d = v.page(200, v.do("POST", "/redaktion/opdel", form))
	if cutFields(d, "").Get("aktoer-3") != "Aarhus Kommune" || cutFields(d, "").Get("aktoer-2") != "Syddjurs Kommune" || d.Find(".cut__contents summary").Length() != 2 || cutFields(d, "").Has("valgt-3") {
		t.Error(d.Find(".cut__contents").Text())
	}
	form = cutFields(d, "vis")
	form.Set("valgt-2", "1")
	form.Set("udelad-1", "1") // the second becomes the first, and is still chosen
	d = v.page(200, v.do("POST", "/redaktion/opdel", form))
	form = cutFields(d, "lav-valgte")
	if form.Get("valgt-1") != "1" || form.Get("valgt-2") != "" || form.Get("titel-1") != "Breve" {
		t.Fatalf("%v", form)
	}
	before := f.count(`SELECT count(*) FROM submission`)
	to := v.post("/redaktion/opdel", form)
	v.post("/redaktion/opdel", form) // a second press
	if n := f.count(`SELECT count(*) FROM submission`) - before; n != 1 {
		t.Fatalf("%d submissions", n)
	}
	on, _ := v.get(to).Find(`main a[href^="/redaktion/opdel?side="]`).Attr("href")
	d = v.get(on)
	if form := cutFields(d, ""); form.Get("titel-1") != "Gåture" || form.Has("titel-2") || strings.Contains(strings.Join(form["stykke"], " "), "Vi skrev breve.") || !strings.Contains(strings.Join(form["stykke"], " "), "Te i døren") {
		t.Errorf("what is left: %v", form)
	}
}

// Two are joined, one is left out, and what was not placed is taken in: no text is
// lost on the way.
func TestCutJoinsAndDrops(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	d := v.page(200, v.do("POST", "/redaktion/opdel", url.Values{"tekst": {"Her er vores bidrag.\n\n" + twoExamples}, "handling": {"del"}}))
	if !strings.Contains(d.Find("#rest").Parent().Text(), "Her er vores bidrag.") {
		t.Error("what was not placed is not shown")
	}
	all := strings.Join(cutFields(d, "")["stykke"], "")
	form := cutFields(d, "vis")
	form.Set("saml-2", "1")
	form.Set("til-1", "1")
	form.Set("flyt-1", "answers.done")
	d = v.page(200, v.do("POST", "/redaktion/opdel", form))
	if d.Find(".cut__pair").Length() != 1 || !strings.Contains(d.Find(".cut__answers").Text(), "Her er vores bidrag.") || !strings.Contains(d.Find(".cut__answers").Text(), "De blev gemt.") {
		t.Error(d.Find("main").Text())
	}
	form = cutFields(d, "vis")
	form.Set("udelad-1", "1")
	d = v.page(200, v.do("POST", "/redaktion/opdel", form))
	if d.Find(".cut__pair").Length() != 0 || strings.Join(cutFields(d, "")["stykke"], "") != all {
		t.Error("text was lost")
	}
	d = v.page(422, v.do("POST", "/redaktion/opdel", cutFields(d, "lav")))
	if !strings.Contains(d.Find(".alert-error").Text(), "ingen eksempler") {
		t.Error(d.Find("main").Text())
	}
}

// A file is kept and comes along with each draft; an attachment of a submission can
// be cut too. What is refused says why, and is not kept.
func TestCutFile(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	template, err := intake.Template(f.index.Taxonomy()).DOCX()
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"": nil, "a.docx": []byte("no file"), "a.txt": []byte("x"), "010180-1234.docx": template} {
		if w := v.upload(name, content); w.Code != 422 || f.count(`SELECT count(*) FROM kept_file`) != 0 {
			t.Errorf("%q: %d", name, w.Code)
		}
	}
	w := v.upload("Skabelon.docx", template)
	if w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	d := v.get(w.Header().Get("Location"))
	if text := d.Find("main").Text(); !strings.Contains(text, "Vi fandt 0 eksempler i »Skabelon.docx«") || !strings.Contains(text, "felter er ikke udfyldt") {
		t.Error(text)
	}
	// Nothing was typed, so nothing is said of it; how long the file waits is.
	if text := d.Find("main").Text(); strings.Contains(text, "Ikke gemt") || strings.Contains(text, "Ikke lavet") || !strings.Contains(text, "Vi gemmer den til ") {
		t.Error(text)
	}
	if d.Find("[data-unsaved]").Length() != 0 {
		t.Error("whoever leaves the page is asked about what is kept")
	}
	d = v.get("/redaktion/opdel")
	if text := d.Find("main").Text(); !strings.Contains(text, "Ikke lavet til kladder endnu") || !strings.Contains(text, "Vi gemmer den til ") {
		t.Error(text)
	}
	if _, err := f.pool.Exec(t.Context(), `UPDATE kept_file SET erase_at = now() - interval '1 minute'`); err != nil {
		t.Fatal(err)
	}
	if text := v.get("/redaktion/opdel").Find("main").Text(); !strings.Contains(text, "Filen er ikke gemt mere.") {
		t.Error(text)
	}
	// What was cut in another window is not lost sight of.
	v.page(200, v.do("POST", "/redaktion/opdel", url.Values{"tekst": {twoExamples}, "handling": {"del"}}))
	if d := v.get("/redaktion/opdel"); d.Find(`a[href^="/redaktion/opdel?side="]`).Length() != 1 {
		t.Error("the other window's document is not offered")
	}
	// Somebody who is signed out is asked to sign in, and nothing is done.
	if w := f.visitor().upload("Skabelon.docx", template); w.Code != 401 || f.count(`SELECT count(*) FROM kept_file`) != 1 {
		t.Errorf("%d", w.Code)
	}
	id, _ := f.submit("a", func(n *postgres.NewSubmission) {
		n.Attachments = []postgres.NewAttachment{{Name: "bilag.docx", Type: intake.DOCX, Size: int64(len(template)), SHA256: sha256.Sum256(template),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(template)), nil }}}
	})
	link := v.get(pathOf(id)).Find(`a[href^="/redaktion/opdel?bilag="]`)
	if link.Length() != 1 {
		t.Fatal("an attachment is not offered to be cut")
	}
	if d := v.get(link.AttrOr("href", "")); !strings.Contains(d.Find("main").Text(), "»bilag.docx«") {
		t.Error(d.Find("main").Text())
	}
	// Who may not begin an example is not offered it, and is refused.
	checker := f.as(review.RoleChecker)
	if checker.get("/redaktion").Find(`a[href="/redaktion/opdel"]`).Length() != 0 || checker.get(pathOf(id)).Find(`a[href^="/redaktion/opdel"]`).Length() != 0 || checker.upload("Skabelon.docx", template).Code != 403 {
		t.Error("a checker may cut a document")
	}
	if w := v.do("GET", "/redaktion/opdel?bilag=x", nil); w.Code != 404 {
		t.Errorf("%d", w.Code)
	}
}

// A number in the text stands on its page alone; a session that ended loses nothing.
func TestCutKeepsWhatWasPasted(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	d := v.page(422, v.do("POST", "/redaktion/opdel", url.Values{"tekst": {"Hvad virkede?\n010180-1234"}, "handling": {"del"}}))
	if !strings.Contains(d.Find("#tekst").Text(), "Hvad virkede?") || f.unsaved() != 0 {
		t.Error("it is lost, or kept")
	}
	f.over("rita")
	w := v.do("POST", "/redaktion/opdel", url.Values{"tekst": {twoExamples}, "handling": {"del"}})
	d = v.page(401, w)
	if !strings.Contains(d.Find(`input[name="medbragt"]`).AttrOr("value", ""), "Te i døren") {
		t.Error("the text does not come along")
	}
}

// Ten bare digits may be declared to be something else, of a text and of a file; an
// editor then looks at them before anything is published. A sure number may not.
func TestCutDigits(t *testing.T) {
	f := newFixture(t, loopback())
	v := f.editor("rita")
	const digits = "1003101234"
	text := strings.Replace(twoExamples, "Det gav ro.", "Det gav ro. P-nummer "+digits+".", 1)
	post := url.Values{"tekst": {text}, "handling": {"del"}}
	d := v.page(422, v.do("POST", "/redaktion/opdel", post))
	if d.Find("#tekst").Text() != text || d.Find(`form[data-keep] #ikke-cpr:not([checked])`).Length() != 1 || f.unsaved() != 0 {
		t.Fatal(d.Find("main").Text())
	}
	post.Set("ikke-cpr", "1")
	sure := url.Values{"tekst": {"Hvad virkede?\n010180-1234"}, "handling": {"del"}, "ikke-cpr": {"1"}}
	if d := v.page(422, v.do("POST", "/redaktion/opdel", sure)); !strings.Contains(d.Find(".alert-error").Text(), "ligner et CPR-nummer") || f.unsaved() != 0 {
		t.Error("a sure one is declared away")
	}
	d = v.page(200, v.do("POST", "/redaktion/opdel", post))
	if f.unsaved() != 1 || v.get("/redaktion/opdel").Find(".cut__pair").Length() != 2 {
		t.Error("it is not kept")
	}
	v.post("/redaktion/opdel", cutFields(d, "lav"))
	var id int64
	if err := f.pool.QueryRow(t.Context(), `SELECT submission_id FROM submission_version WHERE content::text LIKE '%`+digits+`%'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if s, err := f.store.SubmissionByID(t.Context(), id); err != nil || !s.Content.NotCPR {
		t.Fatalf("%+v, %v", s, err)
	}
	if said := v.get(pathOf(id)).Find("main").Text(); !strings.Contains(said, "Det er i orden: Det gav ro.") || strings.Contains(said, "Det må ikke stå her") {
		t.Error("the editor is not asked, or is told that it may not be there")
	}
	// The same of a file, which becomes a draft's attachment.
	a := document(t, "notat.docx", "Øvrige betragtninger? P-nummer "+digits)
	r, err := a.Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	w := v.upload("notat.docx", content)
	if d := v.page(422, w); d.Find(`form[enctype] #ikke-cpr`).Length() != 1 || f.count(`SELECT count(*) FROM kept_file`) != 0 {
		t.Fatal(d.Find("main").Text())
	}
	w = v.upload("notat.docx", content, "ikke-cpr")
	if w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	v.post("/redaktion/opdel", cutFields(v.get(w.Header().Get("Location")), "lav"))
	if n := f.count(`SELECT count(*) FROM attachment WHERE digits`); n != 1 {
		t.Errorf("%d attachments", n)
	}
}
