package letters

import (
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/review"
)

// digest is what is new in some lists, as plain text: each list with its examples, and
// where all of it is read. A voice stands beside the effect that it stated, and nowhere
// else (domain.md, "verdicts").
func (l Letters) digest(lists []review.DigestList) string {
	var b strings.Builder
	for _, x := range lists {
		b.WriteString("* " + x.Name + " *\n")
		b.WriteString(l.Base + catalogue.FinderPath(x.Query) + "\n\n")
		for _, e := range x.Examples {
			b.WriteString(l.digestExample(e) + "\n\n")
		}
		if more := x.Total - len(x.Examples); more > 0 {
			b.WriteString("… og " + strconv.Itoa(more) + " til i listen.\n\n")
		}
	}
	return strings.TrimSpace(b.String())
}

func (l Letters) digestExample(e review.DigestExample) string {
	c, what := e.Card, "Ændret: "
	if e.New {
		what = "Nyt: "
	}
	lines := []string{what + c.Title, c.Who(), c.Summary, verdicts(c), l.Base + catalogue.PracticePath(c.Slug)}
	var out []string
	for _, line := range lines {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// verdicts say voice by voice what is known of an example's effect.
func verdicts(c catalogue.Card) string {
	said := func(list []catalogue.Verdict) string {
		var out []string
		for _, v := range list {
			who := " ifølge " + v.Voice.InWords()
			if v.Voice == "" {
				who = " (kilden siger ikke, ifølge hvem)"
			}
			out = append(out, catalogue.Effects.Label(v.Effect)+who+".")
		}
		return strings.Join(out, " ")
	}
	out := said(c.Verdicts)
	if out == "" {
		out = "Effekt ikke oplyst."
	}
	if c.VerdictsFor != "" {
		out = catalogue.WithColon(c.VerdictsFor) + out
	}
	if across := said(c.VerdictsAcross); across != "" {
		out += " Gælder alle: " + across
	}
	return out
}

// Unsubscribe is the address where whoever has a follower's token leaves by one press of
// their mail program, in ASCII; empty where visitors do not come by https, which RFC 8058
// asks for.
func (l Letters) Unsubscribe(token string) string {
	if !strings.HasPrefix(l.Base, "https://") {
		return ""
	}
	return l.Base + catalogue.FollowStopPath(token)
}
