package desk_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"

	"github.com/PuerkitoBio/goquery"
)

// refuse has the mail server refuse every mail to the submitters.
func (f *fixture) refuse(why postgres.MailFailure) {
	f.t.Helper()
	list, err := f.store.UnsentMails(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, m := range list {
		if m.Kind.ToDesk() {
			continue
		}
		if _, err := f.store.MailFailed(f.t.Context(), m, why, time.Now()); err != nil {
			f.t.Fatal(err)
		}
	}
}

// A mail that was refused is told of in plain words, with the code, and goes out
// again when its address is mended at the desk.
func TestRefusedMail(t *testing.T) {
	f := newFixture(t, loopback())
	id, _ := f.submit("a", nil)
	v := f.editor("rita")
	if got := text(v.get("/redaktion").Find(".queue__parts")); strings.Contains(got, "kom frem") {
		t.Errorf("nothing failed yet: %s", got)
	}
	f.refuse(postgres.MailFailure{Cause: errors.New("550 5.1.1 … unknown here"), Code: 550, Status: "5.1.1", Final: true})
	if got := text(v.get("/redaktion").Find(".queue__parts")); !strings.Contains(got, "1Mails, der ikke kom frem") && !strings.Contains(got, "1 Mails, der ikke kom frem") {
		t.Errorf("counts: %s", got)
	}
	row := v.get("/redaktion/mails").Find(".desk__row").First()
	for _, want := range []string{"Afvist. Vi prøver ikke igen af os selv. Postkassen findes ikke.", "Mailserverens svar: 550 5.1.1", "unknown here", "Kvittering"} {
		if !strings.Contains(text(row), want) {
			t.Errorf("no %q in %s", want, text(row))
		}
	}
	if strings.Contains(text(row), "ida@kommune.example") {
		t.Errorf("the list tells whom it goes to: %s", text(row))
	}
	if got := text(v.get(pathOf(id)).Find("main")); !strings.Contains(got, "kom ikke frem: Postkassen findes ikke. Ret mailadressen") {
		t.Error("the submission's page does not tell")
	}
	address := func(typed string) url.Values {
		form := inputs(v.get(pathOf(id) + "/mailadresse").Find("form[data-keep]"))
		form.Set("email", typed)
		return form
	}
	path := row.Find(`a[href$="/mailadresse"]`).AttrOr("href", "")
	d := v.get(path)
	if d.Find("#email").AttrOr("value", "") != "ida@kommune.example" || !strings.Contains(text(d.Find("main")), "(550 5.1.1)") {
		t.Errorf("%s: %s", path, text(d.Find("main")))
	}
	for typed, says := range map[string]string{"": "Skriv din mailadresse", "åse@kommune.dk": "»å« før @", "010190-1234@kommune.dk": "CPR-nummer", "ida@x\x00.dk": "mellemrum"} {
		d := v.page(422, v.do("POST", path, address(typed)))
		if got := text(d.Find(".alert-error")); !strings.Contains(got, says) || d.Find("#email").Length() != 1 {
			t.Errorf("%q: %s", typed, got)
		}
	}
	if to := v.post(path, address("Ida <ida@RØDGRØD.dk>")); to != pathOf(id)+"?gjort=mailadresse" {
		t.Errorf("led to %s", to)
	}
	if got := text(v.get(pathOf(id) + "?gjort=mailadresse").Find("main")); !strings.Contains(got, "ida@rødgrød.dk") || !strings.Contains(got, "Rita: mailadressen er rettet") || strings.Contains(got, "kom ikke frem:") {
		t.Errorf("afterwards: %s", got)
	}
	list, err := f.store.UnsentMails(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if !m.Kind.ToDesk() && (m.Recipient != "ida@rødgrød.dk" || m.GivenUp() || m.Code != 0 || m.Error != "") {
			t.Errorf("%+v", m)
		}
	}
	if w := v.do("POST", "/redaktion/indsendelser/999999/mailadresse", url.Values{"email": {"a@b.dk"}}); w.Code != 404 {
		t.Errorf("no such submission: %d", w.Code)
	}
	if w := f.visitor().do("POST", path, url.Values{"email": {"a@b.dk"}}); w.Code != 401 {
		t.Errorf("somebody else: %d", w.Code)
	}
}

// Two mend one address, or the submitter does meanwhile: the slower sees both and
// chooses.
func TestEmailConflict(t *testing.T) {
	f := newFixture(t, loopback())
	id, token := f.submit("a", nil)
	rita, per := f.editor("rita"), f.editor("per")
	path := pathOf(id) + "/mailadresse"
	address := func(v *visitor, typed string) url.Values {
		form := inputs(v.get(path).Find("form[data-keep]"))
		form.Set("email", typed)
		return form
	}
	saved := func() (s string) {
		t.Helper()
		if err := f.pool.QueryRow(t.Context(), `SELECT email FROM submission_contact`).Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	ritas, pers := address(rita, "rita@ny.example"), address(per, "per@ny.example")
	per.post(path, pers)
	both := func(d *goquery.Document, saved, typed string) {
		t.Helper()
		if got := text(d.Find(".desk__both")); !strings.Contains(got, "Gemt nu "+saved) || !strings.Contains(got, "Du har skrevet "+typed) || d.Find("#email").AttrOr("value", "") != typed {
			t.Errorf("both are not shown: %s", text(d.Find("main")))
		}
	}
	d := rita.page(409, rita.do("POST", path, ritas))
	both(d, "per@ny.example", "rita@ny.example")
	if saved() != "per@ny.example" {
		t.Errorf("overwritten unseen: %s", saved())
	}
	// She goes away and comes back, and chooses hers.
	d = rita.get(path)
	both(d, "per@ny.example", "rita@ny.example")
	rita.post(path, inputs(d.Find("form[data-keep]")))
	if saved() != "rita@ny.example" || f.unsaved() != 0 {
		t.Errorf("%s, %d kept", saved(), f.unsaved())
	}
	// The submitter mends it by the secret link while an editor does.
	pers = address(per, "per@anden.example")
	f.refuse(postgres.MailFailure{Cause: errors.New("550"), Code: 550, Status: "5.1.1", Final: true})
	if err := f.store.MendEmail(t.Context(), postgres.On{Token: token}, "", "ida@rigtig.example", 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	d = per.page(409, per.do("POST", path, pers))
	both(d, "ida@rigtig.example", "per@anden.example")
	per.post(path, inputs(d.Find(".alert-warning form"))) // the saved one
	if saved() != "ida@rigtig.example" || f.unsaved() != 0 || per.get(path).Find("#email").AttrOr("value", "") != "ida@rigtig.example" {
		t.Errorf("%s, %d kept", saved(), f.unsaved())
	}
	// Both mend it alike; and a page that names no address overwrites none.
	ritas, pers = address(rita, "ens@ny.example"), address(per, "ens@ny.example")
	rita.post(path, ritas)
	per.post(path, pers)
	if w := per.do("POST", path, url.Values{"email": {"uden@ny.example"}}); w.Code != 409 || saved() != "ens@ny.example" {
		t.Errorf("%d, %s", w.Code, saved())
	}
	// Kept while typing, and through a sign-in; erased with the contact data.
	form := address(rita, "under@vejs.example")
	if w := rita.do("POST", path+"/kladde", form); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
	if got := rita.get(path); got.Find("#email").AttrOr("value", "") != "under@vejs.example" || !strings.Contains(text(got.Find(".alert-info")), "Ikke gemt endnu") || got.Find("form[data-unsaved]").Length() != 1 {
		t.Errorf("not kept: %s", text(got.Find("main")))
	}
	f.over("rita")
	form.Set("email", "efter@login.example")
	d = rita.page(401, rita.do("POST", path, form))
	if to := rita.post("/redaktion/log-ind", brought(t, d, "mail", "rita@kl.example", "adgangskode", password)); to != path {
		t.Errorf("led to %s", to)
	}
	if d = rita.get(path); d.Find("#email").AttrOr("value", "") != "efter@login.example" || saved() != "ens@ny.example" {
		t.Errorf("%s, saved is %s", text(d.Find("main")), saved())
	}
	if err := f.store.EraseContact(t.Context(), token, time.Now()); err != nil {
		t.Fatal(err)
	}
	if left := f.columnsWith("login.example"); len(left) != 0 {
		t.Errorf("it stands in %v after the contact data were erased", left)
	}
	if d = rita.page(409, rita.do("POST", path, inputs(d.Find("form[data-keep]")))); !strings.Contains(text(d.Find("main")), "kontaktoplysninger er slettet") || f.unsaved() != 0 {
		t.Errorf("%s, %d kept", text(d.Find("main")), f.unsaved())
	}
}
