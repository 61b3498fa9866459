package danish

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
)

// Stem is what the inflections of a word have in common, given the folded
// word. It is no word itself: compare it with other stems only.
func Stem(term string) string {
	if strings.ContainsAny(term, "0123456789§") {
		return term
	}
	if s, ok := irregular[term]; ok {
		return s
	}
	for i := 3; i <= len(term)-minIrregularTail; i++ { // skolebørn → skolebarn
		if s, ok := irregular[term[i:]]; ok && !notInCompounds[s] {
			return term[:i] + s
		}
	}
	if s, ok := cutParticiple(term); ok {
		return repair(s)
	}
	if s := strings.TrimSuffix(term, "s"); strings.HasSuffix(s, "itet") {
		return s // aktivitet, of which Snowball cuts the -et of the neuter, but not of aktiviteter
	}
	env := snowballstem.NewEnv(unfold.Replace(term))
	danish.Stem(env)
	return repair(Fold(cutGenitive(env.Current())))
}

// cutGenitive cuts an -s as Snowball does, which looks for it before it has
// cut the ending behind: indsatsen as indsats, of which it makes "indsat".
func cutGenitive(s string) string {
	short := strings.TrimSuffix(s, "s")
	if r, _ := utf8.DecodeLastRuneInString(short); len(short) > 3 && strings.ContainsRune("bcdfghjklmnoprtvyzå", r) {
		return short
	}
	return s
}

// unfold gives Snowball the letters that its rules are written for. Where aa,
// ae or oe were two letters (israel), all forms of the word share the mistake.
var unfold = strings.NewReplacer("aa", "å", "ae", "æ", "oe", "ø")

// cutParticiple cuts the -ede that Snowball does not know: støttede as støttet.
func cutParticiple(term string) (string, bool) {
	s, ok := strings.CutSuffix(strings.TrimSuffix(term, "s"), "ede")
	n, least := len(s), 4
	switch {
	case !ok || strings.HasSuffix(s, "o") || strings.HasSuffix(s, "a") && !strings.HasSuffix(s, "aa"):
		return "", false // møde and glæde end in ø or æ and de
	case strings.HasSuffix(s, "er"):
		return "", false // fungerede, which Snowball cuts as fungere
	case n > 3 && s[n-1] == s[n-2] && !isVowel(s[n-1]):
		s, least = s[:n-1], 3
	}
	return s, Letters(s) >= least
}

// repair evens out what Snowball leaves apart: the neuter -t (virtuelt,
// svært) and the dropped e of -el and -er (rusmiddel/rusmidler,
// krisecenter/krisecentre).
func repair(s string) string {
	for _, end := range []string{"elt", "alt", "art", "omt", "ilt", "aert"} {
		if len(s) > 5 && strings.HasSuffix(s, end) {
			s = s[:len(s)-1]
			break
		}
	}
	if n := len(s); n > 4 && s[n-1] == 'r' && !isVowel(s[n-2]) && s[n-2] != 'r' {
		s = s[:n-1]
	}
	if n := len(s); n > 5 && strings.HasSuffix(s, "el") && !isVowel(s[n-3]) {
		s = s[:n-2]
		if n = len(s); s[n-1] == s[n-2] {
			s = s[:n-1]
		}
		s += "l"
	}
	return s
}

func isVowel(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }

// minIrregularTail is the length from which an irregular form is also looked
// for at the end of a compound; shorter ones are in other words by chance.
const minIrregularTail = 5

// notInCompounds are the stems that only whole words have.
var notInCompounds = map[string]bool{}

// irregular gives the stem of forms whose stem no rule finds: plurals with
// another vowel, and words that Snowball makes one though they are not
// (leder, led, ledig). The first word of a line is the stem. What stands behind
// = is not looked for in compounds, where no other word is in its way.
var irregular = func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(`
barn barnet barnets barns boern boerne boernene boernenes boerns
bog bogen bogens boeger boegerne boegernes boegers
bonde bonden boender boenderne
bror broren broder broderen broedre broedrene
datter datteren doetre doetrene
far faren fader faderen faedre faedrene
fod foden foedder foedderne
foraeldre foraelder foraelderen foraeldrene foraeldrenes foraeldres
hus huset husets huse husene husenes
haand haanden haandens haender haenderne haendernes
ko koen koeer koeerne
kvinde kvinden kvindens kvinder kvinderne kvindernes kvinders
led leddet leddene
leder lederen lederens ledere lederne ledernes lederes leders
ledels ledelse ledelsen ledelsens ledelser ledelserne ledelsernes ledelses
demens demensen demensens
gaelder gaelde gjaldt gaeldende
volder volde voldte voldt
koster koste kostede kostet
spiller spille spillede spillet spilles spillende
= tolker tolke tolkede tolket
handler handle handlede handlet handlende
maaler maale maalte maalt maales
ledig ledige ledigt lediges
ledighed ledigheden ledighedens
mand manden mandens mands maend maendene maendenes maends
medarbejder medarbejderen medarbejderens medarbejdere medarbejderne medarbejdernes medarbejderes medarbejders
mor moren moder moderen moedre moedrene
nat natten nattens naetter naetterne
soester soesteren soestre soestrene
soen soennen soenner soennerne
tand tanden tands taender taenderne
taa taaen taaer taaeerne
bus bussen bussens busser busserne
gaa gaar gik gaaet gaaende
bo bor boede boet boende
aeldre aeldres aeldste
ung unge unges ungt
voksen voksne voksnes voksent
center centeret centret centre centrene centrenes centrets
proces processen processens processer processerne processernes
succes succesen succesens succeser succeserne
kursus kursuset kursusets kurser kurserne kursernes
nummer nummeret nummerets numre numrene
tidlig tidlige tidligt tidligere tidligst tidligste
handicap handicappet handicappets handicappede handicappedes handicaps
test testen tests tester testene testes testet testede
aften aftenen aftenens aftener aftenerne
billede billedet billedets billeder billederne billedernes
= billig billigt billige billigere billigst
= farlig farligt farlige farligere
internet internettet internettets
koeb koebet koebe koeber koebte koebt koebes
= laege laegen laegens laeger laegerne laegernes
= lykkes lykkedes lykkede lykkedes
oversigt oversigten oversigter oversigterne
= rolle rollen roller rollerne
= rolig rolige roligt roligere
skaermet skaermede skaermes
sommer sommeren sommerens somre somrene
= tal tallet tallets tallene tallenes
= tale talen talens taler talerne talte talt tales
= team teamet teamets teamene
= teams
= vare varen varer varerne
= vejled vejlede vejleder vejlederen vejlederens vejledere vejlederne vejledernes vejledt vejledte
vaerelse vaerelset vaerelser vaerelserne
`) {
		forms := strings.Fields(strings.TrimPrefix(line, "="))
		for _, f := range forms {
			m[f] = forms[0]
		}
		if strings.HasPrefix(line, "=") {
			notInCompounds[forms[0]] = true
		}
	}
	return m
}()
