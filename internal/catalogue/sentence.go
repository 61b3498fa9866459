package catalogue

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// voicesInWords are the voices as the subject of a sentence.
var voicesInWords = map[Voice]string{
	"citizen": "borgere", "relative": "pårørende", "employee": "medarbejdere", "leader": "ledere",
	"organisation": "tilbuddet eller forvaltningen", "authority": "en myndighed eller organisation", "study": "en undersøgelse", "journalist": "en journalist",
}

// InWords is the voice as the subject of a sentence: "ledere".
func (v Voice) InWords() string {
	if s := voicesInWords[v]; s != "" {
		return s
	}
	return "ikke oplyst"
}

// InShort is the voice where there is little room: "tilbuddet".
func (v Voice) InShort() string {
	switch v {
	case "organisation":
		return "tilbuddet"
	case "authority", "study", "journalist": // one of several, or one alone
		return LowerFirst(Voices.Label(v))
	}
	return v.InWords()
}

// Examples is a number of examples in words: "1 eksempel", "12 eksempler".
func Examples(n int) string {
	if n == 1 {
		return "1 eksempel"
	}
	return strconv.Itoa(n) + " eksempler"
}

// Uncounted is the sentence of a list without its number and full stop: what is named
// by it keeps its name while practices come and go. "1 eksempel for angst." becomes
// "eksempler for angst".
func Uncounted(sentence string) string {
	name := strings.TrimLeft(strings.TrimSuffix(strings.TrimPrefix(sentence, "Alle "), "."), "0123456789. ")
	if rest, one := strings.CutPrefix(name, "eksempel"); one && !strings.HasPrefix(rest, "er") {
		return "eksempler" + rest
	}
	return name
}

// Sentence says in words what the finder shows.
func (t *Taxonomy) Sentence(q Query, total int) string {
	what := Examples(total)
	if q.Text != "" {
		what += " med »" + q.Text + "«"
	}
	chosen := 0
	for _, slugs := range q.Filters {
		chosen += len(slugs)
	}
	if chosen > maxInSentence {
		return what + ", der passer til " + strconv.Itoa(chosen) + " valgte filtre."
	}
	var clauses []string
	for _, f := range Facets {
		if len(q.Filters[f.Name]) == 0 {
			continue
		}
		var values []string
		for _, s := range q.Filters[f.Name] {
			values = append(values, t.valueInWords(f.Name, s))
		}
		values = shortened(values)
		phrase := phrases[f.Name] + Join(values, "eller")
		if f.Name == FacetNear {
			phrase = phrases[f.Name] + withNeighbours(values)
		}
		if f.Name == FacetTargetGroup && q.Together {
			phrase = phrases[f.Name] + Join(values, "og") + " samtidig"
		}
		clauses = append(clauses, phrase)
	}
	return strings.TrimSpace(what+" "+strings.Join(clauses, ", ")) + "."
}

// ListName is what the list of a query is called: "Eksempler for angst via telefon".
func (t *Taxonomy) ListName(q Query) string {
	if q.Text == "" && !q.Filtered() {
		return "Alle eksempler"
	}
	return UpperFirst(strings.TrimSuffix(strings.TrimPrefix(t.Sentence(q, 0), "0 "), "."))
}

// ValuesInWords are the values that q chooses of a facet: "angst eller autisme";
// empty when there are none.
func (t *Taxonomy) ValuesInWords(q Query, facet, or string) string {
	var labels []string
	for _, slug := range q.Filters[facet] {
		labels = append(labels, t.valueInWords(facet, slug))
	}
	return Join(shortened(labels), or)
}

// maxNamed is how many values of a facet a sentence names, and maxShort how many
// it names of more than those. A sentence of more than maxInSentence values names
// none: it is a heading, which stays on a phone's screen.
const (
	maxInSentence = 20

	maxNamed = 8
	maxShort = 5
)

// shortened are names, of which the last says how many were left out.
func shortened(names []string) []string {
	if len(names) <= maxNamed {
		return names
	}
	return append(slices.Clone(names[:maxShort]), strconv.Itoa(len(names)-maxShort)+" andre")
}

// withNeighbours are municipalities and their neighbours.
func withNeighbours(names []string) string {
	if len(names) == 1 {
		return names[0] + " og nabokommunerne"
	}
	return Join(append(names, "deres nabokommuner"), "og")
}

// phrases lead in a facet's values.
var phrases = map[string]string{
	FacetTargetGroup: "for ", FacetContactForm: "via ", FacetEffect: "med ", FacetVoice: "ifølge ", FacetTheme: "om ",
	FacetActor: "fra ", FacetNear: "fra ", FacetRetention: "med status ", FacetPerspective: "set fra perspektivet ", FacetPeriod: "fra perioden ",
	FacetUse: "som ", FacetSolution: "med løsningen ", FacetPrecondition: "med forudsætningen ", FacetKind: "af arten ",
}

func (t *Taxonomy) valueInWords(facet, slug string) string {
	v := t.Facet(facet).Value(slug)
	if v == nil {
		if o := t.Organisation(slug); o != nil && facet == FacetActor { // that has not begun
			return o.Name
		}
		return "»" + slug + "«"
	}
	switch {
	case facet == FacetUse:
		return map[string]string{"nu": "kan bruges nu", "kun-under-restriktioner": "kun kan bruges under restriktioner", "fortaelling": "fortæller, hvad der skete", NotAssessed: "ikke er vurderet"}[slug]
	case facet == FacetVoice && slug == NotStated:
		return "nogen, som kilden ikke nævner"
	case facet == FacetVoice:
		voice, _ := Voices.Parse(slug)
		return voice.InWords()
	case facet == FacetTargetGroup && slug == NotStated:
		return "en målgruppe, der ikke er oplyst"
	case facet == FacetTargetGroup && slug == AcrossGroups:
		return "alle på tværs"
	case facet == FacetActor:
		return v.Label
	case facet == FacetNear:
		return t.Organisation(slug).Name
	case slug == NotStated:
		return "»" + LowerFirst(v.Label) + "«"
	}
	return LowerFirst(v.Label)
}

// GroupsInWords are target groups inside a sentence: "angst og depression".
func GroupsInWords(refs []TermRef) string {
	var words []string
	for _, r := range refs {
		switch r.Slug {
		case AcrossGroups:
			words = append(words, "alle på tværs")
		case NotStated:
			words = append(words, "en målgruppe, der ikke er oplyst")
		default:
			words = append(words, LowerFirst(r.Label))
		}
	}
	return Join(words, "og")
}

// WithColon is a label that its value follows in the line: with a colon and a space,
// a question without the colon.
func WithColon(label string) string {
	if strings.HasSuffix(label, "?") {
		return label + " "
	}
	return label + ": "
}

// LowerFirst makes a label fit inside a sentence; abbreviations stay.
func LowerFirst(s string) string {
	if s == "" {
		return ""
	}
	first, rest := lowerFirst(s)
	return string(first) + rest
}

// lowerFirst is LowerFirst of a text that is not empty, in two pieces.
func lowerFirst(s string) (first rune, rest string) {
	r, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(next) || unicode.IsDigit(next) {
		return r, s[n:]
	}
	return unicode.ToLower(r), s[n:]
}

// UpperFirst begins a sentence with s.
func UpperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// Join lists things in words: "a, b og c".
func Join(list []string, and string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " " + and + " " + list[last]
}
