package mailaddr

import (
	"errors"
	"net/mail"
	"strings"
	"testing"
	"unicode"
)

func TestRead(t *testing.T) {
	for in, want := range map[string]string{
		"ida@kommune.dk":                              "ida@kommune.dk",
		"Ida.Jensen@Kommune.DK":                       "Ida.Jensen@kommune.dk",
		"o'brien+bt@kommune.dk":                       "o'brien+bt@kommune.dk",
		" \t ida@kommune.dk\u00a0\r\n":                "ida@kommune.dk",
		"\ufeffida\u200b@kom\u00admune.dk\u200e":      "ida@kommune.dk",
		"ida@kommune.dk.":                             "ida@kommune.dk",
		"ida@kommune.dk;":                             "ida@kommune.dk",
		"ida@kommune.dk,":                             "ida@kommune.dk",
		"<ida@kommune.dk>":                            "ida@kommune.dk",
		"<ida@kommune.dk>;":                           "ida@kommune.dk",
		"(ida@kommune.dk)":                            "ida@kommune.dk",
		"»ida@kommune.dk«":                            "ida@kommune.dk",
		"\"ida@kommune.dk\"":                          "ida@kommune.dk",
		"mailto:ida@kommune.dk":                       "ida@kommune.dk",
		"MAILTO:ida%40kommune.dk?subject=Hej":         "ida@kommune.dk",
		"<mailto:ida@kommune.dk>":                     "ida@kommune.dk",
		"E-mail: ida@kommune.dk":                      "ida@kommune.dk",
		"Ida Jensen <ida@kommune.dk>":                 "Ida Jensen|ida@kommune.dk",
		"\"Jensen, Ida\" <ida@kommune.dk>":            "Jensen, Ida|ida@kommune.dk",
		"Jensen, Ida (SOC) <ida@kommune.dk>;":         "Jensen, Ida (SOC)|ida@kommune.dk",
		"Ida Jensen [mailto:ida@kommune.dk]":          "Ida Jensen|ida@kommune.dk",
		"Ida Jensen <mailto:ida@kommune.dk>":          "Ida Jensen|ida@kommune.dk",
		"ida@kommune.dk <mailto:ida@kommune.dk>":      "ida@kommune.dk",
		"ida＠kommune.dk":                              "ida@kommune.dk",
		"ida@kommune。dk":                              "ida@kommune.dk",
		"ida@rødgrød.dk":                              "ida@rødgrød.dk",
		"ida@RØDGRØD.DK":                              "ida@rødgrød.dk",
		"ida@xn--rdgrd-vuad.dk":                       "ida@rødgrød.dk",
		"ida@a\u030aben.dk":                           "ida@åben.dk",
		"bosted@ældre-i-søby.kommune.dk":              "bosted@ældre-i-søby.kommune.dk",
		"redaktionen@localhost":                       "redaktionen@localhost",
		strings.Repeat("a", 64) + "@kommune.dk":       strings.Repeat("a", 64) + "@kommune.dk",
		"ida@" + strings.Repeat("a", 63) + ".dk":      "ida@" + strings.Repeat("a", 63) + ".dk",
		"123456@kommune.dk":                           "123456@kommune.dk",
		"Team \"Bo\" <ida@kommune.dk>":                "Team \"Bo\"|ida@kommune.dk",
		"Ida \"Bo\" Jensen <ida@kommune.dk>":          "Ida \"Bo\" Jensen|ida@kommune.dk",
		"ida_example.com#EXT#@kommune.onmicrosoft.dk": "ida_example.com#EXT#@kommune.onmicrosoft.dk",
	} {
		a, err := Read(in)
		got := a.String()
		if a.Name != "" {
			got = a.Name + "|" + got
		}
		if err != nil || got != want {
			t.Errorf("%q is read as %q, %v, not %q", in, got, err, want)
		}
	}
	if a, err := Read("ida@rødgrød.dk"); err != nil || a.ASCII() != "ida@xn--rdgrd-vuad.dk" {
		t.Errorf("goes out as %q, %v", a.ASCII(), err)
	}
}

func TestFaults(t *testing.T) {
	for in, want := range map[string]Fault{
		"": Empty, " \u200b": Empty, "<>": Empty, "mailto:?": Empty,
		"ida": NoAt, "ida(at)kommune.dk": NoAt, "kommune.dk": NoAt,
		"ida@@kommune.dk": ManyAts, "ida@bo@kommune.dk": ManyAts,
		"ida@kommune.dk, bo@kommune.dk": More, "ida@kommune.dk; bo@kommune.dk": More, "ida@kommune.dk bo@kommune.dk": More, "Ida <ida@kommune.dk>, Bo <bo@kommune.dk>": More,
		"bo@kommune.dk <ida@kommune.dk>": More, "Ida <ida@kommune.dk> Bcc: bo": More,
		"ida jensen@kommune.dk": Space, "ida@kommune .dk": Space, "ida @kommune.dk": Space, "a@b.dk\r\nBcc: x": Space, "a\x00@b.dk": Space, "mailto:ida%0a@kommune.dk": Space,
		"@kommune.dk": Local, "ida.@kommune.dk": Local, ".ida@kommune.dk": Local, "i..da@kommune.dk": Local, "\"ida b\"@kommune.dk": Space, "\"ida\"@kommune.dk": Local, "i,da@kommune.dk": Local,
		"åse@kommune.dk": LocalNotASCII, "a\u030ase@kommune.dk": LocalNotASCII, "idа@kommune.dk": LocalNotASCII, "i\xffda@kommune.dk": LocalNotASCII,
		"ida@": Domain, "ida@.dk": Domain, "ida@kommune..dk": Domain, "ida@-kommune.dk": Domain, "ida@kom_mune.dk": Domain, "ida@127.0.0.1": Domain, "ida@[127.0.0.1]": Domain,
		"ida@xn--a.dk": Domain, "ida@kommune.dk/": Domain, "ida@" + strings.Repeat("a", 64) + ".dk": Domain,
		strings.Repeat("a", 65) + "@kommune.dk": TooLong, strings.Repeat("a", 60) + "@" + strings.Repeat(strings.Repeat("a", 45)+".", 4) + strings.Repeat("b", 9) + ".dk": TooLong,
		strings.Repeat("a", maxRead+1): TooLong,
	} {
		_, err := Read(in)
		var fault *Error
		if !errors.As(err, &fault) || fault.Fault != want || faults[want] == "" {
			t.Errorf("%q: %v, not %q", in, err, faults[want])
		}
		if len(in) > 3 && strings.Contains(err.Error(), in) {
			t.Errorf("the error repeats %q", in)
		}
	}
	for in, want := range map[string]Fault{"ida@kommune": NoDot, "ida@kommune.local": Reserved, "ida@LOCALHOST": NoDot, "ida@kommune.d": Domain, "ida@kommune.dk": 0, "ida@kommune.example": 0, "ida@rødgrød.dk": 0} {
		a, err := Read(in)
		if err != nil {
			t.Fatal(in, err)
		}
		var fault *Error
		if err := a.Public(); (err != nil) != (want != 0) || errors.As(err, &fault) && fault.Fault != want {
			t.Errorf("%s is public: %v", in, err)
		}
	}
}

func TestParse(t *testing.T) {
	for _, good := range []string{"ida@kommune.dk", "Ida@Kommune.dk", "ida@rødgrød.dk", "ida@xn--rdgrd-vuad.dk"} {
		if _, err := Parse(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"Ida <ida@kommune.dk>", "<ida@kommune.dk>", "ida@kommune.dk\n", "\nida@kommune.dk", "mailto:ida@kommune.dk", "ida@kommune.dk.", "ida\u200b@kommune.dk", ""} {
		if a, err := Parse(bad); err == nil {
			t.Errorf("%q is %v", bad, a)
		}
	}
}

// Whatever is typed, what is read is one bare address in ASCII and reads as
// itself, in both its forms.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"ida@kommune.dk", "Ida <ida@kommune.dk>", "mailto:ida%40rødgrød.dk?x", "a@b.dk\r\nBcc: x@y.dk", "\"a b\"@c.dk", "ida@xn--rdgrd-vuad.dk", "a@[127.0.0.1]", "ß@ß.de", "a@faß.de", "x [mailto:a@b.dk]", "a@b.dk,", "a@b。dk", "a@\u200db.dk"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Read(s)
		if err != nil {
			var fault *Error
			if !errors.As(err, &fault) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		out := a.ASCII()
		if strings.ContainsFunc(out, func(r rune) bool { return r <= ' ' || r > '~' }) || strings.ContainsAny(out, "\"<>(),:;[]\\") || strings.Count(out, "@") != 1 || len(out) > maxAddress {
			t.Fatalf("%q goes out as %q", s, out)
		}
		if m, err := mail.ParseAddress(out); err != nil || m.Address != out {
			t.Fatalf("%q goes out as %q: %v, %v", s, out, m, err)
		}
		if strings.ContainsFunc(a.Name, unicode.IsControl) {
			t.Fatalf("%q has the name %q", s, a.Name)
		}
		for _, form := range []string{a.String(), out} {
			again, err := Read(form)
			if err != nil || again.String() != a.String() || again.ASCII() != out || again.Name != "" {
				t.Fatalf("%q is %q, and that is %q, %v", s, form, again, err)
			}
			if _, err := Parse(form); err != nil {
				t.Fatalf("%q is kept as %q: %v", s, form, err)
			}
		}
	})
}
