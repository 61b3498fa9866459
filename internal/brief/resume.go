package brief

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
)

// maxResume is how many lines the resumé has at most: what a committee reads.
const maxResume = 5

// resume is made from the findings alone. Each number in it is a count of examples,
// actors, findings or contrasts.
func (m *maker) resume() (lines []string) {
	t := &m.counted
	n := len(t.list)
	first := "Oplægget bygger på " + catalogue.Examples(len(m.Examples)) + " fra " + count(m.actors(), "aktør", "aktører")
	if n == 0 {
		return []string{first + ".", "Ingen af dem oplyser en effekt" + m.ofScope() + "."}
	}
	lines = append(lines, first+". De har "+findings(n)+" med en effekt"+m.ofScope()+".")
	var others []string
	for _, e := range catalogue.Effects {
		c := t.counts[e.Code]
		switch {
		case c == 0:
		case e.Code == catalogue.EffectPositive:
			lines = append(lines, "God effekt i "+strconv.Itoa(c)+" af "+findings(n)+". Det siger "+t.saying(e.Code, saidBy)+".")
		default:
			others = append(others, catalogue.LowerFirst(e.Label)+" i "+strconv.Itoa(c)+" ("+t.saying(e.Code, inCell)+")")
		}
	}
	if others != nil {
		lines = append(lines, catalogue.UpperFirst(catalogue.Join(others, "og"))+".")
	}
	if t.few() {
		lines[0] += " " + tooFew + "."
	} else if c := len(m.Contrasts); c > 0 {
		lines = append(lines, m.contrasted(c))
	} else if groups := m.groupsWith(catalogue.EffectNegative); groups != "" {
		lines = append(lines, "Dårlig effekt er meldt for "+groups+".")
	}
	return append(lines, m.keptLine())[:min(maxResume, len(lines)+1)]
}

// ofScope says that only some findings count.
func (m *maker) ofScope() string {
	if m.Scope.Label == "" {
		return ""
	}
	return " " + catalogue.LowerFirst(m.Scope.Label)
}

// contrasted names the first of so many contrasts.
func (m *maker) contrasted(n int) string {
	c := m.Contrasts[0]
	s := "Erfaringerne peger hver sin vej om " + about(c) + ": " + c.For.InWords() + " melder om god effekt, " + catalogue.LowerFirst(c.Against.InWords()) + " om dårlig."
	if n > 1 {
		s += " Det samme gælder " + count(n-1, "andet sted", "andre steder") + "."
	}
	return s
}

// about is what a contrast is about: "walk and talk for angst og autisme".
func about(c catalogue.Contrast) string {
	return "»" + c.Solution.Label + "« for " + catalogue.GroupsInWords(c.TargetGroups)
}

// maxGroupsNamed is how many target groups a sentence names.
const maxGroupsNamed = 4

// groupsWith are the target groups for which an effect was stated, those with most of such
// findings first: "angst (2) og autisme (1)".
func (m *maker) groupsWith(e catalogue.Effect) string {
	groups := m.groups()
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(b.counts[e], a.counts[e]) })
	var words []string
	for _, g := range groups {
		if n := g.counts[e]; n > 0 {
			words = append(words, catalogue.GroupsInWords([]catalogue.TermRef{g.TermRef})+" ("+strconv.Itoa(n)+")")
		}
	}
	if more := len(words) - maxGroupsNamed; more > 0 {
		words = append(words[:maxGroupsNamed], count(more, "anden målgruppe", "andre målgrupper"))
	}
	return catalogue.Join(words, "og")
}

// keptLine is how many examples were kept, and in how many citizens speak.
func (m *maker) keptLine() string {
	kept := m.withStatus(catalogue.RetentionRetained)
	citizens := 0
	for i := range m.Examples {
		if m.heard(i, catalogue.VoiceCitizen) {
			citizens++
		}
	}
	s := "Fastholdt i " + m.outOf(len(kept)) + "."
	if len(kept) == 0 {
		s = "Ingen af eksemplerne siger, at det blev fastholdt."
	}
	if citizens == 0 {
		return s + " Borgere siger selv noget i ingen af dem."
	}
	return s + " Borgere siger selv noget i " + m.outOf(citizens) + "."
}

// withStatus are the examples whose current statement is of a status; the empty one
// stands for none.
func (m *maker) withStatus(status catalogue.RetentionStatus) []int {
	return m.those(func(e Example) bool {
		current := e.Practice.CurrentRetention()
		for _, r := range current {
			if r.Status == status {
				return true
			}
		}
		return status == "" && len(current) == 0
	})
}

// sentence ends a text with a full stop where it has no end.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:") {
		return s
	}
	return s + "."
}
