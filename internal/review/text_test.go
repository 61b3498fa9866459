package review

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"praksis/internal/catalogue"

	"golang.org/x/text/unicode/norm"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		" De gik\u00a0ture.\r\nHver dag. \r":    "De gik ture.\nHver dag.",
		"A\u030arhus":                           "Århus",
		"bo\u00adstøtte":                        "bostøtte",
		"\ufeffeﬀekt og ﬁre ﬂader":              "effekt og fire flader",
		"\u202aVejle\u202c":                     "Vejle",
		"dag\u2010 og døgn\u2011tilbud":         "dag- og døgn-tilbud",
		"en\u200bkelt":                          "enkelt",
		"12\u2009345":                           "12 345",
		"010190\u00ad1234":                      "010190-1234",
		"010190\u00ad\u200b1234":                "010190-1234",
		"a\tb\vc\u2028d":                        "a b\nc\nd",
		"👩‍🌾 dyrkede":                           "👩‍🌾 dyrkede",
		"❤\ufe0f":                               "❤\ufe0f",
		"\u200d\r❤ Hjerte":                      "❤ Hjerte",
		"1\u200b200 borgere og 12\u00ad345 kr.": "1200 borgere og 12345 kr.",
		"2020\u200b\n12":                        "2020\n12",
		"0101901\u200b234":                      "0101901234",
		"01\u200b0190-1234":                     "010190-1234",
		"010190\u034f1234":                      "010190-1234",
		"０１０１９０－１２３４":                           "010190-1234",
		"\u3164":                                "",
		"virk\u00ad\r\nede, bostøtte-\ntilbud":  "virkede, bostøtte-\ntilbud",
		"Punkter:\n• et\n  •\tto\n- tre":        "Punkter:\n- et\n- to\n- tre",
		"m² og ½ time":                          "m² og ½ time",
		"a\x01b":                                "ab",
		"a\x00b":                                "a\x00b",
		"a\xffb":                                "a\xffb",
		"":                                      "",
	} {
		if got := Text(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := Line(" Vejle\n gik\u00a0 \tture "); got != "Vejle gik ture" {
		t.Errorf("%q", got)
	}
}

// Everything that a record says passes the gate, whether there is a rule for it
// or not: a draft is kept as Canonical gives it.
func TestCanonicalReachesEveryString(t *testing.T) {
	var p catalogue.Practice
	for _, f := range catalogue.Fields {
		if f.Kind == catalogue.FieldRows {
			f.AddRow(&p)
		}
	}
	for v := range p.Values() {
		if refs := v.Terms(); refs != nil {
			*refs = []catalogue.TermRef{{}}
		} else if voices := v.Voices(); voices != nil {
			*voices = catalogue.VoiceList{""}
		}
	}
	n := 0
	for v := range p.Values() {
		for _, s := range v.Strings() {
			n++
			*s = "\u00adBo\u00adstøtten\u00a0i A\u030arhus, \ufb01re "
		}
	}
	Canonical(&p)
	for v := range p.Values() {
		for _, s := range v.Strings() {
			if *s != "Bostøtten i Århus, fire" {
				t.Errorf("%s: %q", v.Path(), *s)
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d strings", n)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"010190\u00ad1234", "A\u030a ﬀ\u200d\u2010", "👩‍🌾", "1\u200d\u00ad2", "\u0344\u212b\u2000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if again := Text(got); again != got {
			t.Fatalf("%q: %q, then %q", s, got, again)
		}
		if Line(Line(s)) != Line(s) {
			t.Fatalf("Line of %q is not its own", s)
		}
		if FindCPR(s) != nil && FindCPR(got) == nil {
			t.Fatalf("%q: the CPR number is lost in %q", s, got)
		}
		if sure := func(n number) bool { return n.sure }; slices.ContainsFunc(findNumbers(s), sure) && !slices.ContainsFunc(findNumbers(got), sure) {
			t.Fatalf("%q: a number in two parts became one in %q", s, got)
		}
		if !catalogue.Storable(s) {
			return
		}
		if !norm.NFC.IsNormalString(got) || strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || r == '\u00ad' || r == '\u00a0' }) {
			t.Fatalf("%q gives %q", s, got)
		}
	})
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"Https://www.KL.dk/Side":            "https://www.KL.dk/Side",
		" HTTP://kl.dk ":                    "http://kl.dk",
		"https://kl.dk/\u200bside":          "https://kl.dk/side",
		"https://kl.dk:8080/a?b=c#d":        "https://kl.dk:8080/a?b=c#d",
		"https://8.8.8.8/":                  "https://8.8.8.8/",
		"https://[2606:4700:4700::1111]/":   "https://[2606:4700:4700::1111]/",
		"https://xn--rdkl-hra.dk/":          "https://xn--rdkl-hra.dk/",
		"https://rød.dk/æ":                  "https://rød.dk/æ",
		"https://kl.dk./":                   "https://kl.dk./",
		"https://example.com/javascript://": "https://example.com/javascript://",
	} {
		if got := Address(in); got != want || addressFault(got) != "" {
			t.Errorf("%q: %q, %s", in, got, addressFault(got))
		}
	}
	for _, bad := range []string{"javascript:alert(1)", "ftp://kl.dk", "https://", "//kl.dk", "kl.dk", "https://kl dk", "https://bruger:kode@kl.dk/", "https://bruger@kl.dk/",
		"http://localhost/", "http://LOCALHOST:80/", "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://10.0.0.5/x", "http://192.168.1.1/",
		"http://172.16.0.1/", "http://169.254.169.254/", "http://100.64.0.1/", "http://0.0.0.0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://[fd00::1]/",
		"https://intranet/side", "https://medarbejder.local/", "https://sag.kommune.lan./", "https://a.internal", "http://127.0.0.\uff11/", "http://a.b\u3002local/", "http://x.\u24dbocal/", "http://x.intern", "http://sag.INTERN./a", "https://a.test/", "https://a.invalid", "https://kommune.example", "http://filer.lokal", "http://a.home", "http://a.corp:8080/", "http://mail.mail", "http://skolen", "http://a.home.arpa", "http://a.workgroup", "http://a.alt", "http://abc.onion", "http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/", "http://[::10.0.0.1]/",
		"http://0.1.2.3/", "http://240.0.0.1/", "http://192.0.2.1/", "http://198.18.0.1/", "https://a\"b.dk/", "https://a<b>.dk/", "https://a..dk/", "https://kl.dk:99999/", "https://kl.dk\x00/", "mailto:post@kl.dk"} {
		if addressFault(Address(bad)) == "" {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestDateFault(t *testing.T) {
	for d, good := range map[catalogue.Date]bool{"2020-04-06": true, "1900": true, "2100-12": true, "2020-spring": true, "1899-12-31": false, "2101": false, "202": false, "0202-01-01": false, "9999": false, "i går": false, "2020-13": false} {
		if (dateFault(d) == "") != good {
			t.Errorf("%s: %q", d, dateFault(d))
		}
	}
}

// whole is a record without faults in which every field that a form asks for is
// filled.
func whole() *catalogue.Practice {
	p := good()
	for _, f := range catalogue.Fields {
		if f.Kind == catalogue.FieldRows && f.Len(p) == 0 {
			f.AddRow(p)
		}
	}
	for v := range p.Values() {
		switch {
		case !v.Empty() || v.Field.Path == "slug" || v.Field.Path == "key" || v.Field.Path == "findings[].key":
		case v.Kind == catalogue.FieldTerms && v.Vocabulary == catalogue.TargetGroup:
			*v.Terms() = catalogue.Refs("angst")
		case v.Kind == catalogue.FieldTerms && v.Vocabulary == catalogue.ContactForm:
			*v.Terms() = catalogue.Refs("telefon")
		case v.Kind == catalogue.FieldOrganisation:
			*v.Organisation() = catalogue.OrganisationRef{Slug: "aarhus"}
		case v.Voices() != nil:
			*v.Voices() = catalogue.VoiceList{"leader"}
		case v.Text() == nil:
		case v.Kind == catalogue.FieldDate:
			*v.Text() = "2020-04"
		case v.Kind == catalogue.FieldURL:
			*v.Text() = "https://kl.dk/side"
		case v.Options != nil:
			*v.Text() = v.Options[0].Code
		case v.Content:
			*v.Text() = "Noget at sige."
		}
	}
	return p
}

// Each field of the table by itself is held to its limit, and no CPR number
// passes in it, neither where it is published nor where it is sent.
func TestEachFieldIsChecked(t *testing.T) {
	tax := taxonomy()
	if faults := Check(whole(), tax); len(faults) > 0 {
		t.Fatal(faults)
	}
	const number = "010190-1234"
	reach := func(p *catalogue.Practice, path string) catalogue.Value {
		for v := range p.Values() {
			if v.Path() == path {
				return v
			}
		}
		t.Fatalf("no value %s", path)
		return catalogue.Value{}
	}
	write := func(v catalogue.Value, s string) bool {
		switch {
		case v.Text() != nil:
			*v.Text() = s
		case v.Terms() != nil:
			*v.Terms() = catalogue.Refs(s)
		case v.Organisation() != nil:
			*v.Organisation() = catalogue.OrganisationRef{Name: s}
		case v.Voices() != nil:
			*v.Voices() = catalogue.VoiceList{catalogue.Voice(s)}
		default:
			return false
		}
		return true
	}
	n := 0
	for v := range whole().Values() {
		path := v.Path()
		p := whole()
		if !write(reach(p, path), "x "+number) {
			continue
		}
		n++
		// What is sent: wherever it is typed, and the warning is of that field.
		s := &Submission{Kind: KindFull, Practice: p.Clone()}
		if ws := Warnings(s); !slices.ContainsFunc(ws, func(w Warning) bool {
			return w.Kind == WarnCPR && w.Field == path && w.Blocks && !strings.Contains(w.Excerpt, "1234")
		}) {
			t.Errorf("%s: a CPR number is not warned of: %v", path, ws)
		}
		faults := Check(p, tax)
		if !slices.ContainsFunc(faults, func(f Fault) bool { return f.Field == path && !strings.Contains(f.Message, "1234") }) && path != "slug" {
			t.Errorf("%s: a CPR number passes: %v", path, faults)
		}
		if v.Kind == catalogue.FieldCode || v.Kind == catalogue.FieldDate || v.Kind == catalogue.FieldOrganisation || v.Kind == catalogue.FieldTerms || v.Limit == 0 {
			continue
		}
		for extra, want := range map[int]bool{0: false, 1: true} {
			p := whole()
			text := strings.Repeat("å", v.Limit+extra)
			if v.Kind == catalogue.FieldURL {
				text = "https://kl.dk/" + strings.Repeat("x", v.Limit+extra-len("https://kl.dk/"))
			}
			write(reach(p, path), " "+text+"\u00ad ") // counted in the form that is kept
			faults := Check(p, tax)
			if slices.ContainsFunc(faults, func(f Fault) bool { return f.Field == path }) != want {
				t.Errorf("%s with %d of %d characters: %v", path, v.Limit+extra, v.Limit, faults)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d fields have been tried", n)
	}
}

// Each free text by itself is looked through for persons.
func TestEachTextIsLookedThrough(t *testing.T) {
	for v := range whole().Values() {
		if v.Kind != catalogue.FieldLine && v.Kind != catalogue.FieldProse || !v.Content {
			continue
		}
		p := whole()
		for w := range p.Values() {
			if w.Path() == v.Path() {
				*w.Text() = "Det sagde Mette Hansen, mette.hansen@gmail.com."
			}
		}
		for _, kind := range []WarningKind{WarnName, WarnMail} {
			ws := Warnings(&Submission{Kind: KindFull, Practice: *p})
			if v.Field.Path == "provider" && kind == WarnName {
				continue // an institution's name is no person's
			}
			if !slices.ContainsFunc(ws, func(w Warning) bool { return w.Kind == kind && w.Field == v.Path() }) {
				t.Errorf("%s: no warning of a %s: %v", v.Path(), kind, ws)
			}
		}
	}
}

// What once passed at submission and was refused at publication for ever is
// mended or refused at submission, and mended in a draft.
func TestSubmittedIsPublishable(t *testing.T) {
	s := short()
	s.Practice.Links = []catalogue.Link{{URL: "Https://www.KL.dk/Side"}}
	s.Practice.Sources = []catalogue.Source{{Kind: "note", Document: "Notat", URL: "HTTP://kl.dk", Date: "202"}}
	faults := CheckSubmission(s, &Contact{Email: "a@kl.dk"}, taxonomy())
	if len(faults) != 1 || faults[0].Field != "sources[1].date" || s.Practice.Links[0].URL != "https://www.KL.dk/Side" || s.Practice.Sources[0].URL != "http://kl.dk" {
		t.Errorf("%v, %+v %+v", faults, s.Practice.Links, s.Practice.Sources)
	}
	s.Practice.Sources[0].Date = "2020"
	if faults := CheckSubmission(s, &Contact{Email: "a@kl.dk"}, taxonomy()); len(faults) > 0 {
		t.Fatal(faults)
	}
	draft := Draft(s)
	if faults := Check(&draft, taxonomy()); len(faults) > 0 {
		t.Errorf("what was taken at submission is refused at publication: %v", faults)
	}
}

// An act's texts pass the same gate, and what is given is left as it is.
func TestActsPassTheGate(t *testing.T) {
	typed := catalogue.Practice{Title: "bo\u00adstøtte", Organisation: catalogue.OrganisationRef{Slug: "aarhus"}, Links: []catalogue.Link{{URL: "Https://kl.dk"}}}
	s := &Pending{State: Received, Version: 1, Content: *short()}
	d, err := Decide(s, nil, Act{Action: Save, Editor: 1, Version: 1, Draft: &typed}, time.Now())
	if err != nil || d.Draft.Title != "bostøtte" || d.Draft.Links[0].URL != "https://kl.dk" || typed.Title != "bo\u00adstøtte" {
		t.Errorf("%+v, %v; given %q", d.Draft, err, typed.Title)
	}
	d, err = Decide(s, nil, Act{Action: Ask, Editor: 1, Version: 1, Text: " Hvor\u00a0mange\ufeff? "}, time.Now())
	if err != nil || d.Event.Text != "Hvor mange?" {
		t.Errorf("%+v, %v", d.Event, err)
	}
	typed.Answers.Done = "a\x00b"
	if _, err = Decide(s, nil, Act{Action: Save, Editor: 1, Version: 1, Draft: &typed}, time.Now()); err == nil || !strings.Contains(err.Error(), "answers.done") {
		t.Errorf("a draft that cannot be stored: %v", err)
	}
}

// A number that a reader sees is found, however it is written.
func TestHiddenCPR(t *testing.T) {
	for _, s := range []string{"010190.1234", "010190/1234", "010190-\n1234", "01 01 90-1234", "01.01.90-1234", "01-01-90 1234", "610190-1234", "010190\u20151234", `010190\-1234`, "010190&#45;1234", "010190&nbsp;1234", "010190&shy;1234",
		"01019&#48;-1234", "010**190**-1234", "010190**-**1234", "010190<!-- -->1234", "[010190](http://a.dk)-1234", "https://a.dk/?c=010190%2D1234", "https://a.dk/?c=010190%C2%AD1234", strings.Join(strings.Split("0101901234", ""), "\u00ad")} {
		p := whole()
		p.Answers.Done = "Hun er " + s + " og bor her."
		if faults := Check(p, taxonomy()); !slices.ContainsFunc(faults, func(f Fault) bool { return f.Field == "answers.done" && f.Message == cprMessage }) {
			t.Errorf("%q passes: %v", s, faults)
		}
		content := Submission{Kind: KindFull, Practice: *whole()}
		content.Practice.Answers.Done = Text("Hun er " + s + " og bor her.")
		if ws := Warnings(&content); !slices.ContainsFunc(ws, func(w Warning) bool {
			return w.Blocks && w.Field == "answers.done" && !strings.Contains(w.Excerpt, "1234")
		}) {
			t.Errorf("%q is not warned of: %v", s, ws)
		}
	}
	for _, s := range []string{"den 11.03.2020 og 1234 andre", "01.01.20 var det 1200 borgere", "12.03.20, 10.06.20", "kl. 10.15-12.30", "serviceloven § 85, 104 og 107", "2020-03-11 2020", "70 20 12 34", "**12** 345 678", "https://kl.dk/11-03-2020/1234"} {
		if holdsCPR(s, false) {
			t.Errorf("%q is taken for a CPR number", s)
		}
	}
}

// Addresses in running text are held to what those in fields are.
func TestAddressesInProse(t *testing.T) {
	for s, good := range map[string]bool{"Se [siden](https://kl.dk/a).": true, "Se [x](#kilde) og [y](/om).": true, "[x](https://user:pw@a.dk/)": false, "[x](http://10.0.0.1/a)": false, "[x](//10.0.0.1/)": false,
		"![b](http://10.0.0.1/p.png)": false, "<http://localhost/>": false, "<http://x.intern/>": false, "[sagen](http://sag.intern/1)": false, "Den ligger på http://sag.intern/1": true, // which is shown and not linked
		"[x]: http://192.168.0.1/": false, "[x](<http://127.0.0.1/>)": false} {
		if (proseFault(s) == "") != good {
			t.Errorf("%q: %q", s, proseFault(s))
		}
	}
}
