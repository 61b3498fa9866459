package brief

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/markdown"
	"praksis/internal/office"
	"praksis/internal/practicepage"
)

// Bounds of a document that is read at a meeting, and stays under 60 KB.
const (
	maxGroups   = 12 // rows of the table of target groups
	maxFindings = 60 // rows of the table of findings
	maxNeeds    = 12
)

// background is what the brief is made of.
func (m *maker) background() []Block {
	from := []Run{plain("Oplægget er fra den " + catalogue.DanishDate(m.Date) + ". ")}
	list := Run{Text: strings.TrimSuffix(m.Selection, "."), URL: m.URL}
	switch {
	case m.Selection == "":
		from = append(from, plain("Det bygger på "+catalogue.Examples(len(m.Examples))+" fra Praksiskataloget, som er valgt ud."))
	case m.Total > len(m.Examples):
		from = append(from, plain("Det bygger på de første "+strconv.Itoa(len(m.Examples))+" af listen: "), list, plain("."))
	default:
		from = append(from, plain("Det bygger på hele listen: "), list, plain("."))
	}
	out := []Block{
		paragraph(from...),
		paragraph(plain("Praksiskataloget samler, hvad kommuner, regioner og organisationer gjorde på det sociale område under covid-19. "), bold("Et eksempel er ikke en anbefaling."), plain(" Det fortæller, hvad nogen gjorde, hvem der siger, at det virkede, og for hvem det ikke gjorde.")),
	}
	if m.Scope.Label != "" {
		text := "Kun erfaringer " + catalogue.LowerFirst(m.Scope.Label) + " er talt med."
		if n := len(m.across); n > 0 {
			text += " Hertil kommer " + findings(n) + ", der gælder alle på tværs. De står i tabellen, men er ikke talt med."
		}
		out = append(out, paragraph(plain(text)))
	}
	for _, s := range m.Notices {
		out = append(out, paragraph(plain(sentence(s))))
	}
	out = append(out, heading("Eksemplerne"))
	for _, e := range m.Examples {
		p := e.Practice
		runs := []Run{bold(e.who() + ": "), e.link(sentence(p.Title))}
		var marks []string
		if p.Kind != catalogue.KindExample && p.Kind != "" {
			marks = append(marks, catalogue.Kinds.Label(p.Kind))
		}
		if p.Use != "" {
			marks = append(marks, catalogue.Uses.Label(p.Use))
		}
		if p.Summary != "" {
			runs = append(runs, plain(" "+sentence(p.Summary)))
		}
		if marks != nil {
			runs = append(runs, plain(" "+catalogue.UpperFirst(catalogue.LowerFirst(strings.Join(marks, ". ")))+"."))
		}
		if e.Note != "" {
			runs = append(runs, Run{Text: "\nJeres note: " + e.Note, Italic: true})
		}
		out = append(out, block(office.Number, runs...))
	}
	return out
}

// presentation is for whom it worked and for whom not, and who says so; what is
// disagreed; whether it was kept, and what it takes.
func (m *maker) presentation() (out []Block) {
	if groups := m.groups(); len(groups) > 0 {
		out = append(out, heading("For hvem virkede det, og hvem siger det?"),
			paragraph(plain("Tallene er erfaringer. En erfaring tæller under hver målgruppe, den nævner, og under hver, der siger det. Derfor kan tallene ikke lægges sammen.")),
			Block{Table: groupTable(groups[:min(maxGroups, len(groups))])})
		if more := len(groups) - maxGroups; more > 0 {
			out = append(out, paragraph(plain("Erfaringerne nævner også "+count(more, "anden målgruppe", "andre målgrupper")+".")))
		}
	}
	out = append(out, m.contrasts()...)
	out = append(out, m.findingTable()...)
	out = append(out, m.retention()...)
	return append(out, m.needs()...)
}

func groupTable(groups []group) *Table {
	t := &Table{Name: "Erfaringer efter målgruppe, effekt og hvem der siger det", Widths: []int{33, 18, 18, 13, 18}, Head: []string{"Målgruppe"}}
	for _, e := range catalogue.Effects {
		t.Head = append(t.Head, e.Label)
	}
	for _, g := range groups {
		first := Cell{{bold(g.Label)}}
		if g.few() {
			first = append(first, []Run{plain(tooFew)})
		}
		row := []Cell{first}
		for _, e := range catalogue.Effects {
			n := g.counts[e.Code]
			cell := Cell{{plain(strconv.Itoa(n))}}
			if n > 0 {
				cell = Cell{{bold(strconv.Itoa(n)), plain(" (" + g.saying(e.Code, inCell) + ")")}}
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// contrasts are what is really disagreed, by the rule of domain.md ("Contrast").
func (m *maker) contrasts() []Block {
	out := []Block{heading("Hvor peger erfaringerne hver sin vej?")}
	if len(m.Contrasts) == 0 {
		return append(out, paragraph(plain("Der er ingen modsatte erfaringer om den samme løsning for den samme målgruppe.")))
	}
	for _, c := range m.Contrasts {
		out = append(out, paragraph(bold(catalogue.UpperFirst(about(c))+". "), plain(c.For.InWords()+": god effekt. "+c.Against.InWords()+": dårlig effekt.")))
		for _, side := range []struct {
			name string
			catalogue.ContrastSide
		}{{"God effekt", c.For}, {"Dårlig effekt", c.Against}} {
			for _, ref := range side.First {
				at := slices.IndexFunc(m.Examples, func(e Example) bool { return e.ID == ref.Practice })
				if at < 0 || ref.Number < 0 || ref.Number >= len(m.Examples[at].Practice.Findings) {
					continue
				}
				s := said{&m.Examples[at].Practice.Findings[ref.Number], at}
				runs := append([]Run{bold(side.name + ": ")}, m.text(s)...)
				out = append(out, point(append(runs, plain(" ("+speaking(s.Finding)+", "+name(m.Examples[at].Practice.Organisation)+", "), m.Examples[at].link("eksempel "+number(at)), plain(")"))...))
			}
		}
	}
	return out
}

// speaking are the voices of a finding in words: "borgere og ledere".
func speaking(f *catalogue.Finding) string {
	if len(f.Voices) == 0 {
		return "ikke oplyst, hvem der siger det"
	}
	return practicepage.Voices(f.Voices)
}

// text is what a finding says, with its condition and its source.
func (m *maker) text(s said) []Run {
	text := sentence(s.Text)
	if c := practicepage.Condition(s.Condition); c != "" {
		text = c + " " + text
	}
	return []Run{m.cite(s, text)}
}

// findingTable is each finding, who says so, and room for whether it holds here.
func (m *maker) findingTable() []Block {
	var list []said
	for _, e := range catalogue.Effects {
		for _, s := range m.counted.list {
			if s.Effect == e.Code {
				list = append(list, s)
			}
		}
	}
	list = slices.Concat(list, m.across, m.told)
	if len(list) == 0 {
		return nil
	}
	out := []Block{heading("Gælder det hos os?")}
	if all := len(list); all > maxFindings {
		list = m.some(list)
		out = append(out, paragraph(plain("Tabellen har "+strconv.Itoa(len(list))+" af "+findings(all)+", nogle med hver slags effekt. Resten står på eksemplernes egne sider.")))
	} else {
		out = append(out, paragraph(plain("Gå erfaringerne igennem, og skriv i den sidste kolonne, om de gælder hos jer.")))
	}
	t := &Table{Name: "Erfaringerne, hvem der siger dem, og plads til jeres egen vurdering", Widths: []int{45, 27, 28}, Head: []string{"Fund", "Hvem siger det", "Gælder det hos os?"}}
	for _, s := range list {
		about := "For " + catalogue.GroupsInWords(s.TargetGroups)
		if s.Effect != "" {
			about = catalogue.Effects.Label(s.Effect) + " for " + catalogue.GroupsInWords(s.TargetGroups)
		}
		if len(s.ContactForms) > 0 {
			about += " via " + catalogue.LowerFirst(catalogue.LabelsInWords(s.ContactForms))
		}
		e := m.Examples[s.example]
		t.Rows = append(t.Rows, []Cell{{{bold(about)}, m.text(s)}, {{plain(catalogue.UpperFirst(speaking(s.Finding)))}, {plain(name(e.Practice.Organisation) + ", "), e.link("eksempel " + number(s.example))}}, {}})
	}
	return append(out, Block{Table: t})
}

// some are at most maxFindings of those in the order of effects: as many of each as
// there is room for, so that those of which there are few stay.
func (m *maker) some(list []said) []said {
	by := map[catalogue.Effect]int{}
	for room := maxFindings; room > 0; {
		for _, e := range append(catalogue.Effects.Codes(), "") {
			code := catalogue.Effect(e)
			has := 0
			for _, s := range list {
				if s.Effect == code {
					has++
				}
			}
			if by[code] < has && room > 0 {
				by[code]++
				room--
			}
		}
	}
	var out []said
	for _, s := range list {
		if by[s.Effect] > 0 {
			by[s.Effect]--
			out = append(out, s)
		}
	}
	return out
}

// retention is what became of it, with whom.
func (m *maker) retention() []Block {
	out := []Block{heading("Blev det fastholdt?")}
	for _, code := range append(catalogue.Retentions.Codes(), "") {
		status := catalogue.RetentionStatus(code)
		if list := m.withStatus(status); len(list) > 0 {
			out = append(out, point(append([]Run{bold(catalogue.Retentions.Label(status) + " (" + strconv.Itoa(len(list)) + "): ")}, append(m.names(list), plain("."))...)...))
		}
	}
	return out
}

// needs are the preconditions that the examples name, those that most name first.
func (m *maker) needs() []Block {
	list := m.preconditions()
	if len(list) == 0 {
		return nil
	}
	out := []Block{heading("Hvad kræver det?")}
	for _, x := range list[:min(maxNeeds, len(list))] {
		out = append(out, point(append([]Run{bold(x.Label + " (" + strconv.Itoa(len(x.of)) + "): ")}, append(m.names(x.of), plain("."))...)...))
	}
	if more := len(list) - maxNeeds; more > 0 {
		out = append(out, paragraph(plain("Eksemplerne nævner også "+count(more, "anden forudsætning", "andre forudsætninger")+".")))
	}
	return out
}

type precondition struct {
	catalogue.TermRef
	of []int
}

func (m *maker) preconditions() (list []precondition) {
	for i, e := range m.Examples {
		for _, ref := range e.Practice.Preconditions {
			at := slices.IndexFunc(list, func(x precondition) bool { return x.Slug == ref.Slug })
			if at < 0 {
				at = len(list)
				list = append(list, precondition{TermRef: ref})
			}
			list[at].of = append(list[at].of, i)
		}
	}
	slices.SortStableFunc(list, func(a, b precondition) int { return cmp.Compare(len(b.of), len(a.of)) })
	return list
}

// withResources are the examples that tell of money or time.
func (m *maker) withResources() []int {
	return m.those(func(e Example) bool { return e.Practice.Resources != "" })
}

// resources are what the sources tell of money and time, each in its words.
func (m *maker) resources() []Block {
	list := m.withResources()
	if len(list) == 0 {
		return []Block{paragraph(plain("Ingen af eksemplerne oplyser noget om penge eller tid."))}
	}
	out := []Block{paragraph(plain(m.outOf(len(list)) + " oplyser noget om penge eller tid."))}
	for _, at := range list {
		e := m.Examples[at]
		for i, p := range markdown.Paragraphs(e.Practice.Resources) {
			var runs []Run
			if i == 0 {
				runs = append(runs, bold(e.who()), plain(", "), e.link("eksempel "+number(at)), bold(": "))
			}
			for _, s := range p.Spans {
				runs = append(runs, Run{Text: s.Text, Bold: s.Bold || p.Kind == markdown.Heading, Italic: s.Italic, URL: s.URL})
			}
			style := office.Body
			switch p.Kind {
			case markdown.Bullet:
				style = office.Bullet
			case markdown.Number:
				style = office.Number
			}
			out = append(out, block(style, runs...))
		}
	}
	return out
}
