package practicepage

import (
	"strings"

	"praksis/internal/catalogue"
	"praksis/web"
)

// maxScope is how long, in bytes, the words before a card's marks may be: a longer
// sentence stands above the list alone.
const maxScope = 22

// Hits are cards as lists show them.
func Hits(cards []catalogue.Card) []web.Hit {
	out := make([]web.Hit, len(cards))
	for i, c := range cards {
		out[i] = Hit(c)
	}
	return out
}

// Hit is one card.
func Hit(c catalogue.Card) web.Hit {
	h := web.Hit{URL: catalogue.PracticePath(c.Slug), Title: web.Plain(c.Title), Summary: web.Plain(c.Summary), Who: web.Plain(c.Who()),
		ForWhom: web.Plain(catalogue.LabelsInWords(c.TargetGroups)), How: web.Plain(catalogue.LabelsInWords(c.ContactForms)), Verdicts: Badges(c.Verdicts), Retention: retained(c.Retention)}
	if c.Kind != catalogue.KindExample {
		h.Kind = catalogue.Kinds.Label(c.Kind)
	}
	if h.Scope = c.VerdictsFor; len(h.Scope) > maxScope {
		h.Scope = "For det valgte"
	}
	if c.VerdictsFor != "" && len(c.Verdicts) == 0 {
		h.Verdicts[0].Text = "Effekt ikke oplyst"
	}
	if f := c.Found; f != nil {
		h.SnippetFrom = EffectInShort[f.Effect] + " · " + InShort(f.Speakers())
		h.Snippet = web.Plain(strings.TrimSpace(Condition(f.Condition) + " " + f.Text))
	}
	h.Across = across(c.VerdictsAcross)
	if c.Use == catalogue.UseWithRestrictions {
		h.Note = catalogue.Uses.Label(c.Use)
	}
	return h
}

func retained(list []catalogue.RetentionStatus) string {
	var out []string
	for _, r := range list {
		if r != "" { // a statement in words of its own alone
			out = append(out, catalogue.Retentions.Label(r))
		}
	}
	return strings.Join(out, ", ")
}
