package practicepage

import (
	"strings"

	"praksis/internal/catalogue"
	"praksis/web"
)

// Badges are the verdicts of the voices, each with a badge of its own, in
// the order of Effects. One for an effect that is not stated when there are none.
func Badges(verdicts []catalogue.Verdict) []web.EffectBadge {
	out := make([]web.EffectBadge, 0, max(1, len(verdicts)))
	for _, e := range catalogue.Effects {
		for _, v := range verdicts {
			if v.Effect == e.Code {
				out = append(out, Badge(e.Code, []catalogue.Voice{v.Voice}))
			}
		}
	}
	if len(out) == 0 {
		out = append(out, Badge("", nil))
	}
	return out
}

// across says in a line what holds for all target groups; empty for no verdicts.
func across(verdicts []catalogue.Verdict) string {
	var clauses []string
	for _, e := range catalogue.Effects {
		var said []catalogue.Voice
		for _, v := range verdicts {
			if v.Effect == e.Code {
				said = append(said, v.Voice)
			}
		}
		if said != nil {
			clauses = append(clauses, catalogue.LowerFirst(EffectInShort[e.Code])+" ("+InShort(said)+")")
		}
	}
	if clauses == nil {
		return ""
	}
	return "Gælder alle: " + strings.Join(clauses, ", ")
}

// EffectInShort is an effect in a glance: "God · tilbuddet".
var EffectInShort = map[catalogue.Effect]string{
	catalogue.EffectPositive: "God", catalogue.EffectMixed: "Blandet", catalogue.EffectNone: "Ingen effekt", catalogue.EffectNegative: "Dårlig",
}

// Badge is an effect and the voices that state it, the empty one where
// the source does not say whose assessment it is.
func Badge(e catalogue.Effect, voices []catalogue.Voice) web.EffectBadge {
	if e == "" {
		return web.EffectBadge{Class: "effect--unknown", Text: "Effekt ikke oplyst"}
	}
	return web.EffectBadge{Class: "effect--" + string(e), Text: EffectInShort[e], Voice: InShort(voices)}
}

// InShort are voices where there is little room.
func InShort(list []catalogue.Voice) string {
	if len(list) == 1 { // as on most cards
		return list[0].InShort()
	}
	var out []string
	for _, v := range list {
		out = append(out, v.InShort())
	}
	return strings.Join(out, ", ")
}

// Voices are voices in a sentence: "borgere og ledere".
func Voices(list []catalogue.Voice) string {
	var out []string
	for _, v := range list {
		if v != "" {
			out = append(out, v.InWords())
		}
	}
	return catalogue.Join(out, "og")
}
