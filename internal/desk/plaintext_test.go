package desk_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/auth"
	"praksis/internal/mail/texts"
	"praksis/internal/review"
)

// notText is what no text can hold, and what the database refuses.
var notText = map[string]string{"NUL": "\x00", "invalid UTF-8": "\xff"}

// Whatever field of whatever form of the desk has a NUL or bytes that are no
// UTF-8, nobody is told that it was our fault, and no address is.
func TestNoFieldIsTakenForAFaultOfOurs(t *testing.T) {
	f := newFixture(t, auth.Config{Loopback: true})
	v := f.editor("Rita")
	type form struct {
		action string
		values url.Values
	}
	forms := []form{
		{"/redaktion/mailtekster/" + string(texts.Kinds[0]), url.Values{"side": {"en-side-1"}, "redaktoer": {"1"}, "version": {"0"}, "subject": {"Emne"}, "body": {"Tekst {link}"}}},
		{"/redaktion/konto/adgangskode", url.Values{"gammel": {password}, "ny": {"fire helt andre ord her"}}},
		{"/redaktion/log-ind", url.Values{"mail": {"rita@kl.example"}, "adgangskode": {"x"}, "til": {"/redaktion/konto"}}},
		{"/redaktion/log-ind/kode", url.Values{"kode": {"123456"}, "til": {"/redaktion/konto"}}},
		{"/redaktion/log-ind/opsaet", url.Values{"kode": {"123456"}, "gammel": {"123456"}}},
		{"/redaktion/mails/1/igen", url.Values{"x": {"x"}}},
	}
	stranger := f.visitor()
	for _, x := range forms {
		who := v
		if strings.HasPrefix(x.action, "/redaktion/log-ind") {
			who = stranger
		}
		for what, bad := range notText {
			for name := range x.values {
				sent := url.Values{}
				for k, list := range x.values {
					sent[k] = slices.Clone(list)
				}
				sent.Set(name, x.values.Get(name)+bad)
				if w := who.do("POST", x.action, sent); w.Code >= 500 {
					t.Errorf("%s, %s with %s: status %d", x.action, name, what, w.Code)
				}
			}
		}
	}
	// Each decision is of a submission of its own: it could only be made once.
	n := 0
	for action, names := range map[string][]string{"spoerg": {"spoergsmaal"}, "afvis": {"afvis-grund", "afvis-tekst"}, "findes": {"findes", "findes-slug", "findes-tekst"},
		"udgiv": {"version", "klaret", "set"}, "gem": {"handling", "version", "sket", "title", "slug", "summary", "organisation", "partners", "provider", "answers.done", "legal_basis", "period_from", "contact",
			"target_groups", "kind", "findings[1].text", "findings[1].key", "findings[1].effect", "sources[1].url", "links[1].label", "review_by"}} {
		for _, name := range names {
			for what, bad := range notText {
				n++
				id, _ := f.submit(strconv.Itoa(n), nil)
				page := "/redaktion/indsendelser/" + strconv.FormatInt(id, 10)
				sent := filled(v.get(page), action)
				for field, x := range map[string]string{"spoergsmaal": "Hvor mange?", "afvis-grund": string(review.TooLittle), "afvis-tekst": "For lidt.", "findes-slug": "toender-gaature-i-naturen-med-saarbare-unge", "findes-tekst": "Det står her."} {
					sent.Set(field, x)
				}
				if name == "findes" {
					sent.Del("findes-slug")
				}
				sent.Set(name, sent.Get(name)+bad)
				if w := v.do("POST", page, sent); w.Code >= 500 {
					t.Errorf("%s, %s with %s: status %d", action, name, what, w.Code)
				}
			}
		}
	}
	for _, target := range []string{"/redaktion?q=%00&side=%ff&stand=%00", "/redaktion/%00", "/redaktion/indsendelser/%00", "/redaktion/indsendelser/1%ff", "/redaktion/bilag/%00", "/redaktion/bilag/%ff", "/redaktion/bilag/11111111-1111-1111-1111-11111111111%00",
		"/redaktion/log-ind?til=%00", "/redaktion/log-ind/faelles/svar?state=%00&code=%ff", "/redaktion/konto?gjort=%00"} {
		for _, who := range []*visitor{v, stranger} {
			if w := who.do("GET", target, nil); w.Code >= 500 {
				t.Errorf("%s: status %d", target, w.Code)
			}
		}
	}
	for _, cookie := range []string{"x%00", "\xff", "x"} {
		if w := stranger.do("GET", "/redaktion", nil, "Cookie", "praksis="+cookie); w.Code >= 500 {
			t.Errorf("cookie %q: status %d", cookie, w.Code)
		}
	}
}
