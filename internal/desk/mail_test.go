package desk_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
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
	if got := text(v.get("/redaktion").Find(".desk__counts")); strings.Contains(got, "kom frem") {
		t.Errorf("nothing failed yet: %s", got)
	}
	f.refuse(postgres.MailFailure{Cause: errors.New("550 5.1.1 … unknown here"), Code: 550, Status: "5.1.1", Final: true})
	if got := text(v.get("/redaktion").Find(".desk__counts")); !strings.Contains(got, "Mails, der ikke kom frem1") {
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
	path := row.Find(`a[href$="/mailadresse"]`).AttrOr("href", "")
	d := v.get(path)
	if d.Find("#email").AttrOr("value", "") != "ida@kommune.example" || !strings.Contains(text(d.Find("main")), "(550 5.1.1)") {
		t.Errorf("%s: %s", path, text(d.Find("main")))
	}
	for typed, says := range map[string]string{"": "Skriv din mailadresse", "åse@kommune.dk": "»å« før @", "010190-1234@kommune.dk": "CPR-nummer", "ida@x\x00.dk": "mellemrum"} {
		d := v.page(422, v.do("POST", path, url.Values{"email": {typed}}))
		if got := text(d.Find("[role=alert]")); !strings.Contains(got, says) || d.Find("#email").Length() != 1 {
			t.Errorf("%q: %s", typed, got)
		}
	}
	if to := v.post(path, url.Values{"email": {"Ida <ida@RØDGRØD.dk>"}}); to != pathOf(id)+"?gjort=mailadresse" {
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
