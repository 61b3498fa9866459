package brief

import (
	"slices"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/office"
	"praksis/internal/practicepage"
)

// Source is a document that examples of the brief rest on.
type Source struct {
	catalogue.Source // without the place in it
	// Text is how it is named: publisher, title, kind and date.
	Text string
}

// allSources are the documents of the examples, each once, in the order in which the
// examples name them. They are numbered so.
func (m *maker) allSources() []Source {
	if m.sources == nil {
		for _, e := range m.Examples {
			for _, s := range e.Practice.Sources {
				if m.numberOf(s) == 0 {
					m.sources = append(m.sources, Source{Source: s, Text: practicepage.SourceLine(s).Text})
					m.sources[len(m.sources)-1].Place = ""
				}
			}
		}
	}
	return m.sources
}

// numberOf is the number of a document, from 1; 0 for one that is not there.
func (m *maker) numberOf(s catalogue.Source) int {
	return 1 + slices.IndexFunc(m.sources, func(x Source) bool {
		return x.Document == s.Document && x.Publisher == s.Publisher && x.Date == s.Date && x.URL == s.URL && x.Kind == s.Kind
	})
}

// cite is a text of a finding with its source.
func (m *maker) cite(s said, text string) Run {
	m.allSources()
	r := plain(text)
	if list := m.Examples[s.example].Practice.Sources; len(list) > 0 {
		of := list[min(max(s.Source, 1), len(list))-1]
		r.Source, r.Place = m.numberOf(of), practicepage.SourceLine(of).PlaceInWords()
	}
	return r
}

// sourceList are the sources by their numbers, each with how it came about and which
// examples rest on it.
func (m *maker) sourceList() (out []Block) {
	for i, s := range m.allSources() {
		runs := []Run{{Text: s.Text, URL: s.URL}, plain(".")}
		line := practicepage.SourceLine(s.Source)
		if about := strings.TrimSpace(sentence(line.About) + " " + line.Asked); about != "" {
			runs = append(runs, plain("\n"+about))
		}
		on := m.those(func(e Example) bool {
			return slices.ContainsFunc(e.Practice.Sources, func(x catalogue.Source) bool { return m.numberOf(x) == i+1 })
		})
		runs = append(runs, plain("\nBruges i: "))
		runs = append(runs, m.names(on)...)
		out = append(out, block(office.Number, append(runs, plain("."))...))
	}
	if out == nil {
		out = []Block{paragraph(plain("Eksemplerne oplyser ingen kilder."))}
	}
	return append(out, block(office.Small, plain("Teksterne er fra Praksiskataloget og må bruges under "), Run{Text: "CC BY 4.0", URL: "https://creativecommons.org/licenses/by/4.0/deed.da"}, plain(". Oplægget er sat sammen af eksemplernes erfaringer uden vurdering.")))
}
