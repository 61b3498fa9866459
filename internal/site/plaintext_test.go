package site_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
	decisions "praksis/internal/review"
)

// notText is what no text can hold, and what the database refuses.
var notText = map[string]string{"NUL": "\x00", "invalid UTF-8": "\xff"}

// Whatever field of whatever form has a NUL or bytes that are no UTF-8, nobody
// is told that it was our fault.
func TestNoFieldIsTakenForAFaultOfOurs(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	filled := map[string]string{"organisation": "Aarhus Kommune", "title": "Aarhus går ture", "summary": "Ture.", "answers.done": "Vi gik ture.", "text": "Vi gik ture.", "target_groups": "angst",
		"findings[1].text": "De blev gladere.", "findings[1].effect": "positive", "findings[1].target_groups": "angst", "sources[1].document": "Årsrapport", "sources[1].kind": "article",
		"email": "leder@aarhus.example", "contact_name": "Kim", "phone": "87654321", "link": "https://aarhus.dk/ture"}
	type form struct {
		action string
		values url.Values
		upload bool
	}
	var forms []form
	page := func(values map[string]string) url.Values {
		v := s.values()
		for name, x := range values {
			if v.Has(name) {
				v.Set(name, x)
			}
		}
		return v
	}
	for _, path := range []string{"/indsend/tip", "/indsend/kort", "/indsend/skabelon"} {
		s.open(path + "?om=toender-gaature-i-naturen-med-saarbare-unge")
		v := page(with(filled, "served", s.patient()["served"]))
		forms = append(forms, form{"/indsend/tjek", v, false}, form{path, v, false})
		s.fill("", filled)
		if s.code != http.StatusOK {
			t.Fatalf("%s: %d", path, s.code)
		}
		review := s.values()
		for name, x := range with(agreeing, "om", "toender-gaature-i-naturen-med-saarbare-unge", "answered", "x", "alt-1", "Et billede", "alt-2", "Et til") {
			review.Set(name, x)
		}
		forms = append(forms, form{"/indsend/send", review, true})
		// What a form of ours carries along is a text too, and all of it can be another's.
		var data map[string]any
		if err := json.Unmarshal([]byte(review.Get("data")), &data); err != nil {
			t.Fatal(err)
		}
		each(data, func() {
			b, err := json.Marshal(data)
			if err != nil {
				t.Fatal(err)
			}
			other := maps.Clone(review)
			other.Set("data", string(b))
			f.newKey(other)
			f.noFault(t, "/indsend/send, data "+string(b), s.upload("/indsend/send", other))
		})
	}
	s.tip()
	link := s.link()
	view, err := f.store.SubmissionByToken(t.Context(), strings.TrimPrefix(link, "/indsend/"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.Apply(t.Context(), postgres.On{Submission: view.ID}, decisions.Act{Action: decisions.Ask, Text: "Hvor mange?", Version: view.Version, Editor: f.editor()}, time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	s.open(link + "/ret")
	forms = append(forms, form{link + "/ret", page(filled), false}, form{link + "/svar", url.Values{"svar": {"Otte."}}, false},
		form{link + "/slet-kontakt", url.Values{"x": {"x"}}, false}, form{link + "/traek-tilbage", url.Values{"x": {"x"}}, false})
	for _, x := range forms {
		for name := range x.values {
			for what, bad := range notText {
				for _, value := range []string{x.values.Get(name) + bad, bad} {
					v := url.Values{}
					for k, list := range x.values {
						v[k] = slices.Clone(list)
					}
					v.Set(name, value)
					var w *httptest.ResponseRecorder
					if x.upload {
						f.newKey(v)
						w = s.upload(x.action, v, []byte("%PDF-1.7\nx\n%%EOF\n"), []byte("%PDF-1.7\ny\n%%EOF\n"))
					} else {
						w = s.post(x.action, v)
					}
					f.noFault(t, x.action+", "+name+" with "+what, w)
				}
			}
		}
		v := maps.Clone(x.values)
		for _, bad := range notText {
			v[bad] = []string{"x"} // the name of a field
			f.noFault(t, x.action+", a field's name", s.post(x.action, v))
		}
	}
	for _, target := range []string{"/indsend/tip?om=\x00&aktoer=\x00", "/indsend/tip?om=%00&aktoer=%00", "/indsend/kort?om=%ff&aktoer=%ff", "/indsend/ligner?q=ture%00", "/indsend/ligner?q=ture%ff", "/forslag?q=%00a", "/forslag?q=a%ff",
		"/eksempler?q=ture%00", "/eksempler?q=ture%ff&aktoer=%00", "/eksempler.json?q=%00ture&maalgruppe=%ff", "/eksempler/%00", "/eksempler/%ff.json", "/loesninger/%00", "/kommuner/%ff", "/indsend/%00", "/indsend/" + strings.Repeat("a", 42) + "%00",
		link + "?ny=%00&gjort=%ff", "/%00", "/%ff/"} {
		f.noFault(t, target, f.do("GET", target))
	}
}

// newKey makes a review step's form another than those sent before: what is sent
// twice is not written.
func (f *fixture) newKey(v url.Values) {
	var x map[string]any
	if json.Unmarshal([]byte(v.Get("data")), &x) != nil {
		return // it is the data that is no text
	}
	if key, ok := x["key"].(string); ok && !strings.Contains(key, "\x00") {
		x["key"] = rand.Text()
	}
	b, err := json.Marshal(x)
	if err != nil {
		f.t.Fatal(err)
	}
	v.Set("data", string(b))
}

func (f *fixture) noFault(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= 500 {
		t.Errorf("%.200q: status %d", what, w.Code)
	}
}

// each sets each text in a JSON value in turn to one that is no text, and calls
// do.
func each(v any, do func()) {
	visit := func(x any, set func(any)) {
		if s, ok := x.(string); ok {
			set(s + "\x00")
			do()
			set(s)
			return
		}
		each(x, do)
	}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			visit(x, func(y any) { v[k] = y })
		}
	case []any:
		for i, x := range v {
			visit(x, func(y any) { v[i] = y })
		}
	}
}

// An alternative text that is no text is refused at its field, and everything
// typed is kept.
func TestAlternativeTextThatIsNoText(t *testing.T) {
	f := newFixture(t)
	for what, bad := range notText {
		s := newSubmitter(f)
		s.open("/indsend/tip")
		s.fill("", with(s.patient(), "text", "Bostøtten gik ture.", "organisation", "Aarhus Kommune", "email", "bostoette@aarhus.example"))
		s.fill("", with(agreeing, "alt-1", "Et billede"+bad+" af skoven"), []byte("%PDF-1.7\nx\n%%EOF\n"))
		if s.code != http.StatusUnprocessableEntity || !strings.Contains(s.doc.Find(".alert-error").Text(), "Teksten om fil 1") {
			t.Errorf("%s: status %d, %s", what, s.code, s.doc.Find(".alert-error").Text())
		}
		got := s.values()
		if got.Get("alt-1") != "Et billede\ufffd af skoven" || got.Get("ok_licence") == "" || !strings.Contains(got.Get("data"), "Bostøtten gik ture.") {
			t.Errorf("%s: not kept: %v", what, got)
		}
	}
	if n := f.count(`SELECT count(*) FROM submission`); n != 0 {
		t.Errorf("%d were kept", n)
	}
}

// A file's name is made a name, whatever is in it.
func TestFileNameThatIsNoText(t *testing.T) {
	f := newFixture(t)
	for what, bad := range notText {
		s := newSubmitter(f)
		s.open("/indsend/tip")
		s.fill("", with(s.patient(), "text", "Bostøtten gik ture.", "organisation", "Aarhus Kommune", "email", "bostoette@aarhus.example"))
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for name, list := range s.values() {
			if err := m.WriteField(name, list[0]); err != nil {
				t.Fatal(err)
			}
		}
		for name, x := range agreeing {
			if err := m.WriteField(name, x); err != nil {
				t.Fatal(err)
			}
		}
		p, err := m.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file-1"; filename="bil` + bad + `ag.pdf"`}, "Content-Type": {"application/pdf" + bad}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte("%PDF-1.7\nx\n%%EOF\n")); err != nil {
			t.Fatal(err)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/indsend/send", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		f.noFault(t, "a file's name with "+what, w)
	}
}
