package site_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"
)

// An address is read as people paste it, kept in one form, and asked about when
// no mail can come to it; everything else that was typed stays.
func TestAddressOfASubmitter(t *testing.T) {
	f := newFixture(t)
	for typed, want := range map[string]string{
		"Ida Jensen <ida@kommune.dk>":   "ida@kommune.dk",
		"mailto:ida@kommune.dk":         "ida@kommune.dk",
		" \u200bida@kommune.dk.; ":      "ida@kommune.dk",
		"ida@RØDGRØD.dk":                "ida@rødgrød.dk",
		"ida@xn--rdgrd-vuad.dk":         "ida@rødgrød.dk",
		"<ida@kommune.dk>":              "ida@kommune.dk",
		"Ida J [mailto:i.d@kommune.dk]": "i.d@kommune.dk",
	} {
		s := newSubmitter(f)
		s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", typed))
		if s.code != 200 {
			t.Errorf("%q is not taken: %s", typed, s.doc.Find("[role=alert]").Text())
			continue
		}
		s.fill("", agreeing)
		var kept string
		if err := f.pool.QueryRow(t.Context(), `SELECT email FROM submission_contact ORDER BY submission_id DESC LIMIT 1`).Scan(&kept); err != nil || kept != want {
			t.Errorf("%q is kept as %q, %v", typed, kept, err)
		}
	}
	kept := f.count(`SELECT count(*) FROM submission`)
	for typed, says := range map[string]string{
		"":                                       "Skriv din mailadresse",
		"ida":                                    "Der mangler et @",
		"ida@@kommune.dk":                        "mere end ét @",
		"ida@kommune":                            "for eksempel .dk",
		"ida@.dk":                                "Det, der står efter @",
		"ida jensen@kommune.dk":                  "et mellemrum i »ida jensen@kommune.dk«",
		"ida@kommune.dk; bo@kommune.dk":          "kun én mailadresse",
		"åse@kommune.dk":                         "fordi der står »å« før @",
		"ida@kommune.local":                      "jeres eget net",
		"ida.@kommune.dk":                        "er ikke en mailadresse",
		"ida@kom_mune.dk":                        "Det, der står efter @",
		"ida@" + strings.Repeat("a", 64) + ".dk": "Det, der står efter @",
		strings.Repeat("a", 65) + "@kommune.dk":  "for lang",
		"ida@kommune.dk\x00":                     "et mellemrum",
	} {
		s := newSubmitter(f)
		s.open("/indsend/tip").fill("", with(s.patient(), "text", "Vi gik ture.", "organisation", "Aarhus", "email", typed))
		v := s.values()
		if told := s.doc.Find("[role=alert]").Text(); s.code != 422 || !strings.Contains(told, says) {
			t.Errorf("%q: %d %s", typed, s.code, strings.Join(strings.Fields(told), " "))
		}
		if v.Get("text") != "Vi gik ture." || v.Get("organisation") != "Aarhus Kommune" || !strings.Contains(typed, "\x00") && v.Get("email") != typed {
			t.Errorf("%q: what was typed is %q", typed, v)
		}
	}
	if n := f.count(`SELECT count(*) FROM submission`); n != kept {
		t.Errorf("%d submissions more", n-kept)
	}
}

// Whoever gave an address that no mail comes to reads why on the page of their
// link, and mends it there; without such a mail the link changes no address.
func TestSubmitterMendsTheAddress(t *testing.T) {
	f := newFixture(t)
	s := newSubmitter(f)
	s.tip()
	link := s.link()
	email := func() (kept string) {
		t.Helper()
		if err := f.pool.QueryRow(t.Context(), `SELECT email FROM submission_contact`).Scan(&kept); err != nil {
			t.Fatal(err)
		}
		return kept
	}
	if w := s.post(link+"/mailadresse", url.Values{"email": {"en.anden@kommune.dk"}}); w.Code != 303 || email() != "bostoette@aarhus.example" {
		t.Errorf("an address is changed while nothing is wrong: %d, %s", w.Code, email())
	}
	fail := func(why postgres.MailFailure) {
		t.Helper()
		list, err := f.store.UnsentMails(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m.Kind.ToDesk() {
				continue
			}
			if _, err := f.store.MailFailed(t.Context(), m, why, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
	fail(postgres.MailFailure{Cause: errors.New("451 later"), Code: 451, Status: "4.7.1"})
	if s.open(link); s.doc.Find("#email").Length() != 0 {
		t.Error("asks for an address while the mail is still tried")
	}
	fail(postgres.MailFailure{Cause: errors.New("550 no such user"), Code: 550, Status: "5.1.1", Final: true})
	s.open(link)
	s.says("Vi kan ikke sende mails til dig", "Postkassen findes ikke.")
	if s.values().Get("email") != "bostoette@aarhus.example" || strings.Contains(s.text(), "no such user") {
		t.Errorf("the form: %v", s.values())
	}
	s.fill(link+"/mailadresse", map[string]string{"email": "bostøtte@aarhus.dk"})
	if s.code != 422 || s.values().Get("email") != "bostøtte@aarhus.dk" {
		t.Errorf("%d %v", s.code, s.values())
	}
	s.says("fordi der står »ø« før @")
	s.fill(link+"/mailadresse", map[string]string{"email": "010190-1234@aarhus.dk"})
	if html, _ := s.doc.Html(); s.code != 422 || strings.Contains(html, "010190-1234") {
		t.Errorf("a CPR number: %d", s.code)
	}
	s.fill(link+"/mailadresse", map[string]string{"email": "Bostøtten <bostoette@Aarhus.dk>;"})
	s.says("Tak, adressen er gemt", "Din mailadresse blev rettet.")
	if s.doc.Find("#email").Length() != 0 || email() != "bostoette@aarhus.dk" {
		t.Errorf("kept %s", email())
	}
	if n := f.count(`SELECT count(*) FROM mail WHERE recipient = 'bostoette@aarhus.dk' AND attempts = 0 AND refused_at IS NULL`); n != 1 {
		t.Errorf("%d mails wait for the new address", n)
	}
	if n := f.count(`SELECT count(*) FROM river_job j JOIN mail m ON (j.args ->> 'id')::bigint = m.id WHERE m.recipient = 'bostoette@aarhus.dk'`); n != 2 {
		t.Errorf("%d jobs, the first and the one after the address was mended", n)
	}
	if err := f.store.EraseContact(t.Context(), strings.TrimPrefix(link, "/indsend/"), time.Now().UTC()); err != nil {
		t.Fatal(err)
	}
	if w := s.post(link+"/mailadresse", url.Values{"email": {"a@b.dk"}}); w.Code != 303 {
		t.Errorf("after the erasure: %d", w.Code)
	}
	if n := f.count(`SELECT count(*) FROM mail WHERE recipient <> ''`); n != 0 {
		t.Errorf("%d mails name an address", n)
	}
}
