package intake

import (
	"strings"
	"testing"
)

// Shapes in which papers come that are no template, and in which a PDF loses styles and
// lines: each with who it is from, and what its practices are called.
func TestCutShapes(t *testing.T) {
	for name, x := range map[string]struct {
		text string
		want []string // actor and title
		left string   // some of what finds no place
	}{
		"an article's lead is no title": {"Nordby Kommune\n\nPå job i en svær tid\n\nMere ro på stuerne\n\nAf Ane Bo Lund, journalist\n\nFor en vejleder i den lille by har de nye dage overvejende været gode\n\nDe ansatte gik ture med de gamle hver eneste morgen, og det blev de ved med hele foråret.\n",
			[]string{"nordby Mere ro på stuerne"}, "Af Ane Bo Lund"},
		"headings of the whole paper tell of no practice": {"Nordby Kommune\n\nIndledning og baggrund\n\nHer er et notat om det, der skete, og om alt det, vi har talt om i de lange aftener.\n\nTe i haven\n\nVi satte stole ud og drak te i haven, når solen skinnede, og det gjorde den hele foråret.\n\nOpsamling og forbehold ved fortolkning af resultaterne\n\nDer er talt med for få til, at man kan sige noget om andre, end dem der har svaret her.\n",
			[]string{"nordby Te i haven"}, "Der er talt med for få"},
		"another actor's work": {"Nordby Kommune\n\nTe i haven\n\nVi satte stole ud og drak te i haven, når solen skinnede, og det gjorde den hele foråret.\n\nBorgererfaringer med Sønderå Kommunes dagtilbud under nedlukningen\n\nRo i hverdagen\n\nDer var færre mennesker i stuerne, og det var der mange, som var glade for i de uger.\n",
			[]string{"nordby Te i haven", "soenderaa Ro i hverdagen"}, ""},
		"the actor's own work is a title": {"Nordby Kommune\n\nErfaringer med Nordby Kommunes busture\n\nBussen kørte ud til stranden hver fredag, og alle der ville med, kunne komme med den dag.\n",
			[]string{"nordby Erfaringer med Nordby Kommunes busture"}, ""},
		"a sentence under a title": {"Nordby Kommune\n\n1. Te i haven\nVi satte stole ud i haven.\nHvad har fungeret godt i løsningen?\nAlle kom.\n\n2. Breve\nVi skrev breve.\nHvad har fungeret godt i løsningen?\nDe blev gemt.\nØvrige betragtninger\nPorto koster penge.\n",
			[]string{"nordby Te i haven", "nordby Breve"}, ""},
	} {
		c := cutText(x.text)
		var got []string
		for i, p := range c.Practices {
			r, _ := c.Record(i, cutWords())
			got = append(got, p.Organisation+" "+r.Title)
		}
		if strings.Join(got, "\n") != strings.Join(x.want, "\n") || !strings.Contains(strings.Join(leftOf(c), "\n"), x.left) {
			t.Errorf("%s: %q is not %q%s", name, got, x.want, dump(c))
		}
		check(t, TextBlocks(x.text).Blocks, c)
	}
}

// Where a question and its answer stand on one line, or a question on two, each is what
// it is.
func TestCutLines(t *testing.T) {
	c := cutText("Nordby Kommune\n\nHvad har I gjort? Vi gik en tur.\nHvad har fungeret godt i løsningen? Alle kom med.\nFlere gange.\nFor hvilke målgrupper har løsningen haft god effekt, og vil den kunne\nudbredes til andre målgrupper?\nDe ældre.\nHvordan fastholdes løsningen? Det er ikke besluttet\nØvrige betragtninger\nIngen.\n")
	if len(c.Practices) != 1 {
		t.Fatal(dump(c))
	}
	a, _ := c.Record(0, cutWords())
	got := []string{a.Answers.Done, a.Answers.Worked, a.Answers.ForWhom, a.Answers.Retention, a.Answers.Other}
	for i, want := range []string{"Vi gik en tur.", "Alle kom med. Flere gange.", "De ældre.", "Det er ikke besluttet", "Ingen."} {
		if strings.Join(strings.Fields(got[i]), " ") != want {
			t.Errorf("%q is not %q%s", got[i], want, dump(c))
		}
	}
}

// A title is made of the first sentence, which no shortening, number or name of a web
// site ends.
func TestTitleOf(t *testing.T) {
	for text, want := range map[string]string{
		"Digital mødeafvikling, f.eks. opfølgning. Det gik godt.": "Digital mødeafvikling, f.eks. opfølgning",
		"Bl.a. samarbejde med frivillige. Og mere.":               "Bl.a. samarbejde med frivillige",
		"Fra d. 11. marts ringede vi hver dag. Det hjalp.":        "Fra d. 11. marts ringede vi hver dag",
		"Vi brugte kl.dk til at dele. Det gik.":                   "Vi brugte kl.dk til at dele",
		"Er det nyt at gå tur? Nej.":                              "Er det nyt at gå tur",
		"2. Te i haven":                                           "Te i haven",
		"":                                                        "",
	} {
		if got := TitleOf(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}
