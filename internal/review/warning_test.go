package review

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"unicode/utf8"

	"praksis/internal/catalogue"
)

// typedTexts is what people type and what is said to it: kinds and excerpts,
// "!" for one that blocks.
var typedTexts = []struct{ text, want string }{
	// CPR numbers, however they are written
	{"Borger 010190-1234 ringede hver dag.", "cpr! Borger ••••••-•••• ringede hver dag."},
	{"cpr 010190 1234", "cpr! cpr ••••••-••••"},
	{"cpr010190-1234", "cpr! cpr••••••-••••"},
	{"født 311299–4321 (tankestreg)", "cpr! født ••••••-•••• (tankestreg)"},
	{"010190 - 1234", "cpr! ••••••-••••"},
	{"010190\u00a01234", "cpr! ••••••-••••"},
	{"010190\u2011" + "1234", "cpr! ••••••-••••"},
	{"290200-0000 har ingen modulus 11", "cpr! ••••••-•••• har ingen modulus 11"},
	{"To: 010190-1234 og 311299-4321", "cpr! To: ••••••-•••• og ••••••-••••"},
	{"»Jeg hedder 010190-1234 og bor her«", "cpr! »Jeg hedder ••••••-•••• og bor her« | quote »Jeg hedder ••••••-•••• og bor her«"},
	{"Nummeret er 0101901234.", "digits! Nummeret er ••••••••••."},
	{"https://kl.dk/sag/0101901234", "digits! https://kl.dk/sag/••••••••••"},
	// no CPR numbers
	{"290201-0000 er ingen dag", ""}, {"320190-1234", ""}, {"011390-1234", ""}, {"9999999999", ""}, {"12345678901", ""},
	{"Fra 11. marts 2020 til 15. juni 2020.", ""}, {"Den 11.03.2020 kl. 12-18", ""}, {"2020-04-06", ""}, {"11/3-2020", ""}, {"sæsonen 2020-2021", ""}, {"uge 12-18", ""},
	{"Efter serviceloven § 85, § 104 og § 107, stk. 2.", ""}, {"Lov nr. 1284 af 25. november 2015", ""}, {"LBK nr. 1287 af 28/08/2020", ""},
	{"Sag nr. 20/12345", ""}, {"Sagsnr. 27202012", ""}, {"J.nr. 2020-123456", ""}, {"CVR 29189846", ""}, {"EAN 5798000123456", ""}, {"Dok. 123456-20", ""},
	{"Det kostede 250.000 kr. i 2020.", ""}, {"Det kostede 25 000 000 kr.", ""}, {"1.250.000 kroner", ""}, {"45 borgere, 12 medarbejdere og 3 ledere", ""}, {"25-30 borgere om dagen", ""},
	// telephone numbers
	{"Ring til ham på 22 33 44 55.", "phone 22 33 44 55"}, {"Tlf. 22334455", "phone 22334455"}, {"+45 22 33 44 55", "phone +45 22 33 44 55"}, {"Mobil: 2233 4455", "phone 2233 4455"}, {"004522334455", "phone 004522334455"},
	{"mobil 61.22.33.44", "phone 61.22.33.44"},
	{"Hotline: 70 20 12 34", ""}, {"Livslinien 70 201 201", ""}, {"Alarm 112 og lægevagt 1813", ""}, {"116 123", ""}, {"Telefonrådgivningen har nummer 33 44 55 66.", ""}, {"https://dr.dk/artikel/22334455", ""}, {"Årene 2020 2021", ""}, {"20200311", ""}, {"24122020", ""},
	// mail addresses
	{"Skriv til mette.hansen@aarhus.dk", "mail mette.hansen@aarhus.dk"}, {"azk123@randers.dk", "mail azk123@randers.dk"}, {"kontakt@gmail.com", "mail kontakt@gmail.com"}, {"lillepeter@hotmail.com", "mail lillepeter@hotmail.com"},
	{"post@aarhus.dk", ""}, {"socialforvaltningen@viborg.dk", ""}, {"Skriv til kontakt@kfum.dk eller info@kl.dk", ""}, {"bostoette@horsens.dk", ""},
	// names
	{"Hver torsdag ringede Hans Petersen til borgerne.", "name Hans Petersen"}, {"Det sagde Mette.", "name Mette"}, {"Mettes idé var god.", "name Mettes"}, {"Projektleder A. Sørensen stod for det.", "name Sørensen"},
	{"Anne-Marie K. Holm fandt på det.", "name Anne-Marie K. Holm"}, {"Ahmed og Fatima fik hjælp.", "name Ahmed | name Fatima"}, {"Ifølge Jensen virkede det.", "name Jensen"},
	{"Per uge var der tre møder.", ""}, {"Hans kontaktperson ringede.", ""}, {"Tom snak hjælper ingen.", ""}, {"August 2020 var varm.", ""}, {"Line up og go.", ""}, {"Ledelsen og Indsatsen", ""},
	{"Peter Bangs Vej 12", ""}, {"Sankt Hans blev holdt ude.", ""}, {"Fonden Mariehjemmene", ""}, {"I Aarhus, Skanderborg og Region Midtjylland", ""}, {"KFUM og TrygFonden", ""}, {"Frederikshavn Kommune", ""}, {"Microsoft Teams og Skype", ""}, {"Kirkens Korshær og Sand", ""},
	{"Botilbuddet Karin havde udendørs café.", ""}, {"Frinova og Brohuset gjorde det samme.", ""},
	// quotation marks
	{"Han sagde: »Jeg tør ikke gå ud længere«.", "quote »Jeg tør ikke gå ud længere«"}, {`"det er rart at høre en stemme"`, `quote "det er rart at høre en stemme"`}, {"”Jeg savner de andre her”", "quote ”Jeg savner de andre her”"}, {"“vi vil gerne have det igen”", "quote “vi vil gerne have det igen”"},
	{"De kalder det »gå-og-snak«.", ""}, {"Et »virtuelt værested« i byen", ""}, {"Rapporten »Nye veje i en krisetid i kommunerne« fortæller om det.", ""}, {`en 55" skærm i hver stue`, ""},
	// one citizen in a small place
	{"En borger på bostedet fik en tablet.", "single En borger på bostedet"}, {"Det hjalp den eneste beboer med autisme.", "single den eneste beboer"}, {"Det var en ung mand på 19 fra afdelingen.", "single en ung mand på 19 fra afdelingen"}, {"En 19-årig var glad for det.", "single En 19-årig"}, {"en beboer i Brohuset", "single en beboer i Brohuset"}, {"En kvinde på vores botilbud gik ture.", "single En kvinde på vores botilbud"}, {"Én borger på værestedet", "single Én borger på værestedet"},
	{"En kvinde på 83 år i Xxqhuset gik ture.", "single En kvinde på 83 år i Xxqhuset"}, {"En kvinde på 83 år, der bor i Xxqhuset, gik ture.", "single En kvinde på 83 år, der bor i Xxqhuset"}, {"På Xxqhuset bor en kvinde på 83 år.", "single På Xxqhuset bor en kvinde på 83 år"}, {"En borger på bostedet Solsiden i Viborg", "single En borger på bostedet Solsiden i Viborg"}, {"En mand på 40. I dag er det bedre.", "single En mand på 40"},
	{"En borger i Aarhus Kommune kan ringe.", ""}, {"En borger i egen bolig", ""}, {"En borger på førtidspension", ""}, {"unge på 18-25 år", ""}, {"En gruppe unge på bostedet", ""}, {"Borgerne på bostedet fik tablets.", ""},
}

func said(ws []Warning) string {
	var out []string
	for _, w := range ws {
		s := string(w.Kind)
		if w.Blocks {
			s += "!"
		}
		out = append(out, s+" "+w.Excerpt)
	}
	return strings.Join(out, " | ")
}

func TestWarnings(t *testing.T) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, x := range typedTexts {
		ws := Warnings(&Submission{Kind: KindShort, Practice: catalogue.Practice{Answers: catalogue.Answers{Done: x.text}}})
		got := said(ws)
		if got != x.want {
			t.Errorf("%s\n  got  %s\n  want %s", x.text, got, x.want)
		}
		fmt.Fprintf(w, "%s\t%s\n", Mask(x.text), got)
	}
	if len(typedTexts) < 60 {
		t.Errorf("only %d lines", len(typedTexts))
	}
	if testing.Verbose() {
		w.Flush()
		os.Stdout.WriteString(b.String())
	}
}

// Every field is looked through: a CPR number blocks wherever it stands.
func TestEveryFieldIsLookedThrough(t *testing.T) {
	const n = "010190-1234"
	ref, org := []catalogue.TermRef{{Slug: n}}, catalogue.OrganisationRef{Name: n}
	s := &Submission{Kind: KindFull, Link: "https://x.dk/" + n, Text: n, About: n, Practice: catalogue.Practice{
		Title: n, Summary: n, Organisation: org, Partners: []catalogue.OrganisationRef{org}, Provider: n, TargetGroups: ref, ContactForms: ref,
		Perspectives: ref, Themes: ref, Answers: catalogue.Answers{Done: n, Worked: n, ForWhom: n, Spread: n, Retention: n, Other: n, Quality: n},
		Findings:   []catalogue.Finding{{Key: n, TargetGroups: ref, ContactForms: ref, Effect: n, Voices: catalogue.VoiceList{n}, Solutions: ref, Condition: n, Text: n}},
		TransferTo: ref, Preconditions: ref, Retention: []catalogue.Retention{{Status: n, Note: n, DecidedBy: n, AsOf: n}}, Periods: []catalogue.Period{n},
		PeriodFrom: n, PeriodTo: n, LegalBasis: []string{n}, Resources: n, Sources: []catalogue.Source{{Kind: n, Document: n, Publisher: n, Date: n, Place: n, URL: n, About: n, Asked: n}},
		Links: []catalogue.Link{{Label: n, URL: n}}, Contact: n, Use: n, ReviewBy: n, Solutions: ref}}
	want := 52
	ws := Warnings(s)
	var fields []string
	for _, w := range ws {
		if w.Kind != WarnCPR || !w.Blocks || strings.Contains(w.Field+w.Key+w.Message+w.Excerpt, "0101") {
			t.Errorf("%+v", w)
		}
		fields = append(fields, w.Field)
	}
	slices.Sort(fields)
	if fields = slices.Compact(fields); len(fields) != want {
		t.Errorf("%d of %d fields: %q", len(fields), want, fields)
	}
}

func TestDigitsMayBeDeclared(t *testing.T) {
	s := &Submission{Kind: KindTip, Text: "Se sag 0101901234 i arkivet"}
	if ws := Warnings(s); len(ws) != 1 || !ws[0].Blocks || len(Unanswered(ws, []string{ws[0].Key})) != 1 {
		t.Errorf("undeclared: %+v", ws)
	}
	s.NotCPR = true
	ws := Warnings(s)
	if len(ws) != 1 || ws[0].Blocks || len(Unanswered(ws, nil)) != 1 || len(Unanswered(ws, []string{ws[0].Key})) != 0 {
		t.Errorf("declared: %+v", ws)
	}
	s.Text = "010190-1234"
	if ws := Warnings(s); len(ws) != 1 || !ws[0].Blocks {
		t.Errorf("with a hyphen it cannot be declared: %+v", ws)
	}
	p := good()
	p.Answers.Done = "Se sag 0101901234"
	cleared := func() []Fault { return (&checker{taxonomy: taxonomy(), notCPR: true}).all(p) }
	if len(Check(p, taxonomy())) != 1 || len(cleared()) != 0 {
		t.Error("a cleared number is still refused")
	}
	p.Answers.Done = "Borger 010190-1234"
	if len(cleared()) != 1 {
		t.Error("a CPR number was cleared")
	}
}

// Who takes one citizen out of a text takes the place out of what is kept, too.
func TestRemovedWithThePlace(t *testing.T) {
	for text, want := range map[string]string{
		"Vi gik. En kvinde på 83 år i Xxqhuset ringede.": "En kvinde på 83 år i Xxqhuset",
		"Vi gik. En 83-årig på Xxqhuset ringede.":        "En 83-årig på Xxqhuset",
		"Vi gik. Den eneste beboer på Xxqhuset ringede.": "Den eneste beboer på Xxqhuset",
		"Vi gik. I Xxqhuset har vi en mand på 19 år.":    "I Xxqhuset har vi en mand på 19 år",
		"Vi gik. En beboer i Xxqhuset Nord ringede.":     "En beboer i Xxqhuset Nord",
	} {
		got := removed(&Submission{Kind: KindTip, Text: text}, []fieldText{{"text", "Vi gik. En borger ringede.", prose}})
		if !slices.Contains(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestKeysAreStable(t *testing.T) {
	s := &Submission{Kind: KindTip, Text: "Mette ringede."}
	before := Warnings(s)
	s.Text += " Og Søren hjalp til."
	after := Warnings(s)
	if len(before) != 1 || len(after) != 2 || before[0].Key != after[0].Key || len(before[0].Key) > 20 {
		t.Errorf("%+v, then %+v", before, after)
	}
	if left := Unanswered(after, []string{before[0].Key}); len(left) != 1 || left[0].Excerpt != "Søren" {
		t.Errorf("%+v", left)
	}
}

func TestOwnNamesAreNoPersons(t *testing.T) {
	s := &Submission{Practice: catalogue.Practice{Provider: "Else Marie", Organisation: catalogue.OrganisationRef{Name: "Foreningen Ole Olsen"},
		Summary: "Else Marie og Foreningen Ole Olsen gik ture."}}
	if ws := Warnings(s); len(ws) != 0 {
		t.Errorf("%+v", ws)
	}
}

func FuzzWarnings(f *testing.F) {
	for _, x := range typedTexts {
		f.Add(x.text, "Frinova")
	}
	f.Add("»\xff«010190-1234\x00", "\xff")
	f.Fuzz(func(t *testing.T, text, provider string) {
		s := &Submission{Text: text, Practice: catalogue.Practice{Provider: provider, Title: text}}
		for _, w := range Warnings(s) {
			if !utf8.ValidString(w.Excerpt) || len(w.Excerpt) > excerptLength+200 || w.Excerpt == "" || w.Message == "" {
				t.Errorf("%+v", w)
			}
			if FindCPR(w.Excerpt) != nil || FindCPR(w.Message) != nil || FindCPR(w.Key) != nil {
				t.Errorf("%q gives a number away: %+v", text, w)
			}
		}
		Draft(s)
		Suspicious(s, Sending{})
	})
}
