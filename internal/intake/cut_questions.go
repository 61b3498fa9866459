package intake

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// questions are the words of the DASSOS template of 2020 (domain.md), as the
// municipalities have it in their own wordings too, by the field that they ask for.
// The labels of the record's fields are asked for as well.
var questions = map[string][]string{
	"answers.done": {"Hvad har I gjort?", "Hvad gjorde I?", "Beskriv løsningen", "Beskrivelse af løsningen", "Kort beskrivelse af eksemplet", "Hvad går løsningen ud på?"},
	"answers.worked": {"Hvad har fungeret godt i løsningen?", "Hvad har fungeret godt i tilgangen?", "Hvad har fungeret godt i indsatsen?", "Hvad har fungeret godt i samarbejdet?", "Hvad har fungeret godt?",
		"Hvad fungerede godt i løsningen?", "Hvad har virket godt i løsningen?", "Hvad virkede godt?"},
	"answers.for_whom": {"For hvilke målgrupper har løsningen haft god effekt, og vil den kunne udbredes til andre målgrupper?", "For hvilke målgrupper har løsningen haft god effekt?",
		"Hvilke målgrupper har haft god effekt af løsningen?", "Hvem har løsningen virket for?", "For hvem har løsningen haft god effekt?"},
	"answers.spread":    {"Vil løsningen kunne udbredes til andre målgrupper?", "Kan løsningen udbredes til andre målgrupper?", "Kan løsningen bruges til andre målgrupper?"},
	"answers.retention": {"Hvordan fastholdes løsningen (eller elementer heraf) efter Covid-19?", "Hvordan fastholdes tilgangen (eller elementer heraf) efter Covid-19?", "Hvordan fastholdes løsningen efter Covid-19?", "Hvordan fastholdes løsningen?", "Hvordan vil I fastholde løsningen?", "Hvordan fastholder I løsningen efter corona?"},
	"answers.other":     {"Øvrige betragtninger?", "Andre betragtninger?", "Øvrige bemærkninger?", "Har I øvrige betragtninger?"},
	"answers.quality":   {"Hvordan har kvaliteten af ydelsen under coronakrisen været?", "Hvordan har kvaliteten af ydelsen været?", "Hvordan har kvaliteten af indsatsen været?"},
	"answers.next_time": {"Hvad ville I gøre næste gang?", "Hvad vil I gøre anderledes en anden gang?"},
	"resources":         {"Hvad kræver løsningen af ressourcer?", "Hvilke ressourcer kræver løsningen?"},
	pathTitle:           {"Løsningens navn", "Eksemplets titel", "Navn på løsningen"},
	pathOrganisation:    {"Kommune", "Kommune eller region", "Hvilken kommune er I fra?"},
	pathTargetGroups:    {"Målgruppe", "Målgrupper"},
	pathContactForms:    {"Kontaktform", "Hvordan mødtes I?"},
}

// templateWords are what the templates say beside their questions.
var templateWords = []string{
	"Eksempler på nye løsninger udløst af Covid-19 situationen, der har haft god effekt for borgerne, og som der er perspektiver i at fastholde fremadrettet.",
	"Er der eksempler på nye løsninger, som er udløst af Covid-19 situationen, der har haft god effekt for borgerne, og som der er perspektiver i at fastholde fremadrettet?",
	"Eksempler på gode erfaringer med samarbejdet mellem kommuner og tværsektorielt i forbindelse med Covid-19 situationen.",
	"Er der eksempler på gode erfaringer med samarbejde, der har understøttet faglighed og kvalitet?",
	"Er der eksempler på nye metoder og løsninger, som er udløst af Covid-19 situationen, der bør fastholdes fremadrettet, samt opmærksomhed på arbejdsgange, arbejdsmiljø mv.?",
	"Erfaringer fra Covid-19 på det specialiserede socialområde",
	"Eksempler på nye løsninger og metodeudvikling udløst af Covid-19 situationen til brug for DASSOS temadrøftelse",
	"Eksempler på løsninger",
	"Spørgsmål", "Svar",
}

// asides are the questions in brackets that end an introduction of the template.
const asides = 2

// wording is one way to ask for a field.
type wording struct {
	path  string
	words []string // those that carry meaning, in the order of the question
	short bool     // a label that could stand in any text
}

// fillers carry no meaning in a question.
var fillers = map[string]bool{"i": true, "er": true, "det": true, "de": true, "den": true, "en": true, "et": true, "har": true, "haft": true, "at": true, "og": true, "for": true, "vi": true, "jer": true, "jeres": true,
	"af": true, "på": true, "til": true, "vil": true, "kunne": true, "kan": true, "der": true, "som": true, "med": true, "om": true, "ikke": true, "været": true, "ville": true, "eller": true, "blev": true, "bliver": true}

// stemLength is how many letters of a word are compared: løsningen, løsningens.
const stemLength = 6

func meaning(words []string) (out []string) {
	for _, w := range words {
		if fillers[w] || strings.Trim(w, "0123456789") == "" {
			continue
		}
		if r := []rune(w); len(r) > stemLength {
			w = string(r[:stemLength])
		}
		out = append(out, w)
	}
	return out
}

// wordings are all ways to ask, of the template and of the record's labels.
var wordings = sync.OnceValue(func() (out []wording) {
	add := func(path, text string) {
		words := wordsOf(text)
		w := wording{path: path, words: meaning(words)}
		if w.short = len(w.words) < 3; len(w.words) == 0 {
			w.words = words
		}
		out = append(out, w)
	}
	for _, f := range askedFields() {
		add(f.Path, f.Label)
		if f.PageLabel != "" {
			add(f.Path, f.PageLabel)
		}
	}
	for _, path := range slices.Sorted(mapKeys(questions)) {
		for _, text := range questions[path] {
			add(path, text)
		}
	}
	return out
})

func mapKeys(m map[string][]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// askedFields are the fields that a filled template can have an answer to: those of
// the whole form, without the rows of lists.
func askedFields() (out []*catalogue.Field) {
	for _, f := range catalogue.Fields {
		if f.Asked == catalogue.FormNone || f.Asked > catalogue.FormFull || f.Meta != catalogue.MetaNone {
			continue
		}
		switch f.Kind {
		case catalogue.FieldLine, catalogue.FieldProse, catalogue.FieldOrganisation, catalogue.FieldTerms:
			out = append(out, f)
		case catalogue.FieldRows:
			if f.Path == "legal_basis" || f.Path == "partners" || f.Path == pathRetention {
				out = append(out, f)
			}
		}
	}
	return out
}

// labels are the labels of the template for download, in small letters.
var labels = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, path := range templateFields {
		out[strings.ToLower(catalogue.FieldAt(path).Label)] = true
	}
	return out
})

// isLabel tells whether a line is one of them and nothing else.
func isLabel(line string) bool { return labels()[strings.ToLower(strings.TrimSpace(line))] }

// manyLabels is how many of them a text has that is the template for download: then
// its labels of one word are questions without any other sign.
const manyLabels = 5

// isOwn tells whether a document was filled in by the template for download.
func isOwn(blocks []Block) bool {
	found := map[string]bool{}
	for _, b := range blocks {
		if isLabel(b.Text) {
			found[strings.ToLower(b.Text)] = true
		}
	}
	return len(found) >= manyLabels
}

// alikeEnough is the share of the words of two questions that they must have in
// common.
const alikeEnough = 0.6

// maxQuestion is how many characters a question has at most.
const maxQuestion = 220

// questionOf is the field that a line asks for; empty where it asks for none. head
// tells that the line is a heading or stands where a table has its questions: there
// a label of one word is a question too.
func questionOf(text string, head bool) string {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > maxQuestion || strings.Count(text, "?") > 1 && !strings.HasSuffix(text, "?") {
		return ""
	}
	all := wordsOf(text)
	words := meaning(all)
	if len(words) == 0 {
		words = all
	}
	if len(words) == 0 {
		return ""
	}
	asks := strings.HasSuffix(text, "?")
	labels := strings.HasSuffix(text, ":") || head
	best, path := 0.0, ""
	for _, w := range wordings() {
		score := alike(words, w.words)
		switch {
		case w.short && (score < 1 || !labels && !asks):
			continue // "Titel" in a text asks for nothing
		case !w.short && score < alikeEnough:
			continue
		case !w.short && !asks && !labels && (score < 0.75 || words[0] != w.words[0]):
			continue // a sentence that answers in the words of the question
		}
		if score > best {
			best, path = score, w.path
		}
	}
	return path
}

// alike is the share of words in common, each counted once.
func alike(a, b []string) float64 {
	common, all := 0, map[string]bool{}
	in := map[string]bool{}
	for _, w := range a {
		in[w], all[w] = true, true
	}
	seen := map[string]bool{}
	for _, w := range b {
		all[w] = true
		if in[w] && !seen[w] {
			common++
		}
		seen[w] = true
	}
	return float64(common) / float64(len(all))
}

var templateMeaning = sync.OnceValue(func() (out [][]string) {
	texts := slices.Concat(templateWords, templateIntro, []string{templateTitle, manyTerms})
	for _, path := range templateFields {
		texts = append(texts, catalogue.FieldAt(path).Help)
	}
	for _, text := range texts {
		for _, s := range append(sentences(text), text) {
			if words := meaning(wordsOf(s)); len(words) > 0 {
				out = append(out, words)
			}
		}
	}
	return out
})

// templateAlike is the share of words in common from which a line is one of the
// template's.
const templateAlike = 0.72

// isTemplateText tells whether a paragraph is one of the template's own.
func isTemplateText(text string) bool {
	if utf8.RuneCountInString(text) > 700 {
		return false
	}
	intro, brackets, _ := strings.Cut(text, "(")
	if brackets != "" && strings.Count(brackets, "?") >= asides {
		return true
	}
	if list := sentences(intro); len(list) > 1 && !slices.ContainsFunc(list, func(s string) bool { return !isTemplateText(s) }) {
		return true
	}
	words := meaning(wordsOf(intro))
	if len(words) == 0 {
		return false
	}
	for _, w := range templateMeaning() {
		if alike(words, w) >= templateAlike {
			return true
		}
	}
	return false
}

// sentences parts a text behind its full stops, question marks and exclamation marks.
func sentences(s string) (out []string) {
	for s != "" {
		i := strings.IndexAny(s, ".?!")
		for i >= 0 && i+1 < len(s) && s[i+1] != ' ' && s[i+1] != '\n' {
			j := strings.IndexAny(s[i+1:], ".?!")
			if j < 0 {
				i = -1
				break
			}
			i += 1 + j
		}
		if i < 0 {
			return append(out, s)
		}
		out = append(out, s[:i+1])
		s = strings.TrimSpace(s[i+1:])
	}
	return out
}

// placeholders are the words that word processors and our own template have in a
// control that nobody has filled in. A reader that does not know controls takes them
// for text.
var placeholders = []string{"klik eller tryk her for at skrive tekst", "klik her for at skrive tekst", "klik her for at angive tekst", "klik eller tryk for at angive en dato", "vælg et element", "vælg et punkt", "klik eller tryk her for at angive tekst",
	"click or tap here to enter text", "click here to enter text", "choose an item", "click or tap to enter a date", "skriv her", "vælg her"}

func isPlaceholder(text string) bool {
	words := strings.Join(wordsOf(text), " ")
	return slices.Contains(placeholders, words)
}
