package site

import (
	"fmt"
	"slices"

	"praksis/internal/catalogue"
	"praksis/internal/practicepage"
	"praksis/web"
)

// balance is who says what among the examples of a query, in a sentence and a
// picture; empty where nobody has said anything.
func balance(q catalogue.Query, o *catalogue.Overview) web.Balance {
	var v web.Balance
	most, citizens := -1, -1
	for i, x := range o.Voices {
		bar := web.BalanceBar{Voice: catalogue.UpperFirst(x.Voice.InShort()), Total: sum(x.Counts)}
		if x.Voice == "" {
			bar.Voice = "Ikke oplyst, hvem"
		}
		at := 0.0
		for e, n := range x.Counts {
			if n == 0 {
				continue
			}
			width := 100 * float64(n) / float64(bar.Total)
			bar.Parts = append(bar.Parts, web.BalancePart{Class: "balance--" + string(catalogue.Effects[e].Code), Label: catalogue.LowerFirst(practicepage.EffectInShort[catalogue.Effects[e].Code]), Count: n,
				URL: catalogue.FinderPath(q.With(catalogue.FacetEffect, catalogue.Effects[e].Slug).With(catalogue.FacetVoice, catalogue.Voices.Slug(x.Voice))),
				X:   fmt.Sprintf("%.2f", at), Width: fmt.Sprintf("%.2f", width)})
			at += width
		}
		v.Bars = append(v.Bars, bar)
		switch {
		case x.Voice == catalogue.VoiceCitizen:
			citizens = i
		case x.Voice != "" && (most < 0 || sum(x.Counts) > sum(o.Voices[most].Counts)):
			most = i
		}
	}
	good := slices.IndexFunc(catalogue.Effects, func(e catalogue.Option[catalogue.Effect]) bool { return e.Code == catalogue.EffectPositive })
	says := func(i int) string {
		return fmt.Sprintf("god effekt i %d af %s", o.Voices[i].Counts[good], count(sum(o.Voices[i].Counts), "erfaring", "erfaringer"))
	}
	switch {
	case most >= 0 && citizens >= 0:
		v.Sentence = catalogue.UpperFirst(o.Voices[most].Voice.InWords()) + " melder om " + says(most) + ", borgere om " + says(citizens) + "."
	case most >= 0:
		v.Sentence = catalogue.UpperFirst(o.Voices[most].Voice.InWords()) + " melder om " + says(most) + "."
	case citizens >= 0:
		v.Sentence = "Borgere melder om " + says(citizens) + "."
	}
	return v
}

func sum(counts [4]int) (n int) {
	for _, x := range counts {
		n += x
	}
	return n
}
