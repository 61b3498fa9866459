package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// unitKind is what a block, or a part of one, is to the cut.
type unitKind uint8

const (
	unitText        unitKind = iota
	unitHeading              // a heading by its style
	unitTitle                // a line that looks like one
	unitQuestion             // of the template
	unitForeign              // of another template
	unitStart                // "Eksempel 2"
	unitActor                // who it is from
	unitPerspective          // a heading of the template
	unitTemplate             // other words of the template, and the heads of pages
	unitUnticked
	unitAside   // what stands beside the text, and who wrote it
	unitSection // a heading that tells of no practice: "Indledning"
)

// silent tells what answers nothing.
func (k unitKind) silent() bool {
	return k == unitActor || k == unitPerspective || k == unitTemplate || k == unitUnticked || k == unitAside || k == unitSection
}

// unit is a block, or a part of one that is something by itself.
type unit struct {
	Block
	kind unitKind
	// value is the slug of an actor or a perspective; answers the field that a
	// question asks for.
	value, answers string
	rest           bool // of a start: there is a title in it
	again          bool // of an actor: the same as before
	// practice and path are where it lands; practice -1 in none.
	practice int
	path     string
}

func (u *unit) isTitle() bool { return u.kind == unitHeading || u.kind == unitTitle }

// ends tells whether a heading of the whole paper ends what stands under a title of a
// level: one below it tells of the same practice.
func (u *unit) ends(level int) bool {
	return u.kind == unitSection && (u.Level == 0 || u.Level <= level)
}

// borders tells whether nothing before it has to do with what follows.
func (u *unit) borders() bool {
	return u.kind == unitActor && !u.again || u.kind == unitPerspective
}

func (u *unit) chosen() bool { return u.Box == BoxTicked }

func (u *unit) piece() PieceKind {
	switch {
	case u.kind == unitActor, u.kind == unitPerspective && u.practice < 0:
		return PieceActor
	case u.kind == unitUnticked:
		return PieceUnticked
	case u.kind == unitQuestion, u.kind == unitTemplate, u.kind == unitStart && !u.rest, u.kind == unitPerspective:
		return PieceQuestion
	case u.path != "" && u.practice >= 0:
		return PieceAnswer
	}
	return PieceLeft
}

// unitsOf tells what each block is; a question with its answer on the same line is
// two units.
func unitsOf(blocks []Block, t *catalogue.Taxonomy) []unit {
	var units []unit
	actor, asked, named := "", false, false
	tables, own, asking := askingTables(blocks), isOwn(blocks), asks(blocks)
	for _, b := range blocks {
		label := own && isLabel(b.Text) || asking && titleLike(b) && len(wordsOf(b.Text)) > 1
		for _, u := range read(b, t, tables, asked && b.List || label) {
			u.practice = -1
			if slug := paperOf(b, t); u.kind == unitText && slug != "" && actor != "" && slug != actor {
				u.kind, u.value = unitActor, slug
			}
			if u.kind == unitActor && named { // the answer to who it is
				u.kind = unitText
			}
			if u.kind == unitActor {
				u.again = u.value == actor
				actor = u.value
			}
			asked = u.kind == unitQuestion
			named = asked && u.answers == pathOrganisation || named && u.kind == unitTemplate
			units = append(units, u)
		}
	}
	furniture(units)
	return units
}

// read tells what a block is; listed tells that it stands in a list of questions.
func read(b Block, t *catalogue.Taxonomy, tables map[int]bool, listed bool) []unit {
	one := func(kind unitKind) []unit { return []unit{{Block: b, kind: kind}} }
	switch {
	case b.Aside && !pageNumber.MatchString(b.Text):
		return one(unitAside)
	case b.Box == BoxEmpty:
		return one(unitUnticked)
	case b.Box == BoxTicked, b.Control && b.Level == 0 && questionOf(b.Text, false) == "":
		if isPlaceholder(b.Text) {
			return one(unitTemplate)
		}
		return one(unitText)
	case isPlaceholder(b.Text), pageNumber.MatchString(b.Text):
		return one(unitTemplate)
	}
	if slug, ok := perspectiveOf(b.Text); ok {
		return []unit{{Block: b, kind: unitPerspective, value: slug}}
	}
	if slug := actorOf(b, t); slug != "" {
		return []unit{{Block: b, kind: unitActor, value: slug}}
	}
	if about := memoAbout.FindString(b.Text); about != "" {
		if slug := named(b.Text, t); slug != "" {
			return []unit{{Block: b, kind: unitActor, value: slug}}
		}
	}
	if m := startLine.FindStringSubmatch(b.Text); m != nil && utf8.RuneCountInString(b.Text) <= maxTitleLine {
		return []unit{{Block: b, kind: unitStart, rest: strings.TrimSpace(m[1]) != ""}}
	}
	if isTemplateText(b.Text) {
		return one(unitTemplate)
	}
	if paperHead.MatchString(b.Text) {
		return one(unitAside)
	}
	if isGeneric(b.Text) {
		return one(unitSection)
	}
	head := b.Level > 0 || tables[b.Table] && b.Column == 1 || listed
	first, rest := firstSentence(b.Text)
	answered := strings.HasSuffix(first, "?") && rest != "" && !strings.HasPrefix(rest, "(") && !strings.HasSuffix(rest, "?")
	if path := questionOf(b.Text, head); path != "" && !answered {
		return []unit{{Block: b, kind: unitQuestion, answers: path}}
	}
	if rest != "" {
		if path := questionOf(first, false); path != "" {
			q, a := b, b
			q.Text, a.Text = first, rest
			a.Level, a.List = 0, false
			return []unit{{Block: q, kind: unitQuestion, answers: path}, {Block: a}}
		}
	}
	if tables[b.Table] && b.Column == 1 {
		return one(unitForeign)
	}
	return one(unitText)
}

// fewQuestions is how many of the template's questions a text has that was filled in:
// then its labels of two words and more are questions where they stand alone.
const fewQuestions = 2

// asks tells whether a text has so many.
func asks(blocks []Block) bool {
	n := 0
	for _, b := range blocks {
		if first, _ := firstSentence(b.Text); strings.HasSuffix(first, "?") && (questionOf(first, false) != "" || questionOf(b.Text, false) != "") {
			n++
		}
	}
	return n >= fewQuestions
}

// askingTables are the tables with a question in their first column.
func askingTables(blocks []Block) map[int]bool {
	out := map[int]bool{}
	for _, b := range blocks {
		if b.Table > 0 && b.Column == 1 && !b.Control && b.Box == BoxNone && questionOf(b.Text, true) != "" {
			out[b.Table] = true
		}
	}
	return out
}

var (
	// pageNumber is what stands at the foot of a page.
	pageNumber = regexp.MustCompile(`(?i)^(?:side )?[\d ]{1,9}(?: af \d+)?$`)
	// startLine begins a practice in a document with several.
	startLine = regexp.MustCompile(`(?i)^(?:\d{1,2}[.)] *)?eksempel(?:\s*(?:nr\.?\s*)?\d{1,2})?\s*(?:$|[-–:.]\s*(.*)$)`)
)

// The head of a memo, and who wrote an article: no answers, and they name people.
var (
	memoAbout = regexp.MustCompile(`^(?:Vedrørende|Vedr\.|Emne) ?:`)
	paperHead = regexp.MustCompile(`^(?:(?:Vedrørende|Vedr\.|Emne|Sagsnavn|Sagsnummer|Sagsnr\.?|Skrevet af|E-?mail|Forvaltning|Dato|Sendes til|Til|Fra|Fotos?|Foto|Tekst) ?:|Af (?:\p{Lu}[\p{L}-]+ ?){2,4}(?:,|$))`)
)

// writtenBy is who wrote an article, or took its pictures.
var writtenBy = regexp.MustCompile(`^(?:(?:Skrevet af|Fotos?|Tekst) ?:|Af \p{Lu})`)

// generic are the words of headings that tell of all of a paper, and of no practice in it.
var generic = map[string]bool{"indledning": true, "forord": true, "notat": true, "baggrund": true, "formål": true, "indhold": true, "indholdsfortegnelse": true, "metode": true, "datagrundlag": true, "bilag": true,
	"resultat": true, "resultater": true, "resultaterne": true, "opsamling": true, "sammenfatning": true, "konklusion": true, "afslutning": true, "forbehold": true, "fortolkning": true, "afgrænsning": true}

// isGeneric tells whether a line is such a heading: of its words, at most so many as have
// no meaning are others.
func isGeneric(text string) bool {
	words := wordsOf(text)
	return len(words) > 0 && len(words) <= 8 && generic[words[0]] && !slices.ContainsFunc(words, func(w string) bool { return !generic[w] && !fillers[w] && w != "ved" && w != "samt" })
}

// maxTitleLine is how long a title may be.
const maxTitleLine = 160

// furniture are the lines that stand under the actor's name on every page: words of
// the page, not of an answer.
func furniture(units []unit) {
	under := map[string]int{}
	follows := func(i int) bool { return i > 0 && units[i-1].kind == unitActor && units[i].kind == unitText }
	for i := range units {
		if follows(i) {
			under[units[i].Text]++
		}
	}
	for i := range units {
		if follows(i) && under[units[i].Text] > 1 {
			units[i].kind = unitTemplate
		}
	}
}

// abbreviated ends a heading with a full stop that ends no sentence.
var abbreviated = regexp.MustCompile(`(?:m\.fl\.|mv\.|m\.v\.|m\.m\.|o\.l\.|osv\.|etc\.)$`)

func isSentence(s string) bool { return strings.HasSuffix(s, ".") && !abbreviated.MatchString(s) }

// titleLike tells whether a paragraph looks like a heading: short, and no sentence.
func titleLike(b Block) bool {
	text := numbered.ReplaceAllString(b.Text, "")
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	switch {
	case b.List, b.Control, b.Box != BoxNone, b.Table > 0, strings.Contains(text, "\n"):
		return false
	case utf8.RuneCountInString(text) > maxTitleLine || utf8.RuneCountInString(text) < 4:
		return false
	case !unicode.IsUpper(first) && first != '(' || strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")"):
		return false
	case text == strings.ToUpper(text) && utf8.RuneCountInString(text) < 6:
		return false
	case strings.ContainsRune(",;:…", last):
		return false
	case abbreviated.MatchString(text):
		return utf8.RuneCountInString(text) <= 90
	case last == '.':
		return !strings.Contains(strings.TrimSuffix(text, "."), ". ")
	}
	return !strings.Contains(text, ". ") && utf8.RuneCountInString(text) <= 130
}

// firstSentence parts a question or a label from the answer behind it.
func firstSentence(s string) (first, rest string) {
	i := strings.IndexAny(s, "?:\n")
	if i < 0 || i > 250 {
		return s, ""
	}
	return s[:i+1], strings.TrimSpace(s[i+1:])
}

// perspectives are the headings of the DASSOS template, by the slug of the term.
var perspectives = map[string]string{"borgerperspektivet": "borger", "borgerperspektiv": "borger", "samarbejdsperspektivet": "samarbejde", "samarbejdsperspektiv": "samarbejde",

	"organisationsperspektivet": "organisation", "organisationsperspektiv": "organisation"}

// perspectiveOf reads a heading of a perspective. "Øvrige interessante
// perspektiver" is one without a term.
func perspectiveOf(text string) (slug string, ok bool) {
	words := wordsOf(text)
	if len(words) == 1 {
		slug, ok = perspectives[words[0]]
		return slug, ok
	}
	return "", len(words) >= 3 && len(words) <= 14 && words[0] == "øvrige" && slices.Contains(words[:3], "perspektiver")
}

// wordsOf are the words of a text in small letters, without the number or bullet
// before them.
func wordsOf(text string) []string {
	text = bulletLine.ReplaceAllString(strings.TrimSpace(text), "")
	text = numbered.ReplaceAllString(text, "")
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
