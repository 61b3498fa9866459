package review

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

//go:embed names.txt
var namesFile string

// givenNames are the given names that may not stand in a practice.
var givenNames = sync.OnceValue(func() map[string]bool { return wordSet(namesFile) })

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

var (
	// surnames tell a person without a given name of the list. Only those that
	// are neither words nor places.
	surnames = wordSet(`Hansen Jensen Nielsen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen Kristensen Olsen
		Thomsen Christiansen Poulsen Johansen Knudsen Mortensen Jacobsen Jakobsen Mikkelsen Frederiksen Laursen Henriksen Lassen Eriksen Iversen
		Svendsen Clausen Simonsen Andreasen Mathiesen Bertelsen Jeppesen Danielsen Karlsen Carlsen Davidsen Antonsen Steffensen Bendtsen Jessen
		Mathiasen Gregersen Nissen Paulsen Isaksen Sivertsen Thorsen Villadsen Michelsen Nicolaisen Nikolajsen Kjeldsen Kjærgaard Kristoffersen
		Christoffersen Toft Winther Vestergaard Østergaard Søndergaard Nørgaard Overgaard Damgaard Lauridsen Bæk Schmidt Schultz Johannesen Hermansen`)
	// alsoWords are given names that are common words too: at the beginning of a
	// sentence they count only before another name.
	alsoWords = wordSet("Hans Per Tom Stig Mark Bent Dan Line Sine Lone Ane Vibe Mille Rune Rosa Luna Frank August Kim Ann Una Jan Ella Alle Lis Kent Ole Silas Asta Lena Thor Iris")
	// streetWords after a name, and institutionWords before it, make it a place or an
	// institution: "Peter Bangs Vej", "Sankt Hans", "Fonden Mariehjemmene".
	streetWords      = wordSet("Vej Gade Plads Allé Alle Torv Stræde Boulevard Park Hus Huset Kirke Sogn Hospital Center Centret Skole Hjem Hjemmet Gård Gården Kollegiet Legat Fond Fonden Aften")
	institutionWords = wordSet("Sankt Skt St Fonden Botilbuddet Bostedet Opholdsstedet Værestedet Plejehjemmet Plejecentret Villa Café Cafe Projekt Projektet Team Kollegiet Skolen Institutionen Huset Herberget Forsorgshjemmet Krisecentret Krisecenteret Orkanen Stormen Prins Dronning Kong")
)

var nameForm = regexp.MustCompile(`\p{Lu}[\p{L}-]*`)

// FindNames gives what look like names of persons in a text: "Hans Petersen",
// "Mettes".
func FindNames(s string) []string {
	var out []string
	for _, at := range findNames(s) {
		out = append(out, s[at[0]:at[1]])
	}
	return out
}

// findNames gives the places of names of persons.
func findNames(s string) [][2]int {
	var out [][2]int
	words := nameForm.FindAllStringIndex(s, -1)
	for i := 0; i < len(words); i++ {
		last := i // of the capitalised words that follow one upon another
		for last+1 < len(words) && joined(s, words[last], words[last+1]) {
			last++
		}
		first, end := -1, words[last][1]
		for j := i; j <= last && first < 0; j++ {
			w := strings.TrimRight(s[words[j][0]:words[j][1]], "-")
			switch {
			case listed(givenNames(), w):
				if j == last && alsoWords[w] && sentenceStart(s[:words[j][0]]) {
					continue
				}
				first = j
			case listed(surnames, w) && (j > i || !sentenceStart(s[:words[j][0]]) || strings.HasSuffix(w, "sen")):
				first = j
			}
		}
		if first >= 0 && !place(s, words[i:last+1]) && !institutionBefore(s[:words[first][0]]) {
			for end > words[first][0] && s[end-1] == '-' {
				end--
			}
			out = append(out, [2]int{words[first][0], end})
		}
		i = last
	}
	return out
}

// listed tells whether a list has a word or that of which it is the genitive.
func listed(list map[string]bool, w string) bool {
	return list[w] || list[strings.TrimSuffix(w, "s")]
}

// joined tells whether two capitalised words are parts of one name: only a
// space stands between, or an initial's full stop.
func joined(s string, a, b []int) bool {
	between := s[a[1]:b[0]]
	return between == " " || between == "\u00a0" || between == ". " && a[1]-a[0] == 1
}

// place tells whether a run of capitalised words is a street or an institution.
func place(s string, words [][]int) bool {
	for _, w := range words {
		if x := s[w[0]:w[1]]; streetWords[x] || institutionWords[x] {
			return true
		}
	}
	return false
}

// institutionBefore tells whether the word just before a name makes it an institution's.
func institutionBefore(before string) bool {
	words := strings.Fields(before[max(0, len(before)-60):])
	if len(words) == 0 || sentenceStart(before) {
		return false
	}
	w := strings.Trim(words[len(words)-1], "»\"”“'.")
	first, rest := w, ""
	for i := range w {
		if i > 0 {
			first, rest = w[:i], w[i:]
			break
		}
	}
	return institutionWords[w] || institutionWords[strings.ToUpper(first)+rest]
}

// sentenceStart tells whether a new sentence begins after this.
func sentenceStart(before string) bool {
	trimmed := strings.TrimRight(before, " \u00a0\t»\"”“„*#>•-–(")
	return trimmed == "" || strings.ContainsAny(trimmed[len(trimmed)-1:], ".!?:\n")
}
