package site_test

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/go-chi/chi/v5"
)

// visitorsWays are all routes by which a text of a visitor comes in, each with the
// texts that it takes. A route that is not here is a way past the gate: add it, and
// to TestEveryTextPassesTheGate what it takes.
var visitorsWays = map[string]string{
	"/indsend/tip":                   "the form again: stores nothing",
	"/indsend/kort":                  "the form again: stores nothing",
	"/indsend/skabelon":              "the form again: stores nothing",
	"/indsend/spoergsmaal":           "the form again: stores nothing",
	"/indsend/tjek":                  "every field of every form; stores nothing",
	"/indsend/send":                  "every field of every form, file names, alternative texts, the words of files",
	"/indsend/gem":                   "every field of every form: stores them unfinished; takes no files",
	"/indsend/kladde/{token}/slet":   "no text",
	"/indsend/{token}/mailadresse":   "a mail address",
	"/indsend/{token}/svar":          "an answer",
	"/indsend/{token}/ret":           "every field of every form",
	"/indsend/{token}/vent":          "no text",
	"/indsend/{token}/traek-tilbage": "no text",
	"/indsend/{token}/slet-kontakt":  "no text",
	"/foelg":                         "a mail address, and the words of a search (TestFollowPassesTheGate)",
	"/foelg/{token}":                 "no text",
	"/foelg/{token}/stop":            "no text",
	"/mappe":                         "no text: slugs of examples",
	"/mappe/ret":                     "a title, notes (TestShortlistPages)",
	"/mappe/luk":                     "no text",
	"/mappe/brug":                    "no text",
	"/mappe/slet":                    "no text",
	"/mappe/{token}/ret":             "a title, notes (TestShortlistPages)",
	"/mappe/{token}/luk":             "no text",
	"/mappe/{token}/brug":            "no text",
	"/mappe/{token}/slet":            "no text",
	"/tjek/{token}":                  "answers part by part, and a remark (TestInquiryPassesTheGate)",
}

func TestVisitorsWaysAreListed(t *testing.T) {
	f := newFixture(t)
	routes, ok := f.handler.(chi.Routes)
	if !ok {
		t.Fatal("the handler has no routes")
	}
	var ways []string
	if err := chi.Walk(routes, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch || method == http.MethodDelete {
			ways = append(ways, pattern)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range ways {
		if visitorsWays[pattern] == "" && !strings.HasPrefix(pattern, "/static") {
			t.Errorf("%s takes texts, and is not listed", pattern)
		}
	}
	for pattern := range visitorsWays {
		if !slices.Contains(ways, pattern) {
			t.Errorf("%s is listed, and is no route", pattern)
		}
	}
}

// No way lets a CPR number in, however it is written: it is refused, and is in no
// table and no line of the log afterwards.
func TestEveryTextPassesTheGate(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	numbers := []string{"010190-1234", "01.01.90-1234", "01 01 90 1234", "010190/1234", "010190-12 34", "010190 – 1234", "010190\u20091234", "０１０１９０－１２３４", "610190.1234", "010190**1234**", "0101901234"}
	docx := func(text string) []byte {
		return docxOf(t, "Notat", "docProps/core.xml", `<x><title>`+text+`</title></x>`)
	}
	s.tip()
	link := s.link()
	view, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(link, "/indsend/"))
	if err != nil {
		t.Fatal(err)
	}
	ask := review.Act{Action: review.Ask, Version: view.Version, Editor: f.editor(), Text: "Hvor mange var med?"}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: view.ID}, ask, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	refused := func(what, number string) {
		t.Helper()
		if s.code != 422 {
			t.Errorf("%s takes %q: %d", what, number, s.code)
		}
	}
	send := func(number, name, alt string, file []byte) {
		s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", "a@aarhus.example"))
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		v := s.values()
		v.Set("ok_licence", "1")
		v.Set("ok_contact", "1")
		v.Set("alt-1", alt)
		for key := range v {
			_ = m.WriteField(key, v.Get(key)) // into memory
		}
		part, err := m.CreateFormFile("file-1", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(file)
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/indsend/send", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		s.take(w, "/indsend/send")
	}
	// A mail that did not come, so that the address can be mended.
	mails, err := f.store.UnsentMails(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mails {
		if m.SubmissionID != view.ID || m.Kind.ToDesk() {
			continue
		}
		if _, err := f.store.MailFailed(t.Context(), m, postgres.MailFailure{Cause: errors.New("550"), Code: 550, Status: "5.1.1", Final: true}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	// Every field in which one can write, of every form that can be saved for later.
	saved := map[string][]string{}
	for _, kind := range []string{"tip", "kort", "skabelon"} {
		for _, x := range s.open("/indsend/" + kind).doc.Find("form.submit").First().Find("textarea, input[type=text], input[type=url], input[type=tel], input[type=email], input[type=date]").EachIter() {
			if name := x.AttrOr("name", ""); name != "website" { // which people do not see
				saved[kind] = append(saved[kind], name)
			}
		}
	}
	before := f.count(`SELECT count(*) FROM submission`)
	for _, n := range numbers {
		for _, field := range []string{"text", "contact_name", "phone"} {
			s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", "a@aarhus.example", field, "Hun er "+n))
			refused("a tip's "+field, n)
		}
		s.open("/indsend/spoergsmaal").fill("", with(s.patient(), "text", "Hvad med "+n+"?", "email", "a@aarhus.example"))
		refused("a question", n)
		s.open(link).take(s.post(link+"/svar", url.Values{"svar": {"Hun er " + n}}), link)
		refused("an answer", n)
		s.open(link+"/ret").fill("", map[string]string{"text": "Hun er " + n})
		refused("a correction", n)
		for kind, fields := range saved {
			for _, field := range fields {
				s.open("/indsend/"+kind).fill("/indsend/gem", with(s.patient(), "email", "a@aarhus.example", field, "Hun er "+n))
				refused("a form saved for later, "+kind+"'s "+field+",", n)
			}
		}
		s.open(link).take(s.post(link+"/mailadresse", url.Values{"email": {"a" + n + "@aarhus.example"}}), link)
		refused("a mended address", n)
		send(n, "Notat.docx", "Om "+n, docx("x"))
		refused("an alternative text", n)
		if !strings.ContainsAny(n, "/*") { // which no name has
			send(n, n+".docx", "", docx("x"))
			refused("a file's name", n)
		}
		send(n, "Notat.docx", "", docx(n))
		refused("a document's property", n)
		for _, get := range []string{"/eksempler?q=", "/forslag?q=", "/indsend/ligner?q=", "/indsend/tip?om=", "/indsend?om="} {
			f.do("GET", get+url.QueryEscape(n))
		}
	}
	if n := f.count(`SELECT count(*) FROM submission`); n != before {
		t.Errorf("%d submissions more", n-before)
	}
	if n := f.count(`SELECT count(*) FROM saved_form`); n != 0 {
		t.Errorf("%d forms were saved", n)
	}
	for _, n := range numbers {
		for _, text := range []string{n, review.Text(n)} {
			for _, where := range f.everywhere("%" + strings.NewReplacer("\\", "\\\\", "_", "\\_").Replace(text) + "%") {
				t.Errorf("%q stands in %s", text, where)
			}
			if strings.Contains(f.log.String(), text) || strings.Contains(f.log.String(), url.QueryEscape(text)) {
				t.Errorf("%q stands in the log", text)
			}
		}
	}
}

// What was found in a file and what was left out of it is told to its sender.
func TestNotesOnFiles(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	pdf := []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", "a@aarhus.example"))
	s.fill("", agreeing, templated(t), pdf)
	s.says(templateNote, "Vi kan ikke læse al teksten i filen. En redaktør ser den igennem.")
	var stored []byte
	if err := f.pool.QueryRow(t.Context(), `SELECT data FROM attachment_chunk JOIN attachment ON id = attachment_id WHERE name LIKE '%.docx'`).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	withoutTemplate(t, stored)
}
