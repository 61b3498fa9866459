package intake

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// cutText cuts text that was pasted.
func cutText(text string) Cut { return CutBlocks(TextBlocks(text).Blocks, cutTaxonomy()) }

// bundle is made up, in the shapes in which municipalities fill in a template.
const bundle = `Opsamling til et temamøde om det, vi har lært.

Nordby Kommune

Erfaringer fra Covid-19 på det specialiserede socialområde

Borgerperspektivet

Eksempler på nye løsninger udløst af Covid-19 situationen, der har haft god effekt for borgerne, og som der
er perspektiver i at fastholde fremadrettet. (Hvad har fungeret godt i løsningen? Hvordan fastholdes
løsningen?)

Eksempel 1 - Te i døren

Vi gik forbi hver dag med te, og så talte vi sammen i døren, så længe den enkelte havde lyst til det den dag.

• Hvad har fungeret godt i løsningen?
Det gav en rolig begyndelse på da-
gen. Det gælder både dag- og døgntilbud.

• For hvilke målgrupper har løsningen haft god effekt, og vil den kunne udbredes til andre målgrupper?
• Alle, der bor alene.
• Måske også andre.

• Hvordan fastholdes løsningen (eller elementer heraf) efter Covid-19?
Det er ikke besluttet.

Nordby Kommune

Eksempel 2 - Breve

Vi skrev breve.

• Hvad fungerede godt i løsningen
De blev gemt.

Samarbejdsperspektivet

• Beboere og naboer har malet hegnet sammen om lørdagen.
• Kommunen og sognet har delt nøgler til forsamlingshuset.

Sønderå Kommune

1. Vi flyttede undervisningen ud

Alle timer blev holdt under åben himmel, og det var koldt, men det gik, fordi vi havde tæpper med i bilen.

2. Vi ringede hver mandag

Det var en fast aftale, som de fleste holdt, også dem, der ellers ikke kom til noget af det, vi fandt på.
`

func TestCutText(t *testing.T) {
	c := cutText(bundle)
	type practice struct{ by, view, title, done, worked, whom, retention string }
	want := []practice{
		{"nordby", "borger", "Te i døren", "Vi gik forbi", "Det gav en rolig begyndelse på dagen. Det gælder både dag- og døgntilbud.", "- Alle, der bor alene.\n- Måske også andre.", "Det er ikke besluttet."},
		{"nordby", "borger", "Breve", "Vi skrev breve.", "De blev gemt.", "", ""},
		{"nordby", "samarbejde", "Beboere og naboer har malet hegnet sammen om lørdagen", "- Beboere", "", "", ""},
		{"nordby", "samarbejde", "Kommunen og sognet har delt nøgler til forsamlingshuset", "- Kommunen", "", "", ""},
		{"soenderaa", "", "Vi flyttede undervisningen ud", "Alle timer", "", "", ""},
		{"soenderaa", "", "Vi ringede hver mandag", "Det var en fast aftale", "", "", ""},
	}
	if len(c.Practices) != len(want) {
		t.Fatalf("%d practices%s", len(c.Practices), dump(c))
	}
	for i, w := range want {
		p, _ := c.Record(i, cutWords())
		got := practice{p.Organisation.Slug, "", p.Title, p.Answers.Done, p.Answers.Worked, p.Answers.ForWhom, p.Answers.Retention}
		if len(p.Perspectives) > 0 {
			got.view = p.Perspectives[0].Slug
		}
		if strings.HasPrefix(got.done, w.done) {
			got.done = w.done
		}
		if got != w {
			t.Errorf("%d:\n%+v is not\n%+v", i, got, w)
		}
	}
	var left []string
	for _, p := range c.Pieces {
		if p.Kind == PieceLeft {
			left = append(left, p.Text)
		}
	}
	if len(left) != 1 || !strings.HasPrefix(left[0], "Opsamling til et temamøde") {
		t.Errorf("left over: %q", left)
	}
}

// A question is known by its words, whatever stands before them.
func TestQuestionOf(t *testing.T) {
	for _, x := range []struct {
		text, path string
		head       bool
	}{
		{"Hvad har fungeret godt i løsningen?", "answers.worked", false},
		{"7) HVAD HAR FUNGERET GODT I LØSNINGEN?", "answers.worked", false},
		{"• Hvad har fungeret godt i løsningen", "answers.worked", false},
		{"o Hvad har fungeret godt i tilgangen?", "answers.worked", false},
		{"b. Hvad fungerede godt i jeres løsning?", "answers.worked", false},
		{"For hvilke målgrupper har løsningen haft en god effekt?", "answers.for_whom", false},
		{"Vil løsningen kunne udbredes til andre målgrupper?", "answers.spread", false},
		{"Hvordan vil løsningen (eller elementer heraf) blive fastholdt efter Covid-19?", "answers.retention", false},
		{"Hvordan fastholdes løsningen efter covid-19", "answers.retention", false},
		{"Øvrige betragtninger?", "answers.other", false},
		{"Øvrige betragtninger:", "answers.other", false},
		{"Hvordan har kvaliteten af ydelsen under coronakrisen været?", "answers.quality", false},
		{"Titel", pathTitle, true},
		{"Titel:", pathTitle, false},
		{"Hvad blev der gjort?", pathDone, false},
		{"Hvad gjorde de?", pathDone, false},
		// None of these asks for anything.
		{"Titel", "", false},
		{"Sted", "", false},
		{"Det har fungeret godt i løsningen, at vi kendte hinanden i forvejen.", "", false},
		{"Løsningen fastholdes efter Covid-19.", "", false},
		{"Hvad siger naboerne?", "", false},
		{"", "", true},
		{"12.", "", true},
	} {
		if got := questionOf(x.text, x.head); got != x.path {
			t.Errorf("%q (%v) asks for %q, not %q", x.text, x.head, got, x.path)
		}
	}
}

// Words that were cut at the end of a line are whole again; a hyphen that somebody
// wrote stays.
func TestJoinLine(t *testing.T) {
	for _, x := range [][3]string{
		{"metodeudvik-", "ling", "metodeudvikling"}, {"dag-", "og døgntilbud", "dag- og døgntilbud"}, {"børne-", "eller ungeområdet", "børne- eller ungeområdet"},
		{"COVID-", "19", "COVID-19"}, {"Co-", "vid", "Covid"}, {"IT-", "støtte", "IT-støtte"}, {"Region-", "Midt", "Region-Midt"}, {"2010-", "2020", "2010-2020"},
		{"fra 3 -", "5", "fra 3 - 5"}, {"sam\u00ad", "men", "sammen"}, {"en", "to", "en to"}, {"om -", "og om", "om - og om"},
	} {
		if got := joinLine(x[0], x[1]); got != x[2] {
			t.Errorf("%q and %q are %q, not %q", x[0], x[1], got, x[2])
		}
	}
	if got := hyphens("dag\x02og døgntilbud med sam\x02vær, 2010\x022020"); got != "dag- og døgntilbud med samvær, 2010-\n2020" {
		t.Errorf("%q", got)
	}
	if got := tidy("børne- og unge\u00adområdet\nud-\nvikling"); got != "børne- og ungeområdet\nudvikling" {
		t.Errorf("%q", got)
	}
}

// Styles of headings are known by name and id, in Danish and English, and by their
// outline level.
func TestHeadingLevels(t *testing.T) {
	o := outliner{styles: map[string]style{
		"a1": {name: "heading 1"}, "a2": {name: "Overskrift 2"}, "Titel": {name: "Title"}, "own": {name: "Min stil", base: "a2"}, "level": {name: "Spørgsmål", level: 3},
		"none": {name: "Brød", base: "a1", level: bodyLevel}, "list": {name: "List Paragraph"}, "numbered": {name: "Punkt", list: true}, "toc": {name: "toc 1"}, "loop": {name: "x", base: "loop"},
	}}
	for id, want := range map[string]int{"a1": 1, "a2": 2, "Titel": 1, "own": 2, "level": 3, "none": 0, "Overskrift3": 3, "Heading4": 4, "Heading_20_2": 2, "Overskrift_20_1": 1, "Normal": 0, "Overskriften": 0, "loop": 0, "": 0} {
		if got, _, _ := o.level(id); got != want {
			t.Errorf("%q is of level %d, not %d", id, got, want)
		}
	}
	for id, want := range map[string][2]bool{"list": {true, false}, "numbered": {true, false}, "toc": {false, true}, "Normal": {false, false}} {
		if _, list, contents := o.level(id); list != want[0] || contents != want[1] {
			t.Errorf("%q: %v %v", id, list, contents)
		}
	}
}

const w = `<w:document xmlns:w="x" xmlns:w14="y" xmlns:mc="z"><w:body>`

func blocksOf(t *testing.T, body string, more ...entryOf) Outline {
	t.Helper()
	b := zipOf(append([]entryOf{{name: "[Content_Types].xml", content: strings.Replace(contentTypes, "%s", docxMain, 1)}, {name: "word/document.xml", content: w + body + `</w:body></w:document>`}}, more...)...)
	o, err := Blocks(strings.NewReader(string(b)), int64(len(b)), File{Type: DOCX, Readable: true})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func p(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

func row(cells ...string) string {
	out := `<w:tr>`
	for _, c := range cells {
		out += `<w:tc>` + c + `</w:tc>`
	}
	return out + `</w:tr>`
}

// In a table the questions stand to the left. What another template asks there finds
// no place, and is no part of the answer before it.
func TestCutTable(t *testing.T) {
	o := blocksOf(t, p("Nordby Kommune")+`<w:tbl>`+row(p("Spørgsmål"), p("Svar"))+row(p("Titel"), p("Fælles have"))+row(p("Hvad har fungeret godt?"), p("At grave.")+p("At så."))+
		row(p("Sagsbehandler"), p("Et navn"))+row(p("Øvrige betragtninger"), p(""))+row(p("Målgruppe"), p("Angst"))+`</w:tbl>`)
	c := CutBlocks(o.Blocks, cutTaxonomy())
	if len(c.Practices) != 1 {
		t.Fatalf("%d%s", len(c.Practices), dump(c))
	}
	got, _ := c.Record(0, cutWords())
	if got.Title != "Fælles have" || got.Organisation.Slug != "nordby" || got.Answers.Worked != "At grave.\n\nAt så." || got.Answers.Other != "" || len(got.TargetGroups) != 1 {
		t.Errorf("%+v%s", got, dump(c))
	}
	if left := leftOf(c); !slices.Equal(left, []string{"Sagsbehandler", "Et navn"}) {
		t.Errorf("left over: %q", left)
	}
}

func leftOf(c Cut) (out []string) {
	for _, x := range c.Pieces {
		if x.Kind == PieceLeft {
			out = append(out, x.Text)
		}
	}
	return out
}

// What a reader is not shown stays out, and is counted; what is chosen is an answer.
func TestBlocksOfControls(t *testing.T) {
	sdt := func(properties, content string) string {
		return `<w:sdt><w:sdtPr>` + properties + `</w:sdtPr><w:sdtContent>` + content + `</w:sdtContent></w:sdt>`
	}
	run := func(s string) string { return `<w:r><w:t>` + s + `</w:t></w:r>` }
	o := blocksOf(t, sdt(`<w:showingPlcHdr/>`, p("Klik her for at skrive tekst"))+sdt(`<w:showingPlcHdr w:val="0"/>`, p("svar"))+
		`<w:p>`+run("Sted: ")+sdt(`<w:showingPlcHdr/>`, run("vælg"))+`</w:p>`+
		`<w:p>`+sdt(`<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>`, run("☒"))+run(" ja ")+sdt(`<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>`, run("☐"))+run(" nej")+`</w:p>`+
		`<w:p>`+run("a ")+`<w:del w:id="1"><w:r><w:delText>væk</w:delText></w:r></w:del><w:del w:id="2"><w:r><w:delText>også</w:delText></w:r></w:del>`+run("b")+`<w:moveFrom><w:r><w:t>flyttet</w:t></w:r></w:moveFrom></w:p>`+
		`<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>`+run("felt")+`</w:p>`+
		sdt(`<w:docPartObj/>`, p("Indhold 1"))+`<mc:AlternateContent><mc:Choice>`+p("boks")+`</mc:Choice><mc:Fallback>`+p("boks")+`</mc:Fallback></mc:AlternateContent>`,
		entryOf{name: "word/comments.xml", content: `<w:comments xmlns:w="x"><w:comment w:id="0">` + p("hemmelig") + `</w:comment><w:comment w:id="1"/></w:comments>`},
		entryOf{name: "word/header1.xml", content: `<w:hdr xmlns:w="x">` + p("Hoved") + `</w:hdr>`}, entryOf{name: "word/header2.xml", content: `<w:hdr xmlns:w="x">` + p("Hoved") + `</w:hdr>`})
	if o.Placeholders != 2 || o.Comments != 2 || o.Deletions != 2 {
		t.Errorf("%d placeholders, %d comments, %d deletions", o.Placeholders, o.Comments, o.Deletions)
	}
	want := []Block{{Text: "svar", Control: true}, {Text: "Sted:"}, {Text: "ja", Box: BoxTicked}, {Text: "nej", Box: BoxEmpty}, {Text: "a b"}, {Text: "felt", Box: BoxTicked}, {Text: "Indhold 1", Aside: true}, {Text: "boks"}, {Text: "Hoved", Aside: true}}
	if !slices.Equal(o.Blocks, want) {
		t.Errorf("%+v\nis not\n%+v", o.Blocks, want)
	}
}

// letters are what may never get lost, in their order.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
}

// check is the property of every cut: each paragraph stands in exactly one place, in
// its order, and places are what they say.
func check(t *testing.T, blocks []Block, c Cut) {
	t.Helper()
	var before, after strings.Builder
	for _, b := range blocks {
		before.WriteString(b.Text + "\n")
	}
	for _, x := range c.Pieces {
		after.WriteString(x.Text + "\n")
		if x.Practice < -1 || x.Practice >= len(c.Practices) || (x.Path != "") != (x.Kind == PieceAnswer) || x.Kind == PieceAnswer && x.Practice < 0 {
			t.Fatalf("%+v of %d practices", x, len(c.Practices))
		}
	}
	squeeze := func(s string) string { return strings.ReplaceAll(squeezed(s), "•", "") }
	if squeeze(before.String()) != squeeze(after.String()) {
		t.Fatalf("%q is not %q", after.String(), before.String())
	}
	// Nor does the editor lose any by moving, joining and dropping.
	moved := Cut{Pieces: slices.Clone(c.Pieces), Practices: slices.Clone(c.Practices)}
	for i := range moved.Pieces {
		moved.Move(i, i%(len(moved.Practices)+2)-1, Places()[i%len(Places())].Path)
	}
	for len(moved.Practices) > 1 {
		moved.Join(len(moved.Practices) / 2)
		moved.Drop(len(moved.Practices) / 3)
		if len(moved.Practices) == 1 {
			moved.Drop(0)
		}
	}
	for i, x := range moved.Pieces {
		if x.Text != c.Pieces[i].Text || x.Practice >= len(moved.Practices) || x.Kind == PieceAnswer && x.Practice < 0 {
			t.Fatalf("piece %d was %+v and is %+v", i, c.Pieces[i], x)
		}
	}
	words := cutWords()
	for i := range c.Practices {
		record, _ := c.Record(i, words)
		if record.Title == "" && letters(before.String()) != "" && len(record.Answers.Done)+len(record.Answers.Worked) > 0 && letters(record.Answers.Done+record.Answers.Worked) != "" {
			t.Fatalf("practice %d has no title: %+v", i, record)
		}
	}
}

// FuzzCut holds that no text gets lost, whatever comes.
func FuzzCut(f *testing.F) {
	for _, s := range []string{bundle, "", "Hvad har fungeret godt?", "☐ nej ☒ ja", "Eksempel\nTitel: a\nEksempel 2: b\n?", "- a\n- b", "Nordby Kommune\nBorgerperspektivet\nNordby Kommune\n\n\nSide 2\na-\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := TextBlocks(text)
		var all strings.Builder
		for _, b := range o.Blocks {
			all.WriteString(b.Text)
		}
		ticked := strings.NewReplacer("[x]", "", "[X]", "") // a box, of letters
		if want, got := letters(ticked.Replace(text)), letters(ticked.Replace(all.String())); o.Whole && want != got && !strings.Contains(text, "[") {
			t.Fatalf("%q of %q", got, want)
		}
		check(t, o.Blocks, CutBlocks(o.Blocks, cutTaxonomy()))
		// The same as a document whose paragraphs are headings, points and cells.
		for i := range o.Blocks {
			b := &o.Blocks[i]
			switch n := len(b.Text); n % 5 {
			case 0:
				b.Level = 1 + n%3
			case 1:
				b.List = true
			case 2:
				b.Table, b.Row, b.Column = 1, i+1, 1+n%2
			case 3:
				b.Control = n%2 == 0
			}
		}
		check(t, o.Blocks, CutBlocks(o.Blocks, cutTaxonomy()))
	})
}
