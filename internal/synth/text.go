package synth

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// A practice has minWords to 200 words in its summary, answers and findings: the
// longest sentence fits between lastStart and 200.
const (
	minWords  = 60
	lastStart = 175
)

// Parts of compounds: a first with its linking letter, and a last.
var (
	firsts = strings.Fields(`bostøtte rusmiddel misbrugs botilbuds værested krisecenter forsorgs herbergs hjemløse pårørende familie unge
		ældre voksenhandicap handicap autisme hjerneskade kommunikations psykiatri social sundheds beskæftigelses rehabiliterings mestrings
		hverdags netværks nabo frivillig gade gå tur natur have skov cykel motions bevægelses mad måltids musik kreativ søvn angst
		ensomheds trivsels samtale telefon video skærm chat tablet it digital hygiejne smitte værnemiddel beredskabs nød krise visitations
		myndigheds efterværns mentor kontakt relations aktivitets dagtilbuds værksteds undervisnings skole kursus peer gruppe døgn aften`)
	lasts = strings.Fields(`indsats forløb gruppe team medarbejder vejleder koordinator samtale møde café linje vagt rådgivning behandling
		støtte træning undervisning aktivitet tilbud plan model metode værktøj kasse pakke guide skema ordning aftale besøg runde tur
		fællesskab netværk makker kontakt hold rum telt hjørne kalender tavle platform portal opfølgning udredning koordinering levering
		uddeling hotline bank skole klub skærm løsning praksis`)
	institutionNames = []string{"Nord", "Syd", "Vest", "Øst", "ved Åen", "på Havnen", "i Midtbyen", "Bækken", "Skovgården"}
	laws             = []string{"Serviceloven § 85", "Serviceloven § 82 a", "Serviceloven § 99", "Serviceloven § 101", "Serviceloven § 104",
		"Serviceloven § 107", "Serviceloven § 108", "Serviceloven § 110", "Sundhedsloven § 141"}
)

// In the sentences, {sted} is the actor, {hvad} what the practice is about,
// {ord} any compound, {hvem} a target group, {hvordan} a contact form, {tema} a
// theme, {n} a small number.
var (
	titles = []string{
		"{sted} holdt kontakten med {hvad}", "{sted} flyttede {ord} ud i det fri", "{sted} begyndte med {hvad} under nedlukningen",
		"{Hvad} i stedet for {ord}", "{sted}: {hvad} til {hvem}", "{sted} delte {ord} op i mindre hold", "{Hvad} gav ro til {hvem}",
		"{sted} prøvede {hvad} sammen med {hvem}", "{sted} erstattede {ord} med {hvad}", "Korte møder og {hvad} hos {sted}",
	}
	summaries = []string{
		"{sted} satte {hvad} i gang, da dørene lukkede. Den blev brugt mest af {hvem}.",
		"Da {ord} måtte lukke, blev {hvad} vejen til at holde kontakten med {hvem}.",
		"Små hold og {hvad} gjorde det lettere for {hvem} at komme igennem foråret.",
		"Medarbejderne fandt på {hvad}. Det kostede lidt, og {n} ud af ti ville gerne fortsætte.",
	}
	done = []string{
		"{sted} lavede {hvad} om, så {hvem} kunne være med hjemmefra.",
		"Hver uge ringede medarbejderne rundt og aftalte, hvem der havde brug for {ord}.",
		"Borgerne blev delt i hold på {n}, og de samme to medarbejdere fulgte holdet.",
		"Møderne blev kortere, men der kom flere af dem, og {hvordan} blev det almindelige.",
		"En {ord} samlede spørgsmål om smitte, værnemidler og besøg og svarede inden for {n} dage.",
		"Hvor det var muligt, foregik {hvad} udendørs, gerne på en gåtur i nærheden.",
		"Der blev lånt {n} tablets ud, og en {ord} hjalp med at sætte dem op.",
		"Teamet skrev en enkel {ord} med billeder, som hang ved døren og blev sendt til pårørende.",
		"Først blev {ord} prøvet af i en lille gruppe, og efter {n} uger kom resten med.",
		"Arbejdet knyttede sig til {tema}, og derfor blev {ord} en del af det faste skema.",
	}
	worked = []string{
		"Det virkede bedst, når {hvem} kendte medarbejderen i forvejen.",
		"Mange oplevede mere ro, fordi dagen var forudsigelig, og {hvad} lå på samme tid.",
		"Nogle savnede at mødes, og for dem kunne {ord} ikke stå alene.",
		"Fremmødet steg, og der kom færre afbud til {ord} end før covid-19.",
		"Flere tog selv kontakt, når de kunne nøjes med {hvordan}.",
		"Det var svært at læse kropssproget, og svære samtaler blev derfor udsat.",
		"Omkring {n} ud af ti sagde, at {hvad} gav dem noget at se frem til.",
		"Teknikken drillede i begyndelsen, og uden {ord} var flere faldet fra.",
	}
	forWhom = []string{
		"Størst nytte havde {hvem}, som ellers let bliver væk.",
		"For {hvem} var det en lettelse at slippe for transport og fyldte venteværelser.",
		"Borgere med et lille netværk brugte {ord} mest, også om aftenen.",
		"Det passede ikke til alle: {hvem} havde stadig brug for at blive mødt ansigt til ansigt.",
		"Unge foretrak korte beskeder, mens ældre hellere ville ringes op.",
	}
	spread = []string{
		"Andre kan bruge {hvad}, hvis de har en {ord} og tid til at lære den fra sig.",
		"Erfaringen er delt med nabokommunerne, og {n} steder har taget den op.",
		"Det kræver en aftale om {ord}, en sikker platform og opbakning fra ledelsen.",
		"Materialet ligger frit, så ingen behøver begynde forfra med {ord}.",
	}
	kept = []string{
		"{Hvad} fortsætter ved siden af de almindelige besøg.", "Ledelsen ser på det igen om {n} måneder.",
		"{Hvad} bruges nu kun, når borgeren beder om det.", "Ordningen stoppede, da {ord} åbnede igen.",
	}
	other = []string{
		"Medarbejderne manglede vejledning i starten og lavede selv en {ord}.",
		"Pårørende fik en fast {ord} at ringe til, og det gav færre klager.",
		"Samarbejdet med frivillige gjorde, at {ord} kunne holde åbent i weekenden.",
		"Der var uenighed om, hvor meget {hvordan} må fylde, når alt er åbent.",
	}
	outcomes = map[catalogue.Effect][]string{
		catalogue.EffectPositive: {"{Hvad} gav mere ro og en fast rytme i dagen.", "Flere mødte op, når {ord} foregik i små hold.",
			"Det var lettere at tale om det svære på en gåtur.", "Kontakten blev tættere, fordi {hvordan} kunne ske oftere."},
		catalogue.EffectMixed: {"Nogle blomstrede op med {hvad}, andre trak sig.", "{Hvad} virkede, så længe teknikken gjorde.",
			"Det var godt for samtalen, men dårligt for fællesskabet."},
		catalogue.EffectNone:     {"{Hvad} ændrede ikke på, hvor ofte man sås.", "Der var ingen forskel på {ord} før og efter."},
		catalogue.EffectNegative: {"Flere blev ensomme, da {ord} lukkede.", "{Hvad} gjorde det svært at opdage mistrivsel i tide.", "Uden {ord} gled nogle helt ud af tilbuddet."},
	}
	conditions = []string{"Når man kender hinanden i forvejen.", "Hvis borgeren har sit eget udstyr.", "Kun i korte møder.", "Når der er en {ord} i nærheden."}
	resources  = []string{"Omkring {n} timer om ugen til {ord}.", "Udgiften var {n} tablets og kørsel.", "Løst inden for den almindelige ramme af en {ord}."}
)

// topic sets what the practice is about: title and summary.
func (r *record) topic() {
	r.what = r.compound()
	r.Title = r.fill(oneOf(r.Rand, titles))
	r.Summary = r.fill(oneOf(r.Rand, summaries))
}

// answers fills the answers sentence by sentence until the record is as long
// as it was drawn to be.
func (r *record) answers() {
	words := len(strings.Fields(r.Summary))
	for _, f := range r.Findings {
		words += len(strings.Fields(f.Text))
	}
	want := minWords + r.IntN(lastStart-minWords+1)
	a := &r.Answers
	for turn := 0; words < want; turn++ {
		part := []struct {
			to        *string
			sentences []string
		}{{&a.Done, done}, {&a.Worked, worked}, {&a.Done, done}, {&a.ForWhom, forWhom}, {&a.Spread, spread}, {&a.Other, other}, {&a.Retention, kept}}[turn%7]
		s := r.fill(oneOf(r.Rand, part.sentences))
		words += len(strings.Fields(s))
		if *part.to != "" {
			*part.to += " "
		}
		*part.to += s
	}
}

// fill puts words into a sentence's places.
func (r *record) fill(sentence string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(sentence, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		var place string
		place, sentence, _ = strings.Cut(rest, "}")
		switch place {
		case "sted":
			b.WriteString(r.place)
		case "hvad":
			b.WriteString(r.what)
		case "Hvad":
			b.WriteString(upper(r.what))
		case "ord":
			b.WriteString(r.compound())
		case "n":
			fmt.Fprint(&b, 2+r.IntN(8))
		case "hvem":
			b.WriteString(lower(oneOf(r.Rand, r.TargetGroups).Label))
		case "hvordan":
			if len(r.ContactForms) > 0 {
				b.WriteString(lower(oneOf(r.Rand, r.ContactForms).Label))
			} else {
				b.WriteString("samtale")
			}
		case "tema":
			b.WriteString(lower(oneOf(r.Rand, r.Themes).Label))
		default:
			panic("synth: no such place in a sentence: " + place)
		}
	}
}

// compound is a made-up word as Danish makes them: two parts, at times three.
func (r *record) compound() string {
	// The earlier a part stands in its list, the commoner it is.
	skewed := func(list []string) string { x := r.Float64(); return list[int(x*x*float64(len(list)))] }
	s := skewed(firsts)
	if r.chance(.12) {
		if next := skewed(firsts); next != s {
			s += next
		}
	}
	return s + skewed(lasts)
}

func upper(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// lower takes the capital from a label, but not from an abbreviation.
func lower(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if second, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(second) {
		return s
	}
	return string(unicode.ToLower(first)) + s[n:]
}
