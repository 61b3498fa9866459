package site_test

import (
	"strings"
	"testing"
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
