package site_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"praksis/internal/intake"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

// zipOf is a packed document of names and contents in turn.
func zipOf(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		// The first part of an ODT, which tells what it is, is not packed.
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: map[bool]uint16{false: zip.Deflate}[parts[i] == "mimetype"]})
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func docxOf(t *testing.T, text string, more ...string) []byte {
	t.Helper()
	return zipOf(t, append([]string{
		"[Content_Types].xml", `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"word/document.xml", `<w:document xmlns:w="x"><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:document>`}, more...)...)
}

// templated is a document that fetches its template from elsewhere.
func templated(t *testing.T) []byte {
	t.Helper()
	return docxOf(t, "Notat", "word/_rels/settings.xml.rels", `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="https://kommune.sharepoint.example/Notat.dotx" TargetMode="External"/></Relationships>`)
}

// withoutTemplate fails where a stored document still names its template.
func withoutTemplate(t *testing.T, stored []byte) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(stored), int64(len(stored)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.File {
		in, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil || bytes.Contains(content, []byte("sharepoint")) {
			t.Errorf("%s: %v, %s", e.Name, err, content)
		}
	}
}

const templateNote = "Vi har gemt det uden den henvisning"

// A file that is kept after an error stays as it was rewritten, and what was found
// in it is told then, and when it has been sent.
func TestNotesOutliveATry(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tipReviewed()
	s.fill("", map[string]string{"ok_licence": "1"}, templated(t)) // one tick is forgotten
	if s.says(templateNote); s.code != 422 {
		t.Errorf("status %d", s.code)
	}
	s.fill("", agreeing)
	s.says("Tak, vi har modtaget", templateNote)
	var stored []byte
	if err := f.pool.QueryRow(t.Context(), `SELECT data FROM attachment_chunk`).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	withoutTemplate(t, stored)
	v, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(s.link(), "/indsend/"))
	if err != nil || len(v.Attachments) != 1 || !strings.Contains(strings.Join(v.Attachments[0].Notes, "|"), templateNote) {
		t.Errorf("the desk reads %+v, %v", v.Attachments, err)
	}
}

// pdfPage is a PDF that says something.
func pdfPage(text string) []byte {
	page := "BT /F 12 Tf 50 700 Td (" + text + ") Tj ET"
	return fmt.Appendf(nil, "%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"+
		"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>\nendobj\n"+
		"4 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>\nendobj\n"+
		"trailer << /Root 1 0 R >>\nstartxref\n9\n%%%%EOF\n", len(page), page)
}

// readyForPDF waits for the reader of PDFs, however busy the machine is.
func readyForPDF(t *testing.T) {
	t.Helper()
	page := bytes.NewReader(pdfPage("Notat"))
	for range 20 {
		file, err := intake.Recognise(page, page.Size(), "notat.pdf")
		if err != nil {
			t.Fatal(err)
		}
		if _, whole, err := intake.Text(page, page.Size(), file); err != nil || whole {
			return
		}
	}
	t.Fatal("no PDF is read whole")
}

// Ten bare digits in a file, such as a workplace's number, are declared on the
// review step; the text's ten digits are not by that, and an editor sees the file
// before anything is published.
func TestDigitsInFiles(t *testing.T) {
	f := newFixture(t)
	const digits = "1003101234" // the tenth of March 2010, or a workplace
	odt := func(text string) []byte {
		return zipOf(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", `<office:document-content xmlns:office="o" xmlns:text="t"><office:body><text:p>`+text+`</text:p></office:body></office:document-content>`)
	}
	editor := f.editor()
	readyForPDF(t)
	for kind, of := range map[string]func(string) []byte{"docx": func(s string) []byte { return docxOf(t, s) }, "odt": odt, "pdf": pdfPage} {
		t.Run(kind, func(t *testing.T) {
			s := newSubmitter(f).tipReviewed("text", "Vi gik ture med en fil som "+kind)
			s.fill("", agreeing, of("P-nummer "+digits))
			if s.says("ti tal i filen", "De ti tal i filerne er ikke et CPR-nummer"); s.code != 422 {
				t.Fatalf("status %d", s.code)
			}
			if list := f.everywhere("%" + digits + "%"); len(list) != 0 || f.count(`SELECT count(*) FROM kept_file`) != 0 {
				t.Errorf("it was kept before anybody said what it is: %v", list)
			}
			declared := map[string]string{"files_not_cpr": "1"}
			if s.fill("", with(declared, "ok_contact", ""), of("Borgeren "+digits[:6]+"-1234")); s.code != 422 || !strings.Contains(s.text(), "ligner et CPR-nummer") || f.count(`SELECT count(*) FROM kept_file`) != 0 {
				t.Errorf("a sure one is declared away: %d %s", s.code, s.text())
			}
			// Kept for the next try, and through the form.
			s.fill("", with(declared, "ok_contact", ""), of("P-nummer "+digits))
			if n := s.doc.Find(".kept-files strong").Length(); n != 1 {
				t.Fatalf("%d files: %s", n, s.text())
			}
			s.fill("", map[string]string{"step": "edit"})
			s.fill("", map[string]string{"text": "Sag " + digits})
			if s.code != 422 || s.doc.Find("#not-cpr").Length() != 1 {
				t.Errorf("the text's digits are declared with the file's: %d", s.code)
			}
			s.fill("", map[string]string{"text": "Vi gik ture med en fil som " + kind})
			if n := s.doc.Find(".kept-files strong").Length(); n != 1 || s.values().Get("files_not_cpr") != "1" {
				t.Fatalf("%d files: %v", n, s.values())
			}
			// Whoever takes the declaration back is told that the file is gone.
			v := s.values()
			v.Del("files_not_cpr")
			s.take(s.upload("/indsend/send", v), "/indsend/send")
			if s.says("ti tal i filen"); s.code != 422 || f.count(`SELECT count(*) FROM kept_file`) != 0 {
				t.Errorf("status %d", s.code)
			}
			s.fill("", with(agreeing, "files_not_cpr", "1"), of("P-nummer "+digits))
			s.says("Tak, vi har modtaget")
			sub, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(s.link(), "/indsend/"))
			if err != nil || len(sub.Attachments) != 1 || !sub.Attachments[0].Digits || !sub.Attachments[0].TextRead || sub.Content.NotCPR {
				t.Fatalf("%+v, %v", sub, err)
			}
			draft := review.Draft(&sub.Content)
			act := review.Act{Action: review.Publish, Version: sub.Version, Draft: &draft, Editor: editor, Taxonomy: f.index.Taxonomy()}
			draft.Title, draft.Summary, draft.Answers.Done = "Ture med filer "+kind, "Ture", "Vi gik ture."
			_, err = f.store.Apply(t.Context(), postgres.On{Submission: sub.ID}, act, time.Now().UTC())
			left, ok := errors.AsType[*review.UnfinishedError](err)
			if !ok || len(left.Unread) != 1 || left.Unread[0] != sub.Attachments[0].PublicID {
				t.Errorf("published unseen: %v", err)
			}
		})
	}
}
