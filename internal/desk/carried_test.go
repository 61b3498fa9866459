package desk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/auth"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"
)

// typed is what breaks when it is not escaped, or changed on its way.
const typed = "Det skrev \"Rita\" <b>&amp;</b> 'æøå' 🌲 %41 \\n\r\n\r\n  til sidst"

func (f *fixture) account(name string) postgres.Editor {
	f.t.Helper()
	e, err := f.store.EditorByEmail(f.t.Context(), name+"@kl.example")
	if err != nil {
		f.t.Fatal(err)
	}
	return e
}

// over ends an editor's sessions, as time does.
func (f *fixture) over(name string) {
	f.t.Helper()
	if err := f.store.EndEditorSessions(f.t.Context(), f.account(name).ID, 0, time.Now().UTC()); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) count(sql string, args ...any) (n int) {
	f.t.Helper()
	if err := f.pool.QueryRow(f.t.Context(), sql, args...).Scan(&n); err != nil {
		f.t.Fatal(err)
	}
	return n
}

// unsaved counts what is kept of what editors typed.
func (f *fixture) unsaved() int {
	return f.count(`SELECT count(*) FROM unsaved_form WHERE content IS NOT NULL`)
}

// brought is a form of a sign-in with what it brings along, filled in.
func brought(t *testing.T, d *goquery.Document, more ...string) url.Values {
	t.Helper()
	form := d.Find("form[data-unsaved]").First()
	out := url.Values{}
	form.Find("input[type=hidden]").Each(func(_ int, x *goquery.Selection) { out.Add(x.AttrOr("name", ""), x.AttrOr("value", "")) })
	if out.Get("medbragt") == "" {
		t.Fatalf("nothing is brought along: %s", text(d.Find("main")))
	}
	for i := 0; i < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The session ends while an editor writes: after the sign-in the form is there
// again, and saves.
func TestTextOutlivesTheSession(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "gem")
	form.Set("summary", typed)
	form.Set("afvis-tekst", typed)
	f.over("rita")
	d := v.page(401, v.do("POST", pathOf(id), form))
	if got := text(d.Find("main")); !strings.Contains(got, "følger med") || strings.Contains(got, "Det skrev") || f.unsaved() != 0 {
		t.Errorf("the page of the sign-in: %s; %d kept", got, f.unsaved())
	}
	// A slip in the password loses nothing either.
	d = v.page(422, v.do("POST", "/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", "forkert")))
	if to := v.post("/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", password)); to != pathOf(id) {
		t.Fatalf("led to %s", to)
	}
	for range 2 { // a page that is read twice is the same
		d = v.get(pathOf(id))
		again := filled(d, "gem")
		for name := range form {
			if got, want := again.Get(name), form.Get(name); got != want {
				t.Errorf("%s: %q became %q", name, want, got)
			}
		}
	}
	if s, err := f.store.SubmissionByID(t.Context(), id); err != nil || s.Draft != nil || !strings.Contains(text(d.Find(".alert-info")), "Ikke gemt endnu") {
		t.Errorf("it was saved without the editor: %+v, %v", s, err)
	}
	if strings.Contains(text(f.editor("per").get(pathOf(id)).Find("main")), "Det skrev") {
		t.Error("another editor sees it")
	}
	form = filled(d, "gem")
	form.Del("afvis-tekst")
	v.post(pathOf(id), form)
	if s, err := f.store.SubmissionByID(t.Context(), id); err != nil || s.Draft == nil || !strings.Contains(s.Draft.Summary, "æøå") || f.unsaved() != 0 {
		t.Errorf("%+v, %v, %d kept", s, err, f.unsaved())
	}
	if v.get(pathOf(id)).Find(".alert-info, form[data-unsaved]").Length() != 0 {
		t.Error("it is offered again after it was saved")
	}
}

// The same through a second factor and its setting up, while another editor saves.
func TestTextOutlivesTheSessionWithSecondFactor(t *testing.T) {
	f := newFixture(t, auth.Config{})
	id, _ := f.submit("a", nil)
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	for _, name := range []string{"rita", "per"} {
		if err := f.store.SetEditorTOTP(t.Context(), f.account(name).ID, secret); err != nil {
			t.Fatal(err)
		}
	}
	enter := func(name string, at time.Time) *visitor {
		v := f.visitor()
		v.post("/redaktion/log-ind", url.Values{"mail": {name + "@kl.example"}, "adgangskode": {password}})
		v.post("/redaktion/log-ind/kode", url.Values{"kode": {code(t, secret, at)}})
		return v
	}
	rita, per := enter("rita", time.Now().Add(-30*time.Second)), enter("per", time.Now())
	form := filled(rita.get(pathOf(id)), "gem")
	form.Set("summary", typed)
	f.over("rita")
	d := rita.page(401, rita.do("POST", pathOf(id), form))
	quick := filled(per.get(pathOf(id)), "gem")
	quick.Set("summary", "Det skrev Per.")
	per.post(pathOf(id), quick)

	d = rita.page(200, rita.do("POST", "/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", password)))
	if d.Find("#kode").Length() != 1 || f.unsaved() != 0 {
		t.Fatalf("after the password: %s; %d kept", text(d.Find("main")), f.unsaved())
	}
	// Pressed once more before the code is given, and a wrong code.
	rita.page(401, rita.do("POST", pathOf(id), form))
	d = rita.page(422, rita.do("POST", "/redaktion/log-ind/kode", brought(t, d, "kode", "000000")))
	if to := rita.post("/redaktion/log-ind/kode", brought(t, d, "kode", code(t, secret, time.Now()))); to != pathOf(id) {
		t.Fatalf("led to %s", to)
	}
	d = rita.get(pathOf(id))
	if got := text(d.Find(".alert-warning")); !strings.Contains(got, "Per: tog den i brug") || !strings.Contains(got, "Det skrev Per.") || !strings.Contains(got, "Det skrev \"Rita\"") {
		t.Errorf("both are not shown: %s", got)
	}
	rita.post(pathOf(id), filled(d, "gem"))
	if s, err := f.store.SubmissionByID(t.Context(), id); err != nil || s.Draft == nil || !strings.Contains(s.Draft.Summary, "æøå") {
		t.Errorf("%+v, %v", s, err)
	}

	// A factor that was reset is set up on the way.
	form = filled(rita.get(pathOf(id)), "gem")
	form.Set("summary", "Det tredje")
	f.over("rita")
	if err := f.store.SetEditorTOTP(t.Context(), f.account("rita").ID, ""); err != nil {
		t.Fatal(err)
	}
	d = rita.page(401, rita.do("POST", pathOf(id), form))
	d = rita.page(200, rita.do("POST", "/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", password)))
	fresh := strings.ReplaceAll(d.Find(".desk__key").Text(), " ", "")
	if to := rita.post("/redaktion/log-ind/opsaet", brought(t, d, "kode", code(t, fresh, time.Now()))); to != pathOf(id) {
		t.Fatalf("led to %s", to)
	}
	if got := filled(rita.get(pathOf(id)), "").Get("summary"); got != "Det tredje" {
		t.Errorf("after setting up the factor: %q", got)
	}
}

// One editor's text is neither shown to another nor saved under their name, who
// signs in after them in the same browser; and it is not lost.
func TestTextIsItsEditors(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "gem")
	form.Set("summary", typed)
	signIn := func(d *goquery.Document, name string) *httptest.ResponseRecorder {
		return v.do("POST", "/redaktion/log-ind", brought(t, d, "mail", name+"@kl.example", "adgangskode", password))
	}
	f.over("rita")
	d := v.page(409, signIn(v.page(401, v.do("POST", pathOf(id), form)), "per"))
	if got := text(d.Find("main")); strings.Contains(got, "Det skrev \"") || f.unsaved() != 0 {
		t.Errorf("Per is shown %s; %d kept", got, f.unsaved())
	}
	out := url.Values{"medbragt": {d.Find("input[name=medbragt]").AttrOr("value", "")}}
	d = v.page(200, v.do("POST", "/redaktion/log-ud", out))
	if to := signIn(d, "rita").Header().Get("Location"); to != pathOf(id) {
		t.Errorf("led to %s", to)
	}
	if got := filled(v.get(pathOf(id)), "").Get("summary"); got != typed {
		t.Errorf("%q", got)
	}
	// A page of Rita's that stayed open while Per signed in.
	v.post("/redaktion/log-ud", url.Values{})
	v.post("/redaktion/log-ind", url.Values{"mail": {"per@kl.example"}, "adgangskode": {password}})
	for _, path := range []string{pathOf(id), pathOf(id) + "/kladde"} {
		v.page(409, v.do("POST", path, form))
	}
	if s, err := f.store.SubmissionByID(t.Context(), id); err != nil || s.Draft != nil || f.count(`SELECT count(*) FROM unsaved_form WHERE editor_id = $1`, f.account("per").ID) != 0 {
		t.Errorf("saved or kept under Per's name: %+v, %v", s, err)
	}
}

// What comes through a sign-in is for the desk's own forms alone, and does nothing.
func TestCarriedIsNotTrusted(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	enter := func(brought string) *httptest.ResponseRecorder {
		v := f.visitor()
		return v.do("POST", "/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {password}, "medbragt": {brought}})
	}
	for _, to := range []string{"/redaktion/konto/adgangskode", "/redaktion/log-ud", "https://ond.example" + pathOf(id), "//ond.example", pathOf(id) + "/../../log-ud", pathOf(id) + "?x", "/redaktion/indsendelser/0", "/redaktion/indsendelser/01",
		"/redaktion/indsendelser/-1", "/redaktion/indsendelser/999999", "/redaktion/mailtekster", "/redaktion/mailtekster/", "/redaktion/mailtekster/receipt/x", "/indsend", ""} {
		b, err := json.Marshal(map[string]any{"to": to, "values": url.Values{"summary": {"x"}, "handling": {"udgiv"}}})
		if err != nil {
			t.Fatal(err)
		}
		if w := enter(string(b)); w.Code != 303 || w.Header().Get("Location") != "/redaktion" {
			t.Errorf("%s: %d to %s", to, w.Code, w.Header().Get("Location"))
		}
	}
	for _, b := range []string{"{", "[]", `{"to":1}`, `{"to":"` + pathOf(id) + `","values":"x"}`, "\x00"} {
		if w := enter(b); w.Code != 303 || w.Header().Get("Location") != "/redaktion" {
			t.Errorf("%q: %d to %s", b, w.Code, w.Header().Get("Location"))
		}
	}
	if f.unsaved() != 0 || f.state(id) != review.Received {
		t.Errorf("%d kept, state %s", f.unsaved(), f.state(id))
	}
	// A decision is not carried out by the sign-in.
	b, err := json.Marshal(map[string]any{"to": pathOf(id), "values": url.Values{"title": {"x"}, "version": {"1"}, "handling": {"afvis"}, "afvis-grund": {"other"}, "afvis-tekst": {"Nej"}}})
	if err != nil {
		t.Fatal(err)
	}
	if w := enter(string(b)); w.Code != 303 || f.state(id) != review.Received {
		t.Errorf("%d, state %s", w.Code, f.state(id))
	}
	// From another site it is refused as everything else is.
	v := f.visitor()
	if w := v.do("POST", pathOf(id), url.Values{"summary": {"x"}}, "Sec-Fetch-Site", "cross-site"); w.Code != 403 || strings.Contains(w.Body.String(), "medbragt") {
		t.Errorf("from another site: %d", w.Code)
	}
	// Passwords are never brought along, and buttons lead back to their page.
	for path, til := range map[string]string{"/redaktion/konto/adgangskode": "/redaktion/konto", "/redaktion/mails/1/igen": "/redaktion/mails", pathOf(id) + "/kladde": pathOf(id)} {
		d := v.page(401, v.do("POST", path, url.Values{"gammel": {"hemmeligt"}, "ny": {"hemmeligt"}}))
		if got, err := d.Html(); err != nil || strings.Contains(got, "hemmeligt") || d.Find("input[name=til]").AttrOr("value", "") != til {
			t.Errorf("%s: %s", path, text(d.Find("main")))
		}
	}
}

// A CPR number is stored nowhere, also not on its way through a sign-in; and the
// text around it is not lost.
func TestCarriedCPRIsNotStored(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	form := filled(v.get(pathOf(id)), "gem")
	form.Set("summary", "Borgeren 010203-1234 ringede.")
	if w := v.do("POST", pathOf(id)+"/kladde", form); w.Code != 422 {
		t.Errorf("kept while typing: %d", w.Code)
	}
	f.over("rita")
	d := v.page(401, v.do("POST", pathOf(id), form))
	d = v.page(200, v.do("POST", "/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", password)))
	again := filled(d, "gem")
	if again.Get("summary") != form.Get("summary") || f.unsaved() != 0 || d.Find(".desk__bar").Length() != 1 {
		t.Errorf("%q, %d kept", again.Get("summary"), f.unsaved())
	}
	again.Set("summary", "Borgeren ringede.")
	v.post(pathOf(id), again)
}

// What is typed is kept while one types, for its editor alone, until it is saved
// or thrown away.
func TestKeptWhileTyping(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v, per := f.editor("rita"), f.editor("per")
	form := filled(v.get(pathOf(id)), "")
	form.Set("summary", typed)
	form["periods"] = []string{"lockdown", "after"}
	form.Set("spoergsmaal", "Hvor mange?")
	w := v.do("POST", pathOf(id)+"/kladde", form)
	var session struct {
		Seconds int
		Until   string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &session); err != nil || w.Code != 200 || session.Seconds < 7000 || session.Seconds > 7200 || len(session.Until) != 5 {
		t.Errorf("%d %s %v", w.Code, w.Body, err)
	}
	again := filled(v.get(pathOf(id)), "")
	for name := range form {
		if strings.Join(again[name], "|") != strings.Join(form[name], "|") {
			t.Errorf("%s: %q became %q", name, form[name], again[name])
		}
	}
	if got := filled(per.get(pathOf(id)), "").Get("summary"); got == typed {
		t.Error("another editor sees it")
	}
	// Saved with a question that is not sent: that one stays.
	again.Set("handling", "gem")
	to := v.post(pathOf(id), again)
	if w := v.do("POST", pathOf(id)+"/kladde", form); w.Code != 410 {
		t.Errorf("what the saved page sends late: %d", w.Code)
	}
	d := v.get(to)
	if got := filled(d, "").Get("spoergsmaal"); got != "Hvor mange?" || d.Find(".alert-success").Length() != 1 || d.Find(".desk__both").Length() != 0 {
		t.Errorf("the question that was not sent: %q, %s", got, text(d.Find(".alert")))
	}
	// Thrown away.
	gone := url.Values{}
	d.Find(".alert-info form input").Each(func(_ int, x *goquery.Selection) { gone.Add(x.AttrOr("name", ""), x.AttrOr("value", "")) })
	v.post(pathOf(id), gone)
	if f.unsaved() != 0 || filled(v.get(pathOf(id)), "").Get("spoergsmaal") != "" {
		t.Errorf("%d kept after throwing away", f.unsaved())
	}
	for _, path := range []string{"/redaktion/indsendelser/99999/kladde", "/redaktion/mailtekster/findes-ikke/kladde"} {
		if w := v.do("POST", path, form); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	// Two windows with the same form: neither takes the other's place.
	a, b := filled(v.get(pathOf(id)), ""), filled(v.get(pathOf(id)), "")
	a.Set("summary", "I det første vindue")
	b.Set("summary", "I det andet vindue")
	v.do("POST", pathOf(id)+"/kladde", a)
	v.do("POST", pathOf(id)+"/kladde", b)
	d = v.get(pathOf(id))
	if got := filled(d, "").Get("summary"); got != "I det andet vindue" {
		t.Errorf("%q", got)
	}
	if got := filled(v.get(d.Find(".alert-info a").AttrOr("href", "")), "").Get("summary"); got != "I det første vindue" {
		t.Errorf("%q", got)
	}
}

// Two editors change one mail's text: the slower sees both and chooses.
func TestMailTextConflict(t *testing.T) {
	f := newFixture(t, loopback())
	rita, per := f.editor("rita"), f.editor("per")
	const path, list = "/redaktion/mailtekster/receipt", "/redaktion/mailtekster"
	of := func(d *goquery.Document) url.Values { return inputs(d.Find("form[data-keep]")) }
	ritas, pers := of(rita.get(path)), of(per.get(path))
	ritas.Set("subject", "Ritas emne")
	pers.Set("subject", "Pers emne")
	per.post(path, pers)
	d := rita.page(http.StatusConflict, rita.do("POST", path, ritas))
	if got := text(d.Find("main")); !strings.Contains(got, "Per har gemt teksten") || !strings.Contains(got, "Pers emne") || !strings.Contains(got, "Ritas emne") || of(d).Get("subject") != "Ritas emne" {
		t.Errorf("both are not shown: %s", got)
	}
	saved := func() (s string) {
		t.Helper()
		if err := f.pool.QueryRow(t.Context(), `SELECT subject FROM mail_text WHERE kind = 'receipt'`).Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if saved() != "Pers emne" {
		t.Errorf("saved is %q", saved())
	}
	// She goes away and comes back: both are still there. Then she chooses hers.
	if d = rita.get(path); d.Find(".desk__both").Length() != 1 {
		t.Error("the conflict is forgotten")
	}
	rita.post(path, of(d))
	if saved() != "Ritas emne" || f.unsaved() != 0 {
		t.Errorf("saved is %q, %d kept", saved(), f.unsaved())
	}
	// Per, whose page is old now, chooses what is saved.
	pers.Set("subject", "Pers andet emne")
	d = per.page(http.StatusConflict, per.do("POST", path, pers))
	per.post(path, inputs(d.Find(".alert-warning form")))
	if d = per.get(path); saved() != "Ritas emne" || of(d).Get("subject") != "Ritas emne" || f.unsaved() != 0 {
		t.Errorf("saved is %q, shown %q", saved(), of(d).Get("subject"))
	}
	// A text without a version, as of a page of an older program, overwrites nothing.
	if w := per.do("POST", path, url.Values{"subject": {"Uden"}, "body": {"Hej {link}"}}); w.Code != http.StatusConflict || saved() != "Ritas emne" {
		t.Errorf("%d, saved is %q", w.Code, saved())
	}
	// Kept while typing, and through a sign-in.
	form := of(rita.get(path))
	form.Set("body", "Hej\r\n\r\n{reference} og {link}")
	if w := rita.do("POST", path+"/kladde", form); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
	if got := of(rita.get(path)).Get("body"); got != form.Get("body") {
		t.Errorf("%q", got)
	}
	f.over("rita")
	form.Set("body", "Hej igen\r\n{link}")
	d = rita.page(401, rita.do("POST", path, form))
	if to := rita.post("/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", password)); to != path {
		t.Errorf("led to %s", to)
	}
	d = rita.get(path)
	if got := text(rita.get(list).Find("main")); strings.Count(got, "Ikke gemt endnu") != 1 || of(d).Get("body") != form.Get("body") {
		t.Errorf("%q", of(d).Get("body"))
	}
	rita.post(path, of(d))
}

// inputs are the values of a form as a browser would send them; of its buttons none.
func inputs(form *goquery.Selection) url.Values {
	out := url.Values{}
	form.Find("input, textarea").Each(func(_ int, x *goquery.Selection) {
		if goquery.NodeName(x) == "textarea" {
			out.Add(x.AttrOr("name", ""), strings.ReplaceAll(x.Text(), "\n", "\r\n"))
		} else {
			out.Add(x.AttrOr("name", ""), x.AttrOr("value", ""))
		}
	})
	return out
}
