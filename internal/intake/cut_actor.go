package intake

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// named tells whether a line before a unit says who it is from: the heads of pages
// may stand between.
func (c *cutter) named(i int) bool {
	for i--; i >= 0; i-- {
		if u := &c.units[i]; u.kind == unitActor {
			return true
		} else if !u.kind.silent() && u.kind != unitTitle {
			return false
		}
	}
	return false
}

// actors looks for who a template is from in its text, where no heading says so: the
// only one that is named there.
func (c *cutter) actors() {
	in := map[int]map[string]bool{} // by the first practice of a template
	first := make([]int, len(c.practices))
	for i := range c.practices {
		first[i] = i
		if i > 0 && c.practices[i-1].Organisation == "" {
			first[i] = first[i-1]
		}
	}
	for i := range c.units {
		u := &c.units[i]
		if u.practice < 0 || c.practices[u.practice].Organisation != "" {
			continue
		}
		at := first[u.practice]
		if in[at] == nil {
			in[at] = map[string]bool{}
		}
		for _, name := range actorName.FindAllString(u.Text, -1) {
			if slug := named(name, c.taxonomy); slug != "" {
				in[at][slug] = true
			}
		}
	}
	for i := range c.practices {
		if p := &c.practices[i]; p.Organisation == "" && len(in[first[i]]) == 1 {
			for p.Organisation = range in[first[i]] {
			}
		}
	}
}

// actorWords are what may stand beside the name in a line that says who a paper is
// from.
var actorWords = map[string]bool{"input": true, "til": true, "temadrøftelse": true, "temadrøftelsen": true, "fra": true, "erfaringer": true, "socialområdet": true, "i": true, "bidrag": true, "svar": true, "besvarelse": true, "skabelon": true, "dassos": true, "opsamling": true, "notat": true}

var (
	actorName = regexp.MustCompile(`(?:\p{Lu}[\p{L}.]*(?:[ -](?:og |i )?\p{Lu}[\p{L}]*)*) [Kk](?:ommune|OMMUNE)s?\b|R(?:egion|EGION) \p{Lu}\p{L}+`)
	afterName = regexp.MustCompile(`^\s*(?:[-–,/(:|].*|på baggrund af .*|om .*)?$`)
)

// actorOf is the slug of who a line names as the one that the paper is from; empty
// where it is no such line.
func actorOf(b Block, t *catalogue.Taxonomy) string {
	text := strings.TrimSpace(strings.TrimSuffix(b.Text, ":"))
	if t == nil || b.List || b.Table > 0 || strings.Contains(text, "\n") || utf8.RuneCountInString(text) > 100 || strings.HasSuffix(text, ".") {
		return ""
	}
	at := actorName.FindStringIndex(text)
	if at == nil || !afterName.MatchString(text[at[1]:]) {
		return ""
	}
	for _, word := range strings.Fields(strings.ToLower(text[:at[0]])) {
		if !actorWords[strings.Trim(word, ":-–")] {
			return ""
		}
	}
	return named(text[at[0]:at[1]], t)
}

// paperOf is the slug of the actor whose work a heading names: "Borgererfaringer med
// Nordby Kommunes dagtilbud". In a paper of another actor a new one begins there; empty
// where it is no such heading.
func paperOf(b Block, t *catalogue.Taxonomy) string {
	at := actorName.FindStringIndex(b.Text)
	if t == nil || at == nil || at[0] == 0 || !strings.HasSuffix(b.Text[:at[1]], "s") || !titleLike(b) || isSentence(b.Text) {
		return ""
	}
	for _, word := range wordsOf(b.Text[:at[0]]) {
		if !actorWords[word] && !strings.HasSuffix(word, "erfaringer") && word != "med" && word != "om" {
			return ""
		}
	}
	return named(strings.TrimSuffix(b.Text[at[0]:at[1]], "s"), t)
}

// named is the slug of the first actor that a text names; empty for none.
func named(text string, t *catalogue.Taxonomy) string {
	if t == nil {
		return ""
	}
	if found, _ := t.ReadOrganisation(actorName.FindString(text)); found != nil {
		return found.Slug
	}
	return ""
}
