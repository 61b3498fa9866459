package danish

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"praksis/internal/danish/stavekontrolden"
)

// cutText cuts a word and puts | between its parts.
func cutText(word string) string {
	var parts []string
	term := Fold(word)
	for _, p := range Split(term) {
		parts = append(parts, term[p.Start:p.End])
	}
	if parts == nil {
		return term
	}
	return strings.Join(parts, "|")
}

func TestSimpleWordsStayWhole(t *testing.T) {
	for w := range strings.FieldsSeq(`
virksomhed virksomheder sammenhæng naturlig naturlige borger borgerens forløb medarbejder medarbejderne erfaring
erfaringerne kommune kommunernes lederen lederne telefonen personale personalet afstand udvikling udviklingen
undervisning undervisningen opgave indsats indsatsen besøg forældre behandler behandling kontakt fællesskab
fællesskaberne ensomhed tryghed hverdag arbejde familie anbragte herberg opsøgende hændelse vejledning rådgivning
netværk platform interesse bagefter baggrund planlægning udgangspunkt dagpenge supervision begrunde deltage
forudsætning fortsætte tilrettelagt selvstændig forebyggelse samtale samarbejde omsorg overgang efterværn
aktivitet restriktioner kompetencer hjælpeløs arbejdsløs meningsfuld venskab sygdom ungdom
Aarhus København Silkeborg Syddanmark Horsens Randers Skanderborg november oktober walk covid19 §104 bo 日本語日本語 the`) {
		if got := cutText(w); got != Fold(w) {
			t.Errorf("%s is cut: %s", w, got)
		}
	}
}

func TestCompounds(t *testing.T) {
	for w := range strings.FieldsSeq(`
rus|middel|behandling voksen|handicap|området bo|støtte|medarbejder social|psykiatri social|pædagog gruppe|forløb
misbrugs|behandling bo|tilbud være|sted varme|stue besøgs|restriktioner nød|overnatning hjemme|skole
hjemme|undervisning børne|hjem skole|børn familie|hus pleje|familie kontakt|person mentor|ordning telefon|rådgivning
video|møde video|samtale skærm|besøg chat|rådgivning online|undervisning fjern|undervisning gå|ture gå|tur ude|liv
ude|rum natur|gruppe have|arbejde mad|udbringning nød|pakke rengørings|hold aktivitets|medarbejdere corona|test
covid|test smitte|fare smitte|risiko isolations|pladser karantæne|ophold værne|midler beskyttelses|udstyr
medicin|udlevering metadon|udlevering substitutions|behandling samtale|forløb døgn|tilbud dag|tilbud
aktivitets|tilbud beskæftigelses|tilbud job|center syge|dagpenge udviklings|hæmmede hjerne|skadede
døvblinde|konsulent syns|handicappede autisme|området angst|gruppe depressions|behandling selvmords|forebyggelse
krise|center krise|centrene kvinde|krise|center volds|udsatte hjemløse|indsatsen gade|plans|medarbejder
ungdoms|uddannelse unge|indsats forældre|samarbejde pårørende|konsulent netværks|møde ressource|person
personale|møde arbejds|miljø syge|fravær natte|vagten sommer|hus super|marked børne|have mands|person hånd|sprit
bo|støtten handicap|området arbejds|markeds|indsats skrive|bords|ben bagage|rums|lys sundheds|faglige web|baserede it|hjælp app|udvikling
gruppe|bo|støtte telefon|støtte peer|støtte hjemme|vejleder ældre|pleje mand|drab bruger|inddragelse børne|familier
krise|telefon akut|team hjemme|sygeplejerske fritids|aktiviteter mad|lavning kommunikations|handicap`) {
		if got := cutText(strings.ReplaceAll(w, "|", "")); got != Fold(w) {
			t.Errorf("%s is cut: %s", w, got)
		}
	}
}

// sample is 200 words of the catalogue's own text, taken at random, cut as a
// person would cut it.
//
//go:embed testdata/compounds.txt
var sample string

func TestSample(t *testing.T) {
	const least = 0.95
	right, all := 0, 0
	for w := range strings.FieldsSeq(sample) {
		all++
		if got := cutText(strings.ReplaceAll(w, "|", "")); got == w {
			right++
		} else {
			t.Logf("%s is cut: %s", w, got)
		}
	}
	if all < 200 || float64(right) < least*float64(all) {
		t.Errorf("%d of %d are right", right, all)
	}
}

// The parts of a compound are found by the words that they are.
func TestPartStems(t *testing.T) {
	for compound, words := range map[string]string{
		"børnehave":             "barn have",
		"skolebørn":             "skole børn",
		"mandsperson":           "mænd personer",
		"håndarbejde":           "hænder arbejde",
		"krisecentre":           "krise center",
		"indsatsplan":           "indsats planer",
		"busture":               "bus tur",
		"ungegruppe":            "unge grupper",
		"hjemløseindsats":       "hjemløs indsats",
		"rusmiddelbehandlingen": "rus midler behandling",
		"arbejdsmarkedsindsats": "arbejde marked indsats",
		"besøgsrestriktioner":   "besøg restriktion",
		"virtueltilbud":         "virtuelle tilbuddet",
	} {
		var want, got []string
		for w := range strings.FieldsSeq(words) {
			want = append(want, Stem(Fold(w)))
		}
		for _, p := range Split(Fold(compound)) {
			got = append(got, p.Stem)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", compound, got, want)
		}
	}
}

func TestMembers(t *testing.T) {
	for compound, words := range map[string]string{
		"borger":               "",
		"botilbud":             "bo tilbud",
		"rusmiddelbehandling":  "rus rusmidler middel middelbehandling behandling",
		"bostøttemedarbejder":  "bo bostøtten støtte støttemedarbejder medarbejder",
		"voksenhandicapområde": "voksen voksenhandicap handicap handicapområdet området",
		"skolebørnsgruppe":     "skole skolebarn børn børnegruppe grupper",
	} {
		var want, got []string
		for w := range strings.FieldsSeq(words) {
			want = append(want, Stem(Fold(w)))
		}
		for _, p := range Members(Fold(compound)) {
			got = append(got, p.Stem)
		}
		if compound == "skolebørnsgruppe" { // its own linking letter stays within
			want[3] = Stem("boernsgruppe")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", compound, got, want)
		}
	}
}

func TestOwnMembersAreFolded(t *testing.T) {
	for line := range strings.Lines(extraMembersText) {
		if !strings.HasPrefix(line, "#") && Fold(line) != line {
			t.Errorf("not folded: %s", line)
		}
	}
}

// The walk relies on it.
func TestKeys(t *testing.T) {
	keys := loadMembers().keys
	if !slices.IsSorted(keys) {
		t.Error("the members are not sorted")
	}
	for _, k := range keys {
		if len(k) < 2 || !isPlain(k) {
			t.Errorf("%q is a member", k)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"rusmiddelbehandling", "bo", "æøå", "", "aaaaaaaaaaaa", "§104", "zzaaa", "bostøttebostøttebostøttebostøttebostøtte", "\xff", strings.Repeat("bo", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, term := range []string{s, Fold(s)} {
			end := 0
			parts := Split(term)
			for _, p := range parts {
				if p.Start != end || p.End <= p.Start || p.Stem == "" {
					t.Fatalf("%q: %+v", term, parts)
				}
				end = p.End
			}
			if parts != nil && (len(parts) < 2 || len(parts) > maxMembers || end != len(term)) {
				t.Fatalf("%q: %+v", term, parts)
			}
			all, last := Members(term), Member{}
			for _, p := range all {
				if p.Start < last.Start || p.Start == last.Start && p.End <= last.End || p.End > len(term) || p.Stem == "" {
					t.Fatalf("%q: %+v", term, all)
				}
				last = p
			}
			if n := len(parts); n > 0 && len(all) != n*(n+1)/2-1 {
				t.Fatalf("%q has %d parts and %d members", term, n, len(all))
			}
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	loadMembers()
	for _, w := range []string{"undervisningen", "rusmiddelbehandling", "voksenhandicapomraadet", "kontaktperson", "xylofonspektakel"} {
		b.Run(w, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Split(w)
			}
		})
	}
}

func BenchmarkReadLexicon(b *testing.B) {
	for b.Loop() {
		readMemberIndex(stavekontrolden.Members(), extraMembersText)
	}
}
