package site_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/postgres"

	"github.com/PuerkitoBio/goquery"
)

// aPDF is a file that is taken, of some bytes.
func aPDF(size int) []byte {
	const head, tail = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%", "\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	return []byte(head + strings.Repeat("x", max(0, size-len(head)-len(tail))) + tail)
}

// tipReviewed goes to the review step of a tip.
func (s *submitter) tipReviewed(values ...string) *submitter {
	s.t.Helper()
	s.open("/indsend/tip").fill("", with(s.patient(), append([]string{"text", "Vi gik ture.", "organisation", "Aarhus Kommune", "email", "a@aarhus.example"}, values...)...))
	if s.code != 200 {
		s.t.Fatalf("status %d: %s", s.code, s.text())
	}
	return s
}

// other is the same form with another text, as after going back in the browser.
func (s *submitter) other(sent url.Values, text string) {
	s.t.Helper()
	v := url.Values{}
	for name, list := range sent {
		v[name] = list
	}
	v.Set("data", strings.Replace(sent.Get("data"), "Vi gik ture.", text, 1))
	s.take(s.upload("/indsend/send", v), "/indsend/send")
}

// What a form sends after it has sent something else is not lost: it is asked
// whether it corrects that, or is new.
func TestAnotherOfTheSameForm(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tipReviewed()
	sent := s.values()
	sent.Set("ok_licence", "1")
	sent.Set("ok_contact", "1")
	s.take(s.upload("/indsend/send", sent), "/indsend/send")
	first := s.link()

	s.other(sent, "Vi ringede hver dag.")
	s.says("Du har allerede sendt", "»Vi gik ture«", "Vi ringede hver dag.", "Det er nyt, send det", "Det er en rettelse")
	if to := s.doc.Find("#sendt-foer a").AttrOr("href", ""); s.code != 409 || to != first {
		t.Errorf("status %d, link %s", s.code, to)
	}
	if v := s.values(); v.Get("ok_licence") != "1" || v.Get("ok_contact") != "1" || !strings.Contains(v.Get("data"), "Vi ringede") {
		t.Errorf("not kept: %v", v)
	}
	if n := f.count(`SELECT count(*) FROM submission`); n != 1 {
		t.Errorf("%d submissions before the answer", n)
	}
	// A plain "Send" asks again: nothing is guessed.
	if s.fill("", nil); s.code != 409 {
		t.Errorf("status %d", s.code)
	}
	asked := s.doc
	s.fill("", map[string]string{"again": "new"}, aPDF(2000))
	s.says("Tak, vi har modtaget", "Vi ringede hver dag.", "bilag 1.pdf")
	second := s.link()
	if n := f.count(`SELECT count(*) FROM submission`); n != 2 || second == first {
		t.Errorf("%d submissions", n)
	}
	// Posted twice it is one; a third is a third.
	s.doc = asked
	s.fill("", map[string]string{"again": "new"}, aPDF(2000))
	if s.says("Vi havde allerede modtaget den"); s.link() != second {
		t.Errorf("%s, not %s", s.link(), second)
	}
	s.other(sent, "Vi skrev breve.")
	s.fill("", map[string]string{"again": "new"})
	s.says("Tak, vi har modtaget", "Vi skrev breve.")
	if n := f.count(`SELECT count(*) FROM submission`); n != 3 {
		t.Errorf("%d submissions", n)
	}
	// Or it corrects the first, with a file.
	s.other(sent, "Vi gik lange ture.")
	s.fill("", map[string]string{"again": "correct"}, aPDF(3000))
	if s.says("Tak, det er rettet", "Vi gik lange ture.", "bilag 1.pdf"); s.link() != first || f.count(`SELECT count(*) FROM submission`) != 3 {
		t.Errorf("%s, not %s", s.link(), first)
	}
	// The first as it was is still a double post.
	s.take(s.upload("/indsend/send", sent), "/indsend/send")
	if s.says("Vi havde allerede modtaget den"); s.link() != first {
		t.Errorf("%s, not %s", s.link(), first)
	}
	// What has been decided cannot be corrected, but another can be sent.
	s.open(first+"/traek-tilbage").fill("", nil)
	s.other(sent, "Vi gik meget lange ture.")
	if s.says("kan ikke rettes mere"); s.doc.Find("button[value=correct]").Length() != 0 {
		t.Error("a correction is offered of what was withdrawn")
	}
	s.fill("", map[string]string{"again": "correct"})
	if s.says("kan ikke rettes mere"); s.code != 409 {
		t.Errorf("status %d", s.code)
	}
	s.fill("", map[string]string{"again": "new"})
	s.says("Tak, vi har modtaget", "meget lange ture")
}

// A file that came with a form that had errors is there for the next try, however
// that comes, and can be taken away.
func TestFilesAreKept(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tipReviewed()
	kept := func(names ...string) {
		t.Helper()
		got := s.doc.Find(".kept-files strong").Map(func(_ int, e *goquery.Selection) string { return e.Text() })
		if strings.Join(got, ", ") != strings.Join(names, ", ") {
			t.Errorf("kept %q, not %q", got, names)
		}
		if places := s.doc.Find("input[type=file]").Length(); places != 3-len(names) {
			t.Errorf("%d places beside %d kept files", places, len(names))
		}
	}
	// A forgotten tick.
	s.fill("", map[string]string{"alt-1": "En plan"}, aPDF(300<<10))
	if kept("bilag 1.pdf"); s.code != 422 {
		t.Errorf("status %d", s.code)
	}
	s.says("(300 KB)")
	// Back to the form, and forth; with one more file chosen on the way.
	s.fill("", map[string]string{"step": "edit"}, nil, aPDF(2<<20))
	if s.values().Get("text") != "Vi gik ture." {
		t.Errorf("not the form: %s", s.text())
	}
	s.fill("", nil)
	kept("bilag 1.pdf", "bilag 2.pdf")
	if s.says("(2,0 MB)"); s.values().Get(s.keptAlt()) != "En plan" {
		t.Errorf("the words are %q", s.values().Get(s.keptAlt()))
	}
	// Taken away, with a third kept by the same post, and ticks.
	second := s.doc.Find("button[name=drop]").Eq(1).AttrOr("value", "")
	s.fill("", with(agreeing, "drop", second, s.keptAlt(), "En bedre plan"), aPDF(4000))
	kept("bilag 1.pdf", "bilag 1.pdf")
	if v := s.values(); s.code != 200 || v.Get(s.keptAlt()) != "En bedre plan" || v.Get("ok_licence") != "1" {
		t.Errorf("status %d, %v", s.code, v)
	}
	// What is not fit is not kept.
	s.fill("", map[string]string{"ok_licence": ""}, []byte("MZ a program"))
	kept("bilag 1.pdf", "bilag 1.pdf")
	s.says("Fil 1:")
	// A CPR number typed into the data at the last moment costs no file either.
	v := s.values()
	v.Set("data", strings.Replace(v.Get("data"), "Vi gik ture.", "Hun er 010190-1234", 1))
	s.take(s.upload("/indsend/send", v, aPDF(5000)), "/indsend/send")
	if s.code != 422 {
		t.Errorf("status %d", s.code)
	}
	s.fill("", map[string]string{"text": "Vi gik ture."})
	if n := s.doc.Find(".kept-files strong").Length(); n != 3 {
		t.Errorf("%d files", n)
	}
	s.fill("", agreeing)
	s.says("Tak, vi har modtaget", "En bedre plan")
	if n, left := f.count(`SELECT count(*) FROM attachment`), f.count(`SELECT count(*) FROM kept_file`); n != 3 || left != 0 {
		t.Errorf("%d attachments, %d kept", n, left)
	}
	// A day later they are gone, and the page says so before it sends without.
	s.tipReviewed().fill("", nil, aPDF(1000))
	kept("bilag 1.pdf")
	page := s.doc
	if _, _, err := f.store.EraseUnsent(t.Context(), time.Now().Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.doc = page
	s.fill("", nil)
	kept()
	// Where there is no more room the form says which files to choose again.
	for i := range 18 {
		if err := f.store.KeepFile(t.Context(), "noegle-med-nok-tegn-"+string(rune('a'+i)), "192.0.2.1", fileOf(aPDF(10<<20-i)), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	s.tipReviewed().fill("", agreeing, aPDF(100))
	s.says("Tak, vi har modtaget") // which needs no room of those
	s.tipReviewed().fill("", nil, aPDF(1000))
	kept()
	s.says("Vælg dine filer igen")
}

func fileOf(content []byte) postgres.NewAttachment {
	return attachment("notat.pdf", content)
}

// A disk that is full gives the form back with everything typed.
func TestDiskFull(t *testing.T) {
	f := newFixture(t)
	for name, fill := range map[string]func(t *testing.T){
		"no folder": func(t *testing.T) { t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "away")) },
		"files may not grow": func(t *testing.T) {
			var before syscall.Rlimit
			if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64 << 10, Max: before.Max}); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
					t.Error(err)
				}
			})
		},
		"a full disk": func(t *testing.T) {
			dir := t.TempDir()
			if err := mountTmpfs(dir, 128<<10); errors.Is(err, os.ErrPermission) {
				t.Logf("%v: only who may mount can make a small disk", err)
				dir = filepath.Join(dir, "away")
			} else if err != nil {
				t.Fatal(err)
			} else {
				t.Cleanup(func() {
					if err := unmount(dir); err != nil {
						t.Error(err)
					}
				})
			}
			t.Setenv("TMPDIR", dir)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSubmitter(f).tipReviewed()
			f.log.Reset()
			t.Run("full", func(t *testing.T) {
				fill(t)
				s.fill("", with(agreeing, "alt-1", "En plan"), aPDF(400<<10), []byte("MZ"))
			})
			if v := s.values(); s.code != 422 || !strings.Contains(v.Get("data"), "Vi gik ture.") || v.Get("ok_licence") != "1" || v.Get("alt-1") != "En plan" {
				t.Errorf("status %d, %v", s.code, v)
			}
			s.says("Fil 1: Vi")
			if name != "no folder" && !strings.Contains(s.text(), "ikke plads til filen lige nu. Det, du har skrevet, står her endnu") && !strings.Contains(f.log.String(), "away") {
				t.Errorf("says %s", s.doc.Find(".alert-error").Text())
			}
			if !strings.Contains(f.log.String(), "attachment could not be read") {
				t.Error("the log does not know")
			}
			s.fill("", nil, aPDF(400<<10)) // there is room again
			s.says("Tak, vi har modtaget", "En plan")
		})
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "praksis-upload-*")); err != nil || len(left) != 0 {
		t.Errorf("%d spooled files are left: %v", len(left), err)
	}
}

// A database that is away gives the form back too.
func TestSendWithoutDatabase(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f).tipReviewed()
	form := newSubmitter(f).open("/indsend/tip?om=toender-gaature-i-naturen-med-saarbare-unge")
	f.pool.Close()
	// The steps before work without it.
	form.fill("", map[string]string{"text": "", "link": ""})
	if form.code != 422 || form.values().Get("about") == "" {
		t.Errorf("the form: status %d, %v", form.code, form.values())
	}
	form.fill("", map[string]string{"text": "Vi gik ture.", "organisation": "Aarhus Kommune", "email": "a@aarhus.example"})
	if form.says("Se det igennem", "Vi gik ture."); form.code != 200 {
		t.Errorf("the review step: status %d", form.code)
	}
	form.open("/indsend/tip").fill("/indsend/gem", map[string]string{"text": "Vi gik ture.", "email": "a@aarhus.example"})
	if form.says("Vi kunne ikke gemme kladden lige nu"); form.code < 500 || form.values().Get("text") != "Vi gik ture." {
		t.Errorf("saving: status %d", form.code)
	}
	s.fill("", agreeing)
	if s.says("Vi kunne ikke gemme det lige nu", "Vi gik ture."); s.code != http.StatusServiceUnavailable && s.code != http.StatusInternalServerError {
		t.Errorf("status %d", s.code)
	}
	if v := s.values(); !strings.Contains(v.Get("data"), "Vi gik ture.") || v.Get("ok_licence") != "1" {
		t.Errorf("not kept: %v", v)
	}
}

// Whatever comes in as an upload, it is answered without a fault of ours, and
// nothing of it is left lying about.
func FuzzUpload(f *testing.F) {
	x := newFixture(f)
	f.Setenv("TMPDIR", f.TempDir()) // servers that other tests kill leave theirs in the common one
	boundary := "grænse"
	body := func(parts ...string) []byte {
		return []byte("--" + boundary + "\r\n" + strings.Join(parts, "\r\n--"+boundary+"\r\n") + "\r\n--" + boundary + "--\r\n")
	}
	data := `{"submission":{"kind":"tip","practice":{"title":""},"text":"Vi gik ture."},"contact":{"email":"a@aarhus.example"},"key":"noegle-med-nok-tegn"}`
	f.Add(body("Content-Disposition: form-data; name=\"data\"\r\n\r\n"+data, "Content-Disposition: form-data; name=\"file-1\"; filename=\"a.pdf\"\r\n\r\n"+string(aPDF(200))))
	f.Add(body("Content-Disposition: form-data; name=\"data\"\r\n\r\n"+data, "Content-Disposition: form-data; name=\"drop\"\r\n\r\n1"))
	f.Add(body("Content-Disposition: form-data; name=\"file-9\"; filename=\"../../a\"\r\n\r\nx", "Content-Disposition: form-data; name=\"step\"\r\n\r\nsave"))
	f.Add([]byte("--" + boundary))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := http.NewRequest("POST", "/indsend/send", bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "multipart/form-data; boundary=\""+boundary+"\"")
		w := recorded(x, r)
		if w.Code >= 500 {
			t.Errorf("status %d: %s", w.Code, x.log)
		}
		if left, err := filepath.Glob(filepath.Join(os.TempDir(), "praksis-upload-*")); err != nil || len(left) != 0 {
			t.Errorf("%d files are left: %v", len(left), err)
		}
	})
}
