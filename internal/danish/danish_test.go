package danish

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Århus":                     "aarhus",
		"Aarhus":                    "aarhus",
		"A\u030arhus":               "aarhus",
		"\u212bngstrom":             "aangstrom",
		"ÆRØ":                       "aeroe",
		"ǽ":                         "ae",
		"Idé Crème Müller":          "ide creme myller",
		"Öresund":                   "oeresund",
		"Straße":                    "strasse",
		"bo\u00adstøtte":            "bostoette",
		"zero\u200bwidth":           "zerowidth",
		"KL’s „ord”":                `kl's "ord"`,
		"İstanbul":                  "istanbul",
		"日本":                        "日本",
		"\xff":                      "\ufffd",
		strings.Repeat("\u0301", 9): "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Århus", "a\u030a\u0301", "ǻ İ ẞ ﬁ", "\u1100\u1161\u11a8", "\xff\u00ad", "a" + strings.Repeat("\u0323\u030a", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("%q → %q → %q", s, once, twice)
		}
		if !utf8.ValidString(once) {
			t.Errorf("%q → %q", s, once)
		}
		if utf8.ValidString(s) {
			if d := Fold(norm.NFD.String(s)); d != once {
				t.Errorf("%q: decomposed %q, composed %q", s, d, once)
			}
		}
	})
}

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{ // a joined word is followed by its parts in brackets
		"":                              "",
		" ., – ! ":                      "",
		"Gåture i naturen.":             "gaature i naturen",
		"COVID-19":                      "covid19[covid 19]",
		"Covid19":                       "covid19[covid 19]",
		"H264 mp3 5G":                   "h264 mp3 5g",
		"covid19-test":                  "covid19test[covid 19 test]",
		"§ 104":                         "§104[104]",
		"§104, stk. 2":                  "§104[104] stk 2",
		"§§ 85 og 86":                   "§85[85] og 86",
		"§ 104-108":                     "§104[104] 108",
		"§ og 7":                        "og 7",
		"kl. 12-18":                     "kl 12-18[12 18]",
		"12–18":                         "12-18[12 18]",
		"2020 – 2021":                   "2020 2021",
		"online-aktiviteter":            "onlineaktiviteter[online aktiviteter]",
		"online\u2011aktiviteter":       "onlineaktiviteter[online aktiviteter]",
		"web- og telefonbaserede":       "webbaserede[web] og telefonbaserede",
		"Web-, chat- eller hjemmebesøg": "webbesoeg[web] chatbesoeg[chat] eller hjemmebesoeg",
		"børne-\nog ungeområdet":        "boerneomraadet[boerne] og ungeomraadet",
		"drop-in og telefonen":          "dropin[drop in] og telefonen",
		"12- og 14-årige":               "12 og 14aarige[14 aarige]",
		"walk'n'talk":                   "walkntalk[walk n talk]",
		"walk’n’talk":                   "walkntalk[walk n talk]",
		"KL's NGO’er PC'erne":           "kl ngo pc",
		"’socio-bus’":                   "sociobus[socio bus]",
		"d'Angleterre":                  "dangleterre[d angleterre]",
		"metodeudvik-\nling":            "metodeudvikling",
		"metodeudvik-  \r\n  ling, ja":  "metodeudvikling ja",
		"web-\nog telefon":              "web og telefon",
		"Ringkøbing-\nSkjern":           "ringkoebing skjern",
		"bo\u00adstøtte":                "bostoette",
		"a\u030abne d\u00f8re":          "aabne doere",
		"hej\xffmed\xfe":                "hej med",
		"navn@kl.dk":                    "navn kl dk",
		"-a- 'b' \u0301c":               "a b c",
		"a-b-c-d-e-f-g-h":               "abcdef[a b c d e f] gh[g h]",
		strings.Repeat("x", 70) + " y":  strings.Repeat("x", MaxTerm) + " y",
		"日本語 текст":                     "日本語 текст",
		"\u200b\u00ad":                  "",
		"ord\u00ad":                     "ord",
		"KL’":                           "kl",
		"Skt. Hans' hospital":           "skt hans hospital",
		"1.200 kr./måned":               "1 200 kr maaned",
		"Jobcenter/borgerservice & SMS": "jobcenter borgerservice sms",
	} {
		if got := render(Tokens(in)); got != want {
			t.Errorf("Tokens(%q) = %q, want %q", in, got, want)
		}
	}
}

func render(tokens []Token) string {
	var words []string
	for i := 0; i < len(tokens); i++ {
		w := tokens[i].Term
		if n := tokens[i].Members; n > 0 {
			var parts []string
			for _, p := range tokens[i+1 : i+1+n] {
				parts = append(parts, p.Term)
			}
			w += "[" + strings.Join(parts, " ") + "]"
			i += n
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

func TestOffsets(t *testing.T) {
	text := "På § 104: A\u030abne KL’s COVID-19-indsats metodeudvik-\nling"
	var got []string
	for _, tok := range Tokens(text) {
		got = append(got, text[tok.Start:tok.End])
	}
	want := []string{"På", "§ 104", "104", "A\u030abne", "KL’s", "COVID-19-indsats", "COVID", "19", "indsats", "metodeudvik-\nling"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"§ 104 covid-19 walk'n'talk KL's 12–18 metodeudvik-\nling", "a-\n-b'c'd'e\u0301", "\xff-\xfe§\xff1", strings.Repeat("å-", 50), "x\u00ad-\u00ad\ny"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tokens := Tokens(s)
		for i, tok := range tokens {
			if tok.Start < 0 || tok.Start >= tok.End || tok.End > len(s) || i > 0 && tok.Start < tokens[i-1].Start {
				t.Fatalf("%q: token %d is at %d to %d", s, i, tok.Start, tok.End)
			}
			if tok.Term == "" || len(tok.Term) > MaxTerm || Fold(tok.Term) != tok.Term {
				t.Fatalf("%q: term %q", s, tok.Term)
			}
			if i+tok.Members >= len(tokens) {
				t.Fatalf("%q: %q has %d parts", s, tok.Term, tok.Members)
			}
			for _, p := range tokens[i+1 : i+1+tok.Members] {
				if p.Members != 0 || p.Start < tok.Start || p.End > tok.End {
					t.Fatalf("%q: %q is no part of %q", s, p.Term, tok.Term)
				}
			}
			Stem(tok.Term)
			IsStop(tok.Term)
		}
	})
}

// Each line is one word.
func TestStem(t *testing.T) {
	stems := map[string]string{}
	for line := range strings.Lines(`
gåtur gåture gåturen gåturene gåturenes gåturs
virtuel virtuelt virtuelle
aktivitet aktiviteten aktiviteter aktiviteterne aktivitets
lokal lokalt lokale
rusmiddel rusmidler rusmidlet rusmidlerne
krisecenter krisecentre krisecentret krisecentrene
botilbud botilbuddet botilbuddene botilbuddets
bostøtte bostøtten bostøtter bostøtterne
støttede støttet støttes
lukket lukkede lukker
videomøde videomøder videomødet
arbejdsglæde arbejdsglæden
opnå opnåede
hjemløs hjemløse hjemløst hjemløshed hjemløses
barn børn børnene barnets
skolebarn skolebørn skolebørnene
bog bøger bogen bøgernes
mand mænd mænds
leder ledere lederne ledernes
ledelse ledelsen ledelserne
led leddet
ledig ledige
vejleder vejledere vejlederne
vejledning vejledningen vejledninger
bus busser bussen
tandbus tandbusser tandbussen
pårørende pårørendes
peerlinje peerlinjen peerlinjer
opsøgende opsøger opsøges
udsat udsatte udsattes
ældre ældres
ung unge unges
medarbejder medarbejdere medarbejderne
handicap handicappet handicappede
samtale samtaler samtalen
indsats indsatsen indsatser indsatserne indsatsens
plads pladser pladsen
kursus kurser kurserne
krise kriser krisen
proces processer processen
erfaring erfaringer erfaringerne
nummer numre numrene
§104
104
`) {
		words := strings.Fields(line)
		for _, w := range words {
			if a, b := Stem(Fold(w)), Stem(Fold(words[0])); a != b {
				t.Errorf("%s is %s, %s is %s", w, a, words[0], b)
			}
		}
		if len(words) > 0 {
			s := Stem(Fold(words[0]))
			if other := stems[s]; other != "" {
				t.Errorf("%s and %s are both %s", other, words[0], s)
			}
			stems[s] = words[0]
		}
	}
}

func TestStop(t *testing.T) {
	for _, w := range strings.Fields("og i på til der også når F fx folk mennesker") {
		if !IsStop(Fold(w)) {
			t.Errorf("%s is a stop word", w)
		}
	}
	for _, w := range strings.Fields("ikke uden borger hjem børn støtte for-whom") {
		if IsStop(Fold(w)) {
			t.Errorf("%s is none", w)
		}
	}
	for w := range stopWords {
		if Fold(w) != w {
			t.Errorf("%s is not folded", w)
		}
	}
}

func TestLetters(t *testing.T) {
	for w, want := range map[string]int{"råd": 3, "møde": 4, "aaa": 2, "bus": 3, "": 0, "kø": 2} {
		if n := Letters(Fold(w)); n != want {
			t.Errorf("%s has %d letters, want %d", w, n, want)
		}
	}
}

func TestOrder(t *testing.T) {
	want := []string{"abe", "Abe", "Ærø", "Øster", "Ålborg", "Aalborg", "Århus"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Compare)
	if !slices.Equal(got, want) {
		t.Errorf("Compare: %v", got)
	}
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare(Key(a), Key(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("Key: %v", got)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if Compare("zebra", "Ærø") >= 0 || bytes.Compare(Key("aa"), Key("øre")) <= 0 {
					t.Error("wrong under concurrency")
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkTokens(b *testing.B) {
	text := strings.Repeat("Bostøtten fortsatte som gåture i naturen under COVID-19, jf. § 104, og som web- og telefonbaserede samtaler. ", 10)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Tokens(text)
	}
}
