package difference

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"praksis/internal/catalogue"

	"pgregory.net/rapid"
)

// sides are the two texts that pieces are the difference of.
func sides(list []Piece) (before, after string) {
	for _, x := range list {
		if x.Op != Added {
			before += x.Text
		}
		if x.Op != Removed {
			after += x.Text
		}
	}
	return before, after
}

var wordsGen = rapid.SliceOfN(rapid.SampledFrom([]string{"vi", "gik", "en", "tur", "ikke", "  ", " ", "\n\n", ".", ",", "§", "85", "borgeren", "ø", "a\u0301", "x"}), 0, 40)

var textGen = rapid.Custom(func(t *rapid.T) string {
	if rapid.Bool().Draw(t, "any") {
		return strings.ToValidUTF8(rapid.String().Draw(t, "text"), "")
	}
	return strings.Join(wordsGen.Draw(t, "words"), " ")
})

// Kept and removed pieces are the first text, kept and added ones the second,
// whatever the texts; what is the same has no change in it.
func TestWordsAreBothTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := textGen.Draw(t, "a"), textGen.Draw(t, "b")
		d := differ{rapid.IntRange(0, 10_000).Draw(t, "work")}
		list := d.words(a, b)
		if before, after := sides(list); before != a || after != b {
			t.Fatalf("%q → %q: %v", a, b, list)
		}
		for i, x := range list {
			if x.Text == "" || i > 0 && list[i-1].Op == x.Op {
				t.Fatalf("an empty piece, or two of one kind: %v", list)
			}
			if a == b && x.Op != Kept {
				t.Fatalf("a change where there is none: %v", list)
			}
		}
	})
}

func TestWordsAreReadable(t *testing.T) {
	for _, x := range []struct{ a, b, want string }{
		{"Vi gik en tur hver dag.", "Vi gik en lang tur hver dag.", "Vi gik en [+lang ]tur hver dag."},
		{"Borgerne fik ringet op hver dag.", "Borgerne blev ringet op hver uge.", "Borgerne [-fik][+blev] ringet op hver [-dag][+uge]."},
		{"De to unge gik ture sammen i skoven.", "De tre piger gik ture sammen i skoven.", "De [-to unge][+tre piger] gik ture sammen i skoven."},
		{"Ro og forudsigelighed", "Ro, orden og forudsigelighed", "Ro[+, orden] og forudsigelighed"},
		{"Noget helt andet stod her før", "Ingen ord er de samme nu", "[-Noget helt andet stod her før][+Ingen ord er de samme nu]"},
		{"", "Ny tekst", "[+Ny tekst]"},
		{"Gammel tekst", "", "[-Gammel tekst]"},
	} {
		var got strings.Builder
		for _, p := range Words(x.a, x.b) {
			switch p.Op {
			case Kept:
				got.WriteString(p.Text)
			case Added:
				got.WriteString("[+" + p.Text + "]")
			case Removed:
				got.WriteString("[-" + p.Text + "]")
			}
		}
		if got.String() != x.want {
			t.Errorf("%q, want %q", got.String(), x.want)
		}
	}
}

// Long texts of which nothing is alike are bounded, and sentences of which a word
// was changed are found in a long text all the same.
func TestWordsAreBounded(t *testing.T) {
	words := func(of string, n int) string { return strings.Repeat(of, n) }
	for _, x := range [][2]string{{words("a b ", 5000), words("c d ", 5000)}, {words("a. ", 6000), words("b. ", 6000)}, {words("ab ", 6000), words("ba ", 6000) + "x"}} {
		d := differ{maxWork}
		list := d.words(x[0], x[1])
		if before, after := sides(list); before != x[0] || after != x[1] || d.left < 0 {
			t.Errorf("%d pieces, %d steps left", len(list), d.left)
		}
	}
	var a, b strings.Builder
	for i := range 600 {
		fmt.Fprintf(&a, "Det er sætning nummer %d i en lang tekst. ", i)
		if i%100 == 7 {
			fmt.Fprintf(&b, "Det var sætning nummer %d i en lang tekst. ", i)
		} else {
			fmt.Fprintf(&b, "Det er sætning nummer %d i en lang tekst. ", i)
		}
	}
	changed := 0
	for _, x := range Words(a.String(), b.String()) {
		if x.Op == Added {
			if changed++; x.Text != "var" {
				t.Errorf("added: %q", x.Text)
			}
		}
	}
	if changed != 6 {
		t.Errorf("%d changes", changed)
	}
}

// What is left out of a long text is kept text in its middle.
func TestShortened(t *testing.T) {
	long := strings.Repeat("en lang sætning ", 60)
	list := Shortened([]Piece{{Kept, long}, {Added, "ny"}, {Kept, long}})
	if len(list) != 5 || list[0].Op != Gap || list[4].Op != Gap || !strings.HasSuffix(long, list[1].Text) || !strings.HasPrefix(long, list[3].Text) {
		t.Fatalf("%v", list)
	}
	for _, i := range []int{1, 3} {
		if n := len(list[i].Text); n < context || n > 2*context {
			t.Errorf("%d characters beside the change", n)
		}
	}
	if same := []Piece{{Kept, long}}; !slices.Equal(Shortened(same), same) {
		t.Error("a text that was not changed is cut")
	}
}

// recordGen are records with something in every sort of field, of few values, so
// that two of them have much in common.
var recordGen = rapid.Custom(func(t *rapid.T) catalogue.Practice {
	p := catalogue.Practice{Kind: catalogue.KindLesson, Organisation: catalogue.OrganisationRef{Name: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "organisation")}}
	for _, f := range catalogue.Fields {
		if f.Kind != catalogue.FieldRows {
			fill(t, f.Of(&p))
			continue
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "rows") {
			f.AddRow(&p)
			for _, v := range f.Row(&p, i) {
				fill(t, v)
			}
		}
	}
	p.DropEmptyRows()
	for i := range p.Findings { // each key once, as in a record that was checked
		if p.Findings[i].Key != "" {
			p.Findings[i].Key += fmt.Sprint(i)
		}
	}
	return p
})

func fill(t *rapid.T, v catalogue.Value) {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, v.Path()) }
	switch {
	case v.Kind == catalogue.FieldNumber || v.Kind == catalogue.FieldInstant || v.Meta != catalogue.MetaNone:
	case v.Field.Path == "kind": // none is an example
	case v.Text() != nil && v.Options != nil:
		*v.Text() = rapid.SampledFrom(v.Options.Codes()).Draw(t, v.Path())
	case v.Kind == catalogue.FieldDate:
		*v.Text() = pick("", "2020", "2021")
	case v.Field.Path == "findings[].key":
		*v.Text() = pick("", "e", "f")
	case v.Text() != nil:
		*v.Text() = strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"en", "to", "tre", "fire", "fem"}), 0, 5).Draw(t, v.Path()), " ")
	case v.Terms() != nil:
		*v.Terms() = catalogue.Refs(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, rapid.ID[string]).Draw(t, v.Path())...)
	case v.Voices() != nil:
		*v.Voices() = catalogue.VoiceList(rapid.SliceOfNDistinct(rapid.SampledFrom([]catalogue.Voice{"citizen", "leader"}), 0, 2, rapid.ID[catalogue.Voice]).Draw(t, v.Path()))
	case v.Flag() != nil:
		*v.Flag() = rapid.Bool().Draw(t, v.Path())
	case v.Organisation() != nil:
		v.Organisation().Name = pick("A", "B", "C")
	}
}

// said is what a record says, as the difference from one that says nothing: of
// each field its text or its set of values, of each list its rows.
func said(p *catalogue.Practice) (fields map[string]string, rows map[string][]string) {
	fields, rows = map[string]string{}, map[string][]string{}
	for _, x := range Of(&catalogue.Practice{}, p, Content, nil) {
		if _, fields[x.Field.Path] = sides(x.Pieces); x.Rows == nil {
			continue
		}
		delete(fields, x.Field.Path)
		rows[x.Field.Path] = make([]string, x.Field.Len(p))
		for _, r := range x.Rows {
			rows[x.Field.Path][r.After-1] = rowText(r, nil)
		}
	}
	return fields, rows
}

// rowText is a row after a change, with what it said before where that was kept.
// Which source a finding names is tested by itself.
func rowText(r Row, before map[string]string) string {
	now := maps.Clone(before)
	if now == nil {
		now = map[string]string{}
	}
	for _, c := range r.Cells {
		if _, now[c.Field.Path] = sides(c.Pieces); set(c.Field.Path, now[c.Field.Path]) == "" {
			delete(now, c.Field.Path)
		}
	}
	delete(now, "findings[].source")
	var out []string
	for _, k := range slices.Sorted(maps.Keys(now)) {
		out = append(out, k+"="+set(k, now[k]))
	}
	return strings.Join(out, "\n")
}

// set is a text, or the values of a list in an order of their own.
func set(path, text string) string {
	f := catalogue.FieldAt(path)
	if f.Kind != catalogue.FieldTerms && f.Kind != catalogue.FieldVoices && f.Kind != catalogue.FieldRows {
		return text
	}
	list := strings.Split(text, ", ")
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func cells(text string) map[string]string {
	out := map[string]string{}
	for line := range strings.SplitSeq(text, "\n") {
		if k, v, is := strings.Cut(line, "="); is {
			out[k] = v
		}
	}
	return out
}

// The difference is all there is to know: applied to the first record it gives the
// second, rows and their order among it.
func TestAppliedGivesTheSecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := recordGen.Draw(t, "a"), recordGen.Draw(t, "b")
		if rapid.Bool().Draw(t, "most the same") { // as revisions are
			c := a.Clone()
			for _, f := range catalogue.Fields {
				if rapid.IntRange(0, 9).Draw(t, f.Path) == 0 {
					f.Take(&c, &b)
				}
			}
			b = c
		}
		fields, rows := said(&a)
		wantFields, wantRows := said(&b)
		for _, x := range Of(&a, &b, Content, nil) {
			path := x.Field.Path
			if !(x.Field.Kind == catalogue.FieldRows && !x.Field.Plain()) {
				if len(x.Pieces) == 0 { // the order alone
					continue
				}
				before, after := sides(x.Pieces)
				if set(path, before) != set(path, fields[path]) {
					t.Fatalf("%s was %q, the difference says %q", path, fields[path], before)
				}
				if fields[path] = after; set(path, after) == "" {
					delete(fields, path)
				}
				continue
			}
			now, old := make([]string, x.Field.Len(&b)), slices.Clone(rows[path])
			filled := make([]bool, len(now))
			gone := map[int]bool{}
			for _, r := range x.Rows {
				if (r.Change == Added) != (r.Before == 0) || (r.Change == Removed) != (r.After == 0) {
					t.Fatalf("%+v", r)
				}
				var before map[string]string
				if r.Before > 0 {
					before, gone[r.Before-1] = cells(old[r.Before-1]), true
				}
				if r.After > 0 {
					now[r.After-1], filled[r.After-1] = rowText(r, before), true
				}
			}
			var left []string
			for i, s := range old {
				if !gone[i] {
					left = append(left, s)
				}
			}
			for i := range now {
				if !filled[i] {
					now[i], left = left[0], left[1:]
				}
			}
			want := slices.Clone(wantRows[path])
			if x.Reordered {
				slices.Sort(now)
				slices.Sort(want)
			}
			if len(left) > 0 || !slices.Equal(now, want) && len(now)+len(want) > 0 {
				t.Fatalf("%s: %q, want %q", path, now, want)
			}
			delete(rows, path)
			delete(wantRows, path)
		}
		for path, s := range fields {
			if set(path, s) != set(path, wantFields[path]) {
				t.Fatalf("%s: %q, want %q", path, s, wantFields[path])
			}
		}
		if len(fields) != len(wantFields) {
			t.Fatalf("%v, want %v", fields, wantFields)
		}
		if !maps.EqualFunc(rows, wantRows, slices.Equal[[]string]) {
			t.Fatalf("rows that are not told of: %q, want %q", rows, wantRows)
		}
	})
}

// A record does not differ from itself, nor where only keys differ.
func TestEqualGivesNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := recordGen.Draw(t, "a")
		b := a.Clone()
		for i := range b.Findings {
			b.Findings[i].Key = ""
		}
		for _, e := range []Extent{Public, Content, Draft} {
			if d := Of(&a, &a, e, nil); len(d) != 0 {
				t.Fatalf("%v", d)
			}
			if d := Of(&a, &b, e, nil); len(d) != 0 {
				t.Fatalf("without keys: %v", d)
			}
		}
	})
}

// Another order of rows is told once, and as nothing else.
func TestOrderOfRows(t *testing.T) {
	a := catalogue.Practice{
		Findings: []catalogue.Finding{{Key: "e1", Text: "en"}, {Key: "e2", Text: "to", Source: 2}, {Key: "e3", Text: "tre"}},
		Sources:  []catalogue.Source{{Document: "A"}, {Document: "B"}}, LegalBasis: []string{"x", "y"},
	}
	b := a.Clone()
	b.Findings = []catalogue.Finding{{Key: "e2", Text: "to", Source: 1}, {Key: "e1", Text: "en", Source: 2}, {Key: "e3", Text: "tre", Source: 2}}
	slices.Reverse(b.Sources)
	slices.Reverse(b.LegalBasis)
	parts := Of(&a, &b, Content, nil)
	if len(parts) != 3 {
		t.Fatalf("%+v", parts)
	}
	for _, x := range parts {
		if !x.Reordered || len(x.Rows)+len(x.Pieces) != 0 {
			t.Errorf("%s: %+v", x.Field.Path, x)
		}
	}
}

// Rows are told by key where they have one, else by what they say, and in words.
func TestRowsInWords(t *testing.T) {
	a := catalogue.Practice{
		Findings:  []catalogue.Finding{{Key: "e1", Text: "Alle ord er nye her.", Effect: "positive"}, {Key: "e2", Text: "Borgerne savnede dagtilbuddet.", Voices: catalogue.VoiceList{"citizen"}}},
		Sources:   []catalogue.Source{{Kind: "note", Document: "Notat om ture"}, {Kind: "note", Document: "Brev"}},
		Retention: []catalogue.Retention{{Status: "considered", AsOf: "2020-06"}},
	}
	b := catalogue.Practice{
		Findings:  []catalogue.Finding{{Key: "e1", Text: "Helt anden tekst står nu.", Effect: "mixed", Source: 2}, {Key: "e4", Text: "Borgerne savnede dagtilbuddet.", Voices: catalogue.VoiceList{"citizen", "relative"}}},
		Sources:   []catalogue.Source{{Kind: "note", Document: "Notat om lange ture"}, {Kind: "note", Document: "Brev"}},
		Retention: []catalogue.Retention{{Status: "considered", AsOf: "2020-06"}, {Status: "retained", AsOf: "2021-03-12"}},
	}
	var got []string
	for _, p := range Of(&a, &b, Public, nil) {
		for _, r := range p.Rows {
			line := fmt.Sprintf("%s %d %q:", r.Label, r.Change, r.About)
			for _, c := range r.Cells {
				line += " " + c.Label
				for _, x := range c.Pieces {
					line += fmt.Sprintf(" %d»%s«", x.Op, x.Text)
				}
			}
			got = append(got, line)
		}
	}
	want := []string{
		`Erfaring 1 0 "": Erfaring 2»Alle ord er nye her.« 1»Helt anden tekst står nu.« Virkede det? 2»God effekt« 1»Blandet effekt« Kilde 2»Notat om ture« 1»Brev«`,
		`Erfaring 2 1 "": Erfaring 1»Borgerne savnede dagtilbuddet.« Hvem siger det? 1»Borger, Pårørende« Kilde 1»Notat om lange ture«`,
		`Erfaring 2 2 "": Erfaring 2»Borgerne savnede dagtilbuddet.« Hvem siger det? 2»Borger« Kilde 2»Notat om ture«`,
		`Oplysning om fastholdelse 2 1 "": Fastholdt? 1»Fastholdt« Hvornår var det sådan? 1»12. marts 2021«`,
		`Kilde 1 0 "": Hvad hedder kilden? 0»Notat om « 1»lange « 0»ture«`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The public sees no search words.
func TestExtents(t *testing.T) {
	a := catalogue.Practice{}
	b := catalogue.Practice{SearchWords: []string{"gåtur"}, Slug: "x", Solutions: catalogue.Refs("y"), Title: "T"}
	for e, want := range map[Extent]int{Public: 1, Content: 2, Draft: 4} {
		if got := Fields(&a, &b, e); len(got) != want || len(Of(&a, &b, e, nil)) != want {
			t.Errorf("%d: %v", e, got)
		}
	}
}

// large are two versions of a record with 100 findings and long answers.
func large() (a, b catalogue.Practice) {
	text := func(i, n int) string {
		var w []string
		for j := range n {
			w = append(w, fmt.Sprintf("ord%d", (i*31+j*j*7)%997))
		}
		return strings.Join(w, " ") + "."
	}
	a.Title, a.Organisation.Name = "Titel", "Aarhus Kommune"
	for i := range catalogue.MaxRows {
		a.Findings = append(a.Findings, catalogue.Finding{Text: text(i, 130), Condition: text(i+1, 40), Effect: "positive", TargetGroups: catalogue.Refs("a", "b")})
		a.Sources = append(a.Sources, catalogue.Source{Kind: "note", Document: text(i, 20), Place: text(i, 10), About: text(i, 100)})
	}
	a.Answers.Done, a.Answers.Worked, a.Answers.ForWhom = text(1, 3000), text(2, 3000), text(3, 3000)
	b = a.Clone()
	for i := range b.Findings {
		b.Findings[i].Text = strings.Replace(text(i, 130), "ord", "nyt", 20)
		b.Sources[i].About = text(i+5, 100)
	}
	slices.Reverse(b.Findings)
	b.Answers.Done, b.Answers.Worked = text(9, 3000), strings.Replace(a.Answers.Worked, "ord1", "ny", 300)
	return a, b
}

// A difference of two records of 100 findings takes at most 100 ms of CPU (issue 14).
func BenchmarkOf(b *testing.B) {
	x, y := large()
	before := cpu(b)
	for b.Loop() {
		if len(Of(&x, &y, Content, nil)) != 4 {
			b.Fatal("not four parts")
		}
	}
	b.ReportMetric((cpu(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
}

// cpu is the time that the process has worked: other processes make the clock's longer.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkOfHostile(b *testing.B) {
	x, y := large()
	for i := range x.Findings {
		x.Findings[i].Key, y.Findings[i].Key = fmt.Sprint(i), fmt.Sprint(i)
		x.Findings[i].Text, y.Findings[i].Text = strings.Repeat("a b ", 250), strings.Repeat("b c a ", 160)
		x.Findings[i].Condition, y.Findings[i].Condition = strings.Repeat("a b ", 100), strings.Repeat("b a c ", 66)
	}
	for _, f := range catalogue.Fields {
		if f.Kind == catalogue.FieldProse {
			*f.Of(&x).Text(), *f.Of(&y).Text() = strings.Repeat("a b. ", 4000), strings.Repeat("b c a. ", 2857)
		}
	}
	before := cpu(b)
	for b.Loop() {
		Of(&x, &y, Content, nil)
	}
	b.ReportMetric((cpu(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
}
