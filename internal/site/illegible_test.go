package site_test

import (
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// What is no text (a NUL, bytes that are no UTF-8) in a field of a public form is told of
// at the field, and all that was typed comes back.
func TestWhatIsNoTextIsShownInItsField(t *testing.T) {
	f := newFixture(t)
	tried := 0
	for _, path := range []string{"/indsend/tip", "/indsend/kort", "/indsend/skabelon"} {
		s := newSubmitter(f)
		s.open(path)
		filled := with(s.patient(), "text", "Bostøtten gik ture.", "organisation", "Aarhus Kommune", "title", "Aarhus går ture", "email", "bostoette@aarhus.example", "contact_name", "Kim", "phone", "87654321", "provider", "Huset", "answers.done", "Vi gik.")
		for name := range s.values() {
			if _, typed := filled[name]; !typed && name != "summary" && !strings.HasPrefix(name, "answers.") && !strings.HasSuffix(name, ".text") {
				continue
			}
			if name == "served" {
				continue
			}
			for what, bad := range notText {
				s.open(path)
				s.fill("", with(filled, name, "Ord"+bad+" og ord"))
				tried++
				got, told := catalogue.Visible(s.values().Get(name)), s.doc.Find(".alert-error").Text()
				if s.code != 422 || got != "Ord\ufffd og ord" || !strings.Contains(told, "ses som \ufffd") && name != "email" || !strings.Contains(told, "Ord\ufffd og ord") && name == "email" {
					t.Errorf("%s, %s with %s: %d, %q, %s", path, name, what, s.code, got, told)
				}
			}
		}
	}
	if tried < 40 {
		t.Errorf("%d fields were found", tried)
	}
}
