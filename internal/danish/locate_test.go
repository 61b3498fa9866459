package danish

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLocate(t *testing.T) {
	for _, c := range []struct{ text, part, want string }{
		{"Rusmiddelbehandling", "rusmiddel", "Rusmiddel"},
		{"Rusmiddelbehandling", "behandling", "behandling"},
		{"Skolebørn", "boern", "børn"},
		{"Gåturene", "gaatur", "Gåtur"},
		{"ga\u030aturene", "gaatur", "ga\u030atur"},
		{"GA\u030aTURENE", "turene", "TURENE"},
		{"metode\u00adudvikling", "metode", "metode"},
		{"metode\u00adudvikling", "udvikling", "udvikling"},
		{"metodeudvik-\n  ling", "udvikling", "udvik-\n  ling"},
		{"COVID-19", "covid19", "COVID-19"},
		{"§ 104", "§104", "§ 104"},
		{"Online‑aktiviteter", "aktiviteter", "aktiviteter"},
		{"KL’s", "kl", "KL"},
		{"12–18-årige", "18aarige", "18-årige"},
		{"Ærøskøbing", "koebing", "købing"},
		{"Ærøskøbing", "oesk", "øsk"},
	} {
		term := Tokens(c.text)[0].Term
		from := strings.Index(term, c.part)
		start, end := Locate(c.text, term, from, from+len(c.part))
		if got := c.text[start:end]; got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.part, c.text, got, c.want)
		}
	}
}

// TestLink: the letter that only links is known apart.
func TestLink(t *testing.T) {
	for compound, want := range map[string]string{
		"misbrugsbehandling": "misbrug", "rusmiddelbehandling": "rus", "børnehave": "børn",
		"familiegruppe": "familie", "hjerneskade": "hjerne", "besøgsven": "besøg", "kvindekrisecenter": "kvinde",
	} {
		term := Fold(compound)
		p := Members(term)[0]
		if got := term[:p.End-p.Link]; got != Fold(want) {
			t.Errorf("%s: %q, want %q", compound, got, want)
		}
	}
}

func TestSpell(t *testing.T) {
	for term, want := range map[string]string{
		"paaroerende": "pårørende", "hjemloese": "hjemløse", "naerhed": "nærhed", "dataanalyse": "dataanalyse", "risikoen": "risikoen", "skemaer": "skemaer", "boernehave": "børnehave", "moede": "møde", "telefon": "telefon",
	} {
		if got := Spell(term); got != want {
			t.Errorf("%s: %q, want %q", term, got, want)
		}
	}
}

func TestIsWord(t *testing.T) {
	for word, want := range map[string]bool{
		"gåtur": true, "gåturene": true, "misbrugsbehandling": true, "hvordan": true, "vest": true,
		"hjemlsøe": false, "behandlin": false, "qwxz": false, "": false, "x": false,
	} {
		if got := IsWord(Fold(word)); got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
}

func FuzzLocate(f *testing.F) {
	for _, s := range []string{"Rusmiddelbehandling", "ga\u030atur", "a\u00adb", "metodeudvik-\nling", "§ 104 COVID-19 KL’s", "Æ\u0301rø \xff", "ﬁn İ ß ẞ", "a" + strings.Repeat("\u0301", 100)} {
		f.Add(s, 1, 4)
	}
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		for _, k := range Tokens(text) {
			s := text[k.Start:k.End]
			if from < 0 || from >= to || to > len(k.Term) {
				from, to = 0, len(k.Term)
			}
			start, end := Locate(s, k.Term, from, to)
			if start < 0 || end < start || end > len(s) {
				t.Fatalf("%q in %q: %d to %d", k.Term[from:to], s, start, end)
			}
			if utf8.ValidString(text) {
				if !utf8.ValidString(s[start:end]) {
					t.Fatalf("%q in %q cuts a character: %q", k.Term[from:to], s, s[start:end])
				}
				if r, _ := utf8.DecodeRuneInString(s[end:]); end < len(s) && unicode.Is(unicode.Mn, r) {
					t.Fatalf("%q in %q leaves a mark alone", k.Term[from:to], s)
				}
			}
			kept := strings.Map(func(r rune) rune {
				if isWithin(r) || r == '§' {
					return r
				}
				return -1
			}, Fold(s[start:end]))
			want := strings.ReplaceAll(k.Term[from:to], "-", "")
			if utf8.ValidString(text) && utf8.ValidString(want) && !strings.Contains(kept, want) {
				t.Fatalf("%q in %q is found at %q", want, s, s[start:end])
			}
		}
	})
}
