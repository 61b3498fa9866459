package desk_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/auth"
	"praksis/internal/catalogue"
	"praksis/internal/desk"
	"praksis/internal/mail"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/jackc/pgx/v5"
)

const wrongName = "Hanne Testsen"

// document is a DOCX that says something.
func document(t *testing.T, name, text string) postgres.NewAttachment {
	t.Helper()
	return documentBy(t, name, text, "Rita")
}

// documentBy is one that somebody wrote.
func documentBy(t *testing.T, name, text, author string) postgres.NewAttachment {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for file, content := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"docProps/core.xml":   `<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>` + author + `</dc:creator></cp:coreProperties>`,
		"_rels/.rels":         `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:body></w:document>`,
	} {
		w, err := z.Create(file)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return postgres.NewAttachment{Name: name, Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Size: int64(b.Len()), SHA256: sha256.Sum256(b.Bytes()), TextAlternative: "Et notat", TextRead: true,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
}

// withName is a published example about a person, with attachments.
func (f *fixture) withName() (id int64, slug string) {
	f.t.Helper()
	files := []postgres.NewAttachment{document(f.t.(*testing.T), "notat.docx", "Det var "+wrongName+"."), document(f.t.(*testing.T), "andet.docx", "Noget andet."), documentBy(f.t.(*testing.T), "af.docx", "Noget tredje.", strings.ToUpper(wrongName))}
	id, _ = f.submit("navn", func(n *postgres.NewSubmission) {
		n.Submission.Practice.Title = wrongName + " ringede til borgerne"
		n.Submission.Practice.Answers.Done = "Det var " + wrongName + ", der ringede."
		n.Submission.Practice.TargetGroups = catalogue.Refs("paa-tvaers")
		n.Attachments = files
	})
	s, err := f.store.SubmissionByID(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	draft := review.Draft(&s.Content)
	a := review.Act{Action: review.Publish, Version: s.Version, Draft: &draft, Editor: 1, Overruled: overruled()}
	for _, w := range review.Warnings(&review.Submission{Practice: draft}) {
		a.Cleared = append(a.Cleared, w.Key)
	}
	done, err := f.store.Apply(f.t.Context(), postgres.On{Submission: id}, a, time.Now().UTC())
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.index.CatchUp(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	return id, done.Practice
}

// columnsWith are the columns of the database that have a text in them.
func (f *fixture) columnsWith(text string) (out []string) {
	f.t.Helper()
	rows, _ := f.pool.Query(f.t.Context(), `
		SELECT c.oid::regclass::text, quote_ident(a.attname), a.atttypid = 'bytea'::regtype
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = 'public' AND has_table_privilege(c.oid, 'SELECT')`)
	type column struct {
		Table, Name string
		Bytes       bool
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil {
		f.t.Fatal(err)
	}
	for _, c := range list {
		has := `x.` + c.Name + `::text ILIKE '%' || $1 || '%'`
		if c.Bytes {
			has = `position(convert_to($1, 'UTF8') IN x.` + c.Name + `) > 0`
		}
		var n int
		if err := f.pool.QueryRow(f.t.Context(), `SELECT count(*) FROM `+c.Table+` x WHERE `+has, text).Scan(&n); err != nil {
			f.t.Fatal(err)
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%s.%s", c.Table, c.Name))
		}
	}
	return out
}

// An editor is shown where a text stands and what attachments have it, confirms,
// and then it is nowhere: in no column, not in the index, and in no mail that was
// kept.
func TestEraseAtTheDesk(t *testing.T) {
	f := newFixture(t, auth.Config{Loopback: true})
	id, err := mail.ParseIdentity("katalog@example.dk", "desk@example.dk")
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := mail.NewInbox(id, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f.store.ForgetMails = inbox.Forget
	sub, slug := f.withName()
	if slug != "hanne-testsen-ringede-til-borgerne" {
		t.Fatal(slug)
	}
	waiting, err := f.store.UnsentMails(t.Context())
	if err != nil || len(waiting) == 0 {
		t.Fatal(err)
	}
	for _, m := range waiting {
		if err := inbox.Send(t.Context(), mail.Message{ID: m.MessageID, To: m.Recipient, ToDesk: m.Kind.ToDesk(), Subject: m.Subject, Text: m.Body, Date: m.CreatedAt}); err != nil {
			t.Fatal(err)
		}
	}
	var practice int64
	if err := f.pool.QueryRow(t.Context(), `SELECT id FROM practice WHERE slug = $1`, slug).Scan(&practice); err != nil {
		t.Fatal(err)
	}
	found := func() bool { // beside what is spelled alike
		t.Helper()
		r, err := f.index.Search(t.Context(), catalogue.Query{Text: "Testsen"})
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(r.IDs, practice)
	}
	if !found() {
		t.Fatal("the search does not find it")
	}
	rita := f.editor("rita")
	path := fmt.Sprintf("/redaktion/indsendelser/%d", sub)
	if err := f.store.KeepForm(t.Context(), 1, postgres.UnsavedForm{Form: path, Page: "page-one-1", Submission: sub, Values: map[string][]string{"summary": {"Det var " + wrongName + "."}}}, false, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if w := rita.do("GET", path, nil); !strings.Contains(w.Body.String(), path+"/slet") {
		t.Error("nothing leads to the page")
	}
	if w := rita.do("GET", path+"/slet", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "sikkerhedskopier kan ikke nås") {
		t.Errorf("status %d", w.Code)
	}
	for what, form := range map[string]url.Values{
		"nothing":                      {},
		"no reason":                    {"hvad": {"tekst"}, "tekst": {wrongName}},
		"a reason with it, over lines": {"hvad": {"tekst"}, "tekst": {wrongName}, "hvorfor": {"hanne\r\ntestsen bad om det"}},
		"a reason with it":             {"hvad": {"tekst"}, "tekst": {wrongName}, "hvorfor": {wrongName + " bad om det"}},
		"too short a text":             {"hvad": {"tekst"}, "tekst": {"Ha"}, "hvorfor": {"Et navn"}},
		"no attachment":                {"hvad": {"bilag"}, "hvorfor": {"Et navn"}, "fil": {"findes-ikke"}},
		"only what it keeps":           {"hvad": {"tekst"}, "tekst": {"fjernet"}, "hvorfor": {"Et navn"}},
	} {
		form.Set("handling", "slet")
		if what == "only what it keeps" {
			form.Set("handling", "vis")
		}
		if w := rita.do("POST", path+"/slet", form); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", what, w.Code)
		}
	}
	form := url.Values{"hvad": {"tekst"}, "tekst": {" Hanne  Testsen"}, "hvorfor": {"Hun har bedt om det"}, "handling": {"vis"}}
	doc := rita.page(200, rita.do("POST", path+"/slet", form))
	for _, want := range []string{"Det, der blev sendt", "Udgaver af eksemplet", "Eksemplets adresser", "Mails: emne og tekst", "notat.docx (teksten står i det)", "af.docx (teksten står i det)", "andet.docx (teksten står ikke i det)", "Det, en redaktør har skrevet og ikke gemt"} {
		if !strings.Contains(doc.Text(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := len(f.columnsWith("Testsen")); n < 6 {
		t.Fatalf("only shown, and %d columns have it", n)
	}
	form = url.Values{"handling": {"slet"}}
	for _, x := range doc.Find("form.submit input[type=hidden]").EachIter() {
		form.Add(x.AttrOr("name", ""), x.AttrOr("value", ""))
	}
	for _, x := range doc.Find("form.submit input[checked]").EachIter() {
		form.Add(x.AttrOr("name", ""), x.AttrOr("value", ""))
	}
	if w := rita.do("POST", path+"/slet", form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != path+"?gjort=slet" {
		t.Fatalf("status %d, %s", w.Code, w.Header().Get("Location"))
	}
	for _, text := range []string{"Testsen", "hanne-testsen"} {
		if left := f.columnsWith(text); len(left) > 0 {
			t.Errorf("%q stands in %v", text, left)
		}
	}
	s, err := f.store.SubmissionByID(t.Context(), sub)
	if err != nil || len(s.Attachments) != 1 || s.Attachments[0].Name != "andet.docx" {
		t.Errorf("%+v, %v", s.Attachments, err)
	}
	if letters, err := inbox.Letters(""); err != nil || len(letters) != 0 {
		t.Errorf("%d mails are kept, %v", len(letters), err)
	}
	if err := f.index.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found() {
		t.Error("the search finds it")
	}
	for _, typed := range []string{"hanne", "testse", "testsen"} {
		list, err := f.index.Suggest(t.Context(), typed, 8)
		if err != nil || strings.Contains(strings.ToLower(fmt.Sprint(list)), "testsen") {
			t.Errorf("suggested: %v, %v", list, err)
		}
	}
	if strings.Contains(f.log.String(), "Testsen") {
		t.Error("the log tells it")
	}
	if body := rita.do("GET", path, nil).Body.String(); !strings.Contains(body, "Hun har bedt om det") || !strings.Contains(body, "Rita: slettede noget af indholdet") {
		t.Error("the history does not tell who and why")
	}
}

// A whole submission is erased, and its page tells so.
func TestEraseAll(t *testing.T) {
	f := newFixture(t, auth.Config{Loopback: true})
	id, token := f.submit("alt", func(n *postgres.NewSubmission) { n.Submission.Practice.Answers.Done = "Det var " + wrongName + "." })
	rita := f.editor("rita")
	path := fmt.Sprintf("/redaktion/indsendelser/%d", id)
	none := url.Values{"hvad": {"tekst"}, "tekst": {"Står ingen steder"}, "hvorfor": {"Et navn"}, "handling": {"vis"}}
	if doc := rita.page(200, rita.do("POST", path+"/slet", none)); doc.Find("button[value=slet]").Length() != 0 || !strings.Contains(doc.Text(), "står ikke i indsendelsen") {
		t.Error("what is not there can be erased")
	}
	form := url.Values{"hvad": {"alt"}, "hvorfor": {"Indsenderen har bedt om det"}, "handling": {"vis"}}
	if doc := rita.page(200, rita.do("POST", path+"/slet", form)); !strings.Contains(doc.Text(), "Den bliver afvist med det samme") {
		t.Error("it does not say that an open one is declined")
	}
	form.Set("handling", "slet")
	if w := rita.do("POST", path+"/slet", form); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	if left := f.columnsWith("Testsen"); len(left) > 0 {
		t.Errorf("it stands in %v", left)
	}
	if body := rita.do("GET", path+"?gjort=slet", nil).Body.String(); !strings.Contains(body, "Indholdet er slettet") || strings.Contains(body, path+"/slet") {
		t.Error("the page does not tell")
	}
	if _, err := f.store.SubmissionByToken(t.Context(), token); err != nil {
		t.Error(err)
	}
}

// What is typed to be erased goes through a sign-in, and is kept nowhere on the
// way; the reason is, unless it has the text.
func TestErasureOutlivesTheSession(t *testing.T) {
	f := newFixture(t, auth.Config{Loopback: true})
	id, _ := f.submit("alt", nil)
	rita := f.editor("rita")
	path := pathOf(id) + "/slet"
	form := inputs(rita.get(path).Find("form[data-keep]"))
	form.Set("hvad", "tekst")
	form.Set("tekst", wrongName)
	form.Set("hvorfor", "Hun har bedt om det")
	nowhere := func() {
		t.Helper()
		if left := f.columnsWith("Testsen"); len(left) > 0 {
			t.Errorf("the text stands in %v", left)
		}
	}
	if w := rita.do("POST", path+"/kladde", form); w.Code != 200 || f.unsaved() != 1 {
		t.Errorf("%d, %d kept", w.Code, f.unsaved())
	}
	nowhere()
	d := rita.get(path)
	if got := text(d.Find("#hvorfor")); got != "Hun har bedt om det" || d.Find("#tekst").AttrOr("value", "") != "" || d.Find(".alert-info").Length() != 1 || d.Find("form[data-unsaved]").Length() != 1 {
		t.Errorf("kept is %q", got)
	}
	form.Set("hvorfor", "hanne  testsen bad om det")
	rita.do("POST", path+"/kladde", form)
	nowhere()
	form.Set("hvorfor", "Hun har bedt om det")
	for _, handling := range []string{"vis", "slet"} {
		form.Set("handling", handling)
		f.over("rita")
		d = rita.page(401, rita.do("POST", path, form))
		nowhere()
		d = rita.page(200, rita.do("POST", "/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", password)))
		if d.Find("#tekst").AttrOr("value", "") != wrongName || text(d.Find("#hvorfor")) != "Hun har bedt om det" || d.Find("form[data-unsaved]").AttrOr("action", "") != path {
			t.Errorf("%s: it did not come back: %s", handling, text(d.Find("main")))
		}
		nowhere()
	}
	if n := f.count(`SELECT count(*) FROM erasure`); n != 0 {
		t.Error("it was erased without the editor")
	}
	// Shown again for the last word, and thrown away.
	again := inputs(d.Find("form[data-keep]"))
	again.Set("hvad", "tekst")
	again.Set("handling", "vis")
	d = rita.page(200, rita.do("POST", path, again))
	nowhere()
	if d.Find("form[data-unsaved]").Length() != 1 {
		t.Error("nobody is asked before the last word is left")
	}
	d = rita.get(path)
	rita.post(path, inputs(d.Find(".alert-info form")))
	if f.unsaved() != 0 || rita.get(path).Find(".alert-info").Length() != 0 {
		t.Errorf("%d kept", f.unsaved())
	}
}

// A text that stands only in what an editor typed and did not save can be erased.
func TestEraseUnsaved(t *testing.T) {
	f := newFixture(t, auth.Config{Loopback: true})
	id, _ := f.submit("a", nil)
	rita := f.editor("rita")
	path := fmt.Sprintf("/redaktion/indsendelser/%d", id)
	keep := func(page string, submission int64) {
		t.Helper()
		if err := f.store.KeepForm(t.Context(), 1, postgres.UnsavedForm{Form: path, Page: page, Submission: submission, Values: map[string][]string{"ask": {"Er det " + wrongName + "?"}}}, false, time.Now().UTC()); err != nil {
			t.Fatal(err)
		}
	}
	keep("page-one-1", id)
	form := url.Values{"hvad": {"tekst"}, "tekst": {wrongName}, "hvorfor": {"Et navn"}, "handling": {"vis"}}
	doc := rita.page(200, rita.do("POST", path+"/slet", form))
	if doc.Find("button[value=slet]").Length() != 1 || !strings.Contains(doc.Text(), "ikke gemt") || doc.Find("input[name=overalt]").Length() != 0 {
		t.Errorf("the page does not tell: %s", doc.Find("main").Text())
	}
	form.Set("handling", "slet")
	if w := rita.do("POST", path+"/slet", form); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	if left := f.columnsWith("Testsen"); len(left) > 0 {
		t.Errorf("it stands in %v", left)
	}
	// What belongs to no submission stays, and the page says so.
	keep("page-two-2", 0)
	if _, err := f.pool.Exec(t.Context(), `INSERT INTO saved_form (token_hash, content, client, mailed_to, saved_at, erase_on) VALUES (sha256('x'), json_build_object('text', $1::text), '', '', now(), current_date + 30)`, wrongName); err != nil {
		t.Fatal(err)
	}
	form.Set("handling", "vis")
	doc = rita.page(200, rita.do("POST", path+"/slet", form))
	for _, want := range []string{"Teksten står også andre steder", "Det, en redaktør har skrevet og ikke gemt", "Kladder, som indsendere har gemt"} {
		if !strings.Contains(doc.Text(), want) {
			t.Errorf("the page does not say %q: %s", want, doc.Find("main").Text())
		}
	}
	// It goes there too where that is ticked.
	form = inputs(doc.Find("main form.submit"))
	form.Set("handling", "slet")
	form.Set("overalt", "ja")
	if w := rita.do("POST", path+"/slet", form); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	if left := f.columnsWith("Testsen"); len(left) > 0 {
		t.Errorf("it stands in %v", left)
	}
}

// Every table that an erasure reaches is told of by a name that an editor knows (which
// columns it reaches is postgres: TestErasureReachesEveryColumn).
func TestErasureTellsOfEveryTable(t *testing.T) {
	f := newFixture(t, auth.Config{Loopback: true})
	told := desk.ErasureTables()
	for _, table := range postgres.ErasedTables() {
		if !slices.Contains(told, table) {
			t.Errorf("an erasure says nothing of %s", table)
		}
	}
	for _, table := range told {
		if n := f.count(`SELECT count(*) FROM pg_class WHERE relname = $1 AND relkind = 'r'`, table); n != 1 {
			t.Errorf("there is no table %s", table)
		}
	}
}

// An editor sees what an attachment's name and words, and an answer, may show of
// somebody.
func TestMarksBesideFilesAndAnswers(t *testing.T) {
	f := newFixture(t, auth.Config{Loopback: true})
	id, token := f.submit("a", func(n *postgres.NewSubmission) {
		a := document(t, "Hanne Petersen.docx", "Notat")
		a.TextAlternative = "Ring 22 33 44 55"
		n.Attachments = []postgres.NewAttachment{a}
	})
	now := time.Now().UTC()
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: id}, review.Act{Action: review.Ask, Version: 1, Text: "Hvem?", Editor: 1}, now); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Token: token}, review.Act{Action: review.Answer, Text: "Peter Olsen, sag 0101901234.", NotCPR: true}, now); err != nil {
		t.Fatal(err)
	}
	rita := f.editor("rita")
	page := rita.page(200, rita.do("GET", fmt.Sprintf("/redaktion/indsendelser/%d", id), nil)).Find("main").Text()
	for _, want := range []string{"»Hanne Petersen« ligner navnet", "»22 33 44 55« ligner et telefonnummer", "»Peter Olsen« ligner navnet", "kan være et CPR-nummer. Den, der skrev det, har svaret"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
