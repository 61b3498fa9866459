package brief

import (
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/office"
)

// own are the voices that one would ask: those who meet each other about it.
var own = []catalogue.Voice{catalogue.VoiceCitizen, "relative", "employee", "leader"}

// gaps are what no source tells, and who is not heard.
func (m *maker) gaps() (out []Block) {
	line := func(n int, text string, names ...Run) {
		if n == 0 {
			return
		}
		if names != nil {
			text += ": "
			names = append(names, plain("."))
		} else {
			text += "."
		}
		out = append(out, point(append([]Run{plain(text)}, names...)...))
	}
	var silent []string
	for _, v := range own {
		if m.counted.voice(v) == 0 {
			silent = append(silent, v.InWords())
		}
	}
	if len(m.counted.list) > 0 {
		line(len(silent), "Ingen erfaring er fra "+catalogue.Join(silent, "eller"))
	}
	if n := m.counted.voice(""); n > 0 {
		line(n, count(n, "erfaring siger", "erfaringer siger")+" ikke, hvem der vurderer effekten")
	}
	alone := m.those(func(e Example) bool {
		at := slices.IndexFunc(m.Examples, func(x Example) bool { return x.Practice == e.Practice })
		spoke := false
		for _, s := range m.counted.list {
			if s.example == at {
				spoke = true
				if slices.ContainsFunc(s.Speakers(), func(v catalogue.Voice) bool { return v != "organisation" && v != "leader" }) {
					return false
				}
			}
		}
		return spoke
	})
	line(len(alone), "I "+m.outOf(len(alone))+" er det kun tilbuddet, forvaltningen eller ledere selv, der siger, hvordan det gik", m.names(alone)...)
	mute := m.those(func(e Example) bool {
		return !slices.ContainsFunc(e.Practice.Findings, func(f catalogue.Finding) bool { return f.Effect != "" && m.Scope.Has(&f, e.Practice.Solutions) })
	})
	line(len(mute), m.outOf(len(mute))+" oplyser ingen effekt"+m.ofScope(), m.names(mute)...)
	unstated := 0
	for _, s := range m.counted.list {
		if slices.ContainsFunc(s.TargetGroups, func(r catalogue.TermRef) bool { return r.Slug == catalogue.NotStated }) {
			unstated++
		}
	}
	line(unstated, count(unstated, "erfaring siger", "erfaringer siger")+" ikke, hvilken målgruppe den gælder")
	kept := m.withStatus("")
	line(len(kept), m.outOf(len(kept))+" siger ikke, om det blev fastholdt", m.names(kept)...)
	dear := len(m.Examples) - len(m.withResources())
	line(dear, m.outOf(dear)+" siger ikke noget om penge eller tid")
	notAsked := 0
	for _, s := range m.allSources() {
		if s.Asked != catalogue.AskedYes {
			notAsked++
		}
	}
	line(notAsked, strconv.Itoa(notAsked)+" af "+count(len(m.allSources()), "kilde", "kilder")+" har ikke spurgt borgere selv, eller siger det ikke")
	if out == nil {
		out = []Block{paragraph(plain("Eksemplerne svarer på det, som oplægget ser efter."))}
	}
	return out
}

// maxQuestions is how many contrasts become questions.
const maxQuestions = 3

// questions are made of contrasts, gaps, conditions and preconditions.
func (m *maker) questions() (out []Block) {
	ask := func(text string) { out = append(out, block(office.Number, plain(text))) }
	for _, c := range m.Contrasts[:min(maxQuestions, len(m.Contrasts))] {
		ask(c.For.InWords() + " melder om god effekt af " + about(c) + ", " + catalogue.LowerFirst(c.Against.InWords()) + " om dårlig. Hvem ligner os mest?")
	}
	if groups := m.groupsWith(catalogue.EffectNegative); groups != "" {
		ask("Der er meldt om dårlig effekt for " + groups + ". Hvem hos os kan det gå ud over?")
	}
	if n := m.counted.voice(catalogue.VoiceCitizen); n == 0 {
		ask("Ingen borgere er hørt i erfaringerne. Hvordan spørger vi vores egne?")
	} else {
		ask("Siger vores egne borgere det samme som borgerne i eksemplerne (" + findings(n) + ")?")
	}
	conditions := 0
	for _, s := range m.counted.list {
		if s.Condition != "" {
			conditions++
		}
	}
	if conditions > 0 {
		ask(count(conditions, "erfaring gælder", "erfaringer gælder") + " kun på en betingelse. Er den opfyldt hos os?")
	}
	if needs := m.preconditions(); len(needs) > 0 {
		var labels []string
		for _, x := range needs[:min(maxQuestions, len(needs))] {
			labels = append(labels, catalogue.LowerFirst(x.Label))
		}
		ask("Eksemplerne nævner som forudsætning: " + strings.Join(labels, "; ") + ". Har vi det?")
	}
	if len(m.withResources()) == 0 {
		ask("Ingen af eksemplerne oplyser noget om penge eller tid. Hvad koster det hos os?")
	} else {
		ask("Hvad koster det hos os i penge og tid?")
	}
	ended := m.those(func(e Example) bool {
		return slices.ContainsFunc(e.Practice.CurrentRetention(), func(r catalogue.Retention) bool {
			return r.Status == "ended" || r.Status == "not_planned" || r.Status == "blocked"
		})
	})
	if n := len(ended); n > 0 {
		ask("Det fortsætter ikke i " + m.outOf(n) + ". Hvad skal til, for at det holder hos os?")
	} else {
		ask("Hvad skal til, for at vi kan fastholde det?")
	}
	return out
}
