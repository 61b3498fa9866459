package export

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"praksis/internal/catalogue"
	"praksis/internal/synth"
	"praksis/seeds"

	"github.com/xuri/excelize/v2"
)

var midnight = time.Date(2021, 3, 11, 23, 30, 0, 0, time.UTC) // 12 March in Denmark

func instant(t time.Time) *time.Time { return &t }

// walk is a practice with a value of each kind.
func walk() *catalogue.Practice {
	return &catalogue.Practice{
		Slug: "gaature", Title: "Tønder går ture", Kind: catalogue.KindExample, Revision: 3,
		Organisation: catalogue.OrganisationRef{Slug: "toender", Code: "0550", Name: "Tønder Kommune"},
		TargetGroups: []catalogue.TermRef{{Slug: "angst", Label: "Angst"}, {Slug: "unge", Label: "Unge"}},
		Contact:      "+45 12 34 56 78", Provider: "1-2", LegalBasis: []string{"serviceloven § 85", "§ 104"},
		Answers: catalogue.Answers{Done: "=HYPERLINK(\"http://x\")\n\n- gik ture\n- talte", Other: "- en liste"},
		Findings: []catalogue.Finding{
			{Key: "a", Text: "Lettere at tale", TargetGroups: []catalogue.TermRef{{Slug: "angst", Label: "Angst"}}, Effect: catalogue.EffectPositive, Voices: catalogue.VoiceList{catalogue.VoiceCitizen, "leader"}, Source: 2},
			{Key: "b", Text: "For koldt", TargetGroups: []catalogue.TermRef{{Slug: "unge", Label: "Unge"}}, Effect: catalogue.EffectNegative, Voices: catalogue.VoiceList{"leader"}, Quoted: true},
		},
		Retention:  []catalogue.Retention{{Status: catalogue.RetentionRetained, AsOf: "2021-03-12"}},
		PeriodFrom: "2020-04-06", PeriodTo: "2020-04",
		Sources: []catalogue.Source{{Kind: "article", Document: "A", Date: "2020-05-01", URL: "https://a.example/æ"}, {Kind: "note", Document: "B", Date: "2020-spring"}},
		Links:   []catalogue.Link{{Label: "Mere", URL: "https://x.example/\"q\""}}, SearchWords: []string{"aldrig vist"},
		FirstPublished: instant(midnight), Updated: instant(midnight.AddDate(0, 1, 0)),
	}
}

func list() List {
	return List{Sentence: "1 eksempel med »gåtur«.", Notices: []string{"Læst som gåtur."}, Order: "Relevans", Address: "https://praksis.example/eksempler?q=g%C3%A5tur",
		Base: "https://praksis.example", Total: 1, At: midnight, Owner: "Testkontoret"}
}

// written is what a format makes of practices.
func written(t testing.TB, w Writer, err error, out *bytes.Buffer, practices ...*catalogue.Practice) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, p := range practices {
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func csvOf(t testing.TB, l List, practices ...*catalogue.Practice) []byte {
	var b bytes.Buffer
	w, err := NewCSV(&b, l)
	return written(t, w, err, &b, practices...)
}

func xlsxOf(t testing.TB, l List, practices ...*catalogue.Practice) []byte {
	var b bytes.Buffer
	w, err := NewXLSX(&b, l)
	return written(t, w, err, &b, practices...)
}

// opened is a workbook that was saved, read again.
func opened(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// byLabel is where each column stands, from 1.
func byLabel(t testing.TB) map[string]int {
	t.Helper()
	out := map[string]int{}
	for i, c := range Columns("https://praksis.example") {
		if c.Label == "" || out[c.Label] != 0 {
			t.Errorf("two columns are called %q", c.Label)
		}
		out[c.Label] = i + 1
	}
	return out
}

// Every field of the record that is shown has its column, by its own label.
func TestColumns(t *testing.T) {
	at := byLabel(t)
	for _, f := range catalogue.Fields {
		fields := []*catalogue.Field{f}
		if f.Kind == catalogue.FieldRows && !f.Plain() {
			fields = f.Fields
		}
		for _, x := range fields {
			label := x.Label
			switch {
			case x != f:
				label = catalogue.WithColon(f.Label) + x.Label
			case f.PageLabel != "":
				label = f.PageLabel
			}
			want := f.Meta != catalogue.MetaKept && f.Path != "search_words" && x.Path != "findings[].key"
			if (at[label] > 0) != want {
				t.Errorf("%s: column %q: %v", x.Path, label, at[label])
			}
		}
	}
}

func TestCSV(t *testing.T) {
	raw := csvOf(t, list(), walk())
	lines := strings.Split(string(raw), "\r\n")
	if !bytes.HasPrefix(raw, []byte("\xef\xbb\xbf\"Titel\";\"Adresse i kataloget\";")) || len(lines) != 3 || lines[2] != "" {
		t.Fatalf("%q", raw)
	}
	r := csv.NewReader(bytes.NewReader(raw[3:]))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := byLabel(t)
	for label, want := range map[string]string{
		"Titel": "Tønder går ture", "Adresse i kataloget": "https://praksis.example/eksempler/gaature",
		"Kommune eller organisation": "Tønder Kommune", labelCode: "kode 0550", "For hvem": "Angst; Unge", "Sted": "'1-2",
		"Hvor kan andre spørge?": "'+45 12 34 56 78", "Hvad gjorde de?": "'=HYPERLINK(\"http://x\")\n\n- gik ture\n- talte", "Forbehold": "'- en liste",
		"Lovgrundlag":                                "serviceloven § 85; § 104",
		labelVerdicts:                                "Borger: god effekt (1 erfaring); Leder: blandet effekt (2 erfaringer)",
		"Erfaringer: Erfaring":                       "1. Lettere at tale\n2. For koldt",
		"Erfaringer: Virkede det?":                   "1. God effekt\n2. Dårlig effekt",
		"Erfaringer: Hvem siger det?":                "1. Borger; Leder\n2. Leder",
		"Erfaringer: Kilde":                          "1. kilde 2",
		"Erfaringer: Citerer kilden borgeren?":       "2. Ja",
		"Blev det fastholdt? Hvornår var det sådan?": "2021-03-12",
		"Fra": "2020-04-06", "Til": "'2020-04", "Kilder: Fra hvornår?": "1. 2020-05-01\n2. foråret 2020",
		"Udgivet": "2021-03-12", "Ændret": "2021-04-12", "Tjekket": "",
	} {
		if got := rows[1][at[label]-1]; got != want || rows[0][at[label]-1] != label {
			t.Errorf("%s: %q, want %q", label, got, want)
		}
	}
	if bytes.Contains(raw, []byte("aldrig vist")) {
		t.Error("search words are shown")
	}
}

// The saved workbook is read: what excelize loses, it loses without an error.
func TestXLSX(t *testing.T) {
	f := opened(t, xlsxOf(t, list(), walk()))
	at := byLabel(t)
	cell := func(label string) string {
		name, err := excelize.CoordinatesToCellName(at[label], 2)
		if err != nil || at[label] == 0 {
			t.Fatal(label, err)
		}
		return name
	}
	for label, want := range map[string]string{
		"Titel": "Tønder går ture", labelCode: "0550", "Sted": "1-2", "Hvor kan andre spørge?": "+45 12 34 56 78",
		"Fra": "06-04-2020", "Til": "april 2020", "Udgivet": "12-03-2021", "Ændret": "12-04-2021", "Hvad gjorde de?": "=HYPERLINK(\"http://x\")\n\n- gik ture\n- talte",
		"Kilder: Fra hvornår?": "1. 01-05-2020\n2. foråret 2020", "Blev det fastholdt? Hvornår var det sådan?": "12-03-2021",
		"Adresse i kataloget": "https://praksis.example/eksempler/gaature", "Links: Webadresse": `https://x.example/"q"`, "Tjekket": "",
	} {
		if got, err := f.GetCellValue(sheetRows, cell(label)); err != nil || got != want {
			t.Errorf("%s: %q, want %q, %v", label, got, want, err)
		}
	}
	// A day is a number, a code is a text, a link is a formula.
	for label, want := range map[string]excelize.CellType{"Fra": excelize.CellTypeUnset, labelCode: excelize.CellTypeInlineString, "Til": excelize.CellTypeInlineString, "Hvad gjorde de?": excelize.CellTypeInlineString} {
		if got, err := f.GetCellType(sheetRows, cell(label)); err != nil || got != want {
			t.Errorf("%s: type %v, %v", label, got, err)
		}
	}
	for label, want := range map[string]string{"Adresse i kataloget": `HYPERLINK("https://praksis.example/eksempler/gaature","https://praksis.example/eksempler/gaature")`,
		"Links: Webadresse": `HYPERLINK("https://x.example/""q""","https://x.example/""q""")`, "Hvad gjorde de?": ""} {
		if got, err := f.GetCellFormula(sheetRows, cell(label)); err != nil || got != want {
			t.Errorf("%s: formula %q, %v", label, got, err)
		}
	}
	panes, err := f.GetPanes(sheetRows)
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.XSplit != 1 {
		t.Errorf("panes: %+v, %v", panes, err)
	}
	last, _ := excelize.CoordinatesToCellName(len(at), 2)
	if size, err := f.GetSheetDimension(sheetRows); err != nil || size != "A1:"+last {
		t.Errorf("dimension %q, %v", size, err)
	}
	if w, err := f.GetColWidth(sheetRows, "A"); err != nil || w != 60 {
		t.Errorf("width %v, %v", w, err)
	}
	var titles []string
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Titles" {
			titles = append(titles, n.RefersTo)
		}
	}
	raw := part(t, f, "xl/worksheets/sheet1.xml")
	if !slices.Equal(titles, []string{"'Eksempler'!$A:$A,'Eksempler'!$1:$1"}) || !strings.Contains(raw, `orientation="landscape"`) {
		t.Errorf("printed otherwise: %q", titles)
	}
	if !strings.Contains(raw, `<autoFilter ref="$A$1:$`) && !strings.Contains(raw, `<autoFilter ref="A1:`) {
		t.Error("no filter")
	}
	if got := f.GetSheetList(); !slices.Equal(got, []string{sheetRows, sheetAbout}) {
		t.Errorf("sheets %q", got)
	}
	rows, err := f.GetRows(sheetAbout)
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]string{}
	for _, r := range rows {
		about[r[0]] = r[1]
	}
	for label, want := range map[string]string{"Listen": list().Sentence, "Søgningen": "Læst som gåtur.", "Hentet": "12-03-2021", "Listens adresse": list().Address, "Licens": licence, "Husk": caveat} {
		if about[label] != want {
			t.Errorf("%s: %q, want %q", label, about[label], want)
		}
	}
	if core := part(t, f, "docProps/core.xml"); !strings.Contains(core, "<cp:lastModifiedBy>"+list().Owner+"</cp:lastModifiedBy>") {
		t.Errorf("not every reader takes %s", core)
	}
	if p, err := f.GetDocProps(); err != nil || p.Language != "da-DK" || !strings.Contains(p.Title, "gåtur") {
		t.Errorf("properties %+v, %v", p, err)
	}
}

// part is a file of a workbook.
func part(t testing.TB, f *excelize.File, name string) string {
	t.Helper()
	b, ok := f.Pkg.Load(name)
	if !ok {
		t.Fatalf("no %s", name)
	}
	return string(b.([]byte))
}

func TestMisread(t *testing.T) {
	for _, s := range []string{"=1+1", " =1", "+45 12345678", "-", "- punkt", "@sum", "1-2", "1/2", "0045", "0751", "12:30", "3E5", "6. april 2020", "april 2020", "maj", "6-4-2020", "2020-04", "2020",
		"10 %", "kr. 100", "100 kr.", "sand", "TRUE", "1.000,50", "12 34 56 78", "(1)", "\n=1", "#REF!", "＝1", "onsdag den 6. maj 2020"} {
		if !misread(s) {
			t.Errorf("%q is read as it is", s)
		}
	}
	for _, s := range []string{"", "Gåtur", "§ 85", "majoriteten af de unge", "Marts var svær for mange", "18-29 år", "1. God effekt\n2. Dårlig effekt", "Sandheden", "https://a.example/1-2", "kilde 2", "Tønder Kommune", "Oktober Hjemmet i Odense"} {
		if misread(s) {
			t.Errorf("%q is neutralised", s)
		}
	}
}

// What mayBeValue sees to has no value that valueLike would find.
func TestMayBeValue(t *testing.T) {
	for _, s := range []string{"3E5", "3e-5", "1. Apr", "TIRSDAG den 4.", "lørdag 4", "SØNDAG 1", "Kr 1", "1 kr.", "€ 5", "5 DKK", "12", " 1-2 ", "#N/A", "#I/T!", "falsk", "DECEMBER 2020", "(4)"} {
		if !valueLike.MatchString(s) || !mayBeValue(s) {
			t.Errorf("%q: value %t, may be %t", s, valueLike.MatchString(s), mayBeValue(s))
		}
	}
}

func FuzzMayBeValue(f *testing.F) {
	f.Add("1. maj 2020")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.TrimSpace(s)
		if strings.ContainsAny(s, "ſK") { // of which regexp takes s and k for the small letters
			t.Skip()
		}
		if utf8.ValidString(s) && valueLike.MatchString(s) && !mayBeValue(s) {
			t.Errorf("%q is a value", s)
		}
	})
}

func TestLongTexts(t *testing.T) {
	for _, letter := range []string{"a", "å", "😀"} {
		s := fit(strings.Repeat(letter, 40_000))
		if n := len(utf16.Encode([]rune(s))); n > 32_767 || n < 32_000 || !strings.HasSuffix(s, cutNote) {
			t.Errorf("%s: %d units", letter, n)
		}
	}
	if s := strings.Repeat("å", maxCell); fit(s) != s {
		t.Error("what fits was cut")
	}
	// An address that a formula cannot hold stands as text.
	p := walk()
	p.Links[0].URL = "https://x.example/" + strings.Repeat("a", 300)
	f := opened(t, xlsxOf(t, list(), p))
	name, _ := excelize.CoordinatesToCellName(byLabel(t)["Links: Webadresse"], 2)
	if got, err := f.GetCellValue(sheetRows, name); err != nil || got != p.Links[0].URL {
		t.Errorf("%q, %v", got, err)
	}
	if formula, err := f.GetCellFormula(sheetRows, name); err != nil || formula != "" {
		t.Errorf("formula %q, %v", formula, err)
	}
}

// Whatever is pasted, each format is read back by another reader, and says the same
// but for what clean leaves out.
func FuzzText(f *testing.F) {
	for _, s := range []string{"a\x00b", "\x1b[31m", "_x000D_", "_x005F_x000D_", "]]>", "\ufffe\uffff", "a\u2028b\u2029c", "\r\n\r", "\t=1", `";"`, "\xff\xfe", "\u202eabc", "&#0;", "<x>", "\ufeffa", " a ", "😀", "\u0085", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := fit(clean(s))
		p := walk()
		p.Title, p.Answers.Worked, p.Links[0].URL, p.TargetGroups[0].Label, p.Organisation.Code = s, s, "https://x.example/"+s, s, s
		l := list()
		l.Sentence, l.Owner, l.Address = s, s, "https://x.example/"+s
		at := byLabel(t)
		r := csv.NewReader(bytes.NewReader(csvOf(t, l, p)[3:]))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != len(at) {
			t.Fatalf("CSV: %v", err)
		}
		if got := rows[1][0]; got != want && got != "'"+want || got == want && misread(got) {
			t.Errorf("CSV: %q, want %q", rows[1][0], want)
		}
		x := opened(t, xlsxOf(t, l, p))
		if got, err := x.GetCellValue(sheetRows, "A2"); err != nil || got != want {
			t.Errorf("XLSX: %q, want %q, %v", got, want, err)
		}
		for _, name := range []string{"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "docProps/core.xml"} {
			wellFormed(t, []byte(part(t, x, name)))
		}
		feed, err := Atom(l, l.Address, s, []Entry{{1, p}})
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, feed)
	})
}

func wellFormed(t testing.TB, b []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(b)); ; {
		if _, err := d.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Errorf("XML: %v in %q", err, b)
			}
			return
		}
	}
}

// The mandatory elements of RFC 4287, and addresses that stay.
func TestAtom(t *testing.T) {
	other := walk()
	other.Slug, other.Revision, other.Updated = "andet", 1, instant(midnight.AddDate(0, 0, 1))
	b, err := Atom(list(), "https://praksis.example/eksempler.atom?q=g%C3%A5tur", "q=g%C3%A5tur", []Entry{{7, walk()}, {8, other}})
	if err != nil {
		t.Fatal(err)
	}
	type person struct {
		Name string `xml:"name"`
	}
	type link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	var feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      []string `xml:"http://www.w3.org/2005/Atom id"`
		Title   []string `xml:"http://www.w3.org/2005/Atom title"`
		Updated []string `xml:"http://www.w3.org/2005/Atom updated"`
		Author  []person `xml:"http://www.w3.org/2005/Atom author"`
		Links   []link   `xml:"http://www.w3.org/2005/Atom link"`
		Entries []struct {
			ID      []string `xml:"id"`
			Title   []string `xml:"title"`
			Updated []string `xml:"updated"`
			Author  []person `xml:"author"`
			Links   []link   `xml:"link"`
			Summary []string `xml:"summary"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(b, &feed); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(feed.ID, []string{"tag:praksis.example,2026:eksempler?q=g%C3%A5tur"}) || !slices.Equal(feed.Title, []string{"Praksiskataloget: eksempler med »gåtur«"}) ||
		!slices.Equal(feed.Updated, []string{"2021-04-11T23:30:00Z"}) || len(feed.Author) != 1 || feed.Author[0].Name != "Testkontoret" {
		t.Errorf("feed: %+v", feed)
	}
	if feed.Links[0] != (link{"self", "https://praksis.example/eksempler.atom?q=g%C3%A5tur"}) || feed.Links[1] != (link{"alternate", list().Address}) {
		t.Errorf("links: %+v", feed.Links)
	}
	var ids []string
	for _, e := range feed.Entries {
		ids = append(ids, e.ID...)
		if len(e.Title) != 1 || e.Title[0] == "" || len(e.Updated) != 1 || len(e.Author) != 1 || e.Author[0].Name != "Tønder Kommune" || len(e.Summary) != 1 || e.Summary[0] == "" || e.Links[0].Rel != "alternate" {
			t.Errorf("entry: %+v", e)
		}
		if _, err := time.Parse(time.RFC3339, e.Updated[0]); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(ids, []string{"tag:praksis.example,2026:eksempel/7/3", "tag:praksis.example,2026:eksempel/8/1"}) {
		t.Errorf("ids: %q", ids)
	}
	if empty, err := Atom(list(), "x", "", nil); err != nil || !bytes.Contains(empty, []byte("<updated>2021-03-11T23:30:00Z</updated>")) {
		t.Errorf("an empty feed: %s, %v", empty, err)
	}
}

// made are made-up practices as the catalogue has them: with names and labels.
func made(t testing.TB, n int) []*catalogue.Practice {
	t.Helper()
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]catalogue.OrganisationRef{}
	for _, o := range s.Organisations {
		names[o.Slug] = catalogue.OrganisationRef{Slug: o.Slug, Code: o.Code, Name: o.Name, Kind: o.Kind}
	}
	labels := map[catalogue.Vocabulary]map[string]string{}
	for v, terms := range s.Terms {
		labels[v] = map[string]string{}
		for _, x := range terms {
			labels[v][x.Slug] = x.Label
		}
	}
	g := synth.New(1, s.Terms, s.Organisations)
	out := make([]*catalogue.Practice, n)
	for i := range out {
		p := g.Record(i)
		p.FirstPublished, p.Updated = &midnight, &midnight
		for v := range p.Values() {
			if o := v.Organisation(); o != nil {
				*o = names[o.Slug]
			} else if refs := v.Terms(); refs != nil {
				for j := range *refs {
					(*refs)[j].Label = labels[v.Vocabulary][(*refs)[j].Slug]
				}
			}
		}
		out[i] = p
	}
	return out
}

// cpu is the time that the process has worked: other processes make the clock's longer.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// held is what a document of practices holds in memory before it ends, in bytes.
func held(b *testing.B, l List, practices []*catalogue.Practice, create func(*bytes.Buffer, List) (Writer, error)) uint64 {
	b.Helper()
	memory := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := memory()
	w, err := create(&bytes.Buffer{}, l)
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range practices {
		if err := w.Write(p); err != nil {
			b.Fatal(err)
		}
	}
	after := memory()
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return max(after, before) - before
}

// BenchmarkFormats writes 5,000 practices. A workbook of them is to take at most 400
// ms and 64 MB; since machines differ, its time is also told as a ratio to that of
// JSON Lines.
func BenchmarkFormats(b *testing.B) {
	practices := made(b, 5000)
	l := list()
	l.Total = len(practices)
	var base float64
	for _, x := range []struct {
		name string
		new  func(*bytes.Buffer, List) (Writer, error)
	}{
		{"jsonl", func(w *bytes.Buffer, _ List) (Writer, error) { return NewLines(w), nil }},
		{"csv", func(w *bytes.Buffer, l List) (Writer, error) { return NewCSV(w, l) }},
		{"xlsx", func(w *bytes.Buffer, l List) (Writer, error) { return NewXLSX(w, l) }},
	} {
		b.Run(x.name, func(b *testing.B) {
			size, before := 0, cpu(b)
			for b.Loop() {
				var out bytes.Buffer
				w, err := x.new(&out, l)
				size = len(written(b, w, err, &out, practices...))
			}
			each := (cpu(b) - before).Seconds() / float64(b.N)
			if x.name == "jsonl" {
				base = each
			}
			b.ReportMetric(each*1000, "cpu-ms/op")
			b.ReportMetric(each/base, "of-jsonl")
			b.ReportMetric(float64(size)/(1<<20), "MB-out")
			if x.name == "xlsx" {
				b.ReportMetric(float64(held(b, l, practices, x.new))/(1<<20), "MB-held")
			}
		})
	}
}
